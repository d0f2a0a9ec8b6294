"""The advice on a step of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from ..advice import Advice

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from ...scenario import StepResult


def advice_on(step: StepResult, outcome: Outcome) -> Advice:
    """The notes and fixes; where the step is to end closed to script, none that would open what is rightly closed."""
    expect = getattr(step.step, "expect", None)
    wanted = UNSET if expect is None else expect.under(outcome.profile.name).verdict
    return Advice(outcome, meant=wanted == outcome.verdict, servers=step.servers)
