"""Typical outcomes, for snapshots: one for each kind of story that a report tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corssim import Browser, MockServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import Outcome

PAGE = "https://app.example/"
API = "https://api.example/items"
ALLOWED = {"Access-Control-Allow-Origin": "https://app.example", "Vary": "Origin"}


def fetched(server: MockServer, url: str = API, profile: str = "standard", **options: Any) -> Outcome:
    """One fetch in a new browser."""
    with Browser(server, profile=profile, clock=lambda: 1_767_225_600.0) as browser:
        return browser.page(PAGE).fetch(url, **options)


def preflighted(preflight: dict[str, str], actual: dict[str, str], status: int = 204) -> MockServer:
    """A server that answers OPTIONS and the rest each in its own way."""
    return MockServer().route("*", "OPTIONS", status, preflight).route("*", "*", 200, actual)


def allowed_simple() -> Outcome:
    return fetched(MockServer().route("*", "*", 200, ALLOWED | {"Content-Type": "application/json", "X-Total": "3"}))


def allowed_after_preflight() -> Outcome:
    server = preflighted(ALLOWED | {"Access-Control-Allow-Methods": "PUT"}, ALLOWED)
    return fetched(server, method="PUT", body="text")


def same_origin() -> Outcome:
    return fetched(MockServer().route("*", "*", 200, {"Content-Type": "text/html"}, "hello"), "/data")


def no_header() -> Outcome:
    return fetched(MockServer().route("*", "*", 200, {"Content-Type": "application/json"}))


def server_error_in_disguise() -> Outcome:
    return fetched(MockServer().route("*", "*", 500, {}, "Internal Server Error: no such table: items"))


def method_not_listed() -> Outcome:
    return fetched(preflighted(ALLOWED, ALLOWED), method="PUT", profile="chromium")


def header_not_listed() -> Outcome:
    server = preflighted(ALLOWED | {"Access-Control-Allow-Headers": "Content-Type"}, ALLOWED)
    return fetched(server, headers={"X-Trace-Id": "7", "Content-Type": "application/json"}, method="POST", body="{}")


def authorization_under_star() -> Outcome:
    server = preflighted({"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}, ALLOWED)
    return fetched(server, headers={"Authorization": "Bearer very-secret"})


def star_with_credentials() -> Outcome:
    server = MockServer().route("*", "*", 200, {"Access-Control-Allow-Origin": "*"})
    return fetched(server, credentials="include", profile="firefox")


def preflight_met_a_login() -> Outcome:
    return fetched(preflighted(ALLOWED, ALLOWED, status=401), method="DELETE")


def redirected_to_another_origin() -> Outcome:
    server = MockServer()
    server.route("https://api.example/items", "*", 302, ALLOWED | {"Location": "https://new.example/items"})
    server.route("*", "*", 200, ALLOWED)
    return fetched(server)


def mixed_content() -> Outcome:
    return fetched(MockServer(), "http://api.example/items")


def opaque() -> Outcome:
    return fetched(MockServer().route("*", "*", 200, {}, "secret"), mode="no-cors")


def refused_connection() -> Outcome:
    return fetched(MockServer().route("*", "*", fail="refused"))


def hostile_server() -> Outcome:
    headers = {
        "Access-Control-Allow-Origin": "https://evil.example\x1b[31m[bold red]\x9b2J\x07",
        "X-Long": "x" * 5000,
    }
    return fetched(MockServer().route("*", "*", 502, headers, "\x1b]0;title\x07[link=https://evil.example]\u202ebody"))


OUTCOMES: dict[str, Callable[[], Outcome]] = {
    function.__name__: function
    for function in (
        allowed_simple,
        allowed_after_preflight,
        same_origin,
        no_header,
        server_error_in_disguise,
        method_not_listed,
        header_not_listed,
        authorization_under_star,
        star_with_credentials,
        preflight_met_a_login,
        redirected_to_another_origin,
        mixed_content,
        opaque,
        refused_connection,
        hostile_server,
    )
}
