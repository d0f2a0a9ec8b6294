"""All pages of the course: a front page, and in each language an index, a page a chapter and a page a lesson."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ...scenario.languages import LANGUAGES
from ..html_markup import NOTHING, Markup, Shown, element
from ..safe_text import safe
from ..words import Words
from .shell import marked, page, paragraphs
from .step import step_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...scenario.languages import Text
    from .lessons import Chapter, Lesson


def course_pages(
    chapters: Sequence[Chapter], *, language: str = "en", show_credentials: bool = False
) -> Iterator[tuple[str, str]]:
    """Every page: its path under the folder, with slashes, and its text for UTF-8. `language` is the front page's."""
    shown = Shown(show_credentials)
    yield (
        "index.html",
        _index(chapters, Words(language), below=f"{language}/", others=_others(language, "{}/index.html")),
    )
    for code in LANGUAGES:
        words = Words(code)
        yield f"{code}/index.html", _index(chapters, words, below="", others=_others(code, "../{}/index.html"))
        flat = [(chapter, lesson) for chapter in chapters for lesson in chapter.lessons]
        for number, chapter in enumerate(chapters):
            yield f"{code}/{chapter.name}/index.html", _chapter(chapters, number, words)
        for number, (chapter, lesson) in enumerate(flat):
            before = flat[number - 1] if number else None
            after = flat[number + 1] if number + 1 < len(flat) else None
            yield f"{code}/{chapter.name}/{lesson.name}.html", _lesson(chapter, lesson, before, after, words, shown)


def _others(language: str, url: str) -> list[tuple[str, str]]:
    return [(code, url.format(code)) for code in LANGUAGES if code != language]


@cache
def _script() -> str:
    return files(__package__).joinpath("search.js").read_text("utf-8").strip()


def _index(chapters: Sequence[Chapter], words: Words, *, below: str, others: Sequence[tuple[str, str]]) -> str:
    language = words.language
    listed = [
        element(
            "li",
            element("h2", element("a", chapter.title(language), href=f"{below}{chapter.name}/index.html")),
            element("ol", *(_link(lesson, f"{below}{chapter.name}/", words) for lesson in chapter.lessons)),
            class_="chapter",
        )
        for chapter in chapters
    ]
    search = element(
        "form",
        element("label", words("search"), for_="search"),
        Markup('<input id="search" type="search" autocomplete="off">'),
        element("p", "", id="found", role="status"),
        element("ol", "", id="results"),
        class_="search",
        hidden="hidden",
        role="search",
        data_none=words("found-none"),
        data_some=words("found-some"),
    )
    entries = [
        {
            "url": f"{below}{chapter.name}/{lesson.name}.html",
            "title": safe(text.title, None),  # a script shows it
            "chapter": chapter.title(language),
            "text": " ".join([chapter.title(language), text.title, *text.paragraphs, *_terms(lesson)]).lower(),
        }
        for chapter in chapters
        for lesson in chapter.lessons
        for text in (lesson.text(language),)
    ]
    data = json.dumps(entries, ensure_ascii=False).replace("<", "\\u003c")
    data = "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in data)
    return page(
        element("h1", words("course")),
        element("p", words("course-about"), class_="intro"),
        search,
        element("ol", *listed, class_="contents"),
        Markup(f'<script type="application/json" id="entries">{data}</script>'),
        title=words("course"),
        words=words,
        others=others,
        script=_script(),
    )


def _terms(lesson: Lesson) -> list[str]:
    """What else a lesson is found by: the reasons in it, and its file's name."""
    outcomes = [step.outcome for run in lesson.runs.values() for step in run.steps if step.outcome is not None]
    return [lesson.name, *sorted({outcome.reason.value for outcome in outcomes if outcome.reason is not None})]


def _link(lesson: Lesson, below: str, words: Words) -> Markup:
    text = lesson.text(words.language)
    failed = NOTHING if all(run.passed for run in lesson.runs.values()) else element("span", words("red"), class_="red")
    anchor = element("a", marked(text.title), href=f"{below}{lesson.name}.html", lang=text.language)
    return element("li", anchor, " " if failed else "", failed)


def _chapter(chapters: Sequence[Chapter], number: int, words: Words) -> str:
    chapter = chapters[number]
    text = chapter.text(words.language)
    before = chapters[number - 1] if number else None
    after = chapters[number + 1] if number + 1 < len(chapters) else None
    around = _around(
        None if before is None else (before.title(words.language), f"../{before.name}/index.html"),
        None if after is None else (after.title(words.language), f"../{after.name}/index.html"),
        words,
    )
    return page(
        element("h1", chapter.title(words.language)),
        NOTHING if text is None else _body(text, words),
        element("h2", words("lessons")),
        element("ol", *(_link(lesson, "", words) for lesson in chapter.lessons), class_="contents"),
        around,
        title=f"{chapter.title(words.language)} · {words('course')}",
        words=words,
        crumbs=[(words("course"), "../index.html")],
        others=_others(words.language, f"../../{{}}/{chapter.name}/index.html"),
    )


def _body(text: Text, words: Words) -> Markup:
    stale = element("p", words("stale"), class_="stale") if text.is_stale else NOTHING
    return element("div", paragraphs(text.paragraphs, text.language), stale)


def _lesson(
    chapter: Chapter,
    lesson: Lesson,
    before: tuple[Chapter, Lesson] | None,
    after: tuple[Chapter, Lesson] | None,
    words: Words,
    shown: Shown,
) -> str:
    language = words.language
    text = lesson.text(language)

    def link(place: tuple[Chapter, Lesson] | None) -> tuple[str, str] | None:
        if place is None:
            return None
        return place[1].text(language).title, f"../{place[0].name}/{place[1].name}.html"

    steps = (step_section(lesson, number, words, shown) for number in range(1, len(lesson.told.steps) + 1))
    return page(
        element("h1", marked(text.title), lang=text.language),
        _body(text, words),
        *steps,
        _around(link(before), link(after), words),
        title=f"{text.title} · {words('course')}",
        words=words,
        crumbs=[(words("course"), "../index.html"), (chapter.title(language), "index.html")],
        others=_others(language, f"../../{{}}/{chapter.name}/{lesson.name}.html"),
    )


def _around(before: tuple[str, str] | None, after: tuple[str, str] | None, words: Words) -> Markup:
    """Links to what stands before and after."""
    links = []
    for place, key, relation in ((before, "before", "prev"), (after, "after", "next")):
        if place is not None:
            label = element("span", words(key), class_="remark")
            links.append(element("a", label, " ", marked(place[0]), href=place[1], rel=relation, class_=relation))
    return element("nav", *links, class_="around", aria_label=words("around")) if links else NOTHING
