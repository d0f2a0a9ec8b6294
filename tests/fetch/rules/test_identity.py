"""Who a profile is, and how it is told."""

from __future__ import annotations

import pytest

from corssim import BrowserProfile, Outcome
from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD

from .world import API, Row, World, check, permissive, row_id


def console(profile: BrowserProfile) -> bool:
    return World(profile).page.fetch(API).console != []


ROWS = [
    Row("name", "mine", lambda p: World(p).page.fetch("/").profile.name, "standard", "mine"),
    Row(
        "version",
        "9",
        lambda p: repr(World(p).browser.profile),
        "<BrowserProfile standard>",
        "<BrowserProfile standard 9>",
    ),
    Row(
        "user_agent",
        "Mine/1",
        lambda p: permissive(p).page.fetch(API).exchanges[0].request.header("user-agent"),
        STANDARD.user_agent,
        "Mine/1",
    ),
    Row("console", "chromium", console, False, True),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


def test_the_profile_without_arguments_is_the_standard() -> None:
    assert BrowserProfile() == STANDARD
    assert STANDARD.name == "standard"


def test_the_recorded_browsers() -> None:
    assert {name: profile.version for name, profile in recorded_browsers().items()} == {
        "chromium": "156",
        "firefox": "153",
        "webkit": "2.50",
    }


def test_an_outcome_tells_its_profile() -> None:
    outcome: Outcome = World(STANDARD).page.fetch("/x")
    assert outcome.profile is STANDARD
