"""Headings of sections: developer tools', in their languages, and those that people write above what they paste."""

from __future__ import annotations

import re
from typing import NamedTuple

from ....patterns import lazy_pattern
from ..labels import BODY_TITLES, OTHER_TITLES, REQUEST_TITLES, RESPONSE_TITLES

_LONGEST = 80  # characters
_BESIDE = lazy_pattern(r"(?:\((?:\d|raw|parsed)[^)]*\)|view (?:source|parsed|raw)|raw|parsed)$", re.IGNORECASE)
_BY_PEOPLE = lazy_pattern(
    r"(?:(?:the|my|and|a|an|sample|example|simple|actual|real|raw|full|http|server|browser|cors|failed|failing|working|initial|first|second|main|"
    r"(?P<preflight>preflight|pre-flight|options)|(?P<method>get|head|post|put|patch|delete))(?: |$)){0,4}"
    r"(?P<part>request|response|reply|answer)s?(?: (?:headers?|is|was))?",
    re.IGNORECASE,
)


class Title(NamedTuple):
    """The part of an exchange that follows: request, response, body, or "" for what holds for the whole."""

    part: str
    method: str = ""


def title_in(text: str) -> Title | None:
    """What a heading says. None where a line is none."""
    if len(text) > _LONGEST:
        return None
    text = text.strip().removesuffix(":").rstrip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].strip()
    text = _BESIDE.sub("", text).rstrip().lower()
    if text in REQUEST_TITLES or text.startswith("provisional headers are shown"):
        return Title("request")
    if text in RESPONSE_TITLES:
        return Title("response")
    if text in OTHER_TITLES:
        return Title("body" if text in BODY_TITLES else "")
    if (found := _BY_PEOPLE.fullmatch(text)) is None:
        return None
    part = "request" if found["part"] == "request" else "response"
    return Title(part, "OPTIONS" if found["preflight"] else (found["method"] or "").upper())
