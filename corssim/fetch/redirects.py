"""Redirects: which are refused, and what becomes of a request that follows one. Nothing is sent here.

https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..origin import same_origin
from .embedder_policy import resource_policy_of_a_frame_check
from .header_list import delete, get
from .location import location_url
from .reasons import Blocked, Reason, Stage, blocked_request
from .referrer import set_referrer_policy_on_redirect
from .request_hops import PERMANENT_REDIRECTS, Hop, before_redirects, content_type_left_behind
from .trace import Redirected

if TYPE_CHECKING:
    from ..url import URL
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response, StoredRequest
    from .rules import EmbedderPolicyRules, RedirectRules

_MOST_REDIRECTS = 20
_ADDED_TO_EACH_REQUEST = frozenset(
    {"accept-encoding", "accept-language", "authorization", "cookie", "host", "origin", "referer", "user-agent"}
    | {"if-modified-since", "if-none-match", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"}
)
_VALIDATES = frozenset({"if-modified-since", "if-none-match"})
_REQUEST_BODY_HEADERS = ("Content-Encoding", "Content-Language", "Content-Location", "Content-Type")


def why_not_to_follow(
    request: Request, response: Response, location: URL, rules: EmbedderPolicyRules
) -> Blocked | None:
    """The refusals of HTTP-redirect fetch, in its order, and of a frame; None: the redirect is followed.

    https://fetch.spec.whatwg.org/#http-redirect-fetch, step 6 to 11
    """
    if not location.is_http:
        return _refused(request, Reason.REDIRECT_SCHEME_NOT_HTTP, subject=location.href)
    if request.redirect_count == _MOST_REDIRECTS:
        return _refused(request, Reason.TOO_MANY_REDIRECTS, subject=location.href)
    if location.includes_credentials and (
        (request.mode == "cors" and not same_origin(request.origin, location)) or request.response_tainting == "cors"
    ):
        return _refused(request, Reason.REDIRECT_WITH_CREDENTIALS_IN_URL, subject=location.without_credentials().href)
    if response.status != 303 and request.body is not None and request.body.source is None:
        return _refused(request, Reason.REDIRECT_OF_A_STREAM)
    return resource_policy_of_a_frame_check(request, response, rules) if request.is_navigation else None


def location_invalid(request: Request) -> Blocked:
    """The refusal of a Location that is no URL. https://fetch.spec.whatwg.org/#http-redirect-fetch, step 5"""
    return _refused(request, Reason.REDIRECT_LOCATION_INVALID, header="Location")


def _refused(request: Request, reason: Reason, **evidence: Any) -> Blocked:
    return blocked_request(request, reason, "concept-http-redirect-fetch", stage=Stage.REDIRECT, **evidence)


def follow(
    request: Request, response: Response, location: URL, rules: RedirectRules, *, was_preflighted: bool
) -> Redirected:
    """Make of the request the one that goes to `location`; give the event that tells of it.

    https://fetch.spec.whatwg.org/#http-redirect-fetch, step 8 and 12 to 19
    """
    hop = Hop(
        "redirect",
        request.current_url,
        location,
        request.method,
        tuple(request.header_list),
        was_preflighted=was_preflighted,
        from_cache=response.cache_state == "local",
        is_permanent=response.status in PERMANENT_REDIRECTS,
        referrer_policy=request.referrer_policy,
        referrer=request.referrer,
    )
    request.redirect_count += 1
    if _turns_into_get(request.method, response.status):
        request.method, request.body = "GET", None
        for name in _REQUEST_BODY_HEADERS:
            delete(request.header_list, name)
    elif _delete_turns_into_get(request, location, rules):
        request.method, request.body = "GET", None  # the headers of the body stay
    else:
        _take_up_the_content_type(request, response.status, location, rules)
    if rules.cached_ones_repeat_their_request and response.stored_request is not None:
        _repeat(request, response.stored_request, location)
    if rules.lose_the_origin_after_an_upgrade and _comes_from_an_upgrade(request, location):
        request.has_lost_its_origin = True
    if not same_origin(request.current_url, location):
        delete(request.header_list, "Authorization")
        request.repeats = _without_credentials(request.repeats)
    request.go_on_to(location)
    request.hops += (hop,)
    set_referrer_policy_on_redirect(request, response.header_list)
    return Redirected(
        response.status,
        hop.url.href,
        location.href,
        hop.method,
        request.method,
        request.serialize_origin(),
        tuple(header[0] for header in hop.header_list if header not in request.header_list),
        request.referrer_policy,
    )


def _turns_into_get(method: str, status: int) -> bool:
    return (status in (301, 302) and method == "POST") or (status == 303 and method not in ("GET", "HEAD"))


# Below: what browsers do beyond the text.


def may_be_mode_error(response: Response, rules: RedirectRules) -> bool:
    """Report whether redirect mode "error" refuses this response; where there is no Location, it may be no redirect."""
    return not rules.mode_error_needs_a_location or bool(get(response.header_list, "Location"))


def shows_no_opaque_redirect(request: Request, response: Response, profile: BrowserProfile) -> bool:
    """Report whether a Location that is no URL fails a redirect that mode "manual" would show."""
    return (
        profile.redirects.mode_manual_parses_location
        and location_url(response, request.current_url, profile) == "failure"
    )


def _repeat(request: Request, stored: StoredRequest, location: URL) -> None:
    """Go on with credentials and headers of the request that a cached redirect once answered, whoever asks now.

    An Authorization is not stored with it, and CORS takes up the headers that this request has itself.
    """
    request.repeats = stored
    if request.mode == "cors" and _is_foreign(request, location):
        return
    own = [header for header in request.header_list if header[0].lower() == "authorization"]
    repeated = [header for header in stored.headers if header[0].lower() not in _ADDED_TO_EACH_REQUEST]
    request.header_list = [*repeated, *own]
    request.repeated_conditions = tuple([header for header in stored.headers if header[0].lower() in _VALIDATES])


def _without_credentials(stored: StoredRequest | None) -> StoredRequest | None:
    """What is left of a stored request elsewhere: that it had no credentials."""
    return None if stored is None or stored.with_credentials else stored._replace(headers=())


def _is_foreign(request: Request, location: URL) -> bool:
    return not same_origin(request.origin, location) or request.response_tainting == "cors"


def _comes_from_an_upgrade(request: Request, location: URL) -> bool:
    """Report whether a redirect stays where the one before led to, which was http until it was upgraded."""
    if request.response_tainting != "cors" or not request.hops or request.hops[-1].by != "rewriting":
        return False
    upgraded = location.with_scheme("https") if location.scheme == "http" else location
    is_led_on = any(hop.by == "redirect" for hop in request.hops)
    return is_led_on and same_origin(request.current_url, upgraded)


def _delete_turns_into_get(request: Request, location: URL, rules: RedirectRules) -> bool:
    return (
        rules.delete_becomes_get_cross_origin
        and request.method == "DELETE"
        and not same_origin(request.current_url, location)
    )


def _take_up_the_content_type(request: Request, status: int, location: URL, rules: RedirectRules) -> None:
    """Send again the Content-Type that an earlier redirect took away, though the body is gone."""
    if not _brings_the_content_type_back(request, status, location, rules):
        return
    left_behind = content_type_left_behind(request.hops, request.header_list)
    if left_behind is not None:
        request.header_list.append(("Content-Type", left_behind))


def _is_a_fetch_that_was_no_post(request: Request) -> bool:
    first = before_redirects(request.hops)
    return request.api == "fetch" and first is not None and first.method != "POST"


def _brings_the_content_type_back(request: Request, status: int, location: URL, rules: RedirectRules) -> bool:
    if rules.content_type_returns_for_scripts_alone and request.api not in ("fetch", "XMLHttpRequest"):
        return False
    match rules.content_type_returns_on:
        case "no-redirect":
            return False
        case "redirects-that-keep-methods":
            return status in (307, 308) or (status != 303 and _is_a_fetch_that_was_no_post(request))
        case "those-and-any-cross-origin":
            return status in (307, 308) or (request.mode == "cors" and _is_foreign(request, location))
