"""A server on this machine that keeps what it is sent, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class Request(NamedTuple):
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: str


class Echo:
    def __init__(self) -> None:
        self.got: list[Request] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def taken(self) -> list[Request]:
        got, self.got = self.got, []
        return got

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            client.settimeout(5)
            with client, contextlib.suppress(OSError, ValueError), client.makefile("rb") as stream:
                self._answer(client, stream)

    def _answer(self, client: socket.socket, stream: BinaryIO) -> None:
        method, target, _ = _line(stream).split(" ", 2)
        headers: list[tuple[str, str]] = []
        while line := _line(stream):
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        told = {name.lower(): value for name, value in headers}
        if "expect" in told:
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = b""
        if told.get("transfer-encoding") == "chunked":
            while size := int(_line(stream), 16):
                body += stream.read(size)
                _line(stream)
        elif "content-length" in told:
            body = stream.read(int(told["content-length"]))
        url = target if not target.startswith("/") else f"http://{told.get('host', '')}{target}"
        self.got.append(Request(method, url, headers, body.decode("utf-8", "replace")))
        client.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
        )


def _line(stream: BinaryIO) -> str:
    return stream.readline().decode("utf-8", "replace").rstrip("\r\n")


@contextlib.contextmanager
def echo() -> Iterator[Echo]:
    server = Echo()
    try:
        yield server
    finally:
        server.close()
