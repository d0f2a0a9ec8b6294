"""Which requests the HTTP cache has to do with; in browsers they are more, and fewer, than the text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import CONDITIONAL_HEADERS, SAY_SOMETHING_TO_CACHES
from .remembered_loads import passes_the_http_cache_by
from .request_hops import PERMANENT_REDIRECTS, was_led_on_for_good, was_led_past_the_http_cache

if TYPE_CHECKING:
    from collections.abc import Set

    from .ports import LeftBy, StoredResponse
    from .profile import BrowserProfile
    from .request import Request
    from .rules import HttpCacheRules
    from .wire import WireResponse


_CONCERN_CACHES = CONDITIONAL_HEADERS | SAY_SOMETHING_TO_CACHES | {"range"}


def is_plain(request: Request, own_names: Set[str]) -> bool:
    """Report whether a request in the default cache mode has nothing that caches treat otherwise: script asks for a URL
    without a fragment, led there by nothing, with headers (`own_names`, lower case) that say nothing to caches.
    """
    return (
        request.method == "GET"
        and request.destination == ""
        and own_names.isdisjoint(_CONCERN_CACHES)
        and not request.hops
        and request.current_url.fragment is None
        and request.remembered is None
        and request.validates is None
    )


def may_be_answered(request: Request, rules: HttpCacheRules, cache_mode: str) -> bool:
    """Only GET is answered from the cache, and HEAD where the browser does that."""
    if request.method == "GET" or (request.method == "HEAD" and rules.answers_head != "no"):
        return True
    return bool(rules.answers_if_forced) and cache_mode == "force-cache" and _kind(request) in rules.answers_if_forced


def left_by(request: Request, status: int) -> LeftBy:
    """What brings a response with this status, of what browsers may keep apart."""
    if request.is_navigation and not request.prevent_no_cache_cache_control_header_modification:
        return "navigation"
    if request.destination == "image":
        return "image"
    if request.hops and status not in PERMANENT_REDIRECTS and was_led_on_for_good(request):
        return "permanent redirect"
    return "others"


def is_found_by(request: Request, stored: StoredResponse, rules: HttpCacheRules) -> bool:
    """Report whether the request finds what is stored; by the text, whatever left it."""
    is_over_http = request.current_url.scheme == "http"
    if request.destination == "image" and is_over_http and rules.images_over_http_find_what_images_left:
        return stored.left_by == "image"
    if stored.left_by == "permanent redirect" and rules.permanent_redirects_over_http_leave_it_for_each_other:
        return was_led_on_for_good(request)
    return True


def may_be_stored(request: Request, rules: HttpCacheRules) -> bool:
    """Only what a GET is answered with is stored, and apart from it what a HEAD is, where the browser does that."""
    return request.method == "GET" or (request.method == "HEAD" and rules.answers_head == "with-what-a-head-left")


def is_never_stored(request: Request, status: int, rules: HttpCacheRules) -> bool:
    """Report whether what has this status is never stored, or not for this request."""
    if status in rules.stores_never or (rules.stores_only is not None and status not in rules.stores_only):
        return True
    return status in rules.stores_never_for_navigations and request.is_navigation


def is_ended_by(forward: WireResponse, profile: BrowserProfile) -> bool:
    """Report whether this answer may end what is stored of its URL: in some browsers, a 304 or a redirect does not."""
    if forward.status == 304:
        return profile.http_cache.ended_by_not_modified
    return profile.http_cache.ended_by_redirects or forward.status not in profile.redirects.statuses


def ends_by_its_answer(request: Request, forward: WireResponse, profile: BrowserProfile) -> bool:
    """Report whether an unsafe method that was answered so ends what is stored of its URL; an error mostly does not."""
    rules, status = profile.http_cache, forward.status
    if status == 401 and request.method in rules.ended_by_challenges_to:
        return True
    if status in rules.not_ended_by or (status >= 400 and not rules.ended_by_errors):
        return False
    return is_ended_by(forward, profile)


def outlives(request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what is stored lives on although an unsafe method was used."""
    return rules.ended_by is not None and _kind(request) not in rules.ended_by


def _kind(request: Request) -> str:
    return "PUT with a body" if request.method == "PUT" and request.body is not None else request.method


def passes_by(request: Request, rules: HttpCacheRules, cache_mode: str, *, is_conditional: bool) -> bool:
    """Report whether the cache is not asked: for a request with conditions of its own, or after a redirect."""
    if passes_the_http_cache_by(request):
        return True
    if rules.is_passed_by_after_redirects and was_led_past_the_http_cache(
        request.hops, request.origin, request.credentials_mode
    ):
        return True
    match rules.passed_by_conditional_requests:
        case "wholly":
            return is_conditional
        case "unless-forced":
            return is_conditional and cache_mode != "force-cache"
        case _:
            return False
