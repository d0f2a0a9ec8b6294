"""Invoke-WebRequest and Invoke-RestMethod, as developer tools copy them and as people write them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...patterns import lazy_pattern
from .as_sent import Sent, call_of
from .reading import NotKnown, Reading, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(r"\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s", re.IGNORECASE)
PROMPTED = lazy_pattern(
    r"[ \t]*(?:PS [^>\n]*>[ \t]*)?(?:\$\w+[ \t]*=[ \t]*)?(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)[ \t]",
    re.IGNORECASE,
)
"""At the start of a line, behind a prompt or not."""

_TOKEN = lazy_pattern(
    r"""(?P<space>(?:\s|`\r?\n)+)"""
    r"""|(?P<double>"(?:`[\s\S]|""|[^"`])*")"""
    r"""|(?P<single>'(?:''|[^'])*')"""
    r"""|(?P<here>@'\r?\n(?P<here_text>[\s\S]*?)\r?\n'@)"""
    r"""|(?P<here_double>@"\r?\n[\s\S]*?\r?\n"@)"""
    r"""|(?P<mark>@\{|[{}()=;,|\[\]])"""
    r"""|(?P<word>[^\s"'`{}()=;,|\[\]]+)"""
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ESCAPED = lazy_pattern(r'`u\{([0-9A-Fa-f]{1,6})\}|`([\s\S])|""')
_CODE = lazy_pattern(r"\$\(\[char\](\d+)\)")
_VARIABLE = lazy_pattern(r"\$\{?(\w+)\}?")
_COOKIE = lazy_pattern(
    r"Cookies\.Add\(\(New-Object System\.Net\.Cookie\(\s*(\"[^\"]*\"|'[^']*')\s*,\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE
)
_ASSIGNED = lazy_pattern(r"^[^\S\n]*\$(\w+)\s*=\s*(?=[\"'@])", re.MULTILINE)
_A_DICTIONARY = lazy_pattern(r"^[^\S\n]*\$(\w+)\s*=\s*New-Object\s+\S*Dictionary", re.MULTILINE | re.IGNORECASE)
_ADDED = lazy_pattern(
    r"^[^\S\n]*\$(\w+)(?:\.Add\(\s*(\"[^\"\n]*\"|'[^'\n]*')\s*,\s*(\"[^\n]*\"|'[^\n]*'|\$\w+)\s*\)"
    r"|\[(\"[^\"\n]*\"|'[^'\n]*')\]\s*=\s*(\"[^\n]*\"|'[^\n]*'|\$\w+))",
    re.MULTILINE | re.IGNORECASE,
)
_BYTES = lazy_pattern(r"\(?\[System\.Text\.Encoding\]::\w+\.GetBytes\(([\s\S]*?)\)\)", re.IGNORECASE)
_TO_JSON = lazy_pattern(r"\}\s*\|\s*ConvertTo-Json", re.IGNORECASE)

_Token = tuple[str, str]


class _Reader:
    def __init__(self, text: str, define: Mapping[str, str]) -> None:
        self.text = text
        self.values: dict[str, Any] = dict(define)
        self.unknown: list[str] = []

    def tokens(self, start: int) -> list[_Token]:
        """The tokens up to the end of the pipeline."""
        tokens: list[_Token] = []
        at = start
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if found is None:
                line = self.text.count("\n", 0, at) + 1
                raise UnreadableSource(f"the command breaks off: a quote in line {line} is not closed; paste all of it")
            at = found.end()
            if found.lastgroup != "space":
                tokens.append((found.lastgroup or "", found.group()))
        return tokens

    def value(self, token: _Token) -> str:
        kind, text = token
        if kind == "double":
            return self._expanded(text[1:-1])
        if kind == "single":
            return text[1:-1].replace("''", "'")
        if kind in ("here", "here_text"):
            return text.split("\n", 1)[1].rsplit("\n", 1)[0]
        if kind == "here_double":
            return self._expanded(text.split("\n", 1)[1].rsplit("\n", 1)[0])
        return self._expanded(text) if text.startswith("$") else text

    def _expanded(self, text: str) -> str:
        text = _CODE.sub(lambda found: chr(min(int(found[1][:7]), 0x10FFFF)), text)
        parts, at = [], 0
        for found in re.finditer(rf"{_ESCAPED.pattern}|{_VARIABLE.pattern}", text):
            parts.append(text[at : found.start()])
            at = found.end()
            if found[1]:
                parts.append(chr(min(int(found[1], 16), 0x10FFFF)))
            elif found[2] is not None:
                parts.append(_ESCAPES.get(found[2], found[2]))
            elif found[3]:
                parts.append(self._variable(found[3]))
            else:
                parts.append('"')
        return "".join([*parts, text[at:]])

    def _variable(self, name: str) -> str:
        if isinstance(self.values.get(name), str):
            return str(self.values[name])
        if name.lower() not in ("session", "true", "false", "null"):
            self.unknown.append(name)
        return f"${{{name}}}"

    def table(self, tokens: list[_Token], at: int) -> tuple[dict[str, str], int]:
        """A hash table from behind its @{, and where the tokens go on."""
        table: dict[str, str] = {}
        while at < len(tokens) and tokens[at][1] != "}":
            if tokens[at][1] in (";", ","):
                at += 1
                continue
            name = self.value(tokens[at])
            if at + 2 >= len(tokens) or tokens[at + 1][1] != "=":
                raise UnreadableSource(f"the table of headers breaks off at {name!r:.60}; paste all of the command")
            table[name] = self.value(tokens[at + 2])
            at += 3
        return table, at + 1


def read_powershell(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The request of an Invoke-WebRequest or Invoke-RestMethod. Raises `UnreadableSource`."""
    sent, unknown = sent_by_powershell(text, define)
    not_known = tuple(
        NotKnown(name, "url" if f"${{{name}}}" in sent.url else "a value", f"--define {name}=…")
        for name in dict.fromkeys(unknown)
    )
    return replace(call_of(sent, "powershell"), not_known=not_known)


def sent_by_powershell(text: str, define: Mapping[str, str] | None = None) -> tuple[Sent, list[str]]:
    """What a command sends, and the variables whose value is not in there. Raises `UnreadableSource`."""
    text = _BYTES.sub(r"\1", text)
    reader = _Reader(text, define or {})
    found = COMMAND.search(text)
    assert found is not None
    reader.values |= {each[1]: {} for each in _A_DICTIONARY.finditer(text, 0, found.start())}
    for assigned in _ASSIGNED.finditer(text, 0, found.start()):
        _assign(reader, assigned)
    for added in _ADDED.finditer(text, 0, found.start()):
        table = reader.values.get(added[1])
        if isinstance(table, dict):
            value = added[3] or added[5]
            kind = {'"': "double", "'": "single"}.get(value[0], "word")
            table[(added[2] or added[4])[1:-1]] = reader.value((kind, value))
    given = _parameters(reader, reader.tokens(found.end()))
    url = given.get("uri") or ""
    if not isinstance(url, str) or not url:
        raise UnreadableSource("no URL is in this command (-Uri); paste all of it")
    table = given.get("headers")
    headers = list(table.items()) if isinstance(table, dict) else []
    content_type = given.get("contenttype")
    body = given.get("body")
    if isinstance(body, dict):
        from urllib.parse import urlencode

        body = urlencode(body)
        content_type = content_type or "application/x-www-form-urlencoded"
    if content_type:
        headers.append(("Content-Type", content_type))
    cookies = "; ".join(f"{name[1:-1]}={value[1:-1]}" for name, value in _COOKIE.findall(text))
    if cookies:
        headers.append(("Cookie", cookies))
    method = str(given.get("method") or "GET").upper()
    return Sent(method=method, url=url, headers=headers, body=body), reader.unknown


def _assign(reader: _Reader, assigned: re.Match[str]) -> None:
    tokens = reader.tokens(assigned.end())
    if tokens and tokens[0][1] == "@{":
        table, _ = reader.table(tokens, 1)
        line_end = reader.text.find("}", assigned.end())
        is_json = line_end > 0 and _TO_JSON.match(reader.text, line_end) is not None
        reader.values[assigned[1]] = json.dumps(table) if is_json else table
    elif tokens and tokens[0][0] in ("double", "single", "here", "here_double"):
        reader.values[assigned[1]] = reader.value(tokens[0])


def _parameters(reader: _Reader, tokens: list[_Token]) -> dict[str, Any]:
    """`-Name value` by lower-case name; the first word without a name is the URI. A `|` ends the command."""
    given: dict[str, Any] = {}
    at = 0
    while at < len(tokens) and tokens[at] != ("mark", "|"):
        kind, text = tokens[at]
        at += 1
        if kind != "word" or not text.startswith("-"):
            if kind in ("double", "single", "word"):
                given.setdefault("uri", reader.value((kind, text)))
            continue
        name = text[1:].rstrip(":").lower()
        if at >= len(tokens) or (tokens[at][0] == "word" and tokens[at][1].startswith("-")):
            continue
        if name == "usebasicparsing":
            continue
        if tokens[at][1] in ("@{", "("):
            at += 1
            if tokens[at - 1][1] == "(":
                continue
            given[name], at = reader.table(tokens, at)
            continue
        token = tokens[at]
        at += 1
        variable = token[1][1:] if token[1].startswith("$") else ""
        given[name] = reader.values[variable] if variable in reader.values else reader.value(token)
    return given
