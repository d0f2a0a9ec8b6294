"""What browsers do as their users have them: every case of it can be replayed."""

from __future__ import annotations

import pytest

from .compare import LEVELS, differences
from .replay import BROWSERS, replay
from .user_defaults import address_of, default_cases, default_records, given_records

_RECORDED = [(browser, case_id) for browser in BROWSERS for case_id in default_records(browser)]


@pytest.mark.parametrize(
    ("browser", "case_id"), _RECORDED, ids=[f"{browser}-{case_id}" for browser, case_id in _RECORDED]
)
def test_every_step_is_replayed_and_told(browser: str, case_id: str) -> None:
    case = default_cases()[case_id]
    steps = replay(case, browser).steps
    assert [step.api for step in steps] == [step["api"] for step in case["steps"]]
    told = [line for step in steps if step.outcome is not None for line in step.outcome.console]
    assert all(part.isprintable() for line in told for part in line.split("\n"))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("[::1]", "::1"),
        ("a.localhost", "127.0.0.1"),
        ("printer", "192.168.1.10"),
        ("ula.example", "fd00::10"),
        ("api.example", "93.184.215.14"),
    ],
)
def test_hosts_have_the_addresses_that_they_were_recorded_with(host: str, address: str) -> None:
    assert address_of(host) == address


AGREED = ("lna",)
"""Families in which every case agrees."""


@pytest.mark.parametrize(
    ("browser", "case_id"),
    [pair for pair in _RECORDED if default_cases()[pair[1]]["family"] in AGREED],
    ids=lambda value: value,
)
def test_a_case_agrees(browser: str, case_id: str) -> None:
    case = default_cases()[case_id]
    found = differences(case, default_records(browser)[case_id], replay(case, browser))
    wrong = [line for level in LEVELS for line in found[level]]
    assert not wrong, "\n".join([case["title"], *wrong])


PRINTED = {"chromium": 1.0, "firefox": 0.97, "webkit": 0.99}
"""The share of steps whose console lines agree word for word."""


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_console_lines_of_local_networks(browser: str) -> None:
    told = []
    for case_id, record in given_records(browser).items():  # those whose frames' lines were recorded, too
        case = default_cases()[case_id]
        if case["family"] not in AGREED:
            continue
        for step, recorded in zip(replay(case, browser).steps, record["steps"], strict=True):
            if step.outcome is not None:
                told.append(step.outcome.console == recorded.get("console", []))
    assert sum(told) / len(told) >= PRINTED[browser]
