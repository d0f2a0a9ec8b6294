"""The browser's HTTP cache: private, partitioned, in memory.

It is our own because hishel's state machine reads the wall clock while it decides, and makes the validating
requests itself, where a fetch asks three separate questions (select, store, freshen) at a given time.
Times are seconds.
https://httpwg.org/specs/rfc9111.html
"""

from __future__ import annotations

import re
from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corssim.fetch.header_list import contains, get
from corssim.fetch.rules import FreshnessRules, HttpCacheRules
from corssim.fetch.rules.http_cache import CACHEABLE_BY_DEFAULT
from corssim.url import parse_url

from . import freshness as rfc9111

if TYPE_CHECKING:
    from collections.abc import Hashable
    from contextlib import AbstractContextManager

    from corssim.fetch.profile import BrowserProfile
    from corssim.fetch.rules.http_cache import PartialContent
    from corssim.fetch.wire import Headers, WireResponse
    from corssim.url import URL

    from .freshness import Freshness

_TEXT, _FRESHNESS_BY_TEXT = HttpCacheRules(), FreshnessRules()
MAX_BYTES = 50 * 2**20
_NEVER_STORED = frozenset({206, 304})
_LISTED = re.compile(r"[^,\t ]+")
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


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response in the cache, with the headers of the request that brought it (all of them, as sent).

    `stored_at` is when it arrived or was last validated. `request_mode` is that request's mode ("cors",
    "no-cors"): evidence for whoever explains a verdict, never looked at by the cache.
    """

    response: WireResponse
    request_headers: Headers = field(repr=False)
    stored_at: float
    partition: Hashable = None
    url: str = ""
    rules: FreshnessRules = field(default=_FRESHNESS_BY_TEXT, repr=False)

    def fits(self, request_headers: Headers) -> bool:
        """Does it answer a request with these headers, by its Vary?"""
        return vary_matches(self, request_headers)

    def freshness(self, now: float, request_headers: Headers = ()) -> Freshness:
        """Decide whether a request with these headers may be answered with it at `now`."""
        response = self.response
        return rfc9111.freshness(
            response.status,
            response.headers,
            self.stored_at,
            now,
            rules=self.rules,
            request_headers=request_headers,
        )

    def age(self, now: float) -> float:
        """Its age in seconds. https://httpwg.org/specs/rfc9111.html#age.calculations"""
        return rfc9111.current_age(self.response.headers, self.stored_at, now)

    @property
    def must_revalidate(self) -> bool:
        """Does it forbid that it is used stale?"""
        return rfc9111.must_revalidate(self.response.headers)

    @property
    def size(self) -> int:
        """Bytes it counts for in the cache's bound."""
        headers = self.response.headers + self.request_headers
        return len(self.response.body) + len(self.url) + sum(len(name) + len(value) for name, value in headers)


def vary_names(headers: Headers) -> frozenset[str]:
    """The lower-case header names (or `*`) a response's Vary lists. https://httpwg.org/specs/rfc9110.html#field.vary"""
    return frozenset(name.lower() for name in _LISTED.findall(get(headers, "vary") or ""))


def vary_matches(stored: StoredResponse, request_headers: Headers) -> bool:
    """Do the two requests agree in every header that the stored response's Vary names?

    https://httpwg.org/specs/rfc9111.html#caching.negotiated.responses
    """
    return all(
        name != "*" and _normalized(stored.request_headers, name) == _normalized(request_headers, name)
        for name in vary_names(stored.response.headers)
    )


def may_store(
    method: str,
    request_headers: Headers,
    response: WireResponse,
    rules: HttpCacheRules = _TEXT,
    freshness: FreshnessRules = _FRESHNESS_BY_TEXT,
) -> bool:
    """May a private cache keep this response? Only a GET's (which here answers no HEAD), and only if whole.

    https://httpwg.org/specs/rfc9111.html#response.cacheability
    """
    if method != "GET" or response.body_failure is not None or _is_by_range(request_headers, rules.partial_content):
        return False
    if response.status < 200 or ("*" in vary_names(response.headers) and not rules.validates_other_variants):
        return False
    if response.status == 304 and rules.unasked_304 != "stored":
        return False
    if response.status == 206 and rules.partial_content in ("no", "from-the-whole"):
        return False
    directives = rfc9111.response_directives(response.headers)
    if "no-store" in directives or "no-store" in rfc9111.request_directives(request_headers, freshness):
        return False
    return (
        response.status in CACHEABLE_BY_DEFAULT
        or rules.stores_what_states_no_lifetime
        or contains(response.headers, "expires")
        or not directives.keys().isdisjoint({"max-age", "public", "private"})
    )


def freshened_headers(stored: Headers, validation: Headers) -> Headers:
    """The stored headers after a 304: what it carries replaces headers of the same name, except for those
    about the connection or the body. https://httpwg.org/specs/rfc9111.html#update
    """
    update = tuple(header for header in _storable(validation) if header[0].lower() not in _BODY_FIELDS)
    names = {name.lower() for name, _ in update}
    return (*(header for header in stored if header[0].lower() not in names), *update)


class HTTPCache:
    """Stored responses by partition and URL (serialised, without fragment).

    Above `max_bytes` in all, the least recently used URLs lose theirs. Where `rules` keep parts (206) "by-range" the
    caller has the Range in its partition; where "from-the-whole" it takes out of a whole what is asked for.
    """

    def __init__(
        self,
        *,
        max_bytes: int = MAX_BYTES,
        rules: HttpCacheRules = _TEXT,
        freshness: FreshnessRules = _FRESHNESS_BY_TEXT,
        turn: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._turn = turn or nullcontext()  # for who looks in from outside a fetch
        self._max_bytes = max_bytes
        self._rules = rules
        self._freshness = freshness
        self._size = 0
        # The variants of a URL are in the order in which they were stored.
        self._variants: OrderedDict[tuple[Hashable, str], list[StoredResponse]] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._size

    def select(
        self, *, partition: Hashable, method: str, url: str, headers: Headers, now: float
    ) -> StoredResponse | None:
        """The latest stored response that fits this request, fresh or not: ask its `freshness`. Where the rules say so,
        another variant that may be validated: ask whether it `fits`.

        `now` decides nothing here; a stale response is still what gets validated.
        https://httpwg.org/specs/rfc9111.html#constructing.responses.from.caches
        """
        variants = self._variants.get((partition, url))
        if method != "GET" or variants is None or _is_by_range(headers, self._rules.partial_content):
            return None
        for stored in reversed(variants):
            if vary_matches(stored, headers):
                self._variants.move_to_end((partition, url))
                return stored
        other = variants[-1]
        return other if self._rules.validates_other_variants and contains(other.response.headers, "etag") else None

    def store(
        self,
        *,
        partition: Hashable,
        method: str,
        url: str,
        request_headers: Headers,
        response: WireResponse,
        now: float,
    ) -> bool:
        """Keep a response if it may be kept, in place of those that fit the same request; say whether it was.

        A whole answer that may not be kept also ends what it would have replaced: it is newer.
        https://httpwg.org/specs/rfc9111.html#response.cacheability
        """
        storable = may_store(method, request_headers, response, self._rules, self._freshness)
        if storable or _supersedes(method, request_headers, response):
            self.discard(partition=partition, url=url, request_headers=request_headers)
        if not storable:
            return False
        return self._add(
            StoredResponse(
                response=response._replace(headers=_storable(response.headers)),
                request_headers=request_headers,
                stored_at=now,
                partition=partition,
                url=url,
                rules=self._freshness,
            )
        )

    def freshen(
        self,
        stored: StoredResponse,
        response_304: WireResponse,
        now: float,
        request_headers: Headers | None = None,
    ) -> StoredResponse:
        """The stored response as a 304 leaves it; the cache has it from now on, if it still had the old one.

        `request_headers` are the validating request's (None: those it was stored with), to which Vary refers
        from now on. A 304 about another entity tag updates nothing.
        https://httpwg.org/specs/rfc9111.html#freshening.responses
        """
        tag, new_tag = (get(r.headers, "etag") for r in (stored.response, response_304))
        if tag is not None and new_tag is not None and tag.removeprefix("W/") != new_tag.removeprefix("W/"):
            return stored
        headers = freshened_headers(stored.response.headers, response_304.headers)
        fresh = replace(
            stored,
            response=stored.response._replace(headers=headers),
            request_headers=stored.request_headers if request_headers is None else request_headers,
            stored_at=now,
        )
        # Removed or replaced while the validation was under way: what happened since then stands.
        kept = may_store("GET", fresh.request_headers, fresh.response, self._rules, self._freshness)
        if self._remove(stored) and kept:
            self._add(fresh)
        return fresh

    def discard(self, *, partition: Hashable, url: str, request_headers: Headers) -> None:
        """Forget the responses that such a request would be answered with."""
        for stored in tuple(self._variants.get((partition, url), ())):
            if vary_matches(stored, request_headers):
                self._remove(stored)

    def invalidate(self, *, partition: Hashable, url: str, response_headers: Headers = ()) -> None:
        """Forget every response of a URL that an unsafe method has changed, and of the URLs in its answer's
        Location and Content-Location that share its origin, where the rules say so. https://httpwg.org/specs/rfc9111.html#invalidation
        """
        base = parse_url(url)
        urls = {url}
        for name in ("location", "content-location") if self._rules.ended_at_locations else ():
            value = get(response_headers, name)
            target = None if value is None or base is None else parse_url(value, base)
            if target is not None and _tuple_origin(target) == _tuple_origin(base):
                urls.add(target.without_fragment().href)
        for stale_url in urls:
            for stored in tuple(self._variants.get((partition, stale_url), ())):
                self._remove(stored)

    def clear(self) -> None:
        """Forget everything."""
        with self._turn:
            self._variants.clear()
            self._size = 0

    def _add(self, stored: StoredResponse) -> bool:
        if stored.size > self._max_bytes:
            return False
        key = (stored.partition, stored.url)
        variants = self._variants.setdefault(key, [])
        self._variants.move_to_end(key)
        variants.append(stored)
        self._size += stored.size
        while self._rules.variants is not None and len(variants) > self._rules.variants:
            self._remove(variants[0])
        while self._size > self._max_bytes:
            self._remove(next(iter(self._variants.values()))[0])
        return True

    def _remove(self, stored: StoredResponse) -> bool:
        """Take exactly this one out; say whether it was in."""
        key = (stored.partition, stored.url)
        variants = self._variants.get(key, [])
        for index, present in enumerate(variants):
            if present is stored:
                del variants[index]
                self._size -= stored.size
                if not variants:
                    del self._variants[key]
                return True
        return False


def http_cache_of(profile: BrowserProfile, turn: AbstractContextManager[Any] | None = None) -> HTTPCache:
    """The empty HTTP cache of a browser with this profile."""
    return HTTPCache(rules=profile.http_cache, freshness=profile.freshness, turn=turn)


def _is_by_range(request_headers: Headers, partial_content: PartialContent) -> bool:
    """Does the request ask for a part, so that what is stored neither answers it nor is replaced by its answer?"""
    return partial_content in ("no", "unasked") and contains(request_headers, "range")


def _supersedes(method: str, request_headers: Headers, response: WireResponse) -> bool:
    """Is it a whole answer to a GET, so that an older one has had its day, even if the server failed?"""
    return (
        method == "GET"
        and not contains(request_headers, "range")
        and response.status >= 200
        and response.status not in _NEVER_STORED
        and response.body_failure is None
    )


def _tuple_origin(url: URL | None) -> tuple[str, str | None, int | None] | None:
    return None if url is None else (url.scheme, url.host, url.effective_port)


def _normalized(headers: Headers, name: str) -> tuple[str, ...] | None:
    """A header's value as Vary compares it: lines combined, no white space around commas; None if absent."""
    value = get(headers, name)
    return None if value is None else tuple(part.strip("\t ") for part in value.split(","))


def _storable(headers: Headers) -> Headers:
    """Headers without those that concern one connection only. https://httpwg.org/specs/rfc9111.html#storing.fields"""
    listed = {name.lower() for name in _LISTED.findall(get(headers, "connection") or "")}
    dropped = _CONNECTION_FIELDS | listed
    return tuple(header for header in headers if header[0].lower() not in dropped)
