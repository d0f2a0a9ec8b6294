"""`corssim run --lesson` and `--step`: scenarios told as lessons, step by step where there is a terminal to wait on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..masking import mask_text
from ..report.lines import BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from ..report.scenarios.calls import call_of, page_of
from ..report.scenarios.differences import difference_lines
from ..report.scenarios.told import app_error_lines, lesson_lines, step_lines
from ..report.words import Words
from ..scenario.languages import chapter_of, lesson_of
from .run import summary_lines

if TYPE_CHECKING:
    import argparse

    from ..scenario import ScenarioResult
    from ..scenario.languages import Text
    from .environment import Environment


class _Stopped(Exception):
    """The reader has seen enough."""


def tell_lessons(
    results: list[ScenarioResult], language: str, arguments: argparse.Namespace, environment: Environment
) -> None:
    """Tell them all; with `--step` wait for the reader, on a terminal."""
    waits = arguments.step and environment.stdin.isatty() and environment.stdout.isatty()
    teller = _Teller(Words(language), environment, waits=waits, show_credentials=arguments.show_credentials)
    told = 0
    try:
        for result in results:
            teller.tell(result)
            told += 1
    except _Stopped:
        pass
    columns = environment.columns
    seen = results[:told]
    lines = difference_lines(seen, columns=columns)
    environment.write_lines([*lines, Line(), *summary_lines(results, columns)])


class _Teller:
    """Writes lessons, and knows which chapter and lesson it is in."""

    def __init__(self, words: Words, environment: Environment, *, waits: bool, show_credentials: bool) -> None:
        self._words = words
        self._environment = environment
        self._columns = environment.columns
        self._waits = waits
        self._show_credentials = show_credentials
        self._folder: str | None = None
        self._lesson = ""

    def tell(self, result: ScenarioResult) -> None:
        """One run: its chapter's introduction and its lesson where they are new, then the steps."""
        scenario = result.scenario
        folder = os.path.dirname(scenario.path)
        is_first = self._folder is None
        if not is_first and scenario.path != self._lesson:
            self._wait("next-scenario")
        if folder != self._folder:
            self._folder = folder
            self._introduce(chapter_of(scenario.path, self._words.language))
        text = lesson_of(scenario, self._words.language)
        mark = ("✓", GOOD) if result.passed else ("✗", "red")
        profile = "" if result.profile.name == "standard" else f"  ({result.profile.name})"
        title = [(text.title, BOLD), (profile, DIM)]
        self._write(folded(title, columns=self._columns, indent=4, first=((f"  {mark[0]} ", mark[1]),)))
        if scenario.path != self._lesson or not scenario.path:
            self._lesson = scenario.path
            self._write([*lesson_lines(text, self._columns, style=PLAIN), *self._stale(text), Line()])
        page = ""
        for number, step in enumerate(result.steps, start=1):
            here = page_of(step.step, scenario)
            if here and here != page:
                where = [(f"{self._words('on-page')} {here if self._show_credentials else mask_text(here)}", DIM)]
                self._write(folded(where, columns=self._columns, indent=6, start=4))
                page = here
            lines = step_lines(
                number,
                step,
                self._columns,
                show_credentials=self._show_credentials,
                explain=self._words,
                call=call_of(step.step, show_credentials=self._show_credentials),
            )
            height = len(call_of(step.step).split("\n"))
            if self._waits and step.outcome is not None and len(lines) > height:
                self._write(lines[:height])
                self._wait("press-enter")
                self._write(lines[height:])
            else:
                self._write(lines)
        self._write(app_error_lines(result, self._columns))

    def _introduce(self, chapter: Text | None) -> None:
        if chapter is None:
            return
        lines = folded([(chapter.title, BOLD)], columns=self._columns)
        lines += [Line((lines[0].spans[0]._replace(text="─" * min(self._columns, 72), style=DIM),)), Line()]
        self._write(
            [*lines, *lesson_lines(chapter, self._columns, margin=0, style=PLAIN), *self._stale(chapter), Line()]
        )

    def _stale(self, text: Text) -> list[Line]:
        return folded([(self._words("stale"), NOTE)], columns=self._columns, indent=4, start=4) if text.is_stale else []

    def _write(self, lines: list[Line]) -> None:
        self._environment.write_lines(lines)

    def _wait(self, what: str) -> None:
        """Wait for Enter. Standard input that ends, or a q, ends the lesson."""
        if not self._waits:
            return
        self._write(folded([(f"{self._words(what)} …", DIM)], columns=self._columns, indent=4, start=4))
        self._environment.stdout.flush()
        answer = self._environment.stdin.readline()
        if not answer or answer.strip().lower() in ("q", "quit"):
            raise _Stopped
