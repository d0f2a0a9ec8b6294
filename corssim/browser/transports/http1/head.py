"""The head of an HTTP/1 answer: its status line and its header lines. https://httpwg.org/specs/rfc9112.html#message.parsing"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ....records import NamedTuple

if TYPE_CHECKING:
    from ....fetch.rules import AnswerRules
    from ....fetch.wire import Headers

END_OF_HEAD = lazy_pattern(rb"\n\r?\n")
"""The empty line after which a head ends; a line may end in LF alone."""

_STRICT = lazy_pattern(r"(?:ICY|HTTP/0*1\.0*(\d))[ \t]+(\d{3})(?!\d)(.*)", re.DOTALL)
_FORGIVING = lazy_pattern(r"(?:ICY|HTTP/(\d)(?:\.(\d))?)[^ \t]*(?:[ \t]+(.*))?", re.DOTALL)
_ANY = lazy_pattern(r"HTTP(?:/(\d)\.(\d))?[^ \t]*(?:[ \t]+(.*))?", re.DOTALL | re.IGNORECASE)
_NUMBER = lazy_pattern(r"[+-]?(\d+)(.*)", re.DOTALL)
_WHOLE_NUMBER = lazy_pattern(r"(\d{1,3})(?=[ \t]|\Z)(.*)", re.DOTALL)
_TOKEN = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BLANKS = " \t"


class MalformedAnswer(Exception):
    """What came is no answer, not even to this browser; the message says why."""


class HeadTooLarge(Exception):
    """Its headers are longer than this browser takes; the message is what a user is told."""


class Head(NamedTuple):
    """What an answer says of itself; `is_1_1`: it speaks HTTP/1.1 (or what is read as that)."""

    is_1_1: bool
    status: int
    reason: str
    headers: Headers

    def values(self, name: str) -> list[str]:
        """The values of a header, given in lower case, in their order."""
        return [value for key, value in self.headers if key.lower() == name]


def parse_head(raw: bytes, rules: AnswerRules) -> Head:
    """Read a head. Raises MalformedAnswer."""
    if b"\0" in raw:
        raise MalformedAnswer("there is a NUL in its headers")
    text = raw.decode("latin-1").replace("\r\n", "\n").removesuffix("\r")
    if rules.bare_cr != "spoils-the-line":
        text = text.replace("\r", "\n" if rules.bare_cr == "ends-the-line" else " ")
    first, *lines = _unfolded(text.split("\n"))
    is_1_1, status, reason = _parse_status_line(first, rules)
    headers = tuple(field for line in lines if (field := _parse_field(line, rules)) is not None)
    return Head(is_1_1, status, reason, headers)


def _unfolded(lines: list[str]) -> list[str]:
    """The lines, those that begin with a blank put after the one before. https://httpwg.org/specs/rfc9112.html#line.folding"""
    if not any(line[:1] in _BLANKS for line in lines if line):
        return [line for line in lines if line]
    unfolded: list[list[str]] = []
    for line in lines:
        if line[:1] and line[0] in _BLANKS and unfolded:
            unfolded[-1].append(line.strip(_BLANKS))
        elif line:
            unfolded.append([line.rstrip(_BLANKS)])
    return [" ".join(part for part in parts if part) for parts in unfolded]


def _parse_status_line(line: str, rules: AnswerRules) -> tuple[bool, int, str]:
    if rules.status_lines == "exact":
        exact = _STRICT.fullmatch(line)
        if exact is None or (exact[1] or "0") not in "01" or exact[2] < "100":
            raise MalformedAnswer(f"its status line is {line[:60]!r}")
        return exact[1] == "1", int(exact[2]), exact[3].strip(_BLANKS)
    found = (_ANY if rules.status_lines == "any" else _FORGIVING).match(line)
    if found is None:
        raise MalformedAnswer(f"its status line is {line[:60]!r}")
    is_1_1 = found[1] is not None and (int(found[1]), int(found[2] or 0)) >= (1, 1)
    rest = (found[3] or "").strip(_BLANKS)
    if not rest:
        return is_1_1, 200, ""
    number = (_NUMBER if rules.status_lines == "any" else _WHOLE_NUMBER).match(rest)
    if number is None:
        if rules.status_lines == "any":
            return is_1_1, 200, rest
        raise MalformedAnswer(f"its status line is {line[:60]!r}")
    return is_1_1, int(number[1][:9]), number[2].strip(_BLANKS)


def _parse_field(line: str, rules: AnswerRules) -> tuple[str, str] | None:
    """A header line's name and value; None for a line that browsers pass over."""
    name, colon, value = line.partition(":")
    if rules.blanks_before_colons == "dropped":
        name = name.rstrip(_BLANKS)
    if not colon or _TOKEN.fullmatch(name) is None or "\r" in value:
        return None
    return name, value.strip(_BLANKS)
