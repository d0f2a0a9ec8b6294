"""Steps of a fetch's story that tell what the browser decided before and between its exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.trace import (
    AddressHidden,
    CheckFailed,
    CheckPassed,
    Exchanged,
    FetchStarted,
    HTTPCacheAnswered,
    LocalNetworkAccessChecked,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    Redirected,
    ResponseFiltered,
    TaintingSet,
    WildcardCoveredAuthorization,
)
from .timeline_steps import Kind, Mark, Shown, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..browser.outcome import Outcome
    from ..fetch.events import Trace

_TOLD_OF_EXCHANGES = (
    CheckFailed,
    CheckPassed,
    Exchanged,
    HTTPCacheAnswered,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    Redirected,
    ResponseFiltered,
    WildcardCoveredAuthorization,
)


def decisions(outcome: Outcome, *, show_credentials: bool = False) -> list[TimelineStep]:
    """What was decided, and what became of cookies, without what was sent, received and checked."""
    shown = Shown(show_credentials)
    started: FetchStarted | None = None
    told: list[TimelineStep] = []
    for number, event in enumerate(outcome.trace):
        if isinstance(event, FetchStarted):
            started = event
        elif not isinstance(event, _TOLD_OF_EXCHANGES):
            told += decision(outcome.trace, number, started, shown)
    return [step for step in told if step.kind == Kind.DECISION or step.kind == Kind.COOKIES]


def decision(trace: Trace, number: int, started: FetchStarted | None, shown: Shown) -> Iterator[TimelineStep]:
    """The steps that tell of this event of the trace."""
    match event := trace[number]:
        case TaintingSet() if started is not None:
            stopped = _is_stopped(trace, number)
            yield _tainting(event, started, _next_of(trace, number), shown, stopped=stopped)
        case AddressHidden():
            summary = (
                "a proxy is on the way, so its address is not known: if the host is in a local network, "
                "a browser without the proxy asks the user first (--resolve HOST=ADDRESS says where it is)"
            )
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case LocalNetworkAccessChecked():
            if event.state in ("granted", "unchecked"):
                asked = "the user has allowed it" if event.state == "granted" else "nobody is asked"
                summary = f"from the {event.own_space} into the {event.target_space} network: {asked}"
                yield TimelineStep(Kind.DECISION, summary)
        case _:
            from .rare_steps import rare_steps  # here, because a plain fetch has none of them

            yield from rare_steps(event, shown)


def _next_of(trace: Trace, number: int) -> PreflightConsidered | None:
    """What was decided about a preflight after this event, if it was asked before the next request or redirect."""
    for event in trace[number + 1 :]:
        match event:
            case PreflightConsidered():
                return event
            case Exchanged() | TaintingSet() | HTTPCacheAnswered():
                return None
    return None


def _is_stopped(trace: Trace, number: int) -> bool:
    """Whether a check stops the request after this event, before it comes to a preflight."""
    for event in trace[number + 1 :]:
        match event:
            case CheckFailed():
                return True
            case PreflightConsidered() | Exchanged() | TaintingSet() | HTTPCacheAnswered():
                return False
    return False


def _tainting(
    event: TaintingSet, started: FetchStarted, preflight: PreflightConsidered | None, shown: Shown, *, stopped: bool
) -> TimelineStep:
    match event.tainting:
        case "basic" if started.mode == "navigate":
            summary = "a navigation: CORS does not apply"
        case "basic" if started.mode == "websocket":
            summary = "a WebSocket: CORS does not apply, the server decides by Origin"
        case "basic":
            local = not event.url.startswith("http")
            summary = "no request leaves the browser" if local else "same origin: CORS does not apply"
        case "opaque":
            summary = "cross-origin, mode no-cors: sent without asking, and the answer stays closed to script"
        case _:
            is_own = event.origin == started.origin
            where = "cross-origin" if is_own else f"cross-origin, and Origin is {shown.text(event.origin)} now"
            summary = where if stopped else f"{where}: {_preflight_decision(preflight, shown)}"
    return TimelineStep(Kind.DECISION, summary)


def _preflight_decision(preflight: PreflightConsidered | None, shown: Shown) -> str:
    if preflight is None:
        return "a simple request, no preflight"
    because = shown.text(_worded(preflight.because))
    if not preflight.needed:
        return f"an earlier preflight covers {because}"
    return f"preflight, because of {because}"


def _worded(because: tuple[str, ...]) -> str:
    """The method comes first, then header names, which are in lower case; a flag has blanks in its name."""
    headers = [item for item in because if item.islower()]
    words = ["an upload listener or a stream" if " " in item else item for item in because if not item.islower()]
    if headers:
        words.append(f"the header{'s' if len(headers) > 1 else ''} {', '.join(headers)}")
    return " and ".join(words)
