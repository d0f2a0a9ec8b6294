"""Where a redirect leads: reading Location."""

from __future__ import annotations

import pytest

from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.location import location_url
from corssim.fetch.response import Response
from corssim.url import URL, require_url

CURRENT = require_url("https://app.example/a/b?c#d")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "absent"),
        (["x"], "https://app.example/a/x#d"),
        (["?x"], "https://app.example/a/b?x#d"),
        (["#x"], "https://app.example/a/b?c#x"),
        (["//other.test"], "https://other.test/#d"),
        ([""], "https://app.example/a/b?c#d"),
        (["/ü".encode().decode("latin-1")], "https://app.example/%C3%BC#d"),
        (["/\xfc"], "https://app.example/%C3%BC#d"),
        (["http://["], "failure"),
        (["x", "x"], "failure"),
        (["x", "y"], "failure"),
    ],
    ids=[
        "absent", "relative", "query", "own fragment", "other host", "empty", "UTF-8", "latin-1", "unparsable",
        "twice the same", "two",
    ],
)  # fmt: skip
def test_location(values: list[str], expected: str) -> None:
    response = Response(status=302, header_list=[("location", value) for value in values])
    found = location_url(response, CURRENT, STANDARD)
    assert (found.href if isinstance(found, URL) else found) == expected


def test_without_a_fragment_there_is_none_to_inherit() -> None:
    response = Response(status=302, header_list=[("Location", "/x")])
    assert str(location_url(response, CURRENT.without_fragment(), STANDARD)) == "https://app.example/x"
