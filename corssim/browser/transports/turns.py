"""Turns: how many requests are under way at once, to one origin and in all. The others wait, in order.

An exchange's time runs from its turn on: what waits for a connection has not been sent.
"""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import anyio

AN_ORIGIN = 6
"""Connections to one origin over HTTP/1.1, in Chromium, Firefox and WebKit."""

A_CONNECTION = 100
"""Streams on the one connection that an origin gets over HTTP/2: what servers usually allow."""

IN_ALL = 256
"""Connections of a whole browser, Chromium's bound."""


class Turns:
    """The turns of one event loop. An origin that is slow takes none from the others but its own."""

    def __init__(self, of_an_origin: int) -> None:
        self._of_an_origin = of_an_origin
        self._asked: Counter[str] = Counter()  # requests that wait or are under way, by origin
        self._by_origin: dict[str, anyio.Semaphore] = {}
        self._in_all: anyio.Semaphore | None = None

    @asynccontextmanager
    async def turn(self, origin: str) -> AsyncIterator[None]:
        """Wait until a request to this origin may be sent, and hold the turn while it is under way."""
        import anyio

        if self._in_all is None:
            self._in_all = anyio.Semaphore(IN_ALL)
        if not self._asked[origin]:
            self._by_origin[origin] = anyio.Semaphore(self._of_an_origin)
        self._asked[origin] += 1
        try:
            async with self._by_origin[origin], self._in_all:
                yield
        finally:
            self._asked[origin] -= 1
            if not self._asked[origin]:
                del self._asked[origin], self._by_origin[origin]
