"""Values by their keys in YAML, JSON, HCL, properties and code: fragments, often, that no parser takes whole."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern

_LINE_COMMENT: Final = lazy_pattern(r"(?m)(?:^|(?<=\s))(?:#|//)[^\n]*")
_STRING: Final = lazy_pattern(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`\n]*)`")


def without_comments(text: str) -> str:
    """The text without comments to the end of a line; `//` inside a URL stays."""
    return _LINE_COMMENT.sub("", text)


def strings_in(text: str) -> list[str]:
    """The quoted strings of a piece of code, in order."""
    return [next(group for group in found.groups() if group is not None) for found in _STRING.finditer(text)]


def balanced(text: str, start: int) -> str:
    """What stands between the bracket at `start` and its partner, strings passed over; the rest where it has none."""
    depth, position = 0, start
    while position < len(text):
        found = _STRING.match(text, position)
        if found:
            position = found.end()
            continue
        if text[position] in "([{":
            depth += 1
        elif text[position] in ")]}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : position]
        position += 1
    return text[start + 1 :]


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
        items = re.match(r"(?:[ \t]*-[ \t]+[^\n]*(?:\n|$))+", text[line_end + 1 :])
        return items[0] if items else ""
    if rest[:1] in "[({":
        return rest[0] + balanced(rest, 0) + {"[": "]", "(": ")", "{": "}"}[rest[0]]
    quoted = _STRING.match(rest)
    if quoted:
        return quoted[0]
    bare = re.split(r"[\n;]|,(?=\s*\n|\s*[\"'\w]+\s*:(?!//))", rest, maxsplit=1)[0].strip()
    # What closes an object around it is not of the value.
    return re.sub(r"[\s,)}\]]+$", "", bare) if not re.search(r"[({\[]", bare) else bare.rstrip(",")


def listed(value: str | None) -> tuple[str, ...] | None:
    """The names in a value: a list of strings, a block list, or one text with commas."""
    if value is None:
        return None
    value = value.strip()
    if value[:1] in "[({":
        inner = strings_in(value) or [each.strip() for each in value[1:-1].split(",")]
    elif value.startswith("-"):
        inner = [unquoted(line.strip()[1:].strip()) for line in value.splitlines() if line.strip().startswith("-")]
    else:
        inner = [unquoted(value)]
    parts = (part.strip().strip("'\"") for each in inner for part in unquoted(each).split(","))
    return tuple(part for part in parts if part)


def unquoted(text: str) -> str:
    """A scalar without its quotes; those of SAM's values stand inside others."""
    text = text.strip()
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


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
