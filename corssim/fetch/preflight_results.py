"""Whole answers of preflights, which some browsers keep where the standard keeps methods and header names apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .methods import is_cors_safelisted_method
from .preflight_cache_entry import CacheEntry, is_header_name_match, is_method_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .request import Request
    from .rules import PreflightCacheRules


def whole_result(
    methods: Iterable[str], header_names: Iterable[str], *, credentials: bool, expires: float
) -> CacheEntry:
    """One answer with all that it lists. It takes the place of what was known of the URL before."""
    return CacheEntry(frozenset(methods), frozenset(header_names), credentials, expires)


def covers(entry: CacheEntry, request: Request, unsafe_names: Sequence[str], rules: PreflightCacheRules) -> bool:
    """Report whether one whole answer allows the request."""
    if not is_cors_safelisted_method(request.method) and not is_method_match(entry, request.method, request, rules):
        return False
    return all(is_header_name_match(entry, name, request, rules) for name in unsafe_names)
