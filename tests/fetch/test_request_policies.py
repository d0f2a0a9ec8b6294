"""What stops a request before anything of it is sent."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.body import extract_body
from corssim.fetch.fetch_params import FetchParams
from corssim.fetch.request import Request, RequestMode
from corssim.fetch.request_policies import _gives_no_check_a_reason, checks
from corssim.url import require_url

APP, API = "https://app.example/", "https://api.example/x"

LOADS = [
    ("connect-src", lambda page: page.fetch(API)),
    ("connect-src", lambda page: page.xhr(API)),
    ("connect-src", lambda page: page.send_beacon(API)),
    ("connect-src", lambda page: page.event_source(API)),
    ("img-src", lambda page: page.load("img", API)),
    ("script-src", lambda page: page.load("script", API)),
    ("script-src", lambda page: page.load("module", API)),
    ("style-src", lambda page: page.load("stylesheet", API)),
    ("font-src", lambda page: page.load("font", API)),
    ("media-src", lambda page: page.load("video", API)),
    ("media-src", lambda page: page.load("audio", API)),
    ("frame-src", lambda page: page.load("iframe", API)),
    ("form-action", lambda page: page.submit_form(API)),
]


@pytest.mark.parametrize(("directive", "call"), LOADS)
def test_each_directive_is_in_charge_of_its_loads(directive: str, call: Any) -> None:
    server = MockServer()
    browser = Browser(server)
    outcome = call(browser.page(APP, {"Content-Security-Policy": f"{directive} 'self'"}))
    assert outcome.reason == "content-security-policy"
    assert outcome.blocked.compared_with == directive
    assert outcome.blocked.received == f"{directive} 'self'"
    assert outcome.blocked.header == "Content-Security-Policy"
    assert outcome.blocked.stage == "request"
    assert server.requests == []
    others = "; ".join(f"{name} 'self'" for name, _ in LOADS if name != directive)
    assert call(browser.page(APP, {"Content-Security-Policy": others})).reason != "content-security-policy"
    assert (
        call(browser.page(APP, {"Content-Security-Policy": f"{directive} https:"})).reason != "content-security-policy"
    )


def test_default_src_stands_in_for_those_that_are_absent() -> None:
    page = Browser(MockServer()).page(APP, {"Content-Security-Policy": "default-src 'self'; img-src *"})
    assert page.fetch(API).reason == "content-security-policy"
    assert page.load("img", API).reason == "not-an-image"
    assert page.fetch("/x").allowed


def test_every_policy_must_agree_and_the_first_that_does_not_is_named() -> None:
    headers = [
        ("Content-Security-Policy", "connect-src *"),
        ("Content-Security-Policy", "connect-src 'none', connect-src a"),
    ]
    blocked = Browser(MockServer()).page(APP, headers).fetch(API).blocked
    assert blocked is not None
    assert blocked.received == "connect-src 'none'"


def test_a_redirect_is_asked_about_again_without_its_path() -> None:
    server = MockServer().route("/go", status=302, headers={"Location": API})
    server.route(API, headers={"Access-Control-Allow-Origin": "*"})
    for policy, allowed in (("'self'", False), ("'self' https://api.example/other", True)):
        page = Browser(server).page(APP, {"Content-Security-Policy": f"connect-src {policy}"})
        assert page.fetch("/go").allowed is allowed


def test_self_is_the_page_s_own_url_even_when_it_is_sandboxed() -> None:
    page = Browser(MockServer()).page(APP, {"Content-Security-Policy": "connect-src 'self'; sandbox"})
    assert page.fetch(APP + "x").reason == "allow-origin-missing"


@pytest.mark.parametrize("url", ["http://api.example:25/", "https://api.example:6667/", "https://api.example:10080/"])
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_bad_ports(url: str, mode: str) -> None:
    outcome = Browser(MockServer()).page("http://app.example/").fetch(url, mode=mode)
    assert outcome.blocked is not None
    assert (outcome.reason, outcome.exchanges) == ("bad-port", [])
    assert outcome.blocked.subject in url


def test_a_visit_to_a_bad_port_is_an_error_page() -> None:
    page = Browser(MockServer()).visit("https://app.example:25/")
    assert page.navigation is not None
    assert (page.navigation.reason, page.origin.is_opaque) == ("bad-port", True)


@pytest.mark.parametrize(
    ("profile", "call", "reason"),
    [
        ("chromium", lambda page: page.load("script", "https://u:p@api.example/"), "url-credentials-refused"),
        ("chromium", lambda page: page.submit_form("https://u:p@api.example/"), "opaque-response"),
        ("chromium", lambda page: page.xhr("https://u:p@app.example/"), None),
        ("standard", lambda page: page.load("script", "https://u:p@api.example/"), "opaque-response"),
    ],
)
def test_credentials_in_the_url_of_a_subresource(profile: str, call: Any, reason: str | None) -> None:
    outcome = call(Browser(MockServer().route("*"), profile=profile).page(APP))
    assert outcome.reason == reason
    if reason == "url-credentials-refused":
        assert "u:p" not in outcome.blocked.url


@pytest.mark.parametrize("profile", ["standard", "chromium", "firefox", "webkit"])
@pytest.mark.parametrize("mode", [mode for mode in RequestMode if mode != "same-origin"])
@pytest.mark.parametrize("kind", ["", "document", "iframe", "image", "script", "style"])
def test_no_check_refuses_what_passes_all_of_them_at_once(profile: str, mode: RequestMode, kind: str) -> None:
    browser = Browser(MockServer(), profile=profile)
    for page in (browser.page(APP), browser.page("http://app.example/"), browser.page(APP, sandboxed=True)):
        for url, made_by in product((API, "https://127.0.0.1/"), ("form", "xmlhttprequest", "fetch", "other")):
            request = Request(
                [require_url(url)], page.environment, page.origin, mode=mode, destination=kind, initiator_type=made_by
            )
            assert _gives_no_check_a_reason(request)
            params = FetchParams(request, browser.user_agent, [])
            assert [check(params) for check in checks()] == [None] * len(checks())
            assert (params.trace, request.current_url.href) == ([], url)


@pytest.mark.parametrize(
    ("page_headers", "url", "asked"),
    [
        pytest.param({"Content-Security-Policy": "img-src *"}, API, {}, id="a policy"),
        pytest.param({"Integrity-Policy": "blocked-destinations=(script)"}, API, {}, id="an integrity policy"),
        pytest.param({"Connection-Allowlist": "(response-origin)"}, API, {}, id="an allowlist"),
        pytest.param({}, "http://api.example/", {}, id="http"),
        pytest.param({}, "https://api.example:8443/", {}, id="a port"),
        pytest.param({}, "https://me@api.example/", {}, id="a user"),
        pytest.param({}, "https://:pw@api.example/", {}, id="a password"),
        pytest.param({}, API, {"mode": RequestMode.SAME_ORIGIN}, id="same-origin"),
        pytest.param({}, API, {"body": extract_body(iter([b"x"]))[0]}, id="a stream"),
    ],
)
def test_what_gives_a_check_a_reason(page_headers: dict[str, str], url: str, asked: dict[str, Any]) -> None:
    page = Browser(MockServer(), profile="chromium").page(APP, page_headers)
    assert not _gives_no_check_a_reason(Request([require_url(url)], page.environment, page.origin, **asked))
