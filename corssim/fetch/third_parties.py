"""Whose business a request is: the top-level page's own site's, or a third party's. Cookies and more depend on it.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.2.1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import Site, same_site, schemelessly_same_site, url_origin

if TYPE_CHECKING:
    from ..url import URL
    from .environment import Environment
    from .request import Request
    from .rules import CookieRules


def is_third_party(request: Request, rules: CookieRules, url: URL | None = None) -> bool:
    """Is the request (or a `url` on its way) for another site than the top-level page's, or made within another's?"""
    if request.is_top_level_navigation:
        return False
    target = url or request.current_url
    if rules.same_site_asks_only_the_top_level_page:
        return not is_of_the_top_level_site(request, target)
    if _is_within_another_site(request.client):
        return True
    compare = same_site if rules.same_site_is_schemeful else schemelessly_same_site
    return not compare(request.client.top_level_origin, target)


def is_third_party_to_cookies(request: Request, rules: CookieRules) -> bool:
    """Is the request a third party's, or does it come from one that was blocked?"""
    if rules.third_party == "block" and rules.blocking_outlasts_redirects:
        return any(is_third_party(request, rules, url) for url in request.url_list)
    return is_third_party(request, rules)


def cookie_partition(request: Request) -> str:
    """The top-level site; a top-level navigation is on its way to its own.

    The site itself, asked from within another, has a partition of its own. (Every other site is always foreign
    there, so that nothing needs to tell its two apart.)
    https://github.com/privacycg/CHIPS#handling-embedded-sites-that-embed-the-top-level-site
    """
    if request.is_top_level_navigation:
        return str(Site(url_origin(request.current_url)))
    client = request.client
    if client.top_level_origin.is_opaque:
        return f"null ({id(client.top_level_origin):x})"  # a site of its own
    key = str(client.network_partition_key)
    if _is_within_another_site(client) and same_site(client.top_level_origin, request.current_url):
        return f"{key} within another site"
    return key


def first_party_host(request: Request) -> str:
    """The host of the top-level page, "" where it has none."""
    if request.is_top_level_navigation:
        return request.current_url.host or ""
    return request.client.top_level.url.host or ""


def is_of_the_top_level_site(request: Request, url: URL) -> bool:
    """Report whether the URL is of the top-level page's site, as WebKit sees it.

    Where the page has no host (data:, blob:), everything is; a sandboxed page is of its own host alone.
    """
    top = request.client.top_level
    if not top.url.host:
        return True
    if top.origin.is_opaque:
        return top.url.host == url.host
    return schemelessly_same_site(top.origin, url)


def _is_within_another_site(client: Environment) -> bool:
    return client.has_cross_site_ancestor or client.origin.is_opaque
