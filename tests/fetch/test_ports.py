"""A browser that keeps nothing: stores that are asked as others are, and have nothing."""

from __future__ import annotations

from corssim import Browser, MockServer
from corssim.fetch.cookie_events import CookieSet
from corssim.fetch.empty_stores import NoCookies, NoHTTPCache

KEEP = {"Cache-Control": "max-age=60", "ETag": '"v"', "Set-Cookie": "sid=1"}


def test_a_browser_that_keeps_nothing_asks_each_time() -> None:
    server = MockServer().route("*", headers=KEEP)
    browser = Browser(server)
    browser.user_agent.http_cache, browser.user_agent.cookies = NoHTTPCache(), NoCookies()
    page = browser.page("https://app.example/")
    for method in ("GET", "GET", "DELETE", "HEAD"):
        outcome = page.fetch("/x", method=method)
        assert outcome.allowed
        assert [event.refused for event in outcome.trace if isinstance(event, CookieSet)] == ["nothing is stored"]
    assert [request.method for request in server.requests] == ["GET", "GET", "DELETE", "HEAD"]
    names = {name for request in server.requests for name, _ in request.headers}
    assert names.isdisjoint({"Cookie", "If-None-Match"})
    assert (browser.user_agent.http_cache.size, len(browser.user_agent.cookies)) == (0, 0)


def test_a_store_that_keeps_nothing_says_so() -> None:
    assert not NoHTTPCache().store(url="https://app.example/x")
