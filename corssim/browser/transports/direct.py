"""Exchanges straight over a connection: HTTP/1 without a proxy, written and read by the browser's own rules.

httpx, its pool and its parser between a request and the connection take three times what both ends of the exchange
do. A loop's connections are those of the library below httpx.
"""

from __future__ import annotations

import sys
from _thread import RLock
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...fetch.wire import HostAddress, WireResponse
from .bounds import Arrival, deadline_after
from .exchange import new_app_errors
from .failures import failure_from, is_network_error
from .http1.passage import Passage, Passages, as_written
from .httpx_messages import authority_of
from .kept_connections import Kept, KeptConnections, Place, place_of
from .network_backends import AsyncDeadlineBackend, DeadlineBackend
from .opened_ahead import AsyncBackendAhead, BackendAhead
from .sockets import SocketBackend, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ...fetch.rules import AnswerRules
    from ...fetch.wire import AddressWanted, NetworkFailure, WireRequest
    from .bounds import Deadline

_READ_AT_ONCE = 64 * 1024
_CLOSING = 1.0  # seconds that closing a connection may take
_SENT_WITH = (
    ("httpx", "HTTPTransport", "handle_request"),
    ("httpcore", "ConnectionPool", "handle_request"),
)
_SENT_WITH_IN_A_LOOP = (
    ("httpx", "AsyncHTTPTransport", "handle_async_request"),
    ("httpcore", "AsyncConnectionPool", "handle_async_request"),
)


def somebody_answers_for_httpx(*, is_async: bool) -> bool:
    """Has a mock, a recorder or a tracer put something in the place of what httpx sends with?"""
    for library, name, method in _SENT_WITH_IN_A_LOOP if is_async else _SENT_WITH:
        module: Any = sys.modules.get(library)
        if module is None:
            continue
        code = getattr(getattr(getattr(module, name), method), "__code__", None)
        if code is None or not code.co_filename.startswith(module.__path__[0]):
            return True
    return False


class DirectExchange:
    """The live network for blocking callers. `tls` makes the context of secure connections."""

    def __init__(self, answers: AnswerRules, tls: Callable[[], Any], timeout: float | None) -> None:
        self._rules, self._tls, self._timeout = answers, tls, timeout
        self._backend = BackendAhead(DeadlineBackend(SocketBackend()))
        self._kept = KeptConnections()
        self._changing = RLock()
        self.app_errors = new_app_errors()

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads, but to a host that was connected to before."""
        place = place_of(wanted.url)
        if wanted.by == "name":
            from .name_lookup import looked_up

            return looked_up(place.host)
        if self._backend.peer(place.host) is None:
            self._backend.open(place.host, place.port, timeout=deadline_after(self._timeout))
        return HostAddress(self._backend.peer(place.host))

    def abandon(self, url: str) -> None:
        self._backend.drop(*place_of(url)[1:])

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        return self.readings(request, [self._rules], timeout=timeout, max_body=max_body)[0]

    def readings(
        self, request: WireRequest, rules: Sequence[AnswerRules], *, timeout: float | None, max_body: int
    ) -> list[WireResponse | NetworkFailure]:
        """Send a request once, and read the answer by each of these rules, each to where it ends by them."""
        deadline = deadline_after(timeout)
        arrivals = [Arrival(max_body=max_body, timeout=deadline, handshake=request.is_handshake) for _ in rules]
        passages: Passages | None = None
        kept: Kept | None = None
        try:
            place = place_of(request.url)
            kept = self._connection(place, deadline, is_new=request.new_connection)
            passages = _passages(request, arrivals, rules, place, kept)
            _carry(passages, request, kept.stream, deadline)
            if passages.leave_it_open:
                with self._changing:
                    of_no_use = self._kept.keep(place, kept)
                kept = None
                _close(of_no_use)
        except Exception as error:
            if not is_network_error(error):
                self.app_errors.append(error)
            failure = failure_from(error, authority_of(request.url))
            if passages is None:
                return [_with_nothing_sent(arrival.broken_by(failure)) for arrival in arrivals]
            passages.break_off(failure)
        finally:
            if kept is not None:
                kept.stream.close()
        return [arrival.result() for arrival in arrivals]

    def _connection(self, place: Place, deadline: Deadline | None, *, is_new: bool) -> Kept:
        with self._changing:
            found, of_no_use = (None, self._kept.leave(place)) if is_new else self._kept.take(place)
        _close(of_no_use)
        return Kept(self._connect(place, deadline)) if found is None else found

    def _connect(self, place: Place, deadline: Deadline | None) -> Any:
        stream = self._backend.connect_tcp(place.host, place.port, timeout=deadline)
        return stream.start_tls(self._tls(), _name_of(place), deadline) if place.is_secure else stream

    def close(self) -> None:
        self._backend.close()
        _close(self._kept.leave_all())


class AsyncDirectExchange:
    """`DirectExchange` for one event loop."""

    def __init__(self, answers: AnswerRules, tls: Callable[[], Any], timeout: float | None) -> None:
        from httpcore import AnyIOBackend

        self._rules, self._tls, self._timeout = answers, tls, timeout
        self._backend = AsyncBackendAhead(AsyncDeadlineBackend(AnyIOBackend()))
        self._kept = KeptConnections()
        self.app_errors = new_app_errors()

    async def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads, but to a host that was connected to before."""
        import anyio
        import anyio.to_thread

        place = place_of(wanted.url)
        if wanted.by == "name":
            from .name_lookup import looked_up

            return await anyio.to_thread.run_sync(looked_up, place.host, abandon_on_cancel=True)
        if self._backend.peer(place.host) is None:
            with anyio.move_on_after(self._timeout) as time_up:
                await self._backend.open(place.host, place.port, timeout=deadline_after(self._timeout))
            if time_up.cancelled_caught:
                self._backend.note_failure(place.host, place.port, TimeoutError())
        return HostAddress(self._backend.peer(place.host))

    async def abandon(self, url: str) -> None:
        await self._backend.drop(*place_of(url)[1:])

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        import anyio

        deadline = deadline_after(timeout)
        arrival = Arrival(max_body=max_body, timeout=deadline, handshake=request.is_handshake)
        passages: Passages | None = None
        kept: Kept | None = None
        with anyio.move_on_after(timeout) as time_up:
            try:
                place = place_of(request.url)
                kept = await self._connection(place, deadline, is_new=request.new_connection)
                passages = _passages(request, [arrival], [self._rules], place, kept)
                await _carry_async(passages, request, kept.stream, deadline)
                if passages.leave_it_open:
                    of_no_use = self._kept.keep(place, kept)
                    kept = None
                    await _close_async(of_no_use)
            except Exception as error:
                if not is_network_error(error):
                    self.app_errors.append(error)
                failed = arrival.broken_by(failure_from(error, authority_of(request.url)))
                return failed if passages is not None else _with_nothing_sent(failed)
            finally:
                if kept is not None:
                    await _close_async([kept])
        if not time_up.cancelled_caught:
            return arrival.result()
        return arrival.timed_out() if passages is not None else _with_nothing_sent(arrival.timed_out())

    async def _connection(self, place: Place, deadline: Deadline | None, *, is_new: bool) -> Kept:
        found, of_no_use = (None, self._kept.leave(place)) if is_new else self._kept.take(place)
        await _close_async(of_no_use)
        return Kept(await self._connect(place, deadline)) if found is None else found

    async def _connect(self, place: Place, deadline: Deadline | None) -> Any:
        stream = await self._backend.connect_tcp(place.host, place.port, timeout=deadline)
        return await stream.start_tls(self._tls(), _name_of(place), deadline) if place.is_secure else stream

    async def aclose(self) -> None:
        await self._backend.aclose()
        await _close_async(self._kept.leave_all())


def _passages(
    request: WireRequest, arrivals: Sequence[Arrival], rules: Sequence[AnswerRules], place: Place, kept: Kept
) -> Passages:
    kept.served += 1
    return Passages(
        [
            Passage(
                request,
                arrival,
                each,
                is_secure=place.is_secure,
                on_default_port=place.on_default_port,
                is_used=kept.served > 1,
            )
            for arrival, each in zip(arrivals, rules, strict=True)
        ]
    )


def _carry(passages: Passages, request: WireRequest, stream: Any, deadline: Deadline | None) -> None:
    with suppress(WriteError):  # a server may answer before it has read everything, and hang up: what it said counts
        stream.write(as_written(request), timeout=deadline)
    while passages.wanted:
        try:
            data = stream.read(_READ_AT_ONCE, timeout=deadline)
        except Exception as error:
            passages.raise_if_dropped(error)
            raise
        passages.take(data)
        if deadline is not None and passages.wanted:
            deadline.remaining()


async def _carry_async(passages: Passages, request: WireRequest, stream: Any, deadline: Deadline | None) -> None:
    """The same; whoever waits for it is cancelled in time, so that single reads need no bound."""
    try:
        await stream.write(as_written(request), timeout=None)
    except Exception as error:
        if type(error).__name__ != "WriteError":
            raise
    while passages.wanted:
        try:
            data = await stream.read(_READ_AT_ONCE, timeout=None)
        except Exception as error:
            passages.raise_if_dropped(error)
            raise
        passages.take(data)
        if deadline is not None and passages.wanted:
            deadline.remaining()  # chunks that are always ready never give the loop a chance to cancel


def _close(connections: Iterable[Kept]) -> None:
    for kept in connections:
        with suppress(Exception):  # it is of no use any more, however it ends
            kept.stream.close()


async def _close_async(connections: Iterable[Kept]) -> None:
    import anyio

    for kept in connections:
        with suppress(Exception), anyio.move_on_after(_CLOSING, shield=True):
            await kept.stream.aclose()


def _name_of(place: Place) -> str:
    """The name that a certificate has to have: certificates name hosts without their last dot."""
    return place.host.removesuffix(".")


def _with_nothing_sent(failed: WireResponse | NetworkFailure) -> WireResponse | NetworkFailure:
    return failed if isinstance(failed, WireResponse) else failed._replace(nothing_sent=True)
