"""Connections that are opened before the request that they are for, to see where they lead.

They are opened by the network backend of the transport, and the transport finds them there when it connects: what was
looked at is what is sent on. A connection that failed fails the same way then, without being tried twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...fetch.wire import HostAddress
from .in_process import address_of

if TYPE_CHECKING:
    from collections.abc import Callable

_Place = tuple[str, int]
PROXIED = HostAddress(None, behind_a_proxy=True)


class _Ahead:
    """What the two backends share: the peers that were seen, by host, and what is open and not yet used."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._peers: dict[str, str] = {}
        self._waiting: dict[_Place, Any] = {}

    def peer(self, host: str) -> str | None:
        """The IP address at which a host was last connected to."""
        return self._peers.get(host)

    def _note(self, host: str, stream: Any) -> None:
        address = stream.get_extra_info("server_addr")
        if isinstance(address, tuple) and address:
            self._peers[host] = str(address[0]).partition("%")[0]

    def _taken(self, place: _Place) -> Any:
        """What was opened ahead for a place, or None. Raises what it failed with."""
        stream = self._waiting.pop(place, None)
        if isinstance(stream, Exception):
            raise stream
        return stream

    def note_failure(self, host: str, port: int, error: Exception) -> None:
        """Let who connects to a place next fail with this."""
        self._waiting[host, port] = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


class BackendAhead(_Ahead):
    """A blocking network backend, as the library below httpx defines them."""

    def connect_tcp(self, host: str, port: int, **options: Any) -> Any:
        stream = self._taken((host, port))
        if stream is None:
            stream = self._backend.connect_tcp(host, port, **options)
            self._note(host, stream)
        return stream

    def open(self, host: str, port: int, **options: Any) -> None:
        """Connect now. What goes wrong is kept for whoever connects next."""
        self.drop(host, port)
        try:
            stream = self._backend.connect_tcp(host, port, **options)
            self._note(host, stream)
        except Exception as error:
            stream = error
        self._waiting[host, port] = stream

    def drop(self, host: str, port: int) -> None:
        """Close what was opened for a place and not used."""
        stream = self._waiting.pop((host, port), None)
        if stream is not None and not isinstance(stream, Exception):
            stream.close()

    def close(self) -> None:
        """Close all that was not used."""
        for host, port in list(self._waiting):
            self.drop(host, port)


class AsyncBackendAhead(_Ahead):
    """`BackendAhead` for an event loop."""

    async def connect_tcp(self, host: str, port: int, **options: Any) -> Any:
        stream = self._taken((host, port))
        if stream is None:
            stream = await self._backend.connect_tcp(host, port, **options)
            self._note(host, stream)
        return stream

    async def open(self, host: str, port: int, **options: Any) -> None:
        """Connect now. What goes wrong is kept for whoever connects next."""
        await self.drop(host, port)
        try:
            stream = await self._backend.connect_tcp(host, port, **options)
            self._note(host, stream)
        except Exception as error:
            stream = error
        self._waiting[host, port] = stream

    async def drop(self, host: str, port: int) -> None:
        """Close what was opened for a place and not used."""
        stream = self._waiting.pop((host, port), None)
        if stream is not None and not isinstance(stream, Exception):
            await stream.aclose()

    async def aclose(self) -> None:
        """Close all that was not used."""
        for host, port in list(self._waiting):
            await self.drop(host, port)


def open_ahead_over(transport: Any, wrapper: Callable[[Any], Any]) -> Any:
    """The wrapped backend of a transport that connects to servers itself, put in place; None for any other.

    A transport that goes through a proxy or to a Unix socket sees no server's address.
    """
    pool = getattr(transport, "_pool", None)
    backend = getattr(pool, "_network_backend", None)
    if pool is None or backend is None or goes_through_a_proxy(transport) or getattr(pool, "_uds", None) is not None:
        return None
    if not isinstance(backend, _Ahead):
        backend = pool._network_backend = wrapper(backend)
    return backend


def goes_through_a_proxy(transport: Any) -> bool:
    """Does a network transport of httpx or httpx2 send through a proxy?"""
    pool = getattr(transport, "_pool", None)
    return getattr(pool, "_proxy", None) is not None or hasattr(pool, "_proxy_url")


def options_of(transport: Any) -> dict[str, Any]:
    """How the transport's own connections are made."""
    pool = transport._pool
    return {
        "local_address": getattr(pool, "_local_address", None),
        "socket_options": getattr(pool, "_socket_options", None),
    }


def place_of(url: str) -> _Place:
    """The host and port of a serialised URL, as the libraries spell them where they connect."""
    try:
        _, host, port, _, _ = address_of(url)
    except ValueError:
        return "", 0  # what is no URL is told by whoever sends the request
    return host, port
