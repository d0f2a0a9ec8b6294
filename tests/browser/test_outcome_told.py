"""What an outcome tells of itself: in one line, as text, as data and as a page; and the headers that script sees."""

from __future__ import annotations

import json
from typing import get_args

import pytest

import corssim
from corssim import Browser, FetchBlocked, MockServer, Outcome, Page, events
from corssim.browser.argument_types import Cache, Credentials, Mode, ProfileName, Redirect
from corssim.fetch.browsers import PROFILE_NAMES, versions_of
from corssim.fetch.request import CacheMode, CredentialsMode, RedirectMode, RequestMode

PAGE = "https://app.example/"
API = "https://api.example/items?token=secret"


def outcome(**headers: str) -> Outcome:
    return Browser(MockServer().route("*", headers=headers)).page(PAGE).fetch(API)


def test_an_exception_names_url_reason_and_fix() -> None:
    with pytest.raises(FetchBlocked) as raised:
        outcome().raise_for_block()
    told = str(raised.value)
    assert told.startswith(
        "standard: blocked (allow-origin-missing): GET https://api.example/items?token=*** from https://app.example/. "
        "The response has no Access-Control-Allow-Origin"
    )
    assert "Fix: Set Access-Control-Allow-Origin: https://app.example on the response" in told
    assert "\n" not in told


def test_a_network_failure_is_told_in_one_line_too() -> None:
    failed = Browser(MockServer().route("*", fail="refused")).page(PAGE).fetch(API)
    with pytest.raises(FetchBlocked, match=r"^standard: failed \(connection-refused\): .* Fix: The network"):
        failed.raise_for_block()


def test_it_explains_itself() -> None:
    text = outcome().explain()
    assert text.startswith("BLOCKED GET https://api.example/items?token=*** from https://app.example\n")
    assert "\n  fix        Set Access-Control-Allow-Origin: https://app.example" in text


def test_it_is_data() -> None:
    document = json.loads(json.dumps(outcome().to_dict()))
    assert (document["verdict"], document["reason"]) == ("blocked", "allow-origin-missing")
    assert document["fixes"][0]["headers"] == ["Access-Control-Allow-Origin: https://app.example"]


def test_it_is_a_page() -> None:
    page = outcome().to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert "allow-origin-missing" in page
    assert "secret" not in page


def test_headers_are_pairs_and_answer_by_name() -> None:
    allowing = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}
    response = outcome(**allowing, **{"X-Total": "3"}).response
    assert response is not None
    assert response.headers["X-Total"] == response.headers["x-total"] == response.headers.get("X-TOTAL") == "3"
    assert ("x-total", "3") in response.headers
    pairs = list(response.headers)
    assert (response.headers[0], response.headers[:1]) == (pairs[0], pairs[:1])
    assert response.headers.get("x-none", "nothing") == "nothing"
    with pytest.raises(KeyError, match="x-none"):
        response.headers["x-none"]


@pytest.mark.parametrize(
    ("strings", "members"),
    [
        (Mode, RequestMode),
        (Credentials, CredentialsMode),
        (Redirect, RedirectMode),
        (Cache, CacheMode),
    ],
    ids=["mode", "credentials", "redirect", "cache"],
)
def test_a_type_lists_what_there_is(strings: object, members: object) -> None:
    assert set(get_args(strings)) <= {str(member) for member in members}  # type: ignore[attr-defined]


def test_the_type_of_a_profile_lists_every_browser_and_version() -> None:
    known = [profile for name in PROFILE_NAMES for profile in versions_of(name)]
    names = {profile.name for profile in known} | {f"{each.name}-{each.version}" for each in known if each.version}
    assert set(get_args(ProfileName)) == names


def test_what_each_argument_of_fetch_does_is_said() -> None:
    arguments = set(Page.fetch.__annotations__) - {"return"}
    told = str(Page.fetch.__doc__)
    assert [name for name in arguments if f"`{name}`" not in told] == []


def test_every_event_is_exported() -> None:
    assert {event.__name__ for event in get_args(events.Event)} < set(events.__all__)
    assert all(hasattr(events, name) for name in events.__all__)


def test_the_public_names_alone_are_listed() -> None:
    assert dir(corssim) == sorted(corssim.__all__)
