"""Where browsers come to different ends with the same scenarios, as a table a step."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...masking import mask_text
from ..comparison import comparison_lines, difference_of
from ..lines import BOLD, DIM, Line, Span, counted, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...browser.outcome import Outcome
    from ...scenario import ScenarioResult
    from ...scenario.model import AnyStep

_MARGIN = 4


def differing_steps(runs: Sequence[ScenarioResult]) -> list[tuple[int, AnyStep, list[Outcome]]]:
    """The steps (from 1) of one scenario's runs that did not come out alike, with an outcome a browser."""
    found = []
    for number, steps in enumerate(zip(*(run.steps for run in runs), strict=True), start=1):
        outcomes = [step.outcome for step in steps if step.outcome is not None]
        if len(outcomes) > 1 and any(_differ(outcomes[0], other) for other in outcomes[1:]):
            found.append((number, steps[0].step, outcomes))
    return found


def _differ(one: Outcome, other: Outcome) -> bool:
    if (one.verdict, one.reason) != (other.verdict, other.reason):
        return True
    return bool(difference_of(one, other))


def difference_lines(results: Sequence[ScenarioResult], *, columns: int) -> list[Line]:
    """All of them, under the scenarios' titles; nothing where only one browser ran."""
    lines: list[Line] = []
    scenarios = differing = 0
    for _, group in groupby(results, key=lambda result: id(result.scenario)):
        runs = list(group)
        if len(runs) < 2:
            return []
        scenarios += 1
        steps = differing_steps(runs)
        if not steps:
            continue
        differing += 1
        lines += [Line(), *folded([(runs[0].scenario.title, BOLD)], columns=columns, indent=2, start=0)]
        for number, step, outcomes in steps:
            head = mask_text(f"step {number}: {step.action} {getattr(step, step.action)}")
            lines += folded([(head, DIM)], columns=columns, indent=_MARGIN, start=2)
            table = comparison_lines(outcomes, columns=columns - _MARGIN)
            lines += [Line((Span(" " * _MARGIN), *line.spans)) if line.spans else line for line in table]
    of = f"of {counted(scenarios, 'scenario')}"
    summary = f"Browsers differ in {differing} {of}" if differing else "Browsers agree in all of them"
    return [Line(), *folded([(f"{summary}.", BOLD)], columns=columns), *lines]
