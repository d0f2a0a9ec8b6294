"""Pages and the browser around them: visiting, state that pages share, closing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from corssim import AsyncBrowser, Browser, InvalidRequest, InvalidURL, MockServer, UsageError
from corssim.fetch.profile import BrowserProfile

if TYPE_CHECKING:
    from collections.abc import Callable

APP, API = "https://app.example/", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_page_tells_its_url_and_origin() -> None:
    page = Browser(MockServer()).page("https://app.example/x#y")
    assert (page.url, page.origin.serialized, page.navigation) == (
        "https://app.example/x#y",
        "https://app.example",
        None,
    )
    assert repr(page) == "<Page https://app.example/x#y origin=https://app.example>"


def test_a_visit_is_a_real_request_whose_headers_count() -> None:
    policy = {"Content-Security-Policy": "connect-src 'self'", "Set-Cookie": "a=1"}
    server = MockServer().route(APP, headers=policy)
    browser = Browser(server)
    page = browser.visit(APP)
    assert page.fetch(API).reason == "content-security-policy"
    assert page.fetch("/x").exchanges[0].request.header("Cookie") == "a=1"
    assert page.navigation is not None
    request = page.navigation.exchanges[0].request
    names = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-User", "Referer", "Origin")
    assert [request.header(name) for name in names] == ["none", "navigate", "document", "?1", None, None]


def test_a_visit_from_the_cache_has_the_same_policies() -> None:
    headers = {"Content-Security-Policy": "connect-src 'self'", "Cache-Control": "max-age=60"}
    browser = Browser(MockServer().route(APP, headers=headers))
    assert [len(browser.visit(APP).navigation.exchanges) for _ in range(2)] == [1, 0]  # type: ignore[union-attr]
    assert browser.visit(APP).fetch(API).reason == "content-security-policy"


def test_a_visit_that_is_validated_keeps_the_policies_of_what_is_stored() -> None:
    clock = Clock()
    server = MockServer().route(APP, headers={"Content-Security-Policy": "connect-src 'self'", "ETag": '"1"'}, times=1)
    browser = Browser(server.route(APP, status=304), clock=clock)
    browser.visit(APP)
    page = browser.visit(APP)
    assert page.navigation is not None
    assert page.navigation.exchanges[0].request.header("If-None-Match") == '"1"'
    assert page.fetch(API).reason == "content-security-policy"


def test_a_visit_follows_redirects_and_becomes_the_last_page() -> None:
    server = MockServer().route(APP, status=302, headers={"Location": "https://www.other.test/home"})
    server.route("https://www.other.test/home", headers={"Referrer-Policy": "no-referrer"})
    page = Browser(server).visit(APP)
    assert (page.url, page.origin.serialized) == ("https://www.other.test/home", "https://www.other.test")
    assert page.fetch("/x").exchanges[0].request.header("Referer") is None


def test_a_visit_that_fails_is_an_error_page_without_an_origin() -> None:
    page = Browser(MockServer().route("*", fail="refused")).visit(APP)
    assert page.navigation is not None
    assert page.navigation.reason == "connection-refused"
    assert (page.url, page.origin.is_opaque) == (APP, True)


def test_a_visit_of_an_error_status_is_a_page() -> None:
    page = Browser(MockServer()).visit(APP)
    assert page.navigation is not None
    assert page.navigation.response is not None
    assert (page.navigation.response.status, page.origin.serialized) == (404, "https://app.example")


def test_pages_share_caches_and_cookies() -> None:
    cookie = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
    server = MockServer().route("*", "OPTIONS", 204, {**ANY, "Access-Control-Allow-Methods": "PUT"})
    server.route("*", headers={**cookie, "Set-Cookie": "a=1; SameSite=None; Secure", "Cache-Control": "max-age=9"})
    browser = Browser(server)
    browser.page(APP).fetch(API, method="PUT")
    assert len(browser.page(APP).fetch(API, method="PUT").exchanges) == 1
    browser.page(APP).fetch(API, credentials="include")
    assert len(browser.cookies) == 1
    assert browser.page(APP).fetch(API, credentials="include").exchanges == []


def test_state_ages_by_the_clock() -> None:
    clock = Clock()
    browser = Browser(MockServer().route("*", headers={**ANY, "Cache-Control": "max-age=60"}), clock=clock)
    page = browser.page(APP)
    counts = []
    for _ in range(3):
        counts.append(len(page.fetch(API).exchanges))
        clock.now += 40
    assert counts == [1, 0, 1]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"profile": "netscape"}, "standard, chromium, firefox, webkit"),
        ({"profile": None}, "BrowserProfile"),
        ({"profile": BrowserProfile}, "BrowserProfile"),
        ({"clock": 3}, "function that returns seconds"),
        ({"transport": "https://app.example"}, "nothing that can be mounted"),
        ({"mounts": {"app.example": MockServer()}}, "can't be mounted"),
    ],
    ids=["unknown profile", "no profile", "a class", "no clock", "a URL for a transport", "no origin to mount at"],
)
@pytest.mark.parametrize("kind", [Browser, AsyncBrowser])
def test_mistakes_in_setting_up_a_browser(kind: Any, options: dict[str, Any], hint: str) -> None:
    with pytest.raises(UsageError, match=hint) as caught:
        kind(**{"transport": MockServer(), **options})
    assert "\n" not in str(caught.value)


def test_a_profile_can_be_given_as_it_is() -> None:
    profile = BrowserProfile(name="mine", user_agent="Mine/1")
    browser = Browser(MockServer(), profile=profile)
    assert browser.profile is profile
    assert browser.page(APP).fetch("/").exchanges[0].request.header("User-Agent") == "Mine/1"


def test_a_browser_can_be_used_again_after_it_was_closed() -> None:
    with Browser(MockServer()) as browser:
        page = browser.page(APP)
        page.fetch("/x")
    browser.close()
    assert page.fetch("/x").response is not None


def test_an_app_that_raises_is_told_of() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("broken")

    browser = Browser(app)
    outcome = browser.page(APP).fetch("/x")
    assert outcome.response is not None
    assert (outcome.response.status, [str(error) for error in browser.app_errors]) == (500, ["broken"])


def test_a_fetch_that_throws_leaves_nothing_behind() -> None:
    class Interrupting(MockServer):
        def answer(self, request: Any, *, timeout: float | None = None) -> Any:
            super().answer(request)
            raise KeyboardInterrupt

    server = Interrupting()
    page = Browser(server).page(APP)
    with pytest.raises(KeyboardInterrupt):
        page.fetch(API, method="PUT")
    with pytest.raises(KeyboardInterrupt):
        page.fetch(API, method="PUT")
    assert [request.method for request in server.requests] == ["OPTIONS", "OPTIONS"]


@pytest.mark.parametrize("url", ["localhost:3000", "127.0.0.1:8000/x", "app.example:8443", "localhost:x"])
def test_a_page_without_a_scheme_is_refused_and_not_taken_for_an_opaque_one(url: str) -> None:
    with pytest.raises(InvalidURL, match="is not a URL"):
        Browser().page(url)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Browser(mounts=3), "mounts is 3: give a mapping"),  # type: ignore[arg-type]
        (lambda: MockServer().route("*", 200), "method is 200; give a str"),  # type: ignore[arg-type]
        (lambda: MockServer().route("*", "GET", {}), "status is {}; give a number"),  # type: ignore[arg-type]
        (
            lambda: Browser(MockServer()).page("https://a.example/").fetch("/", integrity=3),
            "integrity is 3; give a str",
        ),  # type: ignore[arg-type]
    ],
    ids=["mounts", "a method", "a status", "integrity"],
)
def test_an_argument_of_another_kind_is_a_mistake_told(make: Callable[[], object], said: str) -> None:
    with pytest.raises((UsageError, InvalidRequest), match=re.escape(said)):
        make()
