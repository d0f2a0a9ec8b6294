"""No rule is without a row in the tables beside this file."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from corssim.fetch.browsers.standard import STANDARD


def test_every_rule_has_a_row() -> None:
    modules = [import_module(f".{file.stem}", __package__) for file in Path(__file__).parent.glob("test_*.py")]
    rules = {row.rule for module in modules for row in getattr(module, "ROWS", ())}
    assert {*STANDARD.paths(), "name", "version", "user_agent", "console"} - rules == set()
