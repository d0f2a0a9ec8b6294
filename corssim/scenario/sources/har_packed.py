"""Archives as they are packed: gzip, zip, UTF-16. They are unpacked to a temporary file, on disk and without a name."""

from __future__ import annotations

import codecs
import gzip
import os
import tempfile
import zipfile
import zlib
from typing import IO, Protocol

from .reading import UnreadableSource

LARGEST = 8 * 1024**3
"""Bytes of an archive, unpacked."""
_CHUNK = 1024 * 1024
_TIMES, _ALLOWED = 500, 64 * 1024 * 1024
"""How much larger a recording is unpacked, and bytes that are unpacked whatever it is: only a bomb packs so well."""


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def plain(path: str, file: IO[bytes]) -> IO[bytes]:
    """The file as UTF-8 JSON: gzip, a zip (as Playwright writes it) and UTF-16 (as PowerShell does) are unpacked."""
    if not file.seekable():
        file = _kept(path, file)
    begin = file.read(4)
    file.seek(0)
    if begin[:2] == b"\x1f\x8b":
        return _unpacked(path, file, gzip.GzipFile(fileobj=file), "gzip")
    if begin == b"PK\x03\x04":
        return _unpacked(path, file, _in_zip(path, file), "a zip")
    if begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _unpacked(path, file, codecs.EncodedFile(file, "utf-8", "utf-16"), "UTF-16")
    if begin == b"\x28\xb5\x2f\xfd" or path.endswith(".br"):
        tool = "brotli" if path.endswith(".br") else "zstd"
        raise UnreadableSource(f"{path} is packed; unpack it first ({tool} -d {path}), or give gzip")
    return file


def _kept(path: str, pipe: IO[bytes]) -> IO[bytes]:
    """What comes through a pipe, in a temporary file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    with pipe:
        while chunk := pipe.read(_CHUNK):
            file.write(chunk)
            if file.tell() > LARGEST:
                file.close()
                raise UnreadableSource(f"{path} has more than {LARGEST} bytes; give a smaller recording")
    file.seek(0)
    return file


def _in_zip(path: str, file: IO[bytes]) -> IO[bytes]:
    """The recording in a zip: the one .har in it."""
    try:
        packed = zipfile.ZipFile(file)
        names = [name for name in packed.namelist() if name.lower().endswith(".har")]
        if len(names) == 1:
            return packed.open(names[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise UnreadableSource(f"{path} is a zip that breaks off or is damaged: {error}; export it again") from error
    raise UnreadableSource(f"{path} is a zip with {len(names)} .har files in it; unpack it, and give one")


def _unpacked(path: str, packed: IO[bytes], content: _Readable, what: str) -> IO[bytes]:
    """A temporary file with the content, on disk and without a name; a bomb ends at the bound."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    size, packed_size = 0, os.fstat(packed.fileno()).st_size
    try:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > max(_ALLOWED, _TIMES * packed_size):
                raise UnreadableSource(f"{path} unpacks to more than {_TIMES} times its size; that is no recording")
            if size > LARGEST:
                raise UnreadableSource(f"{path} unpacks to more than {LARGEST} bytes; give a smaller recording")
            file.write(chunk)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        file.close()
        raise UnreadableSource(f"{path} is {what} that breaks off or is damaged: {error}; export it again") from error
    except BaseException:
        file.close()
        raise
    finally:
        packed.close()
    return file
