"""HTTP/2 answers that are none: the right words, and the server was reached."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from h2.exceptions import TooManyStreamsError
from hpack import Encoder

from corssim import AsyncBrowser, Browser
from corssim.fetch.wire import FailureKind, WireRequest

HEADERS, RST_STREAM, SETTINGS, GOAWAY, CONTINUATION = 1, 3, 4, 7, 9
END_STREAM, END_HEADERS = 1, 4
Says = Callable[[int], bytes]


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def head(*fields: tuple[str, str]) -> Says:
    return lambda stream: frame(HEADERS, END_STREAM | END_HEADERS, stream, Encoder().encode(fields))


def interim(stream: int, status: str) -> bytes:
    """A head that does not end the answer."""
    return frame(HEADERS, END_HEADERS, stream, Encoder().encode([(":status", status)]))


def in_pieces(number: int, size: int, *fields: tuple[str, str]) -> Says:
    """Headers and so many CONTINUATION frames, the last of which ends them."""
    block = Encoder().encode([(":status", "200"), *fields])

    def says(stream: int) -> bytes:
        pieces = [block[at : at + size] for at in range(0, len(block), size)] + [b""] * number
        frames = [frame(HEADERS, END_STREAM, stream, pieces[0])]
        frames += [frame(CONTINUATION, 0, stream, piece) for piece in pieces[1:-1]]
        return b"".join([*frames, frame(CONTINUATION, END_HEADERS, stream, pieces[-1])])

    return says


def answering(says: Says) -> Callable[[socket.socket], None]:
    """Answer the first request, and read on until the client goes."""

    def handler(connection: socket.socket) -> None:
        connection.sendall(frame(SETTINGS, 0, 0, b""))
        came = b""
        while True:
            received = connection.recv(65536)
            if not received:
                return
            came += received
            while len(came) >= 9 and len(came) >= 9 + int.from_bytes(came[:3], "big"):
                kind, stream = came[3], int.from_bytes(came[5:9], "big")
                came = came[9 + int.from_bytes(came[:3], "big") :]
                if kind == HEADERS:
                    connection.sendall(says(stream))

    return handler


MALFORMED, RESET, TOO_LARGE = FailureKind.MALFORMED, FailureKind.RESET, FailureKind.TOO_LARGE
OK = (":status", "200")


@pytest.mark.parametrize(
    ("says", "kind", "said"),
    [
        pytest.param(head((":status", "abc")), MALFORMED, "its :status is 'abc'", id="a status that is no number"),
        pytest.param(head((":status", "2000")), MALFORMED, "its :status is '2000'", id="four digits"),
        pytest.param(head(OK, (":status", "404")), MALFORMED, "its :status is '200, 404'", id="two statuses"),
        pytest.param(head(("x-a", "1")), MALFORMED, "it has no :status", id="no status"),
        pytest.param(head(("x-a", "1"), OK), MALFORMED, "its :status is not the first", id="a status behind"),
        pytest.param(head(OK, (":path", "/")), MALFORMED, "its :status is not the first", id="another pseudo-header"),
        pytest.param(head(OK, ("x-a", "a\0b")), MALFORMED, "it has the header line 'x-a: a", id="NUL"),
        pytest.param(
            lambda stream: b"HTTP/1.1 200 OK\r\n\r\n",
            MALFORMED,
            "a frame of 4740180 bytes",
            id="an answer over HTTP/1.1",
        ),
        pytest.param(in_pieces(500, 9), MALFORMED, "Too many continuation frames", id="a flood of CONTINUATION"),
        pytest.param(
            in_pieces(1, 16000, *((f"x-{number}", "a") for number in range(3000))),
            TOO_LARGE,
            "the response headers are over 64 KiB",
            id="3,000 headers",
        ),
        pytest.param(
            in_pieces(1, 16000, ("x-a", "\x80" * 120_000)),
            TOO_LARGE,
            "the response headers are over 256 KiB",
            id="a long value",
        ),
        pytest.param(
            lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", 8)),
            RESET,
            "the server reset the stream (CANCEL)",
            id="RST_STREAM",
        ),
        pytest.param(
            lambda stream: frame(GOAWAY, 0, 0, struct.pack(">II", 0, 11)),
            RESET,
            "the server closed the HTTP/2 connection (ENHANCE_YOUR_CALM)",
            id="GOAWAY",
        ),
    ],
)
def test_an_answer_that_is_none(
    raw_server: Any, tls_context: Any, bundle: str, says: Says, kind: Any, said: str
) -> None:
    outcome = fetch(raw_server, tls_context, bundle, says)
    failure = outcome.exchanges[0].failure
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.detail
    assert outcome.reached_server


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(head(OK, ("x-a", "1")), id="at once"),
        pytest.param(in_pieces(0, 5, ("x-a", "1"), ("x-b", "1" * 100)), id="in pieces"),
        pytest.param(
            lambda stream: (
                frame(HEADERS, END_HEADERS, stream, Encoder().encode([(":status", "103")])) + head(OK)(stream)
            ),
            id="after early hints",
        ),
        pytest.param(
            lambda stream: interim(stream, "200") + head(("x-t", "1"))(stream),
            id="with a trailer",
        ),
    ],
)
def test_an_answer_that_is_one(raw_server: Any, tls_context: Any, bundle: str, says: Says) -> None:
    outcome = fetch(raw_server, tls_context, bundle, says)
    assert outcome.response is not None
    assert outcome.response.status == 200


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("says", "status"),
    [
        pytest.param(head((":status", "413")), 413, id="an answer"),
        pytest.param(
            lambda stream: head((":status", "413"))(stream) + frame(RST_STREAM, 0, stream, bytes(4)),
            413,
            id="an answer, and no more is wanted",
        ),
        pytest.param(lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", 8)), None, id="a reset"),
        pytest.param(
            lambda stream: frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0)) + head((":status", "413"))(stream),
            413,
            id="an answer, and a window below nothing",
        ),
    ],
)
def test_an_answer_before_the_body_has_been_read(
    raw_server: Any, tls_context: Any, bundle: str, says: Says, status: int | None, is_async: bool
) -> None:
    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    server = raw_server(answering(says), context)
    network: dict[str, Any] = {"http2": True, "verify": bundle, "timeout": 30.0}
    asked: dict[str, Any] = {"method": "POST", "body": b"x" * 1_000_000}

    async def outcomes() -> list[Any]:
        async with AsyncBrowser(**network) as browser:
            page = browser.page(server.url)
            return [await page.fetch(server.url, **asked) for _ in range(2)]

    if is_async:
        told = asyncio.run(outcomes())
    else:
        with Browser(**network) as browser:
            page = browser.page(server.url)
            told = [page.fetch(server.url, **asked) for _ in range(2)]
    assert [status_of(outcome) for outcome in told] == [status] * 2
    assert all(outcome.failure is None or outcome.failure.kind is RESET for outcome in told)


def fetch(raw_server: Any, tls_context: Any, bundle: str, says: Says) -> Any:
    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    server = raw_server(answering(says), context)
    with Browser(http2=True, verify=bundle, timeout=5.0) as browser:
        return browser.page(server.url).fetch(server.url)


def test_a_connection_on_which_a_body_was_cut_short_is_used_no_more_and_closed(
    raw_server: Any, tls_context: Any, bundle: str
) -> None:
    def long(stream: int) -> bytes:
        return interim(stream, "200") + b"".join(frame(0, 0, stream, b"a" * 16_000) for _ in range(4))

    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    server = raw_server(answering(long), context)
    with Browser(http2=True, verify=bundle, timeout=5.0, max_body=1000) as browser:
        page = browser.page(server.url)
        assert page.fetch(server.url).reached_server
        assert page.fetch(server.url).reached_server
        assert len(server.received) == 2  # connections


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_where_a_connection_allows_no_more_streams_the_next_request_goes_over_a_new_one(
    raw_server: Any, tls_context: Any, bundle: str, is_async: bool
) -> None:
    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    server = raw_server(answering(and_then_none(head(OK, ("x-a", "1")))), context)
    network: dict[str, Any] = {"http2": True, "verify": bundle, "timeout": 5.0}

    async def statuses() -> list[int | None]:
        async with AsyncBrowser(**network) as browser:
            page = browser.page(server.url)
            return [status_of(await page.fetch(server.url, method=method)) for method in METHODS]

    if is_async:
        told = asyncio.run(statuses())
    else:
        with Browser(**network) as browser:
            page = browser.page(server.url)
            told = [status_of(page.fetch(server.url, method=method)) for method in METHODS]
    assert told == [200, 200, 200]
    assert len(server.received) == 3  # connections


def test_requests_that_wait_together_for_streams_that_are_taken_back(
    raw_server: Any, tls_context: Any, bundle: str
) -> None:
    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    server = raw_server(answering(and_then_none(head(OK))), context)

    async def fetches() -> list[int | None]:
        async with AsyncBrowser(http2=True, verify=bundle, timeout=30.0) as browser:
            page = browser.page(server.url)
            return [status_of(each) for each in await asyncio.gather(*(page.fetch(server.url) for _ in range(4)))]

    assert asyncio.run(fetches()) == [200] * 4


METHODS = ("GET", "POST", "GET")


def and_then_none(says: Says) -> Says:
    """An answer, and no other stream is allowed on its connection."""
    return lambda stream: frame(SETTINGS, 0, 0, struct.pack(">HI", 3, 0)) + says(stream)


def status_of(outcome: Any) -> int | None:
    return outcome.response and outcome.response.status


def test_a_server_that_never_allows_a_stream_is_told_of_and_was_not_reached(carry: Any) -> None:
    connections = Counter[str]()

    def refuse(request: httpx.Request) -> httpx.Response:
        connections[str(request.url)] += 1
        error = httpx.LocalProtocolError("Max outbound streams is 0, 0 open", request=request)
        raise error from TooManyStreamsError("Max outbound streams is 0, 0 open")

    failure = carry(httpx.MockTransport(refuse), WireRequest("POST", "https://api.example/", ()))
    assert failure.detail == "the server allows no request over its HTTP/2 connection"
    assert failure.kind is FailureKind.OTHER
    assert 1 < connections["https://api.example/"] <= 100


def test_threads_do_not_wait_for_each_other_where_streams_get_fewer(tls_context: Any, bundle: str) -> None:
    """A connection allows one stream alone as soon as three were opened on it, of which the first is answered."""
    context = tls_context("127.0.0.1")
    context.set_alpn_protocols(["h2"])
    opened = Counter[int]()

    def says(connection: int, stream: int) -> bytes:
        opened[connection] += 1
        fewer = frame(SETTINGS, 0, 0, struct.pack(">HI", 3, 1)) if opened[connection] == 3 else b""
        return fewer + (head(OK)(stream) if opened[connection] == 1 else b"")

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.recv(24)  # what an HTTP/2 connection begins with
            answering(partial(says, connection.fileno()))(connection)

    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = context.wrap_socket(listener.accept()[0], server_side=True)
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with Browser(http2=True, verify=bundle, timeout=3.0) as browser:
            page = browser.page(url)
            assert page.fetch(url).response is not None
            threads = [threading.Thread(target=page.fetch, args=(url,), daemon=True) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            assert not any(thread.is_alive() for thread in threads)
        listener.shutdown(socket.SHUT_RDWR)
