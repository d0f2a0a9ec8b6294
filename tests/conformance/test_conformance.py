"""Every recorded case through corssim, once in each browser that recorded it: four levels, and its console lines."""

from __future__ import annotations

import pytest

from .compare import LEVELS, differences
from .differences import KNOWN, KNOWN_LINES
from .printed import has_lines, steps_that_print_otherwise
from .replay import BROWSERS, all_cases, every_record, replay

_RECORDED = [(browser, case_id) for browser in BROWSERS for case_id in every_record(browser)]


@pytest.mark.parametrize(
    ("browser", "case_id"), _RECORDED, ids=[f"{browser}-{case_id}" for browser, case_id in _RECORDED]
)
def test_agrees_with_the_browser(browser: str, case_id: str) -> None:
    case, record = all_cases()[case_id], every_record(browser)[case_id]
    got = replay(case, browser)
    found, wrong = differences(case, record, got), []
    for level in LEVELS:
        known = KNOWN.get((browser, level, case_id))
        if found[level] and known is None:
            wrong += [f"{level}:", *found[level]]
        elif known is not None and not found[level]:
            wrong.append(f"{level} agrees now, yet it is listed as different: {known}")
    if has_lines(browser, record):
        printed = steps_that_print_otherwise(case, record, got)
        known_steps = {
            step for known_browser, known_case, step in KNOWN_LINES if (known_browser, known_case) == (browser, case_id)
        }
        wrong += [
            f"step {step}: {printed.get(step, 'its lines agree now')}" for step in sorted(printed.keys() ^ known_steps)
        ]
    assert not wrong, "\n".join([case["title"], *wrong])


def test_the_list_of_differences_names_recorded_cases() -> None:
    unknown = [
        key for key in KNOWN if key[0] not in BROWSERS or key[1] not in LEVELS or key[2] not in every_record(key[0])
    ]
    unknown += [key for key in KNOWN_LINES if key[0] not in BROWSERS or key[1] not in every_record(key[0])]
    assert unknown == []


@pytest.mark.parametrize("browser", BROWSERS)
def test_enough_was_recorded_to_judge_by(browser: str) -> None:
    every = every_record(browser).values()
    assert len(every) > 1100
    assert sum(bool(step.get("console")) for record in every for step in record["steps"]) > 350
