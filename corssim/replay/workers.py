"""Tasks on several processes: one that is lost takes no result with it."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

import pyarrow as pa

from .tasks import Counts, Settings, Task, do

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTEMPTS = 3  # at one task, where workers are lost


def done_here(tasks: Iterator[Task], settings: Settings) -> Iterator[Counts]:
    """The tasks' counts, one after another in this process."""
    return (do(task, settings) for task in tasks)


def done_by_workers(tasks: Iterator[Task], settings: Settings, jobs: int) -> Iterator[Counts]:
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
