"""The cookie jar and the HTTP cache offer what the algorithms ask of them, and so do those that do nothing."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from corssim.browser import http_cache
from corssim.browser.cookies import store as cookie_store
from corssim.fetch import ports
from corssim.fetch.empty_stores import NoCookies, NoHTTPCache

MEMBERS = {"__len__", "select", "receive", "store", "freshen", "invalidate", "discard"}


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (ports.CookieStore, cookie_store.CookieStore),
        (ports.CookieStore, NoCookies),
        (ports.HTTPCache, http_cache.HTTPCache),
        (ports.HTTPCache, NoHTTPCache),
    ],
    ids=["cookies", "no cookies", "HTTP cache", "no HTTP cache"],
)
def test_a_store_takes_what_it_is_given(asked: Any, offered: Any) -> None:
    methods = {name: member for name, member in vars(asked).items() if name in MEMBERS}
    assert len(methods) > 2
    for name, method in methods.items():
        parameters = inspect.signature(method).parameters.values()
        positional = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        by_name = {p.name: p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        inspect.signature(getattr(offered, name)).bind(*positional, **by_name)
