"""Responses refused for their MIME type: by X-Content-Type-Options and for scripts. https://fetch.spec.whatwg.org/#x-content-type-options-header"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import get_decode_and_split, lines_of
from .header_values import get_decode_and_split_value
from .mime_type import extract_mime_type
from .reasons import Blocked, Reason

if TYPE_CHECKING:
    from .header_list import HeaderList
    from .mime_type import MIMEType
    from .request import Request
    from .response import Response
    from .rules import ResponseRules


def determine_nosniff(header_list: HeaderList) -> bool:
    """Report whether the first value of X-Content-Type-Options is nosniff. https://fetch.spec.whatwg.org/#determine-nosniff"""
    values = get_decode_and_split(header_list, "X-Content-Type-Options")
    return values is not None and values[0].lower() == "nosniff"


def mime_type_of(header_list: HeaderList, rules: ResponseRules) -> MIMEType | None:
    """The MIME type that Content-Type gives, or None. https://fetch.spec.whatwg.org/#concept-header-extract-mime-type"""
    return _mime_type(header_list, rules, line=0)


def mime_type_for_element(header_list: HeaderList, rules: ResponseRules) -> MIMEType | None:
    """The same, as what asked for the response takes it."""
    return _mime_type(header_list, rules, line=-1)


def _mime_type(header_list: HeaderList, rules: ResponseRules, *, line: int) -> MIMEType | None:
    values = lines_of(header_list, "Content-Type")
    if values and rules.one_content_type_line_counts:
        values = get_decode_and_split_value(values[line])[:1]
    return extract_mime_type(values)


def should_response_be_blocked_due_to_nosniff(
    request: Request, response: Response, rules: ResponseRules
) -> Blocked | None:
    """Refuse scripts and styles of another type. https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?"""
    if not request.is_script_like and request.destination != "style":
        return None
    if not determine_nosniff(response.header_list):
        return None
    mime_type = mime_type_of(response.header_list, rules)
    if request.is_script_like:
        if mime_type is not None and mime_type.is_javascript:
            return None
    elif mime_type is not None and mime_type.essence == "text/css":
        return None
    return Blocked(
        reason=Reason.NOSNIFF,
        anchor="x-content-type-options-header",
        url=request.current_url.href,
        header="X-Content-Type-Options",
        received="nosniff",
        subject=mime_type.essence if mime_type else "",
        compared_with="a JavaScript MIME type" if request.is_script_like else "text/css",
        status=response.status,
    )


def should_response_be_blocked_due_to_mime_type(
    request: Request, response: Response, rules: ResponseRules
) -> Blocked | None:
    """Refuse scripts that say they are images, audio, video or CSV. https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?"""
    if not request.is_script_like:
        return None
    mime_type = mime_type_of(response.header_list, rules)
    if mime_type is None:
        return None
    essence = mime_type.essence
    if not essence.startswith(("audio/", "image/", "video/")) and essence != "text/csv":
        return None
    return Blocked(
        reason=Reason.MIME_TYPE_BLOCKED,
        anchor="should-response-to-request-be-blocked-due-to-mime-type?",
        url=request.current_url.href,
        header="Content-Type",
        received=essence,
        subject=essence,
        compared_with="a JavaScript MIME type",
        status=response.status,
    )
