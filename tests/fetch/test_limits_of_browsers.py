"""Numbers that browsers have in their code, where it is published: no recording waits for hours."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.browser.transports.http1.whole import read_whole_answer
from corssim.fetch.browsers import profile_named
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest

from .rules.world import API, EXACT, World


@pytest.mark.parametrize(
    ("browser", "seconds"),
    [
        # https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age
        ("firefox", 86_400),
        ("chromium", 7200),
        ("webkit", 600),  # maximumPreflightCacheTimeout in WebCore's CrossOriginPreflightResultCache.cpp
    ],
)
def test_a_preflight_is_kept_no_longer_than(browser: str, seconds: int) -> None:
    world = World(profile_named(browser))
    world.route(
        "*", "OPTIONS", 204, {**EXACT, "Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "9999999"}
    )
    world.route("*", headers=EXACT)
    for wait, sent in ((0, ["OPTIONS", "PUT"]), (seconds - 0.5, ["PUT"]), (0.5, ["OPTIONS", "PUT"])):
        world.now += wait
        world.server.requests.clear()
        world.page.fetch(API, method="PUT")
        assert world.methods() == sent


@pytest.mark.parametrize(("after", "cookie"), [(119.5, "sid=1"), (120.5, None)])
def test_chromium_sends_new_cookies_with_posts_for_two_minutes(after: float, cookie: str | None) -> None:
    """kLaxAllowUnsafeMaxAge in Chromium's net/cookies/cookie_constants.h."""
    world = World(profile_named("chromium")).route(API, headers={"Set-Cookie": "sid=1; Secure"})
    world.browser.visit(API)
    world.now += after
    world.page.submit_form(API, method="POST")
    assert world.header("Cookie") == cookie


@pytest.mark.parametrize(
    ("browser", "largest"),
    [
        # network.http.max_response_header_size in Firefox's modules/libpref/init/StaticPrefList.yaml
        ("firefox", 393_216),
        # kMaxHeaderBufSize in Chromium's net/http/http_stream_parser.h
        ("chromium", 262_144),
        # HEADER_SIZE_LIMIT of libsoup 3, which counts all but the empty line
        ("webkit", 65_538),
    ],
)
@pytest.mark.parametrize("over", [0, 1])
def test_a_head_is_read_that_is_no_longer_than(browser: str, largest: int, over: int) -> None:
    """They were asked, on both sides: the answers are too long to be kept."""
    head = "HTTP/1.1 200 OK\r\nX-A: {}\r\n\r\n"
    raw = head.format("a" * (largest + over - len(head) + 2)).encode()
    assert len(raw) == largest + over
    got: Any = read_whole_answer(raw, WireRequest("GET", API, ()), profile_named(browser).answers, ended=True)
    assert isinstance(got, NetworkFailure) is bool(over)
    assert not over or got.kind is FailureKind.TOO_LARGE
