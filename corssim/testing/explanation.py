"""What a failing test prints about a fetch: its timeline, and what would mend it."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..browser.outcome import Outcome
    from ..diagnosis import Fix

_FRAMEWORKS = ("fastapi", "starlette", "flask", "django")
_answered_by: WeakKeyDictionary[Outcome, str] = WeakKeyDictionary()
"""The framework of the app that a fixture's browser asked, where it is the only one that it can ask."""


def remember_framework(outcome: Outcome, targets: Iterable[Any]) -> None:
    """Keep of which framework the mounted apps are, so that a fix can be told as its code."""
    known = {type(target).__module__.partition(".")[0] for target in targets} & set(_FRAMEWORKS)
    if len(known) == 1:
        _answered_by[outcome] = known.pop()


def explanation(outcome: Outcome) -> str:
    """The report of a fetch as plain text, the fix at its end."""
    from ..report.advice import Advice
    from ..report.terminal import plain_report

    advice = Advice(outcome)
    code = _as_code(next(iter(advice.fixes), None), _answered_by.get(outcome))
    return f"{plain_report(outcome, advice=advice).rstrip()}{code}"


def _as_code(best: Fix | None, framework: str | None) -> str:
    change = best.as_server_change() if best is not None else None
    if change is None or framework is None:
        return ""
    from ..diagnosis.snippets import snippets_for

    snippet = next(each for each in snippets_for(change) if each.software == framework)
    return f"\n  in code    {snippet.title}\n\n{indent(snippet.text.rstrip(), '    ')}\n"


def title(outcome: Outcome) -> str:
    """One line: what was fetched, and from where."""
    from ..fetch.trace import FetchStarted
    from ..masking import mask_text

    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    if started is None:
        return str(outcome.verdict)
    return mask_text(f"{started.method} {started.url} from {started.page}")


def app_error_lines(errors: Iterable[BaseException]) -> list[str]:
    """What mounted apps raised, a line each, with the place that raised it."""
    lines = []
    for error in errors:
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f" ({at.tb_frame.f_code.co_filename}:{at.tb_lineno})" if at is not None else ""
        lines.append(f"{type(error).__name__}: {error}{where}")
    return lines
