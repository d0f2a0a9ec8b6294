"""Answers that serve several browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corssim.cli.shared_answers import Recording
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corssim.fetch.rules import AnswerRules

BROWSERS = ("chromium", "firefox")


class Server:
    def __init__(self) -> None:
        self.asked: list[WireRequest] = []

    def __call__(self, request: WireRequest, readers: Sequence[AnswerRules]) -> list[WireResponse]:
        self.asked.append(request)
        return [WireResponse(200, "OK", (("N", str(len(self.asked))),)) for _ in readers]


def request(method: str = "GET", *headers: tuple[str, str], body: bytes | None = None) -> WireRequest:
    return WireRequest(method, "https://api.example/", headers, body)


def test_equal_requests_of_later_browsers_are_answered_from_before() -> None:
    server = Server()
    recording = Recording(server, BROWSERS, is_live=False, resend_unsafe=False)
    recording.start("chromium")
    first = recording.send(request("PUT", ("Origin", "null"), ("User-Agent", "a")))
    recording.start("firefox")
    assert recording.send(request("PUT", ("User-Agent", "b"), ("origin", "null"), ("Sec-Fetch-Mode", "cors"))) == first
    assert len(server.asked) == 1
    assert recording.notes == []


def test_one_browser_that_asks_twice_is_answered_twice_and_in_order() -> None:
    server = Server()
    recording = Recording(server, BROWSERS, is_live=False, resend_unsafe=False)
    recording.start("chromium")
    answers = [recording.send(request()), recording.send(request())]
    assert answers[0] != answers[1]
    recording.start("firefox")
    assert [recording.send(request()), recording.send(request())] == answers
    assert len(server.asked) == 2


def test_a_safe_request_that_differs_is_sent() -> None:
    server = Server()
    recording = Recording(server, BROWSERS, is_live=True, resend_unsafe=False)
    recording.start("chromium")
    recording.send(request("GET", ("Origin", "https://a.example")))
    recording.start("firefox")
    recording.send(request("GET", ("Origin", "null")))
    assert len(server.asked) == 2
    assert recording.notes == ["firefox sends a GET of its own: it was sent for it."]


def test_one_with_side_effects_is_sent_once_unless_told_otherwise() -> None:
    for resend, times in ((False, 1), (True, 2)):
        server = Server()
        recording = Recording(server, BROWSERS, is_live=True, resend_unsafe=resend)
        recording.start("chromium")
        recording.send(request("POST", body=b"a"))
        recording.start("firefox")
        recording.send(request("POST", body=b"b"))
        assert len(server.asked) == times
        assert "firefox sends a POST" in recording.notes[0]


def test_failures_are_kept_as_answers_are() -> None:
    failure = NetworkFailure(FailureKind.REFUSED, "no")
    asked: list[WireRequest] = []

    def send(one: WireRequest, readers: Sequence[AnswerRules]) -> list[NetworkFailure]:
        asked.append(one)
        return [failure for _ in readers]

    recording = Recording(send, BROWSERS, is_live=False, resend_unsafe=False)
    for profile in ("chromium", "firefox"):
        recording.start(profile)
        assert recording.send(request()) is failure
    assert len(asked) == 1
