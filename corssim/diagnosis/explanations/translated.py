"""Explanations of reasons in other languages than English: a file of texts a language, beside the English modules.

Each entry names by `of` the English text that it translates, so that a test can tell when that has changed. What many
reasons say of the server (`executed`) stands there once, the English sentence as its key.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ...records import replace
from .finding import explanation_of
from .model import Myth

if TYPE_CHECKING:
    from ...fetch.reasons import Reason
    from .model import Explanation

LANGUAGES = ("en", "ko")


def explanation_in(reason: Reason, language: str) -> Explanation:
    """The explanation of a reason; in English where that language has none. Raises `KeyError` for an unknown
    language."""
    english = explanation_of(reason)
    if language == "en":
        return english
    entry = translations(language).get(reason.value)
    if entry is None:
        return english
    executed = translations(language)["executed"]
    return replace(
        english,
        title=entry["title"],
        plain=entry["plain"].strip(),
        executed=tuple((stage, executed.get(text, text)) for stage, text in english.executed),
        fix=entry["fix"].strip("\n"),
        myths=tuple(Myth(myth["claim"], myth["answer"]) for myth in entry.get("myths", ())),
    )


def digest_of(explanation: Explanation) -> str:
    """Twelve digits that change with the English words."""
    from hashlib import sha256

    texts = [explanation.title, explanation.plain, explanation.fix]
    texts += [text for myth in explanation.myths for text in myth]
    return sha256("\n\n".join(texts).encode()).hexdigest()[:12]


@cache
def translations(language: str) -> dict[str, dict[str, Any]]:
    """All entries of a language, by the reasons' codes; and "executed"."""
    import tomllib
    from importlib.resources import files

    if language not in LANGUAGES:
        raise KeyError(language)
    return tomllib.loads(files(__package__).joinpath(f"explanations.{language}.toml").read_text("utf-8"))
