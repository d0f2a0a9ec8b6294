"""What a page remembers of its last load from each URL, and which request recalls it.

Beside the HTTP cache, and before it: a load of the same kind, asked for in the same way, is answered with what came
last while that is fresh, whatever its status, and asks about it after. What else is loaded from the URL takes its
place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import CONDITIONAL_HEADERS, lowercase_names, names_in_order
from ..fetch.kept_resources import LastLoad, Remembered
from ..fetch.page_events import FoundInDocument
from ..fetch.reasons import OF_TYPES, Reason, Stage
from ..fetch.remembered_loads import is_validated_in_another_mode, serves_the_next_load, validators
from ..fetch.response import opaque_filtered_response
from ..fetch.trace import Exchanged, ExchangeKind, FetchStarted, HTTPCacheAnswered, ResponseFiltered
from ..origin import is_potentially_trustworthy, same_origin
from .cache_control import response_directives
from .freshness import current_age, freshness_lifetime
from .stored_response import StoredResponse, vary_names

if TYPE_CHECKING:
    from ..fetch.fetch_params import FetchParams
    from ..fetch.last_loads import LastLoads
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.rules import FreshnessRules
    from ..fetch.rules.documents import LoadKind
    from ..fetch.wire import Headers, WireResponse

_KINDS: dict[str, LoadKind] = {
    **dict.fromkeys(("fetch", "XMLHttpRequest"), "scripted"),
    **dict.fromkeys(("module", "script"), "script"),
    "font": "font",
    "iframe": "frame",
    "img": "image",
    "stylesheet": "stylesheet",
}
_PRELOADED: dict[str, LoadKind] = {
    "": "scripted",
    "font": "font",
    "image": "image",
    "script": "script",
    "style": "stylesheet",
}
_ENDED_BY_ERRORS = frozenset({"font", "script", "stylesheet"})
_NOT_COMPARED = frozenset({"accept", "cache-control", "pragma", "user-agent"})
_OF_WHAT_CAME = OF_TYPES | {Reason.INTEGRITY_MISMATCH}


def recall(params: FetchParams) -> Response | None:
    """Give the request what its page remembers of the last load, if that was the same.

    What came behind redirects and is fresh is returned itself: then nothing is fetched.
    """
    request, now = params.request, params.user_agent.clock()
    last = _last_loads(request).find(_url(params))
    if last is None or not _takes_part(request) or not _is_the_same(last, request):
        return None
    if request.cache_mode in ("force-cache", "only-if-cached"):
        is_fresh = True
    elif (
        request.cache_mode != "default"
        or last.credentials_mode != request.credentials_mode
        or (last.until is not None and now > last.until)
    ):
        return None
    else:
        is_fresh = last.stored.freshness(now) == "fresh"
    if is_fresh and last.until is not None:
        return _used_as_it_is(last, params)
    if is_fresh or _can_be_validated(last.stored.response, params.profile.freshness):
        of_another_mode = "" if last.mode == request.mode else last.response.type
        request.remembered = Remembered(last.stored, last.url, is_fresh, of_another_mode=of_another_mode)
    return None


def as_remembered(params: FetchParams, response: Response) -> Response:
    """What was validated, as it was when it was loaded in another mode than is asked for now."""
    if not is_validated_in_another_mode(params.request, response):
        return response
    assert params.request.remembered is not None
    if params.request.remembered.of_another_mode != "opaque":
        return response
    params.trace.append(ResponseFiltered("opaque", (), tuple(names_in_order(response.unfiltered.header_list))))
    return opaque_filtered_response(response.unfiltered)


def remember(params: FetchParams, response: Response, *, of_use: bool = True) -> None:
    """Remember what was loaded, in place of what was loaded from there before; `of_use`: it is an image, or a font."""
    request, rules = params.request, params.profile.documents
    if not rules.remember or not _takes_part(request) or _was_stopped_at_once(request, response):
        return
    loads, url, kind = _last_loads(request), _url(params), _kind(request)
    before = loads.take(url)
    if kind not in rules.remember or request.method != "GET" or _failed(response):
        return
    if kind in ("font", "image") and not of_use:
        return
    serves = _serves(request, kind)
    if request.remembered is None and not serves:
        return
    came, was_recalled = what_came(params)
    if before is not None and request.remembered is not None and was_recalled:
        loads.put(url, before._replace(stored=request.remembered.stored))
        return
    if not serves or not came or "no-store" in response_directives(came[-1].headers):
        return
    if kind in _ENDED_BY_ERRORS and came[-1].status >= 400:
        return
    if any(led_to.fragment is not None for led_to in request.url_list[1:]):
        return
    if request.is_navigation and came[-1].status in params.profile.http_cache.stores_never_for_navigations:
        return
    where = request.current_url.without_credentials_and_fragment().href
    now, rules_of_freshness = params.user_agent.clock(), params.profile.freshness
    stored = StoredResponse(came[-1], _first_headers(params), now, url=where, rules=rules_of_freshness)
    until = _redirects_are_fresh_until(came[:-1], params)
    asked = _asked(request)
    loads.put(url, LastLoad(kind, asked, request.credentials_mode, stored, where, until, request.mode, response))


def _used_as_it_is(last: LastLoad, params: FetchParams) -> Response | None:
    request = params.request
    if request.url.fragment is not None or request.mode != last.mode or request.integrity_metadata:
        return None
    if last.response.is_network_error or "*" in vary_names(last.stored.response.headers):
        return None
    params.trace.append(FoundInDocument(request.url.href, request.api, last.response.type))
    request.url_list = list(last.response.unfiltered.url_list)
    request.current_url = request.url_list[-1]
    return last.response


def _last_loads(request: Request) -> LastLoads:
    return request.client.top_level.last_loads


def _url(params: FetchParams) -> str:
    """What a load is found by: the URL that was asked for, with the user that may stand in it."""
    started = params.trace[0]
    return started.url.partition("#")[0] if isinstance(started, FetchStarted) else ""


def _kind(request: Request) -> LoadKind | None:
    return _PRELOADED.get(request.destination) if request.api == "preload" else _KINDS.get(request.api)


def _takes_part(request: Request) -> bool:
    """Report whether the request looks for what is remembered, and takes its place."""
    if request.synchronous or request.cache_mode == "no-store" or request.api == "EventSource":
        return False
    if request.is_navigation and request.api != "iframe":
        return False
    return lowercase_names(request.header_list).isdisjoint(CONDITIONAL_HEADERS)


def _is_the_same(last: LastLoad, request: Request) -> bool:
    if request.method != "GET" or last.kind != _kind(request):
        return False
    return last.kind not in ("frame", "scripted") or last.asked == _asked(request)


def _asked(request: Request) -> frozenset[tuple[str, str]]:
    """The headers by which two loads of script or of a frame are told apart."""
    asked = {(name.lower(), value) for name, value in request.header_list if name.lower() not in _NOT_COMPARED}
    if is_potentially_trustworthy(request.url):
        asked.add(("sec-fetch-mode", request.mode))
    if request.api == "preload" and same_origin(request.url, request.origin):
        asked.add(("origin", request.origin.serialized))
    return frozenset(asked)


def _can_be_validated(response: WireResponse, rules: FreshnessRules) -> bool:
    return bool(validators(response)) and "stale-while-revalidate" not in response_directives(response.headers, rules)


def _serves(request: Request, kind: LoadKind) -> bool:
    """Report whether what came serves the next load; a preload is found elsewhere."""
    if request.api == "preload" or not serves_the_next_load(request):
        return False
    # What was asked for with validators is told apart by them.
    return kind not in ("frame", "scripted") or request.remembered is None


def _was_stopped_at_once(request: Request, response: Response) -> bool:
    blocked = response.blocked
    return blocked is not None and blocked.stage is Stage.REQUEST and not request.redirect_count


def _failed(response: Response) -> bool:
    """Report whether the load itself failed, and not what its element made of it."""
    return response.is_network_error and (response.blocked is None or response.blocked.reason not in _OF_WHAT_CAME)


def what_came(params: FetchParams) -> tuple[list[WireResponse], bool]:
    """The redirects and what they led to; and whether that is what was remembered."""
    request = params.request
    came: list[WireResponse] = []
    was_recalled = False
    for event in params.trace:
        match event:
            case Exchanged(kind=kind, response=response) if kind is not ExchangeKind.PREFLIGHT and response is not None:
                came.append(response)
                was_recalled = False
            case HTTPCacheAnswered(how=how, response=response):
                came.append(response)
                remembered = request.remembered
                was_recalled = remembered is not None and (remembered.is_fresh or how == "validated")
            case _:
                pass
    if came and was_recalled:
        return came, True
    return came[-1 - request.redirect_count :], False


def _first_headers(params: FetchParams) -> Headers:
    """Those of the first request, to which Vary refers."""
    first = next((event for event in params.trace if isinstance(event, Exchanged)), None)
    return first.request.headers if first is not None else ()


def _redirects_are_fresh_until(redirects: list[WireResponse], params: FetchParams) -> float | None:
    """When a redirect on the way is to be asked for again, in seconds; None if there was none."""
    now, rules = params.user_agent.clock(), params.profile.freshness
    until: float | None = None
    for redirect in redirects:
        directives = response_directives(redirect.headers, rules)
        is_kept = directives.keys().isdisjoint({"no-store", "no-cache", "must-revalidate"})
        lifetime = freshness_lifetime(redirect.status, redirect.headers, now, rules) if is_kept else 0.0
        fresh_until = now + lifetime - current_age(redirect.headers, now, now) if lifetime else float("-inf")
        until = fresh_until if until is None else min(until, fresh_until)
    return until
