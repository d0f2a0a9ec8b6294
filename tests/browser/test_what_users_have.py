"""What a browser is told of its user and network, and what pages open besides fetches: WebSockets, links, frames."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from corssim import (
    AsyncBrowser,
    Browser,
    BrowserSettings,
    InvalidRequest,
    MockServer,
    Outcome,
    Page,
    UsageError,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "a setting's value": (lambda: BrowserSettings(third_party_cookies="never"), "third_party_cookies is 'never'"),  # type: ignore[arg-type]
    "a setting that is no bool": (lambda: BrowserSettings(https_first=1), "https_first is 1"),  # type: ignore[arg-type]
    "settings of another kind": (lambda: Browser(settings={"https_first": True}), "give BrowserSettings"),  # type: ignore[arg-type]
    "a permission's name": (lambda: Browser(permissions={"camera": "granted"}), "there is no 'camera'"),
    "a permission's state": (
        lambda: Browser(permissions={"local-network": "yes"}),
        "it can be granted",
    ),
    "an address": (lambda: Browser(addresses={"nas.local": "here"}), "nas.local is at 'here', which is no IP address"),
    "a host": (lambda: Browser(addresses={"http://nas.local/x": "10.0.0.1"}), "is no host"),
    "neither mapping nor function": (lambda: Browser(addresses=["nas.local"]), "give a mapping from hosts"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("kind", [Browser, AsyncBrowser])
def test_what_cannot_be_set_is_said_in_one_line(mistake: str, kind: type[Browser] | type[AsyncBrowser]) -> None:
    make, told = MISTAKES[mistake]
    with pytest.raises(UsageError) as raised:
        make()
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_setting_takes_the_place_of_the_profiles() -> None:
    browser = Browser(settings=BrowserSettings(third_party_cookies="block"))
    assert browser.profile.cookies.third_party == "block"
    assert Browser().profile.cookies.third_party == "allow"


def chat_server() -> MockServer:
    server = MockServer()
    server.route("https://api.example/chat", status=101)
    server.route("https://api.example/plain")
    server.route("https://api.example/moved", status=302, headers={"Location": "/chat"})
    server.route("https://api.example/frame", headers={"Content-Type": "text/html", "Referrer-Policy": "no-referrer"})
    return server


SOCKETS = {
    "opens without any CORS header": ("wss://api.example/chat", (), Verdict.READABLE, ""),
    "https: is read as wss:": ("https://api.example/chat", (), Verdict.READABLE, ""),
    "with a subprotocol": ("wss://api.example/chat", ("soap", "wamp"), Verdict.READABLE, ""),
    "is not taken": ("wss://api.example/plain", (), Verdict.FAILED, "answered 200, not 101"),
    "is led elsewhere": ("wss://api.example/moved", (), Verdict.BLOCKED, ""),
    "an insecure one of a secure page": ("ws://api.example/chat", (), Verdict.BLOCKED, ""),
}


async def _awaited(run: Callable[[Page[Any]], Any], server: MockServer) -> Outcome:
    async with AsyncBrowser(server) as browser:
        outcome: Outcome = await run(browser.page("https://app.example/"))
        return outcome


def outcome_of(run: Callable[[Page[Any]], Any], kind: str, server: MockServer) -> Outcome:
    if kind == "async":
        return asyncio.run(_awaited(run, server))
    outcome: Outcome = run(Browser(server).page("https://app.example/"))
    return outcome


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("name", SOCKETS)
def test_a_web_socket(name: str, kind: str) -> None:
    url, protocols, verdict, failure = SOCKETS[name]
    outcome = outcome_of(lambda page: page.web_socket(url, protocols), kind, chat_server())
    assert outcome.verdict is verdict
    assert failure in (outcome.blocked.detail if outcome.blocked else "")


def test_a_handshake_says_its_origin_and_asks_no_cache() -> None:
    server = chat_server()
    outcome = Browser(server).page("https://app.example/").web_socket("wss://api.example/chat", "wamp")
    sent = outcome.exchanges[0].request
    assert (sent.method, sent.url) == ("GET", "https://api.example/chat")
    assert [sent.header(name) for name in ("Origin", "Sec-Fetch-Mode", "Cache-Control", "Sec-WebSocket-Protocol")] == [
        "https://app.example",
        "websocket",
        "no-cache",
        "wamp",
    ]
    assert outcome.response is not None
    assert outcome.response.status == 101


@pytest.mark.parametrize(
    ("url", "protocols", "told"),
    [
        ("ftp://api.example/", (), "connects to ws: and wss:"),
        ("wss://api.example/#part", (), "no fragment"),
        ("wss://api.example/", ("a b",), "no subprotocol"),
        ("wss://api.example/", ("chat", "Chat"), "twice"),
    ],
)
def test_a_web_socket_that_throws(url: str, protocols: tuple[str, ...], told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        Browser(chat_server()).page("https://app.example/").web_socket(url, protocols)


def test_a_status_101_is_no_answer_to_a_fetch() -> None:
    outcome = Browser(chat_server()).page("https://app.example/").fetch("https://api.example/chat")
    assert outcome.verdict is Verdict.FAILED


def test_a_link_leads_to_a_page_with_what_its_response_said() -> None:
    server = chat_server()
    page = Browser(server).page("https://app.example/").navigate("https://api.example/frame")
    assert page.url == "https://api.example/frame"
    assert page.environment.policy_container.referrer_policy == "no-referrer"
    assert page.navigation is not None
    sent = page.navigation.exchanges[0].request
    assert [sent.header(name) for name in ("Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")] == [
        "https://app.example/",
        "cross-site",
        "navigate",
        "document",
    ]


def test_a_link_is_awaited_on_an_async_browser() -> None:
    async def follow() -> str:
        async with AsyncBrowser(chat_server()) as browser:
            page = await browser.page("https://app.example/").navigate("https://api.example/frame")
            return page.url

    assert asyncio.run(follow()) == "https://api.example/frame"


def test_a_link_in_a_frame_stays_in_it() -> None:
    top = Browser(chat_server()).page("https://app.example/")
    frame = top.frame("https://widget.test/", allow="local-network")
    led = frame.navigate("https://api.example/frame")
    assert led.environment.container is top.environment
    assert (led.environment.allow, frame.environment.allow) == ("local-network", "local-network")


def test_a_worker_follows_no_links() -> None:
    with pytest.raises(InvalidRequest, match="no links"):
        Browser(chat_server()).page("https://app.example/").worker().navigate("https://api.example/")


def test_an_address_space_that_there_is_not() -> None:
    with pytest.raises(InvalidRequest, match="target_address_space is 'mine'"):
        Browser().page("https://app.example/").fetch("https://api.example/", target_address_space="mine")
