"""An entry of the CORS-preflight cache, and the requests that it matches. https://fetch.spec.whatwg.org/#concept-cache"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import record
from .safelists import is_cors_non_wildcard_request_header_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .request import Request
    from .rules import PreflightCacheRules


@record(eq=False)
class CacheEntry:
    """What a preflight allowed: by the standard one method or one header name, in some browsers a whole answer.

    `header_names` are lower case, `expires` is in seconds of the injected clock.

    https://fetch.spec.whatwg.org/#concept-cache
    """

    methods: Collection[str]
    header_names: Collection[str]
    credentials: bool
    expires: float


def entries_that_match(entries: list[CacheEntry], request: Request, rules: PreflightCacheRules) -> list[CacheEntry]:
    """Those of the entries with the request's partition, origin and URL that may serve it.

    https://fetch.spec.whatwg.org/#concept-cache-match
    """
    include = request.credentials_mode == "include"
    if rules.credentials_must_be_equal:
        return [entry for entry in entries if entry.credentials == include]
    return [entry for entry in entries if entry.credentials or not include]


def is_method_match(entry: CacheEntry, method: str, request: Request, rules: PreflightCacheRules) -> bool:
    """https://fetch.spec.whatwg.org/#concept-cache-match-method"""
    return method in entry.methods or ("*" in entry.methods and _wildcard_counts(entry, request, rules))


def is_header_name_match(entry: CacheEntry, name: str, request: Request, rules: PreflightCacheRules) -> bool:
    """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
    if name in entry.header_names:
        return True
    return "*" in entry.header_names and _is_wildcard_for(name, rules) and _wildcard_counts(entry, request, rules)


class EntriesByToken:
    """Entries by what they list: a server chooses how many there are, and a page asks for many names."""

    __slots__ = ("_by_header_name", "_by_method")

    def __init__(self, entries: Iterable[CacheEntry]) -> None:
        self._by_method: dict[str, list[CacheEntry]] = {}
        self._by_header_name: dict[str, list[CacheEntry]] = {}
        for entry in entries:
            for method in entry.methods:
                self._by_method.setdefault(method, []).append(entry)
            for name in entry.header_names:
                self._by_header_name.setdefault(name, []).append(entry)

    def matching_method(self, method: str, request: Request, rules: PreflightCacheRules) -> list[CacheEntry]:
        """Those of which `is_method_match` holds."""
        literal, wild = self._by_method.get(method, []), self._by_method.get("*")
        if not wild:
            return literal
        return literal + [entry for entry in wild if _wildcard_counts(entry, request, rules)]

    def matching_header_name(self, name: str, request: Request, rules: PreflightCacheRules) -> list[CacheEntry]:
        """Those of which `is_header_name_match` holds."""
        literal, wild = self._by_header_name.get(name, []), self._by_header_name.get("*")
        if not wild or not _is_wildcard_for(name, rules):
            return literal
        return literal + [entry for entry in wild if _wildcard_counts(entry, request, rules)]


def _is_wildcard_for(name: str, rules: PreflightCacheRules) -> bool:
    return rules.wildcard == "all" or not is_cors_non_wildcard_request_header_name(name)


# Below: what browsers do beyond the text.


def _wildcard_counts(entry: CacheEntry, request: Request, rules: PreflightCacheRules) -> bool:
    """Is a cached `*` more than a method or a header of that name?"""
    if rules.wildcard == "none":
        return False
    match rules.wildcard_is_literal:
        case "never":
            return True
        case "stored-with-credentials":
            return not entry.credentials
        case _:
            return request.credentials_mode != "include"
