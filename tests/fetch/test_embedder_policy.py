"""Cross-Origin-Embedder-Policy and Cross-Origin-Resource-Policy."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.browsers.webkit import WEBKIT
from corssim.fetch.embedder_policy import cross_origin_resource_policy_check, parse_embedder_policy
from corssim.fetch.reasons import Stage
from corssim.fetch.response import Response
from corssim.url import require_url

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        (None, "unsafe-none"),
        ("require-corp", "require-corp"),
        ('require-corp; report-to="x"', "require-corp"),
        ("require-corp;a=1, b", "require-corp"),
        ("credentialless", "credentialless"),
        ("Require-Corp", "unsafe-none"),
        ("require-corp, require-corp", "unsafe-none"),
        ("unsafe-none", "unsafe-none"),
        ("", "unsafe-none"),
    ],
)
def test_the_embedder_policy_of_a_document(value: str | None, policy: str) -> None:
    headers = [] if value is None else [("cross-origin-embedder-policy", value)]
    assert parse_embedder_policy(headers, STANDARD.embedder_policies) == policy


def test_credentialless_is_nothing_where_it_is_not_supported() -> None:
    assert (
        parse_embedder_policy([("Cross-Origin-Embedder-Policy", "credentialless")], WEBKIT.embedder_policies)
        == "unsafe-none"
    )


CORP = [
    ("https://app.example/", "https://api.example/x", None, None),
    ("https://app.example/", "https://api.example/x", "cross-origin", None),
    ("https://app.example/", "https://api.example/x", "same-origin", "cross-origin-resource-policy"),
    ("https://app.example/", "https://api.example/x", "same-site", "cross-origin-resource-policy"),
    ("https://www.app.example/", "https://api.app.example/x", "same-site", None),
    ("https://www.app.example/", "https://api.app.example/x", "same-origin", "cross-origin-resource-policy"),
    ("https://app.example/", "https://app.example:8443/x", "same-site", None),
    ("https://app.example/", "https://app.example:8443/x", "same-origin", "cross-origin-resource-policy"),
    ("http://app.example/", "https://app.example/x", "same-site", "cross-origin-resource-policy"),
    ("http://app.example/", "http://api.app.example/x", "same-site", None),
    ("https://app.example/", "https://api.example/x", "Same-Origin", None),
    ("https://app.example/", "https://api.example/x", "same-site, same-origin", None),
    ("https://app.example/", "https://api.example/x", "nonsense", None),
]


@pytest.mark.parametrize(("page", "url", "value", "reason"), CORP)
def test_the_resource_policy_of_a_no_cors_response(page: str, url: str, value: str | None, reason: str | None) -> None:
    headers = {} if value is None else {"Cross-Origin-Resource-Policy": value}
    outcome = Browser(MockServer().route("*", headers=headers)).page(page).fetch(url, mode="no-cors")
    assert outcome.reason == (reason or "opaque-response")
    if outcome.blocked is not None:
        assert (outcome.blocked.received, outcome.blocked.compared_with, outcome.blocked.url) == (value, value, url)


def test_the_resource_policy_says_nothing_about_cors() -> None:
    headers = {"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "*"}
    assert (
        Browser(MockServer().route("*", headers=headers))
        .page("https://app.example/")
        .fetch("https://api.example/")
        .allowed
    )


def test_the_resource_policy_of_a_redirect_counts_too() -> None:
    server = MockServer().route(
        "/a", status=302, headers={"Location": "/b", "Cross-Origin-Resource-Policy": "same-site"}
    )
    outcome = Browser(server).page("https://app.example/").fetch("https://api.example/a", mode="no-cors")
    assert outcome.blocked is not None
    assert (outcome.reason, outcome.blocked.stage) == ("cross-origin-resource-policy", "redirect")


@pytest.mark.parametrize(
    ("policy", "headers", "options", "reason"),
    [
        ("require-corp", {}, {}, "cross-origin-embedder-policy"),
        ("require-corp", {"Cross-Origin-Resource-Policy": "cross-origin"}, {}, "opaque-response"),
        ("require-corp", {"Cross-Origin-Resource-Policy": "same-site"}, {}, "cross-origin-resource-policy"),
        ("require-corp", {"Access-Control-Allow-Origin": "*"}, {"crossorigin": "anonymous"}, None),
        ("credentialless", {}, {}, "opaque-response"),
        ("credentialless", {"Cross-Origin-Resource-Policy": "same-origin"}, {}, "cross-origin-resource-policy"),
        ("unsafe-none", {}, {}, "opaque-response"),
    ],
)
def test_images_under_an_embedder_policy(policy: str, headers: Any, options: Any, reason: str | None) -> None:
    server = MockServer().route("*", headers=headers, body=PNG)
    page = Browser(server).page("https://app.example/", {"Cross-Origin-Embedder-Policy": policy})
    outcome = page.load("img", "https://api.example/i.png", **options)
    assert outcome.reason == reason
    if reason == "cross-origin-embedder-policy":
        assert outcome.blocked is not None
        assert (outcome.blocked.subject, outcome.blocked.received) == ("require-corp", None)


COEP, CORP_HEADER = "Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy"


@pytest.mark.parametrize(
    ("policy", "headers", "header"),
    [
        pytest.param("unsafe-none", {}, None, id="a page without one"),
        pytest.param("require-corp", {}, COEP, id="a document without one"),
        pytest.param("require-corp", {COEP: "unsafe-none", CORP_HEADER: "cross-origin"}, COEP, id="unsafe-none"),
        pytest.param("require-corp", {COEP: "credentialless", CORP_HEADER: "cross-origin"}, None, id="credentialless"),
        pytest.param("require-corp", {COEP: "require-corp"}, CORP_HEADER, id="a document that keeps to its origin"),
        pytest.param("credentialless", {COEP: "require-corp", CORP_HEADER: "cross-origin"}, None, id="both agree"),
    ],
)
def test_frames_under_an_embedder_policy(policy: str, headers: Any, header: str | None) -> None:
    page = Browser(MockServer().route("*", headers=headers)).page("https://app.example/", {COEP: policy})
    for outcome in (
        page.load("iframe", "https://api.example/"),
        page.submit_form("https://api.example/", target="iframe"),
    ):
        assert outcome.reason == ("cross-origin-embedder-policy" if header else "opaque-response")
        assert (outcome.blocked.header if outcome.blocked else None) == header
        assert outcome.frame_loads


def test_a_frame_of_the_own_origin_needs_an_embedder_policy_alone() -> None:
    server = MockServer().route("*", headers={COEP: "require-corp"})
    assert Browser(server).page("https://app.example/", {COEP: "require-corp"}).load("iframe", "/").allowed


@pytest.mark.parametrize("profile", ["chromium", "firefox", "webkit"])
def test_whether_a_blocked_frame_loads(profile: str) -> None:
    page = Browser(MockServer().route("*"), profile=profile).page("https://app.example/", {COEP: "require-corp"})
    assert page.load("iframe", "https://api.example/").frame_loads is (profile == "chromium")


@pytest.mark.parametrize(
    ("url", "mode", "sent"),
    [
        ("https://api.example/i.png", "no-cors", False),
        ("https://api.example/i.png", "cors", True),
        ("https://app.example/i.png", "no-cors", True),
    ],
)
def test_a_credentialless_page_sends_no_credentials_across_origins_without_cors(
    url: str, mode: str, sent: bool
) -> None:
    server = MockServer().route("*", headers={"Set-Cookie": "a=1; SameSite=None; Secure"}, body=PNG)
    browser = Browser(server)
    browser.visit(url)
    page = browser.page("https://app.example/", {"Cross-Origin-Embedder-Policy": "credentialless"})
    page.fetch(url, mode=mode, credentials="include")
    assert ("Cookie" in dict(server.requests[-1].headers)) is sent


def test_a_credentialless_page_sends_none_after_a_redirect_back_home() -> None:
    server = MockServer().route("/out", status=302, headers={"Location": "https://api.example/back"})
    server.route("/back", status=302, headers={"Location": "https://app.example/end"})
    server.route("*", headers={"Set-Cookie": "a=1"})
    browser = Browser(server)
    browser.visit("https://app.example/")
    page = browser.page("https://app.example/", {"Cross-Origin-Embedder-Policy": "credentialless"})
    page.fetch("/out", mode="no-cors", credentials="include")
    assert ["Cookie" in dict(request.headers) for request in server.requests[1:]] == [True, False, False]


def test_without_credentials_a_credentialless_page_needs_no_resource_policy_with_them_it_does() -> None:
    page = Browser(MockServer()).page("https://app.example/", {"Cross-Origin-Embedder-Policy": "credentialless"})
    for with_credentials in (True, False):
        response = Response(
            url_list=[require_url("https://api.example/")], request_includes_credentials=with_credentials
        )
        blocked = cross_origin_resource_policy_check(
            page.origin, page.environment, response, Stage.ACTUAL, STANDARD.embedder_policies
        )
        assert (blocked is not None) is with_credentials
