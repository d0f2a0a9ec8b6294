"""The story of a fetch: a fold over its trace. It decides nothing; secrets are masked unless asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.trace import (
    CheckFailed,
    CheckPassed,
    Exchanged,
    FetchStarted,
    HTTPCacheAnswered,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    Redirected,
    ResponseFiltered,
    WildcardCoveredAuthorization,
)
from .decision_steps import decision
from .exchange_steps import check_failed, check_passed, exchange, redirect
from .script_steps import document, script
from .timeline_steps import Kind, Mark, Shown, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..browser.outcome import Outcome
    from ..fetch.events import Trace
    from ..fetch.wire import WireResponse


def timeline(outcome: Outcome, *, show_credentials: bool = False) -> list[TimelineStep]:
    """What was decided, sent, received and checked, in order."""
    return list(_steps(outcome, Shown(show_credentials)))


def _steps(outcome: Outcome, shown: Shown) -> Iterator[TimelineStep]:
    trace = outcome.trace
    started: FetchStarted | None = None
    told_failures: list[CheckFailed] = []
    for number, event in enumerate(trace):
        match event:
            case FetchStarted():
                started = event
            case CheckFailed():
                # One check may be told twice: where it was made, and where it ended the fetch.
                if event not in told_failures:
                    told_failures.append(event)
                    yield check_failed(event, shown)
            case CheckPassed():
                yield check_passed(event, shown)
            case Exchanged():
                yield exchange(event, shown)
            case Redirected():
                yield redirect(event, shown)
            case ResponseFiltered() if started is not None and started.mode == "navigate":
                yield document(outcome, _last_response(trace[:number]))
            case ResponseFiltered():
                yield script(event, _last_response(trace[:number]), started)
            case HTTPCacheAnswered():
                how = "its copy is still good (304)" if event.how == "validated" else "nothing was sent"
                summary = f"the HTTP cache answers {event.response.status}: {how}"
                yield TimelineStep(Kind.CACHE, summary, headers=shown.headers("<", event.response.headers))
            case PreflightConsidered():
                pass  # told with the decision
            case PreflightStored():
                kept = f"kept for {event.max_age} s" if event.max_age else "not kept"
                yield TimelineStep(Kind.CACHE, f"the preflight's answer is {kept}", minor=True)
            case PreflightCacheCleared():
                yield TimelineStep(Kind.CACHE, "what preflights had allowed for this URL is forgotten", minor=True)
            case WildcardCoveredAuthorization():
                summary = "`*` covers Authorization in this browser, against the standard: list it by name"
                yield TimelineStep(Kind.CHECK, summary, Mark.NOTE)
            case _:
                yield from decision(trace, number, started, shown)


def _last_response(trace: Trace) -> WireResponse | None:
    for event in reversed(trace):
        match event:
            case Exchanged(response=response) if response is not None:
                return response
            case HTTPCacheAnswered(response=response):
                return response
    return None


def without_minor(steps: Iterable[TimelineStep]) -> list[TimelineStep]:
    """The steps that a short report tells: what went well needs no headers."""
    steps = [step for step in steps if not step.minor]
    if any(step.mark == Mark.BAD for step in steps):
        return steps
    return [step._replace(details=()) if step.kind != Kind.CHECK else step for step in steps]
