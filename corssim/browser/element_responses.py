"""What elements and other APIs make of a response that arrived: an image must be one, a module must be JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.nosniff import mime_type_for_element, mime_type_of
from ..fetch.reasons import Blocked, Reason
from ..fetch.response import is_ok_status

if TYPE_CHECKING:
    from ..fetch.mime_type import MIMEType
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response

_PRELOADED_AS = {"image": "img", "script": "script", "style": "stylesheet", "font": "font"}
_HTML = "https://html.spec.whatwg.org/multipage/"


def unusable(request: Request, response: Response, profile: BrowserProfile) -> Blocked | None:
    """Why the API that asked cannot use this response, or None. Network errors are not asked about."""
    internal = response.unfiltered
    if internal.url is not None and internal.url.scheme == "file":
        return None  # It was not read: what is in it is not known.
    type_of = mime_type_of if request.destination == "style" else mime_type_for_element
    mime_type = type_of(internal.header_list, profile.responses)
    essence = mime_type.essence if mime_type else ""

    def refused(reason: Reason, anchor: str, header: str = "", compared_with: str = "") -> Blocked:
        return Blocked(
            reason=reason,
            anchor=anchor if "://" in anchor else _HTML + anchor,
            url=request.current_url.href,
            header=header,
            received=essence or None if header else None,
            subject=essence,
            compared_with=compared_with,
            status=internal.status,
            origin=request.origin.serialized,
        )

    element = _PRELOADED_AS.get(request.destination, "preload") if request.api == "preload" else request.api
    taken_as = f"preloaded {element}" if request.api == "preload" else element
    match element:
        case "img" if not _is_an_image(internal.body or b"", mime_type, profile):
            return refused(Reason.NOT_AN_IMAGE, "images.html#update-the-image-data")
        case "script" | "module" | "stylesheet" | "font" | "audio" | "video" if not _is_taken(
            internal, {element, taken_as}, profile
        ):
            return refused(Reason.HTTP_ERROR_STATUS, "webappapis.html#fetch-a-classic-script")
        case "font" if request.api == "font" and not _is_a_font(internal.body or b""):
            return refused(Reason.NOT_A_FONT, "https://drafts.csswg.org/css-fonts/#font-face-loading")
        case "preload" if profile.preloads.as_fetch_need_an_ok_status and not is_ok_status(internal.status):
            return refused(Reason.HTTP_ERROR_STATUS, "links.html#preload")
        case "module" if mime_type is None or not (mime_type.is_javascript or essence == "application/wasm"):
            return refused(
                Reason.MIME_TYPE_BLOCKED,
                "webappapis.html#fetch-a-single-module-script",
                "Content-Type",
                "a JavaScript MIME type",
            )
        case "stylesheet" if (
            essence not in ("text/css", "") and not profile.elements.stylesheets_of_other_types_fire_load
        ):
            return refused(Reason.MIME_TYPE_BLOCKED, "links.html#link-type-stylesheet", "Content-Type", "text/css")
        case "EventSource" if internal.status != 200:
            return refused(Reason.EVENT_SOURCE_STATUS, "server-sent-events.html#sse-processing-model")
        case "EventSource" if essence != "text/event-stream" or _is_in_another_encoding(mime_type, profile):
            return refused(
                Reason.EVENT_SOURCE_TYPE,
                "server-sent-events.html#sse-processing-model",
                "Content-Type",
                "text/event-stream",
            )
    return None


def _is_taken(internal: Response, taken_as: set[str], profile: BrowserProfile) -> bool:
    """Does the element use what came with this status?"""
    if is_ok_status(internal.status):
        return True
    return internal.status < 400 and not taken_as.isdisjoint(profile.elements.take_statuses_below_400)


def _is_in_another_encoding(mime_type: MIMEType | None, profile: BrowserProfile) -> bool:
    charset = mime_type.parameter("charset") if mime_type is not None else None
    return profile.elements.event_sources_are_utf_8_alone and (charset or "utf-8").lower() != "utf-8"


def _is_a_font(body: bytes) -> bool:
    from ..fetch.sniff import is_font  # here, because only fonts need it

    return is_font(body)


def _is_an_image(body: bytes, mime_type: MIMEType | None, profile: BrowserProfile) -> bool:
    """SVG goes by its type and has to be SVG then; the others go by their first bytes."""
    from ..fetch.sniff import image_type_of, is_svg  # here, because only images need it

    by_bytes = image_type_of(body) is not None
    if mime_type is None or mime_type.essence != "image/svg+xml":
        return by_bytes
    if by_bytes and profile.elements.image_bytes_outweigh_svg_types:
        return True
    return is_svg(body, mime_type.parameter("charset") if profile.elements.svg_images_have_a_charset else None)
