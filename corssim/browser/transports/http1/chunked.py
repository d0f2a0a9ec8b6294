"""The chunked transfer coding. https://httpwg.org/specs/rfc9112.html#chunked.encoding"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .head import MalformedAnswer

if TYPE_CHECKING:
    from ....fetch.rules import AnswerRules

_LONGEST_LINE = 16 * 1024
_STRICT = lazy_pattern(rb"([0-9A-Fa-f]+) *")
_LIKE_C = lazy_pattern(rb"[ \t]*\+?(?:0[xX])?([0-9A-Fa-f]+)")
_LARGEST = 2**63


class ChunkedBody:
    """Takes a chunked body apart as its bytes come. `ended`: the last chunk and its trailer were there."""

    def __init__(self, rules: AnswerRules) -> None:
        self._rules = rules
        self._waiting = bytearray()
        self._left = 0  # bytes of the chunk that are still to come
        self._state = "size"
        self.ended = False
        self.broken: MalformedAnswer | None = None
        self.rest = b""

    @property
    def may_end_here(self) -> bool:
        """Whether the connection may end where it is now, for browsers that miss no last chunk."""
        return self._state in ("size", "trailer") and not self._waiting and self._rules.chunks_may_be_the_last

    def feed(self, data: bytes) -> bytes:
        """The data of the chunks in these bytes, up to where they are `broken`."""
        found = bytearray()
        if self.broken is None:
            try:
                self._feed(data, found)
            except MalformedAnswer as error:
                self.broken = error
        return bytes(found)

    def _feed(self, data: bytes, found: bytearray) -> None:
        waiting = self._waiting
        waiting += data
        at = 0
        while at < len(waiting) and not self.ended:
            if self._state == "data":
                part = waiting[at : at + self._left]
                found += part
                at += len(part)
                self._left -= len(part)
                if not self._left:
                    self._state = "end of data"
                continue
            line_end = waiting.find(b"\n", at)
            if line_end < 0:
                if len(waiting) - at > _LONGEST_LINE:
                    raise MalformedAnswer("a line between its chunks does not end")
                break
            line = bytes(waiting[at:line_end]).removesuffix(b"\r")
            at = line_end + 1
            self._take_line(line)
        del waiting[:at]
        if self.ended:
            self.rest, self._waiting = bytes(waiting), bytearray()

    def _take_line(self, line: bytes) -> None:
        match self._state:
            case "end of data":
                if line and self._rules.chunk_sizes == "exact":
                    raise MalformedAnswer("a chunk is longer than it says")
                self._state = "size"
                if line:  # the size of the next one, on the same line
                    self._take_line(line)
            case "size":
                self._left = self._size_in(line)
                self._state = "data" if self._left else "trailer"
            case _:
                self.ended = not line

    def _size_in(self, line: bytes) -> int:
        if len(line) > _LONGEST_LINE:
            raise MalformedAnswer("the line before a chunk is too long")
        if self._rules.chunk_sizes == "exact":
            said = _STRICT.fullmatch(line.partition(b";")[0])
        else:
            said = _LIKE_C.match(line)
            if said is None and self._rules.chunk_sizes == "forgiving-to-the-end":
                self.ended = True
                return 0
        size = -1 if said is None else int(said[1][-32:], 16)
        if not 0 <= size < _LARGEST:
            raise MalformedAnswer(f"a chunk's size is {line[:40].decode('latin-1')!r}")
        return size
