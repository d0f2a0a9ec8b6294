"""The engines give what one machine gives, byte for byte, and lose nothing with a worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corssim.replay import RESULTS, read_change, replay
from corssim.replay.tables import ORDER
from corssim.replay.traffic import write_traffic

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for workers in /proc")

NEEDS = {
    "ray": pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed: pip install 'corssim[ray]'"),
    "spark": pytest.mark.skipif(
        find_spec("pyspark") is None or shutil.which("java") is None, reason="pyspark or java is not installed"
    ),
}
CHANGE = '[[answers]]\nurl = "https://api.example/*"\nremove = ["Access-Control-Allow-Origin"]\n'
ALONE = {"RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0", "RAY_USAGE_STATS_ENABLED": "0", "SPARK_LOCAL_IP": "127.0.0.1"}


def begun(engine: str, folder: Path, exchanges: int) -> subprocess.Popen[bytes]:
    """An engine at work on made-up traffic, started as a user starts it."""
    (folder / "change.toml").write_text(CHANGE)
    write_traffic(str(folder / "exchanges.parquet"), exchanges)
    command = [sys.executable, "-m", "corssim", "replay", "exchanges.parquet", "--change", "change.toml"]
    return subprocess.Popen(
        [*command, "--engine", engine, "-o", "results", "--browser", "chromium"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **ALONE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def sorted_bytes(folder: Path) -> tuple[bytes, bytes]:
    """The engine's results and those of the function alone, both sorted and written."""
    keys = [(name, "ascending") for name in ORDER]
    alone = replay(pq.read_table(folder / "exchanges.parquet"), read_change(str(folder / "change.toml")), ["chromium"])
    tables = (pq.read_table(folder / "results").select(RESULTS.names).cast(RESULTS), alone)
    for name, table in zip(("engine", "alone"), tables, strict=True):
        pq.write_table(table.sort_by(keys).combine_chunks(), folder / f"{name}.sorted")
    return (folder / "engine.sorted").read_bytes(), (folder / "alone.sorted").read_bytes()


@pytest.mark.parametrize("engine", [pytest.param(name, marks=mark) for name, mark in NEEDS.items()])
def test_an_engine_gives_the_same_bytes(engine: str, tmp_path: Path) -> None:
    assert begun(engine, tmp_path, 1500).wait(900) == 1
    engines, alone = sorted_bytes(tmp_path)
    assert engines == alone


@NEEDS["ray"]
def test_a_ray_worker_that_is_killed_changes_nothing(tmp_path: Path) -> None:
    process = begun("ray", tmp_path, 6000)
    os.kill(_worker_at_work(process), signal.SIGKILL)
    assert process.wait(900) == 1
    engines, alone = sorted_bytes(tmp_path)
    assert engines == alone


def _worker_at_work(process: subprocess.Popen[bytes]) -> int:
    """A worker that has begun with groups of sessions. Those of other clusters on this machine are none of ours."""
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        for pid in _descendants(process.pid):
            title = _read(f"/proc/{pid}/cmdline")
            if title.startswith("ray::") and ("Reduce" in title or "MapBatches" in title):
                return pid
        time.sleep(0.02)
    raise AssertionError("no worker was seen at work")


def _descendants(pid: int) -> list[int]:
    children = [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]
    return [each for child in children for each in (child, *_descendants(child))]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
