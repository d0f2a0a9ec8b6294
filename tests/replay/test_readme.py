"""The README's worked example, as it is printed today."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from corssim.cli.environment import Environment
from corssim.cli.main import main
from corssim.replay import EXCHANGES, RESULTS, Change

HERE = Path(__file__).parents[1]
README = (HERE.parent / "corssim" / "replay" / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
TOML = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


def test_the_example_is_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HERE / "data" / "replay", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    printed = ""
    for command in re.findall(r"^\$ corssim (.*)$", "".join(CONSOLE), re.MULTILINE):
        stream = io.StringIO()
        main(shlex.split(command), Environment(stdin=io.StringIO(), stdout=stream, stderr=stream, variables={}))
        printed += f"$ corssim {command}\n{stream.getvalue()}"
    assert printed == "".join(CONSOLE)


def test_the_example_s_change_is_the_file() -> None:
    assert TOML[0] == (HERE / "data" / "replay" / "no-star.toml").read_text(encoding="utf-8")


def test_the_documented_change_is_one() -> None:
    assert Change.of(tomllib.loads(TOML[1])).touches("https://api.example/x")


@pytest.mark.parametrize("name", [*EXCHANGES.names, *RESULTS.names])
def test_each_column_is_documented(name: str) -> None:
    assert f"`{name}`" in README
