"""Requests as each of a page's APIs makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..errors import InvalidRequest
from ..fetch.body import Blob, Body, FormData, encode, extract_body, text_plain, urlencode
from ..fetch.header_list import (
    append,
    combine,
    contains,
    get,
    is_header_name,
    is_header_value,
    normalize_header_value,
)
from ..fetch.methods import is_cors_safelisted_method, is_forbidden_method, is_method, normalize_method
from ..fetch.mime_type import parse_mime_type
from ..fetch.pairs import name_value_pairs
from ..fetch.referrer import REFERRER_POLICIES
from ..fetch.request import CacheMode, CredentialsMode, RedirectMode, Request, RequestMode
from ..fetch.safelists import (
    is_forbidden_request_header,
    is_no_cors_safelisted_request_header,
)
from ..origin import same_origin, url_origin
from ..url import parse_url

if TYPE_CHECKING:
    from ..fetch.body import BodyInit, Fields
    from ..fetch.environment import Environment
    from ..fetch.header_list import HeaderList
    from ..fetch.profile import BrowserProfile
    from ..url import URL

HeadersInit = Mapping[str, str] | Iterable[tuple[str, str]]

_E = TypeVar("_E")

_ACCEPT = {
    "document": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "iframe": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "image": "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "style": "text/css,*/*;q=0.1",
}
_DESTINATIONS = {
    "img": "image",
    "script": "script",
    "module": "script",
    "stylesheet": "style",
    "font": "font",
    "video": "video",
    "audio": "audio",
    "iframe": "iframe",
    "preload": "",
}
_PRELOAD_DESTINATIONS = {
    "fetch": "",
    "font": "font",
    "image": "image",
    "script": "script",
    "style": "style",
    "track": "track",
}
_MODES = {mode.value: mode for mode in RequestMode}
_CREDENTIALS_MODES = {mode.value: mode for mode in CredentialsMode}
_CACHE_MODES = {mode.value: mode for mode in CacheMode}
_REDIRECT_MODES = {mode.value: mode for mode in RedirectMode}
_REFERRER_POLICIES = {policy: policy for policy in ("", *REFERRER_POLICIES)}
_NO_BODY_METHODS = frozenset({"GET", "HEAD"})
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


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
) -> Request:
    """What `new Request(url, init)` makes. Raises InvalidRequest where that throws a TypeError.

    https://fetch.spec.whatwg.org/#dom-request
    """
    parsed = _parse(environment, url)
    if parsed.includes_credentials:
        raise InvalidRequest(f"a URL with a user name or password cannot be fetched: {parsed.without_credentials()}")
    request = Request(
        url_list=[parsed],
        client=environment,
        origin=environment.origin,
        unsafe_request=True,
        initiator_type="fetch",
        referrer=_referrer(environment, referrer),
        referrer_policy=_referrer_policy(referrer_policy),
        api="fetch",
    )
    request.mode = _member(_MODES, "mode", mode)
    if request.mode is RequestMode.NAVIGATE:
        raise InvalidRequest("mode navigate is the browser's own: use submit_form() or visit()")
    request.credentials_mode = _member(_CREDENTIALS_MODES, "credentials", credentials)
    request.cache_mode = _member(_CACHE_MODES, "cache", cache)
    if request.cache_mode is CacheMode.ONLY_IF_CACHED and request.mode is not RequestMode.SAME_ORIGIN:
        raise InvalidRequest("cache only-if-cached works with mode same-origin alone")
    request.redirect_mode = _member(_REDIRECT_MODES, "redirect", redirect)
    request.integrity_metadata = integrity
    request.keepalive = keepalive
    request.method = _method(method)
    if request.mode is RequestMode.NO_CORS and not is_cors_safelisted_method(request.method):
        raise InvalidRequest(f"mode no-cors allows GET, HEAD and POST, not {request.method}")
    for name, value in name_value_pairs(headers, "headers"):
        _append_guarded(request, name, value, profile)
    if body is not None:
        _set_body(request, body, profile)
    if not headers or not contains(request.header_list, "Accept"):
        request.header_list.insert(0, ("Accept", "*/*"))
    return request


def xhr_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    method: str = "GET",
    headers: HeadersInit = (),
    body: BodyInit | None = None,
    with_credentials: bool = False,
    upload_listener: bool = False,
    synchronous: bool = False,
) -> Request:
    """What XMLHttpRequest's open() and send() make. Raises InvalidRequest where they throw. https://xhr.spec.whatwg.org/#the-send()-method"""
    request = Request(
        url_list=[_parse(environment, url)],
        client=environment,
        origin=environment.origin,
        method=_method(method),
        unsafe_request=True,
        use_url_credentials=True,
        initiator_type="xmlhttprequest",
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        synchronous=synchronous,
        api="XMLHttpRequest",
    )
    for name, value in name_value_pairs(headers, "headers"):
        value = _checked_header(name, value)
        if is_forbidden_request_header(name, value, profile):
            request.refused_header_names.append(name)
        else:
            combine(request.header_list, name, value)
    if body is not None and request.method not in _NO_BODY_METHODS:
        extracted, content_type = extract_body(body)
        request.body = extracted
        authored = get(request.header_list, "Content-Type")
        if authored is None and content_type is not None:
            request.header_list.append(("Content-Type", content_type))
        elif authored is not None and isinstance(body, str):
            _say_utf8(request.header_list, authored)
    if not contains(request.header_list, "Accept"):
        request.header_list.append(("Accept", "*/*"))
    request.use_cors_preflight = upload_listener and (
        request.body is not None or not profile.upload_listener_needs_a_body
    )
    return request


def element_request(
    environment: Environment,
    profile: BrowserProfile,
    element: str,
    url: str,
    *,
    crossorigin: str | None = None,
    as_: str = "fetch",
    integrity: str = "",
    referrer_policy: str = "",
) -> Request:
    """What an element makes of its URL: a potential-CORS request, or a navigation for an iframe.

    https://html.spec.whatwg.org/multipage/urls-and-fetching.html#create-a-potential-cors-request
    """
    destination = _member(_DESTINATIONS, "element", element)
    if element == "preload":
        destination = _member(_PRELOAD_DESTINATIONS, "as_", as_)
    if crossorigin is not None:
        if not isinstance(crossorigin, str):
            raise InvalidRequest(f"crossorigin is {crossorigin!r}; it can be None, 'anonymous' or 'use-credentials'")
        # Any other value of the attribute means anonymous.
        crossorigin = "use-credentials" if crossorigin.lower() == "use-credentials" else "anonymous"
    elif element == "module" or (element == "font" and profile.font_mode == "cors"):
        crossorigin = "anonymous"
    request = Request(
        url_list=[_parse(environment, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", _ACCEPT.get(destination, "*/*"))],
        initiator_type=element,
        destination=destination,
        mode=RequestMode.NO_CORS if crossorigin is None else RequestMode.CORS,
        credentials_mode=CredentialsMode.SAME_ORIGIN if crossorigin == "anonymous" else CredentialsMode.INCLUDE,
        referrer_policy=_referrer_policy(referrer_policy),
        integrity_metadata=integrity,
        api=element,
    )
    if element == "iframe":
        request.mode = RequestMode.NAVIGATE
        request.credentials_mode = CredentialsMode.INCLUDE
    if element in ("audio", "video"):
        request.header_list.append(("Range", "bytes=0-"))
    return request


def beacon_request(
    environment: Environment, profile: BrowserProfile, url: str, data: BodyInit | None, content_type: str | None
) -> Request:
    """What navigator.sendBeacon() makes. https://w3c.github.io/beacon/#sendbeacon-method"""
    parsed = _parse(environment, url)
    if not parsed.is_http:
        raise InvalidRequest(f"sendBeacon sends to http and https URLs only, not {parsed.scheme}:")
    request = Request(
        url_list=[parsed],
        client=environment,
        origin=environment.origin,
        method="POST",
        header_list=[("Accept", "*/*")],
        unsafe_request=True,
        initiator_type="beacon",
        mode=RequestMode.NO_CORS,
        credentials_mode=CredentialsMode.INCLUDE,
        keepalive=profile.beacons_have_the_keepalive_limit,
        api="sendBeacon",
    )
    if data is not None:
        if content_type is not None and isinstance(data, str | bytes):
            data = Blob(data, content_type)
        request.body, type_of_body = extract_body(data)
        if request.body.source is None:
            raise InvalidRequest("sendBeacon cannot send a stream")
        if type_of_body is not None:
            request.header_list.append(("Content-Type", type_of_body))
            if not is_no_cors_safelisted_request_header("Content-Type", type_of_body, profile):
                request.mode = RequestMode.CORS
    return request


def event_source_request(environment: Environment, url: str, *, with_credentials: bool = False) -> Request:
    """What `new EventSource(url)` makes. https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource"""
    return Request(
        url_list=[_parse(environment, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", "text/event-stream")],
        initiator_type="other",
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        cache_mode=CacheMode.NO_STORE,
        api="EventSource",
    )


def form_request(
    environment: Environment, url: str, *, method: str, fields: Fields, enctype: str, target: Literal["_self", "iframe"]
) -> Request:
    """What submitting a form makes: a navigation. https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm"""
    parsed = _parse(environment, url)
    enctype = enctype if enctype in _FORM_TYPES else "application/x-www-form-urlencoded"
    form = FormData(fields)
    body: Body | None = None
    headers: HeaderList = [("Accept", _ACCEPT["document"])]
    # Whatever is not POST is GET.
    method = "POST" if method.upper() == "POST" else "GET"
    if method == "GET":
        query = urlencode(form.fields)
        parsed = _parse(environment, f"{parsed.without_fragment().href.partition('?')[0]}?{query}")
    elif enctype == "multipart/form-data":
        data, boundary = form.encode()
        body = Body(data)
        headers.append(("Content-Type", f"multipart/form-data; boundary={boundary}"))
    else:
        body = Body(text_plain(form.fields) if enctype == "text/plain" else encode(urlencode(form.fields)))
        headers.append(("Content-Type", enctype))
    return Request(
        url_list=[parsed],
        client=environment,
        origin=environment.origin,
        method=method,
        header_list=headers,
        body=body,
        initiator_type="form",
        destination="document" if target == "_self" else "iframe",
        mode=RequestMode.NAVIGATE,
        credentials_mode=CredentialsMode.INCLUDE,
        top_level_navigation_initiator_origin=environment.origin if target == "_self" else None,
        user_activated=target == "_self",
        api="form",
    )


def visit_request(environment: Environment, url: str) -> Request:
    """What typing a URL into the address bar makes. https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate"""
    return Request(
        url_list=[_parse(environment, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", _ACCEPT["document"])],
        initiator_type="navigation",
        destination="document",
        mode=RequestMode.NAVIGATE,
        credentials_mode=CredentialsMode.INCLUDE,
        referrer="no-referrer",
        user_activated=True,
        api="visit",
    )


def _parse(environment: Environment, url: str) -> URL:
    parsed = parse_url(url, environment.base_url) if isinstance(url, str) else None
    if parsed is None:
        raise InvalidRequest(f"{url!r:.100} is not a URL that {environment.base_url} can resolve")
    return parsed


@lru_cache(maxsize=64)
def _method(method: str) -> str:
    if not isinstance(method, str) or not is_method(method):
        raise InvalidRequest(f"{method!r} is not a method: a method is a token such as GET or PATCH")
    if is_forbidden_method(method):
        raise InvalidRequest(f"script may not use the method {method}")
    return normalize_method(method)


def _member(members: Mapping[str, _E], name: str, value: str) -> _E:
    """The value that an option names. Raises InvalidRequest, listing those there are."""
    try:
        return members[value]
    except (KeyError, TypeError):
        listed = ", ".join(repr(item) for item in sorted(members))
        raise InvalidRequest(f"{name} is {value!r}; it can be {listed}") from None


def _referrer_policy(policy: str) -> str:
    return _member(_REFERRER_POLICIES, "referrer_policy", policy)


def _referrer(environment: Environment, referrer: str) -> URL | Literal["no-referrer", "client"]:
    """https://fetch.spec.whatwg.org/#dom-request, where init["referrer"] exists"""
    if referrer == "about:client":
        return "client"
    if referrer == "":
        return "no-referrer"
    parsed = _parse(environment, referrer)
    is_client = parsed.scheme == "about" and parsed.path == "client"
    return "client" if is_client or not same_origin(url_origin(parsed), environment.origin) else parsed


def _checked_header(name: Any, value: Any) -> str:
    """The value, normalized. https://fetch.spec.whatwg.org/#headers-validate"""
    if isinstance(value, bytes):
        raise InvalidRequest(f"the value of the header {name} is text, not bytes: decode it as latin-1")
    normalized = normalize_header_value(str(value))
    if not isinstance(name, str) or not is_header_name(name):
        raise InvalidRequest(f"{name!r} is not a header name")
    if not is_header_value(normalized):
        raise InvalidRequest(f"the value of the header {name} holds a line break, a NUL or a character above U+00FF")
    return normalized


def _append_guarded(request: Request, name: str, value: str, profile: BrowserProfile) -> None:
    """Append as a Headers object with the request's guard does. https://fetch.spec.whatwg.org/#concept-headers-append"""
    value = _checked_header(name, value)
    if is_forbidden_request_header(name, value, profile):
        return
    if request.mode is RequestMode.NO_CORS:
        present = get(request.header_list, name)
        together = value if present is None else f"{present}, {value}"
        if not is_no_cors_safelisted_request_header(name, together, profile):
            return
    append(request.header_list, name, value)


def _set_body(request: Request, init: BodyInit, profile: BrowserProfile) -> None:
    """https://fetch.spec.whatwg.org/#dom-request, where init["body"] exists"""
    if request.method in _NO_BODY_METHODS:
        raise InvalidRequest(f"a {request.method} request cannot have a body")
    body, content_type = extract_body(init)
    if body.source is None:
        if request.keepalive:
            raise InvalidRequest("a keepalive request cannot have a stream as its body")
        if profile.stream_body == "as-text":
            body, content_type = extract_body("[object ReadableStream]")
        elif request.mode is RequestMode.NO_CORS:
            raise InvalidRequest("a no-cors request cannot have a stream as its body")
        else:
            request.use_cors_preflight = True
    request.body = body
    if content_type is not None and not contains(request.header_list, "Content-Type"):
        if profile.no_cors_body_keeps_its_content_type:
            request.header_list.append(("Content-Type", content_type))
        else:
            _append_guarded(request, "Content-Type", content_type, profile)


def _say_utf8(headers: HeaderList, authored: str) -> None:
    """A string is sent as UTF-8, and a charset that says otherwise is corrected. https://xhr.spec.whatwg.org/#the-send()-method"""
    mime_type = parse_mime_type(authored)
    if mime_type is None or (mime_type.parameter("charset") or "utf-8").lower() == "utf-8":
        return
    parameters = tuple((name, "UTF-8" if name == "charset" else value) for name, value in mime_type.parameters)
    corrected = type(mime_type)(mime_type.type, mime_type.subtype, parameters).serialize()
    headers[:] = [(name, corrected if name.lower() == "content-type" else value) for name, value in headers]
