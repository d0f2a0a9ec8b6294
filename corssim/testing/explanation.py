"""What a failing test prints about a fetch: its timeline, and what would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..browser.outcome import Outcome


def explanation(outcome: Outcome) -> str:
    """The report of a fetch as plain text, the fix at its end."""
    from ..report.terminal import plain_report

    return plain_report(outcome, fixes=fixes(outcome)).rstrip()


def fixes(outcome: Outcome) -> list[str]:
    """What would make the response readable: the recommended fix, or why there is none; nothing where it is."""
    if outcome.allowed:
        return []
    from ..diagnosis import fix

    found = fix(outcome)
    best = next(iter(found), None)
    if best is None:
        return [str(found)]
    changes = [str(change) for change in best.changes]
    told = [*(change[:1].upper() + change[1:] for change in changes), "(Made again with that, the fetch is readable.)"]
    told += [f"Mind: {best.danger}"] if best.danger else []
    return ["\n".join([*told, *best.advice])]


def title(outcome: Outcome) -> str:
    """One line: what was fetched, and from where."""
    from ..fetch.trace import FetchStarted
    from ..report.masking import mask_urls

    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    if started is None:
        return str(outcome.verdict)
    return mask_urls(f"{started.method} {started.url} from {started.page}")


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
