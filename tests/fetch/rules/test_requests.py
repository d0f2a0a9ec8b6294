"""Each rule of `corssim/fetch/rules/requests.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Blob, BrowserProfile, FormUrlEncoded
from corssim.fetch.browsers.standard import STANDARD

from .world import API, APP, ASK, PNG, Row, World, check, permissive, row_id, verdict

if TYPE_CHECKING:
    from collections.abc import Callable


def preflighted(profile: BrowserProfile, **options: Any) -> bool:
    world = permissive(profile)
    world.page.fetch(API, **options)
    return "OPTIONS" in world.methods()


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


def image_with_user_and_password(profile: BrowserProfile) -> Any:
    world = World(profile).route("*", body=PNG)
    return world.page.load("img", "https://u:p@api.example/i.png").reason


def names_of_data_url_headers(profile: BrowserProfile) -> list[str]:
    response = World(profile).page.xhr("data:,x").response
    assert response is not None
    return [name for name, _ in response.headers]


def type_of_text_from_a_worker(profile: BrowserProfile) -> str | None:
    world = permissive(profile)
    world.page.worker().xhr(API, method="POST", body="x")
    return world.header("Content-Type")


def mode_of_font(profile: BrowserProfile) -> str | None:
    world = World(profile)
    world.page.load("font", API)
    return world.header("Sec-Fetch-Mode")


def headers_of_data_url(profile: BrowserProfile) -> list[str]:
    return [name for name, _ in World(profile).page.fetch("data:,x").response.headers]


def synchronous_upload(profile: BrowserProfile) -> list[str]:
    world = permissive(profile)
    world.page.xhr(API, method="POST", body="x", upload_listener=True, synchronous=True)
    return world.methods()


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


def script_beside_a_page_on_disk(profile: BrowserProfile) -> Any:
    return World(profile, "file:///C:/t/index.html").page.load("script", "a.js").reason


def type_of_xhr_with(body: Any) -> Callable[[BrowserProfile], str | None]:
    def run(profile: BrowserProfile) -> str | None:
        world = World(profile)
        world.page.xhr(APP, method="POST", headers=[("Content-Type", "text/x; charset=latin1; a=b")], body=body)
        return world.header("Content-Type")

    return run


_ANEW, _IN_PLACE = "text/x;charset=UTF-8;a=b", "text/x; charset=UTF-8; a=b"


def forbidden_by_a_policy_and_by_its_mode(profile: BrowserProfile) -> Any:
    world = World(profile, headers={"Content-Security-Policy": "connect-src 'self'"})
    return world.page.fetch(API, mode="same-origin").reason


ROWS = [
    Row("requests.charsets_of_texts_are_corrected", "in-place", type_of_xhr_with("x"), _ANEW, _IN_PLACE),
    *(
        Row(
            "requests.charsets_of_forms_are_corrected",
            how,
            type_of_xhr_with(FormUrlEncoded("a=b")),
            "text/x; charset=latin1; a=b",
            after,
        )
        for how, after in (("by-parsing", _ANEW), ("in-place", _IN_PLACE), ("in-place-unless-utf-8", _IN_PLACE))
    ),
    Row(
        "requests.same_origin_mode_is_checked",
        "before-policies",
        verdict("http://api.example/x", mode="same-origin"),
        "mixed-content",
        "cross-origin-in-same-origin-mode",
    ),
    Row(
        "requests.same_origin_mode_is_checked",
        "before-upgrades",
        verdict("http://api.example/x", mode="same-origin"),
        "mixed-content",
        "cross-origin-in-same-origin-mode",
    ),
    Row(
        "requests.same_origin_mode_is_checked",
        "at-once",
        verdict("http://api.example/x", mode="no-cors", redirect="manual"),
        "mixed-content",
        "no-cors-redirect-mode",
    ),
    Row(
        "requests.same_origin_mode_is_checked",
        "at-once",
        forbidden_by_a_policy_and_by_its_mode,
        "content-security-policy",
        "cross-origin-in-same-origin-mode",
    ),
    Row("schemes.files_load_files", True, script_beside_a_page_on_disk, "scheme-not-http", "opaque-response"),
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
    Row("urls.credentials", "refused", image_with_user_and_password, "opaque-response", "url-credentials-refused"),
    Row("urls.percent_encoding", "pipes-too", url_seen("/a|b?c|d%2e"), "/a|b?c|d%2e", "/a%7Cb?c|d%2e"),
    Row("urls.percent_encoding", "normalized", url_seen("/%c3%7ea?%2e%zz#%2e"), "/%c3%7ea?%2e%zz", "/%C3~a?.%zz"),
    Row("requests.font_mode", "no-cors", mode_of_font, "cors", "no-cors"),
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
    Row(
        "schemes.no_cors_data_must_follow_redirects",
        True,
        lambda profile: World(profile).page.fetch("data:,x", mode="no-cors", redirect="error").reason,
        None,
        "no-cors-redirect-mode",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
