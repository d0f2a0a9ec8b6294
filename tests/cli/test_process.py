"""The command as a process: it ends at once, but not before its output and its exit handlers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_AT_EXIT = "import atexit, sys; atexit.register(print, 'handled'); sys.argv[1:] = ['--version']; "
_COMMAND = "from corssim.cli.process import command; command()"
_IN_A_THREAD = (
    "import threading; main = threading.main_thread(); "
    "threading.Thread(target=lambda: (main.join(), print('thread'))).start(); "
)


@pytest.mark.parametrize(
    ("before", "printed"),
    [
        ("", ["corssim", "handled"]),
        ("sys.setprofile(lambda *_: None); ", ["corssim", "handled"]),
        (_IN_A_THREAD, ["corssim", "thread", "handled"]),
    ],
    ids=["alone", "under a profiler", "beside a thread that is at work"],
)
def test_what_has_to_happen_at_the_end_happens(before: str, printed: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _AT_EXIT + before + _COMMAND], capture_output=True, text=True, timeout=60, check=True
    )
    assert [line.split()[0] for line in ran.stdout.splitlines()] == printed


def test_the_interpreter_is_not_taken_apart() -> None:
    code = (
        _AT_EXIT + "import os; sys.last = type('Last', (), {'__del__': lambda _: os.write(1, b'apart')})(); " + _COMMAND
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.splitlines()[1:] == ["handled"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_output_that_cannot_be_written_is_told() -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-c", "import sys; sys.argv[1:] = ['--version']; " + _COMMAND],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            timeout=60,
            check=False,
        )
    assert ran.returncode != 0
    assert "No space left on device" in ran.stderr
