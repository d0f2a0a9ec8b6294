"""Opaque response blocking, in the two ways that browsers have it."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD

APP, API = "https://app.example/", "https://api.example/x"
PNG = b"\x89PNG\r\n\x1a\n"
SNIFF, PARSE = "sniffing", "script-parsing"


def blocked(
    kind: Any, headers: Any, body: Any, *, element: str = "script", status: int = 200, crossorigin: str | None = None
) -> bool:
    profile = STANDARD.changed("responses.opaque_response_blocking", kind)
    server = MockServer().route("*", status=status, headers=headers, body=body)
    outcome = Browser(server, profile=profile).page(APP).load(element, API, crossorigin)  # type: ignore[arg-type]
    return outcome.reason == "opaque-response-blocking"


HTML = "<!doctype html><p>x"
ROWS = [
    ("script", {"Content-Type": "text/javascript"}, "x", 200, False, False),
    ("script without a type", {}, "alert(1)", 200, False, False),
    ("css", {"Content-Type": "text/css"}, "a{}", 200, False, False),
    ("svg", {"Content-Type": "image/svg+xml"}, "<svg/>", 200, False, False),
    ("png that says it is html", {"Content-Type": "text/html"}, PNG, 200, False, False),
    ("pdf", {"Content-Type": "application/pdf"}, "%PDF", 200, True, True),
    ("office document", {"Content-Type": "application/vnd.openxmlformats-officedocument.x"}, "PK", 200, True, True),
    ("csv", {"Content-Type": "text/csv"}, "a,b", 200, True, True),
    ("part of html", {"Content-Type": "text/html"}, HTML, 206, True, True),
    ("first part of a png that says html", {"Content-Type": "text/html", "Content-Range": "bytes 0-7/9"}, PNG, 206,
     True, True),
    ("part of an image", {"Content-Type": "image/png"}, "x", 206, False, True),
    ("part of an image, of where unsaid", {"Content-Type": "image/png"}, PNG, 206, False, True),
    ("first part of an image", {"Content-Range": "bytes 0-7/9"}, PNG, 206, False, False),
    ("later part of an image", {"Content-Range": "bytes 1-8/9"}, PNG, 206, True, True),
    ("part that no whole is said of", {"Content-Range": "bytes */9"}, PNG, 206, False, True),
    ("part of a style sheet", {"Content-Type": "text/css", "Content-Range": "bytes 1-3/4"}, "a{}", 206, False, False),
    ("nosniff html", {"Content-Type": "text/html", "X-Content-Type-Options": "nosniff"}, "x", 200, True, True),
    ("nosniff plain", {"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"}, "x", 200, True, True),
    ("nosniff without a type", {"X-Content-Type-Options": "nosniff"}, "x", 200, False, True),
    ("html", {"Content-Type": "text/html"}, HTML, 200, True, True),
    ("html that is none", {"Content-Type": "text/html"}, "alert(1)", 200, False, False),
    ("plain that is html", {"Content-Type": "text/plain"}, HTML, 200, True, True),
    ("xml", {"Content-Type": "application/xml"}, "<?xml version='1.0'?><a/>", 200, True, True),
    ("json", {"Content-Type": "application/json"}, '{"a": 1}', 200, True, True),
    ("json array", {"Content-Type": "application/json"}, "[1]", 200, False, True),
    ("guarded json", {"Content-Type": "x/x"}, ")]}'\n{}", 200, True, True),
    ("error status", {"Content-Type": "x/x"}, "alert(1)", 404, False, True),
    ("image by type only", {"Content-Type": "image/png"}, "no image", 200, False, True),
    ("nothing", {}, "", 200, False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "body", "status", "by_sniffing", "by_parsing"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_is_blocked(headers: Any, body: Any, status: int, by_sniffing: bool, by_parsing: bool) -> None:
    assert blocked(SNIFF, headers, body, element="img", status=status) is by_sniffing
    assert blocked(PARSE, headers, body, element="img", status=status) is by_parsing


@pytest.mark.parametrize("kind", [SNIFF, PARSE])
def test_what_cors_has_allowed_is_not_looked_at(kind: str) -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/html"}
    assert not blocked(kind, headers, HTML, element="img", crossorigin="anonymous")


@pytest.mark.parametrize("kind", [SNIFF, PARSE])
def test_fetch_and_frames_are_not_looked_at(kind: Any) -> None:
    profile = STANDARD.changed("responses.opaque_response_blocking", kind)
    page = Browser(MockServer().route("*", headers={"Content-Type": "text/html"}, body=HTML), profile=profile).page(APP)
    assert page.fetch(API, mode="no-cors").reason == "opaque-response"
    assert page.load("iframe", API).reason == "opaque-response"


def test_which_check_is_named_when_two_would_block() -> None:
    headers = {"Content-Type": "text/html", "X-Content-Type-Options": "nosniff"}
    assert blocked(SNIFF, headers, HTML)
    assert not blocked(PARSE, headers, HTML)


def test_the_standard_has_none() -> None:
    assert not blocked("none", {"Content-Type": "text/html"}, HTML)
