"""Assertions about outcomes. Each gives the outcome back, and a failing one tells what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.outcome import Verdict
from ..fetch.reasons import Reason
from ..fetch.trace import ExchangeKind, PreflightConsidered, TaintingSet

if TYPE_CHECKING:
    from ..browser.outcome import Outcome


class OutcomeAssertionError(AssertionError):
    """An assertion about a fetch that did not hold. `outcome` is the whole outcome."""

    explains_itself = True

    def __init__(self, message: str, *, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome = outcome


OutcomeAssertionError.__module__ = "corssim.testing"  # the name that pytest prints


def assert_readable(outcome: Outcome) -> Outcome:
    """Script can read the response."""
    __tracebackhide__ = True
    if not outcome.allowed:
        raise _failed(f"script cannot read the response: {outcome.reason or outcome.verdict}", outcome)
    return outcome


def assert_blocked(outcome: Outcome, reason: Reason | str | None = None) -> Outcome:
    """A policy of the browser keeps the response from script, for `reason` where one is given (its name or code).

    An opaque response is not blocked, and neither is a fetch that the network failed.
    """
    __tracebackhide__ = True
    expected = None if reason is None else _reason(reason)
    if outcome.verdict is not Verdict.BLOCKED:
        raise _failed(f"the fetch is not blocked but {outcome.verdict}", outcome)
    if expected is not None and outcome.reason is not expected:
        raise _failed(f"the fetch is blocked, but for {outcome.reason} and not {expected}", outcome)
    return outcome


def assert_preflighted(outcome: Outcome) -> Outcome:
    """The browser sent a preflight."""
    __tracebackhide__ = True
    if not _preflights(outcome):
        cached = [item for event in outcome.trace if isinstance(event, PreflightConsidered) for item in event.cached]
        if cached:
            why = f"an earlier preflight covers {', '.join(cached)}"
        elif any(isinstance(event, TaintingSet) and event.tainting == "cors" for event in outcome.trace):
            why = "the request is simple"
        else:
            why = "no cross-origin request under CORS came about"
        raise _failed(f"no preflight was sent: {why}", outcome)
    return outcome


def assert_not_preflighted(outcome: Outcome) -> Outcome:
    """The browser sent no preflight."""
    __tracebackhide__ = True
    if _preflights(outcome):
        because = [
            item
            for event in outcome.trace
            if isinstance(event, PreflightConsidered) and event.needed
            for item in event.because
        ]
        raise _failed(f"a preflight was sent, because of {', '.join(because)}", outcome)
    return outcome


def _preflights(outcome: Outcome) -> int:
    return sum(exchange.kind is ExchangeKind.PREFLIGHT for exchange in outcome.exchanges)


def _reason(reason: Reason | str) -> Reason:
    try:
        return Reason(reason)
    except ValueError:
        from difflib import get_close_matches

        near = get_close_matches(reason, list(Reason), n=1)
        hint = f"; did you mean {near[0]!s}?" if near else "; corssim.Reason lists them"
        raise ValueError(f"{reason!r} is no reason{hint}") from None


def _failed(message: str, outcome: Outcome) -> OutcomeAssertionError:
    from .explanation import explanation

    return OutcomeAssertionError(f"{message}\n\n{explanation(outcome)}", outcome=outcome)
