"""The live network without httpx between: which connection a request goes over, and what is written on it."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser
from corssim.browser.transports.http1.passage import as_written
from corssim.browser.transports.turns import AN_ORIGIN, BlockingTurns
from corssim.fetch.wire import WireRequest

from .conftest import head_of

if TYPE_CHECKING:
    from collections.abc import Callable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def get(url: str, *, new_connection: bool = False) -> WireRequest:
    return WireRequest("GET", url, (("Accept", "*/*"),), None, new_connection)


def answering(answer: bytes, *, then_hangs_up: bool = False) -> Callable[[socket.socket], None]:
    """Gives each request on a connection the same answer."""

    def handle(connection: socket.socket) -> None:
        if then_hangs_up:
            # The end comes with the answer, in one segment, so that no next request can come before it.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            return
        connection.sendall(answer)
        while head_of(connection):
            connection.sendall(answer)

    return handle


@pytest.mark.parametrize(
    ("answer", "hangs_up", "second_is_new", "connections"),
    [
        (OK, False, False, 1),
        (OK, False, True, 2),
        (OK, True, False, 2),
        (OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), False, False, 2),
        (OK.replace(b"1.1", b"1.0"), False, False, 2),
        (OK + b"more", False, False, 2),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False, False, 1),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", False, False, 1),
    ],
    ids=[
        "kept for the next",
        "a new one is asked for",
        "the server hung up",
        "the server says close",
        "HTTP/1.0",
        "more came than belongs to the answer",
        "no body",
        "chunks",
    ],
)
def test_connections_are_used_again(
    carry: Any, raw_server: Any, answer: bytes, hangs_up: bool, second_is_new: bool, connections: int
) -> None:
    server = raw_server(answering(answer, then_hangs_up=hangs_up))
    first, second = carry(None, get(server.url), get(server.url, new_connection=second_is_new))
    assert (first.status, first.body) == (second.status, second.body)
    assert len(server.received) == connections


def test_what_a_server_says_before_it_has_read_everything_counts(carry: Any, raw_server: Any) -> None:
    server = raw_server(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert carry(None, WireRequest("PUT", server.url, (), b"x" * 1000)).status == 413


@pytest.mark.parametrize(
    ("request_", "written"),
    [
        (get("http://a.example/b?c=|"), b"GET /b?c=| HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n"),
        (
            WireRequest("patch", "http://[::1]:8/", (("hOsT", "b"), ("X", "\xe9")), b"hi"),
            b"patch / HTTP/1.1\r\nhOsT: b\r\nX: \xe9\r\nContent-Length: 2\r\n\r\nhi",
        ),
        (
            WireRequest("POST", "http://a.example:8/", (("Content-Length", "0"),), b""),
            b"POST / HTTP/1.1\r\nHost: a.example:8\r\nContent-Length: 0\r\n\r\n",
        ),
    ],
    ids=["as the URL is written", "as the headers are written", "the length that is given"],
)
def test_a_request_is_written_as_it_is(request_: WireRequest, written: bytes) -> None:
    assert as_written(request_) == written


def test_threads_take_turns() -> None:
    turns, under_way, most, order = BlockingTurns(AN_ORIGIN), [0], [0], []
    all_wait, counting = threading.Event(), threading.Lock()

    def request(number: int) -> None:
        with turns.turn("https://a.example"):
            with counting:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
                order.append(number)
            all_wait.wait(5)
            with counting:
                under_way[0] -= 1

    threads = [threading.Thread(target=request, args=(number,)) for number in range(24)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        while turns.number_of("https://a.example") < number:
            pass
    all_wait.set()
    for thread in threads:
        thread.join()
    assert most[0] == AN_ORIGIN
    assert sorted(order) == list(range(24))
    assert set(order[:6]) == set(range(6))
    assert turns.is_empty


def test_a_thread_that_waits_has_time_left() -> None:
    """Forty-eight fetches of 0.3 s, six at a time, take 2.4 s: longer than each of them may last."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listener.getsockname()[1]

    def answer(connection: socket.socket) -> None:
        with connection:
            while head_of(connection):
                threading.Event().wait(0.3)
                connection.sendall(OK.replace(b"\r\n\r\n", b"\r\nAccess-Control-Allow-Origin: *\r\n\r\n"))

    def serve() -> None:
        for _ in range(AN_ORIGIN):
            threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    with listener, Browser(timeout=2.2) as browser, ThreadPoolExecutor(48) as threads:
        page = browser.page("http://localhost:3000/")
        outcomes = list(threads.map(lambda number: page.fetch(f"http://127.0.0.1:{port}/{number}"), range(48)))
    assert [outcome.reason for outcome in outcomes if not outcome.allowed] == []
