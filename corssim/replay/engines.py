"""Engines that run on many machines, by name: they read tables, so that HAR files are made tables of on this one."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from ..errors import UsageError
from .tasks import Counts

if TYPE_CHECKING:
    from .runs import Run

ENGINES = ("ray", "spark")


def run_on(engine: str, run: Run, address: str | None = None) -> Counts:
    """Replay on an engine. The results are a folder of Parquet files, what is told counts the HAR files alone.

    Raises `UsageError` where the engine is not installed.
    """
    try:
        adapter = import_module(f".{engine}", __package__)
    except ImportError as error:
        raise UsageError(f"--engine {engine}: needs the extra {engine}: pip install 'corssim[{engine}]'") from error
    if os.path.exists(run.out):
        raise UsageError(f"-o: {run.out} is there already; name a folder that is not")
    paths = [each.path for each in run.recordings if each.is_table]
    hars = replace(run, recordings=[each for each in run.recordings if not each.is_table], change=None, counts=Counts())
    if hars.recordings:
        hars.go_over()
        paths += hars.parts()
    assert run.change is not None
    adapter.replay_files(paths, run.out, run.change, run.profiles, run.cap, address)
    if hars.recordings:
        shutil.rmtree(hars.folder)
    return hars.counts
