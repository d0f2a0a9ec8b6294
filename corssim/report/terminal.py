"""The report of a fetch for a terminal: the verdict first, then its story. Without rich unless colours are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.outcome import Verdict
from ..fetch.trace import Exchanged, ExchangeKind, FetchStarted, HTTPCacheAnswered
from ..fetch.wire import FailureKind
from ..masking import mask_body, mask_text
from .heading import heading
from .lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from .safe_text import safe
from .timeline import timeline, without_minor
from .timeline_steps import Detail, Kind, Mark, TimelineStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..browser.outcome import Outcome
    from .advice import Advice

WIDTH = 80
"""Columns of a report, where the terminal does not say otherwise."""

_VERDICT_STYLES = {
    Verdict.READABLE: GOOD,
    Verdict.OPAQUE: NOTE,
    Verdict.BLOCKED: BAD,
    Verdict.FAILED: BAD,
    Verdict.PENDING: NOTE,
}
_MARKS = {Mark.PLAIN: " ", Mark.GOOD: "✓", Mark.BAD: "✗", Mark.NOTE: "!"}
_MARK_STYLES = {Mark.PLAIN: PLAIN, Mark.GOOD: GOOD, Mark.BAD: BAD, Mark.NOTE: NOTE}
_LABEL = 13  # columns: two of margin, a label, a mark
_LONGEST = 500  # characters of a step
_PREVIEW = 200  # characters of a body that script cannot see


def report_lines(
    outcome: Outcome,
    *,
    columns: int = WIDTH,
    verbose: bool = False,
    show_credentials: bool = False,
    advice: Advice | None = None,
    fixes: Sequence[str] = (),
    language: str = "en",
    names_browser: bool = True,
) -> list[Line]:
    """A whole report. `verbose` adds all headers and the small steps; `advice` is told where it helps most; `language`
    is that of the sentence that says why; `names_browser` says as which browser, where that is not the text."""
    lines = _verdict_lines(outcome, columns, show_credentials, language, names_browser=names_browser)
    if advice is not None and not outcome.allowed:
        from .advice import symptom_lines

        lines += symptom_lines(advice.symptoms, columns, show_credentials=show_credentials)
    steps = timeline(outcome, show_credentials=show_credentials)
    for step in steps if verbose else without_minor(steps):
        lines += _step_lines(step, columns, verbose)
    if advice is not None and advice.follows:
        from .advice import following_lines

        lines += [
            Line(),
            *following_lines(advice.follows, columns, show_credentials=show_credentials, hint=bool(advice.hint)),
        ]
    has_symptoms = advice is not None and bool(advice.symptoms)
    lines += _closing_lines(outcome, columns, show_credentials, has_symptoms=has_symptoms)
    if advice is not None and outcome.allowed:
        from .advice import short_notes

        lines += short_notes(advice.symptoms, columns, show_credentials=show_credentials)
    elif advice is not None:
        from .advice import advice_lines

        lines += advice_lines(advice, columns, show_credentials=show_credentials)
    for fix in fixes:
        fix = fix if show_credentials else mask_text(fix)
        lines += _labelled("fix", fix.splitlines() or [""], columns, GOOD)
    return lines


def _verdict_lines(
    outcome: Outcome, columns: int, show_credentials: bool, language: str, *, names_browser: bool
) -> list[Line]:
    from .sentences import why

    style = f"{BOLD} {_VERDICT_STYLES[outcome.verdict]}"
    head = [(f"{outcome.verdict.value.upper()} ", style)]
    lines = heading(outcome, head, columns, show_credentials, names_browser=names_browser)
    sentence = why(outcome, language)
    sentence = sentence if show_credentials else mask_text(sentence)
    if sentence:
        lines += folded([(sentence, PLAIN), (f" [{outcome.reason}]", DIM)], columns=columns, indent=2)
    lines.append(Line())
    return lines


def _step_lines(step: TimelineStep, columns: int, verbose: bool) -> list[Line]:
    style = _MARK_STYLES[step.mark]
    first: tuple[tuple[str, str], ...] = ((f"  {step.kind:<9}", DIM), (f"{_MARKS[step.mark]} ", style))
    emphasis = style if step.mark == Mark.BAD else PLAIN
    # The verdict has said the sentence of the check that failed; here its name stands, or the comparison.
    summary = step.title if step.kind == Kind.CHECK and step.mark == Mark.BAD else step.summary
    lines = folded([(safe(summary, _LONGEST), emphasis)], columns=columns, indent=_LABEL, first=first)
    details = step.headers if verbose and step.headers else step.details
    if step.kind == Kind.CHECK and step.mark == Mark.GOOD:
        return _with_comparison(step, lines, columns, first)
    decisive = [detail for detail in details if detail.decisive]
    if decisive and step.mark == Mark.BAD:
        lines = []
    wide = max((len(detail.label) for detail in decisive), default=0)
    for detail in details:
        lines += _detail_lines(detail, columns, wide, style, () if lines else first)
    return lines


def _with_comparison(
    step: TimelineStep, lines: list[Line], columns: int, first: tuple[tuple[str, str], ...]
) -> list[Line]:
    """A check that passed fits one line, mostly: the header beside what it was compared with."""
    compared = [detail.value for detail in step.details if detail.value not in step.summary]
    if not compared:
        return lines
    return folded(
        [(step.summary, PLAIN), (f"  ({step.details[0].label} {compared[0]})", DIM)],
        columns=columns,
        indent=_LABEL,
        first=first,
    )


def _detail_lines(
    detail: Detail, columns: int, wide: int, style: str, first: tuple[tuple[str, str], ...]
) -> list[Line]:
    label: tuple[tuple[str, str], ...]
    if detail.direction:
        label = ((f"{detail.direction} ", DIM), (f"{safe(detail.label)}: ", PLAIN))
        indent = _LABEL + 4
    elif detail.decisive:
        label = ((f"{detail.label:<{wide}}  ", PLAIN),)
        indent = _LABEL + min(wide, 40) + 2
    else:
        label = ((f"{safe(detail.label)}: ", PLAIN),)
        indent = _LABEL + 2
    value = (safe(detail.value), f"{BOLD} {style}".strip() if detail.decisive else PLAIN)
    return folded([*label, value], columns=columns, indent=indent, first=first, start=_LABEL)


def _closing_lines(outcome: Outcome, columns: int, show_credentials: bool, *, has_symptoms: bool) -> list[Line]:
    lines: list[Line] = []
    if not outcome.allowed:
        lines += _labelled("server", [what_the_server_did(outcome)], columns, PLAIN)
        if not has_symptoms:
            lines += _withheld_lines(outcome, columns, show_credentials)
    shown = (lambda text: text) if show_credentials else mask_text
    for line in outcome.console:
        lines += _labelled("console", [shown(line)], columns, DIM)
    return [Line(), *lines] if lines else []


def what_the_server_did(outcome: Outcome) -> str:
    """Whether a server carried the request out, in one sentence."""
    actual = [
        event for event in outcome.trace if isinstance(event, Exchanged) and event.kind is not ExchangeKind.PREFLIGHT
    ]
    if outcome.reached_server:
        method = actual[0].request.method
        failure = actual[-1].failure
        if failure is not None and failure.kind is not FailureKind.TOO_LARGE:
            return f"The {method} may have reached the server: what it does there may have happened."
        if by_others := _answered_by_others(outcome, is_redirected=len({each.request.url for each in actual}) > 1):
            return f"The {method} was sent, and answered {by_others}."
        answer = actual[0].response
        if answer is not None and answer.status >= 400:
            return (
                f"The {method} reached the server and was answered with {answer.status}: whether it was carried out, "
                "that does not tell."
            )
        return f"The {method} reached the server and was answered: what it does there has happened."
    if any(isinstance(event, HTTPCacheAnswered) for event in outcome.trace):
        return "Nothing was sent: the answer came from the browser's cache."
    if any(isinstance(event, Exchanged) for event in outcome.trace):
        method = next((event.method for event in outcome.trace if isinstance(event, FetchStarted)), "")
        return f"The {method} was never sent: nothing happened on the server."
    return "Nothing was sent."


def _answered_by_others(outcome: Outcome, *, is_redirected: bool) -> str:
    """What answered in place of the server's program, as far as its answer shows, and what that leaves open."""
    from ..diagnosis.signs.recognise import symptoms
    from ..diagnosis.signs.symptom import SymptomCode

    codes = {symptom.code for symptom in symptoms(outcome)}
    if codes & {SymptomCode.REDIRECTED_TO_LOGIN, SymptomCode.LOGIN_PAGE_ANSWERED}:
        return "with a login: whether it was carried out, that does not tell"
    in_its_place = {
        SymptomCode.INTERSTITIAL,
        SymptomCode.FIREWALL_ANSWERED,
        SymptomCode.GATEWAY_ANSWERED,
        SymptomCode.SHARED_CACHE_ANSWERED,
    }
    # Before a redirect the server itself answered.
    return (
        "in the server's place: what the server did is not known" if codes & in_its_place and not is_redirected else ""
    )


def _withheld_lines(outcome: Outcome, columns: int, show_credentials: bool) -> list[Line]:
    """A failing server hides behind the CORS error: show what script cannot see."""
    last = next((event for event in reversed(outcome.trace) if isinstance(event, Exchanged)), None)
    if outcome.verdict is not Verdict.BLOCKED or last is None or last.response is None or last.response.status < 400:
        return []
    response = last.response
    body = response.body[: _PREVIEW * 4].decode("utf-8", "replace")
    body = " ".join((body if show_credentials else mask_body(body)).split())
    text = f"It answered {response.status} {response.reason}".rstrip()
    if body:
        text += f": {body[:_PREVIEW]}{'…' if len(body) > _PREVIEW else ''}"
    return _labelled("", [f"{text} (which script cannot see)."], columns, NOTE)


def _labelled(label: str, paragraphs: Iterable[str], columns: int, style: str) -> list[Line]:
    lines: list[Line] = []
    for number, paragraph in enumerate(paragraphs):
        first = ((f"  {label if number == 0 else '':<{_LABEL - 2}}", DIM),)
        lines += folded([(paragraph, style)], columns=columns, indent=_LABEL, first=first)
    return lines


def plain_report(
    outcome: Outcome, *, columns: int = WIDTH, advice: Advice | None = None, fixes: Sequence[str] = ()
) -> str:
    """The report as plain text, for logs and failing tests."""
    return "\n".join(line.plain() for line in report_lines(outcome, columns=columns, advice=advice, fixes=fixes)) + "\n"
