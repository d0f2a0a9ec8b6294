"""Requests of fetch(). https://fetch.spec.whatwg.org/#request-class"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...errors import InvalidRequest
from ...fetch.header_list import appended, contains, get, normalize_header_value
from ...fetch.methods import is_cors_safelisted_method
from ...fetch.pairs import name_value_pairs
from ...fetch.request import CacheMode, CredentialsMode, RedirectMode, Request, RequestMode
from ...fetch.safelists import is_forbidden_request_header, is_no_cors_safelisted_request_header
from ...origin import same_origin
from .given import NO_BODY_METHODS, checked_header, checked_method, checked_referrer_policy, member, parsed_url

if TYPE_CHECKING:
    from ...fetch.body import BodyInit
    from ...fetch.environment import Environment
    from ...fetch.header_list import HeaderList
    from ...fetch.pairs import HeadersInit
    from ...fetch.profile import BrowserProfile
    from ...url import URL

_MODES = {mode.value: mode for mode in RequestMode if mode is not RequestMode.WEBSOCKET}
_CREDENTIALS_MODES = {mode.value: mode for mode in CredentialsMode}
_CACHE_MODES = {mode.value: mode for mode in CacheMode}
_REDIRECT_MODES = {mode.value: mode for mode in RedirectMode}
_ADDRESS_SPACES = {space: space for space in ("", "public", "local", "loopback", "unknown")}


def fetch_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    method: str = "GET",
    headers: HeadersInit = (),
    body: BodyInit | None = None,
    mode: str = "cors",
    credentials: str = "same-origin",
    redirect: str = "follow",
    cache: str = "default",
    referrer: str = "about:client",
    referrer_policy: str = "",
    integrity: str = "",
    keepalive: bool = False,
    target_address_space: str = "",
) -> Request:
    """What `new Request(url, init)` makes. Raises InvalidRequest where that throws a TypeError.

    https://fetch.spec.whatwg.org/#dom-request
    """
    parsed = parsed_url(environment, profile, url)
    if parsed.includes_credentials:
        raise InvalidRequest(f"a URL with a user name or password cannot be fetched: {parsed.without_credentials()}")
    request = Request(
        url_list=[parsed],
        client=environment,
        origin=environment.origin,
        unsafe_request=True,
        initiator_type="fetch",
        referrer=_referrer(environment, profile, referrer),
        referrer_policy=checked_referrer_policy(referrer_policy),
        api="fetch",
    )
    request.mode = member(_MODES, "mode", mode)
    if request.mode is RequestMode.NAVIGATE:
        raise InvalidRequest("mode navigate is the browser's own: use submit_form() or visit()")
    request.credentials_mode = member(_CREDENTIALS_MODES, "credentials", credentials)
    request.cache_mode = member(_CACHE_MODES, "cache", cache)
    if request.cache_mode is CacheMode.ONLY_IF_CACHED and request.mode is not RequestMode.SAME_ORIGIN:
        raise InvalidRequest("cache only-if-cached works with mode same-origin alone")
    request.redirect_mode = member(_REDIRECT_MODES, "redirect", redirect)
    if not isinstance(integrity, str):
        raise InvalidRequest(f"integrity is {integrity!r:.80}; give a str")
    request.integrity_metadata = integrity
    request.keepalive = keepalive
    if profile.local_network.knows_the_target_address_space:
        request.target_address_space = member(_ADDRESS_SPACES, "target_address_space", target_address_space)
    request.method = checked_method(method)
    if request.mode is RequestMode.NO_CORS and not is_cors_safelisted_method(request.method):
        raise InvalidRequest(f"mode no-cors allows GET, HEAD and POST, not {request.method}")
    guarded: HeaderList = []
    for name, value in name_value_pairs(headers, "headers"):
        _append_guarded(guarded, request.mode, name, value, profile)
    request.header_list = appended(guarded)
    if body is not None:
        _set_body(request, body, profile)
    if not headers or not contains(request.header_list, "Accept"):
        request.header_list.insert(0, ("Accept", "*/*"))
    return request


def _referrer(
    environment: Environment, profile: BrowserProfile, referrer: str
) -> URL | Literal["no-referrer", "client"]:
    """https://fetch.spec.whatwg.org/#dom-request, where init["referrer"] exists"""
    if referrer == "about:client":
        return "client"
    if referrer == "":
        return "no-referrer"
    parsed = parsed_url(environment, profile, referrer)
    is_client = parsed.scheme == "about" and parsed.path == "client"
    return "client" if is_client or not same_origin(parsed, environment.origin) else parsed


def _append_guarded(headers: HeaderList, mode: RequestMode, name: str, value: str, profile: BrowserProfile) -> None:
    """Append as a Headers object with a request's guard does, but for the casing of repeated names.

    https://fetch.spec.whatwg.org/#concept-headers-append
    """
    value = checked_header(name, value)
    if is_forbidden_request_header(name, value, profile.safelists):
        return
    if mode is RequestMode.NO_CORS:
        present = get(headers, name)  # which is short, or it would not be there
        together = value if present is None else f"{present}, {value}"
        if not is_no_cors_safelisted_request_header(name, together, profile.safelists):
            return
    headers.append((name, value))


def _set_body(request: Request, init: BodyInit, profile: BrowserProfile) -> None:
    """https://fetch.spec.whatwg.org/#dom-request, where init["body"] exists"""
    if request.method in NO_BODY_METHODS:
        raise InvalidRequest(f"a {request.method} request cannot have a body")
    from ...fetch.body import extract_body  # here, because most requests have none

    body, content_type = extract_body(init)
    if body.source is None:
        if request.keepalive:
            raise InvalidRequest("a keepalive request cannot have a stream as its body")
        if profile.requests.stream_body == "as-text":
            body, content_type = extract_body("[object ReadableStream]")
        elif request.mode is RequestMode.NO_CORS:
            raise InvalidRequest("a no-cors request cannot have a stream as its body")
        else:
            request.use_cors_preflight = True
    request.body = body
    if content_type is not None and not contains(request.header_list, "Content-Type"):
        if profile.requests.no_cors_body_keeps_its_content_type:
            request.header_list.append(("Content-Type", normalize_header_value(content_type)))
        else:
            _append_guarded(request.header_list, request.mode, "Content-Type", content_type, profile)
