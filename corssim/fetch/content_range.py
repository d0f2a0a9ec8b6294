"""Which part of a whole a Range header asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from ..patterns import lazy_pattern
from ..records import NamedTuple
from .header_list import get
from .rules.redirects import REDIRECT_STATUSES
from .safelists import parse_single_range

if TYPE_CHECKING:
    from .ports import StoredResponse
    from .request import Request
    from .rules import HttpCacheRules
    from .wire import Headers, WireRequest, WireResponse


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

_SINGLE_RANGE = lazy_pattern(
    r"[ \t]*bytes[ \t]*=[ \t,]*\+?([0-9]{0,18})[ \t]*-[ \t]*\+?([0-9]{0,18})[ \t,]*", re.ASCII | re.IGNORECASE
)


def rewritten(value: str) -> str:
    """A Range of one part as a browser writes it anew: in lower case, without spaces, signs, empty parts and
    leading zeros. Its cache reads that as well."""
    found = _SINGLE_RANGE.fullmatch(value)
    if found is None or found.groups() == ("", ""):
        return value
    first, last = (str(int(position)) if position else "" for position in found.groups())
    return f"bytes={first}-{last}" if not first or not last or int(first) <= int(last) else value


def asks_for_no_single_part(request: Request, rules: HttpCacheRules) -> bool:
    """Report whether a Range is no GET's, asks for several parts, or says nothing that can be read: it passes by a
    cache that divides wholes."""
    requested = get(request.header_list, "range") if rules.partial_content == "from-the-whole" else None
    return requested is not None and (request.method != "GET" or parse_single_range(rewritten(requested)) is None)


def if_parts_of_it_answer(stored: StoredResponse, request: Request, rules: HttpCacheRules) -> StoredResponse | None:
    """What is stored, but for what is no whole (status 200) where wholes are divided and the request has a Range;
    redirects lead to one."""
    is_a_whole = stored.response.status == 200 or stored.response.status in REDIRECT_STATUSES
    if is_a_whole or rules.partial_content != "from-the-whole" or get(request.header_list, "range") is None:
        return stored
    return None


def asking_for_a_part(headers: Headers, stored: StoredResponse | None, rules: HttpCacheRules) -> Headers:
    """The headers with the part of the stored whole, from its first byte to its last, that Range asks for."""
    requested = get(headers, "range") if rules.partial_content == "from-the-whole" else None
    part = None if requested is None or stored is None else part_of(stored.response.body, rewritten(requested))
    if part is None:
        return headers
    first_to_last = f"bytes={part.content_range.removeprefix('bytes ').partition('/')[0]}"
    return tuple([(name, first_to_last if name.lower() == "range" else value) for name, value in headers])


def what_becomes_of_the_whole(
    arrived: WireResponse, asked: WireRequest, rules: HttpCacheRules, *, with_validators: bool
) -> Literal["replaced", "ended", "kept"]:
    """What an answer to a request for a part does to the whole that is stored: a whole that nobody asked for ends it,
    and what is no part; an error or a redirect leaves it."""
    if rules.partial_content != "from-the-whole" or get(asked.headers, "range") is None:
        return "replaced"
    match arrived.status:
        case 200:
            return "ended" if with_validators else "replaced"
        case 206:
            return "replaced" if "/" in (get(arrived.headers, "content-range") or "") else "ended"
        case 304:
            return "ended"
        case _:
            return "kept" if with_validators else "replaced"


def part_asked_for(arrived: WireResponse, request: Request, rules: HttpCacheRules) -> WireResponse:
    """The part of a stored whole that the request's Range asks for, where wholes are divided."""
    if rules.partial_content != "from-the-whole" or arrived.status != 200:
        return arrived
    requested = get(request.header_list, "range")
    part = None if requested is None else part_of(arrived.body, rewritten(requested))
    if part is None:
        return arrived
    headers = [header for header in arrived.headers if header[0].lower() != "content-length"]
    headers += [("Content-Length", str(len(part.body))), ("Content-Range", part.content_range)]
    return arrived._replace(status=206, reason="Partial Content", headers=tuple(headers), body=part.body)
