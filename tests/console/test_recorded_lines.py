"""The console lines that browsers were recorded to print, step by step, against those that corssim prints."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from corssim.console import console_lines

_REPLAY = Path(__file__).parents[1] / "conformance" / "replay.py"


def _load_replay() -> Any:
    spec = importlib.util.spec_from_file_location("recorded_cases_for_console", _REPLAY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


replaying = _load_replay()

DIFFERENT = {
    "chromium": {},
    "firefox": {
        ("element-font-none", 0): "the line names the font family of the page's style sheet, which no fetch knows",
    },
    "webkit": {},
}
"""Every step whose lines are not equal, with the reason. There is no other."""


def _with_lines(records: dict[str, Any]) -> dict[str, Any]:
    """Those whose lines were recorded: for most of the added cases they were not."""
    return {name: record for name, record in records.items() if any("console" in step for step in record["steps"])}


def _steps(browser: str) -> list[tuple[tuple[str, int], list[str], list[str]]]:
    found = []
    recorded = replaying.records(browser) | _with_lines(replaying.every_record(browser))
    for name, case in replaying.all_cases().items():
        if name not in recorded:
            continue
        got = replaying.replay(case, browser).steps
        for index, (expected, step) in enumerate(zip(recorded[name]["steps"], got, strict=True)):
            printed = []
            if step.outcome is not None:
                asked = case["steps"][index].get("get_header", ())
                printed = console_lines(step.outcome.trace, step.outcome.profile, headers_read=asked)
                if not asked:
                    assert printed == step.outcome.console
            found.append(((name, index), expected.get("console", []), printed))
    return found


@pytest.fixture(scope="module", params=replaying.BROWSERS)
def browser_and_steps(request: pytest.FixtureRequest) -> tuple[str, list[tuple[tuple[str, int], list[str], list[str]]]]:
    return request.param, _steps(request.param)


def test_steps_that_print_otherwise_than_recorded_are_exactly_the_known_ones(browser_and_steps: Any) -> None:
    browser, steps = browser_and_steps
    different = {step for step, recorded, printed in steps if recorded != printed}
    assert different == set(DIFFERENT[browser])


def test_lines_of_at_least_98_percent_of_the_steps_that_have_any_are_equal(browser_and_steps: Any) -> None:
    _, steps = browser_and_steps
    with_lines = [(recorded, printed) for _, recorded, printed in steps if recorded]
    equal = sum(recorded == printed for recorded, printed in with_lines)
    assert len(with_lines) > 350
    assert equal / len(with_lines) >= 0.98
