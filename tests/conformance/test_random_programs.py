"""Programs made by chance: each profile goes through all of them, and says what it would print."""

from __future__ import annotations

import unicodedata

import pytest

from .random.chance import Chance
from .random.programs import program
from .replay import BROWSERS, Case, ended_ok, replay

_PROGRAMS = [program(Chance(f"suite-{number}"), number) for number in range(40)]


def test_the_same_seed_gives_the_same_program() -> None:
    assert program(Chance("7-1"), 1) == program(Chance("7-1"), 1)
    assert program(Chance("7-1"), 1)["server"] != program(Chance("8-1"), 1)["server"]


@pytest.mark.parametrize("browser", ["standard", *BROWSERS])
@pytest.mark.parametrize("case", _PROGRAMS, ids=[case["id"] for case in _PROGRAMS])
def test_a_program_ends_and_its_console_can_be_read(case: Case, browser: str) -> None:
    got = replay(case, browser)
    assert len(got.steps) == len(case["steps"])
    for step in got.steps:
        lines = step.outcome.console if step.outcome is not None else []
        text = "".join(lines).replace("\n", "")  # which some lines have between sentences
        assert not any(unicodedata.category(character) == "Cc" for character in text)


@pytest.mark.parametrize("browser", BROWSERS)
def test_programs_end_in_many_ways(browser: str) -> None:
    steps = [step for case in _PROGRAMS for step in replay(case, browser).steps]
    ended_well = sum(ended_ok(step, errors_of_frames_are_told=False) for step in steps)
    assert 0.2 < ended_well / len(steps) < 0.8
