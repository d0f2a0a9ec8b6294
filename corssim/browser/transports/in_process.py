"""Servers in this process: what an HTTP server does around an app, and `WireServer`s such as the mock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.wire import FailureKind, NetworkFailure, WireResponse, reason_phrase
from .bounds import MAX_HEADER_BYTES, Arrival
from .exchange import new_app_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...fetch.wire import WireRequest
    from .exchange import WireServer

_TCHAR = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

CRASHED = NetworkFailure(FailureKind.RESET, "the app failed in the middle of its response")
"""How the body of an app that raises too late for a 500 ends."""


def app_arrival(request: WireRequest, *, timeout: float | None, max_body: int) -> Arrival:
    """Where an app's response is gathered: without a body for HEAD, and held to its Content-Length."""
    return Arrival(
        max_body=max_body,
        timeout=timeout,
        bodyless=request.method == "HEAD",
        declared_length=True,
        handshake=request.is_handshake,
    )


def internal_server_error(request: WireRequest) -> WireResponse:
    """The response that servers give in place of an app that raised: no header of the app's is in it."""
    body = b"Internal Server Error"
    headers = (
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(body))),
        ("connection", "close"),
    )
    return WireResponse(500, reason_phrase(500), headers, b"" if request.method == "HEAD" else body)


def checked_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """An app's headers. Raises ValueError for what no server could put on the wire."""
    checked = []
    for name, value in headers:
        if not name or not _TCHAR.issuperset(name):
            raise ValueError(f"{name!r} is no header name")
        if not {"\r", "\n", "\0"}.isdisjoint(value):
            raise ValueError(f"the value of the header {name!r} has a line break or a null in it")
        checked.append((name, value))
    return checked


def address_of(url: str) -> tuple[str, str, int, str, str]:
    """Scheme, host (IPv6 without brackets), port, path and query of a serialised http(s) URL."""
    scheme, _, rest = url.partition("://")
    authority, _, target = rest.partition("/")
    path, _, query = target.partition("?")
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, "443" if scheme == "https" else "80"
    return scheme, host.strip("[]"), int(port), f"/{path}", query


def _arrives_as_it_is(answer: WireResponse, request: WireRequest, max_body: int) -> bool:
    """Report whether no bound, no coding and no rule for bodies changes an answer: an `Arrival` would give it back."""
    bodyless = request.method == "HEAD" or answer.status in (204, 304)
    if answer.status < 200 or answer.body_failure is not None or len(answer.body) > (0 if bodyless else max_body):
        return False
    if type(answer.headers) is not tuple:  # a server that is less exact than its type says
        return False
    size = 0
    for name, value in answer.headers:
        size += len(name) + len(value) + 4
        if name.lower() == "content-encoding":
            return False
    return size <= MAX_HEADER_BYTES


class WireServerExchange:
    """A server that answers with values, held to the same bounds as any other."""

    def __init__(self, server: WireServer) -> None:
        self._server = server
        self._arrived: WireResponse | None = None  # the last answer that arrived as it is: many servers have but one
        self.app_errors = new_app_errors()

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        try:
            answer = self._server.answer(request, timeout=timeout)
        except Exception as error:
            self.app_errors.append(error)
            return internal_server_error(request)
        if answer is self._arrived and request.method != "HEAD":
            return answer
        if isinstance(answer, NetworkFailure):
            return answer
        if _arrives_as_it_is(answer, request, max_body):
            self._arrived = answer
            return answer
        arrival = Arrival(
            max_body=max_body, timeout=timeout, bodyless=request.method == "HEAD", handshake=request.is_handshake
        )
        if arrival.start(answer.status, answer.reason, answer.headers):
            arrival.feed(answer.body)
        return arrival.result() if answer.body_failure is None else arrival.broken_by(answer.body_failure)

    def close(self) -> None:
        """Nothing to close."""


class AsyncWireServerExchange:
    """`WireServerExchange` for an event loop; it never waits."""

    def __init__(self, server: WireServer) -> None:
        self._inner = WireServerExchange(server)

    @property
    def app_errors(self) -> list[BaseException]:
        return self._inner.app_errors

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        return self._inner.exchange(request, timeout=timeout, max_body=max_body)

    async def aclose(self) -> None:
        """Nothing to close."""
