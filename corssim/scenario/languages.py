"""The course in more than one language: a scenario's title and lesson, a chapter's title and introduction.

English stands in the scenario (`NAME.toml`) and in the chapter's `README.md`. A translation stands beside it, in
`NAME.ko.md` or `README.ko.md`: a heading, paragraphs, and last a comment that says which English text it translates.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..masking import mask_prose, mask_text
from ..named_file import not_waiting
from ..patterns import lazy_pattern
from .load import ScenarioError

if TYPE_CHECKING:
    from .model import Scenario

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")
"""What the course is written in, by the codes of BCP 47."""

_OF = lazy_pattern(r"<!--\s*translates\s+([0-9a-f]{12})\s*-->")


class Text(NamedTuple):
    """A heading and paragraphs with empty lines between them. `is_stale`: the English has changed since."""

    title: str
    body: str
    language: str = ENGLISH
    is_stale: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """Each paragraph in one line."""
        return [" ".join(paragraph.split()) for paragraph in self.body.split("\n\n") if paragraph.strip()]

    @property
    def digest(self) -> str:
        """Twelve digits that change with the words, not with where lines end; translations name it."""
        words = "\n\n".join([" ".join(self.title.split()), *self.paragraphs])
        return sha256(words.encode()).hexdigest()[:12]


def lesson_of(scenario: Scenario, language: str = ENGLISH) -> Text:
    """A scenario's title and lesson; in English where there is no translation."""
    english = Text(scenario.title, scenario.lesson)
    return _in(language, english, Path(scenario.path)) if scenario.path else english


def chapter_of(path: str | Path, language: str = ENGLISH) -> Text | None:
    """The introduction of the folder that a scenario's file is in; None for a folder without one."""
    file = Path(path).parent / "README.md"
    english = _read(file)
    return None if english is None else _in(language, english, file)


def translation_beside(path: Path, language: str) -> Path:
    """Where the translation of a scenario's file, or of a chapter's README.md, stands."""
    return path.with_name(f"{path.stem}.{language}.md")


def _in(language: str, english: Text, path: Path) -> Text:
    if language == ENGLISH:
        return english
    file = translation_beside(path, language)
    translated = _read(file)
    if translated is None:
        return english
    found = _OF.search(translated.body)
    if found is None:
        raise ScenarioError(f"{file}: says not which text it translates; its last line is <!-- translates … -->")
    body = _OF.sub("", translated.body).strip()
    return Text(translated.title, body, language, is_stale=found[1] != english.digest)


def _read(file: Path) -> Text | None:
    try:
        with open(file, encoding="utf-8", opener=not_waiting) as opened:
            text = opened.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{file}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ScenarioError(f"{file}: cannot be read: {error.strerror or error}") from error
    heading, _, body = text.partition("\n")
    if not heading.startswith("# "):
        raise ScenarioError(f"{file}:1: begin with a heading, as in # Title")
    return Text(mask_text(heading[2:].strip()), mask_prose(body.strip()))
