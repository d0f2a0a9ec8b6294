"""The course: chapters, lessons, every scenario green in every browser, every reason shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from corssim.fetch.reasons import Reason
from corssim.scenario import find_scenarios, load_scenario, run_scenario
from corssim.scenario.expectations import mismatches
from corssim.scenario.model import Step

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = find_scenarios([FOLDER])


CHAPTERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
PROFILES = ("standard", "chromium", "firefox", "webkit")


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_a_scenario_comes_out_as_it_says_in_every_browser(path: Path) -> None:
    scenario = load_scenario(path)
    told = {
        f"{profile}, step {number}: {mismatch}"
        for profile in dict.fromkeys((*PROFILES, scenario.browser))
        for number, step in enumerate(run_scenario(scenario, profile).steps, start=1)
        for mismatch in step.mismatches
    }
    assert told == set()


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_what_a_file_declares_of_a_browser_is_a_difference(path: Path) -> None:
    """A browser's own expectation that says what holds for all would hide a difference that went away."""
    scenario = load_scenario(path)
    results = {profile: run_scenario(scenario, profile).steps for profile in (*PROFILES, "ie11")}
    idle = [
        f"step {number}: {browser}"
        for number, step in enumerate(scenario.steps)
        if isinstance(step, Step)
        for browser in step.expect.by_browser()
        if not mismatches(step.expect, results[browser][number].outcome, results[browser][number].thrown)
    ]
    assert idle == []


def test_there_are_thirteen_chapters_each_with_an_introduction() -> None:
    assert [path.name.partition("-")[0] for path in CHAPTERS] == [f"{number:02}" for number in range(1, 14)]
    assert len(FILES) >= 80
    for chapter in CHAPTERS:
        assert any(chapter in path.parents for path in FILES)
        heading, _, introduction = (chapter / "README.md").read_text("utf-8").partition("\n")
        assert heading.startswith("# ")
        assert len(introduction) > 300, chapter


def test_the_first_scenario_is_the_attack_that_the_policy_stops() -> None:
    steps = run_scenario(load_scenario(FILES[0])).steps
    assert steps[-1].outcome is not None
    assert steps[-1].outcome.verdict == "blocked"
    assert steps[-1].outcome.exchanges[0].request.header("Cookie")


def test_each_scenario_has_a_title_and_a_lesson_of_its_own() -> None:
    scenarios = [load_scenario(path) for path in FILES]
    assert [scenario.path for scenario in scenarios if len(scenario.lesson) < 200] == []
    assert (
        len({scenario.title for scenario in scenarios})
        == len({scenario.lesson for scenario in scenarios})
        == len(FILES)
    )


def test_each_step_that_fetches_says_what_comes_of_it() -> None:
    silent = [
        f"{path.name}: step {number}"
        for path in FILES
        for number, step in enumerate(load_scenario(path).steps, start=1)
        if isinstance(step, Step) and step.expect == type(step.expect)()
    ]
    assert silent == []


def test_each_reason_has_a_scenario() -> None:
    shown = {
        expect.reason
        for path in FILES
        for step in load_scenario(path).steps
        if isinstance(step, Step)
        for expect in (step.expect, *step.expect.by_browser().values())
    }
    assert {reason for reason in Reason if reason.value not in shown} == set()
