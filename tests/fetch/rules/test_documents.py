"""Each rule of `corssim/fetch/rules/documents.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from corssim.fetch.browsers.standard import STANDARD

from .world import API, APP, EXACT, PNG, Row, World, check, permissive, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile


def image_led_to_a_fragment_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("/x", status=302, headers={"Location": "/y#f"})
    world.route("/y", headers={"Content-Type": "image/png"}, body=PNG)
    for _ in range(2):
        world.page.load("img", "/x")
    return len(world.sent)


def stylesheets_of_many_choices(profile: BrowserProfile) -> list[bool]:
    world = World(profile).route("*", status=300, headers={"Content-Type": "text/css"})
    return [world.page.load(element, f"/{element}", as_="style").allowed for element in ("preload", "stylesheet")]


def tag_of_the_second_xhr(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", status=299, headers={"ETag": '"v1"'})
    for _ in range(2):
        world.page.xhr("/x")
    return world.header("if-none-match")


def script_then_preload(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Content-Type": "text/javascript"}, status=404)
    for element in ("script", "preload"):
        world.page.load(element, "/x", as_="script")
    return len(world.sent)


def redirected_preload_then_stylesheet_with_fragment(profile: BrowserProfile) -> int:
    world = World(profile).route("/x", status=302, headers={"Location": "/y"})
    world.route("/y", headers={"Content-Type": "text/css"})
    for element in ("preload", "stylesheet"):
        world.page.load(element, "/x#f", as_="style")
    return len(world.sent)


def preload_that_varies_then_stylesheet(vary: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={"Content-Type": "text/css", "Vary": vary})
        for element in ("preload", "stylesheet"):
            world.page.load(element, "/x", as_="style")
        return len(world.sent)

    return run


def preload_then_fetch_then_stylesheet(**options: Any) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={"Content-Type": "text/css"})
        world.page.load("preload", "/x", as_="style")
        world.page.fetch("/x", **options)
        world.page.load("stylesheet", "/x")
        return len(world.sent)

    return run


def script_of_status_206_twice(wait: int = 0, **headers: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        names = headers | {"Content-Type": "text/javascript", "Cache-Control": "max-age=9"}
        world = World(profile).route("*", status=206, headers=names)
        for _ in range(2):
            world.page.load("script", "/x")
            world.now += wait
        return len(world.sent)

    return run


def created_script_twice(profile: BrowserProfile) -> int:
    """Of a status (201) that makes nothing fresh in an HTTP cache."""
    headers = {"Content-Type": "text/javascript", "Last-Modified": "Wed, 01 Jan 2020 00:00:00 GMT"}
    world = World(profile).route("*", status=201, headers=headers)
    for _ in range(2):
        world.page.load("script", "/x")
    return len(world.sent)


def tag_a_stale_script_is_validated_by(*, led_on: bool = False) -> Callable[[BrowserProfile], str | None]:
    """What a second load asks with, of what no HTTP cache holds."""

    def run(profile: BrowserProfile) -> str | None:
        world = World(profile).route("/y", status=302, headers={"Location": "/x", "Cache-Control": "no-store"})
        world.route("*", status=206, headers={"Content-Type": "text/javascript", "ETag": '"v1"'})
        for _ in range(2):
            world.page.load("script", "/y" if led_on else "/x")
        return world.header("If-None-Match")

    return run


def led_on_script_twice(status: int, cache_control: str = "") -> Callable[[BrowserProfile], int]:
    """A script behind a redirect, which no HTTP cache holds, twice: how many requests."""

    def run(profile: BrowserProfile) -> int:
        said = {"Cache-Control": cache_control} if cache_control else {}
        world = World(profile).route("/y", status=status, headers={"Location": "/x"} | said)
        world.route("*", status=206, headers={"Content-Type": "text/javascript", "Cache-Control": "max-age=9"})
        for _ in range(2):
            world.page.load("script", "/y")
        return len(world.sent)

    return run


def script_without_its_hash_twice(profile: BrowserProfile) -> int:
    world = World(profile).route(
        "*", status=206, headers={"Content-Type": "text/javascript", "Cache-Control": "max-age=9"}
    )
    for _ in range(2):
        world.page.load("script", "/x", integrity="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    return len(world.sent)


def image_then_preload_then_image(profile: BrowserProfile) -> int:
    world = World(profile).route("*", body=PNG)
    world.page.load("img", "/i.png")
    world.page.load("preload", "/i.png", "anonymous", as_="image")
    world.page.load("img", "/i.png")
    return len(world.sent)


def image_that_varies_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Vary": "*"}, body=PNG)
    for _ in range(2):
        world.page.load("img", "/i.png")
    return len(world.sent)


def preload_of_no_image_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", status=204)
    for _ in range(2):
        world.page.load("preload", "/i.png", as_="image")
    return len(world.sent)


def big_beacon(profile: BrowserProfile) -> bool | None:
    return World(profile).page.send_beacon(API, "x" * 70_000).returned


def errors_of_opaque_script(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", headers={"Content-Type": "text/javascript"})
    return world.page.load("script", API).errors_readable


def insecure_iframe(profile: BrowserProfile) -> bool | None:
    return World(profile).page.load("iframe", "http://api.example/").frame_loads


def form_into_a_frame_not_allowed(profile: BrowserProfile) -> bool | None:
    world = World(profile, headers={"Content-Security-Policy": "frame-src 'none'"})
    return world.page.submit_form(API, target="iframe").frame_loads


def beacon_against_csp(profile: BrowserProfile) -> bool | None:
    world = World(profile, headers={"Content-Security-Policy": "connect-src 'self'"})
    return world.page.send_beacon(API, "x").returned


def failing_preload(profile: BrowserProfile) -> str:
    return World(profile).page.load("preload", API, crossorigin="anonymous").verdict


def preload_looked_at_twice(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.load("preload", API, "use-credentials", as_="fetch")
    world.page.fetch(API)
    world.page.fetch(API, credentials="include")
    return world.methods()


def preload_then_event_source(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.load("preload", API, "anonymous", as_="fetch")
    world.page.event_source(API)
    return world.methods()


def script_of_many_choices(profile: BrowserProfile) -> str:
    return str(World(profile).route(API, status=300).page.load("script", API).verdict)


def events_in_latin_1(profile: BrowserProfile) -> str:
    headers = {**EXACT, "Content-Type": "text/event-stream;charset=iso-8859-1"}
    return str(World(profile).route(API, headers=headers).page.event_source(API).verdict)


def preload_of_another_type(profile: BrowserProfile) -> str:
    world = World(profile).route(API, headers={"Content-Type": "text/html"})
    return str(world.page.load("preload", API, as_="style").verdict)


def preload_of_an_error_page(profile: BrowserProfile) -> str:
    world = World(profile).route(API, status=404, headers=EXACT)
    return str(world.page.load("preload", API, "anonymous", as_="fetch").verdict)


def image_of_another_fragment(profile: BrowserProfile) -> list[str]:
    world = World(profile).route(API, body=b"GIF89a")
    world.page.load("img", API)
    world.page.load("img", API + "#a")
    return world.methods()


def image_upgraded_then_over_https(profile: BrowserProfile) -> list[str]:
    world = World(profile).route(API, body=b"GIF89a")
    for url in ("http://api.example/x", API):
        world.page.load("img", url)
    return world.methods()


def preload_used_twice(profile: BrowserProfile) -> list[str]:
    world = World(profile).route(API)
    world.page.load("preload", API, as_="script")
    world.page.load("script", API)
    world.page.load("script", API)
    return world.methods()


def svg_in_utf_16(profile: BrowserProfile) -> str:
    body = '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16-le")
    headers = {"Content-Type": "image/svg+xml;charset=utf-16le"}
    return str(World(profile).route(API, headers=headers, body=body).page.load("img", API).verdict)


def preload_then_fetch(
    crossorigin: str | None = "anonymous", url: str = API, **options: Any
) -> Callable[[BrowserProfile], list[str]]:
    def scenario(profile: BrowserProfile) -> list[str]:
        world = permissive(profile)
        world.page.load("preload", url, crossorigin, as_="fetch")
        world.page.fetch(url, **options)
        return world.methods()

    return scenario


def preload_then(
    as_: str, element: Any, preloaded: str | None = None, used: str | None = None, status: int = 200
) -> Callable[[BrowserProfile], list[str]]:
    def scenario(profile: BrowserProfile) -> list[str]:
        world = World(profile).route(API, status=status, headers=EXACT)
        world.page.load("preload", API, preloaded, as_=as_)
        world.page.load(element, API, used)
        return world.methods()

    return scenario


def stylesheet_preloaded_with_cors(profile: BrowserProfile) -> str:
    """Why it is refused without CORS, where its resource policy says so; nothing is sent for that."""
    world = World(profile).route(API, headers={**EXACT, "Cross-Origin-Resource-Policy": "same-origin"})
    world.page.load("preload", API, "anonymous", as_="style")
    outcome = world.page.load("stylesheet", API)
    return f"{outcome.reason} after {len(world.sent)}"


def preload_of_a_font(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.load("preload", API, as_="font")
    return world.header("Sec-Fetch-Mode")


STALE = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}


def stale_image_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers=STALE, body=PNG)
    for _ in range(2):
        world.page.load("img", API)
    return len(world.sent)


def preload_whose_stale_answer_is_refused_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers=STALE, body=PNG)
    for _ in range(2):
        world.page.load("preload", API, "anonymous", as_="image")
    return len(world.sent)


def preload_that_is_stale_and_image(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers=STALE, body=PNG)
    world.page.load("preload", API, as_="image")
    world.page.load("img", API)
    return len(world.sent)


def module_that_fails_twice(profile: BrowserProfile) -> list[str]:
    world = World(profile)
    world.page.load("module", API)
    world.page.load("module", API)
    return world.methods()


def preload_twice(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.load("preload", API, "anonymous", as_="image")
    world.page.load("preload", API, "anonymous", as_="image")
    return world.methods()


def image_twice(profile: BrowserProfile) -> list[str]:
    world = World(profile).route(API, body=b"GIF89a")
    world.page.load("img", API)
    world.page.load("img", API)
    return world.methods()


def png_as_svg(profile: BrowserProfile) -> Any:
    return World(profile).route(API, headers={"Content-Type": "image/svg+xml"}, body=PNG).page.load("img", API).reason


def stylesheet_of_plain_text(profile: BrowserProfile) -> str:
    world = World(profile).route(API, headers={"Content-Type": "text/plain"})
    return world.page.load("stylesheet", API).verdict


def iframe_with_a_password(profile: BrowserProfile) -> bool | None:
    return World(profile).page.load("iframe", "https://user:secret@api.example/").frame_loads


def preload_without_the_hash(profile: BrowserProfile) -> list[int]:
    """How many requests were sent once a stylesheet with a hash was loaded, and once one without was."""
    world = World(profile).route("*", headers={**EXACT, "Content-Type": "text/css"}, body="a{}")
    digest = "sha256-" + base64.b64encode(hashlib.sha256(b"a{}").digest()).decode()
    world.page.load("preload", API, "anonymous", as_="style")
    sent = []
    for integrity in (digest, ""):
        assert world.page.load("stylesheet", API, "anonymous", integrity=integrity).allowed
        sent.append(len(world.sent))
    return sent


def preload_of_script_without_the_hash(profile: BrowserProfile) -> list[Any]:
    """Why a fetch() with a hash failed, and how many requests were sent."""
    world = World(profile).route("*", headers=EXACT, body="{}")
    digest = "sha256-" + base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    world.page.load("preload", API, "anonymous", as_="fetch")
    return [world.page.fetch(API, integrity=digest).reason, len(world.sent)]


def preload_of_another_type_then_stylesheet(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"})
    world.page.load("preload", API, as_="style")
    assert world.page.load("stylesheet", API).reason == "nosniff"
    return len(world.sent)


def iframe_not_modified(profile: BrowserProfile) -> bool | None:
    return World(profile).route("*", status=304).page.load("iframe", API).frame_loads


def iframe_that_fails(profile: BrowserProfile) -> bool | None:
    return World(profile).route("*", fail="reset").page.load("iframe", API).frame_loads


def preload_then_beacon_then_fetch(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", headers=EXACT)
    world.page.load("preload", API, "anonymous", as_="fetch")
    world.page.send_beacon(API, "x")
    world.page.fetch(API)
    return world.methods()


ROWS = [
    Row("beacons.have_the_keepalive_limit", False, big_beacon, False, True),
    Row("elements.stylesheets_of_other_types_fire_load", True, stylesheet_of_plain_text, "blocked", "opaque"),
    Row("elements.mute_errors_of_opaque_scripts", False, errors_of_opaque_script, False, True),
    Row(
        "elements.blocked_frames_stay_as_they_are_by",
        frozenset({"frame-src"}),
        form_into_a_frame_not_allowed,
        True,
        False,
    ),
    Row("beacons.blocked_by_csp_returns", False, beacon_against_csp, True, False),
    Row("preloads.failure_is_an_error", False, failing_preload, "blocked", "opaque"),
    Row("elements.image_bytes_outweigh_svg_types", True, png_as_svg, "not-an-image", "opaque-response"),
    Row(
        "beacons.to_bad_port_returns",
        False,
        lambda p: World(p).page.send_beacon("https://api.example:25/").returned,
        True,
        False,
    ),
    Row("preloads.of_fonts_are_anonymous", True, preload_of_a_font, "no-cors", "cors"),
    Row("documents.load_anew_what_is_stale", True, stale_image_twice, 1, 2),
    Row("documents.load_anew_what_is_stale", True, preload_that_is_stale_and_image, 1, 2),
    Row(
        "documents.load_anew_what_is_stale",
        True,
        preload_whose_stale_answer_is_refused_twice,
        1,
        1,
        STANDARD.changed("preloads.are_fetched_once", "with-any-mode"),
    ),
    Row("documents.keep_failed_modules", False, module_that_fails_twice, ["GET"], ["GET"] * 2),
    Row(
        "preloads.have_what_was_loaded_by",
        frozenset({"script"}),
        script_then_preload,
        2,
        1,
        STANDARD.changed("preloads.are_fetched_once", "with-equal-mode"),
    ),
    Row("preloads.are_fetched_once", "with-equal-mode", preload_twice, ["GET"] * 2, ["GET"]),
    Row("documents.keep", frozenset(), image_twice, ["GET"], ["GET"] * 2),
    Row(
        "preloads.dropped_by_other",
        frozenset({"requests"}),
        preload_looked_at_twice,
        ["GET"] * 2,
        ["GET"] * 3,
    ),
    Row("preloads.dropped_by_other", frozenset({"integrity"}), preload_without_the_hash, [2, 2], [2, 3]),
    Row("preloads.serve_other_integrity_to", frozenset({"elements"}), preload_without_the_hash, [2, 2], [1, 2]),
    Row(
        "preloads.serve_other_integrity_to",
        frozenset({"fetch"}),
        preload_of_script_without_the_hash,
        ["integrity-mismatch", 2],
        ["integrity-mismatch", 1],
    ),
    Row("preloads.of_another_type_are_forgotten", True, preload_of_another_type_then_stylesheet, 1, 2),
    Row("elements.not_modified_is_no_document", True, iframe_not_modified, True, False),
    Row("elements.frames_that_fail_fire", "nothing", iframe_that_fails, True, False),
    Row("preloads.do_not_serve", frozenset({"keepalive"}), preload_then_fetch(keepalive=True), ["GET"], ["GET"] * 2),
    Row("preloads.do_not_serve", frozenset({"cache mode"}), preload_then_fetch(cache="no-store"), ["GET"], ["GET"] * 2),
    Row(
        "preloads.do_not_serve",
        frozenset({"own origin with CORS"}),
        preload_then_fetch(url=APP),
        ["GET"],
        ["GET"] * 2,
    ),
    Row(
        "preloads.do_not_serve",
        frozenset({"own origin with CORS"}),
        preload_then_fetch(None, APP, mode="no-cors", credentials="include"),
        ["GET"],
        ["GET"],
    ),
    Row(
        "preloads.serve_headers",
        "safelisted",
        preload_then_fetch(headers={"Accept-Language": "de"}),
        ["GET"] * 2,
        ["GET"],
    ),
    Row(
        "preloads.serve_headers",
        "all-but-conditions",
        lambda profile: (
            preload_then_fetch(headers={"If-None-Match": "x"})(profile),
            preload_then_fetch(headers={"Authorization": "x"})(profile),
        ),
        (["GET", "OPTIONS", "GET"], ["GET", "OPTIONS", "GET"]),
        (["GET", "OPTIONS", "GET"], ["GET"]),
    ),
    Row(
        "preloads.serve_headers",
        "of-accept-and-caches",
        lambda profile: (
            preload_then_fetch(headers={"Accept": "a/b"})(profile),
            preload_then_fetch(headers={"Accept-Language": "de"})(profile),
        ),
        (["GET"] * 2, ["GET"] * 2),
        (["GET"], ["GET"] * 2),
    ),
    Row("preloads.match_by", "crossorigin", preload_then_fetch(credentials="omit"), ["GET"] * 2, ["GET"]),
    Row("preloads.match_by", "crossorigin", preload_then_fetch(None, mode="no-cors"), ["GET"] * 2, ["GET"]),
    Row("preloads.match_by", "credentials", preload_then_fetch(credentials="omit"), ["GET"] * 2, ["GET"]),
    Row("elements.take_statuses_below_400", frozenset({"script"}), script_of_many_choices, "failed", "opaque"),
    Row(
        "elements.take_statuses_below_400",
        frozenset({"preloaded stylesheet"}),
        stylesheets_of_many_choices,
        [False, False],
        [True, False],
    ),
    Row("elements.event_sources_are_utf_8_alone", True, events_in_latin_1, "readable", "failed"),
    Row("preloads.need_their_type", frozenset({"script"}), preload_of_another_type, "blocked", "opaque"),
    Row("preloads.as_fetch_need_an_ok_status", True, preload_of_an_error_page, "readable", "failed"),
    Row("preloads.are_lost_at_fragments", True, redirected_preload_then_stylesheet_with_fragment, 2, 4),
    Row("preloads.heed_vary", True, preload_that_varies_then_stylesheet("*"), 1, 2),
    Row("preloads.heed_vary", True, preload_that_varies_then_stylesheet("Origin"), 1, 1),
    Row("preloads.are_ended_by_script", True, preload_then_fetch_then_stylesheet(), 2, 3),
    Row("preloads.are_ended_by_script", True, preload_then_fetch_then_stylesheet(cache="no-store"), 2, 2),
    Row(
        "preloads.are_ended_by_script",
        True,
        preload_then_beacon_then_fetch,
        ["GET", "POST"],
        ["GET", "POST", "GET"],
    ),
    Row("documents.keep_while_fresh", frozenset({"script"}), script_of_status_206_twice(), 2, 1),
    Row("documents.keep_while_fresh", frozenset({"script"}), created_script_twice, 2, 1),
    Row("documents.keep_while_fresh", frozenset({"script"}), script_of_status_206_twice(Vary="*"), 2, 2),
    Row("documents.keep_while_fresh", frozenset({"script"}), script_of_status_206_twice(wait=10), 2, 2),
    Row("documents.keep_while_fresh", frozenset({"script"}), tag_a_stale_script_is_validated_by(), None, '"v1"'),
    Row(
        "documents.keep_while_fresh", frozenset({"script"}), tag_a_stale_script_is_validated_by(led_on=True), None, None
    ),
    Row("documents.keep_while_fresh", frozenset({"font"}), tag_a_stale_script_is_validated_by(), None, None),
    Row("documents.keep_while_fresh", frozenset({"script"}), script_without_its_hash_twice, 2, 1),
    Row("documents.keep_while_fresh", frozenset({"script"}), led_on_script_twice(302, "max-age=9"), 3, 2),
    Row("documents.keep_while_fresh", frozenset({"script"}), led_on_script_twice(302), 4, 4),
    Row("documents.keep_while_fresh", frozenset({"script"}), led_on_script_twice(301), 4, 4),
    Row("documents.keep_while_fresh", frozenset({"script"}), led_on_script_twice(303, "max-age=9"), 3, 3),
    Row("preloads.take_the_place_of", "others", image_then_preload_then_image, 2, 3),
    Row("preloads.take_the_place_of", "others-in-another-mode", image_then_preload_then_image, 2, 3),
    Row("documents.keep_what_redirects_to_fragments_led_to", False, image_led_to_a_fragment_twice, 2, 4),
    Row("documents.remember", frozenset({"scripted"}), tag_of_the_second_xhr, None, '"v1"'),
    Row("documents.remember", frozenset({"frame"}), tag_of_the_second_xhr, None, None),
    Row("documents.keep_what_varies_by_anything", False, image_that_varies_twice, 1, 2),
    Row(
        "preloads.of_no_image_are_forgotten",
        True,
        preload_of_no_image_twice,
        1,
        2,
        STANDARD.changed("preloads.are_fetched_once", "with-equal-mode"),
    ),
    Row("preloads.serve_again", True, preload_used_twice, ["GET"] * 2, ["GET"]),
    Row("elements.svg_images_have_a_charset", False, svg_in_utf_16, "opaque", "failed"),
    Row("documents.keep_by_upgraded_urls", True, image_upgraded_then_over_https, ["GET"] * 2, ["GET"]),
    Row("documents.keep_one_of_a_url", True, image_of_another_fragment, ["GET"] * 2, ["GET"]),
    Row("preloads.not_modified_serve", False, preload_then("script", "script", status=304), ["GET"], ["GET"] * 2),
    Row("preloads.serve_event_sources", False, preload_then_event_source, ["GET"], ["GET"] * 2),
    Row("preloads.serve_modules", False, preload_then("script", "module", "anonymous"), ["GET"], ["GET"] * 2),
    Row(
        "preloads.fetched_anew_if_failed",
        frozenset({"script"}),
        preload_then("script", "script", status=404),
        ["GET"],
        ["GET"] * 2,
    ),
    Row(
        "preloads.serve_elements_of_any_mode",
        True,
        preload_then("style", "stylesheet", "anonymous", None),
        ["GET"] * 2,
        ["GET"],
    ),
    Row(
        "preloads.serve_elements_of_any_mode",
        True,
        stylesheet_preloaded_with_cors,
        "cross-origin-resource-policy after 2",
        "cross-origin-resource-policy after 1",
    ),
    Row(
        "elements.new_iframes_stay_empty_by",
        frozenset({"url-credentials-refused"}),
        iframe_with_a_password,
        True,
        False,
        STANDARD.changed("urls.credentials", "refused").changed("elements.new_iframes_if_blocked", "as-others"),
    ),
    Row(
        "elements.new_iframes_if_blocked",
        "as-others",
        insecure_iframe,
        True,
        False,
        STANDARD.changed("elements.blocked_frames_stay_as_they_are_by", frozenset({"mixed-content"})),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
