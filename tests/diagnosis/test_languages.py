"""Firefox's lines in other languages, as it printed them with its language packs (`recorder --language`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corssim.diagnosis.console_lines import table
from corssim.diagnosis.console_lines.read import read_console

from ..conformance.replay import every_record

_RECORDED: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "console-lines" / "firefox-in-other-languages.json").read_text("utf-8")
)
_LINES = [(language, case, lines) for language, cases in _RECORDED.items() for case, lines in cases.items()]


def _said(lines: list[str]) -> list[tuple[Any, ...]]:
    return [
        (reading.reason, reading.stage, reading.topic, reading.url, reading.status, reading.value, reading.header_name)
        for reading in read_console("\n".join(lines))
    ]


def test_the_languages_are_many() -> None:
    assert set(_RECORDED) >= {"de", "fr", "es-ES", "pt-BR", "it", "pl", "ru", "ja", "ko", "zh-CN", "zh-TW", "tr"}


@pytest.mark.parametrize(("language", "case", "lines"), _LINES, ids=[f"{each[0]} {each[1]}" for each in _LINES])
def test_a_line_in_another_language_says_what_the_english_one_says(language: str, case: str, lines: list[str]) -> None:
    english = every_record("firefox")[case]["steps"][0]["console"]
    assert lines != english
    assert _said(lines) == _said(english)
    assert {reading.browser for reading in read_console("\n".join(lines))} == {"firefox"}


def test_the_table_has_what_was_recorded_word_for_word() -> None:
    """The table came out of the packs; Firefox prints them as they are there."""
    languages = {row.language for row in table.other_languages()}
    assert set(_RECORDED) <= languages
