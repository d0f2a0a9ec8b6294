"""What is wrong with a scenario file, in words: unknown keys with a guess, wrong types, and the line it is on."""

from __future__ import annotations

import difflib
import re
import types
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from ..fetch.browsers import PROFILE_NAMES
from ..patterns import lazy_pattern
from .model import BodyTable, Expectations, ExpectTable, PageTable, PolicyTable, SentTable

if TYPE_CHECKING:
    from collections.abc import Iterable

_TABLES: dict[str, type[msgspec.Struct]] = {
    "body": BodyTable,
    "data": BodyTable,
    "expect": ExpectTable,
    "page": PageTable,
    "policy": PolicyTable,
    "sent": SentTable,
    **dict.fromkeys(PROFILE_NAMES, Expectations),
}
"""Which table stands under a key."""

_UNKNOWN = lazy_pattern(r"Object contains unknown field `(.*?)`")
_MISSING = lazy_pattern(r"Object missing required field `(.*?)`")
_EXPECTED = lazy_pattern(r"Expected `(.*?)`(.*?)(?:, got `(.*?)`)?$")
_PATH = lazy_pattern(r" - at `\$\.?(.*)`$")
_WORDS = {"str": "a text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false",
          "object": "a table", "array": "a list", "null": "nothing"}  # fmt: skip
_HEADER = lazy_pattern(r"\s*\[\[?\s*([\w.\-]+)\s*\]\]?")


class Mistake(Exception):
    """Something wrong at a key path such as `step[2].expect.verdict`. Entries count from 1."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


def close_to(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    guesses = difflib.get_close_matches(word.lower(), list(known), n=1)
    return guesses[0] if guesses else None


def explain_validation_error(
    error: msgspec.ValidationError, data: Any, kind: type, path: str, *, also: tuple[str, ...] = ()
) -> Mistake:
    """Say a validation error in the file's words. `path` is where `data` stands, `also` more keys that it may have."""
    text = str(error)
    at = _PATH.search(text)
    inside = at.group(1) if at else ""
    message = text[: at.start()] if at else text
    table = _table_at(inside, kind)
    if found := _UNKNOWN.match(message):
        names = [*(table.__struct_fields__ if table else ()), *(also if not inside else ())]
        guess = close_to(found[1], names)
        hint = f"did you mean {guess}?" if guess else f"there are {', '.join(names)}"
        return Mistake(_joined(path, inside, found[1]), f"unknown key; {hint}")
    if found := _MISSING.match(message):
        return Mistake(_joined(path, inside), f"{found[1]} is missing")
    if inside.endswith("[...]"):
        wrong = next((key for key, value in _value_at(data, inside[:-5]).items() if not isinstance(value, str)), "")
        inside = f"{inside[:-5]}.{wrong}"
    if message.startswith("Invalid enum value"):
        name = inside.rpartition(".")[2]
        parent = _table_at(inside.rpartition(".")[0], kind)
        choices = ", ".join(_choices(parent, name)) if parent else ""
        return Mistake(_joined(path, inside), f"{message.removeprefix('Invalid enum value ')} is not one of {choices}")
    if found := _EXPECTED.match(message):
        wanted = " or ".join(_WORDS.get(name.strip(), name.strip()) for name in found[1].split("|"))
        instead = f", not {_WORDS.get(found[3], found[3])}" if found[3] else ""
        return Mistake(_joined(path, inside), f"should be {wanted}{found[2]}{instead}")
    return Mistake(_joined(path, inside), message[:1].lower() + message[1:])


def _joined(*parts: str) -> str:
    path = ".".join(part for part in parts if part)
    # Counted from 1, as people count; msgspec counts from 0. Whole tables ("step[2]") come in counted already.
    head, dot, rest = path.partition(".")
    return head + dot + re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", rest)


def _table_at(path: str, kind: type) -> type[msgspec.Struct] | None:
    if not path:
        return kind if issubclass(kind, msgspec.Struct) else None
    return _TABLES.get(re.sub(r"\[.*?\]", "", path).rpartition(".")[2])


def _value_at(data: Any, path: str) -> dict[str, Any]:
    for key in re.findall(r"[^.\[\]]+", path):
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data if isinstance(data, dict) else {}


def _choices(table: type[msgspec.Struct], name: str) -> list[str]:
    """The texts that a field can be."""

    def literals(annotation: Any) -> list[str]:
        if get_origin(annotation) is Literal:
            return [str(value) for value in get_args(annotation)]
        if get_origin(annotation) in (Union, types.UnionType):
            return [value for part in get_args(annotation) for value in literals(part)]
        return []

    return literals(get_type_hints(table, include_extras=True).get(name))


def line_of(text: str, path: str) -> int | None:
    """The line of a key path in TOML text, as near as can be told; None for the file as a whole."""
    if not path:
        return None
    keys = re.findall(r"([^.\[\]]+)(?:\[(\d+)\])?", path)
    lines = text.splitlines()
    start, end = 0, len(lines)
    top, index = keys[0]
    found: int | None = None
    if index:
        heads = [number for number, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{re.escape(top)}\s*\]\]", line)]
        if int(index) > len(heads):
            return None
        start = heads[int(index) - 1]
        found = start
        others = (number for number in range(start + 1, end) if _starts_another(lines[number], top))
        end = next(others, end)
        keys = keys[1:]
    for name, _ in keys:
        pattern = re.compile(rf"""(^|[\s{{.,\[])["']?{re.escape(name)}["']?\s*[=.\]]""")
        for number in range(start, end):
            if pattern.search(lines[number].partition(" #")[0]):
                start = found = number
                break
        else:
            break
    return None if found is None else found + 1


def _starts_another(line: str, top: str) -> bool:
    found = _HEADER.match(line)
    if found is None or line.lstrip().startswith("[") is False:
        return False
    return not found[1].startswith(f"{top}.")
