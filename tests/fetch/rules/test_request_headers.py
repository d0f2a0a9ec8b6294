"""Each rule of `corssim/fetch/rules/request_headers.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, BrowserProfile, MockServer
from corssim.fetch.browsers.standard import STANDARD

from .world import (
    ANY,
    API,
    APP,
    ASK,
    EXACT,
    OTHER,
    PNG,
    PREFLIGHT_OK,
    PUT,
    Row,
    World,
    check,
    permissive,
    revalidated_in_the_background,
    row_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def origin_of_no_cors_post(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.fetch(API, method="POST", mode="no-cors", referrer_policy="no-referrer")
    return world.header("Origin")


def origin_of_no_cors_post_that_left(profile: BrowserProfile) -> str | None:
    world = World(profile).route("/go", status=307, headers={"Location": API})
    world.page.fetch("/go", method="POST", mode="no-cors", referrer_policy="no-referrer")
    return world.header("Origin")


def origin_of_form_over_http(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.submit_form("http://api.example/x")
    return world.header("Origin")


def origin_of_same_origin_image(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", body=PNG)
    world.page.load("img", "/i.png", crossorigin="anonymous")
    return world.header("Origin")


def origin_after_post_became_get(profile: BrowserProfile) -> str | None:
    world = World(profile).route("/go", status=301, headers={"Location": "/end"})
    world.page.fetch("/go", method="POST", body="x")
    return world.header("Origin")


def referrer(url: str, **options: Any) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile, url=APP + "deep/page")
        world.page.fetch(url, mode="no-cors", **options)
        return world.header("Referer")

    return run


def referrer_of(url: str, **page: Any) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile, url=url, **page)
        world.page.fetch(API)
        return world.header("Referer")

    return run


def referrer_of_a_worker(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Referrer-Policy": "no-referrer"})
    world.page.worker().fetch(API)
    return world.header("Referer")


def referrer_of_srcdoc(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.frame(srcdoc=True).fetch(API)
    return world.header("Referer")


def metadata_after_redirect(profile: BrowserProfile) -> str | None:
    world = World(profile).route("/go", status=302, headers={"Location": API})
    world.page.fetch("/go")
    return world.header("Sec-Fetch-Mode")


def metadata_of_sync_xhr(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.xhr("/x", synchronous=True)
    return world.header("Sec-Fetch-Mode")


def site_of_preflight_back_home(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": APP + "x"})
    world.page.fetch(API, method="PUT")
    return world.header("Sec-Fetch-Site", 2)


def referrer_of_preflight_behind_a_redirect(profile: BrowserProfile) -> str | None:
    world = World(profile, url=APP + "page").route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route("/go", status=307, headers={"Location": API}).page.fetch("/go", method="PUT")
    return world.header("Referer", 1)


def site_of_another_port_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, url="http://localhost/")
    world.route("http://localhost/go", status=307, headers={"Location": "http://localhost:8080/"})
    world.page.fetch("/go")
    return world.header("Sec-Fetch-Site", 1)


def site_of_preflight_back_home_from_a_port(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route("https://app.example:8443/x", status=307, headers={**EXACT, "Location": APP + "x"})
    world.page.fetch("https://app.example:8443/x", method="PUT")
    return world.header("Sec-Fetch-Site", 2)


def mode_of_plain_http_preflight(profile: BrowserProfile) -> str | None:
    world = World(profile, url="http://app.example/")
    world.page.fetch("http://api.example/x", method="PUT")
    return world.header("Sec-Fetch-Mode", 0)


def site_of_other_scheme_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, "http://localhost:3000/")
    world.page.fetch("https://localhost/", mode="no-cors")
    return world.header("Sec-Fetch-Site")


def referrer_of_upgraded_frame(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.page.load("iframe", "http://api.example/x")
    return world.header("Referer")


def own_condition(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.fetch("/x", headers={"If-None-Match": '"1"'})
    return world.header("Cache-Control")


def referrer_of_sandboxed_image(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True)
    world.page.load("img", API)
    return world.header("Referer")


def referrer_of_sandboxed_image_at_home(profile: BrowserProfile) -> str | None:
    world = World(profile, APP + "page", sandboxed=True)
    world.page.load("img", APP)
    return world.header("Referer")


def referrer_of_a_blob_document(profile: BrowserProfile) -> str | None:
    world = World(profile, "blob:https://app.example/1", headers={"Referrer-Policy": "no-referrer"})
    world.page.fetch(API)
    return world.header("Referer")


def origin_of_sandboxed_beacon(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True).route(API)
    world.page.send_beacon(API, "x")
    return world.header("Origin")


def own_header(name: str, value: str) -> Callable[[BrowserProfile], str | None]:
    def scenario(profile: BrowserProfile) -> str | None:
        world = World(profile)
        world.page.fetch("/x", headers={name: value})
        return world.header(name)

    return scenario


def accept_of(call: Callable[[World], object]) -> Callable[[BrowserProfile], str | None]:
    return header_of("Accept", call)


def cache_control_of(call: Callable[[World], object]) -> Callable[[BrowserProfile], str | None]:
    return header_of("Cache-Control", call)


def header_of(name: str, call: Callable[[World], object]) -> Callable[[BrowserProfile], str | None]:
    def scenario(profile: BrowserProfile) -> str | None:
        world = permissive(profile)
        call(world)
        return world.header(name)

    return scenario


def origin_of_post_led_away(profile: BrowserProfile) -> str | None:
    world = World(profile).route(APP, status=307, headers={"Location": API})
    world.page.fetch(APP, method="POST", mode="no-cors")
    return world.header("Origin")


def origin_of_form_led_away(profile: BrowserProfile) -> str | None:
    world = World(profile).route(APP, status=307, headers={"Location": API})
    world.page.submit_form(APP)
    return world.header("Origin")


def own_condition_of_worker(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.worker().fetch(APP, headers=[("If-None-Match", '"a"')])
    return world.header("Cache-Control")


def own_condition_of_xhr(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.xhr("/x", headers={"If-None-Match": '"1"'})
    return world.header("Cache-Control")


def cache_control_under_credentialless(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    world.page.load("img", API)
    return world.header("Cache-Control")


def event_source_led_away(profile: BrowserProfile) -> str | None:
    world = World(profile).route(API, status=302, headers={**ANY, "Location": OTHER})
    world.page.event_source(API)
    return world.header("Cache-Control")


def languages_of(method: str) -> Callable[[BrowserProfile], str | None]:
    """Accept-Language of the preflight or of the request itself."""

    def run(profile: BrowserProfile) -> str | None:
        world = permissive(profile)
        world.page.fetch(API, method="PUT")
        return world.header("accept-language", world.methods().index(method))

    return run


def authorization_twice(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*")
    world.page.fetch("/x", headers=[("Authorization", "a"), ("X-A", "1"), ("authorization", "b"), ("X-A", "2")])
    return f"{world.header('authorization')}; {world.header('x-a')}"


def origin_of_post_to_a_less_secure_site(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Referrer-Policy": "unsafe-url"}).route("*")
    world.page.fetch("http://127.0.0.1/", method="POST", mode="no-cors")
    return world.header("origin")


ROWS = [
    Row("request_headers.last_of_repeated", frozenset({"authorization"}), authorization_twice, "a, b; 1, 2", "b; 1, 2"),
    Row(
        "referrers.cross_site_is_at_most_the_origin",
        True,
        origin_of_post_to_a_less_secure_site,
        "https://app.example",
        "null",
    ),
    Row("request_headers.default_policy_hides_origin", False, origin_of_form_over_http, "null", "https://app.example"),
    Row(
        "request_headers.redirects_do_not_hide_origin",
        True,
        origin_of_no_cors_post_that_left,
        "null",
        "https://app.example",
    ),
    Row("languages.accepted", "fr,de", languages_of(PUT), "en-US,en;q=0.9", "fr,de;q=0.9"),
    Row("languages.weights", "by-number", languages_of(PUT), "en-US,en;q=0.9", "en-US,en;q=0.90"),
    Row(
        "languages.bare_ones_are_added",
        True,
        languages_of(PUT),
        "de-DE,en-US;q=0.9",
        "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
        base=STANDARD.changed("languages.accepted", "de-DE,en-US"),
    ),
    Row("languages.said_by_preflights", True, languages_of(ASK), None, "en-US,en;q=0.9"),
    Row("request_headers.values_are_sent_as_utf8", True, own_header("Accept", "\xe9"), "\xe9", "\xc3\xa9"),
    Row("request_headers.range_is_rewritten", True, own_header("Range", "bytes=007 - 9"), "bytes=007 - 9", "bytes=7-9"),
    Row(
        "request_headers.document_accept",
        "a/a",
        accept_of(lambda w: w.page.submit_form(API)),
        STANDARD.request_headers.document_accept,
        "a/a",
    ),
    Row(
        "request_headers.image_accept",
        "a/a",
        accept_of(lambda w: w.page.load("img", API)),
        STANDARD.request_headers.image_accept,
        "a/a",
    ),
    Row("request_headers.font_accept", "a/a", accept_of(lambda w: w.page.load("font", API)), "*/*", "a/a"),
    Row("request_headers.video_accept", "a/a", accept_of(lambda w: w.page.load("video", API)), "*/*", "a/a"),
    Row("request_headers.audio_accept", "a/a", accept_of(lambda w: w.page.load("audio", API)), "*/*", "a/a"),
    Row(
        "request_headers.origin_is_null_once_it_left",
        "all-but-cors",
        origin_of_post_led_away,
        "https://app.example",
        "null",
    ),
    Row(
        "request_headers.origin_is_null_once_it_left",
        "navigations",
        origin_of_form_led_away,
        "https://app.example",
        "null",
    ),
    Row("request_headers.origin_ignores_referrer_policy", True, origin_of_no_cors_post, "null", "https://app.example"),
    Row(
        "request_headers.origin_on_same_origin_cors_loads",
        True,
        origin_of_same_origin_image,
        None,
        "https://app.example",
    ),
    Row(
        "request_headers.beacons_say_their_documents_origin",
        True,
        origin_of_sandboxed_beacon,
        "null",
        "https://app.example",
    ),
    Row(
        "request_headers.origin_survives_method_change", True, origin_after_post_became_get, None, "https://app.example"
    ),
    Row("referrers.loopback_is_a_downgrade", True, referrer("http://localhost/"), APP, None),
    Row(
        "referrers.cross_site_is_at_most_the_origin",
        True,
        referrer(API, referrer_policy="unsafe-url"),
        APP + "deep/page",
        APP,
    ),
    Row("referrers.opaque_documents_have_one", True, referrer_of(APP, sandboxed=True), None, APP),
    Row("referrers.elements_tell_their_documents_url", True, referrer_of_sandboxed_image, None, APP),
    Row(
        "referrers.opaque_origins_are_cross_site",
        True,
        referrer_of_sandboxed_image_at_home,
        APP + "page",
        APP,
        STANDARD.changed("referrers.elements_tell_their_documents_url", True),
    ),
    Row(
        "referrers.blob_documents_inherit_the_policy",
        False,
        referrer_of_a_blob_document,
        None,
        APP,
        STANDARD.changed("referrers.blob_documents_have_one", True),
    ),
    Row("referrers.blob_documents_have_one", True, referrer_of("blob:https://app.example/1"), None, APP),
    Row("referrers.preflights_say_the_first", True, referrer_of_preflight_behind_a_redirect, APP, APP + "page"),
    Row("referrers.workers_inherit_the_policy", True, referrer_of_a_worker, APP, None),
    Row("referrers.none_from", frozenset({("srcdoc", "fetch")}), referrer_of_srcdoc, APP, None),
    Row("request_headers.browsers_own_survive_cross_origin_redirects", False, metadata_after_redirect, "cors", None),
    Row("fetch_metadata.on_sync_xhr", False, metadata_of_sync_xhr, "cors", None),
    Row(
        "fetch_metadata.of_preflights_ignores_redirects", True, site_of_preflight_back_home, "cross-site", "same-origin"
    ),
    Row(
        "fetch_metadata.redirects_are_same_site_by_domain",
        True,
        site_of_another_port_of_localhost,
        "same-site",
        "cross-site",
    ),
    Row(
        "fetch_metadata.preflight_of_null_origin_is_cross_site",
        True,
        site_of_preflight_back_home_from_a_port,
        "same-site",
        "cross-site",
    ),
    Row("fetch_metadata.mode_on_untrustworthy_preflight", True, mode_of_plain_http_preflight, None, "cors"),
    Row(
        "fetch_metadata.knows_no_schemes_of_bare_hosts",
        True,
        site_of_other_scheme_of_localhost,
        "cross-site",
        "same-site",
    ),
    Row("referrers.navigations_have_one_before_upgrades", True, referrer_of_upgraded_frame, APP, None),
    Row("cache_control.conditional_requests_use", "no-cache", own_condition, "no-cache", "max-age=0"),
    Row(
        "cache_control.conditional_requests_say_nothing_from",
        frozenset({"XMLHttpRequest"}),
        own_condition_of_xhr,
        "no-cache",
        None,
    ),
    Row(
        "cache_control.conditional_requests_say_nothing_from",
        frozenset({"workers"}),
        own_condition_of_worker,
        "no-cache",
        None,
    ),
    Row(
        "cache_control.form_posts_revalidate",
        True,
        cache_control_of(lambda w: w.page.submit_form(API)),
        None,
        "max-age=0",
    ),
    Row(
        "cache_control.beacons_revalidate", True, cache_control_of(lambda w: w.page.send_beacon(API)), None, "max-age=0"
    ),
    Row(
        "cache_control.background_revalidations_set_it",
        True,
        lambda profile: revalidated_in_the_background(profile).header("Cache-Control", 1),
        None,
        "max-age=0",
    ),
    Row("cache_control.credentialless_loads_bypass_caches", True, cache_control_under_credentialless, None, "no-cache"),
    Row(
        "cache_control.event_sources_set_it",
        True,
        event_source_led_away,
        None,
        "no-cache",
        STANDARD.changed("request_headers.browsers_own_survive_cross_origin_redirects", False),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


def test_a_frame_in_a_sandbox_says_the_origin_of_the_page_around_it() -> None:
    server = MockServer().route("*", status=204)
    frame = Browser(server, profile="webkit").page(APP).frame(srcdoc=True, sandboxed=True)
    frame.send_beacon(API, "x")
    assert ("Origin", APP.rstrip("/")) in server.requests[0].headers
