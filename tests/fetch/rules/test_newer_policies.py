"""Integrity-Policy, Document-Isolation-Policy and Connection-Allowlist: their rules and their headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.connection_allowlist import parse_connection_allowlist
from corssim.fetch.integrity_policy import parse_integrity_policies
from corssim.fetch.reasons import Reason
from corssim.fetch.trace import CheckFailed

from .world import ANY, API, OTHER, PNG, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

SCRIPTS, STYLES = "blocked-destinations=(script)", "blocked-destinations=(style)"
HASH = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # of nothing
ALLOWLISTS = STANDARD.changed("csp.knows_connection_allowlists", True)


def load(
    element: str, headers: dict[str, str], url: str = API, *, srcdoc: bool = False, **options: Any
) -> Callable[[BrowserProfile], Any]:
    """Why an element of a page with these headers does not get its resource."""

    def run(profile: BrowserProfile) -> Any:
        world = World(profile, headers=headers)
        world.route(API + "/led", status=302, headers={**ANY, "Location": OTHER})
        world.route("*", headers={**ANY, "Content-Type": "text/css" if element == "stylesheet" else "text/javascript"})
        page = world.page.frame(srcdoc=True) if srcdoc else world.page
        reason = page.load(element, url, **options).reason
        return None if reason is None or reason == "opaque-response" else str(reason)

    return run


def image_without_consent(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Document-Isolation-Policy": "isolate-and-require-corp"})
    return str(world.route("*", body=PNG).page.load("img", API).reason)


ROWS = [
    Row(
        "integrity.policy_destinations",
        frozenset({"script"}),
        load("stylesheet", {"Integrity-Policy": STYLES}),
        "integrity-policy",
        None,
    ),
    Row(
        "integrity.policy_reaches_srcdoc",
        False,
        load("script", {"Integrity-Policy": SCRIPTS}, srcdoc=True),
        "integrity-policy",
        None,
    ),
    Row(
        "integrity.policy_knows_the_integrity_of_preloads",
        False,
        load("preload", {"Integrity-Policy": SCRIPTS}, as_="script", crossorigin="anonymous", integrity=HASH),
        None,
        "integrity-policy",
    ),
    Row(
        "embedder_policies.knows_document_isolation",
        True,
        image_without_consent,
        "opaque-response",
        "cross-origin-embedder-policy",
    ),
    Row(
        "csp.knows_connection_allowlists",
        True,
        load("script", {"Connection-Allowlist": "(response-origin)"}),
        None,
        "connection-allowlist",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(
    ("value", "blocked"),
    [
        ("blocked-destinations=(script)", {"script"}),
        ("blocked-destinations=(script style), endpoints=(here)", {"script", "style"}),
        ("blocked-destinations=(script), sources=(inline)", {"script"}),
        ("blocked-destinations=(script), sources=(other)", set()),
        ("blocked-destinations=(script), sources=()", set()),
        ("blocked-destinations=script", set()),
        ('blocked-destinations=("script")', {'"script"'}),
        ("blocked-destinations=(script", set()),
        ("blocked-destinations=(script), blocked-destinations=(style)", {"style"}),
        ("a=1;b=2, blocked-destinations=( script )", {"script"}),
        ("", set()),
    ],
)
def test_what_an_integrity_policy_refuses(value: str, blocked: set[str]) -> None:
    assert parse_integrity_policies([("integrity-policy", value)]).enforced == blocked
    assert parse_integrity_policies([("Integrity-Policy-Report-Only", value)]).reported == blocked


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "integrity-policy"),
        ({"integrity": HASH}, "integrity-policy"),
        ({"crossorigin": "anonymous"}, "integrity-policy"),
        ({"integrity": "md5-xx", "crossorigin": "anonymous"}, "integrity-policy"),
        ({"integrity": HASH, "crossorigin": "anonymous"}, None),
    ],
    ids=["bare", "without CORS", "without a hash", "with a hash that nobody knows", "with both"],
)
def test_a_script_needs_a_hash_and_cors(options: dict[str, str], reason: str | None) -> None:
    assert load("script", {"Integrity-Policy": SCRIPTS}, **options)(STANDARD) == reason


@pytest.mark.parametrize(("name", "is_enforced"), [("Integrity-Policy", True), ("Integrity-Policy-Report-Only", False)])
def test_a_report_only_integrity_policy_is_told_and_stops_nothing(name: str, is_enforced: bool) -> None:
    world = World(STANDARD, headers={name: SCRIPTS}).route("*", headers={"Content-Type": "text/javascript"})
    outcome = world.page.load("script", API)
    (told,) = (event for event in outcome.trace if isinstance(event, CheckFailed))
    assert (told.blocked.reason, told.blocked.header, told.enforced) == (Reason.INTEGRITY_POLICY, name, is_enforced)
    assert outcome.reached_server is not is_enforced


@pytest.mark.parametrize(
    ("allowlist", "url", "is_let_through"),
    [
        ("(response-origin)", API, False),
        ('("https://api.example/*")', API, True),
        ('(response-origin "https://api.example/*")', API, True),
        ('("https://*.example/*")', API, True),
        ('("https://api.example")', API, True),
        ('("https://api.example:443/x")', API, True),
        ('("https://api.example:8443/*")', API, False),
        ('("http://api.example/*")', API, False),
        ('("https://api.example/y")', API, False),
        ('("*")', API, False),
        ("response-origin", API, False),
        ("()", API, False),
        ("(response-origin)", "https://app.example/x", True),
        ('("https://api.example/*" "https://other.test/*")', API + "/led", False),
    ],
)
def test_a_connection_allowlist(allowlist: str, url: str, is_let_through: bool) -> None:
    reason = load("script", {"Connection-Allowlist": allowlist}, url)(ALLOWLISTS)
    assert reason == (None if is_let_through else "connection-allowlist")


def test_whom_a_connection_allowlist_holds() -> None:
    world = World(ALLOWLISTS, headers={"Connection-Allowlist": "(response-origin)"}).route("*", headers=ANY)
    frame = world.page.frame("https://widget.test/")
    assert world.page.fetch(API).reason == "connection-allowlist"
    assert world.page.load("iframe", API).reason == "connection-allowlist"
    assert world.page.fetch("data:,x").allowed
    assert world.page.worker().fetch(API).allowed
    assert frame.fetch(API).allowed
    assert world.page.navigate(API).url == API


def test_no_connection_allowlist_is_no_empty_one() -> None:
    assert parse_connection_allowlist([("Connection-Allowlist-Report-Only", "()")]) is None
    assert parse_connection_allowlist([("connection-allowlist", "()")]) == ()


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("*", "api.example", True),
        ("*.example", "api.example", True),
        ("api.*", "api.example", True),
        ("a*i.*e", "api.example", True),
        ("*example*example", "example.example", True),
        ("*example*example", "an.example", False),
        ("api", "api.example", False),
        ("a*a", "a", False),
    ],
)
def test_a_star_of_a_connection_allowlist_stands_for_any_characters(pattern: str, host: str, matches: bool) -> None:
    page = World(ALLOWLISTS, headers={"Connection-Allowlist": f'("https://{pattern}")'}).route("*", headers=ANY).page
    assert page.fetch(f"https://{host}/").allowed is matches


@pytest.mark.parametrize(
    "headers",
    [
        {"Integrity-Policy": "a" + ";" * 50_000 + '"'},
        {"Integrity-Policy": "a=(" + " b" * 50_000 + '"'},
        {"Connection-Allowlist": '("https://' + "*a" * 500 + '*b")'},
    ],
    ids=["parameters without end", "a list without end", "many stars"],
)
def test_a_policy_that_would_be_read_in_endless_ways_is_read_in_one(headers: dict[str, str]) -> None:
    page = World(ALLOWLISTS, headers=headers).route("*", headers=ANY).page
    assert page.fetch(f"https://{'a' * 200}.example/").reason == (
        "connection-allowlist" if "Connection-Allowlist" in headers else None
    )
