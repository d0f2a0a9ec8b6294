"""What a failing test prints about a fetch: its timeline, and what would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..browser.outcome import Outcome
    from ..server.app_middleware import AppPolicy

_answered_by: WeakKeyDictionary[Outcome, AppPolicy] = WeakKeyDictionary()
"""What the app's own middleware allows, for an app that is the only one that a fixture's browser can ask."""


_not_mounted: WeakKeyDictionary[Outcome, str] = WeakKeyDictionary()
"""The origin at which nothing was mounted, of fetches that failed in the network."""


def remember_where_nothing_is_mounted(outcome: Outcome, mounts: Mapping[str, Any]) -> None:
    """Keep that the network itself was asked, for a browser whose other servers are mounted."""
    request = outcome.request
    if outcome.failure is None or request is None or not mounts:
        return
    from ..browser.transports.mounts import Mounts
    from ..origin import url_origin

    if Mounts(mounts).target_for(request.current_url.href) is None:
        _not_mounted[outcome] = url_origin(request.current_url).serialized


def remember_framework(outcome: Outcome, targets: Iterable[Any]) -> None:
    """Keep of which framework the mounted app is, and what it allows, so that a fix can be told as its code."""
    if outcome.allowed:
        return
    from ..server.app_middleware import policy_of_app

    known = [policy for target in targets if (policy := policy_of_app(target)) is not None]
    if len(known) == 1:
        _answered_by[outcome] = known[0]


def explanation(outcome: Outcome) -> str:
    """The report of a fetch as plain text, the fix at its end."""
    from ..report.advice import Advice
    from ..report.terminal import plain_report

    advice = Advice(outcome, app=_answered_by.get(outcome))
    report = plain_report(outcome, advice=advice).rstrip()
    origin = _not_mounted.get(outcome)
    if origin is None:
        return report
    return (
        f"{report}\n  mounts     Nothing is mounted at {origin}: the network itself was asked.\n"
        "             Mount an app there, or one at all:// for everything else."
    )


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
