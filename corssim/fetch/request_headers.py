"""The headers that the browser adds to a request, in the order of HTTP-network-or-cache fetch.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, from step 8.5
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy, registrable_domain, same_origin, same_site, url_origin
from ..records import replace
from .accept_language import accept_language
from .byte_strings import as_utf8
from .content_range import rewritten
from .environment import EnvironmentKind
from .header_list import CONDITIONAL_HEADERS, combined_by_name, lines_of, lowercase_names
from .mixed_content import urls_before_late_upgrades
from .referrer import policy_as_it_counts
from .request_hops import before_redirects, upgraded_at, url_before_rewriting, was_led_to_another_origin

if TYPE_CHECKING:
    from ..origin import Origin
    from ..url import URL
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .profile import BrowserProfile
    from .request import Request

_NO_ORIGIN_NEEDED = frozenset({"GET", "HEAD"})


def http_request_headers(params: FetchParams, names: set[str], cache_mode: str) -> HeaderList:
    """The request's own headers (`names`: theirs, lower case) and those of the browser, all but Cookie."""
    request, profile = params.request, params.profile
    headers = list(request.header_list)
    if len(names) != len(headers):
        headers = _on_one_line_each(headers, profile, has_body=request.body is not None)
    if profile.request_headers.values_are_sent_as_utf8:
        headers = [(name, as_utf8(value)) for name, value in headers]
    if (
        profile.request_headers.range_is_rewritten
        and "range" in names
        and request.method == "GET"
        and cache_mode != "no-store"
        and names.isdisjoint(CONDITIONAL_HEADERS)
    ):
        headers = [(name, rewritten(value) if name.lower() == "range" else value) for name, value in headers]
    if request.body is not None:
        if (length := request.body.length) is not None:
            headers.append(("Content-Length", str(length)))
    elif request.method == "POST" or request.method == "PUT":
        headers.append(("Content-Length", "0"))
    if not isinstance(request.referrer, str):
        headers.append(("Referer", request.referrer.href))
    append_a_request_origin_header(request, headers, profile)
    append_the_fetch_metadata_headers(request, headers, profile)
    has_credentials = request.credentials_mode == "include" or request.announces_credentials
    if has_credentials and profile.fetch_metadata.storage_access_on != "nothing":
        from .storage_access import append_the_storage_access_header  # here, because few requests have credentials

        append_the_storage_access_header(params, headers)
    if "user-agent" not in names:
        headers.append(("User-Agent", profile.user_agent))
    if "accept-language" not in names and (not request.is_preflight or profile.languages.said_by_preflights):
        headers.append(("Accept-Language", accept_language(profile.languages)))
    if (
        cache_mode != "default"
        and not _made_anew_by_redirect(request, profile)
        and (
            not request.prevent_no_cache_cache_control_header_modification
            or profile.cache_control.background_revalidations_set_it
        )
    ):
        _append_cache_headers(headers, names, cache_mode)
    headers.append(("Accept-Encoding", "identity" if "range" in names else "gzip, deflate"))
    return headers


def _on_one_line_each(headers: HeaderList, profile: BrowserProfile, *, has_body: bool) -> HeaderList:
    """Header lines as browsers send them: one a name, the values of repeated ones joined."""
    if profile.safelists.repeated_content_type == "first":
        # Without a body it is set as other headers are, each in place of the one before.
        at = [i for i, (name, _) in enumerate(headers) if name.lower() == "content-type"]
        kept = at[0 if has_body else -1] if at else -1
        headers = [h for i, h in enumerate(headers) if i == kept or h[0].lower() != "content-type"]
    singles = profile.request_headers.last_of_repeated
    if singles and not singles.isdisjoint(lowercase_names(headers)):
        last = {name.lower(): i for i, (name, _) in enumerate(headers)}
        headers = [
            (name, v) for i, (name, v) in enumerate(headers) if name.lower() not in singles or last[name.lower()] == i
        ]
    return combined_by_name(headers)


def _append_cache_headers(headers: HeaderList, names: set[str], cache_mode: str) -> None:
    """Tell caches on the way what the cache mode asks of them."""
    if cache_mode == "no-cache" and "cache-control" not in names:
        headers.append(("Cache-Control", "max-age=0"))
    elif cache_mode == "no-store" or cache_mode == "reload":
        if "pragma" not in names:
            headers.append(("Pragma", "no-cache"))
        if "cache-control" not in names:
            headers.append(("Cache-Control", "no-cache"))


def append_a_request_origin_header(request: Request, headers: HeaderList, profile: BrowserProfile) -> None:
    """Say the origin where CORS or a method with side effects asks for it.

    https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    if request.response_tainting == "cors" or request.mode == "websocket":
        headers.append(("Origin", request.serialize_origin()))
    elif request.repeats is not None:
        headers += [("Origin", value) for value in lines_of(request.repeats.headers, "origin")]
    elif request.method not in _NO_ORIGIN_NEEDED:
        hidden = (
            request.mode != "cors"
            and not (profile.request_headers.origin_ignores_referrer_policy and not request.is_navigation)
            and _policy_hides_origin(request, profile)
        )
        hidden = hidden or _is_forgotten_on_leaving(request, profile)
        headers.append(("Origin", "null" if hidden else _origin_of_sender(request, profile)))
    elif _browser_says_origin_all_the_same(request, profile):
        headers.append(("Origin", request.serialize_origin()))
    elif (origin := _origin_before_it_was_get(request, profile)) is not None:
        headers.append(("Origin", origin))


def _origin_of_sender(request: Request, profile: BrowserProfile) -> str:
    if (
        request.api != "sendBeacon"
        or _has_left_an_origin(request)
        or not profile.request_headers.beacons_say_their_documents_origin
    ):
        return request.serialize_origin()
    return request.client.csp_self_origin.serialized


def _is_forgotten_on_leaving(request: Request, profile: BrowserProfile) -> bool:
    match profile.request_headers.origin_is_null_once_it_left:
        case "by-redirect-taint":
            return False
        case "navigations":
            return request.is_navigation and _has_left_an_origin(request)
        case _:
            return request.mode != "cors" and _has_left_an_origin(request)


def _has_left_an_origin(request: Request) -> bool:
    urls = request.urls_sent
    return any(not same_origin(before, after) for before, after in pairwise(urls))


_NO_DOWNGRADE = frozenset({"", "no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin"})


def _policy_hides_origin(request: Request, profile: BrowserProfile) -> bool:
    if upgraded_at(request.hops) == 0 and request.origin.scheme == "https" and request.referrer_policy in _NO_DOWNGRADE:
        return True  # An internal redirect is about to upgrade the URL; this is decided before.
    policy, url = request.referrer_policy, request.current_url
    led_on = before_redirects(request.hops) if profile.request_headers.redirects_do_not_hide_origin else None
    if led_on is not None and not request.is_navigation:
        if _has_left_an_origin(request):
            return False
        policy, url = led_on.referrer_policy, led_on.url
    match policy_as_it_counts(policy, request.origin, url, profile.referrers):
        case "no-referrer":
            return True
        case "" if not profile.request_headers.default_policy_hides_origin:
            return False
        case "" | "no-referrer-when-downgrade" | "strict-origin" | "strict-origin-when-cross-origin":
            return request.origin.scheme == "https" and request.current_url.scheme != "https"
        case "same-origin":
            return not same_origin(request.origin, request.current_url)
        case _:
            return False


def _browser_says_origin_all_the_same(request: Request, profile: BrowserProfile) -> bool:
    if not profile.request_headers.origin_on_same_origin_cors_loads or request.mode != "cors":
        return False
    if profile.redirects.lose_the_origin_after_an_upgrade and was_led_to_another_origin(request.hops):
        return False  # It has come home by an upgrade.
    if request.api == "EventSource" or request.client.kind is EnvironmentKind.WORKER:
        return url_before_rewriting(request.hops[:1]) is not None
    return request.destination != "" or request.api == "preload"


def _origin_before_it_was_get(request: Request, profile: BrowserProfile) -> str | None:
    """The Origin of the request that a redirect turned into a GET, if it has stayed at the same origin since then."""
    if not profile.request_headers.origin_survives_method_change or request.is_navigation or not request.hops:
        return None
    at = max((at for at, hop in enumerate(request.hops) if hop.method not in _NO_ORIGIN_NEEDED), default=None)
    if at is None or url_before_rewriting(request.hops) is not None:
        return None
    if any(not same_origin(before, after) for before, after in pairwise(request.url_list[at:])):
        return None
    headers: HeaderList = []
    urls, hops = request.url_list[: at + 1], request.hops[:at]
    made = request.hops[at]
    before = replace(request, method=made.method, url_list=urls, hops=hops, referrer_policy=made.referrer_policy)
    append_a_request_origin_header(before, headers, profile)
    return headers[0][1]


def append_the_fetch_metadata_headers(request: Request, headers: HeaderList, profile: BrowserProfile) -> None:
    """Say how the request came about, to URLs that can be trusted with it.

    https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration
    """
    url = request.current_url
    if url.scheme != "https" and not is_potentially_trustworthy(url):
        if request.is_preflight and profile.fetch_metadata.mode_on_untrustworthy_preflight:
            headers.append(("Sec-Fetch-Mode", str(request.mode)))
        return
    if request.synchronous and not profile.fetch_metadata.on_sync_xhr:
        return
    if request.hops and _made_anew_by_redirect(request, profile):
        return
    if request.mode == "websocket":
        if profile.web_sockets.say_fetch_metadata == "no":
            return
        destination = "websocket" if profile.web_sockets.say_fetch_metadata == "as-websocket" else "empty"
    else:
        destination = request.destination or "empty"
    headers += (
        ("Sec-Fetch-Dest", destination),
        ("Sec-Fetch-Mode", str(request.mode)),
        ("Sec-Fetch-Site", _site(request, profile)),
    )
    if request.user_activated and request.is_navigation:
        headers.append(("Sec-Fetch-User", "?1"))


def _site(request: Request, profile: BrowserProfile) -> str:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    if request.user_activated and request.is_browser_initiated:
        return "none"
    urls: list[URL] = request.url_list
    if request.hops:
        urls = urls_before_late_upgrades(request, profile.mixed_content) or request.urls_sent
    if request.is_preflight:
        of_null = profile.fetch_metadata.preflight_of_null_origin_is_cross_site
        if of_null and request.serialize_origin() == "null":
            return "cross-site"
        if profile.fetch_metadata.of_preflights_ignores_redirects:
            urls = urls[-1:]
    site = "same-origin"
    by_domain = len(urls) > 1 and profile.fetch_metadata.redirects_are_same_site_by_domain
    for url in urls:
        origin = url_origin(url)
        if same_origin(origin, request.origin):
            continue
        if by_domain and registrable_domain(origin.host) is None:
            return "cross-site"
        if not same_site(origin, request.origin) and not (
            profile.fetch_metadata.knows_no_schemes_of_bare_hosts and _is_same_bare_host(origin, request.origin)
        ):
            return "cross-site"
        site = "same-site"
    return site


def _is_same_bare_host(a: Origin, b: Origin) -> bool:
    """Do both have the same host, and is that an IP address or a single label?"""
    return a.host == b.host and a.host != "" and registrable_domain(a.host) is None


def _made_anew_by_redirect(request: Request, profile: BrowserProfile) -> bool:
    """Report whether the browser starts over, without what it adds, as a cors request is led to another origin."""
    return not profile.request_headers.browsers_own_survive_cross_origin_redirects and _just_redirected_across_origins(
        request
    )


def _just_redirected_across_origins(request: Request) -> bool:
    """Report whether a cors request was led to another origin than the last."""
    urls = request.urls_sent
    return len(urls) > 1 and request.mode == "cors" and not request.is_preflight and not same_origin(urls[-2], urls[-1])
