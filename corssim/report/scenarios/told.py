"""A run of a scenario for a terminal: its lesson, what each step did, and what came otherwise than expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...masking import mask_text
from ...patterns import lazy_pattern
from ..lines import BAD, BOLD, DIM, NOTE, PLAIN, Line, Span, folded
from ..terminal import report_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scenario import ScenarioResult, StepResult
    from ...scenario.expectations import Mismatch
    from ...scenario.languages import Text
    from ..words import Words

EMPHASIS = lazy_pattern(r"(?<![\w*`])\*(\w[^*`]*?\w|\w)\*(?![*`])")
"""A word or a few of a lesson between stars, and no star that stands for itself."""

_MARGIN = 4  # columns
_NARROWEST_SIDE = 20  # columns of "expected" and of "got", where they stand side by side


def lesson_lines(text: Text, columns: int, *, margin: int = _MARGIN, style: str = DIM) -> list[Line]:
    """The paragraphs of a lesson, an empty line between them."""
    lines: list[Line] = []
    for paragraph in text.paragraphs:
        lines += [Line()] if lines else []
        lines += folded(_emphasised(paragraph, style), columns=columns, indent=margin, start=margin)
    return lines


def _emphasised(paragraph: str, style: str) -> list[tuple[str, str]]:
    """A paragraph in pieces: what stands between stars is bold."""
    pieces = EMPHASIS.split(paragraph)
    return [(piece, BOLD if number % 2 else style) for number, piece in enumerate(pieces) if piece]


def target_of(step: StepResult) -> str:
    """What a step is about: its URL, or the seconds."""
    action = step.step.action
    target = getattr(step.step, action)
    if action == "advance":
        return f"{target:g} s"
    return f"{target} {step.step.url}" if action == "load" else str(target)  # type: ignore[union-attr]


def step_lines(
    number: int,
    step: StepResult,
    columns: int,
    *,
    show_credentials: bool = False,
    explain: Words | None = None,
    call: str = "",
) -> list[Line]:
    """One step: what was expected beside what came, and the story. `explain` adds what the reason means, `call` says
    what the page does in place of the step's key."""
    from .advice_on import advice_on

    call = call if show_credentials else mask_text(call)
    lines = _headed(number, target_of(step) if show_credentials else mask_text(target_of(step)), step, columns, call)
    if step.thrown is not None:
        lines += folded(
            [(f"TypeError: {step.thrown if show_credentials else mask_text(step.thrown)}", PLAIN)],
            columns=columns,
            indent=8,
            start=6,
        )
    lines += side_by_side(
        [each.shown(show_credentials=show_credentials) for each in step.mismatches], columns - 6, margin=6
    )
    if step.outcome is None:
        return lines
    advice = None if explain is not None else advice_on(step, step.outcome)
    report = report_lines(
        step.outcome,
        columns=columns - 6,
        show_credentials=show_credentials,
        advice=advice,
        language="en" if explain is None else explain.language,
    )
    lines += [Line((Span("      "), *line.spans)) for line in report]
    if explain is not None and step.outcome.reason is not None:
        lines += [Line(), *_explained(step.outcome.reason.value, explain, columns)]
    return [*lines, Line()]


def _headed(number: int, target: str, step: StepResult, columns: int, call: str) -> list[Line]:
    head = [(f"step {number}: {step.step.action} {target}", BOLD)]
    if not call:
        return folded(head, columns=columns, indent=6, start=4)
    first, *rest = call.split("\n")
    lines = folded([(first, BOLD)], columns=columns, indent=8, first=((f"    {number}. ", BOLD),), start=7)
    for line in rest:
        blanks = 7 + len(line) - len(line.lstrip())
        lines += folded([(line.strip(), BOLD)], columns=columns, indent=blanks + 2, start=blanks)
    return lines


def _explained(reason: str, words: Words, columns: int) -> list[Line]:
    title, plain = words.explanation(reason)
    text = [(f"{title}. ", BOLD), (plain, PLAIN)]
    return folded(text, columns=columns, indent=8, first=((f"      {words('means')}  ", NOTE),), start=8)


def side_by_side(
    mismatches: Sequence[Mismatch],
    columns: int,
    *,
    margin: int = 0,
    heads: tuple[str, str] = ("expected", "got"),
) -> list[Line]:
    """What was expected beside what came, a row a mismatch; in a line each where the terminal is narrow."""
    if not mismatches:
        return []
    blank = " " * margin
    label = max(len(mismatch.what) for mismatch in mismatches) + 2
    side = (columns - label - 2) // 2
    if side < _NARROWEST_SIDE:
        return [
            line
            for mismatch in mismatches
            for line in folded(
                [(_in_a_line(mismatch, heads), BAD)], columns=columns + margin, indent=margin + 2, start=margin
            )
        ]
    lines = [Line((Span(blank + " " * label), Span(f"{heads[0]:<{side}}  ", DIM), Span(heads[1], DIM)))]
    for mismatch in mismatches:
        left, right = _cell(mismatch.expected, side), _cell(mismatch.got, side)
        for row in range(max(len(left), len(right))):
            name = mismatch.what if row == 0 else ""
            wanted = left[row] if row < len(left) else Span("")
            came = right[row] if row < len(right) else Span("")
            gap = " " * (side - _width(wanted.text) + 2)
            spans = (Span(f"{blank}{name:<{label}}", BOLD), wanted, Span(gap), Span(came.text, BAD))
            lines.append(Line(spans))
    return lines


def _in_a_line(mismatch: Mismatch, heads: tuple[str, str]) -> str:
    return f"{mismatch.what}: {heads[0]} {mismatch.expected}, {heads[1]} {mismatch.got}"


def _width(text: str) -> int:
    from ..safe_text import width

    return width(text)


def _cell(text: str, columns: int) -> list[Span]:
    """Each of several values on a line of its own."""
    return [
        Span(line.plain())
        for value in text.split("; ")
        for line in folded([(value, PLAIN)], columns=columns, indent=2, start=0)
    ]


def result_lines(
    result: ScenarioResult, columns: int, *, verbose: bool, show_credentials: bool, lesson: Text | None = None
) -> list[Line]:
    """What is said of one scenario under its title: what failed, or with `verbose` everything."""
    lines: list[Line] = []
    if verbose and lesson is not None:
        lines += lesson_lines(lesson, columns)
    if not result.passed:
        lines += folded([(result.scenario.path, DIM)], columns=columns, indent=_MARGIN, start=_MARGIN)
    for number, step in enumerate(result.steps, start=1):
        if verbose or not step.passed:
            lines += step_lines(number, step, columns, show_credentials=show_credentials)
    lines += app_error_lines(result, columns)
    return [*lines, Line()] if verbose else lines


def app_error_lines(result: ScenarioResult, columns: int) -> list[Line]:
    """What mounted apps raised."""
    return [
        line
        for error in result.app_errors
        for line in folded(
            [(f"the app raised {type(error).__name__}: {error}", NOTE)], columns=columns, indent=_MARGIN, start=_MARGIN
        )
    ]
