"""A blocking network backend over the system's sockets, in the shape that the library below httpx gives its own.

That library loads a parser, an event loop's and the public authorities: a third of what a live command takes in all.
"""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl


class NetworkError(Exception):
    """What the system said is its cause. One that says that the time is up is raised as it is."""


class ConnectError(NetworkError):
    """Nobody answers there, or not in TLS."""


class ReadError(NetworkError):
    """The connection broke while it was read."""


class WriteError(NetworkError):
    """The connection broke while it was written to."""


class SocketBackend:
    """Opens connections."""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None) -> SocketStream:
        try:
            connection = socket.create_connection((host, port), timeout)
        except TimeoutError:
            raise
        except OSError as error:
            raise ConnectError(error) from error
        with suppress(OSError):  # where it has ended already, reading tells
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketStream(connection)


class SocketStream:
    """One connection. Each step takes at most `timeout` seconds; None: as long as it takes."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some of what has come, b"" where the other side has ended."""
        try:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError:
            raise
        except OSError as error:
            raise ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = memoryview(buffer)
        try:
            while left:
                self._socket.settimeout(timeout)
                left = left[self._socket.send(left) :]
        except TimeoutError:
            raise
        except OSError as error:
            raise WriteError(error) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> SocketStream:
        """The connection from here on under TLS. It is closed where that fails."""
        try:
            self._socket.settimeout(timeout)
            return SocketStream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except BaseException as error:
            self.close()
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                raise ConnectError(error) from error
            raise

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """`server_addr`: where it leads. `is_readable`: something has come, the end if nothing else."""
        if info == "server_addr":
            return self._socket.getpeername()
        return _is_readable(self._socket) if info == "is_readable" else None


def _is_readable(connection: socket.socket) -> bool:
    if connection.fileno() < 0:
        return True  # it is closed: reading ends at once
    if not hasattr(select, "poll"):  # Windows, where select() is not bound to small numbers
        return bool(select.select([connection], [], [], 0)[0])
    ready = select.poll()
    ready.register(connection, select.POLLIN)
    return bool(ready.poll(0))
