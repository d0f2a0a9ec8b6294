"""What each browser makes of each status, so that a slip in a list of statuses shows."""

from __future__ import annotations

import pytest

from corssim import Browser, MockServer

KINDS = {
    "fresh": {"Cache-Control": "max-age=60"},
    "fresh since it is old": {"Last-Modified": "Wed, 01 Jan 2020 00:00:00 GMT"},
    "fresh for good": {},
    "validated": {"Cache-Control": "max-age=0", "ETag": '"v"'},
    "followed": {"Location": "/y"},
}
EVERY = [*range(200, 209), *range(299, 310), *range(399, 422), 425, 426, 429, 451, 499, 500, 501, 502, 511, 599]

TABLE = [
    ("standard", "fresh", "200-205 207-303 305-420 422-599"),
    ("standard", "fresh since it is old", "200 203-204 300-301 308 404-405 410 414 501"),
    ("standard", "fresh for good", ""),
    ("standard", "validated", "200-205 207-303 305-420 422-599"),
    ("standard", "followed", "301-303 307-308"),
    ("chromium", "fresh", "200-205 207-400 402-406 408-415 417-420 422-599"),
    ("chromium", "fresh since it is old", "200 203 300-301 308 410"),
    ("chromium", "fresh for good", "300-301 308 410"),
    ("chromium", "validated", "200"),
    ("chromium", "followed", "301-303 307-308"),
    ("firefox", "fresh", "200 203-204 206 301-303 307-308 410"),
    ("firefox", "fresh since it is old", "200 203-204 206 301 308 410"),
    ("firefox", "fresh for good", "410"),
    ("firefox", "validated", "200-299"),
    ("firefox", "followed", "301-303 307-308"),
    ("webkit", "fresh", "200-206 300-303 307 403-406 410 414-415 501"),
    ("webkit", "fresh since it is old", "200 203-204 206 300-301 404-405 410 414 501"),
    ("webkit", "fresh for good", "301 410"),
    ("webkit", "validated", "200-206 300 403-406 410 414-415 501"),
    ("webkit", "followed", "301-303 307-399"),
]


@pytest.mark.parametrize(("profile", "kind", "expected"), TABLE)
def test_statuses(profile: str, kind: str, expected: str) -> None:
    spans = [span.partition("-") for span in expected.split()]
    wanted = {status for first, _, last in spans for status in range(int(first), int(last or first) + 1)}
    assert [status for status in EVERY if _comes_out(profile, kind, status)] == [
        status for status in EVERY if status in wanted
    ]


def _comes_out(profile: str, kind: str, status: int) -> bool:
    """Is the second of two requests not made (fresh), one with a validator, or one for the Location?"""
    server = MockServer().route("/x", status=status, headers=KINDS[kind]).route("/y")
    page = Browser(server, profile=profile, clock=lambda: 1_800_000_000.0).page("https://app.example/")
    for _ in range(1 if kind == "followed" else 2):
        page.fetch("/x")
    paths = [request.url.removeprefix("https://app.example") for request in server.requests]
    validated = any(name == "If-None-Match" for name, _ in server.requests[-1].headers)
    expected = {"validated": ["/x", "/x"], "followed": ["/x", "/y"]}.get(kind, ["/x"])
    return paths == expected and validated is (kind == "validated")
