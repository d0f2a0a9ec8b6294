"""What each way to start costs, in CPU time, beside a bare interpreter. Run on demand:

    python -m tests.benchmarks.start_up [--python PYTHON] [--runs 15]

Without `--python`, one with corssim installed, an environment is made, and the project installed there, as users have
it. The ways take turns, so that a busy machine slows all of them. A row is the ratio of the medians, the ratio of the
minima, and the quartiles of what it took.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SERVER = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
    def log_message(self, *_):
        pass
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""
PLUGIN = """
import pytest, time
start = time.process_time()
import corssim.testing.plugin
print((time.process_time() - start) * 1000)
"""
DRY_RUN = ("check", "https://api.example/x", "-X", "PUT", "--page", "https://app.example/", "--dry-run")


class Way(NamedTuple):
    """One way to start: the command with arguments, or the interpreter. `wanted` is in times of a bare one, at most."""

    title: str
    arguments: tuple[str, ...]
    wanted: float | None = None
    on_a_terminal: bool = False


def ways(url: str) -> list[Way]:
    cli = ("corssim",)
    return [
        Way("python -c pass", ("-c", "pass")),
        Way("corssim --version", (*cli, "--version"), 2.5),
        Way("check --dry-run, piped", (*cli, *DRY_RUN), 4.0),
        Way("check --dry-run, coloured", (*cli, *DRY_RUN), 7.5, on_a_terminal=True),
        Way("explain TOPIC", (*cli, "explain", "preflight"), 4.0),
        Way("explain REASON", (*cli, "explain", "allow-origin-missing"), 4.0),
        Way("check, live on loopback", (*cli, "check", url), 12.0),
        Way("import corssim; corssim.Browser", ("-c", "import corssim; corssim.Browser"), 6.0),
        Way("Browser over a MockServer", ("-c", "import corssim; corssim.Browser(corssim.MockServer())")),
    ]


def cpu_seconds(python: str, way: Way) -> float:
    """User and system time of one process, by the operating system's account."""
    # As installed: compiled modules are kept, and nothing of this checkout is found.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NO_COLOR")
    } | {"TERM": "xterm-256color"}
    reader, output = os.openpty() if way.on_a_terminal else (-1, subprocess.DEVNULL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    is_command = way.arguments[0] == "corssim"
    command = [str(Path(python).with_name("corssim")), *way.arguments[1:]] if is_command else [python, *way.arguments]
    process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd="/")
    if way.on_a_terminal:
        threading.Thread(target=_drain, args=(reader,), daemon=True).start()
    status = process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if way.on_a_terminal:
        os.close(output)
    if status not in (0, 1):
        raise SystemExit(f"{way.title}: exit status {status}")
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _drain(reader: int) -> None:
    try:
        while os.read(reader, 65536):
            pass
    except OSError:  # nobody writes any more
        os.close(reader)


def installed(folder: str) -> str:
    """The interpreter of an environment with the project in it."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = f"{folder}/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(ROOT), "pytest"], check=True)
    return python


def table(python: str, runs: int) -> list[str]:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    rows = ways(f"http://127.0.0.1:{int(server.stdout.readline())}/")
    taken: dict[str, list[float]] = {way.title: [] for way in rows}
    try:
        for run in range(runs + 1):
            for way in rows:
                seconds = cpu_seconds(python, way) * 1000
                if run:  # the first one compiles
                    taken[way.title].append(seconds)
    finally:
        server.kill()
        server.wait()
    bare = taken[rows[0].title]
    lines = [f"{'':32} {'median':>7} {'minimum':>8} {'wanted':>7}   quartiles in ms"]
    for way in rows:
        mine = taken[way.title]
        low, middle, high = quantiles(mine, n=4)
        wanted = "" if way.wanted is None else f"{way.wanted:.1f}"
        lines.append(
            f"{way.title:32} {median(mine) / median(bare):7.2f} {min(mine) / min(bare):8.2f} {wanted:>7}   "
            f"{low:.1f} {middle:.1f} {high:.1f}"
        )
    unused = [float(subprocess.check_output([python, "-c", PLUGIN], cwd="/")) for _ in range(runs)]
    return [
        *lines,
        f"the pytest plugin, unused: {median(unused):.1f} ms, {min(unused):.1f} at least (wanted: at most 5)",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--python", help="an interpreter that has corssim installed")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(table(arguments.python or installed(folder), arguments.runs)))


if __name__ == "__main__":
    main()
