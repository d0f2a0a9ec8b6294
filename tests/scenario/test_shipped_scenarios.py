"""The scenarios of the project: all green, all with a lesson, one for each reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from corssim.fetch.reasons import Reason
from corssim.scenario import find_scenarios, load_scenario, run_scenario
from corssim.scenario.model import Step

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = find_scenarios([FOLDER])


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_a_scenario_comes_out_as_it_says(path: Path) -> None:
    scenario = load_scenario(path)
    assert len(scenario.lesson) > 100
    assert [str(mismatch) for mismatch in run_scenario(scenario).mismatches] == []


def test_each_step_that_fetches_says_what_comes_of_it() -> None:
    silent = [
        f"{path.name}: step {number}"
        for path in FILES
        for number, step in enumerate(load_scenario(path).steps, start=1)
        if isinstance(step, Step) and step.expect == type(step.expect)()
    ]
    assert silent == ["2-cookies.toml: step 2"]


def test_each_reason_has_a_scenario() -> None:
    shown = {step.expect.reason for path in FILES for step in load_scenario(path).steps if isinstance(step, Step)}
    assert {reason for reason in Reason if reason.value not in shown} == set()
