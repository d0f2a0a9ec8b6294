"""What browsers do as their users have them: every case of it can be replayed."""

from __future__ import annotations

import pytest

from .replay import BROWSERS, replay
from .user_defaults import address_of, default_cases, default_records

_RECORDED = [(browser, case_id) for browser in BROWSERS for case_id in default_records(browser)]


@pytest.mark.parametrize(
    ("browser", "case_id"), _RECORDED, ids=[f"{browser}-{case_id}" for browser, case_id in _RECORDED]
)
def test_every_step_is_replayed(browser: str, case_id: str) -> None:
    case = default_cases()[case_id]
    assert [step.api for step in replay(case, browser).steps] == [step["api"] for step in case["steps"]]


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
