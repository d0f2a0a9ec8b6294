"""The opening handshake of a WebSocket with an ASGI app: https://asgi.readthedocs.io/en/latest/specs/www.html#websocket

What is exchanged once the connection is open is no matter of a browser's policies: the browser closes it at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...fetch.header_list import get
from ...fetch.web_socket import accept_of
from ...fetch.wire import reason_phrase
from .in_process import app_arrival, checked_headers, internal_server_error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...fetch.wire import NetworkFailure, WireRequest, WireResponse

_REFUSED = 403  # what a server answers where the app closes before it accepts
_FINISHES_WITHIN = 1.0  # seconds for an app that goes on although the browser is gone
_GOING_AWAY = 1001
_SCHEMES = {"http": "ws", "https": "wss"}


def handshake_scope(request: WireRequest, of_http: dict[str, Any]) -> dict[str, Any]:
    """The connection scope of a handshake, made of that of its HTTP request."""
    asked = get(request.headers, "Sec-WebSocket-Protocol") or ""
    return {name: value for name, value in of_http.items() if name != "method"} | {
        "type": "websocket",
        "scheme": _SCHEMES[of_http["scheme"]],
        "subprotocols": [each.strip() for each in asked.split(",") if each.strip()],
        "extensions": {"websocket.http.response": {}},
    }


class AsgiHandshake:
    """One handshake with an app: it accepts, closes, or answers as HTTP does (a denial response)."""

    def __init__(self, request: WireRequest, *, timeout: float | None, max_body: int) -> None:
        import anyio

        self._request = request
        self._arrival = app_arrival(request, timeout=timeout, max_body=max_body)
        self._told_to_connect = False
        self._denies = False
        self._answered = anyio.Event()
        self._client = anyio.CancelScope()

    async def run(self, app: Any, scope: dict[str, Any], app_errors: list[BaseException]) -> None:
        """Call the app and let it finish. Nothing it raises comes out."""
        with self._client:
            try:
                await app(handshake_scope(self._request, scope), self._receive, self._send)
            except (Exception, SystemExit) as error:
                app_errors.append(error)

    def result(self, *, timed_out: bool) -> WireResponse | NetworkFailure:
        """What the browser got."""
        if self._answered.is_set():
            return self._arrival.result()
        return self._arrival.timed_out() if timed_out else internal_server_error(self._request)

    async def _receive(self) -> dict[str, Any]:
        if not self._told_to_connect:
            self._told_to_connect = True
            return {"type": "websocket.connect"}
        await self._answered.wait()
        return {"type": "websocket.disconnect", "code": _GOING_AWAY, "reason": ""}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._answered.is_set():
            return  # the browser is gone
        match message["type"]:
            case "websocket.accept" if not self._denies:
                self._answer(101, self._accepted(message))
            case "websocket.close" if not self._denies:
                self._answer(_REFUSED, [("content-length", "0"), ("connection", "close")])
            case "websocket.http.response.start" if not self._denies:
                self._denies = True
                if not self._arrival.start(*_status_of(message), _headers_of(message.get("headers", ()))):
                    self._end()
            case "websocket.http.response.body" if self._denies:
                wanted = self._arrival.feed(bytes(message.get("body", b"")))
                if not wanted or not message.get("more_body", False):
                    self._end()
            case kind:
                raise RuntimeError(f"the app sent {kind!r} before the WebSocket was accepted")

    def _accepted(self, message: dict[str, Any]) -> list[tuple[str, str]]:
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept_of(get(self._request.headers, "Sec-WebSocket-Key") or "")),
        ]
        if (chosen := message.get("subprotocol")) is not None:
            headers.append(("Sec-WebSocket-Protocol", str(chosen)))
        return headers + _headers_of(message.get("headers", ()))

    def _answer(self, status: int, headers: list[tuple[str, str]]) -> None:
        self._arrival.start(status, reason_phrase(status), headers)
        self._end()

    def _end(self) -> None:
        import anyio

        self._answered.set()
        self._client.deadline = anyio.current_time() + _FINISHES_WITHIN


def _status_of(message: dict[str, Any]) -> tuple[int, str]:
    status = int(message["status"])
    return status, reason_phrase(status)


def _headers_of(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return checked_headers((bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in pairs)
