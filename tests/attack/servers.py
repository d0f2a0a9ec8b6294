"""The process in which the servers run: what the clients have open is then theirs alone.

The path of a URL says what is done: `/17/all` is the 17th kind, at every request; `/17/asked` the same, but not at
preflights; `/fine` is answered well. Run as a program it prints one JSON line with its ports, and ends with its input.
"""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import trustme
from hpack import Decoder

from .codings import pack
from .http2 import ACK, HEADERS, SETTINGS, fine, frame, settings
from .kinds import everything
from .misbehaviour import FINE, BelowTLS, End, Misbehaviour, Said
from .tls import CERTIFICATES, contexts

_PATIENCE = 20.0  # seconds that a server waits for a client
_LINGER_NOT = struct.pack("ii", 1, 0)
_LARGEST_READ = 1 << 16


class Servers:
    """The servers, seen from another process. `packed`: its bombs are, before anybody asks."""

    def __init__(self, *, packed: bool = False) -> None:
        self._arguments = ["packed"] if packed else []

    def __enter__(self) -> Servers:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *self._arguments],
            cwd=Path(__file__).parents[__name__.count(".")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        started = json.loads(self._process.stdout.readline())
        self.authority: str = started["authority"]
        self._ports: dict[str, int] = started["ports"]
        self._numbers = {name: number for number, name in enumerate(everything())}
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def url(self, kind: Misbehaviour, path: str) -> str:
        """The URL of a kind: "all", "asked" or, not of it alone, "fine"."""
        scheme = "http" if kind.protocol == "http" else "https"
        origin = f"{scheme}://127.0.0.1:{self._ports[_place(kind)]}"
        return f"{origin}/{path}" if path == "fine" else f"{origin}/{self._numbers[kind.name]}/{path}"

    def arrived(self, kind: Misbehaviour) -> list[str]:
        """The methods of the requests that arrived since this was asked last, but for those at "fine"."""
        with socket.create_connection(("127.0.0.1", self._ports["asked what arrived"]), timeout=_PATIENCE) as control:
            control.sendall(f"{self._numbers[kind.name]}\n".encode())
            arrived: list[str] = json.loads(control.makefile().readline())
            return arrived


def _place(kind: Misbehaviour) -> str:
    """What listens at one port: a protocol with a certificate, or what is no HTTP."""
    return kind.name if kind.protocol == "tls" else f"{kind.protocol} {kind.certificate}"


class _Process:
    def __init__(self) -> None:
        authority = trustme.CA()
        self._folder = tempfile.TemporaryDirectory()
        self.authority = str(Path(self._folder.name) / "authority.pem")
        authority.cert_pem.write_to_path(self.authority)
        self._contexts = contexts(authority)
        self._kinds = list(everything().values())
        self._arrived: dict[int, list[str]] = defaultdict(list)
        places = ["http good", "https good", "h2 good", *(f"https {name}" for name in CERTIFICATES)]
        places += [kind.name for kind in self._kinds if kind.protocol == "tls"]
        self._listeners = {socket.create_server(("127.0.0.1", 0), backlog=512): place for place in places}
        self._control = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.ports = {place: listener.getsockname()[1] for listener, place in self._listeners.items()}
        self.ports["asked what arrived"] = self._control.getsockname()[1]

    def serve(self) -> None:
        while True:
            for ready in select.select([*self._listeners, self._control, sys.stdin], [], [])[0]:
                if ready is sys.stdin:
                    return
                connection, _ = ready.accept()
                connection.settimeout(_PATIENCE)
                place = self._listeners.get(ready)
                threading.Thread(target=self._serve, args=(connection, place), daemon=True).start()

    def _serve(self, connection: socket.socket, place: str | None) -> None:
        with suppress(OSError, ValueError), connection:
            if place is None:
                number = int(connection.makefile().readline())
                connection.sendall(json.dumps(self._arrived.pop(number, [])).encode() + b"\n")
                return
            protocol, _, certificate = place.partition(" ")
            if protocol == "TLS:":
                _say(connection, everything()[place].answer(b""))
                return
            if protocol != "http":
                context = self._contexts[certificate + ("h2" if protocol == "h2" else "")]
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                if protocol == "h2":
                    self._serve_http2(connection)
                else:
                    while self._answer_http1(connection):
                        pass

    def _answer_http1(self, connection: socket.socket) -> bool:
        """Answer one request; report whether the connection is there for another."""
        kind = self._kind_of(_peeked_path(connection), "")
        if kind is not None and kind.reads is not None:
            connection.recv(kind.reads)
            return _say(connection, kind.answer(b""))
        came = bytearray()
        while b"\r\n\r\n" not in came:
            data = connection.recv(_LARGEST_READ)
            if not data:
                return False
            came += data
        head, _, body = bytes(came).partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            data = connection.recv(_LARGEST_READ)
            if not data:
                return False
            body += data
        method, path, _ = head.split(b" ", 2)
        kind = self._kind_of(path.decode("latin-1"), method.decode())
        if kind is None:
            connection.sendall(FINE)
            return True
        return _say(connection, kind.answer(head))

    def _serve_http2(self, connection: socket.socket) -> None:
        decoder, came = Decoder(), bytearray()
        connection.sendall(settings())
        while len(came) < 24:
            came += _received(connection)
        del came[:24]
        while True:
            while len(came) < 9 or len(came) < 9 + int.from_bytes(came[:3], "big"):
                came += _received(connection)
            length, code, stream = int.from_bytes(came[:3], "big"), came[3], int.from_bytes(came[5:9], "big")
            flags, payload = came[4], bytes(came[9 : 9 + length])
            del came[: 9 + length]
            if code == SETTINGS and not flags & ACK:
                connection.sendall(frame(SETTINGS, ACK, 0, b""))
            if code != HEADERS:
                continue
            fields: dict[Any, Any] = dict(decoder.decode(payload[5:] if flags & 0x20 else payload))
            kind = self._kind_of(fields[":path"], fields[":method"])
            if kind is None:
                connection.sendall(fine(stream))
            elif not _say(connection, kind.answer(stream)):
                return

    def _kind_of(self, path: str, method: str) -> Misbehaviour | None:
        """What is done at a request, None: it is answered well. With a method its arrival is noted."""
        number, _, rest = path.removeprefix("/").partition("/")
        if not number.isdecimal() or int(number) >= len(self._kinds):
            return None
        if method:
            self._arrived[int(number)].append(method)
        return None if rest.startswith("asked") and method == "OPTIONS" else self._kinds[int(number)]


def _peeked_path(connection: socket.socket) -> str:
    """The path of the request that waits; "" where it cannot be seen without being read."""
    if isinstance(connection, ssl.SSLSocket):
        return ""
    words = connection.recv(_LARGEST_READ, socket.MSG_PEEK).split(b" ", 2)
    return words[1].decode("latin-1") if len(words) > 1 and words[0] != b"OPTIONS" else ""


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(_LARGEST_READ)
    if not data:
        raise ConnectionError
    return data


def _say(connection: socket.socket, said: Said) -> bool:
    """Say all of it; report whether the connection is there for another request."""
    waiting = threading.Event()
    for piece in said:
        if isinstance(piece, BelowTLS):
            os.write(connection.fileno(), piece)
        elif isinstance(piece, bytes):
            connection.sendall(piece)
        elif isinstance(piece, float):
            waiting.wait(piece)
        elif piece is End.HANG:
            while connection.recv(_LARGEST_READ):
                pass
            return False
        else:
            if piece is End.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            else:
                connection.shutdown(socket.SHUT_WR)
            return False
    return True


def main() -> None:
    if "packed" in sys.argv:
        pack()
    process = _Process()
    print(json.dumps({"authority": process.authority, "ports": process.ports}), flush=True)
    process.serve()


if __name__ == "__main__":
    main()
