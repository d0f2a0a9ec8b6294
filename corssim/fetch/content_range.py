"""Which part of a whole a Range header asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple
from .header_list import get
from .rules.redirects import REDIRECT_STATUSES
from .safelists import parse_single_range

if TYPE_CHECKING:
    from .request import Request
    from .rules import HttpCacheRules
    from .wire import WireResponse


class Part(NamedTuple):
    """A part of a body, and what Content-Range says of it."""

    body: bytes
    content_range: str


def part_of(content: bytes, requested: str) -> Part | None:
    """The part that a Range header asks for; None where it cannot be had. https://fetch.spec.whatwg.org/#scheme-fetch"""
    parsed = parse_single_range(requested, allow_white_space=True)
    if parsed is None:
        return None
    first, last = parsed
    if first is None:
        first, last = max(0, len(content) - (last or 0)), len(content) - 1
    elif first >= len(content):
        return None
    last = len(content) - 1 if last is None else min(last, len(content) - 1)
    return Part(content[first : last + 1], f"bytes {first}-{last}/{len(content)}")


# Below: what browsers do beyond the text.


def holds_the_part_asked_for(stored: WireResponse, request: Request, rules: HttpCacheRules) -> bool:
    """Report whether a whole holds the part that the request's Range asks for, where wholes are divided; redirects
    lead to it."""
    if rules.partial_content != "from-the-whole" or stored.status in REDIRECT_STATUSES:
        return True
    requested = get(request.header_list, "range")
    return requested is None or (stored.status == 200 and part_of(stored.body, requested) is not None)


def part_asked_for(arrived: WireResponse, request: Request, rules: HttpCacheRules) -> WireResponse:
    """The part of a stored whole that the request's Range asks for, where wholes are divided."""
    if rules.partial_content != "from-the-whole" or arrived.status != 200:
        return arrived
    requested = get(request.header_list, "range")
    part = None if requested is None else part_of(arrived.body, requested)
    if part is None:
        return arrived
    headers = [header for header in arrived.headers if header[0].lower() != "content-length"]
    headers += [("Content-Length", str(len(part.body))), ("Content-Range", part.content_range)]
    return arrived._replace(status=206, reason="Partial Content", headers=tuple(headers), body=part.body)
