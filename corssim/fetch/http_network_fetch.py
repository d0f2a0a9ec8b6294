"""HTTP-network fetch: the one place where the algorithms reach out. https://fetch.spec.whatwg.org/#http-network-fetch"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

from .wire import NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from .trace import ExchangeKind
    from .user_agent import FetchParams

from .trace import Exchanged

T = TypeVar("T")

Fetching = Generator[WireRequest, WireResponse | NetworkFailure, T]
"""An algorithm in progress: it yields an HTTP request, is sent what came of it, and returns its result."""

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


def http_network_fetch(
    params: FetchParams, request: WireRequest, kind: ExchangeKind
) -> Fetching[WireResponse | NetworkFailure]:
    """Send the request; try again where the browser does after a dropped connection. https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    retries = params.profile.retries_of_dropped_connections if request.method in _REPEATABLE else 0
    while True:
        result = yield request
        if isinstance(result, WireResponse):
            params.trace.append(Exchanged(kind, request, result))
            return result
        params.trace.append(Exchanged(kind, request, None, result))
        if retries == 0 or not result.is_dropped_connection:
            return result
        retries -= 1
