"""Each field of a profile is described, and shown by a recorded case that would not agree without it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import corssim.fetch.profile
from corssim.deviations import DEVIATIONS, Deviation, deviations_table, undescribed_fields
from corssim.fetch.profiles import BROWSERS, STANDARD

from .compare import differences
from .replay import Record, all_cases, every_record, replay

_SHOWN = [deviation for deviation in DEVIATIONS if deviation.case]
_NO_RECORDED_BROWSER = {"same_origin_ignores_port", "third_party_cookies"}  # Internet Explorer's; a user's setting
_CASE_IN_COMMENT = re.compile(r"\b[a-z]+(?:-[a-z0-9]+)+\b")


def test_every_field_is_described() -> None:
    assert undescribed_fields() == set()


def test_every_field_in_which_the_recorded_browsers_differ_names_a_case() -> None:
    assert {deviation.field for deviation in DEVIATIONS if not deviation.case} == _NO_RECORDED_BROWSER


def _lines(record: Record) -> list[list[str]]:
    return [step.get("console", []) for step in record["steps"]]


@pytest.mark.parametrize("deviation", _SHOWN, ids=[deviation.field for deviation in _SHOWN])
def test_the_case_does_not_agree_without_the_field(deviation: Deviation) -> None:
    case = all_cases()[deviation.case]
    by_text = getattr(STANDARD, deviation.field)
    shown_by = []
    for name, profile in BROWSERS.items():
        if getattr(profile, deviation.field) == by_text or deviation.case not in every_record(name):
            continue
        without = replace(profile, **{deviation.field: by_text})
        record, got = every_record(name)[deviation.case], replay(case, without)
        printed = [step.outcome.console if step.outcome else [] for step in got.steps]
        if any(differences(case, record, got).values()) or (any(_lines(record)) and _lines(record) != printed):
            shown_by.append(name)
    assert shown_by, f"{deviation.case} agrees with and without {deviation.field}"


def test_comments_beside_the_fields_name_recorded_cases() -> None:
    source = Path(corssim.fetch.profile.__file__).read_text()
    families = {case["family"] for case in all_cases().values()}
    named = {
        word
        for line in source.splitlines()
        if "  # " in line
        for word in _CASE_IN_COMMENT.findall(line.split("  # ", 1)[1])
        if word.split("-")[0] in families
    }
    assert named
    assert sorted(named - set(all_cases())) == []


def test_the_table_leaves_a_browsers_cell_empty_where_it_follows_the_text() -> None:
    rows = deviations_table().splitlines()
    assert "| Max-Age `0` for what is cached | ends it |  | leaves it |  |" in rows
    assert not any("third-party cookies" in row for row in rows)
