"""The two drivers: they run an algorithm, carrying out each HTTP request that it yields. All else is shared.

`turn` is held while the algorithm goes on, and not while it waits for an answer: what threads share (caches, cookies)
is changed by one of them at a time.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from ..fetch.http_network_fetch import Fetching
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

T = TypeVar("T")

_ALONE: AbstractContextManager[Any] = nullcontext()


def run(
    fetching: Fetching[T],
    exchange: Callable[[WireRequest], WireResponse | NetworkFailure],
    turn: AbstractContextManager[Any] = _ALONE,
) -> T:
    """Run to the end, blocking."""
    answer: WireResponse | NetworkFailure | None = None
    try:
        while True:
            try:
                with turn:
                    request = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            answer = exchange(request)
    finally:
        with turn:
            fetching.close()


async def run_async(
    fetching: Fetching[T],
    exchange: Callable[[WireRequest], Awaitable[WireResponse | NetworkFailure]],
    turn: AbstractContextManager[Any] = _ALONE,
) -> T:
    """Run to the end in an event loop."""
    answer: WireResponse | NetworkFailure | None = None
    try:
        while True:
            try:
                with turn:
                    request = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            answer = await exchange(request)
    finally:
        with turn:
            fetching.close()
