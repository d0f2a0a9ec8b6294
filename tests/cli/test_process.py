"""The command as a process: it ends at once, but not before its output and its exit handlers."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
from typing import IO

import pytest

from corssim.cli.environment import Environment, ExitStatus
from corssim.cli.main import main

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


def test_the_parsers_words_are_its_own_and_the_library_is_there_for_others() -> None:
    code = (
        "import sys; from corssim.cli.process import _leave_the_parsers_words_as_they_are as leave; leave(); "
        "print('gettext' in sys.modules); import argparse, gettext; "
        "words = [argparse.ngettext('one', 'some', number) for number in (1, 2)]; "
        "print(gettext.__file__ is not None, *words, argparse._('x'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == ["False", "True", "one", "some", "x"]


# --- output that cannot be written --------------------------------------------------------------------------------

_ASKED = {
    "a version": ["--version"],
    "help": ["check", "--help"],
    "no command": [],
    "completion": ["--print-completion", "bash"],
    "a dry run": ["check", "https://api.example/", "--dry-run"],
    "JSON": ["check", "https://api.example/", "--dry-run", "--json"],
    "an explanation": ["explain", "allow-origin-missing"],
    "a file on standard output": ["run", "scenarios/01-why", "--html", "-"],
    "a mistake": ["run", "/there-is-none"],
}


class _Full(io.StringIO):
    """A stream that takes so many characters, and is full then."""

    def __init__(self, takes: int = 0, error: OSError | None = None) -> None:
        super().__init__()
        self._takes, self._error = takes, error or OSError(errno.ENOSPC, "No space left on device")

    def write(self, text: str) -> int:
        if self.tell() + len(text) > self._takes:
            raise self._error
        return super().write(text)


@pytest.mark.parametrize("takes", [0, 100])
@pytest.mark.parametrize("asked", _ASKED.values(), ids=_ASKED)
def test_a_full_disk_is_one_line(asked: list[str], takes: int) -> None:
    err = io.StringIO()
    status = main(asked, Environment(io.StringIO(), _Full(takes), err, {}))
    if status == ExitStatus.OK:
        assert takes  # it was all there was to say
        return
    assert status == ExitStatus.USAGE
    assert err.getvalue().count("\n") == 1
    assert asked == _ASKED["a mistake"] or "cannot be written: No space left on device" in err.getvalue()


@pytest.mark.parametrize("asked", _ASKED.values(), ids=_ASKED)
def test_a_reader_that_has_seen_enough_is_left_alone(asked: list[str]) -> None:
    err = io.StringIO()
    status = main(asked, Environment(io.StringIO(), _Full(error=BrokenPipeError()), err, {}))
    assert (status, err.getvalue()) == (ExitStatus.OK, "") or asked == _ASKED["a mistake"]


def test_nobody_to_tell_leaves_the_exit_status() -> None:
    assert main(_ASKED["a mistake"], Environment(io.StringIO(), io.StringIO(), _Full(), {})) == ExitStatus.USAGE


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["at the end", "at once"])
def test_output_of_a_process_that_cannot_be_written_is_told(unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        ran = _process(["explain", "cors"], stdout=full, unbuffered=unbuffered)
    told = "corssim: error: the output cannot be written: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (ExitStatus.USAGE, told)


@pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a POSIX shell")
def test_a_process_without_streams_has_its_exit_status() -> None:
    command = f'exec "{sys.executable}" -m corssim explain cors <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", command], timeout=60, check=False).returncode == ExitStatus.OK


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["at the end", "at once"])
def test_a_closed_pipe_is_quiet(unbuffered: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as pipe:
        ran = _process(["browsers"], stdout=pipe, unbuffered=unbuffered)
    assert (ran.returncode, ran.stderr) == (ExitStatus.OK, "")


def _process(asked: list[str], *, stdout: IO[str], unbuffered: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "corssim", *asked],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no signals of POSIX here")
def test_ctrl_c_while_modules_load_is_no_traceback() -> None:
    code = (
        "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import corssim.cli.own_modules as modules;"
        "modules.find_own_modules_at_once = lambda: os.kill(os.getpid(), signal.SIGINT);"
        "from corssim.cli.process import command; command()"
    )
    ran = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (-signal.SIGINT, "", "")
