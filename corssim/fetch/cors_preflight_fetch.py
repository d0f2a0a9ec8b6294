"""CORS-preflight fetch: ask the server whether the real request may be sent. https://fetch.spec.whatwg.org/#cors-preflight-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import same_origin
from ..patterns import lazy_pattern
from .cors_check import (
    allow_credentials_check,
    allow_origin_check,
    includes_credentials,
)
from .fetch_params import FetchParams
from .header_list import FAILURE, extract_delta_seconds, extract_token_list, get, lowercase_names
from .http_network_or_cache_fetch import effective_cache_mode, http_network_or_cache_fetch
from .methods import is_cors_safelisted_method
from .reasons import Blocked, Reason, Stage
from .request import RequestMode, ResponseTainting, new_request
from .request_hops import before_redirects
from .request_policies import should_preflight_be_blocked_by_content_security_policy
from .response import is_ok_status, is_redirect_status, network_error
from .safelists import is_cors_non_wildcard_request_header_name
from .trace import CheckPassed, ExchangeKind, PreflightCacheCleared, WildcardCoveredAuthorization, preflight_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from ..url import URL
    from .events import Trace
    from .header_list import Failure
    from .http_network_fetch import Fetching
    from .profile import BrowserProfile
    from .request import Request
    from .response import Response

_ANCHOR = "cors-preflight-fetch"
_METHODS = "Access-Control-Allow-Methods"
_HEADERS = "Access-Control-Allow-Headers"
_MAX_AGE = "Access-Control-Max-Age"
# Found once: Python 3.11 is slow to find a member of an enum.
_CORS_MODE, _CORS_TAINTING = RequestMode.CORS, ResponseTainting.CORS
_EXCHANGE, _STAGE = ExchangeKind.PREFLIGHT, Stage.PREFLIGHT
_INTEGER = lazy_pattern(r"([+-]?)0*([0-9]{1,19})")


def cors_preflight_fetch(params: FetchParams, unsafe_names: Sequence[str]) -> Fetching[Response]:
    """Send OPTIONS for the request; give its response, or a network error where the answer does not allow the request.

    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
    """
    request, profile, trace = params.request, params.profile, params.trace
    if (refused := should_preflight_be_blocked_by_content_security_policy(params)) is not None:
        return params.refuse(refused)
    preflight = _preflight_request(request, unsafe_names, profile)
    preflight_params = FetchParams(preflight, params.user_agent, trace)
    serialized_origin = preflight.serialize_origin()

    response = yield from http_network_or_cache_fetch(preflight_params, _EXCHANGE)
    if response.is_network_error:
        return response
    if response.body_failure is not None and profile.preflights.waits_for_the_body:
        return network_error(failure=response.body_failure)
    with_credentials = includes_credentials(request)
    for check in _checks_in_order(request, profile):
        result = check(request, response, serialized_origin, with_credentials)
        if isinstance(result, Blocked):
            return params.refuse(result)
        if result is not None:
            trace.append(result)
    blocked = _allowed_by(request, response, unsafe_names, params)
    return response if blocked is None else params.refuse(blocked)


def clear_preflight_cache(params: FetchParams, *, after_preflight: bool) -> None:
    """Forget what preflights allowed for a URL whose fetch failed, by the text where it was preflighted.

    https://fetch.spec.whatwg.org/#concept-cache-clear
    """
    match params.profile.preflight_cache.cleared_by:
        case "nothing":
            return
        case "failure-after-preflight" if not after_preflight:
            return
    if params.user_agent.preflight_cache.clear_entries(params.request, params.profile):
        params.trace.append(PreflightCacheCleared(params.request.current_url.href))


def _preflight_request(request: Request, unsafe_names: Sequence[str], profile: BrowserProfile) -> Request:
    headers = [("Accept", "*/*"), ("Access-Control-Request-Method", request.method)]
    if unsafe_names:
        # No space after the comma: that is how it was implemented everywhere.
        headers.append(("Access-Control-Request-Headers", ",".join(unsafe_names)))
    preflight = new_request(
        method="OPTIONS",
        url_list=list(request.url_list),
        client=request.client,
        origin=request.origin,
        header_list=headers,
        initiator_type=request.initiator_type,
        destination=request.destination,
        referrer=_referrer_of_the_first(request) if profile.referrers.preflights_say_the_first else request.referrer,
        referrer_policy=request.referrer_policy,
        mode=_CORS_MODE,
        response_tainting=_CORS_TAINTING,
        synchronous=request.synchronous,
        sends_page_origin=profile.preflights.after_redirect_sends_page_origin,
        has_lost_its_origin=request.has_lost_its_origin,
        is_preflight=True,
        announces_credentials=request.credentials_mode == "include",
        api=request.api,
    )
    is_in_the_background = request.prevent_no_cache_cache_control_header_modification
    if profile.preflights.inherits_cache_mode and not is_in_the_background:
        preflight.cache_mode = effective_cache_mode(request, profile, lowercase_names(request.header_list))
    return preflight


def _referrer_of_the_first(request: Request) -> URL | Literal["no-referrer", "client"]:
    """What the request said before any redirect."""
    first = before_redirects(request.hops)
    return request.referrer if first is None else first.referrer


def _checks_in_order(
    request: Request, profile: BrowserProfile
) -> Sequence[Callable[[Request, Response, str, bool], CheckPassed | Blocked | None]]:
    """The CORS check and the status, in the order in which the browser reports them."""
    if profile.preflights.need_no_cors_headers_at_their_origin and same_origin(request.origin, request.current_url):
        return (_ok_status,)
    match profile.preflights.check_order:
        case "cors-then-status":
            return (_allow_origin, _allow_credentials, _ok_status)
        case "redirect-then-cors-then-status":
            return (_no_redirect, _allow_origin, _allow_credentials, _ok_status)
        case _:
            return (_ok_status, _allow_origin, _allow_credentials)


def _allow_origin(
    request: Request, response: Response, serialized_origin: str, with_credentials: bool
) -> CheckPassed | Blocked:
    return allow_origin_check(
        request,
        response.header_list,
        _STAGE,
        serialized_origin=serialized_origin,
        with_credentials=with_credentials,
    )


def _allow_credentials(
    request: Request, response: Response, serialized_origin: str, with_credentials: bool
) -> CheckPassed | Blocked | None:
    if not with_credentials:
        return None
    return allow_credentials_check(request, response.header_list, Stage.PREFLIGHT, serialized_origin=serialized_origin)


def _no_redirect(
    request: Request, response: Response, serialized_origin: str, with_credentials: bool
) -> Blocked | None:
    return (
        _ok_status(request, response, serialized_origin, with_credentials)
        if is_redirect_status(response.status)
        else None
    )


def _ok_status(request: Request, response: Response, serialized_origin: str, _: bool) -> Blocked | None:
    if is_ok_status(response.status):
        return None
    return Blocked(
        reason=Reason.PREFLIGHT_REDIRECTED if is_redirect_status(response.status) else Reason.PREFLIGHT_STATUS_NOT_OK,
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=Stage.PREFLIGHT,
        header="Location" if is_redirect_status(response.status) else "",
        received=get(response.header_list, "Location") if is_redirect_status(response.status) else None,
        status=response.status,
        origin=serialized_origin,
    )


def _allowed_by(
    request: Request, response: Response, unsafe_names: Sequence[str], params: FetchParams
) -> Blocked | None:
    """Hold the request's method and header names against the answer, and remember the answer where it allows them."""
    profile, trace = params.profile, params.trace
    methods = extract_token_list(response.header_list, _METHODS)
    header_names = extract_token_list(response.header_list, _HEADERS)
    if methods is FAILURE:
        return _refused(request, response, Reason.ALLOW_METHODS_UNPARSABLE, _METHODS)
    if header_names is FAILURE:
        unparsable = _refused(request, response, Reason.ALLOW_HEADERS_UNPARSABLE, _HEADERS)
        if not profile.preflights.methods_go_before_unparsable_headers:
            return unparsable
        return _refused_by_its_method(request, response, methods or []) or unparsable
    if methods is None and request.use_cors_preflight and profile.preflights.forced_one_allows_its_method:
        methods = [request.method]
    methods = methods or []
    refused = _refused_by(request, response, methods, header_names or [], unsafe_names, params)
    if refused is not None and not profile.preflight_cache.stores_refusals:
        return refused
    max_age = _max_age(response, profile)
    stored = params.user_agent.preflight_cache.store(
        request, methods, header_names or (), max_age, profile, params.user_agent.clock()
    )
    trace.append(
        preflight_stored(request.current_url.href, tuple(methods), tuple(header_names or ()), max_age if stored else 0)
    )
    return refused


def _refused_by(
    request: Request,
    response: Response,
    methods: list[str],
    header_names: list[str],
    unsafe_names: Sequence[str],
    params: FetchParams,
) -> Blocked | None:
    """The method or header name that the lists do not allow, or None."""
    refused = _refused_by_its_method(request, response, methods)
    if refused is not None or not unsafe_names:
        return refused
    credentials = includes_credentials(request)
    listed_names = {name.lower() for name in header_names}
    unlisted = [name for name in unsafe_names if name not in listed_names]
    if unlisted and not credentials and "*" in listed_names:
        unlisted = _beyond_the_wildcard(unlisted, request, params.profile, params.trace)
    if unlisted:
        return _refused(request, response, Reason.HEADER_DISALLOWED_BY_PREFLIGHT, _HEADERS, unlisted[0])
    return None


def _refused_by_its_method(request: Request, response: Response, methods: list[str]) -> Blocked | None:
    if request.method in methods or is_cors_safelisted_method(request.method):
        return None
    if "*" in methods and not includes_credentials(request):
        return None
    return _refused(request, response, Reason.METHOD_DISALLOWED_BY_PREFLIGHT, _METHODS, request.method)


def _beyond_the_wildcard(names: list[str], request: Request, profile: BrowserProfile, trace: Trace) -> list[str]:
    """Names that `*` does not cover: Authorization, by the text."""
    non_wildcard = [name for name in names if is_cors_non_wildcard_request_header_name(name)]
    if non_wildcard and profile.preflights.wildcard_allows_authorization:
        trace.append(WildcardCoveredAuthorization(request.current_url.href))
        return []
    return non_wildcard


def _max_age(response: Response, profile: BrowserProfile) -> int:
    """Seconds for which the answer may be kept."""
    seconds = extract_delta_seconds(response.header_list, _MAX_AGE)
    if seconds is None:
        return 5
    value = get(response.header_list, _MAX_AGE) or ""
    if profile.preflight_cache.max_age_is_read_as == "64-bit-integer":
        seconds = _signed_integer(value.strip(profile.preflight_cache.max_age_white_space))
    elif seconds is FAILURE and value[:1] == "-" and value[1:].isdecimal():
        return profile.preflight_cache.max_age_negative
    if seconds is FAILURE:
        return profile.preflight_cache.max_age_unparsable if value else 5
    if seconds < 0:
        return profile.preflight_cache.max_age_negative
    return min(seconds, profile.preflight_cache.max_age_limit)


def _signed_integer(value: str) -> int | Failure:
    """Digits after a sign or none, as far as 64 bits hold them."""
    found = _INTEGER.fullmatch(value)
    if found is None:
        return FAILURE
    number = int("".join(found.groups()))
    return number if -(2**63) <= number < 2**63 else FAILURE


def _refused(request: Request, response: Response, reason: Reason, header: str, subject: str = "") -> Blocked:
    return Blocked(
        reason=reason,
        anchor=_ANCHOR,
        url=request.current_url.href,
        stage=Stage.PREFLIGHT,
        header=header,
        received=get(response.header_list, header),
        compared_with=subject,
        subject=subject,
        status=response.status,
        origin=request.serialize_origin(),
    )
