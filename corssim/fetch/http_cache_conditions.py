"""Conditions that a request brings along itself, and what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import CONDITIONAL_HEADERS, get

if TYPE_CHECKING:
    from collections.abc import Set

    from .rules import HttpCacheRules
    from .wire import Headers, WireRequest, WireResponse

_VALIDATORS = {"if-none-match": "etag", "if-modified-since": "last-modified"}


def is_asked_about(stored: WireResponse, names: Set[str], headers: Headers) -> bool:
    """Report whether the conditions among `names`, lower case, are all of them those that would validate `stored`."""
    conditions = CONDITIONAL_HEADERS & names
    return conditions != set() and all(
        name in _VALIDATORS and get(headers, name) == get(stored.headers, _VALIDATORS[name]) for name in conditions
    )


def not_modified_ends_what_is_stored(sent: WireRequest, rules: HttpCacheRules) -> bool:
    """Report whether a 304 to what asked for no part ends what is stored."""
    return rules.unasked_304 != "passed-on" and get(sent.headers, "range") is None
