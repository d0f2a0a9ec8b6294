"""nosniff and MIME types: which scripts and styles are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.nosniff import determine_nosniff, mime_type_of

WPT = Path(__file__).parents[1] / "data" / "wpt"
APP, API = "https://app.example/", "https://api.example/x"


def load(element: Any, headers: list[tuple[str, str]], crossorigin: str | None = None) -> str | None:
    page = Browser(MockServer().route("*", headers=headers, body="0")).page(APP)
    return page.load(element, "/x", crossorigin).reason


def _lines(text: str) -> list[tuple[str, str]]:
    return [(name, value) for line in text.split("\r\n") for name, _, value in [line.partition(":")]]


@pytest.mark.parametrize(
    "row", json.loads((WPT / "x-content-type-options.json").read_text()), ids=lambda row: ascii(row["input"])
)
def test_nosniff_as_web_platform_tests_have_it(row: dict[str, Any]) -> None:
    headers = [("Content-Type", "x/x"), *_lines(row["input"])]
    assert (load("script", headers) == "nosniff") is row["nosniff"]


@pytest.mark.parametrize(
    "row", json.loads((WPT / "script-content-types.json").read_text()), ids=lambda row: ascii(row["contentType"])
)
def test_scripts_by_their_type_as_web_platform_tests_have_it(row: dict[str, Any]) -> None:
    headers = [("X-Content-Type-Options", "nosniff"), *[("Content-Type", value) for value in row["contentType"]]]
    assert (load("script", headers) is None) is row["executes"]


@pytest.mark.parametrize(
    "row", json.loads((WPT / "content-types.json").read_text()), ids=lambda row: ascii(row["contentType"])
)
def test_the_type_of_a_response_as_web_platform_tests_have_it(row: dict[str, Any]) -> None:
    values = row["contentType"] if isinstance(row["contentType"], list) else [row["contentType"]]
    server = MockServer().route("*", headers=[("Content-Type", value) for value in values])
    response = Browser(server).page(APP).fetch("/x").response
    assert response is not None
    mime_type = mime_type_of(response.headers, STANDARD.responses)
    assert (mime_type.serialize() if mime_type else "") == row["mimeType"]


@pytest.mark.parametrize(
    ("element", "content_type", "reason"),
    [
        ("script", "text/javascript", None),
        ("script", "application/x-javascript; charset=x", None),
        ("script", "text/plain", "nosniff"),
        ("script", None, "nosniff"),
        ("stylesheet", "text/css", None),
        ("stylesheet", "text/plain", "nosniff"),
        ("stylesheet", None, "nosniff"),
        ("font", "text/plain", "not-a-font"),
        ("video", "text/plain", None),
    ],
)
def test_nosniff_is_about_scripts_and_styles(element: str, content_type: str | None, reason: str | None) -> None:
    headers = [("X-Content-Type-Options", "nosniff")]
    headers += [("Content-Type", content_type)] if content_type else []
    assert load(element, headers) == reason


def test_nosniff_is_not_about_fetch() -> None:
    server = MockServer().route("*", headers={"X-Content-Type-Options": "nosniff", "Content-Type": "text/plain"})
    assert Browser(server).page(APP).fetch("/x").allowed


@pytest.mark.parametrize(
    ("content_type", "reason"),
    [
        ("text/csv", "mime-type-blocked"),
        ("image/png", "mime-type-blocked"),
        ("audio/x", "mime-type-blocked"),
        ("video/mp4", "mime-type-blocked"),
        ("text/html", None),
        ("application/json", None),
        ("", None),
        ("bogus", None),
    ],
)
def test_scripts_that_say_they_are_something_else(content_type: str, reason: str | None) -> None:
    assert load("script", [("Content-Type", content_type)]) == reason


def test_nosniff_reads_the_first_value() -> None:
    assert determine_nosniff([("x-content-type-options", "NoSniff, x")])
    assert not determine_nosniff([("x-content-type-options", "x, nosniff")])
    assert not determine_nosniff([])
