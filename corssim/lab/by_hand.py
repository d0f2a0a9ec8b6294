"""Certificates that somebody has accepted by hand: what browsers do not do with them, and what they do not forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..fetch.pairs import header_pairs
from ..fetch.trace import HTTPCacheAnswered, PreflightStored

if TYPE_CHECKING:
    from ..scenario import ScenarioResult

_OTHERWISE = ", not one that was accepted by hand: `corssim lab --ca FILE` has an authority for that"
_UPGRADES = "upgrade-insecure-requests"
"""It leads to origins that nobody was asked about."""
_CACHE_NOTHING = frozenset({"chromium"})
"""Browsers that put no response into their HTTP cache which came with such a certificate."""
_KEEP_PREFLIGHTS = frozenset({"firefox"})
"""Browsers in which Clear-Site-Data leaves the results of preflights as they are."""


def check(predicted: ScenarioResult) -> None:
    """Raise `UsageError` for what only a certificate that the browser trusts can show."""
    scenario, name = predicted.scenario, predicted.profile.name
    given = [scenario.page.headers, *(rule.headers for rule in scenario.rules)]
    values = [value for headers in given for _, value in header_pairs(headers)]
    if any(_UPGRADES in value.lower() for value in values):
        raise UsageError(f"{_UPGRADES} needs a certificate that the browser trusts{_OTHERWISE}")
    if name in _CACHE_NOTHING and _happens(predicted, HTTPCacheAnswered):
        raise UsageError(f"{name} caches only what came with a certificate that it trusts{_OTHERWISE}")


def stays(predicted: ScenarioResult) -> bool:
    """Does something of this run stay in the browser, so that the next one needs other names?"""
    return predicted.profile.name in _KEEP_PREFLIGHTS and _happens(predicted, PreflightStored)


def _happens(predicted: ScenarioResult, kind: type) -> bool:
    outcomes = [step.outcome for step in predicted.steps if step.outcome is not None]
    return any(isinstance(event, kind) for outcome in outcomes for event in outcome.trace)
