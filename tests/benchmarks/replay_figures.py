"""Speed and memory of `corssim replay`, from HAR files to Parquet, on made-up traffic. Prints what it measured:

python -m tests.benchmarks.replay_figures [--full]

First where the time of one processor goes, then whole runs as a user starts them: many files and one large file, one
process and two. Short by default: 10,000 and 100,000 exchanges; --full adds 1,000,000. Processor time is that of all
processes with their start; wall-clock, and with it what two processes gain, needs a quiet machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from corssim.replay import read_change, replay
from corssim.replay.har_tables import har_tables
from corssim.replay.traffic import sessions, write_traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANGE = '[[answers]]\nurl = "https://api.example/*"\nremove = ["Access-Control-Allow-Origin"]\n'
_BILLION = 1_000_000_000
_BROWSERS = ("chromium", "firefox", "webkit")


def _stages(folder: Path) -> None:
    """Microseconds of the processor for an exchange, by stage; what comes of each kind is known already."""
    paths = sorted((folder / "10000").rglob("*.har"))
    change = read_change(str(folder / "change.toml"))
    start = time.process_time()
    tables = [table for path in paths for table in har_tables(str(path))]
    taken = {"reading HAR": time.process_time() - start}
    count = sum(table.num_rows for table in tables)
    for told, browsers in (("one browser", _BROWSERS[:1]), ("three browsers", _BROWSERS)):
        for table in tables:
            replay(table, change, browsers)
        start = time.process_time()
        results = [replay(table, change, browsers) for table in tables]
        taken[f"replaying, {told}"] = time.process_time() - start
    start = time.process_time()
    with pq.ParquetWriter(folder / "w.parquet", results[0].schema, compression="zstd") as writer:
        for table in results:
            writer.write_table(table)
    taken["writing Parquet, three browsers"] = time.process_time() - start
    for stage, seconds in taken.items():
        print(f"  {stage:32} {seconds / count * 1e6:6.1f} us an exchange")


def _one_har(path: Path, exchanges: int) -> None:
    """A single archive of so many entries, written as it is made."""

    def entries() -> Iterator[bytes]:
        for document in sessions(exchanges):
            yield from map(msgspec.json.encode, document["log"]["entries"])

    with path.open("wb") as file:
        file.write(b'{"log": {"entries": [')
        for number, entry in enumerate(entries()):
            file.write(b",\n" + entry if number else entry)
        file.write(b"]}}")


def _resident(pid: int) -> int:
    """Kilobytes of a process and all that it started; 0 for one that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return own + sum(_resident(int(child)) for child in children)


def _run(folder: Path, source: Path, *more: str) -> tuple[float, float, int]:
    """Wall-clock and processor seconds, and the most kilobytes that were resident at once."""
    command = [sys.executable, "-m", "corssim", "replay", str(source), "--change", str(folder / "change.toml")]
    before, start = os.times(), time.monotonic()
    process = subprocess.Popen([*command, "-o", str(folder / "r.parquet"), *more], stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, _resident(process.pid))
        time.sleep(0.05)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - start, used, most


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*.har")) if path.is_dir() else path.stat().st_size


def _measure(folder: Path, source: Path, size: int, jobs: int, browsers: tuple[str, ...]) -> tuple[float, float]:
    """Run, print, and tell the wall-clock seconds and the processor's."""
    flags = [flag for name in browsers for flag in ("--browser", name)]
    wall, cpu, resident = _run(folder, source, "--jobs", str(jobs), *flags)
    out = _size(folder / "r.parquet")
    files = "one HAR" if source.is_file() else "many"
    print(
        f"  {size:9}  {files:7}  {jobs:4}  {len(browsers):8}  {wall:6.1f}  {cpu:6.1f}  {size / wall:8.0f}"
        f"  {size / cpu:9.0f}  {resident / 1024:6.0f}  {_size(source) / 1e6:6.0f}  {out / 1e6:6.1f}",
        flush=True,
    )
    return wall, cpu


def main() -> None:
    """Measure and print."""
    sizes = (10_000, 100_000, 1_000_000) if "--full" in sys.argv else (10_000, 100_000)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, of which this is none")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "change.toml").write_text(CHANGE)
        for size in sizes:
            write_traffic(str(folder / str(size)), size)
        _one_har(folder / "one.har", sizes[-1])
        _stages(folder)
        print("  exchanges  files    jobs  browsers  wall s   cpu s  a second  a cpu sec  RSS MB   MB in  MB out")
        for size in sizes[:-1]:
            _measure(folder, folder / str(size), size, 1, _BROWSERS[:1])
        largest, size = folder / str(sizes[-1]), sizes[-1]
        one, cpu = _measure(folder, largest, size, 1, _BROWSERS[:1])
        two, _ = _measure(folder, largest, size, 2, _BROWSERS[:1])
        _measure(folder, folder / "one.har", size, 1, _BROWSERS[:1])
        _, cpu_of_three = _measure(folder, largest, size, 1, _BROWSERS)
        out = _size(folder / "r.parquet")
        print(f"  two processes are {one / two:.2f} times as fast as one; load {os.getloadavg()[0]:.1f}")
        print(
            f"  a billion exchanges: {cpu / size * _BILLION / 3600:.0f} core-hours in one browser, "
            f"{cpu_of_three / size * _BILLION / 3600:.0f} in three; {_size(largest) / size:.0f} GB of HAR in, "
            f"{out / size:.1f} GB of results out (three)"
        )


if __name__ == "__main__":
    main()
