"""What browsers remember of a request's way, told by its hops."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.request_hops import (
    Hop,
    before_redirects,
    content_type_left_behind,
    last_redirect,
    upgraded_at,
    url_before_rewriting,
    was_led_past_the_http_cache,
    was_preflighted,
)
from corssim.origin import url_origin
from corssim.url import require_url

APP, API = require_url("https://app.example/"), require_url("https://api.example/")
PLAIN = require_url("http://app.example/")
PAGE = url_origin(APP)
JSON = (("Content-Type", "application/json"),)

REDIRECT = Hop("redirect", APP, API, "PUT", JSON, was_preflighted=True, from_cache=True)
SECOND = Hop("redirect", API, API, "GET", ())
INTERNAL = Hop("internal-redirect", PLAIN, APP, "POST", JSON)
REWRITING = Hop("rewriting", PLAIN, APP, "POST", JSON)


@pytest.mark.parametrize(
    ("hops", "first", "last", "preflighted", "upgraded", "rewritten"),
    [
        pytest.param((), None, None, False, None, None, id="none"),
        pytest.param((REDIRECT,), REDIRECT, REDIRECT, True, None, None, id="a redirect"),
        pytest.param((REDIRECT, SECOND), REDIRECT, SECOND, False, None, None, id="two redirects"),
        pytest.param((INTERNAL,), None, None, False, 0, None, id="an internal redirect"),
        pytest.param((REDIRECT, INTERNAL), REDIRECT, REDIRECT, True, 1, None, id="an internal one after a redirect"),
        pytest.param((INTERNAL, REDIRECT, INTERNAL), REDIRECT, REDIRECT, True, 2, None, id="the last internal one"),
        pytest.param((REWRITING,), None, None, False, None, PLAIN, id="a rewriting"),
        pytest.param((REWRITING, REDIRECT), REDIRECT, REDIRECT, True, None, PLAIN, id="a redirect after a rewriting"),
        pytest.param((REWRITING, INTERNAL), None, None, False, 0, PLAIN, id="a rewriting makes no URL more"),
    ],
)
def test_what_hops_tell(hops: Any, first: Any, last: Any, preflighted: bool, upgraded: Any, rewritten: Any) -> None:
    assert before_redirects(hops) == first
    assert last_redirect(hops) == last
    assert was_preflighted(hops) is preflighted
    assert upgraded_at(hops) == upgraded
    assert url_before_rewriting(hops) == rewritten


@pytest.mark.parametrize(
    ("hops", "headers", "left"),
    [
        pytest.param((), (), None, id="no redirect"),
        pytest.param((REDIRECT,), (), "application/json", id="taken away"),
        pytest.param((REDIRECT,), JSON, None, id="still there"),
        pytest.param((SECOND, REDIRECT), (), None, id="the request had none at first"),
        pytest.param((REWRITING,), (), None, id="an upgrade takes nothing away"),
    ],
)
def test_the_content_type_left_behind(hops: Any, headers: Any, left: str | None) -> None:
    assert content_type_left_behind(hops, headers) == left


@pytest.mark.parametrize(
    ("hops", "past"),
    [
        pytest.param((), False, id="no redirect"),
        pytest.param((REDIRECT,), True, id="from the cache, away from the page's origin"),
        pytest.param((REDIRECT._replace(location=APP),), False, id="from the cache, within the page's origin"),
        pytest.param((REDIRECT._replace(url=API),), False, id="from the cache, between others"),
        pytest.param((SECOND,), True, id="over the network"),
        pytest.param((SECOND, REDIRECT._replace(location=APP)), False, id="the latest counts"),
    ],
)
def test_whether_a_redirect_leads_past_the_http_cache(hops: Any, past: bool) -> None:
    assert was_led_past_the_http_cache(hops, PAGE, "same-origin") is past
    assert not past or was_led_past_the_http_cache(hops, PAGE, "include") is not hops[-1].from_cache


def test_a_request_has_a_hop_for_each_redirect_and_its_copy_in_the_background_keeps_those_it_had() -> None:
    server = MockServer()
    for path, to in (("a", "b"), ("b", "c")):
        server.route(APP.href + path, status=302, headers={"Location": "/" + to})
    swr = {"Cache-Control": "max-age=1, stale-while-revalidate=60"}
    server.route(APP.href + "c", headers=swr)
    now = [0.0]
    page = Browser(server, clock=lambda: now[0]).page(APP.href)
    page.fetch("/a")
    now[0] = 10.0
    outcome = page.fetch("/a")
    assert outcome.request is not None
    assert [(hop.by, hop.url.path, hop.location.path) for hop in outcome.request.hops] == [
        ("redirect", "/a", "/b"),
        ("redirect", "/b", "/c"),
    ]
    assert [request.url.rpartition("/")[2] for request in server.requests] == ["a", "b", "c", "a", "b", "c"]
