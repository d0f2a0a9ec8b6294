"""One answer on a connection, its bytes taken as they come: a head, a body, and where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .chunked import ChunkedBody
from .head import END_OF_HEAD, Head, HeadTooLarge, MalformedAnswer, parse_head

if TYPE_CHECKING:
    from ....fetch.rules import AnswerRules

_DIGITS = lazy_pattern(r"[0-9]+")
_LIKE_C = lazy_pattern(r"[+-]?([0-9]+)")
_JUNK = 4  # bytes that may stand before a status line
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "exact": (b"HTTP/",),
    "forgiving": (b"HTTP/1.", b"HTTP/2", b"HTTP/3"),
    "any": (b"http",),
}
"""What a status line begins with."""
_SHORTEST_STATUS_LINE = 6  # bytes; of fewer it is not known what they were to become
_LARGEST_LENGTH = 2**63 - 1
_MOST_DIGITS = 100


class Answer:
    """The answer to one request, read by `rules`.

    `feed` gives back the bytes of the body, its transfer coding undone; `head` is there as soon as it was read, past
    any interim ones. `is_complete`: nothing more belongs to it; `leftover`: more came all the same. `length` is what
    it says of its body, None: chunks, or whatever comes until the connection ends. `broken`: the body can't be read on.
    """

    def __init__(self, method: str, rules: AnswerRules, *, is_secure: bool, on_default_port: bool) -> None:
        self.head: Head | None = None
        self.length: int | None = None
        self.is_complete = False
        self.leftover = False
        self.broken: MalformedAnswer | None = None
        self.ends_with_connection = False
        self.last = b""  # what of the body waited for the end of the connection
        self._method, self._rules = method, rules
        self._is_secure, self._on_default_port = is_secure, on_default_port
        self._waiting = bytearray()
        self._searched = 0
        self._chunks: ChunkedBody | None = None
        self._came = 0

    @property
    def nothing_came(self) -> bool:
        return self.head is None and not self._waiting

    @property
    def is_chunked(self) -> bool:
        return self._chunks is not None

    def feed(self, data: bytes) -> bytes:
        """Take some bytes of the connection. Raises MalformedAnswer, HeadTooLarge."""
        return self._body(data if self.head is not None else self._after_head(data))

    def _after_head(self, data: bytes) -> bytes:
        """What of these bytes lies behind the head."""
        self._waiting += data
        while self._take_head():
            pass
        if self.head is None:
            return b""
        rest, self._waiting = bytes(self._waiting), bytearray()
        return rest

    def end(self) -> None:
        """The connection has ended: `head` is None where nothing came, `is_complete` unless the body is cut.

        Raises MalformedAnswer where what came is no answer.
        """
        if self.head is None:
            self._end_in_head()
        if self.head is None or self.is_complete:
            return
        if self._chunks is not None:
            self.is_complete = self._chunks.may_end_here
        else:
            is_old = not self.head.is_1_1
            self.is_complete = self.length is None or (is_old and self._rules.old_answers_may_be_cut)

    def _end_in_head(self) -> None:
        raw = bytes(self._waiting).lstrip(b"\r\n")
        if not raw:
            return
        start = self._start_of_status_line(raw, is_all=True)
        cut = self._rules.cut_heads
        if start is None and (len(raw) >= _SHORTEST_STATUS_LINE or (cut == "without-tls" and not self._is_secure)):
            self._read_as_body()
            self.last = raw
            return
        if (
            start is None
            or (cut == "complete-lines" and not raw.endswith(b"\n"))
            or (cut == "without-tls" and self._is_secure)
        ):
            raise MalformedAnswer("the connection closed in the middle of its headers")
        self._begin(parse_head(raw[start:], self._rules))

    def _take_head(self) -> bool:
        """Take a head out of what waits; report whether another is to be looked for: it was an interim one."""
        waiting = self._waiting
        blank = len(waiting) - len(waiting.lstrip(b"\r\n"))
        if blank:
            del waiting[:blank]
            self._searched = 0
        start = self._start_of_status_line(bytes(waiting[:16]), is_all=False)
        if start is None:
            self._read_as_body()
            return False
        found = END_OF_HEAD.search(waiting, max(start, self._searched - 3))
        size = len(waiting) if found is None else found.end()
        if size > self._rules.largest_head:
            raise HeadTooLarge(f"the response headers are over {self._rules.largest_head // 1024} KiB")
        if found is None:
            self._searched = len(waiting)
            return False
        raw = bytes(waiting[start : found.start()])
        del waiting[: found.end()]
        self._searched = 0
        head = parse_head(raw, self._rules)
        if 100 <= head.status <= 199 and head.status != 101:
            return bool(waiting)
        self._begin(head)
        return False

    def _start_of_status_line(self, raw: bytes, *, is_all: bool) -> int | None:
        """Where the status line begins; None where what came is no HTTP, but a body all the same. 0 while it may be."""
        rules = self._rules
        beginnings = _BEGINNINGS[rules.status_lines] + ((b"ICY ",) if rules.icy_is_http else ())
        if rules.status_lines == "any":
            raw = raw.lower()
        for junk in range(1 if rules.status_lines == "exact" else _JUNK + 1):
            for beginning in beginnings:
                part = raw[junk : junk + len(beginning)]
                if part == beginning or (not is_all and len(part) < len(beginning) and beginning.startswith(part)):
                    return junk if part == beginning else 0
        if rules.not_http == "refused" or (rules.not_http == "a-body-at-default-ports" and not self._on_default_port):
            raise MalformedAnswer(f"it begins with {raw[:20].decode('latin-1').strip()!r}")
        return None

    def _read_as_body(self) -> None:
        """HTTP/0.9: all that comes is the body."""
        self.head = Head(False, 200, "OK", ())
        self.ends_with_connection = True

    def _begin(self, head: Head) -> None:
        self._frame(head)
        self.head = head

    def _frame(self, head: Head) -> None:
        """Find out where the answer ends. Raises MalformedAnswer."""
        options = [part.strip().lower() for value in head.values("connection") for part in value.split(",")]
        self.ends_with_connection = "close" in options or (not head.is_1_1 and "keep-alive" not in options)
        if self._method == "HEAD" or head.status in (101, 204, 304):
            self.is_complete = True
            return
        if self._has_chunks(head):
            self._chunks = ChunkedBody(self._rules)
            return
        self.length = self._length_in(head)
        if self.length is None:
            self.ends_with_connection = True
        self.is_complete = self.length == 0

    def _has_chunks(self, head: Head) -> bool:
        lines = [value.lower() for value in head.values("transfer-encoding")]
        if not lines or (not head.is_1_1 and not self._rules.old_answers_may_be_chunked):
            return False
        if self._rules.transfer_encodings == "any":
            return any(part.strip(" \t") == "chunked" for line in lines for part in line.split(","))
        if set(lines) - {"chunked", "identity", ""} and not head.values("content-length"):
            raise MalformedAnswer(f"its Transfer-Encoding is {', '.join(lines)[:60]!r}")
        return "chunked" in lines

    def _length_in(self, head: Head) -> int | None:
        """The length of the body. https://fetch.spec.whatwg.org/#extract-a-length"""
        values = head.values("content-length")
        if not values:
            return None
        if self._rules.content_lengths == "the-last":
            said = _LIKE_C.fullmatch(values[-1] or "0")
            if said is None:
                raise MalformedAnswer(f"its Content-Length is {values[-1][:40]!r}")
            return 0 if said[0][0] == "-" else min(int(said[1][-19:]), _LARGEST_LENGTH)
        split = [part.strip(" \t") for value in values for part in value.split(",")]
        if len(set(split)) > 1:
            raise MalformedAnswer(f"it has several Content-Lengths: {', '.join(split)[:60]}")
        if _DIGITS.fullmatch(split[0]) is None or len(split[0]) > _MOST_DIGITS:
            return None
        length = int(split[0])
        return length if length <= _LARGEST_LENGTH else None

    def _body(self, data: bytes) -> bytes:
        if self.is_complete:
            self.leftover = self.leftover or bool(data)
            return b""
        if self._chunks is not None:
            found = self._chunks.feed(data)
            self.broken = self._chunks.broken
            if self._chunks.ended:
                self.is_complete, self.leftover = True, bool(self._chunks.rest)
            return found
        if self.length is None:
            return data
        left = self.length - self._came
        self._came += min(left, len(data))
        self.is_complete = self._came == self.length
        self.leftover = len(data) > left
        return data[:left]
