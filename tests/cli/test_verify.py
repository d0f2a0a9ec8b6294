"""`corssim verify`: what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corssim.scenario import Scenario, ScenarioResult, parse_scenario, run_scenario
from corssim.verify import BrowserMissing, Compared, ComparedStep, Verification

from .running import corssim

if TYPE_CHECKING:
    from pathlib import Path

_SCENARIO = """
title = "one fetch"
page = "https://app.example/"
[[step]]
fetch = "https://api.example/?token=s3cret-s3cret"
"""


def _fake(monkeypatch: pytest.MonkeyPatch, *lines: Compared, why_not: str = "", failure: str = "") -> None:
    def verify(scenarios: list[Scenario], browser: str) -> list[Verification]:
        predicted = run_scenario(parse_scenario(_SCENARIO), browser)
        steps = [ComparedStep(1, list(lines))] if lines else []
        made = [ScenarioResult(scenario, predicted.profile, predicted.steps, []) for scenario in scenarios]
        return [Verification(each, browser, "b 1", steps, why_not, failure) for each in made]

    monkeypatch.setattr("corssim.verify.verify", verify)


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "one.toml"
    file.write_text(_SCENARIO)
    return str(file)


_SAME = Compared("verdict", "verdict", "blocked", "TypeError: Failed to fetch", agrees=True)
_OTHER = Compared("wire", "request 1: origin", "https://app.example", "null", agrees=False)


def test_agreement_is_0_and_says_how_many(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(monkeypatch, _SAME)
    ran = corssim("verify", path, "--in", "chromium")
    assert (ran.status, "1 of 1 as predicted" in ran.out, "Failed to fetch" in ran.out) == (0, True, False)
    assert "Failed to fetch" in corssim("verify", path, "--in", "chromium", "-v").out


def test_a_difference_is_1_and_stands_side_by_side(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(monkeypatch, _SAME, _OTHER)
    ran = corssim("verify", path, "--in", "firefox", variables={"COLUMNS": "100"})
    assert ran.status == 1
    assert "predicted" in ran.out
    row = next(line for line in ran.out.splitlines() if "request 1: origin" in line)
    assert row.split() == ["wire:", "request", "1:", "origin", "https://app.example", "null"]
    assert "s3cret" not in ran.out


def test_what_was_not_run_says_why_and_is_no_difference(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(monkeypatch, why_not="time would have to pass")
    ran = corssim("verify", path, "--in", "chromium")
    assert (ran.status, "not run: time would have to pass" in ran.out) == (0, True)


def test_a_browser_that_gave_no_answer_is_4(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(monkeypatch, failure="the recorder ended")
    assert corssim("verify", path, "--in", "chromium").status == 4


def test_json_has_every_line_with_its_level(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(monkeypatch, _SAME, _OTHER)
    [found] = json.loads(corssim("verify", path, "--in", "chromium", "--json").out)["verifications"]
    assert (found["browser"], found["version"], found["differs"]) == ("chromium", "b 1", True)
    assert [line["agrees"] for line in found["steps"][0]["lines"]] == [True, False]
    assert {line["level"] for line in found["steps"][0]["lines"]} == {"verdict", "wire"}


def test_a_browser_that_is_missing_is_usage_in_one_line(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def verify(*_: object) -> list[Verification]:
        raise BrowserMissing("firefox is not installed (firefox-esr or firefox on the PATH)")

    monkeypatch.setattr("corssim.verify.verify", verify)
    ran = corssim("verify", path, "--in", "firefox")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "firefox is not installed" in ran.err
    assert corssim("verify", path, "--in", "netscape").status == 2
