"""Insecure requests of secure pages: upgraded, blocked or let through."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.upgrade_events import URLUpgraded

APP = "https://app.example/"
ANY = {"Access-Control-Allow-Origin": "*"}
PNG = b"\x89PNG\r\n\x1a\n"
UPGRADE = {"Content-Security-Policy": "upgrade-insecure-requests"}


def sent(call: Any, page: str = APP, headers: Any = ()) -> list[str]:
    server = MockServer().route("*", headers=ANY, body=PNG)
    call(Browser(server).page(page, headers))
    return [request.url for request in server.requests]


CASES = [
    ("fetch", lambda page: page.fetch("http://api.example/"), []),
    ("xhr", lambda page: page.xhr("http://api.example/"), []),
    ("script", lambda page: page.load("script", "http://api.example/"), []),
    ("iframe", lambda page: page.load("iframe", "http://api.example/"), []),
    ("form", lambda page: page.submit_form("http://api.example/"), ["http://api.example/"]),
    ("form in a frame", lambda page: page.submit_form("http://api.example/", target="iframe"), []),
    ("img", lambda page: page.load("img", "http://api.example/"), ["https://api.example/"]),
    ("img on a port", lambda page: page.load("img", "http://api.example:8080/"), ["https://api.example:8080/"]),
    ("audio", lambda page: page.load("audio", "http://api.example/"), ["https://api.example/"]),
    ("video", lambda page: page.load("video", "http://api.example/"), ["https://api.example/"]),
    (
        "img with crossorigin",
        lambda page: page.load("img", "http://api.example/", "anonymous"),
        ["https://api.example/"],
    ),
    ("img of an IP address", lambda page: page.load("img", "http://192.0.2.1/"), []),
    ("img of localhost", lambda page: page.load("img", "http://localhost/"), ["http://localhost/"]),
    ("localhost", lambda page: page.fetch("http://localhost:8000/"), ["http://localhost:8000/"]),
    ("127.0.0.1", lambda page: page.fetch("http://127.0.0.1/"), ["http://127.0.0.1/"]),
    ("[::1]", lambda page: page.fetch("http://[::1]/"), ["http://[::1]/"]),
]


@pytest.mark.parametrize(("call", "urls"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_plain_http_from_a_secure_page(call: Any, urls: list[str]) -> None:
    assert sent(call) == urls


@pytest.mark.parametrize(("call", "urls"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_plain_page_mixes_as_it_likes(call: Any, urls: list[str]) -> None:
    del urls
    (url,) = sent(call, page="http://app.example/")
    assert url.startswith("http://")


@pytest.mark.parametrize(
    ("page", "frame", "urls"),
    [
        (APP, "https://widget.example/", []),
        (APP, None, []),
        ("http://app.example/", "http://widget.example/", ["http://api.example/"]),
    ],
    ids=["of a secure page", "srcdoc", "of a plain page"],
)
def test_a_form_of_a_frame_leads_the_frame_and_not_the_page(page: str, frame: str | None, urls: list[str]) -> None:
    assert sent(lambda opened: opened.frame(frame).submit_form("http://api.example/"), page=page) == urls


def test_the_evidence() -> None:
    blocked = Browser(MockServer()).page(APP + "page").fetch("http://api.example/x").blocked
    assert blocked is not None
    assert (blocked.reason, blocked.url, blocked.compared_with, blocked.stage) == (
        "mixed-content",
        "http://api.example/x",
        APP + "page",
        "request",
    )


@pytest.mark.parametrize(
    ("call", "urls"),
    [
        (lambda page: page.fetch("http://api.example/x"), ["https://api.example/x"]),
        (lambda page: page.load("script", "http://api.example/x"), ["https://api.example/x"]),
        (lambda page: page.load("iframe", "http://api.example:80/x"), ["https://api.example/x"]),
        (lambda page: page.submit_form("http://api.example/x"), ["https://api.example/x"]),
        (lambda page: page.navigate("http://api.example/x").navigation, ["http://api.example/x"]),
        (lambda page: page.submit_form("http://api.example/x", target="iframe"), ["https://api.example/x"]),
        (lambda page: page.fetch("https://api.example/x"), ["https://api.example/x"]),
        (lambda page: page.fetch("http://localhost:3000/x"), ["http://localhost:3000/x"]),
    ],
    ids=[
        "fetch",
        "script",
        "iframe",
        "top-level form",
        "link",
        "form in a frame",
        "already secure",
        "localhost, trusted as it is",
    ],
)
@pytest.mark.parametrize("page", [APP, "http://app.example/"])
def test_upgrade_insecure_requests(call: Any, urls: list[str], page: str) -> None:
    assert sent(call, page=page, headers=UPGRADE) == urls


def test_a_report_only_policy_upgrades_nothing() -> None:
    headers = {"Content-Security-Policy-Report-Only": "upgrade-insecure-requests"}
    assert sent(lambda page: page.fetch("http://api.example/x"), headers=headers) == []


def test_another_policy_upgrades_nothing() -> None:
    policy = {"Content-Security-Policy": "img-src 'none'"}
    urls = sent(lambda page: page.fetch("http://api.example/x"), page="http://app.example/", headers=policy)
    assert urls == ["http://api.example/x"]


def test_the_trace_tells_of_an_upgrade() -> None:
    outcome = Browser(MockServer().route("*", body=PNG)).page(APP).load("img", "http://api.example/x")
    assert [event for event in outcome.trace if isinstance(event, URLUpgraded)] == [
        URLUpgraded("http://api.example/x", "https://api.example/x", "mixed-content")
    ]


def test_a_redirect_to_plain_http_is_blocked_and_one_of_an_image_upgraded() -> None:
    server = MockServer().route("/go", status=302, headers={"Location": "http://api.example/x"}).route("*", body=PNG)
    page = Browser(server).page(APP)
    assert page.fetch("/go").reason == "mixed-content"
    page.load("img", "/go")
    assert [request.url for request in server.requests] == [APP + "go", APP + "go", "https://api.example/x"]
