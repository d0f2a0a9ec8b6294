"""HTTP archives: decoded entry by entry from a mapped file, so that memory does not grow with the file."""

from __future__ import annotations

import mmap
from typing import IO, TYPE_CHECKING

import msgspec

from ...named_file import not_waiting
from ...patterns import lazy_pattern
from .har_entries import BrokenOff, Entries
from .har_fields import Anything, Entry, Lenient, RawEntry, RawRequest, entry_of, text_of
from .har_packed import LARGEST, plain
from .reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_AT_ONCE = 64 * 1024 * 1024
"""Bytes of an archive that is decoded as a whole."""
_MOST_ENTRIES = 1_000_000
_PADDING = lazy_pattern(rb"\s*[A-Za-z_$][\w$.]*\s*\(\s*(?=\{)")
_BOM = b"\xef\xbb\xbf"


class _Log(Lenient):
    entries: list[msgspec.Raw]
    pages: Anything = None
    creator: Anything = None


class _File(Lenient):
    log: _Log


class _RequestLine(Lenient):
    method: Anything = ""
    url: Anything = ""


class _Glance(Lenient):
    request: _RequestLine


class _Alone(Lenient):
    request: RawRequest
    response: Anything


class Archive:
    """An open archive. `entry(n)` decodes one; closing it ends the mapping.

    With `skips_unreadable`, an entry that cannot be read is one without a URL, and `skipped` says which and why.
    """

    def __init__(self, path: str, file: IO[bytes], buffer: mmap.mmap | bytes) -> None:
        self._file = file
        self._buffer = buffer
        self.path = path
        self.skips_unreadable = False
        self.skipped: dict[int, str] = {}
        log, self._entries = _decoded(path, buffer)
        pages = log.pages if isinstance(log.pages, list) else []
        told = [page for page in pages if isinstance(page, dict)]
        self._pages = {str(page.get("id", "")): text_of(page.get("title")) for page in told}
        self.creator = text_of(log.creator.get("name")) if isinstance(log.creator, dict) else ""
        self._decoder = msgspec.json.Decoder(RawEntry)
        self._glance = msgspec.json.Decoder(_Glance)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return (self.entry(number) for number in range(len(self)))

    def entry(self, number: int) -> Entry:
        """Decode one entry. Raises `UnreadableSource` where it is none."""
        try:
            return entry_of(number, self._decoder.decode(self._entries[number]), self._pages)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._unreadable(number, error)
            return entry_of(number, RawEntry(RawRequest()), {})

    def _unreadable(self, number: int, error: Exception) -> None:
        message = f"{self.path}: entry {number} cannot be read: {error}"
        if not self.skips_unreadable:
            raise UnreadableSource(message) from error
        self.skipped[number] = message

    def request_line(self, number: int) -> tuple[str, str]:
        """The method and the URL of one entry, at a fraction of the cost. Raises `UnreadableSource`."""
        try:
            request = self._glance.decode(self._entries[number]).request
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._unreadable(number, error)
            return "", ""
        return text_of(request.method).upper() or "GET", text_of(request.url)

    def close(self) -> None:
        self._entries = []
        if isinstance(self._buffer, mmap.mmap):
            try:
                self._buffer.close()
            except BufferError:  # an entry still points into it; the file goes with the process
                pass
        self._file.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_archive(path: str) -> Archive:
    """Open an archive, gzip or not. Raises `UnreadableSource`: what, where, what to do."""
    try:
        file: IO[bytes] = open(path, "rb", opener=not_waiting)  # noqa: SIM115
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        file = plain(path, file)
        file.seek(0, 2)
        size = file.tell()
        if size > LARGEST:
            raise UnreadableSource(f"{path} has {size} bytes; give a recording of up to {LARGEST}, of fewer pages")
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        return Archive(path, file, buffer)
    except OSError as error:
        file.close()
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}") from error
    except BaseException:
        file.close()
        raise


def _decoded(path: str, buffer: mmap.mmap | bytes) -> tuple[_Log, list[msgspec.Raw] | Entries]:
    """What the archive says, and its entries: decoded at one go, or found one by one in a large file."""
    apart = None
    view: memoryview | bytes = memoryview(buffer)
    try:
        if isinstance(buffer, mmap.mmap) and len(buffer) > READ_AT_ONCE:
            apart = Entries(buffer)
            view = apart.rest
        log = _log(_json_of(view))
    except BrokenOff as error:
        raise UnreadableSource(f"{path} is no HAR file: {error}; export it again (Save all as HAR)") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if not len(view):
            raise UnreadableSource(f"{path} is empty; export the recording again (Save all as HAR)") from error
        raise UnreadableSource(f"{path} is no HAR file: {error}; export it again (Save all as HAR)") from None
    entries = log.entries if apart is None else apart
    if len(entries) > _MOST_ENTRIES:
        raise UnreadableSource(f"{path} has {len(entries)} entries; give a recording of up to {_MOST_ENTRIES}")
    return log, entries


def _json_of(view: memoryview | bytes) -> memoryview | bytes:
    """Without the mark before it, what editors and disks put behind it, and the call around it (.harp, for JSONP)."""
    end = len(view)
    if (padding := _PADDING.match(view)) is not None:
        while end > padding.end() and view[end - 1 : end] != b"}":
            end -= 1
        return view[padding.end() : end]
    while end and view[end - 1 : end] in (b" ", b"\t", b"\r", b"\n", b"\0", b"\x1a"):
        end -= 1
    return view[3:end] if view[:3] == _BOM else view[:end]


def _log(view: memoryview | bytes) -> _Log:
    """What the file holds under `log`, or all of it where somebody left `log` out."""
    try:
        return msgspec.json.decode(view, type=_File).log
    except msgspec.ValidationError as error:
        try:
            return msgspec.json.decode(view, type=_Log)
        except msgspec.ValidationError:
            return _entries_alone(view, error)


def _entries_alone(view: memoryview | bytes, error: msgspec.ValidationError) -> _Log:
    """One entry, or a list of them, that somebody cut out of an archive. Raises `error` where it is none."""
    try:
        msgspec.json.decode(view, type=_Alone)
        return _Log(entries=[msgspec.Raw(view)])
    except msgspec.ValidationError:
        pass
    try:
        msgspec.json.decode(view, type=list[_Alone])
        return _Log(entries=msgspec.json.decode(view, type=list[msgspec.Raw]))
    except msgspec.ValidationError:
        raise error from None
