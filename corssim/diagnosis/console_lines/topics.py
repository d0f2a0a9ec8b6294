"""What console lines are about that tell of no blocked fetch, and the topic nearest to an unknown one."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Final

from corssim.diagnosis.explanations import all_topics
from corssim.diagnosis.explanations.finding import CONCEPT_WORDS, HEADERS
from corssim.fetch.reasons import Reason

from ...patterns import lazy_pattern

NOTES: Final = {
    "blocked-request": ("A request failed. The line beside this one says why.", "cors"),
    "denied-or-broken-off": (
        (
            "A request failed. The line beside this one says why. If there is none, the network broke it off, or the "
            "page went away while it ran: WebKit says so of its own origin's requests too."
        ),
        "cors",
    ),
    "event-source": ("An event stream could not be opened. The line beside this one says why.", "cors"),
    "http-answer": ("The server answered; the line beside this one says what became of it.", "cors"),
    "http-status": (
        "The server answered with an error status. That alone blocks nothing: with the right headers it can be read.",
        "server-errors",
    ),
    "forbidden-headers": ("Script may not set this request header; the browser left it out.", "simple-request"),
    "exposed-headers": (
        "The response came, but its server does not expose this header to script (Access-Control-Expose-Headers).",
        "exposed-headers",
    ),
    "preload": (
        "A preload was not used: the request differs from it in what the line names, most often in crossorigin.",
        "credentials",
    ),
    "mixed-content": (
        "A secure page asked for something over http; it was loaded, or upgraded to https.",
        "https-pages",
    ),
    "csp-report-only": ("A policy that only reports would have blocked this. Nothing was blocked by it.", "csp"),
    "authorization-under-wildcard": (
        "Allow-Headers: * let Authorization pass here. By the standard it does not: list Authorization.",
        "wildcard",
    ),
    "code-of-the-page": ("This is code in the page itself, or made from text: nothing was to be loaded for it.", ""),
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
    "cookies": ("A cookie was not kept as the server set it; the line says why. No request was blocked.", "cookies"),
    "tainted-canvas": (
        (
            "The canvas was painted with a picture of another origin, loaded without CORS, so script may not read it. "
            "Load it with crossorigin on the element, and let its server allow the page."
        ),
        "opaque",
    ),
    "muted-audio": (
        (
            "Sound of another origin that was loaded without CORS is played, and given to script as silence. "
            "Load it with crossorigin on the element, and let its server allow the page."
        ),
        "opaque",
    ),
    "unreadable-stylesheet": (
        (
            "A style sheet of another origin, loaded without CORS, is applied, but script may not read its rules. "
            "Load it with crossorigin on the element, and let its server allow the page."
        ),
        "opaque",
    ),
    "frames": (
        "Script reached into a window or frame of another origin. No header opens that; postMessage is the way.",
        "same-origin-policy",
    ),
    "blob-of-another-origin": (
        "A blob: URL can be loaded by pages of the origin that made it alone. No header changes that.",
        "same-origin-policy",
    ),
    "framing": (
        "A document does not let this page show it in a frame. That is its own server's word, and CORS plays no part.",
        "",
    ),
    "unused-preload": (
        "A preload was fetched and not used: its attributes do not fit the later request.",
        "credentials",
    ),
    "web-socket": ("A WebSocket could not be opened. CORS plays no part in it; the server looks at Origin itself.", ""),
    "cookies-across-sites": ("A cookie of another site is stored or sent only with SameSite=None; Secure.", "cookies"),
    "third-party-cookies": (
        "A cookie of another site, which the browser keeps apart or does not keep. No request was blocked.",
        "cookies",
    ),
    "answered": ("A request came to its end and was answered. Nothing failed.", ""),
    "tracking-protection": (
        "The browser's protection against trackers stopped this, not CORS: no header of the server changes that.",
        "content-blockers",
    ),
    "blocked-by-client": (
        (
            "An extension, such as an ad blocker, stopped this request in the browser. No header of the server changes "
            "that; try a window without extensions."
        ),
        "content-blockers",
    ),
    "blocked-by-administrator": ("A rule of whoever manages this browser stopped the request, not the server.", ""),
    "extension": (
        "An extension of the browser says this about itself. It is no failure of the page.",
        "content-blockers",
    ),
    "aborted": ("The request was ended before its answer came: by script, by a navigation, or by a download.", ""),
    "private-network": (
        "Chromium kept a page from calling a machine in a more private network. It asks its user for that now.",
        "local-network",
    ),
    "local-network-permission": (
        (
            "Chromium asks its user before a page may call this machine or one in the local network, and that was not "
            "allowed. No header of the server changes it: allow it in the site's settings."
        ),
        "local-network",
    ),
    "service-worker": (
        "A service worker answered for the network, and failed at it. What it fetched itself says why.",
        "failed-to-fetch",
    ),
    "service-worker-script": (
        (
            "A service worker's script has to be JavaScript of the page's own origin, answered without an error or a "
            "redirect. The text says what it was instead."
        ),
        "",
    ),
    "opener-policy": (
        "A window was opened under a Cross-Origin-Opener-Policy that keeps the two apart. No fetch was blocked by it.",
        "",
    ),
    "upgrade-failed": (
        (
            "The browser asked for https in place of http, as it is set to, and that failed: the server has to speak "
            "https, or the browser's setting to be lifted for the site."
        ),
        "https-pages",
    ),
    "service-worker-opaque": (
        "A service worker gave script an answer that it had asked for itself without CORS: let it ask with mode cors.",
        "no-cors",
    ),
    "cors-disabled": ("This browser is set to do no CORS at all (content.cors.disable).", "cors"),
    "origin-not-added": ("The browser could not add the Origin header to the request.", "cors"),
    "cors-panel": ("The network panel says that a check of CORS failed. Its line in the console says which.", "cors"),
    "cors-was-needed": ("The request is checked by CORS. That is no failure yet.", "cors"),
    "app-transport-security": (
        "The app may not load over http: iOS and macOS want https, whatever CORS says.",
        "https-pages",
    ),
    "deprecated-body": ("An old kind of body; it was sent all the same.", ""),
}
"""By what a line is about: a sentence, and the topic (or reason) that tells more, empty where none does."""

BEGINNING: Final = "cors"
"""Where to begin when no topic is near."""

STRANGE: Final = "The beginning of this line is known, and what it names stands here; its sentence is not."
"""What is said of a message whose reason is not in the table."""

_WORDS: Final = lazy_pattern(r"[a-z0-9][a-z0-9-]*")
_MOST_WORDS: Final = 60
# What a line names is no word of it.
_NAMED: Final = lazy_pattern(r"[a-z][a-z0-9+.-]{0,63}:(?://)?[^\s'\"]*[/.:][^\s'\"]*", re.IGNORECASE)
_EVERYWHERE: Final = frozenset(
    {"origin", "site", "file", "image", "method", "null", "options", "port", "json", "curl", "xhr", "allow"}
)
"""Words that stand in lines about anything."""
_OF_SUCCESS: Final = frozenset({Reason.OPAQUE_RESPONSE.value, "exposed-headers"})
_TELLS_OF_FAILURE: Final = lazy_pattern(
    r"\b(?:cannot|can't|could not|couldn't|unable|fail(?:ed|s|ure)?|blocked|refused|denied|not allowed)\b",
    re.IGNORECASE,
)

_TELLS_OF_ABSENCE: Final = lazy_pattern(
    r"\b(?:no|not (?:present|set|found|there|allowed|sent)|missing|absent|lack(?:s|ing)?|without|isn't|doesn't|add)\b",
    re.IGNORECASE,
)


@cache
def _keywords() -> dict[str, str]:
    words = {topic.name: topic.name for topic in all_topics()} | {reason.value: reason.value for reason in Reason}
    words |= {name.replace("-", " "): name for name in words}
    return {word.lower(): name for word, name in (words | dict(CONCEPT_WORDS) | dict(HEADERS)).items()}


def nearest_topic(text: str) -> str:
    """The topic or reason whose words are nearest to a text's, URLs left aside. `cors` where none is near."""
    keywords = _keywords()
    if _TELLS_OF_FAILURE.search(text) is not None:
        keywords = {word: name for word, name in keywords.items() if name not in _OF_SUCCESS}
    words = _WORDS.findall(_NAMED.sub(" ", text).lower())[:_MOST_WORDS]
    runs = [" ".join(words[at : at + length]) for length in (1, 2, 3) for at in range(len(words) - length + 1)]
    present = [word for word in runs if word in keywords and word not in _EVERYWHERE]
    if present:
        nearest = keywords[max(present, key=len)]
    else:
        near = (difflib.get_close_matches(word, keywords, n=1, cutoff=0.8) for word in words if len(word) > 5)
        nearest = next((keywords[found[0]] for found in near if found and found[0] not in _EVERYWHERE), BEGINNING)
    # A line may name the header and be about its value.
    is_absent = nearest != Reason.ALLOW_ORIGIN_MISSING.value or _TELLS_OF_ABSENCE.search(text) is not None
    return nearest if is_absent else BEGINNING
