"""Much on one machine: tasks of a few thousand exchanges on all processors, each with a file of results of its own.

A task's file is written whole or not at all, and what is in it depends on the task alone: so a run can be ended and
gone on with, a worker can be lost, and the results are the same bytes however many workers there were.
"""

from __future__ import annotations

import glob
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import UsageError
from ..scenario.sources.reading import UnreadableSource
from .har_tables import har_tables
from .parquet_sessions import Stretch, laid_out, read_stretches, stretches
from .recordings import Recording, at_hand, grouped
from .replaying import replay
from .tables import EXCHANGES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .change import Change

_ATTEMPTS = 3  # at one task, where workers are lost
_PARTS = ".parts"
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


@dataclass
class Run:
    """One run: what is replayed, into which file, by how many workers, and who is told how far it has come."""

    recordings: Sequence[Recording]
    change: Change | None
    out: str
    profiles: tuple[str, ...]
    cap: int
    jobs: int
    resume: bool = False
    tell: Callable[[Counts], object] = lambda _: None
    counts: Counts = field(default_factory=Counts)

    @property
    def folder(self) -> str:
        return self.out + _PARTS

    def go(self) -> Counts:
        """Replay all, and write the results. Ctrl-C leaves the results of what is finished, and where to go on.

        Raises `UsageError` for what cannot be read or written.
        """
        try:
            self.go_over()
        except KeyboardInterrupt:
            self._assemble()
            raise
        self._assemble()
        shutil.rmtree(self.folder)
        return self.counts

    def go_over(self) -> None:
        """Do every task; the parts stay where they are."""
        self._begin()
        settings = Settings(self.change, self.profiles, self.cap, self.folder)
        tables = [each for each in self.recordings if each.is_table]
        with laid_out([each.path for each in tables], self.folder) as paths:
            todo = self._unfinished(_tasks(self.recordings, tables, paths, self.cap))
            first = list(islice(todo, 2))
            # Workers take a second to begin, in which little is done at once here.
            is_little = self.jobs == 1 or len(first) < 2
            todo = chain(first, todo)
            for counts in _done_here(todo, settings) if is_little else _done(todo, settings, self.jobs):
                self._count(counts)

    def _count(self, counts: Counts) -> None:
        self.counts.add(counts)
        self.tell(counts)

    def _begin(self) -> None:
        """The folder of the parts: a new one, or that of the run that is gone on with."""
        plan = self._plan()
        path = os.path.join(self.folder, "plan")
        try:
            if self.resume and os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    if file.read() != plan:
                        raise UsageError(
                            f"--resume: {self.folder} is of other recordings, another change or other browsers; "
                            "leave --resume out to start anew"
                        )
                return
            if os.path.isdir(self.folder) and os.path.exists(path):
                shutil.rmtree(self.folder)
            os.makedirs(self.folder)
            with open(path, "w", encoding="utf-8") as file:
                file.write(plan)
        except OSError as error:
            raise UsageError(f"-o: {self.folder} cannot be written: {error.strerror or error}") from error

    def _plan(self) -> str:
        told = hashlib.sha256()
        for recording in self.recordings:
            told.update(f"{recording.path}\0{recording.size}\0".encode("utf-8", "surrogatepass"))
        told.update(b"" if self.change is None else msgspec.json.encode(self.change.table))
        told.update(json.dumps([self.profiles, self.cap]).encode())
        return told.hexdigest()

    def _unfinished(self, tasks: Iterator[Task]) -> Iterator[Task]:
        for task in tasks:
            path = _part(self.folder, task.number)
            if self.resume and os.path.exists(path):
                self._count(_counts_in(path))
            else:
                yield task

    def parts(self) -> list[str]:
        """The files of the finished tasks, in their order."""
        names = (name for name in os.listdir(self.folder) if name.endswith(".parquet") and name[0].isdigit())
        return [os.path.join(self.folder, name) for name in sorted(names)]

    def _assemble(self) -> None:
        """One file of the parts."""
        unfinished = self.out + ".unfinished"
        try:
            with pq.ParquetWriter(unfinished, RESULTS, compression="zstd") as writer:
                for path in self.parts():
                    with pq.ParquetFile(path) as part:
                        for number in range(part.num_row_groups):
                            writer.write_table(part.read_row_group(number).cast(RESULTS))
            os.replace(unfinished, self.out)
        except OSError as error:
            raise UsageError(f"-o: {self.out} cannot be written: {error.strerror or error}") from error


def _tasks(recordings: Sequence[Recording], tables: Sequence[Recording], paths: list[str], cap: int) -> Iterator[Task]:
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


def _part(folder: str, number: int) -> str:
    return os.path.join(folder, f"{number:08}.parquet")


def _counts_in(path: str) -> Counts:
    metadata = pq.read_metadata(path).metadata
    return msgspec.json.decode(metadata[_KEY], type=Counts)


def do(task: Task, settings: Settings) -> Counts:
    """One task: its results go into its part as they come, what they come to is told."""
    counts = Counts(weight=task.weight)
    schema = EXCHANGES if settings.change is None else RESULTS
    path = _part(settings.folder, task.number)
    with pq.ParquetWriter(path + ".unfinished", schema, compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for table in _tables(task, settings, counts):
            counts.exchanges += table.num_rows
            if settings.change is not None:
                table = replay(table, settings.change, settings.profiles)
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


def _done_here(tasks: Iterator[Task], settings: Settings) -> Iterator[Counts]:
    return (do(task, settings) for task in tasks)


def _done(tasks: Iterator[Task], settings: Settings, jobs: int) -> Iterator[Counts]:
    """The tasks' counts as they are finished, by workers of which a few tasks each are waiting."""
    pool = _pool(jobs)
    running: dict[Future[Counts], Task] = {}
    attempts: dict[int, int] = {}
    again: list[Task] = []
    try:
        while True:
            while len(running) < 2 * jobs and (task := again.pop() if again else next(tasks, None)) is not None:
                running[pool.submit(do, task, settings)] = task
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            lost = []
            for future in done:
                task = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(task)
            if lost:
                lost += running.values()
                running.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                pool = _pool(jobs)
                for task in lost:
                    attempts[task.number] = attempts.get(task.number, 0) + 1
                    if attempts[task.number] < _ATTEMPTS * jobs:
                        again.append(task)
                    else:
                        lines = [f"{path} was skipped: its worker ended {_ATTEMPTS} times" for path in task.paths]
                        yield Counts(weight=task.weight, skipped=lines)
    finally:
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        if running:
            for process in processes:
                process.terminate()


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin_worker)


def _begin_worker() -> None:
    """Ctrl-C is the main process's; collecting garbage seldom is what a process that makes so much of it needs."""
    import gc

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000, 20, 20)
    pa.set_cpu_count(1)


def are_results(path: str) -> bool:
    """Report whether a file, or a folder that an engine has written, holds results."""
    names = sorted(glob.glob(os.path.join(glob.escape(path), "*.parquet"))) if os.path.isdir(path) else [path]
    try:
        return bool(names) and set(RESULTS.names) <= set(pq.read_schema(names[0]).names)
    except (pa.ArrowException, OSError):
        return False
