"""Requests of elements: images, scripts, style sheets, fonts, media, frames and preloads.

https://html.spec.whatwg.org/multipage/urls-and-fetching.html#fetching-resources
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InvalidRequest
from ...fetch.request import CredentialsMode, Request, RequestMode
from .given import checked_referrer_policy, member, parsed_url

if TYPE_CHECKING:
    from ...fetch.environment import Environment
    from ...fetch.profile import BrowserProfile

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
    destination = member(_DESTINATIONS, "element", element)
    if element == "preload":
        destination = member(_PRELOAD_DESTINATIONS, "as_", as_)
    if crossorigin is not None:
        if not isinstance(crossorigin, str):
            raise InvalidRequest(f"crossorigin is {crossorigin!r}; it can be None, 'anonymous' or 'use-credentials'")
        # Any other value of the attribute means anonymous.
        crossorigin = "use-credentials" if crossorigin.lower() == "use-credentials" else "anonymous"
    elif element == "module" or (element == "font" and profile.requests.font_mode == "cors"):
        crossorigin = "anonymous"
    request = Request(
        url_list=[parsed_url(environment, profile, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", _accept(destination, profile))],
        use_url_credentials=True,
        initiator_type=element,
        destination=destination,
        mode=RequestMode.NO_CORS if crossorigin is None else RequestMode.CORS,
        credentials_mode=CredentialsMode.SAME_ORIGIN if crossorigin == "anonymous" else CredentialsMode.INCLUDE,
        referrer_policy=checked_referrer_policy(referrer_policy),
        integrity_metadata=integrity,
        api=element,
    )
    if element == "iframe":
        request.mode = RequestMode.NAVIGATE
        request.credentials_mode = CredentialsMode.INCLUDE
    if element in ("audio", "video"):
        request.header_list.append(("Range", "bytes=0-"))
    return request


def _accept(destination: str, profile: BrowserProfile) -> str:
    """The Accept header of a load. https://fetch.spec.whatwg.org/#concept-fetch, step 13"""
    match destination:
        case "iframe":
            return profile.request_headers.document_accept
        case "image":
            return profile.request_headers.image_accept
        case "style":
            return "text/css,*/*;q=0.1"
        case "font":
            return profile.request_headers.font_accept
        case "video":
            return profile.request_headers.video_accept
        case "audio":
            return profile.request_headers.audio_accept
        case _:
            return "*/*"
