"""Fetch, main fetch, scheme fetch, HTTP fetch and HTTP-redirect fetch: the algorithms that call each other in a ring.

https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..origin import same_origin, same_origin_without_ports, url_origin
from .blob_url import blob_response
from .cors_check import cors_check, includes_credentials, redirecting_needs_credentials_grant
from .cors_preflight_fetch import cors_preflight_fetch
from .embedder_policy import cross_origin_resource_policy_check
from .header_list import delete, get
from .http_network_or_cache_fetch import http_network_or_cache_fetch
from .location import location_url
from .mixed_content import should_fetching_request_be_blocked_as_mixed_content
from .preflight_need import needs_new_preflight, needs_preflight, unsafe_names_to_list
from .reasons import Blocked, Reason, Stage
from .referrer import determine_requests_referrer, set_referrer_policy_on_redirect
from .request import CacheMode, RedirectMode, ResponseTainting
from .request_policies import blocked_before_sending
from .response import (
    Response,
    network_error,
    opaque_redirect_filtered_response,
)
from .response_policies import blocked_after_receiving, disregard_null_body, expose_headers, filter_response
from .safelists import cors_unsafe_request_header_names
from .tao_check import tao_check
from .trace import CheckFailed, ExchangeKind, PreflightCacheCleared, Redirected, TaintingSet
from .user_agent import FetchParams

if TYPE_CHECKING:
    from ..origin import Origin
    from ..url import URL
    from .http_network_fetch import Fetching
    from .profile import BrowserProfile
    from .request import Request

_REQUEST_BODY_HEADERS = ("Content-Encoding", "Content-Language", "Content-Location", "Content-Type")
_MOST_REDIRECTS = 20


def _refuse(
    params: FetchParams, reason: Reason, anchor: str, *, stage: Stage = Stage.REQUEST, **evidence: str
) -> Response:
    """A network error because of a check, told to the trace."""
    request = params.request
    blocked = Blocked(
        reason=reason,
        anchor=anchor,
        url=request.current_url.href,
        stage=stage,
        origin=request.origin.serialized,
        **evidence,  # type: ignore[arg-type]
    )
    return _blocked(params, blocked)


def _blocked(params: FetchParams, blocked: Blocked) -> Response:
    params.trace.append(CheckFailed(blocked))
    return network_error(blocked=blocked)


def fetch(params: FetchParams) -> Fetching[Response]:
    """Main fetch, then what goes on in the background. https://fetch.spec.whatwg.org/#concept-fetch"""
    response = yield from main_fetch(params)
    kind = params.profile.http_cache.background_revalidations_are
    for request in params.revalidations:
        # It updates the HTTP cache and nothing else: what it comes to is no part of this fetch and its trace.
        revalidation = FetchParams(request, params.user_agent, [])
        if kind == "exchanges":
            yield from http_network_or_cache_fetch(revalidation, ExchangeKind.ACTUAL)
        elif kind == "fetches" or not response.is_network_error:
            yield from main_fetch(revalidation)
    return response


def main_fetch(params: FetchParams, *, recursive: bool = False) -> Fetching[Response]:
    """Decide how a request may go out and what of its response is shown. https://fetch.spec.whatwg.org/#concept-main-fetch"""
    request, profile, trace = params.request, params.profile, params.trace
    if recursive and profile.preflights.after_redirect_precedes_mixed_content_check:
        refused = yield from _preflight_before_mixed_content_check(params)
        if refused is not None:
            return refused
    blocked = blocked_before_sending(params)
    if not request.referrer_policy:
        request.referrer_policy = request.client.policy_container.referrer_policy
    request.referrer = determine_requests_referrer(request, profile)

    response = (yield from _fetch_by_mode(params)) if blocked is None else network_error(blocked=blocked)
    if recursive:
        return response

    if not response.url_list:
        response.url_list = list(request.url_list)
    if response.is_network_error:
        response.timing_allow_passed = _timing_of_failed(params, response.blocked, was_sent=blocked is None)
        return response
    if response.internal_response is None:
        if request.response_tainting == "cors":
            expose_headers(request, response)
        response = filter_response(request, response, trace)
    response.unfiltered.timing_allow_passed = not request.timing_allow_failed
    disregard_null_body(request, response, profile)
    cut_short = response.unfiltered.body_failure
    if request.integrity_metadata and cut_short is not None and profile.integrity.is_checked_of_cut_bodies:
        return network_error(failure=cut_short)
    blocked = blocked_after_receiving(params, response)
    return response if blocked is None else network_error(blocked=blocked)


def _timing_of_failed(params: FetchParams, refused: Blocked | None, *, was_sent: bool) -> bool | None:
    """What script learns of the timing of a fetch that failed; None: there is no entry."""
    request, profile = params.request, params.profile
    match profile.timing.of_requests_never_sent:
        case "absent" if not was_sent:
            return None
        case "absent-if-csp-stops-fetch" if not was_sent and refused is not None:
            if refused.reason is Reason.CONTENT_SECURITY_POLICY and request.api == "fetch":
                return None
    match profile.timing.of_failed_fetches:
        case "by-the-last-check":
            return not request.timing_allow_failed
        case "by-the-refused-response":
            was_refused = refused is not None and refused.stage in (Stage.REDIRECT, Stage.ACTUAL)
            return was_refused and not request.timing_allow_failed
        case "absent":
            return None
        case _:
            return False


def _fetch_by_mode(params: FetchParams) -> Fetching[Response]:
    """The switch of main fetch: by origin, scheme and mode."""
    request, profile = params.request, params.profile
    url = request.current_url
    if (
        request.mode == "same-origin"
        and request.url_before_upgrade
        and profile.mixed_content.same_origin_mode_ignores_upgrades
    ):
        return _refuse(params, Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, "concept-main-fetch")
    if (
        (
            request.response_tainting == "basic"
            and request.upgraded_at is None
            and _is_same_origin(request, url_origin(url), profile)
        )
        or (url.scheme == "data" and not _may_not_fetch_data(request, profile))
        or request.mode == "navigate"
    ):
        return (yield from _scheme_fetch_as(params, ResponseTainting.BASIC))
    if request.mode == "same-origin":
        return _refuse(params, Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, "concept-main-fetch")
    if request.mode == "no-cors":
        if request.redirect_mode != "follow":
            return _refuse(params, Reason.NO_CORS_REDIRECT_MODE, "concept-main-fetch", subject=request.redirect_mode)
        return (yield from _scheme_fetch_as(params, ResponseTainting.OPAQUE))
    if not url.is_http:
        return _refuse(params, Reason.SCHEME_NOT_HTTP, "concept-main-fetch", subject=url.scheme)

    unsafe_names = unsafe_names_to_list(request, profile)
    is_preflighted = needs_preflight(request, unsafe_names, profile) and not _led_home_by_an_upgrade(request)
    request.needed_preflight = is_preflighted
    _set_tainting(params, ResponseTainting.CORS)
    response = yield from http_fetch(params, unsafe_names if is_preflighted else None)
    if response.is_network_error:
        _clear_preflight_cache(params, after_preflight=is_preflighted)
    return response


def _may_not_fetch_data(request: Request, profile: BrowserProfile) -> bool:
    """Report whether the rule for no-cors, to follow redirects, is laid on data: URLs, which redirect nowhere."""
    return (
        profile.schemes.no_cors_data_must_follow_redirects
        and request.mode == "no-cors"
        and request.redirect_mode != "follow"
    )


def _preflight_before_mixed_content_check(params: FetchParams) -> Fetching[Response | None]:
    """Send the preflight of what will be refused as mixed content; the network error if the preflight fails first."""
    request, profile = params.request, params.profile
    if request.mode != "cors" or should_fetching_request_be_blocked_as_mixed_content(params) is None:
        return None
    unsafe_names = unsafe_names_to_list(request, profile)
    if not needs_preflight(request, unsafe_names, profile):
        return None
    response = yield from cors_preflight_fetch(params, unsafe_names)
    return response if response.is_network_error else None


def _is_same_origin(request: Request, origin: Origin, profile: BrowserProfile) -> bool:
    return same_origin(request.origin, origin) or (
        profile.urls.same_origin_ignores_port and same_origin_without_ports(request.origin, origin)
    )


def _set_tainting(params: FetchParams, tainting: ResponseTainting) -> None:
    request = params.request
    request.response_tainting = tainting
    params.trace.append(TaintingSet(tainting, request.current_url.href, request.serialize_origin()))


def _scheme_fetch_as(params: FetchParams, tainting: ResponseTainting) -> Fetching[Response]:
    _set_tainting(params, tainting)
    return (yield from scheme_fetch(params))


def _clear_preflight_cache(params: FetchParams, *, after_preflight: bool) -> None:
    """Forget what preflights allowed for a URL whose fetch failed. https://fetch.spec.whatwg.org/#concept-cache-clear"""
    match params.profile.preflight_cache.cleared_by:
        case "nothing":
            return
        case "failure-after-preflight" if not after_preflight:
            return
    if params.user_agent.preflight_cache.clear_entries(params.request, params.profile):
        params.trace.append(PreflightCacheCleared(params.request.current_url.href))


def scheme_fetch(params: FetchParams) -> Fetching[Response]:
    """Answer about:blank, data: and blob: URLs here, leave HTTP to HTTP fetch. https://fetch.spec.whatwg.org/#scheme-fetch"""
    request, profile = params.request, params.profile
    url = request.current_url
    match url.scheme:
        case "about" if url.path == "blank" and (profile.schemes.about_blank_is_fetched or request.is_navigation):
            return Response(status_message="OK", header_list=[("Content-Type", "text/html;charset=utf-8")], body=b"")
        case "blob":
            blob = params.user_agent.blob_urls.get(url.without_fragment().href)
            if blob is None or request.method != "GET":
                return _refuse(params, Reason.BLOB_URL_NOT_FOUND, "scheme-fetch")
            answer = blob_response(blob, request.header_list)
            return answer or _refuse(params, Reason.BLOB_URL_NOT_FOUND, "scheme-fetch", header="Range")
        case "data":
            from .data_url import process_data_url  # here, because few fetches need it

            data = process_data_url(url)
            if data is None:
                return _refuse(params, Reason.DATA_URL_INVALID, "data-url-processor")
            headers = [("Content-Type", data.mime_type.serialize())]
            if profile.schemes.data_url_has_content_length and request.api != "XMLHttpRequest":
                headers.append(("Content-Length", str(len(data.body))))
            return Response(status_message="OK", header_list=headers, body=data.body)
        case "http" | "https":
            return (yield from http_fetch(params, None))
        case _:
            return _refuse(params, Reason.SCHEME_NOT_HTTP, "scheme-fetch", subject=url.scheme)


def http_fetch(params: FetchParams, preflight_for: list[str] | None) -> Fetching[Response]:
    """Preflight where asked (`preflight_for`: the unsafe header names), send, check, and follow redirects.

    https://fetch.spec.whatwg.org/#concept-http-fetch
    """
    request, profile, trace = params.request, params.profile, params.trace
    if preflight_for is not None and needs_new_preflight(params, preflight_for):
        preflight_response = yield from cors_preflight_fetch(params, preflight_for)
        if preflight_response.is_network_error:
            return preflight_response

    kind = ExchangeKind.ACTUAL if len(request.url_list) == 1 or request.redirect_count == 0 else ExchangeKind.REDIRECT
    response = yield from http_network_or_cache_fetch(params, kind)
    if response.is_network_error:
        return response
    stage = Stage.REDIRECT if response.status in profile.redirects.statuses else Stage.ACTUAL
    if request.response_tainting == "cors" and not _led_home_by_an_upgrade(request):
        with_credentials = includes_credentials(request)
        if stage == "redirect" and not request.needed_preflight:
            with_credentials = with_credentials or redirecting_needs_credentials_grant(request, profile)
        checked = cors_check(
            request,
            response.header_list,
            stage,
            serialized_origin=request.serialize_origin(),
            with_credentials=with_credentials,
        )
        if isinstance(checked, Blocked):
            if not tao_check(request, response) and profile.timing.of_failed_fetches == "by-the-refused-response":
                request.timing_allow_failed = True
            return _refused_response(params, response, checked, "cors-check")
        trace.append(checked)
    if not tao_check(request, response):
        request.timing_allow_failed = True
    if request.response_tainting == "opaque" and (
        refused := cross_origin_resource_policy_check(request.origin, request.client, response, stage, profile)
    ):
        return _refused_response(params, response, refused, "cross-origin-resource-policy-check")

    if stage == "redirect":
        match request.redirect_mode:
            case RedirectMode.ERROR:
                if profile.redirects.mode_error_needs_a_location and not get(response.header_list, "Location"):
                    return response
                return _refuse(params, Reason.REDIRECT_MODE_ERROR, "concept-http-fetch", stage=Stage.REDIRECT)
            case RedirectMode.MANUAL:
                if profile.redirects.mode_manual_parses_location and _location(params, response) == "failure":
                    return _location_invalid(params)
                return opaque_redirect_filtered_response(response)
            case _:
                return (yield from http_redirect_fetch(params, response))
    return response


def _refused_response(params: FetchParams, response: Response, blocked: Blocked, check: str) -> Response:
    """The network error in place of a response that failed a check, which a browser may also take out of its cache."""
    at = response.stored_at
    if at is not None and check in params.profile.http_cache.drops_what_failed:
        params.user_agent.http_cache.discard(partition=at.partition, url=at.url, request_headers=at.request_headers)
    return _blocked(params, blocked)


def _led_home_by_an_upgrade(request: Request) -> bool:
    """Report whether an internal redirect led straight home: then nothing asks for CORS headers."""
    return (
        request.upgraded_at is not None
        and len(request.urls_sent) == 1
        and same_origin(url_origin(request.current_url), request.origin)
    )


def _location(params: FetchParams, response: Response) -> URL | Literal["absent", "failure"]:
    return location_url(response, params.request.current_url, params.profile)


def _location_invalid(params: FetchParams) -> Response:
    anchor = "concept-http-redirect-fetch"
    return _refuse(params, Reason.REDIRECT_LOCATION_INVALID, anchor, stage=Stage.REDIRECT, header="Location")


def http_redirect_fetch(params: FetchParams, response: Response) -> Fetching[Response]:
    """Follow one redirect, or refuse to. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    request, profile = params.request, params.profile
    anchor = "concept-http-redirect-fetch"
    current = request.current_url
    location = _location(params, response)
    if location == "absent":
        return response
    if location == "failure":
        return _location_invalid(params)
    if not location.is_http:
        return _refuse(params, Reason.REDIRECT_SCHEME_NOT_HTTP, anchor, stage=Stage.REDIRECT, subject=location.href)
    if request.redirect_count == _MOST_REDIRECTS:
        return _refuse(params, Reason.TOO_MANY_REDIRECTS, anchor, stage=Stage.REDIRECT, subject=location.href)
    request.redirect_count += 1
    location_is_foreign = not same_origin(request.origin, url_origin(location))
    if location.includes_credentials and (
        (request.mode == "cors" and location_is_foreign) or request.response_tainting == "cors"
    ):
        return _refuse(
            params,
            Reason.REDIRECT_WITH_CREDENTIALS_IN_URL,
            anchor,
            stage=Stage.REDIRECT,
            subject=location.without_credentials().href,
        )
    if response.status != 303 and request.body is not None and request.body.source is None:
        return _refuse(params, Reason.REDIRECT_OF_A_STREAM, anchor, stage=Stage.REDIRECT)

    method, before = request.method, list(request.header_list)
    if request.unsafe_request and request.asked_unsafe_names is None:
        request.asked_unsafe_names = cors_unsafe_request_header_names(before, profile)
    request.method_before_redirects = request.method_before_redirects or method
    leaves_origin = not same_origin(url_origin(current), url_origin(location))
    if (
        (response.status in (301, 302) and method == "POST")
        or (response.status == 303 and method not in ("GET", "HEAD"))
        or (method == "DELETE" and leaves_origin and profile.redirects.delete_becomes_get_cross_origin)
    ):
        request.method, request.body = "GET", None
        request.content_type_left_out = get(request.header_list, "Content-Type")
        for name in _REQUEST_BODY_HEADERS:
            delete(request.header_list, name)
    elif (
        request.content_type_left_out is not None
        and profile.redirects.content_type_returns_on_the_next
        and request.mode == "cors"
        and (location_is_foreign or request.response_tainting == "cors")
    ):
        request.header_list.append(("Content-Type", request.content_type_left_out))
        request.content_type_left_out = None
    if leaves_origin:
        delete(request.header_list, "Authorization")
    if (
        request.prevent_no_cache_cache_control_header_modification
        and profile.http_cache.background_revalidations_are == "new-loads"
    ):
        # Validated in the background is the redirect, not what it leads to.
        request.prevent_no_cache_cache_control_header_modification = False
        request.cache_mode = CacheMode.DEFAULT
    leaves_the_page = location_is_foreign and same_origin(request.origin, url_origin(current))
    request.redirected_past_http_cache = response.cache_state != "local" or leaves_the_page
    request.url_list.append(location)
    set_referrer_policy_on_redirect(request, response.header_list)
    params.trace.append(
        Redirected(
            response.status,
            current.href,
            location.href,
            method,
            request.method,
            request.serialize_origin(),
            tuple(name for name, value in before if (name, value) not in request.header_list),
        )
    )
    return (yield from main_fetch(params, recursive=True))
