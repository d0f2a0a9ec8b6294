"""Requests of fetch(). https://fetch.spec.whatwg.org/#request-class"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from ...errors import InvalidRequest
from ...fetch.header_list import appended, contains, get, normalize_header_value
from ...fetch.methods import is_cors_safelisted_method
from ...fetch.pairs import name_value_pairs
from ...fetch.request import CacheMode, CredentialsMode, RedirectMode, RequestMode, new_request
from ...fetch.safelists import is_forbidden_request_header, is_no_cors_safelisted_request_header
from ...origin import same_origin
from .given import NO_BODY_METHODS, checked_header, checked_method, checked_referrer_policy, member, parsed_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...fetch.body import Body, BodyInit
    from ...fetch.environment import Environment
    from ...fetch.header_list import HeaderList
    from ...fetch.pairs import HeadersInit
    from ...fetch.profile import BrowserProfile
    from ...fetch.request import Request
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
    if parsed.username or parsed.password:
        raise InvalidRequest(f"a URL with a user name or password cannot be fetched: {parsed.without_credentials()}")
    client_or_url = "client" if referrer == "about:client" else _referrer(environment, profile, referrer)
    modes = _checked_modes(mode, credentials, cache, redirect, referrer_policy)
    if not isinstance(integrity, str):
        raise InvalidRequest(f"integrity is {integrity!r:.80}; give a str")
    request = new_request([parsed], environment, environment.origin)
    # Set one by one, as the text does: a call by so many names takes Python twice as long.
    request.unsafe_request, request.initiator_type, request.api = True, "fetch", "fetch"
    request.mode, request.credentials_mode, request.cache_mode, request.redirect_mode, request.referrer_policy = modes
    request.referrer, request.integrity_metadata, request.keepalive = client_or_url, integrity, keepalive
    if target_address_space != "" and profile.local_network.knows_the_target_address_space:
        request.target_address_space = member(_ADDRESS_SPACES, "target_address_space", target_address_space)
    request.method = checked_method(method)
    if request.mode == "no-cors" and not is_cors_safelisted_method(request.method):
        raise InvalidRequest(f"mode no-cors allows GET, HEAD and POST, not {request.method}")
    pairs = name_value_pairs(headers, "headers")
    if pairs:
        guarded: HeaderList = []
        for name, value in pairs:
            _append_guarded(guarded, request.mode, name, value, profile)
        request.header_list = appended(guarded)
    if body is not None:
        _set_body(request, body, profile)
    if not pairs or not contains(request.header_list, "Accept"):
        request.header_list.insert(0, ("Accept", "*/*"))
    return request


_Modes = tuple[RequestMode, CredentialsMode, CacheMode, RedirectMode, str]
"""The modes of a request and its referrer policy."""


def _checked_modes(*options: str) -> _Modes:
    """What the options name, each combination of them checked once."""
    try:
        return _checked_once(*options)
    except InvalidRequest:
        raise
    except TypeError:  # one of them has no hash
        pass
    return _modes_named(*options)


def _modes_named(mode: str, credentials: str, cache: str, redirect: str, referrer_policy: str) -> _Modes:
    policy = checked_referrer_policy(referrer_policy)
    request_mode = member(_MODES, "mode", mode)
    if request_mode is RequestMode.NAVIGATE:
        raise InvalidRequest("mode navigate is the browser's own: use submit_form() or visit()")
    credentials_mode = member(_CREDENTIALS_MODES, "credentials", credentials)
    cache_mode = member(_CACHE_MODES, "cache", cache)
    if cache_mode is CacheMode.ONLY_IF_CACHED and request_mode is not RequestMode.SAME_ORIGIN:
        raise InvalidRequest("cache only-if-cached works with mode same-origin alone")
    return request_mode, credentials_mode, cache_mode, member(_REDIRECT_MODES, "redirect", redirect), policy


_checked_once = lru_cache(maxsize=256)(_modes_named)


def _referrer(
    environment: Environment, profile: BrowserProfile, referrer: str
) -> URL | Literal["no-referrer", "client"]:
    """https://fetch.spec.whatwg.org/#dom-request, where init["referrer"] exists"""
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


@cache  # looked for once
def _extract_body() -> Callable[[BodyInit], tuple[Body, str | None]]:
    from corssim.fetch.body import extract_body  # here, because most requests have none

    return extract_body


def _set_body(request: Request, init: BodyInit, profile: BrowserProfile) -> None:
    """https://fetch.spec.whatwg.org/#dom-request, where init["body"] exists"""
    if request.method in NO_BODY_METHODS:
        raise InvalidRequest(f"a {request.method} request cannot have a body")
    extract_body = _extract_body()
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
    if content_type is not None and not (request.header_list and contains(request.header_list, "Content-Type")):
        if request.mode != "no-cors" or profile.requests.no_cors_body_keeps_its_content_type:
            request.header_list.append(("Content-Type", normalize_header_value(content_type)))
        else:
            _append_guarded(request.header_list, request.mode, "Content-Type", content_type, profile)
