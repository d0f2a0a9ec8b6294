"""Turns: how many requests are under way at once, to one origin and in all. The others wait, in order.

An exchange's time runs from its turn on: what waits for a connection has not been sent.
"""

from __future__ import annotations

from _thread import RLock, allocate_lock
from collections import Counter, deque
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

AN_ORIGIN = 6
"""Connections to one origin over HTTP/1.1, in Chromium, Firefox and WebKit."""

A_CONNECTION = 100
"""Streams on the one connection that an origin gets over HTTP/2: what servers usually allow."""

IN_ALL = 256
"""Connections of a whole browser, Chromium's bound."""


class _Queues:
    """Who is under way and who waits, by origin. A turn that ends is handed on to who has waited longest for it."""

    def __init__(self, of_an_origin: int) -> None:
        self._of_an_origin = of_an_origin
        self._under_way: Counter[str] = Counter()
        self._in_all = 0
        self._waiting: dict[str, deque[Callable[[], object]]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._under_way and not self._waiting

    def number_of(self, origin: str) -> int:
        return self._under_way[origin] + len(self._waiting.get(origin, ()))

    def begin(self, origin: str) -> bool:
        """Take a turn if there is one."""
        if origin in self._waiting or not self._has_room(origin):
            return False
        self._take(origin)
        return True

    def wait(self, origin: str, wake: Callable[[], object]) -> None:
        """Have `wake` called when the turn has come, which is then taken."""
        self._waiting.setdefault(origin, deque()).append(wake)

    def give_up(self, origin: str, wake: Callable[[], object]) -> None:
        """Wait no longer; a turn that has come meanwhile is handed on."""
        waiting = self._waiting.get(origin, deque())
        if wake not in waiting:
            self.end(origin)
            return
        waiting.remove(wake)
        if not waiting:
            del self._waiting[origin]

    def end(self, origin: str) -> None:
        """Hand the turn on: to the same origin's next or, where there was none left in all, to another's."""
        was_full = self._in_all == IN_ALL
        self._under_way[origin] -= 1
        self._in_all -= 1
        if not self._under_way[origin]:
            del self._under_way[origin]
        for other in (origin, *self._waiting) if was_full else (origin,):
            if other in self._waiting and self._has_room(other):
                self._take(other)
                wake = self._waiting[other].popleft()
                if not self._waiting[other]:
                    del self._waiting[other]
                wake()
                return

    def _has_room(self, origin: str) -> bool:
        return self._in_all < IN_ALL and self._under_way[origin] < self._of_an_origin

    def _take(self, origin: str) -> None:
        self._under_way[origin] += 1
        self._in_all += 1


class Turns:
    """The turns of one event loop. An origin that is slow takes none from the others but its own."""

    def __init__(self, of_an_origin: int) -> None:
        self._queues = _Queues(of_an_origin)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way and nobody waits."""
        return self._queues.is_empty

    @asynccontextmanager
    async def turn(self, origin: str) -> AsyncIterator[None]:
        """Wait until a request to this origin may be sent, and hold the turn while it is under way."""
        if not self._queues.begin(origin):
            await self._come_up(origin)
        try:
            yield
        finally:
            self._queues.end(origin)

    async def _come_up(self, origin: str) -> None:
        import anyio

        has_come = anyio.Event()
        wake = has_come.set
        self._queues.wait(origin, wake)
        try:
            await has_come.wait()
        except BaseException:
            self._queues.give_up(origin, wake)
            raise


class BlockingTurns:
    """`Turns` for threads."""

    def __init__(self, of_an_origin: int) -> None:
        self._queues = _Queues(of_an_origin)
        self._changing = RLock()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way and nobody waits."""
        return self._queues.is_empty

    def number_of(self, origin: str) -> int:
        """How many requests to an origin are under way or wait."""
        return self._queues.number_of(origin)

    @contextmanager
    def turn(self, origin: str) -> Iterator[None]:
        """Wait until a request to this origin may be sent, and hold the turn while it is under way."""
        has_come = allocate_lock()
        wake = has_come.release
        with self._changing:
            has_come.acquire()
            has_turn = self._queues.begin(origin)
            if not has_turn:
                self._queues.wait(origin, wake)
        if not has_turn:
            try:
                has_come.acquire()
            except BaseException:
                with self._changing:
                    self._queues.give_up(origin, wake)
                raise
        try:
            yield
        finally:
            with self._changing:
                self._queues.end(origin)
