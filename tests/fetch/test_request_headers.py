"""Origin and Sec-Fetch-*: where a request says that it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer, Page

APP, API = "https://app.example/", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}


def sent(name: str, call: Any, page: str = APP, headers: Any = ()) -> list[str | None]:
    server = MockServer().route("*", headers={**ANY, "Access-Control-Allow-Methods": "*"})
    call(Browser(server).page(page, headers))
    return [dict(request.headers).get(name) for request in server.requests]


ORIGINS = [
    ("cors get", API, {}, "https://app.example"),
    ("same-origin get", "/x", {}, None),
    ("same-origin head", "/x", {"method": "HEAD"}, None),
    ("no-cors get", API, {"mode": "no-cors"}, None),
    ("same-origin post", "/x", {"method": "POST"}, "https://app.example"),
    ("same-origin put", "/x", {"method": "PUT"}, "https://app.example"),
    ("no-cors post", API, {"method": "POST", "mode": "no-cors"}, "https://app.example"),
    ("cors get without referrer", API, {"referrer_policy": "no-referrer"}, "https://app.example"),
    ("same-origin cors post without referrer", "/x", {"method": "POST", "referrer_policy": "no-referrer"},
     "https://app.example"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "options", "origin"), [row[1:] for row in ORIGINS], ids=[row[0] for row in ORIGINS])
def test_which_requests_say_their_origin(url: str, options: Any, origin: str | None) -> None:
    assert sent("Origin", lambda page: page.fetch(url, **options)) == [origin]


HIDDEN = [
    ("no-referrer", API, "null"),
    ("no-referrer", "/x", "null"),
    ("no-referrer-when-downgrade", API, "https://app.example"),
    ("strict-origin", "http://localhost/", "null"),
    ("no-referrer-when-downgrade", "http://localhost/", "null"),
    ("strict-origin-when-cross-origin", "http://localhost/", "null"),
    ("same-origin", API, "null"),
    ("same-origin", "/x", "https://app.example"),
    ("origin", "http://localhost/", "https://app.example"),
    ("unsafe-url", "http://localhost/", "https://app.example"),
    # A document without a policy has the default one, strict-origin-when-cross-origin (HTML, policy container).
    ("", "http://localhost/", "null"),
]


@pytest.mark.parametrize(("policy", "url", "origin"), HIDDEN)
def test_a_referrer_policy_hides_the_origin_of_a_post_without_cors(policy: str, url: str, origin: str) -> None:
    def call(page: Page[Any]) -> None:
        page.fetch(url, method="POST", mode="no-cors", referrer_policy=policy)

    assert sent("Origin", call) == [origin]


def test_an_opaque_origin_is_null() -> None:
    assert sent("Origin", lambda page: page.fetch(API), page="data:text/html,x") == ["null"]


SITES = [
    (APP, "/x", "same-origin"),
    (APP, "https://app.example:8443/", "same-site"),
    (APP, "https://www.app.example/", "same-site"),
    (APP, API, "cross-site"),
    ("http://app.example/", "https://app.example/", "cross-site"),
    ("https://a.github.io/", "https://b.github.io/", "cross-site"),
    ("http://localhost/", "http://localhost:8000/", "same-site"),
    ("http://127.0.0.1/", "http://127.0.0.1:8000/", "same-site"),
    ("http://localhost/", "http://127.0.0.1/", "cross-site"),
]


@pytest.mark.parametrize(("page", "url", "site"), SITES)
def test_the_site(page: str, url: str, site: str) -> None:
    assert sent("Sec-Fetch-Site", lambda p: p.fetch(url, mode="no-cors"), page=page) == [site]


def test_the_site_counts_every_url_on_the_way() -> None:
    server = MockServer().route("/out", status=302, headers={"Location": API})
    server.route(API, status=302, headers={**ANY, "Location": APP + "end"})
    Browser(server).page(APP).fetch("/out", mode="no-cors")
    assert [dict(request.headers)["Sec-Fetch-Site"] for request in server.requests] == [
        "same-origin",
        "cross-site",
        "cross-site",
    ]


def test_metadata_go_to_trustworthy_urls_only() -> None:
    names = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
    for url, told in (("http://api.example/", False), ("http://localhost/", True), (API, True)):
        assert [sent(name, lambda p, u=url: p.fetch(u), page="http://app.example/") != [None] for name in names] == [
            told
        ] * 3


@pytest.mark.parametrize(
    ("call", "dest", "mode", "user"),
    [
        (lambda page: page.fetch(API), "empty", "cors", None),
        (lambda page: page.fetch(API, mode="no-cors"), "empty", "no-cors", None),
        (lambda page: page.load("img", API), "image", "no-cors", None),
        (lambda page: page.load("script", API, "anonymous"), "script", "cors", None),
        (lambda page: page.load("iframe", API), "iframe", "navigate", None),
        (lambda page: page.submit_form(API), "document", "navigate", "?1"),
        (lambda page: page.submit_form(API, target="iframe"), "iframe", "navigate", None),
        (lambda page: page.frame(APP).submit_form(API), "iframe", "navigate", "?1"),
        (lambda page: page.event_source(API), "empty", "cors", None),
        (lambda page: page.send_beacon(API), "empty", "no-cors", None),
    ],
    ids=[
        "fetch",
        "no-cors",
        "img",
        "script",
        "iframe",
        "form",
        "form in a frame",
        "form of a frame",
        "EventSource",
        "beacon",
    ],
)
def test_destination_and_mode(call: Any, dest: str, mode: str, user: str | None) -> None:
    assert [sent(name, call)[0] for name in ("Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-User")] == [
        dest,
        mode,
        user,
    ]
