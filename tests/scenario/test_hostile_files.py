"""Scenario files that nobody wrote in good faith: one line, exit status 2, in no time."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_FILE = """title = "x"
page = "https://{host}.example/"
[[server]]
{server}
[[step]]
fetch = "https://api.example/"
{step}
"""
_POLICY = 'origin = "https://api.example"\npolicy = {{ allow_origin_regex = "{}" }}'


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"server": "status = " + "9" * 5000}, "a number of too many digits (at line 4)", id="5000 digits"),
        pytest.param({"server": "a." * 20_000 + "b = 1"}, "a key of more than 32 parts (at line 4)", id="20,000 parts"),
        pytest.param({"server": "headers = " + "[" * 2000 + "]" * 2000}, "nested too deeply", id="2000 brackets"),
        pytest.param({"step": 'body = { text = "xx", repeat = 2000000000 }'}, "is too long", id="a long body"),
        pytest.param(
            {"server": _POLICY.format("https://(a|aa)+[.]b")},
            "its repetitions overlap",
            id="a pattern without end",
        ),
        pytest.param(
            {"server": _POLICY.format("(")},
            "can't be read",
            id="a pattern that is none",
        ),
    ],
)  # fmt: skip
def test_is_refused_in_one_line(values: dict[str, str], said: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.toml"
    file.write_text(_FILE.format_map({"host": "app", "server": 'url = "https://api.example/"', "step": "", **values}))
    run = subprocess.run(
        [sys.executable, "-m", "corssim", "run", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr
    assert run.stderr.count("\n") == 1
