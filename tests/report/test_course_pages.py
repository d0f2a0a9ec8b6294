"""`corssim run --html DIR`: the course as pages that link to each other and to nothing else."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corssim.report.course import chapters_of, course_pages
from corssim.scenario import find_scenarios, load_scenario, parse_scenario, run_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

COURSE = Path(__file__).parents[2] / "scenarios"
BROWSERS = ("standard", "chromium", "firefox", "webkit")
_VOID = frozenset({"meta", "br", "hr", "wbr", "input"})


class Page(HTMLParser):
    """What the tests look at: links, identifiers, headings, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.language = ""
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "a":
            self.links.append(given.get("href") or "")
        self.sources += [value or "" for name, value in attrs if name in ("src", "srcset", "data", "action")]
        self.sources += [given.get("href") or ""] if tag in ("link", "base") else []
        self.ids += [given["id"] or ""] if "id" in given else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = given.get("lang") or ""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "script"):
            self.words.append(data)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    scenarios = [load_scenario(path) for path in find_scenarios([COURSE])]
    runs = [
        (scenario, {name: run_scenario(scenario, name) for name in dict.fromkeys((scenario.browser, *BROWSERS))})
        for scenario in scenarios
    ]
    return dict(course_pages(chapters_of(runs)))


@pytest.fixture(scope="module")
def parsed(pages: dict[str, str]) -> dict[str, Page]:
    return {name: Page(text) for name, text in pages.items()}


def test_each_lesson_has_a_page_in_each_language(pages: dict[str, str]) -> None:
    for path in find_scenarios([COURSE]):
        for language in ("en", "ko"):
            assert f"{language}/{path.parent.name}/{path.stem}.html" in pages


def test_every_link_leads_to_a_page_of_the_course(parsed: dict[str, Page]) -> None:
    lost = {
        f"{name}: {link}"
        for name, page in parsed.items()
        for link in page.links
        if posixpath.normpath(
            posixpath.join(posixpath.dirname(name), link.partition("#")[0] or posixpath.basename(name))
        )
        not in parsed
        or (link.startswith("#") and link[1:] not in page.ids)
    }
    assert lost == set()


def test_every_page_can_be_reached(parsed: dict[str, Page]) -> None:
    seen: set[str] = set()
    ahead = ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        folder = posixpath.dirname(name)
        ahead += [posixpath.normpath(posixpath.join(folder, link)) for link in parsed[name].links if link[:1] != "#"]
    assert seen == set(parsed)


def test_nothing_is_loaded(parsed: dict[str, Page], pages: dict[str, str]) -> None:
    assert {source for page in parsed.values() for source in page.sources} == set()
    assert [name for name, text in pages.items() if "default-src &#x27;none&#x27;" not in text] == []
    assert [name for name, text in pages.items() if "@import" in text or re.search(r"url\((?!&quot;)", text)] == []


def test_headings_descend_without_gaps_and_identifiers_are_single(parsed: dict[str, Page]) -> None:
    for name, page in parsed.items():
        assert page.headings[0] == 1, name
        assert page.headings.count(1) == 1, name
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), name
        assert len(page.ids) == len(set(page.ids)), name


def test_a_page_says_its_language(parsed: dict[str, Page]) -> None:
    for name, page in parsed.items():
        assert page.language == ("ko" if name.startswith("ko/") else "en"), name
    words = " ".join(parsed["ko/01-why/1-the-attack.html"].words)
    assert "악성 페이지가 내 쪽지를 요청하지만 아무것도 얻지 못한다" in words
    assert "누가 읽어도 되는지 응답에 적혀 있지 않다" in words
    assert "스크립트가 보는 것" in words


def test_a_step_shows_both_sides_and_each_browser(parsed: dict[str, Page]) -> None:
    words = " ".join(parsed["en/01-why/1-the-attack.html"].words)
    for part in (
        'credentials: "include"',
        "What script sees",
        "An error without details: no status, no headers, no body.",
        "What the server saw",
        "the results are here",
        "The answer does not say who may read it",
        *BROWSERS,
    ):
        assert part in words


def test_a_browser_that_differs_is_told_apart(parsed: dict[str, Page]) -> None:
    words = " ".join(parsed["en/04-simple-requests/9-streams.html"].words)
    assert words.count("Otherwise in") == 3
    assert "stream-needs-http2" in words


HOSTILE = """
title = "</script><script>alert(1)</script> *x* `y`"
lesson = "<img src=x onerror=alert(1)>"
page = "https://app.example/"
[[server]]
url = "*"
headers = { Access-Control-Allow-Origin = "*", X = "<b>" }
body = "</pre><script>alert(2)</script>"
[[step]]
fetch = "https://api.example/<script>"
headers = { Authorization = "Bearer s3cret" }
expect.verdict = "opaque"
"""


def test_nothing_from_a_scenario_becomes_markup() -> None:
    scenario = parse_scenario(HOSTILE, path="x/</script>.toml")
    built = dict(course_pages(chapters_of([(scenario, {"standard": run_scenario(scenario)})])))
    for text in built.values():
        Page(text)
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "s3cret" not in text
    assert all(re.fullmatch(r"[\w./-]+", name) for name in built)


def test_names_that_would_be_one_file_are_told_apart() -> None:
    def named(path: str) -> Iterator[str]:
        scenario = parse_scenario(HOSTILE, path=path)
        yield from (lesson.name for lesson in chapters_of([(scenario, {})])[0].lessons)

    assert [*named("a/index.toml")] == ["index-2"]
    both = [(parse_scenario(HOSTILE, path=path), {}) for path in ("a/b/X.toml", "a/b/x.toml", "c/b/x.toml")]
    chapters = chapters_of(both)
    assert [chapter.name for chapter in chapters] == ["b", "b-2"]
    assert [lesson.name for lesson in chapters[0].lessons] == ["X", "x-2"]


def test_nothing_in_a_title_hides_or_turns_text_round() -> None:
    hidden = "\x1b]8;;\x07 \x9b \x85 \u202e \u2066 \u200b \u2028 \ufeff \U000e0041"
    title = hidden.encode("unicode_escape").decode().replace("\\x", "\\u00")
    text = f'title = "t {title}"\nlesson = "l {title}"\npage = "https://app.example/"\n[[step]]\nfetch = "/"\n'
    scenario = parse_scenario(text, path="x/s.toml")
    built = dict(course_pages(chapters_of([(scenario, {"standard": run_scenario(scenario)})])))
    for name, page in built.items():
        assert [each for each in page if not each.isprintable() and each not in "\n\t"] == [], name
