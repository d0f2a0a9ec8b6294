"""What reports of the course say around its texts, by language; and explanations of reasons in that language."""

from __future__ import annotations

from ..diagnosis.explanations import explanation_in
from ..fetch.reasons import Reason

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "means": "What it means:",
        "press-enter": "Press Enter to see what happens (q to stop)",
        "next-scenario": "Press Enter for the next scenario (q to stop)",
        "on-page": "on the page",
        "stale": "(The English text has changed since this translation.)",
    },
    "ko": {
        "means": "무슨 뜻인가:",
        "press-enter": "Enter를 누르면 결과를 보여 줍니다 (q를 누르면 끝납니다)",
        "next-scenario": "Enter를 누르면 다음 시나리오로 넘어갑니다 (q를 누르면 끝납니다)",
        "on-page": "페이지",
        "stale": "(이 번역 이후에 영어 원문이 바뀌었습니다.)",
    },
}


class Words:
    """The words of one language."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._words = _WORDS[language]

    def __call__(self, key: str) -> str:
        return self._words[key]

    def explanation(self, reason: str) -> tuple[str, str]:
        """A reason's title and what it means, in plain words."""
        explanation = explanation_in(Reason(reason), self.language)
        return explanation.title, explanation.plain
