"""The headers that the browser adds about where a request comes from: Origin and Sec-Fetch-*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, same_origin, same_site, url_origin
from .request import RequestMode, ResponseTainting

if TYPE_CHECKING:
    from .header_list import HeaderList
    from .profile import BrowserProfile
    from .request import Request

_NO_ORIGIN_NEEDED = frozenset({"GET", "HEAD"})


def append_a_request_origin_header(request: Request, headers: HeaderList, profile: BrowserProfile) -> None:
    """Say the origin where CORS or a method with side effects asks for it. https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    serialized_origin = request.serialize_origin()
    if request.response_tainting is ResponseTainting.CORS:
        headers.append(("Origin", serialized_origin))
    elif request.method not in _NO_ORIGIN_NEEDED:
        if (
            request.mode is not RequestMode.CORS
            and not profile.origin_header_ignores_referrer_policy
            and _policy_hides_origin(request)
        ):
            serialized_origin = "null"
        headers.append(("Origin", serialized_origin))
    elif _browser_says_origin_all_the_same(request, profile):
        headers.append(("Origin", serialized_origin))


def _policy_hides_origin(request: Request) -> bool:
    match request.referrer_policy:
        case "no-referrer":
            return True
        case "no-referrer-when-downgrade" | "strict-origin" | "strict-origin-when-cross-origin":
            return request.origin.scheme == "https" and request.current_url.scheme != "https"
        case "same-origin":
            return not same_origin(request.origin, url_origin(request.current_url))
        case _:
            return False


def _browser_says_origin_all_the_same(request: Request, profile: BrowserProfile) -> bool:
    if profile.origin_header_on_same_origin_cors_loads and request.mode is RequestMode.CORS and request.destination:
        return True
    return (
        profile.origin_header_survives_method_change
        and request.method_before_redirects not in _NO_ORIGIN_NEEDED
        and request.method_before_redirects != ""
    )


def append_the_fetch_metadata_headers(request: Request, headers: HeaderList, profile: BrowserProfile) -> None:
    """Say how the request came about, to URLs that can be trusted with it. https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    if not is_potentially_trustworthy(request.current_url):
        if request.is_preflight and profile.fetch_mode_on_untrustworthy_preflight:
            headers.append(("Sec-Fetch-Mode", request.mode))
        return
    if request.synchronous and not profile.fetch_metadata_on_sync_xhr:
        return
    if (
        not profile.fetch_metadata_on_cross_origin_redirect
        and request.mode is RequestMode.CORS
        and not request.is_preflight
        and _just_redirected_across_origins(request)
    ):
        return
    headers.append(("Sec-Fetch-Dest", request.destination or "empty"))
    headers.append(("Sec-Fetch-Mode", request.mode))
    headers.append(("Sec-Fetch-Site", _site(request, profile)))
    if request.is_navigation and request.user_activated:
        headers.append(("Sec-Fetch-User", "?1"))


def _site(request: Request, profile: BrowserProfile) -> str:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    if request.is_navigation and request.top_level_navigation_initiator_origin is None and request.user_activated:
        return "none"
    site = "same-origin"
    alone = request.is_preflight and profile.preflight_metadata_ignores_redirects
    for url in request.url_list[-1:] if alone else request.urls_sent:
        origin = url_origin(url)
        if same_origin(origin, request.origin):
            continue
        if not same_site(origin, request.origin):
            return "cross-site"
        site = "same-site"
    return site


def _just_redirected_across_origins(request: Request) -> bool:
    urls = request.urls_sent
    return len(urls) > 1 and not same_origin(url_origin(urls[-2]), url_origin(urls[-1]))
