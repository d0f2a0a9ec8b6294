"""Speed and memory of `corssim replay`, from HAR files to Parquet, on made-up traffic. Prints what it measured:

python -m tests.benchmarks.replay_figures [--full]

Short by default: 10,000 and 100,000 exchanges; --full adds 1,000,000. Wall-clock, so the machine has to be quiet.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHANGE = '[[answers]]\nurl = "https://api.example/*"\nremove = ["Access-Control-Allow-Origin"]\n'
_BILLION = 1_000_000_000


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


def main() -> None:
    """Measure and print."""
    sizes = (10_000, 100_000, 1_000_000) if "--full" in sys.argv else (10_000, 100_000)
    print("exchanges  jobs  browsers  wall s  cpu s  exchanges/s  per cpu s  RSS MB  in MB  out MB")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "change.toml").write_text(CHANGE)
        for size in sizes:
            source = folder / str(size)
            subprocess.run(
                [sys.executable, "-m", "corssim", "replay", "traffic", "--exchanges", str(size), "-o", str(source)],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            one_browser = ("--browser", "chromium")
            runs = [("1", 1, one_browser), ("2", 1, one_browser)]
            if size == sizes[-1] or size == 100_000:
                runs.append(("2", 3, ()))
            for jobs, browsers, flags in runs:
                wall, cpu, resident = _run(folder, source, "--jobs", jobs, *flags)
                out = _size(folder / "r.parquet")
                print(
                    f"{size:9}  {jobs:>4}  {browsers:8}  {wall:6.1f}  {cpu:5.1f}  {size / wall:11.0f}  "
                    f"{size / cpu:9.0f}"
                    f"  {resident / 1024:6.0f}  {_size(source) / 1e6:5.0f}  {out / 1e6:6.1f}",
                    flush=True,
                )
                told = (browsers, cpu / size * _BILLION / 3600, _size(source) / size, out / size)
                print(
                    f"           a billion exchanges, {told[0]} browsers: {told[1]:.0f} core-hours, "
                    f"{told[2]:.0f} GB of HAR in, {told[3]:.1f} GB out",
                    flush=True,
                )


if __name__ == "__main__":
    main()
