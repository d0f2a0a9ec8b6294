"""The CORS-preflight cache: what earlier preflights allowed, until it ages out.

https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from .methods import is_cors_safelisted_method
from .safelists import is_cors_non_wildcard_request_header_name

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from .profile import BrowserProfile
    from .request import Request

_LIMIT = 4096  # preflighted URLs; the oldest go first, so that a long run cannot fill memory
_LIMIT_OF_ONE_URL = 1024  # methods, and as many header names, that are kept of one answer: a server chooses how many

_NONE: frozenset[str] = frozenset()

_Place = tuple["Hashable", "Hashable", str]  # network partition key, byte-serialized origin, URL


@dataclass(slots=True, eq=False)
class CacheEntry:
    """What a preflight allowed: by the standard one method or one header name, in some browsers a whole answer.

    `header_names` are lower case, `expires` is in seconds of the injected clock.

    https://fetch.spec.whatwg.org/#concept-cache
    """

    methods: frozenset[str]
    header_names: frozenset[str]
    credentials: bool
    expires: float


class CacheMatch(NamedTuple):
    """Which parts of a request the cache covers."""

    method: bool
    header_names: frozenset[str]


_NO_MATCH = CacheMatch(method=False, header_names=frozenset())


class CORSPreflightCache:
    """Entries by partition, origin and URL (whole, with query and fragment)."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[_Place, list[CacheEntry]] = {}

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._entries.values())

    def __iter__(self) -> Iterator[tuple[str, str, CacheEntry]]:
        """Origin, URL and entry of each entry, expired ones included."""
        for (_, origin, url), entries in self._entries.items():
            for entry in entries:
                yield origin if isinstance(origin, str) else "null", url, entry

    def clear(self) -> None:
        """Forget everything, as a user who clears the browser's data does."""
        self._entries.clear()

    def match(self, request: Request, unsafe_names: Sequence[str], profile: BrowserProfile, now: float) -> CacheMatch:
        """Find what earlier preflights cover.

        https://fetch.spec.whatwg.org/#concept-cache-match-method and https://fetch.spec.whatwg.org/#concept-cache-match-header
        """
        if not self._entries:
            return _NO_MATCH
        place = _place(request, profile)
        entries = [entry for entry in self._entries.get(place, ()) if now < entry.expires]
        usable = [entry for entry in entries if _credentials_match(entry, request, profile)]
        if profile.preflight_cache.unit == "result":
            found = any(_covers(entry, request, unsafe_names, profile) for entry in usable)
            if not found and entries and profile.preflight_cache.drops_results_that_do_not_match:
                del self._entries[place]
            return CacheMatch(found, frozenset(unsafe_names) if found else frozenset())
        method = any(_method_matches(entry, request, request.method, profile) for entry in usable)
        if usable and profile.preflight_cache.entry_covers_safelisted_methods:
            method = method or (is_cors_safelisted_method(request.method) and not asks_for_method(request, profile))
        names = frozenset(
            name
            for name in unsafe_names
            if any(_header_name_matches(entry, request, name, profile) for entry in usable)
        )
        return CacheMatch(method, names)

    def store(
        self,
        request: Request,
        methods: Sequence[str],
        header_names: Sequence[str],
        max_age: int,
        profile: BrowserProfile,
        now: float,
    ) -> bool:
        """Keep what a preflight allowed for `max_age` seconds; report whether it was kept.

        https://fetch.spec.whatwg.org/#concept-cache-create-entry
        """
        place = _place(request, profile)
        if place[1] == "null" and profile.preflight_cache.of_opaque_origins == "none":
            return False
        if place[1] is request:
            return False  # No other request will ever have that origin.
        if request.cache_mode in profile.preflight_cache.not_filled_by:
            return False
        if profile.preflight_cache.longest_url is not None and len(place[2]) > profile.preflight_cache.longest_url:
            return False
        if max_age <= 0 and not profile.preflight_cache.max_age_zero_expires_entries:
            return False
        credentials = request.credentials_mode == "include"
        expires = now + max_age
        methods = _kept(methods)
        lower = _kept([name.lower() for name in header_names]) if header_names else ()
        known = self._entries.pop(place, None)
        entries = [entry for entry in known if now < entry.expires] if known else []
        if profile.preflight_cache.unit == "result":
            entries = [CacheEntry(frozenset(methods), frozenset(lower), credentials, expires)]
        else:
            usable = [entry for entry in entries if _credentials_match(entry, request, profile)]
            for method in methods:
                same = [entry for entry in usable if _method_matches(entry, request, method, profile)]
                if not _refreshed(same, expires):
                    entries.append(CacheEntry(frozenset((method,)), _NONE, credentials, expires))
            for name in lower:
                same = [entry for entry in usable if _header_name_matches(entry, request, name, profile)]
                if not _refreshed(same, expires):
                    entries.append(CacheEntry(_NONE, frozenset((name,)), credentials, expires))
            if profile.preflight_cache.entry_covers_safelisted_methods and inf not in (e.expires for e in usable):
                # That there was an answer stays known, whatever it listed and however old it is.
                entries.append(CacheEntry(_NONE, _NONE, credentials, inf))
        if max_age <= 0:
            entries = [entry for entry in entries if now < entry.expires]
        if entries:
            self._entries[place] = entries[-2 * _LIMIT_OF_ONE_URL :]
            if len(self._entries) > _LIMIT:
                del self._entries[next(iter(self._entries))]
        return max_age > 0

    def clear_entries(self, request: Request, profile: BrowserProfile) -> bool:
        """Remove what is stored for the request's partition, origin and current URL; report whether there was anything.

        https://fetch.spec.whatwg.org/#concept-cache-clear
        """
        return self._entries.pop(_place(request, profile), None) is not None


def asks_for_method(request: Request, profile: BrowserProfile) -> bool:
    """Report whether the cache must know the request's method, safelisted or not."""
    return not is_cors_safelisted_method(request.method) or (
        request.method == "HEAD" and profile.preflight_cache.must_list_head
    )


def _place(request: Request, profile: BrowserProfile) -> _Place:
    """Where a preflight's answer is kept: under the origin that the preflight says."""
    by_page = profile.preflights.after_redirect_sends_page_origin
    origin: Hashable = request.origin.serialized if by_page else request.serialize_origin()
    if origin == "null" and profile.preflight_cache.of_opaque_origins == "one-each":
        origin = request.origin if request.origin.is_opaque else request  # that redirects tainted
    return request.client.network_partition_key, origin, request.url_list[-1].href


def _credentials_match(entry: CacheEntry, request: Request, profile: BrowserProfile) -> bool:
    """https://fetch.spec.whatwg.org/#concept-cache-match"""
    include = request.credentials_mode == "include"
    if profile.preflight_cache.credentials_must_be_equal:
        return entry.credentials == include
    return entry.credentials or not include


def _method_matches(entry: CacheEntry, request: Request, method: str, profile: BrowserProfile) -> bool:
    return method in entry.methods or ("*" in entry.methods and _wildcard_counts(entry, request, profile))


def _header_name_matches(entry: CacheEntry, request: Request, name: str, profile: BrowserProfile) -> bool:
    if name in entry.header_names:
        return True
    if "*" not in entry.header_names or not _wildcard_counts(entry, request, profile):
        return False
    return profile.preflight_cache.wildcard == "all" or not is_cors_non_wildcard_request_header_name(name)


def _wildcard_counts(entry: CacheEntry, request: Request, profile: BrowserProfile) -> bool:
    """Is a cached `*` more than a method or a header of that name?"""
    if profile.preflight_cache.wildcard == "none":
        return False
    match profile.preflight_cache.wildcard_is_literal:
        case "never":
            return True
        case "stored-with-credentials":
            return not entry.credentials
        case _:
            return request.credentials_mode != "include"


def _covers(entry: CacheEntry, request: Request, unsafe_names: Sequence[str], profile: BrowserProfile) -> bool:
    """Report whether one whole answer allows the request."""
    if not is_cors_safelisted_method(request.method) and not _method_matches(entry, request, request.method, profile):
        return False
    return all(_header_name_matches(entry, request, name, profile) for name in unsafe_names)


def _kept(tokens: Sequence[str]) -> Sequence[str]:
    """The tokens once each, as many of them as are kept."""
    return tokens if len(tokens) < 2 else list(dict.fromkeys(tokens))[:_LIMIT_OF_ONE_URL]


def _refreshed(matching: list[CacheEntry], expires: float) -> bool:
    """Give the entries their new time; report whether there were any."""
    for entry in matching:
        entry.expires = expires
    return bool(matching)
