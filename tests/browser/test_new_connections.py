"""Requests that are sent again go over a connection of their own: after a 421, and where a kept one was dropped."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from corssim import AsyncBrowser, Browser, MockServer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORS = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: *\r\n"
OK = b"HTTP/1.1 200 OK\r\n" + CORS + b"Content-Length: 2\r\n\r\nok"
MISDIRECTED = OK.replace(b"200 OK", b"421 Misdirected Request")


class Keeping:
    """Keeps connections open; `answer` gives what the n-th request of the m-th connection gets, None drops it."""

    def __init__(self, answer: Callable[[int, int], bytes | None]) -> None:
        self.seen: list[tuple[int, str]] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()
            number += 1

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection:
            for turn in range(10):
                asked = connection.recv(65536)
                if not asked:
                    return
                self.seen.append((number, asked.split()[0].decode()))
                said = self._answer(number, turn)
                if said is None:
                    return
                connection.sendall(said)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def keeping() -> Iterator[Callable[..., Keeping]]:
    servers: list[Keeping] = []

    def serve(answer: Callable[[int, int], bytes | None]) -> Keeping:
        servers.append(Keeping(answer))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture(params=["sync", "async"])
def fetched(request: pytest.FixtureRequest) -> Callable[..., list[Outcome]]:
    """The outcomes of some fetches, one after the other, by one page."""

    def run(url: str, *calls: dict[str, Any], profile: str = "standard") -> list[Outcome]:
        if request.param == "sync":
            with Browser(profile=profile) as browser:
                page = browser.page(url)
                return [page.fetch(url, **call) for call in calls]

        async def fetch() -> list[Outcome]:
            async with AsyncBrowser(profile=profile) as browser:
                page = browser.page(url)
                return [await page.fetch(url, **call) for call in calls]

        return asyncio.run(fetch())

    return run


def test_after_a_421_the_second_try_goes_over_a_new_connection(
    keeping: Callable[..., Keeping], fetched: Callable[..., list[Outcome]]
) -> None:
    server = keeping(lambda connection, turn: MISDIRECTED if connection == 0 and turn == 1 else OK)
    first, second, third = fetched(server.url, {}, {}, {})
    assert server.seen == [(0, "GET"), (0, "GET"), (1, "GET"), (1, "GET")]
    assert [o.response.status for o in (first, second, third) if o.response] == [200, 200, 200]


def test_a_second_421_is_returned(keeping: Callable[..., Keeping], fetched: Callable[..., list[Outcome]]) -> None:
    server = keeping(lambda connection, turn: MISDIRECTED)
    (outcome,) = fetched(server.url, {})
    assert server.seen == [(0, "GET"), (1, "GET")]
    assert outcome.response is not None
    assert outcome.response.status == 421


def test_mock_servers_see_that_it_is_a_new_connection() -> None:
    server = MockServer()
    server.route("*", status=421, times=1).route("*")
    assert Browser(server).page("https://app.example/").fetch("/x").allowed
    assert [request.new_connection for request in server.requests] == [False, True]


@pytest.mark.parametrize(
    ("profile", "method", "tries"),
    [
        ("standard", "GET", 2),
        ("standard", "PUT", 2),
        ("standard", "DELETE", 2),
        ("standard", "POST", 1),
        ("standard", "PATCH", 1),
        ("chromium", "POST", 2),
    ],
)
def test_what_a_kept_connection_was_dropped_on_is_sent_on_a_new_one(
    keeping: Callable[..., Keeping], fetched: Callable[..., list[Outcome]], profile: str, method: str, tries: int
) -> None:
    server = keeping(lambda connection, turn: None if connection == 0 and turn == 2 else OK)
    fetched(server.url, {}, {}, {"method": method}, profile=profile)
    assert server.seen == [(0, "GET"), (0, "GET"), *((turn, method) for turn in range(tries))]


def test_a_new_connection_that_is_dropped_is_not_tried_again_by_the_text(
    keeping: Callable[..., Keeping], fetched: Callable[..., list[Outcome]]
) -> None:
    server = keeping(lambda connection, turn: None)
    (outcome,) = fetched(server.url, {})
    assert server.seen == [(0, "GET")]
    assert outcome.reason == "connection-reset"
