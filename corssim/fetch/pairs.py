"""Names and values as callers give them: a mapping, or pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import InvalidRequest

HeadersInit = Mapping[str, str] | Iterable[tuple[str, str]]


def name_value_pairs(given: Any, what: str) -> list[tuple[Any, Any]]:
    """The pairs of a mapping or of an iterable of pairs; `what` names them. Raises InvalidRequest for anything else."""
    if type(given) in (tuple, list) and not given:
        return []
    if isinstance(given, Mapping):
        return list(given.items())
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidRequest(f"{what} are a mapping or (name, value) pairs, not {given!r:.60}")
    return [_pair(item, what) for item in given]


def header_pairs(headers: HeadersInit) -> list[tuple[str, str]]:
    """Headers given as a mapping or as pairs, as pairs."""
    return name_value_pairs(headers, "headers")


def _pair(item: Any, what: str) -> tuple[Any, Any]:
    if isinstance(item, str | bytes) or not isinstance(item, Sequence) or len(item) != 2:
        raise InvalidRequest(f"{what} are (name, value) pairs, and {item!r:.60} is none")
    return item[0], item[1]
