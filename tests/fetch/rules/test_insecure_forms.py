"""The rules of forms of secure pages that go over http, each flipped alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD

from .world import APP, Row, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

HTTP = "http://api.example/x"
ASKS = STANDARD.changed("mixed_content.insecure_forms", "ask")
HTTPS_FIRST = STANDARD.changed("upgrades.https_first", "visits-and-links")
PENDING = "insecure-form-pending"


def form(
    url: str = HTTP, page: str = APP, permission: str = "prompt", redirect: str = "", status: int = 307
) -> Callable[[BrowserProfile], Any]:
    """Why a form that is posted is not sent, or what is sent last: its URL and its Cache-Control."""

    def run(profile: BrowserProfile) -> Any:
        server = MockServer()
        if redirect:
            server.route(url, status=status, headers={"Location": redirect})
        server.route("*")
        browser = Browser(server, profile=profile, permissions={"insecure-form": permission})
        outcome = browser.page(page).submit_form(url)
        if outcome.blocked is not None:
            return str(outcome.reason)
        return server.requests[-1].url, dict(server.requests[-1].headers).get("Cache-Control")

    return run


ROWS = [
    Row("mixed_content.insecure_forms", "ask", form(), (HTTP, None), PENDING),
    Row(
        "mixed_content.insecure_forms",
        "ask-after-redirects-too",
        form("https://api.example/r", redirect=HTTP),
        (HTTP, None),
        PENDING,
    ),
    Row(
        "mixed_content.insecure_forms_of",
        "secure-contexts",
        form(page="http://localhost:3000/"),
        (HTTP, None),
        PENDING,
        ASKS,
    ),
    Row(
        "mixed_content.insecure_forms_go_on_from_the_warning",
        True,
        form(permission="granted"),
        (HTTP, None),
        (HTTP, "max-age=0"),
        ASKS,
    ),
    Row(
        "upgrades.https_first_tries_redirected_posts",
        False,
        form("https://example.com/r", redirect="http://example.com/x", status=303),
        ("https://example.com/x", None),
        ("http://example.com/x", None),
        HTTPS_FIRST,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    ("permission", "found"),
    [("prompt", PENDING), ("denied", "insecure-form-denied"), ("granted", (HTTP, None))],
    ids=["undecided", "goes back", "goes on"],
)
def test_what_the_user_decides(permission: str, found: Any) -> None:
    assert form(permission=permission)(ASKS) == found


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/x", "http://127.0.0.1/x", "https://api.example/x"], ids=["name", "address", "https"]
)
def test_nobody_is_asked_about_what_is_secure(url: str) -> None:
    assert form(url)(ASKS)[0] == url
