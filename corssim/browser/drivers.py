"""The two drivers: they run an algorithm, carrying out each HTTP request that it yields. All else is shared.

`turn` is held while the algorithm goes on, and not while it waits for an answer: what threads share (caches, cookies)
is changed by one of them at a time; None: nothing is shared. `connections` are asked where hosts are; without them
nobody knows.
"""

from __future__ import annotations

from _thread import RLock  # threading would be imported for nothing else
from typing import TYPE_CHECKING, Any, TypeVar

from ..fetch.wire import AddressWanted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from ..fetch.http_network_fetch import Fetching
    from ..fetch.wire import HostAddress, NetworkFailure, WireRequest, WireResponse
    from .transports import AsyncConnections, Connections

T = TypeVar("T")


def run(
    fetching: Fetching[T],
    exchange: Callable[[WireRequest], WireResponse | NetworkFailure],
    turn: AbstractContextManager[Any] | None = None,
    connections: Connections | None = None,
) -> T:
    """Run to the end, blocking."""
    turn = turn or RLock()  # nobody else's
    answer: WireResponse | NetworkFailure | HostAddress | None = None
    connected: list[str] = []
    try:
        while True:
            try:
                with turn:
                    wanted = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if not isinstance(wanted, AddressWanted):
                answer = exchange(wanted)
            elif connections is None:
                answer = None
            else:
                connected.append(wanted.url)
                answer = connections.locate(wanted)
    except BaseException:
        with turn:
            fetching.close()
        raise
    finally:
        for url in connected:
            assert connections is not None
            connections.abandon(url)


async def run_async(
    fetching: Fetching[T],
    exchange: Callable[[WireRequest], Awaitable[WireResponse | NetworkFailure]],
    turn: AbstractContextManager[Any] | None = None,
    connections: AsyncConnections | None = None,
) -> T:
    """Run to the end in an event loop."""
    turn = turn or RLock()  # nobody else's
    answer: WireResponse | NetworkFailure | HostAddress | None = None
    connected: list[str] = []
    try:
        while True:
            try:
                with turn:
                    wanted = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if not isinstance(wanted, AddressWanted):
                answer = await exchange(wanted)
            elif connections is None:
                answer = None
            else:
                connected.append(wanted.url)
                answer = await connections.locate(wanted)
    except BaseException:
        with turn:
            fetching.close()
        raise
    finally:
        for url in connected:
            assert connections is not None
            await connections.abandon(url)
