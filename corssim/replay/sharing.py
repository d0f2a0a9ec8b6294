"""What the requests of a session share, and which share nothing.

A browser keeps what it learns by URL (caches, a document's resources) and by site (cookies, logins; of http, that it is
to be https). So a request to a URL that the session asks for once, of a site that keeps nothing, comes to what it comes
to in any other session, too: it has a kind, and one request of a kind is made for all of them. And no site's answers
decide about another's: where the change touches some servers alone, the others' requests are made once.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..browser.cookies.cookie import site_of
from ..url import parse_url
from .recorded import is_plain, whole_url

if TYPE_CHECKING:
    from .change import Change
    from .recorded import Recorded
    from .rows import Pairs, Row

SHARES_NOTHING = 3000
"""Requests up to which no cache and no jar is ever full, so that sites do not push out each other's entries."""
_CACHES_HOLD = 20_000
"""Requests up to which caches are not full, where those alone count."""
Kind = tuple[Any, ...]

_KEPT_BY_SITE = frozenset(
    "set-cookie set-cookie2 clear-site-data www-authenticate proxy-authenticate authentication-info accept-ch "  # noqa: SIM905
    "critical-ch activate-storage-access".split()
)
"""What a browser learns from these is about the whole site."""
_LEADS_ELSEWHERE = frozenset({"location", "content-location", "refresh"})
"""These name another URL, of which the HTTP cache may keep something."""
_OF_HTTP = "strict-transport-security"
_OF_THE_CACHE = frozenset(
    "age cache-control date etag expires last-modified pragma vary server via content-length x-powered-by".split()  # noqa: SIM905
)
"""What is read for the HTTP cache alone, or by nobody."""
_READ_OF_X = ("x-content-type-options", "x-frame-options", "x-xss-protection", "x-dns-prefetch-control", "x-ua-")
_STATUSES_ON_THEIR_OWN = frozenset({407, 408, 421, 425})
"""After which a browser asks again, or asks the user."""


def made_twice(requests: list[Recorded], change: Change) -> list[bool]:
    """Which requests may come to something else: those that the change touches, and those of the same sites."""
    if change.touches_all or len(requests) > SHARES_NOTHING:
        return [True] * len(requests)
    sites = [frozenset(site(row.url) for row in recorded.rows) for recorded in requests]
    touched: set[str] = set()
    for recorded, own in zip(requests, sites, strict=True):
        if any(change.touches(row.url) for row in recorded.rows):
            touched |= own
    grows = bool(touched)
    while grows:
        reached = {site for own in sites if len(own) > 1 and own & touched for site in own}
        grows = not reached <= touched
        touched |= reached
    return [bool(own & touched) for own in sites]


def kinds_of(requests: list[Recorded], change: Change) -> list[Kind | None]:
    """The kinds of those requests that share nothing with the others, None for those that do."""
    if len(requests) > _CACHES_HOLD or change.is_of_networks or change.table.https_first is not None:
        return [None] * len(requests)
    with_http = any(row.url[:5].lower() == "http:" for recorded in requests for row in recorded.rows)
    times = Counter(_key(recorded, row) for recorded in requests for row in recorded.rows)
    answers = [_Answer(recorded.row.response_headers, with_http) for recorded in requests]
    keeping = set()
    for recorded, answer in zip(requests, answers, strict=True):
        if answer.is_kept or recorded.call.has_cookies:
            keeping.add(site(recorded.row.url))
        keeping.update(site(hop.url) for hop in recorded.hops)
    return [
        _kind(recorded, answer, change, with_http)
        if times[recorded.row.url] == 1 and site(recorded.row.url) not in keeping
        else None
        for recorded, answer in zip(requests, answers, strict=True)
    ]


def _key(recorded: Recorded, row: Row) -> str:
    is_plain = recorded.server is not None and row is recorded.row
    return row.url if is_plain else whole_url(row.url)


def _kind(recorded: Recorded, answer: _Answer, change: Change, with_http: bool) -> Kind | None:
    row, preflight, server = recorded.row, None, recorded.server
    if server is None or answer.leads_elsewhere or row.status in _STATUSES_ON_THEIR_OWN:
        return None
    if row.preflight is not None:
        preflight = _Answer(row.preflight.response_headers, with_http)
        if preflight.is_kept or preflight.leads_elsewhere or row.preflight.status in _STATUSES_ON_THEIR_OWN:
            return None
    return (
        server,
        recorded.call.kind,
        row.status,
        answer.read,
        None if row.preflight is None or preflight is None else (row.preflight.status, preflight.read),
        tuple([at for at, (matches, _) in enumerate(change.answers) if matches(row.url)]),
        change.added_to(row.url),
    )


class _Answer:
    """What is read of an answer's headers for a decision, and whether one of them is about other requests, too."""

    __slots__ = ("is_kept", "leads_elsewhere", "read")

    def __init__(self, headers: Pairs, with_http: bool) -> None:
        read = []
        self.is_kept = self.leads_elsewhere = False
        for pair in headers:
            use = _use_of(pair[0])
            if use == "read" or (use == "nothing" and not is_plain(pair[1])):
                read.append(pair)
            elif use == "kept" or (use == "of http" and with_http):
                self.is_kept = True
            elif use == "leads elsewhere":
                self.leads_elsewhere = True
        self.read = tuple(read)


@lru_cache(maxsize=4096)
def _use_of(name: str) -> str:
    """What is made of a header of an answer."""
    name = name.lower()
    if name in _KEPT_BY_SITE:
        return "kept"
    if name in _LEADS_ELSEWHERE:
        return "leads elsewhere"
    if name == _OF_HTTP:
        return "of http"
    if name in _OF_THE_CACHE or (name.startswith("x-") and not name.startswith(_READ_OF_X)):
        return "nothing"
    return "read"


@lru_cache(maxsize=4096)
def _site_of_host(host: str) -> str:
    return site_of(host)


def site(url: str) -> str:
    """The site of a URL: what cookies are kept by."""
    authority = url.split("/", 3)[2] if url.count("/") > 1 else url
    if not authority.isascii() or not authority.replace(".", "").replace("-", "").isalnum():
        parsed = parse_url(url)
        authority = "" if parsed is None else parsed.host or ""
    return _site_of_host(authority.lower())
