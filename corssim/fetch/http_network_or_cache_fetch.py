"""HTTP-network-or-cache fetch: dress the request, ask the HTTP cache, then the network.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .content_range import part_of
from .cookies import append_a_request_cookie_header, parse_and_store_response_set_cookie_headers
from .embedder_policy import cross_origin_embedder_policy_allows_credentials
from .header_list import get, lowercase_names
from .http_network_fetch import http_network_fetch
from .reasons import Blocked, Reason, Stage
from .request import CacheMode
from .request_headers import http_request_headers
from .response import StoredAt, network_error, response_from_wire
from .trace import CheckFailed, ExchangeKind, HTTPCacheAnswered
from .wire import FailureKind, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from .http_network_fetch import Fetching
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response
    from .stores import StoredResponse
    from .user_agent import FetchParams

_CONDITIONAL = frozenset({"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ANCHOR = "concept-http-network-or-cache-fetch"
KEEPALIVE_LIMIT = 65536
"""Bytes of the bodies of all keepalive requests under way together."""


def http_network_or_cache_fetch(
    params: FetchParams, kind: ExchangeKind, *, is_new_connection_fetch: bool = False
) -> Fetching[Response]:
    """Send the request as HTTP, or answer it from the cache; send it once more where a 421 says "not this connection".

    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
    """
    request, user_agent = params.request, params.user_agent
    profile, http_cache = user_agent.profile, user_agent.http_cache
    include_credentials = _include_credentials(request, profile)
    if request.body is not None and (blocked := _body_refused(request, profile)):
        return _blocked(params, blocked)

    names = lowercase_names(request.header_list)
    cache_mode = effective_cache_mode(request, profile, names)
    headers = http_request_headers(request, names, cache_mode, profile)
    if include_credentials:
        append_a_request_cookie_header(params, headers)
    url = request.current_url.without_credentials_and_fragment().href
    content = request.body.read() if request.body is not None else None
    sent = WireRequest(request.method, url, tuple(headers), content)

    # Only GET is answered from the cache, and HEAD by what a GET left there, where the browser does that.
    response: Response | None = None
    stored: StoredResponse | None = None
    answerable = request.method == "GET" or (request.method == "HEAD" and profile.http_cache.answers_head)
    is_conditional = answerable and not names.isdisjoint(_CONDITIONAL)
    passes_by = profile.http_cache.passed_by_conditional_requests if is_conditional else "no"
    passes_after_redirect = profile.http_cache.is_passed_by_after_redirects and request.redirected_past_http_cache
    if answerable and http_cache.size and _asks_the_cache(cache_mode, passes_by) and not passes_after_redirect:
        stored = http_cache.select(
            partition=_partition(params, include_credentials),
            method="GET",
            url=url,
            headers=sent.headers,
            now=user_agent.clock(),
        )
    if stored is not None and profile.http_cache.partial_content == "from-the-whole":
        stored = stored if _holds_the_part_asked_for(stored, request) else None
    if stored is not None:
        freshness = stored.freshness(user_agent.clock(), sent.headers)
        if _may_answer(freshness, cache_mode, request):
            params.trace.append(HTTPCacheAnswered(url, "local", stored.response))
            response = _answer_from(stored, request, profile)
            response.cache_state = "local"
            if freshness == "stale-while-revalidate" and cache_mode == "default":
                params.revalidations.append(_revalidating(request))
        else:
            sent = _with_validators(sent, stored)
    if response is None and cache_mode == "only-if-cached":
        return _blocked(params, Blocked(reason=Reason.NOT_IN_CACHE, anchor=_ANCHOR, url=url, stage=Stage.REQUEST))

    if response is None:
        forward = yield from http_network_fetch(params, sent, kind, include_credentials=include_credentials)
        if not isinstance(forward, WireResponse):
            return network_error(failure=forward)
        if (detail := _why_no_answer(forward, profile)) is not None:
            return network_error(failure=NetworkFailure(FailureKind.OTHER, detail))
        if include_credentials:
            parse_and_store_response_set_cookie_headers(params, forward)
        if http_cache.size and 200 <= forward.status <= 399 and _invalidates(request, profile):
            http_cache.invalidate(
                partition=_partition(params, include_credentials), url=url, response_headers=forward.headers
            )
        if stored is not None and forward.status == 304 and len(sent.headers) > len(headers):
            stored = http_cache.freshen(stored, forward, user_agent.clock(), sent.headers)
            params.trace.append(HTTPCacheAnswered(url, "validated", stored.response))
            response = _answer_from(stored, request, profile)
            response.cache_state = "validated"
        else:
            response = response_from_wire(forward, profile)
            keeps = request.method == "GET" and cache_mode != "no-store" and passes_by != "wholly"
            if keeps and _is_kept(forward.status, profile):
                response.stored_at = _store(params, include_credentials, sent, forward)
            is_newer = cache_mode != "no-store" and forward.status != 304 and response.stored_at is None
            if is_newer and http_cache.size and profile.http_cache.ends_by_whatever_is_not_stored:
                http_cache.invalidate(partition=_partition(params, include_credentials), url=url)

    repeatable = request.body is None or request.body.source is not None
    if response.status == 421 and not is_new_connection_fetch and repeatable:
        return (yield from http_network_or_cache_fetch(params, kind, is_new_connection_fetch=True))

    response.url_list = list(request.url_list)
    response.request_includes_credentials = include_credentials
    # 401 and 407 are returned as they are: nobody is there to be prompted.
    return response


def _holds_the_part_asked_for(stored: StoredResponse, request: Request) -> bool:
    """Does the stored response hold the part that the request's Range asks for, if it asks for one?"""
    requested, response = get(request.header_list, "range"), stored.response
    return requested is None or (response.status == 200 and part_of(response.body, requested) is not None)


def _why_no_answer(response: WireResponse, profile: BrowserProfile) -> str | None:
    """Why a browser's network stack takes what came for no answer to anything; None where it does not."""
    if response.status == 407 and profile.network.refuses_proxy_authentication_without_a_proxy:
        return "407 Proxy Authentication Required, and there is no proxy"
    for name in profile.network.headers_that_may_not_differ:
        if len({value for key, value in response.headers if key.lower() == name}) > 1:
            return f"{name} was given twice, with different values"
    return None


def _answer_from(stored: StoredResponse, request: Request, profile: BrowserProfile) -> Response:
    """The stored response, without its body for HEAD; the part of it that a Range asks for where it can be divided."""
    arrived, requested = stored.response, get(request.header_list, "range")
    if request.method != "GET":
        arrived = arrived._replace(body=b"")
    elif (
        requested is not None
        and arrived.status == 200
        and profile.http_cache.partial_content == "from-the-whole"
        and (part := part_of(arrived.body, requested))
    ):
        headers = [header for header in arrived.headers if header[0].lower() != "content-length"]
        headers += [("Content-Length", str(len(part.body))), ("Content-Range", part.content_range)]
        arrived = arrived._replace(status=206, reason="Partial Content", headers=tuple(headers), body=part.body)
    return response_from_wire(arrived, profile)


def _invalidates(request: Request, profile: BrowserProfile) -> bool:
    """Does a request that succeeded end what is stored of its URL? https://httpwg.org/specs/rfc9111.html#invalidation"""
    if request.method in _SAFE_METHODS or request.method in profile.http_cache.outlives_methods:
        return False
    return profile.http_cache.ends_by_cross_origin_requests or request.response_tainting == "basic"


def _is_kept(status: int, profile: BrowserProfile) -> bool:
    """Does the browser's cache keep answers with this status?"""
    if status == 401 and not profile.http_cache.stores_unauthorized:
        return False
    return profile.http_cache.stores_only is None or status in profile.http_cache.stores_only


def effective_cache_mode(request: Request, profile: BrowserProfile, names: Set[str]) -> CacheMode:
    """The cache mode, or what conditional headers or the page's embedder policy make of it.

    `names` are those of the request's headers, in lower case.
    """
    if profile.cache_control.credentialless_loads_bypass_caches and not cross_origin_embedder_policy_allows_credentials(
        request, profile
    ):
        return CacheMode.RELOAD
    if request.cache_mode != "default":
        return request.cache_mode
    if not names.isdisjoint(_CONDITIONAL):
        if request.api == "XMLHttpRequest" and profile.cache_control.conditional_xhr_says_nothing:
            return CacheMode.DEFAULT
        return CacheMode(profile.cache_control.conditional_requests_use)
    return request.cache_mode


def _asks_the_cache(cache_mode: str, passes_by: str) -> bool:
    """Report whether the HTTP cache is looked into; `passes_by` says how a conditional request goes past it."""
    if cache_mode == "no-store" or cache_mode == "reload":
        return False
    return passes_by == "no" or (passes_by == "unless-forced" and cache_mode == "force-cache")


def _partition(params: FetchParams, include_credentials: bool) -> Hashable:
    """The part of the HTTP cache that the request may use. https://fetch.spec.whatwg.org/#determine-the-http-cache-partition"""
    profile = params.profile
    key: Hashable = params.request.client.network_partition_key if profile.http_cache.is_partitioned else None
    if profile.http_cache.keyed_by_credentials:
        key = (key, include_credentials)
    if profile.http_cache.partial_content == "by-range":
        key = (key, get(params.request.header_list, "range"))
    match profile.http_cache.keeps_apart:
        case "elements":
            return (key, bool(params.request.destination))
        case "frames":
            return (key, params.request.destination == "iframe")
        case _:
            return key


def _store(params: FetchParams, include_credentials: bool, sent: WireRequest, forward: WireResponse) -> StoredAt | None:
    """Store what came, if it may be stored; give back where."""
    stored_at = StoredAt(_partition(params, include_credentials), sent.url, sent.headers)
    kept = params.user_agent.http_cache.store(
        partition=stored_at.partition,
        method=sent.method,
        url=stored_at.url,
        request_headers=stored_at.request_headers,
        response=forward,
        now=params.user_agent.clock(),
    )
    return stored_at if kept else None


def _blocked(params: FetchParams, blocked: Blocked) -> Response:
    params.trace.append(CheckFailed(blocked))
    return network_error(blocked=blocked)


def _include_credentials(request: Request, profile: BrowserProfile) -> bool:
    wanted = request.credentials_mode == "include" or (
        request.credentials_mode == "same-origin" and request.response_tainting == "basic"
    )
    return wanted and cross_origin_embedder_policy_allows_credentials(request, profile)


def _body_refused(request: Request, profile: BrowserProfile) -> Blocked | None:
    """Refuse a keepalive body over 64 KiB, and a stream where the browser cannot send one over HTTP/1.1.

    No other keepalive request is ever under way here: fetches follow each other.
    """
    length = request.body.length if request.body is not None else None
    if length is None and profile.requests.stream_body == "needs-http2":
        return Blocked(
            reason=Reason.STREAM_NEEDS_HTTP2, anchor=_ANCHOR, url=request.current_url.href, stage=Stage.REQUEST
        )
    if not request.keepalive or length is None or length <= KEEPALIVE_LIMIT:
        return None
    return Blocked(
        reason=Reason.KEEPALIVE_BODY_TOO_LARGE,
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=Stage.REQUEST,
        subject=str(length),
        compared_with=str(KEEPALIVE_LIMIT),
    )


def _may_answer(freshness: str, cache_mode: str, request: Request) -> bool:
    """Report whether the stored response is used as it is."""
    if cache_mode in ("force-cache", "only-if-cached"):
        return True
    if freshness == "stale-while-revalidate" and request.method != "GET":
        return False
    return freshness != "stale" and not request.prevent_no_cache_cache_control_header_modification


def _revalidating(request: Request) -> Request:
    """The request that validates in the background what was used stale."""
    return replace(
        request,
        url_list=list(request.url_list),
        header_list=list(request.header_list),
        cache_mode=CacheMode.NO_CACHE,
        prevent_no_cache_cache_control_header_modification=True,
    )


def _with_validators(request: WireRequest, stored: StoredResponse) -> WireRequest:
    validators: list[tuple[str, str]] = []
    for name, value in stored.response.headers:
        lower = name.lower()
        if lower == "etag":
            validators.append(("If-None-Match", value))
        elif lower == "last-modified":
            validators.append(("If-Modified-Since", value))
    return WireRequest(request.method, request.url, (*request.headers, *validators), request.body)
