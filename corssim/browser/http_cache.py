"""The browser's HTTP cache: private, partitioned, in memory.

It is our own because hishel's state machine reads the wall clock while it decides, and makes the validating
requests itself, where a fetch asks three separate questions (select, store, freshen) at a given time.
Times are seconds.
https://httpwg.org/specs/rfc9111.html
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from corssim.fetch.header_list import contains, get, received
from corssim.fetch.rules import FreshnessRules, HttpCacheRules
from corssim.fetch.rules.redirects import REDIRECT_STATUSES
from corssim.url import parse_url

from ..records import NamedTuple, replace
from .freshness import says_the_same_at_any_time
from .stored_response import (
    StoredResponse,
    answer_may_be_stored,
    are_all_storable,
    could_be_of_use,
    freshened_headers,
    is_by_range,
    may_be_answered_from_storage,
    may_store,
    new_stored_response,
    storable_headers,
    supersedes,
    vary_matches,
    with_values,
)

if TYPE_CHECKING:
    from collections.abc import Hashable
    from contextlib import AbstractContextManager

    from corssim.fetch.header_list import ReceivedHeaders
    from corssim.fetch.ports import LeftBy
    from corssim.fetch.profile import BrowserProfile
    from corssim.fetch.wire import Headers, WireResponse
    from corssim.url import URL

_TEXT, _FRESHNESS_BY_TEXT = HttpCacheRules(), FreshnessRules()
MAX_BYTES = 50 * 2**20
MAX_VARIANTS = 32
"""Of one URL, where the rules say no less: each fetch of it is compared with them."""


class _Judgement(NamedTuple):
    """What a browser makes of answers with this status and these headers, whatever was asked.

    `stored_headers` are those that it keeps, None if it keeps all.
    """

    status: int
    headers: ReceivedHeaders
    is_of_use: bool
    may_be_stored: bool
    stored_headers: Headers | None


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
        self.size = 0
        """Bytes held."""
        self._judged: _Judgement | None = None  # the last one: many servers answer alike again and again
        # The variants of a URL are in the order in which they were stored.
        self._variants: OrderedDict[tuple[Hashable, str], list[StoredResponse]] = OrderedDict()

    def select(
        self, *, partition: Hashable, method: str, url: str, headers: Headers, now: float
    ) -> StoredResponse | None:
        """The latest stored response that fits this request, fresh or not: ask its `freshness`. Where the rules say so,
        another variant that may be validated: ask whether it `fits`.

        `now` decides nothing here; a stale response is still what gets validated.
        https://httpwg.org/specs/rfc9111.html#constructing.responses.from.caches
        """
        variants = self._variants.get((partition, url))
        if method != "GET" or variants is None:
            return None
        if variants[-1].is_of_the_same_request(headers):
            self._variants.move_to_end((partition, url))
            return variants[-1]
        if is_by_range(headers, self._rules.partial_content):
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
        with_credentials: bool = True,
        left_by: LeftBy = "others",
    ) -> bool:
        """Keep a response if it may be kept, in place of those that fit the same request; say whether it was.

        A whole answer that may not be kept also ends what it would have replaced: it is newer.
        https://httpwg.org/specs/rfc9111.html#response.cacheability
        """
        if method == "GET" and self._has_it_already((partition, url), request_headers, response, now, left_by):
            return True
        asked, judged = received(request_headers), self._judgement_of(response, now)
        storable = judged.may_be_stored and (judged.is_of_use or left_by == "navigation")
        storable = storable and may_be_answered_from_storage(method, asked, response, self._rules, self._freshness)
        is_only_passed_by = response.status in REDIRECT_STATUSES and not self._rules.ended_by_redirects
        if self._variants and (storable or (supersedes(method, asked, response) and not is_only_passed_by)):
            self.discard(partition=partition, url=url, request_headers=request_headers)
        if not storable:
            return False
        if judged.stored_headers is not None:
            response = response._replace(headers=judged.stored_headers)
        return self._add(
            new_stored_response(
                response=response,
                request_headers=request_headers,
                stored_at=now,
                partition=partition,
                url=url,
                with_credentials=with_credentials,
                left_by=left_by,
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
        if not self._rules.stores_empty_headers:
            headers = with_values(headers)
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

    def variants_of(self, *, partition: Hashable, url: str) -> tuple[StoredResponse, ...]:
        """All that is stored of a URL, whatever was asked."""
        return tuple(self._variants.get((partition, url), ()))

    def put_back(self, stored: StoredResponse) -> None:
        """Store again what was stored before, as it was."""
        self._remove(stored)
        self._add(stored)

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
            self.size = 0

    def _has_it_already(
        self, key: tuple[Hashable, str], request_headers: Headers, response: WireResponse, now: float, left_by: LeftBy
    ) -> bool:
        """Is the same answer to the same request all that is there? Then it counts as having arrived now, so."""
        variants = self._variants.get(key, ())
        if len(variants) != 1 or variants[0].response != response or variants[0].request_headers != request_headers:
            return False
        variants[0] = variants[0].arrived_again(now, left_by)
        self._variants.move_to_end(key)
        return True

    def _judgement_of(self, response: WireResponse, now: float) -> _Judgement:
        """What an answer comes to, judged once for all that have its status and its headers and name no time."""
        status, headers, judged = response.status, received(response.headers), self._judged
        if judged is not None and judged.headers is headers and judged.status == status:
            return judged
        is_of_use = self._rules.stores_what_is_of_no_use == "always" or could_be_of_use(
            status, headers, now, self._freshness
        )
        may_be_stored = answer_may_be_stored(status, headers, self._rules, self._freshness)
        stored = response.headers if are_all_storable(headers) else storable_headers(response.headers)
        if not self._rules.stores_empty_headers:
            stored = with_values(stored)
        judged = _Judgement(status, headers, is_of_use, may_be_stored, None if stored is response.headers else stored)
        self._judged = judged if says_the_same_at_any_time(headers) else None
        return judged

    def _add(self, stored: StoredResponse) -> bool:
        if stored.size > self._max_bytes:
            return False
        key = (stored.partition, stored.url)
        variants = self._variants.setdefault(key, [])
        self._variants.move_to_end(key)
        variants.append(stored)
        self.size += stored.size
        while len(variants) > (self._rules.variants or MAX_VARIANTS):
            self._remove(variants[0])
        while self.size > self._max_bytes:
            self._remove(next(iter(self._variants.values()))[0])
        return True

    def _remove(self, stored: StoredResponse) -> bool:
        """Take exactly this one out; say whether it was in."""
        key = (stored.partition, stored.url)
        variants = self._variants.get(key, [])
        for index, present in enumerate(variants):
            if present is stored:
                del variants[index]
                self.size -= stored.size
                if not variants:
                    del self._variants[key]
                return True
        return False


def http_cache_of(profile: BrowserProfile, turn: AbstractContextManager[Any] | None = None) -> HTTPCache:
    """The empty HTTP cache of a browser with this profile."""
    return HTTPCache(rules=profile.http_cache, freshness=profile.freshness, turn=turn)


def _tuple_origin(url: URL | None) -> tuple[str, str | None, int | None] | None:
    return None if url is None else (url.scheme, url.host, url.effective_port)
