"""Cookies as far as fetch decides about them. https://fetch.spec.whatwg.org/#cookies"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, same_site, schemelessly_same_site, url_origin
from .environment import Site
from .stores import CookieContext, SameSiteMode
from .trace import CookiesConsidered, CookieSet

if TYPE_CHECKING:
    from ..origin import Origin
    from .header_list import HeaderList
    from .profile import BrowserProfile
    from .request import Request
    from .user_agent import FetchParams
    from .wire import WireResponse

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def append_a_request_cookie_header(params: FetchParams, headers: HeaderList) -> None:
    """Send along the cookies that this request may carry. https://fetch.spec.whatwg.org/#append-a-request-cookie-header"""
    request = params.request
    if not params.user_agent.cookies:
        return
    selection = params.user_agent.cookies.select(_context(request, params.profile), params.user_agent.clock())
    if selection.names:
        headers.append(("Cookie", selection.header))
    if selection.names or selection.withheld:
        params.trace.append(CookiesConsidered(request.current_url.href, True, selection.names, selection.withheld))


def parse_and_store_response_set_cookie_headers(params: FetchParams, response: WireResponse) -> None:
    """Store what the response sets, whether or not script gets to read it. https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers"""
    context = None
    for name, value in response.headers:
        if name.lower() != "set-cookie":
            continue
        context = context or _context(params.request, params.profile)
        cookie, refused = params.user_agent.cookies.receive(value, context, params.user_agent.clock())
        params.trace.append(CookieSet(params.request.current_url.href, cookie, refused))


def _context(request: Request, profile: BrowserProfile) -> CookieContext:
    url = request.current_url
    return CookieContext(
        host=url.host or "",
        path=url.path,
        secure=url.scheme == "https" or (profile.cookies.loopback_is_secure and is_potentially_trustworthy(url)),
        same_site=determine_the_same_site_mode(request, profile),
        partition=_partition(request),
        top_level_navigation=is_top_level_navigation(request),
        method=request.method,
    )


def _partition(request: Request) -> str:
    """The top-level site; a top-level navigation is on its way to its own."""
    if is_top_level_navigation(request):
        return str(Site(url_origin(request.current_url)))
    return str(request.client.network_partition_key)


def is_top_level_navigation(request: Request) -> bool:
    return request.destination == "document"


def determine_the_same_site_mode(request: Request, profile: BrowserProfile) -> SameSiteMode:
    """Which SameSite cookies the request may carry, by RFC 6265bis: its origin, the pages around it and its URL.

    https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """
    origin = url_origin(request.current_url)
    if is_top_level_navigation(request):
        initiator = request.top_level_navigation_initiator_origin
        came_round = profile.cookies.same_site_counts_redirects and request.redirect_taint == "cross-site"
        if initiator is None or (_is_same_site(initiator, origin, profile) and not came_round):
            return SameSiteMode.STRICT_OR_LESS
        return SameSiteMode.LAX_OR_LESS if request.method in _SAFE_METHODS else SameSiteMode.UNSET_OR_LESS
    if profile.cookies.same_site_asks_only_the_top_level_page:
        return SameSiteMode.STRICT_OR_LESS if _is_of_the_top_level_site(request) else SameSiteMode.UNSET_OR_LESS
    if (
        request.client.has_cross_site_ancestor
        or not _is_same_site(request.client.top_level_origin, origin, profile)
        or not _is_same_site(request.origin, origin, profile)
    ):
        return SameSiteMode.UNSET_OR_LESS
    if profile.cookies.same_site_counts_redirects and request.redirect_taint == "cross-site":
        return SameSiteMode.UNSET_OR_LESS
    return SameSiteMode.STRICT_OR_LESS


def _is_of_the_top_level_site(request: Request) -> bool:
    """Report whether the URL is of the top-level page's site; a sandboxed page is of its own host alone."""
    top, url = request.client.top_level_origin, request.current_url
    if top.is_opaque:
        return request.client.url.host == url.host
    return schemelessly_same_site(top, url_origin(url))


def _is_same_site(a: Origin, b: Origin, profile: BrowserProfile) -> bool:
    return same_site(a, b) if profile.cookies.same_site_is_schemeful else schemelessly_same_site(a, b)
