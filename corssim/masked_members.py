"""Secrets in JSON and in code: members, pairs and calls with a name that says so, as they are written.

Whole JSON is masked by its structure; of what was cut off, or is code, all is masked up to where it ends.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .masking import MASK
from .patterns import lazy_pattern
from .secret_names import LONGEST_NAME, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Callable

_QUOTE = r"""\\{0,15}["'`]"""
_STRING = rf"(?<![\w$.-])([\w$.-]{{1,{LONGEST_NAME}}})"
_MEMBER = lazy_pattern(rf"{_STRING}((?:{_QUOTE})?\s{{0,8}}(?:=>|[:=]|;s:[0-9]{{1,9}}:)\s{{0,8}})({_QUOTE}|[\[{{])")
_PAIR = lazy_pattern(  # `set("token", "S")`, `["X-Api-Key", "S"]`: two, and no list of names
    rf"(?<=[(\[])\s{{0,8}}{_QUOTE}([\w$.-]{{1,{LONGEST_NAME}}})({_QUOTE}\s{{0,8}},\s{{0,8}})({_QUOTE})"
)
_NAMED_VALUE = lazy_pattern(
    rf"""\b(?i:name|key|header|field|k|id|type)(?:{_QUOTE})?\s{{0,8}}[:=]\s{{0,8}}{_QUOTE}([\w$.-]{{1,{LONGEST_NAME}}})"""
    rf"""({_QUOTE}[^{{}}\[\]\r\n]{{0,100}}?\b(?i:value|v|text)(?:{_QUOTE})?\s{{0,8}}[:=]\s{{0,8}})({_QUOTE})"""
)
_BARE = lazy_pattern(  # `{token: S, pin: 1`
    rf"""([{{,]\s{{0,8}}(?:{_QUOTE})?([\w$.-]{{1,{LONGEST_NAME}}})(?:{_QUOTE})?\s{{0,8}}:\s{{0,8}})([^\s"'`{{}}\[\],*\\][^,}}\]\r\n]*+)"""
)
_CLOSED = {quote: lazy_pattern(rf"(?:[^{quote}\\]|\\[\s\S])*+") for quote in "\"'`"}
_AFTER_A_PAIR = lazy_pattern(r"\s{0,8}(?:[\])]|$)")
_STRING_OR_BRACKET = lazy_pattern(r"""\\?"(?:[^"\\]|\\[^"])*+(?:\\?")?|[\[\]{}]""")
_NAME_A_PAIR = frozenset({"name", "key", "header", "field", "k", "id", "type"})
_VALUE_OF_A_PAIR = frozenset({"value", "v", "text"})


def masked_document(text: str, masked_string: Callable[[str], str]) -> str | None:
    """Whole JSON, masked by its structure, its strings by `masked_string`; None where it is none."""
    try:
        changed = _Changed(masked_string)
        members = changed.members(json.loads(text, object_pairs_hook=_members_once))
        return json.dumps(members, ensure_ascii=False) if changed.is_so else text
    except (ValueError, RecursionError):
        return None


def masked_members(text: str) -> str:
    """`"token": "S"`, `{token: 'S'}`, `password="S"`, `tokens: ["S", …`, `set("token", "S")`. Takes linear time."""
    for pattern in (_NAMED_VALUE, _PAIR, _MEMBER):
        text = _masked_where(pattern, text)
    return _BARE.sub(lambda found: found[1] + MASK if is_secret_name(found[2]) else found.group(), text)


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name twice: of the first nothing would be seen, and it is written there")
    return members


class _Changed:
    """Whether anything of a document was masked; what was not stays as it was written."""

    def __init__(self, masked_string: Callable[[str], str]) -> None:
        self.is_so = False
        self._masked_string = masked_string

    def members(self, value: Any) -> Any:
        if isinstance(value, dict):
            named = [member for name, member in value.items() if name.lower() in _NAME_A_PAIR]
            is_pair = any(isinstance(each, str) and is_secret_name(each) for each in named)
            return {
                name: self.masked(member)
                if is_secret_name(name) or (is_pair and name.lower() in _VALUE_OF_A_PAIR)
                else self.members(member)
                for name, member in value.items()
            }
        if isinstance(value, list):
            if len(value) == 2 and all(isinstance(each, str) for each in value) and is_secret_name(value[0]):
                return [value[0], self.masked(value[1])]
            return [self.members(item) for item in value]
        if isinstance(value, str) and any(mark in value for mark in "=:<"):
            inner = self._masked_string(value)
            self.is_so |= inner != value
            return inner
        return value

    def masked(self, value: Any) -> Any:
        if value in (None, "", True, False):
            return value
        self.is_so = True
        return MASK


def _masked_where(pattern: Any, text: str) -> str:
    """The last group opens the value of the name that is the first."""
    kept, done = [], 0
    while (found := pattern.search(text, done)) is not None:
        opening = found[3]
        kept.append(text[done : found.start(3)])
        done = found.end()
        if not is_secret_name(found[1]):
            kept.append(opening)
        elif opening in "[{":
            kept.append(f'"{MASK}"')
            done = _end_of_brackets(text, found.start(3))
        else:
            done = _end_of_string(text, found.end(), opening)
            if pattern is _PAIR and not _ends_a_pair(text, done, opening):
                kept.append(opening + text[found.end() : done])
            else:
                kept.append(opening + (MASK if done > found.end() else ""))
    return "".join(kept) + text[done:]


def _ends_a_pair(text: str, end: int, quote: str) -> bool:
    return end == len(text) or _AFTER_A_PAIR.match(text, end + len(quote)) is not None


def _end_of_string(text: str, start: int, quote: str) -> int:
    """Where what closes it begins. One in a string of a string is closed by as many backslashes as opened it."""
    if len(quote) == 1:
        closed = _CLOSED[quote].match(text, start)
        assert closed is not None
        return closed.end()
    end = text.find(quote, start)
    while end > 0 and text[end - 1] == "\\":
        end = text.find(quote, end + 1)
    return len(text) if end < 0 else end


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text, start):
        if found.group() in ("[", "{"):
            depth += 1
        elif found.group() in ("]", "}"):
            depth -= 1
            if depth == 0:
                return found.end()
    return len(text)
