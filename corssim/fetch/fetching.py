"""Fetch, main fetch, scheme fetch, HTTP fetch and HTTP-redirect fetch: the algorithms that call each other in a ring.

https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import same_origin, same_origin_without_ports
from .connections import look_where_it_leads
from .cors_check import cors_check, includes_credentials
from .cors_preflight_fetch import clear_preflight_cache, cors_preflight_fetch
from .embedder_policy import cross_origin_resource_policy_check
from .http_cache_after_checks import drop_redirect_not_followed, drop_what_failed, is_given_up
from .http_network_or_cache_fetch import (
    http_network_or_cache_fetch,
    revalidate_what_is_stale,
    validated_at_the_first_url,
)
from .local_network_access import local_network_access_check
from .mixed_content import is_foreign_by_an_upgrade, needs_no_cors_headers
from .preflight_need import needs_new_preflight, needs_preflight, unsafe_names_to_list
from .reasons import Blocked, Reason, Stage
from .referrer import determine_requests_referrer
from .remembered_loads import is_answered_by_memory, start_over
from .request import RedirectMode, ResponseTainting
from .request_policies import blocked_before_sending
from .response import Response, network_error, opaque_redirect_filtered_response
from .response_policies import blocked_after_receiving, disregard_null_body, expose_headers, filter_response
from .strict_transport_security import upgrade_to_strict_transport_security
from .tao_check import tao_check
from .trace import ExchangeKind, LoadedInTheBackground, tainting_set

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .http_network_fetch import Fetching
    from .profile import BrowserProfile
    from .request import Request
    from .rules import SchemeRules

# Found once: Python 3.11 is slow to find a member of an enum.
_CORS, _ACTUAL, _ACTUAL_EXCHANGE = ResponseTainting.CORS, Stage.ACTUAL, ExchangeKind.ACTUAL


def fetch(params: FetchParams) -> Fetching[Response]:
    """Main fetch, then what goes on in the background. https://fetch.spec.whatwg.org/#concept-fetch"""
    if params.request.keepalive:
        from .keepalive import keepalive_in_flight  # here, because few fetches need it

        with keepalive_in_flight(params):
            response = yield from main_fetch(params)
    else:
        response = yield from main_fetch(params)
    if params.revalidations:
        yield from _revalidate_all(params, response)
    return response


def main_fetch(params: FetchParams, *, recursive: bool = False) -> Fetching[Response]:
    """Decide how a request may go out and what of its response is shown. https://fetch.spec.whatwg.org/#concept-main-fetch"""
    request, profile, trace = params.request, params.profile, params.trace
    if recursive:
        from .after_redirects import preflight_before_mixed_content_check  # here, because most fetches are not led on

        if (refused := (yield from preflight_before_mixed_content_check(params))) is not None:
            return refused
    blocked = blocked_before_sending(params)
    tried_over_https, referrer = None, request.referrer
    if blocked is None and request.current_url.scheme == "http":
        from .https_first import go_back_to_http, https_first_failed, try_https_first  # here, because most are https

        tried_over_https = try_https_first(params)
    if not request.referrer_policy:
        request.referrer_policy = request.client.policy_container.referrer_policy
    request.referrer = determine_requests_referrer(request, profile.referrers)

    if request.current_url.scheme == "http":
        upgrade_to_strict_transport_security(params)
    response = (yield from _fetch_by_mode(params)) if blocked is None else network_error(blocked=blocked)
    if tried_over_https is not None and https_first_failed(params, tried_over_https, response):
        go_back_to_http(params, tried_over_https)
        request.referrer = referrer
        return (yield from main_fetch(params, recursive=recursive))
    if recursive:
        return response

    if not response.url_list:
        response.url_list = list(request.url_list)
    if response.is_network_error:
        from .timing import timing_of_failed  # here, because it is asked of failures alone

        was_sent = blocked is None
        response.timing_allow_passed = timing_of_failed(request, response.blocked, profile.timing, was_sent=was_sent)
        return response
    if response.internal_response is None:
        if request.response_tainting == "cors":
            expose_headers(request, response)
        response = filter_response(request, response, trace)
    internal = response.unfiltered
    internal.timing_allow_passed = not request.timing_allow_failed
    disregard_null_body(request, response, internal, profile.responses)
    cut_short = internal.body_failure
    if request.integrity_metadata and cut_short is not None and profile.integrity.is_checked_of_cut_bodies:
        return network_error(failure=cut_short)
    blocked = blocked_after_receiving(params, response)
    if blocked is None:
        return response
    refused = network_error(blocked=blocked)
    if not profile.timing.failed_integrity_hides and blocked.reason in (Reason.INTEGRITY_MISMATCH, Reason.NOSNIFF):
        refused.timing_allow_passed = internal.timing_allow_passed
    return refused


def _fetch_by_mode(params: FetchParams) -> Fetching[Response]:
    """The switch of main fetch, by origin, scheme and mode. https://fetch.spec.whatwg.org/#concept-main-fetch"""
    request, profile, anchor = params.request, params.profile, "concept-main-fetch"
    if (
        (request.response_tainting == "basic" and _is_same_origin(request, profile))
        or (request.current_url.scheme == "data" and _may_fetch_data(request, profile.schemes))
        or request.mode in ("navigate", "websocket")
    ):
        _set_tainting(params, ResponseTainting.BASIC)
        return (yield from scheme_fetch(params))
    if request.mode == "same-origin":
        return params.refuse_request(Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, anchor)
    if request.mode == "no-cors":
        if request.redirect_mode != "follow":
            return params.refuse_request(Reason.NO_CORS_REDIRECT_MODE, anchor, subject=request.redirect_mode)
        _set_tainting(params, ResponseTainting.OPAQUE)
        return (yield from scheme_fetch(params))
    if not request.current_url.is_http:
        return params.refuse_request(Reason.SCHEME_NOT_HTTP, anchor, subject=request.current_url.scheme)

    unsafe_names = unsafe_names_to_list(request, profile)
    is_preflighted = needs_preflight(request, unsafe_names, profile)
    _set_tainting(params, _CORS)
    response = yield from http_fetch(params, unsafe_names if is_preflighted else None)
    if response.is_network_error:
        clear_preflight_cache(params, after_preflight=is_preflighted)
    return response


def _set_tainting(params: FetchParams, tainting: ResponseTainting) -> None:
    params.request.response_tainting = tainting
    params.trace.append(tainting_set(tainting, params.request.current_url.href, params.request.serialize_origin()))


def scheme_fetch(params: FetchParams) -> Fetching[Response]:
    """Leave HTTP to HTTP fetch, answer the other schemes here. https://fetch.spec.whatwg.org/#scheme-fetch"""
    if params.request.current_url.is_http:
        return (yield from http_fetch(params, None))
    from .scheme_responses import response_without_network  # here, because few fetches need it

    return response_without_network(params)


def http_fetch(params: FetchParams, preflight_for: list[str] | None) -> Fetching[Response]:
    """Preflight where asked (`preflight_for`: the unsafe header names), send, check, and follow redirects.

    https://fetch.spec.whatwg.org/#concept-http-fetch
    """
    request, profile, trace = params.request, params.profile, params.trace
    is_preflighted = preflight_for is not None
    if profile.local_network.access != "off":
        if params.user_agent.sees_addresses:
            yield from look_where_it_leads(params)
        if (refused := local_network_access_check(params, is_preflighted=is_preflighted)) is not None:
            return params.refuse(refused)
    if preflight_for is not None and not is_answered_by_memory(request) and needs_new_preflight(params, preflight_for):
        preflight_response = yield from cors_preflight_fetch(params, preflight_for)
        if preflight_response.is_network_error:
            if profile.http_cache.revalidates_beside_preflights:
                revalidate_what_is_stale(params)
            return preflight_response

    if (stored := validated_at_the_first_url(params)) is not None:
        start_over(request, stored)
        return (yield from main_fetch(params, recursive=True))
    kind = ExchangeKind.REDIRECT if request.redirect_count else _ACTUAL_EXCHANGE
    if params.revalidations and profile.http_cache.background_revalidations_are == "exchanges":
        yield from _revalidate_all(params)  # of cached redirects, before the request goes on
    response = yield from http_network_or_cache_fetch(params, kind)
    if response.is_network_error:
        return response
    stage = Stage.REDIRECT if response.status in profile.redirects.statuses else _ACTUAL
    if request.response_tainting == "cors" and not needs_no_cors_headers(params, response):
        origin, credentials = request.serialize_origin(), includes_credentials(request)
        checked = cors_check(
            request, response.header_list, stage, serialized_origin=origin, with_credentials=credentials
        )
        if isinstance(checked, Blocked):
            return _refuse_response(params, response, checked, "cors-check")
        trace.append(checked)
    told = profile.timing.of_opaque_redirects if stage == "redirect" and request.redirect_mode == "manual" else None
    if told == "hidden" or (told != "told" and not tao_check(request, response)):
        request.timing_allow_failed = True
    if request.response_tainting == "opaque" and (
        refused := cross_origin_resource_policy_check(
            request.origin, request.client, response, stage, profile.embedder_policies
        )
    ):
        return _refuse_response(params, response, refused, "cross-origin-resource-policy-check")

    if stage == "redirect":
        from .redirects import location_invalid, may_be_mode_error, shows_no_opaque_redirect  # most are no redirects

        if request.redirect_mode != RedirectMode.FOLLOW:
            drop_redirect_not_followed(response, params.user_agent.http_cache, profile.http_cache)
        match request.redirect_mode:
            case RedirectMode.ERROR if may_be_mode_error(response, profile.redirects):
                return params.refuse_request(Reason.REDIRECT_MODE_ERROR, "concept-http-fetch", stage=Stage.REDIRECT)
            case RedirectMode.MANUAL if shows_no_opaque_redirect(request, response, profile):
                return params.refuse(location_invalid(request))
            case RedirectMode.MANUAL:
                return opaque_redirect_filtered_response(response)
            case RedirectMode.FOLLOW:
                return (yield from http_redirect_fetch(params, response, was_preflighted=is_preflighted))
    return response


def http_redirect_fetch(params: FetchParams, response: Response, *, was_preflighted: bool) -> Fetching[Response]:
    """Follow one redirect, or refuse to. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    from .after_redirects import refused_for_want_of_a_grant, why_no_grant_lets_it_go_on
    from .location import location_url
    from .redirects import follow, location_invalid, why_not_to_follow

    request, profile = params.request, params.profile
    location = location_url(response, request.current_url, profile)
    if location == "absent":
        return response
    if location == "failure":
        return params.refuse(location_invalid(request))
    if (refused := why_not_to_follow(request, response, location, profile.embedder_policies)) is not None:
        drop_redirect_not_followed(response, params.user_agent.http_cache, profile.http_cache)
        return params.refuse(refused)
    ungranted = why_no_grant_lets_it_go_on(request, response, profile.redirects)
    params.trace.append(follow(request, response, location, profile.redirects, was_preflighted=was_preflighted))
    if ungranted is not None:
        drop_redirect_not_followed(response, params.user_agent.http_cache, profile.http_cache)
        return (yield from refused_for_want_of_a_grant(params, ungranted))
    redirect_count = request.redirect_count
    led_to = yield from main_fetch(params, recursive=True)
    was_refused = led_to.blocked is not None and led_to.blocked.stage is Stage.REQUEST
    if was_refused and request.redirect_count == redirect_count:
        drop_redirect_not_followed(response, params.user_agent.http_cache, profile.http_cache)
    return led_to


# Below: what browsers do beyond the text.


def _revalidate_all(params: FetchParams, response: Response | None = None) -> Fetching[None]:
    """Validate what was used stale; `response`: what the fetch came to, if it has ended."""
    requests, params.revalidations = params.revalidations, []
    for request in requests:
        if response is None or not is_given_up(request, response, params.profile.http_cache):
            yield from load_in_the_background(params, request)


def load_in_the_background(params: FetchParams, request: Request) -> Fetching[None]:
    """Update the HTTP cache and nothing else: what it comes to is no part of this fetch, though it may be told."""
    in_background = params.beside(request)
    match params.profile.http_cache.background_revalidations_are:
        case "exchanges":
            yield from http_network_or_cache_fetch(in_background, ExchangeKind.ACTUAL)
        case "new-loads":
            in_background.trace.append(params.trace[0])
            yield from main_fetch(in_background)
            params.trace.append(LoadedInTheBackground(tuple(in_background.trace)))
        case _:
            yield from main_fetch(in_background)


def _is_same_origin(request: Request, profile: BrowserProfile) -> bool:
    """Report whether the current URL is of the request's origin, upgraded or not."""
    if request.hops and is_foreign_by_an_upgrade(request, profile.mixed_content):
        return False
    return same_origin(request.origin, request.current_url) or (
        profile.urls.same_origin_ignores_port and same_origin_without_ports(request.origin, request.current_url)
    )


def _may_fetch_data(request: Request, rules: SchemeRules) -> bool:
    """Report whether data: is fetched whatever the mode; or must no-cors follow redirects, though it leads nowhere?"""
    return (
        not rules.no_cors_data_must_follow_redirects or request.mode != "no-cors" or request.redirect_mode == "follow"
    )


def _refuse_response(params: FetchParams, response: Response, blocked: Blocked, check: str) -> Response:
    """The network error in place of a response that failed a check."""
    request, profile = params.request, params.profile
    if profile.timing.of_failed_fetches == "by-the-refused-response" and not tao_check(request, response):
        request.timing_allow_failed = True
    if blocked.stage is Stage.ACTUAL:
        drop_what_failed(request, response, check, params.user_agent.http_cache, profile.http_cache)
    else:
        drop_redirect_not_followed(response, params.user_agent.http_cache, profile.http_cache)
    return params.refuse(blocked)
