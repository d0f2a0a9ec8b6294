"""ASGI apps as servers: what they are given, what is made of what they send, their lifespan."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from corssim.browser.transports import async_exchange, sync_exchange
from corssim.browser.transports.asgi import AsgiExchange, scope_of
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

GET = WireRequest("GET", "https://api.example/items", ())
SERVER_ERROR = (
    ("content-type", "text/plain; charset=utf-8"),
    ("content-length", "21"),
    ("connection", "close"),
)


def script(*messages: Any, then: BaseException | None = None) -> Any:
    """An app without a lifespan that sends these messages."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        for message in messages:
            await send(message)
        if then is not None:
            raise then

    return app


def start(status: Any = 200, headers: Any = ()) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(data: bytes = b"", more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def test_the_scope_is_complete() -> None:
    request = WireRequest(
        "patch",
        "http://[::1]:8000/caf%C3%A9/a%2Fb?x=%20&y",
        (("X-One", "1"), ("Cookie", "a=1"), ("x-one", "\xe9")),
        b"data",
    )
    assert scope_of(request, {"pool": 1}) == {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "patch",
        "scheme": "http",
        "path": "/café/a/b",
        "raw_path": b"/caf%C3%A9/a%2Fb",
        "query_string": b"x=%20&y",
        "root_path": "",
        "headers": [
            (b"host", b"[::1]:8000"),
            (b"x-one", b"1"),
            (b"cookie", b"a=1"),
            (b"x-one", b"\xe9"),
            (b"content-length", b"4"),
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("::1", 8000),
        "state": {"pool": 1},
        "extensions": {},
    }


@pytest.mark.parametrize(
    ("url", "server"),
    [("https://api.example/", ("api.example", 443)), ("http://api.example/", ("api.example", 80))],
)
def test_default_ports_in_the_scope(url: str, server: Any) -> None:
    assert scope_of(WireRequest("GET", url, (("Host", "given"), ("content-length", "0")), b""), {})["server"] == server


def test_starlette_answers_with_its_cors_middleware(carry: Any) -> None:
    app = Starlette(
        routes=[Route("/items", lambda _: PlainTextResponse("items"), methods=["GET", "PUT"])],
        middleware=[Middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["PUT"])],
    )
    headers = (("Origin", "https://app.example"),)
    preflight = (*headers, ("Access-Control-Request-Method", "PUT"))
    answers = carry(
        app,
        WireRequest("OPTIONS", GET.url, preflight),
        WireRequest("PUT", GET.url, headers, b"{}"),
    )
    for answer in answers:
        assert ("access-control-allow-origin", "https://app.example") in answer.headers
    assert (answers[0].status, answers[1].body, answers[1].reason) == (200, b"items", "OK")


def test_the_body_is_given_once_and_the_client_leaves_after_the_response(carry: Any) -> None:
    received = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            received.append(await receive())
            await send(start())
            await send(body(b"done"))
            received.append(await receive())
            await send(body(b"too late"))

    answer = carry(app, WireRequest("POST", GET.url, (), b"data"))
    assert answer.body == b"done"
    assert received == [{"type": "http.request", "body": b"data", "more_body": False}, {"type": "http.disconnect"}]


FAILING = {
    "raises before its response": script(then=ValueError("bug")),
    "exits": script(then=SystemExit(1)),
    "sends a body first": script(body(b"x")),
    "sends a message nobody knows": script({"type": "http.response.mystery"}),
    "starts with no number as status": script(start("two hundred")),
    "has text for headers": script(start(headers=[("name", "value")])),
    "has a line break in a header": script(start(headers=[(b"x-a", b"1\r\nx-b: 2")])),
    "has a space in a header name": script(start(headers=[(b"x a", b"1")])),
    "has an empty header name": script(start(headers=[(b"", b"1")])),
}


@pytest.mark.parametrize("app", FAILING.values(), ids=FAILING)
def test_an_app_that_fails_before_its_response_is_a_500_without_its_headers(carry: Any, app: Any) -> None:
    assert carry(app, GET) == WireResponse(500, "Internal Server Error", SERVER_ERROR, b"Internal Server Error")
    assert len(carry.app_errors) == 1


def test_an_app_that_returns_without_a_response_is_a_500(carry: Any) -> None:
    assert carry(script(), GET).status == 500
    assert carry(script(), WireRequest("HEAD", GET.url, ())).body == b""


LATE = {
    "raises in its body": script(start(), body(b"half", more=True), then=ValueError("bug")),
    "never ends its body": script(start(), body(b"half", more=True)),
    "starts twice": script(start(), body(b"half", more=True), start()),
}


@pytest.mark.parametrize("app", LATE.values(), ids=LATE)
def test_an_app_that_fails_in_its_body_breaks_the_connection(carry: Any, app: Any) -> None:
    answer = carry(app, GET)
    assert (answer.status, answer.body) == (200, b"half")
    assert answer.body_failure == NetworkFailure(FailureKind.RESET, "the app failed in the middle of its response")


def test_an_error_after_the_response_is_kept_and_changes_nothing(carry: Any) -> None:
    error = ValueError("in the background")
    assert carry(script(start(), body(b"ok"), then=error), GET).body == b"ok"
    assert carry.app_errors == [error]


def test_the_500_of_the_apps_own_framework_is_kept(carry: Any) -> None:
    def fail(_: Any) -> Any:
        raise ValueError("bug")

    answer = carry(Starlette(routes=[Route("/items", fail)]), GET)
    assert (answer.status, answer.body_failure) == (500, None)
    assert [str(error) for error in carry.app_errors] == ["bug"]


@pytest.mark.parametrize(
    ("length", "data", "got", "failure"),
    [
        (b"4", b"full", b"full", None),
        (b"9", b"half", b"half", "the connection closed 5 bytes before the end of the body"),
        (b"2", b"more", b"mo", None),
        (b"many", b"full", b"full", None),
    ],
    ids=["as long as it says", "shorter than it says", "longer than it says", "no number"],
)
def test_an_app_is_held_to_its_content_length(
    carry: Any, length: bytes, data: bytes, got: bytes, failure: str | None
) -> None:
    answer = carry(script(start(headers=[(b"x-a", b"1"), (b"content-length", length)]), body(data)), GET)
    assert answer.body == got
    assert (answer.body_failure and answer.body_failure.detail) == failure


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_responses_that_have_no_body(carry: Any, method: str, status: int) -> None:
    app = script(start(status, [(b"content-length", b"4")]), body(b"da", more=True), body(b"ta"))
    answer = carry(app, WireRequest(method, GET.url, ()))
    assert (answer.status, answer.body, answer.body_failure) == (status, b"", None)


def test_too_many_header_bytes(carry: Any) -> None:
    app = script(start(headers=[(b"x-long", b"x" * 300_000)]), body(b"never", more=True), body(b"sent"))
    assert carry(app, GET) == NetworkFailure(FailureKind.TOO_LARGE, "the response headers are over 256 KiB")


def test_an_endless_body_is_cut_and_its_app_cancelled(carry: Any) -> None:
    ended = []

    async def endless() -> Any:
        try:
            while True:
                yield b"chunk"
                await asyncio.sleep(0)
        finally:
            ended.append(True)

    app = Starlette(routes=[Route("/items", lambda _: StreamingResponse(endless()))])
    answer = carry(app, GET, max_body=12)
    assert (answer.body, answer.body_failure.kind) == (b"chunkchunkch", FailureKind.TOO_LARGE)
    assert ended == [True]


async def hang(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    if scope["path"] == "/started":
        await send(start())
        await send(body(b"half", more=True))
    if scope["path"] == "/complete":
        await send(start())
        await send(body(b"full"))
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", NetworkFailure(FailureKind.TIMEOUT, "no response within 0.05 s")),
        (
            "/started",
            WireResponse(
                200, "OK", (), b"half", NetworkFailure(FailureKind.TIMEOUT, "the body did not end within 0.05 s")
            ),
        ),
        ("/complete", WireResponse(200, "OK", (), b"full")),
    ],
    ids=["no response", "half a response", "work after the response"],
)
def test_an_app_that_hangs_ends_with_the_time(carry: Any, path: str, expected: Any) -> None:
    assert carry(hang, WireRequest("GET", f"http://api.example{path}", ()), timeout=0.05) == expected


def test_the_callers_context_variables_are_the_apps(carry: Any) -> None:
    user = contextvars.ContextVar("user", default="nobody")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send(start())
        await send(body(user.get().encode()))

    token = user.set("somebody")
    try:
        assert carry(app, GET).body == b"somebody"
    finally:
        user.reset(token)


class WithLifespan:
    """An app that notes what happens to it, and ends its lifespan as told."""

    def __init__(self, startup: Any = "complete", shutdown: str = "complete") -> None:
        self.log: list[str] = []
        self.startup, self.shutdown = startup, shutdown

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self.log.append((await receive())["type"])
            if isinstance(self.startup, Exception):
                raise self.startup
            scope["state"]["token"] = b"shared"
            await send({"type": f"lifespan.startup.{self.startup}", "message": "Traceback:\nno database\n"})
            self.log.append((await receive())["type"])
            if self.shutdown == "hang":
                await asyncio.Event().wait()
            if self.shutdown == "raise":
                raise ValueError("at shutdown")
            await send({"type": f"lifespan.shutdown.{self.shutdown}"})
        else:
            self.log.append("request")
            token = scope["state"].get("token", b"none")
            scope["state"]["token"] = b"changed by a request"
            await send(start())
            await send(body(token))


def test_startup_and_shutdown_run_once_around_all_requests(carry: Any) -> None:
    app = WithLifespan()
    answers = carry(app, GET, GET)
    assert app.log == ["lifespan.startup", "request", "request", "lifespan.shutdown"]
    assert [answer.body for answer in answers] == [b"shared", b"shared"]
    assert carry.app_errors == []


def test_one_app_at_two_origins_starts_once(carry: Any) -> None:
    app = WithLifespan()
    mounts = {"https://api.example": app, "https://b.example": app}
    carry(None, GET, WireRequest("GET", "https://b.example/", ()), mounts=mounts)
    assert app.log == ["lifespan.startup", "request", "request", "lifespan.shutdown"]


def test_an_app_whose_startup_fails_refuses_connections(carry: Any) -> None:
    answer = carry(WithLifespan("failed", "failed"), GET)
    assert answer == NetworkFailure(FailureKind.REFUSED, "the app's startup failed: no database")


def test_a_startup_that_raises_in_starlette_refuses_connections(carry: Any) -> None:
    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> Any:
        raise ValueError("no database")
        yield

    answer = carry(Starlette(lifespan=lifespan), GET)
    assert answer == NetworkFailure(FailureKind.REFUSED, "the app's startup failed: ValueError: no database")
    assert [str(error) for error in carry.app_errors] == ["no database"]


def test_a_lifespan_that_raises_is_taken_for_none(carry: Any) -> None:
    app = WithLifespan(ValueError("lifespan? never heard of it"))
    assert carry(app, GET).body == b"none"
    assert carry.app_errors == []


def test_an_app_that_answers_the_lifespan_with_a_response_has_none(carry: Any) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start())
        await send(body(b"to everything"))

    assert carry(app, GET).body == b"to everything"


def test_an_error_at_shutdown_is_kept(carry: Any) -> None:
    assert carry(WithLifespan(shutdown="raise"), GET).status == 200
    assert [str(error) for error in carry.app_errors] == ["at shutdown"]


def test_closing_twice_changes_nothing() -> None:
    app = WithLifespan()
    exchange = sync_exchange(app)
    exchange.exchange(GET, timeout=5, max_body=10)
    exchange.close()
    exchange.close()
    assert app.log == ["lifespan.startup", "request", "lifespan.shutdown"]

    async def twice() -> None:
        exchange = async_exchange(app)
        await exchange.exchange(GET, timeout=5, max_body=10)
        await exchange.aclose()
        await exchange.aclose()

    asyncio.run(twice())
    assert app.log[3:] == ["lifespan.startup", "request", "lifespan.shutdown"]


def test_a_shutdown_that_hangs_is_given_up(carry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corssim.browser.transports.lifespan._SHUTDOWN", 0.01)
    app = WithLifespan(shutdown="hang")
    assert carry(app, GET).status == 200
    assert app.log[-1] == "lifespan.shutdown"


def test_a_new_loop_starts_the_app_anew() -> None:
    app = WithLifespan()
    exchange = async_exchange(app)
    for _ in range(2):
        asyncio.run(exchange.exchange(GET, timeout=5, max_body=10))
    asyncio.run(exchange.aclose())
    assert app.log == ["lifespan.startup", "request"] * 2


def test_two_first_requests_at_once_wait_for_one_startup() -> None:
    app = WithLifespan()

    async def both() -> list[Any]:
        exchange = async_exchange(app)
        calls = (exchange.exchange(GET, timeout=5, max_body=10) for _ in range(2))
        answers = await asyncio.gather(*calls)
        await exchange.aclose()
        return answers

    assert [answer.body for answer in asyncio.run(both())] == [b"shared", b"shared"]
    assert app.log == ["lifespan.startup", "request", "request", "lifespan.shutdown"]


def test_a_blocking_caller_inside_a_running_loop() -> None:
    app = WithLifespan()

    async def inside() -> Any:
        exchange = sync_exchange(app)
        answer = exchange.exchange(GET, timeout=5, max_body=10)
        exchange.close()
        return answer

    assert asyncio.run(inside()).body == b"shared"
    assert app.log == ["lifespan.startup", "request", "lifespan.shutdown"]


def test_a_lifespan_outside_asyncio_is_left_out() -> None:
    exchange = AsgiExchange(WithLifespan())
    with pytest.raises(StopIteration) as stopped:
        exchange._lifespan.startup().send(None)
    assert stopped.value.value is None


def test_of_very_many_errors_the_last_are_kept(carry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corssim.browser.transports.exchange.MAX_APP_ERRORS", 2)
    numbers = iter("0123")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise RuntimeError(next(numbers))

    carry(app, *[WireRequest("GET", "https://api.example/", ())] * 4)
    assert [str(error) for error in carry.app_errors] == ["2", "3"]
