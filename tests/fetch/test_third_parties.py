"""Whose business a request is, and what follows for cookies and for what servers are told."""

from __future__ import annotations

import pytest

from corssim import Browser, BrowserSettings, MockServer
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.third_parties import cookie_partition, is_third_party
from corssim.fetch.trace import StorageAccessActivated

TOP, WIDGET, API = "https://app.example/", "https://widget.test/", "https://api.example/x"
CORS = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}


def request_of(page: object, url: str) -> object:
    return page.fetch(url, credentials="include").request  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("top", "frame", "url", "third_party", "partition"),
    [
        (TOP, None, TOP, False, "https://app.example"),
        (TOP, None, "https://www.app.example/", False, "https://app.example"),
        (TOP, None, "https://app.example:8443/", False, "https://app.example"),
        (TOP, None, API, True, "https://app.example"),
        ("http://app.example/", None, TOP, True, "http://app.example"),
        ("https://a.github.io/", None, "https://b.github.io/", True, "https://a.github.io"),
        (TOP, WIDGET, WIDGET, True, "https://app.example"),
        (TOP, WIDGET, TOP, True, "https://app.example within another site"),
        (TOP, "https://www.app.example/", TOP, False, "https://app.example"),
    ],
)
def test_the_top_level_site_and_the_frames_between_decide(
    top: str, frame: str | None, url: str, third_party: bool, partition: str
) -> None:
    page = Browser(MockServer()).page(top)
    request = request_of(page if frame is None else page.frame(frame), url)
    assert is_third_party(request, STANDARD.cookies) is third_party  # type: ignore[arg-type]
    assert cookie_partition(request) == partition  # type: ignore[arg-type]


def test_a_sandboxed_frame_is_within_another_site() -> None:
    frame = Browser(MockServer()).page(TOP).frame(srcdoc=True, sandboxed=True)
    request = request_of(frame, TOP)
    assert is_third_party(request, STANDARD.cookies)  # type: ignore[arg-type]
    assert cookie_partition(request) == "https://app.example within another site"  # type: ignore[arg-type]


def test_each_opaque_page_is_a_partition_of_its_own() -> None:
    browser = Browser(MockServer())
    pages = [browser.page(TOP, sandboxed=True) for _ in range(2)]
    first, second = (cookie_partition(request_of(page, API)) for page in pages)  # type: ignore[arg-type]
    assert first != second


def framed(profile: str, said: str | None = None, settings: BrowserSettings | None = None) -> tuple[MockServer, list]:
    """What a frame of another site sends to the top-level page's own server, which has set a cookie before."""
    server = MockServer()
    headers = CORS | ({"Activate-Storage-Access": said} if said is not None else {})
    server.route(TOP, headers={"Set-Cookie": "sid=1; SameSite=None; Secure"})
    server.route(TOP + "x", headers=headers)
    browser = Browser(server, profile=profile, settings=settings)
    browser.visit(TOP)
    outcome = browser.page(TOP).frame(WIDGET).fetch(TOP + "x", credentials="include")
    sent = []
    for exchange in outcome.exchanges:
        by_name = {name.lower(): value for name, value in exchange.request.headers}
        sent.append((by_name.get("sec-fetch-storage-access"), by_name.get("cookie")))
    return server, [sent, [event for event in outcome.trace if isinstance(event, StorageAccessActivated)]]


@pytest.mark.parametrize(
    ("profile", "said", "expected"),
    [
        ("standard", None, [(None, "sid=1")]),
        ("chromium", None, [("active", "sid=1")]),
        ("chromium", "retry; allowed-origin=*", [("active", "sid=1")]),
        ("webkit", "retry; allowed-origin=*", [(None, "sid=1")]),
        ("firefox", None, [("inactive", None)]),
        ("firefox", "load", [("inactive", None)]),
        ("firefox", "retry", [("inactive", None)]),
        ("firefox", "retry; allowed-origin=https://widget.test", [("inactive", None)]),
        ("firefox", 'retry; allowed-origin="https://other.test"', [("inactive", None)]),
        ("firefox", 'retry; allowed-origin="https://widget.test"', [("inactive", None), ("active", "sid=1")]),
        ("firefox", "retry; allowed-origin=*", [("inactive", None), ("active", "sid=1")]),
    ],
)
def test_a_server_asks_for_its_own_cookies(profile: str, said: str | None, expected: list[tuple[str, str]]) -> None:
    _, (sent, activated) = framed(profile, said)
    assert sent == expected
    assert len(activated) == len(expected) - 1


def test_who_blocks_third_parties_in_chromium_is_told_that_access_can_be_had() -> None:
    _, (sent, _) = framed("chromium", settings=BrowserSettings(third_party_cookies="block"))
    assert sent == [("inactive", None)]
