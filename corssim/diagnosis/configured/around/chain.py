"""Calls of a text, and the chain of calls that one stands in."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ....patterns import lazy_pattern
from ..scan import balanced

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 100
_REACH: Final = 20_000
_MEMBER: Final = lazy_pattern(
    r"\b(?P<of>[A-Za-z_$][\w$]*)\s*\.\s*(?P<name>[A-Za-z_]\w*)\s*(?:<(?P<type>[\w.]*)>)?\s*\("
)
_BRACKET: Final = lazy_pattern(r"[()\[\]{}]")


class Call(NamedTuple):
    """A call of a member of a name: where it begins, whose it is, what it is called, and what it is given."""

    at: int
    of: str
    name: str
    given: str
    of_type: str = ""


def calls_of(text: str, names: frozenset[str]) -> Iterator[Call]:
    """The calls of members with these names, in their order."""
    for found in islice((each for each in _MEMBER.finditer(text) if each["name"] in names), _MOST):
        yield Call(found.start(), found["of"], found["name"], balanced(text, found.end() - 1), found["type"] or "")


def all_calls_of(text: str, names: frozenset[str]) -> Iterator[Call]:
    """The calls of members with these names, in their order, those behind other calls of one chain too."""
    for found in islice((each for each in _BEHIND.finditer(text) if each["name"] in names), _MOST):
        before = text[max(0, found.start() - _REACH) : found.start()]
        named = _ENDS_IN_NAME.search(before)
        at = found.start() if named is None else found.start() - len(before) + named.start()
        if named is None and before.rstrip()[-1:] == ")":
            named = _CHAINED.search(chain_before(text, found.start()))
        if named is not None:
            yield Call(at, named[1], found["name"], balanced(text, found.end() - 1))


_BEHIND: Final = lazy_pattern(r"\.\s*(?P<name>[A-Za-z_]\w*)\s*(?:<[\w.]*>)?\s*\(")
_ENDS_IN_NAME: Final = lazy_pattern(r"([A-Za-z_$][\w$]*)\s*\Z")
_CHAINED: Final = lazy_pattern(r"([A-Za-z_$][\w$]*)(?:\s*\.\s*\w+\s*)+\Z")


def chain_before(text: str, at: int) -> str:
    """What stands in front of a place in its own expression: not what the calls there are given, nor what is around."""
    begins = max(0, at - _REACH)
    kept: list[str] = []
    depth, end = 0, at
    for bracket in reversed(list(_BRACKET.finditer(text, begins, at))):
        if bracket[0] in ")]}":
            if depth == 0:
                kept.append(text[bracket.end() : end])
            depth += 1
        else:
            if depth == 0:
                return "".join(reversed([*kept, text[bracket.end() : end]]))
            depth -= 1
            end = bracket.start() if depth == 0 else end
    return "".join(reversed([*kept, text[begins:end]]))
