"""Each rule of a profile, flipped alone, changes what it says it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from corssim import Blob, Browser, BrowserProfile, MockServer, Outcome
from corssim.fetch.browsers import recorded_browsers
from corssim.fetch.browsers.standard import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable

APP, API, OTHER = "https://app.example/", "https://api.example/x", "https://other.test/x"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
ANY = {"Access-Control-Allow-Origin": "*"}
DIGEST_OF_NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
DIGEST_OF_X = "sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
EXACT = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
PREFLIGHT_OK = {
    **EXACT,
    "Access-Control-Allow-Methods": "{acrm}",
    "Access-Control-Allow-Headers": "{acrh}",
}


class World:
    """A browser with one profile, a server by rules, and a clock."""

    def __init__(self, profile: BrowserProfile, url: str = APP, **page: Any) -> None:
        self.now = 1_800_000_000.0
        self.server = MockServer()
        self.browser = Browser(self.server, profile=profile, clock=lambda: self.now)
        self.page = self.browser.page(url, **page)

    def route(self, url: str, *args: Any, **options: Any) -> World:
        self.server.route(url, *args, **options)
        return self

    @property
    def sent(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.server.requests]

    def methods(self) -> list[str]:
        return [request.method for request in self.server.requests]

    def header(self, name: str, index: int = -1) -> str | None:
        lines = [v for n, v in self.server.requests[index].headers if n.lower() == name.lower()]
        return ", ".join(lines) if lines else None


def permissive(profile: BrowserProfile, **page: Any) -> World:
    """The API answers every preflight and request with what it needs."""
    return World(profile, **page).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", headers=EXACT)


def preflighted(profile: BrowserProfile, **options: Any) -> bool:
    world = permissive(profile)
    world.page.fetch(API, **options)
    return "OPTIONS" in world.methods()


def console(profile: BrowserProfile) -> bool:
    return World(profile).page.fetch(API).console != []


def content_type_twice(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.fetch(
        API, method="POST", headers=[("Content-Type", "text/plain"), ("Content-Type", "text/html")], body=b"x"
    )
    return world.header("Content-Type")


def own_user_agent(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.fetch(API, headers={"User-Agent": "mine"})
    return world.header("User-Agent") == "mine" and "OPTIONS" in world.methods()


def no_cors_json(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.fetch(API, method="POST", mode="no-cors", body=Blob("{}", "application/json"))
    return world.header("Content-Type")


def upload_listener_on_get(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.xhr(API, upload_listener=True)
    return world.methods()


def stream(profile: BrowserProfile) -> Any:
    world = permissive(profile)
    outcome = world.page.fetch(API, method="POST", body=iter([b"a", b"b"]))
    return outcome.reason or world.server.requests[-1].body


def header_twice(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.fetch(API, headers=[("X-A", "1"), ("X-A", "2")])
    return world.header("Access-Control-Request-Headers", 0)


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


def content_types_of_post_led_twice(profile: BrowserProfile) -> list[str | None]:
    world = World(profile).route(API, status=303, headers={**EXACT, "Location": OTHER})
    world.route(OTHER, status=302, headers={**EXACT, "Location": "/y"}).route("*", headers=EXACT)
    world.page.fetch(API, method="POST", body="x")
    return [world.header("Content-Type", index) for index in range(3)]


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


def redirect_to(*locations: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        headers = [("Location", location) for location in locations]
        world = World(profile).route("/go", status=302, headers=headers, times=1).route("*", body="end")
        outcome = world.page.fetch("/go")
        return outcome.reason or (outcome.response.status, outcome.response.url)

    return run


def image_with_user_and_password(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", body=PNG)
    return world.page.load("img", "https://u:p@api.example/i.png").reason


def app_to_api_to_other(profile: BrowserProfile) -> Any:
    world = World(profile).route("/go", status=302, headers={"Location": API})
    world.route(API, status=302, headers={**ANY, "Location": OTHER}).route(OTHER, headers=ANY)
    return world.page.fetch("/go").reason


def origin_of_no_cors_post(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.fetch(API, method="POST", mode="no-cors", referrer_policy="no-referrer")
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


def names_of_data_url_headers(profile: BrowserProfile) -> list[str]:
    response = World(profile).page.xhr("data:,x").response
    assert response is not None
    return [name for name, _ in response.headers]


def put_where_a_redirect_led(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": OTHER}).route("*", headers=EXACT)
    world.page.fetch(API, method="PUT")
    world.page.fetch(OTHER, method="PUT")
    return world.methods()[4:]


def put_led_to_plain_http(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=308, headers={**EXACT, "Location": "http://api.example/x"})
    world.page.fetch(API, method="PUT")
    return world.methods()[2:]


def site_of_another_port_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, url="http://localhost/")
    world.route("http://localhost/go", status=307, headers={"Location": "http://localhost:8080/"})
    world.page.fetch("/go")
    return world.header("Sec-Fetch-Site", 1)


def type_of_text_from_a_worker(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.worker().xhr(API, method="POST", body="x")
    return world.header("Content-Type")


def site_of_preflight_back_home_from_a_port(profile: BrowserProfile) -> str | None:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route("https://app.example:8443/x", status=307, headers={**EXACT, "Location": APP + "x"})
    world.page.fetch("https://app.example:8443/x", method="PUT")
    return world.header("Sec-Fetch-Site", 2)


def mode_of_plain_http_preflight(profile: BrowserProfile) -> str | None:
    world = World(profile, url="http://app.example/")
    world.page.fetch("http://api.example/x", method="PUT")
    return world.header("Sec-Fetch-Mode", 0)


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


def verdict(url: str, **options: Any) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        outcome = World(profile).route("*", headers=ANY).page.fetch(url, **options)
        return outcome.reason or outcome.verdict

    return run


def image_of_ip_address(profile: BrowserProfile) -> Any:
    return World(profile).route("*", body=PNG).page.load("img", "http://192.0.2.1/i.png").reason


def response_url_of_xhr_with_password(profile: BrowserProfile) -> str:
    return World(profile).route("*", headers=ANY).page.xhr("https://u:p@api.example/x").response.url


def upgraded(what: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
        response = world.route("*", headers=ANY).page.fetch("http://app.example/x").response
        return getattr(response, what)

    return run


def cookie_under_credentialless(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    world.route("*", headers={"Set-Cookie": "sid=1; SameSite=None; Secure"}, body=PNG)
    world.browser.visit(API)
    world.page.load("img", API)
    return world.header("Cookie")


def opaque_image(body: str, **headers: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return World(profile).route("*", headers=names, body=body).page.load("img", API).reason

    return run


def mode_of_font(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.load("font", API)
    return world.header("Sec-Fetch-Mode")


def big_beacon(profile: BrowserProfile) -> bool | None:
    return World(profile).page.send_beacon(API, "x" * 70_000).returned


def headers_of_data_url(profile: BrowserProfile) -> list[str]:
    return [name for name, _ in World(profile).page.fetch("data:,x").response.headers]


def errors_of_opaque_script(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", headers={"Content-Type": "text/javascript"})
    return world.page.load("script", API).errors_readable


def timing_of_failed(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", status=302, headers={"Location": "/y"})
    return world.page.fetch("/x", redirect="error").timing_allowed


def under_csp(policy: str, url: str = API) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        return permissive(profile, headers={"Content-Security-Policy": policy}).page.fetch(url).reason

    return run


def form_led_away_under_form_action(profile: BrowserProfile) -> list[str]:
    world = World(profile, headers={"Content-Security-Policy": "form-action 'self'"})
    world.route(APP, status=302, headers={"Location": API}).route(API)
    world.page.submit_form(APP, target="iframe")
    return world.sent


def failing_with_what_is_stale(profile: BrowserProfile) -> World:
    world = World(profile).route(API, headers={"Cache-Control": "max-age=0, stale-while-revalidate=60"})
    for mode in ("no-cors", "cors"):
        world.page.fetch(API, mode=mode)
        world.now += 1
    return world


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


def insecure_iframe(profile: BrowserProfile) -> bool | None:
    return World(profile).page.load("iframe", "http://api.example/").frame_loads


def data_image_under_star(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Content-Security-Policy": "img-src *"})
    return world.page.load("img", "data:image/gif;base64,R0lGODlhAQABAAAAACw=").reason


def form_into_a_frame_not_allowed(profile: BrowserProfile) -> bool | None:
    world = World(profile, headers={"Content-Security-Policy": "frame-src 'none'"})
    return world.page.submit_form(API, target="iframe").frame_loads


def revalidated_in_the_background(profile: BrowserProfile) -> World:
    world = World(profile)
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world.route(API, headers=ANY | stale, times=1).route(API, status=302, headers={**ANY, "Location": OTHER})
    world.route(OTHER, headers=ANY)
    for _ in range(2):
        world.page.fetch(API)
        world.now += 1
    return world


def revalidation_led_to_what_is_cached(profile: BrowserProfile) -> int:
    world = World(profile).route(OTHER, headers=ANY | {"Cache-Control": "max-age=60"})
    world.page.fetch(OTHER)
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world.route(API, headers=ANY | stale, times=1).route(API, status=302, headers={**ANY, "Location": OTHER})
    for _ in range(2):
        world.page.fetch(API)
        world.now += 1
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


def whole_then_part(profile: BrowserProfile) -> str:
    world = World(profile).route(API, headers={**ANY, "Cache-Control": "max-age=60"}, body="abc")
    world.page.fetch(API)
    response = world.page.fetch(API, headers={"Range": "bytes=1-1"}).response
    return f"{len(world.sent)} {response.text() if response else None}"


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


def events_of_two_types(profile: BrowserProfile) -> str:
    headers = [*EXACT.items(), ("Content-Type", "text/event-stream"), ("Content-Type", "bad")]
    return str(World(profile).route(API, headers=headers).page.event_source(API).verdict)


def preload_then_fetch(crossorigin: str | None = "anonymous", **options: Any) -> Callable[[BrowserProfile], list[str]]:
    def scenario(profile: BrowserProfile) -> list[str]:
        world = permissive(profile)
        world.page.load("preload", API, crossorigin, as_="fetch")
        world.page.fetch(API, **options)
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


def preload_of_a_font(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.load("preload", API, as_="font")
    return world.header("Sec-Fetch-Mode")


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


def site_of_other_scheme_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, "http://localhost:3000/")
    world.page.fetch("https://localhost/", mode="no-cors")
    return world.header("Sec-Fetch-Site")


def referrer_of_upgraded_frame(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
    world.page.load("iframe", "http://api.example/x")
    return world.header("Referer")


def secure_cookie_of_localhost(profile: BrowserProfile) -> str | None:
    world = World(profile, "http://localhost/").route("*", headers={"Set-Cookie": "sid=1; Secure"})
    world.page.fetch("/x")
    world.page.fetch("/x")
    return world.header("Cookie")


def same_site_policy_of_ip_address(profile: BrowserProfile) -> Any:
    world = World(profile, "http://127.0.0.1/").route("*", headers={"Cross-Origin-Resource-Policy": "same-site"})
    return world.page.fetch("http://127.0.0.1:3000/", mode="no-cors").reason


def png_as_svg(profile: BrowserProfile) -> Any:
    return World(profile).route(API, headers={"Content-Type": "image/svg+xml"}, body=PNG).page.load("img", API).reason


def timing_of_failed_without_header(profile: BrowserProfile) -> bool | None:
    return World(profile).route(API).page.fetch(API).timing_allowed


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


def get_unsafe_get(url: str, method: str) -> Callable[[BrowserProfile], int]:
    def scenario(profile: BrowserProfile) -> int:
        world = fresh(profile)
        for one in ("GET", method, "GET"):
            world.page.fetch(url, method=one)
        return len(world.sent)

    return scenario


def unknown_policy_under_require_corp(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "require-corp"})
    world.route(API, headers={"Cross-Origin-Resource-Policy": "bogus"})
    return world.page.fetch(API, mode="no-cors").reason


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


def own_condition(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.fetch("/x", headers={"If-None-Match": '"1"'})
    return world.header("Cache-Control")


def three_variants(profile: BrowserProfile) -> int:
    world = fresh(profile, Vary="Accept")
    for accept in ("a/a", "b/b", "a/a"):
        world.page.fetch(API, headers={"Accept": accept})
    return len(world.sent)


def image_then_fetch_without_vary(profile: BrowserProfile) -> int:
    world = World(profile).route("*", headers={"Cache-Control": "max-age=600"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def body_of_205(profile: BrowserProfile) -> bytes:
    return World(profile).route("*", status=205, body="x").page.fetch("/x").response.body


def header_lines(*values: str) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile).route("*", headers=[("X-A", value) for value in values])
        return world.page.fetch("/x").response.header("x-a")

    return run


def delete_led_away(profile: BrowserProfile) -> str:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK)
    world.route(API, status=307, headers={**EXACT, "Location": OTHER})
    world.page.fetch(API, method="DELETE")
    return world.methods()[-1]


def referrer_of_sandboxed_image(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True)
    world.page.load("img", API)
    return world.header("Referer")


def origin_of_sandboxed_beacon(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True).route(API)
    world.page.send_beacon(API, "x")
    return world.header("Origin")


def cookie_of_sandboxed_page(profile: BrowserProfile) -> str | None:
    world = World(profile, sandboxed=True).route(APP, headers={"Set-Cookie": "sid=1; SameSite=Strict; Secure"})
    world.browser.visit(APP)
    world.page.fetch(APP, credentials="include")
    return world.header("Cookie")


def unauthorized_twice(profile: BrowserProfile) -> int:
    world = World(profile).route(API, status=401, headers={**ANY, "Cache-Control": "max-age=60"})
    for _ in range(2):
        world.page.fetch(API)
    return len(world.sent)


def preflight_that_fails(profile: BrowserProfile) -> bool | None:
    world = World(profile).route("*", headers={"Timing-Allow-Origin": "*"})
    return world.page.fetch(API, method="PUT").timing_allowed


def upgrade_that_leads_home(profile: BrowserProfile) -> list[str]:
    world = World(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"}).route("*")
    world.page.fetch("http://app.example/", method="PUT")
    return world.methods()


def content_types(*values: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        world = World(profile).route("*", headers=[("Content-Type", value) for value in values])
        return world.page.fetch("/x").response.header("content-type")

    return run


def given_twice(name: str, *values: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        return World(profile).route("*", headers=[(name, value) for value in values]).page.fetch("/x").reason

    return run


def proxy_authentication(profile: BrowserProfile) -> Any:
    return World(profile).route("*", status=407).page.fetch("/x").reason


def dropped_once(profile: BrowserProfile) -> Any:
    return World(profile).route("*", fail="reset", times=1).route("*").page.fetch("/x").reason


def dropped_on_a_reused_connection(method: str) -> Callable[[BrowserProfile], list[str]]:
    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route("/x").route("*", fail="reset")
        world.page.fetch("/x")
        world.page.fetch("/y", method=method)
        return world.methods()

    return run


def put_dropped_after_its_preflight(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", fail="reset")
    world.page.fetch(API, method="PUT")
    return world.methods()


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


def redirected_preflight(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", "OPTIONS", 302, {"Location": "/elsewhere"})
    return world.page.fetch(API, method="PUT").reason


def synchronous_upload(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.xhr(API, method="POST", body="x", upload_listener=True, synchronous=True)
    return world.methods()


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


def integrity(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: World(profile).route("*", body="x").page.fetch("/x", integrity=metadata).reason


def integrity_of_head(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: (
        World(profile).route("*", body="x").page.fetch("/x", method="HEAD", integrity=metadata).reason
    )


def integrity_of_redirect(metadata: str) -> Callable[[BrowserProfile], Any]:
    return lambda profile: (
        World(profile)
        .route("*", status=302, headers={"Location": "/y"})
        .page.fetch("/x", redirect="manual", integrity=metadata)
        .reason
    )


def integrity_of_cut_body(profile: BrowserProfile) -> Any:
    return World(profile).route("*", body="x", truncate=True).page.fetch("/x", integrity=DIGEST_OF_X).reason


def url_seen(path: str) -> Callable[[BrowserProfile], Any]:
    def seen(profile: BrowserProfile) -> str:
        world = permissive(profile)
        response = world.page.fetch(APP + path[1:]).response
        assert response is not None
        assert world.sent == [f"GET {response.url}"]
        return response.url.removeprefix(APP[:-1])

    return seen


def badly_typed_beacon(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.send_beacon(API, Blob("x", "bad"))
    return world.methods()


def type_of_blob_in_xhr(blob_type: str) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = permissive(profile)
        world.page.xhr(API, method="POST", body=Blob("x", blob_type))
        return world.header("Content-Type")

    return run


def stylesheet_of_plain_text(profile: BrowserProfile) -> str:
    world = World(profile).route(API, headers={"Content-Type": "text/plain"})
    return world.page.load("stylesheet", API).verdict


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


def own_condition_of_xhr(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.xhr("/x", headers={"If-None-Match": '"1"'})
    return world.header("Cache-Control")


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


def cache_control_under_credentialless(profile: BrowserProfile) -> str | None:
    world = World(profile, headers={"Cross-Origin-Embedder-Policy": "credentialless"})
    world.page.load("img", API)
    return world.header("Cache-Control")


def event_source_led_away(profile: BrowserProfile) -> str | None:
    world = World(profile).route(API, status=302, headers={**ANY, "Location": OTHER})
    world.page.event_source(API)
    return world.header("Cache-Control")


@dataclass(frozen=True)
class Row:
    rule: str
    value: Any
    scenario: Callable[[BrowserProfile], Any]
    by_the_text: Any
    changed: Any
    base: BrowserProfile = STANDARD


NEVER_CLEARED = STANDARD.changed("preflight_cache.cleared_by", "nothing")
ON_EVERY_HOP = STANDARD.changed("preflights.once_needed_is_for_every_hop", True)
ASK, PUT = "OPTIONS", "PUT"

ROWS = [
    Row("name", "mine", lambda p: repr(World(p).page.fetch("/")), "profile='standard'", "profile='mine'"),
    Row(
        "user_agent",
        "Mine/1",
        lambda p: permissive(p).page.fetch(API).exchanges[0].request.header("user-agent"),
        STANDARD.user_agent,
        "Mine/1",
    ),
    Row("console", "chromium", console, False, True),
    Row(
        "urls.same_origin_ignores_port",
        True,
        lambda p: World(p).page.fetch("https://app.example:8443/").verdict,
        "blocked",
        "readable",
    ),
    Row("safelists.extra_forbidden_headers", frozenset({"user-agent"}), own_user_agent, True, False),
    Row(
        "safelists.extra_safelisted_headers",
        frozenset({"downlink"}),
        lambda p: preflighted(p, headers={"Downlink": "1"}),
        True,
        False,
    ),
    Row("safelists.values_total", None, lambda p: preflighted(p, headers=[("Accept", "a" * 120)] * 9), True, False),
    Row(
        "safelists.repeated_headers_combine",
        True,
        lambda p: preflighted(p, headers=[("Accept", "a" * 100)] * 2),
        False,
        True,
    ),
    Row("safelists.repeated_content_type", "first", content_type_twice, "text/plain, text/html", "text/plain"),
    Row(
        "safelists.bytes_above_ascii_are_unsafe",
        True,
        lambda p: preflighted(p, headers={"Accept": "\xe9"}),
        False,
        True,
    ),
    Row(
        "safelists.content_type_parameters_are_strict",
        True,
        lambda p: preflighted(p, method="POST", headers={"Content-Type": "text/plain;;;"}),
        False,
        True,
    ),
    Row("safelists.largest_range_position", 10, lambda p: preflighted(p, headers={"Range": "bytes=0-11"}), False, True),
    Row(
        "safelists.range_unit_ignores_case", True, lambda p: preflighted(p, headers={"Range": "BYTES=0-1"}), True, False
    ),
    Row(
        "safelists.range_positions_may_have_a_plus",
        True,
        lambda p: preflighted(p, headers={"Range": "bytes=+1-+2"}),
        True,
        False,
    ),
    Row("requests.no_cors_body_keeps_its_content_type", True, no_cors_json, None, "application/json"),
    Row("requests.upload_listener_needs_a_body", True, upload_listener_on_get, [ASK, "GET"], ["GET"]),
    Row("requests.upload_listener_counts_if_synchronous", False, synchronous_upload, [ASK, "POST"], ["POST"]),
    Row("request_headers.values_are_sent_as_utf8", True, own_header("Accept", "\xe9"), "\xe9", "\xc3\xa9"),
    Row("request_headers.range_is_rewritten", True, own_header("Range", "bytes=007 - 9"), "bytes=007 - 9", "bytes=7-9"),
    Row("requests.blob_types_are_checked_by", frozenset({"sendBeacon"}), badly_typed_beacon, [ASK, "POST"], ["POST"]),
    Row("requests.blob_types_are_checked_by", frozenset({"XMLHttpRequest"}), type_of_blob_in_xhr("bad"), "bad", None),
    Row(
        "requests.blob_types_are_checked_for",
        "content-type-grammar",
        type_of_blob_in_xhr("text/plain;"),
        "text/plain;",
        None,
        STANDARD.changed("requests.blob_types_are_checked_by", frozenset({"XMLHttpRequest"})),
    ),
    Row(
        "requests.worker_xhr_types_are_lower_case",
        True,
        type_of_text_from_a_worker,
        "text/plain;charset=UTF-8",
        "text/plain;charset=utf-8",
    ),
    Row("requests.stream_body", "needs-http2", stream, b"ab", "stream-needs-http2"),
    Row("requests.stream_body", "as-text", stream, b"ab", b"[object ReadableStream]"),
    Row("requests.stream_body", "refused", stream, b"ab", "stream-not-supported"),
    Row("safelists.unsafe_names_listed_once", False, header_twice, "x-a", "x-a,x-a"),
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
    Row("redirects.delete_becomes_get_cross_origin", True, delete_led_away, "DELETE", "GET"),
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
    Row("responses.headers_are_made_utf8", True, header_lines("a\xe9"), "a\xe9", "a\xef\xbf\xbd"),
    Row(
        "responses.headers_are_made_utf8",
        True,
        header_lines("\xc3\xa9", "\xe9"),
        "\xc3\xa9, \xe9",
        "\xc3\xa9, \xef\xbf\xbd",
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
        "redirects.content_type_returns_on_the_next",
        True,
        content_types_of_post_led_twice,
        ["text/plain;charset=UTF-8", None, None],
        ["text/plain;charset=UTF-8", None, "text/plain;charset=UTF-8"],
    ),
    Row("urls.credentials", "refused", image_with_user_and_password, "opaque-response", "url-credentials-refused"),
    Row(
        "redirects.after_leaving_the_origin_need_a_credentials_grant",
        True,
        app_to_api_to_other,
        None,
        "allow-origin-wildcard-with-credentials",
    ),
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
    Row("referrers.blob_documents_have_one", True, referrer_of("blob:https://app.example/1"), None, APP),
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
    Row("mixed_content.localhost_is_mixed", True, verdict("http://localhost/"), "readable", "mixed-content"),
    Row("mixed_content.images_of_ip_addresses_load", True, image_of_ip_address, "mixed-content", "opaque-response"),
    Row(
        "responses.cross_origin_urls_hide_credentials",
        True,
        response_url_of_xhr_with_password,
        "https://u:p@api.example/x",
        API,
    ),
    Row("mixed_content.upgraded_responses_keep_their_url", True, upgraded("url"), APP + "x", "http://app.example/x"),
    Row("mixed_content.upgrades_are_redirects", True, upgraded("redirected"), False, True),
    Row("embedder_policies.credentialless", False, cookie_under_credentialless, None, "sid=1"),
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
        "integrity.hashes_are_compared",
        "padding-optional",
        integrity(DIGEST_OF_X.rstrip("=")),
        "integrity-mismatch",
        None,
    ),
    Row("integrity.hashes_are_compared", "padding-ignored", integrity(DIGEST_OF_X + "="), "integrity-mismatch", None),
    Row("urls.percent_encoding", "pipes-too", url_seen("/a|b?c|d%2e"), "/a|b?c|d%2e", "/a%7Cb?c|d%2e"),
    Row("urls.percent_encoding", "normalized", url_seen("/%c3%7ea?%2e%zz#%2e"), "/%c3%7ea?%2e%zz", "/%C3~a?.%zz"),
    Row("integrity.of_no_body", "that-of-nothing", integrity_of_head(DIGEST_OF_NOTHING), "integrity-mismatch", None),
    Row(
        "integrity.of_no_body",
        "that-of-nothing-unless-redirect",
        integrity_of_head(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        None,
    ),
    Row(
        "integrity.of_no_body",
        "that-of-nothing",
        integrity_of_redirect(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        "opaque-redirect",
    ),
    Row(
        "integrity.of_no_body",
        "that-of-nothing",
        integrity_of_redirect(DIGEST_OF_NOTHING),
        "integrity-mismatch",
        "opaque-redirect",
        STANDARD.changed("integrity.of_no_body", "that-of-nothing-unless-redirect"),
    ),
    Row("integrity.is_checked_of_cut_bodies", False, integrity_of_cut_body, "connection-reset", None),
    Row("requests.font_mode", "no-cors", mode_of_font, "cors", "no-cors"),
    Row("beacons.have_the_keepalive_limit", False, big_beacon, False, True),
    Row(
        "schemes.about_blank_is_fetched",
        False,
        verdict("about:blank", mode="no-cors"),
        "opaque-response",
        "scheme-not-http",
    ),
    Row(
        "schemes.xhr_spells_data_url_headers_as_written",
        True,
        names_of_data_url_headers,
        ["content-type"],
        ["Content-Type"],
    ),
    Row(
        "schemes.data_url_has_content_length",
        True,
        headers_of_data_url,
        ["content-type"],
        ["content-length", "content-type"],
    ),
    Row("elements.stylesheets_of_other_types_fire_load", True, stylesheet_of_plain_text, "blocked", "opaque"),
    Row("elements.mute_errors_of_opaque_scripts", False, errors_of_opaque_script, False, True),
    Row("timing.of_failed_fetches", "hidden", timing_of_failed, True, False),
    Row("timing.of_failed_fetches", "absent", timing_of_failed, True, None),
    Row(
        "mixed_content.same_origin_mode_ignores_upgrades",
        True,
        lambda profile: (
            permissive(profile, headers={"Content-Security-Policy": "upgrade-insecure-requests"})
            .page.fetch("http://app.example/", mode="same-origin")
            .reason
        ),
        None,
        "cross-origin-in-same-origin-mode",
    ),
    Row("csp.websocket_sources_match_http", False, under_csp("connect-src wss:"), None, "content-security-policy"),
    Row("csp.star_takes_a_port", False, under_csp("connect-src *:443"), None, "content-security-policy"),
    Row("csp.star_covers_data_images", True, data_image_under_star, "content-security-policy", None),
    Row(
        "csp.port_80_matches_443",
        "when-upgraded",
        under_csp("connect-src http://api.example:80"),
        "content-security-policy",
        None,
    ),
    Row("csp.port_80_matches_443", "always", under_csp("connect-src api.example:80"), "content-security-policy", None),
    Row(
        "csp.form_action_stops_redirects",
        False,
        form_led_away_under_form_action,
        [f"POST {APP}"],
        [f"POST {APP}", f"GET {API}"],
    ),
    Row(
        "elements.blocked_frames_stay_as_they_are_by",
        frozenset({"frame-src"}),
        form_into_a_frame_not_allowed,
        True,
        False,
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
        "absent-if-csp-stops-fetch",
        lambda profile: (
            World(profile, headers={"Content-Security-Policy": "connect-src 'none'"}).page.fetch(API).timing_allowed
        ),
        True,
        None,
    ),
    Row(
        "timing.of_requests_never_sent",
        "absent-if-csp-stops-fetch",
        lambda profile: (
            World(profile).page.fetch("http://api.example/").timing_allowed,
            World(profile, headers={"Content-Security-Policy": "connect-src 'none'"}).page.fetch(API).timing_allowed,
        ),
        (True, True),
        (True, None),
    ),
    Row("beacons.blocked_by_csp_returns", False, beacon_against_csp, True, False),
    Row("preloads.failure_is_an_error", False, failing_preload, "blocked", "opaque"),
    Row(
        "fetch_metadata.knows_no_schemes_of_bare_hosts",
        True,
        site_of_other_scheme_of_localhost,
        "cross-site",
        "same-site",
    ),
    Row("referrers.navigations_have_one_before_upgrades", True, referrer_of_upgraded_frame, APP, None),
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
    Row(
        "embedder_policies.same_site_excludes_ip_addresses",
        True,
        same_site_policy_of_ip_address,
        "opaque-response",
        "cross-origin-resource-policy",
    ),
    Row("elements.image_bytes_outweigh_svg_types", True, png_as_svg, "not-an-image", "opaque-response"),
    Row(
        "beacons.to_bad_port_returns",
        False,
        lambda p: World(p).page.send_beacon("https://api.example:25/").returned,
        True,
        False,
    ),
    Row("preloads.of_fonts_are_anonymous", True, preload_of_a_font, "no-cors", "cors"),
    Row("documents.keep_failed_modules", False, module_that_fails_twice, ["GET"], ["GET"] * 2),
    Row("preloads.are_fetched_once", "with-equal-mode", preload_twice, ["GET"] * 2, ["GET"]),
    Row("documents.keep", frozenset(), image_twice, ["GET"], ["GET"] * 2),
    Row("preloads.that_do_not_match_are_dropped", True, preload_looked_at_twice, ["GET"] * 2, ["GET"] * 3),
    Row("preloads.do_not_serve", frozenset({"cache mode"}), preload_then_fetch(cache="no-store"), ["GET"], ["GET"] * 2),
    Row(
        "preloads.serve_safelisted_headers",
        True,
        preload_then_fetch(headers={"Accept-Language": "de"}),
        ["GET"] * 2,
        ["GET"],
    ),
    Row("preloads.match_by", "crossorigin", preload_then_fetch(credentials="omit"), ["GET"] * 2, ["GET"]),
    Row("preloads.match_by", "crossorigin", preload_then_fetch(None, mode="no-cors"), ["GET"] * 2, ["GET"]),
    Row("preloads.match_by", "credentials", preload_then_fetch(credentials="omit"), ["GET"] * 2, ["GET"]),
    Row("responses.one_content_type_line_counts", True, events_of_two_types, "readable", "failed"),
    Row("elements.take_statuses_below_400", frozenset({"script"}), script_of_many_choices, "failed", "opaque"),
    Row("elements.event_sources_are_utf_8_alone", True, events_in_latin_1, "readable", "failed"),
    Row("preloads.need_their_type", False, preload_of_another_type, "blocked", "opaque"),
    Row("preloads.as_fetch_need_an_ok_status", True, preload_of_an_error_page, "readable", "failed"),
    Row("preloads.serve_again", True, preload_used_twice, ["GET"] * 2, ["GET"]),
    Row("elements.svg_images_have_a_charset", False, svg_in_utf_16, "opaque", "failed"),
    Row("documents.keep_one_of_a_url", True, image_of_another_fragment, ["GET"] * 2, ["GET"]),
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
    Row("http_cache.keeps_apart", "elements", image_then_no_cors_fetch, 1, 2),
    Row("http_cache.keeps_apart", "frames", frame_then_fetch, 1, 2),
    Row("http_cache.is_passed_by_after_redirects", True, target_then_redirect, 2, 3),
    Row(
        "elements.new_iframes_load_though_blocked",
        False,
        insecure_iframe,
        True,
        False,
        STANDARD.changed("elements.blocked_frames_stay_as_they_are_by", frozenset({"mixed-content"})),
    ),
    Row("http_cache.outlives_methods", frozenset({"PUT"}), get_unsafe_get("/x", "PUT"), 3, 2),
    Row("http_cache.ends_by_cross_origin_requests", False, get_unsafe_get(API, "POST"), 3, 2),
    Row(
        "embedder_policies.unknown_policies_satisfy_embedders",
        True,
        unknown_policy_under_require_corp,
        "cross-origin-embedder-policy",
        "opaque-response",
    ),
    Row("http_cache.answers_head", True, get_then("HEAD"), 2, 1),
    Row("freshness.permanent_statuses", frozenset({410}), get_twice(410), 2, 1),
    Row("freshness.pragma_counts", True, get_twice(200, Cache_Control="max-age=9", Pragma="no-cache"), 1, 2),
    Row("freshness.immutable_counts", True, immutable_then_no_cache, 2, 1),
    Row("freshness.reusable_statuses", frozenset({200}), get_twice(404, Cache_Control="max-age=9"), 1, 2),
    Row("http_cache.stores_only", frozenset({200}), get_twice(500, Cache_Control="max-age=9"), 1, 2),
    Row("timing.of_failed_fetches", "by-the-refused-response", timing_of_failed_without_header, True, False),
    Row("http_cache.is_partitioned", False, same_url_from_two_sites, 2, 1),
    Row("http_cache.keyed_by_credentials", True, with_and_without_credentials, 1, 2),
    Row("cache_control.conditional_requests_use", "no-cache", own_condition, "no-cache", "max-age=0"),
    Row("cache_control.conditional_xhr_says_nothing", True, own_condition_of_xhr, "no-cache", None),
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
    Row(
        "http_cache.background_revalidations_are",
        "exchanges",
        lambda profile: len(revalidated_in_the_background(profile).sent),
        3,
        2,
    ),
    Row(
        "http_cache.background_revalidations_are",
        "new-loads",
        lambda profile: len(failing_with_what_is_stale(profile).sent),
        2,
        1,
    ),
    Row("http_cache.background_revalidations_are", "new-loads", revalidation_led_to_what_is_cached, 4, 3),
    Row("freshness.pragma_of_requests_counts", False, pragma_of_what_is_cached, 2, 1),
    Row("freshness.quoted_arguments_count", False, cached_under('max-age="60"'), 1, 2),
    Row("freshness.fields_of_no_cache_count", False, cached_under('max-age=60, no-cache="x-a"'), 2, 1),
    Row("http_cache.ends_by_whatever_is_not_stored", True, get_then_head_then_get, 2, 3),
    Row("http_cache.partial_content", "unasked", partial_content_twice(), 2, 1),
    Row("http_cache.partial_content", "from-the-whole", whole_then_part, "2 abc", "1 b"),
    Row("http_cache.partial_content", "by-range", partial_content_twice(("Range", "bytes=0-1")), 2, 1),
    Row("cache_control.credentialless_loads_bypass_caches", True, cache_control_under_credentialless, None, "no-cache"),
    Row(
        "cache_control.event_sources_set_it",
        True,
        event_source_led_away,
        None,
        "no-cache",
        STANDARD.changed("request_headers.browsers_own_survive_cross_origin_redirects", False),
    ),
    Row("http_cache.variants", 1, three_variants, 2, 3),
    Row("http_cache.stores_unauthorized", False, unauthorized_twice, 1, 2),
    Row("http_cache.drops_what_failed", frozenset({"cors-check"}), image_then_fetch_without_vary, 1, 2),
    Row("responses.reset_content_has_a_body", True, body_of_205, b"", b"x"),
    Row("responses.drops_empty_repeated_headers", True, header_lines("1", ""), "1, ", "1"),
    Row("responses.drops_empty_repeated_headers", True, header_lines("", "1", "", "2"), ", 1, , 2", "1, 2"),
    Row("network.retries_of_dropped_connections", 1, dropped_once, "connection-reset", None),
    Row(
        "network.retries_on_reused_connections",
        "any-method",
        put_dropped_after_its_preflight,
        [ASK, "PUT"],
        [ASK, "PUT", "PUT"],
    ),
    Row(
        "network.retries_on_reused_connections",
        "safe-methods",
        dropped_on_a_reused_connection("GET"),
        ["GET"] * 2,
        ["GET"] * 3,
    ),
    Row(
        "network.retries_on_reused_connections",
        "any-method",
        dropped_on_a_reused_connection("POST"),
        ["GET", "POST"],
        ["GET", "POST", "POST"],
    ),
    Row("timing.of_failed_fetches", "by-the-refused-response", preflight_that_fails, True, False),
    Row("mixed_content.upgrades_are_redirects", True, upgrade_that_leads_home, ["PUT"], ["PUT"]),
    Row("responses.repeated_types_join_without_a_blank", True, content_types("a/b", "c/d"), "a/b, c/d", "a/b,c/d"),
    Row("responses.repeated_types_join_without_a_blank", True, content_types("a/b"), "a/b", "a/b"),
    Row(
        "network.headers_that_may_not_differ",
        frozenset({"location"}),
        given_twice("Location", "/a", "/b"),
        None,
        "network-failure",
    ),
    Row(
        "network.headers_that_may_not_differ", frozenset({"location"}), given_twice("location", "/a", "/a"), None, None
    ),
    Row(
        "schemes.no_cors_data_must_follow_redirects",
        True,
        lambda profile: World(profile).page.fetch("data:,x", mode="no-cors", redirect="error").reason,
        None,
        "no-cors-redirect-mode",
    ),
    Row("network.refuses_proxy_authentication_without_a_proxy", True, proxy_authentication, None, "network-failure"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} {row.value}")
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    before, after = row.scenario(row.base), row.scenario(row.base.changed(row.rule, row.value))
    if row.rule == "name":
        assert row.by_the_text in before
        assert row.changed in after
        return
    assert (before, after) == (row.by_the_text, row.changed)


def test_every_rule_has_a_row() -> None:
    assert {*STANDARD.paths(), "name", "user_agent", "console"} - {row.rule for row in ROWS} == set()


def test_a_frame_in_a_sandbox_says_the_origin_of_the_page_around_it() -> None:
    server = MockServer().route("*", status=204)
    frame = Browser(server, profile="webkit").page(APP).frame(srcdoc=True, sandboxed=True)
    frame.send_beacon(API, "x")
    assert ("Origin", APP.rstrip("/")) in server.requests[0].headers


@pytest.mark.parametrize(("status", "reason"), [(404, "preflight-status-not-ok"), (204, "mixed-content")])
def test_webkit_tells_the_preflight_that_failed_before_the_mixed_content(status: int, reason: str) -> None:
    allowing = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
    server = MockServer().route(API, method="OPTIONS", status=204, headers=allowing)
    server.route(API, status=307, headers={**allowing, "Location": "http://api.example/y"})
    server.route("http://api.example/y", method="OPTIONS", status=status, headers=allowing)
    assert Browser(server, profile="webkit").page(APP).fetch(API, method="PUT").reason == reason


def test_the_profile_without_arguments_is_the_standard() -> None:
    assert BrowserProfile() == STANDARD
    assert STANDARD.name == "standard"


def test_the_recorded_browsers() -> None:
    assert {name: profile.version for name, profile in recorded_browsers().items()} == {
        "chromium": "156",
        "firefox": "153",
        "webkit": "2.50",
    }


def test_an_outcome_tells_its_profile() -> None:
    outcome: Outcome = World(STANDARD).page.fetch("/x")
    assert outcome.profile is STANDARD
