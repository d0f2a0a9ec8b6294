"""Running a command in this process, with streams of its own."""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from corssim.cli.environment import Environment
from corssim.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def corssim(
    *arguments: str, stdin: str = "", terminal: bool = False, variables: Mapping[str, str] | None = None
) -> Ran:
    """Run one command."""
    make = Terminal if terminal else io.StringIO
    out, err = make(), make()
    status = main(arguments, Environment(make(stdin), out, err, variables or {}))
    return Ran(status, out.getvalue(), err.getvalue())


@contextmanager
def answering(headers: Sequence[tuple[str, str]], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """The URL of a server of this machine that answers everything with these headers, and the methods it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(200)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT = do_OPTIONS = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{path}", asked
        finally:
            server.shutdown()
