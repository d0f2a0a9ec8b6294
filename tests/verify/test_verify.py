"""Scenarios in real browsers: those of the course agree, and what the model has wrong is shown on its line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corssim.fetch.browsers import profile_named
from corssim.scenario import Scenario, find_scenarios, load_scenario, parse_scenario
from corssim.verify import Verification, namespace, verify
from corssim.verify.browsers.installed import why_not

COURSE = Path(__file__).parents[2] / "scenarios"
CHAPTERS = sorted(path.name for path in COURSE.iterdir() if path.is_dir())

AUTHORIZATION_UNDER_STAR = """
title = "Authorization under a star"
page = "https://app.example/"
[[server]]
url = "https://api.example/items"
headers = { Access-Control-Allow-Origin = "*", Access-Control-Allow-Headers = "*" }
[[step]]
fetch = "https://api.example/items"
headers = { Authorization = "Bearer x" }
"""


def _needs(browser: str) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("verify runs on Linux")
    if (missing := why_not(browser)) is not None:
        pytest.skip(missing)


def _told(verification: Verification) -> list[str]:
    lines = [
        f"{verification.predicted.scenario.path} step {step.number}: {line.level}: {line.what}: "
        f"{line.predicted} was predicted, {verification.browser} has {line.real}"
        for step in verification.steps
        for line in step.differences
    ]
    return lines + ([verification.failure] if verification.failure else [])


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_the_course_comes_out_in_browsers_as_predicted(browser: str, chapter: str) -> None:
    _needs(browser)
    scenarios = [load_scenario(path) for path in find_scenarios([COURSE / chapter])]
    found = list(verify(scenarios, browser))
    assert len(found) == len(scenarios)
    assert [line for verification in found for line in _told(verification)] == []
    # What was asked has lines to show for it, and what was not asked says why.
    assert all(bool(verification.steps) != bool(verification.why_not) for verification in found)


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_rule_that_is_wrong_is_shown_on_its_line(browser: str) -> None:
    _needs(browser)
    scenario = parse_scenario(AUTHORIZATION_UNDER_STAR)
    profile = profile_named(browser)
    rule = "preflights.wildcard_allows_authorization"
    [right] = verify([scenario], browser)
    [wrong] = verify([scenario], browser, profile.changed(rule, not profile.rule(rule)))
    assert _told(right) == []
    [step] = wrong.steps
    assert [(line.level, line.what) for line in step.differences] == [("verdict", "verdict"), ("wire", "request 2")]


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_without_a_namespace_browsers_are_told_where_hosts_are(browser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _needs(browser)
    monkeypatch.setattr(namespace, "why_none", lambda: "no namespace can be made here")
    names = ("05-preflight", "11-local-network")
    scenarios: list[Scenario] = [load_scenario(path) for path in find_scenarios(COURSE / name for name in names)]
    found = list(verify(scenarios, browser))
    assert [line for verification in found for line in _told(verification)] == []
    assert sum(not verification.why_not for verification in found) >= 6
    assert any("192.168." in verification.why_not for verification in found)
