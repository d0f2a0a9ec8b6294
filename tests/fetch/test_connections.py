"""Where a connection leads is looked at before anything is sent, where local networks are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from corssim import Browser, MockServer
from corssim.browser.drivers import run
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.trace import AddressHidden
from corssim.fetch.wire import HostAddress

if TYPE_CHECKING:
    from corssim import Outcome
    from corssim.fetch.wire import AddressWanted

ASKING = STANDARD.changed("local_network.access", "ask")
APP, NAS, PUBLIC = "https://app.example/", "https://nas.example/x", "https://public.example/x"
FOUND = {
    "app.example": HostAddress("93.184.215.14"),
    "intranet.example": HostAddress("10.0.0.1"),
    "nas.example": HostAddress("192.168.1.10"),
    "public.example": HostAddress("93.184.215.15"),
    "proxied.example": HostAddress(None, behind_a_proxy=True),
    "nowhere.example": HostAddress(None),
}


class Looking(Browser):
    """A browser that sees the addresses of some hosts."""

    def __init__(self, **options: Any) -> None:
        self._server = MockServer().route("*", headers={"Access-Control-Allow-Origin": "*"})
        super().__init__(self._server, **{"profile": ASKING} | options)
        self.user_agent.sees_addresses = True
        self.asked: list[str] = []

    def open(self, navigating: Any, /) -> Any:
        return self.run(navigating)

    def run(self, fetching: Any, /) -> Any:
        return run(fetching, self._server.answer, connections=self)

    def locate(self, wanted: AddressWanted) -> HostAddress | None:
        self.asked.append(f"{wanted.by} {wanted.url}")
        return FOUND.get(urlsplit(wanted.url).hostname or "")

    def abandon(self, url: str) -> None:
        """Nothing is open."""


def came_to(outcome: Outcome) -> str:
    return str(outcome.reason or outcome.verdict)


PENDING = "local-network-access-pending"


@pytest.mark.parametrize(
    ("page", "url", "asked", "ended"),
    [
        pytest.param(APP, PUBLIC, [f"connection {PUBLIC}"], "readable", id="a public host: the page's is not asked"),
        pytest.param(APP, NAS, [f"connection {NAS}", f"name {APP}"], PENDING, id="a private host"),
        pytest.param(
            "https://intranet.example/p?q",
            NAS,
            [f"connection {NAS}", "name https://intranet.example/p?q"],
            "readable",
            id="from one private host to another",
        ),
        pytest.param(
            APP, NAS + "#f", [f"connection {NAS}", f"name {APP}"], PENDING, id="a URL with a fragment"
        ),
        pytest.param(APP, APP + "x", [], "readable", id="the page's own origin, over https"),
        pytest.param(
            "http://nas.example/", "http://nas.example/x", ["connection http://nas.example/x"], "readable",
            id="the page's own origin, over http",
        ),
        pytest.param(APP, "https://192.168.1.10/", [f"name {APP}"], PENDING, id="an address"),
        pytest.param(APP, "http://127.0.0.1/", [f"name {APP}"], PENDING, id="loopback"),
        pytest.param(APP, "http://app.localhost/", [f"name {APP}"], PENDING, id="a name of loopback"),
        pytest.param(APP, "https://printer.local/", [f"name {APP}"], PENDING, id="a name of the local link"),
        pytest.param("http://localhost/", NAS, [f"connection {NAS}"], "readable", id="a page on loopback"),
        pytest.param(APP, "https://nowhere.example/", ["connection https://nowhere.example/"], "readable", id="gone"),
        pytest.param(APP, "https://unseen.example/", ["connection https://unseen.example/"], "readable", id="none"),
    ],
)  # fmt: skip
def test_what_is_looked_at(page: str, url: str, asked: list[str], ended: str) -> None:
    browser = Looking()
    outcome = browser.page(page).fetch(url)
    assert (browser.asked, came_to(outcome)) == (asked, ended)


@pytest.mark.parametrize("url", [NAS, PUBLIC, "https://proxied.example/"])
def test_what_was_seen_is_not_looked_at_again(url: str) -> None:
    browser = Looking()
    page = browser.page(APP)
    first = came_to(page.fetch(url))
    asked = list(browser.asked)
    assert came_to(page.fetch(url)) == first
    assert browser.asked == asked


def test_what_was_not_found_is_looked_at_again() -> None:
    browser = Looking()
    page = browser.page(APP)
    page.fetch("https://nowhere.example/")
    page.fetch("https://nowhere.example/")
    assert browser.asked == ["connection https://nowhere.example/"] * 2


def test_what_the_user_told_is_not_looked_at() -> None:
    browser = Looking(addresses={"nas.example": "93.184.215.16"})
    assert came_to(browser.page(APP).fetch(NAS)) == "readable"
    assert browser.asked == []


@pytest.mark.parametrize(
    ("addresses", "ended", "hidden"),
    [
        (None, "readable", True),
        ({"proxied.example": "192.168.1.10"}, PENDING, False),
        ({"other.example": "192.168.1.10"}, "readable", True),
    ],
)
def test_behind_a_proxy_an_address_is_known_if_it_was_told(addresses: Any, ended: str, hidden: bool) -> None:
    outcome = Looking(addresses=addresses).page(APP).fetch("https://proxied.example/")
    assert came_to(outcome) == ended
    assert [AddressHidden("https://proxied.example/")] * hidden == [
        event for event in outcome.trace if isinstance(event, AddressHidden)
    ]


@pytest.mark.parametrize(
    ("profile", "looks"),
    [
        (STANDARD, False),
        (ASKING, True),
        (ASKING.changed("local_network.checks_web_sockets", False), False),
    ],
)
def test_web_sockets_are_looked_at_where_they_are_checked(profile: Any, looks: bool) -> None:
    browser = Looking(profile=profile)
    browser.page(APP).web_socket("wss://nas.example/x")
    assert bool(browser.asked) is looks


def test_nobody_looks_where_nothing_is_seen_or_nothing_checked() -> None:
    unseeing = Looking()
    unseeing.user_agent.sees_addresses = False
    for browser in (unseeing, Looking(profile=STANDARD)):
        assert came_to(browser.page(APP).fetch(NAS)) == "readable"
        assert browser.asked == []


def test_a_page_that_is_visited_is_looked_at_alone() -> None:
    browser = Looking()
    browser.page(APP).navigate(NAS)
    assert browser.asked == [f"connection {NAS}"]
    assert browser.user_agent.seen_addresses == {"nas.example": "192.168.1.10"}
