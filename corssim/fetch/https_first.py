"""HTTPS-First: visits and links to http pages try https first, and go back to http where that fails.

No standard has it; each browser decides by itself which hosts it tries and what counts as failing.
https://chromestatus.com/feature/6056181032812544 and https://support.mozilla.org/en-US/kb/https-first
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import has_listed_suffix
from .request_hops import Hop
from .upgrade_events import HTTPSFirstExcepted, HTTPSFirstGaveUp, URLUpgraded

if TYPE_CHECKING:
    from ..url import URL
    from .fetch_params import FetchParams
    from .request import Request
    from .response import Response
    from .rules import UpgradeRules
    from .user_agent import UserAgent

EXCEPTIONS_LAST = 7 * 24 * 60 * 60
"""Seconds for which a host is not tried again."""


def try_https_first(params: FetchParams) -> URL | None:
    """Turn a top-level GET of an http page into https; give the URL to go back to, or None: nothing was upgraded."""
    request, rules = params.request, params.profile.upgrades
    url = request.current_url
    if rules.https_first == "no" or url.scheme != "http":
        return None
    if not request.is_top_level_navigation or request.method != "GET":
        return None
    if not rules.https_first_tries_redirected_posts and any(hop.method == "POST" for hop in request.hops):
        return None
    if request.is_browser_initiated and request.redirect_count == 0 and rules.https_first == "links":
        if _host_is_tried(url, rules):
            _except(params, url)  # who writes http:// means it
        return None
    if url.href in request.tried_over_https:
        if not _is_excepted(params, url):
            _except(params, url)  # https led back here
        return None
    if url.port is not None or not _host_is_tried(url, rules) or _is_excepted(params, url):
        return None
    upgraded = url.with_scheme("https")
    params.trace.append(URLUpgraded(url.href, upgraded.href, "https-first"))
    request.tried_over_https = (*request.tried_over_https, url.href)
    if rules.are_redirects:
        request.hops += (Hop("redirect", url, upgraded, request.method, tuple(request.header_list)),)
        request.go_on_to(upgraded)
    else:
        request.rewrite_current_url(upgraded)
    return url


def https_first_failed(params: FetchParams, tried: URL, response: Response) -> bool:
    """Did https, tried for this URL, not answer, or answer with a status that the browser gives up on?"""
    request = params.request
    if request.current_url != tried.with_scheme("https"):
        return False  # it led elsewhere, and what became of that is another's affair
    if response.is_network_error:
        return response.failure is not None
    return response.status in params.profile.upgrades.https_first_gives_up_on


def go_back_to_http(params: FetchParams, tried: URL) -> None:
    """Ask for the http URL after all, and leave its host alone from now on."""
    request: Request = params.request
    params.trace.append(HTTPSFirstGaveUp(request.current_url.href, tried.href))
    _except(params, tried)
    if params.profile.upgrades.are_redirects:
        request.go_back()
        request.hops = request.hops[:-1]
    else:
        request.rewrite_current_url(tried)


def except_plain_page(user_agent: UserAgent, url: URL) -> None:
    """Leave alone the host of a page that is there over http: https has been tried for it, and did not answer."""
    if url.scheme == "http" and user_agent.profile.upgrades.https_first != "no":
        user_agent.https_first_exceptions[url.host or ""] = user_agent.clock() + EXCEPTIONS_LAST


def _except(params: FetchParams, url: URL) -> None:
    host, now = url.host or "", params.user_agent.clock()
    is_new = not _is_excepted(params, url)
    params.user_agent.https_first_exceptions[host] = now + EXCEPTIONS_LAST
    if is_new:
        params.trace.append(HTTPSFirstExcepted(url.href))


def _is_excepted(params: FetchParams, url: URL) -> bool:
    return params.user_agent.https_first_exceptions.get(url.host or "", 0) > params.user_agent.clock()


def _host_is_tried(url: URL, rules: UpgradeRules) -> bool:
    """Is the host one of the public network: a name under a suffix that the list has or, to some, an address?"""
    host = url.host or ""
    if url.host_is_ip:
        from ipaddress import ip_address  # here, because it takes a while to import

        return rules.https_first_tries_addresses and ip_address(host.strip("[]")).is_global
    return has_listed_suffix(host) and ("." in host or rules.https_first_tries_single_labels)
