"""Where a place stands in a text of JavaScript: in which blocks, of which functions, behind which statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..scan import balanced

if TYPE_CHECKING:
    from collections.abc import Sequence

FUNCTION: Final = lazy_pattern(
    r"(?:async\s+)?(?:function\b\s*\w*\s*(?=\()|(?=\([^()]*\)\s*(?::[^={}]{1,40})?=>)|\w+\s*=>)"
)
"""A function that stands where a value may."""
_TYPE_AND_ARROW: Final = lazy_pattern(r"\s*(?::[^={}]{1,40})?(?:=>)?\s*")
_STRING: Final = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
_BRACES: Final = lazy_pattern(rf"{_STRING}|[{{}}]")
_BRACKETS: Final = lazy_pattern(rf"{_STRING}|[()\[\]{{}}]")
_TEXTS: Final = lazy_pattern(rf"{_STRING}|(?<=[\s(,:=\[])/(?:[^/\\\n]|\\.)+/")
_CLASS: Final = lazy_pattern(r"\bclass\s+[\w\s,.<>]*$")
_PARAMETERS: Final = r"\((?:[^(){}]|\([^()]*\)){0,300}\)\s*(?::[^{}=;]{1,80})?"
_HEADER_OF: Final = lazy_pattern(
    rf"(?:\b(?:function|func)\s*(?P<function>\w+)\s*{_PARAMETERS}(?:[\w.]+\s*)?"
    rf"|\b(?P<assigned>\w+)\s*=\s*(?:async\s*)?(?:function\s*)?{_PARAMETERS}(?:=>\s*)?"
    rf"|(?:^|[\s;}}])(?P<method>(?!(?:if|for|while|switch|catch|function)\b)[A-Za-z_]\w*)\s*{_PARAMETERS})$"
)
_REACH: Final = 300  # characters in which a function's head stands


def without_texts(code: str) -> str:
    """The code with nothing in its texts and expressions, at the same places."""
    return _TEXTS.sub(lambda found: "'" + " " * (len(found[0]) - 2) + "'", code)


def body_of(function: str) -> str:
    """What stands in a function's braces, or behind its arrow."""
    head = FUNCTION.match(function)
    at = 0 if head is None else head.end()
    if function[at : at + 1] == "(":
        at += len(balanced(function, at)) + 2
    behind = _TYPE_AND_ARROW.match(function, at)
    at = at if behind is None else behind.end()
    return balanced(function, at) if function[at : at + 1] == "{" else function[at:]


def closed(begun: str) -> str:
    """The whole statements of a text that ends inside one: that one is left out where a bracket is open."""
    depth_at: list[int] = []
    for bracket in _BRACKETS.finditer(begun):
        if bracket[0] in "([{":
            depth_at.append(bracket.start())
        elif bracket[0] in ")]}" and depth_at:
            depth_at.pop()
    return begun[: depth_at[0]] if depth_at else begun


def opened_at(text: str, places: Sequence[int]) -> list[list[int]]:
    """For each of several places in their order, where the braces open that are not closed before it."""
    found: list[list[int]] = []
    opened: list[int] = []
    for bracket in _BRACES.finditer(text):
        while len(found) < len(places) and places[len(found)] <= bracket.start():
            found.append(list(opened))
        if len(found) == len(places):
            break
        if bracket[0] == "{":
            opened.append(bracket.start())
        elif bracket[0] == "}" and opened:
            opened.pop()
    return found + [list(opened)] * (len(places) - len(found))


def blocks_around(text: str, at: int) -> list[tuple[int, str]]:
    """Where the blocks around a place begin, the outermost first: 0 for the text; and each one's function by name."""
    opened: list[int] = []
    for bracket in _BRACES.finditer(text, 0, at):
        if bracket[0] == "{":
            opened.append(bracket.start())
        elif bracket[0] == "}" and opened:
            opened.pop()
    found = [(0, "")]
    for each in opened:
        before = text[max(0, each - _REACH) : each]
        if _CLASS.search(before) is not None:
            found = [one for one in found if one[0] == 0]
            continue
        head = _HEADER_OF.search(before)
        name = "" if head is None else head["function"] or head["assigned"] or head["method"] or ""
        found.append((each + 1, "" if name == "constructor" else name))
    return found


def begin_of_block(text: str, at: int) -> int:
    return blocks_around(text, at)[-1][0]
