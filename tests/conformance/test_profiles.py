"""Each rule of a profile is described, and shown by a recorded case that would not agree without it."""

from __future__ import annotations

import pytest

from corssim.deviations import DEVIATIONS, Deviation, deviations_tables
from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD

from .compare import differences
from .replay import Case, Record, all_cases, every_record, replay
from .user_defaults import default_cases, default_records

_SHOWN = [deviation for deviation in DEVIATIONS if deviation.case]
_NO_RECORDED_BROWSER = {"urls.same_origin_ignores_port"}  # Internet Explorer's


def test_every_rule_is_described_once() -> None:
    assert sorted(deviation.rule for deviation in DEVIATIONS) == sorted(STANDARD.paths())


def test_every_rule_in_which_the_recorded_browsers_differ_names_a_case() -> None:
    assert {deviation.rule for deviation in DEVIATIONS if not deviation.case} == _NO_RECORDED_BROWSER


def _cases() -> dict[str, Case]:
    return all_cases() | default_cases()


def _records(browser: str) -> dict[str, Record]:
    return every_record(browser) | default_records(browser)


def _lines(record: Record) -> list[list[str]]:
    return [step.get("console", []) for step in record["steps"]]


@pytest.mark.parametrize("deviation", _SHOWN, ids=[deviation.rule for deviation in _SHOWN])
def test_the_case_does_not_agree_without_the_rule(deviation: Deviation) -> None:
    case = _cases()[deviation.case]
    by_text = STANDARD.rule(deviation.rule)
    shown_by = []
    for name, profile in recorded_browsers().items():
        if profile.rule(deviation.rule) == by_text or deviation.case not in _records(name):
            continue
        without = profile.changed(deviation.rule, by_text)
        record, got = _records(name)[deviation.case], replay(case, without)
        printed = [step.outcome.console if step.outcome else [] for step in got.steps]
        if any(differences(case, record, got).values()) or (any(_lines(record)) and _lines(record) != printed):
            shown_by.append(name)
    assert shown_by, f"{deviation.case} agrees with and without {deviation.rule}"


def test_every_case_that_is_named_was_recorded() -> None:
    named = {case for deviation in DEVIATIONS for case in (deviation.case, *deviation.more_cases) if case}
    assert sorted(named - set(_cases())) == []


def test_the_table_leaves_a_browsers_cell_empty_where_it_follows_the_text() -> None:
    rows = deviations_tables().splitlines()
    assert "| Max-Age `0` for what is cached | ends it |  | leaves it |  |" in rows
    assert not any("the port of an origin" in row for row in rows)
