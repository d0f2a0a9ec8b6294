"""HTTP-network-or-cache fetch: dress the request, ask the HTTP cache, then the network.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .embedder_policy import cross_origin_embedder_policy_allows_credentials
from .environment import EnvironmentKind
from .header_list import CONDITIONAL_HEADERS, lowercase_names
from .http_cache_use import HTTPCacheUse
from .http_network_fetch import http_network_fetch
from .reasons import Blocked, Reason, blocked_request
from .request import CacheMode
from .request_headers import http_request_headers
from .response import network_error, response_from_wire
from .wire import WireResponse, wire_request

if TYPE_CHECKING:
    from collections.abc import Collection

    from .fetch_params import FetchParams
    from .http_authentication import Answer
    from .http_network_fetch import Fetching
    from .ports import StoredResponse
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response
    from .rules import RequestRules
    from .trace import ExchangeKind
    from .wire import WireRequest

_ANCHOR = "concept-http-network-or-cache-fetch"


def http_network_or_cache_fetch(
    params: FetchParams, kind: ExchangeKind, *, answer: Answer | None = None, is_new_connection_fetch: bool = False
) -> Fetching[Response]:
    """Send the request as HTTP, or answer it from the cache; send it once more where a 401 or a 421 asks for that.

    With an `answer` to a challenge it is an authentication fetch. https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    request, profile = params.request, params.profile
    include_credentials = _include_credentials(request)
    if (refused := _why_the_body_is_refused(params)) is not None:
        return params.refuse(refused)
    http_cache = _http_cache_use(params, answer, include_credentials=include_credentials)
    sent = http_cache.sent
    stored = http_cache.select() if answer is None else None
    if stored is not None and request.remembered is not None and request.remembered.stands_back:
        request.remembered = None
    response = None if stored is None else http_cache.answer(stored)
    if response is None:
        if http_cache.cache_mode == "only-if-cached" and not profile.http_cache.only_if_cached_asks_the_network:
            return params.refuse(blocked_request(request, Reason.NOT_IN_CACHE, _ANCHOR, url=sent.url))
        asked = http_cache.with_validators(stored)
        forward = yield from http_network_fetch(
            params,
            asked,
            kind,
            include_credentials=include_credentials,
            force_new_connection=is_new_connection_fetch,
        )
        if not isinstance(forward, WireResponse):
            return network_error(failure=forward)
        if include_credentials and profile.fetch_metadata.storage_access_on != "nothing":
            from .storage_access import activates_storage_access  # here, because few requests have credentials

            if activates_storage_access(params, forward):
                return (yield from http_network_or_cache_fetch(params, kind))
        is_repeatable = request.body is None or request.body.source is not None
        if forward.status == 421 and not is_new_connection_fetch and is_repeatable:
            return (yield from http_network_or_cache_fetch(params, kind, answer=answer, is_new_connection_fetch=True))
        http_cache.invalidate(forward)
        response = http_cache.validated(stored, forward, asked) if forward.status == 304 else None
        if response is None:
            response = response_from_wire(forward, profile.responses)
            if answer is None or profile.http_cache.stores_what_a_challenge_led_to:
                http_cache.store(response, asked, forward)

    if response.status == 401:
        from .http_authentication import answer_to_the_challenge  # here, because few servers ask for a password

        again = answer_to_the_challenge(params, response, answer, include_credentials=include_credentials)
        if again is not None:
            return (yield from http_network_or_cache_fetch(params, kind, answer=again))
    elif answer is not None:
        from .http_authentication import create_an_authentication_entry

        create_an_authentication_entry(params, answer)
    response.url_list = list(request.url_list)
    response.request_includes_credentials = include_credentials
    return response


def revalidate_what_is_stale(params: FetchParams) -> None:
    """Have what the request would be answered with validated in the background, though it is not sent itself."""
    _http_cache_use(params, None, include_credentials=_include_credentials(params.request)).note_what_is_stale()


def validated_at_the_first_url(params: FetchParams) -> StoredResponse | None:
    """What is stored where cached redirects led the request, if it is asked about where they began."""
    request = params.request
    rules = params.profile.http_cache
    if rules.validates_after_redirects == "there" or not request.redirect_count or request.validates is not None:
        return None
    http_cache = _http_cache_use(params, None, include_credentials=_include_credentials(request))
    stored = http_cache.what_is_to_be_validated()
    return None if stored is None or stored.response.status in params.profile.redirects.statuses else stored


def _http_cache_use(params: FetchParams, answer: Answer | None, *, include_credentials: bool) -> HTTPCacheUse:
    """The request as HTTP, and the cache that it may use."""
    names = lowercase_names(params.request.header_list)
    cache_mode = effective_cache_mode(params.request, params.profile, names)
    sent = _http_request(params, names, cache_mode, answer, include_credentials=include_credentials)
    return HTTPCacheUse(params, sent, names, cache_mode, include_credentials)


def _include_credentials(request: Request) -> bool:
    if request.repeats is not None:
        return request.repeats.with_credentials
    wanted = request.credentials_mode == "include" or (
        request.credentials_mode == "same-origin" and request.response_tainting == "basic"
    )
    return wanted and cross_origin_embedder_policy_allows_credentials(request)


def _http_request(
    params: FetchParams, names: set[str], cache_mode: CacheMode, answer: Answer | None, *, include_credentials: bool
) -> WireRequest:
    """The request with the headers that the browser adds to it."""
    request = params.request
    headers = http_request_headers(params, names, cache_mode)
    if include_credentials and params.user_agent.cookies:
        from .cookies import append_a_request_cookie_header  # here, because most requests have none

        append_a_request_cookie_header(params, headers)
    if answer is not None or params.user_agent.authentication_entries.size:
        from .http_authentication import append_authorization

        append_authorization(params, headers, answer, include_credentials=include_credentials)
    url = request.current_url.without_credentials_and_fragment().href
    return wire_request(request.method, url, tuple(headers), request.body.read() if request.body is not None else None)


def effective_cache_mode(request: Request, profile: BrowserProfile, names: Collection[str]) -> CacheMode:
    """The cache mode, or what conditional headers or the page's embedder policy make of it.

    `names` are those of the request's headers, in lower case.
    """
    if profile.cache_control.credentialless_loads_bypass_caches and not (
        cross_origin_embedder_policy_allows_credentials(request)
    ):
        return CacheMode.RELOAD
    if request.cache_mode != "default" or CONDITIONAL_HEADERS.isdisjoint(names):
        return request.cache_mode
    return _cache_mode_of_conditional(request, profile)


def _why_the_body_is_refused(params: FetchParams) -> Blocked | None:
    """Refuse a keepalive body over its quota, and a stream where the browser cannot send one over HTTP/1.1."""
    request = params.request
    if request.body is None:
        return None
    length = request.body.length
    if length is None:
        return _why_a_stream_is_refused(request, params.profile.requests)
    if not request.keepalive:
        return None
    from .keepalive import why_the_body_is_over_the_quota  # here, because few fetches need it

    return why_the_body_is_over_the_quota(params, length)


# Below: what browsers do beyond the text.


def _why_a_stream_is_refused(request: Request, rules: RequestRules) -> Blocked | None:
    if rules.stream_body != "needs-http2":
        return None
    return blocked_request(request, Reason.STREAM_NEEDS_HTTP2, _ANCHOR)


def _cache_mode_of_conditional(request: Request, profile: BrowserProfile) -> CacheMode:
    """What a condition of script's own makes of the cache mode, by the text "no-store"."""
    rules = profile.cache_control
    is_of_worker = request.client.kind is EnvironmentKind.WORKER
    if request.api in rules.conditional_requests_say_nothing_from or (
        is_of_worker and "workers" in rules.conditional_requests_say_nothing_from
    ):
        return CacheMode.DEFAULT
    return CacheMode(rules.conditional_requests_use)
