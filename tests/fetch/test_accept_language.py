"""Accept-Language: how many languages are weighted, and which are added."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from corssim.fetch.accept_language import accept_language
from corssim.fetch.rules import LanguageRules

NAMES = [first + second for first in ascii_lowercase for second in ascii_lowercase]


@pytest.mark.parametrize(
    ("weights", "number", "told"),
    [
        ("tenths", 2, {1: "0.9"}),
        ("tenths", 12, {8: "0.2", 9: "0.1", 10: "0.1", 11: "0.1"}),
        ("by-number", 9, {1: "0.90", 8: "0.20"}),
        ("by-number", 10, {1: "0.95", 9: "0.55"}),
        ("by-number", 19, {1: "0.95", 18: "0.10"}),
        ("by-number", 20, {1: "0.99", 19: "0.81"}),
        ("by-number", 103, {99: "0.01", 100: "0.00", 101: "0.00", 102: "0.00"}),
    ],
)
def test_each_language_weighs_less_than_the_one_before(weights: str, number: int, told: dict[int, str]) -> None:
    value = accept_language(LanguageRules(accepted=",".join(NAMES[:number]), weights=weights))
    languages = value.split(",")
    assert (len(languages), languages[0]) == (number, "aa")
    assert {at: languages[at] for at in told} == {at: f"{NAMES[at]};q={weight}" for at, weight in told.items()}


@pytest.mark.parametrize(
    ("accepted", "languages"),
    [
        ("de", "de"),
        ("de-DE", "de-DE de"),
        ("de-DE,de", "de-DE de"),
        ("de-DE, de-AT, en", "de-DE de-AT de en"),
        ("de-DE,en-US,de-AT", "de-DE en-US en de-AT de"),
        ("de-DE,de-DE", "de-DE de"),
    ],
)
def test_bare_languages_stand_behind_the_last_of_their_regions(accepted: str, languages: str) -> None:
    value = accept_language(LanguageRules(accepted=accepted, bare_ones_are_added=True))
    assert " ".join(language.partition(";")[0] for language in value.split(",")) == languages
