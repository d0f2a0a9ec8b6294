"""An HTTPie command (http, https, xh). https://httpie.io/docs/cli/request-items"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...patterns import lazy_pattern
from ..model import BodyTable
from .as_sent import Sent, call_of
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, command_words

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(rf"\s*{PROMPT}?(https?|xhs?)\s+(?!.*[({{]\s*$)", re.IGNORECASE)

_METHOD = lazy_pattern(r"[A-Z]+|(?i:get|head|post|put|patch|delete|options)")
_ITEM = lazy_pattern(r"((?:\\.|[^\\:=@;])*?)(:=@|==@|=@|:@|:=|==|=|:|@|;)(.*)", re.DOTALL)
_TAKE_A_VALUE = frozenset(
    "--auth -a --auth-type -A --output -o --print -p --session --session-read-only --proxy --verify "  # noqa: SIM905
    "--cert --cert-key --cert-key-pass --timeout --max-redirects --max-headers --style -s --pretty --format-options "
    "--raw --boundary --default-scheme --response-charset --response-mime --bearer --ssl --ciphers --history-print -P "
    "--interface --resolve --http-version --unix-socket".split()
)
_OF_THE_REQUEST = frozenset(
    "--form --json --multipart --auth --auth-type --bearer --raw --default-scheme".split()  # noqa: SIM905
)
_OF_THE_SESSION = "its headers and cookies are kept in a file, which is not read"
_ANOTHER_SERVER = "a browser asks the server that the URL names, which may answer otherwise"
_WHY_PASSED_OVER = {
    "--session": _OF_THE_SESSION,
    "--session-read-only": _OF_THE_SESSION,
    "--cert": "a browser sends a client's certificate with credentials alone, and never with a preflight",
    "--resolve": _ANOTHER_SERVER,
    "--unix-socket": _ANOTHER_SERVER,
}
_AUTH_BY_HEADER = ("basic", "bearer")
_FILE_AT_THE_END = lazy_pattern(r"\s<\s*([\w./~-]+)\s*$")
_TEXT_AT_THE_END = lazy_pattern(r"\s<<<\s*\$?('[^']*'|\"[^\"]*\")\s*$")
_JSON_ACCEPT = "application/json, */*;q=0.5"


def read_httpie(text: str, define: Mapping[str, str] | None = None, stdin: str | None = None) -> Reading:
    """The call that an HTTPie command stands for; `stdin` is what is piped into it. Raises `UnreadableSource`."""
    unknown: list[str] = []
    sent, passed_over = sent_by_httpie(text, define, unknown, stdin)
    reading = call_of(sent, "httpie")
    not_known = tuple(
        NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", define_flag(name)) for name in unknown
    )
    return replace(reading, passed_over=(*passed_over, *reading.passed_over), not_known=not_known)


def sent_by_httpie(
    text: str,
    define: Mapping[str, str] | None = None,
    unknown: list[str] | None = None,
    stdin: str | None = None,
) -> tuple[Sent, list[str]]:
    """What an HTTPie command sends, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    found = COMMAND.match(text)
    assert found is not None
    unknown = [] if unknown is None else unknown
    words = command_words(text[found.end() :], define or {}, unknown)
    flags, positional, passed_over = _sorted_out(words)
    method = positional.pop(0).upper() if positional and _METHOD.fullmatch(positional[0]) else ""
    if not positional:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: http https://api.example/items")
    secure = found[1].lower() in ("https", "xhs")
    url = _url(positional[0], "https" if secure else flags.get("--default-scheme", "http"))
    headers, removed, queries, data = _items(positional[1:])
    body: Any = flags.get("--raw", _redirected(text, passed_over) if stdin is None else stdin)
    if data and ("--form" in flags or "--multipart" in flags):
        fields = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in data.items()]
        is_multipart = "--multipart" in flags or any(value.startswith("(the file ") for _, value in fields)
        body = BodyTable(form_data=fields) if is_multipart else BodyTable(form_urlencoded=fields)
    elif (
        data
        or ("--json" in flags and "--form" not in flags)
        or (body is not None and not _has(headers, "content-type"))
    ):
        body = json.dumps(data) if data else body
        defaults = (("Content-Type", "application/json"), ("Accept", _JSON_ACCEPT))
        headers += [pair for pair in defaults if not _has(headers, pair[0]) and pair[0].lower() not in removed]
    _authorize(flags, headers, passed_over)
    if queries:
        url = url.partition("#")[0]
        url += ("&" if "?" in url else "?") + "&".join(queries)
    method = method or ("POST" if body is not None else "GET")
    return Sent(method=method, url=url, headers=headers, body=body), passed_over


def _sorted_out(words: list[str]) -> tuple[dict[str, str], list[str], list[str]]:
    flags: dict[str, str] = {}
    positional: list[str] = []
    passed_over: list[str] = []
    rest = iter(each for word in words for each in _apart(word))
    for word in rest:
        if not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        name, equals, value = word.partition("=")
        name = {"-f": "--form", "-j": "--json", "-a": "--auth", "-A": "--auth-type"}.get(name, name)
        flags[name] = value if equals else next(rest, "") if name in _TAKE_A_VALUE else ""
        if name not in _OF_THE_REQUEST:
            passed_over.append(f"{word}: {_WHY_PASSED_OVER[name]}" if name in _WHY_PASSED_OVER else word)
    return flags, positional, passed_over


def _apart(word: str) -> list[str]:
    """Short options that are run together, the last of which may take a value: -fv, -ja user:pass."""
    if not re.fullmatch(r"-[a-zA-Z]{2,}", word) or any(f"-{letter}" in _TAKE_A_VALUE for letter in word[1:-1]):
        return [word]
    return [f"-{letter}" for letter in word[1:]]


def _url(text: str, scheme: str) -> str:
    if text.startswith(":"):
        port = re.match(r":(\d*)", text)
        assert port is not None
        rest = text[port.end() :]
        return f"{scheme}://localhost{':' + port[1] if port[1] else ''}{rest if rest.startswith('/') else '/' + rest}"
    return text if "://" in text else f"{scheme}://{text}"


def _redirected(text: str, passed_over: list[str]) -> str | None:
    """What `<<< text` at the end of a command feeds to it, or "" for a file's content."""
    if (given := _TEXT_AT_THE_END.search(text)) is not None:
        return given[1][1:-1]
    if (file := _FILE_AT_THE_END.search(text)) is None:
        return None
    passed_over.append(f"the content of {file[1]} (a file is not read)")
    return ""


def _items(items: list[str]) -> tuple[list[tuple[str, str]], set[str], list[str], dict[str, Any]]:
    """Headers `Name:value`, those that `Name:` takes away (in lower case), query parameters `name==value`, data
    `name=value`, `name:=json` and `name@file`."""
    from urllib.parse import quote_plus

    headers: list[tuple[str, str]] = []
    removed: set[str] = set()
    queries: list[str] = []
    data: dict[str, Any] = {}
    for item in items:
        found = _ITEM.fullmatch(item)
        if found is None:
            raise UnreadableSource(
                f"{item!r:.100} is no item of an HTTPie command; write Name:value, name==value or name=value"
            )
        name, separator, value = re.sub(r"\\(.)", r"\1", found[1]), found[2], found[3]
        match separator:
            case ":" if value.strip():
                headers.append((name, value.strip()))
            case ":":
                removed.add(name.lower())
            case ";":
                headers.append((name, ""))
            case "==":
                queries.append(f"{quote_plus(name)}={quote_plus(value)}")
            case "=":
                data[name] = value
            case ":=":
                try:
                    data[name] = json.loads(value)
                except (ValueError, RecursionError) as error:
                    raise UnreadableSource(f"{item!r:.100}: what stands behind := is not JSON") from error
            case _:
                data[name] = f"(the file {value.partition(';')[0]})"
    return headers, removed, queries, data


def _has(headers: list[tuple[str, str]], name: str) -> bool:
    return any(key.lower() == name.lower() for key, _ in headers)


def _authorize(flags: dict[str, str], headers: list[tuple[str, str]], passed_over: list[str]) -> None:
    import base64

    if "--auth" in flags:
        headers[:] = [pair for pair in headers if pair[0].lower() != "authorization"]
    elif _has(headers, "authorization"):
        return
    kind = flags.get("--auth-type", "basic").lower()
    if kind not in _AUTH_BY_HEADER:
        passed_over.append(f"--auth-type {kind}: no header of script; a browser asks its user when the server does")
        return
    given = flags.get("--auth") or ""
    if kind == "bearer" or flags.get("--bearer"):
        headers.append(("Authorization", f"Bearer {flags.get('--bearer') or given}"))
    elif given:
        headers.append(("Authorization", f"Basic {base64.b64encode(given.encode()).decode()}"))
