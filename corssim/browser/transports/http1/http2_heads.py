"""The heads of HTTP/2 answers, looked at beside the library: it takes an answer without a status for a 200.

https://httpwg.org/specs/rfc9113.html#HttpHeaders
"""

from __future__ import annotations

from typing import Any

from ....patterns import lazy_pattern
from .head import HeadTooLarge, MalformedAnswer

PREFACE = b"PRI * HTTP/2.0\r\n"
"""What an HTTP/2 connection begins with."""

_FRAME_HEAD = 9  # bytes
_LARGEST_FRAME = 16384
_HEADERS, _PUSH_PROMISE, _CONTINUATION = 1, 5, 9
_END_HEADERS, _PADDED, _PRIORITY = 0x4, 0x8, 0x20
_LARGEST_BLOCK = 256 * 1024
_NEVER_IN_A_VALUE = lazy_pattern(rb"[\0\r\n]")
_STATUS = lazy_pattern(rb"[0-9]{3}")


class HeadsOfHTTP2:
    """Follows the header blocks of one connection. What it can't follow it leaves to the library to refuse."""

    def __init__(self) -> None:
        from hpack import Decoder  # here, because HTTP/2 is asked for

        self._decoder = Decoder()
        self._decoder.max_header_list_size = _LARGEST_BLOCK * 4
        self._waiting = bytearray()
        self._block = bytearray()
        self._answered: set[int] = set()
        self._is_lost = False

    def feed(self, data: bytes) -> None:
        """Look at some bytes that have come. Raises MalformedAnswer, HeadTooLarge."""
        if self._is_lost:
            return
        self._waiting += data
        while not self._is_lost and len(self._waiting) >= _FRAME_HEAD:
            length = int.from_bytes(self._waiting[:3], "big")
            if length > _LARGEST_FRAME:
                raise MalformedAnswer(f"it has a frame of {length} bytes, and {_LARGEST_FRAME} are allowed")
            if len(self._waiting) < _FRAME_HEAD + length:
                return
            kind, flags = self._waiting[3], self._waiting[4]
            stream = int.from_bytes(self._waiting[5:9], "big")
            payload = bytes(self._waiting[_FRAME_HEAD : _FRAME_HEAD + length])
            del self._waiting[: _FRAME_HEAD + length]
            self._take_frame(kind, flags, stream, payload)

    def _take_frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == _PUSH_PROMISE:
            self._is_lost = True
        if kind not in (_HEADERS, _CONTINUATION):
            return
        if kind == _HEADERS:
            padding = payload[0] if flags & _PADDED and payload else 0
            start = bool(flags & _PADDED) + (5 if flags & _PRIORITY else 0)
            payload = payload[start : len(payload) - padding]
            self._block.clear()
        self._block += payload
        if len(self._block) > _LARGEST_BLOCK:
            raise HeadTooLarge(f"the response headers are over {_LARGEST_BLOCK // 1024} KiB")
        if flags & _END_HEADERS:
            self._take_block(stream)

    def _take_block(self, stream: int) -> None:
        try:
            fields: list[Any] = list(self._decoder.decode(bytes(self._block), raw=True))
        except Exception:  # the library meets the same, and says it
            self._is_lost = True
            return
        if stream in self._answered:
            return  # a trailer
        for name, value in fields:
            if name.lower() != name or _NEVER_IN_A_VALUE.search(value) is not None:
                raise MalformedAnswer(f"it has the header line {(name + b': ' + value)[:60].decode('latin-1')!r}")
        said = [value for name, value in fields if name == b":status"]
        if not said:
            raise MalformedAnswer("it has no :status")
        if len(said) > 1 or _STATUS.fullmatch(said[0]) is None:
            raise MalformedAnswer(f"its :status is {b', '.join(said)[:40].decode('latin-1')!r}")
        pseudo = [position for position, (name, _) in enumerate(fields) if name.startswith(b":")]
        if pseudo != [0]:
            raise MalformedAnswer("its :status is not the first and the only one of its kind")
        if said[0] >= b"200":
            self._answered.add(stream)
