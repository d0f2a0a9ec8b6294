"""Much on one machine: tasks of a few thousand exchanges on all processors, each with a file of results of its own.

So a run can be ended and gone on with, a worker can be lost, and the results are the same bytes however many workers
there were.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from ..errors import UsageError
from .parquet_sessions import laid_out
from .tables import RESULTS
from .tasks import Counts, Settings, Task, counts_in, part_of, tasks_of
from .workers import done_by_workers, done_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .change import Change
    from .recordings import Recording

_PARTS = ".parts"


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
            todo = self._unfinished(tasks_of(self.recordings, tables, paths, self.cap))
            first = list(islice(todo, 2))
            # Workers take a second to begin, in which little is done at once here.
            is_little = self.jobs == 1 or len(first) < 2
            todo = chain(first, todo)
            for counts in done_here(todo, settings) if is_little else done_by_workers(todo, settings, self.jobs):
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
            path = part_of(self.folder, task.number)
            if self.resume and os.path.exists(path):
                self._count(counts_in(path))
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
