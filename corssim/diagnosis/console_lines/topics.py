"""What console lines are about that tell of no blocked fetch, and the topic nearest to an unknown one."""

from __future__ import annotations

import difflib
import re
from functools import cache
from itertools import pairwise
from typing import Final

from corssim.diagnosis.explanations import all_topics
from corssim.diagnosis.explanations.finding import CONCEPT_WORDS, HEADERS
from corssim.fetch.reasons import Reason

NOTES: Final = {
    "blocked-request": ("A request failed. The line beside this one says why.", "cors"),
    "event-source": ("An event stream could not be opened. The line beside this one says why.", "cors"),
    "http-status": (
        "The server answered with an error status. That alone blocks nothing: with the right headers it can be read.",
        "server-errors",
    ),
    "forbidden-headers": ("Script may not set this request header; the browser left it out.", "simple-request"),
    "exposed-headers": (
        "The response came, but its server does not expose this header to script (Access-Control-Expose-Headers).",
        "exposed-headers",
    ),
    "preload": ("A preload was not used: its crossorigin attribute does not fit the request.", "credentials"),
    "mixed-content": (
        "A secure page asked for something over http; it was loaded, or upgraded to https.",
        "https-pages",
    ),
    "csp-report-only": ("A policy that only reports would have blocked this. Nothing was blocked by it.", "csp"),
    "authorization-under-wildcard": (
        "Allow-Headers: * let Authorization pass here. By the standard it does not: list Authorization.",
        "wildcard",
    ),
    "referrer-policy": (
        "The page asked for a longer Referer than the browser sends to another site. Nothing was blocked.",
        "fetch-metadata",
    ),
    "mime-type": ("A script ran although its Content-Type is not JavaScript. With nosniff it will not.", "orb"),
    "xml-response": (
        "XMLHttpRequest took the answer for XML, which it does without a Content-Type. Script still gets the text.",
        "",
    ),
    "synchronous-xhr": ("A synchronous XMLHttpRequest holds up the page. Nothing was blocked.", ""),
    "framed-document-encoding": ("The document in a frame does not say its encoding. Nothing was blocked.", ""),
    "page-markup": ("This is about the page's markup. Nothing was blocked.", ""),
    "integrity": ("The integrity attribute is malformed and was ignored.", "integrity-mismatch"),
    "cookies": ("A cookie was refused because of its SameSite attribute.", "cookies"),
    "deprecated-body": ("An old kind of body; it was sent all the same.", ""),
}
"""By what a line is about: a sentence, and the topic (or reason) that tells more, empty where none does."""

BEGINNING: Final = "cors"
"""Where to begin when no topic is near."""

_WORDS: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_MOST_WORDS: Final = 60


@cache
def _keywords() -> dict[str, str]:
    words = {topic.name: topic.name for topic in all_topics()} | {reason.value: reason.value for reason in Reason}
    words |= {name.replace("-", " "): name for name in words}
    return {word.lower(): name for word, name in (words | dict(CONCEPT_WORDS) | dict(HEADERS)).items()}


def nearest_topic(text: str) -> str:
    """The topic or reason whose words are nearest to a text's. `cors` where none is near."""
    keywords = _keywords()
    words = _WORDS.findall(text.lower())[:_MOST_WORDS]
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    present = [word for word in (*words, *pairs) if word in keywords]
    if present:
        return keywords[max(present, key=len)]
    near = (difflib.get_close_matches(word, keywords, n=1, cutoff=0.8) for word in words if len(word) > 3)
    return next((keywords[found[0]] for found in near if found), BEGINNING)
