"""The two drivers: they run an algorithm, carrying out each HTTP request that it yields. All else is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ..fetch.http_network_fetch import Fetching
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse

T = TypeVar("T")


def run(fetching: Fetching[T], exchange: Callable[[WireRequest], WireResponse | NetworkFailure]) -> T:
    """Run to the end, blocking."""
    answer: WireResponse | NetworkFailure | None = None
    try:
        while True:
            try:
                request = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            answer = exchange(request)
    finally:
        fetching.close()


async def run_async(
    fetching: Fetching[T], exchange: Callable[[WireRequest], Awaitable[WireResponse | NetworkFailure]]
) -> T:
    """Run to the end in an event loop."""
    answer: WireResponse | NetworkFailure | None = None
    try:
        while True:
            try:
                request = next(fetching) if answer is None else fetching.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            answer = await exchange(request)
    finally:
        fetching.close()
