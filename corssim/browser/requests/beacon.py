"""Requests of navigator.sendBeacon(). https://w3c.github.io/beacon/"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InvalidRequest
from ...fetch.body import Blob, extract_body
from ...fetch.request import CacheMode, CredentialsMode, Request, RequestMode
from ...fetch.safelists import is_no_cors_safelisted_request_header
from .given import parsed_url, type_counts

if TYPE_CHECKING:
    from ...fetch.body import BodyInit
    from ...fetch.environment import Environment
    from ...fetch.profile import BrowserProfile


def beacon_request(
    environment: Environment, profile: BrowserProfile, url: str, data: BodyInit | None, content_type: str | None
) -> Request:
    """What navigator.sendBeacon() makes. https://w3c.github.io/beacon/#sendbeacon-method"""
    parsed = parsed_url(environment, profile, url)
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
        cache_mode=CacheMode.NO_CACHE if profile.cache_control.beacons_revalidate else CacheMode.DEFAULT,
        keepalive=profile.beacons.have_the_keepalive_limit,
        api="sendBeacon",
    )
    if data is not None:
        if content_type is not None and isinstance(data, str | bytes):
            data = Blob(data, content_type)
        request.body, type_of_body = extract_body(data)
        if request.body.source is None:
            raise InvalidRequest("sendBeacon cannot send a stream")
        if not type_counts(type_of_body, request.api, profile):
            type_of_body = None
        if type_of_body is not None:
            request.header_list.append(("Content-Type", type_of_body))
            if not is_no_cors_safelisted_request_header("Content-Type", type_of_body, profile.safelists):
                request.mode = RequestMode.CORS
    return request
