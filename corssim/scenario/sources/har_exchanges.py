"""What the entries of an archive are: requests of pages with the preflights that were made for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...url import parse_url
from ..model import PageTable
from .as_sent import Sent, call_of, calls_for_preflight
from .reading import Guess, is_same_origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .har import Archive
    from .har_fields import Entry
    from .reading import Reading

_DESTINATIONS = {
    "document": "document",
    "font": "font",
    "image": "image",
    "media": "video",
    "script": "script",
    "stylesheet": "style",
    "xhr": "empty",
    "fetch": "empty",
}
"""Destinations by Chrome's words for what asked."""
_BY_TYPE = (
    ("javascript", "script"),
    ("ecmascript", "script"),
    ("text/css", "style"),
    ("image/", "image"),
    ("font", "font"),
    ("video/", "video"),
    ("audio/", "audio"),
    ("text/html", "document"),
)
_OF_THE_NETWORK = (
    "ABORTED", "INTERNET_DISCONNECTED", "NAME_NOT_RESOLVED", "CONNECTION", "CERT_", "SSL_", "TIMED_OUT", "ADDRESS_",
    "NETWORK_", "EMPTY_RESPONSE", "TUNNEL_", "PROXY_", "BLOCKED_BY_CLIENT", "HTTP2_", "QUIC_", "SOCKET_", "INVALID_",
)  # fmt: skip
"""Errors of Chrome's net stack that are no policy's. https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h"""
_OF_A_POLICY = ("BLOCKED_BY_RESPONSE", "BLOCKED_BY_ORB", "CORS", "ACCESS CONTROL", "NS_ERROR_DOM_BAD_URI")
"""Errors that are a policy's, in the words of Chrome, WebKit and Firefox."""
_TELL_FAILURES = frozenset({
    "webinspector", "playwright", "chrome-har", "chrome har capturer", "puppeteer-har", "browsertime", "sitespeed.io",
    "webpagetest",
})  # fmt: skip
"""Who writes what a browser's network service says, which knows what was blocked. Firefox's own recordings have the
answers of blocked requests as those of others, and a proxy sees no more than answers."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 20
_LOOKED_AHEAD = 50  # entries in which a redirect's target is looked for


@dataclass(frozen=True)
class Recorded:
    """One request of an archive: its entry, what it was, its preflight (None: none is in there) and its redirects.

    `led_from` is the entry that the browser itself turned into this one, before any server was asked.
    `stands_for_preflight`: the request itself is not in there, only the preflight that asked for it. `blocked` is what
    the recording shows: True, False, or None where it does not tell. `tells_failures`: its exporter says what failed.
    """

    entry: Entry
    reading: Reading
    preflight: Entry | None
    hops: tuple[Entry, ...] = ()
    stands_for_preflight: bool = False
    tells_failures: bool = True
    led_from: Entry | None = None

    @property
    def page(self) -> str | None:
        return None if self.reading.page is None else self.reading.page.url

    @property
    def is_cross_origin(self) -> bool:
        if self.page is None:
            return self.reading.mode != "navigate" and not self.entry.is_of_the_browser
        return not is_same_origin(self.page, self.entry.url)

    @property
    def status(self) -> int:
        """The status that the recording has for the request, 0 where none came."""
        return 0 if self.stands_for_preflight else self.entry.status

    @property
    def has_answer(self) -> bool:
        return not self.stands_for_preflight and self.entry.is_answered

    @property
    def needs_preflight(self) -> bool:
        headers = getattr(self.reading.step, "headers", None)
        pairs = list(headers) if isinstance(headers, list) else []
        return self.is_cross_origin and calls_for_preflight(self.reading.method, pairs)

    @property
    def blocked(self) -> bool | None:
        last = self.hops[-1] if self.hops else self.entry
        error = last.error.upper()
        if self.stands_for_preflight:
            # The request was never made: what a failed preflight comes to.
            return True if 300 <= last.status <= 599 else None
        if any(each in error for each in _OF_A_POLICY):
            return True
        if any(each in error for each in _OF_THE_NETWORK):
            return False
        if error.endswith("ERR_FAILED"):
            return self.is_cross_origin
        if not last.status or (last.status in _REDIRECTS and self._is_of_cors):
            return None  # a redirect whose target is not in there
        return False if self.tells_failures or not self._is_of_cors or lets_through(last, self.reading) else None

    @property
    def _is_of_cors(self) -> bool:
        return self.page is not None and self.is_cross_origin and self.reading.mode == "cors"


def lets_through(entry: Entry, reading: Reading) -> bool:
    """Report whether an answer names the page, or everybody, as who may read it."""
    allowed = entry.answer_header("access-control-allow-origin")
    if reading.credentials == "include" and entry.answer_header("access-control-allow-credentials") != "true":
        return False
    if allowed == "*":
        return reading.credentials != "include"
    return allowed is not None and reading.page is not None and is_same_origin(allowed, reading.page.url)


def exchanges_of(archive: Archive, page: str | None = None) -> Iterator[Recorded]:
    """The requests of an archive in their order; preflights stand with what they were made for. `page` is that of
    requests for which nothing tells it."""
    tells = archive.creator.lower() in _TELL_FAILURES
    lines = [archive.request_line(number) for number in range(len(archive))]
    owners = owners_of(archive, lines)
    owned = set(owners.values())
    hops: set[int] = set()
    led_from: dict[int, Entry] = {}
    for number, (_, url) in enumerate(lines):
        if number in hops or number in owned or not is_http(url):
            continue
        entry = archive.entry(number)
        if not entry.url:
            continue  # its request line can be read, and the rest cannot
        if entry.is_preflight:
            reading = _reading(entry, page, tells)
            yield Recorded(entry, reading, entry, stands_for_preflight=True, tells_failures=tells)
            continue
        preflight = archive.entry(owners[number]) if number in owners else None
        chain = _chain(archive, lines, entry)
        if chain and entry.redirected_inside:
            led_from[chain[0].number] = entry
            continue
        hops |= {hop.number for hop in chain}
        led = led_from.get(number)
        reading = _reading(entry, page, tells)
        yield Recorded(entry, reading, preflight, tuple(chain), tells_failures=tells, led_from=led)


def is_http(url: str) -> bool:
    """Report whether a URL is one that browsers ask a server for."""
    return url[:8].lower().startswith(("http://", "https://"))


def owners_of(archive: Archive, lines: list[tuple[str, str]]) -> dict[int, int]:
    """Which preflight was made for which request: the nearest of the same URL, method and origin, each for one."""
    free: dict[str, list[Entry]] = {}
    for number, (method, url) in enumerate(lines):
        if method == "OPTIONS" and (entry := archive.entry(number)).is_preflight:
            free.setdefault(url, []).append(entry)
    owners: dict[int, int] = {}
    if not free:
        return owners
    preflights = {entry.number for entries in free.values() for entry in entries}
    for number, (method, url) in enumerate(lines):
        if not free.get(url) or number in preflights:
            continue
        origin = archive.entry(number).header("origin")
        fitting = [entry for entry in free[url] if _is_for(entry, method, origin)]
        if fitting:
            nearest = min(fitting, key=lambda entry: abs(entry.number - number))
            free[url].remove(nearest)
            owners[number] = nearest.number
    return owners


def _is_for(preflight: Entry, method: str, origin: str | None) -> bool:
    if preflight.header("access-control-request-method") != method:
        return False
    return origin is None or preflight.header("origin") in (None, origin)


def _chain(archive: Archive, lines: list[tuple[str, str]], entry: Entry) -> list[Entry]:
    """The entries to which a redirect led, which archives list one by one."""
    chain: list[Entry] = []
    while entry.status in _REDIRECTS and len(chain) < _MOST_HOPS:
        location = entry.redirect_url or entry.answer_header("location") or ""
        target = parse_url(location, parse_url(entry.url)) if location else None
        if target is None:
            break
        following = range(entry.number + 1, min(entry.number + 1 + _LOOKED_AHEAD, len(lines)))
        led_to = next((n for n in following if lines[n][0] != "OPTIONS" and _same(lines[n][1], target.href)), None)
        if led_to is None:
            break
        entry = archive.entry(led_to)
        chain.append(entry)
    return chain


def _same(url: str, other: str) -> bool:
    parsed = parse_url(url)
    return parsed is not None and parsed.href.partition("#")[0] == other.partition("#")[0]


def sent_of(entry: Entry) -> Sent:
    """The request of an entry, with what the archive tells of it beside its headers."""
    headers = entry.headers
    if entry.has_cookies and entry.header("cookie") is None:
        headers = [*headers, ("Cookie", "(not told)=")]
    if entry.body is not None and entry.body_type and entry.header("content-type") is None and entry.body:
        headers = [*headers, ("Content-Type", entry.body_type)]
    return Sent(
        method=entry.method,
        url=entry.url,
        headers=headers,
        body=entry.body or None,
        destination=_destination(entry),
        initiator={"ping": "beacon", "beacon": "beacon"}.get(entry.resource_type, ""),
    )


def _reading(entry: Entry, page: str | None, tells_failures: bool) -> Reading:
    sent = sent_of(entry)
    reading = _with_page(call_of(sent, "har"), entry, page)
    if any(guess.what == "mode" and guess.sure == "guess" for guess in reading.guessed):
        mode = _mode_by_answer(entry, reading, tells_failures)
        if mode is not None:
            reading = _with_page(call_of(replace(sent, mode=mode), "har"), entry, page)
    return reading


def _with_page(reading: Reading, entry: Entry, page: str | None) -> Reading:
    url = parse_url(entry.page_title)
    if reading.page is None and url is not None and url.is_http and not entry.is_of_the_browser:
        reading = replace(reading, page=PageTable(url=url.href))
        guessed = tuple(guess for guess in reading.guessed if guess.what != "page")
        reading = replace(reading, guessed=guessed)
    if reading.page is not None or page is None or entry.is_of_the_browser:
        return reading
    return reading.with_page(page)


def _mode_by_answer(entry: Entry, reading: Reading, tells_failures: bool) -> Guess | None:
    """no-cors, where nothing tells the mode and a cors request would not have looked so.

    Browsers send Origin with every cors request across origins. Some exporters write the headers before the browser
    has added it: there an answer that came through, and that cors would have stopped, is what tells.
    """
    if reading.page is None or is_same_origin(reading.page.url, entry.url) or entry.resource_type == "xhr":
        return None
    if entry.method not in ("GET", "HEAD", "POST"):
        return None
    if entry.header("accept-encoding") is not None:
        return Guess("mode", "no-cors", "likely", "a browser sends Origin with cors, and it is not in there")
    came_through = entry.status and (
        not entry.error or "ABORTED" in entry.error.upper()
    )  # so is one not read to its end
    if tells_failures and came_through and not lets_through(entry, reading):
        why = "neither Origin nor Sec-Fetch-Mode is in there, and an answer came through that cors would have stopped"
        return Guess("mode", "no-cors", "guess", why)
    return None


def _destination(entry: Entry) -> str:
    """What asked: as the exporter or Sec-Fetch-Dest says, or by what was accepted and what came."""
    told = _DESTINATIONS.get(entry.resource_type) or entry.header("sec-fetch-dest")
    if told or entry.resource_type in ("preflight", "ping", "eventsource", "websocket", "manifest", "other"):
        return told or ""
    if entry.method != "GET" or entry.header("origin") is not None or entry.header("referer") is None:
        accept = entry.header("accept") or ""
        return "document" if accept.startswith("text/html") and entry.method == "GET" else ""
    accepted = (entry.header("accept") or "").split(",")[0].lower()
    came = (entry.answer_header("content-type") or "").lower()
    by_request = next((destination for name, destination in _BY_TYPE if name in accepted), "")
    return by_request or next((destination for name, destination in _BY_TYPE if name in came), "")
