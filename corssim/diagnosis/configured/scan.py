"""Values by their keys in YAML, JSON, HCL, properties and code: fragments, often, that no parser takes whole."""

from __future__ import annotations

import re
from string import whitespace
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_COMMENT: Final = lazy_pattern(r"(?m)(?:^|(?<=\s))(?:#|//)[^\n]*")
_BLOCK_COMMENT: Final = lazy_pattern(r"(?m)^[^\S\n]*/\*(?![^\S\n]*\n[^\S\n]+[\w-]+:)")
_CLOSES: Final = whitespace + ",)}]"
_BRACKET: Final = lazy_pattern(r"[(\[{)\]}]")
_REACH: Final = 64 * 1024  # characters in which a bracket has its partner
_NO_STRING: Final = (_REACH, _REACH)
_QUOTE: Final = lazy_pattern(r"[\"'`]")
_STRING: Final = lazy_pattern(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`\n]*)`")


_PART: Final = lazy_pattern(r"(?:\$\{[^{}]*+\}|[^,])++")


def without_comments(text: str) -> str:
    """The text without comments to the end of a line, and those that begin one; `//` inside a URL stays."""
    if "*/" in text:
        text = _without_blocks(text)
    return _LINE_COMMENT.sub("", text)


def _without_blocks(text: str) -> str:
    """Without `/* … */` at the beginning of a line. `/*` above a header is a path."""
    kept, at = [], 0
    for begins in _BLOCK_COMMENT.finditer(text):
        if begins.start() < at:
            continue
        end = text.find("*/", begins.end())
        if end < 0:
            break
        kept.append(text[at : begins.start()])
        at = end + 2
    return "".join((*kept, text[at:]))


def strings_in(text: str) -> list[str]:
    """The quoted strings of a piece of code, in order."""
    return [text[start + 1 : end - 1] for start, end in _strings(text, 0)]


def _strings(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Where strings begin and end. A quote that nothing closes in its line is none; nor is any other of its kind in the
    rest of the line, since nothing would close that one either: each is looked at once.
    """
    unclosed = dict.fromkeys("\"'`", at)  # up to where quotes of each kind have nothing that closes them
    while (quote := _QUOTE.search(text, at)) is not None:
        at = quote.end()
        if quote.start() < unclosed[quote[0]]:
            continue
        string = _STRING.match(text, quote.start())
        if string is None:
            line_end = text.find("\n", at)
            unclosed[quote[0]] = len(text) if line_end < 0 else line_end
        else:
            at = string.end()
            yield quote.start(), at


def balanced(text: str, start: int) -> str:
    """What stands between the bracket at `start` and its partner, strings passed over; the rest where it has none,
    or none that is near.
    """
    text = text[start : start + _REACH]
    strings = _strings(text, 0)
    string, string_end = next(strings, _NO_STRING)
    depth = 0
    for bracket in _BRACKET.finditer(text):
        while bracket.start() >= string_end:
            string, string_end = next(strings, _NO_STRING)
        if bracket.start() > string:
            continue
        depth += 1 if bracket[0] in "([{" else -1
        if depth == 0:
            return text[1 : bracket.start()]
    return text[1:]


def value_of(text: str, key: str) -> str | None:
    """The value of a key, as it is written: a scalar, or a list's text. None where the key is not there.

    Keys are compared without case, hyphens and underscores, as configuration formats take them.
    """
    letters = r"[-_]?".join(re.escape(letter) for letter in key.replace("-", "").replace("_", ""))
    found = re.search(rf"(?im)(?<![\w-])[\"']?{letters}[\"']?\s*(?:=>|[:=])\s*(?:\[\]\w+(?=\{{))?", text)
    if found is None:
        return None
    rest = text[found.end() :]
    line_end = text.find("\n", found.start())
    if line_end != -1 and found.end() > line_end:
        # The value is on the lines below: a block list.
        below = text[line_end + 1 :].lstrip()
        if below.startswith("["):
            return "[" + balanced(below, 0) + "]"
        # The items of one list stand at one depth.
        items = re.match(r"([ \t]*)-[ \t]+[^\n]*(?:\n|$)(?:\1-[ \t]+[^\n]*(?:\n|$))*", text[line_end + 1 :])
        return items[0] if items else ""
    if rest.startswith(("[", "(", "{")):
        return rest[0] + balanced(rest, 0) + {"[": "]", "(": ")", "{": "}"}[rest[0]]
    quoted = _STRING.match(rest)
    if quoted:
        return quoted[0]
    bare = re.split(r"[\n;]|,(?=\s*\n|\s*[\"'\w]+\s*:(?!//))", rest, maxsplit=1)[0].strip()
    # What closes an object around it is not of the value.
    return bare.rstrip(_CLOSES) if re.search(r"[({\[]", bare) is None else bare.rstrip(",")


def listed(value: str | None) -> tuple[str, ...] | None:
    """The names in a value: a list of strings, a block list, or one text with commas."""
    if value is None:
        return None
    value = value.strip()
    if value.startswith(("[", "(", "{")):
        inner = strings_in(value) or [each.strip() for each in value[1:-1].split(",")]
    elif value.startswith("-"):
        inner = [unquoted(line.strip()[1:].strip()) for line in value.splitlines() if line.strip().startswith("-")]
    else:
        inner = [unquoted(value)]
    # `${env:NAME, 'other'}` is one.
    parts = (part.strip().strip("'\"") for each in inner for part in _PART.findall(unquoted(each)))
    return tuple(part for part in parts if part)


def unquoted(text: str) -> str:
    """A scalar without its quotes; those of SAM's values stand inside others."""
    start, end = 0, len(text)
    while True:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if end - start < 2 or text[start] != text[end - 1] or text[start] not in "\"'":
            return text[start:end]
        start, end = start + 1, end - 1


def list_of(text: str, *keys: str) -> tuple[str, ...] | None:
    """The names under the first of these keys that is there."""
    for key in keys:
        found = listed(value_of(text, key))
        if found is not None:
            return found
    return None


def flag_of(text: str, *keys: str) -> bool:
    """Whether one of these keys is set to true."""
    return any(unquoted(value_of(text, key) or "").lower() in ("true", "yes", "on") for key in keys)


def scalar_of(text: str, *keys: str) -> str | None:
    """The value of the first of these keys, without quotes."""
    for key in keys:
        found = value_of(text, key)
        if found is not None:
            return unquoted(found) or None
    return None
