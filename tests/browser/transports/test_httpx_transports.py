"""Exchanges over transports of httpx and httpx2: what is sent, what is read, what is made of errors."""

from __future__ import annotations

import gzip
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import httpx
import httpx2
import pytest

from corssim.browser.transports import async_exchange, sync_exchange
from corssim.browser.transports.httpx_messages import authority_of, outgoing
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

GET = WireRequest("GET", "https://api.example/items?q=1", ())


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_importing_the_transports_and_making_a_live_one_loads_no_http_library() -> None:
    code = (
        "import sys; from corssim.browser.transports import sync_exchange; sync_exchange(None); "
        "print([name for name in ('httpx', 'httpx2', 'asyncio', 'ssl', 'anyio') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout == "[]\n"


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        pytest.param(
            WireRequest("GET", "https://api.example/", (("X-Custom", "1"), ("accept", "*/*"), ("X-custom", "2"))),
            [(b"Host", b"api.example"), (b"X-Custom", b"1"), (b"accept", b"*/*"), (b"X-custom", b"2")],
            id="repeats, order and casing are kept, Host is put first and nothing else added",
        ),
        pytest.param(
            WireRequest("GET", "http://api.example:8000/", (("Accept", "*/*"), ("HOST", "other.example"))),
            [(b"Accept", b"*/*"), (b"HOST", b"other.example")],
            id="a Host that is given stays alone",
        ),
        pytest.param(
            WireRequest("GET", "http://[::1]:8000/", ()),
            [(b"Host", b"[::1]:8000")],
            id="Host has the port and the brackets",
        ),
        pytest.param(
            WireRequest("POST", "http://api.example/", (), b"abc"),
            [(b"Host", b"api.example"), (b"Content-Length", b"3")],
            id="a body gets its Content-Length",
        ),
        pytest.param(
            WireRequest("POST", "http://api.example/", (("content-length", "3"),), b"abc"),
            [(b"Host", b"api.example"), (b"content-length", b"3")],
            id="a Content-Length that is given stays alone",
        ),
        pytest.param(
            WireRequest("POST", "http://api.example/", (), b""),
            [(b"Host", b"api.example"), (b"Content-Length", b"0")],
            id="an empty body is a body",
        ),
        pytest.param(
            WireRequest("GET", "http://api.example/", (("X-Bytes", "\xe9\xff"),)),
            [(b"Host", b"api.example"), (b"X-Bytes", b"\xe9\xff")],
            id="characters are bytes",
        ),
    ],
)
def test_the_headers_sent_are_exactly_ours(library: Any, carry: Any, request_: WireRequest, sent: list[Any]) -> None:
    seen = []

    def handler(received: Any) -> Any:
        seen.append((received.headers.raw, received.content))
        return library.Response(200)

    assert carry(library.MockTransport(handler), request_).status == 200
    assert seen == [(sent, request_.body or b"")]


def test_the_method_is_sent_in_the_case_it_was_given(library: Any, carry: Any) -> None:
    methods = []

    def handler(received: Any) -> Any:
        methods.append(received.method)
        return library.Response(204)

    carry(library.MockTransport(handler), WireRequest("patch", "http://api.example/", ()))
    assert methods == ["patch"]


@pytest.mark.parametrize("url", ["http://a.example/[x]?q=`{|}`", "http://a.example/a|b", "http://a.example/?'%zz"])
def test_the_request_target_is_what_the_url_says_byte_for_byte(library: Any, url: str) -> None:
    sent = outgoing(library, WireRequest("GET", url, ()), None)
    target = sent.extensions.get("target", sent.url.raw_path)
    assert target == url.removeprefix("http://a.example").encode()


def test_a_library_that_quotes_more_than_the_url_standard_is_overruled() -> None:
    class Quoting(httpx.URL):
        raw_path = b"/a%7Cb"

    quoting = SimpleNamespace(URL=Quoting, Request=httpx.Request, ByteStream=httpx.ByteStream)
    sent = outgoing(quoting, WireRequest("GET", "http://a.example/a|b", ()), None)
    assert sent.extensions == {"target": b"/a|b"}


def test_response_headers_keep_repeats_casing_and_bytes(library: Any, carry: Any) -> None:
    headers = [(b"Set-Cookie", b"a=1"), (b"X-Byte", b"\xe9"), (b"set-cookie", b"b=2"), (b"Content-Length", b"2")]
    transport = library.MockTransport(lambda _: library.Response(418, headers=headers, content=b"ok"))
    assert carry(transport, GET) == WireResponse(
        418,
        "I'm a Teapot",
        (("Set-Cookie", "a=1"), ("X-Byte", "\xe9"), ("set-cookie", "b=2"), ("Content-Length", "2")),
        b"ok",
    )


@pytest.mark.parametrize(
    ("extensions", "reason"),
    [
        ({}, "OK"),
        ({"reason_phrase": b"Fine \xe9"}, "Fine \xe9"),
        ({"reason_phrase": b""}, ""),
        ({"http_version": b"HTTP/2"}, ""),
    ],
    ids=["registered phrase", "the server's own phrase", "an empty phrase", "HTTP/2 has none"],
)
def test_reason_phrases(library: Any, carry: Any, extensions: Any, reason: str) -> None:
    answer = carry(library.MockTransport(lambda _: library.Response(200, extensions=extensions)), GET)
    assert answer.reason == reason


def test_redirects_are_answers_like_any_other(library: Any, carry: Any) -> None:
    transport = library.MockTransport(lambda _: library.Response(302, headers={"Location": "https://b.example/"}))
    assert carry(transport, GET).status == 302


def test_a_body_already_read_by_the_transport_is_not_decoded_twice(library: Any, carry: Any) -> None:
    packed = gzip.compress(b"hello")
    transport = library.MockTransport(
        lambda _: library.Response(200, headers={"Content-Encoding": "gzip"}, content=packed)
    )
    assert carry(transport, GET).body == b"hello"


class Streaming:
    """A transport of either kind whose body comes in chunks."""

    def __init__(self, library: Any, chunks: list[bytes], headers: dict[str, str]) -> None:
        class Chunks(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
            def __iter__(self) -> Any:
                yield from chunks

            async def __aiter__(self) -> Any:
                for chunk in chunks:
                    yield chunk

            def close(self) -> None:
                closed.append("sync")

            async def aclose(self) -> None:
                closed.append("async")

        closed: list[str] = []
        self.closed = closed

        class Transport(library.BaseTransport, library.AsyncBaseTransport):  # type: ignore[misc]
            def handle_request(self, request: Any) -> Any:
                return library.Response(200, headers=headers, stream=Chunks())

            async def handle_async_request(self, request: Any) -> Any:
                return library.Response(200, headers=headers, stream=Chunks())

        self.transport = Transport()


def test_a_streamed_body_is_decoded_and_its_response_closed(library: Any, carry: Any) -> None:
    packed = gzip.compress(b"hello" * 1000)
    streaming = Streaming(library, [packed[:10], packed[10:]], {"Content-Encoding": "gzip"})
    assert carry(streaming.transport, GET).body == b"hello" * 1000
    assert streaming.closed == [carry.kind]


def test_a_streamed_body_stops_at_the_bound(library: Any, carry: Any) -> None:
    streaming = Streaming(library, [b"12345"] * 3, {})
    answer = carry(streaming.transport, GET, max_body=7)
    assert (answer.status, answer.body, answer.body_failure.kind) == (200, b"1234512", FailureKind.TOO_LARGE)
    assert streaming.closed == [carry.kind]


def test_time_is_looked_at_between_chunks_that_are_always_ready(library: Any, carry: Any, monkeypatch: Any) -> None:
    clock = iter([0.0, *(0.4 * tick for tick in range(1, 100))])
    monkeypatch.setattr("corssim.browser.transports.bounds.time.monotonic", lambda: next(clock))
    answer = carry(Streaming(library, [b"x"] * 90, {}).transport, GET, timeout=1.0)
    assert answer.body_failure == NetworkFailure(FailureKind.TIMEOUT, "the body did not end within 1 s")
    assert 0 < len(answer.body) < 10


def test_no_timeout_means_no_deadline(library: Any, carry: Any) -> None:
    assert carry(Streaming(library, [b"x"], {}).transport, GET, timeout=None).body == b"x"


def test_a_bug_in_the_transport_is_a_failure_and_is_kept(library: Any, carry: Any) -> None:
    def handler(_: Any) -> Any:
        raise LookupError("no\x1b[31m such\nroute")

    answer = carry(library.MockTransport(handler), GET)
    assert answer == NetworkFailure(FailureKind.OTHER, "LookupError: no [31m such route")
    assert [type(error) for error in carry.app_errors] == [LookupError]


def test_a_streamed_answer_without_a_timeout_or_that_ends_at_its_headers(library: Any, carry: Any) -> None:
    streaming = Streaming(library, [b"a", b"b"], {"X-Long": "x" * 300_000})
    assert carry(streaming.transport, GET, timeout=None).kind is FailureKind.TOO_LARGE
    assert streaming.closed == [carry.kind]


def test_a_network_error_that_a_mock_raises_is_a_failure_like_a_real_one(library: Any, carry: Any) -> None:
    def handler(request: Any) -> Any:
        raise library.ReadTimeout("slow", request=request)

    answer = carry(library.MockTransport(handler), GET, timeout=3.0)
    assert answer == NetworkFailure(FailureKind.TIMEOUT, "no response within 3 s")
    assert carry.app_errors == []


class SyncOnly(httpx.BaseTransport):
    def __init__(self) -> None:
        self.closed = False

    def handle_request(self, request: Any) -> Any:
        return httpx.Response(200, text="sync only")

    def close(self) -> None:
        self.closed = True


class AsyncOnly(httpx2.AsyncBaseTransport):
    def __init__(self) -> None:
        self.closed = False

    async def handle_async_request(self, request: Any) -> Any:
        return httpx2.Response(200, text="async only")

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize("make", [SyncOnly, AsyncOnly], ids=["sync only", "async only"])
def test_a_transport_of_one_kind_serves_both_and_is_closed(make: Any, carry: Any) -> None:
    transport = make()
    first, second = carry(transport, GET, GET)
    assert (first.status, second.body) == (200, b"sync only" if make is SyncOnly else b"async only")
    assert transport.closed


def test_a_class_that_only_looks_like_a_transport_is_taken_as_httpx(carry: Any) -> None:
    class Duck:
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request, httpx.Request)
            return httpx.Response(200, text="quack")

        def close(self) -> None: ...

    assert carry(Duck(), GET).body == b"quack"


def test_a_url_the_library_refuses_is_a_failure(carry: Any) -> None:
    url = "http://api.example:port/"
    answer = carry(httpx.MockTransport(lambda _: httpx.Response(200)), WireRequest("GET", url, ()))
    assert answer.kind is FailureKind.OTHER


def test_authority_of_a_url() -> None:
    assert authority_of("https://api.example:8443/a/b?c=//d") == "api.example:8443"


def test_the_exchanges_are_made_without_touching_their_targets() -> None:
    def handler(_: Any) -> Any:
        raise AssertionError("nothing was sent")

    transport = httpx.MockTransport(handler)
    made = (sync_exchange(transport), async_exchange(transport))
    assert [type(exchange).__name__ for exchange in made] == ["HttpxExchange", "AsyncHttpxExchange"]
