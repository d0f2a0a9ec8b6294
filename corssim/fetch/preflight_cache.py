"""The CORS-preflight cache: what earlier preflights allowed, until it ages out.

https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from ..records import NamedTuple, as_function
from .methods import is_cors_safelisted_method
from .preflight_cache_entry import CacheEntry, EntriesByToken, entries_that_match, is_method_match
from .preflight_results import covers, whole_result

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from .profile import BrowserProfile
    from .request import Request
    from .rules import PreflightCacheRules

_NEVER = float("inf")  # when what does not age expires
MAX_URLS = 4096
MAX_ENTRIES = 65_536
MAX_BYTES = 16 * 2**20
"""Of everything together; those go first whose site has not been preflighted for longest, oldest URL first."""
_LIMIT_OF_ONE_URL = 1024  # methods, and as many header names, that are kept of one answer: a server chooses how many
_BYTES_OF_A_URL, _BYTES_OF_AN_ENTRY, _BYTES_OF_A_TOKEN = 200, 80, 110  # beside their characters


class Site(NamedTuple):
    """For whom entries are kept: `origin` is the one that the preflight says."""

    partition: Hashable
    origin: Hashable


class Place(NamedTuple):
    """Where entries are kept: `url` has its query and fragment."""

    site: Site
    url: str


class CacheMatch(NamedTuple):
    """Which parts of a request the cache covers."""

    method: bool
    header_names: frozenset[str]


_site, _place, _cache_match = as_function(Site), as_function(Place), as_function(CacheMatch)
_NO_NAMES: frozenset[str] = frozenset()
_NO_MATCH = CacheMatch(method=False, header_names=_NO_NAMES)


class CORSPreflightCache:
    """Entries by partition, origin and URL, within bounds of their number and size."""

    __slots__ = ("_count", "_size", "_turn", "_url_count", "_urls")

    def __init__(self, turn: AbstractContextManager[Any] | None = None) -> None:
        self._turn = turn or nullcontext()  # for who looks in from outside a fetch
        self._urls: dict[Site, dict[str, tuple[CacheEntry, ...]]] = {}
        self._url_count = self._count = self._size = 0

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return self._size

    def __iter__(self) -> Iterator[tuple[str, str, CacheEntry]]:
        """Origin, URL and entry of each entry, expired ones included."""
        with self._turn:
            every = [
                (site.origin, url, entry)
                for site, urls in self._urls.items()
                for url, entries in urls.items()
                for entry in entries
            ]
        for origin, url, entry in every:
            yield origin if isinstance(origin, str) else "null", url, entry

    def clear(self) -> None:
        """Forget everything, as a user who clears the browser's data does."""
        with self._turn:
            self._urls.clear()
            self._url_count = self._count = self._size = 0

    def match(self, request: Request, unsafe_names: Sequence[str], profile: BrowserProfile, now: float) -> CacheMatch:
        """Find what earlier preflights cover.

        https://fetch.spec.whatwg.org/#concept-cache-match-method and https://fetch.spec.whatwg.org/#concept-cache-match-header
        """
        if not self._urls:
            return _NO_MATCH
        place, rules = place_of(request, profile), profile.preflight_cache
        entries = _unexpired(self._at(place), now)
        usable = entries_that_match(entries, request, rules)
        if rules.unit == "result":
            return self._match_of_results(place, entries, usable, request, unsafe_names, rules)
        allowing = [entry for entry in usable if is_method_match(entry, request.method, request, rules)]
        method = bool(allowing) or _is_covered_by_any_answer(request, usable, rules)
        if not unsafe_names:
            return _cache_match(method, header_names=_NO_NAMES)
        by_token = EntriesByToken(usable)
        header_names = frozenset([name for name in unsafe_names if by_token.matching_header_name(name, request, rules)])
        return _cache_match(method, header_names=header_names)

    def store(
        self,
        request: Request,
        methods: Sequence[str],
        header_names: Sequence[str],
        max_age: int,
        profile: BrowserProfile,
        now: float,
    ) -> bool:
        """Keep what a preflight allowed for `max_age` seconds; False where this browser keeps none of it.

        https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.12 to 7.15
        """
        place, rules = place_of(request, profile), profile.preflight_cache
        if _is_never_kept(place, request, max_age, rules):
            return False
        methods, header_names = _once_each(methods), _once_each(name.lower() for name in header_names)
        credentials, expires = request.credentials_mode == "include", now + max_age
        if rules.unit == "result":
            entries = [whole_result(methods, header_names, credentials=credentials, expires=expires)]
        else:
            entries = _unexpired(self._at(place), now)
            matching = entries_that_match(entries, request, rules)
            by_token = EntriesByToken(matching)
            for method in methods:
                if not _refreshed(by_token.matching_method(method, request, rules), expires):
                    entries.append(CacheEntry((method,), (), credentials, expires))
            for name in header_names:
                if not _refreshed(by_token.matching_header_name(name, request, rules), expires):
                    entries.append(CacheEntry((), (name,), credentials, expires))
            if _remembers_that_there_was_an_answer(matching, rules):
                entries.append(CacheEntry((), (), credentials, _NEVER))
        self._keep(place, _unexpired(entries, now))
        return True

    def clear_entries(self, request: Request, profile: BrowserProfile) -> bool:
        """Remove what is stored for the request's partition, origin and current URL; report whether there was anything.

        https://fetch.spec.whatwg.org/#concept-cache-clear
        """
        return self._take(place_of(request, profile))

    def _at(self, place: Place) -> tuple[CacheEntry, ...]:
        return self._urls.get(place.site, {}).get(place.url, ())

    def _keep(self, place: Place, entries: list[CacheEntry]) -> None:
        """Keep the entries of a place as the newest, within the limits."""
        self._take(place)
        if not entries:
            return
        kept = tuple(entries[-2 * _LIMIT_OF_ONE_URL :])
        urls = self._urls[place.site] = self._urls.pop(place.site, {})
        urls[place.url] = kept
        self._url_count += 1
        self._count += len(kept)
        self._size += _size_of(place.url, kept)
        while self._url_count > MAX_URLS or self._count > MAX_ENTRIES or self._size > MAX_BYTES:
            site = next(iter(self._urls))
            self._take(Place(site, next(iter(self._urls[site]))))

    def _take(self, place: Place) -> bool:
        """Take out what is at a place; report whether there was anything."""
        urls = self._urls.get(place.site)
        entries = None if urls is None else urls.pop(place.url, None)
        if urls is None or not entries:
            return False
        self._url_count -= 1
        self._count -= len(entries)
        self._size -= _size_of(place.url, entries)
        if not urls:
            del self._urls[place.site]
        return True

    def _match_of_results(
        self,
        place: Place,
        entries: list[CacheEntry],
        usable: list[CacheEntry],
        request: Request,
        unsafe_names: Sequence[str],
        rules: PreflightCacheRules,
    ) -> CacheMatch:
        """Where whole answers are kept, one must allow everything; what does not may be dropped at once."""
        for entry in usable:
            if covers(entry, request, unsafe_names, rules):
                return _cache_match(method=True, header_names=frozenset(unsafe_names))
        if entries and rules.drops_results_that_do_not_match:
            self._take(place)
        return _NO_MATCH


def _size_of(url: str, entries: Iterable[CacheEntry]) -> int:
    """Bytes that a URL and its entries take, about."""
    size = _BYTES_OF_A_URL + len(url)
    for entry in entries:
        size += _BYTES_OF_AN_ENTRY
        for token in (*entry.methods, *entry.header_names):
            size += _BYTES_OF_A_TOKEN + len(token)
    return size


def _unexpired(entries: Iterable[CacheEntry], now: float) -> list[CacheEntry]:
    return [entry for entry in entries if now < entry.expires]


def _once_each(tokens: Iterable[str]) -> list[str]:
    """The tokens once each, as many of them as are kept."""
    return list(dict.fromkeys(tokens))[:_LIMIT_OF_ONE_URL]


def _refreshed(matching: Iterable[CacheEntry], expires: float) -> bool:
    """Give the entries their new time; report whether there were any."""
    any_matched = False
    for entry in matching:
        entry.expires, any_matched = expires, True
    return any_matched


# Below: what browsers do beyond the text.


def place_of(request: Request, profile: BrowserProfile) -> Place:
    """Where a preflight's answer is kept: under the origin that the preflight says."""
    by_page = profile.preflights.after_redirect_sends_page_origin
    origin: Hashable = request.origin.serialized if by_page else request.serialize_origin()
    if origin == "null" and profile.preflight_cache.of_opaque_origins == "one-each":
        origin = request.origin if request.origin.is_opaque else request  # that redirects tainted
    client, by_origin = request.client, profile.preflight_cache.partitioned_by == "origin"
    partition: Hashable = client.top_level_origin if by_origin else client.network_partition_key
    return _place(_site(partition, origin), request.current_url.href)


def _is_never_kept(place: Place, request: Request, max_age: int, rules: PreflightCacheRules) -> bool:
    """Report whether the browser keeps nothing of this answer: neither stores it nor ends by it what is stored."""
    return (
        (place.site.origin == "null" and rules.of_opaque_origins == "none")
        or place.site.origin is request  # No other request will ever have that origin.
        or request.cache_mode in rules.not_filled_by
        or (rules.longest_url is not None and len(place.url) > rules.longest_url)
        or (max_age <= 0 and not rules.max_age_zero_expires_entries)
    )


def asks_for_method(request: Request, rules: PreflightCacheRules) -> bool:
    """Report whether the cache must know the request's method: by the text if it is not safelisted."""
    return not is_cors_safelisted_method(request.method) or (request.method == "HEAD" and rules.must_list_head)


def _is_covered_by_any_answer(request: Request, usable: list[CacheEntry], rules: PreflightCacheRules) -> bool:
    """Report whether it is enough for a safelisted method that there was an answer, whatever it listed."""
    return bool(usable) and rules.entry_covers_safelisted_methods and not asks_for_method(request, rules)


def _remembers_that_there_was_an_answer(usable: list[CacheEntry], rules: PreflightCacheRules) -> bool:
    """Report whether an entry is added that lists nothing and never ages: that there was an answer stays known."""
    return rules.entry_covers_safelisted_methods and not any(entry.expires == _NEVER for entry in usable)
