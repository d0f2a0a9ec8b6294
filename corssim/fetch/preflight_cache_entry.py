"""An entry of the CORS-preflight cache, and the requests that it matches. https://fetch.spec.whatwg.org/#concept-cache"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .safelists import is_cors_non_wildcard_request_header_name

if TYPE_CHECKING:
    from .request import Request
    from .rules import PreflightCacheRules


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


def is_cache_entry_match(entry: CacheEntry, request: Request, rules: PreflightCacheRules) -> bool:
    """Report whether the entry may serve the request, whose partition, origin and URL it has.

    https://fetch.spec.whatwg.org/#concept-cache-match
    """
    include = request.credentials_mode == "include"
    if rules.credentials_must_be_equal:
        return entry.credentials == include
    return entry.credentials or not include


def is_method_match(entry: CacheEntry, method: str, request: Request, rules: PreflightCacheRules) -> bool:
    """https://fetch.spec.whatwg.org/#concept-cache-match-method"""
    return method in entry.methods or ("*" in entry.methods and _wildcard_counts(entry, request, rules))


def is_header_name_match(entry: CacheEntry, name: str, request: Request, rules: PreflightCacheRules) -> bool:
    """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
    if name in entry.header_names:
        return True
    if "*" not in entry.header_names or not _wildcard_counts(entry, request, rules):
        return False
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
