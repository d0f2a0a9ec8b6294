"""Main fetch: modes, tainting, and the order of its checks."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from corssim import Browser, MockServer, Outcome
from corssim.fetch.trace import CheckFailed, TaintingSet

APP, API = "https://app.example/", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}


def fetch(url: str, headers: Any = ANY, body: str = "hello", status: int = 200, **options: Any) -> Outcome:
    return Browser(MockServer().route("*", status=status, headers=headers, body=body)).page(APP).fetch(url, **options)


MODES = [
    ("same origin", "/x", {}, "readable", "basic"),
    ("cors", API, {}, "readable", "cors"),
    ("no-cors", API, {"mode": "no-cors"}, "opaque", "opaque"),
    ("no-cors to the same origin", "/x", {"mode": "no-cors"}, "readable", "basic"),
    ("mode same-origin", "/x", {"mode": "same-origin"}, "readable", "basic"),
    ("mode same-origin across origins", API, {"mode": "same-origin"}, "blocked", "cross-origin-in-same-origin-mode"),
    ("another port", "https://app.example:8443/", {}, "readable", "cors"),
    ("default port written out", "https://app.example:443/x", {}, "readable", "basic"),
    ("another scheme", "http://app.example/", {}, "blocked", "mixed-content"),
    ("subdomain", "https://www.app.example/", {}, "readable", "cors"),
    ("upper case", "HTTPS://APP.EXAMPLE/x", {}, "readable", "basic"),
    ("no-cors without following", API, {"mode": "no-cors", "redirect": "error"}, "blocked", "no-cors-redirect-mode"),
    ("no-cors by hand", API, {"mode": "no-cors", "redirect": "manual"}, "blocked", "no-cors-redirect-mode"),
]


@pytest.mark.parametrize(
    ("url", "options", "verdict", "what"), [row[1:] for row in MODES], ids=[row[0] for row in MODES]
)
def test_modes_and_tainting(url: str, options: dict[str, str], verdict: str, what: str) -> None:
    outcome = fetch(url, **options)
    assert outcome.verdict == verdict
    assert what == (outcome.reason if verdict == "blocked" else outcome.response.type if outcome.response else "")


def test_a_path_a_query_a_fragment_and_a_user_name_are_no_part_of_an_origin() -> None:
    page = Browser(MockServer()).page("https://user@app.example/deep/page?query#fragment")
    assert page.origin.serialized == "https://app.example"
    outcome = page.fetch("https://app.example/else?where")
    assert outcome.response is not None
    assert outcome.response.type == "basic"


@pytest.mark.parametrize("other", ["http://127.0.0.1/", "http://localhost/", "http://[::1]/"])
def test_three_names_of_this_machine_are_three_origins(other: str) -> None:
    page = Browser(MockServer()).page("http://localhost/")
    assert (page.fetch(other).response is not None) is (other == "http://localhost/")


def test_tainting_never_goes_back_from_cors_to_basic() -> None:
    server = MockServer().route(API, status=302, headers={**ANY, "Location": APP + "home"})
    server.route(APP + "home", times=1).route(APP + "home", headers={"Access-Control-Allow-Origin": "null"})
    page = Browser(server).page(APP)
    outcome = page.fetch(API)
    assert outcome.reason == "allow-origin-missing"
    assert [e.tainting for e in outcome.trace if isinstance(e, TaintingSet)] == ["cors", "cors"]
    assert outcome.exchanges[1].request.header("Origin") == "null"
    assert page.fetch(API).allowed


def test_a_same_origin_request_that_is_led_away_becomes_cors() -> None:
    server = MockServer().route("/go", status=302, headers={"Location": API}).route(API, headers=ANY)
    outcome = Browser(server).page(APP).fetch("/go")
    assert [e.tainting for e in outcome.trace if isinstance(e, TaintingSet)] == ["basic", "cors"]
    assert outcome.exchanges[1].request.header("Origin") == "https://app.example"


def test_the_port_is_checked_before_the_page_s_policy() -> None:
    page = Browser(MockServer()).page(APP, {"Content-Security-Policy": "connect-src 'none'"})
    assert page.fetch("https://api.example:25/").reason == "bad-port"
    assert page.fetch("http://api.example/").blocked is not None


@pytest.mark.parametrize(
    ("page", "url", "allowed"),
    [
        ("capacitor://localhost/", "capacitor://localhost/x", "scheme-not-http"),
        ("capacitor://localhost/", API, None),
        ("chrome-extension://abc/popup.html", API, None),
        ("file:///home/me/page.html", API, None),
        ("data:text/html,x", API, None),
    ],
)
def test_pages_of_other_schemes_fetch_with_the_origin_they_have(page: str, url: str, allowed: str | None) -> None:
    server = MockServer().route("*", headers={"Access-Control-Allow-Origin": "{origin}"})
    browser = Browser(server)
    outcome = browser.page(page).fetch(url)
    assert outcome.reason == allowed
    if server.requests:
        assert dict(server.requests[0].headers)["Origin"] == browser.page(page).origin.serialized


DIGEST = "sha256-" + base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
EMPTY = "sha256-" + base64.b64encode(hashlib.sha256(b"").digest()).decode()
INTEGRITY = [
    ("matches", API, DIGEST, {}, None),
    ("one of two matches", API, f"{DIGEST} sha256-AAAA", {}, None),
    ("differs", API, "sha256-AAAA", {}, "integrity-mismatch"),
    ("unknown algorithm", API, "md5-AAAA", {}, None),
    ("opaque", API, DIGEST, {"mode": "no-cors"}, "integrity-mismatch"),
    ("no body after HEAD", API, EMPTY, {"method": "HEAD"}, "integrity-mismatch"),
    ("no body, no hash that is known", API, "md5-AAAA", {"method": "HEAD"}, "integrity-mismatch"),
]


@pytest.mark.parametrize(
    ("url", "integrity", "options", "reason"), [row[1:] for row in INTEGRITY], ids=[row[0] for row in INTEGRITY]
)
def test_integrity(url: str, integrity: str, options: dict[str, str], reason: str | None) -> None:
    assert fetch(url, integrity=integrity, **options).reason == reason


def test_integrity_of_an_answer_without_a_body_fails_even_for_the_hash_of_nothing() -> None:
    assert fetch("/x", body="", status=204, integrity=EMPTY).reason == "integrity-mismatch"


def test_a_body_that_ends_early_has_no_integrity() -> None:
    browser = Browser(MockServer().route("*", body="hello", truncate=True))
    outcome = browser.page(APP).fetch("/x", integrity=DIGEST)
    assert (outcome.verdict, outcome.reason) == ("failed", "connection-reset")


def test_what_was_blocked_before_it_was_sent_hides_no_timing() -> None:
    outcome = Browser(MockServer()).page(APP, {"Content-Security-Policy": "connect-src 'none'"}).fetch("/x")
    assert (outcome.reason, outcome.timing_allowed) == ("content-security-policy", True)


def test_a_report_only_policy_tells_and_does_not_block() -> None:
    page = Browser(MockServer()).page(APP, {"Content-Security-Policy-Report-Only": "connect-src 'none'"})
    outcome = page.fetch("/x")
    assert outcome.allowed
    failed = [event for event in outcome.trace if isinstance(event, CheckFailed)]
    assert [(event.enforced, event.blocked.reason) for event in failed] == [(False, "content-security-policy")]


def test_a_body_that_ends_early_is_readable_to_where_it_ended() -> None:
    outcome = Browser(MockServer().route("*", body="hello", truncate=True)).page(APP).fetch("/x")
    assert outcome.allowed
    assert outcome.response is not None
    assert outcome.response.body == b"hello"
    with pytest.raises(ValueError, match="ended early"):
        outcome.response.text()
