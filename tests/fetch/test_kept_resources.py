"""What a page remembers of its last loads is bounded, in number and in bytes."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from corssim.fetch.kept_resources import LastLoad
from corssim.fetch.last_loads import LastLoads
from corssim.fetch.response import Response
from corssim.fetch.wire import WireResponse
from corssim.url import require_url

MIB = 2**20


BODY = b"what is stored"


class Stored(NamedTuple):
    """As much of a stored response as is asked for here."""

    size: int
    response: WireResponse = WireResponse(200, "", (), BODY)


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


@pytest.mark.parametrize(
    ("response", "more"),
    [
        (Response(body=b"12345"), 5),
        (Response(body=BODY), 0),
        (Response(header_list=[("Name", "value")]), 9),
        (Response(url_list=[require_url("https://app.example/")]), 20),
        (Response(body=b"12345", internal_response=Response(body=b"123456")), 11),
    ],
    ids=["a body of its own", "the stored body", "headers", "URLs", "a response within"],
)
def test_what_the_response_holds_beside_what_is_stored_counts_too(response: Response, more: int) -> None:
    for size, is_kept in ((64 * MIB - more, True), (64 * MIB - more + 1, False)):
        loads = LastLoads()
        loads.put("a", load_of(size)._replace(response=response))
        assert (loads.find("a") is not None) == is_kept


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
