"""HTTP authentication by the text: challenges, entries, and what a request says by itself."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.authentication_challenges import parse_challenges
from corssim.fetch.authentication_entries import AuthenticationEntries
from corssim.fetch.authentication_entry import Credentials
from corssim.fetch.authentication_events import AuthenticationChallenged
from corssim.url import require_url

BASIC = {"WWW-Authenticate": 'Basic realm="t"'}
USER = "Basic dXNlcjpwYXNz"
CORS = {"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Credentials": "true"}


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ('Basic realm="t"', [("basic", {"realm": "t"})]),
        ("basic realm=t", [("basic", {"realm": "t"})]),
        ("Basic", [("basic", {})]),
        ('Basic realm="t', [("basic", {"realm": "t"})]),
        (r'Basic realm="a\"b", charset="UTF-8"', [("basic", {"realm": 'a"b', "charset": "UTF-8"})]),
        ('Bearer, Basic realm="t"', [("bearer", {}), ("basic", {"realm": "t"})]),
        ('Negotiate abc==, Basic realm="t"', [("negotiate", {}), ("basic", {"realm": "t"})]),
        (
            'Digest realm="a, b", nonce=1, Basic realm=t',
            [("digest", {"realm": "a, b", "nonce": "1"}), ("basic", {"realm": "t"})],
        ),
        (", ,", []),
        ("", []),
        ("\x01 Basic", []),
    ],
)
def test_challenges_are_read(value: str, parsed: list[Any]) -> None:
    assert [(c.scheme, dict(c.parameters)) for c in parse_challenges([value], one_a_line=False)] == parsed


def test_a_long_line_of_challenges_is_read_in_linear_time() -> None:
    assert len(list(parse_challenges(["Basic a=" + '"' * 9 + ", " * 50_000 + "B, " * 50_000], one_a_line=False))) > 1000


def challenged(times: int | None = 1, **headers: str) -> tuple[MockServer, Browser]:
    server = MockServer()
    server.route("/x", status=401, headers=BASIC | CORS | headers, times=times).route("*", headers=CORS)
    return server, Browser(server)


def said(server: MockServer) -> list[str | None]:
    return [dict(request.headers).get("Authorization") for request in server.requests]


@pytest.mark.parametrize(
    ("url", "options", "answered", "because"),
    [
        pytest.param("https://user:pass@app.example/x", {}, [None, USER], "", id="own origin"),
        pytest.param("/x", {"username": "user", "password": "pass"}, [None, USER], "", id="arguments of open()"),
        pytest.param("/x", {}, [None], "nothing-known", id="nothing known"),
        pytest.param("https://user:pass@api.example/x", {"with_credentials": True}, [None], "cors", id="CORS"),
        pytest.param("https://user:pass@api.example/x", {}, [None], "without-credentials", id="no credentials"),
    ],
)
def test_what_answers_a_challenge(url: str, options: Any, answered: list[str | None], because: str) -> None:
    server, browser = challenged()
    outcome = browser.page("https://app.example/").xhr(url, **options)
    assert said(server) == answered
    assert [e.because for e in outcome.trace if isinstance(e, AuthenticationChallenged)] == [because]
    assert outcome.response is not None
    assert outcome.response.status == (200 if len(answered) == 2 else 401)


def test_the_whole_challenge_is_told() -> None:
    server = MockServer()
    server.route("/x", status=401, headers=[("WWW-Authenticate", "Bearer"), *BASIC.items()], times=1).route("*")
    outcome = Browser(server).page("https://app.example/").xhr("https://user:pass@app.example/x")
    assert [event for event in outcome.trace if isinstance(event, AuthenticationChallenged)] == [
        AuthenticationChallenged("https://user:pass@app.example/x", 'Bearer, Basic realm="t"', "url")
    ]


def test_what_was_refused_is_not_sent_again() -> None:
    server, browser = challenged(times=None)
    page = browser.page("https://app.example/")
    assert page.xhr("https://user:pass@app.example/x").response.status == 401  # type: ignore[union-attr]
    page.fetch("/y")
    assert said(server) == [None, USER, None]


@pytest.mark.parametrize(
    ("path", "options", "carried"),
    [
        ("/y", {}, True),
        ("/deep/er/y", {}, True),
        ("/y", {"method": "POST", "body": "b"}, True),
        ("/y", {"credentials": "omit"}, False),
        ("/y", {"headers": {"Authorization": USER + "x"}}, False),
        ("https://app.example:8443/y", {"credentials": "include"}, False),
        ("http://app.example/y", {"mode": "no-cors"}, False),
    ],
)
def test_which_later_requests_carry_it(path: str, options: Any, carried: bool) -> None:
    server, browser = challenged()
    page = browser.page("https://app.example/")
    page.xhr("https://user:pass@app.example/x")
    page.fetch(path, **options)
    assert (said(server)[2:] == [USER]) is carried


def test_entries_can_be_cleared() -> None:
    server, browser = challenged()
    page = browser.page("https://app.example/")
    page.xhr("https://user:pass@app.example/x")
    browser.authentication_entries.clear()
    page.fetch("/y")
    assert said(server)[2:] == [None]


def test_entries_are_bounded_and_the_last_ones_stay() -> None:
    entries, who = AuthenticationEntries(), Credentials(b"user", b"pass")
    for number in range(300):
        entries.store(None, require_url(f"https://app{number}.example/x"), "t", "basic", who, ["/"])
        entries.store(None, require_url("https://app.example/x"), "t", "basic", who, [f"/{number}/"])
    assert len(entries) == 100
    assert entries.for_url(None, require_url("https://app299.example/")) is not None
    assert entries.for_url(None, require_url("https://app0.example/")) is None
    kept = entries.for_realm(None, require_url("https://app.example/"), "t", "basic")
    assert kept is not None
    assert len(kept.directories) == 20


def test_what_is_refused_leaves_other_realms_and_no_trace() -> None:
    entries, who = AuthenticationEntries(), Credentials(b"user", b"pass")
    url = require_url("https://app.example/x")
    for realm in ("a", "b"):
        entries.store(None, url, realm, "basic", who, ["/"])
    entries.discard(None, url, "a", "basic")
    assert (len(entries), entries.for_realm(None, url, "a", "basic")) == (1, None)
    assert entries.for_realm(None, url, "b", "basic") is not None
    for scheme in ("digest", "basic"):
        entries.discard(None, url, "b", scheme)
        assert len(entries) == (scheme == "digest")
    for number in range(101):
        entries.store(None, require_url(f"https://app{number}.example/"), "t", "basic", who, ["/"])
    assert len(entries) == 100


def test_a_password_is_in_no_repr() -> None:
    assert "pass" not in repr(Credentials(b"user", b"pass"))
