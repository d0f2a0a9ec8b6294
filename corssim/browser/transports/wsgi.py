"""A WSGI app as the server, called in this process (https://peps.python.org/pep-3333/)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from .bounds import deadline_after
from .exchange import new_app_errors
from .in_process import (
    CRASHED,
    address_of,
    app_arrival,
    checked_headers,
    internal_server_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ...fetch.wire import NetworkFailure, WireRequest, WireResponse
    from .bounds import Arrival

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class WsgiExchange:
    """Calls a WSGI app for each request, in the calling thread. `app_errors` are what it raised.

    The time is looked at between the pieces of a response: code that blocks in the app can't be stopped.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.app_errors = new_app_errors()

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> WireResponse | NetworkFailure:
        deadline = deadline_after(timeout)
        call = WsgiCall(app_arrival(request, timeout=timeout, max_body=max_body))
        try:
            pieces = self._app(environ_of(request), call.start_response)
            try:
                for piece in pieces:
                    if deadline is not None and deadline.passed:
                        return call.arrival.timed_out()
                    if not call.write(piece):
                        break
                call.end()
            finally:
                close = getattr(pieces, "close", None)
                if close is not None:
                    close()
        except (Exception, SystemExit) as error:
            self.app_errors.append(error)
            if not call.ended:
                return call.arrival.broken_by(CRASHED) if call.sent else internal_server_error(request)
        return call.arrival.result()

    def close(self) -> None:
        """Nothing to close."""


class WsgiCall:
    """One call of an app: the server's side of `start_response` and `write`.

    The headers go out with the first byte of the body (or at the end), so that until then the app may put an error
    in their place.
    """

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.sent = False
        self.ended = False
        self._head: tuple[int, str, list[tuple[str, str]]] | None = None

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """The callable that an app gets: takes the status line and the headers, returns `write`."""
        if exc_info is not None and exc_info[1] is not None and self.sent:
            raise exc_info[1]
        if exc_info is None and self._head is not None:
            raise RuntimeError("the app called start_response twice without exc_info")
        code, _, reason = status.partition(" ")
        if len(code) != 3 or not code.isdecimal():
            raise ValueError(f"{status!r} is no status such as '200 OK'")
        self._head = int(code), reason, checked_headers(headers)

        def write(data: bytes) -> None:
            self.write(data)

        return write

    def write(self, data: bytes) -> bool:
        """A piece of the body. False when no more are wanted."""
        if not isinstance(data, bytes):
            raise TypeError(f"the app's body has {type(data).__name__} in it where bytes belong")
        if not data:
            return True
        return self._send_head() and self.arrival.feed(data)

    def end(self) -> None:
        """The app's iterable is at its end."""
        self._send_head()
        self.ended = True

    def _send_head(self) -> bool:
        if self.sent:
            return self.arrival.started
        if self._head is None:
            raise RuntimeError("the app did not call start_response")
        self.sent = True
        return self.arrival.start(*self._head)


def environ_of(request: WireRequest) -> dict[str, Any]:
    """The environ of a request, with all that PEP 3333 asks for."""
    scheme, host, port, path, query = address_of(request.url)
    body = request.body or b""
    target = f"{path}?{query}" if query else path
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": request.url.split("/", 3)[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if request.body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    values: dict[str, list[str]] = {}
    for name, value in request.headers:
        if "_" not in name:  # as servers do: it could pass itself off as the name with a dash
            values.setdefault(name.upper().replace("-", "_"), []).append(value)
    for name, lines in values.items():
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = ("; " if name == "COOKIE" else ",").join(lines)
    return environ
