"""What the drivers ask of whatever carries an HTTP exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ...latest import Latest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...fetch.rules import AnswerRules
    from ...fetch.wire import AddressWanted, HostAddress, NetworkFailure, WireRequest, WireResponse

MAX_APP_ERRORS = 100
"""Exceptions that are kept of one target, with all that they refer to."""


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


class Connections(Protocol):
    """A live exchange, as far as it can be asked where hosts are."""

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Where a host is, by a connection that the next request to it is sent on, or by its name. None: not live."""
        ...

    def abandon(self, url: str) -> None:
        """Close the connection that was opened for a URL, unless it was used."""
        ...


class AsyncConnections(Protocol):
    """`Connections` for an event loop."""

    async def locate(self, wanted: AddressWanted) -> HostAddress | None: ...

    async def abandon(self, url: str) -> None: ...


class WireServer(Protocol):
    """A server in memory, such as `corssim.server.MockServer`: it answers at once and does no I/O."""

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure: ...


def connections_of(exchange: Any) -> Any:
    """The exchange as what can be asked where hosts are (see Connections), or None where it cannot."""
    return exchange if hasattr(exchange, "locate") else None


def readings_over(
    exchange: SyncExchange, request: WireRequest, rules: Sequence[AnswerRules], *, timeout: float | None, max_body: int
) -> list[WireResponse | NetworkFailure]:
    """Send a request once: the answer as each of these rules reads it, or one alone where it is not read by them."""
    readings: Any = getattr(exchange, "readings", None)
    if readings is None:
        return [exchange.exchange(request, timeout=timeout, max_body=max_body)]
    read: list[WireResponse | NetworkFailure] = readings(request, rules, timeout=timeout, max_body=max_body)
    return read


def new_app_errors() -> list[BaseException]:
    """Where an exchange gathers what the code behind it raises: the last of it, however much there is."""
    return Latest(MAX_APP_ERRORS)


def app_errors_of(exchange: object) -> list[BaseException]:
    """What the code behind this exchange raised: an app's exceptions, or a transport's that are no network errors."""
    errors: list[BaseException] = getattr(exchange, "app_errors", [])
    return errors
