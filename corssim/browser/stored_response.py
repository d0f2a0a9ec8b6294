"""A stored response: which may be stored, what of it, and which requests it answers.

Times are seconds. https://httpwg.org/specs/rfc9111.html
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from corssim.fetch.header_list import ReceivedHeaders, contains, get
from corssim.fetch.rules import FreshnessRules, HttpCacheRules
from corssim.fetch.rules.http_cache import CACHEABLE_BY_DEFAULT

from ..patterns import lazy_pattern
from ..records import NamedTuple, as_function, field, record
from . import freshness as rfc9111
from .cache_control import parse_delta_seconds, request_directives, response_directives

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from corssim.fetch.ports import LeftBy
    from corssim.fetch.rules.http_cache import PartialContent
    from corssim.fetch.wire import Headers, WireResponse

    from .freshness import Freshness

_TEXT, _FRESHNESS_BY_TEXT = HttpCacheRules(), FreshnessRules()
# What objects take beside their texts, at most; a received header stands in an index, too.
_BYTES_OF_AN_ENTRY, _BYTES_OF_A_RECEIVED_LINE, _BYTES_OF_A_SENT_LINE = 1_200, 420, 220
_NO_NAMES: frozenset[str] = frozenset()
_NEVER_STORED = frozenset({206, 304})
_THE_WHOLE = "bytes=0-"
_VALIDATED_BY = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_LISTED = lazy_pattern(r"[^,\t ]+")
# https://httpwg.org/specs/rfc9111.html#storing.fields
_CONNECTION_FIELDS = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)
# They describe the body as stored, and a 304 has none.
_BODY_FIELDS = frozenset({"content-encoding", "content-length", "content-range", "content-type"})


class _Reading(NamedTuple):
    """What the headers of a stored response say, found out when it is first asked."""

    headers: ReceivedHeaders
    vary: frozenset[str]
    stated: rfc9111.StatedFreshness
    validators: Headers
    is_timeless: bool


@record()
class StoredResponse:
    """A response in the cache, with the headers of the request that brought it (all of them, as sent).

    Nobody changes it: what is newer takes its place.
    `stored_at` is when it arrived or was last validated. `size` is the bytes it counts for in the cache's bound: those
    of its texts, and what is about them in memory.
    """

    response: WireResponse
    request_headers: Headers = field(repr=False)
    stored_at: float
    partition: Hashable = None
    url: str = ""
    with_credentials: bool = True
    left_by: LeftBy = "others"
    rules: FreshnessRules = field(default=_FRESHNESS_BY_TEXT, repr=False)
    size: int = field(default=0, init=False, repr=False, compare=False)
    _reading: _Reading | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.size = _size_of(self)

    def _read(self) -> _Reading:
        headers = ReceivedHeaders(self.response.headers)
        stated = rfc9111.stated_freshness(self.response.status, headers, self.stored_at, self.rules)
        validators = [
            (_VALIDATED_BY[name.lower()], value)
            for name, value in headers
            if name.lower() in _VALIDATED_BY and value.strip(" \t")  # none of its grammar is empty
        ]
        is_timeless = rfc9111.says_the_same_at_any_time(headers)
        self._reading = _Reading(headers, vary_names(headers), stated, tuple(validators), is_timeless)
        return self._reading

    @property
    def headers(self) -> ReceivedHeaders:
        """Those of the response, with an index."""
        return (self._reading or self._read()).headers

    @property
    def vary(self) -> frozenset[str]:
        """The lower-case header names (or `*`) that the response's Vary lists."""
        return (self._reading or self._read()).vary

    @property
    def validators(self) -> Headers:
        """The headers that ask a server whether it is still right, in the order of what they are made from."""
        return (self._reading or self._read()).validators

    @property
    def is_never_fresh(self) -> bool:
        """Is it stale for each request that says nothing of how fresh it has to be?"""
        stated = (self._reading or self._read()).stated
        return stated.is_stale or (stated.lifetime <= 0 and stated.grace <= 0)

    def arrived_again(self, now: float, left_by: LeftBy) -> StoredResponse:
        """The same at another time, and by what: what was found out holds, but for what depends on the time."""
        again: StoredResponse = object.__new__(StoredResponse)
        reading = self._reading
        if reading is not None and not reading.is_timeless:
            reading = None
        again.response, again.request_headers, again.stored_at = self.response, self.request_headers, now
        again.partition, again.url, again.with_credentials = self.partition, self.url, self.with_credentials
        again.left_by = left_by
        again.rules, again.size, again._reading = self.rules, self.size, reading
        return again

    def is_of_the_same_request(self, request_headers: Headers) -> bool:
        """Report whether a request with these headers is the one that brought it, once more: then its Vary fits."""
        return self.request_headers == request_headers and "*" not in self.vary

    def fits(self, request_headers: Headers) -> bool:
        """Does it answer a request with these headers, by its Vary?"""
        return vary_matches(self, request_headers)

    def freshness(
        self, now: float, request_headers: Headers = (), own_headers: Iterable[tuple[str, str]] | None = None
    ) -> Freshness:
        """Decide whether a request with these headers may be answered with it at `now`; see `freshness.freshness`."""
        reading = self._reading or self._read()
        return rfc9111.freshness_by(
            reading.stated,
            reading.headers,
            self.stored_at,
            now,
            rules=self.rules,
            request_headers=request_headers,
            own_headers=own_headers,
        )

    def age(self, now: float) -> float:
        """Its age in seconds. https://httpwg.org/specs/rfc9111.html#age.calculations"""
        return rfc9111.current_age(self.headers, self.stored_at, now)

    @property
    def must_revalidate(self) -> bool:
        """Does it forbid that it is used stale?"""
        return rfc9111.must_revalidate(self.headers)


new_stored_response = as_function(StoredResponse)


def _size_of(stored: StoredResponse) -> int:
    received = _bytes_of(stored.response.headers, _BYTES_OF_A_RECEIVED_LINE)
    sent = _bytes_of(stored.request_headers, _BYTES_OF_A_SENT_LINE)
    return len(stored.response.body) + len(stored.url) + received + sent + _BYTES_OF_AN_ENTRY


@lru_cache(maxsize=64)  # the same are sent and received again and again
def _bytes_of(headers: Headers, around_a_line: int) -> int:
    return sum(map(len, chain.from_iterable(headers))) + len(headers) * around_a_line


def vary_names(headers: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The lower-case header names (or `*`) a response's Vary lists. https://httpwg.org/specs/rfc9110.html#field.vary"""
    listed = get(headers, "vary")
    return _NO_NAMES if listed is None else frozenset([name.lower() for name in _LISTED.findall(listed)])


def vary_matches(stored: StoredResponse, request_headers: Headers) -> bool:
    """Do the two requests agree in every header that the stored response's Vary names?

    https://httpwg.org/specs/rfc9111.html#caching.negotiated.responses
    """
    names = stored.vary
    if not names:
        return True
    return "*" not in names and _normalized(stored.request_headers, names) == _normalized(request_headers, names)


def may_store(
    method: str,
    request_headers: Iterable[tuple[str, str]],
    response: WireResponse,
    rules: HttpCacheRules = _TEXT,
    freshness: FreshnessRules = _FRESHNESS_BY_TEXT,
) -> bool:
    """May a private cache keep this response? Only a GET's (which here answers no HEAD), and only if whole.

    https://httpwg.org/specs/rfc9111.html#response.cacheability
    """
    headers = ReceivedHeaders(response.headers)
    return may_be_answered_from_storage(method, request_headers, response, rules, freshness) and answer_may_be_stored(
        response.status, headers, rules, freshness
    )


def may_be_answered_from_storage(
    method: str,
    request_headers: Iterable[tuple[str, str]],
    response: WireResponse,
    rules: HttpCacheRules,
    freshness: FreshnessRules,
) -> bool:
    """Is it a GET without `no-store`, which was answered with a whole?"""
    if method != "GET" or response.body_failure is not None or is_by_range(request_headers, rules.partial_content):
        return False
    return "no-store" not in request_directives(request_headers, freshness)


def answer_may_be_stored(
    status: int, headers: ReceivedHeaders, rules: HttpCacheRules, freshness: FreshnessRules
) -> bool:
    """May an answer with this status and these headers be kept, whatever was asked?"""
    if status < 200 or ("*" in vary_names(headers) and not rules.validates_other_variants):
        return False
    if status == 304 and rules.unasked_304 != "stored":
        return False
    if status == 206 and rules.partial_content in ("no", "from-the-whole"):
        return False
    directives = response_directives(headers, freshness)
    if "no-store" in directives:
        return False
    return (
        status in CACHEABLE_BY_DEFAULT
        or rules.stores_what_states_no_lifetime
        or contains(headers, "expires")
        or not directives.keys().isdisjoint({"max-age", "public", "private"})
    )


def could_be_of_use(status: int, headers: ReceivedHeaders, now: float, rules: FreshnessRules) -> bool:
    """Could it ever answer a request: is it fresh for a while, or has it something to be validated by?"""
    if contains(headers, "etag") or contains(headers, "last-modified"):
        return True
    directives = response_directives(headers, rules)
    if "no-cache" in directives:
        return False
    is_used_stale = bool(parse_delta_seconds(directives.get("stale-while-revalidate")))
    return is_used_stale or rfc9111.lifetime_by(directives, status, headers, now, rules) > 0


def freshened_headers(stored: Headers, validation: Headers) -> Headers:
    """The stored headers after a 304: what it carries replaces headers of the same name, except for those
    about the connection or the body. https://httpwg.org/specs/rfc9111.html#update
    """
    update = tuple(header for header in storable_headers(validation) if header[0].lower() not in _BODY_FIELDS)
    names = {name.lower() for name, _ in update}
    return (*(header for header in stored if header[0].lower() not in names), *update)


def is_by_range(request_headers: Iterable[tuple[str, str]], partial_content: PartialContent) -> bool:
    """Does the request ask for a part, so that what is stored neither answers it nor is replaced by its answer?"""
    asked_for = get(request_headers, "range")
    is_whole = partial_content == "unasked" and asked_for == _THE_WHOLE
    return partial_content in ("no", "unasked") and asked_for is not None and not is_whole


def supersedes(method: str, request_headers: Iterable[tuple[str, str]], response: WireResponse) -> bool:
    """Is it a whole answer to a GET, so that an older one has had its day, even if the server failed?"""
    return (
        method == "GET"
        and not contains(request_headers, "range")
        and response.status >= 200
        and response.status not in _NEVER_STORED
        and response.body_failure is None
    )


def _normalized(headers: Headers, names: frozenset[str]) -> dict[str, list[str]]:
    """The values of these headers as Vary compares them: lines combined, no white space around commas."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if (lower := name.lower()) in names:
            values.setdefault(lower, []).extend(part.strip("\t ") for part in value.split(","))
    return values


def are_all_storable(received: ReceivedHeaders) -> bool:
    """Report whether no header concerns one connection only."""
    return received.lines.keys().isdisjoint(_CONNECTION_FIELDS)


def storable_headers(headers: Headers) -> Headers:
    """Headers without those that concern one connection only. https://httpwg.org/specs/rfc9111.html#storing.fields"""
    dropped, listed = _CONNECTION_FIELDS, get(headers, "connection")
    if listed is not None:
        dropped = dropped.union([name.lower() for name in _LISTED.findall(listed)])
    return tuple([header for header in headers if header[0].lower() not in dropped])


def with_values(headers: Headers) -> Headers:
    """Headers without those of which no line says anything; mostly they are the same."""
    if {value[:1] for _, value in headers}.isdisjoint(("", " ", "\t")):
        return headers
    names = {name.lower() for name, value in headers if value.strip(" \t")}
    return tuple([header for header in headers if header[0].lower() in names])
