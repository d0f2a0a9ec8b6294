"""The README is true: its tables are those of the code, its names exist, its Python runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import corssim
from corssim.cli.main import COMMANDS

from .readme import README, SECTIONS, TOP, section

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text()
READMES = sorted(
    {README, *TOP.glob("corssim/**/README.md"), *TOP.glob("scenarios/README.md"), *TOP.glob("tests/*/README.md")}
)
PYTHON = [
    pytest.param(block, id=f"{file.relative_to(TOP)}, block {number}")
    for file in READMES
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", file.read_text(), re.DOTALL))
    if "def test_" not in block
]
LINKS = [
    pytest.param(file, link, id=f"{file.relative_to(TOP)} to {link}")
    for file in READMES
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", file.read_text(), flags=re.DOTALL))
    if "://" not in link
]


@pytest.mark.parametrize("name", SECTIONS)
def test_a_table_made_from_the_code_is_current(name: str) -> None:
    file, make = SECTIONS[name]
    assert section(name, file.read_text()) == make(), "write it anew: python -m tests.readme"


def test_the_first_two_commands_set_up_and_run() -> None:
    first, second = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert "corssim run scenarios" in first
    assert "pytest" in second


@pytest.mark.parametrize("block", PYTHON)
def test_python_in_the_readmes_runs(block: str) -> None:
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})


def test_every_public_name_is_told_of() -> None:
    untold = [name for name in corssim.__all__ if name not in TEXT and not name.startswith("__")]
    assert untold == []


def test_every_command_is_told_of() -> None:
    told = re.findall(r"corssim\s+([a-z]+)", TEXT)
    assert [name for name in COMMANDS if name not in told] == []


def test_it_is_short_enough_for_a_newcomer() -> None:
    assert TEXT.count("\n") <= 250


@pytest.mark.parametrize(("file", "link"), LINKS)
def test_links_lead_somewhere(file: Path, link: str) -> None:
    path, _, fragment = link.partition("#")
    target = (file.parent / path).resolve() if path else file
    assert target.exists()
    if fragment:
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
        assert fragment in [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_every_readme_can_be_reached_from_the_first() -> None:
    reached, ahead = set(), [README]
    while ahead:
        file = ahead.pop()
        if file not in reached:
            reached.add(file)
            links = re.findall(r"\]\(([^)\s#]+\.md)\)", file.read_text())
            ahead += [(file.parent / link).resolve() for link in links if "://" not in link]
    assert [file for file in READMES if file not in reached] == []
