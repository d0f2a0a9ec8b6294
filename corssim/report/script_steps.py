"""The last step of a fetch's story: what script sees of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.outcome import Verdict
from .timeline_steps import Kind, Mark, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..browser.outcome import Outcome
    from ..fetch.trace import FetchStarted, ResponseFiltered
    from ..fetch.wire import WireResponse


def document(outcome: Outcome, response: WireResponse | None) -> TimelineStep:
    """What comes of a navigation: a document, and not a response that script could look at."""
    if outcome.verdict is Verdict.OPAQUE:
        summary = "sees nothing of it: the document is of another origin, shown to the user and closed to the page"
        return TimelineStep(Kind.SCRIPT, summary, Mark.NOTE)
    status = "" if response is None else f" (status {response.status})"
    return TimelineStep(Kind.SCRIPT, f"sees the document{status}: it is of its own origin", Mark.GOOD)


def script(event: ResponseFiltered, response: WireResponse | None, started: FetchStarted | None) -> TimelineStep:
    if event.type in ("opaque", "opaqueredirect"):
        return TimelineStep(Kind.SCRIPT, "sees no status, no headers, no body", Mark.NOTE)
    failure = None if response is None else response.body_failure
    if failure is not None and started is not None and started.api == "XMLHttpRequest":
        # It gives all or nothing, where fetch() has given the headers by then.
        return TimelineStep(Kind.SCRIPT, f"sees nothing: {failure.detail or failure.kind}", Mark.BAD)
    status = f"status {response.status}, " if response is not None else ""
    hidden = [name for name in event.hidden if not name.startswith("access-control-") and name not in _OF_NO_USE]
    is_empty = started is not None and started.method == "HEAD"  # which has none whatever the answer is
    body = "" if failure is not None else "no body, " if is_empty else "the body, "
    summary = f"sees {status}type {event.type}, {body}{_headers(event.exposed)}"
    if hidden:
        summary += f"; hidden: {', '.join(hidden)}"
    if failure is not None:
        summary += f"; reading the body fails: {failure.detail or failure.kind}"
    return TimelineStep(Kind.SCRIPT, summary, Mark.GOOD if failure is None else Mark.NOTE)


_OF_NO_USE = frozenset({"vary", "date", "server", "connection", "keep-alive", "transfer-encoding", "set-cookie"})
"""Hidden response headers that script would have no use for."""


def _headers(names: Iterable[str]) -> str:
    names = list(names)
    return f"headers: {', '.join(names)}" if names else "no headers"
