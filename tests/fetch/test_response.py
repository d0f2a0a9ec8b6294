"""Responses and what filtering leaves of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corssim import Browser, MockServer, Verdict
from corssim.fetch.browsers.firefox import FIREFOX
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.response import (
    Response,
    is_null_body_status,
    is_ok_status,
    is_redirect_status,
    network_error,
    response_from_wire,
)
from corssim.fetch.wire import FailureKind, NetworkFailure, WireResponse

if TYPE_CHECKING:
    from corssim import Outcome

APP, API = "https://app.example/", "https://api.example/x"
EVERYTHING = [
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "no-store"),
    ("Content-Language", "en"),
    ("Content-Type", "text/plain"),
    ("Expires", "0"),
    ("Last-Modified", "yesterday"),
    ("Pragma", "p"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie2", "a=1"),
    ("X-Other", "1"),
    ("X-Other", "2"),
]
SAFELISTED = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
]


def fetch(url: str, **options: object) -> Outcome:
    server = MockServer().route("*", headers=EVERYTHING, body="hello")
    return Browser(server).page(APP).fetch(url, **options)  # type: ignore[arg-type]


def names(outcome: Outcome) -> list[str]:
    assert outcome.response is not None
    return [name for name, _ in outcome.response.headers]


def test_a_basic_response_shows_all_headers_but_set_cookie() -> None:
    outcome = fetch("/x")
    assert outcome.response is not None
    assert outcome.response.type == "basic"
    assert names(outcome) == ["access-control-allow-origin", *SAFELISTED, "x-other"]
    assert outcome.response.header("x-other") == "1, 2"


def test_a_cors_response_shows_seven_safelisted_header_names() -> None:
    outcome = fetch(API)
    assert outcome.response is not None
    assert outcome.response.type == "cors"
    assert names(outcome) == SAFELISTED
    assert outcome.response.body == b"hello"


def test_an_opaque_response_shows_nothing() -> None:
    outcome = fetch(API, mode="no-cors")
    response = outcome.response
    assert response is not None
    assert outcome.verdict is Verdict.OPAQUE
    assert (response.type, response.status, response.status_text, response.url) == ("opaque", 0, "", "")
    assert (response.headers, response.body, response.redirected) == ([], b"", False)


def test_an_opaque_redirect_shows_its_url_alone() -> None:
    server = MockServer().route("*", status=302, headers={"Location": "/y", "X-A": "1"}, body="hello")
    outcome = Browser(server).page(APP).fetch("/x", redirect="manual")
    response = outcome.response
    assert response is not None
    assert outcome.reason == "opaque-redirect"
    assert (response.type, response.status, response.url) == ("opaqueredirect", 0, APP + "x")
    assert (response.headers, response.body, response.redirected) == ([], b"", False)
    assert len(outcome.exchanges) == 1


@pytest.mark.parametrize(
    ("value", "credentials", "visible"),
    [
        ("X-Other", "omit", True),
        ("x-oTHER, nothing", "omit", True),
        ("*", "omit", True),
        ("*", "same-origin", True),
        ("*", "include", False),
        ("X-Other", "include", True),
        ("X-Oth", "omit", False),
        ("X-Other, @", "omit", False),
        ("", "omit", False),
    ],
    ids=[
        "listed",
        "in any case",
        "star without credentials",
        "star with credentials same-origin",
        "star is a name with credentials",
        "listed with credentials",
        "another name",
        "a bad token exposes nothing",
        "empty",
    ],
)
def test_exposed_headers(value: str, credentials: str, visible: bool) -> None:
    headers = [
        *EVERYTHING[1:],
        ("Access-Control-Allow-Origin", "{origin}"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", value),
    ]
    server = MockServer().route("*", headers=headers)
    outcome = Browser(server).page(APP).fetch(API, credentials=credentials)
    assert ("x-other" in names(outcome)) is visible


@pytest.mark.parametrize("value", ["Set-Cookie, Set-Cookie2", "*"])
def test_set_cookie_is_never_exposed(value: str) -> None:
    server = MockServer().route("*", headers=[*EVERYTHING, ("Access-Control-Expose-Headers", value)])
    assert not {"set-cookie", "set-cookie2"} & set(names(Browser(server).page(APP).fetch(API)))


def test_a_header_named_star_is_exposed_by_its_name_with_credentials() -> None:
    headers = {
        "Access-Control-Allow-Origin": "{origin}",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "*",
        "*": "literally",
        "X-A": "1",
    }
    outcome = Browser(MockServer().route("*", headers=headers)).page(APP).fetch(API, credentials="include")
    assert names(outcome) == ["*", "content-length"]


def test_statuses() -> None:
    assert [s for s in range(100, 600) if is_null_body_status(s)] == [101, 103, 204, 205, 304]
    assert [s for s in range(100, 600) if is_redirect_status(s)] == [301, 302, 303, 307, 308]
    assert [s for s in range(100, 600) if is_ok_status(s)] == list(range(200, 300))


@pytest.mark.parametrize("status", [400, 401, 404, 407, 421, 500, 503])
def test_an_error_status_is_readable_when_the_headers_are_right(status: int) -> None:
    server = MockServer().route("*", status=status, headers={"Access-Control-Allow-Origin": "*"}, body="why")
    outcome = Browser(server).page(APP).fetch(API)
    assert outcome.allowed
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.text(), outcome.response.ok) == (status, "why", False)


@pytest.mark.parametrize(
    ("method", "status", "body"), [("HEAD", 200, b""), ("GET", 205, b""), ("GET", 304, b""), ("GET", 200, b"hello")]
)
def test_head_and_null_body_statuses_have_no_body(method: str, status: int, body: bytes) -> None:
    def answer(status: int) -> WireResponse:
        return WireResponse(status, "", (), b"hello")

    class Careless:
        def answer(self, request: object, *, timeout: float | None = None) -> WireResponse:
            return answer(status)

    outcome = Browser(Careless()).page(APP).fetch("/x", method=method)
    assert outcome.response is not None
    assert outcome.response.body == body


def test_white_space_around_values_goes_as_they_arrive() -> None:
    response = response_from_wire(WireResponse(200, "OK", (("A", " \t1\t "), ("B", "")), b"x"), STANDARD.responses)
    assert (response.header_list, response.body, response.status_message) == ([("A", "1"), ("B", "")], b"x", "OK")


def test_empty_repeats_of_many_headers_are_dropped_in_one_pass() -> None:
    headers = tuple((f"a{index}", "") for index in range(50_000))
    response = response_from_wire(WireResponse(200, "", (*headers, ("A0", ""), ("a1", "x"))), FIREFOX.responses)
    assert response.header_list == [headers[0], ("a1", "x"), *headers[2:]]


def test_firefox_drops_an_empty_line_of_a_repeated_header() -> None:
    server = MockServer().route("*", headers=[("X-A", ""), ("X-A", ""), ("X-A", "1"), ("X-A", ""), ("X-A", "2")])
    response = Browser(server, profile=FIREFOX).page(APP).fetch("/x").response
    assert response is not None
    assert response.header("X-A") == "1, 2"


def test_a_network_error_has_no_url_and_says_why() -> None:
    failure = NetworkFailure(FailureKind.DNS)
    error = network_error(failure=failure)
    assert (error.is_network_error, error.status, error.url, error.failure, error.unfiltered) == (
        True, 0, None, failure, error,
    )  # fmt: skip
    assert not Response().is_network_error
