"""The page that asks where none is told."""

from __future__ import annotations

import pytest

from corssim.browser.default_page import default_page
from corssim.origin import same_origin, url_origin
from corssim.url import require_url

DEVELOPED = "http://localhost:3000/"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://api.example/x", "https://app.example/"),
        ("http://api.example/x", "http://app.example/"),
        ("http://8.8.4.4/", "http://app.example/"),
        ("http://localhost:8000/x", DEVELOPED),
        ("https://api.localhost/x", DEVELOPED),
        ("http://127.0.0.1:3000/x", DEVELOPED),
        ("http://[::1]:8000/", DEVELOPED),
        ("http://192.168.1.10/", DEVELOPED),
        ("https://nas.local/", DEVELOPED),
        ("http://localhost:3000/x", "http://localhost:5173/"),
    ],
)
def test_of_one_s_own_network_a_page_in_development_asks(url: str, page: str) -> None:
    assert default_page(require_url(url)) == page
    assert not same_origin(url_origin(require_url(url)), url_origin(require_url(page)))


def test_no_url_no_network() -> None:
    assert default_page(None) == "https://app.example/"
