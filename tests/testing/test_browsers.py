"""The browsers that fixtures give, async ones above all: they are closed where their loop may be gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import corssim.testing
from corssim import CorsPolicy, MockServer
from corssim.testing import AsyncBrowserFactory, BrowserFactory, SteppedClock, failures
from corssim.testing.explanation import app_error_lines

URL = "https://api.example/"


def factory(kind: Any) -> Any:
    return kind(profile="firefox", page="https://app.example/", outcomes=[], opened=[])


class Transport:
    """Counts how often it is closed, and on which loop."""

    def __init__(self) -> None:
        self.loops: list[asyncio.AbstractEventLoop] = []

    async def handle_async_request(self, request: Any) -> Any:
        import httpx

        return httpx.Response(200, headers={"Access-Control-Allow-Origin": "*"})

    async def aclose(self) -> None:
        self.loops.append(asyncio.get_running_loop())


def test_arguments_beat_the_tests_defaults() -> None:
    clock = SteppedClock(0)
    browsers = factory(BrowserFactory)
    assert repr(browsers) == "<BrowserFactory for https://app.example/>"
    browser = browsers(MockServer(), profile="webkit", clock=clock)
    assert (browser.profile.name, browser.clock) == ("webkit", clock)
    assert browsers(MockServer()).profile.name == "firefox"
    assert browser.page("https://b.example/").url == "https://b.example/"
    browsers.close()


async def fetch(browser: Any) -> Any:
    return await browser.page().fetch(URL)


def test_async_browser_is_closed_on_its_loop_while_that_is_open() -> None:
    browsers, transport = factory(AsyncBrowserFactory), Transport()
    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(fetch(browsers(transport))).allowed
        browsers.close()
        assert transport.loops == [loop]
    finally:
        loop.close()


def test_async_browser_whose_loop_is_gone_is_closed_on_another() -> None:
    browsers, transport = factory(AsyncBrowserFactory), Transport()
    browser = browsers(transport)
    assert asyncio.run(fetch(browser)).allowed
    assert len(browser.outcomes) == 1
    browsers.close()
    assert len(transport.loops) == 1
    browsers.close()
    assert len(transport.loops) == 1


def test_async_browser_that_was_never_used_is_closed() -> None:
    browsers, transport = factory(AsyncBrowserFactory), Transport()
    browsers(transport)
    browsers.close()
    assert len(transport.loops) == 1


def test_report_that_fails_does_not_take_the_test_run_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    browsers = factory(BrowserFactory)
    outcome = browsers(MockServer.from_policy(CorsPolicy())).page().fetch(URL)
    monkeypatch.setattr(failures, "explanation", lambda outcome: 1 / 0)
    with pytest.raises(AssertionError) as excinfo:
        assert outcome.allowed
    sections = failures.failure_sections(excinfo, [outcome], [])
    assert [text for _, text in sections] == ["It cannot be told: ZeroDivisionError: division by zero"]
    browsers.close()


def test_error_that_was_never_raised_has_no_place() -> None:
    assert app_error_lines([ValueError("no")]) == ["ValueError: no"]


def test_public_names_are_there() -> None:
    assert set(corssim.testing.__all__) <= set(dir(corssim.testing))
    assert all(getattr(corssim.testing, name) for name in corssim.testing.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = corssim.testing.nothing
