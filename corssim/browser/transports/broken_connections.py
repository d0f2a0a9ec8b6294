"""HTTP/2 connections on which an exchange was cut short: no other request goes over them, and they are closed.

The libraries below httpx and httpx2 go on using them, or leave them open for some seconds: what belongs to a stream
that was given up is still sent, and uses up the window that all streams share.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from ...fetch.wire import NetworkFailure, WireResponse


def is_cut(answer: WireResponse | NetworkFailure | None) -> bool:
    """Report whether an exchange ended before its answer did; None where it was cancelled."""
    return not isinstance(answer, WireResponse) or answer.body_failure is not None


def retire_http2(transport: Any, place: tuple[str, int] | None = None) -> None:
    """Let no other request go over the transport's HTTP/2 connections (to one host and port); those under way go on."""
    for connection in _connections_of(transport):
        origin = getattr(connection, "_remote_origin", None) or connection._origin
        if place is not None and (origin.host.decode("ascii"), origin.port) != place:
            continue
        while connection is not None:
            if hasattr(connection, "_connection_error"):
                connection._connection_error = True
            connection = getattr(connection, "_connection", None)


def take_broken(transport: Any) -> list[Any]:
    """Take from the transport the idle connections that no other request can go over; the caller closes them."""
    pool: Any = getattr(transport, "_pool", None)
    with getattr(pool, "_optional_thread_lock", nullcontext()):
        broken = [each for each in _connections_of(transport) if each.is_idle() and not each.is_available()]
        for connection in broken:
            pool._connections.remove(connection)
    return broken


def http2_connections(transport: Any) -> list[Any]:
    """What speaks HTTP/2 below the transport's connections."""
    found = []
    for connection in _connections_of(transport):
        while connection is not None:
            if hasattr(connection, "_h2_state"):
                found.append(connection)
            connection = getattr(connection, "_connection", None)
    return found


def _connections_of(transport: Any) -> list[Any]:
    pool = getattr(transport, "_pool", None)
    return list(getattr(pool, "_connections", ())) if getattr(pool, "_http2", False) else []
