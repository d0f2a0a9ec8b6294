"""A block that the server's owner wants is called right, and no other is."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.report.advice import Advice
from corssim.report.html import html_report
from corssim.report.json_report import json_report
from corssim.report.terminal import report_lines

API = "https://api.site.example/x"
TRUE = ("Access-Control-Allow-Credentials", "true")
INCLUDE = {"credentials": "include"}


def allowing(origin: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Access-Control-Allow-Origin", origin), *more]


def advised(page: str, headers: list[tuple[str, str]], *, meant: bool = False, **init: Any) -> tuple[Any, Advice]:
    server = MockServer().route(API, "OPTIONS", 204, headers).route(API, "*", headers=headers)
    sandboxed = init.pop("sandboxed", False)
    outcome = Browser(server).page(page, sandboxed=sandboxed).fetch(API, **init)
    return outcome, Advice(outcome, meant=meant)


@pytest.mark.parametrize(
    ("page", "headers", "init", "told"),
    [
        ("https://evil.example/", allowing("https://app.example", TRUE), INCLUDE, "give that page the user's data"),
        ("https://evil.example/", allowing("https://app.example", TRUE), {}, ""),
        ("https://evil.example/", allowing("https://app.example"), INCLUDE, ""),
        ("https://evil.example/", allowing("*", TRUE), INCLUDE, ""),
        ("https://evil.example/", [], INCLUDE, ""),
        ("https://app.example/", allowing("https://app.example/", TRUE), INCLUDE, ""),
        ("https://www.app.example/", allowing("https://app.example", TRUE), INCLUDE, ""),
        ("https://app.site.example/", allowing("https://other.example", TRUE), INCLUDE, ""),
        ("http://localhost:3000/", allowing("https://app.example", TRUE), INCLUDE, ""),
        ("data:text/html,x", allowing("https://app.example"), {}, "would let every website read them"),
        ("https://app.example/", allowing("https://app.example"), {"sandboxed": True}, "would let every website read"),
        ("https://app.example/", [], {"sandboxed": True}, ""),
        ("file:///home/index.html", allowing("https://app.example"), {}, ""),
    ],
    ids=[
        "another site with cookies, and the server trusts others", "without cookies", "nobody's cookies are trusted",
        "everybody was to be trusted", "the answers name nobody", "a slash too many", "the same site's other host",
        "a page of the server's own site", "a developer's page", "a data: page", "a sandboxed page",
        "a sandboxed page, and the answers name nobody", "a developer's file",
    ],
)  # fmt: skip
def test_the_answers_tell_whether_it_is_right(page: str, headers: Any, init: dict[str, Any], told: str) -> None:
    outcome, advice = advised(page, headers, **init)
    assert outcome.blocked is not None
    assert told in advice.rightly_blocked
    assert bool(advice.rightly_blocked) == bool(told)


@pytest.mark.parametrize(
    ("page", "init", "told"),
    [
        ("https://app.example/", {}, "let https://app.example read what api.site.example answers"),
        ("https://app.example/", {"method": "PUT"}, "let https://app.example send PUT requests and read"),
        ("data:text/html,x", {}, "let every website read"),
    ],
    ids=["a GET", "a PUT", "an opaque page"],
)
def test_what_is_expected_is_right(page: str, init: dict[str, Any], told: str) -> None:
    _, advice = advised(page, [], meant=True, **init)
    assert told in advice.rightly_blocked
    assert advised(page, [], **init)[1].rightly_blocked == ""


def test_a_block_before_any_server_is_not_its_owners() -> None:
    page = Browser(MockServer()).page("https://app.example/", headers={"Content-Security-Policy": "connect-src 'none'"})
    assert Advice(page.fetch(API), meant=True).rightly_blocked == ""


def test_it_is_told_in_words_and_in_data() -> None:
    outcome, advice = advised("https://evil.example/", allowing("https://app.example", TRUE), credentials="include")
    text = " ".join(" ".join(line.plain() for line in report_lines(outcome, advice=advice)).split())
    assert "note Rightly blocked, as far as the answers tell" in text
    assert text.index("Rightly blocked") < text.index("to allow Set")
    assert "fix Set" not in text
    assert json_report(outcome, advice=advice)["rightly_blocked"].startswith("Rightly blocked")


def test_what_gives_nothing_away_stays_a_fix_of_a_block_that_is_meant() -> None:
    _, advice = advised("https://app.example/", [], meant=True)
    assert advice.rightly_blocked
    assert not advice.offers_no_fix


def test_a_page_tells_what_would_allow_it_as_no_fix() -> None:
    evil = advised("https://evil.example/", allowing("https://app.example", TRUE), credentials="include")
    ours = advised("https://app.example/", [])
    titles = [
        html_report([outcome], title="", advice=[advice]).count(">What would allow it<")
        for outcome, advice in (evil, ours)
    ]
    assert titles == [1, 0]
