"""PowerShell's values: strings, tables and what is made JSON of, as far as they are in the text; nothing is run.

https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ...patterns import lazy_pattern
from .reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = lazy_pattern(
    r"""(?P<newline>[^\S\n]*\n\s*)"""
    r"""|(?P<space>(?:[^\S\n]|`\r?\n)+)"""
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
_MOST_TOKENS = 5_000
_DEEPEST = 40  # brackets within brackets
Token = tuple[str, str]
"""Its kind, and its text."""


class Values:
    """The values of a text. `unknown` gets the names of variables that nothing in it sets."""

    def __init__(self, text: str, define: Mapping[str, str]) -> None:
        self.text = text
        self.values: dict[str, Any] = dict(define)
        self.unknown: list[str] = []
        self._depth = 0

    def tokens(self, start: int, end: int) -> list[Token]:
        """The tokens of a part of the text, line breaks that are not escaped among them."""
        tokens: list[Token] = []
        at = start
        while at < end and len(tokens) < _MOST_TOKENS:
            found = _TOKEN.match(self.text, at, end)
            if found is None:
                line = self.text.count("\n", 0, at) + 1
                raise UnreadableSource(f"the command breaks off: a quote in line {line} is not closed; paste all of it")
            at = found.end()
            if found.lastgroup != "space":
                tokens.append((found.lastgroup or "", found.group()))
        return tokens

    def value(self, token: Token) -> str:
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

    def table(self, tokens: list[Token], at: int) -> tuple[dict[str, Any], int]:
        """A hash table from behind its @{, and where the tokens go on."""
        table: dict[str, Any] = {}
        while at < len(tokens) and tokens[at][1] != "}":
            if tokens[at][1] in (";", ",") or tokens[at][0] == "newline":
                at += 1
                continue
            name = self.value(tokens[at])
            if at + 2 >= len(tokens) or tokens[at + 1][1] != "=":
                raise UnreadableSource(f"the table of headers breaks off at {name!r:.60}; paste all of the command")
            start = at + 2
            at = _end_of_expression(tokens, start)
            table[name] = self.expression(tokens[start:at])
        return table, at + 1

    def expression(self, tokens: list[Token]) -> Any:
        """A string or a table; of what is neither, its text in ${…}."""
        tokens = _without_casts(_stripped(tokens))
        self._depth += 1
        try:
            return self._expression(tokens) if self._depth <= _DEEPEST else ""
        finally:
            self._depth -= 1

    def _expression(self, tokens: list[Token]) -> Any:
        if not tokens:
            return ""
        first = tokens[0][1].lower()
        names = [text.lower() for kind, text in tokens if kind == "word"]
        if first == "(" and _closing(tokens, 0) == len(tokens) - 1:
            return self.expression(tokens[1:-1])
        if first == "convertto-json":
            given = [token for token in tokens[1:] if not token[1].startswith("-") and not token[1].isdigit()]
            return json.dumps(self.expression(given))
        if "convertto-json" in names and (pipe := _pipe(tokens)) > 0:
            return json.dumps(self.expression(tokens[:pipe]))
        if first == "@{" and _closing(tokens, 0) == len(tokens) - 1:
            return self.table(tokens, 1)[0]
        if len(tokens) == 1:
            name = tokens[0][1][1:] if first.startswith("$") else ""
            return self.values[name] if name in self.values else self.value(tokens[0])
        if all(token[1] == "+" for token in tokens[1::2]) and len(tokens) % 2:
            return "".join(str(self.value(token)) for token in tokens[::2])
        text = " ".join(text for _, text in tokens)
        self.unknown.append(text[:60])
        return f"${{{text[:60]}}}"


def _closing(tokens: list[Token], at: int) -> int:
    """Where the bracket at `at` is closed, or the last token."""
    depth = 0
    for number in range(at, len(tokens)):
        if tokens[number][1] in ("@{", "{", "(", "["):
            depth += 1
        elif tokens[number][1] in ("}", ")", "]") and tokens[number][0] == "mark":
            depth -= 1
            if depth == 0:
                return number
    return len(tokens)


def _end_of_expression(tokens: list[Token], at: int) -> int:
    """Where `;`, a line break or a closing bracket ends the value that begins at `at`."""
    while at < len(tokens):
        kind, text = tokens[at]
        if kind == "newline" or (kind == "mark" and text in (";", "}", ")")):
            return at
        at = _closing(tokens, at) + 1 if text in ("@{", "{", "(", "[") and kind == "mark" else at + 1
    return at


def end_of_statement(tokens: list[Token], at: int = 0) -> int:
    """Where the statement ends that begins at `at`; a pipe at the end of a line goes on."""
    while True:
        at = _end_of_expression(tokens, at)
        if at >= len(tokens) or tokens[at][0] != "newline" or tokens[at - 1][1] != "|":
            return at
        at += 1


def end_of_value(tokens: list[Token], at: int) -> int:
    """Where a parameter's value ends that begins at `at`: one word, one bracket, or what [casts] stand before."""
    while tokens[at : at + 1] == [("mark", "[")]:
        at = _closing(tokens, at) + 1
    return _closing(tokens, at) + 1 if tokens[at : at + 1] and tokens[at][1] in ("@{", "{", "(") else at + 1


def _pipe(tokens: list[Token]) -> int:
    """The last pipe that stands in no bracket, or -1."""
    at, last = 0, -1
    while at < len(tokens):
        if tokens[at] == ("mark", "|"):
            last = at
        at = _closing(tokens, at) + 1 if tokens[at][1] in ("@{", "{", "(") else at + 1
    return last


def _stripped(tokens: list[Token]) -> list[Token]:
    """Without the line breaks around."""
    while tokens and tokens[0][0] == "newline":
        tokens = tokens[1:]
    while tokens and tokens[-1][0] == "newline":
        tokens = tokens[:-1]
    return tokens


def _without_casts(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[0] == ("mark", "["):
        tokens = tokens[_closing(tokens, 0) + 1 :]
    return tokens
