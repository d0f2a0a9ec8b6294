"""The CORS-preflight fetch: when it is made, what it says, and which answers allow the request."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer, Outcome
from corssim.fetch.trace import (
    CheckPassed,
    Exchanged,
    PreflightConsidered,
    PreflightStored,
    ResponseFiltered,
    TaintingSet,
)

APP, API, ORIGIN = "https://app.example/", "https://api.example/x", "https://app.example"
METHODS, HEADERS = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"
ANY = {"Access-Control-Allow-Origin": "*"}
EXACT = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}


def answered(answer: Any, code: int = 204, /, **options: Any) -> Outcome:
    """A fetch whose preflight is answered so, its actual request well."""
    server = MockServer().route("*", "OPTIONS", code, answer).route("*", headers=EXACT)
    return Browser(server).page(APP).fetch(API, **options)


def sent(outcome: Outcome) -> list[str]:
    return [exchange.request.method for exchange in outcome.exchanges]


NEEDS = [
    ("simple get", {}, None),
    ("head", {"method": "HEAD"}, None),
    ("text post", {"method": "POST", "body": "x"}, None),
    ("safelisted headers", {"headers": {"Accept": "a", "Range": "bytes=0-"}}, None),
    ("put", {"method": "PUT"}, ("PUT",)),
    ("custom header", {"headers": {"X-A": "1"}}, ("x-a",)),
    ("json", {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}, ("content-type",)),
    ("both", {"method": "DELETE", "headers": {"X-B": "", "X-A": ""}}, ("DELETE", "x-a", "x-b")),
    ("stream", {"method": "POST", "body": iter([b"x"])}, ("use-CORS-preflight flag",)),
    ("options", {"method": "OPTIONS"}, ("OPTIONS",)),
]


@pytest.mark.parametrize(("options", "because"), [row[1:] for row in NEEDS], ids=[row[0] for row in NEEDS])
def test_what_needs_a_preflight(options: dict[str, Any], because: tuple[str, ...] | None) -> None:
    outcome = answered({**EXACT, METHODS: "{acrm}", HEADERS: "*"}, **options)
    considered = [event for event in outcome.trace if isinstance(event, PreflightConsidered)]
    assert [event.because for event in considered] == ([] if because is None else [because])
    assert (sent(outcome)[0] == "OPTIONS") is (because is not None)


@pytest.mark.parametrize(
    ("options", "page"),
    [
        ({"mode": "no-cors", "method": "POST", "body": "x"}, APP),
        ({"mode": "same-origin", "method": "PUT"}, "https://api.example/"),
        ({"method": "PUT", "headers": {"X-A": "1"}}, "https://api.example/"),
    ],
    ids=["no-cors", "mode same-origin", "same origin"],
)
def test_what_never_has_a_preflight(options: dict[str, Any], page: str) -> None:
    outcome = Browser(MockServer()).page(page).fetch(API, **options)
    assert len(outcome.exchanges) == 1


def test_the_preflight_request() -> None:
    outcome = answered({}, method="PUT", headers={"X-B": "2", "x-a": "1"}, credentials="include", cache="reload")
    request = outcome.exchanges[0].request
    assert (outcome.exchanges[0].kind, request.method, request.url, request.body) == ("preflight", "OPTIONS", API, b"")
    assert request.headers == [
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "x-a,x-b"),
        ("Referer", APP),
        ("Origin", ORIGIN),
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("User-Agent", outcome.profile.user_agent),
        ("Accept-Encoding", "gzip, deflate"),
    ]


def test_without_unsafe_headers_there_is_no_request_headers_header() -> None:
    assert answered({}, method="PUT").exchanges[0].request.header("Access-Control-Request-Headers") is None


def test_a_preflight_carries_no_cookies_and_sets_none() -> None:
    server = MockServer()
    browser = Browser(server)
    server.route("*", "GET", headers={**EXACT, "Set-Cookie": "a=1; SameSite=None; Secure"})
    server.route("*", "OPTIONS", headers={**EXACT, "Set-Cookie": "b=1; SameSite=None; Secure"})
    browser.visit(API)
    outcome = browser.page(APP).fetch(API, method="PUT", credentials="include")
    assert outcome.exchanges[0].request.header("Cookie") is None
    assert len(browser.cookies) == 1


def test_a_preflight_that_fails_stops_the_request() -> None:
    outcome = answered({}, method="PUT")
    assert sent(outcome) == ["OPTIONS"]
    assert not outcome.reached_server
    assert outcome.blocked is not None
    assert outcome.blocked.stage == "preflight"


ANSWERS = [
    ("no headers", {}, 204, {}, "allow-origin-missing"),
    ("another origin", {"Access-Control-Allow-Origin": "https://other.test"}, 204, {}, "allow-origin-mismatch"),
    ("any 2xx", {**ANY, METHODS: "PUT"}, 299, {}, None),
    ("200 with a body", {**ANY, METHODS: "PUT"}, 200, {}, None),
    ("404", {**ANY, METHODS: "PUT"}, 404, {}, "preflight-status-not-ok"),
    ("401", {**ANY, METHODS: "PUT"}, 401, {}, "preflight-status-not-ok"),
    ("300", {**ANY, METHODS: "PUT"}, 300, {}, "preflight-status-not-ok"),
    ("304", {**ANY, METHODS: "PUT"}, 304, {}, "preflight-status-not-ok"),
    ("500 without headers", {}, 500, {}, "allow-origin-missing"),
    ("redirect", {**ANY, "Location": "/y"}, 302, {}, "preflight-redirected"),
    ("redirect without Location", ANY, 308, {}, "preflight-redirected"),
    ("method not listed", ANY, 204, {}, "method-disallowed-by-preflight"),
    ("another method listed", {**ANY, METHODS: "DELETE"}, 204, {}, "method-disallowed-by-preflight"),
    ("method star", {**ANY, METHODS: "*"}, 204, {}, None),
    ("method star with credentials", {**EXACT, METHODS: "*"}, 204, {"credentials": "include"},
     "method-disallowed-by-preflight"),
    ("listed with credentials", {**EXACT, METHODS: "PUT"}, 204, {"credentials": "include"}, None),
    ("no grant of credentials", {"Access-Control-Allow-Origin": ORIGIN, METHODS: "PUT"}, 204,
     {"credentials": "include"}, "allow-credentials-not-true"),
    ("bad token in methods", {**ANY, METHODS: "PUT, @"}, 204, {}, "allow-methods-unparsable"),
    ("bad token in headers", {**ANY, METHODS: "PUT", HEADERS: "a b"}, 204, {},
     "allow-headers-unparsable"),
    ("bad token in methods for a get", {**ANY, METHODS: "@", HEADERS: "x-a"}, 204,
     {"method": "GET", "headers": {"X-A": "1"}}, "allow-methods-unparsable"),
    ("safelisted methods need no listing", {**ANY, HEADERS: "X-A"}, 204,
     {"method": "POST", "headers": {"X-A": "1"}}, None),
    ("header not listed", ANY, 204, {"method": "GET", "headers": {"X-A": "1"}}, "header-disallowed-by-preflight"),
    ("one header not listed", {**ANY, HEADERS: "X-A"}, 204,
     {"method": "GET", "headers": {"X-A": "1", "X-B": "1"}}, "header-disallowed-by-preflight"),
    ("header listed in any case", {**ANY, HEADERS: "x-A , y"}, 204,
     {"method": "GET", "headers": {"X-a": "1"}}, None),
    ("header star", {**ANY, HEADERS: "*"}, 204, {"method": "GET", "headers": {"X-A": "1"}}, None),
    ("header star with credentials", {**EXACT, HEADERS: "*"}, 204,
     {"method": "GET", "headers": {"X-A": "1"}, "credentials": "include"}, "header-disallowed-by-preflight"),
    ("star does not cover authorization", {**ANY, HEADERS: "*"}, 204,
     {"method": "GET", "headers": {"Authorization": "x"}}, "header-disallowed-by-preflight"),
    ("authorization beside star", {**ANY, HEADERS: "*, authorization"}, 204,
     {"method": "GET", "headers": {"Authorization": "x"}}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status", "options", "reason"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_answers_to_a_preflight(headers: Any, status: int, options: dict[str, Any], reason: str | None) -> None:
    outcome = answered(headers, status, **{"method": "PUT", **options})
    assert outcome.reason == reason
    assert outcome.reached_server is (reason is None)
    if outcome.blocked is not None:
        assert outcome.blocked.url == API
        assert outcome.blocked.stage == "preflight"


@pytest.mark.parametrize(
    ("headers", "subject", "header", "received"),
    [
        ({**ANY, METHODS: "GET, POST"}, "PUT", METHODS, "GET, POST"),
        ({**ANY, METHODS: "PUT", HEADERS: "x-b"}, "x-a",
         HEADERS, "x-b"),
        ({**ANY, METHODS: "PUT"}, "x-a", HEADERS, None),
    ],
    ids=["method", "header", "nothing listed"],
)  # fmt: skip
def test_the_evidence_names_what_was_refused(headers: Any, subject: str, header: str, received: str | None) -> None:
    server = MockServer().route("*", "OPTIONS", 204, headers).route("*", headers=EXACT)
    refused = Browser(server).page(APP).fetch(API, method="PUT", headers={"X-A": "1"}).blocked
    assert refused is not None
    assert (refused.subject, refused.header, refused.received, refused.status) == (subject, header, received, 204)


def test_the_evidence_of_a_redirected_preflight_is_where_it_led() -> None:
    blocked = answered({**ANY, "Location": "/y"}, 307, method="PUT").blocked
    assert blocked is not None
    assert (blocked.header, blocked.received, blocked.status) == ("Location", "/y", 307)


def test_a_network_failure_of_the_preflight_fails_the_fetch() -> None:
    server = MockServer().route("*", "OPTIONS", fail="refused")
    outcome = Browser(server).page(APP).fetch(API, method="PUT")
    assert (outcome.verdict, outcome.reason, outcome.reached_server) == ("failed", "connection-refused", False)


def test_the_check_uses_the_credentials_mode_of_the_real_request() -> None:
    star = {**ANY, METHODS: "PUT"}
    assert answered(star, method="PUT", credentials="include").reason == "allow-origin-wildcard-with-credentials"


@pytest.mark.parametrize("credentials", ["include", "omit"])
def test_the_trace_tells_each_step_in_its_order(credentials: str) -> None:
    """https://fetch.spec.whatwg.org/#http-fetch, step 4"""
    allowing = {**EXACT, METHODS: "PUT", HEADERS: "x-a"}
    outcome = answered(allowing, method="PUT", headers={"X-A": "1"}, credentials=credentials)
    with_credentials = credentials == "include"
    grant = ("CORS check", "Access-Control-Allow-Credentials", "true", "true")
    origin = ("CORS check", "Access-Control-Allow-Origin", ORIGIN, ORIGIN)
    assert [told(event) for event in outcome.trace] == [
        "FetchStarted",
        "TaintingSet cors",
        "PreflightConsidered ('PUT', 'x-a')",
        "Exchanged preflight",
        ("preflight", *origin),
        *[("preflight", *grant)] * with_credentials,
        "PreflightStored ('PUT',) ('x-a',)",
        "Exchanged actual",
        ("actual", *(grant if with_credentials else origin)),
        "ResponseFiltered cors",
    ]


def told(event: Any) -> Any:
    match event:
        case CheckPassed():
            return event.stage, event.check, event.header, event.received, event.compared_with
        case TaintingSet():
            return f"TaintingSet {event.tainting}"
        case PreflightConsidered():
            return f"PreflightConsidered {event.because}"
        case Exchanged():
            return f"Exchanged {event.kind}"
        case PreflightStored():
            return f"PreflightStored {event.methods} {event.headers}"
        case ResponseFiltered():
            return f"ResponseFiltered {event.type}"
    return type(event).__name__
