"""Source lists of Content Security Policies against URLs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.source_list import (
    integrity_metadata_matches_source_list,
    nonce_matches_source_list,
    url_matches_source_list,
)
from corssim.origin import Origin
from corssim.url import require_url

HTTPS = Origin("https", "app.example")
HTTP = Origin("http", "app.example")
OPAQUE = Origin.opaque()
API = require_url("https://api.example/x")


@pytest.mark.parametrize(
    ("profile", "source", "page", "is_listed"),
    [
        ("chromium", "http://api.example:80", HTTPS, True),
        ("chromium", "api.example:80", HTTPS, False),
        ("chromium", "api.example:80", HTTP, True),
        ("firefox", "api.example:80", HTTPS, True),
        ("webkit", "ws://api.example:80", HTTPS, True),
        ("firefox", "api.example:8080", HTTPS, False),
        ("chromium", "ws:", HTTPS, False),
        ("chromium", "wss://api.example", HTTPS, False),
        ("firefox", "wss:", HTTPS, False),
        ("webkit", "wss:", HTTPS, True),
    ],
)
def test_sources_that_browsers_read_in_their_own_way(profile: str, source: str, page: Origin, is_listed: bool) -> None:
    assert url_matches_source_list(API, [source], page, 0, recorded_browsers()[profile].csp) is is_listed


def matches(source_list: str, url: str, origin: Origin = HTTPS, redirect_count: int = 0) -> bool:
    return url_matches_source_list(require_url(url), source_list.split(), origin, redirect_count, STANDARD.csp)


@pytest.mark.parametrize(
    ("source_list", "url"),
    [
        # Nothing, everything
        ("*", "http://api.example/"),
        ("*", "https://api.example:8443/"),
        ("'none' https://api.example", "https://api.example/"),
        # Schemes
        ("https:", "https://api.example/"),
        ("http:", "https://api.example/"),
        ("HTTPS:", "https://api.example/"),
        ("ws:", "wss://api.example/"),
        ("ws:", "http://api.example/"),
        ("wss:", "https://api.example/"),
        ("data:", "data:,x"),
        ("blob:", "blob:https://app.example/x"),
        # Hosts
        ("api.example", "https://api.example/x"),
        ("API.example", "https://api.example/x"),
        ("https://api.example", "https://api.example/x"),
        ("http://api.example", "https://api.example/x"),
        ("*.api.example", "https://a.b.api.example/"),
        ("https://*", "https://api.example/"),
        ("*:*", "https://api.example:8443/"),
        ("localhost:8000", "https://localhost:8000/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("capacitor://localhost", "capacitor://localhost/"),
        ("capacitor://localhost/", "capacitor://localhost"),
        # Ports
        ("https://api.example:443", "https://api.example/"),
        ("https://api.example:00443", "https://api.example/"),
        ("https://api.example:*", "https://api.example:8443/"),
        ("https://api.example:8443", "https://api.example:8443/"),
        # Paths
        ("https://api.example/", "https://api.example/x"),
        ("https://api.example/a/", "https://api.example/a/b/c"),
        ("https://api.example/a/", "https://api.example/a/"),
        ("https://api.example/a", "https://api.example/a?query"),
        ("https://api.example/%61", "https://api.example/a"),
        ("https://api.example/a/b", "https://api.example/%61/%62"),
        # 'self'
        ("'self'", "https://app.example/x"),
        ("'SELF'", "https://app.example/x"),
        ("'self'", "wss://app.example/x"),
    ],
)
def test_matching(source_list: str, url: str) -> None:
    assert matches(source_list, url)


@pytest.mark.parametrize(
    ("source_list", "url"),
    [
        ("", "https://api.example/"),
        ("'none'", "https://api.example/"),
        ("*", "data:,x"),
        ("*", "blob:https://app.example/x"),
        ("https:", "http://api.example/"),
        ("wss:", "http://api.example/"),
        ("api.example", "http://api.example/x"),
        ("api.example", "data:,x"),
        ("api.example", "https://www.api.example/"),
        ("*.api.example", "https://api.example/"),
        ("*.0.0.1", "https://127.0.0.1/"),
        ("*.example", "https://api.example.test/"),
        ("https://[::1]", "https://[::1]/"),
        ("https://api.example", "https://api.example:8443/"),
        ("https://api.example:8443", "https://api.example/"),
        ("http://api.example:80", "https://api.example/"),
        ("https://api.example:" + "9" * 5000, "https://api.example/"),
        ("https://api.example/a", "https://api.example/a/"),
        ("https://api.example/a", "https://api.example/b"),
        ("https://api.example/a/", "https://api.example/a"),
        ("https://api.example/a?b", "https://api.example/a?b"),
        ("'self'", "http://app.example/"),
        ("'self'", "https://api.example/"),
        ("'self'", "https://app.example:8443/"),
        ("'self'", "blob:https://app.example/x"),
        ("self", "https://app.example/"),
        ("'unsafe-inline' 'nonce-abc' 'sha256-abc='", "https://app.example/"),
    ],
)
def test_not_matching(source_list: str, url: str) -> None:
    assert not matches(source_list, url)


@pytest.mark.parametrize(
    ("source_list", "url", "origin", "expected"),
    [
        pytest.param("'self'", "https://app.example/", HTTP, True, id="self is upgraded to https"),
        pytest.param("'self'", "ws://app.example/", HTTP, True, id="self is upgraded to ws"),
        pytest.param("'self'", "ws://app.example/", HTTPS, False, id="self is not downgraded to ws"),
        pytest.param(
            "'self'",
            "https://app.example:8080/",
            Origin("http", "app.example", 8080),
            True,
            id="self is upgraded on its own port",
        ),
        pytest.param(
            "api.example",
            "https://api.example/",
            HTTP,
            True,
            id="a bare host takes the page's scheme, or https",
        ),
        pytest.param("api.example", "http://api.example/", HTTP, True, id="a bare host on an http page"),
        pytest.param("api.example", "https://api.example/", OPAQUE, False, id="an opaque page has no scheme"),
        pytest.param("'self'", "https://app.example/", OPAQUE, False, id="an opaque page has no self"),
        pytest.param("'self'", "file:///x", OPAQUE, False, id="nor has file:"),
        pytest.param("*", "capacitor://cdn/x", Origin("capacitor", "localhost"), True, id="* covers the page's scheme"),
    ],
)
def test_depends_on_the_page(source_list: str, url: str, origin: Origin, expected: bool) -> None:
    assert matches(source_list, url, origin) is expected


@pytest.mark.parametrize(("redirect_count", "expected"), [(0, False), (1, True)])
def test_paths_do_not_count_after_a_redirect(redirect_count: int, expected: bool) -> None:
    assert matches("https://api.example/a", "https://api.example/b", HTTPS, redirect_count) is expected


@pytest.mark.parametrize(
    ("nonce", "source_list", "expected"),
    [
        ("abc", "'self' 'nonce-abc'", True),
        ("abc", "'NONCE-abc'", True),
        ("abc", "'nonce-ABC'", False),
        ("abc", "'nonce-abcd'", False),
        ("", "'nonce-'", False),
        ("a b", "'nonce-a b'", False),
    ],
)
def test_nonces(nonce: str, source_list: str, expected: bool) -> None:
    assert nonce_matches_source_list(nonce, source_list.split()) is expected


@pytest.mark.parametrize(
    ("integrity", "source_list", "expected"),
    [
        pytest.param("sha256-a+/=", "'self' 'sha256-a+/='", True, id="listed"),
        pytest.param("sha256-a+/=", "'SHA256-a-_='", True, id="listed as base64url"),
        pytest.param("sha256-b=", "'sha256-a='", False, id="another hash"),
        pytest.param("sha384-a=", "'sha256-a='", False, id="another algorithm"),
        pytest.param("sha256-a= sha256-b=", "'sha256-a='", False, id="one of two is not listed"),
        pytest.param("", "'sha256-a='", False, id="no integrity attribute"),
        pytest.param("sha256-a=", "https:", False, id="no hashes in the list"),
    ],
)
def test_integrity_metadata(integrity: str, source_list: str, expected: bool) -> None:
    assert integrity_metadata_matches_source_list(integrity, source_list.split()) is expected


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="*.:/'-[]a1%", max_size=15) | st.text(max_size=10))
def test_any_expression_is_answered_and_never_widened_by_case(expression: str) -> None:
    url = require_url("https://a1.example/a/1")
    given_, upper = (
        url_matches_source_list(url, [text], HTTPS, 1, STANDARD.csp) for text in (expression, expression.upper())
    )
    assert given_ == upper or not expression.isascii()
