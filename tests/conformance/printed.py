"""The console lines that a browser was recorded to print, step by step, against those that corssim prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corssim.console import console_lines

from .replay import font_family, records

if TYPE_CHECKING:
    from .replay import Case, Record, Replay


_RANDOM = re.compile(r"(?<=moz-nullprincipal:\{)[0-9a-f-]+|(?<=/)(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|0a1b)")


def without_random_names(lines: list[str]) -> list[str]:
    """The lines with one name for every origin that is nobody's, and one for every blob."""
    return [_RANDOM.sub("…", line) for line in lines]


def has_lines(browser: str, record: Record) -> bool:
    """Report whether the record tells what was printed: of most of the cases recorded for this suite it does not."""
    return record["id"] in records(browser) or any("console" in step for step in record["steps"])


def steps_that_print_otherwise(case: Case, record: Record, got: Replay) -> dict[int, str]:
    """The steps whose lines are not those recorded: recorded and printed ones."""
    found = {}
    for index, (expected, step) in enumerate(zip(record["steps"], got.steps, strict=True)):
        recorded, printed = expected.get("console", []), []
        if step.outcome is not None:
            headers_read = case["steps"][index].get("get_header", ())
            family = font_family(case) if step.api == "font" else ""
            printed = console_lines(
                step.outcome.trace, step.outcome.profile, headers_read=headers_read, font_family=family
            )
            assert headers_read or printed == step.outcome.console
        if without_random_names(recorded) != without_random_names(printed):
            found[index] = f"printed {printed}, recorded {recorded}"
    return found
