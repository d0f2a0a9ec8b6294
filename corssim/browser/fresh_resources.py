"""For how long a document uses what it loaded as it is, and what it asks with after: beside the HTTP cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import get
from ..fetch.kept_resources import Remembered, StaysFresh
from ..fetch.reasons import Reason
from ..fetch.remembered_loads import validators
from ..fetch.response import is_ok_status
from ..fetch.trace import Exchanged, ExchangeKind, HTTPCacheAnswered
from .cache_control import response_directives
from .freshness import Freshness, current_age, freshness, freshness_lifetime
from .stored_response import StoredResponse, vary_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..fetch.fetch_params import FetchParams
    from ..fetch.kept_resources import Loaded
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.rules import FreshnessRules
    from ..fetch.wire import Headers, WireResponse

_NEVER = float("-inf")
_SHORT_LIVED = frozenset({302, 307})
"""Redirects that are fresh only where they say for how long."""


def answers_on_the_way(params: FetchParams) -> Iterator[WireResponse]:
    """Every answer of a fetch but those of preflights, in their order, from the network or from the cache."""
    for event in params.trace:
        match event:
            case Exchanged(kind=kind, response=response) if kind is not ExchangeKind.PREFLIGHT and response is not None:
                yield response
            case HTTPCacheAnswered(response=response):
                yield response
            case _:
                pass


def note_how_long_it_is_fresh(params: FetchParams, response: Response) -> None:
    """Note with what an element loaded until when the next one finds it, where a browser's documents keep such."""
    if not params.profile.documents.keep_while_fresh or (response.is_network_error and not lacks_its_hash(response)):
        return
    answers = list(answers_on_the_way(params))
    if not answers:
        return  # Nothing came over HTTP.
    now, rules, last = params.user_agent.clock(), params.profile.freshness, answers[-1]
    was_led_on = params.request.redirect_count > 0
    redirects = (
        [each for each in answers[:-1] if each.status in params.profile.redirects.statuses] if was_led_on else []
    )
    # What is no error is fresh by its headers alone.
    ends = [_is_fresh_until(200 if is_ok_status(last.status) else last.status, last.headers, now, rules)]
    ends += [_redirect_is_fresh_until(each, now, rules) for each in redirects]
    asks_with = None if was_led_on else _validated_by(last, params, now)
    response.unfiltered.stays_fresh = StaysFresh(min(ends), asks_with)


def lacks_its_hash(response: Response) -> bool:
    """Report whether nothing but the hash that was asked for is missing."""
    return response.blocked is not None and response.blocked.reason is Reason.INTEGRITY_MISMATCH


def ask_with_what_is_kept(request: Request, loaded: Loaded) -> None:
    """Have the request validate what was loaded before and is stale, unless the HTTP cache does that."""
    stays_fresh = loaded.response.unfiltered.stays_fresh
    if stays_fresh is not None:
        request.remembered = stays_fresh.validated_by


def _is_fresh_until(status: int, headers: Headers, now: float, rules: FreshnessRules) -> float:
    if "*" in vary_names(headers) or "no-store" in response_directives(headers, rules):
        return _NEVER
    if freshness(status, headers, now, now, rules=rules) is not Freshness.FRESH:
        return _NEVER
    return now + freshness_lifetime(status, headers, now, rules) - current_age(headers, now, now)


def _redirect_is_fresh_until(redirect: WireResponse, now: float, rules: FreshnessRules) -> float:
    """A redirect says itself that it is fresh: it is not permanent by its status."""
    headers, directives = redirect.headers, response_directives(redirect.headers, rules)
    says_when = "max-age" in directives or get(headers, "expires") is not None
    if redirect.status == 303 or (redirect.status in _SHORT_LIVED and not says_when):
        return _NEVER
    if not directives.keys().isdisjoint({"no-cache", "no-store"}):
        return _NEVER
    lifetime = freshness_lifetime(200, headers, now, rules)
    return now + lifetime - current_age(headers, now, now) if lifetime else _NEVER


def _validated_by(response: WireResponse, params: FetchParams, now: float) -> Remembered | None:
    directives = response_directives(response.headers, params.profile.freshness)
    if (
        response.status == 304
        or not validators(response)
        or "no-store" in directives
        or "*" in vary_names(response.headers)
    ):
        return None
    exchanges = [event for event in params.trace if isinstance(event, Exchanged)]
    headers = exchanges[-1].request.headers if exchanges else ()
    url = params.request.current_url.without_credentials_and_fragment().href
    stored = StoredResponse(response, headers, now, url=url, rules=params.profile.freshness)
    return Remembered(stored, url, is_fresh=False, stands_back=True)
