"""Names and addresses within one deadline; connections that are given up; one browser on several event loops."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from corssim import AsyncBrowser, UsageError
from corssim.browser.transports import async_exchange, bounds
from corssim.browser.transports.bounds import Deadline
from corssim.browser.transports.connecting import addresses_of, attempt_after, attempts, is_address
from corssim.fetch.wire import FailureKind, WireRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
SILENT, REFUSED = httpx.ConnectTimeout("late"), httpx.ConnectError("refused")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time of deadlines, which stands still."""
    made_up = SimpleNamespace(now=0.0, monotonic=lambda: made_up.now)
    monkeypatch.setattr(bounds, "time", made_up)
    return made_up


@pytest.mark.parametrize(
    ("addresses", "behaviour", "tried"),
    [
        pytest.param("a", "s", [("a", 10)], id="one address has all the time"),
        pytest.param("ab", "rr", [("a", 0.3), ("b", 0.3)], id="who refuses is not asked again"),
        pytest.param("ab", "sr", [("a", 0.3), ("b", 0.3), ("a", 9.7)], id="who was silent is asked again"),
        pytest.param("ab", "ss", [("a", 0.3), ("b", 0.3), ("a", 4.7), ("b", 4.7)], id="the rest is shared"),
    ],
)
def test_attempts(clock: SimpleNamespace, addresses: str, behaviour: str, tried: list[tuple[str, float]]) -> None:
    deadline, seen = Deadline(10), []
    tries = attempts(list(addresses), deadline)
    attempt: tuple[str, float] | None = next(tries)
    while attempt is not None:
        address, seconds = attempt
        seen.append((address, pytest.approx(seconds)))
        is_silent = behaviour[addresses.index(address)] == "s"
        clock.now += seconds if is_silent else 0
        if deadline.passed:
            break
        attempt = attempt_after(SILENT if is_silent else REFUSED, tries)
    assert seen == tried


def test_attempts_end_with_the_time(clock: SimpleNamespace) -> None:
    tries = attempts(["a", "b"], Deadline(1))
    next(tries)
    clock.now = 1.0
    with pytest.raises(TimeoutError):
        attempt_after(SILENT, tries)


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("::1", True), ("localhost", False), ("1.a", False)]
)
def test_addresses_are_not_looked_up(host: str, expected: bool) -> None:
    assert is_address(host) is expected


def found(*addresses: str) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_addresses_count_once() -> None:
    assert addresses_of(found("127.0.0.2", "127.0.0.1", "127.0.0.2")) == ["127.0.0.2", "127.0.0.1"]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], list[Any]]]:
    """What names resolve to, by a function each; others are looked up."""
    known: dict[str, Callable[[], list[Any]]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **options: Any) -> Any:
        return known[host]() if host in known else real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def test_a_name_that_is_not_found_in_time(carry: Any, names: dict[str, Callable[[], list[Any]]]) -> None:
    over = threading.Event()

    def hang() -> list[Any]:
        over.wait(60)
        return found("127.0.0.1")

    names["hangs.example"] = hang
    answer = carry(None, WireRequest("GET", "http://hangs.example/", ()), timeout=0.2)
    came_first = not over.is_set()
    over.set()
    assert answer.kind is FailureKind.TIMEOUT
    assert came_first


def test_a_name_without_addresses(carry: Any, names: dict[str, Callable[[], list[Any]]]) -> None:
    names["none.example"] = list
    assert carry(None, WireRequest("GET", "http://none.example/", ())).kind is FailureKind.DNS


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A listener whose queue is full: it answers no new connection."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener


def test_an_address_that_refuses_or_is_silent_keeps_nobody_from_the_next(
    carry: Any, raw_server: Any, silent: socket.socket, names: dict[str, Callable[[], list[Any]]]
) -> None:
    server = raw_server(OK)
    names["many.example"] = lambda: found("127.0.0.3", "127.0.0.1")
    assert carry(None, WireRequest("GET", f"http://many.example:{server.port}/", ())).body == b"ok"


def test_an_address_that_stays_silent(
    carry: Any, silent: socket.socket, names: dict[str, Callable[[], list[Any]]]
) -> None:
    names["silent.example"] = lambda: found("127.0.0.2")
    port = silent.getsockname()[1]
    answer = carry(None, WireRequest("GET", f"http://silent.example:{port}/", ()), timeout=0.5)
    assert answer.kind is FailureKind.TIMEOUT


class Handshakes:
    """A server that takes connections, says nothing, and notes which of them were closed by the other side."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.begun = 0
        self.closed = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._watch, args=(connection,), daemon=True).start()

    def _watch(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(30)
            connection.recv(65536)
            self.begun += 1
            while connection.recv(65536):
                pass
            self.closed += 1

    def close(self) -> None:
        self._listener.close()


@pytest.mark.parametrize("ending", ["cancelled", "timed out"])
def test_a_tls_handshake_that_is_given_up_leaves_no_socket(ending: str) -> None:
    server, many = Handshakes(), 5

    async def give_up() -> int:
        exchange = async_exchange(None)
        seconds = 30 if ending == "cancelled" else 0.3
        request = WireRequest("GET", server.url, ())
        tasks = [asyncio.create_task(exchange.exchange(request, timeout=seconds, max_body=1)) for _ in range(many)]
        while server.begun < many:
            await asyncio.sleep(0.005)
        if ending == "cancelled":
            for task in tasks:
                task.cancel()
        await asyncio.wait(tasks)
        for _ in range(1000):
            if server.closed == many:
                break
            await asyncio.sleep(0.005)
        closed = server.closed
        await exchange.aclose()
        return closed

    gc.disable()
    try:
        assert asyncio.run(give_up()) == many
    finally:
        gc.enable()
        server.close()


@pytest.fixture
def keeping_alive() -> Iterator[str]:
    """The URL of a server that answers any number of requests on a connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while connection.recv(65536):
                connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok")

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()


def test_one_browser_on_loops_one_after_the_other(keeping_alive: str) -> None:
    browser = AsyncBrowser()

    async def fetch() -> bool:
        page = browser.page("https://app.example/")
        return bool([(await page.fetch(keeping_alive)).allowed for _ in range(2)] == [True, True])

    assert [asyncio.run(fetch()) for _ in range(3)] == [True] * 3
    gc.collect()  # what a loop left open would be found here


def test_one_browser_on_loops_side_by_side(keeping_alive: str) -> None:
    browser = AsyncBrowser()
    seen: list[bool] = []
    at_once = threading.Barrier(4)

    async def fetch() -> None:
        at_once.wait(10)
        page = browser.page("https://app.example/")
        seen.extend([(await page.fetch(keeping_alive)).allowed for _ in range(5)])
        await browser.aclose()

    threads = [threading.Thread(target=lambda: asyncio.run(fetch())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [True] * 20


def test_a_transport_of_another_loop_is_refused_in_a_line(keeping_alive: str) -> None:
    transport = httpx.AsyncHTTPTransport()
    browser = AsyncBrowser(transport)

    async def fetch() -> bool:
        allowed = (await browser.page("https://app.example/").fetch(keeping_alive)).allowed
        await transport.aclose()
        return bool(allowed)

    assert asyncio.run(fetch())
    with pytest.raises(UsageError, match="another event loop"):
        asyncio.run(fetch())
