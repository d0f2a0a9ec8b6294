"""The recorded cases that corssim does not agree with, each with the reason. An entry that agrees fails the suite."""

from __future__ import annotations

KNOWN: dict[tuple[str, str, str], str] = {}
"""(browser, level, case id) → reason."""

KNOWN_LINES: dict[tuple[str, str, int], str] = {}
"""(browser, case id, step) → reason why its console lines are not those recorded."""
