"""Bodies that are packed badly, or far too well."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import TYPE_CHECKING

from .http1 import MIB, OK, ZEROS, endlessly
from .misbehaviour import Misbehaviour, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _gzipped(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, 9)
    return data


def _repeated(data: bytes, times: int) -> bytes:
    """As many copies of a compressed stream's bytes, compressed, without ever holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(data) for _ in range(times)), packer.flush()])


@cache
def _bomb(layers: int) -> bytes:
    return _gzipped(bytes(64 * MIB), layers)


@cache
def _deflate_bomb() -> bytes:
    return zlib.compress(bytes(64 * MIB))


@cache
def _bomb_behind_the_end(layers: int) -> bytes:
    """What is innermost is at its end at once; what follows is 40 MiB in each layer around it, of the one inside."""
    end = _gzipped(b"the end")
    packed = _repeated(end + bytes(MIB), 40)
    for _ in range(layers - 2):
        packed = _repeated(packed, max(1, 40 * MIB // len(packed)))
    return packed


@cache
def _bomb_of_nothing(layers: int) -> bytes:
    """As above, where what is innermost has no end and nothing in it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    pieces = [packer.compress(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")]
    pieces += [packer.compress(b"\0\0\0\xff\xff" * 200_000) for _ in range(40)]
    packed = b"".join([*pieces, packer.flush()])
    return packed if layers == 2 else _gzipped(packed, layers - 2)


def _stored_blocks_of_nothing(_: bytes | int) -> Said:
    """A gzip stream that is never at its end, and in which there is nothing."""
    yield OK + b"Content-Encoding: gzip\r\n\r\n" + b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    while True:
        yield b"\0\0\0\xff\xff" * 10_000


BOMBS: dict[str, tuple[bytes, Callable[[], bytes]]] = {
    "a bomb of 64 MiB": (b"gzip", lambda: _bomb(1)),
    "a bomb of a bomb": (b"gzip, gzip", lambda: _bomb(2)),
    "a bomb behind the end of what is in it": (b"gzip, gzip", lambda: _bomb_behind_the_end(2)),
    "a bomb of bombs behind the end": (b"gzip, gzip, gzip, gzip", lambda: _bomb_behind_the_end(4)),
    "a bomb of nothing": (b"gzip, gzip", lambda: _bomb_of_nothing(2)),
    "a bomb of bombs of nothing": (b"gzip, gzip, gzip, gzip", lambda: _bomb_of_nothing(4)),
    "a deflate bomb": (b"deflate", _deflate_bomb),
    "100,000 members": (b"gzip", lambda: _gzipped(b"") * 100_000),
    "a bomb behind a member": (b"gzip", lambda: _gzipped(b"abc") + _bomb(1)),
}


def pack() -> None:
    """Pack the bombs before anybody asks for one: it takes longer than they do to go off."""
    for _, bomb in BOMBS.values():
        bomb()


def misbehaviours() -> Iterator[Misbehaviour]:
    def coded(name: str, coding: bytes, body: bytes | Callable[[], bytes]) -> Misbehaviour:
        def answer(_: bytes | int) -> Said:
            data = body if isinstance(body, bytes) else body()
            yield OK + b"Content-Encoding: " + coding + b"\r\nContent-Length: %d\r\n\r\n" % len(data)
            yield data

        return Misbehaviour(f"coding: {name}", answer)

    bomb = _gzipped(bytes(MIB))
    for name, (coding, bomb_of) in BOMBS.items():
        yield coded(name, coding, bomb_of)
    yield coded("raw deflate", b"deflate", zlib.compress(b"abc")[2:-4])
    yield coded("corrupt", b"gzip", b"\x1f\x8b\x08" + b"x" * 1000)
    yield coded("no gzip", b"gzip", b"plain")
    yield coded("cut", b"gzip", _gzipped(b"abc" * 1000)[:-12])
    yield coded("a wrong check sum", b"gzip", _gzipped(b"abc")[:-8] + b"12345678")
    yield coded("nothing", b"gzip", b"")
    yield coded("one byte of deflate", b"deflate", b"x")
    yield coded("two members", b"gzip", _gzipped(b"abc") * 2)
    yield coded("junk behind", b"gzip", _gzipped(b"abc") + b"junk" * 1000)
    yield coded("br", b"br", b"\x1b\xff\xff\xff")
    yield coded("zstd", b"zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 100)
    yield coded("a dictionary that is not there", b"dcb", b"\xff\x44\x43\x42" + bytes(40))
    yield coded("compress", b"compress", b"\x1f\x9d\x90a")
    yield coded("gzip in chunks that is none", b"gzip, chunked", _gzipped(b"abc"))
    yield coded("x-gzip", b"x-gzip", bomb)
    yield coded("six", b"gzip,gzip,gzip,gzip,gzip,gzip", _gzipped(b"abc", 6))
    yield coded("10,000", b"gzip," * 10_000, b"abc")
    yield Misbehaviour(
        "coding: an endless name in the gzip",
        endlessly(b"a" * 65536, OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\xff"),
        is_late=True,
    )
    for name, member in {"empty members": b"", "members": b"abc"}.items():
        pieces = _gzipped(member) * 1000
        head = OK + b"Content-Encoding: gzip\r\n\r\n"
        yield Misbehaviour(f"coding: endless {name}", endlessly(pieces, head), is_late=True)
    for coding in (b"br", b"zstd"):
        head = OK + b"Content-Encoding: " + coding + b"\r\n\r\n"
        yield Misbehaviour(f"coding: endless {coding.decode()}", endlessly(ZEROS, head), is_late=True)
    yield Misbehaviour("coding: endless nothing", _stored_blocks_of_nothing, is_late=True)
    yield Misbehaviour(
        "coding: endless junk behind",
        endlessly(ZEROS, OK + b"Content-Encoding: gzip\r\n\r\n" + _gzipped(b"abc")),
        is_late=True,
    )
