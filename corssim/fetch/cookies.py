"""Cookies as far as fetch decides about them. https://fetch.spec.whatwg.org/#cookies"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ..origin import Site, is_potentially_trustworthy, same_site, schemelessly_same_site, url_origin
from .methods import is_safe_method
from .trace import CookiesConsidered, CookieSet

if TYPE_CHECKING:
    from ..origin import Origin
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .request import Request
    from .rules import CookieRules
    from .wire import WireResponse


class SameSiteMode(StrEnum):
    """Which SameSite cookies a request may carry. https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""

    STRICT_OR_LESS = "strict-or-less"
    LAX_OR_LESS = "lax-or-less"
    UNSET_OR_LESS = "unset-or-less"


class CookieContext(NamedTuple):
    """The request as the cookie store sees it. `partition` is the top-level site."""

    host: str
    path: str
    secure: bool
    same_site: SameSiteMode
    partition: str
    top_level_navigation: bool
    method: str


class CookieSelection(NamedTuple):
    """The Cookie header's value, the names in it (none: no header), and the names kept back with the rule that did."""

    header: str
    names: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...]


def append_a_request_cookie_header(params: FetchParams, headers: HeaderList) -> None:
    """Send along the cookies that this request may carry. https://fetch.spec.whatwg.org/#append-a-request-cookie-header"""
    request = params.request
    if not params.user_agent.cookies:
        return
    selection = params.user_agent.cookies.select(_context(request, params.profile.cookies), params.user_agent.clock())
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
        context = context or _context(params.request, params.profile.cookies)
        cookie, refused = params.user_agent.cookies.receive(value, context, params.user_agent.clock())
        params.trace.append(CookieSet(params.request.current_url.href, cookie, refused))


def _context(request: Request, rules: CookieRules) -> CookieContext:
    url = request.current_url
    return CookieContext(
        host=url.host or "",
        path=url.path,
        secure=url.scheme == "https" or (rules.loopback_is_secure and is_potentially_trustworthy(url)),
        same_site=determine_the_same_site_mode(request, rules),
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


def determine_the_same_site_mode(request: Request, rules: CookieRules) -> SameSiteMode:
    """Which SameSite cookies the request may carry, by RFC 6265bis: its origin, the pages around it and its URL.

    https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """
    origin = url_origin(request.current_url)
    if is_top_level_navigation(request):
        initiator = request.top_level_navigation_initiator_origin
        came_round = rules.same_site_counts_redirects and request.redirect_taint == "cross-site"
        if initiator is None or (_is_same_site(initiator, origin, rules) and not came_round):
            return SameSiteMode.STRICT_OR_LESS
        return SameSiteMode.LAX_OR_LESS if is_safe_method(request.method) else SameSiteMode.UNSET_OR_LESS
    if rules.same_site_asks_only_the_top_level_page:
        return SameSiteMode.STRICT_OR_LESS if _is_of_the_top_level_site(request) else SameSiteMode.UNSET_OR_LESS
    if (
        request.client.has_cross_site_ancestor
        or not _is_same_site(request.client.top_level_origin, origin, rules)
        or not _is_same_site(request.origin, origin, rules)
    ):
        return SameSiteMode.UNSET_OR_LESS
    if rules.same_site_counts_redirects and request.redirect_taint == "cross-site":
        return SameSiteMode.UNSET_OR_LESS
    return SameSiteMode.STRICT_OR_LESS


def _is_of_the_top_level_site(request: Request) -> bool:
    """Report whether the URL is of the top-level page's site; a sandboxed page is of its own host alone."""
    top, url = request.client.top_level_origin, request.current_url
    if top.is_opaque:
        return request.client.url.host == url.host
    return schemelessly_same_site(top, url)


def _is_same_site(a: Origin, b: Origin, rules: CookieRules) -> bool:
    return same_site(a, b) if rules.same_site_is_schemeful else schemelessly_same_site(a, b)
