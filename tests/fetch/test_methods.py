"""Methods: which are tokens, forbidden, safelisted, and which get upper-cased."""

from __future__ import annotations

import pytest

from corssim import Browser, InvalidRequest, MockServer
from corssim.fetch.methods import is_cors_safelisted_method, is_forbidden_method, is_method, normalize_method

APP, API = "https://app.example/", "https://api.example/x"


@pytest.mark.parametrize("method", ["delete", "gEt", "head", "Options", "post", "puT"])
def test_six_methods_are_upper_cased(method: str) -> None:
    assert normalize_method(method) == method.upper()


@pytest.mark.parametrize("method", ["patch", "Patch", "PATCH", "query", "chicken", "GETX"])
def test_other_methods_stay_as_they_are(method: str) -> None:
    assert normalize_method(method) == method


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track"])
def test_connect_trace_and_track_are_forbidden_in_any_case(method: str) -> None:
    assert is_forbidden_method(method)
    for call in ("fetch", "xhr"):
        with pytest.raises(InvalidRequest, match=method):
            getattr(Browser(MockServer()).page(APP), call)("/x", method=method)


@pytest.mark.parametrize("method", ["", "GE T", "GET\n", "é", "GET,", "(x)"], ids=ascii)
def test_not_a_method(method: str) -> None:
    assert not is_method(method)
    with pytest.raises(InvalidRequest, match="not a method"):
        Browser(MockServer()).page(APP).fetch("/x", method=method)


def test_get_head_and_post_are_safelisted_in_upper_case() -> None:
    assert [m for m in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "get") if is_cors_safelisted_method(m)] == [
        "GET",
        "HEAD",
        "POST",
    ]


@pytest.mark.parametrize(
    ("method", "listed", "reason"),
    [
        ("patch", "PATCH", "method-disallowed-by-preflight"),
        ("patch", "patch", None),
        ("PATCH", "PATCH", None),
        ("PATCH", "patch", "method-disallowed-by-preflight"),
        ("put", "PUT", None),
        ("put", "put", "method-disallowed-by-preflight"),
        ("post", "", None),
    ],
)
def test_methods_are_compared_with_their_case(method: str, listed: str, reason: str | None) -> None:
    headers = {"Access-Control-Allow-Origin": "*"}
    server = MockServer().route("*", "OPTIONS", 204, {**headers, "Access-Control-Allow-Methods": listed})
    assert Browser(server.route("*", headers=headers)).page(APP).fetch(API, method=method).reason == reason


def test_an_unknown_method_reaches_the_server_as_it_was_written() -> None:
    server = MockServer()
    Browser(server).page(APP).fetch("/x", method="patch")
    assert [request.method for request in server.requests] == ["patch"]
