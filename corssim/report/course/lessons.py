"""What the pages are made of: chapters of lessons, each lesson with a run a browser, and the names of their pages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from ...scenario.languages import chapter_of, lesson_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ...scenario import Scenario, ScenarioResult
    from ...scenario.languages import Text

_NOT_IN_A_NAME = lazy_pattern(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A scenario and what came of it, by browser. The first run is the one that is told step by step."""

    scenario: Scenario
    runs: Mapping[str, ScenarioResult]
    name: str

    @property
    def told(self) -> ScenarioResult:
        """The run of the scenario's own browser, or the only one there is."""
        return self.runs.get(self.scenario.browser) or next(iter(self.runs.values()))

    def text(self, language: str) -> Text:
        return lesson_of(self.scenario, language)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A folder of scenarios."""

    folder: str
    name: str
    lessons: Sequence[Lesson]

    def text(self, language: str) -> Text | None:
        return chapter_of(self.lessons[0].scenario.path, language)

    def title(self, language: str) -> str:
        """Its heading; the folder's name where there is no introduction."""
        text = self.text(language)
        return self.name if text is None else text.title


def chapters_of(runs: Iterable[tuple[Scenario, Mapping[str, ScenarioResult]]]) -> list[Chapter]:
    """Chapters in the order in which their scenarios came; every page's name is its own."""
    folders: dict[str, list[tuple[Scenario, Mapping[str, ScenarioResult]]]] = {}
    for scenario, results in runs:
        folders.setdefault(os.path.dirname(scenario.path), []).append((scenario, results))
    names: set[str] = set()
    return [
        Chapter(folder, _unused(os.path.basename(folder) or "scenarios", names), _lessons(inside))
        for folder, inside in folders.items()
    ]


def _lessons(inside: Iterable[tuple[Scenario, Mapping[str, ScenarioResult]]]) -> list[Lesson]:
    names = {"index"}
    return [
        Lesson(scenario, results, _unused(os.path.basename(scenario.path).removesuffix(".toml") or "lesson", names))
        for scenario, results in inside
    ]


def _unused(wanted: str, names: set[str]) -> str:
    """A name for a file or a folder that no other has, whatever a file system thinks of capitals."""
    plain = _NOT_IN_A_NAME.sub("-", wanted).strip("-.") or "page"
    name, number = plain, 1
    while name.lower() in names:
        number += 1
        name = f"{plain}-{number}"
    names.add(name.lower())
    return name
