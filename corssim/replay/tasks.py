"""What is done at one go: a few thousand exchanges, and a file of their results.

The file is written whole or not at all, and what is in it depends on the task alone.
"""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..scenario.sources.reading import UnreadableSource
from .har_tables import har_tables
from .parquet_sessions import Stretch, read_stretches, stretches
from .recordings import Recording, at_hand, grouped
from .replaying import replay
from .sharing import SHARES_NOTHING
from .tables import EXCHANGES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .change import Change

_SKIPPED_MOST = 1000  # of one task, that are named
_ROWS_AT_ONCE = 20_000  # of results that wait to be written
_KEY = b"corssim.replay.counts"


class Task(NamedTuple):
    """What one worker does at one go: HAR files, or sessions of a Parquet file. `weight` is its share of the bytes."""

    number: int
    paths: tuple[str, ...]
    sessions: tuple[Stretch, ...]
    weight: int


class Counts(msgspec.Struct):
    """What came of some tasks. `skipped` are lines that name what could not be read."""

    exchanges: int = 0
    sessions: int = 0
    capped: int = 0
    breaks: int = 0
    not_known: int = 0
    weight: int = 0
    skipped: list[str] = []

    def add(self, other: Counts) -> None:
        """Count another task's."""
        for name in ("exchanges", "sessions", "capped", "breaks", "not_known", "weight"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.skipped.extend(other.skipped)


@dataclass(frozen=True)
class Settings:
    """How each task is done. Without a change the exchanges themselves are written."""

    change: Change | None
    profiles: tuple[str, ...]
    cap: int
    folder: str


def tasks_of(
    recordings: Sequence[Recording], tables: Sequence[Recording], paths: list[str], cap: int
) -> Iterator[Task]:
    """HAR files in groups, then stretches of sessions of the tables, which are laid out at `paths`."""
    number = 0
    for group in grouped([each for each in recordings if not each.is_table]):
        yield Task(number, tuple(each.path for each in group), (), sum(each.size for each in group))
        number += 1
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in paths) or 1
    size = sum(each.size for each in tables)
    for path in paths:
        for sessions in stretches(path, cap):
            weight = size * (sessions[-1].stop - sessions[0].start) // rows
            yield Task(number, (path,), tuple(sessions), weight)
            number += 1


def part_of(folder: str, number: int) -> str:
    """The file of a task's results."""
    return os.path.join(folder, f"{number:08}.parquet")


def counts_in(path: str) -> Counts:
    """What is told of a finished task, in its part."""
    metadata = pq.read_metadata(path).metadata
    return msgspec.json.decode(metadata[_KEY], type=Counts)


def do(task: Task, settings: Settings) -> Counts:
    """One task: its results go into its part as they come, what they come to is told."""
    counts = Counts(weight=task.weight)
    schema = EXCHANGES if settings.change is None else RESULTS
    path = part_of(settings.folder, task.number)
    with pq.ParquetWriter(path + ".unfinished", schema, compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for table in _tables(task, settings, counts):
            counts.exchanges += table.num_rows
            if settings.change is not None:
                is_long = table.num_rows > SHARES_NOTHING
                table = replay(table, settings.change, settings.profiles)
                if is_long:
                    # Its browsers refer to themselves: those of many sessions would stand beside each other.
                    gc.collect()
                breaks = table.column("breaks")
                counts.breaks += pc.sum(breaks).as_py() or 0
                counts.not_known += breaks.null_count
            waiting.append(table)
            if sum(each.num_rows for each in waiting) >= _ROWS_AT_ONCE:
                writer.write_table(pa.concat_tables(waiting))
                waiting.clear()
        writer.write_table(pa.concat_tables(waiting) if waiting else schema.empty_table())
        writer.add_key_value_metadata({_KEY: msgspec.json.encode(counts)})
    os.replace(path + ".unfinished", path)
    return counts


def _tables(task: Task, settings: Settings, counts: Counts) -> Iterator[pa.Table]:
    def skip(line: str) -> None:
        if len(counts.skipped) < _SKIPPED_MOST:
            counts.skipped.append(line)

    if task.sessions:
        counts.sessions += len(task.sessions)
        counts.capped += sum("#" in each.session_id for each in task.sessions)
        yield pa.concat_tables(read_stretches(task.paths[0], list(task.sessions)))
        return
    for path in task.paths:
        try:
            with at_hand(path) as local:
                for part, table in enumerate(har_tables(local, path, cap=settings.cap, skipped=skip)):
                    counts.sessions += 1
                    counts.capped += part > 0
                    yield table
        except (UnreadableSource, OSError) as error:
            skip(str(error))
