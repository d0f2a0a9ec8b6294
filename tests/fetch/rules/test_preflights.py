"""Each rule of `corssim/fetch/rules/preflights.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, BrowserProfile, MockServer
from corssim.fetch.browsers.standard import STANDARD

from .world import ANY, API, APP, ASK, EXACT, OTHER, PREFLIGHT_OK, PUT, Row, World, check, permissive, row_id

if TYPE_CHECKING:
    from collections.abc import Callable


def failing_preflight(**headers: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        world = World(profile).route("*", "OPTIONS", 404, names)
        return world.page.fetch(API, method="PUT", credentials="include").reason

    return run


def authorization_under_star(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", "OPTIONS", 204, {**ANY, "Access-Control-Allow-Headers": "*"})
    world.route("*", headers=ANY)
    return world.page.fetch(API, headers={"Authorization": "Basic eA=="}).reason


def cache_control_of_preflight(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.fetch(API, method="PUT", cache="no-store")
    return world.header("Cache-Control", 0)


def preflight_after_redirect(header: str, status: int = 307, **options: Any) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
        world.route(API, status=status, headers={**EXACT, "Location": OTHER})
        world.page.fetch(API, method="PUT", **options)
        return world.header(header, 2)

    return run


def beacon_then_see_other(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=303, headers={**EXACT, "Access-Control-Allow-Credentials": "true", "Location": OTHER})
    world.page.send_beacon(API, "{}", "application/json")
    return world.header("Access-Control-Request-Headers", 2)


def put_then_see_other(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=303, headers={**EXACT, "Location": OTHER})
    world.page.fetch(API, method="PUT")
    return world.sent[2:]


def preflight_broken_off(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", "OPTIONS", 200, PREFLIGHT_OK, body="ok", truncate=True).route("*", headers=EXACT)
    return world.page.fetch(API, method="PUT").reason


def put_again_after(seconds: float, max_age: str) -> Callable[[BrowserProfile], list[str]]:
    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route("*", "OPTIONS", 204, {**PREFLIGHT_OK, "Access-Control-Max-Age": max_age})
        world.route("*", headers=EXACT)
        world.page.fetch(API, method="PUT")
        world.now += seconds
        world.page.fetch(API, method="PUT")
        return world.methods()[2:]

    return run


def max_age_zero_after_a_long_one(profile: BrowserProfile) -> list[str]:
    both = {**EXACT, "Access-Control-Allow-Methods": "PUT, DELETE"}
    world = World(profile).route("*", "OPTIONS", 204, {**EXACT, "Access-Control-Allow-Methods": "PUT"}, times=1)
    world.route("*", "OPTIONS", 204, {**both, "Access-Control-Max-Age": "0"}).route("*", headers=EXACT)
    for method in ("PUT", "DELETE", "PUT"):
        world.page.fetch(API, method=method)
    return world.methods()[4:]


def put_delete_put(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    for method in ("PUT", "DELETE", "PUT"):
        world.page.fetch(API, method=method)
    return world.methods()[4:]


def include_then_omit(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.fetch(API, method="PUT", credentials="include")
    world.page.fetch(API, method="PUT", credentials="omit")
    return world.methods()[2:]


def star_then(header: str) -> Callable[[BrowserProfile], list[str]]:
    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route("*", "OPTIONS", 204, {**ANY, "Access-Control-Allow-Headers": "*"})
        world.route("*", headers=ANY)
        world.page.fetch(API, headers={"X-A": "1"})
        world.page.fetch(API, headers={header: "1"})
        return world.methods()[2:]

    return run


def refused_then_put(profile: BrowserProfile) -> list[str]:
    allow = {**EXACT, "Access-Control-Allow-Methods": "PUT"}
    world = World(profile).route("*", "OPTIONS", 204, allow).route("*", headers=EXACT)
    for method in ("DELETE", "PUT"):
        world.page.fetch(API, method=method)
    return world.methods()[1:]


def put_refused_delete_put(profile: BrowserProfile) -> list[str]:
    allow = {**EXACT, "Access-Control-Allow-Methods": "PUT"}
    world = World(profile).route("*", "OPTIONS", 204, allow).route("*", headers=EXACT)
    for method in ("PUT", "DELETE", "PUT"):
        world.page.fetch(API, method=method)
    return world.methods()[3:]


def put_then_post_with_listener(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.fetch(API, method="PUT")
    world.page.xhr(API, method="POST", body="x", upload_listener=True)
    return world.methods()[2:]


def listener_twice_and_nothing_listed(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, {**EXACT, "Access-Control-Allow-Methods": ""})
    world.route("*", headers=EXACT)
    for _ in range(2):
        world.page.xhr(API, method="POST", body="x", upload_listener=True)
    return world.methods()[2:]


def put_with_listener_and_no_methods(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", headers=EXACT)
    return world.page.xhr(API, method="PUT", body="x", upload_listener=True).reason


def star_among_methods(first: str, second: str) -> Callable[[BrowserProfile], list[str]]:
    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route("*", "OPTIONS", 204, {**EXACT, "Access-Control-Allow-Methods": "*, PUT"})
        world.route("*", headers=EXACT)
        world.page.fetch(API, method="PUT", credentials=first)
        world.page.fetch(API, method="DELETE", credentials=second)
        return world.methods()[2:]

    return run


def put_then_put_reloading(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.fetch(API, method="PUT")
    world.page.fetch(API, method="PUT", cache="reload")
    return world.methods()[2:]


def get_then_head_with_header(profile: BrowserProfile) -> list[str]:
    world = World(profile)
    world.route("*", "OPTIONS", 204, {**EXACT, "Access-Control-Allow-Headers": "X-A"}).route("*", headers=EXACT)
    for method in ("GET", "HEAD"):
        world.page.fetch(API, method=method, headers={"X-A": "1"})
    return world.methods()[2:]


def put_reloading_then_put(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.fetch(API, method="PUT", cache="reload")
    world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def sandboxed_put_twice(profile: BrowserProfile) -> list[str]:
    world = permissive(profile, sandboxed=True)
    for _ in range(2):
        world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def put_in_two_sandboxed_frames(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    first, second = (world.page.frame(srcdoc=True, sandboxed=True) for _ in range(2))
    for frame in (first, first, second):
        frame.fetch(API, method="PUT")
    return world.methods()


def put_redirected_twice(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": OTHER}).route("*", headers=EXACT)
    for _ in range(2):
        world.page.fetch(API, method="PUT")
    return world.methods()[4:]


def put_fails_then_put(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*")
    for _ in range(2):
        world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def simple_get_fails_between_puts(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", "GET").route("*", headers=EXACT)
    for method in ("PUT", "GET", "PUT"):
        world.page.fetch(API, method=method)
    return world.methods()[3:]


def put_where_a_redirect_led(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": OTHER}).route("*", headers=EXACT)
    world.page.fetch(API, method="PUT")
    world.page.fetch(OTHER, method="PUT")
    return world.methods()[4:]


def put_led_home(profile: BrowserProfile) -> list[str]:
    world = World(profile).route(API, "OPTIONS", 204, PREFLIGHT_OK)
    world.route(APP, "OPTIONS", 204, {"Access-Control-Allow-Methods": "PUT"})
    world.route(API, status=307, headers={**EXACT, "Location": APP})
    world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def put_led_to_plain_http(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=308, headers={**EXACT, "Location": "http://api.example/x"})
    world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def redirected_preflight(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", "OPTIONS", 302, {"Location": "/elsewhere"})
    return world.page.fetch(API, method="PUT").reason


NEVER_CLEARED = STANDARD.changed("preflight_cache.cleared_by", "nothing")


ON_EVERY_HOP = STANDARD.changed("preflights.once_needed_is_for_every_hop", True)


def method_and_headers_wrong(profile: BrowserProfile) -> str | None:
    answer = {**ANY, "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "a b"}
    return World(profile).route(API, "OPTIONS", 204, answer).page.fetch(API, method="PUT").reason


ROWS = [
    Row(
        "preflights.methods_go_before_unparsable_headers",
        True,
        method_and_headers_wrong,
        "allow-headers-unparsable",
        "method-disallowed-by-preflight",
    ),
    Row(
        "preflights.check_order",
        "status-then-cors",
        failing_preflight(),
        "allow-origin-missing",
        "preflight-status-not-ok",
    ),
    Row(
        "preflights.check_order",
        "redirect-then-cors-then-status",
        redirected_preflight,
        "allow-origin-missing",
        "preflight-redirected",
    ),
    Row("preflights.waits_for_the_body", True, preflight_broken_off, None, "connection-reset"),
    Row(
        "preflights.forced_one_allows_its_method",
        False,
        put_with_listener_and_no_methods,
        None,
        "method-disallowed-by-preflight",
    ),
    Row(
        "preflights.wildcard_allows_authorization",
        True,
        authorization_under_star,
        "header-disallowed-by-preflight",
        None,
    ),
    Row("preflights.inherits_cache_mode", True, cache_control_of_preflight, None, "no-cache"),
    Row(
        "preflights.after_redirect_sends_page_origin",
        True,
        preflight_after_redirect("Origin"),
        "null",
        "https://app.example",
    ),
    Row("preflights.after_redirect_sends_page_origin", True, put_where_a_redirect_led, [ASK, PUT], [PUT]),
    Row(
        "preflights.once_needed_is_for_every_hop",
        True,
        put_then_see_other,
        [f"GET {OTHER}"],
        [f"OPTIONS {OTHER}", f"GET {OTHER}"],
    ),
    Row("preflights.need_no_cors_headers_at_their_origin", True, put_led_home, [ASK], [ASK, PUT]),
    Row("preflights.after_redirect_precedes_mixed_content_check", True, put_led_to_plain_http, [], [ASK]),
    Row(
        "preflights.after_redirect_lists",
        "what-was-asked",
        preflight_after_redirect("Access-Control-Request-Headers", headers={"Authorization": "x"}),
        None,
        "authorization",
    ),
    Row("preflights.beacons_repeat_theirs", True, beacon_then_see_other, None, "content-type", ON_EVERY_HOP),
    Row("preflight_cache.max_age_limit", 10, put_again_after(50, "100"), [PUT], [ASK, PUT]),
    Row("preflight_cache.max_age_is_read_as", "64-bit-integer", put_again_after(9, "+60"), [ASK, PUT], [PUT]),
    Row("preflight_cache.max_age_is_read_as", "64-bit-integer", put_again_after(9, "9" * 30), [PUT], [ASK, PUT]),
    Row(
        "preflight_cache.max_age_white_space",
        "\v\f",
        put_again_after(9, "\v60\f"),
        [ASK, PUT],
        [PUT],
        STANDARD.changed("preflight_cache.max_age_is_read_as", "64-bit-integer"),
    ),
    Row("preflight_cache.max_age_unparsable", 0, put_again_after(1, "abc"), [PUT], [ASK, PUT]),
    Row("preflight_cache.max_age_negative", 0, put_again_after(1, "-1"), [PUT], [ASK, PUT]),
    Row("preflight_cache.max_age_zero_expires_entries", False, max_age_zero_after_a_long_one, [ASK, PUT], [PUT]),
    Row("preflight_cache.unit", "result", put_delete_put, [PUT], [ASK, PUT]),
    Row("preflight_cache.credentials_must_be_equal", True, include_then_omit, [PUT], [ASK, PUT]),
    Row("preflight_cache.wildcard", "none", star_then("X-B"), ["GET"], [ASK, "GET"]),
    Row("preflight_cache.wildcard", "all", star_then("Authorization"), [ASK], ["GET"]),
    Row(
        "preflight_cache.wildcard_is_literal",
        "stored-with-credentials",
        star_among_methods("include", "omit"),
        ["DELETE"],
        [ASK, "DELETE"],
    ),
    Row(
        "preflight_cache.wildcard_is_literal",
        "asked-with-credentials",
        star_among_methods("include", "include"),
        ["DELETE"],
        [ASK],
    ),
    Row("preflight_cache.longest_url", 20, put_again_after(1, "60"), [PUT], [ASK, PUT]),
    Row(
        "preflight_cache.drops_results_that_do_not_match",
        True,
        put_refused_delete_put,
        [PUT],
        [ASK, PUT],
        NEVER_CLEARED.changed("preflight_cache.unit", "result"),
    ),
    Row("preflight_cache.stores_refusals", True, refused_then_put, [ASK, PUT], [PUT], NEVER_CLEARED),
    Row("preflight_cache.entry_covers_safelisted_methods", True, put_then_post_with_listener, [ASK, "POST"], ["POST"]),
    Row(
        "preflight_cache.entry_covers_safelisted_methods",
        True,
        listener_twice_and_nothing_listed,
        [ASK, "POST"],
        ["POST"],
    ),
    Row("preflight_cache.must_list_head", True, get_then_head_with_header, ["HEAD"], [ASK, "HEAD"]),
    Row("preflight_cache.bypassed_by", frozenset({"reload"}), put_then_put_reloading, [PUT], [ASK, PUT]),
    Row("preflight_cache.not_filled_by", frozenset({"reload"}), put_reloading_then_put, [PUT], [ASK, PUT]),
    Row("preflight_cache.of_opaque_origins", "none", sandboxed_put_twice, [PUT], [ASK, PUT]),
    Row(
        "preflight_cache.of_opaque_origins",
        "one-each",
        put_in_two_sandboxed_frames,
        [ASK, PUT, PUT, PUT],
        [ASK, PUT, PUT, ASK, PUT],
    ),
    Row("preflight_cache.of_opaque_origins", "one-each", put_redirected_twice, [PUT, PUT], [PUT, ASK, PUT]),
    Row("preflight_cache.cleared_by", "nothing", put_fails_then_put, [ASK, PUT], [PUT]),
    Row("preflight_cache.cleared_by", "any-failure", simple_get_fails_between_puts, [PUT], [ASK, PUT]),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


@pytest.mark.parametrize(("status", "reason"), [(404, "preflight-status-not-ok"), (204, "mixed-content")])
def test_webkit_tells_the_preflight_that_failed_before_the_mixed_content(status: int, reason: str) -> None:
    allowing = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
    server = MockServer().route(API, method="OPTIONS", status=204, headers=allowing)
    server.route(API, status=307, headers={**allowing, "Location": "http://api.example/y"})
    server.route("http://api.example/y", method="OPTIONS", status=status, headers=allowing)
    assert Browser(server, profile="webkit").page(APP).fetch(API, method="PUT").reason == reason
