"""What elements and other APIs make of a response that arrived, and preloads."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.page_events import FoundInDocument, PreloadConsidered

APP, API = "https://app.example/", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}
PNG = b"\x89PNG\r\n\x1a\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'
JS, CSS, EVENTS = (
    {"Content-Type": "text/javascript"},
    {"Content-Type": "text/css"},
    {"Content-Type": "text/event-stream"},
)

LOADS = [
    ("an image", "img", 200, {}, PNG, "readable", None),
    ("an image that is an error page", "img", 404, {}, PNG, "readable", None),
    ("no image", "img", 200, {"Content-Type": "image/png"}, b"x", "failed", "not-an-image"),
    ("svg by its type", "img", 200, {"Content-Type": "image/svg+xml"}, SVG, "readable", None),
    ("not svg by its bytes", "img", 200, {"Content-Type": "image/svg+xml"}, b"<svg/>", "failed", "not-an-image"),
    ("a script", "script", 200, JS, b"0", "readable", None),
    ("a script without a type", "script", 200, {}, b"0", "readable", None),
    ("a script that is missing", "script", 404, JS, b"0", "failed", "http-error-status"),
    ("a module", "module", 200, JS, b"0", "readable", None),
    ("wasm", "module", 200, {"Content-Type": "application/wasm"}, b"0", "readable", None),
    ("a module without a type", "module", 200, {}, b"0", "blocked", "mime-type-blocked"),
    ("a module of plain text", "module", 200, {"Content-Type": "text/plain"}, b"0", "blocked", "mime-type-blocked"),
    ("a stylesheet", "stylesheet", 200, CSS, b"", "readable", None),
    ("a stylesheet without a type", "stylesheet", 200, {}, b"", "readable", None),
    ("a stylesheet of plain text", "stylesheet", 200, {"Content-Type": "text/plain"}, b"", "blocked",
     "mime-type-blocked"),
    ("a font", "font", 200, {}, b"wOF2", "readable", None),
    ("no font", "font", 200, {"Content-Type": "font/woff2"}, b"<!doctype html>", "failed", "not-a-font"),
    ("a font of no bytes", "font", 204, {}, b"", "failed", "not-a-font"),
    ("a font that is missing", "font", 404, {}, b"", "failed", "http-error-status"),
    ("a video", "video", 206, {}, b"", "readable", None),
    ("a video that fails", "video", 500, {}, b"", "failed", "http-error-status"),
    ("a frame that is an error page", "iframe", 500, {}, b"", "readable", None),
    ("a preload that is missing", "preload", 404, {}, b"", "readable", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("element", "status", "headers", "body", "verdict", "reason"),
    [row[1:] for row in LOADS],
    ids=[row[0] for row in LOADS],
)
def test_loads(element: Any, status: int, headers: Any, body: bytes, verdict: str, reason: str | None) -> None:
    outcome = Browser(MockServer().route("*", status=status, headers=headers, body=body)).page(APP).load(element, "/x")
    assert (outcome.verdict, outcome.reason) == (verdict, reason)
    if outcome.blocked is not None:
        assert (outcome.blocked.status, outcome.blocked.url) == (status, APP + "x")
        assert outcome.blocked.anchor.startswith(("https://html.spec.whatwg.org/", "https://drafts.csswg.org/"))
        assert outcome.response is None


@pytest.mark.parametrize(
    ("status", "headers", "verdict", "reason"),
    [
        (200, {**ANY, **EVENTS}, "readable", None),
        (200, {**ANY, "Content-Type": "text/event-stream; charset=utf-8"}, "readable", None),
        (204, {**ANY, **EVENTS}, "failed", "event-source-status"),
        (404, {**ANY, **EVENTS}, "failed", "event-source-status"),
        (200, ANY, "failed", "event-source-type"),
        (200, EVENTS, "blocked", "allow-origin-missing"),
    ],
)
def test_event_sources(status: int, headers: Any, verdict: str, reason: str | None) -> None:
    outcome = Browser(MockServer().route("*", status=status, headers=headers)).page(APP).event_source(API)
    assert (outcome.verdict, outcome.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("profile", "crossorigin", "headers", "readable"),
    [
        ("standard", None, JS, False),
        ("standard", "anonymous", {**ANY, **JS}, True),
        ("standard", "anonymous", JS, None),
        ("firefox", None, {**ANY, **JS}, True),
        ("chromium", None, {**ANY, **JS}, False),
    ],
)
def test_whether_a_script_s_errors_are_readable(
    profile: str, crossorigin: str | None, headers: Any, readable: bool | None
) -> None:
    page = Browser(MockServer().route("*", headers=headers, body="0"), profile=profile).page(APP)
    assert page.load("script", API, crossorigin).errors_readable is readable


def test_a_frame_of_another_origin_is_closed_to_the_page() -> None:
    page = Browser(MockServer().route("*", body="secret")).page(APP)
    foreign, own = page.load("iframe", API), page.load("iframe", "/x")
    assert foreign.response is not None
    assert own.response is not None
    assert (foreign.verdict, foreign.response.body) == ("opaque", b"")
    assert (own.verdict, own.response.body) == ("readable", b"secret")


@pytest.mark.parametrize(
    ("url", "fails", "returned"),
    [
        (API, None, True),
        (API, "refused", True),
        ("http://api.example/", None, False),
        ("https://api.example:25/", None, True),
    ],
    ids=["not readable", "server is down", "mixed content", "bad port"],
)
def test_what_send_beacon_returns(url: str, fails: Any, returned: bool) -> None:
    assert Browser(MockServer().route("*", fail=fails)).page(APP).send_beacon(url, "x").returned is returned


# --- preloads ---------------------------------------------------------------------------------------------------------

PRELOADS = [
    ("same mode and credentials", {"crossorigin": "anonymous"}, {}, True, ""),
    ("use-credentials", {"crossorigin": "use-credentials"}, {"credentials": "include"}, True, ""),
    ("another credentials mode", {"crossorigin": "anonymous"}, {"credentials": "include"}, False, "credentials mode"),
    ("no crossorigin", {}, {"credentials": "include"}, False, "mode"),
    ("another method", {"crossorigin": "anonymous"}, {"method": "POST"}, False, "method"),
    ("omit is never matched", {"crossorigin": "anonymous"}, {"credentials": "omit"}, False, "credentials mode"),
    ("headers of its own", {"crossorigin": "anonymous"}, {"headers": {"Accept-Language": "de"}}, False, "headers"),
]


@pytest.mark.parametrize(
    ("preload", "options", "used", "because"), [row[1:] for row in PRELOADS], ids=[row[0] for row in PRELOADS]
)
def test_a_preload_is_used_by_a_request_that_matches(
    preload: Any, options: Any, used: bool, because: str | None
) -> None:
    headers = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
    server = MockServer().route("*", headers=headers, body="x")
    page = Browser(server).page(APP)
    page.load("preload", API, **preload)
    outcome = page.fetch(API, **options)
    assert outcome.from_preload is used
    assert outcome.allowed
    assert len(server.requests) == (1 if used else 2)
    considered = [(e.used, e.because) for e in outcome.trace if isinstance(e, PreloadConsidered)]
    assert considered == ([] if because is None else [(used, because)])


def test_a_preload_is_used_once_and_by_its_own_page_alone() -> None:
    server = MockServer().route("*", headers=ANY)
    browser = Browser(server)
    page = browser.page(APP)
    page.load("preload", API, crossorigin="anonymous")
    assert not browser.page(APP).fetch(API).from_preload
    assert page.fetch(API).from_preload
    assert not page.fetch(API).from_preload


def test_a_preload_that_failed_fails_its_request() -> None:
    page = Browser(MockServer()).page(APP)
    page.load("preload", API, crossorigin="anonymous")
    outcome = page.fetch(API)
    assert (outcome.from_preload, outcome.reason) == (True, "allow-origin-missing")


@pytest.mark.parametrize("as_", ["font", "image", "script", "style", "track"])
def test_a_preload_has_the_destination_of_what_it_is_for(as_: str) -> None:
    outcome = Browser(MockServer()).page(APP).load("preload", API, as_=as_)
    assert outcome.exchanges[0].request.header("Sec-Fetch-Dest") == as_


KEPT = [
    ("an image", "img", {}, PNG, {}, {}, True),
    ("an image with another crossorigin", "img", {}, PNG, {}, {"crossorigin": ""}, False),
    ("what is no image", "img", {}, b"x", {}, {}, False),
    ("a module", "module", JS, b"0", {}, {"crossorigin": "use-credentials"}, True),
    ("a module that failed", "module", {}, b"0", {}, {}, True),
    ("a script", "script", JS, b"0", {}, {}, False),
    ("a stylesheet", "stylesheet", CSS, b"", {}, {}, False),
]


@pytest.mark.parametrize(
    ("element", "headers", "body", "first", "second", "kept"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT]
)
def test_a_document_keeps_what_it_loaded(
    element: Any, headers: Any, body: bytes, first: Any, second: Any, kept: bool
) -> None:
    server = MockServer().route("*", headers=ANY | headers, body=body)
    page = Browser(server).page(APP)
    before = page.load(element, API, **first)
    outcome = page.load(element, API, **second)
    assert len(server.requests) == (1 if kept else 2)
    assert [type(event) for event in outcome.trace[1:2]] == ([FoundInDocument] if kept else [type(before.trace[1])])
    if first == second:
        assert (outcome.verdict, outcome.reason) == (before.verdict, before.reason)


def test_what_a_document_keeps_is_its_own() -> None:
    server = MockServer().route("*", body=PNG)
    browser = Browser(server)
    browser.page(APP).load("img", API)
    browser.page(APP).load("img", API)
    assert len(server.requests) == 2
