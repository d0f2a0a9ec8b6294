"""What a server does instead of answering well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

PAGE = "http://127.0.0.1:8/"
"""Where the page is: a place that may ask this machine, in every browser."""

ALLOWED = [
    ("Access-Control-Allow-Origin", PAGE.rstrip("/")),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "PUT"),
    ("Access-Control-Allow-Headers", "x-a"),
]
"""With these headers everything is allowed that the attack asks for."""


class End(Enum):
    """How a server ends a connection; without one it waits for the next request."""

    CLOSE = "with a FIN"
    RESET = "with an RST"
    HANG = "it says nothing more, and does not end"


class BelowTLS(bytes):
    """Bytes that go over the connection as they are, into the midst of its TLS."""

    __slots__ = ()


Said = Iterator[bytes | float | End]
"""Bytes to send, seconds to wait, and how the connection ends."""


class Misbehaviour(NamedTuple):
    """One server. `answer` gives what it says to a request, from the request's head, or the number of its stream.

    `protocol`: "http" or "https" over HTTP/1.1, "h2", or "tls", where nothing gets as far as a request. `is_late`: only
    the client's timeout ends it. `reads`: bytes of the request that it reads at most. `certificate`: which of tls.py's.
    """

    name: str
    answer: Callable[[bytes | int], Said]
    protocol: str = "http"
    is_late: bool = False
    reads: int | None = None
    certificate: str = "good"


def headers_of(pairs: list[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in pairs).encode("latin-1")


HEAD = headers_of(ALLOWED)
FINE = b"HTTP/1.1 200 OK\r\n" + HEAD + b"Content-Length: 4\r\n\r\nfine"
"""The answer to whatever a server does not misbehave at."""
