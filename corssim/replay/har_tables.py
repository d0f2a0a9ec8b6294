"""HAR files as tables of exchanges. A file is a session: what one browser did, in order."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from ..scenario.sources.har import open_archive
from ..scenario.sources.har_exchanges import is_http, owners_of, sent_of
from ..scenario.sources.har_packed import LARGEST
from ..scenario.sources.har_replay import seconds_of
from ..scenario.sources.reading import UnreadableSource
from .tables import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..scenario.sources.har import Archive
    from ..scenario.sources.har_fields import Entry

CAP = 20_000
"""Exchanges of one session, unless told otherwise; what comes after them is another session, in a new browser."""

_ZSTD = b"\x28\xb5\x2f\xfd"
_CHUNK = 1024 * 1024
_PREFLIGHT = EXCHANGES.field("preflight").type
_HEADERS = EXCHANGES.field("request_headers").type
_PAIR = _HEADERS.value_type


def har_tables(
    path: str, name: str | None = None, *, cap: int = CAP, skipped: Callable[[str], object] = lambda _: None
) -> Iterator[pa.Table]:
    """The exchanges of a HAR file, a table a session of `cap` at most. `name` is the session's (else the path); the
    second is `NAME#2` and so on. `skipped` is told of each entry that cannot be read. Raises `UnreadableSource`."""
    name = path if name is None else name
    with _archive(path, name) as archive:
        for part, start in enumerate(range(0, len(archive), cap)):
            numbers = range(start, min(start + cap, len(archive)))
            session_id = name if part == 0 else f"{name}#{part + 1}"
            yield _table(archive, numbers, session_id, name, skipped)


@contextmanager
def _archive(path: str, name: str) -> Iterator[Archive]:
    """The open archive, also of a .zst; messages have its name."""
    try:
        with open(path, "rb") as file:
            is_zstd = file.read(4) == _ZSTD
        with tempfile.NamedTemporaryFile(suffix=".har") if is_zstd else nullcontext() as unpacked:
            if unpacked is not None:
                _unpack(path, unpacked)
            with open_archive(path if unpacked is None else unpacked.name) as archive:
                archive.path = name
                yield archive
    except OSError as error:
        raise UnreadableSource(f"{name} cannot be read: {error.strerror or error}") from error


def _unpack(path: str, into: Any) -> None:
    size = 0
    try:
        with pa.input_stream(path, compression="zstd") as packed:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > LARGEST:
                    raise UnreadableSource(f"{path} unpacks to more than {LARGEST} bytes; give a smaller recording")
                into.write(chunk)
    except OSError as error:
        raise UnreadableSource(f"{path} is zstd that breaks off or is damaged; export it again") from error
    into.flush()


def _table(archive: Archive, numbers: range, session_id: str, name: str, skipped: Callable[[str], object]) -> pa.Table:
    part = _Part(archive, numbers, skipped)
    lines = part.request_lines()
    owners = owners_of(part, lines)  # type: ignore[arg-type]
    owned = set(owners.values())
    columns = _Columns()
    for at, (_, url) in enumerate(lines):
        if at in owned or not is_http(url):
            continue
        try:
            entry = part.entry(at)
            preflight = part.entry(owners[at]) if at in owners else None
        except UnreadableSource as error:
            skipped(str(error))
            continue
        columns.add(session_id, numbers[at], name, entry, preflight)
    return columns.table()


class _Part:
    """Some consecutive entries of an archive, counted from 0."""

    def __init__(self, archive: Archive, numbers: range, skipped: Callable[[str], object]) -> None:
        self._skipped = skipped
        self._archive = archive
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def entry(self, at: int) -> Entry:
        """One entry, its number that of its place among these."""
        return msgspec.structs.replace(self._archive.entry(self._numbers[at]), number=at)

    def request_line(self, at: int) -> tuple[str, str]:
        return self._archive.request_line(self._numbers[at])

    def request_lines(self) -> list[tuple[str, str]]:
        """Methods and URLs; of what cannot be read there is none."""
        lines = []
        for at in range(len(self)):
            try:
                lines.append(self.request_line(at))
            except UnreadableSource as error:
                self._skipped(str(error))
                lines.append(("GET", ""))
        return lines


class _Columns:
    """The columns of a table, filled row by row; headers go into flat arrays."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._request_headers = _HeaderLists()
        self._response_headers = _HeaderLists()
        self._preflight_headers = _HeaderLists()
        self._preflight_status: list[int | None] = []

    def add(self, session_id: str, seq: int, name: str, entry: Entry, preflight: Entry | None) -> None:
        """One more exchange."""
        sent = sent_of(entry)
        page = entry.page_title if is_http(entry.page_title) else None
        started = _microseconds(entry.started)
        self._rows.append(
            (
                session_id,
                seq,
                started,
                page,
                page,
                entry.method,
                entry.url,
                sent.get("sec-fetch-mode"),
                None,
                sent.destination or None,
                sent.initiator or None,
                entry.status,
                entry.server_ip or None,
                f"{name} entry {seq}",
            )
        )
        self._request_headers.add(sent.headers)
        self._response_headers.add(entry.answer_headers)
        self._preflight_status.append(None if preflight is None else preflight.status)
        self._preflight_headers.add(() if preflight is None else preflight.answer_headers)

    def table(self) -> pa.Table:
        """The whole table."""
        columns = list(zip(*self._rows, strict=True)) if self._rows else [() for _ in range(14)]
        names = [field.name for field in EXCHANGES]
        plain = [name for name in names if name not in ("request_headers", "response_headers", "preflight")]
        arrays = {
            name: pa.array(values, EXCHANGES.field(name).type) for name, values in zip(plain, columns, strict=True)
        }
        arrays["request_headers"] = self._request_headers.array()
        arrays["response_headers"] = self._response_headers.array()
        arrays["preflight"] = pa.StructArray.from_arrays(
            [pa.array(self._preflight_status, pa.int16()), self._preflight_headers.array()],
            fields=list(_PREFLIGHT),
            mask=pa.array([status is None for status in self._preflight_status], pa.bool_()),
        )
        return pa.table([arrays[name] for name in names], schema=EXCHANGES)


class _HeaderLists:
    """Lists of headers as Arrow has them: all names, all values, and where each list begins."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._values: list[str] = []
        self._offsets = [0]

    def add(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._names += [name for name, _ in pairs]
        self._values += [value for _, value in pairs]
        self._offsets.append(len(self._names))

    def array(self) -> pa.ListArray:
        values = pa.StructArray.from_arrays(
            [pa.array(self._names, pa.string()), pa.array(self._values, pa.string())], fields=list(_PAIR)
        )
        return pa.ListArray.from_arrays(pa.array(self._offsets, pa.int32()), values, type=_HEADERS)


def _microseconds(started: str) -> datetime | None:
    seconds = seconds_of(started)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
