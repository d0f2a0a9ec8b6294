"""On the live network, where a host is shows when it is connected to: that is looked at before anything is sent."""

from __future__ import annotations

import asyncio
import inspect
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import httpx2
import pytest

from corssim import AsyncBrowser, Browser, MockServer, Outcome, Page, Reason, Verdict
from corssim.fetch.trace import AddressHidden, LocalNetworkAccessChecked
from corssim.testing import PageTransport

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok"

RESOLVES_TO = {
    "nas.shop.org": "127.0.0.1",
    "intranet.shop.org": "10.1.2.3",
    "www.shop.org": "93.184.215.14",
}


class Listener:
    """A server that counts connections and keeps what each was sent."""

    def __init__(self, answer: bytes = ANSWER) -> None:
        self.answer = answer
        self.connections: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            number = len(self.connections)
            self.connections.append(b"")
            threading.Thread(target=self._talk, args=(connection, number), daemon=True).start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        with connection:
            while data := connection.recv(65536):
                self.connections[number] += data
                connection.sendall(self.answer)

    def got(self, count: int) -> list[bytes]:
        """What the connections were sent, once that many have been accepted."""
        until = time.monotonic() + 5
        while len(self.connections) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.connections

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def server() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return resolve(RESOLVES_TO.get(name, name), *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def fetched(
    kind: str, *urls: str, page: str = "https://app.example/", element: str = "", **options: Any
) -> list[Outcome]:
    """What comes of fetching these URLs (or loading them by an element), one after the other, in one browser."""

    def asked(page: Page[Any], url: str) -> Any:
        return page.load(element, url) if element else page.fetch(url)  # type: ignore[arg-type]

    async def in_a_loop() -> list[Outcome]:
        async with AsyncBrowser(**{"profile": "chromium", **options}) as browser:
            opened = browser.page(page)
            return [await asked(opened, url) for url in urls]

    if kind == "async":
        return asyncio.run(in_a_loop())
    with Browser(**{"profile": "chromium", **options}) as browser:
        opened = browser.page(page)
        return [asked(opened, url) for url in urls]


class Case(NamedTuple):
    """What is asked from where and in which browser, and what comes of it: `sent` is whether the server got a byte."""

    verdict: Verdict
    reason: Reason | None
    sent: bool
    options: dict[str, Any]
    page: str = "https://app.example/"
    element: str = ""


GRANTED: dict[str, Any] = {"permissions": {"loopback-network": "granted"}}

CASES = {
    "an insecure name is mixed content before anybody looks": Case(Verdict.BLOCKED, Reason.MIXED_CONTENT, False, {}),
    "an http page in Chromium": Case(
        Verdict.BLOCKED, Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT, False, {}, "http://app.example/"
    ),
    "undecided": Case(
        Verdict.PENDING, Reason.LOCAL_NETWORK_ACCESS_PENDING, False, {"profile": "firefox"}, "http://app.example/"
    ),
    "denied": Case(
        Verdict.BLOCKED,
        Reason.LOCAL_NETWORK_ACCESS_DENIED,
        False,
        {"profile": "firefox", "permissions": {"loopback-network": "denied"}},
        "http://app.example/",
    ),
    "granted": Case(Verdict.READABLE, None, True, {"profile": "firefox", **GRANTED}, "http://app.example/"),
    "an image": Case(
        Verdict.PENDING,
        Reason.LOCAL_NETWORK_ACCESS_PENDING,
        False,
        {"profile": "firefox"},
        "http://app.example/",
        "img",
    ),
    "a browser that checks nothing": Case(Verdict.READABLE, None, True, {"profile": "webkit"}, "http://app.example/"),
    "the text": Case(Verdict.READABLE, None, True, {"profile": "standard"}, "http://app.example/"),
    "what is told of the host counts": Case(
        Verdict.READABLE,
        None,
        True,
        {"profile": "firefox", "addresses": {"nas.shop.org": "93.184.215.14"}},
        "http://app.example/",
    ),
    "a page whose name leads into the local network": Case(
        Verdict.READABLE, None, True, {"profile": "chromium"}, "http://intranet.shop.org/"
    ),
    "a page whose name leads into the public network": Case(
        Verdict.PENDING, Reason.LOCAL_NETWORK_ACCESS_PENDING, False, {"profile": "firefox"}, "http://www.shop.org/"
    ),
}


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("name", CASES)
def test_a_name_is_judged_by_where_it_leads_before_a_byte_is_sent(name: str, kind: str, server: Listener) -> None:
    case = CASES[name]
    url = f"http://nas.shop.org:{server.port}/"
    (outcome,) = fetched(kind, url, page=case.page, element=case.element, **case.options)
    assert (outcome.verdict, outcome.reason) == (case.verdict, case.reason)
    assert any(server.connections) == case.sent


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_is_sent_goes_over_the_connection_that_was_looked_at(kind: str, server: Listener) -> None:
    url = f"http://nas.shop.org:{server.port}/"
    first, second = fetched(kind, url, url, page="http://app.example/", profile="firefox", **GRANTED)
    assert first.allowed
    assert second.allowed
    (check,) = [event for event in first.trace if isinstance(event, LocalNetworkAccessChecked)]
    assert (check.address, check.target_space) == ("127.0.0.1", "loopback")
    assert len(server.connections) == 1


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_was_refused_is_remembered_and_not_connected_to_again(kind: str, server: Listener) -> None:
    url = f"http://nas.shop.org:{server.port}/"
    first, second = fetched(kind, url, url, page="http://app.example/", profile="firefox")
    assert first.verdict is second.verdict is Verdict.PENDING
    assert server.got(1) == [b""]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_redirect_is_looked_at_on_each_hop(kind: str, server: Listener) -> None:
    away = MockServer()
    location = f"http://nas.shop.org:{server.port}/"
    away.route("http://api.example/", status=302, headers={"Location": location, "Access-Control-Allow-Origin": "*"})
    mounts = {"http://api.example": away}
    (outcome,) = fetched(kind, "http://api.example/", page="http://app.example/", profile="firefox", mounts=mounts)
    assert outcome.verdict is Verdict.PENDING
    assert [exchange.request.url for exchange in outcome.exchanges] == ["http://api.example/"]
    assert server.got(1) == [b""]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_given_network_transport_is_looked_at_as_well(kind: str, library: Any, server: Listener) -> None:
    transport = library.HTTPTransport() if kind == "sync" else library.AsyncHTTPTransport()
    (outcome,) = fetched(
        kind,
        f"http://nas.shop.org:{server.port}/",
        page="http://app.example/",
        profile="firefox",
        transport=transport,
    )
    assert outcome.verdict is Verdict.PENDING
    assert server.got(1) == [b""]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_behind_a_proxy_no_address_is_known_and_that_is_said(kind: str, server: Listener) -> None:
    (outcome,) = fetched(
        kind,
        "http://nas.shop.org/",
        page="http://app.example/",
        profile="firefox",
        proxy=f"http://127.0.0.1:{server.port}",
    )
    assert outcome.allowed
    assert [event for event in outcome.trace if isinstance(event, AddressHidden)] == [
        AddressHidden("http://nas.shop.org/")
    ]
    assert "a proxy is on the way, so its address is not known" in " ".join(outcome.explain().split())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_name_that_leads_nowhere_fails_as_the_network_does(kind: str) -> None:
    (outcome,) = fetched(kind, "http://nowhere.invalid/", page="http://app.example/", profile="firefox")
    assert (outcome.verdict, outcome.reason) == (Verdict.FAILED, Reason.DNS_FAILURE)
    (exchange,) = outcome.exchanges
    assert exchange.failure is not None


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_visited_page_has_the_address_that_it_came_from(kind: str, server: Listener) -> None:
    url = f"http://nas.shop.org:{server.port}/"

    async def in_a_loop() -> Outcome:
        async with AsyncBrowser(profile="firefox") as browser:
            return await (await browser.visit(url)).fetch(f"http://127.0.0.1:{server.port}/")

    if kind == "async":
        outcome = asyncio.run(in_a_loop())
    else:
        with Browser(profile="firefox") as browser:
            outcome = browser.visit(url).fetch(f"http://127.0.0.1:{server.port}/")
    assert outcome.allowed  # from loopback to loopback


def test_a_client_on_a_page_is_stopped_before_anything_is_sent(server: Listener) -> None:
    with Browser(profile="firefox") as browser:
        client = httpx.Client(transport=PageTransport(browser.page("http://app.example/")))  # type: ignore[arg-type]
        with pytest.raises(httpx.TransportError) as raised:
            client.get(f"http://nas.shop.org:{server.port}/")
    assert raised.value.outcome.verdict is Verdict.PENDING  # type: ignore[attr-defined]
    assert server.got(1) == [b""]


def test_the_blocking_and_the_awaiting_backend_do_the_same() -> None:
    from corssim.browser.transports import opened_ahead

    ways = (opened_ahead.BackendAhead, opened_ahead.AsyncBackendAhead)
    names = [{name.removeprefix("a") for name, _ in inspect.getmembers(way, inspect.isfunction)} for way in ways]
    assert names[0] == names[1]
