"""Cookies as far as fetch decides about them. https://fetch.spec.whatwg.org/#cookies"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..enums import StrEnum
from ..origin import is_potentially_trustworthy, same_site, schemelessly_same_site, url_origin
from ..records import NamedTuple
from .cookie_events import CookiesConsidered, CookieSet
from .methods import is_safe_method
from .storage_access import has_storage_access
from .third_parties import (
    cookie_partition,
    first_party_host,
    is_of_the_top_level_site,
    is_third_party_to_cookies,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..origin import Origin
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .request import Request
    from .rules import CookieRules
    from .wire import Headers, WireResponse


class SameSiteMode(StrEnum):
    """Which SameSite cookies a request may carry. https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""

    STRICT_OR_LESS = "strict-or-less"
    LAX_OR_LESS = "lax-or-less"
    UNSET_OR_LESS = "unset-or-less"


class CookieContext(NamedTuple):
    """The request as cookies see it, both those that go with it and those that its response sets.

    `secure`: over a connection that the browser deems secure. `partition_key` is the top-level site, told apart where
    another lies between; `third_party`: the request is no business of that site's own, and `first_party_host` is the
    top-level page's ("": it has none).
    """

    host: str
    path: str
    secure: bool
    same_site: SameSiteMode
    partition_key: str | None
    top_level_navigation: bool
    method: str
    third_party: bool
    first_party_host: str


class CookieSelection(NamedTuple):
    """The Cookie header's value, the names in it (none: no header), and the names kept back with the rule that did."""

    header: str
    names: tuple[str, ...]
    withheld: tuple[tuple[str, str], ...]


class CookieReceipt(NamedTuple):
    """What became of one Set-Cookie: stored, or `refused` in words and by which `rule`.

    `is_foreign`: it was kept for its top-level site alone, though it does not ask to be Partitioned;
    `has_unknown_same_site`: its SameSite is none of those that there are.
    """

    name: str
    refused: str = ""
    rule: str = ""
    is_foreign: bool = False
    has_unknown_same_site: bool = False


def append_a_request_cookie_header(params: FetchParams, headers: HeaderList) -> None:
    """Send along the cookies that this request may carry. https://fetch.spec.whatwg.org/#append-a-request-cookie-header"""
    request = params.request
    selection = params.user_agent.cookies.select(_context(params), params.user_agent.clock())
    if selection.names:
        headers.append(("Cookie", selection.header))
    if selection.names or selection.withheld:
        params.trace.append(CookiesConsidered(request.current_url.href, True, selection.names, selection.withheld))


def with_the_cookies_of_the_jar(params: FetchParams, headers: Headers) -> Headers:
    """The headers with the Cookie that a request with credentials would have there now, in place of the request's."""
    jar = params.user_agent.cookies.select(_context(params), params.user_agent.clock())
    others = tuple([header for header in headers if header[0] != "Cookie"])
    return (*others, ("Cookie", jar.header)) if jar.names else others


def parse_and_store_response_set_cookie_headers(params: FetchParams, response: WireResponse) -> None:
    """Store what the response sets, whether or not script gets to read it. https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers"""
    context = None
    for name, value in response.headers:
        if name.lower() != "set-cookie":
            continue
        context = context or _context(params, of_the_answer=True)
        receipt = params.user_agent.cookies.receive(value, context, params.user_agent.clock())
        params.trace.append(CookieSet(params.request.current_url.href, *receipt))


def _context(params: FetchParams, *, of_the_answer: bool = False) -> CookieContext:
    request, rules = params.request, params.profile.cookies
    url = request.current_url
    redirects_count = rules.same_site_counts_redirects_for_answers or not of_the_answer
    return CookieContext(
        host=url.host or "",
        path=url.path,
        secure=url.scheme == "https" or (rules.loopback_is_secure and is_potentially_trustworthy(url)),
        same_site=determine_the_same_site_mode(request, rules, redirects_count=redirects_count),
        partition_key=cookie_partition(request),
        top_level_navigation=request.is_top_level_navigation,
        method=request.method,
        third_party=is_third_party_to_cookies(request, rules) and not has_storage_access(params),
        first_party_host=first_party_host(request),
    )


def determine_the_same_site_mode(request: Request, rules: CookieRules, *, redirects_count: bool = True) -> SameSiteMode:
    """Which SameSite cookies the request may carry, by RFC 6265bis: its origin, the pages around it and its URL.

    `redirects_count`: its way through other sites does, too. https://fetch.spec.whatwg.org/#determine-the-same-site-mode
    """
    origin = url_origin(request.current_url)
    if request.is_top_level_navigation:
        initiator = request.top_level_navigation_initiator_origin
        came_round = redirects_count and _came_through_another_site(request, rules)
        if initiator is None or (_site_comparison(rules)(initiator, origin) and not came_round):
            return SameSiteMode.STRICT_OR_LESS
        return SameSiteMode.LAX_OR_LESS if is_safe_method(request.method) else SameSiteMode.UNSET_OR_LESS
    if rules.same_site_asks_only_the_top_level_page:
        came_round = redirects_count and _came_round_to_another_host(request, rules)
        is_own = is_of_the_top_level_site(request, request.current_url) and not came_round
        return SameSiteMode.STRICT_OR_LESS if is_own else SameSiteMode.UNSET_OR_LESS
    are_same_site = _site_comparison(rules)
    if (
        request.client.has_cross_site_ancestor
        or not are_same_site(request.client.top_level_origin, origin)
        or not are_same_site(request.origin, origin)
        or (redirects_count and _came_through_another_site(request, rules))
    ):
        return SameSiteMode.UNSET_OR_LESS
    return SameSiteMode.STRICT_OR_LESS


def _came_round_to_another_host(request: Request, rules: CookieRules) -> bool:
    """Report whether redirects led to another site and back, but not to the page's own host.

    Where the page alone is asked about, its own cookies count as of its site all the same.
    """
    if not rules.same_site_counts_redirects or request.redirect_taint != "cross-site":
        return False
    page_host = request.client.top_level.url.host
    return bool(page_host) and request.current_url.host != page_host  # a page at a blob: URL has none


def _came_through_another_site(request: Request, rules: CookieRules) -> bool:
    return rules.same_site_counts_redirects and request.redirect_taint_if(_site_comparison(rules)) == "cross-site"


def _site_comparison(rules: CookieRules) -> Callable[[Origin, Origin], bool]:
    return same_site if rules.same_site_is_schemeful else schemelessly_same_site
