"""HTTP-network fetch: the one place where the algorithms reach out. https://fetch.spec.whatwg.org/#http-network-fetch"""

from __future__ import annotations

from collections.abc import Generator, Hashable
from typing import TYPE_CHECKING, TypeVar

from ..origin import url_origin
from .wire import NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from .profile import BrowserProfile
    from .trace import ExchangeKind
    from .user_agent import FetchParams

from .trace import Exchanged

T = TypeVar("T")

Fetching = Generator[WireRequest, WireResponse | NetworkFailure, T]
"""An algorithm in progress: it yields an HTTP request, is sent what came of it, and returns its result."""

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


def http_network_fetch(
    params: FetchParams, request: WireRequest, kind: ExchangeKind, *, include_credentials: bool
) -> Fetching[WireResponse | NetworkFailure]:
    """Send the request; try again where the browser does after a dropped connection. https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    profile, idle = params.profile, params.user_agent.idle_connections
    # Where nothing comes of it, nobody keeps count of connections.
    counts = profile.network.retries_on_reused_connections != "never"
    connection = _connection_key(params, include_credentials) if counts else None
    retries = profile.network.retries_of_dropped_connections if request.method in _REPEATABLE else 0
    while True:
        is_reused = connection in idle
        idle.discard(connection)
        result = yield request
        if isinstance(result, WireResponse):
            params.trace.append(Exchanged(kind, request, result))
            if counts and _is_kept_alive(result):
                idle.add(connection)
            return result
        params.trace.append(Exchanged(kind, request, None, result))
        if not result.is_dropped_connection:
            return result
        if retries == 0 and not (is_reused and _is_tried_again(request.method, profile)):
            return result
        retries = max(0, retries - 1)


def _is_tried_again(method: str, profile: BrowserProfile) -> bool:
    """Report whether what a kept-alive connection was dropped on is sent on a new one."""
    match profile.network.retries_on_reused_connections:
        case "any-method":
            return True
        case "safe-methods":
            return method in _REPEATABLE
        case _:
            return False


def _connection_key(params: FetchParams, include_credentials: bool) -> Hashable:
    """What requests that share connections have in common. https://fetch.spec.whatwg.org/#concept-connection"""
    request = params.request
    return request.client.network_partition_key, url_origin(request.current_url), include_credentials


def _is_kept_alive(response: WireResponse) -> bool:
    """Report whether the connection is left open for another request. https://httpwg.org/specs/rfc9112.html#persistent.connections"""
    return response.body_failure is None and not any(
        name.lower() == "connection" and value.strip().lower() == "close" for name, value in response.headers
    )
