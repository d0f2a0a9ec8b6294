"""The README is true: its tables are those of the code, its names exist, its Python runs."""

from __future__ import annotations

import re

import pytest

import corssim

from .readme import README, SECTIONS, section

TEXT = README.read_text()
PYTHON = [block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "def test_" not in block]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_table_made_from_the_code_is_current(name: str) -> None:
    assert section(name, TEXT) == SECTIONS[name](), "write it anew: python -m tests.readme"


def test_the_first_two_commands_set_up_and_run() -> None:
    first, second = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert "corssim run scenarios" in first
    assert "pytest" in second


@pytest.mark.parametrize("block", PYTHON, ids=[f"block {number}" for number in range(len(PYTHON))])
def test_python_in_the_readme_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_every_public_name_is_told_of() -> None:
    untold = [name for name in corssim.__all__ if name not in TEXT and not name.startswith("__")]
    assert untold == []
