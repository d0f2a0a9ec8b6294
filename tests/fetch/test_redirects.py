"""HTTP-redirect fetch: what is followed, what is refused, and what goes along."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim import Browser, MockServer, Outcome
from corssim.fetch.trace import Redirected

APP, API, OTHER = "https://app.example/", "https://api.example/x", "https://other.test/x"
OPEN = {
    "Access-Control-Allow-Origin": "{origin}",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "{acrm}",
    "Access-Control-Allow-Headers": "{acrh}",
}


def chain(*hops: tuple[str, int, str], start: str, end: Any = OPEN, **options: Any) -> tuple[Outcome, MockServer]:
    """A fetch of `start` through redirects (url, status, location), all else answered with `end`."""
    server = MockServer().route("*", "OPTIONS", 204, OPEN)
    for url, status, location in hops:
        server.route(url, status=status, headers={**OPEN, "Location": location}, times=1)
    server.route("*", headers=end, body="end")
    return Browser(server).page(APP).fetch(start, **options), server


def sent(server: MockServer) -> list[str]:
    return [f"{request.method} {request.url}" for request in server.requests]


def header(server: MockServer, name: str) -> list[str | None]:
    return [dict(request.headers).get(name) for request in server.requests]


def test_a_redirect_is_followed() -> None:
    outcome, server = chain((APP + "a", 302, "b?c#d"), start="a")
    response = outcome.response
    assert response is not None
    assert (response.url, response.redirected, response.body) == (APP + "b?c", True, b"end")
    assert sent(server) == [f"GET {APP}a", f"GET {APP}b?c"]
    assert [exchange.kind for exchange in outcome.exchanges] == ["actual", "redirect"]


def test_without_a_location_the_redirect_is_the_response() -> None:
    outcome = Browser(MockServer().route("*", status=302, body="here")).page(APP).fetch("/x")
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.text(), outcome.response.redirected) == (302, "here", False)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://", "redirect-location-invalid"),
        ("https://a b/", "redirect-location-invalid"),
        ("ftp://app.example/", "redirect-scheme-not-http"),
        ("data:,x", "redirect-scheme-not-http"),
        ("file:///x", "redirect-scheme-not-http"),
        ("about:blank", "redirect-scheme-not-http"),
        ("blob:https://app.example/x", "redirect-scheme-not-http"),
        ("https://app.example:25/", "bad-port"),
        ("http://app.example/", "mixed-content"),
    ],
)
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_where_a_redirect_may_not_lead(location: str, reason: str, mode: str) -> None:
    outcome, server = chain((APP + "a", 302, location), start="a", mode=mode)
    assert outcome.reason == reason
    assert len(server.requests) == 1


def test_a_redirect_with_another_location_each_is_refused() -> None:
    server = MockServer().route("*", status=302, headers=[("Location", "/a"), ("Location", "/b")])
    assert Browser(server).page(APP).fetch("/x").reason == "redirect-location-invalid"


@pytest.mark.parametrize(
    ("start", "location", "mode", "reason"),
    [
        ("/a", "https://u:p@app.example/b", "cors", None),
        ("/a", "https://u@api.example/b", "cors", "redirect-with-credentials-in-url"),
        ("/a", "https://u@api.example/b", "no-cors", "opaque-response"),
        (API, "https://:p@api.example/b", "cors", "redirect-with-credentials-in-url"),
        (API, "https://u@app.example/b", "cors", "redirect-with-credentials-in-url"),
        (API, "https://u@api.example/b", "no-cors", "opaque-response"),
    ],
    ids=[
        "same origin",
        "same origin to another",
        "same origin to another without cors",
        "another origin to itself",
        "another origin back home",
        "another origin without cors",
    ],
)
def test_credentials_in_the_url_of_a_redirect(start: str, location: str, mode: str, reason: str | None) -> None:
    outcome, server = chain((start if start == API else APP + start[1:], 302, location), start=start, mode=mode)
    assert outcome.reason == reason
    assert all("@" not in request.url for request in server.requests)
    if outcome.blocked is not None:
        assert "@" not in outcome.blocked.subject


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (303, "patch", "GET"),
        (302, "GET", "GET"),
        (307, "PUT", "PUT"),
    ],
)
@pytest.mark.parametrize("target", [APP + "b", OTHER], ids=["same origin", "other origin"])
def test_methods_after_a_redirect(status: int, method: str, after: str, target: str) -> None:
    body = None if method == "HEAD" or method == "GET" else "{}"
    headers = {"Content-Type": "text/plain", "Content-Language": "en", "Content-Encoding": "x", "X-A": "1"}
    outcome, server = chain((APP + "a", status, target), start="a", method=method, body=body, headers=headers)
    last = server.requests[-1]
    assert outcome.allowed
    assert last.method == after
    assert last.body == (body.encode() if body is not None and after == method else None)
    kept = {name.lower() for name, _ in last.headers} & {name.lower() for name in headers}
    dropped = after != method
    assert kept == ({"x-a"} if dropped else {"content-type", "content-language", "content-encoding", "x-a"})
    redirected = next(event for event in outcome.trace if isinstance(event, Redirected))
    assert (redirected.method, redirected.method_after, redirected.status) == (method, after, status)
    assert set(redirected.dropped) == ({"Content-Type", "Content-Language", "Content-Encoding"} if dropped else set())


def test_a_request_that_a_redirect_made_simple_is_not_preflighted() -> None:
    _, server = chain(
        (API, 303, OTHER), start=API, method="POST", body="{}", headers={"Content-Type": "application/json"}
    )
    assert sent(server) == [f"OPTIONS {API}", f"POST {API}", f"GET {OTHER}"]


@pytest.mark.parametrize(
    ("hops", "kept"),
    [
        ([(APP + "a", 302, "/b")], True),
        ([(APP + "a", 302, API)], False),
        ([(APP + "a", 302, "https://app.example:8443/")], False),
        ([(APP + "a", 302, API), (API, 302, APP + "b")], False),
    ],
    ids=["same origin", "other origin", "other port", "there and back"],
)
def test_a_cross_origin_hop_drops_authorization(hops: list[tuple[str, int, str]], kept: bool) -> None:
    _, server = chain(*hops, start="a", headers={"Authorization": "Basic eA==", "X-A": "1"})
    assert dict(server.requests[-1].headers).get("Authorization") == ("Basic eA==" if kept else None)
    assert dict(server.requests[-1].headers)["X-A"] == "1"


@pytest.mark.parametrize(
    ("urls", "origins"),
    [
        ([APP + "a", APP + "b", API], [None, None, "https://app.example"]),
        ([APP + "a", API, OTHER], [None, "https://app.example", "null"]),
        ([APP + "a", API, APP + "b"], [None, "https://app.example", "null"]),
        ([API, API + "2"], ["https://app.example", "https://app.example"]),
        ([API, OTHER], ["https://app.example", "null"]),
        ([API, APP + "b"], ["https://app.example", "null"]),
        ([API, API + "2", OTHER, API], ["https://app.example", "https://app.example", "null", "null"]),
    ],
    ids=["A A B", "A B C", "A B A", "B B", "B C", "B A", "B B C B"],
)
def test_origin_is_null_once_a_redirect_tainted_it(urls: list[str], origins: list[str | None]) -> None:
    hops = [(url, 302, location) for url, location in pairwise(urls)]
    _, server = chain(*hops, start=urls[0])
    assert header(server, "Origin") == origins


def test_each_new_url_is_preflighted_anew() -> None:
    _, server = chain((API, 307, OTHER), (OTHER, 308, API + "2"), start=API, method="PUT")
    assert sent(server) == [f"{method} {url}" for url in (API, OTHER, API + "2") for method in ("OPTIONS", "PUT")]
    assert header(server, "Origin") == ["https://app.example"] * 2 + ["null"] * 4


def test_a_redirect_response_is_checked_too() -> None:
    server = MockServer().route(API, status=302, headers={"Location": OTHER}).route(OTHER, headers=OPEN)
    outcome = Browser(server).page(APP).fetch(API)
    assert outcome.reason == "allow-origin-missing"
    assert outcome.blocked is not None
    assert (outcome.blocked.stage, outcome.blocked.url) == ("redirect", API)


def test_a_redirect_in_mode_error_is_an_error() -> None:
    outcome, server = chain((APP + "a", 302, "/b"), start="a", redirect="error")
    assert (outcome.reason, len(server.requests)) == ("redirect-mode-error", 1)


@pytest.mark.parametrize(
    ("status", "reason"), [(302, "redirect-of-a-stream"), (307, "redirect-of-a-stream"), (303, None)]
)
def test_a_stream_cannot_be_sent_again(status: int, reason: str | None) -> None:
    outcome, server = chain((APP + "a", status, "/b"), start="a", method="POST", body=iter([b"x"]))
    assert outcome.reason == reason
    assert [request.body for request in server.requests] == ([b"x"] if reason else [b"x", None])


def test_a_body_is_sent_again() -> None:
    _, server = chain((APP + "a", 307, API), start="a", method="POST", body="x")
    assert [request.body for request in server.requests if request.method == "POST"] == [b"x", b"x"]


def test_the_fragment_goes_along_unless_the_location_has_one() -> None:
    browser = Browser(MockServer().route("/a", status=302, headers={"Location": "/b"}))
    outcome = browser.page(APP).fetch("/a#here")
    assert outcome.request is not None
    assert [url.href for url in outcome.request.url_list] == [APP + "a#here", APP + "b#here"]


def test_a_redirect_changes_the_referrer_policy() -> None:
    server = MockServer().route("/a", status=302, headers={"Location": "/b", "Referrer-Policy": "bogus, no-referrer"})
    Browser(server).page(APP).fetch("/a")
    assert header(server, "Referer") == [APP, None]


@pytest.mark.parametrize(("hops", "reason"), [(19, None), (20, None), (21, "too-many-redirects")])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_twenty_redirects_are_followed_and_the_next_is_refused(hops: int, reason: str | None, method: str) -> None:
    server = MockServer().route("*", "OPTIONS", 204, OPEN)
    for index in range(hops):
        server.route(f"{API}{index}", status=307, headers={**OPEN, "Location": f"{API}{index + 1}"})
    outcome = Browser(server.route("*", headers=OPEN)).page(APP).fetch(f"{API}0", method=method)
    assert outcome.reason == reason
    requests = min(hops, 20) + 1
    assert len(server.requests) == (requests * 2 if method == "PUT" else requests)


def test_a_loop_ends_after_twenty_redirects() -> None:
    server = MockServer().route("*", status=302, headers={**OPEN, "Location": API})
    assert Browser(server).page(APP).fetch(API).reason == "too-many-redirects"
    assert len(server.requests) == 21


HOSTS = ["https://app.example", "https://www.app.example", "https://api.example", "https://other.test"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=23), st.sampled_from(["GET", "PUT", "POST"]))
def test_chains_of_redirects_with_a_preflight_at_each_hop(hosts: list[str], method: str) -> None:
    urls = [f"{host}/{index}" for index, host in enumerate(hosts)]
    server = MockServer().route("*", "OPTIONS", 204, OPEN)
    for url, location in pairwise(urls):
        server.route(url, status=307, headers={**OPEN, "Location": location})
    outcome = Browser(server.route("*", headers=OPEN)).page(APP).fetch(urls[0], method=method, headers={"X-A": "1"})
    actual = [exchange for exchange in outcome.exchanges if exchange.kind != "preflight"]
    assert outcome.reason == (None if len(urls) <= 21 else "too-many-redirects")
    assert [exchange.request.url for exchange in actual] == urls[:21]
    left = False
    expected: list[str] = []
    for url in urls[:21]:
        left = left or not url.startswith(APP)
        expected += ["preflight"] * left + ["actual"]
    assert [str(exchange.kind).replace("redirect", "actual") for exchange in outcome.exchanges] == expected
