"""Every recorded case through corssim, with the profile of each browser it was recorded in, at four levels."""

from __future__ import annotations

import pytest

from .compare import LEVELS, differences
from .differences import KNOWN
from .replay import BROWSERS, all_cases, every_record, replay

_RECORDED = [(browser, case_id) for browser in BROWSERS for case_id in every_record(browser)]


@pytest.mark.parametrize(
    ("browser", "case_id"), _RECORDED, ids=[f"{browser}-{case_id}" for browser, case_id in _RECORDED]
)
def test_agrees_with_the_browser(browser: str, case_id: str) -> None:
    case = all_cases()[case_id]
    found = differences(case, every_record(browser)[case_id], replay(case, browser))
    wrong = []
    for level in LEVELS:
        known = KNOWN.get((browser, level, case_id))
        if found[level] and known is None:
            wrong += [f"{level}:", *found[level]]
        elif known is not None and not found[level]:
            wrong.append(f"{level} agrees now, yet it is listed as different: {known}")
    assert not wrong, "\n".join([case["title"], *wrong])


def test_the_list_of_differences_names_recorded_cases() -> None:
    unknown = [
        key for key in KNOWN if key[0] not in BROWSERS or key[1] not in LEVELS or key[2] not in every_record(key[0])
    ]
    assert unknown == []


@pytest.mark.parametrize("browser", BROWSERS)
def test_enough_was_recorded_to_judge_by(browser: str) -> None:
    assert len(every_record(browser)) > 1100
