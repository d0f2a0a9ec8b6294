"""HTTP-network-or-cache fetch: credentials, cache modes, the HTTP cache, keepalive."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.trace import HTTPCacheAnswered
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest

APP, API = "https://app.example/", "https://api.example/x"
OPEN = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
COOKIE = {"Set-Cookie": "a=1; SameSite=None; Secure"}


class World:
    def __init__(self, *, url: str = APP, page_headers: Any = (), profile: str = "standard") -> None:
        self.now = 1_800_000_000.0
        self.server = MockServer()
        self.browser = Browser(self.server, profile=profile, clock=lambda: self.now)
        self.page = self.browser.page(url, page_headers)

    def header(self, name: str, index: int = -1) -> str | None:
        return dict(self.server.requests[index].headers).get(name)


@pytest.mark.parametrize(
    ("url", "mode", "credentials", "sent"),
    [
        (API, "cors", "include", True),
        (API, "cors", "same-origin", False),
        (API, "cors", "omit", False),
        (API, "no-cors", "include", True),
        (API, "no-cors", "same-origin", False),
        ("/x", "cors", "same-origin", True),
        ("/x", "cors", "include", True),
        ("/x", "cors", "omit", False),
        ("/x", "no-cors", "same-origin", True),
        ("/x", "same-origin", "same-origin", True),
    ],
)
def test_cookies_go_with_include_and_with_same_origin_while_tainting_is_basic(
    url: str, mode: str, credentials: str, sent: bool
) -> None:
    world = World()
    world.server.route("*", headers={**OPEN, **COOKIE})
    world.browser.visit(API)
    world.browser.visit(APP)
    world.page.fetch(url, mode=mode, credentials=credentials)
    assert (world.header("Cookie") == "a=1") is sent


def test_cookies_stay_behind_once_a_redirect_left_the_origin() -> None:
    world = World()
    world.server.route("/go", status=302, headers={"Location": API}).route("*", headers={**OPEN, **COOKIE})
    world.browser.visit(API)
    world.page.fetch("/go")
    assert world.header("Cookie") is None


def test_set_cookie_is_stored_even_if_the_cors_check_then_fails() -> None:
    world = World()
    world.server.route("*", headers=COOKIE)
    assert world.page.fetch(API, credentials="include").reason == "allow-origin-missing"
    assert len(world.browser.cookies) == 1


def test_set_cookie_is_ignored_without_credentials() -> None:
    world = World()
    world.server.route("*", headers={**OPEN, **COOKIE})
    world.page.fetch(API)
    assert len(world.browser.cookies) == 0


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("GET", None, None), ("POST", None, "0"), ("PUT", None, "0"), ("DELETE", None, None), ("POST", "grün", "5")],
)
def test_content_length(method: str, body: str | None, length: str | None) -> None:
    world = World()
    world.page.fetch("/x", method=method, body=body)
    assert world.header("Content-Length") == length


@pytest.mark.parametrize(
    ("cache", "own", "cache_control", "pragma"),
    [
        ("default", {}, None, None),
        ("no-store", {}, "no-cache", "no-cache"),
        ("reload", {}, "no-cache", "no-cache"),
        ("no-cache", {}, "max-age=0", None),
        ("force-cache", {}, None, None),
        ("no-store", {"Cache-Control": "mine", "Pragma": "mine"}, "mine", "mine"),
        ("no-cache", {"Cache-Control": "mine"}, "mine", None),
        ("default", {"If-None-Match": '"x"'}, "no-cache", "no-cache"),
        ("default", {"if-modified-since": "x"}, "no-cache", "no-cache"),
        ("force-cache", {"If-Match": "x"}, None, None),
    ],
)
def test_headers_of_cache_modes(cache: str, own: dict[str, str], cache_control: str | None, pragma: str | None) -> None:
    world = World()
    world.page.fetch("/x", cache=cache, headers=own)
    assert (world.header("Cache-Control"), world.header("Pragma")) == (cache_control, pragma)


def test_only_if_cached_in_another_mode_than_same_origin_throws() -> None:
    with pytest.raises(TypeError, match="only-if-cached"):
        World().page.fetch("/x", cache="only-if-cached")


@pytest.mark.parametrize(
    ("cache", "age", "requests", "how"),
    [
        ("default", 1, 0, ["local"]),
        ("default", 100, 1, ["validated"]),
        ("no-store", 1, 1, []),
        ("reload", 1, 1, []),
        ("no-cache", 1, 1, ["validated"]),
        ("force-cache", 100, 0, ["local"]),
        ("only-if-cached", 100, 0, ["local"]),
    ],
)
def test_what_cache_modes_do_with_a_stored_response(cache: str, age: float, requests: int, how: list[str]) -> None:
    world = World()
    headers = {"Cache-Control": "max-age=60", "ETag": '"1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    world.server.route("*", headers=headers, body="old", times=1)

    def answer(request: Any) -> Any:
        from corssim import MockResponse

        conditional = any(name == "If-None-Match" for name, _ in request.headers)
        return MockResponse(304, {"X-New": "1"}) if conditional else MockResponse(200, headers, "new")

    world.server.route("*", respond=answer)
    world.page.fetch("/x")
    world.now += age
    outcome = world.page.fetch("/x", cache=cache, mode="same-origin")
    assert outcome.response is not None
    assert outcome.response.body == (b"new" if requests and not how else b"old")
    assert len(outcome.exchanges) == requests
    assert [event.how for event in outcome.trace if isinstance(event, HTTPCacheAnswered)] == how
    if how == ["validated"]:
        assert outcome.response.status == 200
        assert outcome.response.header("x-new") == "1"
        assert (world.header("If-None-Match"), world.header("If-Modified-Since")) == (
            '"1"',
            "Mon, 01 Jan 2024 00:00:00 GMT",
        )


STALE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=60, stale-while-revalidate=600", "ETag": '"1"'}


@pytest.mark.parametrize(
    ("profile", "cache", "sent", "cache_control"),
    [
        ("standard", "default", 2, None),
        ("firefox", "default", 2, "max-age=0"),
        ("webkit", "default", 2, None),
        ("standard", "force-cache", 1, None),
        ("standard", "no-cache", 2, "max-age=0"),
    ],
)
def test_what_is_used_stale_is_validated_in_the_background(
    profile: str, cache: str, sent: int, cache_control: str | None
) -> None:
    world = World(profile=profile)
    world.server.route("*", headers=STALE, body="old", times=1).route("*", headers=STALE, body="new")
    world.page.fetch("https://api.example/x")
    world.now += 100
    outcome = world.page.fetch("https://api.example/x", cache=cache)
    assert outcome.response is not None
    assert outcome.response.body == (b"new" if cache == "no-cache" else b"old")
    assert len(outcome.exchanges) == (cache == "no-cache")
    assert len(world.server.requests) == sent
    assert world.header("Cache-Control") == cache_control
    if sent == 2:
        assert world.header("If-None-Match") == '"1"'
        again = world.page.fetch("https://api.example/x").response
        assert again is not None
        assert again.body == b"new"


def test_a_head_is_not_answered_with_what_is_stale() -> None:
    world = World(profile="chromium")
    world.server.route("*", headers=STALE)
    world.page.fetch("/x")
    assert len(world.page.fetch("/x", method="HEAD").exchanges) == 0
    world.now += 100
    assert len(world.page.fetch("/x", method="HEAD").exchanges) == 1


@pytest.mark.parametrize(
    ("range_", "body", "sent"),
    [
        ("bytes=1-2", b"bc", 1),
        ("bytes=5-", b"f", 1),
        ("bytes=-1", b"f", 1),
        ("bytes=6-", b"abcdef", 1),  # beyond its end, the whole, as recorded
        ("bytes=9-", b"abcdef", 1),
        ("bytes=0-1,3-4", b"abcdef", 2),
    ],
)
def test_a_part_of_what_is_stored(range_: str, body: bytes, sent: int) -> None:
    world = World(profile="chromium")
    world.server.route("*", headers={"Cache-Control": "max-age=60"}, body="abcdef")
    world.page.fetch("/x")
    response = world.page.fetch("/x", headers={"Range": range_}).response
    assert response is not None
    assert (response.body, len(world.server.requests)) == (body, sent)
    assert response.status == (200 if body == b"abcdef" else 206)


def test_only_if_cached_without_anything_in_the_cache() -> None:
    outcome = World().page.fetch("/x", cache="only-if-cached", mode="same-origin")
    assert (outcome.reason, outcome.exchanges) == ("not-in-cache", [])


def test_no_store_keeps_nothing() -> None:
    world = World()
    world.server.route("*", headers={"Cache-Control": "max-age=60"})
    world.page.fetch("/x", cache="no-store")
    assert len(world.page.fetch("/x").exchanges) == 1


def test_a_stale_response_without_validators_is_fetched_anew() -> None:
    world = World()
    world.server.route("*", headers={"Cache-Control": "max-age=60"})
    world.page.fetch("/x")
    world.now += 100
    outcome = world.page.fetch("/x")
    assert len(outcome.exchanges) == 1
    assert world.header("If-None-Match") is None


def test_a_304_that_nobody_asked_for_is_shown_as_it_is() -> None:
    world = World()
    world.server.route("*", status=304)
    outcome = world.page.fetch("/x", headers={"If-None-Match": '"mine"'})
    assert outcome.response is not None
    assert outcome.response.status == 304


def test_an_unsafe_method_invalidates_what_is_stored() -> None:
    world = World()
    world.server.route("*", headers={"Cache-Control": "max-age=60"})
    world.page.fetch("/x")
    world.page.fetch("/x", method="POST")
    assert len(world.page.fetch("/x").exchanges) == 1


def test_an_unsafe_method_that_fails_invalidates_nothing() -> None:
    world = World()
    world.server.route("*", "POST", status=500).route("*", headers={"Cache-Control": "max-age=60"})
    world.page.fetch("/x")
    world.page.fetch("/x", method="POST")
    assert world.page.fetch("/x").exchanges == []


def test_an_answer_cached_for_an_image_fails_a_cors_fetch_later() -> None:
    world = World()
    world.server.route(API, headers={"Cache-Control": "max-age=60"}, body="\x89PNG", times=1).route(API, headers=OPEN)
    world.page.load("img", API)
    outcome = world.page.fetch(API)
    assert (outcome.reason, outcome.exchanges) == ("allow-origin-missing", [])


def test_an_answer_without_vary_is_given_to_another_origin_of_the_same_site() -> None:
    world = World()
    world.server.route("*", headers={**OPEN, "Cache-Control": "max-age=60"})
    world.page.fetch(API)
    other = world.browser.page("https://www.app.example/").fetch(API)
    assert (other.reason, other.exchanges) == ("allow-origin-mismatch", [])


def test_vary_origin_keeps_them_apart() -> None:
    world = World()
    world.server.route("*", headers={**OPEN, "Cache-Control": "max-age=60", "Vary": "Origin"})
    world.page.fetch(API)
    assert world.browser.page("https://www.app.example/").fetch(API).allowed


@pytest.mark.parametrize(("size", "reason"), [(65536, None), (65537, "keepalive-body-too-large")])
def test_a_keepalive_body_is_64_kibibytes_at_most(size: int, reason: str | None) -> None:
    outcome = World().page.fetch("/x", method="POST", body=b"x" * size, keepalive=True)
    assert outcome.reason == reason
    assert len(outcome.exchanges) == (reason is None)
    if outcome.blocked is not None:
        assert (outcome.blocked.subject, outcome.blocked.compared_with) == (str(size), "65536")


def test_without_a_body_or_keepalive_there_is_no_limit() -> None:
    page = World().page
    assert page.fetch("/x", keepalive=True).allowed
    assert page.fetch("/x", method="POST", body=b"x" * 70_000).allowed


def test_a_range_asks_for_no_coding() -> None:
    world = World()
    world.page.fetch("/x", headers={"Range": "bytes=0-1"})
    assert world.header("Accept-Encoding") == "identity"
    world.page.fetch("/x")
    assert world.header("Accept-Encoding") == "gzip, deflate"


def test_the_url_goes_out_without_fragment_and_credentials() -> None:
    world = World()
    world.page.xhr("https://user:password@app.example/x?y#z")
    assert world.server.requests[0].url == "https://app.example/x?y"


def test_a_script_set_user_agent_is_sent() -> None:
    world = World()
    world.page.fetch("/x", headers={"User-Agent": "mine"})
    assert world.header("User-Agent") == "mine"


def test_repeated_headers_go_out_on_one_line() -> None:
    world = World()
    world.page.fetch("/x", headers=[("X-A", "1"), ("x-a", "2"), ("Content-Type", "a/b"), ("Content-Type", "c/d")])
    names = [name for name, _ in world.server.requests[0].headers]
    assert len(names) == len(set(names))
    assert (world.header("X-A"), world.header("Content-Type")) == ("1, 2", "a/b, c/d")


@pytest.mark.parametrize(
    ("fail", "reason", "reached"),
    [
        ("refused", "connection-refused", False),
        ("dns", "dns-failure", False),
        ("tls", "tls-failure", False),
        ("timeout", "timeout", True),
        ("reset", "connection-reset", True),
        ("malformed", "malformed-response", True),
    ],
)
def test_failures_of_the_network_fail_the_fetch(fail: Any, reason: str, reached: bool) -> None:
    world = World()
    world.server.route("*", fail=fail)
    outcome = world.page.fetch(API)
    assert (outcome.verdict, outcome.reason, outcome.response) == ("failed", reason, None)
    assert outcome.reached_server is reached
    assert outcome.blocked is None
    assert outcome.failure is not None
    assert "\n" not in outcome.failure.detail


@pytest.mark.parametrize(
    ("preflight_headers", "credentials", "sent"),
    [
        pytest.param({}, "omit", ["OPTIONS", "PUT", "PUT"], id="the preflight's connection, once more on a new one"),
        pytest.param({}, "include", ["OPTIONS", "PUT"], id="with credentials on a connection of its own"),
        pytest.param({"Connection": "close"}, "omit", ["OPTIONS", "PUT"], id="closed after the preflight"),
        pytest.param({"connection": "keep-alive"}, "omit", ["OPTIONS", "PUT", "PUT"], id="kept alive in so many words"),
    ],
)
def test_what_a_kept_alive_connection_is_dropped_on_is_sent_again(
    preflight_headers: dict[str, str], credentials: str, sent: list[str]
) -> None:
    server = MockServer()
    server.route("*", "OPTIONS", 204, {**OPEN, "Access-Control-Allow-Methods": "PUT", **preflight_headers})
    server.route("*", fail="reset")
    outcome = Browser(server, profile="firefox").page(APP).fetch(API, method="PUT", credentials=credentials)
    assert outcome.reason == "connection-reset"
    assert [request.method for request in server.requests] == sent


def test_webkit_does_not_send_a_put_again() -> None:
    server = MockServer().route("/x").route("*", fail="reset")
    page = Browser(server, profile="webkit").page(APP)
    page.fetch("/x")
    page.fetch("/y", method="PUT")
    assert [request.method for request in server.requests] == ["GET", "PUT"]


class AlwaysDropped:
    """A transport that says of each connection, also of a new one, that it had carried others."""

    def __init__(self) -> None:
        self.sent = 0

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> NetworkFailure:
        self.sent += 1
        assert self.sent < 100
        return NetworkFailure(FailureKind.RESET, "gone", on_used_connection=True)


@pytest.mark.parametrize(
    ("profile", "sent"), [("standard", 2), ("chromium", 2), ("firefox", 10), ("webkit", 2)], ids=str
)
def test_a_transport_that_calls_every_connection_used_is_not_tried_for_ever(profile: str, sent: int) -> None:
    transport = AlwaysDropped()
    outcome = Browser(transport, profile=profile).page(APP).fetch("/x")
    assert (outcome.reason, transport.sent) == ("connection-reset", sent)
