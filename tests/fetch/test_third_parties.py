"""Whose business a request is, and what follows for cookies and for what servers are told."""

from __future__ import annotations

import pytest

from corssim import Browser, BrowserSettings, MockServer
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.cookie_events import StorageAccessActivated
from corssim.fetch.third_parties import cookie_partition, is_third_party

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
        ("firefox", "retry; x; allowed-origin=*; y=1", [("inactive", None), ("active", "sid=1")]),
        ("firefox", "retry; allowed-origin=*, retry; allowed-origin=*", [("inactive", None)]),
        ("firefox", "retry; allowed-origin", [("inactive", None)]),
    ],
)
def test_a_server_asks_for_its_own_cookies(profile: str, said: str | None, expected: list[tuple[str, str]]) -> None:
    _, (sent, activated) = framed(profile, said)
    assert sent == expected
    assert len(activated) == len(expected) - 1


def test_who_blocks_third_parties_in_chromium_is_told_that_access_can_be_had() -> None:
    _, (sent, _) = framed("chromium", settings=BrowserSettings(third_party_cookies="block"))
    assert sent == [("inactive", None)]


OWN, BESIDE = WIDGET + "x", "https://www.widget.test/x"


@pytest.mark.parametrize(
    ("profile", "said", "permission", "url", "expected"),
    [
        pytest.param("chromium", "load", "granted", OWN, ("active", "sid=1"), id="its own server gets its cookies"),
        pytest.param("chromium", "load; x=1", "granted", OWN, ("active", "sid=1"), id="parameters mean nothing"),
        pytest.param("chromium", "load, load", "granted", OWN, ("inactive", None), id="a list is no item"),
        pytest.param("chromium", "LOAD", "granted", OWN, ("inactive", None), id="tokens are case-sensitive"),
        pytest.param("chromium", "", "granted", OWN, ("inactive", None), id="nothing asks for them"),
        pytest.param(
            "chromium", "load", "granted", BESIDE, ("inactive", None), id="another origin of its site does not"
        ),
        pytest.param("chromium", "load", "granted", API, ("inactive", None), id="nor does another site"),
        pytest.param("chromium", "load", "denied", OWN, ("none", None), id="the user has said no"),
        pytest.param("chromium", "load", "prompt", OWN, ("none", None), id="the user was not asked"),
        pytest.param(
            "firefox", "", "granted", OWN, ("active", "sid=1"), id="Firefox needs no more than the permission"
        ),
        pytest.param("firefox", "", "granted", API, ("active", "sid=1"), id="Firefox lets every third party have them"),
        pytest.param("firefox", "load", "prompt", OWN, ("none", None), id="the user was not asked in Firefox"),
        pytest.param("webkit", "load", "granted", OWN, (None, None), id="WebKit knows no such header"),
    ],
)
def test_a_frame_loads_with_storage_access(
    profile: str, said: str, permission: str, url: str, expected: tuple[str | None, str | None]
) -> None:
    server = MockServer().route("*", headers=CORS | {"Set-Cookie": "sid=1; SameSite=None; Secure"})
    settings = BrowserSettings(third_party_cookies="partition" if profile == "firefox" else "block")
    browser = Browser(server, profile=profile, settings=settings, permissions={"storage-access": permission})
    for site in (OWN, BESIDE, API):
        browser.visit(site)
    frame = browser.page(TOP).frame(WIDGET, headers=[("Activate-Storage-Access", said)] if said else [])
    (exchange,) = frame.fetch(url, credentials="include").exchanges
    by_name = {name.lower(): value for name, value in exchange.request.headers}
    assert (by_name.get("sec-fetch-storage-access"), by_name.get("cookie")) == expected


def test_storage_access_of_a_frame_is_not_that_of_what_is_redirected_out_of_it_or_framed_in_it() -> None:
    server = MockServer()
    server.route(WIDGET + "out", status=302, headers=CORS | {"Location": API})
    server.route(API, status=302, headers=CORS | {"Location": OWN})
    server.route("*", headers=CORS | {"Set-Cookie": "sid=1; SameSite=None; Secure"})
    settings, permissions = BrowserSettings(third_party_cookies="block"), {"storage-access": "granted"}
    browser = Browser(server, profile="chromium", settings=settings, permissions=permissions)
    browser.visit(WIDGET)
    frame = browser.page(TOP).frame(WIDGET, headers=[("Activate-Storage-Access", "load")])
    sent = [
        [name for name, _ in exchange.request.headers if name == "Cookie"]
        for outcome in (frame.fetch(WIDGET + "out", credentials="include"), frame.load("iframe", OWN))
        for exchange in outcome.exchanges
    ]
    assert sent == [["Cookie"], [], [], []]


@pytest.mark.parametrize(("profile", "said"), [("chromium", "no-cache"), ("firefox", None)])
def test_what_is_asked_again_with_cookies_passes_caches_by(profile: str, said: str | None) -> None:
    server = MockServer().route("*", headers=CORS | {"Activate-Storage-Access": "retry; allowed-origin=*"})
    settings = BrowserSettings(third_party_cookies="block")
    browser = Browser(server, profile=profile, settings=settings)
    _, again = browser.page(TOP).frame(WIDGET).fetch(TOP, credentials="include").exchanges
    by_name = {name.lower(): value for name, value in again.request.headers}
    assert by_name.get("cache-control") == said
