"""Conditions that a request brings along itself, and what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .header_list import CONDITIONAL_HEADERS, get
from .methods import is_safe_method

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from .fetch_params import FetchParams
    from .ports import HTTPCache, StoredResponse
    from .rules import HttpCacheRules
    from .wire import Headers, WireRequest, WireResponse

_VALIDATORS = {"if-none-match": "etag", "if-modified-since": "last-modified"}


def is_asked_about(stored: WireResponse, names: Set[str], headers: Headers) -> bool:
    """Report whether the conditions among `names`, lower case, are all of them those that would validate `stored`."""
    conditions = CONDITIONAL_HEADERS & names
    return conditions != set() and all(
        name in _VALIDATORS and get(headers, name) == get(stored.headers, _VALIDATORS[name]) for name in conditions
    )


def stored_and_asked_about(
    params: FetchParams, sent: WireRequest, names: Set[str], partition: Hashable, forward: WireResponse
) -> StoredResponse | None:
    """What is stored of the request's URL, if the conditions among `names`, those of its headers, would validate it.

    A 304 in answer to them freshens it.
    """
    http_cache: HTTPCache[Any] = params.user_agent.http_cache
    (_, url, headers, *_), now = sent, params.user_agent.clock()
    stored: StoredResponse | None = http_cache.select(
        partition=partition, method="GET", url=url, headers=headers, now=now
    )
    if stored is None or not is_asked_about(stored.response, names, headers):
        return None
    if forward.status == 304:
        http_cache.freshen(stored, forward, params.user_agent.clock(), headers)
    return stored


def not_modified_ends_what_is_stored(sent: WireRequest, rules: HttpCacheRules) -> bool:
    """Report whether a 304 to what asked for no part ends what is stored; unsafe methods ask for none."""
    is_plain = is_safe_method(sent.method) and get(sent.headers, "range") is None
    return is_plain and rules.unasked_304 != "passed-on"
