"""Each rule of `corssim/fetch/rules/redirects.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD

from .world import ANY, API, APP, EXACT, OTHER, PNG, PREFLIGHT_OK, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile


def content_types_of_beacon_led_twice(profile: BrowserProfile) -> list[str | None]:
    world = World(profile).route(API, status=302, headers={"Location": OTHER})
    world.route(OTHER, status=307, headers={"Location": "/y"}).route("*")
    world.page.send_beacon(API, "x")
    return [world.header("Content-Type", index) for index in range(3)]


def content_types_of_post_led_twice(
    status: int, *, method: str = "POST"
) -> Callable[[BrowserProfile], list[str | None]]:
    """A POST (or so) to another origin, a 303 and a redirect with this status: the Content-Type of each request."""

    def scenario(profile: BrowserProfile) -> list[str | None]:
        world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
        world.route(API, status=303, headers={**EXACT, "Location": OTHER})
        world.route(OTHER, status=status, headers={**EXACT, "Location": "/y"}).route("*", headers=EXACT)
        world.page.fetch(API, method=method, body="x")
        sent = [index for index, of_this in enumerate(world.methods()) if of_this != "OPTIONS"]
        return [world.header("Content-Type", index) for index in sent]

    return scenario


def redirect_to(*locations: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        headers = [("Location", location) for location in locations]
        world = World(profile).route("/go", status=302, headers=headers, times=1).route("*", body="end")
        outcome = world.page.fetch("/go")
        return outcome.reason or (outcome.response.status, outcome.response.url)

    return run


def app_to_api_to_other(profile: BrowserProfile) -> Any:
    world = World(profile).route("/go", status=302, headers={"Location": API})
    world.route(API, status=302, headers={**ANY, "Location": OTHER}).route(OTHER, headers=ANY)
    return world.page.fetch("/go").reason


def origin_behind_an_upgrade(profile: BrowserProfile) -> str | None:
    """What is said behind the redirect of what was upgraded; all of them are of one host."""
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.route(API, status=302, headers={**ANY, "Location": "http://api.example/y"})
    world.route("https://api.example/y", status=302, headers={**ANY, "Location": "/z"}).route("*", headers=ANY)
    world.page.fetch(API)
    return world.header("Origin")


def delete_led_away(profile: BrowserProfile) -> str:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": OTHER})
    world.page.fetch(API, method="DELETE")
    return world.methods()[-1]


def delete_of_a_body_led_away(profile: BrowserProfile) -> list[str | None]:
    """The methods of what is sent but for preflights, and the Content-Type of the last."""
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK).route(OTHER, headers=EXACT)
    world.route(API, status=302, headers={**EXACT, "Location": OTHER})
    world.page.fetch(API, method="DELETE", body="x")
    return [*(method for method in world.methods() if method != "OPTIONS"), world.header("Content-Type")]


def put_to_api_to_other(profile: BrowserProfile) -> list[Any]:
    """Why a preflighted chain ends, and at which request."""
    world = World(profile).route("*", "OPTIONS", 204, {**PREFLIGHT_OK, "Access-Control-Max-Age": "0"})
    world.route(OTHER, headers=ANY).route(API, status=307, headers={**ANY, "Location": OTHER})
    world.route(APP + "x", status=307, headers={"Location": API})
    reason = world.page.fetch(APP + "x", method="PUT").reason
    return [reason, *world.methods()]


def redirect_in_mode(mode: str, headers: dict[str, str]) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        outcome = World(profile).route("/go", status=302, headers=headers).page.fetch("/go", redirect=mode)
        return outcome.response.type if outcome.response else outcome.reason

    return run


def redirected_by(status: int) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        world = World(profile).route("/go", status=status, headers={"Location": "/a"}).route("*")
        response = world.page.fetch("/go").response
        return response and (response.status, response.url)

    return run


def image_after_a_fetch_whose_redirect_was_cached(profile: BrowserProfile) -> tuple[str | None, str | None]:
    world = World(profile).route("/go", status=301, headers={"Location": "/end", "Cache-Control": "max-age=9"})
    world.route("/end", body=PNG)
    world.page.fetch("/go", headers={"X-A": "1"}, credentials="omit")
    world.page.load("img", "/go", "anonymous")
    return world.header("x-a"), world.header("accept")


ROWS = [
    Row("redirects.lose_the_origin_after_an_upgrade", True, origin_behind_an_upgrade, "https://app.example", "null"),
    Row(
        "redirects.cached_ones_repeat_their_request",
        True,
        image_after_a_fetch_whose_redirect_was_cached,
        (None, STANDARD.request_headers.image_accept),
        ("1", "*/*"),
    ),
    Row("redirects.delete_becomes_get_cross_origin", True, delete_led_away, "DELETE", "GET"),
    Row(
        "redirects.delete_becomes_get_cross_origin",
        True,
        delete_of_a_body_led_away,
        ["DELETE", "DELETE", "text/plain;charset=UTF-8"],
        ["DELETE", "GET", "text/plain;charset=UTF-8"],
    ),
    Row("redirects.empty_location", "returned", redirect_to(""), (200, APP + "go"), (302, APP + "go")),
    Row("redirects.empty_location", "refused", redirect_to(""), (200, APP + "go"), "redirect-location-invalid"),
    Row(
        "redirects.location_is_read_as",
        "latin-1",
        redirect_to("/\xc3\xa9"),
        (200, APP + "%C3%A9"),
        (200, APP + "%C3%83%C2%A9"),
    ),
    Row(
        "redirects.location_is_read_as",
        "bytes-above-ascii-escaped",
        redirect_to("/\xe9\tb"),
        (200, APP + "%C3%A9b"),
        (200, APP + "%E9b"),
    ),
    Row(
        "redirects.location_is_read_as",
        "all-but-printable-ascii-escaped",
        redirect_to("/\xe9\tb"),
        (200, APP + "%C3%A9b"),
        (200, APP + "%E9%09b"),
    ),
    Row("redirects.mode_error_needs_a_location", True, redirect_in_mode("error", {}), "redirect-mode-error", "basic"),
    Row(
        "redirects.mode_manual_parses_location",
        True,
        redirect_in_mode("manual", {"Location": "https://"}),
        "opaqueredirect",
        "redirect-location-invalid",
    ),
    Row("redirects.statuses", frozenset({309}), redirected_by(309), (309, APP + "go"), (200, APP + "a")),
    Row(
        "redirects.repeated_location",
        "same-only",
        redirect_to("/a", "/a"),
        "redirect-location-invalid",
        (200, APP + "a"),
    ),
    Row(
        "redirects.repeated_location",
        "combined",
        redirect_to("/a", "/a"),
        "redirect-location-invalid",
        (200, APP + "a,%20/a"),
    ),
    Row(
        "redirects.content_type_returns_for_scripts_alone",
        True,
        content_types_of_beacon_led_twice,
        ["text/plain;charset=UTF-8", None, "text/plain;charset=UTF-8"],
        ["text/plain;charset=UTF-8", None, None],
        STANDARD.changed("redirects.content_type_returns_on", "redirects-that-keep-methods"),
    ),
    Row(
        "redirects.content_type_returns_on",
        "those-and-any-cross-origin",
        content_types_of_post_led_twice(302),
        ["text/plain;charset=UTF-8", None, None],
        ["text/plain;charset=UTF-8", None, "text/plain;charset=UTF-8"],
    ),
    Row(
        "redirects.content_type_returns_on",
        "redirects-that-keep-methods",
        content_types_of_post_led_twice(307),
        ["text/plain;charset=UTF-8", None, None],
        ["text/plain;charset=UTF-8", None, "text/plain;charset=UTF-8"],
    ),
    Row(
        "redirects.content_type_returns_on",
        "redirects-that-keep-methods",
        content_types_of_post_led_twice(302),
        ["text/plain;charset=UTF-8", None, None],
        ["text/plain;charset=UTF-8", None, None],
    ),
    Row(
        "redirects.content_type_returns_on",
        "redirects-that-keep-methods",
        content_types_of_post_led_twice(302, method="PUT"),
        ["text/plain;charset=UTF-8", None, None],
        ["text/plain;charset=UTF-8", None, "text/plain;charset=UTF-8"],
    ),
    Row(
        "redirects.after_leaving_the_origin_need_a_credentials_grant",
        True,
        app_to_api_to_other,
        None,
        "allow-origin-wildcard-with-credentials",
    ),
    Row(
        "redirects.after_leaving_the_origin_need_a_credentials_grant",
        True,
        put_to_api_to_other,
        [None, "PUT", "OPTIONS", "PUT", "OPTIONS", "PUT"],
        ["allow-origin-wildcard-with-credentials", "PUT", "OPTIONS", "PUT", "OPTIONS"],
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
