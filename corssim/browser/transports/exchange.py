"""What the drivers ask of whatever carries an HTTP exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ...fetch.wire import NetworkFailure, WireRequest, WireResponse


class SyncExchange(Protocol):
    """Carries one request to its server and back. Never follows a redirect, never raises for the network.

    `timeout` is seconds for the whole exchange, None for no bound; a body still arriving then is cut, its
    `body_failure` a timeout. `max_body` is decoded bytes; a longer body is cut there, its `body_failure` too-large.
    """

    def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure: ...

    def close(self) -> None: ...


class AsyncExchange(Protocol):
    """`SyncExchange` for an event loop. Cancelling the caller cancels the exchange."""

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure: ...

    async def aclose(self) -> None: ...


class WireServer(Protocol):
    """A server in memory, such as `corssim.server.MockServer`: it answers at once and does no I/O."""

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure: ...


def app_errors_of(exchange: object) -> list[BaseException]:
    """What the code behind this exchange raised: an app's exceptions, or a transport's that are no network errors."""
    errors: list[BaseException] = getattr(exchange, "app_errors", [])
    return errors
