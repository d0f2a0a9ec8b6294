"""An outcome in one line: what was fetched, why it is closed, and what would open it. For exceptions and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.trace import FetchStarted
from ..masking import mask_text
from .advice import Advice
from .safe_text import safe
from .sentences import why

if TYPE_CHECKING:
    from ..browser.outcome import Outcome

_LONGEST = 300  # characters of each part


def in_one_line(outcome: Outcome) -> str:
    """The verdict and the reason's code, method, URL and page, the reason in words, and the recommended fix."""
    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    what = "" if started is None else f": {started.method} {started.url} from {started.page}."
    head = f"{outcome.verdict.value} ({outcome.reason})" if outcome.reason else outcome.verdict.value
    fixes = Advice(outcome).fixes
    best = next(iter(fixes), None)
    fix = best.summary() if best is not None else str(fixes) if not isinstance(fixes, tuple) else ""
    told = (f"{head}{what}", f" {why(outcome)}", f" Fix: {fix}" if fix else "")
    return "".join(safe(mask_text(part), _LONGEST) for part in told)
