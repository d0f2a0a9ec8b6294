"""HTTP/1 answers that are not as they should be, over real connections, as browsers were recorded to take them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser
from corssim.browser.transports import NetworkOptions
from corssim.browser.transports.http1.answer import Answer
from corssim.browser.transports.http1.head import HeadTooLarge, MalformedAnswer
from corssim.browser.transports.http1.whole import read_whole_answer
from corssim.fetch.browsers import profile_named
from corssim.fetch.wire import FailureKind, WireRequest, WireResponse

if TYPE_CHECKING:
    import socket

    from corssim.fetch.rules import AnswerRules

_CASES = Path(__file__).parents[2] / "data/browser-truth/cases-network/cases"
RAW = {
    case["id"]: case["server"][0]["raw"].encode("latin-1")
    for lot in ("raw", "rawhttp")
    for case in json.loads((_CASES / f"{lot}.json").read_text())
    if "raw" in case["server"][0]
}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def rules_of(browser: str) -> AnswerRules:
    return profile_named(browser).answers


def told(answer: Any) -> Any:
    """What matters of an exchange: the words of a failure may name another side of it."""
    if not isinstance(answer, WireResponse):
        return answer.kind
    cut = answer.body_failure.kind if answer.body_failure is not None else None
    return answer.status, answer.reason, answer.headers, answer.body, cut


@pytest.mark.parametrize("browser", ["standard", "firefox"])
def test_a_connection_is_read_as_a_whole_answer_is(carry: Any, raw_server: Any, browser: str) -> None:
    # Each once, whatever its port was.
    unique = {raw: name for name, raw in RAW.items()}
    rules, waiting = rules_of(browser), iter(unique)
    server = raw_server(lambda connection: connection.sendall(next(waiting, OK)))
    wrong = {}
    for raw, name in unique.items():
        request = WireRequest("GET", server.url, ())
        got = carry(None, request, network=NetworkOptions(answers=rules))
        want = read_whole_answer(raw, request, rules, ended=True)
        if told(got) != told(want):
            wrong[name] = f"{told(got)!r:.300}, not {told(want)!r:.300}"
    assert wrong == {}


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_body_that_was_held_back_for_a_status_line_is_told_once(carry: Any, raw_server: Any, browser: str) -> None:
    server, options = raw_server(b"HTTP/1"), NetworkOptions(answers=rules_of(browser))
    answer = carry(None, WireRequest("GET", server.url, ()), network=options)
    want = read_whole_answer(b"HTTP/1", WireRequest("GET", server.url, ()), rules_of(browser), ended=True)
    assert told(answer) == told(want)


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox", "webkit"])
def test_it_does_not_matter_how_the_bytes_arrive(browser: str) -> None:
    def read(raw: bytes, size: int) -> Any:
        answer = Answer("GET", rules_of(browser), is_secure=False, on_default_port=False)
        body = bytearray()
        try:
            for at in range(0, len(raw), size):
                body += answer.feed(raw[at : at + size])
            answer.end()
        except (MalformedAnswer, HeadTooLarge) as error:
            return type(error)
        return answer.head, bytes(body) + answer.last, answer.is_complete, str(answer.broken)

    for name, raw in RAW.items():
        if len(raw) < 10_000:
            assert read(raw, 1) == read(raw, 3) == read(raw, len(raw) or 1), name


def test_a_long_head_that_drips_is_read_in_linear_time() -> None:
    answer = Answer("GET", rules_of("standard"), is_secure=False, on_default_port=True)
    answer.feed(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20_000):
        answer.feed(b"X: abcdefg\r\n")
    answer.feed(b"\r\n")
    assert answer.head is not None
    assert len(answer.head.headers) == 20_000


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        pytest.param("HEAD", OK, id="HEAD"),
        pytest.param("GET", b"HTTP/1.1 304 Not Modified\r\n\r\nbody", id="304"),
        pytest.param("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody", id="204"),
        pytest.param("GET", OK + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother", id="another answer"),
    ],
)
def test_what_comes_after_an_answer_drops_the_connection_not_the_next_request(
    carry: Any, raw_server: Any, method: str, answer: bytes
) -> None:
    def keeping(connection: socket.socket) -> None:
        connection.sendall(answer)
        if connection.recv(65536):
            connection.sendall(b"HTTP/1.1 500 Used Again\r\nContent-Length: 0\r\n\r\n")

    answers = iter([keeping, lambda connection: connection.sendall(OK)])
    server = raw_server(lambda connection: next(answers, keeping)(connection))
    first, second = carry(None, WireRequest(method, server.url, ()), WireRequest("POST", server.url, (), b"a"))
    assert first.body in (b"", b"ok")
    assert told(second)[3] == b"ok"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ([("X-A", "a\x0bb")], b"X-A: a\x0bb"),
        ([("X-A", "a\x0cb")], b"X-A: a\x0cb"),
        ([("X-A", "\x0ba\x0c")], b"X-A: \x0ba\x0c"),
        ([("X-A", "a\x7fb")], b"X-A: a\x7fb"),
        ([("X-A", "a\x01b")], b"X-A: a\x01b"),
        ([("X-A", "1"), ("X-A", "")], b"X-A: 1, "),
        ([("X-A", ""), ("X-A", "1")], b"X-A: , 1"),
        ([("X-A", "\xe4")], b"X-A: \xe4"),
    ],
)
def test_header_values_that_script_may_set_are_sent(raw_server: Any, given: Any, sent: bytes) -> None:
    server = raw_server(OK)
    with Browser() as browser:
        assert browser.page(server.url).fetch(server.url, headers=given).allowed
    assert b"\r\n" + sent.lower() + b"\r\n" in server.received[0].lower()


def test_a_connection_is_shared_by_browsers_that_read_alike(raw_server: Any) -> None:
    import httpx

    with httpx.HTTPTransport() as transport:
        for _ in range(2):
            browser = Browser(transport)
            outcome = browser.page("http://127.0.0.1/").fetch(
                raw_server(b"HTTP/1.1 200 OK\nX-A : 1\n\nok").url, mode="no-cors"
            )
            assert outcome.exchanges[0].response.headers == [("X-A", "1")]


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", FailureKind.MALFORMED, "there is a NUL in its headers"),
        (b"SSH-2.0-OpenSSH\r\n", FailureKind.MALFORMED, "it begins with 'SSH-2.0-OpenSSH'"),
        (b"HTTP/1.1 OK\r\n\r\n", FailureKind.MALFORMED, "its status line is 'HTTP/1.1 OK'"),
        (OK.replace(b"2\r", b"2, 3\r"), FailureKind.MALFORMED, "it has several Content-Lengths: 2, 3"),
        (b"HTTP/1.1 200 OK\r\nX-A", FailureKind.MALFORMED, "the connection closed in the middle of its headers"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000, FailureKind.TOO_LARGE, "the response headers are over 256 KiB"),
    ],
)
def test_why_an_answer_is_none_is_said(carry: Any, raw_server: Any, raw: bytes, kind: FailureKind, said: str) -> None:
    failure = carry(None, WireRequest("GET", raw_server(raw).url, ()))
    assert (failure.kind, failure.detail.removeprefix("the answer is not valid HTTP: ")) == (kind, said)
