"""What keeps an exchange bounded: a deadline for its time, an `Arrival` for the bytes that come back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ...fetch.wire import FailureKind, Headers, NetworkFailure, WireResponse
from .content_coding import ContentDecoder, CorruptContent, TooMuchContent, content_decoder
from .failures import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_HEADER_BYTES = 256 * 1024
"""The longest header section of an answer, Chromium's bound. The HTTP/1 parser below httpx stops at 100 KiB."""


class Deadline(float):
    """A timeout in seconds, as any code that wants a float reads it, that also knows when it runs out.

    `request_began`: some of the request was written to a connection; who writes it says so.
    """

    __slots__ = ("at", "request_began")

    at: float
    request_began: bool

    def __new__(cls, timeout: float) -> Deadline:
        self = super().__new__(cls, timeout)
        self.at = time.monotonic() + timeout
        self.request_began = False
        return self

    @property
    def passed(self) -> bool:
        """Is the time up?"""
        return time.monotonic() >= self.at

    def remaining(self) -> float:
        """Seconds left, always more than 0. Raises TimeoutError when none are."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not finished within {float(self):g} s")
        return left


def deadline_after(timeout: float | None) -> Deadline | None:
    """The deadline of an exchange that starts now."""
    return None if timeout is None else Deadline(timeout)


class Arrival:
    """The answer to one request, gathered as it comes, decoded and cut at its bounds.

    `declared_length` makes it hold the server to its Content-Length, as an HTTP/1 parser on the way would. `handshake`:
    101 Switching Protocols ends it, too.
    """

    __slots__ = (
        "_body",
        "_bodyless",
        "_declared",
        "_decoder",
        "_failure",
        "_handshake",
        "_headers",
        "_held_to_length",
        "_max_body",
        "_reason",
        "_status",
        "_timeout",
    )

    def __init__(
        self,
        *,
        max_body: int,
        timeout: float | None,
        bodyless: bool = False,
        declared_length: bool = False,
        handshake: bool = False,
    ) -> None:
        self._max_body = max_body
        self._timeout = timeout
        self._bodyless = bodyless
        self._held_to_length = declared_length
        self._handshake = handshake
        self._status: int | None = None
        self._reason = ""
        self._headers: Headers = ()
        self._body = bytearray()
        self._declared: int | None = None
        self._decoder: ContentDecoder | None = None
        self._failure: NetworkFailure | None = None

    @property
    def started(self) -> bool:
        """Have the status and the headers arrived?"""
        return self._status is not None

    def start(self, status: int, reason: str, headers: Iterable[tuple[str, str]], *, is_bounded: bool = False) -> bool:
        """The status line and headers are here. False when they end the exchange: nothing more is wanted.

        `is_bounded`: their length was looked at before.
        """
        headers = tuple(headers)
        if not is_bounded and sum([len(name) + len(value) + 4 for name, value in headers]) > MAX_HEADER_BYTES:
            limit = MAX_HEADER_BYTES // 1024
            self._failure = NetworkFailure(FailureKind.TOO_LARGE, f"the response headers are over {limit} KiB")
            return False
        if 100 <= status < 200 and not (status == 101 and self._handshake):
            self._failure = NetworkFailure(FailureKind.MALFORMED, f"the server answered with status {status}, unasked")
            return False
        self._status, self._reason, self._headers = status, reason, headers
        if status == 101:
            return False
        if status in (204, 304):
            self._bodyless = True
        if self._held_to_length and not self._bodyless:
            self._declared = _declared_length(headers)
        self._decoder = content_decoder(headers, self._max_body)
        return True

    def feed(self, chunk: bytes) -> bool:
        """Some bytes of the body as sent. False when no more are wanted."""
        if self._bodyless:
            return True  # what a server sends all the same is dropped
        if self._declared is not None:
            chunk = chunk[: self._declared]
            self._declared -= len(chunk)
        if self._decoder is None:
            return self.feed_decoded(chunk)
        try:
            return all(map(self.feed_decoded, self._decoder.pieces(chunk)))
        except CorruptContent as error:
            self._failure = NetworkFailure(FailureKind.MALFORMED, one_line(str(error)))
        except TooMuchContent:
            self._failure = self._too_large()
        return False

    def feed_decoded(self, chunk: bytes) -> bool:
        """Some bytes of the body with no content coding left on them. False when no more are wanted."""
        if self._bodyless:
            return True  # what a server sends all the same is dropped
        room = self._max_body - len(self._body)
        self._body += chunk[:room]
        if len(chunk) <= room:
            return True
        self._failure = self._too_large()
        return False

    def _too_large(self) -> NetworkFailure:
        return NetworkFailure(FailureKind.TOO_LARGE, f"the body is over {self._max_body} bytes")

    def result(self) -> WireResponse | NetworkFailure:
        """The answer, no more to come."""
        if self._failure is None and self._declared:
            self._failure = NetworkFailure(
                FailureKind.RESET, f"the connection closed {self._declared} bytes before the end of the body"
            )
        if self._status is None:
            return self._failure or NetworkFailure(FailureKind.RESET, "the connection closed without a response")
        return WireResponse(self._status, self._reason, self._headers, bytes(self._body), self._failure)

    def broken_by(self, failure: NetworkFailure) -> WireResponse | NetworkFailure:
        """The answer when the exchange ended early. What ended it before (a bound) counts."""
        if failure.kind is FailureKind.TIMEOUT and self._timeout is not None:
            late = "the body did not end" if self.started else "no response"
            failure = NetworkFailure(FailureKind.TIMEOUT, f"{late} within {float(self._timeout):g} s")
        if self._failure is None:
            self._failure = failure
        return self.result()

    def timed_out(self) -> WireResponse | NetworkFailure:
        """The answer when the time was up first."""
        return self.broken_by(NetworkFailure(FailureKind.TIMEOUT, "timed out"))


def _declared_length(headers: Headers) -> int | None:
    for name, value in headers:
        if name.lower() == "content-length" and value.isascii() and value.isdecimal():
            return int(value)
    return None
