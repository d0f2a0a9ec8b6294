"""Accepting connections of which it is not known yet whether they speak TLS: their first byte says so."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from .network import Listener

    Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]

_TLS_HANDSHAKE = b"\x16"
_BEGINS_WITHIN = 60.0  # seconds: browsers open connections that they may never use
_LONGEST_HEAD = 1 << 20  # bytes
_MOST = 256  # connections at a time


async def accept_all(listener: Listener, context: ssl.SSLContext, serve: Serve) -> None:
    """Serve every connection of a listener until cancelled. `serve` is told the scheme that is spoken."""
    loop = asyncio.get_running_loop()
    listener.socket.setblocking(False)
    serving: set[asyncio.Task[None]] = set()
    try:
        while True:
            try:
                connection, _ = await loop.sock_accept(listener.socket)
            except OSError:  # too many open files: what is open may end
                await asyncio.sleep(0.1)
                continue
            if len(serving) >= _MOST:
                connection.close()
                continue
            task = loop.create_task(_begin(connection, listener.scheme, context, serve))
            serving.add(task)
            task.add_done_callback(serving.discard)
    finally:
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        listener.socket.close()


async def _begin(connection: socket.socket, scheme: str | None, context: ssl.SSLContext, serve: Serve) -> None:
    loop = asyncio.get_running_loop()
    connection.setblocking(False)
    try:
        if scheme is None:
            async with asyncio.timeout(_BEGINS_WITHIN):
                await _readable(connection)
            first = connection.recv(1, socket.MSG_PEEK)
            scheme = "https" if first == _TLS_HANDSHAKE else "http"
        reader = asyncio.StreamReader(limit=_LONGEST_HEAD)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, connection, ssl=context if scheme == "https" else None
        )
    except (OSError, TimeoutError):  # a handshake that failed, among others
        connection.close()
        return
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    with suppress(OSError):
        await serve(reader, writer, scheme)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def told() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(connection, told)
    try:
        await ready
    finally:
        loop.remove_reader(connection)
