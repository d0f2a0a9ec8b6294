"""What reports of the course say around its texts, by language; and explanations of reasons in that language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from ..diagnosis.explanations import explanation_in
from ..fetch.reasons import Reason

NAMES_OF_LANGUAGES = {"en": "English", "ko": "한국어"}


class Words:
    """The words of one language. Raises `KeyError` for a language that there is none of."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._words = _words(language)

    def __call__(self, key: str) -> str:
        return self._words[key]

    def explanation(self, reason: str) -> tuple[str, str]:
        """A reason's title and what it means, in plain words."""
        explanation = explanation_in(Reason(reason), self.language)
        return explanation.title, explanation.plain


@cache
def _words(language: str) -> dict[str, str]:
    if language not in NAMES_OF_LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(files(__package__).joinpath(f"words.{language}.toml").read_text("utf-8"))
