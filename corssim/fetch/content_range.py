"""Which part of a whole a Range header asks for."""

from __future__ import annotations

from ..records import NamedTuple
from .safelists import parse_single_range


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
