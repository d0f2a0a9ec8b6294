"""What holds for any request and any server."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings, strategies as st

from corssim import Browser, InvalidRequest, InvalidURL, MockServer, Outcome, Reason, Verdict
from corssim.fetch.browsers import PROFILE_NAMES
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.safelists import cors_unsafe_request_header_names, is_forbidden_request_header
from corssim.fetch.trace import PreflightConsidered
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse

APP, API = "https://app.example/", "https://api.example/x"
STAR = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Max-Age": "600",
}

tokens = st.text("abcABC-!#_1", min_size=1, max_size=8)
known_names = st.sampled_from(
    [
        "Accept",
        "accept-language",
        "Content-Type",
        "RANGE",
        "Authorization",
        "authorization",
        "X-A",
        "x-a",
        "Cookie",
        "Sec-X",
    ]
)
latin1 = st.text(st.characters(max_codepoint=255), max_size=40)
values = st.one_of(
    latin1.filter(lambda text: not set(text) & set("\0\r\n")).map(lambda text: text.strip("\t ")),
    st.sampled_from(["text/plain", "application/json", "bytes=0-", "a" * 128, "a" * 129]),
)
header_lists = st.lists(st.tuples(st.one_of(tokens, known_names), values), max_size=12)


def sent_names(headers: list[tuple[str, str]], profile: str = "standard") -> list[str]:
    server = MockServer().route("*", headers=STAR)
    Browser(server, profile=profile).page(APP).fetch(API, headers=headers)
    first = server.requests[0]
    value = dict(first.headers).get("Access-Control-Request-Headers", "") if first.method == "OPTIONS" else ""
    return value.split(",") if value else []


@settings(deadline=None, max_examples=100)
@given(header_lists)
def test_request_headers_are_sorted_unique_lower_case_and_joined_by_a_comma(headers: list[tuple[str, str]]) -> None:
    names = sent_names(headers)
    assert names == sorted(set(names))
    assert all(name == name.lower() and " " not in name and name for name in names)
    assert {name.lower() for name, _ in headers} >= set(names)
    kept = [header for header in headers if not is_forbidden_request_header(*header, STANDARD.safelists)]
    if not any(name.lower() == "accept" for name, _ in kept):
        kept.append(("Accept", "*/*"))
    assert names == cors_unsafe_request_header_names(kept, STANDARD.safelists)


@settings(deadline=None, max_examples=100)
@given(header_lists, st.sampled_from(["Authorization", "AUTHORIZATION", "authorization"]), st.booleans())
def test_a_star_never_covers_authorization(headers: list[tuple[str, str]], name: str, cached: bool) -> None:
    server = MockServer().route("*", headers=STAR)
    page = Browser(server).page(APP)
    if cached:
        assert page.fetch(API, headers={"X-First": "1"}, method="PUT").allowed
    outcome = page.fetch(API, headers=[*headers, (name, "x")])
    assert outcome.reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT
    assert outcome.blocked is not None
    assert outcome.blocked.subject == "authorization"
    considered = next(event for event in outcome.trace if isinstance(event, PreflightConsidered))
    assert considered.needed
    assert "authorization" not in considered.cached


@settings(deadline=None, max_examples=100)
@given(
    st.integers(200, 599),
    st.lists(st.tuples(tokens, values), max_size=8),
    st.binary(max_size=30),
    st.sampled_from(sorted(PROFILE_NAMES)),
)
def test_an_opaque_response_exposes_nothing(
    status: int, headers: list[tuple[str, str]], body: bytes, profile: str
) -> None:
    server = MockServer().route(
        "*", status=status, headers=[*headers, ("Access-Control-Expose-Headers", "*")], body=body
    )
    outcome = Browser(server, profile=profile).page(APP).fetch(API, mode="no-cors")
    if outcome.verdict is Verdict.OPAQUE:
        response = outcome.response
        assert response is not None
        assert (response.type, response.status, response.status_text, response.url) == ("opaque", 0, "", "")
        assert (response.headers, response.body, response.redirected, response.ok) == ([], b"", False, False)


CORS_NAMES = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Location",
    "Set-Cookie",
    "Content-Type",
    "Cache-Control",
    "Vary",
    "ETag",
    "Age",
    "Date",
    "Expires",
    "Last-Modified",
    "Referrer-Policy",
    "Timing-Allow-Origin",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "Content-Security-Policy",
    "X-Content-Type-Options",
]
meaningful = st.sampled_from(
    [
        "*",
        "null",
        "true",
        "https://app.example",
        "PUT, x-a",
        "max-age=60",
        "max-age=99999999999999999999999, stale-while-revalidate=1",
        "no-cache",
        "/elsewhere",
        "https://other.test/",
        "//[",
        "data:,x",
        "text/javascript",
        "sandbox; connect-src 'none'",
        "a=b; SameSite=None; Secure; Max-Age=-9999999999999999999999",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 99 Foo 99999 99:99:99 GMT",
        '"',
        ", , ,@",
        "9" * 30,
    ]
)
server_headers = st.lists(
    st.tuples(st.one_of(st.sampled_from(CORS_NAMES), latin1), st.one_of(meaningful, latin1)), max_size=10
)
answers = st.one_of(
    st.builds(
        WireResponse,
        status=st.one_of(
            st.sampled_from([200, 204, 206, 301, 302, 303, 304, 307, 308, 401, 407, 416, 421, 500]),
            st.integers(0, 1000),
        ),
        reason=latin1,
        headers=server_headers.map(tuple),
        body=st.one_of(
            st.binary(max_size=50), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"<!doctype html>", b")]}'\n{}", b"{"])
        ),
        body_failure=st.one_of(st.none(), st.builds(NetworkFailure, st.sampled_from(FailureKind))),
    ),
    st.builds(NetworkFailure, st.sampled_from(FailureKind)),
)


class HostileServer:
    """Answers each request with the next of its answers, over and over."""

    def __init__(self, given: list[Any]) -> None:
        self.given = given
        self.asked = 0

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> Any:
        self.asked += 1
        return self.given[self.asked % len(self.given)]


CALLS: list[Any] = [
    lambda page, url: page.fetch(url),
    lambda page, url: page.fetch(url, method="PUT", headers={"X-A": "1"}, credentials="include"),
    lambda page, url: page.fetch(url, method="POST", body=iter([b"x"])),
    lambda page, url: page.fetch(url, mode="no-cors", cache="force-cache"),
    lambda page, url: page.fetch(url, cache="no-cache", integrity="sha256-x", redirect="manual"),
    lambda page, url: page.xhr(url, method="POST", body="x", upload_listener=True),
    lambda page, url: page.load("img", url),
    lambda page, url: page.load("script", url),
    lambda page, url: page.load("module", url),
    lambda page, url: page.load("stylesheet", url, "use-credentials"),
    lambda page, url: page.load("video", url),
    lambda page, url: page.load("iframe", url),
    lambda page, url: page.load("preload", url, "anonymous"),
    lambda page, url: page.send_beacon(url, "x"),
    lambda page, url: page.event_source(url),
    lambda page, url: page.submit_form(url, fields={"a": "b"}),
]


def is_sound(outcome: Outcome) -> None:
    """What every outcome has, however it came about."""
    if outcome.verdict is Verdict.BLOCKED:
        assert outcome.blocked is not None
        assert outcome.reason is outcome.blocked.reason
        assert outcome.blocked.anchor
        assert outcome.blocked.url
        assert outcome.response is None
    elif outcome.verdict is Verdict.PENDING:
        assert outcome.reason is Reason.LOCAL_NETWORK_ACCESS_PENDING
        assert outcome.response is None
    elif outcome.verdict is Verdict.FAILED:
        assert outcome.reason is not None
        assert (outcome.failure is None) is (outcome.blocked is not None)
        assert outcome.response is None
    elif outcome.blocked is not None or outcome.failure is not None:
        # A failed preload in a browser where that is no error: still unreadable.
        assert outcome.request is not None
        assert (outcome.request.api, outcome.verdict) == ("preload", Verdict.OPAQUE)
    else:
        assert outcome.response is not None
        assert (outcome.reason is None) is (outcome.verdict is Verdict.READABLE)
    assert len([exchange for exchange in outcome.exchanges if exchange.kind != "preflight"]) <= 21 * 10
    assert isinstance(repr(outcome), str)
    assert all(isinstance(line, str) for line in outcome.console)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(answers, min_size=1, max_size=4),
    st.lists(st.sampled_from(CALLS), min_size=1, max_size=4),
    st.sampled_from(sorted(PROFILE_NAMES)),
    st.sampled_from([APP, "http://app.example/", "data:,x", "capacitor://localhost/"]),
    st.sampled_from(["https://api.example/x", "https://app.example/x", "http://localhost:8000/"]),
)
@example([WireResponse(200, "", (("Access-Control-Allow-Origin", ", " * 40 + "@"),))], [CALLS[1]], "standard", APP, API)
def test_nothing_a_server_sends_makes_a_fetch_raise(
    given_answers: list[Any], calls: list[Any], profile: str, page_url: str, url: str
) -> None:
    server = HostileServer(given_answers)
    browser = Browser(server, profile=profile, clock=lambda: 1_800_000_000.0)
    browser.visit(url)
    page = browser.page(page_url)
    for call in calls:
        is_sound(call(page, url))
    assert not browser.app_errors


urls = st.one_of(
    st.text(max_size=30),
    st.text(max_size=30).map(lambda text: f"https://api.example/{text}"),
    st.text(max_size=12).map(lambda text: f"https://{text}/"),
    st.sampled_from(
        ["//", "http:", "https://[::1]:0/", "blob:", "data:", "about:blank", "https://user:p@x/", "javascript:0"]
    ),
)


@settings(deadline=None, max_examples=150)
@given(urls, st.sampled_from(CALLS), st.sampled_from(sorted(PROFILE_NAMES)))
def test_any_url_is_fetched_or_refused(url: str, call: Any, profile: str) -> None:
    page = Browser(MockServer(), profile=profile).page(APP)
    try:
        outcome = call(page, url)
    except InvalidRequest as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        is_sound(outcome)


@settings(deadline=None, max_examples=150)
@given(urls, server_headers)
def test_any_url_is_a_page_or_an_invalid_url(url: str, headers: list[tuple[str, str]]) -> None:
    browser = Browser(MockServer())
    try:
        page = browser.page(url, headers)
        frames = [page, page.frame(), page.frame(sandboxed=True), page.worker()]
    except InvalidURL as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    for each in frames:
        is_sound(each.fetch(API))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=10), st.text(max_size=10), st.text(max_size=6))
def test_any_header_and_method_is_sent_or_refused(name: str, value: str, method: str) -> None:
    try:
        outcome = Browser(MockServer()).page(APP).fetch("/x", headers={name: value}, method=method)
    except InvalidRequest as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        is_sound(outcome)
        for exchange in outcome.exchanges:
            for header, text in exchange.request.headers:
                (header + text).encode("latin-1")
                assert not set(header + text) & set("\r\n\0")
