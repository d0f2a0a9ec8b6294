"""data: URLs, by WPT's tables."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from corssim.fetch.data_url import forgiving_base64_decode, process_data_url
from corssim.url import parse_url

WPT = Path(__file__).parent.parent / "data" / "wpt"
DATA_URLS: list[list[object]] = json.loads((WPT / "data-urls.json").read_text("utf-8"))
BASE64 = json.loads((WPT / "base64.json").read_text("utf-8"))


def processed(text: str) -> tuple[str, list[int]] | None:
    """The MIME type and the bytes; None when the URL does not parse or is no good."""
    url = parse_url(text)
    data = None if url is None else process_data_url(url)
    return None if data is None else (data.mime_type.serialize(), list(data.body))


@pytest.mark.parametrize("row", DATA_URLS, ids=[ascii(row[0]) for row in DATA_URLS])
def test_wpt_data_urls(row: list[object]) -> None:
    expected = None if row[1] is None else tuple(row[1:])
    assert processed(str(row[0])) == expected


@pytest.mark.parametrize(("text", "expected"), BASE64, ids=[ascii(text) for text, _ in BASE64])
def test_wpt_base64(text: str, expected: list[int] | None) -> None:
    decoded = forgiving_base64_decode(text)
    assert (None if decoded is None else list(decoded)) == expected


@pytest.mark.parametrize(("text", "expected"), BASE64, ids=[ascii(text) for text, _ in BASE64])
def test_wpt_base64_in_a_data_url(text: str, expected: list[int] | None) -> None:
    result = processed("data:;base64," + quote(text, safe="!'()*"))
    assert (None if result is None else result[1]) == expected


def test_the_query_belongs_to_the_body_and_the_fragment_does_not() -> None:
    assert processed("data:text/css,a?b,c#d") == ("text/css", list(b"a?b,c"))
