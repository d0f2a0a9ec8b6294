"""Each rule of `corssim/fetch/rules/responses.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD

from .world import ANY, API, APP, EXACT, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile


def response_url_of_xhr_with_password(profile: BrowserProfile) -> str:
    return World(profile).route("*", headers=ANY).page.xhr("https://u:p@api.example/x").response.url


def opaque_image(body: str, **headers: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return World(profile).route("*", headers=names, body=body).page.load("img", API).reason

    return run


def image_led_home(profile: BrowserProfile) -> Any:
    world = World(profile).route(API, status=302, headers={"Location": APP + "x"})
    return world.route("*", headers={"Content-Type": "text/html"}, body="<html>").page.load("img", API).reason


def timing_of_failed(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", status=302, headers={"Location": "/y"})
    return world.page.fetch("/x", redirect="error").timing_allowed


def timing_of_another_hash(profile: BrowserProfile) -> list[bool | None]:
    world = World(profile).route("*", headers=ANY)
    return [world.page.fetch(url, integrity="sha256-" + "A" * 43 + "=").timing_allowed for url in ("/x", API)]


def events_of_two_types(profile: BrowserProfile) -> str:
    headers = [*EXACT.items(), ("Content-Type", "text/event-stream"), ("Content-Type", "bad")]
    return str(World(profile).route(API, headers=headers).page.event_source(API).verdict)


def timing_of_failed_without_header(profile: BrowserProfile) -> bool | None:
    return World(profile).route(API).page.fetch(API).timing_allowed


def body_of_205(profile: BrowserProfile) -> bytes:
    return World(profile).route("*", status=205, body="x").page.fetch("/x").response.body


def header_lines(*values: str) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile).route("*", headers=[("X-A", value) for value in values])
        return world.page.fetch("/x").response.header("x-a")

    return run


def preflight_that_fails(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", headers={"Timing-Allow-Origin": "*"})
    return world.page.fetch(API, method="PUT").timing_allowed


def content_types(*values: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        world = World(profile).route("*", headers=[("Content-Type", value) for value in values])
        return world.page.fetch("/x").response.header("content-type")

    return run


ROWS = [
    Row("responses.headers_are_made_utf8", True, header_lines("a\xe9"), "a\xe9", "a\xef\xbf\xbd"),
    Row(
        "responses.headers_are_made_utf8",
        True,
        header_lines("\xc3\xa9", "\xe9"),
        "\xc3\xa9, \xe9",
        "\xc3\xa9, \xef\xbf\xbd",
    ),
    Row(
        "responses.cross_origin_urls_hide_credentials",
        True,
        response_url_of_xhr_with_password,
        "https://u:p@api.example/x",
        API,
    ),
    Row(
        "responses.opaque_response_blocking",
        "sniffing",
        opaque_image("<html>", Content_Type="text/html"),
        "not-an-image",
        "opaque-response-blocking",
    ),
    Row(
        "responses.opaque_response_blocking",
        "script-parsing",
        opaque_image("{}", Content_Type="application/json"),
        "not-an-image",
        "opaque-response-blocking",
    ),
    Row(
        "responses.opaque_response_blocking_is_of_other_origins",
        True,
        image_led_home,
        "opaque-response-blocking",
        "not-an-image",
        base=STANDARD.changed("responses.opaque_response_blocking", "sniffing"),
    ),
    Row("timing.failed_integrity_hides", False, timing_of_another_hash, [False, False], [True, False]),
    Row("timing.of_failed_fetches", "hidden", timing_of_failed, True, False),
    Row("timing.of_failed_fetches", "absent", timing_of_failed, True, None),
    Row(
        "timing.of_opaque_redirects",
        "hidden",
        lambda profile: (
            World(profile)
            .route("*", status=302, headers={"Location": "/"})
            .page.fetch("/x", redirect="manual")
            .timing_allowed
        ),
        True,
        False,
    ),
    Row(
        "timing.of_opaque_redirects",
        "told",
        lambda profile: (
            World(profile)
            .route(API, status=302, headers={"Location": "/", "Access-Control-Allow-Origin": "*"})
            .page.fetch(API, redirect="manual")
            .timing_allowed
        ),
        False,
        True,
    ),
    Row(
        "timing.of_what_is_not_cached_tells",
        True,
        lambda profile: World(profile).page.fetch("/x", cache="only-if-cached", mode="same-origin").timing_allowed,
        False,
        True,
        STANDARD.changed("timing.of_failed_fetches", "by-the-refused-response"),
    ),
    Row(
        "timing.of_requests_never_sent",
        "absent",
        lambda profile: (
            World(profile, headers={"Content-Security-Policy": "connect-src 'none'"}).page.xhr(API).timing_allowed
        ),
        True,
        None,
    ),
    Row(
        "timing.of_requests_never_sent",
        "absent-if-fetch-refuses",
        lambda profile: (
            World(profile, headers={"Content-Security-Policy": "connect-src 'none'"}).page.fetch(API).timing_allowed
        ),
        True,
        None,
    ),
    Row(
        "timing.of_requests_never_sent",
        "absent-if-fetch-refuses",
        lambda profile: (
            World(profile).page.fetch("http://api.example/").timing_allowed,
            World(profile, headers={"Content-Security-Policy": "connect-src 'none'"}).page.fetch(API).timing_allowed,
        ),
        (True, True),
        (True, None),
    ),
    Row("responses.one_content_type_line_counts", True, events_of_two_types, "readable", "failed"),
    Row("timing.of_failed_fetches", "by-the-refused-response", timing_of_failed_without_header, True, False),
    Row("responses.reset_content_has_a_body", True, body_of_205, b"", b"x"),
    Row("responses.drops_empty_repeated_headers", True, header_lines("1", ""), "1, ", "1"),
    Row("responses.drops_empty_repeated_headers", True, header_lines("", "1", "", "2"), ", 1, , 2", "1, 2"),
    Row("timing.of_failed_fetches", "by-the-refused-response", preflight_that_fails, True, False),
    Row("responses.repeated_types_join_without_a_blank", True, content_types("a/b", "c/d"), "a/b, c/d", "a/b,c/d"),
    Row("responses.repeated_types_join_without_a_blank", True, content_types("a/b"), "a/b", "a/b"),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
