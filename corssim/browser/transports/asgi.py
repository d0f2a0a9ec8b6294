"""An ASGI app as the server, called in this process (https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ...fetch.wire import reason_phrase
from .exchange import new_app_errors
from .in_process import (
    CRASHED,
    address_of,
    app_arrival,
    checked_headers,
    internal_server_error,
)
from .lifespan import Lifespan

if TYPE_CHECKING:
    from ...fetch.wire import NetworkFailure, WireRequest, WireResponse
    from .asgi_web_socket import AsgiHandshake

_CLIENT = ("127.0.0.1", 50000)


class AsgiExchange:
    """Calls an ASGI app for each request, after one lifespan startup. `app_errors` are what it raised.

    An exchange ends when the app returns, so that whatever it does after its response is done by then; an app that
    is still at work when the time or the body's bound is up is cancelled.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.app_errors = new_app_errors()
        self._lifespan = Lifespan(app, self.app_errors)

    async def exchange(
        self, request: WireRequest, *, timeout: float | None, max_body: int
    ) -> WireResponse | NetworkFailure:
        import anyio

        call: AsgiCall | AsgiHandshake
        if request.is_handshake:
            from .asgi_web_socket import AsgiHandshake  # here, because few pages open one

            call = AsgiHandshake(request, timeout=timeout, max_body=max_body)
        else:
            call = AsgiCall(request, timeout=timeout, max_body=max_body)
        with anyio.move_on_after(timeout) as time_up:
            failure = await self._lifespan.startup()
            if failure is not None:
                return failure
            await call.run(self._app, scope_of(request, self._lifespan.state), self.app_errors)
        return call.result(timed_out=time_up.cancelled_caught)

    async def aclose(self) -> None:
        await self._lifespan.shutdown()


class AsgiCall:
    """One call of an app: the server's side of its `receive` and `send`."""

    def __init__(self, request: WireRequest, *, timeout: float | None, max_body: int) -> None:
        import anyio

        self._request = request
        self._arrival = app_arrival(request, timeout=timeout, max_body=max_body)
        self._started = False
        self._unread = True
        self._over = anyio.Event()  # the response is complete, or no more of it is wanted
        self._client = anyio.CancelScope()

    async def run(self, app: Any, scope: dict[str, Any], app_errors: list[BaseException]) -> None:
        """Call the app and let it finish. Nothing it raises comes out."""
        with self._client:
            try:
                await app(scope, self._receive, self._send)
            except (Exception, SystemExit) as error:
                app_errors.append(error)

    def result(self, *, timed_out: bool) -> WireResponse | NetworkFailure:
        """What the client got."""
        if self._over.is_set():
            return self._arrival.result()
        if timed_out:
            return self._arrival.timed_out()
        return self._arrival.broken_by(CRASHED) if self._started else internal_server_error(self._request)

    async def _receive(self) -> dict[str, Any]:
        if self._unread:
            self._unread = False
            return {"type": "http.request", "body": self._request.body or b"", "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._over.is_set():
            return
        kind = message["type"]
        if kind == "http.response.start" and not self._started:
            self._start(message)
        elif kind == "http.response.body" and self._started:
            wanted = self._arrival.feed(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._over.set()
            elif not wanted:
                self._hang_up()
        else:
            order = "after" if self._started else "before"
            raise RuntimeError(f"the app sent {kind!r} {order} 'http.response.start'")

    def _start(self, message: dict[str, Any]) -> None:
        status = int(message["status"])
        headers = checked_headers(
            (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
            for name, value in message.get("headers", ())
        )
        self._started = True
        if not self._arrival.start(status, reason_phrase(status), headers):
            self._hang_up()

    def _hang_up(self) -> None:
        self._over.set()
        self._client.cancel()


def scope_of(request: WireRequest, state: dict[str, Any]) -> dict[str, Any]:
    """The connection scope of a request."""
    scheme, host, port, path, query = address_of(request.url)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    present = {name for name, _ in headers}
    if b"host" not in present:
        headers.insert(0, (b"host", request.url.split("/", 3)[2].encode("ascii")))
    if request.body is not None and b"content-length" not in present:
        headers.append((b"content-length", b"%d" % len(request.body)))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": headers,
        "client": _CLIENT,
        "server": (host, port),
        "state": state.copy(),
        "extensions": {},
    }
