"""Parquet files of exchanges as tables of whole sessions, in order and never all at once."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UsageError
from .tables import conformed, is_of_exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 4000
"""Exchanges of one task, where sessions are shorter."""
_LARGEST_GROUP = 65_536  # rows of a row group, which is read as a whole
_MEMORY = "1GB"


class Stretch(NamedTuple):
    """Rows of a file that are one session, or the part of it that a cap leaves."""

    session_id: str
    start: int
    stop: int


@contextmanager
def laid_out(paths: list[str], folder: str) -> Iterator[list[str]]:
    """The files with each session in one piece: as they are, or sorted by DuckDB into one, on disk.

    Raises `UsageError` for a file that is no table of exchanges.
    """
    if _are_in_order(paths):
        yield paths
        return
    import duckdb

    target = os.path.join(folder, "sorted.parquet")
    names = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": folder}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_parquet([{names}], union_by_name=true) ORDER BY session_id, seq) "
            f"TO '{target.replace(chr(39), chr(39) * 2)}' (FORMAT parquet, ROW_GROUP_SIZE 8192, COMPRESSION zstd)"
        )
    try:
        yield [target]
    finally:
        os.unlink(target)


def _are_in_order(paths: list[str]) -> bool:
    seen: set[str] = set()
    last: tuple[str, int] | None = None
    for path in paths:
        file = _opened(path)
        if any(file.metadata.row_group(at).num_rows > _LARGEST_GROUP for at in range(file.num_row_groups)):
            return False
        for batch in file.iter_batches(columns=["session_id", "seq"]):
            for key in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
                if last is None or key[0] != last[0]:
                    if key[0] in seen:
                        return False
                    seen.add(key[0])
                elif key[1] < last[1]:
                    return False
                last = key
        last = None  # a session is in one file
    return True


def _opened(path: str) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise UsageError(f"{path} is no Parquet file that can be read: {str(error).splitlines()[0]}") from error
    if not is_of_exchanges(file.schema_arrow):
        raise UsageError(f"{path} is no table of exchanges: it needs session_id, seq, method and url")
    return file


def stretches(path: str, cap: int) -> Iterator[list[Stretch]]:
    """What one task after the other takes of a file that is in order."""
    group: list[Stretch] = []
    for stretch in _sessions(path, cap):
        if group and stretch.stop - group[0].start > _AT_ONCE:
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _sessions(path: str, cap: int) -> Iterator[Stretch]:
    at = start = 0
    part, current = 1, None
    for batch in _opened(path).iter_batches(columns=["session_id"]):
        for session_id in batch.column(0).to_pylist():
            if session_id != current or at - start >= cap:
                if at > start:
                    yield Stretch(_name(current, part), start, at)
                part = part + 1 if session_id == current else 1
                current, start = session_id, at
            at += 1
    if at > start:
        yield Stretch(_name(current, part), start, at)


def _name(session_id: str | None, part: int) -> str:
    return (session_id or "") if part == 1 else f"{session_id or ''}#{part}"


def read_stretches(path: str, group: list[Stretch]) -> Iterator[pa.Table]:
    """The tables of these sessions. Raises `UsageError` where a column is of another kind."""
    file = _opened(path)
    first, last = group[0].start, group[-1].stop
    wanted: list[int] = []
    offset = at = 0
    for number in range(file.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        if at < last and at + rows > first:
            offset = at if not wanted else offset
            wanted.append(number)
        at += rows
    try:
        table = conformed(file.read_row_groups(wanted))
    except pa.ArrowException as error:
        raise UsageError(f"{path} is no table of exchanges: {str(error).splitlines()[0]}") from error
    for stretch in group:
        part = table.slice(stretch.start - offset, stretch.stop - stretch.start)
        names = pa.array([stretch.session_id] * part.num_rows, pa.string())
        yield part.set_column(0, part.schema.field(0), names)
