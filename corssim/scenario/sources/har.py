"""HTTP archives: decoded entry by entry from a mapped file, so that memory does not grow with the file.

http://www.softwareishard.com/blog/har-12-spec/ says how they should be; the structs take what nine exporters write.
"""

from __future__ import annotations

import mmap
from typing import IO, TYPE_CHECKING, Any

import msgspec

from .har_entries import BrokenOff, Entries
from .har_packed import LARGEST, plain
from .reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_AT_ONCE = 64 * 1024 * 1024
"""Bytes of an archive that is decoded as a whole."""
_MOST_ENTRIES = 1_000_000
_LONGEST_BODY = 64 * 1024  # characters of a body that are read; what decides stands at its start
_MOST_HEADERS = 500

_Anything = Any
_BOM = b"\xef\xbb\xbf"


class _Lenient(msgspec.Struct, gc=False):
    pass


class Header(_Lenient):
    name: _Anything = ""
    value: _Anything = ""


class _PostData(_Lenient):
    mimeType: _Anything = ""  # noqa: N815
    text: msgspec.Raw = msgspec.Raw(b"null")


class _Request(_Lenient):
    method: _Anything = ""
    url: _Anything = ""
    headers: list[Header] | None = None
    cookies: _Anything = None
    postData: _PostData | None = None  # noqa: N815


class _Content(_Lenient):
    mimeType: _Anything = ""  # noqa: N815
    text: msgspec.Raw = msgspec.Raw(b"null")
    encoding: _Anything = None


class _Response(_Lenient):
    status: _Anything = 0
    headers: list[Header] | None = None
    redirectURL: _Anything = None  # noqa: N815
    content: _Content | None = None
    error: _Anything = msgspec.field(default=None, name="_error")
    failure_text: _Anything = msgspec.field(default=None, name="_failureText")


class _Entry(_Lenient):
    request: _Request
    response: _Response | None = None
    startedDateTime: _Anything = ""  # noqa: N815
    pageref: _Anything = None
    resource_type: _Anything = msgspec.field(default=None, name="_resourceType")
    error: _Anything = msgspec.field(default=None, name="_error")
    serverIPAddress: _Anything = ""  # noqa: N815


class _Log(_Lenient):
    entries: list[msgspec.Raw]
    pages: _Anything = None
    creator: _Anything = None


class _File(_Lenient):
    log: _Log


class Entry(msgspec.Struct, frozen=True):
    """One exchange of an archive, its fields of the types that they should have. `status` is 0 where none came.

    `resource_type` is Chrome's word for what asked, "" where the exporter writes none; `error` what the browser said.
    """

    number: int
    method: str
    url: str
    headers: list[tuple[str, str]]
    body: str | None
    body_type: str
    has_cookies: bool
    status: int
    answer_headers: list[tuple[str, str]]
    answer_body: bytes
    redirect_url: str
    started: str
    page_title: str
    resource_type: str
    error: str
    server_ip: str = ""

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def answer_header(self, name: str) -> str | None:
        """A header of the answer."""
        return next((value for key, value in self.answer_headers if key.lower() == name), None)

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS" and self.header("access-control-request-method") is not None


class _RequestLine(_Lenient):
    method: _Anything = ""
    url: _Anything = ""


class _Glance(_Lenient):
    request: _RequestLine


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
        self._pages = {str(page.get("id", "")): _text(page.get("title")) for page in told}
        self.creator = _text(log.creator.get("name")) if isinstance(log.creator, dict) else ""
        self._decoder = msgspec.json.Decoder(_Entry)
        self._glance = msgspec.json.Decoder(_Glance)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return (self.entry(number) for number in range(len(self)))

    def entry(self, number: int) -> Entry:
        """Decode one entry. Raises `UnreadableSource` where it is none."""
        try:
            return _entry(number, self._decoder.decode(self._entries[number]), self._pages)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._unreadable(number, error)
            return _entry(number, _Entry(_Request()), {})

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
        return _text(request.method).upper() or "GET", _text(request.url)

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
        file: IO[bytes] = open(path, "rb")  # noqa: SIM115
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
    """Without the mark before it, and without what editors and disks put behind it."""
    end = len(view)
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
            raise error from None


def _entry(number: int, raw: _Entry, pages: dict[str, str]) -> Entry:
    request, response = raw.request, raw.response or _Response()
    post = request.postData
    content = response.content or _Content()
    return Entry(
        number=number,
        method=_text(request.method).upper() or "GET",
        url=_text(request.url),
        headers=_pairs(request.headers),
        body=None if post is None else _body(post.text),
        body_type="" if post is None else _text(post.mimeType),
        has_cookies=bool(request.cookies),
        status=_status(response.status),
        answer_headers=_pairs(response.headers),
        answer_body=_content(content),
        redirect_url=_text(response.redirectURL),
        started=_text(raw.startedDateTime),
        page_title=pages.get(_text(raw.pageref), ""),
        resource_type=_text(raw.resource_type).lower(),
        error=_text(response.error or response.failure_text or raw.error),
        server_ip=_text(raw.serverIPAddress),
    )


def _text(value: _Anything) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)[:200]


def _status(value: _Anything) -> int:
    number = int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1000 else 0
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 3:
        number = int(value)
    return number if 100 <= number <= 599 else 0


def _pairs(headers: list[Header] | None) -> list[tuple[str, str]]:
    """(name, value) pairs, each character a byte, without what no header can hold."""
    if not headers:
        return []
    try:
        text = "".join([part for header in headers for part in (header.name, header.value)])
    except TypeError:
        text = "\0"
    if text.isascii() and text.isprintable():  # nearly always, and asked once for all
        return [(header.name.strip(), header.value.strip()) for header in headers[:_MOST_HEADERS]]
    return [(_octets(header.name), _octets(header.value)) for header in headers[:_MOST_HEADERS]]


def _octets(value: _Anything) -> str:
    text = value if isinstance(value, str) else _text(value)
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.encode("utf-8", "replace").decode("latin-1")
    return "".join(" " if character in "\r\n\0" else character for character in text).strip()


def _body(raw: msgspec.Raw) -> str | None:
    text = memoryview(raw)
    if text.nbytes > _LONGEST_BODY * 2:
        return ""
    if text.nbytes < len('""') or (text.nbytes == len("null") and bytes(text) == b"null"):
        return None
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else None


def _content(content: _Content) -> bytes:
    """The start of the answer's body; a long one is left out, since only images, fonts and scripts are looked at."""
    text = _body(content.text) or ""
    if content.encoding == "base64":
        import base64
        import binascii

        try:
            return base64.b64decode(text[: _LONGEST_BODY // 4 * 4], validate=False)
        except (binascii.Error, ValueError):
            return b""
    return text.encode("utf-8", "replace")
