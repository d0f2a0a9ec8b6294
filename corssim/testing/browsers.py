"""The browsers that the fixtures give: on a stepped clock, with a page to start from, remembering what came out."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from ..browser.browser import AsyncBrowser, Browser
from ..browser.clock import SteppedClock
from .explanation import remember_framework, remember_where_nothing_is_mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, MutableSequence

    from ..browser.outcome import Outcome
    from ..browser.page import Page
    from ..browser.transports import Target
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.pairs import HeadersInit
    from ..fetch.profile import BrowserProfile

_CLOSING = 1.0  # seconds that closing an async browser may take


class SteppedBrowser(Browser):
    """A Browser whose clock only the test moves: `browser.clock.advance(seconds)`."""

    clock: SteppedClock
    default_page: str
    outcomes: MutableSequence[Outcome]
    targets: list[Target]
    mounted: Mapping[str, Target]

    def page(self, url: str | None = None, headers: HeadersInit = (), sandboxed: bool = False) -> Page[Outcome]:
        """A document at `url`; without one, at the page that the marker `cors` names (https://app.example/)."""
        return super().page(self.default_page if url is None else url, headers, sandboxed)

    def run(self, fetching: Fetching[Outcome], /) -> Outcome:
        outcome = super().run(fetching)
        remember(self, outcome)
        return outcome


class AsyncSteppedBrowser(AsyncBrowser):
    """SteppedBrowser for an event loop."""

    clock: SteppedClock
    default_page: str
    outcomes: MutableSequence[Outcome]
    targets: list[Target]
    mounted: Mapping[str, Target]
    loop: asyncio.AbstractEventLoop | None = None

    def page(
        self, url: str | None = None, headers: HeadersInit = (), sandboxed: bool = False
    ) -> Page[Coroutine[Any, Any, Outcome]]:
        """A document at `url`; without one, at the page that the marker `cors` names (https://app.example/)."""
        return super().page(self.default_page if url is None else url, headers, sandboxed)

    async def run(self, fetching: Fetching[Outcome], /) -> Outcome:
        with contextlib.suppress(RuntimeError):  # where the loop is not asyncio's
            self.loop = asyncio.get_running_loop()
        outcome = await super().run(fetching)
        remember(self, outcome)
        return outcome


def remember(browser: SteppedBrowser | AsyncSteppedBrowser, outcome: Outcome) -> None:
    """Keep what came out, for the report of a failing test."""
    browser.outcomes.append(outcome)
    remember_framework(outcome, browser.targets)
    remember_where_nothing_is_mounted(outcome, browser.mounted)


class _Defaults:
    """What one test's browsers have in common."""

    def __init__(
        self,
        *,
        profile: str | BrowserProfile,
        page: str,
        outcomes: MutableSequence[Outcome],
        opened: list[Any],
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self._profile = profile
        self._page = page
        self._outcomes = outcomes
        self._opened = opened
        self._options = dict(options or {})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} for {self._page}>"

    def _prepare(self, browser: Any, transport: Target, mounts: Mapping[str, Target] | None) -> None:
        mounted = dict(mounts or {})
        browser.targets = [transport, *mounted.values()]
        browser.mounted = mounted if transport is None else {}  # else that one answers for everything
        browser.default_page = self._page
        browser.outcomes = self._outcomes
        self._opened.append(browser)


class BrowserFactory(_Defaults):
    """The fixture `browser`: makes browsers for one test, and closes them at its end."""

    def __call__(
        self,
        transport: Target = None,
        mounts: Mapping[str, Target] | None = None,
        profile: str | BrowserProfile | None = None,
        clock: Callable[[], float] | None = None,
        **options: Any,
    ) -> SteppedBrowser:
        """A Browser with these arguments. `profile` and `clock` default to the test's profile and a SteppedClock."""
        options = self._options | options
        browser = SteppedBrowser(transport, mounts, profile or self._profile, clock or SteppedClock(), **options)
        self._prepare(browser, transport, mounts)
        return browser

    def close(self) -> None:
        """Close every browser that was made."""
        while self._opened:
            self._opened.pop().close()


class AsyncBrowserFactory(_Defaults):
    """The fixture `async_browser`: makes async browsers for one test, and closes them at its end."""

    def __call__(
        self,
        transport: Target = None,
        mounts: Mapping[str, Target] | None = None,
        profile: str | BrowserProfile | None = None,
        clock: Callable[[], float] | None = None,
        **options: Any,
    ) -> AsyncSteppedBrowser:
        """An AsyncBrowser with these arguments, as the fixture `browser` makes them."""
        options = self._options | options
        browser = AsyncSteppedBrowser(transport, mounts, profile or self._profile, clock or SteppedClock(), **options)
        self._prepare(browser, transport, mounts)
        return browser

    def close(self) -> None:
        """Close every browser that was made: on the loop it ran on while that is open, else on one of its own."""
        while self._opened:
            browser = self._opened.pop()
            loop = browser.loop
            if loop is not None and not loop.is_closed() and not loop.is_running():
                loop.run_until_complete(asyncio.wait_for(browser.aclose(), _CLOSING))
                continue
            with contextlib.suppress(Exception):  # connections end with the loop they were opened on
                asyncio.run(asyncio.wait_for(browser.aclose(), _CLOSING))
