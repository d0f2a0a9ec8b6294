"""The server that all are measured against, in a process of its own, which says its port."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALLOW = (
    b"Access-Control-Allow-Origin: http://localhost:3000\r\nAccess-Control-Allow-Methods: GET, PUT\r\n"
    b"Access-Control-Allow-Headers: content-type\r\nAccess-Control-Max-Age: 600\r\n"
)
_PREFLIGHT = b"HTTP/1.1 204 No Content\r\n" + _ALLOW + b"\r\n"
_ANSWER = b"HTTP/1.1 200 OK\r\n" + _ALLOW + b"Content-Length: 2\r\n\r\nok"


class _Server(asyncio.Protocol):
    """Answers at once, and reads of a request no more than where it ends."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._came = b""

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end].lower()
            _, _, length = head.partition(b"content-length:")
            end += 4 + int(length.split(b"\r\n", 1)[0] or 0)
            if len(self._came) < end:
                return
            self._came = self._came[end:]
            self._transport.write(_PREFLIGHT if head.startswith(b"options") else _ANSWER)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def serving() -> Iterator[str]:
    """Its URL, while it runs."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/x"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve())
