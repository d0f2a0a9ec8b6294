"""Misbehaviours over HTTP/2."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from hpack import Encoder

from .misbehaviour import ALLOWED, End, Misbehaviour, Said

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
ALL = [(name.lower(), value) for name, value in ALLOWED]
OK = [(":status", "200"), *ALL]
Answer = Callable[[bytes | int], Said]


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def block(fields: list[tuple[str, str]] | list[tuple[bytes, bytes]]) -> bytes:
    # Without the table of the connection: every answer stands on its own.
    return b"".join(
        b"\0" + _string(name) + _string(value)
        for name, value in ((_bytes(name), _bytes(value)) for name, value in fields)
    )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _string(data: bytes) -> bytes:
    length = len(data)
    if length < 127:
        return bytes([length]) + data
    out, length = [127], length - 127
    while length >= 128:
        out.append(length % 128 + 128)
        length //= 128
    return bytes([*out, length]) + data


def head(stream: int, fields: list[tuple[str, str]], *, ends: bool = False) -> bytes:
    return frame(HEADERS, END_HEADERS | (END_STREAM if ends else 0), stream, block(fields))


def fine(stream: int) -> bytes:
    return head(stream, [*OK, ("content-length", "4")]) + frame(DATA, END_STREAM, stream, b"fine")


def says(make: Callable[[int], bytes], *more: float | End) -> Answer:
    def answer(stream: bytes | int) -> Said:
        assert isinstance(stream, int)
        yield make(stream)
        yield from more

    return answer


def floods(make: Callable[[int], bytes], before: Callable[[int], bytes] = lambda stream: b"") -> Answer:
    def answer(stream: bytes | int) -> Said:
        assert isinstance(stream, int)
        yield before(stream)
        piece = make(stream) * 20
        while True:
            yield piece

    return answer


def heads(*more: tuple[str, str], ends: bool = True) -> Answer:
    return says(lambda stream: head(stream, [*OK, *more], ends=ends))


def only(*fields: tuple[str, str]) -> Answer:
    return says(lambda stream: head(stream, list(fields), ends=True))


def continued(fields: list[tuple[str, str]], size: int) -> Callable[[int], bytes]:
    def make(stream: int) -> bytes:
        whole = block(fields)
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        frames = [frame(HEADERS, END_STREAM, stream, pieces[0])]
        frames += [frame(CONTINUATION, 0, stream, piece) for piece in pieces[1:]]
        return b"".join([*frames, frame(CONTINUATION, END_HEADERS, stream, b"")])

    return make


def referring(times: int) -> Callable[[int], bytes]:
    """A header of 4,000 bytes that is said once and then referred to by one byte each."""
    return lambda stream: frame(
        HEADERS,
        END_STREAM | END_HEADERS,
        stream,
        block([(":status", "200")]) + b"\x40" + _string(b"x-a") + _string(b"a" * 3900) + b"\xbe" * times,
    )


def rst(code: int) -> Answer:
    return says(lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", code)))


def goaway(last: Callable[[int], int], code: int, text: bytes = b"", *more: float | End) -> Answer:
    return says(lambda stream: frame(GOAWAY, 0, 0, struct.pack(">II", last(stream), code) + text), *more)


def settings(*pairs: tuple[int, int]) -> bytes:
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", name, value) for name, value in pairs))


def misbehaviours() -> Iterator[Misbehaviour]:
    for name, answer, is_late in _all():
        yield Misbehaviour(f"h2: {name}", answer, "h2", is_late)
    for name, answer, is_late in _while_uploading():
        yield Misbehaviour(f"h2, uploading: {name}", answer, "h2", is_late, reads=0)


def _all() -> Iterator[tuple[str, Answer, bool]]:
    for status in (
        "abc",
        "",
        "0",
        "99",
        "2000",
        "-200",
        "\x1b[31m",
        "200 OK",
        "101",
        "100",
        "999",
        "204",
        "304",
        "401",
        "407",
        "421",
    ):
        yield f"status {status!r}", only((":status", status), *ALL), status in ("100",)
    yield "no status", only(*ALL), False
    yield "two statuses", only((":status", "200"), (":status", "204")), False
    yield "a status at the end", only(("x-a", "1"), (":status", "200")), False
    yield "an unknown pseudo-header", heads((":x", "1")), False
    yield "a header in capitals", heads(("X-A", "1")), False
    yield "Connection", heads(("connection", "close"), ("transfer-encoding", "chunked"), ("upgrade", "h2c")), False
    for name, value in {
        "NUL": "a\0b",
        "CR LF": "a\r\nb: c",
        "escapes": "\x1b[31m\x9b",
        "markup": "<x-attack onclick=a>[bold]",
        "bidi": "\u202e".encode().decode("latin-1"),
    }.items():
        yield f"{name} in a value", heads(("x-a", value)), False
        yield f"{name} in a name", heads((value, "a")), False
        yield f"{name} in Location", only((":status", "307"), *ALL, ("location", value)), False
    yield "an empty name", heads(("", "a")), False
    yield "a location that is itself", only((":status", "307"), *ALL, ("location", "")), False
    yield "3,000 headers", says(continued([*OK, *((f"x-{n}", "1") for n in range(3000))], 16000)), False
    yield "a value of 60 kB", says(continued([*OK, ("x-a", "a" * 60_000)], 16000)), False
    yield "a value of 600 kB", says(continued([*OK, ("x-a", "a" * 600_000)], 16000)), False
    yield "500 CONTINUATIONs", says(continued([*OK, ("x-a", "a" * 500)], 1)), False
    yield (
        "a flood of CONTINUATION",
        floods(lambda stream: frame(CONTINUATION, 0, stream, b""), lambda stream: frame(HEADERS, 0, stream, block(OK))),
        False,
    )
    yield "references to a long header", says(referring(10)), False
    yield "a bomb of references", says(referring(10_000)), False
    yield "no HPACK", says(lambda stream: frame(HEADERS, 5, stream, b"\xff\xff\xff\xff\xff\xff")), False
    yield "an index that there is not", says(lambda stream: frame(HEADERS, 5, stream, b"\xff\x80\x80\x80\x01")), False
    yield (
        "a table size that is too large",
        says(lambda stream: frame(HEADERS, 5, stream, b"\x3f\xff\xff\xff\x07" + block(OK))),
        False,
    )
    yield (
        "padding that is longer than the frame",
        says(lambda stream: frame(HEADERS, 13, stream, b"\xff" + block(OK))),
        False,
    )
    yield "no stream", says(lambda stream: frame(HEADERS, 5, 0, block(OK))), False
    yield "a stream that is not open", says(lambda stream: frame(HEADERS, 5, stream + 2, block(OK))), False
    yield "a stream of its own", says(lambda stream: frame(HEADERS, 5, 2, block(OK))), True
    yield "data before the head", says(lambda stream: frame(DATA, 1, stream, b"abc")), False
    yield "data on no stream", says(lambda stream: frame(DATA, 1, 0, b"abc")), False
    yield "data after the end", says(lambda stream: fine(stream) + frame(DATA, 1, stream, b"evil")), False
    yield "two answers", says(lambda stream: fine(stream) + fine(stream)), False
    yield "two heads", says(lambda stream: head(stream, OK) + head(stream, OK, ends=True)), False
    yield (
        "a trailer",
        says(lambda stream: head(stream, OK) + frame(DATA, 0, stream, b"a") + head(stream, [("x-t", "1")], ends=True)),
        False,
    )
    yield (
        "a trailer with a status",
        says(lambda stream: head(stream, OK) + head(stream, [(":status", "404")], ends=True)),
        False,
    )
    yield (
        "a trailer that does not end it",
        says(lambda stream: head(stream, OK) + head(stream, [("x-t", "1")]), End.HANG),
        True,
    )
    yield (
        "a body that is too long",
        says(lambda stream: head(stream, [*OK, ("content-length", "2")]) + frame(DATA, 1, stream, b"abc")),
        False,
    )
    yield (
        "a body that is too short",
        says(lambda stream: head(stream, [*OK, ("content-length", "9")]) + frame(DATA, 1, stream, b"abc")),
        False,
    )
    yield "two lengths", heads(("content-length", "0"), ("content-length", "3")), False
    yield "a length of letters", heads(("content-length", "abc")), False
    yield (
        "a frame that is too large",
        says(lambda stream: head(stream, OK) + frame(DATA, 1, stream, b"a" * 40_000)),
        False,
    )
    yield (
        "a frame of 16 MiB",
        says(lambda stream: b"\xff\xff\xff" + frame(DATA, 0, stream, b"")[3:] + b"a" * 1000, End.HANG),
        False,
    )
    yield "an unknown frame", says(lambda stream: frame(99, 255, stream, b"a" * 100) + fine(stream)), False
    yield (
        "a promise",
        says(
            lambda stream: (
                frame(
                    PUSH_PROMISE,
                    END_HEADERS,
                    stream,
                    struct.pack(">I", 2)
                    + block([(":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "a")]),
                )
                + fine(stream)
            )
        ),
        False,
    )
    yield "an answer over HTTP/1.1", says(lambda stream: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), False
    yield "junk", says(lambda stream: b"\x1b[31m<x-attack>" * 100), False
    for code in (0, 1, 2, 5, 7, 8, 11, 13, 99, 2**32 - 1):
        yield f"RST_STREAM {code}", rst(code), False
    yield "RST_STREAM of another", says(lambda stream: frame(RST_STREAM, 0, stream + 100, struct.pack(">I", 8))), True
    yield "RST_STREAM that is too short", says(lambda stream: frame(RST_STREAM, 0, stream, b"a")), False
    yield (
        "RST_STREAM in the body",
        says(
            lambda stream: (
                head(stream, OK) + frame(DATA, 0, stream, b"abc") + frame(RST_STREAM, 0, stream, struct.pack(">I", 2))
            )
        ),
        False,
    )
    yield (
        "RST_STREAM after the end",
        says(lambda stream: fine(stream) + frame(RST_STREAM, 0, stream, struct.pack(">I", 0))),
        False,
    )
    for code in (0, 1, 11, 13):
        yield f"GOAWAY {code} of all", goaway(lambda stream: 0, code, b"\x1b[31m<x-attack>"), False
        yield f"GOAWAY {code} of later ones, and nothing more", goaway(lambda stream: stream, code, b"", End.HANG), True
        yield f"GOAWAY {code} and the end", goaway(lambda stream: stream, code, b"", End.CLOSE), False
    yield (
        "GOAWAY, then an answer",
        says(lambda stream: frame(GOAWAY, 0, 0, struct.pack(">II", stream, 0)) + fine(stream)),
        False,
    )
    yield (
        "an answer, then GOAWAY",
        says(lambda stream: fine(stream) + frame(GOAWAY, 0, 0, struct.pack(">II", stream, 0))),
        False,
    )
    yield "GOAWAY that is too short", says(lambda stream: frame(GOAWAY, 0, 0, b"a")), False
    yield "SETTINGS of half a setting", says(lambda stream: frame(SETTINGS, 0, 0, b"abc")), False
    yield "SETTINGS on a stream", says(lambda stream: frame(SETTINGS, 0, stream, b"")), False
    yield "SETTINGS with values that may not be", says(lambda stream: settings((2, 7), (4, 2**32 - 1), (5, 1))), False
    yield "SETTINGS: no stream at a time", says(lambda stream: settings((3, 0)) + fine(stream), End.CLOSE), False
    yield "SETTINGS: no window", says(lambda stream: settings((4, 0)) + fine(stream)), False
    yield "SETTINGS: no table", says(lambda stream: settings((1, 0)) + fine(stream)), False
    yield "SETTINGS: headers of 1 byte", says(lambda stream: settings((6, 1)) + fine(stream)), False
    yield "an ACK that is none", says(lambda stream: frame(SETTINGS, ACK, 0, b"abcdef")), False
    yield (
        "a window beyond its limit",
        says(lambda stream: frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", 2**31 - 1)) * 2),
        False,
    )
    yield "a window of nothing", says(lambda stream: frame(WINDOW_UPDATE, 0, 0, bytes(4))), False
    yield "a PING that is too short", says(lambda stream: frame(PING, 0, 0, b"a")), False
    yield (
        "a priority over itself",
        says(lambda stream: frame(PRIORITY, 0, stream, struct.pack(">IB", stream, 1)) + fine(stream)),
        False,
    )
    yield "the end after the head", says(lambda stream: head(stream, OK), End.CLOSE), False
    yield "an RST after the head", says(lambda stream: head(stream, OK), End.RESET), False
    yield "the end in a frame", says(lambda stream: fine(stream)[:-3], End.CLOSE), False
    yield "silence", says(lambda stream: b"", End.HANG), True
    yield "silence in the head", says(lambda stream: frame(HEADERS, 0, stream, block(OK)), End.HANG), True
    yield "silence in the body", says(lambda stream: head(stream, OK), End.HANG), True
    yield "silence in a frame", says(lambda stream: fine(stream)[:20], End.HANG), True
    yield "a flood of PING", floods(lambda stream: frame(PING, 0, 0, b"abcdefgh")), True
    yield "a flood of SETTINGS", floods(lambda stream: settings((3, 100))), True
    yield "a flood of empty SETTINGS", floods(lambda stream: settings()), True
    yield "a flood of WINDOW_UPDATE", floods(lambda stream: frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 1))), True
    yield "a flood of PRIORITY", floods(lambda stream: frame(PRIORITY, 0, stream, struct.pack(">IB", 0, 1))), True
    yield "a flood of what is unknown", floods(lambda stream: frame(77, 0, stream, b"a" * 50)), True
    yield "a flood of RST_STREAM", floods(lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", 8))), False
    yield "a flood of GOAWAY", floods(lambda stream: frame(GOAWAY, 0, 0, struct.pack(">II", stream, 0))), True
    yield (
        "a flood of empty DATA",
        floods(lambda stream: frame(DATA, 0, stream, b""), lambda stream: head(stream, OK)),
        True,
    )
    yield (
        "a flood of padding",
        floods(lambda stream: frame(DATA, PADDED, stream, b"\xff" + bytes(255)), lambda stream: head(stream, OK)),
        True,
    )
    yield "a flood of interim heads", floods(lambda stream: head(stream, [(":status", "103")])), True
    yield (
        "a body without end",
        floods(lambda stream: frame(DATA, 0, stream, b"a" * 1000), lambda stream: head(stream, OK)),
        True,
    )
    yield "a trickle of frames", _trickle, True
    yield "in single bytes", _in_single_bytes, False
    yield "1,000 promises", says(lambda stream: _promises(stream, 1000) + fine(stream)), False
    yield "a flood of promises", floods(lambda stream: _promises(stream, 1)), False
    yield "origins and other services", says(lambda stream: _extensions(stream) + fine(stream)), False
    yield "1,000 changes of the table", says(lambda s: frame(HEADERS, 5, s, b"\x20" * 1000 + block(OK))), False
    yield (
        "what Huffman has not",
        says(lambda s: frame(HEADERS, 5, s, b"\0\x01a\x84\xff\xff\xff\xff" + block(OK))),
        False,
    )
    yield "a length without end", says(lambda s: frame(HEADERS, 5, s, b"\0\x7f" + b"\xff" * 5000)), False
    yield "an index without end", says(lambda s: frame(HEADERS, 5, s, b"\xff" * 10_000)), False
    yield "20,000 names in the table", says(lambda s: _filling(s, 20_000)), False
    yield "a header in pieces of nothing", says(lambda s: frame(HEADERS, 0, s, b"") + _continued_by(s, 500)), False
    yield "a CONTINUATION of another stream", says(lambda s: frame(HEADERS, 0, s, b"") + _continued_by(s + 2, 1)), False
    yield "a frame between a header's pieces", says(lambda s: frame(HEADERS, 0, s, b"") + fine(s)), False
    yield "interim heads: 1,000", says(lambda s: head(s, [(":status", "103"), ("link", "<a>")]) * 1000 + fine(s)), False
    yield "an interim head that ends it", says(lambda s: head(s, [(":status", "103")], ends=True)), False
    yield (
        "an interim head with a body",
        says(lambda s: head(s, [(":status", "103")]) + frame(DATA, 1, s, b"evil")),
        False,
    )
    yield (
        "trailers: 3,000",
        says(lambda s: head(s, OK) + continued([(f"x-{n}", "1") for n in range(3000)], 16000)(s)),
        False,
    )
    yield "settings that go up and down", says(lambda s: settings((4, 0), (4, 2**31 - 1)) * 1000 + fine(s)), False
    yield "frames of 16 MiB that are allowed", says(lambda s: settings((5, 2**24 - 1)) + fine(s)), False
    yield "1,000 PINGs and an answer", says(lambda s: frame(PING, 0, 0, b"abcdefgh") * 1000 + fine(s)), False
    yield "ACKs of PINGs that nobody sent", says(lambda s: frame(PING, ACK, 0, b"abcdefgh") * 1000 + fine(s)), False
    yield "GOAWAY with 16 kB of text", goaway(lambda stream: 0, 2, b"\x1b[31m<x-attack>" * 1000), False
    yield "GOAWAY that goes up", says(lambda s: _goaways(s, 0) + _goaways(s + 2, 0) + fine(s)), False
    hpack = Encoder()
    yield "HPACK as libraries write it", says(lambda stream: frame(HEADERS, 5, stream, hpack.encode(OK))), False


def _while_uploading() -> Iterator[tuple[str, Answer, bool]]:
    """What is said before a body of 4 MiB was read; 64 KiB of it fit into the window that there is at first."""
    yield "nothing more fits", says(lambda stream: b"", End.HANG), True
    yield "no window", says(lambda stream: settings((4, 0)), End.HANG), True
    yield "windows of a byte", floods(lambda s: frame(WINDOW_UPDATE, 0, s, struct.pack(">I", 1))), True
    yield "an answer and an RST", says(lambda s: fine(s) + frame(RST_STREAM, 0, s, struct.pack(">I", 0))), False
    yield "an RST", rst(8), False
    yield "GOAWAY of all", goaway(lambda stream: 0, 0, b"", End.CLOSE), False
    yield "the end", says(lambda stream: b"", End.CLOSE), False
    yield "a reset", says(lambda stream: b"", End.RESET), False
    yield (
        "a window that goes over its limit",
        says(lambda s: frame(WINDOW_UPDATE, 0, s, b"\x7f\xff\xff\xff") * 9),
        False,
    )


def _in_single_bytes(stream: bytes | int) -> Said:
    assert isinstance(stream, int)
    whole = fine(stream)
    yield from (whole[at : at + 1] for at in range(len(whole)))


def _promises(stream: int, number: int) -> bytes:
    asked = block([(":method", "GET"), (":path", "/"), (":scheme", "https"), (":authority", "a")])
    return b"".join(
        frame(PUSH_PROMISE, END_HEADERS, stream, struct.pack(">I", 2 + 2 * n) + asked) for n in range(number)
    )


def _extensions(stream: int) -> bytes:
    return frame(12, 0, 0, struct.pack(">H", 9) + b"https://a") + frame(10, 0, stream, b"\0\0" + b"h3=\x1b" * 500)


def _filling(stream: int, number: int) -> bytes:
    fields = b"".join(b"\x40" + _string(b"%x" % n) + b"\0" for n in range(number))
    whole = block(OK) + fields
    pieces = [whole[at : at + 16000] for at in range(0, len(whole), 16000)]
    return b"".join(
        [
            frame(HEADERS, END_STREAM, stream, pieces[0]),
            *(frame(CONTINUATION, 0, stream, piece) for piece in pieces[1:]),
            frame(CONTINUATION, END_HEADERS, stream, b""),
        ]
    )


def _continued_by(stream: int, pieces: int) -> bytes:
    return frame(CONTINUATION, 0, stream, b"") * pieces + frame(CONTINUATION, END_HEADERS, stream, block(OK))


def _goaways(last: int, code: int) -> bytes:
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code))


def _trickle(stream: bytes | int) -> Said:
    assert isinstance(stream, int)
    whole = head(stream, OK) + frame(DATA, 0, stream, b"a" * 10_000)
    for at in range(len(whole)):
        yield whole[at : at + 1]
        yield 0.05
