"""Which browser's lines a profile prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..fetch.profile import BrowserProfile
    from ..fetch.trace import Trace


def console_lines(trace: Trace, profile: BrowserProfile) -> list[str]:
    """The console lines of one fetch, in order. The standard has no console: its profile prints none."""
    return []
