"""The text of the standard."""

from __future__ import annotations

from ..profile import BrowserProfile

STANDARD = BrowserProfile()

VERSIONS = (STANDARD,)
