"""One browser, many threads: nothing raises, and what is bounded stays bounded."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.browser.transports.mounts import MountedExchange

if TYPE_CHECKING:
    from collections.abc import Iterator

_THREADS = 16
_FETCHES = 40  # of each thread


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads that take turns as often as Python lets them."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def _server() -> MockServer:
    numbers = count()

    def answer(request: Any) -> Any:
        from corssim import MockResponse

        allowed = {
            "Access-Control-Allow-Origin": "https://app.example",
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "PUT",
            "Access-Control-Max-Age": "600",
            "Cache-Control": "max-age=600",
            "Vary": "Origin",
            "Set-Cookie": f"n{next(numbers) % 50}=1; Secure; SameSite=None",
        }
        return MockResponse(200, allowed, "x" * 100)

    server = MockServer()
    server.route("*", respond=answer)
    return server


@pytest.mark.parametrize("profile", ["standard", "chromium", "firefox", "webkit"])
@pytest.mark.usefixtures("impatient")
def test_threads_share_a_browser(profile: str) -> None:
    browser = Browser(_server(), profile=profile)

    def work(thread: int) -> None:
        page = browser.page("https://app.example/")
        for number in range(_FETCHES):
            url = f"https://api.example/{number % 7}"
            method = "PUT" if number % 3 == 0 else "GET"
            outcome = page.fetch(url, method=method, credentials="include")
            assert outcome.allowed, outcome
            if number % 10 == 9:
                browser.http_cache.clear()
                browser.preflight_cache.clear()
                browser.cookies.clear()
            list(browser.cookies), list(browser.preflight_cache), len(browser.preflight_cache)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, range(_THREADS)))
    browser.http_cache.clear()
    assert browser.http_cache.size == 0


@pytest.mark.usefixtures("impatient")
def test_a_target_has_one_exchange_however_many_threads_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    from corssim.browser.transports import mounts

    real = mounts.sync_exchange_with
    monkeypatch.setattr(mounts, "sync_exchange_with", lambda *given: made.append(given) or real(*given))  # type: ignore[func-returns-value]
    browser = Browser(mounts={"https://api.example": _server(), "https://other.example": _server()})
    assert isinstance(browser._exchange, MountedExchange)

    def work(thread: int) -> None:
        page = browser.page("https://app.example/")
        page.fetch(f"https://{'api' if thread % 2 else 'other'}.example/")

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, range(_THREADS * 2)))
    assert len(made) == 2
