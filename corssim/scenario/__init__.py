"""Scenario files: a page, its servers, what happens, and what should come of it, told in TOML."""

from __future__ import annotations

from .expectations import Mismatch
from .load import ScenarioError, find_scenarios, load_scenario, parse_scenario
from .model import Scenario
from .run import ScenarioResult, StepResult, run_scenario

__all__ = [
    "Mismatch",
    "Scenario",
    "ScenarioError",
    "ScenarioResult",
    "StepResult",
    "find_scenarios",
    "load_scenario",
    "parse_scenario",
    "run_scenario",
]
