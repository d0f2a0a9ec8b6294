"""The document of a command that asks several browsers: one shape, however many they are."""

from __future__ import annotations

from typing import Any


def document_of(reports: list[dict[str, Any]], *, by_name: bool) -> dict[str, Any]:
    """The first browser's report, and beside it what each of them makes of it; with the whole reports of all where they
    were asked for by name. Each report has `profile`, `verdict` and `reason`."""
    verdicts = {each["profile"]: {"verdict": each["verdict"], "reason": each["reason"]} for each in reports}
    document = reports[0] | {"browsers": verdicts}
    return document | {"reports": reports} if by_name and len(reports) > 1 else document
