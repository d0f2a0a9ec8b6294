"""One step of a lesson: what the page does, the diagram, what script sees beside what servers saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...browser.outcome import Verdict
from ...masking import mask_text
from ..comparison import difference_of
from ..html_diagram import diagram
from ..html_markup import NOTHING, Markup, Shown, element, joined, lines, prose
from ..safe_text import safe
from ..scenarios.calls import call_of, page_of
from ..sentences import why
from .shell import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...browser.outcome import Exchange, Outcome
    from ...scenario import StepResult
    from ..words import Words
    from .lessons import Lesson

_LONGEST_BODY = 1_000  # characters
_LONGEST_VALUE = 300


def step_section(lesson: Lesson, number: int, words: Words, shown: Shown) -> Markup:
    """The section of a step, counted from 1."""
    step = lesson.told.steps[number - 1]
    by_browser = {name: run.steps[number - 1] for name, run in lesson.runs.items()}
    where = page_of(step.step, lesson.scenario)
    heading = element("h2", f"{words('step')} {number}", *_badge(step, words))
    place = (
        element("p", f"{words('on-page')} ", element("code", shown.text(where)), class_="place") if where else NOTHING
    )
    return element(
        "section",
        heading,
        place,
        element("pre", element("code", lines(shown.masked(call_of(step.step)))), class_="call", lang="en"),
        _thrown(step, words),
        NOTHING if step.outcome is None else _told(step.outcome, words, shown),
        _browsers(by_browser, words, shown),
        _mismatches(step, words),
        class_="step",
        id=f"step-{number}",
    )


def _badge(step: StepResult, words: Words) -> tuple[str, ...]:
    if step.outcome is None:
        return ()
    verdict = step.outcome.verdict.value
    return (" ", element("strong", words(verdict), class_=f"badge {verdict}"))


def _thrown(step: StepResult, words: Words) -> Markup:
    if step.thrown is None:
        return NOTHING
    return element(
        "p", words("throws"), " ", element("code", f"TypeError: {mask_text(step.thrown)}", lang="en"), class_="thrown"
    )


def _told(outcome: Outcome, words: Words, shown: Shown) -> Markup:
    return joined(
        (
            element("div", diagram(outcome, shown), lang="en", class_="drawn"),
            _both_sides(outcome, words, shown),
            _meaning(outcome, words, shown),
        )
    )


def _both_sides(outcome: Outcome, words: Words, shown: Shown) -> Markup:
    """Two columns: what script sees, and what the servers saw of it."""
    seen = element("div", element("h3", words("script-sees")), *_script_sees(outcome, words, shown))
    asked = [_asked(exchange, words, shown) for exchange in outcome.exchanges]
    there = asked or [element("p", words("nothing-sent"))]
    return element("div", seen, element("div", element("h3", words("server-saw")), *there), class_="both")


def _script_sees(outcome: Outcome, words: Words, shown: Shown) -> list[Markup]:
    response = outcome.response
    if response is None:
        key = "sees-nothing-was-returned" if outcome.returned is not None else "sees-nothing"
        return [element("p", words(key))]
    if outcome.verdict is Verdict.OPAQUE:
        return [element("p", words("sees-opaque")), _facts([("type", response.type), ("status", str(response.status))])]
    headers = [(name, shown.header(name, value, _LONGEST_VALUE)) for name, value in response.headers]
    told = [_facts([("type", response.type), ("status", str(response.status)), *headers])]
    return [*told, _body(response.body, shown)]


def _asked(exchange: Exchange, words: Words, shown: Shown) -> Markup:
    """A request as it arrived, and what was answered."""
    request, response = exchange.request, exchange.response
    line = f"{request.method} {shown.text(request.url, _LONGEST_VALUE)}"
    headers = [(name, shown.header(name, value, _LONGEST_VALUE)) for name, value in request.headers]
    told = [
        element("p", element("b", line), class_="told"),
        element("details", element("summary", words("all-headers-sent")), _facts(headers)),
    ]
    if response is None:
        failure = "" if exchange.failure is None else exchange.failure.detail or exchange.failure.kind.value
        told.append(element("p", words("no-answer"), " ", shown.text(failure), class_="told"))
        return element("div", *told, class_="asked", lang="en")
    answered = [(name, shown.header(name, value, _LONGEST_VALUE)) for name, value in response.headers]
    told += [
        element("p", f"{words('answered')} ", element("b", f"{response.status} {safe(response.reason)}".rstrip())),
        _facts(answered),
        _body(response.body, shown),
    ]
    return element("div", *told, class_="asked")


def _facts(rows: list[tuple[str, str]]) -> Markup:
    if not rows:
        return NOTHING
    pairs = (element("div", element("dt", safe(name), ":"), element("dd", value)) for name, value in rows)
    return element("dl", *pairs, class_="seen", lang="en")


def _body(body: bytes, shown: Shown) -> Markup:
    if not body:
        return NOTHING
    content = body[: _LONGEST_BODY * 4].decode("utf-8", "replace")
    cut = content[:_LONGEST_BODY]
    more = "…" if len(content) > _LONGEST_BODY or len(body) > _LONGEST_BODY * 4 else ""
    return element("pre", lines(shown.masked(cut) + more), lang="en")


def _meaning(outcome: Outcome, words: Words, shown: Shown) -> Markup:
    """What decided, in a sentence of its evidence, and what the reason means in plain words."""
    if outcome.reason is None:
        return NOTHING
    title, plain = words.explanation(outcome.reason.value)
    return element(
        "div",
        element(
            "p",
            prose(shown.text(why(outcome, words.language))),
            " ",
            element("code", outcome.reason.value),
            class_="why",
        ),
        element("p", element("b", f"{words('means')} "), element("b", marked(title)), ". ", marked(plain)),
        class_="meaning",
    )


def _browsers(by_browser: Mapping[str, StepResult], words: Words, shown: Shown) -> Markup:
    """A row a browser: how it ended, what was sent, what the console said. A browser that differs has its diagram."""
    outcomes = {name: step.outcome for name, step in by_browser.items() if step.outcome is not None}
    if not outcomes:
        return NOTHING
    head = element("tr", *(element("th", words(key), scope="col") for key in ("browser", "verdict", "sent", "reason")))
    rows = [_row(name, outcome, words) for name, outcome in outcomes.items()]
    table = element("table", element("caption", words("by-browser")), element("thead", head), element("tbody", *rows))
    first = next(iter(outcomes.values()))
    others = [_other(name, first, outcome, words, shown) for name, outcome in outcomes.items() if outcome is not first]
    scrolling = element("div", table, class_="wide", tabindex="0", role="region", aria_label=words("by-browser"))
    return joined((scrolling, *others, _consoles(outcomes, words, shown)))


def _row(name: str, outcome: Outcome, words: Words) -> Markup:
    sent = ", ".join(exchange.request.method for exchange in outcome.exchanges) or words("nothing")
    reason = NOTHING if outcome.reason is None else element("code", outcome.reason.value)
    verdict = outcome.verdict.value
    badge = element("strong", words(verdict), class_=f"badge {verdict}")
    return element(
        "tr", element("th", name, scope="row"), element("td", badge), element("td", sent), element("td", reason)
    )


def _other(name: str, first: Outcome, outcome: Outcome, words: Words, shown: Shown) -> Markup:
    difference = difference_of(first, outcome)
    if not difference and first.reason is outcome.reason:
        return NOTHING
    summary = element("summary", f"{words('differs')} ", element("b", name))
    told = element("p", shown.text(difference, _LONGEST_VALUE * 2))
    return element("details", summary, element("div", told, diagram(outcome, shown), lang="en"), class_="differs")


def _consoles(outcomes: Mapping[str, Outcome], words: Words, shown: Shown) -> Markup:
    said = [
        joined(
            [element("p", element("b", name)), *(element("pre", lines(shown.masked(line))) for line in outcome.console)]
        )
        for name, outcome in outcomes.items()
        if outcome.console
    ]
    if not said:
        return NOTHING
    return element("details", element("summary", words("console")), element("div", *said, lang="en"))


def _mismatches(step: StepResult, words: Words) -> Markup:
    if step.passed:
        return NOTHING
    rows = (
        element(
            "tr",
            element("th", mismatch.what, scope="row"),
            element("td", safe(mismatch.expected)),
            element("td", safe(mismatch.got)),
        )
        for mismatch in (each.shown() for each in step.mismatches)
    )
    head = element("tr", *(element("th", words(key), scope="col") for key in ("what", "expected", "got")))
    caption = element("caption", words("came-otherwise"))
    return element("table", caption, element("thead", head), element("tbody", *rows), class_="otherwise")
