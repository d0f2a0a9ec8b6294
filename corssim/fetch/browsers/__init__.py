"""The browsers, a file each; one is imported when it is asked for.

`standard` is the text. Chromium, Firefox and WebKit are as they were recorded. A newer version of one is a delta of the
one before: `WEBKIT_2_52 = WEBKIT_2_50.changed("version", "2.52").changed("preflight_cache.max_age_limit", 1200)`, put
last in its `VERSIONS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ...errors import UsageError

if TYPE_CHECKING:
    from ..profile import BrowserProfile

BROWSERS = ("chromium", "firefox", "webkit")
"""Those that are alive and were recorded."""

_FILES = {"standard": "standard", **{name: name for name in BROWSERS}, "ie11": "historic"}

PROFILE_NAMES = tuple(_FILES)


def versions_of(browser: str) -> tuple[BrowserProfile, ...]:
    """Every version of the browser of that name, the newest last. Raises UsageError, listing the names there are."""
    if browser not in _FILES:
        raise UsageError(f"{browser!r} is no browser; there are {', '.join(PROFILE_NAMES)}")
    every: tuple[BrowserProfile, ...] = import_module(f".{_FILES[browser]}", __name__).VERSIONS
    return tuple(profile for profile in every if profile.name == browser)


def profile_named(name: str) -> BrowserProfile:
    """The profile of that name: "chromium" is the newest version recorded, "chromium-156" that version.

    Raises UsageError, listing those there are.
    """
    browser, dash, version = name.partition("-")
    versions = versions_of(browser)
    if not dash:
        return versions[-1]
    for profile in versions:
        if version and profile.version == version:
            return profile
    known = [browser, *(f"{browser}-{each.version}" for each in versions if each.version)]
    raise UsageError(f"{name!r} is no version of {browser} that was recorded; there are {', '.join(known)}")


def recorded_browsers() -> dict[str, BrowserProfile]:
    """The newest recorded version of each browser that is alive, by its name."""
    return {name: profile_named(name) for name in BROWSERS}
