"""The course and the explanations in each language: nothing is missing, nothing is stale."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from corssim.cli.arguments import LANGUAGES as LANGUAGES_OF_FLAGS
from corssim.diagnosis.explanations import all_explanations, explanation_in, translated
from corssim.fetch.reasons import Blocked, Reason
from corssim.report.sentences import sentence
from corssim.report.words import ENGLISH, NAMES_OF_LANGUAGES, Words
from corssim.scenario import ScenarioError, find_scenarios, load_scenario
from corssim.scenario.languages import LANGUAGES, Text, chapter_of, lesson_of, translation_beside

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = find_scenarios([FOLDER])
CHAPTERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
OTHERS = [language for language in LANGUAGES if language != "en"]


def test_the_same_languages_everywhere() -> None:
    assert LANGUAGES == LANGUAGES_OF_FLAGS == translated.LANGUAGES == tuple(NAMES_OF_LANGUAGES)


def wrong(text: Text | None, english: Text, language: str) -> str:
    if text is None or text.language != language:
        return "is missing"
    return f"is stale: write <!-- translates {english.digest} --> when it is right again" if text.is_stale else ""


@pytest.mark.parametrize("language", OTHERS)
def test_every_lesson_is_translated_and_up_to_date(language: str) -> None:
    told = {}
    for path in FILES:
        scenario = load_scenario(path)
        if problem := wrong(lesson_of(scenario, language), lesson_of(scenario), language):
            told[str(translation_beside(path, language).relative_to(FOLDER))] = problem
    assert told == {}


@pytest.mark.parametrize("language", OTHERS)
def test_every_introduction_is_translated_and_up_to_date(language: str) -> None:
    told = {}
    for chapter in CHAPTERS:
        english = chapter_of(chapter / "any.toml")
        assert english is not None
        if problem := wrong(chapter_of(chapter / "any.toml", language), english, language):
            told[chapter.name] = problem
    assert told == {}


def test_every_translation_has_its_original() -> None:
    originals = {f"{path.parent.name}/{path.stem}" for path in FILES} | {f"{path.name}/README" for path in CHAPTERS}
    translations = {
        f"{path.parent.name}/{path.name.partition('.')[0]}"
        for language in OTHERS
        for path in FOLDER.rglob(f"*.{language}.md")
    }
    assert translations - originals == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_explanation_is_translated_and_up_to_date(language: str) -> None:
    entries = translated.translations(language)
    told = {}
    for english in all_explanations():
        entry = entries.get(english.name)
        if entry is None:
            told[english.name] = "is missing"
        elif entry["of"] != translated.digest_of(english):
            told[english.name] = f'is stale: write of = "{translated.digest_of(english)}" when it is right again'
        elif len(entry.get("myths", ())) != len(english.myths):
            told[english.name] = "has other myths than the English"
    executed = {text for english in all_explanations() for _, text in english.executed}
    assert told == {}
    assert executed == set(entries["executed"])
    assert set(entries) - {english.name for english in all_explanations()} == {"executed"}


@pytest.mark.parametrize("language", OTHERS)
def test_header_lines_and_code_are_not_translated(language: str) -> None:
    def code(text: str) -> list[str]:
        return [line for line in text.split("\n") if line.startswith("    ")]

    for english in all_explanations():
        assert code(explanation_in(english.reason, language).fix) == code(english.fix), english.name


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_around_are_the_same_in_number(language: str) -> None:
    text = files("corssim.report").joinpath(f"words.{language}.toml").read_text("utf-8")
    assert tomllib.loads(text).keys() == ENGLISH.keys()
    with pytest.raises(KeyError):
        Words("xx")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("reason", Reason)
def test_every_sentence_is_translated_with_its_evidence(reason: Reason, language: str) -> None:
    """Whatever the English sentence tells of the evidence, the other tells as well."""
    evidence = {"received": "RECEIVED", "subject": "SUBJECT", "compared_with": "COMPARED", "detail": "DETAIL"}
    for received in ("RECEIVED", "*"):
        blocked = Blocked(
            reason=reason,
            anchor="",
            url="",
            origin="https://o.example",
            status=418,
            **evidence | {"received": received},
        )
        english, other = sentence(blocked), sentence(blocked, language)
        assert english != other
        assert not any(word in english.lower() for word in ("{", "}"))
        for told in (*evidence.values(), "https://o.example", "418", "Access-Control-Allow-Headers", "*"):
            assert (told in english) == (told in other), told


SCENARIO = """title = "A title"
lesson = '''
One two
three.

Four.
'''
page = "https://a.example/"
[[step]]
fetch = "/"
"""


def lesson(folder: Path, translation: str | None, language: str = "ko") -> Text:
    path = folder / "a.toml"
    path.write_text(SCENARIO)
    if translation is not None:
        (folder / "a.ko.md").write_text(translation, "utf-8")
    return lesson_of(load_scenario(path), language)


def test_without_a_translation_the_english_is_told(tmp_path: Path) -> None:
    text = lesson(tmp_path, None)
    assert (text.title, text.paragraphs, text.language) == ("A title", ["One two three.", "Four."], "en")


def test_a_translation_is_stale_when_the_words_have_changed_not_the_lines(tmp_path: Path) -> None:
    digest = lesson(tmp_path, None, "en").digest
    fresh = f"# 제목\n\n하나\n둘\n\n셋\n\n<!-- translates {digest} -->\n"
    text = lesson(tmp_path, fresh)
    assert (text.title, text.paragraphs, text.language, text.is_stale) == ("제목", ["하나 둘", "셋"], "ko", False)
    (tmp_path / "a.toml").write_text(SCENARIO.replace("One two\nthree", "One\ntwo three"))
    assert not lesson_of(load_scenario(tmp_path / "a.toml"), "ko").is_stale
    (tmp_path / "a.toml").write_text(SCENARIO.replace("three", "3"))
    assert lesson_of(load_scenario(tmp_path / "a.toml"), "ko").is_stale


MISTAKES = {
    "no heading": ("제목\n", "a.ko.md:1: begin with a heading"),
    "no original named": ("# 제목\n\n글\n", "says not which text it translates"),
}


@pytest.mark.parametrize(("translation", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_translation_is_told_in_a_line(tmp_path: Path, translation: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        lesson(tmp_path, translation)


def test_a_translation_that_is_no_text_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.ko.md").write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        lesson(tmp_path, None)
