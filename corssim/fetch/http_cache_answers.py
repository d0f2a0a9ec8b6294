"""When a stored response is used as it is, and the request that validates it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..records import replace
from .content_range import part_asked_for
from .header_list import get
from .request import CacheMode, ResponseTainting
from .request_hops import before_redirects
from .response import StoredRequest, response_from_wire
from .trace import HTTPCacheAnswered

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fetch_params import FetchParams
    from .ports import StoredResponse
    from .request import Request
    from .response import Response
    from .rules import HttpCacheRules
    from .wire import Headers


def is_used_as_it_is(freshness: str, cache_mode: str, request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what is as fresh as that answers the request without asking its server."""
    if cache_mode in ("force-cache", "only-if-cached"):
        return True
    if freshness == "stale-while-revalidate" and not _may_be_answered_stale(request, rules):
        return False
    return freshness != "stale" and not request.prevent_no_cache_cache_control_header_modification


def _may_be_answered_stale(request: Request, rules: HttpCacheRules) -> bool:
    if request.method != "GET" or request.replaces_what_is_stale:
        return False
    if request.is_navigation and not rules.stale_is_for_navigations:
        return False
    first = before_redirects(request.hops)
    return first is None or first.method == "GET" or not rules.stale_is_for_what_began_as_get


def validators_to_ask_with(
    stored: StoredResponse, headers: Headers, request: Request, rules: HttpCacheRules
) -> Headers:
    """The validators of what is stored, with which a request that has these headers asks about it."""
    if not _may_be_asked_about(stored.response.status, request, rules):
        return ()
    found = stored.validators
    if found and not stored.fits(headers):
        found = tuple([each for each in found if each[0] == "If-None-Match"])
    return found


def _may_be_asked_about(status: int, request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what is stored with this status is validated, not fetched anew: in the background anything but
    what a redirect leads to."""
    is_in_the_background = request.prevent_no_cache_cache_control_header_modification and not request.redirect_count
    return rules.validates_only is None or status in rules.validates_only or is_in_the_background


def note_revalidation(params: FetchParams) -> None:
    """Have validated in the background, once the fetch has ended, what it uses stale."""
    if params.profile.http_cache.background_revalidations_are != "new-loads":
        params.revalidations.append(_revalidating(params.request))
    elif not params.revalidations:
        params.revalidations.append(load_anew(params.request))


def _revalidating(request: Request) -> Request:
    """The request that validates where it is now."""
    return replace(
        request,
        url_list=list(request.url_list),
        header_list=list(request.header_list),
        cache_mode=CacheMode.NO_CACHE,
        prevent_no_cache_cache_control_header_modification=True,
    )


def response_of(stored: StoredResponse, params: FetchParams, url: str, how: Literal["local", "validated"]) -> Response:
    """A response made of what is stored for a request of this URL, and told; HEAD has no body."""
    arrived = part_asked_for(stored.response, params.request, params.profile.http_cache)
    params.trace.append(HTTPCacheAnswered(url, how, arrived, get(stored.request_headers, "Origin")))
    if params.request.method == "HEAD":
        arrived = arrived._replace(body=b"")
    response = response_from_wire(arrived, params.profile.responses)
    response.cache_state = how
    response.stored_request = StoredRequest(stored.request_headers, stored.with_credentials)
    return response


# Below: what browsers do beyond the text.


def is_no_frames(stored: StoredResponse, params: FetchParams, freshness_of: Callable[[StoredResponse], str]) -> bool:
    """Report whether no frame left it (redirects apart): frames pass that by, and validate it if it is stale."""
    if not (params.profile.http_cache.frames_find_what_frames_left and params.request.is_navigation):
        return False
    if stored.left_by == "navigation" or stored.response.status in params.profile.redirects.statuses:
        return False
    if not params.revalidations and freshness_of(stored) == "stale-while-revalidate":
        note_revalidation(params)
    return True


def load_anew(request: Request) -> Request:
    """The request as it was before any redirect, for a load of its own that uses nothing stale."""
    first = before_redirects(request.hops)
    return replace(
        request,
        url_list=[request.url],
        header_list=list(request.header_list if first is None else first.header_list),
        referrer_policy=request.referrer_policy if first is None else first.referrer_policy,
        redirect_count=0,
        hops=(),
        response_tainting=ResponseTainting.BASIC,
        timing_allow_failed=False,
        repeats=None,
        replaces_what_is_stale=True,
    )
