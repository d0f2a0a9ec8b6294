"""Outcomes: the verdict with its evidence, and what script sees."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from corssim import Browser, FetchBlocked, MockServer, Reason, Verdict
from corssim.browser.outcome import ScriptResponse
from corssim.fetch.wire import FailureKind, NetworkFailure

APP, API = "https://app.example/", "https://api.example/x"
ANY = {"Access-Control-Allow-Origin": "*"}


def page(**route: Any) -> Any:
    return Browser(MockServer().route("*", **route)).page(APP)


def test_a_readable_outcome() -> None:
    outcome = page(headers={**ANY, "Content-Type": "application/json"}, body='{"a": 1}').fetch(API)
    assert (outcome.verdict, outcome.allowed, outcome.reason, outcome.blocked) == (Verdict.READABLE, True, None, None)
    assert outcome.response.json() == {"a": 1}
    assert (outcome.response.ok, outcome.response.status_text, outcome.response.url) == (True, "OK", API)
    assert outcome.raise_for_block() is outcome
    assert repr(outcome) == "<Outcome readable, status=200, profile='standard'>"


def test_a_blocked_outcome_raises_what_carries_it() -> None:
    outcome = page().fetch(API)
    assert (outcome.verdict, outcome.allowed, outcome.reason) == ("blocked", False, Reason.ALLOW_ORIGIN_MISSING)
    with pytest.raises(FetchBlocked, match=r"standard: blocked \(allow-origin-missing\)") as caught:
        outcome.raise_for_block()
    assert caught.value.outcome is outcome
    assert repr(outcome) == "<Outcome blocked, reason='allow-origin-missing', profile='standard'>"


@pytest.mark.parametrize("options", [{"mode": "no-cors"}, {}])
def test_opaque_and_failed_outcomes_raise_too(options: Any) -> None:
    with pytest.raises(FetchBlocked):
        page(fail=None if options else "dns").fetch(API, **options).raise_for_block()


def test_what_is_raised_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(FetchBlocked("message", outcome={"any": "thing"})))
    assert (str(error), error.outcome) == ("message", {"any": "thing"})


def test_exchanges_show_what_crossed_the_network() -> None:
    headers = {**ANY, "Access-Control-Allow-Methods": "PUT", "Set-Cookie": "a=1", "X-Hidden": "1"}
    outcome = page(headers=headers, body="hello").fetch(API, method="PUT", body="x")
    preflight, actual = outcome.exchanges
    assert [preflight.kind, actual.kind] == ["preflight", "actual"]
    assert (actual.request.method, actual.request.url, actual.request.body) == ("PUT", API, b"x")
    assert actual.request.header("content-TYPE") == "text/plain;charset=UTF-8"
    assert (actual.response.status, actual.response.reason, actual.response.body) == (200, "OK", b"hello")
    assert (actual.response.header("x-hidden"), actual.response.header("absent")) == ("1", None)
    assert ("Set-Cookie", "a=1") in actual.response.headers
    assert actual.failure is None
    assert outcome.response.header("x-hidden") is None


def test_a_failed_exchange_has_no_response() -> None:
    outcome = page(fail="reset").fetch(API)
    (exchange,) = outcome.exchanges
    assert exchange.response is None
    assert exchange.failure.kind is FailureKind.RESET


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (FailureKind.REFUSED, "connection-refused"),
        (FailureKind.DNS, "dns-failure"),
        (FailureKind.TLS, "tls-failure"),
        (FailureKind.TIMEOUT, "timeout"),
        (FailureKind.RESET, "connection-reset"),
        (FailureKind.MALFORMED, "malformed-response"),
        (FailureKind.TOO_LARGE, "response-too-large"),
        (FailureKind.OFFLINE, "network-failure"),
        (FailureKind.OTHER, "network-failure"),
    ],
)
def test_every_failure_has_its_reason(kind: FailureKind, reason: str) -> None:
    class Server:
        def answer(self, request: object, *, timeout: float | None = None) -> NetworkFailure:
            return NetworkFailure(kind, "why")

    outcome = Browser(Server()).page(APP).fetch(API)
    assert (outcome.verdict, outcome.reason, outcome.failure) == ("failed", reason, NetworkFailure(kind, "why"))


def script_response(body: bytes, failure: NetworkFailure | None = None) -> ScriptResponse:
    return ScriptResponse("basic", 200, "", "", False, [], body, failure)


def test_text_is_utf_8_without_its_mark() -> None:
    assert script_response(b"\xef\xbb\xbfgr\xc3\xbcn\xff").text() == "grün\ufffd"


@pytest.mark.parametrize("body", [b"", b"{", b"<html>"])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(ValueError):
        script_response(body).json()


@pytest.mark.parametrize("detail", ["", "in the middle"])
def test_a_body_that_ended_early_cannot_be_read(detail: str) -> None:
    with pytest.raises(ValueError, match=detail or "connection-reset"):
        script_response(b"{}", NetworkFailure(FailureKind.RESET, detail)).json()


def test_the_standard_prints_nothing_and_browsers_do() -> None:
    assert page().fetch(API).console == []
    for profile in ("chromium", "firefox", "webkit"):
        lines = Browser(MockServer(), profile=profile).page(APP).fetch(API).console
        assert any("api.example" in line or "Access-Control-Allow-Origin" in line for line in lines)


def test_a_fragment_is_no_part_of_the_url_that_script_sees() -> None:
    outcome = page().fetch("/x#y")
    assert (outcome.response.url, outcome.response.redirected) == (APP + "x", False)
