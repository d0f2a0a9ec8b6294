"""The engines against one machine, on as much made-up traffic as one likes. Prints the digests of the sorted results:

python -m tests.replay.engines [--exchanges 200000] [--browser chromium]

Ray is run twice, and the second time one of its workers is killed in the middle. What is not installed is left out, and
that is said. The exit status is 0 where all digests are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corssim.replay import RESULTS
from corssim.replay.tables import ORDER
from corssim.replay.traffic import write_traffic

DROPS = '[[answers]]\nurl = "https://api.example/*"\nremove = ["Access-Control-Allow-Origin"]\n'
SETTINGS = {"RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0", "RAY_USAGE_STATS_ENABLED": "0", "SPARK_LOCAL_IP": "127.0.0.1"}
"""What keeps the engines to this machine."""


def sorted_bytes(results: pa.Table) -> bytes:
    """Results in the order of their keys, as a Parquet file."""
    table = results.select(RESULTS.names).cast(RESULTS).sort_by([(name, "ascending") for name in ORDER])
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink)
    return bytes(sink.getvalue())


def _started(engine: str, folder: Path, out: str, browser: str) -> subprocess.Popen[bytes]:
    """An engine at work, started as a user starts it."""
    command = [sys.executable, "-m", "corssim", "replay", "exchanges.parquet", "--change", "change.toml"]
    return subprocess.Popen(
        [*command, "--engine", engine, "-o", out, "--browser", browser],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **SETTINGS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _worker_at_work(process: subprocess.Popen[bytes]) -> int:
    """A worker of this Ray that has begun with groups of sessions."""
    while process.poll() is None:
        for pid in _descendants(process.pid):
            if "of_group" in (title := _read(f"/proc/{pid}/cmdline")) and title.startswith("ray::"):
                return pid
        time.sleep(0.02)
    raise SystemExit("no worker was seen at work")


def _descendants(pid: int) -> list[int]:
    children = [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]
    return [each for child in children for each in (child, *_descendants(child))]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _runs() -> list[tuple[str, str, bool]]:
    """What is run: its name, the engine, and whether a worker is killed."""
    runs = [("one machine", "local", False)]
    if find_spec("ray") is None:
        print("ray is not installed: left out")
    else:
        runs += [("ray", "ray", False), ("ray, a worker killed", "ray", True)]
    if find_spec("pyspark") is None or shutil.which("java") is None:
        print("pyspark or java is not installed: left out")
    else:
        runs.append(("spark", "spark", False))
    return runs


def main() -> int:
    """Run all, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=200_000)
    parser.add_argument("--browser", default="chromium")
    arguments = parser.parse_args()
    digests = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "change.toml").write_text(DROPS)
        write_traffic(str(folder / "exchanges.parquet"), arguments.exchanges)
        for at, (told, engine, is_attacked) in enumerate(_runs()):
            begun, out = time.monotonic(), f"{at}.parquet"
            process = _started(engine, folder, out, arguments.browser)
            if is_attacked:
                victim = _worker_at_work(process)
                time.sleep(1)
                os.kill(victim, signal.SIGKILL)
            status = process.wait()
            results = pq.read_table(folder / out)
            digest = hashlib.sha256(sorted_bytes(results)).hexdigest()
            digests.add((status, digest))
            took = time.monotonic() - begun
            print(f"{told:22} {results.num_rows} results, exit {status}, {took:.0f} s, {digest}", flush=True)
    print("the same" if len(digests) == 1 else "NOT THE SAME")
    return len(digests) != 1


if __name__ == "__main__":
    sys.exit(main())
