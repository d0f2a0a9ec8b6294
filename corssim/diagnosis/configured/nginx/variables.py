"""nginx's variables: what `map` and `set` make of the request's Origin and method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..header_rows import For
from .blocks import all_blocks

if TYPE_CHECKING:
    from .blocks import Block

ByOrigin = list[tuple[str, For]]
"""What a variable that `map $http_origin` makes is, and for which origins; "" stands for no header."""


def maps_of(top: Block) -> dict[str, ByOrigin]:
    """The variables that go by the Origin.

    https://nginx.org/en/docs/http/ngx_http_map_module.html#map
    """
    found = {}
    for block in all_blocks(top):
        if block.words[:1] != ["map"] or len(block.words) != 3 or block.words[1] not in _ORIGINS:
            continue
        rows = [row for row in block.directives if len(row) == 2]
        if any(row[0] == "include" for row in rows):
            continue
        told: dict[str, tuple[str, ...]] = {}
        for source, value in rows:
            if source in ("default", "hostnames", "volatile"):
                continue
            pattern = source[1:] if source.startswith("~") else f"^{re.escape(source)}$"
            pattern = f"(?i){pattern[1:]}" if pattern.startswith("*") and source.startswith("~*") else pattern
            # A name that stands for itself is the Origin that asks.
            is_whole = value in _ORIGINS or _ONE_GROUP.fullmatch(source.lstrip("~*")) is not None
            value = "$http_origin" if value == source or (source[0] == "~" and "$" in value and is_whole) else value
            told[value] = (*told.get(value, ()), pattern)
        values = [(value, For(only_for=patterns)) for value, patterns in told.items()]
        default = next((value for source, value in rows if source == "default"), "")
        everyone = tuple(pattern for patterns in told.values() for pattern in patterns)
        found[block.words[2]] = [*values, (default, For(not_for=everyone))]
    for block in all_blocks(top):
        if block.words[:1] == ["map"] and len(block.words) == 3 and block.words[1] in found:
            found.setdefault(block.words[2], _mapped_again(block, found[block.words[1]]))
    return found


def _mapped_again(block: Block, inner: ByOrigin) -> ByOrigin:
    """What a map makes of the values of another."""
    rows = {row[0]: row[1] for row in block.directives if len(row) == 2}
    return [(rows.get(value, rows.get("default", "")), where) for value, where in inner]


_ORIGINS: Final = ("$http_origin", "${http_origin}")
_ONE_GROUP: Final = lazy_pattern(r"\^?\((?!\?[:=!])[^\n]{0,2000}\)\$?")


def set_by_origin(top: Block) -> dict[str, ByOrigin]:
    """The variables that `set` makes in `if ($http_origin …)`, and else leaves empty."""
    found: dict[str, list[tuple[str, str]]] = {}
    others: set[str] = set()
    for block in (top, *all_blocks(top)):
        asked = _ASKS_FOR.search(" ".join(block.words)) if block.words[:1] == ["if"] else None
        for row in block.directives:
            if row[:1] != ["set"] or len(row) != 3:
                continue
            if asked is not None and row[1] not in row[2]:
                sign, text = asked["sign"], asked["text"].strip("\"'")
                pattern = f"(?i){text}" if sign == "~*" else text if sign == "~" else f"^{re.escape(text)}$"
                found.setdefault(row[1], []).append((pattern, row[2]))
            elif row[2] != "" or block.words[:1] == ["if"]:
                others.add(row[1])
    return {
        name: [
            *((value, For(only_for=(pattern,))) for pattern, value in told),
            ("", For(not_for=tuple(pattern for pattern, _ in told))),
        ]
        for name, told in found.items()
        if name not in others
    }


_ASKS_FOR: Final = lazy_pattern(r"^if \(\s*\$http_origin\s*(?P<sign>~\*?|=)\s*(?P<text>.+?)\s*\)$")


_MOST_VALUES: Final = 20


class Values:
    """What `set` makes of variables: each value with the requests that it is for."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {}

    def put(self, name: str, value: str, on: str, only_for: tuple[str, ...]) -> None:
        """A value, or one that is put behind those that the variable has already."""
        known = self._values.setdefault(name, {})
        itself = next((each for each in (name, f"${{{name[1:]}}}") if value.startswith(each)), None)
        if itself is None:
            set_before, where_before = known.get(value, (on, only_for))
            known[value] = (on if set_before == on else "all", only_for if where_before == only_for else ())
            return
        if len(known) > _MOST_VALUES:
            return
        for before, (of, where) in list(known.items()):
            known[before + value.removeprefix(itself)] = (on if on != "all" else of, where or only_for)

    def where(self, condition: str) -> tuple[str, tuple[str, ...]] | None:
        """The requests for which `if ($name = value)` holds, where the file tells; None for another condition."""
        compared = _COMPARED.search(condition)
        return None if compared is None else self._values.get(compared[1], {}).get(compared[2])


_COMPARED: Final = lazy_pattern(r"^if \(\s*(\$\w+)\s*=\s*([^\s()]*)\s*\)$")


def where_true(maps: dict[str, ByOrigin]) -> dict[str, tuple[str, ...]]:
    """The origins for which `if ($variable)` holds, where that is for some alone."""
    found = {}
    for name, values in maps.items():
        if values[-1][0] in ("", "0"):
            holds = [pattern for value, where in values if value not in ("", "0") for pattern in where.only_for]
            found[name] = tuple(holds)
    return {name: patterns for name, patterns in found.items() if patterns}
