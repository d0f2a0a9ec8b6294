"""Undoing Content-Encoding piece by piece, so that a small body can't become a big one unseen.

gzip and deflate are undone. A coding that is not known leaves the body as it is, as
https://fetch.spec.whatwg.org/#handle-content-codings has it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...fetch.wire import Headers

KNOWN_CODINGS = ("gzip", "deflate")
"""The content codings that are undone: all that an Accept-Encoding may promise."""

_PIECE = 64 * 1024  # bytes decoded at once
_MOST_CODINGS = 5  # one on top of the other
_GZIP, _ZLIB, _RAW_DEFLATE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class CorruptContent(Exception):
    """The body is not what its Content-Encoding says."""


class TooMuchContent(Exception):
    """What lies between two content codings is larger than any body that it could make may be."""


class ContentDecoder:
    """One content coding, with `inner` the coding that was applied before it and is undone after it.

    `largest`: bytes that it may make for the inner one.
    """

    __slots__ = ("_coding", "_head", "_inner", "_left", "_zlib")

    def __init__(self, coding: str, inner: ContentDecoder | None, largest: int) -> None:
        self._coding = coding
        self._inner = inner
        self._left = largest
        self._head = b""
        self._zlib = zlib.decompressobj(_GZIP) if coding == "gzip" else None

    @property
    def has_ended(self) -> bool:
        """Whether what follows is none of the content: browsers pass over it."""
        return (self._zlib is not None and self._zlib.eof) or (self._inner is not None and self._inner.has_ended)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes that `data` adds, lazily, at most 64 KiB at a time.

        Raises `CorruptContent` and `TooMuchContent`.
        """
        if self._zlib is None:
            self._head = data = self._head + data
            if len(data) < 2:
                return
            # Servers send deflate without zlib's header under this name too; browsers take both.
            has_header = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
            self._zlib = zlib.decompressobj(_ZLIB if has_header else _RAW_DEFLATE)
        while not self.has_ended:
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error as error:
                raise CorruptContent(f"the body is not valid {self._coding}, as Content-Encoding says") from error
            if not piece:
                return
            data = self._zlib.unconsumed_tail
            if self._inner is None:
                yield piece
                continue
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuchContent
            yield from self._inner.pieces(piece)


def content_decoder(headers: Headers, max_body: int) -> ContentDecoder | None:
    """The decoder for a response with these headers, None when the body is to be taken as it is.

    `max_body`: how many decoded bytes are wanted at most.
    """
    lines = [value for name, value in headers if name.lower() == "content-encoding"]
    if not lines:
        return None
    codings = [coding.strip().lower() for line in lines for coding in line.split(",")]
    codings = [coding.removeprefix("x-") for coding in codings if coding not in ("", "identity")]
    if not codings or len(codings) > _MOST_CODINGS or not all(coding in KNOWN_CODINGS for coding in codings):
        return None
    decoder: ContentDecoder | None = None
    largest = max_body + max_body // 64 + _PIECE  # what cannot be compressed grows a little
    for coding in codings:
        decoder = ContentDecoder(coding, decoder, largest)
    return decoder
