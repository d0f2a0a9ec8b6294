"""The requests of a session: rows with the call of script that each stands for, and where its redirects led."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from ..scenario.model import FetchStep, PageTable
from ..scenario.sources.as_sent import Sent, call_of, calls_for_preflight
from ..url import parse_url

if TYPE_CHECKING:
    from ..scenario.model import AnyStep
    from .rows import Row

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 20
_LOOKED_AHEAD = 50  # rows in which a redirect's target is looked for
_MODES = ("cors", "no-cors", "same-origin", "navigate")
_CREDENTIALS = ("omit", "same-origin", "include")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: its row, what it was, where redirects led, and the inputs that had to be guessed.

    `step` is None for a navigation, to which CORS does not apply; `page` None where nothing tells it.
    `stands_for_preflight`: only the preflight was recorded, not the request that it asks leave for.
    """

    row: Row
    step: AnyStep | None
    page: PageTable | None
    hops: tuple[Row, ...]
    guessed: tuple[str, ...]
    stands_for_preflight: bool
    method: str
    credentials: str

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers that script has set."""
        headers = getattr(self.step, "headers", None)
        return list(headers) if isinstance(headers, list) else []

    @property
    def unsafe_headers(self) -> list[str]:
        """The names, in lower case, for which a preflight has to ask."""
        return sorted({name.lower() for name, value in self.headers if calls_for_preflight("GET", [(name, value)])})

    @property
    def urls(self) -> list[str]:
        """The URLs that it goes through."""
        return [self.row.url, *(hop.url for hop in self.hops)]


def requests_of(rows: list[Row]) -> list[Recorded]:
    """The requests of a session in their order. The rows of redirects belong to what was redirected."""
    requests = []
    hops: set[int] = set()
    for at, row in enumerate(rows):
        if at in hops or not _is_http(row.url):
            continue
        chain = _chain(rows, at) if row.status in _REDIRECTS else []
        hops.update(chain)
        requests.append(_recorded(row, tuple(rows[hop] for hop in chain)))
    return requests


def _is_http(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


def _recorded(row: Row, hops: tuple[Row, ...]) -> Recorded:
    sent = Sent(
        method=row.method or "GET",
        url=row.url,
        headers=_with_told(row),
        destination=row.destination if row.destination != "empty" else "",
        initiator=row.initiator,
    )
    reading = call_of(sent, "table")
    page, step = reading.page, reading.step
    guessed = {guess.what for guess in reading.guessed}
    if row.page_url and (told := parse_url(row.page_url)) is not None:
        sandboxed = page is not None and page.sandboxed
        if page is None or sandboxed:
            page = PageTable(url=told.href, sandboxed=sandboxed)
            guessed.discard("page")
    credentials = reading.credentials
    if row.credentials in _CREDENTIALS:
        guessed.discard("credentials")
        credentials = row.credentials
        if isinstance(step, FetchStep):
            step = msgspec.structs.replace(step, credentials=row.credentials)
    if step is not None and step.action == "submit_form":
        step = None
    return Recorded(row, step, page, hops, tuple(sorted(guessed)), sent.is_preflight, reading.method, credentials)


def _with_told(row: Row) -> list[tuple[str, str]]:
    """The headers; a mode that the table tells is told as browsers tell it."""
    headers = list(row.request_headers)
    if row.mode in _MODES and row.header("sec-fetch-mode") is None:
        headers.append(("Sec-Fetch-Mode", row.mode))
    return headers


def _chain(rows: list[Row], at: int) -> list[int]:
    """Where the rows stand to which a redirect led, which recordings list one by one."""
    chain: list[int] = []
    row = rows[at]
    while row.status in _REDIRECTS and len(chain) < _MOST_HOPS:
        location = row.response_header("location") or ""
        target = parse_url(location, parse_url(row.url)) if location else None
        if target is None:
            break
        following = range(at + 1, min(at + 1 + _LOOKED_AHEAD, len(rows)))
        led_to = next((n for n in following if n not in chain and _leads_to(rows[n], target.href)), None)
        if led_to is None:
            break
        chain.append(led_to)
        at, row = led_to, rows[led_to]
    return chain


def _leads_to(row: Row, target: str) -> bool:
    return row.method != "OPTIONS" and _whole(row.url) == target.partition("#")[0]


@lru_cache(maxsize=4096)
def _whole(url: str) -> str:
    parsed = parse_url(url)
    return url if parsed is None else parsed.href.partition("#")[0]
