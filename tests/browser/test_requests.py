"""Requests as each API makes them, and where it throws instead."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Blob, Browser, FormData, FormUrlEncoded, InvalidRequest, MockServer, Reason

APP, API = "https://app.example/dir/page", "https://api.example/x"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class World:
    def __init__(self, profile: str = "standard", url: str = APP) -> None:
        self.server = MockServer()
        self.page = Browser(self.server, profile=profile).page(url)

    @property
    def sent(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.server.requests]

    def header(self, name: str, index: int = -1) -> str | None:
        return dict(self.server.requests[index].headers).get(name)


THROWS = [
    ("a URL with a user name", "https://user@app.example/", {}, "user name or password"),
    ("a URL with a password", "https://:p@app.example/", {}, "user name or password"),
    ("no URL", "https://", {}, "not a URL"),
    ("a URL that is no text", None, {}, "not a URL"),
    ("a URL of bytes", b"/x", {}, "not a URL"),
    ("CONNECT", "/x", {"method": "CONNECT"}, "may not use"),
    ("trace", "/x", {"method": "trace"}, "may not use"),
    ("TRACK", "/x", {"method": "TRACK"}, "may not use"),
    ("no method", "/x", {"method": None}, "not a method"),
    ("a method with a space", "/x", {"method": "GE T"}, "not a method"),
    ("GET with a body", "/x", {"body": "x"}, "cannot have a body"),
    ("HEAD with an empty body", "/x", {"method": "HEAD", "body": ""}, "cannot have a body"),
    ("mode navigate", "/x", {"mode": "navigate"}, "the browser's own"),
    ("a mode that is none", "/x", {"mode": "CORS"}, "no-cors"),
    ("credentials that are none", "/x", {"credentials": True}, "same-origin"),
    ("redirect that is none", "/x", {"redirect": "none"}, "manual"),
    ("cache that is none", "/x", {"cache": ["default"]}, "force-cache"),
    ("a referrer policy that is none", "/x", {"referrer_policy": "none"}, "unsafe-url"),
    ("only-if-cached with cors", "/x", {"cache": "only-if-cached"}, "same-origin"),
    ("no-cors with PUT", "/x", {"mode": "no-cors", "method": "PUT"}, "GET, HEAD and POST, not PUT"),
    ("no-cors with patch", "/x", {"mode": "no-cors", "method": "patch"}, "not patch"),
    ("no-cors with a stream", "/x", {"mode": "no-cors", "method": "POST", "body": iter([])}, "stream"),
    ("keepalive with a stream", "/x", {"keepalive": True, "method": "POST", "body": iter([])}, "stream"),
    ("a header name with a space", "/x", {"headers": {"a b": "1"}}, "not a header name"),
    ("a header name that is a number", "/x", {"headers": {3: "1"}}, "not a header name"),
    ("a header value with a line break", "/x", {"headers": {"a": "b\r\nc: d"}}, "line break"),
    ("a header value beyond latin-1", "/x", {"headers": {"a": "\u0100"}}, r"U\+00FF"),
    ("a header value of bytes", "/x", {"headers": {"a": b"b"}}, "not bytes"),
    ("headers as text", "/x", {"headers": "a: b"}, "pairs"),
    ("headers as a list of text", "/x", {"headers": ["a: b"]}, "pairs"),
    ("headers in threes", "/x", {"headers": [("a", "b", "c")]}, "pairs"),
    ("no headers at all", "/x", {"headers": None}, "pairs"),
    ("a body that is a mapping", "/x", {"method": "POST", "body": {"a": 1}}, "FormData"),
]


@pytest.mark.parametrize(("url", "options", "hint"), [row[1:] for row in THROWS], ids=[row[0] for row in THROWS])
def test_fetch_throws(url: Any, options: dict[str, Any], hint: str) -> None:
    world = World()
    with pytest.raises(InvalidRequest, match=hint) as caught:
        world.page.fetch(url, **options)
    assert isinstance(caught.value, TypeError)
    assert "\n" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__  # one error, and not one in another
    assert world.sent == []


def test_a_stream_is_refused_by_a_browser_that_sends_none() -> None:
    world = World("webkit")
    outcome = world.page.fetch("https://api.example/x", method="POST", body=iter([b"x"]))
    assert outcome.reason is Reason.STREAM_NOT_SUPPORTED
    assert world.sent == []


def test_the_credentials_in_a_url_are_not_repeated() -> None:
    with pytest.raises(InvalidRequest) as caught:
        World().page.fetch("https://user:secret@app.example/")
    assert "secret" not in str(caught.value)


def test_fetch_by_default() -> None:
    world = World()
    outcome = world.page.fetch("x?y")
    assert outcome.request is not None
    assert (outcome.request.mode, outcome.request.credentials_mode, outcome.request.redirect_mode) == (
        "cors",
        "same-origin",
        "follow",
    )
    assert outcome.request.unsafe_request
    assert world.sent == ["GET https://app.example/dir/x?y"]
    assert world.header("Accept") == "*/*"


def test_headers_are_a_mapping_or_pairs_and_values_become_text() -> None:
    world = World()
    for headers in ({"X-A": 1}, [("X-A", "1")], (("X-A", " 1\t"),), iter([["X-A", "1"]])):
        world.page.fetch("/x", headers=headers)
    assert [world.header("X-A", index) for index in range(4)] == ["1"] * 4


def test_own_accept_replaces_the_default() -> None:
    world = World()
    world.page.fetch("/x", headers={"accept": "a/b"})
    assert (world.header("accept"), world.header("Accept")) == ("a/b", None)


def test_own_content_type_replaces_the_body_s() -> None:
    world = World()
    world.page.fetch("/x", method="POST", body="{}", headers={"content-type": "application/json"})
    assert (world.header("content-type"), world.header("Content-Type")) == ("application/json", None)


def test_lone_surrogates_in_a_url_are_replaced() -> None:
    world = World()
    world.page.fetch("/\ud800")
    assert world.sent == ["GET https://app.example/%EF%BF%BD"]


# --- XMLHttpRequest ---------------------------------------------------------------------------------------------------


def test_xhr_combines_repeated_headers_and_refuses_forbidden_ones() -> None:
    world = World()
    outcome = world.page.xhr("/x", headers=[("X-A", "1"), ("x-a", "2"), ("Cookie", "a=1"), ("Sec-X", "1")])
    assert world.header("X-A") == "1, 2"
    assert world.header("Cookie") is None
    assert outcome.trace[0].refused_header_names == ("Cookie", "Sec-X")  # type: ignore[union-attr]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_xhr_leaves_out_the_body_of_get_and_head(method: str) -> None:
    world = World()
    world.page.xhr("/x", method=method, body="x")
    assert world.server.requests[0].body is None
    assert world.header("Content-Type") is None


@pytest.mark.parametrize(
    ("body", "authored", "content_type"),
    [
        ("x", None, "text/plain;charset=UTF-8"),
        (b"x", None, None),
        (Blob("x", "a/b"), None, "a/b"),
        (FormUrlEncoded({"a": "1"}), None, "application/x-www-form-urlencoded;charset=UTF-8"),
        ("x", "text/xml", "text/xml"),
        ("x", "text/xml;charset=utf-8", "text/xml;charset=utf-8"),
        ("x", "text/xml;charset=UTF-8", "text/xml;charset=UTF-8"),
        ("x", "Text/XML; Charset=latin1; a=b", "text/xml;charset=UTF-8;a=b"),
        ("x", "bogus; charset=latin1", "bogus; charset=latin1"),
        (b"x", "text/xml;charset=latin1", "text/xml;charset=latin1"),
    ],
)
def test_xhr_and_the_content_type(body: Any, authored: str | None, content_type: str | None) -> None:
    world = World()
    world.page.xhr("/x", method="POST", body=body, headers={} if authored is None else {"Content-Type": authored})
    assert world.header("Content-Type") == content_type


def test_xhr_sends_a_url_with_credentials_without_them() -> None:
    world = World()
    assert world.page.xhr("https://u:p@app.example/x").allowed
    assert world.sent == ["GET https://app.example/x"]


@pytest.mark.parametrize("options", [{"method": "TRACE"}, {"headers": {"a b": "1"}}, {"headers": "x"}])
def test_xhr_throws(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        World().page.xhr("/x", **options)


def test_own_accept_of_an_xhr() -> None:
    world = World()
    world.page.xhr("/x", headers={"Accept": "a/b"})
    assert world.header("Accept") == "a/b"


# --- elements ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "accept"),
    [
        ("img", "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"),
        ("stylesheet", "text/css,*/*;q=0.1"),
        ("script", "*/*"),
        ("iframe", HTML),
    ],
)
def test_what_elements_accept(element: Any, accept: str) -> None:
    world = World()
    world.page.load(element, API)
    assert world.header("Accept") == accept


@pytest.mark.parametrize(
    ("element", "crossorigin", "mode", "credentials"),
    [
        ("img", None, "no-cors", "include"),
        ("img", "anonymous", "cors", "same-origin"),
        ("img", "", "cors", "same-origin"),
        ("img", "bogus", "cors", "same-origin"),
        ("img", "USE-credentials", "cors", "include"),
        ("script", None, "no-cors", "include"),
        ("module", None, "cors", "same-origin"),
        ("module", "use-credentials", "cors", "include"),
        ("font", None, "cors", "same-origin"),
        ("iframe", None, "navigate", "include"),
        ("iframe", "anonymous", "navigate", "include"),
    ],
)
def test_the_crossorigin_attribute(element: Any, crossorigin: str | None, mode: str, credentials: str) -> None:
    request = World().page.load(element, API, crossorigin).request
    assert request is not None
    assert (request.mode, request.credentials_mode) == (mode, credentials)


@pytest.mark.parametrize(
    ("element", "options", "hint"),
    [
        ("picture", {}, "element is 'picture'"),
        ("preload", {"as_": "video"}, "as_ is 'video'"),
        ("img", {"crossorigin": True}, "crossorigin is True"),
        ("img", {"referrer_policy": "x"}, "referrer_policy is 'x'"),
    ],
)
def test_elements_that_are_none(element: Any, options: dict[str, Any], hint: str) -> None:
    with pytest.raises(InvalidRequest, match=hint):
        World().page.load(element, API, **options)


def test_media_elements_ask_for_a_range() -> None:
    world = World()
    for element in ("video", "audio", "img"):
        world.page.load(element, API)  # type: ignore[arg-type]
    assert [world.header("Range", index) for index in range(3)] == ["bytes=0-", "bytes=0-", None]


# --- beacons and event sources ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "sent", "mode"),
    [
        (None, None, None, "no-cors"),
        ("x", None, "text/plain;charset=UTF-8", "no-cors"),
        (b"x", None, None, "no-cors"),
        (Blob("{}", "application/json"), None, "application/json", "cors"),
        ("{}", "application/json", "application/json", "cors"),
        (b"x", "text/plain", "text/plain", "no-cors"),
        (FormUrlEncoded("a=1"), None, "application/x-www-form-urlencoded;charset=UTF-8", "no-cors"),
        (FormUrlEncoded("a=1"), "application/json", "application/x-www-form-urlencoded;charset=UTF-8", "no-cors"),
    ],
)
def test_beacons(data: Any, content_type: str | None, sent: str | None, mode: str) -> None:
    world = World()
    headers = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Headers": "{acrh}"}
    world.server.route("*", headers={**headers, "Access-Control-Allow-Credentials": "true"})
    outcome = world.page.send_beacon(API, data, content_type)
    assert outcome.returned is True
    assert outcome.request is not None
    assert (outcome.request.mode, outcome.request.credentials_mode) == (mode, "include")
    assert (world.server.requests[-1].method, world.header("Content-Type")) == ("POST", sent)


@pytest.mark.parametrize(
    ("url", "data", "hint"),
    [
        ("data:,x", None, "http and https"),
        ("https://", None, "not a URL"),
        (API, iter([b"x"]), "stream"),
        (API, {"a": 1}, "mapping"),
    ],
)
def test_beacons_that_throw(url: str, data: Any, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=hint):
        World().page.send_beacon(url, data)


def test_an_event_source_accepts_events_and_stores_nothing() -> None:
    world = World()
    outcome = world.page.event_source(API, with_credentials=True)
    assert (world.header("Accept"), world.header("Cache-Control")) == ("text/event-stream", "no-cache")
    assert outcome.request is not None
    assert (outcome.request.mode, outcome.request.credentials_mode) == ("cors", "include")
    assert not outcome.request.unsafe_request


# --- forms ------------------------------------------------------------------------------------------------------------

FORMS = [
    ("post", {}, "POST https://api.example/x?old", b"a+b=1&f=blob", "application/x-www-form-urlencoded"),
    ("text", {"enctype": "text/plain"}, "POST https://api.example/x?old", b"a b=1\r\nf=blob\r\n", "text/plain"),
    ("unknown type", {"enctype": "application/json"}, "POST https://api.example/x?old", b"a+b=1&f=blob",
     "application/x-www-form-urlencoded"),
    ("get", {"method": "get"}, "GET https://api.example/x?a+b=1&f=blob", None, None),
    ("put is get", {"method": "PUT"}, "GET https://api.example/x?a+b=1&f=blob", None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "sent", "body", "content_type"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS]
)
def test_forms(options: dict[str, Any], sent: str, body: bytes | None, content_type: str | None) -> None:
    world = World()
    world.page.submit_form(API + "?old#here", fields=[("a b", "1"), ("f", Blob("x"))], **options)
    assert (world.sent, world.server.requests[0].body) == ([sent], body)
    assert (world.header("Content-Type"), world.header("Accept")) == (content_type, HTML)


def test_a_multipart_form() -> None:
    world = World()
    world.page.submit_form(API, fields={"a": "1"}, enctype="multipart/form-data")
    body, boundary = FormData({"a": "1"}).encode()
    assert world.server.requests[0].body == body
    assert world.header("Content-Type") == f"multipart/form-data; boundary={boundary}"


def test_cors_never_stops_a_form_and_its_answer_is_closed_to_the_page() -> None:
    world = World()
    world.server.route("*", body="secret")
    outcome = world.page.submit_form(API, fields={"a": "1"})
    assert world.header("Origin") == "https://app.example"
    assert (outcome.verdict, outcome.reason, outcome.reached_server) == ("opaque", "opaque-response", True)
    assert outcome.response is not None
    assert (outcome.response.body, outcome.response.headers, outcome.response.url) == (b"", [], "")
    own = world.page.submit_form("/x")
    assert own.response is not None
    assert (own.verdict, own.response.body) == ("readable", b"secret")


@pytest.mark.parametrize("fields", ["a=1", [("a",)], {"a": 3}])
def test_form_fields_that_are_none(fields: Any) -> None:
    with pytest.raises(InvalidRequest):
        World().page.submit_form(API, fields=fields)
