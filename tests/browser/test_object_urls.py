"""blob: URLs: made by a page, fetched by pages of its origin alone."""

from __future__ import annotations

import pytest

from corssim import Blob, Browser, MockServer, Reason, Verdict

BLOB = Blob("hi", "text/plain")


@pytest.mark.parametrize(
    ("reader", "method", "verdict", "reason"),
    [
        ("https://app.example/other", "GET", Verdict.READABLE, None),
        ("https://api.example/", "GET", Verdict.BLOCKED, Reason.SCHEME_NOT_HTTP),
        ("https://app.example/", "POST", Verdict.BLOCKED, Reason.BLOB_URL_NOT_FOUND),
    ],
    ids=["another page of the origin reads it", "another origin does not", "only GET is answered"],
)
def test_who_reads_an_object_url(reader: str, method: str, verdict: Verdict, reason: Reason | None) -> None:
    browser = Browser(MockServer())
    url = browser.page("https://app.example/").create_object_url(BLOB)
    outcome = browser.page(reader).fetch(url, method=method)
    assert (outcome.verdict, outcome.reason) == (verdict, reason)


def test_an_object_url_carries_type_and_length() -> None:
    page = Browser(MockServer()).page("https://app.example/")
    response = page.fetch(page.create_object_url(BLOB)).response
    assert response is not None
    assert response.headers == [("content-length", "2"), ("content-type", "text/plain")]
    assert response.text() == "hi"


def test_each_object_url_is_its_own() -> None:
    page = Browser(MockServer()).page("https://app.example/")
    assert page.create_object_url(BLOB) != page.create_object_url(BLOB)


@pytest.mark.parametrize(
    ("policy", "target", "url", "blocked"),
    [
        ("form-action 'self'", "_self", "https://api.example/x", True),
        ("form-action 'self'", "_self", "https://app.example/x", False),
        ("default-src 'none'", "_self", "https://api.example/x", False),
        ("frame-src 'self'", "iframe", "https://api.example/x", True),
        ("frame-src 'self'", "_self", "https://api.example/x", False),
    ],
    ids=[
        "form-action leaves out another origin",
        "form-action lists the own origin",
        "form-action does not fall back to default-src",
        "a form into a frame is asked about the frame too",
        "a form of the page itself is not",
    ],
)
def test_forms_under_a_policy(policy: str, target: str, url: str, blocked: bool) -> None:
    server = MockServer()
    server.route("*", body="ok")
    page = Browser(server).page("https://app.example/", headers={"Content-Security-Policy": policy})
    outcome = page.submit_form(url, fields={"a": "b"}, target=target)  # type: ignore[arg-type]
    assert (outcome.reason is Reason.CONTENT_SECURITY_POLICY) == blocked
    assert bool(server.requests) != blocked
