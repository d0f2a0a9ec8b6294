"""Which browser's lines a profile prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import chromium, firefox, webkit
from .story import story_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..fetch.events import Trace
    from ..fetch.profile import BrowserProfile
    from .story import Story

_PRINTERS: dict[str, Callable[[Story], list[str]]] = {
    "chromium": chromium.lines,
    "firefox": firefox.lines,
    "webkit": webkit.lines,
}


def console_lines(
    trace: Trace, profile: BrowserProfile, *, headers_read: Iterable[str] = (), font_family: str = ""
) -> list[str]:
    """The console lines of one fetch, in order, each text once. The standard has no console: its profile prints none.

    `headers_read` are the names that script then asks XMLHttpRequest's getResponseHeader() for; Chromium tells which of
    them are not exposed. `font_family` is that of a font; Firefox names it where the font is of no use.
    """
    printer = _PRINTERS.get(profile.console)
    story = story_of(trace) if printer is not None else None
    if printer is None or story is None:
        return []
    story.font_family = font_family
    lines = printer(story)
    if profile.console == "chromium":
        lines += chromium.lines_of_reading_headers(story, headers_read)
    return list(dict.fromkeys(lines))
