"""What a proven fix gives away, what its proof supposed, and which of several to recommend first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.reasons import Reason
from ...fetch.trace import HTTPCacheAnswered
from ...origin import host_is_loopback, same_site
from ...url import parse_url
from ..cors_headers import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from .changes import RequestChange, RequestChangeKind, SetHeader
from .fix import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...browser.outcome import Outcome
    from ...fetch.wire import WireRequest
    from ...origin import Origin
    from .changes import Changes
    from .replay import Replay

_ALLOWED_BY_THE_USER = (
    "First of all the user lets the page into the local network (the browser's prompt, the settings of the site, or an "
    "administrator's policy); or the page itself is served from there. Only then is anything sent, and CORS decides."
)
_SIDES = {"server": 0, "page": 1, "both": 2}


def as_fix(changes: Changes, replay: Replay, outcome: Outcome) -> Fix:
    """The changes with all that there is to say about them."""
    return Fix(
        changes=changes,
        outcome=replay.outcome,
        before=outcome,
        danger=_danger(changes, replay.outcome),
        assumptions=(*_of_the_user(outcome), *_assumptions(changes, replay)),
        advice=tuple(_advice(changes, outcome)),
        verified_up_to=_named(replay.unseen[0]) if replay.unseen else "",
        asked=tuple(dict.fromkeys(_named(request) for request in replay.asked)),
    )


def _of_the_user(outcome: Outcome) -> tuple[str, ...]:
    """What the user has to allow before the changes mean anything: the replay supposes that it was allowed."""
    if outcome.reason not in (Reason.LOCAL_NETWORK_ACCESS_PENDING, Reason.LOCAL_NETWORK_ACCESS_DENIED):
        return ()
    return (_ALLOWED_BY_THE_USER,)


def recommended_first(fixes: list[Fix]) -> list[Fix]:
    """Those that open answers to everybody last; then those of the server, of the page, of both; the smaller first.

    What answers OPTIONS with a redirect will answer the request so, too: first of all to ask where that leads.
    """
    return sorted(
        fixes,
        key=lambda fix: (
            _openness(fix.changes),
            _stays_where_it_is_redirected(fix),
            _SIDES[fix.side],
            len(fix.changes),
        ),
    )


def _stays_where_it_is_redirected(fix: Fix) -> bool:
    was_redirected = fix.before is not None and fix.before.reason is Reason.PREFLIGHT_REDIRECTED
    return was_redirected and not any(
        isinstance(change, RequestChange) and change.kind is RequestChangeKind.URL for change in fix.changes
    )


def _openness(changes: Changes) -> int:
    """2 for allowing `null`, which every website can be, 1 for `*`, else 0."""
    allowed = {change.value for change in changes if isinstance(change, SetHeader) and change.name == ALLOW_ORIGIN}
    return 2 if "null" in allowed else int("*" in allowed)


def _danger(changes: Changes, replayed: Outcome) -> str | None:
    """The worst that the fix permits, or None."""
    set_headers = [change for change in changes if isinstance(change, SetHeader)]
    origins = {change.value for change in set_headers if change.name == ALLOW_ORIGIN}
    credentialed = [change for change in set_headers if change.name in (ALLOW_ORIGIN, ALLOW_CREDENTIALS)]
    uses_credentials = replayed.request is not None and replayed.request.credentials_mode == "include"
    if "null" in origins:
        with_what = " with the user's cookies" if uses_credentials else ""
        return (
            "Any website can make a page whose origin is `null` (a sandboxed frame): allowing `null` lets all of them "
            f"read this{with_what}."
        )
    if replayed.request is None:
        return None
    origin = replayed.request.origin
    foreign = [
        change.where.url for change in credentialed if uses_credentials and not _is_same_site(origin, change.where.url)
    ]
    if foreign and origin.scheme == "http" and not host_is_loopback(origin.host):
        return (
            f"Pages of {origin} come without TLS: whoever is on the network can put script into them, and would read "
            f"with the user's cookies what {_host(foreign[0])} answers."
        )
    if foreign:
        return (
            f"Script of {origin}, another site, will read what {_host(foreign[0])} answers to the user's own cookies: "
            "do this only for an origin that you trust as you trust your own."
        )
    if "*" in origins:
        return "`*` opens these answers (without cookies) to every website: right for public data only."
    return None


def _is_same_site(origin: Origin, url: str) -> bool:
    parsed = parse_url(url)
    return parsed is not None and not origin.is_opaque and same_site(origin, parsed)


def _host(url: str) -> str:
    parsed = parse_url(url)
    return url if parsed is None or parsed.host is None else parsed.host


def _assumptions(changes: Changes, replay: Replay) -> Iterable[str]:
    touched = {change.where.key for change in changes if not isinstance(change, RequestChange)}
    for request in replay.unseen:
        what = _named(request)
        what = what[:1].upper() + what[1:]
        if (request.is_preflight, request.url) in touched:
            yield f"{what} was never sent: what its answer holds now is not known; these lines are what it needs."
        else:
            yield f"{what} was never sent: it is taken to be answered with a plain 200."
    if any(isinstance(change, RequestChange) and change.kind is RequestChangeKind.DROP_HEADER for change in changes):
        yield "The server is taken to do without the request header."


def _named(request: WireRequest) -> str:
    return f"the preflight of {request.url}" if request.is_preflight else f"{request.method} {request.url}"


def _advice(changes: Changes, outcome: Outcome) -> Iterable[str]:
    """What belongs with the fix though the replay does not need it."""
    if any(isinstance(event, HTTPCacheAnswered) and event.how == "local" for event in outcome.trace):
        yield (
            "The browser answers from its cache until the stored answer has expired: reload past it to see what the "
            "server says now."
        )
    specific = [
        change
        for change in changes
        if isinstance(change, SetHeader) and change.name == ALLOW_ORIGIN and change.value not in ("*", "null")
    ]
    varies = [
        (get(exchange.response.headers, "Vary") or "").lower()
        for exchange in outcome.exchanges
        if exchange.response is not None
    ]
    if specific and not any("origin" in value or value == "*" for value in varies):
        yield (
            "Where the server allows more than one origin, it answers with the one that asks, if that is on its list, "
            "and with Vary: Origin on every answer of these URLs, so that caches keep the answers apart."
        )
