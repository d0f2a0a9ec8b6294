"""Exchanges over an httpx or httpx2 transport: the transport alone, no client around it.

The two libraries' classes have the same names and are disjoint; which one a transport wants is read off its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...fetch.rules import AnswerRules
from ...fetch.wire import HostAddress, WireResponse
from .bounds import Arrival, deadline_after
from .broken_connections import is_cut, retire_http2, take_broken
from .event_loops import ANY_LOOP, running_loop
from .exchange import new_app_errors
from .failures import allows_no_stream, failure_from, is_network_error
from .http1.streams import AsyncReadingBackend, ReadingBackend, read_as_browsers, retire_connections
from .http2_uploads import ending_with_the_answer, ending_with_the_answer_async
from .httpx_messages import authority_of, host_of, library_of, outgoing, start
from .network_backends import bound_async, bound_blocking
from .opened_ahead import (
    PROXIED,
    AsyncBackendAhead,
    BackendAhead,
    goes_through_a_proxy,
    open_ahead_over,
    options_of,
    place_of,
)
from .turns import A_CONNECTION

if TYPE_CHECKING:
    from ...fetch.wire import AddressWanted, NetworkFailure, WireRequest
    from .bounds import Deadline

_BY_THE_TEXT = AnswerRules()
_CLOSING = 1.0  # seconds that closing a response may take


class HttpxExchange:
    """A blocking transport (it has `handle_request`)."""

    def __init__(
        self,
        transport: Any,
        *,
        peer: str | None = None,
        answers: AnswerRules = _BY_THE_TEXT,
        timeout: float | None = None,
    ) -> None:
        bound_blocking(transport)
        self._spells = read_as_browsers(transport, answers, ReadingBackend)
        self._sees_requests = getattr(getattr(transport, "_pool", None), "_network_backend", None) is not None
        self._transport = transport
        self._library = library_of(transport)
        self._peer = peer
        self._timeout = timeout
        self._ahead: BackendAhead | None = open_ahead_over(transport, BackendAhead)
        self.app_errors = new_app_errors()

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads, but to a host that was connected to before."""
        if self._ahead is None:
            return PROXIED if goes_through_a_proxy(self._transport) else None
        if wanted.by == "name":
            from .name_lookup import looked_up

            return looked_up(host_of(wanted.url))
        host, port = place_of(wanted.url)
        if self._ahead.peer(host) is None:
            self._ahead.open(host, port, timeout=deadline_after(self._timeout), **options_of(self._transport))
        return HostAddress(self._ahead.peer(host))

    def abandon(self, url: str) -> None:
        if self._ahead is not None:
            self._ahead.drop(*place_of(url))

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        if request.new_connection:
            retire_connections(self._transport)
            retire_http2(self._transport)
            self._close_broken()
        deadline, answer = deadline_after(timeout), None
        try:
            answer = self._answer(request, deadline, max_body)
        finally:
            if is_cut(answer):
                retire_http2(self._transport, place_of(request.url))
                self._close_broken()
        return _with_what_was_sent(answer, deadline) if self._sees_requests else answer

    def _answer(self, request: WireRequest, deadline: Deadline | None, max_body: int) -> WireResponse | NetworkFailure:
        arrival = Arrival(max_body=max_body, timeout=deadline, handshake=request.is_handshake)
        try:
            response = self._head(request, deadline)
            try:
                if start(arrival, response):
                    _receive(arrival, response, deadline)
            finally:
                response.close()
        except Exception as error:
            if not is_network_error(error):
                self.app_errors.append(error)
            return arrival.broken_by(failure_from(error, self._peer or authority_of(request.url)))
        return arrival.result()

    def _head(self, request: WireRequest, deadline: Deadline | None, connections: int = A_CONNECTION) -> Any:
        """The library's response, over a new connection where the one that is there allows no more streams."""
        try:
            sent = outgoing(self._library, request, deadline, spells=self._spells)
            return self._transport.handle_request(ending_with_the_answer(self._transport, sent))
        except Exception as error:
            if connections == 1 or not allows_no_stream(error):
                raise
        retire_http2(self._transport, place_of(request.url))
        self._close_broken()
        # It serves one at least, of as many as may have waited for streams of the same.
        return self._head(request, deadline, connections - 1)

    def _close_broken(self) -> None:
        for connection in take_broken(self._transport):
            connection.close()

    def close(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
        self._transport.close()


class AsyncHttpxExchange:
    """A transport for an event loop (it has `handle_async_request`)."""

    def __init__(
        self,
        transport: Any,
        *,
        peer: str | None = None,
        answers: AnswerRules = _BY_THE_TEXT,
        timeout: float | None = None,
    ) -> None:
        bound_async(transport)
        self._spells = read_as_browsers(transport, answers, AsyncReadingBackend)
        self._sees_requests = getattr(getattr(transport, "_pool", None), "_network_backend", None) is not None
        self._transport = transport
        self._library = library_of(transport)
        self._peer = peer
        self._loop = ANY_LOOP
        self._timeout = timeout
        self._ahead: AsyncBackendAhead | None = open_ahead_over(transport, AsyncBackendAhead)
        self.app_errors = new_app_errors()

    async def locate(self, wanted: AddressWanted) -> HostAddress | None:
        """Connect, and see where that leads, but to a host that was connected to before."""
        if self._ahead is None:
            return PROXIED if goes_through_a_proxy(self._transport) else None
        import anyio
        import anyio.to_thread

        self._take_loop()
        if wanted.by == "name":
            from .name_lookup import looked_up

            return await anyio.to_thread.run_sync(looked_up, host_of(wanted.url), abandon_on_cancel=True)
        host, port = place_of(wanted.url)
        if self._ahead.peer(host) is None:
            with anyio.move_on_after(self._timeout) as time_up:
                await self._ahead.open(host, port, timeout=deadline_after(self._timeout), **options_of(self._transport))
            if time_up.cancelled_caught:
                self._ahead.note_failure(host, port, TimeoutError())
        return HostAddress(self._ahead.peer(host))

    async def abandon(self, url: str) -> None:
        if self._ahead is not None:
            await self._ahead.drop(*place_of(url))

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        self._take_loop()
        if request.new_connection:
            retire_connections(self._transport)
            retire_http2(self._transport)
            await self._close_broken()
        deadline, answer = deadline_after(timeout), None
        try:
            answer = await self._answer(request, deadline, max_body)
        finally:
            if is_cut(answer):
                retire_http2(self._transport, place_of(request.url))
                await self._close_broken()
        return _with_what_was_sent(answer, deadline) if self._sees_requests else answer

    async def _answer(
        self, request: WireRequest, deadline: Deadline | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        import anyio

        arrival = Arrival(max_body=max_body, timeout=deadline, handshake=request.is_handshake)
        with anyio.move_on_after(deadline) as time_up:
            try:
                response = await self._head(request, deadline)
                try:
                    if start(arrival, response):
                        await _receive_async(arrival, response, deadline)
                finally:
                    with anyio.move_on_after(_CLOSING, shield=True):
                        await response.aclose()
            except Exception as error:
                if not is_network_error(error):
                    self.app_errors.append(error)
                return arrival.broken_by(failure_from(error, self._peer or authority_of(request.url)))
        return arrival.timed_out() if time_up.cancelled_caught else arrival.result()

    async def _head(self, request: WireRequest, deadline: Deadline | None, connections: int = A_CONNECTION) -> Any:
        """The library's response, over a new connection where the one that is there allows no more streams."""
        try:
            sent = outgoing(self._library, request, deadline, spells=self._spells)
            return await self._transport.handle_async_request(ending_with_the_answer_async(self._transport, sent))
        except Exception as error:
            if connections == 1 or not allows_no_stream(error):
                raise
        retire_http2(self._transport, place_of(request.url))
        await self._close_broken()
        # It serves one at least, of as many as may have waited for streams of the same.
        return await self._head(request, deadline, connections - 1)

    async def _close_broken(self) -> None:
        import anyio

        with anyio.move_on_after(_CLOSING, shield=True):
            for connection in take_broken(self._transport):
                await connection.aclose()

    def _take_loop(self) -> None:
        """Refuse another event loop than the first: connections in the transport's pool belong to that."""
        loop = running_loop()
        if self._loop is not loop and hasattr(self._transport, "_pool"):
            if self._loop is not ANY_LOOP:
                raise UsageError(
                    f"this {type(self._transport).__name__} has connections of another event loop: "
                    "make a transport and an AsyncBrowser for each loop"
                )
            self._loop = loop

    async def aclose(self) -> None:
        if self._ahead is not None:
            await self._ahead.aclose()
        await self._transport.aclose()


def _with_what_was_sent(
    answer: WireResponse | NetworkFailure, deadline: Deadline | None
) -> WireResponse | NetworkFailure:
    if isinstance(answer, WireResponse) or deadline is None or deadline.request_began:
        return answer
    return answer._replace(nothing_sent=True)


def _receive(arrival: Arrival, response: Any, deadline: Deadline | None) -> None:
    if response.is_stream_consumed:
        arrival.feed_decoded(response.content)
        return
    for chunk in response.stream:
        if not arrival.feed(chunk):
            return
        if deadline is not None:
            deadline.remaining()


async def _receive_async(arrival: Arrival, response: Any, deadline: Deadline | None) -> None:
    if response.is_stream_consumed:
        arrival.feed_decoded(response.content)
        return
    async for chunk in response.stream:
        if not arrival.feed(chunk):
            return
        if deadline is not None:
            deadline.remaining()  # chunks that are always ready never give the loop a chance to cancel
