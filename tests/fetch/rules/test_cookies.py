"""Each rule of `corssim/fetch/rules/cookies.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD

from .world import ANY, API, APP, EXACT, OTHER, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile


def cookie(
    set_cookie: str, *, page: str = APP, call: Callable[[World], Any] | None = None, after: float = 1, at: str = API
) -> Callable[[BrowserProfile], str | None]:
    """The Cookie header of a request after a top-level visit has set one."""

    def run(profile: BrowserProfile) -> str | None:
        world = World(profile, url=page)
        world.route(at, headers={**EXACT, "Set-Cookie": set_cookie})
        world.browser.visit(at)
        world.now += after
        (call or (lambda w: w.page.fetch(at, credentials="include")))(world)
        return world.header("Cookie")

    return run


def there_and_back(world: World) -> None:
    world.route(APP + "out", status=302, headers={"Location": OTHER})
    world.route(OTHER, status=302, headers={**ANY, "Location": APP + "back"})
    world.page.fetch("/out", mode="no-cors", credentials="include")


def secure_cookie_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, "http://localhost/").route("*", headers={"Set-Cookie": "sid=1; Secure"})
    world.page.fetch("/x")
    world.page.fetch("/x")
    return world.header("Cookie")


def cookie_of_sandboxed_page(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True).route(APP, headers={"Set-Cookie": "sid=1; SameSite=Strict; Secure"})
    world.browser.visit(APP)
    world.page.fetch(APP, credentials="include")
    return world.header("Cookie")


def strict_cookie_set_behind_another_site(profile: BrowserProfile) -> str | None:
    world = World(profile).route(OTHER, status=302, headers={"Location": f"{APP}x"})
    world.route(f"{APP}x", headers={"Set-Cookie": "sid=1; SameSite=Strict; Secure"}).route("*")
    for url in (OTHER, f"{APP}y"):
        world.page.load("img", url)
    return world.header("Cookie")


def strict_cookie_set_by_fetch(profile: BrowserProfile) -> str | None:
    world = World(profile).route(API, headers={"Set-Cookie": "sid=1; SameSite=Strict; Secure"})
    world.page.fetch(API, mode="no-cors", credentials="include")
    world.browser.visit(API)
    return world.header("Cookie")


def cookie_set_again_late(profile: BrowserProfile) -> str | None:
    world = World(profile)
    for value in "12":
        world.route(API, headers={"Set-Cookie": f"sid={value}"}, times=1)
        world.browser.visit(API)
        world.now += 100
    world.page.submit_form(API)
    return world.header("Cookie")


def cookies_of_two_domains(profile: BrowserProfile) -> str | None:
    world = World(profile)
    for value in ("a=1", "b=2; Domain=app.example"):
        world.route(APP, headers={"Set-Cookie": value}, times=1)
        world.browser.visit(APP)
        world.now += 1
    world.page.fetch(APP)
    return world.header("Cookie")


ROWS = [
    Row("cookies.sent_by_domain", True, cookies_of_two_domains, "a=1; b=2", "b=2; a=1"),
    Row("cookies.lax_by_default", False, cookie("sid=1; Secure"), None, "sid=1"),
    Row(
        "cookies.lax_allowing_unsafe_seconds",
        120,
        cookie("sid=1", call=lambda w: w.page.submit_form(API)),
        None,
        "sid=1",
    ),
    Row(
        "cookies.host_prefix_needs_a_path_attribute",
        False,
        cookie("__Host-a=1; Secure; SameSite=None"),
        None,
        "__Host-a=1",
    ),
    Row("cookies.same_site_none_requires_secure", False, cookie("sid=1; SameSite=None"), None, "sid=1"),
    Row(
        "cookies.same_site_is_schemeful",
        False,
        cookie("sid=1; SameSite=Strict; Secure", page="http://api.example/"),
        None,
        "sid=1",
    ),
    Row("cookies.same_site_asks_only_the_top_level_page", True, cookie_of_sandboxed_page, None, "sid=1"),
    Row(
        "cookies.same_site_counts_redirects",
        False,
        cookie("sid=1; SameSite=Strict", at=APP, call=there_and_back),
        None,
        "sid=1",
    ),
    Row("cookies.same_site_counts_redirects_for_answers", False, strict_cookie_set_behind_another_site, None, "sid=1"),
    Row("cookies.same_site_set_cross_site", True, strict_cookie_set_by_fetch, None, "sid=1"),
    Row(
        "cookies.new_value_starts_anew",
        True,
        cookie_set_again_late,
        None,
        "sid=2",
        STANDARD.changed("cookies.lax_allowing_unsafe_seconds", 120),
    ),
    Row(
        "cookies.read_as",
        "libsoup",
        cookie("sid=1; Max-Age=9; Expires=Sat, 01 Jan 2022 00:00:00 GMT", at=APP),
        "sid=1",
        None,
    ),
    Row("cookies.partitioned", False, cookie("sid=1; SameSite=None; Secure; Partitioned"), None, "sid=1"),
    Row("cookies.third_party", "block", cookie("sid=1; SameSite=None; Secure"), "sid=1", None),
    Row(
        "cookies.prefixes_bind",
        False,
        cookie(
            "__Secure-a=1; SameSite=None",
        ),
        None,
        "__Secure-a=1",
        STANDARD.changed("cookies.same_site_none_requires_secure", False),
    ),
    Row("cookies.tabs_allowed", False, cookie("sid=a\tb; SameSite=None; Secure"), "sid=a\tb", None),
    Row("cookies.tabs_allowed", False, cookie("sid=a; x=b\tc; SameSite=None; Secure"), "sid=a", None),
    Row("cookies.domain_may_be_a_dot", False, cookie("sid=1; Domain=.; SameSite=None; Secure"), "sid=1", None),
    Row("cookies.without_equals_sign", "name", cookie("sid; SameSite=None; Secure"), "sid", "sid="),
    Row(
        "cookies.values_are_utf8",
        True,
        cookie("\xe9=\xe9\xc3\xa9; SameSite=None; Secure"),
        "\xe9=\xe9\xc3\xa9",
        "\xe9=\xef\xbf\xbd\xc3\xa9",
    ),
    Row("cookies.loopback_is_secure", False, secure_cookie_of_localhost, "sid=1", None),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
