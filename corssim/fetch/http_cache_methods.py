"""The methods that the HTTP cache has to do with; in browsers they are more, and fewer, than the text says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .profile import BrowserProfile
    from .request import Request
    from .rules import HttpCacheRules
    from .wire import WireResponse


def may_be_answered(request: Request, rules: HttpCacheRules) -> bool:
    """Only GET is answered from the cache, and HEAD where the browser does that."""
    if request.api == "sendBeacon" and not rules.answers_beacons and request.redirect_count <= 1:
        return False
    return request.method == "GET" or (request.method == "HEAD" and rules.answers_head != "no")


def may_be_stored(request: Request, rules: HttpCacheRules) -> bool:
    """Only what a GET is answered with is stored, and apart from it what a HEAD is, where the browser does that."""
    return request.method == "GET" or (request.method == "HEAD" and rules.answers_head == "with-what-a-head-left")


def is_ended_by(forward: WireResponse, profile: BrowserProfile) -> bool:
    """Report whether this answer may end what is stored of its URL: in some browsers, a 304 or a redirect does not."""
    if forward.status == 304:
        return profile.http_cache.ended_by_not_modified
    return profile.http_cache.ended_by_redirects or forward.status not in profile.redirects.statuses


def outlives(request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what is stored lives on although an unsafe method was used."""
    kind = "PUT with a body" if request.method == "PUT" and request.body is not None else request.method
    if rules.ended_by is not None and kind not in rules.ended_by:
        return True
    return not rules.ends_by_cross_origin_requests and request.response_tainting != "basic"
