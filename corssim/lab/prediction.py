"""What corssim predicts of a scenario, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..report.html_diagram import diagram
from ..report.html_markup import NOTHING, Shown, element, joined, lines
from ..report.scenarios.calls import call_of
from ..report.sentences import why
from ..scenario import parse_scenario, run_scenario

if TYPE_CHECKING:
    from ..fetch.profile import BrowserProfile
    from ..report.html_markup import Markup
    from ..scenario import Scenario, StepResult

_MOST_STEPS = 100


def read(text: str) -> Scenario:
    """A scenario that is short enough for somebody who waits. Raises `ScenarioError` or `UsageError`."""
    scenario = parse_scenario(text)
    if len(scenario.steps) > _MOST_STEPS:
        raise UsageError(
            f"a scenario has at most {_MOST_STEPS} steps in the lab, and this one has {len(scenario.steps)}"
        )
    return scenario


def predicted(text: str, browser: str | BrowserProfile) -> dict[str, str]:
    """A scenario's title, lesson and, as HTML, each step as `browser` makes it. Raises `ScenarioError`."""
    scenario = read(text)
    result = run_scenario(scenario, browser)
    shown = Shown(False)
    steps = [_step(number, step, shown) for number, step in enumerate(result.steps, start=1)]
    profile = f"{result.profile.name} {result.profile.version}".strip()
    return {"title": scenario.title, "lesson": scenario.lesson, "profile": profile, "html": joined(steps)}


def _step(number: int, step: StepResult, shown: Shown) -> Markup:
    outcome = step.outcome
    heading = element("h3", f"Step {number}")
    call = element("pre", element("code", lines(shown.masked(call_of(step.step)))))
    if outcome is None:
        thrown = (
            NOTHING if step.thrown is None else element("p", f"TypeError: {shown.text(step.thrown)}", class_="failure")
        )
        return element("section", heading, call, thrown)
    badge = element("strong", outcome.verdict.value.upper(), class_=f"badge {outcome.verdict.value}")
    reason = NOTHING if outcome.reason is None else element("p", shown.text(why(outcome)), class_="why")
    return element("section", heading, call, element("p", badge), reason, diagram(outcome, shown))
