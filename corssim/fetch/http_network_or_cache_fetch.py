"""HTTP-network-or-cache fetch: dress the request, ask the HTTP cache, then the network.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cookies import append_a_request_cookie_header, parse_and_store_response_set_cookie_headers
from .embedder_policy import cross_origin_embedder_policy_allows_credentials
from .header_list import combined_by_name, contains
from .http_network_fetch import http_network_fetch
from .reasons import Blocked, Reason, Stage
from .request import CacheMode, CredentialsMode, ResponseTainting
from .request_headers import append_a_request_origin_header, append_the_fetch_metadata_headers
from .response import network_error, response_from_wire
from .trace import CheckFailed, ExchangeKind, HTTPCacheAnswered
from .wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .header_list import HeaderList
    from .http_network_fetch import Fetching
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response
    from .user_agent import FetchParams, StoredResponse

_CONDITIONAL = frozenset({"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ANCHOR = "concept-http-network-or-cache-fetch"


def http_network_or_cache_fetch(params: FetchParams, kind: ExchangeKind) -> Fetching[Response]:
    """Send the request as HTTP, or answer it from the cache.

    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    request, trace = params.request, params.trace
    include_credentials = _include_credentials(params)
    if blocked := _keepalive_limit(request, params.profile) or _stream_support(request, params.profile):
        trace.append(CheckFailed(blocked))
        return network_error(blocked=blocked)

    headers = list(request.header_list)
    cache_mode = _effective_cache_mode(request.cache_mode, headers, params.profile)
    _append_length_and_provenance(params, headers)
    _append_cache_headers(request, cache_mode, headers)
    _append_connection_headers(params, headers)
    if include_credentials:
        append_a_request_cookie_header(params, headers)

    url = request.current_url.without_fragment().without_credentials().href
    partition = _http_cache_partition(params, include_credentials)
    body = request.body.read() if request.body is not None else None
    wire_request = WireRequest(request.method, url, tuple(_on_one_line_each(headers, params.profile)), body)
    now = params.user_agent.clock()
    http_cache = params.user_agent.http_cache

    stored: StoredResponse | None = None
    response: Response | None = None
    if cache_mode not in (CacheMode.NO_STORE, CacheMode.RELOAD):
        stored = http_cache.select(
            partition=partition, method=request.method, url=url, headers=wire_request.headers, now=now
        )
        if stored is not None:
            if _may_answer(stored, cache_mode, wire_request, now):
                trace.append(HTTPCacheAnswered(url, "local", stored.response))
                response = _response(stored.response, params)
            else:
                wire_request = _with_validators(wire_request, stored)

    if response is None:
        if cache_mode is CacheMode.ONLY_IF_CACHED:
            blocked = Blocked(reason=Reason.NOT_IN_CACHE, anchor=_ANCHOR, url=url, stage=Stage.REQUEST)
            trace.append(CheckFailed(blocked))
            return network_error(blocked=blocked)
        forward = yield from http_network_fetch(params, wire_request, kind)
        if not isinstance(forward, WireResponse):
            return network_error(failure=forward)
        if include_credentials:
            parse_and_store_response_set_cookie_headers(params, forward)
        if request.method not in _SAFE_METHODS and 200 <= forward.status <= 399:
            http_cache.invalidate(partition=partition, url=url, response_headers=forward.headers)
            stored = None
        if stored is not None and forward.status == 304 and _is_revalidation(wire_request, headers):
            stored = http_cache.freshen(stored, forward, now, wire_request.headers)
            trace.append(HTTPCacheAnswered(url, "validated", stored.response))
            response = _response(stored.response, params)
        else:
            response = _response(forward, params)
            if cache_mode is not CacheMode.NO_STORE and http_cache.store(
                partition=partition,
                method=request.method,
                url=url,
                request_headers=wire_request.headers,
                response=forward,
                now=now,
            ):
                response.stored_at = {"partition": partition, "url": url, "request_headers": wire_request.headers}

    response.url_list = list(request.url_list)
    response.range_requested = contains(headers, "Range")
    response.request_includes_credentials = include_credentials
    # 401 and 407 are returned as they are: nobody is there to be prompted.
    return response


def _response(arrived: WireResponse, params: FetchParams) -> Response:
    return response_from_wire(arrived, drop_empty_repeats=params.profile.drops_empty_repeated_headers)


def _include_credentials(params: FetchParams) -> bool:
    request = params.request
    wanted = request.credentials_mode is CredentialsMode.INCLUDE or (
        request.credentials_mode is CredentialsMode.SAME_ORIGIN and request.response_tainting is ResponseTainting.BASIC
    )
    return wanted and cross_origin_embedder_policy_allows_credentials(request, params.profile)


def _keepalive_limit(request: Request, profile: BrowserProfile) -> Blocked | None:
    """Refuse a keepalive body over 64 KiB. Fetches follow each other: no other keepalive request is under way."""
    if not request.keepalive or request.body is None:
        return None
    length, limit = request.body.length, profile.keepalive_limit
    if length is None or length <= limit:
        return None
    return Blocked(
        reason=Reason.KEEPALIVE_BODY_TOO_LARGE,
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=Stage.REQUEST,
        subject=str(length),
        compared_with=str(limit),
    )


def _stream_support(request: Request, profile: BrowserProfile) -> Blocked | None:
    """Refuse a stream as a body where the browser cannot send one over HTTP/1.1."""
    if request.body is None or request.body.source is not None or profile.stream_body != "needs-http2":
        return None
    return Blocked(reason=Reason.STREAM_NEEDS_HTTP2, anchor=_ANCHOR, url=request.current_url.href, stage=Stage.REQUEST)


def _effective_cache_mode(mode: CacheMode, headers: HeaderList, profile: BrowserProfile) -> CacheMode:
    """A request with conditions of its own goes past the cache."""
    if mode is CacheMode.DEFAULT and any(name.lower() in _CONDITIONAL for name, _ in headers):
        return CacheMode(profile.conditional_requests_use)
    return mode


def _append_length_and_provenance(params: FetchParams, headers: HeaderList) -> None:
    request, profile = params.request, params.profile
    length = None if request.body is None else request.body.length
    if request.body is None and request.method in ("POST", "PUT"):
        length = 0
    if length is not None:
        headers.append(("Content-Length", str(length)))
    if request.referrer not in ("no-referrer", "client"):
        headers.append(("Referer", str(request.referrer)))
    append_a_request_origin_header(request, headers, profile)
    append_the_fetch_metadata_headers(request, headers, profile)


def _append_cache_headers(request: Request, cache_mode: CacheMode, headers: HeaderList) -> None:
    if cache_mode is CacheMode.NO_CACHE:
        if not contains(headers, "Cache-Control"):
            headers.append(("Cache-Control", "max-age=0"))
    elif cache_mode in (CacheMode.NO_STORE, CacheMode.RELOAD):
        if not contains(headers, "Pragma"):
            headers.append(("Pragma", "no-cache"))
        if not contains(headers, "Cache-Control"):
            headers.append(("Cache-Control", "no-cache"))


def _append_connection_headers(params: FetchParams, headers: HeaderList) -> None:
    if not contains(headers, "User-Agent"):
        headers.append(("User-Agent", params.profile.user_agent))
    headers.append(("Accept-Encoding", "identity" if contains(headers, "Range") else "gzip, deflate"))


def _on_one_line_each(headers: HeaderList, profile: BrowserProfile) -> HeaderList:
    """Header lines as browsers send them: one a name, the values of repeated ones joined."""
    names = {name.lower() for name, _ in headers}
    if len(names) == len(headers):
        return headers
    if profile.repeated_content_type == "last":
        last = max((i for i, (name, _) in enumerate(headers) if name.lower() == "content-type"), default=0)
        headers = [h for i, h in enumerate(headers) if i == last or h[0].lower() != "content-type"]
    return combined_by_name(headers)


def _http_cache_partition(params: FetchParams, include_credentials: bool) -> Hashable:
    """https://fetch.spec.whatwg.org/#determine-the-http-cache-partition"""
    profile = params.profile
    key = params.request.client.network_partition_key if profile.http_cache_is_partitioned else None
    return (key, include_credentials) if profile.http_cache_keyed_by_credentials else key


def _may_answer(stored: StoredResponse, cache_mode: CacheMode, request: WireRequest, now: float) -> bool:
    """Report whether the stored response is used as it is."""
    if cache_mode in (CacheMode.FORCE_CACHE, CacheMode.ONLY_IF_CACHED):
        return True
    # A stale-while-revalidate answer is used at once; the revalidation in the background is left out.
    return stored.freshness(now, request.headers) != "stale"


def _with_validators(request: WireRequest, stored: StoredResponse) -> WireRequest:
    validators: list[tuple[str, str]] = []
    for name, value in stored.response.headers:
        lower = name.lower()
        if lower == "etag":
            validators.append(("If-None-Match", value))
        elif lower == "last-modified":
            validators.append(("If-Modified-Since", value))
    return WireRequest(request.method, request.url, (*request.headers, *validators), request.body)


def _is_revalidation(sent: WireRequest, headers: HeaderList) -> bool:
    return len(sent.headers) > len({name.lower() for name, _ in headers})
