"""Requests of XMLHttpRequest. https://xhr.spec.whatwg.org/"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...fetch.body import Blob, FormData, FormUrlEncoded, extract_body
from ...fetch.environment import EnvironmentKind
from ...fetch.header_list import combined_by_name, contains, get, normalize_header_value
from ...fetch.pairs import name_value_pairs
from ...fetch.request import CredentialsMode, Request, RequestMode
from ...fetch.safelists import is_forbidden_request_header
from .given import NO_BODY_METHODS, checked_header, checked_method, parsed_url, type_counts

if TYPE_CHECKING:
    from ...fetch.body import BodyInit
    from ...fetch.environment import Environment
    from ...fetch.header_list import HeaderList
    from ...fetch.pairs import HeadersInit
    from ...fetch.profile import BrowserProfile
    from ...fetch.rules import RequestRules

_CHARSET = re.compile(r"""(;[ \t]*charset=["']?)[^;"'\s]*""", re.ASCII | re.IGNORECASE)


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
        url_list=[parsed_url(environment, profile, url)],
        client=environment,
        origin=environment.origin,
        method=checked_method(method),
        unsafe_request=True,
        use_url_credentials=True,
        initiator_type="xmlhttprequest",
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        synchronous=synchronous,
        api="XMLHttpRequest",
    )
    authors: HeaderList = []
    for name, value in name_value_pairs(headers, "headers"):
        value = checked_header(name, value)
        if is_forbidden_request_header(name, value, profile.safelists):
            request.refused_header_names.append(name)
        else:
            authors.append((name, value))
    request.header_list = combined_by_name(authors)
    request.sends_array_buffer = isinstance(body, bytes | bytearray)
    if body is not None and request.method not in NO_BODY_METHODS:
        request.body, content_type = extract_body(body)
        if isinstance(body, Blob) and content_type is not None:
            content_type = normalize_header_value(content_type)
            content_type = content_type if type_counts(content_type, request.api, profile) else None
        authored = get(request.header_list, "Content-Type")
        if authored is None and content_type is not None:
            if environment.kind is EnvironmentKind.WORKER and profile.requests.worker_xhr_types_are_lower_case:
                # The body is handed over as a Blob, whose type is lower case. A boundary is left as it is.
                content_type = content_type if isinstance(body, FormData) else content_type.lower()
            request.header_list.append(("Content-Type", content_type))
        elif authored is not None and isinstance(body, (str, FormUrlEncoded)):
            said = _saying_utf8(authored, isinstance(body, str), profile.requests)
            request.header_list = [
                (name, said if name.lower() == "content-type" else value) for name, value in request.header_list
            ]
    if not contains(request.header_list, "Accept"):
        request.header_list.append(("Accept", "*/*"))
    request.use_cors_preflight = (
        upload_listener
        and (request.body is not None or not profile.requests.upload_listener_needs_a_body)
        and (not synchronous or profile.requests.upload_listener_counts_if_synchronous)
    )
    return request


def url_with_user(
    environment: Environment, profile: BrowserProfile, url: str, username: str | None, password: str | None
) -> str:
    """The URL with the user name and password that open() is given, where it has a host. Raises InvalidRequest.

    https://xhr.spec.whatwg.org/#the-open()-method
    """
    parsed = parsed_url(environment, profile, url)
    return parsed.with_user(username, password).href if parsed.host else url


def _saying_utf8(authored: str, is_text: bool, rules: RequestRules) -> str:
    """The Content-Type of a body that is sent as UTF-8: a charset that says otherwise is corrected.

    https://xhr.spec.whatwg.org/#the-send()-method
    """
    from ...fetch.mime_type import parse_mime_type  # here, because few requests have a Content-Type of their own

    mime_type = parse_mime_type(authored)
    charset = mime_type.parameter("charset") if mime_type is not None else None
    if mime_type is None or charset is None:
        return authored
    how = rules.charsets_of_texts_are_corrected if is_text else rules.charsets_of_forms_are_corrected
    is_utf8 = charset.lower() == "utf-8"
    if how == "in-place" or (how == "in-place-unless-utf-8" and not is_utf8):
        return _CHARSET.sub(lambda found: found[1] + "UTF-8", authored)
    if how == "no" or is_utf8:
        return authored
    parameters = tuple((name, "UTF-8" if name == "charset" else value) for name, value in mime_type.parameters)
    return type(mime_type)(mime_type.type, mime_type.subtype, parameters).serialize()
