"""Lines that no browser is known to print: what can still be read of them, and what script was told instead."""

from __future__ import annotations

import re
from typing import Final

from corssim.console.template import printable
from corssim.diagnosis.console_lines.reading import UNKNOWN, ConsoleReading
from corssim.diagnosis.console_lines.script_errors import SCRIPT_ERRORS
from corssim.diagnosis.console_lines.topics import BEGINNING, nearest_topic

from ...patterns import lazy_pattern

_SHOWN = 300  # characters of an unknown line
_LOOKED_AT = 4096  # in which its request is looked for
_ABOUT_CORS: Final = lazy_pattern(
    r"\bCORS\b|access-control-|cross-?origin|same.origin policy|blocked by|preflight"
    r"|content.security.policy|mixed content",
    re.IGNORECASE,
)
_WORDS_OF_A_SENTENCE: Final = 6
_WORD: Final = lazy_pattern(r"\S*[^\W\d_]\S*")
NO_URL: Final = "\u1100-\u11ff\u2e80-\uffef"
"""Letters that consoles print no URL with: in languages that set no space, the sentence goes on with them."""
_URL: Final = lazy_pattern(rf"(?:https?|file|wss?|capacitor|ionic|blob)://[^\s'\"<>()`{NO_URL}]{{1,2048}}")
_PAGE: Final = lazy_pattern(
    r"(?:from (?:the )?(?:origin|page)|origin|page at)\s*:?\s*['\"`]?(null\b|[a-z][a-z0-9+.-]{1,32}://[^\s'\"<>()`,]{1,512})",
    re.IGNORECASE,
)
_IN_OBJECTS: Final = tuple(
    # What libraries print of the request that they made: JSON, or an object as consoles show it.
    lazy_pattern(rf"['\"]?\b{name}['\"]?\s*:\s*['\"]({value})['\"]")
    for name, value in (
        ("url", r"[^'\"\s]{1,2048}"),
        ("baseURL", r"https?://[^'\"\s]{1,1024}"),
        ("method", r"[A-Za-z]{3,7}"),
    )
)
_REFERRED_TO: Final = lazy_pattern(
    r"\b(?:see|read|visit|learn more|more (?:info|information|details|help)|docs?|documentation)\b[^.\n]{0,24}$",
    re.IGNORECASE,
)
_SAID_BY_A_BROWSER: Final = lazy_pattern(r"\bha(?:s|ve) been blocked\b|\bRequest Blocked\b", re.IGNORECASE)
_STATUS: Final = lazy_pattern(r"\bstatus(?: code)?\s*(?:of|:|=)?\s*(\d{3})\b", re.IGNORECASE)
_SPEAKERS: Final = (
    (re.compile(r"net::ERR_|chrome-extension://|\bChrome/\d"), "chromium"),
    (re.compile(r"\bNS_ERROR_|\bNS_BINDING_|moz-extension://|resource://gre/"), "firefox"),
    (re.compile(r"CONSOLE [A-Z]+ (?:ERROR|WARN)|safari-(?:web-)?extension://"), "webkit"),
)


def is_a_message(line: str) -> bool:
    """Report whether a line that stands beside known ones looks like one that a browser prints about this."""
    return _ABOUT_CORS.search(line) is not None and len(_WORD.findall(line[:_LOOKED_AT])) >= _WORDS_OF_A_SENTENCE


def thrown(line: str) -> ConsoleReading | None:
    """What script was told, if the line is one of these."""
    shown = printable(line[:_SHOWN])
    for error in SCRIPT_ERRORS:
        if (match := error.pattern.search(shown)) is not None:
            url, method = _asked_for(line)
            status = match.groupdict().get("status") or ""
            return ConsoleReading(
                text=shown,
                browser=error.browser,
                topic=error.topic,
                note=error.note,
                url=match.groupdict().get("url") or url,
                method=method,
                status=int(status) if status.isdecimal() and status != "0" else None,
            )
    return None


def _asked_for(line: str) -> tuple[str, str]:
    """The URL and the method in what a library printed of its request; "" for what is not there."""
    url, base, method = (found[1] if (found := each.search(line, 0, _LOOKED_AT)) else "" for each in _IN_OBJECTS)
    if base and not url.startswith(("http:", "https:")):
        url = f"{base.rstrip('/')}/{url.lstrip('/')}"
    return (url if url.startswith(("http:", "https:")) else ""), method.upper()


def _served(text: str) -> ConsoleReading | None:
    """What a server's CORS support says in its answer, or in its log, where that is what was pasted."""
    if _SAID_BY_A_BROWSER.search(text) is not None:
        return None
    from ..signs.programs.recognise import SIGNS
    from ..signs.programs.sign import SignKind

    for sign in SIGNS:
        if sign.kind in (SignKind.CORS_REFUSED, SignKind.BUCKET) and not sign.headers and sign.is_in(text):
            note = f"These are words of {sign.who}. {sign.what} {sign.remedy}"
            return ConsoleReading(text=text, browser=UNKNOWN, topic="cors", note=note)
    return None


def unknown_line(line: str) -> ConsoleReading:
    """An honest answer: what the line names, and the topic nearest to its words."""
    shown = printable(line[:_SHOWN])
    if (said := thrown(line)) is not None:
        return said
    if (said := _served(shown)) is not None:
        return said
    topic = nearest_topic(shown)
    near = "Its words name nothing that is known here; this is where to begin."
    if topic != BEGINNING:
        near = "The topic is the nearest by its words."
    page = _PAGE.search(shown)
    origin = page[1].rstrip(".,;:") if page is not None else ""
    urls = [
        url
        for found in _URL.finditer(shown)
        if (url := found[0].rstrip(".,;:'")) != origin and _REFERRED_TO.search(shown, 0, found.start()) is None
    ]
    status = _STATUS.search(shown)
    return ConsoleReading(
        text=shown,
        browser=next((browser for signs, browser in _SPEAKERS if signs.search(shown)), UNKNOWN),
        is_known=False,
        topic=topic,
        note=f"This line is not one that corssim knows. {near}",
        url=urls[0] if urls else "",
        origin=origin,
        page=origin,
        status=int(status[1]) if status is not None else None,
    )
