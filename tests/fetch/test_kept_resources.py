"""What a page remembers of its last loads is bounded, in number and in bytes."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from corssim.fetch.kept_resources import LastLoad, LastLoads
from corssim.fetch.response import Response

MIB = 2**20


class Stored(NamedTuple):
    """As much of a stored response as is asked for here."""

    size: int


def load_of(size: int) -> LastLoad:
    stored: Any = Stored(size)
    return LastLoad("script", frozenset(), "omit", stored, "https://app.example/", None, "cors", Response())


def kept(*sizes: int) -> list[int]:
    """Which of these loads are remembered, by their numbers."""
    loads = LastLoads()
    for number, size in enumerate(sizes):
        loads.put(str(number), load_of(size))
    found = [number for number in range(len(sizes)) if loads.find(str(number)) is not None]
    assert len(loads) == len(found)
    return found


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([32 * MIB, 32 * MIB], [0, 1]),
        ([32 * MIB, 32 * MIB + 1], [1]),
        ([1, 32 * MIB, 32 * MIB], [1, 2]),
        ([64 * MIB], [0]),
        ([1, 64 * MIB + 1], [0]),
    ],
)
def test_64_mebibytes_are_remembered(sizes: list[int], found: list[int]) -> None:
    assert kept(*sizes) == found


def test_4096_urls_are_remembered() -> None:
    assert kept(*[1] * 4097) == list(range(1, 4097))


def test_what_takes_the_place_of_another_counts_alone() -> None:
    loads = LastLoads()
    for _ in range(3):
        loads.put("a", load_of(40 * MIB))
    loads.put("b", load_of(24 * MIB))
    assert loads.find("a") is not None
    taken = loads.take("a")
    assert taken is not None
    assert (loads.take("a"), len(loads)) == (None, 1)
    loads.put("c", load_of(40 * MIB))
    assert len(loads) == 2
