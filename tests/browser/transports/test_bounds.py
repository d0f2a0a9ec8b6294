"""Content codings undone within bounds, exceptions told apart, exchanges of the one kind as the other."""

from __future__ import annotations

import asyncio
import errno
import gzip
import itertools
import socket
import ssl
import threading
import zlib
from typing import Any

import httpx
import httpx2
import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.transports.bounds import Arrival, Deadline
from corssim.browser.transports.bridges import LoopedExchange, ThreadedExchange
from corssim.browser.transports.failures import failure_from, is_network_error, one_line
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse, reason_phrase

GET = WireRequest("GET", "https://api.example/", ())


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def received(chunks: list[bytes], *codings: str, max_body: int = 10**7) -> Any:
    arrival = Arrival(max_body=max_body, timeout=None)
    arrival.start(200, "OK", [("content-ENCODING", coding) for coding in codings])
    for chunk in chunks:
        if not arrival.feed(chunk):
            break
    return arrival.result()


CODINGS = [
    pytest.param(["gzip"], gzip.compress, id="gzip"),
    pytest.param(["X-GZip"], gzip.compress, id="x-gzip"),
    pytest.param(["deflate"], zlib.compress, id="deflate"),
    pytest.param(["deflate"], raw_deflate, id="deflate without its header"),
    pytest.param(["deflate, gzip"], lambda data: gzip.compress(zlib.compress(data)), id="two in one line"),
    pytest.param(["deflate", "gzip"], lambda data: gzip.compress(zlib.compress(data)), id="two in two lines"),
    pytest.param([" , identity"], bytes, id="none"),
    pytest.param(["br"], bytes, id="one that is not known"),
    pytest.param(["gzip, br"], bytes, id="a known one under one that is not"),
    pytest.param(["gzip," * 6], bytes, id="too many"),
]


@pytest.mark.parametrize(("codings", "pack"), CODINGS)
@pytest.mark.parametrize("size", [1, 7, 10**6], ids=["byte by byte", "in sevens", "at once"])
def test_bodies_are_decoded(codings: list[str], pack: Any, size: int) -> None:
    body = bytes(range(256)) * 50
    packed = pack(body)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert received([*chunks, b""], *codings) == WireResponse(
        200, "OK", tuple(("content-ENCODING", coding) for coding in codings), body
    )


@settings(deadline=None, max_examples=100)
@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 400), max_size=5), coding=st.sampled_from(CODINGS))
def test_whatever_is_packed_and_however_it_is_cut(data: bytes, cuts: list[int], coding: Any) -> None:
    codings, pack = coding.values
    packed = pack(data)
    edges = sorted({0, len(packed), *(cut for cut in cuts if cut < len(packed))})
    chunks = [packed[start:end] for start, end in itertools.pairwise(edges)]
    answer = received(chunks, *codings)
    assert (answer.body, answer.body_failure) == (data, None)


@settings(deadline=None, max_examples=100)
@given(data=st.binary(max_size=300), coding=st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_bytes_that_are_not_packed_never_raise(data: bytes, coding: str) -> None:
    answer = received([data], coding)
    assert answer.body_failure is None or answer.body_failure.kind is FailureKind.MALFORMED


def test_a_body_that_is_not_what_it_says() -> None:
    failure = received([b"not gzip"], "gzip").body_failure
    assert failure == NetworkFailure(FailureKind.MALFORMED, "the body is not valid gzip, as Content-Encoding says")


@pytest.mark.parametrize(("max_body", "body", "cut"), [(8, b"12345678", False), (7, b"1234567", True), (0, b"", True)])
def test_the_bound_is_the_last_byte_that_fits(max_body: int, body: bytes, cut: bool) -> None:
    answer = received([b"1234", b"5678"], max_body=max_body)
    assert (answer.body, answer.body_failure is not None) == (body, cut)


def test_what_ended_the_exchange_first_counts() -> None:
    arrival = Arrival(max_body=1, timeout=1.0)
    arrival.start(200, "OK", [])
    arrival.feed(b"12")
    assert arrival.timed_out().body_failure.kind is FailureKind.TOO_LARGE  # type: ignore[union-attr]


def test_an_arrival_without_a_start_is_a_connection_without_a_response() -> None:
    assert Arrival(max_body=1, timeout=1.0).result() == NetworkFailure(
        FailureKind.RESET, "the connection closed without a response"
    )


@pytest.mark.parametrize("status", [100, 199])
def test_an_interim_status_is_no_response(status: int) -> None:
    arrival = Arrival(max_body=1, timeout=1.0)
    assert not arrival.start(status, "", [])
    assert arrival.result().kind is FailureKind.MALFORMED  # type: ignore[union-attr]


def test_a_status_nobody_registered_has_no_phrase() -> None:
    assert (reason_phrase(404), reason_phrase(599)) == ("Not Found", "")


def test_a_deadline_counts_down_to_an_error() -> None:
    assert 0 < Deadline(60).remaining() <= 60
    assert not Deadline(60).passed
    over = Deadline(-1.0)
    assert over.passed
    with pytest.raises(TimeoutError):
        over.remaining()


def caused(error: BaseException, cause: BaseException, *, hidden: bool = False) -> BaseException:
    """The error as it looks when it was raised from another one, or in its place (`from None`)."""
    try:
        try:
            raise cause
        except BaseException:
            if hidden:
                raise error from None
            raise error from cause
    except BaseException as raised:
        return raised


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


def tls_error(kind: type[ssl.SSLError], reason: str) -> ssl.SSLError:
    error = kind(1, "[SSL] unreadable (_ssl.c:1006)")
    error.reason = reason
    return error


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize(
    ("make", "kind", "detail"),
    [
        (lambda lib: caused(lib.ConnectError("x"), REFUSED), FailureKind.REFUSED, "api.example refused the connection"),
        (
            lambda lib: caused(lib.ConnectError("x"), caused(OSError("all"), REFUSED, hidden=True)),
            FailureKind.REFUSED,
            "api.example refused the connection",
        ),
        (
            lambda lib: caused(lib.ConnectError("x"), ExceptionGroup("all", [OSError("a"), REFUSED])),
            FailureKind.REFUSED,
            "api.example refused the connection",
        ),
        (
            lambda lib: caused(lib.ConnectError("x"), socket.gaierror(-2, "unknown")),
            FailureKind.DNS,
            "the name of api.example does not resolve",
        ),
        (lambda lib: lib.ConnectError("no idea"), FailureKind.OTHER, "could not connect to api.example: no idea"),
        (lambda lib: lib.ConnectTimeout(""), FailureKind.TIMEOUT, "timed out"),
        (lambda lib: lib.PoolTimeout(""), FailureKind.TIMEOUT, "timed out"),
        (lambda lib: lib.ReadError(""), FailureKind.RESET, "the connection was reset"),
        (lambda lib: lib.WriteError(""), FailureKind.RESET, "the connection was reset"),
        (lambda lib: lib.CloseError(""), FailureKind.RESET, "the connection was reset"),
        (
            lambda lib: caused(lib.ReadError(""), tls_error(ssl.SSLEOFError, "UNEXPECTED_EOF_WHILE_READING")),
            FailureKind.RESET,
            "the connection was reset",
        ),
        (
            lambda lib: caused(lib.WriteError(""), BrokenPipeError(errno.EPIPE, "Broken pipe")),
            FailureKind.RESET,
            "the server closed the connection while the request was being sent",
        ),
        (
            lambda lib: caused(lib.ConnectError(""), OSError(errno.ENETUNREACH, "x")),
            FailureKind.OFFLINE,
            "the network is unreachable",
        ),
        (
            lambda lib: caused(lib.ConnectError(""), OSError(errno.EHOSTUNREACH, "x")),
            FailureKind.OTHER,
            "api.example is unreachable",
        ),
        (
            lambda lib: caused(lib.ConnectError(""), tls_error(ssl.SSLEOFError, "UNEXPECTED_EOF_WHILE_READING")),
            FailureKind.TLS,
            "the server closed the connection during the TLS handshake",
        ),
        (
            lambda lib: caused(lib.ConnectError(""), tls_error(ssl.SSLError, "TLSV1_ALERT_PROTOCOL_VERSION")),
            FailureKind.TLS,
            "the TLS handshake failed: tlsv1 alert protocol version",
        ),
        (
            lambda lib: lib.RemoteProtocolError("Receive buffer too long"),
            FailureKind.TOO_LARGE,
            "the response headers are too long",
        ),
        (
            lambda lib: lib.RemoteProtocolError("illegal\r\nheader"),
            FailureKind.MALFORMED,
            "the answer is not valid HTTP: illegal header",
        ),
        (lambda lib: lib.ProxyError("403"), FailureKind.OTHER, "the proxy failed: 403"),
        (lambda lib: lib.UnsupportedProtocol("ftp"), FailureKind.OTHER, "no transport for this URL: ftp"),
        (lambda lib: lib.LocalProtocolError("bad"), FailureKind.OTHER, "the request can't be sent: bad"),
        (
            lambda lib: lib.DecodingError("-3"),
            FailureKind.MALFORMED,
            "the body is not what Content-Encoding says: -3",
        ),
        (lambda lib: TimeoutError(), FailureKind.TIMEOUT, "timed out"),
        (lambda lib: KeyError("route"), FailureKind.OTHER, "KeyError: 'route'"),
        (lambda lib: AssertionError(), FailureKind.OTHER, "AssertionError: AssertionError"),
    ],
)
def test_exceptions_are_told_apart(library: Any, make: Any, kind: FailureKind, detail: str) -> None:
    assert failure_from(make(library), "api.example") == NetworkFailure(kind, detail)


def test_what_the_caller_was_handling_is_not_the_cause() -> None:
    error = httpx.ReadError("gone")
    error.__context__ = REFUSED
    assert failure_from(error).kind is FailureKind.RESET


def test_a_chain_in_a_circle_ends() -> None:
    first, second = httpx.ReadError("1"), httpx.ReadError("2")
    first.__cause__, second.__cause__ = second, first
    assert failure_from(first).kind is FailureKind.RESET


@pytest.mark.parametrize(
    ("error", "network"),
    [(httpx2.ReadTimeout(""), True), (OSError(), True), (TimeoutError(), True), (KeyError(), False)],
)
def test_network_errors_and_bugs(error: BaseException, network: bool) -> None:
    assert is_network_error(error) is network


def test_details_are_one_printable_line_of_bounded_length() -> None:
    assert one_line("a\r\n\x1b[31mb\u202e\tc") == "a [31mb c"
    assert len(one_line("x" * 1000)) == 300


class Stuck:
    """A blocking exchange that ends only when told."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.closed = False

    def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> Any:
        self.free.wait(5)
        return WireResponse(200, "OK", ())

    def close(self) -> None:
        self.closed = True


def test_a_blocking_exchange_that_is_stuck_does_not_hold_up_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corssim.browser.transports.bridges._GRACE", 0.0)
    stuck = Stuck()
    bridge = ThreadedExchange(stuck)

    async def late() -> Any:
        answer = await bridge.exchange(GET, timeout=0.05, max_body=1)
        stuck.free.set()
        await bridge.aclose()
        return answer

    assert asyncio.run(late()) == NetworkFailure(FailureKind.TIMEOUT, "no response within 0.05 s")
    assert stuck.closed


class Nested:
    """An async exchange whose server makes a blocking request to itself, in another thread."""

    def __init__(self) -> None:
        self.bridge: LoopedExchange | None = None
        self.inner: Any = None

    async def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> Any:
        assert self.bridge is not None
        self.inner = await asyncio.to_thread(self.bridge.exchange, request, timeout=0.05, max_body=1)
        return WireResponse(200, "OK", ())

    async def aclose(self) -> None: ...


def test_an_app_that_calls_itself_through_the_same_exchange_gets_a_timeout() -> None:
    nested = Nested()
    nested.bridge = LoopedExchange(nested)
    try:
        assert nested.bridge.exchange(GET, timeout=5, max_body=1) == WireResponse(200, "OK", ())
    finally:
        nested.bridge.close()
    assert nested.inner == NetworkFailure(FailureKind.TIMEOUT, "another exchange was in the way for 0.05 s")


class Interrupted:
    async def exchange(self, request: WireRequest, *, timeout: float | None, max_body: int) -> Any:
        raise KeyboardInterrupt

    async def aclose(self) -> None: ...


def test_an_interrupt_comes_through_from_the_worker_thread() -> None:
    async def inside() -> None:
        bridge = LoopedExchange(Interrupted())
        try:
            bridge.exchange(GET, timeout=5, max_body=1)
        finally:
            bridge.close()

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(inside())


def test_cancelling_the_caller_cancels_the_exchange(raw_server: Any) -> None:
    from corssim.browser.transports import async_exchange

    server = raw_server(lambda connection: connection.recv(1))

    async def cancelled() -> bool:
        exchange = async_exchange(None)
        task = asyncio.create_task(exchange.exchange(WireRequest("GET", server.url, ()), timeout=30, max_body=1))
        while not server.received:
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.wait([task])
        await exchange.aclose()
        return task.cancelled()

    assert asyncio.run(cancelled())


NOTHING = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * 500_000  # gzip without end, and nothing in it


@pytest.mark.parametrize(
    ("inner", "body", "failure"),
    [
        pytest.param(gzip.compress(b"the end") + bytes(2_500_000), b"the end", None, id="behind the end"),
        pytest.param(NOTHING, b"", FailureKind.TOO_LARGE, id="nothing at all"),
    ],
)
def test_what_lies_between_two_codings_is_bounded_too(inner: bytes, body: bytes, failure: FailureKind | None) -> None:
    arrival = Arrival(max_body=100, timeout=None)
    arrival.start(200, "OK", [("Content-Encoding", "gzip, gzip")])
    made = arrival._decoder
    assert made is not None
    arrival.feed(gzip.compress(inner))
    answer = arrival.result()
    assert isinstance(answer, WireResponse)
    assert answer.body == body
    assert (answer.body_failure and answer.body_failure.kind) is failure
    assert made._left > -(64 * 1024)  # no more was made than is wanted


def test_what_follows_the_end_of_a_coding_is_not_kept() -> None:
    arrival = Arrival(max_body=100, timeout=None)
    arrival.start(200, "OK", [("Content-Encoding", "gzip")])
    arrival.feed(gzip.compress(b"the end"))
    for _ in range(3):
        assert arrival.feed(bytes(10_000))
    assert arrival._decoder is not None
    assert arrival._decoder._zlib.unused_data == b""
    assert arrival.result() == WireResponse(200, "OK", (("Content-Encoding", "gzip"),), b"the end")
