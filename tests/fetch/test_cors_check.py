"""The CORS check: Allow-Origin and Allow-Credentials, byte for byte."""

from __future__ import annotations

import pytest

from corssim import Browser, MockServer, Outcome, Verdict
from corssim.fetch.trace import CheckPassed

APP, API, ORIGIN = "https://app.example/", "https://api.example/x", "https://app.example"


def fetch(headers: list[tuple[str, str]], credentials: str = "same-origin", **page: bool) -> Outcome:
    browser = Browser(MockServer().route("*", headers=headers))
    return browser.page(APP, **page).fetch(API, credentials=credentials)


ALLOW_ORIGIN = [
    ("exact", ORIGIN, None),
    ("star", "*", None),
    ("star and white space around it", " * ", None),
    ("absent", None, "allow-origin-missing"),
    ("empty", "", "allow-origin-invalid"),
    ("trailing slash", ORIGIN + "/", "allow-origin-mismatch"),
    ("upper case", ORIGIN.upper(), "allow-origin-mismatch"),
    ("another scheme", "http://app.example", "allow-origin-mismatch"),
    ("default port written out", ORIGIN + ":443", "allow-origin-mismatch"),
    ("another port", ORIGIN + ":8443", "allow-origin-mismatch"),
    ("no scheme", "app.example", "allow-origin-invalid"),
    ("null for a page that has an origin", "null", "allow-origin-mismatch"),
    ("list", f"{ORIGIN}, https://other.test", "allow-origin-multiple"),
    ("list by spaces", f"{ORIGIN} https://other.test", "allow-origin-multiple"),
    ("star twice", "*, *", "allow-origin-multiple"),
    ("quoted", f'"{ORIGIN}"', "allow-origin-invalid"),
    ("subdomain wildcard", "https://*.example", "allow-origin-mismatch"),
]


@pytest.mark.parametrize(("value", "reason"), [row[1:] for row in ALLOW_ORIGIN], ids=[row[0] for row in ALLOW_ORIGIN])
def test_allow_origin_is_compared_byte_for_byte(value: str | None, reason: str | None) -> None:
    outcome = fetch([] if value is None else [("Access-Control-Allow-Origin", value)])
    assert outcome.reason == reason
    if outcome.blocked is None:
        assert outcome.allowed
        return
    assert outcome.verdict is Verdict.BLOCKED
    assert outcome.response is None
    assert outcome.blocked.anchor == "cors-check"
    assert (outcome.blocked.url, outcome.blocked.stage, outcome.blocked.origin) == (API, "actual", ORIGIN)
    assert (outcome.blocked.header, outcome.blocked.received, outcome.blocked.compared_with) == (
        "Access-Control-Allow-Origin",
        value,
        ORIGIN,
    )


@pytest.mark.parametrize("value", ["*", ORIGIN])
def test_allow_origin_sent_twice_fails_even_when_both_are_right(value: str) -> None:
    outcome = fetch([("Access-Control-Allow-Origin", value)] * 2)
    assert outcome.reason == "allow-origin-multiple"
    assert outcome.blocked is not None
    assert outcome.blocked.received == f"{value}, {value}"


@pytest.mark.parametrize(
    ("origin", "allow_credentials", "reason"),
    [
        (ORIGIN, ["true"], None),
        ("*", ["true"], "allow-origin-wildcard-with-credentials"),
        (ORIGIN, [], "allow-credentials-not-true"),
        (ORIGIN, ["True"], "allow-credentials-not-true"),
        (ORIGIN, ["TRUE"], "allow-credentials-not-true"),
        (ORIGIN, ["1"], "allow-credentials-not-true"),
        (ORIGIN, ["false"], "allow-credentials-not-true"),
        (ORIGIN, ["true", "true"], "allow-credentials-not-true"),
        ("https://other.test", ["true"], "allow-origin-mismatch"),
    ],
)
def test_with_credentials(origin: str, allow_credentials: list[str], reason: str | None) -> None:
    headers = [("Access-Control-Allow-Origin", origin)]
    headers += [("Access-Control-Allow-Credentials", value) for value in allow_credentials]
    outcome = fetch(headers, "include")
    assert outcome.reason == reason
    if reason == "allow-credentials-not-true":
        assert outcome.blocked is not None
        assert outcome.blocked.received == (", ".join(allow_credentials) or None)


@pytest.mark.parametrize("credentials", ["omit", "same-origin"])
def test_without_credentials_allow_credentials_does_not_matter(credentials: str) -> None:
    assert fetch([("Access-Control-Allow-Origin", ORIGIN)], credentials).allowed


@pytest.mark.parametrize(("value", "allowed"), [("null", True), ("*", True), (ORIGIN, False), ("NULL", False)])
def test_an_opaque_origin_is_null(value: str, allowed: bool) -> None:
    assert fetch([("Access-Control-Allow-Origin", value)], sandboxed=True).allowed is allowed


def test_null_is_allowed_with_credentials_too() -> None:
    headers = [("Access-Control-Allow-Origin", "null"), ("Access-Control-Allow-Credentials", "true")]
    assert fetch(headers, "include", sandboxed=True).allowed


def test_the_trace_says_by_which_header_the_check_passed() -> None:
    headers = [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Credentials", "true")]
    passed = [event for event in fetch(headers, "include").trace if isinstance(event, CheckPassed)]
    assert [event.received for event in passed] == ["true"]
    passed = [event for event in fetch(headers).trace if isinstance(event, CheckPassed)]
    assert [event.received for event in passed] == [ORIGIN]


def test_a_blocked_request_has_reached_the_server() -> None:
    outcome = fetch([])
    assert outcome.reached_server
    assert [exchange.response.status for exchange in outcome.exchanges if exchange.response] == [200]
