"""The HTML page: its structure, what a server cannot do to it, and that a real browser draws it without complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from corssim import Browser, MockServer, Outcome
from corssim.report.advice import Advice
from corssim.report.html import html_report
from corssim.report.html_details import LONGEST_BODY
from corssim.report.html_markup import Markup, element, prose, text

from .outcomes import ALLOWED, API, OUTCOMES, PAGE, fetched, preflighted

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
VOID = {"meta", "hr", "br", "wbr"}


class Page(HTMLParser):
    """A page as its elements; raises where they are not balanced."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        classes = dict(attrs).get("class") or ""
        self.classes.update(classes.split())
        if tag not in VOID:
            self._open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for tag, classes in self._open:
            for name in (tag, *classes.split()):
                self.texts.setdefault(name, []).append(data)

    def text(self, name: str = "body") -> str:
        """All text inside elements of this name or class."""
        return "".join(self.texts.get(name, []))


def page_of(outcome: Outcome, *, show_credentials: bool = False) -> Page:
    return Page(source_of(outcome, show_credentials=show_credentials))


def source_of(outcome: Outcome, *, show_credentials: bool = False) -> str:
    return html_report([outcome], title="a title", advice=[Advice(outcome)], show_credentials=show_credentials)


def from_the_cache() -> Outcome:
    server = MockServer().route("*", "*", 200, ALLOWED | {"Cache-Control": "max-age=600"}, "kept")
    with Browser(server, clock=lambda: 1_767_225_600.0) as browser:
        page = browser.page(PAGE)
        page.fetch(API)
        return page.fetch(API)


def redirects(count: int) -> Outcome:
    server = MockServer()
    for number in range(count):
        headers = {"Access-Control-Allow-Origin": "*", "Location": f"https://s{number + 1}.example/"}
        server.route(f"https://s{number}.example/", "*", 302, headers)
    server.route("*", "*", 200, {"Access-Control-Allow-Origin": "*"})
    return fetched(server, "https://s0.example/")


def blocked_image() -> Outcome:
    server = MockServer().route(
        "*", "*", 200, {"Content-Type": "image/png", "Cross-Origin-Resource-Policy": "same-origin"}
    )
    with Browser(server, profile="firefox", clock=lambda: 1_767_225_600.0) as browser:
        return browser.page(PAGE).load("img", "https://images.other.example/a.png")


# arrows: from page to browser and back, and one each way for an exchange; a failed exchange has one.
STRUCTURES = {
    "a simple request": (OUTCOMES["allowed_simple"], 1, 4, 0),
    "a preflight and the request": (OUTCOMES["allowed_after_preflight"], 1, 6, 0),
    "blocked after the answer": (OUTCOMES["no_header"], 1, 4, 1),
    "blocked by the preflight": (OUTCOMES["header_not_listed"], 1, 4, 1),
    "blocked before anything was sent": (OUTCOMES["mixed_content"], 1, 2, 1),
    "opaque": (OUTCOMES["opaque"], 1, 4, 0),
    "a network that fails": (OUTCOMES["refused_connection"], 1, 3, 0),
    "a redirect to another server": (OUTCOMES["redirected_to_another_origin"], 2, 6, 1),
    "three redirects over four servers": (lambda: redirects(3), 1, 10, 0),
    "two redirects over three servers": (lambda: redirects(2), 3, 8, 0),
    "an answer of the cache": (from_the_cache, 1, 2, 0),
    "a data: URL": (lambda: fetched(MockServer(), "data:text/plain,hello"), 0, 2, 0),
    "an image": (blocked_image, 1, 4, 1),
}


@pytest.mark.parametrize(("make", "servers", "arrows", "stops"), STRUCTURES.values(), ids=STRUCTURES)
def test_the_diagram_has_its_lanes_arrows_and_stops(make: object, servers: int, arrows: int, stops: int) -> None:
    page = page_of(make())  # type: ignore[operator]
    assert page.tags["h1"] == 1
    assert (page.tags["article"], page.tags["figure"], page.tags["figcaption"]) == (1, 1, 1)
    assert (page.classes["head"], page.classes["line"]) == (2 + servers, 2 + servers)
    assert (page.classes["arrow"], page.classes["sign"]) == (arrows, stops)


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_verdict_comes_first_in_one_line(name: str) -> None:
    outcome = OUTCOMES[name]()
    page = page_of(outcome)
    assert page.text("h2").startswith(outcome.verdict.value.upper())
    assert outcome.reason is None or page.text("why").endswith(outcome.reason.value)
    assert page.text("main").startswith(page.text("h2"))


def test_a_block_is_told_with_both_sides_of_the_comparison() -> None:
    page = page_of(OUTCOMES["header_not_listed"]())
    assert page.text("compared") == "Access-Control-Allow-HeadersContent-Typehas to listx-trace-id"
    assert "Access-Control-Allow-Headers: Content-Type" in page.text("facts")
    assert "The POST was never sent" in page.text("section")
    assert "Access-Control-Allow-Headers: Content-Type, x-trace-id" in page.text("fix")
    assert "✓ Verified up to POST https://api.example/items: replayed" in page.text("fix")
    assert ("a", "href", "https://fetch.spec.whatwg.org/#cors-preflight-fetch") in page.attributes
    assert "What header-disallowed-by-preflight means" in page.text("h3")


def test_the_console_line_is_there_word_for_word() -> None:
    outcome = OUTCOMES["method_not_listed"]()
    assert page_of(outcome).text("console").endswith("".join(outcome.console))


def test_a_readable_fetch_is_short() -> None:
    page = page_of(OUTCOMES["allowed_simple"]())
    assert page.tags["section"] == 1
    assert "script sees status 200, type cors, the body" in page.text("result")


def test_every_header_is_under_a_lid() -> None:
    page = page_of(OUTCOMES["allowed_after_preflight"]())
    assert page.tags["details"] == 2
    assert "Sec-Fetch-Mode: cors" in page.text("table")
    assert "Access-Control-Allow-Methods: PUT" in page.text("table")


def test_what_is_seen_is_said_too() -> None:
    """Arrows and marks are drawn; who hears the page is told where each arrow leads."""
    page = page_of(OUTCOMES["method_not_listed"]())
    assert "Page to browser: Browser to https://api.example: https://api.example to browser: " in page.text("heard")
    assert page.text("heard").endswith("Browser to page: ")
    assert page.text("sign") == "STOP"
    drawn = [value for tag, name, value in page.attributes if tag == "i" and name == "aria-hidden"]
    assert drawn == ["true"] * page.tags["i"]


def test_browsers_side_by_side_are_summed_up() -> None:
    server = preflighted({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}, ALLOWED)
    outcomes = [
        fetched(server, headers={"Authorization": "Bearer x"}, profile=name)
        for name in ("standard", "chromium", "webkit")
    ]
    page = Page(html_report(outcomes, title="all"))
    assert (page.tags["h1"], page.tags["article"], page.tags["nav"]) == (1, 3, 1)
    assert "chromium, webkit: * covers Authorization in this browser" in page.text("nav")
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href") and value.startswith("#")]
    assert links == ["#fetch-1", "#fetch-2", "#fetch-3"]
    same = [OUTCOMES["allowed_simple"](), fetched(MockServer().route("*", "*", 200, ALLOWED), profile="chromium")]
    assert "They agree." in Page(html_report(same, title="both")).text("nav")


def test_captions_name_fetches() -> None:
    outcomes = [OUTCOMES["allowed_simple"](), OUTCOMES["no_header"]()]
    page = Page(html_report(outcomes, title="run", captions=["first <step>", "second step"]))
    assert page.text("caption") == "first <step>second step"
    assert "first <step>" in page.text("nav")


EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\x1b[31m\u202e\x00"


def hostile() -> list[Outcome]:
    value = EVIL.replace("\x00", "").encode().decode("latin-1")
    answers = MockServer().route("*", "OPTIONS", 204, {"Access-Control-Allow-Origin": value})
    answers.route("*", "*", 500, {"Access-Control-Allow-Origin": value, "X-Evil": value}, EVIL)
    moved = MockServer().route("*", "*", 302, ALLOWED | {"Location": f"https://evil.example/{value}"})
    url = 'https://api.example/"><script>alert(1)</script>?\'<b>\u202e#"><i>'
    return [
        fetched(answers, url),
        fetched(answers, url, method="PUT", headers={"X-Evil": "<script>"}),
        fetched(moved, url, profile="chromium"),
        fetched(MockServer().route("*", "*", 200, ALLOWED | {"Content-Type": value}, EVIL * 1000), url),
    ]


@pytest.mark.parametrize("number", range(4))
def test_nothing_that_comes_from_elsewhere_becomes_markup(number: int) -> None:
    outcome = hostile()[number]
    source = html_report([outcome], title=EVIL, captions=[EVIL], advice=[Advice(outcome)])
    page = Page(source)
    assert not {"script", "img", "iframe", "object", "link", "base"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("style", "src")]
    assert not re.search(r"[^\n -~\xa1-\xff…→✓✗•“”’—‘]", source)
    assert "alert(1)" in page.text()


def test_what_cannot_be_seen_is_written_out() -> None:
    text_of_page = page_of(OUTCOMES["hostile_server"]()).text()
    assert "\\x1b[31m[bold red]\\x9b2J\\x07" in text_of_page
    assert "\\u202ebody" in text_of_page


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_text(content: str) -> None:
    for markup in (text(content), prose(content), element("p", content, title=content)):
        assert isinstance(markup, Markup)
        assert markup.isprintable()
        page = Page(markup)
        assert set(page.tags) <= {"p", "code"}


def test_an_unpaired_surrogate_can_be_written() -> None:
    assert html_report([OUTCOMES["opaque"]()], title="\ud800").encode("utf-8")


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_page_needs_nothing_from_elsewhere(name: str) -> None:
    outcome = OUTCOMES[name]()
    source = source_of(outcome)
    page = Page(source)
    assert ("meta", "http-equiv", "Content-Security-Policy") in page.attributes
    policy = next(value for tag, name, value in page.attributes if tag == "meta" and value.startswith("default-src"))
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert ("meta", "content", "width=device-width, initial-scale=1") in page.attributes
    assert not {"script", "link", "img", "iframe", "object", "svg"} & set(page.tags)
    assert "url(" not in page.text("style")
    assert "@import" not in page.text("style")
    # Links lead to standards only, never to what was fetched.
    links = [value for _, name, value in page.attributes if name == "href"]
    assert all(
        re.match(r"https://([a-z0-9-]+\.)*(whatwg\.org|w3\.org|github\.io|rfc-editor\.org|ietf\.org)/", link)
        for link in links
    )


def test_credentials_are_masked_unless_asked_for() -> None:
    server = MockServer().route("*", "OPTIONS", 204, ALLOWED | {"Access-Control-Allow-Headers": "Authorization"})
    server.route(
        "*", "*", 302, ALLOWED | {"Location": "https://me:very-secret@api.example/", "Set-Cookie": "a=very-secret"}
    )
    outcome = fetched(server, headers={"Authorization": "Bearer very-secret"})
    masked = html_report([outcome], title="https://me:very-secret@api.example/", advice=[Advice(outcome)])
    assert "very-secret" not in masked
    assert "Bearer ***" in masked
    assert "https://***@api.example/" in masked
    assert "stands for credentials" in Page(masked).text("footer")
    shown = page_of(outcome, show_credentials=True)
    assert "Bearer very-secret" in shown.text()
    assert "https://me:very-secret@api.example/" in shown.text()


def test_bodies_are_cut_and_those_of_requests_left_out() -> None:
    server = MockServer().route("*", "*", 200, ALLOWED, "x" * 50_000)
    page = page_of(fetched(server, method="POST", body="password=hunter2"))
    assert "hunter2" not in page.text()
    assert "a body of 16 bytes" in page.text("size")
    assert "a body of 50,000 bytes, the first 2,000 characters" in page.text("size")
    assert page.text("pre").count("x") == LONGEST_BODY


def test_a_long_url_is_cut() -> None:
    source = source_of(fetched(MockServer().route("*", "*", 200, ALLOWED), f"{API}?{'q' * 5000}"))
    assert "q" * 501 not in source
    assert "more characters)" in source


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_real_browser_draws_it_without_complaint_and_as_narrow_as_a_phone(tmp_path: Path) -> None:
    """Every page in a frame of 360 pixels: nothing sticks out, and the console stays empty."""
    outcomes = [make() for make in OUTCOMES.values()] + [redirects(2), redirects(5), blocked_image(), *hostile()]
    pages = [source_of(outcome) for outcome in outcomes]
    frames = "".join(
        str(element("iframe", "", width="360", height="700", srcdoc=Markup(text_kept(page)))) for page in pages
    )
    script = (
        "addEventListener('load', () => { document.title = [...document.querySelectorAll('iframe')]"
        ".map(frame => frame.contentDocument.querySelectorAll('.row').length + ':' + "
        "(frame.contentDocument.documentElement.scrollWidth <= 360)).join(' ') })"
    )
    path = tmp_path / "frames.html"
    path.write_text(f"<!DOCTYPE html><title></title><body>{frames}<script>{script}</script>", encoding="utf-8")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command = [
        str(CHROMIUM),
        *flags,
        "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
    ]
    ran = subprocess.run([*command, path.as_uri()], capture_output=True, timeout=120, check=True)
    title = re.search(r"<title>(.*?)</title>", ran.stdout.decode())
    assert title is not None
    measured = title[1].split()
    assert len(measured) == len(pages)
    assert all(re.fullmatch(r"[1-9]\d*:true", one) for one in measured), measured
    assert "CONSOLE" not in ran.stderr.decode("utf-8", "replace")


def text_kept(page: str) -> str:
    """A page as an attribute's value."""
    return page.replace("&", "&amp;").replace('"', "&quot;")
