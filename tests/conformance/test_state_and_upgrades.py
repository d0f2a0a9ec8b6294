"""Third-party cookies, caches, storage access, upgrades and newer policies as each browser ships them."""

from __future__ import annotations

import pytest

from .compare import LEVELS, differences
from .replay import BROWSERS, replay
from .user_defaults import default_cases, default_records, given_records

_FAMILIES = ("state", "upgrade", "policy")
_MEMORY = "frames of one site under two pages share a process, and with it what its elements hold in memory"
KNOWN = {
    ("chromium", "state-http-cache-img-frames"): _MEMORY,
    ("chromium", "state-http-cache-script-frame"): _MEMORY,
    ("webkit", "state-itp-frame-own-set"): "tracking prevention trims the Referer of frames of sites never visited",
}
"""The cases that corssim does not agree with, each with the reason. One that agrees fails the suite."""

_RECORDED = [
    (browser, case_id)
    for browser in BROWSERS
    for case_id in default_records(browser)
    if default_cases()[case_id]["family"] in _FAMILIES
]


@pytest.mark.parametrize(
    ("browser", "case_id"), _RECORDED, ids=[f"{browser}-{case_id}" for browser, case_id in _RECORDED]
)
def test_agrees_with_the_browser_as_it_ships(browser: str, case_id: str) -> None:
    case = default_cases()[case_id]
    found = differences(case, default_records(browser)[case_id], replay(case, browser))
    wrong = [line for level in LEVELS if found[level] for line in (f"{level}:", *found[level])]
    known = KNOWN.get((browser, case_id))
    if known is None:
        assert not wrong, "\n".join([case["title"], *wrong])
    else:
        assert wrong, f"agrees now, yet it is listed as different: {known}"


def test_the_list_of_differences_names_recorded_cases() -> None:
    assert set(KNOWN) <= set(_RECORDED)


@pytest.mark.parametrize("browser", BROWSERS)
def test_of_the_lines_that_the_console_showed_97_percent_are_printed(browser: str) -> None:
    shown = printed = 0
    for case_id, record in given_records(browser).items():
        case = default_cases()[case_id]
        if case["family"] not in _FAMILIES:
            continue
        for expected, step in zip(record["steps"], replay(case, browser).steps, strict=True):
            lines = step.outcome.console if step.outcome is not None else []
            recorded = expected.get("console", [])
            shown += len(recorded)
            printed += sum(line in lines for line in recorded)
    assert shown > 10
    assert printed / shown >= 0.97, f"{printed} of {shown}"
