"""Connections that are cut: at every byte of an answer, and at places of the request, by a FIN and by an RST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .http2 import Answer, fine, settings
from .misbehaviour import FINE, End, Misbehaviour, Said

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACES_OF_THE_REQUEST = (0, 1, 10, 40, 100)


def misbehaviours(*, every: int = 1) -> Iterator[Misbehaviour]:
    """`every` so many bytes of each answer."""
    for end in (End.CLOSE, End.RESET):
        for protocol in ("http", "https"):
            for at in range(0, len(FINE), every):
                yield Misbehaviour(f"{protocol} cut {end.value} after {at} bytes", _cut(at, end), protocol)
            for at in _PLACES_OF_THE_REQUEST:
                name = f"{protocol} cut {end.value} after {at} bytes of the request"
                yield Misbehaviour(name, _cut(0, end), protocol, reads=at)
        for at in range(0, len(settings() + fine(1)), every):
            yield Misbehaviour(f"h2 cut {end.value} after {at} bytes", _cut_of_http2(at, end), "h2")


def _cut(at: int, end: End) -> Answer:
    def answer(_: bytes | int) -> Said:
        yield FINE[:at]
        yield end

    return answer


def _cut_of_http2(at: int, end: End) -> Answer:
    def answer(stream: bytes | int) -> Said:
        assert isinstance(stream, int)
        yield (settings() + fine(stream))[:at]
        yield end

    return answer
