"""Assertions give the outcome back, or say what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corssim import Browser, CorsPolicy, MockServer, Reason
from corssim.testing import (
    OutcomeAssertionError,
    assert_blocked,
    assert_not_preflighted,
    assert_preflighted,
    assert_readable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corssim import Page

OPEN = "https://open.example/"
SHUT = "https://shut.example/"
DOWN = "https://down.example/"


@pytest.fixture
def page() -> Iterator[Page]:
    server = MockServer()
    server.policy("https://open.example", CorsPolicy(allow_origins="*", allow_methods=["PUT"], max_age=60))
    server.route(SHUT)
    server.route(DOWN, fail="refused")
    with Browser(server) as browser:
        yield browser.page("https://app.example/")


def test_each_gives_the_outcome_back(page: Page) -> None:
    outcome = page.fetch(OPEN, method="PUT")
    assert assert_readable(outcome) is outcome
    assert assert_preflighted(outcome) is outcome
    blocked = page.fetch(SHUT)
    assert assert_blocked(blocked) is blocked
    assert assert_not_preflighted(blocked) is blocked


@pytest.mark.parametrize("reason", [Reason.ALLOW_ORIGIN_MISSING, "allow-origin-missing"], ids=["member", "code"])
def test_blocked_for_a_reason(page: Page, reason: Reason | str) -> None:
    assert_blocked(page.fetch(SHUT), reason=reason)


def test_readable_fails_with_the_reason_the_timeline_and_the_fix(page: Page) -> None:
    outcome = page.fetch(SHUT)
    with pytest.raises(OutcomeAssertionError, match=r"^script cannot read .*: allow-origin-missing\n") as error:
        assert_readable(outcome)
    assert error.value.outcome is outcome
    assert "BLOCKED GET https://shut.example/" in str(error.value)
    assert "Access-Control-Allow-Origin: https://app.example" in str(error.value)


@pytest.mark.parametrize(
    ("url", "mode", "message"),
    [
        (OPEN, "cors", "the fetch is not blocked but readable"),
        (SHUT, "no-cors", "the fetch is not blocked but opaque"),
        (DOWN, "cors", "the fetch is not blocked but failed"),
    ],
    ids=["readable", "opaque", "the network failed"],
)
def test_blocked_fails_where_something_else_happened(page: Page, url: str, mode: str, message: str) -> None:
    with pytest.raises(OutcomeAssertionError, match=message):
        assert_blocked(page.fetch(url, mode=mode))


def test_blocked_fails_for_another_reason(page: Page) -> None:
    with pytest.raises(OutcomeAssertionError, match="but for allow-origin-missing and not allow-origin-mismatch"):
        assert_blocked(page.fetch(SHUT), reason="allow-origin-mismatch")


def test_reason_that_does_not_exist_is_a_mistake_of_the_tests(page: Page) -> None:
    with pytest.raises(ValueError, match="'allow-origin-mising' is no reason; did you mean allow-origin-missing"):
        assert_blocked(page.fetch(SHUT), reason="allow-origin-mising")
    with pytest.raises(ValueError, match="'zzz' is no reason"):
        assert_blocked(page.fetch(SHUT), reason="zzz")


def test_preflighted_says_why_there_was_none(page: Page) -> None:
    with pytest.raises(OutcomeAssertionError, match="no preflight was sent: the request is simple"):
        assert_preflighted(page.fetch(OPEN))
    page.fetch(OPEN, method="PUT")
    with pytest.raises(OutcomeAssertionError, match="no preflight was sent: an earlier preflight covers PUT"):
        assert_preflighted(page.fetch(OPEN, method="PUT"))
    with pytest.raises(OutcomeAssertionError, match="no preflight was sent: no cross-origin request under CORS"):
        assert_preflighted(page.fetch("/own"))


def test_not_preflighted_says_what_asked_for_one(page: Page) -> None:
    with pytest.raises(OutcomeAssertionError, match="a preflight was sent, because of PUT, x-custom"):
        assert_not_preflighted(page.fetch(OPEN, method="PUT", headers={"X-Custom": "1"}))
