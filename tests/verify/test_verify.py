"""Scenarios in real browsers: those of the course agree, and what the model has wrong is shown on its line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from corssim.fetch.browsers import profile_named
from corssim.scenario import find_scenarios, load_scenario, parse_scenario
from corssim.verify import Verification, namespace, verify
from corssim.verify.browsers import BROWSERS
from corssim.verify.browsers.installed import why_not

COURSE = Path(__file__).parents[2] / "scenarios"
CHAPTERS = sorted(path for path in COURSE.iterdir() if path.is_dir())
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
ASKS_ITS_USER = """
title = "A script that asks its user, whom nobody has to wait for"
page = "https://app.example/"
[[server]]
url = "*"
headers = { Content-Type = "text/javascript", Access-Control-Allow-Origin = "*" }
body = "alert(1); confirm(2); prompt(3)"
[[step]]
load = "script"
url = "https://api.example/asks.js"
crossorigin = "anonymous"
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


@pytest.mark.parametrize("browser", BROWSERS)
def test_the_course_comes_out_in_browsers_as_predicted(browser: str) -> None:
    """The first lesson of each chapter, each in one of the browsers: `corssim verify scenarios` runs all in all."""
    _needs(browser)
    chapters = CHAPTERS[BROWSERS.index(browser) :: len(BROWSERS)]
    scenarios = [load_scenario(find_scenarios([chapter])[0]) for chapter in chapters]
    scenarios += [parse_scenario(AUTHORIZATION_UNDER_STAR), parse_scenario(ASKS_ITS_USER)]
    found = list(verify(scenarios, browser))
    assert len(found) == len(scenarios)
    assert [line for verification in found for line in _told(verification)] == []
    # What was asked has lines to show for it, and what was not asked says why.
    assert all(bool(verification.steps) != bool(verification.why_not) for verification in found)
    assert sum(not verification.why_not for verification in found) >= len(chapters)


@pytest.mark.skipif(
    "CORSSIM_WHOLE_COURSE" not in os.environ, reason="minutes in each browser: CORSSIM_WHOLE_COURSE=1 runs it"
)
@pytest.mark.parametrize("browser", BROWSERS)
def test_the_whole_course_comes_out_in_each_browser_as_predicted(browser: str) -> None:
    _needs(browser)
    scenarios = [load_scenario(path) for path in find_scenarios([COURSE])]
    found = list(verify(scenarios, browser))
    assert len(found) == len(scenarios)
    assert [line for verification in found for line in _told(verification)] == []
    assert all(bool(verification.steps) != bool(verification.why_not) for verification in found)
    assert sum(not verification.why_not for verification in found) > len(scenarios) * 0.8


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_without_a_namespace_a_wrong_rule_is_shown_on_its_line(browser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers are told where hosts are. The rule counts in one of the scenarios, and the others agree."""
    _needs(browser)
    monkeypatch.setattr(namespace, "why_none", lambda: "no namespace can be made here")
    profile, rule = profile_named(browser), "preflights.wildcard_allows_authorization"
    lessons = ("05-preflight/04-put-allowed", "11-local-network/1-the-router", "11-local-network/9-in-a-frame")
    scenarios = [load_scenario(COURSE / f"{lesson}.toml") for lesson in lessons]
    scenarios.append(parse_scenario(AUTHORIZATION_UNDER_STAR))
    *others, star = sorted(
        verify(scenarios, browser, profile.changed(rule, not profile.rule(rule))),
        key=lambda verification: scenarios.index(verification.predicted.scenario),
    )
    assert [line for verification in others for line in _told(verification)] == []
    assert any(verification.steps for verification in others)
    assert any("192.168." in verification.why_not for verification in others)
    [step] = star.steps
    assert [(line.level, line.what) for line in step.differences] == [("verdict", "verdict"), ("wire", "request 2")]
