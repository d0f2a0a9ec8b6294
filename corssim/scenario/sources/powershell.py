"""Invoke-WebRequest and Invoke-RestMethod, as developer tools copy them and as people write them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ...patterns import lazy_pattern
from ..model import BodyTable
from .as_sent import NOT_TOLD, Sent, call_of
from .powershell_values import Token, Values, end_of_statement, end_of_value
from .reading import NotKnown, Reading, UnreadableSource, define_flag

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(r"\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s", re.IGNORECASE)
PROMPTED = lazy_pattern(
    r"[ \t]*(?:PS [^>\n]*>[ \t]*)?(?:\$\w+[ \t]*=[ \t]*)?(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)[ \t]",
    re.IGNORECASE,
)
"""At the start of a line, behind a prompt or not."""

_COOKIE = lazy_pattern(
    r"Cookies\.Add\(\(New-Object System\.Net\.Cookie\(\s*(\"[^\"]*\"|'[^']*')\s*,\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)
_COOKIE_SET = lazy_pattern(
    r"^[^\S\n]*\$\w*cookie\w*\.(Name|Value)\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE | re.IGNORECASE
)
_ASSIGNED = lazy_pattern(r"^[^\S\n]*\$(\w+)\s*=\s*(?=[\"'@(\[$]|ConvertTo-Json)", re.MULTILINE | re.IGNORECASE)
_A_DICTIONARY = lazy_pattern(r"^[^\S\n]*\$(\w+)\s*=\s*New-Object\s+\S*Dictionary", re.MULTILINE | re.IGNORECASE)
_ADDED = lazy_pattern(
    r"^[^\S\n]*\$(\w+)(?:\.Add\(\s*(\"[^\"\n]*\"|'[^'\n]*')\s*,\s*(\"[^\n]*\"|'[^\n]*'|\$\w+)\s*\)"
    r"|\[(\"[^\"\n]*\"|'[^'\n]*')\]\s*=\s*(\"[^\n]*\"|'[^\n]*'|\$\w+))",
    re.MULTILINE | re.IGNORECASE,
)
_BYTES = lazy_pattern(r"\(?\[System\.Text\.Encoding\]::\w+\.GetBytes\(([\s\S]*?)\)\)", re.IGNORECASE)
_MOST = 20
_MOST_VARIABLES = 100
_LONGEST_VALUE = 20_000  # characters of what a variable gets
_SWITCHES = frozenset(
    "usebasicparsing usedefaultcredentials allowunencryptedauthentication skipcertificatecheck disablekeepalive "  # noqa: SIM905
    "passthru resume skipheadervalidation preserveauthorizationonredirect noproxy verbose debug skiphttperrorcheck "
    "followrellink proxyusedefaultcredentials preservehttpmethodonredirect allowinsecureredirect".split()
)
_WHY_PASSED_OVER = {
    "Certificate": "a browser sends a client's certificate with credentials alone, and never with a preflight",
    "CertificateThumbprint": "a browser sends a client's certificate with credentials alone, never with a preflight",
    "Credential": "a browser asks its user when the server does; a page sends Authorization by itself",
    "UseDefaultCredentials": "no header of script; a browser logs in so with credentials alone",
    "InFile": "the content of a file is not read",
    "UserAgent": "the browser sends its own",
    "SkipCertificateCheck": "a browser checks it, and fails where it is not trusted",
    "Proxy": "the browser's own proxy settings count; --proxy sets one for the check",
}


def read_powershell(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The requests of Invoke-WebRequest and Invoke-RestMethod, the first one foremost. Raises `UnreadableSource`."""
    text = _BYTES.sub(r"\1", text)
    readings = []
    for found, since, end in _commands(text):
        sent, unknown, passed_over = _sent(text, found, since, end, define or {})
        not_known = tuple(
            NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", define_flag(name))
            for name in dict.fromkeys(unknown)
        )
        reading = call_of(sent, "powershell")
        readings.append(replace(reading, not_known=not_known, passed_over=(*passed_over, *reading.passed_over)))
    return replace(readings[0], further=tuple(readings[1:]))


def sent_by_powershell(text: str) -> tuple[Sent, list[str]]:
    """What a command sends, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    text = _BYTES.sub(r"\1", text)
    found, since, end = _commands(text)[0]
    sent, _, passed_over = _sent(text, found, since, end, {})
    return sent, passed_over


def _commands(text: str) -> list[tuple[re.Match[str], int, int]]:
    """The commands: each with where the one before ended, and where it ends at the latest."""
    found = list(COMMAND.finditer(text))[:_MOST]
    ends = [*(each.start() for each in found[1:]), len(text)]
    return list(zip(found, [0, *(each.end() for each in found)], ends, strict=False))


def _sent(
    text: str, found: re.Match[str], since: int, end: int, define: Mapping[str, str]
) -> tuple[Sent, list[str], list[str]]:
    """What a command sends, the names that are not known, and what means nothing to a browser."""
    values = Values(text, define)
    start = found.start()
    values.values |= {each[1]: {} for each in _A_DICTIONARY.finditer(text, 0, start)}
    for assigned in list(_ASSIGNED.finditer(text, 0, start))[-_MOST_VARIABLES:]:
        if "invoke-" not in text[assigned.end() : assigned.end() + 20].lower():
            tokens = values.tokens(assigned.end(), min(start, assigned.end() + _LONGEST_VALUE))
            values.values[assigned[1]] = values.expression(tokens[: end_of_statement(tokens)])
    for added in _ADDED.finditer(text, 0, start):
        table = values.values.get(added[1])
        if isinstance(table, dict):
            value = added[3] or added[5]
            kind = {'"': "double", "'": "single"}.get(value[0], "word")
            table[(added[2] or added[4])[1:-1]] = values.value((kind, value))
    given = _parameters(values, values.tokens(found.end(), end))
    url = given.get("uri") or ""
    if not isinstance(url, str) or not url:
        raise UnreadableSource("no URL is in this command (-Uri); paste all of it")
    passed_over: list[str] = [f"-{name}: {why}" for name, why in _WHY_PASSED_OVER.items() if name.lower() in given]
    table = given.get("headers")
    headers = [(name, str(value)) for name, value in table.items()] if isinstance(table, dict) else []
    content_type = given.get("contenttype")
    method = str(given.get("custommethod") or given.get("method") or "GET").upper()
    body: Any = given.get("body")
    if isinstance(given.get("form"), dict):
        body = BodyTable(form_data=[(name, str(value)) for name, value in given["form"].items()])
        method = "POST" if method == "GET" else method
    elif isinstance(body, dict):
        fields = urlencode({name: str(value) for name, value in body.items()})
        if method == "GET":
            url += ("&" if "?" in url else "?") + fields
            body = None
        else:
            body, content_type = fields, content_type or "application/x-www-form-urlencoded"
    elif body is not None and not content_type and not any(name.lower() == "content-type" for name, _ in headers):
        content_type = "application/x-www-form-urlencoded" if method == "POST" else None
    if "infile" in given and body is None:
        body = ""
    if content_type:
        headers = [pair for pair in headers if pair[0].lower() != "content-type"]
        headers.append(("Content-Type", str(content_type)))
    _authorize(given, headers)
    cookies = _cookies(text[since:end])
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    elif "websession" in given:
        passed_over.append("-WebSession: the cookies and headers of a session are not in the text; --cookie gives one")
    used = f"{url} {headers} {body if isinstance(body, str) else given.get('form')}"
    unknown = [name for name in values.unknown if f"${{{name}}}" in used]
    return Sent(method=method, url=url, headers=headers, body=body), unknown, passed_over


def _cookies(text: str) -> list[str]:
    """What a session is given: `Cookies.Add((New-Object System.Net.Cookie("a", "b")))`, or objects whose Name and Value
    are set."""
    made = [f"{name[1:-1]}={value[1:-1]}" for name, value in _COOKIE.findall(text)]
    told = [(found[1].lower(), found[2][1:-1]) for found in _COOKIE_SET.finditer(text)]
    names = [value for what, value in told if what == "name"]
    values = [value for what, value in told if what == "value"]
    return made + [f"{name}={value}" for name, value in zip(names, values, strict=False)]


def _authorize(given: dict[str, Any], headers: list[tuple[str, str]]) -> None:
    """-Authentication Basic, Bearer or OAuth: sent at once, while -Credential alone waits to be asked."""
    kind = str(given.get("authentication") or "").lower()
    if kind == "basic":
        headers.append(("Authorization", f"Basic {NOT_TOLD}"))
    elif kind in ("bearer", "oauth"):
        token = str(given.get("token") or "")
        headers.append(("Authorization", f"Bearer {NOT_TOLD if not token or token.startswith('$') else token}"))


def _parameters(values: Values, tokens: list[Token]) -> dict[str, Any]:
    """`-Name value` by lower-case name; the first word without a name is the URI, @name a table of them. A `|` ends the
    command, and so does a closing bracket that it did not open."""
    given: dict[str, Any] = {}
    at = 0
    while at < len(tokens) and tokens[at] not in (("mark", "|"), ("mark", ")"), ("mark", ";")):
        kind, text = tokens[at]
        at += 1
        if kind == "newline":
            if at < len(tokens) and not tokens[at][1].startswith(("-", "`")):
                break  # a line that goes on has a parameter first, with ` at the end of the one before or not
            continue
        if kind == "word" and text.startswith("@") and isinstance(values.values.get(text[1:]), dict):
            given |= {name.lower(): value for name, value in values.values[text[1:]].items()}
            continue
        if kind != "word" or not text.startswith("-"):
            if kind in ("double", "single", "word") and not text.startswith("@"):
                given.setdefault("uri", values.value((kind, text)))
            continue
        name, colon, value = text[1:].partition(":")
        name = name.lower()
        if name in _SWITCHES or (colon and value) or at >= len(tokens):
            given[name] = True
            continue
        at += tokens[at][0] == "newline"
        if at >= len(tokens) or (tokens[at][0] == "word" and tokens[at][1].startswith("-")):
            continue
        end = end_of_value(tokens, at)
        given[name] = values.expression(tokens[at:end])
        at = end
    return given
