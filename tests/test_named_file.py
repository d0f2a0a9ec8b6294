"""Pipes with a name: what nobody writes to or reads from is not waited for without end."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from corssim import named_file
from corssim.named_file import not_waiting
from tests.cli.running import corssim

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(named_file, "PATIENCE", 0.01)
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "pipe.toml"],
        ["har", "pipe.toml"],
        ["har", "pipe.toml", "--console", "pipe.toml"],
        ["check", "https://api.example/", "--answers", "pipe.toml"],
        ["check", "https://api.example/", "-d", "@pipe.toml", "--dry-run"],
        ["check", "https://api.example/", "--page", "https://app.example", "--policy", "pipe.toml"],
        ["explain", "pipe.toml"],
        ["run", "pipe.toml", "--browser", "all", "--json"],
        ["replay", "pipe.toml", "--change", "pipe.toml", "-o", "out"],
        ["replay", "summary", "pipe.toml"],
        ["replay", "x.har", "--change", "pipe.toml", "-o", "out"],
        ["check", "http://127.0.0.1:9/", "--html", "pipe.toml"],
        ["check", "http://127.0.0.1:9/", "--save", "pipe.toml"],
    ],
    ids=" ".join,
)
def test_a_pipe_without_another_end_is_told_of_in_one_line(arguments: list[str], pipe: Path) -> None:
    (pipe.parent / "x.har").write_text('{"log": {"entries": []}}')
    ran = corssim(*arguments)
    assert ran.status == 2
    assert "pipe.toml" in ran.err
    assert len(ran.err.strip().splitlines()) <= 3
    assert "Traceback" not in ran.err


def test_one_that_is_written_to_is_read(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_file, "PATIENCE", 60.0)
    writer = Thread(target=pipe.write_text, args=("title = 1",))
    writer.start()
    with open(pipe, opener=not_waiting) as file:
        assert file.read() == "title = 1"
    writer.join()


def test_one_that_is_read_is_written_to(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_file, "PATIENCE", 60.0)
    read: list[str] = []
    reader = Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with open(pipe, "w", opener=not_waiting) as file:
        file.write("a")
    reader.join()
    assert read == ["a"]


def test_a_file_that_is_not_there_is_made_as_by_open(tmp_path: Path) -> None:
    with open(tmp_path / "new", "w", opener=not_waiting) as file:
        file.write("a")
    assert (tmp_path / "new").read_text() == "a"
    with pytest.raises(FileNotFoundError):
        open(tmp_path / "other", opener=not_waiting)  # noqa: SIM115


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no /dev/fd here")
def test_the_output_of_a_command_is_read_through_its_pipe(tmp_path: Path) -> None:
    scenario = tmp_path / "s.toml"
    scenario.write_text('title = "a"\nlesson = "b"\npage = "https://app.example/"\n[[step]]\nfetch = "/"\n')
    har = '{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": []}}'
    for command, given in (("run", scenario.read_text()), ("har", har)):
        out, into = os.pipe()
        os.write(into, given.encode())
        os.close(into)
        ran = subprocess.run(
            [sys.executable, "-m", "corssim", command, f"/dev/fd/{out}"],
            pass_fds=[out],
            capture_output=True,
            text=True,
            timeout=120,
        )
        os.close(out)
        assert "cannot be read" not in ran.stderr
        assert ran.stdout
