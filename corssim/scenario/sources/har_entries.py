"""Where the entries of a large archive stand, so that it is never in memory as a whole.

JSON decoders want a document whole, or build all of it. Here braces are counted, for which strings have to be told
from what is around them, and nothing else. An entry is decoded when it is asked for, and only then found to be no JSON.
"""

from __future__ import annotations

import mmap
import re
from array import array

_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
# A string that nothing closes is all of the rest: else each quote in it would be looked at as if it opened one.
_TOKEN = re.compile(_TEXT + rb"?+|[{}\[\]:]", re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\[\]{}\"]++|" + _TEXT, re.DOTALL)
_SPACE = re.compile(rb"\s*+")
_FORGOTTEN_AFTER = 16 * 1024 * 1024  # bytes that were read
_DEEPEST = 1000  # brackets in each other; what decodes the rest takes no more
_NESTED = 12  # objects in each other that one pattern takes; others are counted token by token


def _object(depth: int) -> bytes:
    inner = b"|" + _object(depth - 1) if depth else b""
    return rb'\{(?:[^{}"]++|' + _TEXT + inner + rb")*+\}"


_OBJECT = re.compile(_object(_NESTED), re.DOTALL)


class BrokenOff(ValueError):
    """The file ends, or something else stands, where the list of entries goes on."""


class Entries:
    """The entries of a mapped archive as bytes. `rest` is the file without them. Raises `BrokenOff`.

    What was read is given back to the system now and then, so that a file takes no more memory than a small one.
    """

    def __init__(self, buffer: mmap.mmap) -> None:
        self._buffer = buffer
        self._read = 0
        self._bounds = array("Q")
        begin = _begin_of_entries(buffer)
        end = self._find(begin)
        self.rest = buffer[:begin] + buffer[end:]

    def __len__(self) -> int:
        return len(self._bounds) // 2

    def __getitem__(self, number: int) -> bytes:
        begin, end = self._bounds[2 * number : 2 * number + 2]
        self._has_read(end - begin)
        return self._buffer[begin:end]

    def _find(self, at: int) -> int:
        """Note where the entries are; where the list ends."""
        buffer = self._buffer
        at = _past_space(buffer, at)
        if buffer[at : at + 1] == b"]":
            return at
        while True:
            end = _end_of_value(buffer, at)
            self._bounds.append(at)
            self._bounds.append(end)
            self._has_read(end - at)
            at = _past_space(buffer, end)
            if buffer[at : at + 1] == b"]":
                return at
            if buffer[at : at + 1] != b",":
                raise BrokenOff(f"entry {len(self) - 1} is followed by neither a comma nor the end (byte {at})")
            at = _past_space(buffer, at + 1)

    def _has_read(self, size: int) -> None:
        self._read += size
        if self._read > _FORGOTTEN_AFTER:
            self._read = 0
            if hasattr(mmap, "MADV_DONTNEED"):
                self._buffer.madvise(mmap.MADV_DONTNEED)


def _begin_of_entries(buffer: mmap.mmap) -> int:
    """Behind the bracket that opens the list `log.entries`."""
    path: list[bytes] = []
    last = key = b""
    for token in _TOKEN.finditer(buffer):
        match token[0]:
            case b":":
                key = last
            case b"{" | b"[" as opening:
                if opening == b"[" and path == [b"", b'"log"'] and key == b'"entries"':
                    return token.end()
                path.append(key)
                key = b""
                if len(path) > _DEEPEST:
                    raise BrokenOff("its brackets are nested too deeply")
            case b"}" | b"]":
                if path:
                    path.pop()
                key = b""
            case text:
                last = text
    raise BrokenOff("there is no list log.entries")


def _end_of_value(buffer: mmap.mmap, at: int) -> int:
    found = _OBJECT.match(buffer, at) or _SCALAR.match(buffer, at)
    if found is not None:
        return found.end()
    depth = 0
    for token in _TOKEN.finditer(buffer, at):
        first = token[0][:1]
        depth += (first in b"{[") - (first in b"}]")
        if depth <= 0:
            break
    else:
        raise BrokenOff("the input ends in the middle of an entry")
    if depth < 0 or first not in b"}]":
        raise BrokenOff(f"no entry is where one should be (byte {at})")
    return token.end()


def _past_space(buffer: mmap.mmap, at: int) -> int:
    found = _SPACE.match(buffer, at)
    return at if found is None else found.end()
