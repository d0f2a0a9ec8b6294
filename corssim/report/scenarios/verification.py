"""What browsers did with scenarios beside what was predicted: as lines, and as JSON types."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ...masking import mask_header, mask_text
from ...scenario.expectations import Mismatch
from ..lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from .told import side_by_side, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...verify import Compared, Verification

_MARGIN = 6


def verification_lines(
    found: Sequence[Verification], *, columns: int, verbose: bool = False, show_credentials: bool = False
) -> list[Line]:
    """A line a scenario, what differs below it, and the sum for each browser."""
    lines: list[Line] = []
    folder = None
    for verification in found:
        scenario = verification.predicted.scenario
        parent = os.path.dirname(scenario.path)
        if parent != folder:
            lines += [*([Line()] if folder is not None else []), *folded([(parent or ".", BOLD)], columns=columns)]
            folder = parent
        mark, style, about = _mark(verification)
        title = f"{scenario.title} ({verification.browser})"
        lines += folded([(title, PLAIN)], columns=columns, indent=4, first=((f"  {mark} ", style),))
        if about:
            lines += folded([(about, NOTE)], columns=columns, indent=_MARGIN, start=_MARGIN)
        lines += _steps(verification, columns, verbose, show_credentials)
    return [*lines, Line(), *_sums(found, columns)]


def _mark(verification: Verification) -> tuple[str, str, str]:
    if verification.why_not:
        return "–", DIM, f"not run: {verification.why_not}"
    if verification.failure:
        return "?", NOTE, f"no answer: {verification.failure}"
    return ("✗", BAD, "") if verification.differs else ("✓", GOOD, "")


def _steps(verification: Verification, columns: int, verbose: bool, show_credentials: bool) -> list[Line]:
    lines: list[Line] = []
    for step in verification.steps:
        told = step.lines if verbose else step.differences
        notes = [line.note for line in step.lines if line.note]
        if not told and not notes:
            continue
        result = verification.predicted.steps[step.number - 1]
        target = target_of(result) if show_credentials else mask_text(target_of(result))
        head = f"step {step.number}: {result.step.action} {target}"
        lines += folded([(head, BOLD)], columns=columns, indent=_MARGIN, start=4)
        rows = [_row(line, show_credentials) for line in told]
        heads = ("predicted", verification.browser)
        lines += side_by_side(rows, columns - _MARGIN, margin=_MARGIN, heads=heads)
        for note in notes:
            lines += folded([(note, NOTE)], columns=columns, indent=_MARGIN, start=_MARGIN)
    return lines


def _row(line: Compared, show_credentials: bool) -> Mismatch:
    sides = (
        (line.predicted, line.real) if show_credentials else (_masked(line, line.predicted), _masked(line, line.real))
    )
    return Mismatch(f"{line.level}: {line.what}", *sides)


def _masked(line: Compared, text: str) -> str:
    name = line.what.rpartition(": ")[2]
    return mask_header(name, text) if ": " in line.what and not text.startswith("(") else mask_text(text)


def _sums(found: Sequence[Verification], columns: int) -> list[Line]:
    lines: list[Line] = []
    for browser, group in groupby(found, key=lambda verification: verification.browser):
        all_of_it = list(group)
        answered = [each for each in all_of_it if each.steps or (each.version and not each.failure)]
        differing = sum(each.differs for each in answered)
        version = next((each.version for each in answered), browser)
        text = f"{version}: {len(answered) - differing} of {len(answered)} as predicted"
        text += f", {differing} otherwise" if differing else ""
        without = sum(bool(each.failure) for each in all_of_it)
        text += f", {without} without an answer" if without else ""
        skipped = sum(bool(each.why_not) for each in all_of_it)
        text += f"; {skipped} not run" if skipped else ""
        lines += folded([(text, BAD if differing else GOOD)], columns=columns)
    return lines


def verification_json(found: Sequence[Verification], *, show_credentials: bool = False) -> dict[str, object]:
    """The document of `corssim verify --json`."""
    return {
        "agrees": not any(verification.differs or verification.failure for verification in found),
        "verifications": [
            {
                "path": verification.predicted.scenario.path,
                "title": verification.predicted.scenario.title,
                "browser": verification.browser,
                "version": verification.version or None,
                "profile": f"{verification.predicted.profile.name} {verification.predicted.profile.version}".strip(),
                "not_run": verification.why_not or None,
                "failure": verification.failure or None,
                "differs": verification.differs,
                "steps": [
                    {"number": step.number, "lines": [_line_json(line, show_credentials) for line in step.lines]}
                    for step in verification.steps
                ],
            }
            for verification in found
        ],
    }


def _line_json(line: Compared, show_credentials: bool) -> dict[str, Any]:
    row = _row(line, show_credentials)
    made: dict[str, Any] = {"level": line.level, "what": line.what, "predicted": row.expected, "real": row.got}
    made |= {"agrees": line.agrees, "counts": line.counts}
    return made | ({"note": line.note} if line.note else {})
