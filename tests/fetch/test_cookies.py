"""Cookies as far as fetch decides about them."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer, Page
from corssim.fetch.cookie_events import CookiesConsidered, CookieSet

APP, API = "https://app.example/", "https://api.example/x"
SITE = "https://api.app.example/x"
OPEN = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
JAR = [
    ("Set-Cookie", "strict=1; SameSite=Strict"),
    ("Set-Cookie", "lax=1; SameSite=Lax"),
    ("Set-Cookie", "unset=1"),
    ("Set-Cookie", "none=1; SameSite=None; Secure"),
]
ALL = "strict=1; lax=1; unset=1; none=1"


def cookies(url: str, call: Any, page: str = APP, *, after: float = 3600) -> str | None:
    """The Cookie header of the last request to `url`'s server, which set four cookies at a visit."""
    now = [1_800_000_000.0]
    server = MockServer().route(url, "GET", headers=JAR, times=1).route("*", headers=OPEN)
    browser = Browser(server, clock=lambda: now[0])
    browser.visit(url)
    now[0] += after
    call(browser.page(page))
    return dict(server.requests[-1].headers).get("Cookie")


def including(url: str) -> Any:
    return lambda page: page.fetch(url, credentials="include")


@pytest.mark.parametrize(
    ("url", "page", "sent"),
    [
        (APP + "x", APP, ALL),
        (SITE, APP, ALL),
        (API, APP, "none=1"),
        ("http://localhost/x", "http://localhost:8000/", ALL),
        (API, "http://api.example/", "none=1"),
    ],
    ids=["same origin", "same site", "cross-site", "localhost of another port", "another scheme"],
)
def test_which_cookies_a_fetch_carries(url: str, page: str, sent: str) -> None:
    assert cookies(url, including(url), page) == sent


NAVIGATIONS = [
    ("form post", lambda page: page.submit_form(API), "none=1"),
    ("form get", lambda page: page.submit_form(API, method="GET"), "lax=1; unset=1; none=1"),
    ("form in a frame", lambda page: page.submit_form(API, method="GET", target="iframe"), "none=1"),
    ("iframe", lambda page: page.load("iframe", API), "none=1"),
    ("img", lambda page: page.load("img", API), "none=1"),
    ("img with crossorigin", lambda page: page.load("img", API, "anonymous"), None),
    ("beacon", lambda page: page.send_beacon(API), "none=1"),
    ("EventSource", lambda page: page.event_source(API, with_credentials=True), "none=1"),
    ("xhr", lambda page: page.xhr(API, with_credentials=True), "none=1"),
    ("xhr without credentials", lambda page: page.xhr(API), None),
]


@pytest.mark.parametrize(("call", "sent"), [row[1:] for row in NAVIGATIONS], ids=[row[0] for row in NAVIGATIONS])
def test_which_cookies_other_apis_carry_across_sites(call: Any, sent: str | None) -> None:
    assert cookies(API, call) == sent


def test_a_visit_carries_them_all() -> None:
    server = MockServer().route("*", headers=JAR)
    browser = Browser(server)
    for _ in range(2):
        browser.visit(API)
    assert dict(server.requests[-1].headers)["Cookie"] == ALL


def test_a_form_of_the_same_site_carries_them_all() -> None:
    assert cookies(SITE, lambda page: page.submit_form(SITE)) == ALL


def test_a_page_of_the_site_in_a_foreign_frame_carries_only_none() -> None:
    def call(page: Page[Any]) -> None:
        page.frame(API).fetch("/x", credentials="include")

    assert cookies(API, call) == "none=1"


def test_a_redirect_through_another_site_counts() -> None:
    server = MockServer().route(APP, headers=JAR).route("/out", status=302, headers={"Location": API})
    server.route(API, status=302, headers={**OPEN, "Location": APP + "back"}).route("*", headers=OPEN)
    browser = Browser(server)
    browser.visit(APP)
    browser.page(APP).fetch("/out", mode="no-cors", credentials="include")
    assert dict(server.requests[-1].headers)["Cookie"] == "none=1"


def test_the_trace_tells_what_went_along_and_what_stayed_and_why() -> None:
    server = MockServer().route("*", headers=[*OPEN.items(), *JAR], times=1).route("*", headers=OPEN)
    browser = Browser(server)
    browser.visit(API)
    outcome = browser.page(APP).fetch(API, credentials="include")
    considered = next(event for event in outcome.trace if isinstance(event, CookiesConsidered))
    assert considered.sent == ("none",)
    assert {name for name, _ in considered.withheld} == {"strict", "lax", "unset"}
    assert all(reason for _, reason in considered.withheld)


def test_the_trace_tells_which_cookies_were_set_and_which_refused() -> None:
    headers = [("Set-Cookie", "ok=1; SameSite=None; Secure"), ("Set-Cookie", "lax=1"), ("Set-Cookie", "__Host-x=1")]
    outcome = (
        Browser(MockServer().route("*", headers=headers)).page(APP).fetch(API, mode="no-cors", credentials="include")
    )
    events = [(event.name, bool(event.refused)) for event in outcome.trace if isinstance(event, CookieSet)]
    assert events == [("ok", False), ("lax", True), ("__Host-x", True)]


def test_without_cookies_nothing_is_told() -> None:
    outcome = Browser(MockServer()).page(APP).fetch("/x")
    assert not [event for event in outcome.trace if isinstance(event, CookiesConsidered | CookieSet)]


def test_cookies_of_another_host_are_no_news() -> None:
    browser = Browser(MockServer().route("*", headers={"Set-Cookie": "a=1"}))
    browser.visit(API)
    outcome = browser.page(APP).fetch("/x")
    assert not [event for event in outcome.trace if isinstance(event, CookiesConsidered)]


@pytest.mark.parametrize(
    ("set_cookies", "told"),
    [
        ([], []),
        (["none=1; SameSite=None; Secure"], [(("none",), [])]),
        (["strict=1; SameSite=Strict"], [((), ["strict"])]),
        (["none=1; SameSite=None; Secure", "strict=1; SameSite=Strict"], [(("none",), ["strict"])]),
    ],
)
def test_what_is_told_of_cookies(set_cookies: list[str], told: Any) -> None:
    headers = [*OPEN.items(), *(("Set-Cookie", each) for each in set_cookies)]
    browser = Browser(MockServer().route(API, headers=headers, times=1).route("*", headers=OPEN))
    browser.visit(API)
    outcome = browser.page(APP).fetch(API, credentials="include")
    considered = [event for event in outcome.trace if isinstance(event, CookiesConsidered)]
    assert [(event.sent, [name for name, _ in event.withheld]) for event in considered] == told
