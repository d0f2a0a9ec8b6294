"""What would keep a request that breaks: the recommended fix, found once for all requests of a kind.

A kind is a page, a request without its path, and those headers of the answers that a browser's decision reads. The fix
is that of one made-up request of the kind, in a new browser: the same wherever and in whatever order rows are replayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..browser.browser import Browser
from ..diagnosis.fixes.changes import SetHeader, SetStatus
from ..diagnosis.fixes.search import fix
from ..errors import CorssimError
from ..fetch.reasons import Stage
from ..origin import url_origin
from ..scenario.run import START, act
from ..url import parse_url
from .recorded import with_url
from .recorded_server import Passed, RecordedServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..browser.outcome import Outcome
    from ..fetch.profile import BrowserProfile
    from ..scenario.model import AnyStep, PageTable
    from .recorded_server import Place
    from .rows import Pairs

_PREFLIGHT = " (preflight)"
_MOST_KINDS = 10_000
_PREFIXES = ("access-control-", "cross-origin-")
_NAMES = frozenset({"content-type", "x-content-type-options", "strict-transport-security"})

_Asked = tuple["PageTable", "AnyStep", "tuple[Place, ...]", "Passed | None"]
_found: dict[Any, str | None] = {}


def fix_of(asked: _Asked, profile: BrowserProfile) -> str | None:
    """The recommended fix in one line of header lines and changes, None where there is none."""
    table, step, places, passed = asked
    places = tuple(_of_the_kind(place, at, places) for at, place in enumerate(places))
    step = with_url(step, places[0].url)
    rewritings = tuple(repr(place.rewritings) for place in places)
    key = (profile.name, repr(table), repr(step), tuple((*p[:4], repr(p.policy)) for p in places), rewritings, passed)
    if key not in _found:
        if len(_found) >= _MOST_KINDS:
            _found.clear()
        _found[key] = _search(table, step, places, passed, profile)
    return _found[key]


def _of_the_kind(place: Place, at: int, places: tuple[Place, ...]) -> Place:
    headers = _deciding(place.response_headers)
    if at + 1 < len(places):
        headers = (*headers, ("Location", _made_up(places[at + 1].url, at + 1)))
    preflight = place.preflight
    if preflight is not None:
        preflight = preflight._replace(response_headers=_deciding(preflight.response_headers))
    # An error page without CORS headers usually is the error's fault. This one had them: it is the change's.
    status = 200 if place.status >= 400 else place.status
    return place._replace(url=_made_up(place.url, at), status=status, response_headers=headers, preflight=preflight)


def _made_up(url: str, at: int) -> str:
    parsed = parse_url(url)
    return f"{'' if parsed is None else url_origin(parsed).serialized}/{at or ''}"


def _deciding(headers: Pairs) -> Pairs:
    return tuple(pair for pair in headers if (name := pair[0].lower()) in _NAMES or name.startswith(_PREFIXES))


def _search(
    table: PageTable, step: AnyStep, places: tuple[Place, ...], passed: Passed | None, profile: BrowserProfile
) -> str | None:
    server = RecordedServer()
    server.expect(places, passed, only_preflight=False)
    with Browser(server, profile=profile, clock=lambda: START) as browser:
        try:
            outcome: Outcome = act(step, browser.page(table.url, sandboxed=table.sandboxed))  # type: ignore[arg-type]
        except CorssimError:
            return None
        found = fix(outcome)
        if not found:
            return None
        return _in_one_line(next(iter(found)).changes)


def _in_one_line(changes: Iterable[Any]) -> str:
    """Each change once: what the preflight's answer and the response both need is a header of the server's answers."""
    told = list(dict.fromkeys(_told(change) for change in changes))
    both = {text + _PREFLIGHT for text in told}
    return "; ".join(text for text in told if text not in both)


def _told(change: Any) -> str:
    """A change without the URL, which is not the same for all requests of a kind."""
    if isinstance(change, SetHeader):
        return change.line + _where(change.where.stage)
    if isinstance(change, SetStatus):
        return f"status {change.status}" + _where(change.where.stage)
    return str(change)


def _where(stage: Stage) -> str:
    return {Stage.PREFLIGHT: _PREFLIGHT, Stage.REDIRECT: " (redirect)"}.get(stage, "")
