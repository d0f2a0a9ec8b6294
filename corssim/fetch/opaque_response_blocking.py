"""Opaque response blocking: answers that no image, media or script element has any use for never reach the page.

Not in the Fetch Standard yet; browsers do it (https://github.com/annevk/orb), each in its own way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..origin import same_origin
from ..patterns import lazy_pattern
from .header_list import get
from .nosniff import determine_nosniff, mime_type_of
from .reasons import Blocked, Reason
from .response import is_ok_status
from .sniff import (
    audio_or_video_type_of,
    could_be_javascript,
    has_parser_breaker,
    image_type_of,
    is_html_and_not_script,
    is_json,
    is_json_object,
    is_xml,
)

if TYPE_CHECKING:
    from .mime_type import MIMEType
    from .request import Request
    from .response import Response
    from .rules import ResponseRules

_ANCHOR = "https://github.com/annevk/orb"
_NEVER_SNIFFED = frozenset(
    {
        "application/gzip",
        "application/msexcel",
        "application/mspowerpoint",
        "application/msword",
        "application/msword-template",
        "application/pdf",
        "application/vnd.apple.mpegurl",
        "application/vnd.ces-quickpoint",
        "application/vnd.ces-quicksheet",
        "application/vnd.ces-quickword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-word",
        "application/vnd.msword",
        "application/x-gzip",
        "application/x-protobuf",
        "application/x-protobuffer",
        "application/zip",
        "audio/mpegurl",
        "multipart/byteranges",
        "multipart/signed",
        "text/csv",
        "text/event-stream",
    }
)
_CONTENT_RANGE = lazy_pattern(r"bytes ([0-9]{1,18})-[0-9]+/", re.IGNORECASE)
_NEVER_SNIFFED_PREFIXES = ("application/vnd.ms-", "application/vnd.openxmlformats-officedocument.")


def opaque_response_blocking_check(request: Request, response: Response, rules: ResponseRules) -> Blocked | None:
    """Decide for one opaque response of an element. What fetch() gets is opaque to script anyway and not looked at."""
    if rules.opaque_response_blocking == "none" or request.is_navigation or not request.destination:
        return None
    mime_type = mime_type_of(response.header_list, rules)
    why = _why_blocked(request, response, mime_type, rules)
    if why is None:
        return None
    return Blocked(
        reason=Reason.OPAQUE_RESPONSE_BLOCKING,
        anchor=_ANCHOR,
        url=request.current_url.href,
        header="Content-Type",
        received=mime_type.essence if mime_type else None,
        subject=mime_type.essence if mime_type else "",
        status=response.status,
        detail=why,
    )


def is_blocked_unnoticed(request: Request, response: Response, rules: ResponseRules) -> bool:
    """Report whether fetch() would have been given nothing of it: opaque as it is, that shows in the cache alone."""
    if rules.opaque_response_blocking != "sniffing" or request.destination or request.is_navigation:
        return False
    return _why_blocked(request, response, mime_type_of(response.header_list, rules), rules) is not None


def _why_blocked(request: Request, response: Response, mime_type: MIMEType | None, rules: ResponseRules) -> str | None:
    if rules.opaque_response_blocking_is_of_other_origins and same_origin(request.current_url, request.origin):
        return None
    body = response.body or b""
    nosniff = determine_nosniff(response.header_list)
    if mime_type is not None:
        if mime_type.essence in ("text/css", "image/svg+xml"):
            return None
        if mime_type.is_javascript and rules.opaque_response_blocking != "sniffing":
            return None
        if mime_type.essence in _NEVER_SNIFFED or mime_type.essence.startswith(_NEVER_SNIFFED_PREFIXES):
            return "a type that no element can use"
        if _is_data(mime_type) and response.status == 206:
            return "part of a document or of data"
        if nosniff and (_is_data(mime_type) or mime_type.essence == "text/plain"):
            return "nosniff, and a document or data by its type"
    if response.status == 206 and not _may_be_the_first_part(response, rules):
        return "not the first part of a whole"
    if image_type_of(body) or audio_or_video_type_of(body):
        return None
    if rules.opaque_response_blocking == "sniffing":
        return None if mime_type is None else _why_blocked_by_sniffing(body)
    if nosniff:
        return "nosniff, and no image, audio or video by its bytes"
    if not is_ok_status(response.status):
        return "an error status"
    if mime_type is None:
        return None
    if mime_type.is_image or mime_type.is_audio_or_video:
        return "an image, audio or video by its type but not by its bytes"
    if is_json(body) or not could_be_javascript(body):
        return "not a script by its text"
    return None


def _why_blocked_by_sniffing(body: bytes) -> str | None:
    if is_html_and_not_script(body):
        return "HTML by its text"
    if is_xml(body):
        return "XML by its text"
    if is_json_object(body):
        return "JSON by its text"
    if has_parser_breaker(body):
        return "data that guards itself against being run as a script"
    return None


def _may_be_the_first_part(response: Response, rules: ResponseRules) -> bool:
    """Does Content-Range say that the part begins the whole? Where it says nothing, browsers differ."""
    found = _CONTENT_RANGE.match(get(response.header_list, "Content-Range") or "")
    if found is None:
        return rules.opaque_response_blocking == "sniffing"
    return int(found[1]) == 0


def _is_data(mime_type: MIMEType) -> bool:
    return mime_type.is_html or mime_type.is_json or (mime_type.is_xml and mime_type.essence != "image/svg+xml")
