"""HTTPS-First: which visits and links become https, and when they go back."""

from __future__ import annotations

import pytest

from corssim import Browser, BrowserSettings, MockServer

PLAIN = "http://shop.example.com/"


def world(profile: str, *, https: dict[str, object] | None = None, now: list[float] | None = None) -> tuple:
    server = MockServer()
    server.route("https://shop.example.com/", **(https or {}))
    server.route("*")
    clock = (lambda: now[0]) if now is not None else None
    return server, Browser(server, profile=profile, clock=clock)


@pytest.mark.parametrize(
    ("url", "chromium", "firefox"),
    [
        pytest.param("http://shop.example.com/x", True, True, id="a name under a listed suffix"),
        pytest.param("http://a.github.io/", True, True, id="under a private suffix"),
        pytest.param("http://co.uk/", True, True, id="a suffix of two labels"),
        pytest.param("http://com/", False, True, id="a suffix of one label"),
        pytest.param("http://shop.example.com.:80/", True, True, id="a last dot, the default port"),
        pytest.param("http://8.8.4.4/", True, False, id="a public address"),
        pytest.param("http://192.168.1.10/", False, False, id="a private address"),
        pytest.param("http://[2606:4700::1]/", True, False, id="a public IPv6 address"),
        pytest.param("http://shop.test/", False, False, id="an unlisted suffix"),
        pytest.param("http://shop.example.com:8080/", False, False, id="a port"),
        pytest.param("http://router/", False, False, id="a single label"),
        pytest.param("http://localhost/", False, False, id="localhost"),
        pytest.param("http://printer.local/", False, False, id=".local"),
    ],
)
def test_which_links_are_tried_over_https(url: str, chromium: bool, firefox: bool) -> None:
    for profile, tried in (("standard", False), ("chromium", chromium), ("firefox", firefox), ("webkit", False)):
        _, browser = world(profile)
        assert browser.page("https://app.example/").navigate(url).url.startswith("https:") is tried, profile


def test_a_visit_is_tried_in_chromium_and_taken_at_its_word_in_firefox() -> None:
    assert [world(profile)[1].visit(PLAIN).url for profile in ("chromium", "firefox")] == [
        "https://shop.example.com/",
        PLAIN,
    ]


def test_who_types_http_in_firefox_is_not_led_to_https_by_links_either() -> None:
    _, browser = world("firefox")
    page = browser.visit(PLAIN)
    assert "Adding exception" in page.navigation.console[0]
    assert page.navigate(PLAIN + "next").url == PLAIN + "next"


@pytest.mark.parametrize(
    ("profile", "https", "goes_back"),
    [
        ("chromium", {"fail": "reset"}, True),
        ("chromium", {"fail": "refused"}, True),
        ("chromium", {"status": 404}, False),
        ("chromium", {"status": 302, "headers": {"Location": PLAIN}}, True),
        ("firefox", {"fail": "reset"}, True),
        ("firefox", {"status": 404}, True),
        ("firefox", {"status": 500}, False),
        ("firefox", {"status": 599}, True),
        ("firefox", {"status": 302, "headers": {"Location": PLAIN}}, True),
    ],
)
def test_when_a_link_goes_back_to_http(profile: str, https: dict[str, object], goes_back: bool) -> None:
    server, browser = world(profile, https=https)
    page = browser.page("https://app.example/").navigate(PLAIN)
    assert page.url == (PLAIN if goes_back else "https://shop.example.com/")
    assert server.requests[0].url == "https://shop.example.com/"
    assert (server.requests[-1].url == PLAIN) is goes_back


@pytest.mark.parametrize(("later", "is_tried"), [(7 * 24 * 60 * 60 - 1, False), (7 * 24 * 60 * 60, True)])
def test_a_host_that_failed_is_left_alone_for_a_week(later: int, is_tried: bool) -> None:
    now = [0.0]
    server, browser = world("chromium", https={"fail": "refused"}, now=now)
    for _ in range(2):
        browser.visit(PLAIN)
    assert [request.url for request in server.requests] == ["https://shop.example.com/", PLAIN, PLAIN]
    now[0] += later
    browser.visit(PLAIN)
    assert (server.requests[-2].url == "https://shop.example.com/") is is_tried


def test_a_page_that_is_there_over_http_has_been_tried() -> None:
    _, browser = world("chromium")
    assert browser.page(PLAIN).navigate("/next").url == PLAIN + "next"


def test_posts_and_frames_are_not_tried() -> None:
    server, browser = world("chromium")
    page = browser.page("http://app.example/")
    page.submit_form(PLAIN)
    page.load("iframe", PLAIN)
    assert [request.url for request in server.requests] == [PLAIN, PLAIN]


@pytest.mark.parametrize(("profile", "https_first"), [("chromium", False), ("webkit", True)])
def test_the_setting_wins_over_the_profile(profile: str, https_first: bool) -> None:
    browser = Browser(MockServer().route("*"), profile=profile, settings=BrowserSettings(https_first=https_first))
    assert browser.visit(PLAIN).url.startswith("https:") is https_first
