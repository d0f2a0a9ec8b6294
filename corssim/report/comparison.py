"""Browsers side by side: a table of how one fetch ends in each, and what they do differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.outcome import Verdict
from ..masking import mask_text
from .lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from .safe_text import safe
from .timeline import timeline
from .timeline_steps import Kind, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome

_STYLES = {
    Verdict.READABLE: GOOD,
    Verdict.OPAQUE: NOTE,
    Verdict.BLOCKED: BAD,
    Verdict.FAILED: BAD,
    Verdict.PENDING: NOTE,
}
_COMPARED = frozenset({"origin", "access-control-request-method", "access-control-request-headers", "cookie"})


def comparison_lines(outcomes: Sequence[Outcome], *, columns: int) -> list[Line]:
    """One row a browser; then, for each that does otherwise than the first, where it first does."""
    names = max(len("browser"), *(len(outcome.profile.name) for outcome in outcomes)) + 2
    verdicts = max(len(outcome.verdict.value) for outcome in outcomes) + 2
    lines = folded([(f"{'browser':<{names}}{'verdict':<{verdicts}}requests, reason", DIM)], columns=columns)
    for outcome in outcomes:
        first: tuple[tuple[str, str], ...] = (
            (f"{outcome.profile.name:<{names}}", BOLD),
            (f"{outcome.verdict.value:<{verdicts}}", _STYLES[outcome.verdict]),
        )
        sent = ", ".join(exchange.request.method for exchange in outcome.exchanges) or "none"
        reason = f"; {outcome.reason}" if outcome.reason else ""
        lines += folded([(f"{sent}{reason}", PLAIN)], columns=columns, indent=names + verdicts, first=first)
    differing: dict[str, list[str]] = {}
    for outcome in outcomes[1:]:
        if difference := difference_of(outcomes[0], outcome):
            differing.setdefault(difference, []).append(outcome.profile.name)
    if not differing:
        return [*lines, Line(), *folded([("They agree.", PLAIN)], columns=columns)]
    lines.append(Line())
    for difference, browsers in differing.items():
        text = [(f"{', '.join(browsers)}: ", BOLD), (difference, PLAIN)]
        lines += folded(text, columns=columns, indent=2, start=0)
    return lines


def sent_of(outcome: Outcome) -> tuple[object, ...]:
    """What was sent, in order, by all that a server decides about CORS by."""
    sent = (exchange.request for exchange in outcome.exchanges)
    return tuple((request.method, request.url, tuple(_compared(request.headers))) for request in sent)


def _compared(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in headers if name.lower() in _COMPARED)


def difference_of(first: Outcome, other: Outcome) -> str:
    """Where another browser first does otherwise, in words; "" where it agrees."""
    for (told, compared), (told_other, compared_other) in zip(_story(first), _story(other), strict=False):
        if compared != compared_other:
            return f"{told_other}  ({first.profile.name}: {told})"
    mine, others = _story(first), _story(other)
    if len(mine) != len(others):
        return others[len(mine)][0] if len(others) > len(mine) else f"ends before {mine[len(others)][0]}"
    return "" if first.verdict is other.verdict else f"{other.verdict}, not {first.verdict}"


def _story(outcome: Outcome) -> list[tuple[str, object]]:
    """The steps that count, each in words and as what is compared."""
    story: list[tuple[str, object]] = []
    for step in timeline(outcome):
        if step.minor or step.kind == Kind.SCRIPT:
            continue
        headers = tuple(
            (detail.label.lower(), detail.value)
            for detail in step.headers
            if detail.direction == ">" and detail.label.lower() in _COMPARED
        )
        said = safe(mask_text(step.summary))
        if step.kind in (Kind.PREFLIGHT, Kind.REQUEST) and headers:
            shown = ", ".join(f"{name}: {value}" for name, value in headers)
            story.append((f"{said} with {safe(shown)}", (said, headers)))
        elif step.mark != Mark.GOOD:
            story.append((said, said))
    return story
