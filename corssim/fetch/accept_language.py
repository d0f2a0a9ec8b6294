"""Accept-Language: the user's languages, as each browser weights them. https://fetch.spec.whatwg.org/#concept-fetch"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rules import LanguageRules


def accept_language(rules: LanguageRules) -> str:
    """The header's value, the most wanted language first."""
    return _accept_language(rules.accepted, rules.weights, rules.bare_ones_are_added)


@lru_cache
def _accept_language(accepted: str, weights: str, bare_ones_are_added: bool) -> str:
    languages = [language.strip() for language in accepted.split(",")]
    if bare_ones_are_added:
        languages = _with_bare_ones(languages)
    weighted = [_weighted(language, position, len(languages), weights) for position, language in enumerate(languages)]
    return ",".join(weighted)


def _with_bare_ones(languages: list[str]) -> list[str]:
    """Each language of a region followed by itself without one, behind the last that has it."""
    bare_ones = [language.partition("-")[0] for language in languages]
    last = {bare: position for position, bare in enumerate(bare_ones)}
    expanded: dict[str, None] = {}  # in order, each once
    given = set(languages)
    for position, (language, bare) in enumerate(zip(languages, bare_ones, strict=True)):
        expanded[language] = None
        if bare not in given and last[bare] == position:
            expanded[bare] = None
    return list(expanded)


def _weighted(language: str, position: int, number: int, weights: str) -> str:
    if position == 0:
        return language
    if weights == "tenths":
        return f"{language};q=0.{max(1, 10 - position)}"
    step = 10 if number < 10 else 5 if number < 20 else 1
    return f"{language};q={max(0, 100 - position * step) / 100:.2f}"
