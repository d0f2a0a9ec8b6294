"""Runs of scenarios as JSON types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...masking import mask_text
from ..json_report import json_report
from .advice_on import advice_on
from .told import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scenario import ScenarioResult, StepResult


def results_json(results: Sequence[ScenarioResult], *, show_credentials: bool) -> dict[str, object]:
    """The document of `corssim run --json`."""
    return {
        "passed": all(result.passed for result in results),
        "summary": {
            "scenarios": len(results),
            "passed": sum(result.passed for result in results),
            "failed": sum(not result.passed for result in results),
        },
        "scenarios": [
            {
                "path": result.scenario.path,
                "title": result.scenario.title,
                "profile": result.profile.name,
                "passed": result.passed,
                "steps": [_step(step, show_credentials) for step in result.steps],
                "app_errors": [mask_text(f"{type(error).__name__}: {error}") for error in result.app_errors],
            }
            for result in results
        ],
    }


def _step(step: StepResult, show_credentials: bool) -> dict[str, Any]:
    mismatches = [
        {"what": mismatch.what, "expected": mismatch.expected, "got": mismatch.got}
        for mismatch in (each.shown(show_credentials=show_credentials) for each in step.mismatches)
    ]
    outcome = None
    if step.outcome is not None:
        advice = advice_on(step, step.outcome)
        outcome = json_report(step.outcome, show_credentials=show_credentials, advice=advice)
    return {
        "action": step.step.action,
        "target": target_of(step) if show_credentials else mask_text(target_of(step)),
        "passed": step.passed,
        "mismatches": mismatches,
        "thrown": step.thrown if show_credentials else step.thrown and mask_text(step.thrown),
        "outcome": outcome,
    }
