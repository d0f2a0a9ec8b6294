"""The items of an HTTPie command, and the JSON that names in brackets build.

https://httpie.io/docs/cli/request-items, https://httpie.io/docs/cli/nested-json
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...patterns import lazy_pattern
from .reading import UnreadableSource

__all__ = ["FILE_OF", "Items", "items_of"]

_SEPARATOR = lazy_pattern(r":=@|==@|=@|:@|:=|==|=|:|@|;")
_ESCAPED = lazy_pattern(r"\\([:=@;])|\\[^\0]")
_PATH_ESCAPED = lazy_pattern(r"\\[\\\[\]]")
FILE_OF = "(the file {})"
"""What stands for the content of a file, which is not read."""
_HIGHEST_INDEX = 1_000


class _Item(NamedTuple):
    name: str
    separator: str
    value: str


@dataclass
class Items:
    """Headers in order (None where `Name:` takes one away), query parameters, fields of a form, files, and what JSON
    the data are."""

    headers: list[tuple[str, str | None]] = field(default_factory=list)
    queries: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    data: Any = None
    passed_over: list[str] = field(default_factory=list)

    @property
    def has_data(self) -> bool:
        return self.data is not None or bool(self.fields) or bool(self.files) or bool(self.passed_over)


def items_of(words: list[str], *, form: bool, multipart: bool) -> Items:
    """Raises `UnreadableSource` at what HTTPie refuses."""
    items = Items()
    for word in words:
        item = _item(word)
        name, separator, value = item
        match separator:
            case ":":
                items.headers.append((name, value.strip() or None))
            case ";" if not value:
                items.headers.append((name, ""))
            case ":@":
                items.headers.append((name, FILE_OF.format(value)))
            case "==":
                items.queries.append((name, value))
            case "==@":
                items.queries.append((name, FILE_OF.format(value)))
            case "@":
                items.files.append((name, value.partition(";type=")[0]))
                items.fields.append((name, FILE_OF.format(items.files[-1][1])))
            case ";":
                raise UnreadableSource(f"{word!r:.100} is no item of an HTTPie command; Name; is an empty header")
            case _ if form and multipart and separator.startswith(":="):
                items.passed_over.append(f"{word} (HTTPie leaves := out of multipart data)")
            case _ if form:
                items.fields.append((name, _of_form(item, word)))
            case _:
                items.data = _set(items.data, name, _value(item, word), word)
    return items


def _item(word: str) -> _Item:
    """The first separator that is not escaped, the longest of those that begin there."""
    at = 0
    while at < len(word):
        if (escaped := _ESCAPED.match(word, at)) is not None:
            at = escaped.end()
        elif (found := _SEPARATOR.match(word, at)) is not None:
            return _Item(_plain(word[:at]), found[0], _plain(word[found.end() :]))
        else:
            at += 1
    raise UnreadableSource(
        f"{word!r:.100} is no item of an HTTPie command; write Name:value, name==value or name=value"
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: found[1] or found[0], text)


def _value(item: _Item, word: str) -> Any:
    if item.separator == "=":
        return item.value
    if item.separator != ":=":
        return FILE_OF.format(item.value)
    try:
        return json.loads(item.value)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{word!r:.100}: what stands behind := is not JSON") from error


def _of_form(item: _Item, word: str) -> str:
    value = _value(item, word)
    if not isinstance(value, (str, int, float)):
        raise UnreadableSource(f"{word!r:.100}: a form holds no object, list or null; leave out --form")
    return str(value)


def _set(data: Any, name: str, value: Any, word: str) -> Any:
    """The data with a value at a name's path: a, a[b], a[0], a[], []."""
    path = _path(name, word)
    if data is None:
        data = [] if isinstance(path[0], int) or path[0] is None else {}
    here = data
    for number, step in enumerate(path):
        is_last = number == len(path) - 1
        following = value if is_last else [] if isinstance(path[number + 1], int) or path[number + 1] is None else {}
        if isinstance(step, str):
            if not isinstance(here, dict):
                raise _unlike(word)
            if is_last or step not in here:
                here[step] = following
            here = here[step]
            continue
        if not isinstance(here, list):
            raise _unlike(word)
        at = len(here) if step is None else step
        here.extend([None] * (at - len(here) + 1))
        if is_last or here[at] is None:
            here[at] = following
        here = here[at]
    return data


def _unlike(word: str) -> UnreadableSource:
    return UnreadableSource(f"{word!r:.100}: its brackets do not fit what the items before it set")


def _path(name: str, word: str) -> list[str | int | None]:
    """Keys as text, positions as numbers, None for one more at the end."""
    first, *rest = re.split(r"(?<!\\)\[", name)
    path: list[str | int | None] = [_PATH_ESCAPED.sub(lambda found: found[0][1], first)] if first or not rest else []
    for part in rest:
        if not part.endswith("]") or part.endswith("\\]"):
            raise UnreadableSource(f"{word!r:.100}: a bracket of the name is not closed; write \\[ where it is text")
        key = part[:-1]
        if not key:
            path.append(None)
        elif key.isdecimal() and key.isascii():
            if len(key) > 6 or int(key) > _HIGHEST_INDEX:
                raise UnreadableSource(f"{word!r:.100}: the position is higher than {_HIGHEST_INDEX}")
            path.append(int(key))
        else:
            is_number = key.startswith("\\") and key[1:].isdecimal()
            path.append(key[1:] if is_number else _PATH_ESCAPED.sub(lambda found: found[0][1], key))
    return path
