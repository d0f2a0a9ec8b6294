"""Where requests go: the live network, httpx and httpx2 transports, ASGI and WSGI apps, servers in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exchange import (
    AsyncConnections,
    AsyncExchange,
    Connections,
    SyncExchange,
    WireServer,
    app_errors_of,
    connections_of,
    readings_over,
)
from .mounts import AsyncMountedExchange, MountedExchange, Mounts
from .network_options import NetworkOptions
from .targets import Target, async_exchange_with, sync_exchange_with

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AsyncConnections",
    "AsyncExchange",
    "Connections",
    "Mounts",
    "NetworkOptions",
    "SyncExchange",
    "Target",
    "WireServer",
    "app_errors_of",
    "async_exchange",
    "connections_of",
    "readings_over",
    "sync_exchange",
]


def sync_exchange(
    target: Target = None, *, mounts: Mapping[str, Target] | None = None, network: NetworkOptions | None = None
) -> SyncExchange:
    """The blocking exchange for a target, with others mounted at origins of their own.

    Without a target the live network answers, also for every URL that no mount covers. Raises `UsageError` for what
    can't be mounted.
    """
    options = network or NetworkOptions()
    if mounts:
        return MountedExchange(Mounts(mounts, target), options)
    return sync_exchange_with(target, options)


def async_exchange(
    target: Target = None, *, mounts: Mapping[str, Target] | None = None, network: NetworkOptions | None = None
) -> AsyncExchange:
    """`sync_exchange` for an event loop."""
    options = network or NetworkOptions()
    if mounts:
        return AsyncMountedExchange(Mounts(mounts, target), options)
    return async_exchange_with(target, options)
