"""The requests of a session: rows with the call of script that each stands for, and where its redirects led."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import UNSET

from ..scenario.model import FetchStep, PageTable
from ..scenario.sources.as_sent import Sent, call_of, calls_for_preflight
from ..url import parse_url

if TYPE_CHECKING:
    from ..scenario.model import AnyStep
    from .rows import Pairs, Row

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS = 20
_LOOKED_AHEAD = 50  # rows in which a redirect's target is looked for
_MODES = ("cors", "no-cors", "same-origin", "navigate")
_CREDENTIALS = ("omit", "same-origin", "include")
_SERVER_OF_A_PLAIN_URL = re.compile(
    r"(https?://(?![^/]*xn--)(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*(?::(?!443/|80/)[1-9][0-9]{0,3})?/)"
    r"(?!(?:.*/)?(?:\.|%2[eE]))[A-Za-z0-9_.~%/?&=+,;:@!$()*-]{0,2000}"
)
"""A URL that is written as the parser writes it, with a path that caches and servers alone read."""


_VALUES_THAT_COUNT = frozenset(
    "accept accept-language content-language content-type range cache-control pragma".split()  # noqa: SIM905
)
_COUNT_BY_PREFIX = ("if-", "x-http-method", "x-method", "sec-", "proxy-", "access-control-")
_LONG = 2000  # characters, from which on the length of a header can count


class Call(NamedTuple):
    """What script asked for, whatever the path.

    `step` is None for a navigation, to which CORS does not apply; `page` None where nothing tells it. `guessed` are the
    inputs that had to be guessed. `stands_for_preflight`: only the preflight was recorded, not the request that it asks
    leave for. `unsafe_headers` are the names, in lower case, for which a preflight has to ask. `kind` is
    the same for calls that differ in values of headers alone of which nobody but the server makes anything.
    """

    step: AnyStep | None
    page: PageTable | None
    guessed: tuple[str, ...]
    stands_for_preflight: bool
    method: str
    credentials: str
    headers: Pairs
    unsafe_headers: tuple[str, ...]
    has_cookies: bool
    kind: tuple[Any, ...]


class Recorded:
    """One request: its row, what it was, and where redirects led. `server` is the start of a plain URL, or None."""

    def __init__(self, row: Row, hops: tuple[Row, ...]) -> None:
        self.row = row
        self.hops = hops
        plain = _SERVER_OF_A_PLAIN_URL.fullmatch(row.url)
        self.server = None if plain is None else plain[1]
        self.call = _call(
            self.server or row.url,
            row.method,
            row.request_headers,
            row.destination,
            row.initiator,
            row.mode,
            row.credentials,
            row.page_url,
        )

    @cached_property
    def step(self) -> AnyStep | None:
        """The call with its URL."""
        step = self.call.step
        if step is None or self.server is None:
            return step
        return with_url(step, self.row.url)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All that it was on the network."""
        return (self.row, *self.hops)


def with_url(step: AnyStep, url: str) -> AnyStep:
    """The same call for another URL."""
    changed: AnyStep = msgspec.structs.replace(step, **{"url" if step.action == "load" else step.action: url})
    return changed


def requests_of(rows: list[Row]) -> list[Recorded]:
    """The requests of a session in their order. The rows of redirects belong to what was redirected."""
    requests = []
    hops: set[int] = set()
    for at, row in enumerate(rows):
        if at in hops or not _is_http(row.url):
            continue
        chain = _chain(rows, at) if row.status in _REDIRECTS else []
        hops.update(chain)
        requests.append(Recorded(row, tuple(rows[hop] for hop in chain)))
    return requests


def _is_http(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


@lru_cache(maxsize=4096)
def _call(
    url: str,
    method: str,
    request_headers: Pairs,
    destination: str,
    initiator: str,
    mode: str,
    told_credentials: str,
    page_url: str,
) -> Call:
    names = {name.lower() for name, _ in request_headers}
    headers = list(request_headers)
    if mode in _MODES and "sec-fetch-mode" not in names:
        headers.append(("Sec-Fetch-Mode", mode))  # a mode that the table tells is told as browsers tell it
    sent = Sent(
        method=method or "GET",
        url=url,
        headers=headers,
        destination=destination if destination != "empty" else "",
        initiator=initiator,
    )
    reading = call_of(sent, "table")
    page, step = reading.page, reading.step
    guessed = {guess.what for guess in reading.guessed}
    if page_url and (told := parse_url(page_url)) is not None:
        sandboxed = page is not None and page.sandboxed
        if page is None or sandboxed:
            page = PageTable(url=told.href, sandboxed=sandboxed)
            guessed.discard("page")
    credentials = reading.credentials
    if told_credentials in _CREDENTIALS:
        guessed.discard("credentials")
        credentials = told_credentials
        if isinstance(step, FetchStep):
            step = msgspec.structs.replace(step, credentials=told_credentials)
    if step is not None and step.action in ("submit_form", "navigate"):
        step = None
    of_script = getattr(step, "headers", None)
    pairs = tuple(of_script) if isinstance(of_script, list) else ()
    unsafe = sorted({name.lower() for name, value in pairs if calls_for_preflight("GET", [(name, value)])})
    return Call(
        step,
        page,
        tuple(sorted(guessed)),
        sent.is_preflight,
        reading.method,
        credentials,
        pairs,
        tuple(unsafe),
        "cookie" in names,
        _kind(page, step, sent.is_preflight, tuple(sorted(guessed))),
    )


def _kind(page: PageTable | None, step: AnyStep | None, *more: Any) -> tuple[Any, ...]:
    told: dict[str, Any] = {} if step is None else msgspec.structs.asdict(step)
    if told.get("referrer", UNSET) is not UNSET:
        told["referrer"] = ""  # one of the page's origin
    if headers := told.get("headers"):
        told["headers"] = [(name, _counting(name.lower(), value)) for name, value in headers]
    return (None if page is None else (page.url, page.sandboxed), repr(told), *more)


def _counting(name: str, value: str) -> str:
    counts = name in _VALUES_THAT_COUNT or name.startswith(_COUNT_BY_PREFIX)
    return value if counts or not is_plain(value) else ""


def is_plain(value: str) -> bool:
    """Report whether nothing stands in a header's value over which a decision could be made if its name gives none."""
    return len(value) <= _LONG and value.isascii() and value.isprintable()


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
    return row.method != "OPTIONS" and whole_url(row.url) == target.partition("#")[0]


@lru_cache(maxsize=4096)
def whole_url(url: str) -> str:
    """A URL as the parser writes it, without its fragment."""
    parsed = parse_url(url)
    return url if parsed is None else parsed.href.partition("#")[0]
