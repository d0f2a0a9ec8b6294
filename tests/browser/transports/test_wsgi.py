"""WSGI apps as servers: the environ, start_response, bodies and errors."""

from __future__ import annotations

import io
import sys
import wsgiref.validate
from itertools import count
from types import SimpleNamespace
from typing import Any

import flask
import pytest

from corssim.browser.transports import bounds
from corssim.browser.transports.wsgi import environ_of
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

GET = WireRequest("GET", "https://api.example/items", ())


def test_the_environ_is_complete() -> None:
    request = WireRequest(
        "PUT",
        "http://api.example:8000/caf%C3%A9/x?q=%20",
        (
            ("Content-Type", "text/plain"),
            ("X-One", "1"),
            ("Cookie", "a=1"),
            ("cookie", "b=2"),
            ("x-one", "\xe9"),
            ("X_One", "spoofed"),
        ),
        b"data",
    )
    environ = environ_of(request)
    assert environ.pop("wsgi.input").read() == b"data"
    assert isinstance(environ.pop("wsgi.errors"), io.StringIO)
    assert environ == {
        "REQUEST_METHOD": "PUT",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/caf\xc3\xa9/x",
        "QUERY_STRING": "q=%20",
        "REQUEST_URI": "/caf%C3%A9/x?q=%20",
        "RAW_URI": "/caf%C3%A9/x?q=%20",
        "SERVER_NAME": "api.example",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "HTTP_HOST": "api.example:8000",
        "HTTP_X_ONE": "1,\xe9",
        "HTTP_COOKIE": "a=1; b=2",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "4",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    assert "CONTENT_LENGTH" not in environ_of(GET)


def test_the_standard_librarys_validator_has_no_complaint(carry: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read(4)]

    answer = carry(wsgiref.validate.validator(app), WireRequest("POST", GET.url, (), b"data"))
    assert (answer.body, carry.app_errors) == (b"data", [])


def test_flask_answers(carry: Any) -> None:
    app = flask.Flask("api")

    @app.put("/items")
    def items() -> Any:
        data = flask.request.get_data()
        response = flask.Response(data + flask.request.headers["X-One"].encode(), 201)
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    answer = carry(app, WireRequest("PUT", GET.url, (("X-One", "!"),), b"data"))
    assert (answer.status, answer.reason, answer.body) == (201, "CREATED", b"data!")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1; Path=/", "b=2; Path=/"]


def app_of(*calls: Any, pieces: Any = (b"ok",)) -> Any:
    """An app that calls start_response so and returns these pieces."""

    def app(environ: Any, start_response: Any) -> Any:
        for call in calls:
            start_response(*call)
        return pieces() if callable(pieces) else pieces

    return app


def raising(*first: bytes, error: BaseException | None = None) -> Any:
    yield from first
    raise error or ValueError("bug")


def bug(environ: Any, start_response: Any) -> Any:
    raise ValueError("bug")


def bug_after_write(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [])(b"half")
    raise ValueError("bug")


OK = ("200 OK", [])

FAILING = {
    "raises": bug,
    "raises at its first piece": app_of(OK, pieces=raising),
    "raises after an empty piece": app_of(OK, pieces=lambda: raising(b"")),
    "exits": app_of(OK, pieces=lambda: raising(error=SystemExit(1))),
    "never calls start_response": app_of(),
    "calls start_response twice": app_of(OK, OK),
    "has a status without a number": app_of(("OK", [])),
    "has text in its body": app_of(OK, pieces=["text"]),
    "has a line break in a header": app_of(("200 OK", [("X-A", "1\r\n")])),
}


@pytest.mark.parametrize("app", FAILING.values(), ids=FAILING)
def test_an_app_that_fails_before_its_first_byte_is_a_500(carry: Any, app: Any) -> None:
    assert carry(app, GET) == WireResponse(
        500,
        "Internal Server Error",
        (("content-type", "text/plain; charset=utf-8"), ("content-length", "21"), ("connection", "close")),
        b"Internal Server Error",
    )
    assert len(carry.app_errors) == 1


@pytest.mark.parametrize(
    "app",
    [app_of(OK, pieces=lambda: raising(b"half")), bug_after_write],
    ids=["in its pieces", "after write"],
)
def test_an_app_that_fails_after_its_first_byte_breaks_the_connection(carry: Any, app: Any) -> None:
    answer = carry(app, GET)
    assert (answer.status, answer.body) == (200, b"half")
    assert answer.body_failure == NetworkFailure(FailureKind.RESET, "the app failed in the middle of its response")


def exc_info() -> Any:
    try:
        raise LookupError("first")
    except LookupError:
        return sys.exc_info()


def test_an_error_takes_the_place_of_headers_that_are_not_out(carry: Any) -> None:
    app = app_of(OK, ("503 Busy", [("X-A", "1")], exc_info()), pieces=[b"sorry"])
    assert carry(app, GET) == WireResponse(503, "Busy", (("X-A", "1"),), b"sorry")


def test_an_error_comes_back_to_the_app_when_headers_are_out(carry: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])(b"half")
        start_response("500 Bug", [], exc_info())

    assert carry(app, GET).body_failure is not None
    assert [str(error) for error in carry.app_errors] == ["first"]


def test_what_is_written_comes_before_what_is_returned(carry: Any) -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])(b"written, ")
        return [b"returned"]

    assert carry(app, GET).body == b"written, returned"


class Pieces:
    """An endless body that knows whether it was closed."""

    def __init__(self, close_error: Exception | None = None) -> None:
        self.closed = False
        self._close_error = close_error

    def __iter__(self) -> Any:
        while True:
            yield b"chunk"

    def close(self) -> None:
        self.closed = True
        if self._close_error is not None:
            raise self._close_error


def test_an_endless_body_is_cut_and_closed(carry: Any) -> None:
    pieces = Pieces()
    answer = carry(app_of(OK, pieces=pieces), GET, max_body=7)
    assert (answer.body, answer.body_failure.kind) == (b"chunkch", FailureKind.TOO_LARGE)
    assert pieces.closed


def test_an_error_in_close_comes_too_late_to_matter(carry: Any) -> None:
    answer = carry(app_of(OK, pieces=Pieces(ValueError("close"))), GET, max_body=5)
    assert (answer.status, answer.body) == (200, b"chunk")
    assert [str(error) for error in carry.app_errors] == ["close"]


def test_time_is_looked_at_between_pieces(carry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()  # as many as pieces that were asked about
    monkeypatch.setattr(bounds, "time", SimpleNamespace(monotonic=lambda: float(next(seconds))))
    pieces = Pieces()
    answer = carry(app_of(OK, pieces=pieces), GET, timeout=300, max_body=10**9)
    assert answer.body_failure == NetworkFailure(FailureKind.TIMEOUT, "the body did not end within 300 s")
    assert next(seconds) == 301
    assert pieces.closed


@pytest.mark.parametrize(("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Same")])
def test_responses_that_have_no_body(carry: Any, method: str, status: str) -> None:
    answer = carry(app_of((status, [("Content-Length", "2")])), WireRequest(method, GET.url, ()))
    assert (answer.body, answer.body_failure) == (b"", None)


def test_a_short_body_is_a_broken_connection(carry: Any) -> None:
    answer = carry(app_of(("200 OK", [("Content-Length", "9")])), GET)
    assert answer.body_failure.kind is FailureKind.RESET


def test_too_many_header_bytes(carry: Any) -> None:
    app = app_of(("200 OK", [("X-Long", "x" * 300_000)]), pieces=[b"a", b"b"])
    assert carry(app, GET).kind is FailureKind.TOO_LARGE
