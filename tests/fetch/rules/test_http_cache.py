"""Each rule of `corssim/fetch/rules/http_cache.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from corssim.fetch.browsers.standard import STANDARD

from .world import (
    ANY,
    API,
    APP,
    EXACT,
    OTHER,
    PNG,
    PREFLIGHT_OK,
    Row,
    World,
    check,
    revalidated_in_the_background,
    row_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

LONG_AGO = "Wed, 01 Jan 2020 00:00:00 GMT"


def failing_with_what_is_stale(profile: BrowserProfile) -> World:
    world = World(profile).route(API, headers={"Cache-Control": "max-age=0, stale-while-revalidate=60"})
    for mode in ("no-cors", "cors"):
        world.page.fetch(API, mode=mode)
        world.now += 1
    return world


def forced_after(url: str, **headers: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers=headers)
        world.page.fetch(url)
        world.page.fetch(url, cache="force-cache")
        return len(world.sent)

    return run


def fetch_then_frames(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=60"})
    world.page.fetch("/x")
    for _ in range(2):
        world.page.load("iframe", "/x")
    return len(world.sent)


def frame_then_fetch(profile: BrowserProfile) -> int:
    world = World(profile).route(APP, headers={"Cache-Control": "max-age=60"})
    world.page.load("iframe", APP)
    world.page.fetch(APP)
    return len(world.sent)


def target_then_redirect(profile: BrowserProfile) -> int:
    world = World(profile).route("/r", status=302, headers={"Location": APP})
    world.route(APP, headers={"Cache-Control": "max-age=60"})
    for url in (APP, f"{APP}r"):
        world.page.fetch(url)
    return len(world.sent)


def revalidation_led_to_what_is_cached(profile: BrowserProfile) -> int:
    world = World(profile).route(OTHER, headers=ANY | {"Cache-Control": "max-age=60"})
    world.page.fetch(OTHER)
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world.route(API, headers=ANY | stale, times=1).route(API, status=302, headers={**ANY, "Location": OTHER})
    for _ in range(2):
        world.page.fetch(API)
        world.now += 1
    return len(world.sent)


def what_is_stale_behind_a(method: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route(APP + "z", status=303, headers={"Location": APP + "x"})
        world.route(APP + "x", headers={"Cache-Control": "max-age=0, stale-while-revalidate=60"})
        for url, by in ((APP + "x", "GET"), (APP + "z", method)):
            world.page.fetch(url, method=by)
        return len(world.page.fetch(APP + "z", method=method).exchanges)

    return run


def stale_behind_a_redirect(profile: BrowserProfile) -> int:
    world = World(profile).route(API, status=302, headers={**ANY, "Location": OTHER})
    world.route(OTHER, headers=ANY | {"Cache-Control": "max-age=0, stale-while-revalidate=60"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def parts_of_a_whole(asked: str, **headers: str) -> Callable[[BrowserProfile], list[str]]:
    """Which requests are sent, by their Range and If-None-Match: for the whole, for the part, for the whole again."""

    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route(APP + "x", body="0123456", headers=headers)
        for own in ({}, {"Range": asked}, {}):
            world.page.fetch(APP + "x", headers=own)
        every = range(len(world.sent))
        return [f"{world.header('Range', i) or ''} {world.header('If-None-Match', i) or ''}".strip() for i in every]

    return run


def whole_part_whole(status: int, **validators: str) -> Callable[[BrowserProfile], int]:
    """Of a whole that is stored a part is asked anew, which is answered so: the status that a later fetch is told."""

    def run(profile: BrowserProfile) -> int:
        whole = {"Cache-Control": "max-age=60"} | validators
        world = World(profile).route(APP + "x", body="0123456", headers=whole, times=1)
        world.route(APP + "x", status=status, headers={"Cache-Control": "max-age=60"})
        world.page.fetch(APP + "x")
        world.page.fetch(APP + "x", headers={"Range": "bytes=0-"}, cache="no-cache")
        response = world.page.fetch(APP + "x", cache="force-cache").response
        return response.status if response is not None else 0

    return run


def part_only_if_cached(status: int) -> Callable[[BrowserProfile], str]:
    def run(profile: BrowserProfile) -> str:
        world = World(profile).route(APP + "x", status=status, headers={"Cache-Control": "max-age=60"}, body="0123456")
        world.page.fetch(APP + "x")
        asked = {"headers": {"Range": "bytes=0-1"}, "cache": "only-if-cached", "mode": "same-origin"}
        return world.page.fetch(APP + "x", **asked).verdict

    return run


def image_over_http_after_a_fetch(profile: BrowserProfile) -> int:
    world = World(profile, url="http://app.example/").route("*", headers={"Cache-Control": "max-age=60"}, body=PNG)
    world.page.fetch("/i.png")
    world.page.load("img", "/i.png")
    return len(world.sent)


def forced_after_a_get(method: str, body: str | None = None) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={"Cache-Control": "max-age=60"})
        world.page.fetch("/x")
        world.page.fetch("/x", method=method, body=body, cache="force-cache")
        return len(world.sent)

    return run


def led_on_for_good_over_http(profile: BrowserProfile) -> list[int]:
    """The requests up to the first, the second and the third fetch of a redirect with 301, all of it cached."""
    world = World(profile, url="http://app.example/")
    world.route("http://app.example/x", status=301, headers={"Cache-Control": "max-age=60", "Location": "/y"})
    world.route("*", headers={"Cache-Control": "max-age=60"})
    counts = []
    for _ in range(3):
        world.page.fetch("/x")
        counts.append(len(world.sent))
    return counts


def frame_without_a_policy_twice(profile: BrowserProfile) -> int:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    world.route("*", headers={"Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.load("iframe", APP + "f")
    return len(world.sent)


def partial_content_twice(*headers: tuple[str, str]) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route(API, status=206, headers={**ANY, "Cache-Control": "max-age=60"})
        for _ in range(2):
            world.page.fetch(API, headers=headers)
        return len(world.sent)

    return run


def pragma_of_what_is_cached(profile: BrowserProfile) -> int:
    world = World(profile).route(APP, headers={"Cache-Control": "max-age=60"})
    world.page.fetch(APP)
    world.page.fetch(APP, headers={"Pragma": "no-cache"})
    return len(world.sent)


def whole_then_part(asked: str) -> Callable[[BrowserProfile], str]:
    def run(profile: BrowserProfile) -> str:
        world = World(profile, API).route(API, headers={**ANY, "Cache-Control": "max-age=60"}, body="abc")
        world.page.fetch(API)
        response = world.page.fetch(API, headers={"Range": asked}).response
        return f"{world.methods().count('GET')} {response.text() if response else None}"

    return run


def get_put_a_range_get(profile: BrowserProfile) -> int:
    world = World(profile).route(APP + "x", headers={"Cache-Control": "max-age=60"}, body="abc")
    world.page.fetch("/x")
    world.page.fetch("/x", method="PUT", headers={"Range": "bytes=1-1"}, body="y")
    world.page.fetch("/x")
    return len(world.sent)


def cached_under(cache_control: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route(API, headers={**ANY, "Cache-Control": cache_control})
        for _ in range(2):
            world.page.fetch(API)
        return len(world.sent)

    return run


def get_then_head_then_get(profile: BrowserProfile) -> int:
    world = World(profile).route(API, headers={**ANY, "Cache-Control": "max-age=60"})
    for method in ("GET", "HEAD", "GET"):
        world.page.fetch(API, method=method)
    return len(world.sent)


def image_then_no_cors_fetch(profile: BrowserProfile) -> int:
    world = World(profile).route(API, headers={"Cache-Control": "max-age=9"}, body=PNG)
    world.page.load("img", API)
    world.page.fetch(API, mode="no-cors", credentials="include")
    return len(world.sent)


def get_then(method: str) -> Callable[[BrowserProfile], int]:
    def scenario(profile: BrowserProfile) -> int:
        world = fresh(profile)
        world.page.fetch("/x")
        world.page.fetch("/x", method=method)
        return len(world.sent)

    return scenario


def asks_in_the_background_about_an_error(*, behind_a_redirect: bool) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60", "ETag": '"v"'}
        world = World(profile).route(APP + "y", status=404, headers=stale)
        world.route(APP + "x", status=302, headers={**stale, "Location": "/y"})
        for _ in range(2):
            world.page.fetch("/x" if behind_a_redirect else "/y")
        return world.header("If-None-Match")

    return run


APART = STANDARD.changed("http_cache.keeps_apart", "elements")


def script_post_script(profile: BrowserProfile) -> int:
    headers = {**ANY, "Cache-Control": "max-age=600", "Content-Type": "text/javascript"}
    world = World(profile).route("*", headers=headers)
    world.page.load("script", API)
    world.page.fetch(API, method="POST")
    world.page.load("script", API)
    return len(world.sent)


def get_unsafe_get(
    url: str, method: str, *, path: str = "", status: int = 200, **headers: str
) -> Callable[[BrowserProfile], int]:
    """GET, `method` (of `path`, if given, with that answer) and GET again: how many requests."""

    def scenario(profile: BrowserProfile) -> int:
        world = World(profile).route("*", method, status, {**EXACT, **headers})
        world.route("*", headers={**EXACT, "Cache-Control": "max-age=600"})
        world.page.fetch(url)
        world.page.fetch(path or url, method=method)
        world.page.fetch(url)
        return len(world.sent)

    return scenario


def asked_with(cache_control: str, after: float = 0) -> Callable[[BrowserProfile], int]:
    """GET of what is fresh for 600 seconds, and again, later, with that Cache-Control: how many requests."""

    def scenario(profile: BrowserProfile) -> int:
        world = fresh(profile)
        world.page.fetch("/x")
        world.now += after
        world.page.fetch("/x", headers={"Cache-Control": cache_control})
        return len(world.sent)

    return scenario


def asked_and_plain(cache_control: str) -> Callable[[BrowserProfile], list[str | None]]:
    """GET of what is fresh, again with that Cache-Control, and as before: the If-None-Match of each request sent."""

    def scenario(profile: BrowserProfile) -> list[str | None]:
        world = World(profile).route("*", headers={"Cache-Control": "max-age=600", "ETag": '"a"'})
        for headers in ({}, {"Cache-Control": cache_control}, {}):
            world.page.fetch("/x", headers=headers)
        return [world.header("If-None-Match", index) for index in range(len(world.sent))]

    return scenario


VALIDATED_OR_NOT = [None, '"a"'], [None, None]
VALIDATED_AT_ALL = [None, '"a"'], [None, '"a"']


def only_if_cached(profile: BrowserProfile) -> int:
    world = fresh(profile)
    world.page.fetch("/x", mode="same-origin", cache="only-if-cached")
    return len(world.sent)


def manual_redirect_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", status=302, headers={"Location": "/y", "Cache-Control": "max-age=9"})
    for _ in range(2):
        world.page.fetch("/x", redirect="manual")
    return len(world.sent)


def chain_twice(*to: str, csp: str = "") -> Callable[[BrowserProfile], list[str]]:
    """Redirects that may be stored, from one URL to the next, to one that may not: what the second fetch asks for."""

    def scenario(profile: BrowserProfile) -> list[str]:
        world = World(profile, headers={"Content-Security-Policy": csp})
        for url, location in pairwise(("/x", *to)):
            world.route(url, status=302, headers={"Location": location, "Cache-Control": "max-age=9"})
        world.page.fetch("/x")
        world.server.requests.clear()
        world.page.fetch("/x")
        return [request.url for request in world.server.requests]

    return scenario


def reload_with_304_then_get(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=9"}, times=1).route("*", status=304)
    for cache in ("default", "reload", "default"):
        world.page.fetch("/x", cache=cache)
    return len(world.sent)


def validator_of_other_variant(profile: BrowserProfile) -> str | None:
    world = fresh(profile, Vary="Accept", ETag='"v1"')
    for accept in ("a/a", "b/b"):
        world.page.fetch(API, headers={"Accept": accept})
    return world.header("If-None-Match")


def headers_from_the_cache(profile: BrowserProfile) -> str | None:
    world = fresh(profile, **{"X-Empty": ""})
    for _ in range(2):
        outcome = world.page.fetch("/x")
    return outcome.response.headers.get("X-Empty")


def validator_of(status: int, **headers: str) -> Callable[[BrowserProfile], str | None]:
    """The validator that a second request has for an answer with an ETag, which `headers` or no-cache go with."""

    def scenario(profile: BrowserProfile) -> str | None:
        cache_control = {} if headers else {"Cache-Control": "no-cache"}
        world = World(profile).route("*", status=status, headers={"ETag": '"v1"', **cache_control, **headers})
        for _ in range(2):
            world.page.fetch("/x")
        return world.header("If-None-Match")

    return scenario


def stale_behind_a_preflight_that_fails(profile: BrowserProfile) -> list[str]:
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world = World(profile).route("*", "OPTIONS", 403, ANY).route(API, headers={**ANY, **stale})
    world.page.fetch(API)
    world.now += 1
    world.page.fetch(API, headers={"X-A": "1"})
    return world.methods()


def stale_redirect_to_what_is_preflighted(profile: BrowserProfile) -> list[str]:
    """What is sent once a redirect is used while it is validated."""
    world = World(profile).route("*", "OPTIONS", 204, {**PREFLIGHT_OK, "Access-Control-Max-Age": "0"})
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world.route("/x", status=307, headers={**stale, "Location": API}).route(API, headers=EXACT)
    world.page.fetch("/x")
    world.page.fetch("/x", headers={"X-A": "1"})
    return world.sent[2:]


def get_twice(status: int, **headers: str) -> Callable[[BrowserProfile], int]:
    def scenario(profile: BrowserProfile) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        world = World(profile).route("*", status=status, headers=named)
        world.page.fetch("/x")
        world.page.fetch("/x")
        return len(world.sent)

    return scenario


def immutable_then_no_cache(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=9, immutable"})
    world.page.fetch("/x")
    world.page.fetch("/x", cache="no-cache")
    return len(world.sent)


def fresh(profile: BrowserProfile, **headers: str) -> World:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return World(profile).route("*", headers={**EXACT, "Cache-Control": "max-age=600", **names})


def same_url_from_two_sites(profile: BrowserProfile) -> int:
    world = fresh(profile, Vary="Accept")
    world.page.fetch(API, mode="no-cors")
    world.browser.page("https://elsewhere.test/").fetch(API, mode="no-cors")
    return len(world.sent)


def with_and_without_credentials(profile: BrowserProfile) -> int:
    world = fresh(profile)
    world.page.fetch(API, mode="no-cors", credentials="include")
    world.page.fetch(API, mode="no-cors", credentials="omit")
    return len(world.sent)


def three_variants(profile: BrowserProfile) -> int:
    world = fresh(profile, Vary="Accept")
    for accept in ("a/a", "b/b", "a/a"):
        world.page.fetch(API, headers={"Accept": accept})
    return len(world.sent)


def without_and_with_cookies(profile: BrowserProfile) -> int:
    """How often what varies by Cookie is asked for, first without the cookie that there is."""
    world = World(profile).route("/set", headers={"Set-Cookie": "a=1"})
    world.route("/v", headers={"Cache-Control": "max-age=600", "Vary": "Cookie"})
    world.page.fetch("/set")
    for credentials in ("omit", "include"):
        world.page.fetch("/v", credentials=credentials)
    return len(world.sent) - 1


def image_then_fetch_without_vary(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=600"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def failed_check_between_two_fetches(profile: BrowserProfile) -> str | None:
    """The validator that the last fetch sends."""
    world = World(profile).route("*", headers={**ANY, "Cache-Control": "no-cache", "ETag": '"1"'})
    world.page.fetch(API)
    world.page.fetch(API, credentials="include")
    world.page.fetch(API)
    return world.header("if-none-match")


def stale_frame_twice(profile: BrowserProfile) -> list[str]:
    """What a frame is led on by may be used stale: then it is validated once the frame has what it leads to."""
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world = World(profile).route("/a", status=301, headers={**stale, "Location": "/b"}).route("*")
    for _ in range(2):
        world.page.load("iframe", "/a")
        world.now += 1
    return [line.removeprefix("GET https://app.example") for line in world.sent]


def refused_twice_in_a_worker(api: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={"Cache-Control": "max-age=600"})
        worker = world.page.worker()
        for _ in range(2):
            getattr(worker, api)(API)
        return len(world.sent)

    return run


def refused_twice(*, keepalive: bool) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        world = World(profile).route("*", headers={"Cache-Control": "max-age=600"})
        for _ in range(2):
            world.page.fetch(API, keepalive=keepalive)
        return len(world.sent)

    return run


def refused_module_then_script(mime_type: str) -> Callable[[BrowserProfile], int]:
    def run(profile: BrowserProfile) -> int:
        headers = {"Cache-Control": "max-age=600", "Content-Type": mime_type}
        world = World(profile).route("*", headers=headers)
        world.page.load("module", API)
        world.page.load("script", API, crossorigin="anonymous")
        return len(world.sent)

    return run


def stylesheet_of_no_type_twice(profile: BrowserProfile) -> int:
    headers = {**ANY, "Cache-Control": "max-age=600", "X-Content-Type-Options": "nosniff"}
    world = World(profile).route("*", headers=headers)
    for _ in range(2):
        world.page.load("stylesheet", API)
    return len(world.sent)


def image_of_another_type_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=600", "Content-Type": "application/pdf"})
    for _ in range(2):
        world.page.load("img", API)
    return len(world.sent)


def head_twice_then_get(profile: BrowserProfile) -> int:
    world = fresh(profile)
    for method in ("HEAD", "HEAD", "GET"):
        world.page.fetch("/x", method=method)
    return len(world.sent)


def immutable_over_http_then_no_cache(profile: BrowserProfile) -> int:
    world = World(profile, "http://app.example/").route("*", headers={"Cache-Control": "max-age=60, immutable"})
    for cache in ("default", "no-cache"):
        world.page.fetch("http://app.example/x", cache=cache)
    return len(world.sent)


def immutable_then_own_no_cache(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=9, immutable"})
    world.page.fetch("/x")
    world.page.fetch("/x", headers={"Cache-Control": "no-cache"})
    return len(world.sent)


def redirected_twice_to_what_is_stale(profile: BrowserProfile) -> list[tuple[str, str | None]]:
    """The second time: the paths that are asked for, and with which tag."""
    world = World(profile).route("/go", status=301, headers={"Location": "/end", "Cache-Control": "max-age=60"})
    world.route("/end", headers={"ETag": '"v1"', "Cache-Control": "no-cache"})
    for _ in range(2):
        world.page.fetch("/go")
    paths = [request.url.removeprefix(APP) for request in world.server.requests]
    return [(path, world.header("if-none-match", index)) for index, path in enumerate(paths)][2:]


def redirected_twice_with_a_fragment(profile: BrowserProfile) -> int:
    world = World(profile).route("/go", status=301, headers={"Location": "/end", "Cache-Control": "max-age=60"})
    world.route("/end", headers={"Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.fetch("/go#f")
    return len(world.sent)


def redirected_part_twice(profile: BrowserProfile) -> int:
    world = World(profile).route("/go", status=301, headers={"Location": "/end", "Cache-Control": "max-age=9"})
    world.route("/end")
    for _ in range(2):
        world.page.fetch("/go", headers={"Range": "bytes=0-1"})
    return len(world.sent)


def unauthorized_twice(profile: BrowserProfile) -> int:
    world = World(profile).route(API, status=401, headers={**ANY, "Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def no_content_for(*, frame: bool) -> Callable[[BrowserProfile], int]:
    """How many of two requests are sent."""

    def run(profile: BrowserProfile) -> int:
        world = World(profile).route(API, status=204, headers={**ANY, "Cache-Control": "max-age=60"})
        for _ in range(2):
            if frame:
                world.page.load("iframe", API)
            else:
                world.page.fetch(API)
        return len(world.sent)

    return run


def condition_then_plain(profile: BrowserProfile) -> int:
    world = fresh(profile)
    world.page.fetch("/x", headers={"If-None-Match": '"1"'})
    world.page.fetch("/x")
    return len(world.sent)


def plain_then_condition_without_check(profile: BrowserProfile) -> str | None:
    world = fresh(profile, ETag='"stored"')
    world.page.fetch("/x")
    world.now += 700
    world.page.fetch("/x", headers={"If-None-Match": '"1"'}, cache="no-cache")
    return [value for name, value in world.server.requests[-1].headers if name == "If-None-Match"][-1]


def challenged_then_again(profile: BrowserProfile) -> int:
    """A challenged XHR whose answer may be stored, then a fetch of the same URL: how many requests there are."""
    world = World(profile).route("*", status=401, headers={"WWW-Authenticate": 'Basic realm="t"'}, times=1)
    world.route("*", headers={"Cache-Control": "max-age=600"})
    world.page.xhr("https://user:pass@app.example/x")
    world.page.fetch("https://app.example/x")
    return len(world.sent)


def sandboxed_twice(profile: BrowserProfile) -> int:
    world = World(profile, sandboxed=True).route(API, headers=ANY | {"Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def frame_in_a_sandboxed_frame_twice(profile: BrowserProfile) -> int:
    world = World(profile).route(API, headers=ANY | {"Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.frame(srcdoc=True, sandboxed=True).load("iframe", API)
    return len(world.sent)


VALIDATED_PART = (["", "bytes=0-9", '"v"'], ["", 'bytes=0-6 "v"', ""])


ROWS = [
    Row("http_cache.serves_opaque_origins", False, sandboxed_twice, 1, 2),
    Row("http_cache.serves_opaque_origins", False, frame_in_a_sandboxed_frame_twice, 1, 1),
    Row("http_cache.keeps_apart", "elements", image_then_no_cors_fetch, 1, 2),
    Row("http_cache.keeps_apart", "frames", frame_then_fetch, 1, 2),
    Row("http_cache.is_passed_by_after_redirects", True, target_then_redirect, 2, 3),
    Row("http_cache.ended_by", frozenset({"PUT with a body"}), get_unsafe_get("/x", "PUT"), 3, 2),
    Row("http_cache.ended_by_not_modified", False, get_unsafe_get("/x", "PUT", status=304), 3, 2),
    Row("http_cache.ended_by_redirects", False, get_unsafe_get("/x", "POST", status=302, Location="/y"), 4, 3),
    Row("http_cache.ended_by_errors", True, get_unsafe_get("/x", "PUT", status=500), 2, 3),
    Row("http_cache.ended_by_challenges_to", frozenset({"PUT"}), get_unsafe_get("/x", "PUT", status=401), 2, 3),
    Row("http_cache.ended_by_challenges_to", frozenset({"PUT"}), get_unsafe_get("/x", "DELETE", status=401), 2, 2),
    Row("http_cache.not_ended_by", frozenset({206}), get_unsafe_get("/x", "PUT", status=206), 3, 2),
    Row("http_cache.not_ended_by", frozenset({206}), get_unsafe_get("/x", "PUT"), 3, 3),
    Row("http_cache.ended_at_locations", False, get_unsafe_get("/x", "PUT", path="/y", Location="/x"), 3, 2),
    Row("http_cache.stores_what_states_no_lifetime", True, validator_of(201, Vary="Origin"), None, '"v1"'),
    Row("http_cache.stores_redirects_not_followed", False, manual_redirect_twice, 1, 2),
    Row("http_cache.stores_redirects_not_followed", False, chain_twice("/y", "file:///z"), [], [APP + "y"]),
    Row(
        "http_cache.stores_redirects_not_followed",
        False,
        chain_twice("/y", OTHER, csp="connect-src 'self'"),
        [],
        [APP + "y"],
    ),
    Row("http_cache.stores_redirects_not_followed", False, chain_twice("/y", "/z"), [APP + "z"], [APP + "z"]),
    Row(
        "http_cache.stores_redirects_not_followed",
        False,
        chain_twice("/y", "https://other.test/z"),
        ["https://other.test/z"],
        ["https://other.test/z"],
    ),
    Row("http_cache.unasked_304", "ends-what-is-stored", reload_with_304_then_get, 2, 3),
    Row("http_cache.unasked_304", "stored", get_twice(304, Cache_Control="max-age=9"), 2, 1),
    Row(
        "http_cache.validates_after_redirects",
        "at-the-first-url",
        redirected_twice_to_what_is_stale,
        [("end", '"v1"')],
        [("go", '"v1"'), ("end", '"v1"')],
    ),
    Row("http_cache.fragments_pass_redirects_by", True, redirected_twice_with_a_fragment, 2, 4),
    Row("http_cache.stores_what_is_of_no_use", "for-navigations", forced_after("/x"), 1, 2),
    Row("http_cache.stores_what_is_of_no_use", "for-navigations", forced_after("/x", ETag='"v1"'), 1, 1),
    Row("http_cache.frames_find_what_frames_left", True, fetch_then_frames, 1, 2),
    Row("http_cache.answers_if_forced", frozenset({"PATCH"}), forced_after_a_get("PATCH"), 2, 1),
    Row("http_cache.answers_if_forced", frozenset({"PUT with a body"}), forced_after_a_get("PUT", "x"), 2, 1),
    Row("http_cache.answers_if_forced", frozenset({"PUT with a body"}), forced_after_a_get("PUT"), 2, 2),
    Row("http_cache.images_over_http_find_what_images_left", True, image_over_http_after_a_fetch, 1, 2),
    Row(
        "http_cache.permanent_redirects_over_http_leave_it_for_each_other",
        True,
        led_on_for_good_over_http,
        [2, 2, 2],
        [2, 3, 3],
    ),
    Row("http_cache.stores_empty_headers", False, headers_from_the_cache, "", None),
    Row("http_cache.validates_other_variants", True, validator_of_other_variant, None, '"v1"'),
    Row("http_cache.validates_only", frozenset({200}), validator_of(404), '"v1"', None),
    Row(
        "http_cache.background_revalidations_are",
        "fetches-beside-preflights",
        stale_behind_a_preflight_that_fails,
        ["GET", "OPTIONS"],
        ["GET", "OPTIONS", "GET"],
    ),
    Row("freshness.heuristic_statuses", frozenset({200}), get_twice(404, Last_Modified=LONG_AGO), 1, 2),
    Row(
        "freshness.public_makes_heuristic",
        False,
        get_twice(202, Last_Modified=LONG_AGO, Cache_Control="public"),
        1,
        2,
    ),
    Row("freshness.unreadable_expires_count", False, get_twice(200, Expires="0", Last_Modified=LONG_AGO), 2, 1),
    Row("freshness.directives_of_requests", frozenset({"max-age=0"}), asked_with("max-age=60", after=90), 2, 1),
    Row("freshness.directives_of_requests", frozenset({"max-age=0"}), asked_with("max-age=0", after=1), 2, 2),
    Row("freshness.directives_of_requests", frozenset({"no-cache"}), asked_with("min-fresh=601"), 2, 1),
    Row("freshness.directives_of_requests", frozenset({"no-cache"}), asked_with("max-stale", after=900), 1, 2),
    Row("freshness.age_for_requests_needs_a_date", True, asked_with("max-age=60", after=90), 2, 1),
    Row("http_cache.passed_by_directives", frozenset({"no-store"}), asked_with("no-store"), 1, 2),
    Row("http_cache.passed_by_directives", frozenset({"no-store"}), asked_and_plain("no-store"), [None], [None, None]),
    Row("http_cache.passed_by_directives", frozenset({"no-cache"}), asked_and_plain("x, No-Cache"), *VALIDATED_OR_NOT),
    Row("http_cache.passed_by_directives", frozenset({"no-store"}), asked_and_plain("no-cache"), *VALIDATED_AT_ALL),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under("max-age=600; public"), 2, 1),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under("max-age=0, Max-Age = 600"), 2, 1),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under('max-age="600", max-age=600'), 1, 2),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under('x="a,b", , max-age=600'), 1, 1),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under("max-age=4294967296"), 1, 2),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under("max-age=" + "9" * 5000), 1, 2),
    Row("freshness.cache_control_is_read", "word-by-word", cached_under("max-age=9 x, no-store"), 2, 1),
    Row("freshness.cache_control_is_read", "up-to-separators", cached_under("max-age=600; public"), 2, 1),
    Row("freshness.cache_control_is_read", "up-to-separators", cached_under("max-age = 1.5"), 2, 1),
    Row("freshness.cache_control_is_read", "up-to-separators", cached_under('max-age = "600"'), 2, 1),
    Row("freshness.cache_control_is_read", "up-to-separators", cached_under("max-age=0, max-age=600"), 2, 2),
    Row(
        "http_cache.validates_only",
        frozenset({200}),
        asks_in_the_background_about_an_error(behind_a_redirect=False),
        '"v"',
        '"v"',
    ),
    Row(
        "http_cache.validates_only",
        frozenset({200}),
        asks_in_the_background_about_an_error(behind_a_redirect=True),
        '"v"',
        None,
    ),
    Row("http_cache.ended_as_if_by_elements", True, get_unsafe_get(API, "POST"), 3, 2, APART),
    Row("http_cache.ended_as_if_by_elements", True, script_post_script, 2, 3, APART),
    Row("http_cache.ended_as_if_by_elements", True, get_unsafe_get(APP + "x", "POST"), 3, 3, APART),
    Row("http_cache.only_if_cached_asks_the_network", True, only_if_cached, 0, 1),
    Row("http_cache.answers_head", "with-what-a-get-left", get_then("HEAD"), 2, 1),
    Row("http_cache.answers_head", "with-what-a-head-left", head_twice_then_get, 3, 2),
    Row("freshness.permanent_statuses", frozenset({410}), get_twice(410), 2, 1),
    Row("freshness.pragma_counts", True, get_twice(200, Cache_Control="max-age=9", Pragma="no-cache"), 1, 2),
    Row("freshness.immutable_counts", True, immutable_then_no_cache, 2, 1),
    Row("freshness.immutable_counts", True, immutable_then_own_no_cache, 2, 2),
    Row("freshness.immutable_counts", True, immutable_over_http_then_no_cache, 2, 2),
    Row("freshness.reusable_statuses", frozenset({200}), get_twice(404, Cache_Control="max-age=9"), 1, 2),
    Row("http_cache.stores_only", frozenset({200}), get_twice(500, Cache_Control="max-age=9"), 1, 2),
    Row("http_cache.is_partitioned", False, same_url_from_two_sites, 2, 1),
    Row("http_cache.keyed_by_credentials", True, with_and_without_credentials, 1, 2),
    Row(
        "http_cache.passed_by_conditional_requests",
        "wholly",
        condition_then_plain,
        1,
        2,
        STANDARD.changed("cache_control.conditional_requests_use", "no-cache"),
    ),
    Row(
        "http_cache.passed_by_conditional_requests",
        "unless-forced",
        plain_then_condition_without_check,
        '"stored"',
        '"1"',
    ),
    Row(
        "http_cache.background_revalidations_are",
        "exchanges",
        lambda profile: len(revalidated_in_the_background(profile).sent),
        3,
        2,
    ),
    Row(
        "http_cache.background_revalidations_are",
        "exchanges",
        stale_redirect_to_what_is_preflighted,
        [f"OPTIONS {API}", *(f"GET {APP}x", f"OPTIONS {API}", f"GET {API}"), *(f"OPTIONS {API}", f"GET {API}")],
        [f"OPTIONS {API}", f"GET {APP}x", f"GET {API}"],
    ),
    Row(
        "http_cache.background_revalidations_are",
        "new-loads",
        lambda profile: len(failing_with_what_is_stale(profile).sent),
        2,
        1,
    ),
    Row("http_cache.background_revalidations_are", "new-loads", revalidation_led_to_what_is_cached, 4, 3),
    Row("http_cache.background_revalidations_are", "new-loads", stale_behind_a_redirect, 4, 5),
    Row(
        "http_cache.stale_is_for_what_began_as_get",
        True,
        what_is_stale_behind_a("DELETE"),
        1,
        2,
        STANDARD.changed("http_cache.ended_at_locations", False),
    ),
    Row("http_cache.stale_is_for_what_began_as_get", True, what_is_stale_behind_a("GET"), 1, 1),
    Row(
        "http_cache.stale_is_for_navigations",
        False,
        stale_frame_twice,
        ["/a", "/b", "/b", "/a", "/b"],
        ["/a", "/b"] * 2,
    ),
    Row("http_cache.partial_content", "from-the-whole", parts_of_a_whole("bytes=0-9", ETag='"v"'), *VALIDATED_PART),
    Row(
        "http_cache.partial_content",
        "from-the-whole",
        parts_of_a_whole("bytes=0-1,3-4", **{"Cache-Control": "max-age=60"}),
        ["", "bytes=0-1,3-4"],
        ["", "bytes=0-1,3-4"],
    ),
    Row(
        "http_cache.partial_content",
        "from-the-whole",
        parts_of_a_whole("bytes=9-", **{"Cache-Control": "max-age=60"}),
        ["", "bytes=9-"],
        [""],
    ),
    Row("http_cache.partial_content", "from-the-whole", whole_part_whole(404, ETag='"v"'), 200, 200),
    Row("http_cache.partial_content", "from-the-whole", part_only_if_cached(404), "blocked", "blocked"),
    Row("http_cache.partial_content", "from-the-whole", part_only_if_cached(200), "blocked", "readable"),
    Row("http_cache.partial_content", "from-the-whole", whole_part_whole(206), 200, 206),
    Row("http_cache.partial_content", "from-the-whole", whole_part_whole(304), 200, 304),
    Row("http_cache.drops_what_failed", frozenset({"embedder-policy-check"}), frame_without_a_policy_twice, 1, 2),
    Row("http_cache.drops_what_failed", frozenset({"cors-check"}), frame_without_a_policy_twice, 1, 1),
    Row("freshness.pragma_of_requests_counts", False, pragma_of_what_is_cached, 2, 1),
    Row("freshness.quoted_arguments_count", False, cached_under('max-age="60"'), 1, 2),
    Row("freshness.fields_of_no_cache_count", False, cached_under('max-age=60, no-cache="x-a"'), 2, 1),
    Row("http_cache.ends_by_whatever_is_not_stored", True, get_then_head_then_get, 2, 3),
    Row("http_cache.partial_content", "unasked", partial_content_twice(), 2, 1),
    Row("http_cache.partial_content", "unasked", partial_content_twice(("Range", "bytes=0-")), 2, 1),
    Row("http_cache.partial_content", "unasked", partial_content_twice(("Range", "bytes=1-")), 2, 2),
    Row("http_cache.partial_content", "from-the-whole", whole_then_part("bytes=1-1"), "2 abc", "1 b"),
    Row("http_cache.partial_content", "from-the-whole", whole_then_part("BYTES = +1-01"), "2 abc", "1 b"),
    Row("http_cache.partial_content", "from-the-whole", redirected_part_twice, 4, 3),
    Row("http_cache.partial_content", "from-the-whole", get_put_a_range_get, 3, 2),
    Row("http_cache.partial_content", "by-range", partial_content_twice(("Range", "bytes=0-1")), 2, 1),
    Row("http_cache.variants", 1, three_variants, 2, 3),
    Row("http_cache.vary_asks_the_cookie_jar", True, without_and_with_cookies, 2, 1),
    Row("http_cache.stores_never", frozenset({401}), unauthorized_twice, 1, 2),
    Row("http_cache.stores_never_for_navigations", frozenset({204}), no_content_for(frame=True), 1, 2),
    Row("http_cache.stores_never_for_navigations", frozenset({204}), no_content_for(frame=False), 1, 1),
    Row("http_cache.stores_what_a_challenge_led_to", False, challenged_then_again, 2, 3),
    Row("http_cache.drops_what_failed", frozenset({"cors-check"}), image_then_fetch_without_vary, 1, 2),
    Row("http_cache.drops_what_failed", frozenset({"cors-check of keepalive"}), refused_twice(keepalive=True), 1, 2),
    Row("http_cache.drops_what_failed", frozenset({"cors-check of keepalive"}), refused_twice(keepalive=False), 1, 1),
    Row(
        "http_cache.drops_what_failed",
        frozenset({"cors-check of other types"}),
        refused_module_then_script("text/plain"),
        1,
        2,
    ),
    Row(
        "http_cache.drops_what_failed",
        frozenset({"cors-check of other types"}),
        refused_module_then_script("text/javascript"),
        1,
        1,
    ),
    Row("http_cache.drops_what_failed", frozenset({"cors-check of workers"}), refused_twice_in_a_worker("fetch"), 1, 2),
    Row("http_cache.drops_what_failed", frozenset({"cors-check of workers"}), refused_twice_in_a_worker("xhr"), 1, 1),
    Row("http_cache.drops_what_failed", frozenset({"cors-check of workers"}), refused_twice(keepalive=False), 1, 1),
    Row("http_cache.drops_what_failed", frozenset({"mime-type"}), stylesheet_of_no_type_twice, 1, 2),
    Row(
        "http_cache.what_failed_replaces_nothing",
        True,
        failed_check_between_two_fetches,
        None,
        '"1"',
        STANDARD.changed("http_cache.drops_what_failed", frozenset({"cors-check"})),
    ),
    Row(
        "http_cache.drops_what_failed",
        frozenset({"opaque-response-blocking"}),
        image_of_another_type_twice,
        1,
        2,
        STANDARD.changed("responses.opaque_response_blocking", "script-parsing"),
    ),
    Row(
        "http_cache.drops_what_failed",
        frozenset({"script-parsing"}),
        image_of_another_type_twice,
        1,
        1,
        STANDARD.changed("responses.opaque_response_blocking", "script-parsing"),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)


def test_a_fragment_alone_passes_nothing_by() -> None:
    world = World(STANDARD.changed("http_cache.fragments_pass_redirects_by", True))
    world.route("/x", headers={"Cache-Control": "max-age=60"})
    for fragment in ("#f", "#f", "", "#g"):
        world.page.fetch(f"/x{fragment}")
    assert world.sent == [f"GET {APP}x"]
