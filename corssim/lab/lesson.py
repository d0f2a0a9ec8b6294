"""Scenario files that can be opened in the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..scenario import find_scenarios, load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lesson(NamedTuple):
    """Where a scenario was found, its title and its TOML."""

    path: str
    title: str
    text: str


def lessons_in(paths: Sequence[str]) -> list[Lesson]:
    """The scenarios in files and folders. Raises `ScenarioError` for what is none, `UsageError` where nothing is."""
    found = find_scenarios(paths) if paths else []
    return [Lesson(str(path), load_scenario(path).title, path.read_text("utf-8")) for path in found]
