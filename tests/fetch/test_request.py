"""Requests: redirect-taint and the serialisation of their origin."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.request import Request
from corssim.fetch.request_hops import Hop
from corssim.records import replace
from corssim.url import require_url

A, A8, WWW, B, C = (
    "https://app.example/",
    "https://app.example:8443/",
    "https://www.app.example/",
    "https://api.example/",
    "https://other.test/",
)


@pytest.mark.parametrize(
    ("urls", "by", "taint"),
    [
        (["http://api.example/", B], ["internal-redirect"], "same-origin"),
        ([A, "http://app.example/", A], ["redirect", "internal-redirect"], "same-origin"),
        ([B, "http://api.example/", B], ["redirect", "internal-redirect"], "cross-site"),
    ],
)
def test_redirect_taint_of_internal_redirects(urls: list[str], by: list[Any], taint: str) -> None:
    page = Browser(MockServer()).page(A)
    url_list = [require_url(url) for url in urls]
    hops = tuple(Hop(each, url_list[at], url_list[at + 1], "GET", ()) for at, each in enumerate(by))
    request = Request(url_list, page.environment, page.origin, hops=hops)
    assert request.redirect_taint == taint


@pytest.mark.parametrize(
    ("urls", "taint"),
    [
        ([A], "same-origin"),
        ([B], "same-origin"),
        ([A, A], "same-origin"),
        ([A, B], "same-origin"),
        ([A, A, B], "same-origin"),
        ([B, B], "same-origin"),
        ([B, A], "cross-site"),
        ([B, C], "cross-site"),
        ([A, B, C], "cross-site"),
        ([A, B, A], "cross-site"),
        ([A, WWW, A], "same-site"),
        ([A, A8, A], "same-site"),
        ([WWW, A], "same-site"),
        ([WWW, B], "same-site"),
        ([A, WWW, B], "same-site"),
        ([A, WWW, B, A], "cross-site"),
    ],
    ids=" ".join,
)
def test_redirect_taint(urls: list[str], taint: str) -> None:
    page = Browser(MockServer()).page(A)
    request = Request([require_url(url) for url in urls], page.environment, page.origin)
    assert request.redirect_taint == taint
    assert request.serialize_origin() == ("https://app.example" if taint == "same-origin" else "null")
    assert (request.url.href, request.current_url.href) == (urls[0], urls[-1])


@pytest.mark.parametrize(
    ("destination", "navigation", "script_like"),
    [
        ("", False, False),
        ("document", True, False),
        ("iframe", True, False),
        ("script", False, True),
        ("worker", False, True),
        ("image", False, False),
    ],
)
def test_destinations(destination: str, navigation: bool, script_like: bool) -> None:
    page = Browser(MockServer()).page(A)
    request = Request([page.environment.url], page.environment, page.origin, destination=destination)
    assert (request.is_navigation, request.is_script_like) == (navigation, script_like)


def test_the_current_url_is_the_last_of_the_list() -> None:
    page = Browser(MockServer()).page(A)
    a, b, c = map(require_url, (A, B, C))
    request = Request([a], page.environment, page.origin)
    seen = [request.current_url]
    for change in (lambda: request.go_on_to(b), lambda: request.rewrite_current_url(c), request.go_back):
        change()
        assert request.current_url is request.url_list[-1]
        seen.append(request.current_url)
    assert (seen, request.url_list) == ([a, b, c, a], [a])
    assert replace(request, url_list=[a, b]).current_url is b
