"""What reports of the course say around its texts, by language; and explanations of reasons in that language.

English stands here; every other language has a file beside.
"""

from __future__ import annotations

from functools import cache

from ..diagnosis.explanations import explanation_in
from ..fetch.reasons import Reason

NAMES_OF_LANGUAGES = {"en": "English", "ko": "한국어"}

ENGLISH = {
    "means": "What it means:",
    "press-enter": "Press Enter to see what happens (q to stop)",
    "next-scenario": "Press Enter for the next scenario (q to stop)",
    "on-page": "on the page",
    "stale": "(The English text has changed since this translation.)",
    "course": "The same-origin policy and CORS",
    "course-about": (
        "A course that you can run: each lesson is a page, the servers around it, what the page does, and "
        "what a browser makes of it. Read the chapters in their order, or look for what bothers you."
    ),
    "skip": "Skip to the content",
    "made-by": "Made by corssim. `***` stands for credentials.",
    "you-are-in": "You are in",
    "search": "Search the lessons",
    "found-none": "Nothing found.",
    "found-some": "{} found:",
    "red": "comes out otherwise",
    "lessons": "Lessons",
    "before": "← before",
    "after": "next →",
    "around": "Before and after",
    "step": "Step",
    "throws": "The call throws:",
    "script-sees": "What script sees",
    "server-saw": "What the server saw",
    "nothing-sent": "Nothing: no request was sent.",
    "sees-nothing": "An error without details: no status, no headers, no body.",
    "sees-nothing-was-returned": "Only what sendBeacon() returned; nothing of the answer.",
    "sees-opaque": "That there was an answer, and nothing of what is in it.",
    "all-headers-sent": "headers of the request",
    "answered": "It answered",
    "no-answer": "No answer:",
    "by-browser": "How it ends, by browser",
    "browser": "browser",
    "verdict": "verdict",
    "sent": "sent",
    "reason": "reason",
    "nothing": "nothing",
    "differs": "Otherwise in",
    "console": "What the consoles say",
    "came-otherwise": "This step came out otherwise than expected",
    "what": "what",
    "expected": "expected",
    "got": "got",
    "readable": "READABLE",
    "opaque": "OPAQUE",
    "blocked": "BLOCKED",
    "failed": "FAILED",
    "pending": "PENDING",
    "on-the-server": "On the server",
    "who-can-mend": "Who can mend it",
    "fix": "Fix",
    "often-said": "Often said",
    "see-also": "See also:",
    "mended-by-server": "the server that answers",
    "mended-by-page": "the page, or whoever serves it",
    "mended-by-both": "the server or the page",
    "mended-by-nobody": "nobody: browsers mean it so",
}


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
    if language == "en":
        return ENGLISH
    import tomllib
    from importlib.resources import files

    return tomllib.loads(files(__package__).joinpath(f"words.{language}.toml").read_text("utf-8"))
