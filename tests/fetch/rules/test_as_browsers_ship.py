"""The rules of third parties, storage access and upgrades, each flipped alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD

from .test_cookies import cookie
from .world import ANY, API, APP, EXACT, OTHER, PNG, PREFLIGHT_OK, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

ANNOUNCING = STANDARD.changed("fetch_metadata.storage_access_on", "requests")
HTTPS_FIRST = STANDARD.changed("upgrades.https_first", "visits-and-links")


def image_at(url: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: World(profile).route("*", body=PNG).page.load("img", url).reason


def set_by_a_third_party(url: str) -> Callable[[BrowserProfile], str | None]:
    """The Cookie header of a request after the answer to another has set one."""

    def run(profile: BrowserProfile) -> str | None:
        world = World(profile).route(url, headers={**EXACT, "Set-Cookie": "sid=1; SameSite=None; Secure"})
        for _ in range(2):
            world.page.fetch(url, credentials="include")
        return world.header("Cookie")

    return run


def api_redirects_home(world: World) -> None:
    world.route(API, status=302, headers={**EXACT, "Location": APP})
    world.page.fetch(API, credentials="include")


def storage_access(
    index: int = -1, *, worker: bool = False, redirected: bool = False, **options: Any
) -> Callable[[BrowserProfile], str | None]:
    """What Sec-Fetch-Storage-Access says to a third party."""

    def run(profile: BrowserProfile) -> str | None:
        world = World(profile)
        if redirected:
            world.route(API, status=302, headers={**EXACT, "Location": OTHER})
        world.route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", headers=EXACT)
        (world.page.worker() if worker else world.page).fetch(API, credentials="include", **options)
        return world.header("Sec-Fetch-Storage-Access", index)

    return run


def cached_in_frames(*frames: str) -> Callable[[BrowserProfile], int]:
    """How often a cacheable answer is asked for by frames of one page."""

    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={**ANY, "Cache-Control": "max-age=60"})
        for url in frames:
            world.page.frame(url).fetch(API)
        return len(world.sent)

    return run


def with_storage_access(header: str, said: dict[str, str] | None = None) -> Callable[[BrowserProfile], str | None]:
    """A header of the last request to a third party, whose access to its cookies the user has granted."""

    def run(profile: BrowserProfile) -> str | None:
        server = MockServer().route("*", headers={**EXACT, **(said or {})})
        browser = Browser(server, profile=profile, permissions={"storage-access": "granted"})
        browser.page(APP).fetch(API, credentials="include")
        return {name.lower(): value for name, value in server.requests[-1].headers}.get(header)

    return run


def preflighted_under_two_subdomains(profile: BrowserProfile) -> int:
    """How often a widget's PUT is preflighted in frames of two pages of one site."""
    world = World(profile).route("*", "OPTIONS", 204, {**PREFLIGHT_OK, "Access-Control-Max-Age": "60"})
    world.route("*", headers=EXACT)
    for url in (APP, "https://www.app.example/"):
        world.browser.page(url).frame("https://widget.test/").fetch(API, method="PUT")
    return world.methods().count("OPTIONS")


def of_a_known_host(profile: BrowserProfile) -> World:
    """An http page asks for an http URL of a host that has sent Strict-Transport-Security."""
    world = World(profile, url="http://app.example/")
    world.route("*", headers={**EXACT, "Strict-Transport-Security": "max-age=600"})
    for url in (API, API.replace("https", "http")):
        world.page.fetch(url)
    return world


def known_host(profile: BrowserProfile) -> str:
    return of_a_known_host(profile).server.requests[-1].url


def origin_at_a_known_host(profile: BrowserProfile) -> str | None:
    return of_a_known_host(profile).header("Origin")


def visit(url: str, status: int = 200) -> Callable[[BrowserProfile], str]:
    """Where a typed URL leads, with https that answers this."""

    def run(profile: BrowserProfile) -> str:
        world = World(profile).route(url.replace("http:", "https:"), status=status).route(url)
        return world.browser.visit(url).url

    return run


def link(url: str) -> Callable[[BrowserProfile], str]:
    return lambda profile: World(profile).route("*").page.navigate(url).url


ROWS = (
    Row("cookies.third_party", "partition", cookie("sid=1; SameSite=None; Secure"), "sid=1", None),
    Row("cookies.third_party", "no-new", set_by_a_third_party(API), "sid=1", None),
    Row(
        "cookies.new_third_parties_are_told_by",
        "libsoup",
        set_by_a_third_party("https://sub.app.example/x"),
        "sid=1",
        None,
        STANDARD.changed("cookies.third_party", "no-new"),
    ),
    Row(
        "cookies.blocking_outlasts_redirects",
        True,
        cookie("sid=1; SameSite=None; Secure", call=api_redirects_home, at=APP),
        "sid=1",
        None,
        STANDARD.changed("cookies.third_party", "block"),
    ),
    Row("fetch_metadata.storage_access_on", "requests", storage_access(), None, "active"),
    Row(
        "fetch_metadata.storage_access_on",
        "what-is-restricted",
        storage_access(0, method="PUT"),
        None,
        "none",
        STANDARD.changed("cookies.third_party", "partition"),
    ),
    Row(
        "fetch_metadata.storage_access_is_had_once_granted",
        True,
        with_storage_access("sec-fetch-storage-access"),
        "inactive",
        "active",
        ANNOUNCING.changed("cookies.third_party", "block"),
    ),
    Row(
        "fetch_metadata.retry_with_storage_access_passes_caches_by",
        True,
        with_storage_access("cache-control", {"Activate-Storage-Access": "retry; allowed-origin=*"}),
        None,
        "no-cache",
        ANNOUNCING.changed("cookies.third_party", "block"),
    ),
    Row("fetch_metadata.storage_access_from_workers", False, storage_access(worker=True), "active", None, ANNOUNCING),
    Row(
        "fetch_metadata.storage_access_survives_tainting_redirects",
        False,
        storage_access(redirected=True),
        "none",
        None,
        ANNOUNCING.changed("cookies.third_party", "partition"),
    ),
    Row("http_cache.partitioned_by_frame", True, cached_in_frames("https://a.test/", "https://b.test/"), 1, 2),
    Row("preflight_cache.partitioned_by", "origin", preflighted_under_two_subdomains, 1, 2),
    Row("upgrades.strict_transport_security_of", "nobody", known_host, "https://api.example/x", "http://api.example/x"),
    Row(
        "upgrades.strict_transport_security_of",
        "first-parties",
        known_host,
        "https://api.example/x",
        "http://api.example/x",
    ),
    Row("upgrades.are_redirects", True, origin_at_a_known_host, "http://app.example", "null"),
    Row(
        "upgrades.https_first",
        "visits-and-links",
        visit("http://example.com/"),
        "http://example.com/",
        "https://example.com/",
    ),
    Row("upgrades.https_first", "links", link("http://example.com/"), "http://example.com/", "https://example.com/"),
    Row(
        "upgrades.https_first_tries_addresses",
        True,
        visit("http://8.8.4.4/"),
        "http://8.8.4.4/",
        "https://8.8.4.4/",
        HTTPS_FIRST,
    ),
    Row(
        "upgrades.https_first_tries_single_labels",
        True,
        visit("http://com/"),
        "http://com/",
        "https://com/",
        HTTPS_FIRST,
    ),
    Row(
        "upgrades.https_first_gives_up_on",
        frozenset({404}),
        visit("http://example.com/", status=404),
        "https://example.com/",
        "http://example.com/",
        HTTPS_FIRST,
    ),
    Row(
        "mixed_content.images_of_loopback_load",
        True,
        image_at("http://127.0.0.1/"),
        "mixed-content",
        "opaque-response",
        STANDARD.changed("mixed_content.localhost_is_mixed", True),
    ),
    Row(
        "mixed_content.upgrades_images_of_ip_addresses",
        True,
        image_at("http://8.8.4.4/"),
        "mixed-content",
        "opaque-response",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
