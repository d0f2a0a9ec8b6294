"""What a mounted thing is taken for, and which one answers for a URL."""

from __future__ import annotations

import functools
from typing import Any

import flask
import httpx
import httpx2
import pytest
from starlette.applications import Starlette

from corssim.browser.transports import Mounts, async_exchange, sync_exchange
from corssim.browser.transports.targets import Kind, kind_of
from corssim.errors import UsageError
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from corssim.server.mock import MockServer


async def asgi(scope: Any, receive: Any, send: Any) -> None: ...


def wsgi(environ: Any, start_response: Any) -> Any: ...


class AsgiByClass:
    def __init__(self, scope: Any, receive: Any, send: Any) -> None: ...


class AsgiObject:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


class AsgiWithHandleRequest(AsgiObject):
    """As the apps of Quart and Sanic are."""

    async def handle_request(self, request: Any) -> None: ...


class AsgiPassedOn:
    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        return asgi(scope, receive, send)


class WsgiObject:
    def __call__(self, environ: Any, start_response: Any, extra: Any = None, *, option: Any = None) -> Any: ...


@functools.wraps(asgi)
def wrapped_asgi(*args: Any) -> Any:
    return asgi(*args)


def wrapped_wsgi(*args: Any) -> Any:
    return wsgi(*args)


def configured(setting: Any, environ: Any, start_response: Any) -> Any: ...


class BothTransport(httpx.BaseTransport, httpx.AsyncBaseTransport): ...


@pytest.mark.parametrize(
    ("target", "blocking", "awaiting"),
    [
        (None, Kind.NETWORK, Kind.NETWORK),
        (httpx.HTTPTransport(), Kind.SYNC_TRANSPORT, Kind.SYNC_TRANSPORT),
        (httpx2.AsyncHTTPTransport(), Kind.ASYNC_TRANSPORT, Kind.ASYNC_TRANSPORT),
        (BothTransport(), Kind.SYNC_TRANSPORT, Kind.ASYNC_TRANSPORT),
        (MockServer(), Kind.SERVER, Kind.SERVER),
        (asgi, Kind.ASGI, Kind.ASGI),
        (functools.partial(asgi, None), Kind.ASGI, Kind.ASGI),
        (AsgiByClass, Kind.ASGI, Kind.ASGI),
        (AsgiObject(), Kind.ASGI, Kind.ASGI),
        (AsgiPassedOn(), Kind.ASGI, Kind.ASGI),
        (wrapped_asgi, Kind.ASGI, Kind.ASGI),
        (Starlette(), Kind.ASGI, Kind.ASGI),
        (AsgiWithHandleRequest(), Kind.ASGI, Kind.ASGI),
        (wsgi, Kind.WSGI, Kind.WSGI),
        (functools.partial(configured, None), Kind.WSGI, Kind.WSGI),
        (WsgiObject(), Kind.WSGI, Kind.WSGI),
        (wrapped_wsgi, Kind.WSGI, Kind.WSGI),
        (flask.Flask("x"), Kind.WSGI, Kind.WSGI),
        (flask.Flask("x").wsgi_app, Kind.WSGI, Kind.WSGI),
    ],
    ids=lambda value: value.name if isinstance(value, Kind) else getattr(value, "__name__", type(value).__name__),
)
def test_what_a_target_is_taken_for(target: Any, blocking: Kind, awaiting: Kind) -> None:
    assert kind_of(target, prefer_async=False) is blocking
    assert kind_of(target, prefer_async=True) is awaiting


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://127.0.0.1:8000", "'http://127.0.0.1:8000' is nothing that can be mounted"),
        (lambda one: None, "takes 1 arguments: an ASGI app takes"),
        (dict, "takes 0 arguments"),
        (httpx.HTTPTransport, "takes 0 arguments"),
    ],
    ids=["text", "a function of one argument", "a callable without a signature", "a transport's class"],
)
def test_what_can_not_be_mounted(target: Any, said: str) -> None:
    for exchange in (sync_exchange, async_exchange):
        with pytest.raises(UsageError, match=said):
            exchange(target)
        with pytest.raises(UsageError, match=said):
            exchange(mounts={"https://api.example": target})


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        (
            "https://api.example",
            ["https://api.example/", "https://api.example/x?y"],
            ["http://api.example/", "https://api.example:8443/", "https://www.api.example/", "https://example/"],
        ),
        ("https://api.example/", ["https://api.example/x"], ["http://api.example/"]),
        ("https://API.example:443", ["https://api.example/"], ["https://api.example:8443/"]),
        ("http://localhost:8000", ["http://localhost:8000/"], ["http://localhost/", "http://127.0.0.1:8000/"]),
        ("http://[::1]:8000", ["http://[::1]:8000/"], ["http://[::1]/", "http://[::2]:8000/"]),
        ("http://bücher.example", ["http://xn--bcher-kva.example/"], ["http://bucher.example/"]),
        ("https://api.example:*", ["https://api.example/", "https://api.example:1/"], ["http://api.example/"]),
        ("https://*.example", ["https://api.example/", "https://a.b.example/"], ["https://example/"]),
        ("https://*example", ["https://api.example/", "https://example/"], ["https://myexample/"]),
        ("https://", ["https://a.example/", "https://b.example:1/"], ["http://a.example/"]),
        ("https://*", ["https://a.example/", "https://b.example:1/"], ["http://a.example/"]),
        ("all://", ["https://a.example/", "http://b.example:1/"], []),
        ("all://api.example", ["http://api.example/", "https://api.example:1/"], ["https://b.example/"]),
        ("all://api.example:81", ["http://api.example:81/", "https://api.example:81/"], ["http://api.example/"]),
        ("all://*:81", ["http://a.example:81/"], ["http://a.example/"]),
    ],
)
def test_which_urls_a_pattern_matches(pattern: str, matching: list[str], others: list[str]) -> None:
    here, elsewhere = MockServer(), MockServer()
    mounts = Mounts({pattern: here}, elsewhere)
    assert [url for url in matching + others if mounts.target_for(url) is here] == matching


def test_the_most_particular_pattern_decides_whatever_the_order() -> None:
    patterns = [
        "all://",
        "https://",
        "https://*.example",
        "all://a.example",
        "https://a.example",
        "https://b.example:*",
    ]
    targets = {pattern: MockServer() for pattern in patterns}
    for order in (patterns, patterns[::-1]):
        mounts = Mounts({pattern: targets[pattern] for pattern in order})
        found = {
            url: next(pattern for pattern in patterns if targets[pattern] is mounts.target_for(url))
            for url in ("https://a.example/", "http://a.example/", "https://c.example/", "https://c.test/", "http://c/")
        }
        assert found == {
            "https://a.example/": "https://a.example",
            "http://a.example/": "all://a.example",
            "https://c.example/": "https://*.example",
            "https://c.test/": "https://",
            "http://c/": "all://",
        }


@pytest.mark.parametrize(
    "pattern",
    [
        "api.example",
        "ftp://api.example",
        "https://api.example/v1",
        "https://api.example?x",
        "https://user@api.example",
        "https://api.example:99999",
        "https://api.example:port",
        "https://*.",
        "https://a b",
        "https://[::x]",
        "",
    ],
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(UsageError, match="can't be mounted"):
        Mounts({pattern: None})


def test_what_no_mount_covers_goes_to_the_default() -> None:
    default = MockServer()
    mounts = Mounts({"https://api.example": None}, default)
    assert mounts.target_for("https://b.example/") is default
    assert mounts.target_for("no url") is default
    assert Mounts().target_for("https://b.example/") is None


def test_requests_go_where_they_are_mounted(carry: Any) -> None:
    mounts = {
        "https://a.example": MockServer().route("/", body="a"),
        "https://b.example": httpx.MockTransport(lambda _: httpx.Response(200, text="b")),
    }
    rest = MockServer().route("/", body="rest", respond=lambda request: 1 // 0)
    urls = ["https://a.example/", "https://b.example/", "https://c.example/"]
    answers = carry(rest, *(WireRequest("GET", url, ()) for url in urls), mounts=mounts)
    assert [answer.body for answer in answers] == [b"a", b"b", b"Internal Server Error"]
    assert [type(error) for error in carry.app_errors] == [ZeroDivisionError]


def test_without_a_transport_what_is_not_mounted_is_the_live_network(carry: Any, raw_server: Any) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlive")
    mounts = {"https://a.example": MockServer()}
    assert carry(None, WireRequest("GET", server.url, ()), mounts=mounts).body == b"live"


def test_a_servers_answer_keeps_to_the_bounds(carry: Any) -> None:
    server = MockServer().route("/long", body="x" * 11).route("/cut", body="half", truncate=True)
    server.route("/gone", fail="refused").route("/coded", headers={"Content-Encoding": "gzip"}, body="plain")
    server.route("/headers", headers={"X-Long": "x" * 300_000})
    paths = ("long", "cut", "gone", "coded", "headers")
    requests = [WireRequest("GET", f"http://a.example/{path}", ()) for path in paths]
    long, cut, gone, coded, headers = carry(server, *requests, max_body=10)
    assert (long.body, long.body_failure.kind) == (b"x" * 10, FailureKind.TOO_LARGE)
    assert (cut.body, cut.body_failure.kind) == (b"half", FailureKind.RESET)
    assert gone == NetworkFailure(FailureKind.REFUSED, "the server refused the connection")
    assert (coded.body, coded.body_failure.kind) == (b"", FailureKind.MALFORMED)
    assert headers.kind is FailureKind.TOO_LARGE
    assert isinstance(carry(server, WireRequest("HEAD", "http://a.example/long", ())), WireResponse)
