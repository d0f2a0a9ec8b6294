"""The fixtures under the names that people write. A plugin of its own: it stays away where another has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .browsers import AsyncBrowserFactory, BrowserFactory


@pytest.fixture
def browser(cors_browser: BrowserFactory) -> BrowserFactory:
    """Makes browsers: `browser(mounts={"https://api.example": app})` gives a corssim.Browser on a clock of the test's.

    `.page()` is a page at https://app.example/, `.clock.advance(seconds)` lets time pass. Closed when the test ends.
    """
    return cors_browser


@pytest.fixture
def async_browser(async_cors_browser: AsyncBrowserFactory) -> AsyncBrowserFactory:
    """The fixture `browser` for tests on an event loop: gives AsyncBrowsers, whose fetches are awaited."""
    return async_cors_browser
