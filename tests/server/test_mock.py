"""`MockServer`: which rule answers, and with what."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.errors import InvalidURL, UsageError
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from corssim.server.cors_policy import CorsPolicy
from corssim.server.mock import MockResponse, MockServer

ORIGIN = ("Origin", "https://app.example")


def request(url: str = "https://api.example/items", method: str = "GET", *headers: tuple[str, str]) -> WireRequest:
    return WireRequest(method, url, headers)


def preflight(method: str, url: str = "https://api.example/items") -> WireRequest:
    return request(url, "OPTIONS", ORIGIN, ("Access-Control-Request-Method", method))


def test_what_no_rule_matches_is_a_404_without_cors_headers_and_recorded() -> None:
    server = MockServer()
    asked = request()
    assert server.answer(asked) == WireResponse(404, "Not Found", (("Content-Length", "0"),))
    assert server.requests == [asked]


def test_a_rule_answers_with_its_status_headers_body_and_nothing_but_content_length() -> None:
    server = MockServer().route("/items", status=201, headers=[("X-A", "1"), ("x-a", "2")], body="é")
    expected = (("X-A", "1"), ("x-a", "2"), ("Content-Length", "2"))
    assert server.answer(request()) == WireResponse(201, "Created", expected, "é".encode())


def test_header_values_are_bytes_of_latin_1_or_else_of_utf_8() -> None:
    answer = MockServer().route("*", headers={"X-A": "é", "X-B": "€é"}).answer(request())
    assert isinstance(answer, WireResponse)
    assert answer.headers[:2] == (("X-A", "é"), ("X-B", "€é".encode().decode("latin-1")))


@pytest.mark.parametrize(
    ("rule", "matching", "others"),
    [
        (
            "https://api.example/items",
            ["https://api.example/items", "https://api.example/items?a=1"],
            ["http://api.example/items", "https://api.example/items/", "https://api.example:8443/items"],
        ),
        ("HTTPS://API.example:443", ["https://api.example/", "https://api.example/?x"], ["https://api.example/x"]),
        ("https://api.example/a b#part", ["https://api.example/a%20b"], []),
        (
            "https://api.example/items?a=1",
            ["https://api.example/items?a=1"],
            ["https://api.example/items", "https://api.example/items?a=2"],
        ),
        ("/items", ["https://api.example/items", "http://b.example:1/items?x"], ["https://api.example/"]),
        ("/items?a", ["https://api.example/items?a"], ["https://api.example/items", "https://api.example/items?b"]),
        ("*", ["https://api.example/items", "http://b.example/"], []),
    ],
)
def test_which_urls_a_rule_matches(rule: str, matching: list[str], others: list[str]) -> None:
    server = MockServer().route(rule)
    assert [url for url in matching + others if _status(server.answer(request(url))) == 200] == matching


def _status(answer: WireResponse | NetworkFailure) -> int:
    assert isinstance(answer, WireResponse)
    return answer.status


def test_methods_are_compared_as_they_are_written() -> None:
    server = MockServer().route("/items", "patch", 201).route("/items", "PATCH", 202).route("/items", status=203)
    statuses = [_status(server.answer(request(method=method))) for method in ("patch", "PATCH", "GET")]
    assert statuses == [201, 202, 203]


def test_the_first_match_wins_until_it_is_used_up() -> None:
    server = MockServer().route("/items", status=201, times=2).route("/items", status=202)
    assert [_status(server.answer(request())) for _ in range(3)] == [201, 201, 202]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ((), {"Plain": "x", "Braces": '{"origin": {}}'}),
        ((ORIGIN,), {"Plain": "x", "Braces": '{"origin": {}}', "One": "https://app.example"}),
        (
            (
                ORIGIN,
                ("access-control-request-method", "{origin}"),
                ("Access-Control-Request-Headers", "x-a"),
                ("Access-Control-Request-Headers", "x-b"),
            ),
            {
                "Plain": "x",
                "Braces": '{"origin": {}}',
                "One": "https://app.example",
                "Two": "{origin}; x-a, x-b",
            },
        ),
    ],
    ids=["nothing to reflect", "an origin", "everything, and what is reflected is no template again"],
)
def test_header_templates(headers: Any, sent: dict[str, str]) -> None:
    template = {"Plain": "x", "Braces": '{"origin": {}}', "One": "{origin}", "Two": "{acrm}; {acrh}"}
    answer = MockServer().route("*", headers=template).answer(request("https://a.example/", "GET", *headers))
    assert isinstance(answer, WireResponse)
    assert dict(answer.headers) == {**sent, "Content-Length": "0"}


@pytest.mark.parametrize(
    ("rule", "headers", "body"),
    [
        ({"status": 204, "body": "x"}, (), b""),
        ({"status": 304}, (), b""),
        ({"headers": {"content-length": "1"}, "body": "xy"}, (("content-length", "1"),), b"xy"),
        ({"headers": {"Transfer-Encoding": "chunked"}, "body": "xy"}, (("Transfer-Encoding", "chunked"),), b"xy"),
        ({"status": 205}, (("Content-Length", "0"),), b""),
    ],
    ids=["204", "304", "a length of its own", "a transfer coding", "205"],
)
def test_when_content_length_is_not_added(rule: Any, headers: Any, body: bytes) -> None:
    answer = MockServer().route("*", **rule).answer(request())
    assert isinstance(answer, WireResponse)
    assert (answer.headers, answer.body) == (headers, body)


def test_head_has_the_headers_without_the_body() -> None:
    answer = MockServer().route("*", body="four", truncate=True).answer(request(method="HEAD"))
    assert answer == WireResponse(200, "OK", (("Content-Length", "104"),))


def test_a_truncated_answer_promises_more_than_it_sends() -> None:
    answer = MockServer().route("*", body="four", truncate=True).answer(request())
    cut = NetworkFailure(FailureKind.RESET, "the connection closed before the end of the body")
    assert answer == WireResponse(200, "OK", (("Content-Length", "104"),), b"four", cut)


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        ("refused", FailureKind.REFUSED),
        ("reset", FailureKind.RESET),
        ("timeout", FailureKind.TIMEOUT),
        ("dns", FailureKind.DNS),
        ("tls", FailureKind.TLS),
        ("malformed", FailureKind.MALFORMED),
        ("unreachable", FailureKind.OTHER),
        ("offline", FailureKind.OFFLINE),
        ("too-large", FailureKind.TOO_LARGE),
    ],
)
def test_failures_are_the_networks(fail: Any, kind: FailureKind) -> None:
    answer = MockServer().route("*", fail=fail).answer(request())
    assert isinstance(answer, NetworkFailure)
    assert answer.kind is kind


@pytest.mark.parametrize(("timeout", "late"), [(None, False), (60.0, False), (59.9, True)])
def test_a_delay_is_compared_and_not_waited_for(timeout: float | None, late: bool) -> None:
    answer = MockServer().route("*", delay=60.0).answer(request(), timeout=timeout)
    expected = NetworkFailure(FailureKind.TIMEOUT, "no response within 59.9 s")
    assert answer == expected if late else isinstance(answer, WireResponse)


def test_an_answer_made_from_the_request() -> None:
    def respond(asked: WireRequest) -> MockResponse | None:
        if asked.method == "DELETE":
            return None
        return MockResponse(202, {"X-Method": asked.method, "X-Origin": "{origin}"}, b"made")

    server = MockServer().route("*", respond=respond, times=1).route("*", status=418)
    assert _status(server.answer(request(method="DELETE"))) == 418
    made = server.answer(request("https://a.example/", "PUT", ORIGIN))
    headers = (("X-Method", "PUT"), ("X-Origin", "https://app.example"), ("Content-Length", "4"))
    assert made == WireResponse(202, "Accepted", headers, b"made")
    assert _status(server.answer(request())) == 418


POLICY = CorsPolicy(["https://app.example"], allow_methods=["PUT"])


def names(answer: WireResponse | NetworkFailure) -> list[str]:
    assert isinstance(answer, WireResponse)
    return [name for name, _ in answer.headers]


def test_a_policy_answers_for_an_origin_and_for_no_other() -> None:
    server = MockServer().policy("https://API.example", POLICY, status=201, headers={"X-A": "1"}, body="data")
    assert names(server.answer(preflight("PUT", "https://api.example/any"))) == [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Methods",
        "Vary",
    ]
    answer = server.answer(request("https://api.example/any?x", "PUT", ORIGIN))
    assert _status(answer) == 201
    assert names(answer) == ["X-A", "Access-Control-Allow-Origin", "Vary", "Content-Length"]
    assert _status(server.answer(request("https://b.example/any"))) == 404


def test_a_server_made_from_a_policy_answers_everywhere_or_at_its_origin() -> None:
    everywhere = MockServer.from_policy(POLICY, body="x")
    assert _status(everywhere.answer(request("http://any.example/"))) == 200
    one = MockServer.from_policy(POLICY, origin="https://api.example")
    assert [_status(one.answer(request(url))) for url in ("https://api.example/", "https://b.example/")] == [200, 404]


def test_a_rule_with_a_policy_answers_the_preflights_for_its_method() -> None:
    server = MockServer().route("/items", "PUT", policy=POLICY)
    assert _status(server.answer(preflight("PUT"))) == 204
    assert _status(server.answer(preflight("DELETE"))) == 404
    assert _status(server.answer(request(method="OPTIONS"))) == 404
    assert names(server.answer(request("https://a.example/items", "PUT", ORIGIN))) == [
        "Access-Control-Allow-Origin",
        "Vary",
        "Content-Length",
    ]
    assert _status(MockServer().route("/items", "PUT").answer(preflight("PUT"))) == 404


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"url": "api.example"}, InvalidURL, "api.example"),
        ({"url": "ftp://api.example/"}, UsageError, "give http:// or https://, or a path"),
        ({"url": "https://user@api.example/"}, UsageError, "is no URL that a server can answer for"),
        ({"url": "*", "fail": "melted"}, UsageError, "fail='melted' is not known"),
        ({"url": "*", "status": 100}, UsageError, "status 100 is no final HTTP status"),
        ({"url": "*", "status": 1000}, UsageError, "status 1000 is no final HTTP status"),
    ],
)
def test_rules_that_can_not_be(arguments: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        MockServer().route(**arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "origin", ["ftp://api.example", "https://api.example/v1", "https://api.example?x", "https://u@a"]
)
def test_policies_are_for_origins(origin: str) -> None:
    with pytest.raises(UsageError, match="is no origin of a server"):
        MockServer().policy(origin, POLICY)


def test_a_status_nobody_registered_has_no_phrase() -> None:
    assert MockServer().route("*", status=599).answer(request()) == WireResponse(599, "", (("Content-Length", "0"),))


def test_of_very_many_requests_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corssim.server.mock.MAX_REQUESTS", 3)
    server = MockServer()
    for number in range(5):
        server.answer(WireRequest("GET", f"https://api.example/{number}", ()))
    assert [request.url[-1] for request in server.requests] == ["2", "3", "4"]
