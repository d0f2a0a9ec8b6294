"""WebSockets to ASGI apps: what an app is given, and what its answer to the handshake is to the page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from corssim import AsyncBrowser, Browser, Outcome, Reason, Verdict
from corssim.browser.transports.asgi import scope_of
from corssim.browser.transports.asgi_web_socket import handshake_scope
from corssim.fetch.wire import WireRequest

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

PAGE, URL = "https://app.example/", "wss://api.example/live"


def script(*messages: dict[str, Any], then: BaseException | None = None, seen: list[Any] | None = None) -> Any:
    """An app that sends these messages once it is told that a browser connects."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "websocket"
        told = [await receive()]
        for message in messages:
            await send(message)
        if then is not None:
            raise then
        told.append(await receive())
        if seen is not None:
            seen.extend(told)

    return app


def opened(app: Any, *, is_async: bool, protocols: Any = (), url: str = URL) -> Outcome:
    mounts = {"https://api.example": app}
    if not is_async:
        with Browser(mounts=mounts) as browser:
            return browser.page(PAGE).web_socket(url, protocols)

    async def run() -> Outcome:
        async with AsyncBrowser(mounts=mounts) as browser:
            return await browser.page(PAGE).web_socket(url, protocols)

    return asyncio.run(run())


both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


def test_the_scope_is_that_of_a_web_socket() -> None:
    request = WireRequest(
        "GET",
        "https://api.example/live?x=1",
        (("Upgrade", "websocket"), ("Origin", "https://app.example"), ("Sec-WebSocket-Protocol", "chat, v2")),
    )
    scope = handshake_scope(request, scope_of(request, {"pool": 1}))
    assert {name: scope[name] for name in ("type", "scheme", "path", "query_string", "subprotocols", "state")} == {
        "type": "websocket",
        "scheme": "wss",
        "path": "/live",
        "query_string": b"x=1",
        "subprotocols": ["chat", "v2"],
        "state": {"pool": 1},
    }
    assert "method" not in scope
    assert (b"origin", b"https://app.example") in scope["headers"]


DENIAL = {"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]}


@both
@pytest.mark.parametrize(
    ("app", "protocols", "verdict", "status"),
    [
        pytest.param(script({"type": "websocket.accept"}), (), "readable", 101, id="accepted"),
        pytest.param(
            script({"type": "websocket.accept", "subprotocol": "v2"}), ("chat", "v2"), "readable", 101, id="subprotocol"
        ),
        pytest.param(script({"type": "websocket.accept"}), ("chat",), "failed", 101, id="no subprotocol chosen"),
        pytest.param(
            script({"type": "websocket.accept", "headers": [(b"set-cookie", b"a=1")]}),
            (),
            "readable",
            101,
            id="headers",
        ),
        pytest.param(script({"type": "websocket.close"}), (), "failed", 403, id="closed before it was accepted"),
        pytest.param(
            script(DENIAL, {"type": "websocket.http.response.body", "body": b"no"}), (), "failed", 401, id="denied"
        ),
        pytest.param(script(then=ValueError("only HTTP")), (), "failed", 500, id="raises"),
        pytest.param(script({"type": "http.response.start", "status": 200}), (), "failed", 500, id="answers as HTTP"),
    ],
)
def test_what_an_app_makes_of_the_handshake(
    app: Any, protocols: Any, verdict: str, status: int, is_async: bool
) -> None:
    outcome = opened(app, is_async=is_async, protocols=protocols)
    assert outcome.verdict == Verdict(verdict)
    assert [exchange.response.status for exchange in outcome.exchanges if exchange.response] == [status]


@both
def test_the_app_is_told_that_the_browser_is_gone(is_async: bool) -> None:
    seen: list[Any] = []
    opened(script({"type": "websocket.accept"}, {"type": "websocket.send", "text": "hi"}, seen=seen), is_async=is_async)
    assert [message["type"] for message in seen] == ["websocket.connect", "websocket.disconnect"]


@both
def test_routes_of_a_framework(is_async: bool) -> None:
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        async for _ in socket.iter_text():
            pass

    async def page(_: Any) -> PlainTextResponse:
        return PlainTextResponse("ok")

    app = Starlette(routes=[WebSocketRoute("/live", live), Route("/http", page)])
    assert opened(app, is_async=is_async).verdict is Verdict.READABLE
    refused = opened(app, is_async=is_async, url="wss://api.example/http")
    assert refused.reason is Reason.WEB_SOCKET_REFUSED
    assert refused.exchanges[-1].response is not None
    assert refused.exchanges[-1].response.status == 403
