"""Scheme fetch: about:blank, data: and blob: URLs are answered here, others refused."""

from __future__ import annotations

import pytest

from corssim import Blob, Browser, MockServer, Outcome

APP = "https://app.example/"
BLOB = "blob:https://app.example/0b10"


def fetch(url: str, page: str = APP, **options: object) -> Outcome:
    browser = Browser(MockServer())
    browser.blob_urls[BLOB] = Blob("0123456789", "Text/Plain")
    browser.blob_urls[BLOB + "-untyped"] = Blob("")
    return browser.page(page).fetch(url, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "options", "reason"),
    [
        ("about:blank", {}, "scheme-not-http"),
        ("about:blank", {"mode": "no-cors"}, "opaque-response"),
        ("about:blank", {"mode": "same-origin"}, "cross-origin-in-same-origin-mode"),
        ("about:config", {"mode": "no-cors"}, "scheme-not-http"),
        ("data:,x", {}, None),
        ("data:,x", {"mode": "no-cors"}, None),
        ("data:,x", {"mode": "same-origin"}, None),
        ("data:,x", {"method": "PUT"}, None),
        ("data:x", {}, "data-url-invalid"),
        ("data:;base64,!", {}, "data-url-invalid"),
        ("file:///etc/passwd", {}, "scheme-not-http"),
        ("file:///etc/passwd", {"mode": "no-cors"}, "scheme-not-http"),
        ("ftp://app.example/", {}, "scheme-not-http"),
        ("mailto:me@app.example", {"mode": "no-cors"}, "scheme-not-http"),
        (BLOB, {}, None),
        (BLOB + "#fragment", {}, None),
        (BLOB, {"method": "POST"}, "blob-url-not-found"),
        (BLOB, {"method": "HEAD"}, "blob-url-not-found"),
        ("blob:https://app.example/missing", {}, "blob-url-not-found"),
        ("blob:https://other.test/missing", {}, "scheme-not-http"),
    ],
)
def test_schemes(url: str, options: dict[str, str], reason: str | None) -> None:
    outcome = fetch(url, **options)
    assert outcome.reason == reason
    assert outcome.exchanges == []


def test_a_data_url_has_its_type_and_body() -> None:
    response = fetch("data:text/html;charset=utf-8;base64,PGI+").response
    assert response is not None
    assert (response.type, response.status, response.status_text, response.body) == ("basic", 200, "OK", b"<b>")
    assert response.headers == [("content-type", "text/html;charset=utf-8")]
    assert response.url == "data:text/html;charset=utf-8;base64,PGI+"


def test_a_blob_url_has_its_length_and_type() -> None:
    response = fetch(BLOB).response
    assert response is not None
    assert (response.status, response.status_text, response.body) == (200, "OK", b"0123456789")
    assert response.headers == [("content-length", "10"), ("content-type", "text/plain")]


def test_a_blob_without_a_type_has_an_empty_one() -> None:
    response = fetch(BLOB + "-untyped").response
    assert response is not None
    assert (response.header("content-type"), response.body) == ("", b"")


@pytest.mark.parametrize(
    ("requested", "content_range", "body"),
    [
        ("bytes=0-3", "bytes 0-3/10", b"0123"),
        ("bytes=8-", "bytes 8-9/10", b"89"),
        ("bytes=8-100", "bytes 8-9/10", b"89"),
        ("bytes=-2", "bytes 8-9/10", b"89"),
        ("bytes=-100", "bytes 0-9/10", b"0123456789"),
        ("bytes \t= 1 - 2", "bytes 1-2/10", b"12"),
        ("bytes=0-" + "9" * 5000, "bytes 0-9/10", b"0123456789"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_range_of_a_blob(requested: str, content_range: str, body: bytes) -> None:
    response = fetch(BLOB, headers={"Range": requested}).response
    assert response is not None
    assert (response.status, response.status_text) == (206, "Partial Content")
    assert (response.header("content-range"), response.body) == (content_range, body)
    assert response.header("content-length") == str(len(body))


@pytest.mark.parametrize("requested", ["bytes=10-", "bytes=3-2", "bytes", "bytes=0-1,3-4", "Bytes=0-1"])
def test_a_range_that_a_blob_does_not_have(requested: str) -> None:
    outcome = fetch(BLOB, headers={"Range": requested})
    assert outcome.reason == "blob-url-not-found"


def test_a_page_makes_a_url_for_a_blob_and_reads_it_back() -> None:
    page = Browser(MockServer()).page(APP)
    urls = [page.create_object_url(Blob(text)) for text in ("a", "b")]
    assert all(url.startswith("blob:https://app.example/") for url in urls)
    assert [page.fetch(url).response.text() for url in urls] == ["a", "b"]  # type: ignore[union-attr]
