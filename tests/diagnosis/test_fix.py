"""Fixes: found for what a server could allow, each proven, small, and none that gives more away than it says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim import AsyncBrowser, Browser, MockServer, Outcome, Reason
from corssim.diagnosis import (
    Fix,
    NoFix,
    RequestChange,
    RequestChangeKind as Kind,
    SymptomCode,
    fix,
    symptoms,
)
from corssim.diagnosis.fixes.no_fix import why_no_fix
from corssim.fetch.wire import FailureKind, NetworkFailure, WireRequest, WireResponse
from corssim.records import replace

PAGE = "https://app.example/"
API = "https://api.example/x"
ORIGIN = "https://app.example"
ALLOW = ("Access-Control-Allow-Origin", ORIGIN)
ACAC = ("Access-Control-Allow-Credentials", "true")


def outcome_of(
    server: MockServer, url: str = API, *, page: str = PAGE, profile: str = "standard", **init: Any
) -> Outcome:
    return Browser(server, profile=profile).page(page).fetch(url, **init)


def best(outcome: Outcome) -> Fix:
    fixes = fix(outcome)
    assert not isinstance(fixes, NoFix), fixes.text
    return fixes[0]


def changes_of(outcome: Outcome) -> list[str]:
    return [str(change) for change in best(outcome).changes]


SERVER_FIXES: dict[str, tuple[MockServer, dict[str, Any], list[str]]] = {
    "a missing Allow-Origin": (
        MockServer().route(API),
        {},
        [f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"],
    ),
    "two lines of it become one": (
        MockServer().route(API, headers=[ALLOW, ALLOW]),
        {},
        [f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"],
    ),
    "a wildcard with credentials": (
        MockServer().route(API, headers=[("Access-Control-Allow-Origin", "*")]),
        {"credentials": "include"},
        [
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
            f"set Access-Control-Allow-Credentials: true on the response of {API}",
        ],
    ),
    "a preflight with a status": (
        MockServer()
        .route(API, "OPTIONS", 401, [ALLOW, ("Access-Control-Allow-Methods", "PUT")])
        .route(API, headers=[ALLOW]),
        {"method": "PUT"},
        [
            f"give the preflight's answer for {API} the status 204",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
        ],
    ),
    "a method that is listed in small letters": (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "GET, put")])
        .route(API, headers=[ALLOW]),
        {"method": "PUT"},
        [
            f"set Access-Control-Allow-Methods: GET, PUT on the preflight's answer for {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
        ],
    ),
    "a method that the page writes in small letters": (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "GET, PATCH")])
        .route(API, headers=[ALLOW]),
        {"method": "patch"},
        [
            f"set Access-Control-Allow-Methods: GET, PATCH, patch on the preflight's answer for {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
        ],
    ),
    "a method and headers beside those listed": (
        MockServer()
        .route(
            API,
            "OPTIONS",
            204,
            [ALLOW, ("Access-Control-Allow-Methods", "GET; DELETE"), ("Access-Control-Allow-Headers", "X-A")],
        )
        .route(API, headers=[ALLOW]),
        {"method": "PUT", "headers": {"X-A": "1", "X-B": "2", "X-C": "3"}},
        [
            f"set Access-Control-Allow-Methods: GET, DELETE, PUT on the preflight's answer for {API}",
            f"set Access-Control-Allow-Headers: X-A, x-b, x-c on the preflight's answer for {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
        ],
    ),
    "Authorization beside the wildcard": (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Headers", "*")])
        .route(API, headers=[ALLOW]),
        {"headers": {"Authorization": "t", "X-A": "1"}},
        [
            f"set Access-Control-Allow-Headers: *, authorization on the preflight's answer for {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
        ],
    ),
    "a redirect with a password in its URL": (
        MockServer()
        .route(API, status=302, headers=[ALLOW, ("Location", "https://u:p@api.example/y")])
        .route("https://api.example/y", headers=[ALLOW]),
        {},
        [
            f"set Location: https://api.example/y on the redirect of {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of https://api.example/y",
        ],
    ),
    "a redirect from https to http": (
        MockServer().route(API, status=302, headers=[ALLOW, ("Location", "http://api.example/y")]),
        {},
        [
            f"set Location: https://api.example/y on the redirect of {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of https://api.example/y",
        ],
    ),
    "two Locations": (
        MockServer().route(API, status=302, headers=[ALLOW, ("Location", "/y"), ("Location", "/z")]),
        {},
        [
            f"set Location: https://api.example/y on the redirect of {API}",
            f"set Access-Control-Allow-Origin: {ORIGIN} on the response of https://api.example/y",
        ],
    ),
    "a redirect to data:": (
        MockServer().route(API, status=302, headers=[ALLOW, ("Location", "data:,x")]),
        {},
        [f"give the redirect of {API} the status 200"],
    ),
}


@pytest.mark.parametrize("name", SERVER_FIXES)
def test_the_server_is_told_the_smallest_change(name: str) -> None:
    server, init, expected = SERVER_FIXES[name]
    outcome = outcome_of(server, **init)
    assert changes_of(outcome) == expected
    assert best(outcome).side == "server"
    assert best(outcome).outcome.allowed


PAGE_FIXES: dict[str, tuple[MockServer, str, dict[str, Any], RequestChange]] = {
    "mode no-cors becomes cors": (
        MockServer().route(API, headers=[ALLOW]),
        "fetch",
        {"mode": "no-cors"},
        RequestChange(Kind.MODE, "cors"),
    ),
    "mode same-origin becomes cors": (
        MockServer().route(API, headers=[ALLOW]),
        "fetch",
        {"mode": "same-origin"},
        RequestChange(Kind.MODE, "cors"),
    ),
    "redirect error becomes follow": (
        MockServer().route(API, status=302, headers=[ALLOW, ("Location", "/y")]).route("/y", headers=[ALLOW]),
        "fetch",
        {"redirect": "error"},
        RequestChange(Kind.REDIRECT, "follow"),
    ),
    "an element gets crossorigin": (
        MockServer().route(API, headers=[ALLOW, ("Content-Type", "text/javascript")]),
        "load",
        {"element": "script"},
        RequestChange(Kind.CROSSORIGIN, "anonymous"),
    ),
    "a big keepalive body goes without keepalive": (
        MockServer().route(API, headers=[ALLOW]),
        "fetch",
        {"method": "POST", "keepalive": True, "body": "x" * 66_000},
        RequestChange(Kind.KEEPALIVE),
    ),
    "a wildcard suffices without credentials": (
        MockServer().route(API, headers=[("Access-Control-Allow-Origin", "*")]),
        "xhr",
        {"with_credentials": True},
        RequestChange(Kind.CREDENTIALS, "none"),
    ),
    "patch is written PATCH": (
        MockServer().route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "PATCH")]),
        "fetch",
        {"method": "patch"},
        RequestChange(Kind.METHOD, "PATCH"),
    ),
    "the custom header is left out": (
        MockServer().route(API, "GET", headers=[ALLOW]),
        "fetch",
        {"headers": {"X-Token": "1"}},
        RequestChange(Kind.DROP_HEADER, "X-Token"),
    ),
    "the upload listener is left out": (
        MockServer().route(API, "POST", headers=[ALLOW]),
        "xhr",
        {"method": "POST", "body": "x", "upload_listener": True},
        RequestChange(Kind.DROP_UPLOAD_LISTENER),
    ),
    "a stream is sent as a whole": (
        MockServer().route(API, "POST", headers=[ALLOW]),
        "fetch",
        {"method": "POST", "body": [b"x"]},
        RequestChange(Kind.BUFFER_BODY),
    ),
    "a stream that is redirected is sent as a whole": (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW])
        .route(API, "POST", 307, [ALLOW, ("Location", "/y")])
        .route("/y", headers=[ALLOW]),
        "fetch",
        {"method": "POST", "body": [b"x"]},
        RequestChange(Kind.BUFFER_BODY),
    ),
    "the last URL is asked for directly": (
        MockServer()
        .route(API, status=302, headers=[ALLOW, ("Location", "https://other.test/y")])
        .route("https://other.test/y", headers=[ALLOW]),
        "fetch",
        {},
        RequestChange(Kind.URL, "https://other.test/y"),
    ),
    "the URL is asked for that a redirect without CORS headers leads to": (
        MockServer().route(
            API, status=301, headers=[("Location", "/x/"), ("Content-Type", "text/html")], body="<html>"
        ),
        "fetch",
        {},
        RequestChange(Kind.URL, "https://api.example/x/"),
    ),
    "the cache is not the only place to look": (
        MockServer().route("https://app.example/y"),
        "fetch",
        {"mode": "same-origin", "cache": "only-if-cached", "url": "https://app.example/y"},
        RequestChange(Kind.CACHE, "default"),
    ),
}


@pytest.mark.parametrize("name", PAGE_FIXES)
def test_the_page_can_ask_otherwise(name: str) -> None:
    server, call, init, expected = PAGE_FIXES[name]
    outcome = getattr(Browser(server).page(PAGE), call)(**{"url": API, **init})
    assert not outcome.allowed
    found = [each for each in fix(outcome) if expected in each.changes]
    assert found
    assert found[0].side in ("page", "both")
    assert found[0].outcome.allowed


def test_the_servers_fix_comes_before_the_pages() -> None:
    server = MockServer().route(API, "OPTIONS", 204, [ALLOW]).route(API, headers=[ALLOW])
    fixes = fix(outcome_of(server, headers={"X-Token": "1"}))
    assert [each.side for each in fixes] == ["server", "both"]


def test_asking_directly_comes_before_opening_an_answer_to_everybody() -> None:
    server, _, _, directly = PAGE_FIXES["the last URL is asked for directly"]
    first, second = fix(outcome_of(server))
    assert first.changes == (directly,)
    assert first.danger is None
    assert second.header_lines() == ["Access-Control-Allow-Origin: *"]


def test_https_is_asked_for_where_a_redirect_leads_there() -> None:
    page = "http://app.example/"
    server = MockServer().route("http://api.example/x", status=301, headers=[("Location", API)])
    first, *_ = fix(outcome_of(server, "http://api.example/x", page=page))
    assert first.changes[0] == RequestChange(Kind.URL, API)
    assert first.header_lines() == ["Access-Control-Allow-Origin: http://app.example"]


def test_the_page_beside_a_redirect_is_none_that_answered_in_place_of_data() -> None:
    headers = [("Location", "/x/"), ("Content-Type", "text/html")]
    server = MockServer().route(API, status=301, headers=headers, body="<html>Moved</html>")
    outcome = outcome_of(server, headers={"Accept": "application/json"})
    assert [symptom.code for symptom in symptoms(outcome)] == [SymptomCode.HEADERS_NOT_ON_REDIRECT]
    assert not isinstance(fix(outcome), NoFix)


DANGERS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "an origin without credentials": (PAGE, {}, None),
    "credentials of another site": (PAGE, {"credentials": "include"}, "trust"),
    "credentials that the server allows already": (
        PAGE,
        {"credentials": "include", "answer": [("Access-Control-Allow-Credentials", "true")]},
        "trust",
    ),
    "credentials of the same site": ("https://www.api.example/", {"credentials": "include"}, None),
    "credentials for a page without TLS": ("http://app.example/", {"credentials": "include"}, "without TLS"),
    "null without credentials": ("data:text/html,x", {}, "every website"),
    "null with credentials": ("data:text/html,x", {"credentials": "include"}, "Any website"),
}


@pytest.mark.parametrize("name", DANGERS)
def test_what_a_fix_gives_away(name: str) -> None:
    page, init, words = DANGERS[name]
    init = dict(init)
    server = MockServer().route("*", headers=init.pop("answer", []))
    fixes = fix(outcome_of(server, page=page, **init))
    server_side = next(each for each in fixes if each.side == "server")
    assert server_side.danger is None if words is None else words in str(server_side.danger)


def test_null_with_credentials_is_never_the_first_advice() -> None:
    first, *others = fix(outcome_of(MockServer(), page="data:text/html,x", credentials="include"))
    assert RequestChange(Kind.CREDENTIALS, "same-origin") in first.changes
    assert any(line.endswith(": null") for each in others for line in each.header_lines())


def test_what_was_never_sent_is_said_to_be_assumed() -> None:
    server = MockServer().route(API, "OPTIONS", 404)
    assert best(outcome_of(server, method="PUT")).assumptions == (
        f"PUT {API} was never sent: what its answer holds now is not known; these lines are what it needs.",
    )
    assert best(outcome_of(MockServer())).assumptions == ()


def redirecting() -> MockServer:
    """One hop that no page may read, to another that leads on, to an end that allows the page's origin."""
    server = MockServer().route(API, status=302, headers=[("Location", "https://other.example/1")])
    server.route("https://other.example/1", status=302, headers=[("Location", "https://api.example/2")])
    return server.route("https://api.example/2", headers=[ALLOW])


def test_what_lies_behind_a_refused_redirect_is_not_called_verified() -> None:
    found = best(outcome_of(redirecting()))
    assert (found.verified_up_to, found.asked) == ("GET https://other.example/1", ())
    assert found.proof() == (
        "Verified up to GET https://other.example/1: replayed with this change and such an answer, the fetch is "
        "allowed."
    )


def test_what_lies_behind_a_refused_redirect_can_be_asked_for() -> None:
    server = redirecting()
    outcome = outcome_of(server)
    fixes = fix(outcome, ask=Browser(server).send)
    assert not isinstance(fixes, NoFix)
    assert [str(change) for change in fixes[0].changes] == [
        f"set Access-Control-Allow-Origin: {ORIGIN} on the redirect of {API}",
        "set Access-Control-Allow-Origin: * on the redirect of https://other.example/1",
        "set Access-Control-Allow-Origin: * on the response of https://api.example/2",
    ]
    assert fixes[0].verified_up_to == ""
    assert fixes[0].asked == ("GET https://other.example/1", "GET https://api.example/2")
    assert fixes[0].proof() == "Verified: replayed with this change, the fetch is allowed."


@pytest.mark.parametrize(
    ("method", "asked"),
    [("GET", ["GET"]), ("HEAD", ["HEAD"]), ("POST", []), ("PUT", []), ("DELETE", [])],
    ids=["GET", "HEAD", "POST", "PUT", "DELETE"],
)
def test_for_a_proof_only_what_has_no_side_effects_is_sent(method: str, asked: list[str]) -> None:
    server = MockServer().route(API, "OPTIONS", 403).route(API, headers=[ALLOW])
    outcome = outcome_of(server, method=method, headers={"X-A": "1"})
    server.requests.clear()
    fixes = fix(outcome, ask=server.answer)
    assert sorted({request.method for request in server.requests}) == asked
    assert not isinstance(fixes, NoFix)
    assert fixes[0].verified_up_to == ("" if asked else f"{method} {API}")


def test_a_server_that_fails_when_asked_is_told_with_what_would_come_first() -> None:
    server = redirecting()
    outcome = outcome_of(server)
    found = fix(outcome, ask=MockServer().route("*", fail="refused").answer)
    assert isinstance(found, NoFix)
    assert found.text == (
        f"Set Access-Control-Allow-Origin: {ORIGIN} on the redirect of {API}; that is needed, and not enough. The "
        "network failed: the server refused the connection. No header can mend that; the server has to answer first."
    )


def test_whether_there_is_a_server_under_https_can_be_asked_for() -> None:
    server = MockServer().route(API)
    outcome = outcome_of(server, API.replace("https:", "http:"))
    assert outcome.reason == Reason.MIXED_CONTENT
    assert isinstance(fix(outcome), NoFix)
    fixes = fix(outcome, ask=server.answer)
    assert not isinstance(fixes, NoFix)
    assert [str(change) for change in fixes[0].changes] == [
        f"ask for {API} directly",
        f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}",
    ]
    assert (fixes[0].verified_up_to, fixes[0].asked) == ("", (f"GET {API}",))


@pytest.mark.parametrize(
    ("state", "beginning"),
    [("prompt", "The user decides, and nothing is sent before."), ("denied", "Nothing was sent,")],
    ids=["the user is asked", "the user has gone back"],
)
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_form_that_waits_for_its_user_wants_an_https_action(browser: str, state: Any, beginning: str) -> None:
    server = MockServer().route("http://old.example/x")
    page = Browser(server, profile=browser, permissions={"insecure-form": state}).page(PAGE)
    found = fix(page.submit_form("http://old.example/x", fields={"a": "1"}), ask=server.answer)
    assert isinstance(found, NoFix)
    assert found.text.startswith(beginning)
    assert found.text.endswith("Let the form's action be an https URL: then nobody is asked.")


def test_redirects_without_end_are_not_asked_for_without_end() -> None:
    server = MockServer().route(API, status=302, headers=[("Location", "?0")])
    outcome = outcome_of(server)
    asked: list[str] = []

    def ask(request: WireRequest) -> WireResponse:
        asked.append(request.url)
        return WireResponse(302, "Found", (("Location", f"?{len(asked)}"),))

    found = fix(outcome, ask=ask)
    assert isinstance(found, NoFix)
    assert "The redirects never end" in found.text
    assert len(asked) == 21  # as many as a browser follows, and where those from the second URL on lead


def test_vary_is_advised_unless_it_is_there() -> None:
    with_vary = MockServer().route(API, headers=[("Vary", "Origin")])
    assert best(outcome_of(with_vary)).advice == ()
    assert "Vary: Origin" in best(outcome_of(MockServer())).advice[0]


def test_one_line_and_header_lines() -> None:
    server = MockServer().route(API, "OPTIONS", 204)
    found = best(outcome_of(server, method="PUT"))
    assert "\n" not in found.summary()
    assert found.summary().startswith("Set Access-Control-Allow-Origin")
    assert found.header_lines() == [
        f"Access-Control-Allow-Origin: {ORIGIN}",
        "Access-Control-Allow-Methods: PUT",
    ]


def test_as_a_servers_settings() -> None:
    found = best(outcome_of(MockServer(), method="PUT", headers={"X-A": "1"}, credentials="include"))
    (change,) = found.as_server_changes()
    assert change is not None
    assert (change.allow_origins, change.allow_credentials, change.methods, change.headers) == (
        (ORIGIN,),
        True,
        ("PUT",),
        ("x-a",),
    )


def test_settings_keep_what_the_server_allows_already() -> None:
    listed = [("Access-Control-Allow-Methods", "GET, DELETE"), ("Access-Control-Allow-Headers", "X-A, x-c")]
    server = MockServer().route(API, "OPTIONS", 204, [ALLOW, ACAC, *listed, ("Access-Control-Max-Age", "60")])
    server.route(API, headers=[ALLOW, ACAC, ("Access-Control-Expose-Headers", "ETag")])
    change = best(outcome_of(server, method="PUT", headers={"X-A": "1", "X-B": "2"})).as_server_changes()[0]
    assert (change.methods, change.headers) == (("GET", "DELETE", "PUT"), ("X-A", "x-c", "x-b"))
    assert (change.allow_credentials, change.max_age) == (True, 60)


def test_settings_keep_a_wildcard_where_it_counts() -> None:
    server = MockServer().route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Headers", "*")])
    change = best(outcome_of(server, headers={"Authorization": "t"})).as_server_changes()[0]
    assert change.headers == ("*", "authorization")


@pytest.mark.parametrize(
    ("page", "init", "headers"),
    [
        (PAGE, {"mode": "no-cors"}, [ALLOW]),
        ("data:text/html,x", {}, []),
        ("https://a'b.example/", {}, []),
    ],
    ids=["nothing for the server to change", "the origin is null", "a host that could break out of a file"],
)
def test_no_settings_where_none_should_be_written(page: str, init: dict[str, Any], headers: list[Any]) -> None:
    server = MockServer().route(API, headers=headers)
    assert best(outcome_of(server, page=page, **init)).as_server_changes() == ()


def test_a_preflight_from_the_cache_is_not_blamed() -> None:
    server = (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Max-Age", "60")])
        .route(API, headers=[ALLOW], times=1)
        .route(API)
    )
    page = Browser(server).page(PAGE)
    assert page.fetch(API, method="PUT").allowed
    assert changes_of(page.fetch(API, method="PUT")) == [
        f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"
    ]


STORED: dict[str, tuple[list[tuple[str, str]], dict[str, Any]]] = {
    "for this very origin": ([], {}),
    "that allows every origin, and no credentials": (
        [("Access-Control-Allow-Origin", "*")],
        {"credentials": "include"},
    ),
    "that no origin equals": ([("Access-Control-Allow-Origin", "https://a.test, https://b.test")], {}),
}


@pytest.mark.parametrize("name", STORED)
def test_a_stored_answer_that_the_server_would_give_again_is_mended_on_the_server(name: str) -> None:
    headers, init = STORED[name]
    page = Browser(MockServer().route(API, headers=[*headers, ("Cache-Control", "max-age=600")])).page(PAGE)
    page.fetch(API)
    outcome = page.fetch(API, **init)
    assert not outcome.exchanges
    assert SymptomCode.CACHED_ANSWER not in {symptom.code for symptom in symptoms(outcome)}
    found = best(outcome)
    assert f"Access-Control-Allow-Origin: {ORIGIN}" in found.header_lines()
    assert "until the stored answer has expired" in found.advice[0]


@pytest.mark.parametrize(
    ("call", "until"),
    [(lambda page: page.fetch(API), 'cache: "reload"'), (lambda page: page.load("img", API, "anonymous"), "query")],
    ids=["fetch can be told to ask again", "an element cannot"],
)
def test_what_a_stored_answer_broke_is_not_mended_on_the_servers_next_one(call: Any, until: str) -> None:
    server = MockServer().route(API, headers=[("Cache-Control", "max-age=600")])
    page = Browser(server).page(PAGE)
    page.load("img", API)
    outcome = call(page)
    assert not outcome.exchanges
    found = fix(outcome)
    assert isinstance(found, NoFix)
    assert f"Vary: Origin with every answer of {API}" in found.text
    assert until in found.text


LOGIN = "https://sso.test/realms/a/protocol/openid-connect/auth?client_id=b&response_type=code"
NOT_THE_ANSWER: dict[str, tuple[MockServer, dict[str, Any], str]] = {
    "a login after a redirect": (
        MockServer().route(API, status=302, headers=[ALLOW, ("Location", LOGIN)]).route(LOGIN),
        {},
        "Log in first",
    ),
    "a login that a preflight was needed for": (
        MockServer()
        .route(API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Headers", "x-a")])
        .route(API, status=302, headers=[ALLOW, ("Location", LOGIN)])
        .route(LOGIN),
        {"headers": {"X-A": "1"}},
        "Log in first",
    ),
    "a login page in the answer's place": (
        MockServer().route(API, headers=[("Content-Type", "text/html")], body="<input type=password>"),
        {},
        "Log in first",
    ),
    "a tunnel's warning": (
        MockServer().route(API, headers=[("ngrok-error-code", "ERR_NGROK_6024")]),
        {},
        "ngrok-skip-browser-warning",
    ),
    "a forged-request check": (
        MockServer().route(API, status=403, body="CSRF verification failed. Request aborted."),
        {"method": "POST"},
        "CSRF_TRUSTED_ORIGINS",
    ),
    "CORS support that refuses the request itself": (
        MockServer().route(API, status=403, body="Invalid CORS request"),
        {},
        "CorsConfiguration",
    ),
    "a bucket": (MockServer().route(API, headers=[("Server", "AmazonS3")]), {}, "Give the bucket a CORS rule"),
    "a proxy that wants a login": (
        MockServer().route(API, status=401, headers=[("x-goog-iap-generated-response", "true")]),
        {},
        "proxy's CORS settings",
    ),
    "a warning of PHP before its headers": (
        MockServer().route(
            API, headers=[("Content-Type", "text/html")], body="<b>Warning</b>: headers already sent by"
        ),
        {},
        "Write nothing before header()",
    ),
    "a gateway's error": (MockServer().route(API, status=502), {}, "Mend the 502 first"),
    "an error of the server": (MockServer().route(API, status=500), {}, "Mend the 500 first"),
    "an error at the preflight": (
        MockServer().route(API, "OPTIONS", 503).route(API, headers=[ALLOW]),
        {"method": "PUT"},
        "Mend the 503 first",
    ),
    "an error page": (
        MockServer().route(API, status=404, headers=[("Content-Type", "text/html")], body="<html>Not Found"),
        {},
        "a page for people",
    ),
    "a web page where data was due": (
        MockServer().route(API, headers=[("Content-Type", "text/html")], body="<!doctype html>"),
        {"headers": {"Accept": "application/json"}},
        "Open the URL in a tab",
    ),
}


@pytest.mark.parametrize("name", NOT_THE_ANSWER)
def test_what_came_in_the_answers_place_is_not_opened_to_script(name: str) -> None:
    server, init, words = NOT_THE_ANSWER[name]
    found = fix(outcome_of(server, **init))
    assert isinstance(found, NoFix)
    assert words in found.text


def test_an_error_that_tells_script_something_can_be_opened_to_it() -> None:
    server = MockServer().route(API, status=401, headers=[("Content-Type", "application/json")], body='{"e":"JWT"}')
    assert changes_of(outcome_of(server)) == [f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"]


def test_headers_of_an_answer_are_first_of_all_not_sent() -> None:
    server = MockServer().route(
        API, "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Allow-Headers", "x-a")]
    )
    server.route(API, headers=[ALLOW])
    headers = {"Access-Control-Allow-Origin": "*", "access-control-allow-methods": "PUT", "X-A": "1"}
    for found in fix(outcome_of(server, method="PUT", headers=headers)):
        assert RequestChange(Kind.DROP_HEADER, "Access-Control-Allow-Origin") in found.changes
        assert RequestChange(Kind.DROP_HEADER, "access-control-allow-methods") in found.changes
        assert not any("access-control-" in line.partition(":")[2] for line in found.header_lines())


def test_the_page_is_not_sent_where_mixed_content_stops_it() -> None:
    server = MockServer().route(API, "OPTIONS", 307, [ALLOW, ("Location", "http://api.example/x/")])
    server.route("https://api.example/x/", "OPTIONS", 204, [ALLOW, ("Access-Control-Allow-Methods", "PUT")])
    fixes = fix(outcome_of(server, method="PUT"))
    urls = [change.value for each in fixes for change in each.changes if isinstance(change, RequestChange)]
    assert urls == ["https://api.example/x/"]


def test_a_login_is_not_asked_for_in_place_of_the_preflights_url() -> None:
    server = MockServer().route(API, "OPTIONS", 302, [("Location", LOGIN)])
    for found in fix(outcome_of(server, method="PUT")):
        assert not [change for change in found.changes if isinstance(change, RequestChange)]


CERTIFICATES = {
    "certificate verify failed: self-signed certificate": "trust the certificate: open https://api.example in a tab",
    "certificate verify failed: unable to get local issuer certificate": "whole chain",
    "certificate verify failed: certificate has expired": "renew",
    "certificate verify failed: Hostname mismatch, certificate is not valid for 'api.example'": "by a name that",
    "the server does not speak TLS on this port": "ask for http",
    "the TLS handshake failed: no cipher": "the server has to answer first",
}


@pytest.mark.parametrize(("detail", "words"), CERTIFICATES.items(), ids=CERTIFICATES)
def test_a_certificate_has_a_remedy_of_its_own(detail: str, words: str) -> None:
    outcome = replace(outcome_of(MockServer().route(API, fail="tls")), failure=NetworkFailure(FailureKind.TLS, detail))
    assert words in why_no_fix(outcome)


def test_a_validated_answer_is_mended_as_the_stored_one() -> None:
    stored = [("Cache-Control", "no-cache"), ("ETag", '"e"')]
    server = MockServer().route(API, headers=stored, body="ok", times=1).route(API, status=304, headers=stored[1:])
    page = Browser(server).page(PAGE)
    page.fetch(API, mode="no-cors")
    found = best(page.fetch(API))
    assert found.outcome.response is not None
    assert (found.outcome.response.status, found.outcome.response.body) == (200, b"ok")


def test_a_stream_that_was_read_is_sent_again() -> None:
    server = MockServer().route(API, "OPTIONS", 204, [ALLOW])
    server.route(API)
    found = best(outcome_of(server, method="POST", body=iter([b"a", b"b"])))
    assert found.outcome.exchanges[-1].request.body == b"ab"


def test_a_preloaded_answer_is_mended_where_it_came_from() -> None:
    server = MockServer().route(API, times=1).route(API, headers=[ALLOW])
    page = Browser(server).page(PAGE)
    page.load("preload", API, "anonymous")
    outcome = page.fetch(API)
    assert outcome.from_preload
    assert changes_of(outcome) == [f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"]


def test_a_module_that_failed_before_is_mended_where_it_came_from() -> None:
    server = MockServer().route(API, headers=[("Content-Type", "text/javascript")])
    page = Browser(server).page(PAGE)
    page.load("module", API)
    assert changes_of(page.load("module", API)) == [
        f"set Access-Control-Allow-Origin: {ORIGIN} on the response of {API}"
    ]


def test_the_replay_keeps_the_page_and_the_profile() -> None:
    server = MockServer().route(API, "OPTIONS", 404)
    page = Browser(server, profile="webkit").page(PAGE, sandboxed=True)
    outcome = page.fetch(API, method="PUT")
    found = best(outcome)
    assert found.outcome.profile is outcome.profile
    assert found.header_lines()[0] == "Access-Control-Allow-Origin: *"


def test_an_awaited_outcome_has_fixes_too() -> None:
    async def blocked() -> Outcome:
        async with AsyncBrowser(MockServer()) as browser:
            return await browser.page(PAGE).fetch(API)

    assert best(asyncio.run(blocked())).side == "server"


NOTHING_TO_MEND: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "a port of another protocol": (PAGE, "fetch", {"url": "https://api.example:25/"}, "port 25"),
    "mixed content": (PAGE, "fetch", {"url": "http://api.example/"}, "Serve it over https"),
    "a file": (PAGE, "fetch", {"url": "file:///etc/hostname", "mode": "no-cors"}, "not file: URLs"),
    "an iframe": (PAGE, "load", {"element": "iframe", "url": API}, "postMessage"),
    "a beacon": (PAGE, "send_beacon", {"url": API, "data": "x"}, "beacon"),
    "a form": (PAGE, "submit_form", {"url": API}, "shown to the user"),
    "a blob that is gone": (PAGE, "fetch", {"url": "blob:https://app.example/0a1b"}, "blob"),
    "a data: URL that is none": (PAGE, "fetch", {"url": "data:;base64,*"}, "data: URL"),
}


@pytest.mark.parametrize("name", NOTHING_TO_MEND)
def test_where_nothing_helps_the_reason_is_stated(name: str) -> None:
    page, call, arguments, words = NOTHING_TO_MEND[name]
    found = fix(getattr(Browser(MockServer()).page(page), call)(**arguments))
    assert isinstance(found, NoFix)
    assert not found
    assert list(found) == []
    assert len(found) == 0
    assert words in str(found)


def test_a_change_that_the_api_refuses_is_none() -> None:
    # Without mode same-origin, cache only-if-cached throws.
    outcome = outcome_of(MockServer(), mode="same-origin", cache="only-if-cached")
    assert "own origin only" in str(fix(outcome))


def test_a_failure_that_only_the_browser_kept() -> None:
    own = "https://app.example/data"
    page = Browser(MockServer().route(own, fail="reset")).page(PAGE)
    page.load("preload", own, "anonymous")
    outcome = page.fetch(own)
    assert outcome.from_preload
    assert "kept in the browser" in str(fix(outcome))


def test_a_reason_that_nothing_is_known_of_is_named() -> None:
    outcome = replace(outcome_of(MockServer()), reason=Reason.STREAM_NOT_SUPPORTED)
    assert "stream-not-supported" in why_no_fix(outcome)


def test_a_narrower_resource_policy_where_the_page_is_of_the_same_site() -> None:
    policy = [("Cross-Origin-Resource-Policy", "same-origin")]
    own_site = outcome_of(MockServer().route(API, headers=policy), page="https://www.api.example/", mode="no-cors")
    other_site = outcome_of(MockServer().route(API, headers=policy), mode="no-cors")
    assert best(own_site).header_lines() == ["Cross-Origin-Resource-Policy: same-site"]
    assert best(other_site).header_lines() == ["Cross-Origin-Resource-Policy: cross-origin"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("run()", "text/javascript"), ('{"a": 1}', None), ("<!doctype html><p>", None)],
    ids=["a script", "JSON", "HTML"],
)
def test_only_what_is_a_script_is_called_one(body: str, content_type: str | None) -> None:
    headers = [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")]
    outcome = Browser(MockServer().route(API, headers=headers, body=body)).page(PAGE).load("script", API)
    assert outcome.reason is Reason.NOSNIFF
    fixes = fix(outcome)
    lines = [line for each in fixes for line in each.header_lines()]
    assert lines == ([] if content_type is None else [f"Content-Type: {content_type}"])


CHANGES = {
    RequestChange(Kind.DROP_HEADER, "X-A"): "do not send the request header X-A",
    RequestChange(Kind.DROP_UPLOAD_LISTENER): "do not listen to the upload's progress",
    RequestChange(Kind.BUFFER_BODY): "send the body as a whole, not as a stream",
    RequestChange(Kind.METHOD, "PATCH"): "write the method PATCH",
    RequestChange(Kind.URL, API): f"ask for {API} directly",
    RequestChange(Kind.KEEPALIVE): "leave keepalive out",
    RequestChange(Kind.CROSSORIGIN, "anonymous"): 'give the element crossorigin="anonymous"',
    RequestChange(Kind.CREDENTIALS, "none"): "do not ask for credentials (withCredentials)",
    RequestChange(Kind.CREDENTIALS, "same-origin"): 'use credentials: "same-origin"',
    RequestChange(Kind.MODE, "cors"): 'use mode: "cors"',
    RequestChange(Kind.REDIRECT, "follow"): 'use redirect: "follow"',
    RequestChange(Kind.CACHE, "default"): 'use cache: "default"',
}


@pytest.mark.parametrize(("change", "words"), CHANGES.items(), ids=CHANGES.values())
def test_a_change_of_the_request_in_words(change: RequestChange, words: str) -> None:
    assert str(change) == words


def test_every_kind_of_change_has_words() -> None:
    assert {change.kind for change in CHANGES} == set(Kind)


def test_a_page_whose_policy_refuses() -> None:
    page = Browser(MockServer()).page(PAGE, {"Content-Security-Policy": "connect-src 'self'"})
    assert "connect-src 'self'" in str(fix(page.fetch(API)))


def test_a_first_step_that_is_not_enough_is_told() -> None:
    server = MockServer().route(API, body="changed")
    found = fix(outcome_of(server, integrity="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
    assert "needed, and not enough" in str(found)
    assert "integrity" in str(found)


def test_a_server_that_is_down() -> None:
    assert "refused" in str(fix(outcome_of(MockServer().route(API, fail="refused"))))


def test_a_readable_outcome_needs_nothing() -> None:
    assert "nothing to mend" in str(fix(outcome_of(MockServer().route(API, headers=[ALLOW]))))


def test_a_visit_was_asked_for_by_no_script() -> None:
    page = Browser(MockServer().route(PAGE, fail="dns")).visit(PAGE)
    assert page.navigation is not None
    assert "does not resolve" in str(fix(page.navigation))


def test_a_chain_of_redirects_is_mended_to_its_end() -> None:
    server = MockServer()
    for hop in range(12):
        server.route(f"https://api.example/{hop}", status=302, headers=[("Location", f"/{hop + 1}")])
    outcome = outcome_of(server, "https://api.example/0")
    assert outcome.blocked is not None
    found = fix(outcome)
    assert found
    assert changes_of(outcome) == [
        f"set Access-Control-Allow-Origin: {ORIGIN} on the redirect of https://api.example/0",
        f"set Access-Control-Allow-Origin: {ORIGIN} on the response of https://api.example/1",
    ]


VALUES = st.sampled_from(["", "*", "null", ORIGIN, f"{ORIGIN}/", "true", "True", "PUT; x", "x-a, *", "\x1b", "\xe9"])
LOCATIONS = st.sampled_from(["", "/y", "https://other.test/y", "https://", "data:,x", "https://u:p@api.example/y"])
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Credentials",
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Cross-Origin-Resource-Policy",
            ]
        ),
        VALUES,
    ),
    max_size=4,
)


@settings(deadline=None, max_examples=150)
@given(
    profile=st.sampled_from(["standard", "chromium", "firefox", "webkit"]),
    preflight=st.tuples(st.sampled_from([200, 204, 301, 401, 500]), ANSWERS),
    hop=st.tuples(st.sampled_from([200, 302, 307, 404]), ANSWERS, LOCATIONS),
    method=st.sampled_from(["GET", "POST", "PUT", "patch"]),
    headers=st.sampled_from([{}, {"X-A": "1"}, {"Authorization": "t", "X-B": "2"}]),
    mode=st.sampled_from(["cors", "same-origin"]),
    credentials=st.sampled_from(["omit", "same-origin", "include"]),
    page=st.sampled_from([PAGE, "https://api.example/", "data:text/html,x", "http://localhost:3000/"]),
)
def test_whatever_servers_answer_a_fix_is_allowed_when_made_again(
    profile: str,
    preflight: tuple[int, list[tuple[str, str]]],
    hop: tuple[int, list[tuple[str, str]], str],
    method: str,
    headers: dict[str, str],
    mode: str,
    credentials: str,
    page: str,
) -> None:
    server = (
        MockServer()
        .route(API, "OPTIONS", preflight[0], [*preflight[1], ("Location", hop[2])])
        .route(API, "*", hop[0], [*hop[1], ("Location", hop[2])])
    )
    init = {"method": method, "headers": headers, "mode": mode, "credentials": credentials}
    outcome = outcome_of(server, page=page, profile=profile, **init)
    fixes = fix(outcome)
    assert bool(fixes) is not isinstance(fixes, NoFix)
    for each in fixes:
        assert each.outcome.allowed
        assert each.summary().isprintable()


@pytest.mark.parametrize("permission", ["prompt", "denied"])
def test_a_fix_for_a_local_network_says_first_that_the_user_has_to_allow_it(permission: str) -> None:
    browser = Browser(MockServer(), profile="chromium", permissions={"loopback-network": permission})
    outcome = browser.page("https://app.example/").fetch("http://localhost:8000/items")
    assert outcome.exchanges == []
    first = fix(outcome)[0]
    assert first.assumptions[0].startswith("First of all the user lets the page into the local network")


def test_a_proof_knows_where_the_hosts_were() -> None:
    server = MockServer().route("http://nas.example/")
    at = {"nas.example": "192.168.0.7", "wiki.example": "10.0.0.2"}
    browser = Browser(server, profile="chromium", addresses=at)
    refused = browser.page("http://app.example/").fetch("http://nas.example/")
    assert refused.reason is Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT
    assert isinstance(fix(refused), NoFix)  # no header of the server's is ever seen
    inside = browser.page("http://wiki.example/").fetch("http://nas.example/")
    assert best(inside).verified


def test_a_redirected_web_socket_is_told_as_one_and_no_other_request_is() -> None:
    headers = [("Location", "data:,x"), ("Access-Control-Allow-Origin", "*")]
    server = MockServer().route(API, status=301, headers=headers)
    page = Browser(server).page(PAGE)
    for outcome, is_one in (
        (page.web_socket("wss://api.example/x"), True),
        (page.fetch(API, redirect="error"), False),
    ):
        assert outcome.reason is Reason.REDIRECT_MODE_ERROR
        found = fix(outcome)
        assert ("handshake of a WebSocket follows no redirect" in str(found)) == is_one
        assert ("asked for redirect mode" in outcome.explain()) is False


APIS: dict[str, Any] = {
    "web_socket": lambda page: page.web_socket("wss://api.example/x"),
    "event_source": lambda page: page.event_source(API, with_credentials=True),
    "xhr": lambda page: page.xhr(API, method="PUT", upload_listener=True),
    "img": lambda page: page.load("img", API),
    "font": lambda page: page.load("font", API),
    "preload": lambda page: page.load("preload", API, as_="script", integrity="sha256-AAAA"),
    "iframe": lambda page: page.load("iframe", API),
    "beacon": lambda page: page.send_beacon(API, "a", "application/json"),
    "form": lambda page: page.submit_form(API),
    "manual": lambda page: page.fetch(API, redirect="manual", mode="no-cors"),
    "error": lambda page: page.fetch(API, redirect="error", mode="same-origin", cache="only-if-cached"),
}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("location", ["/y", "https://b.example/", "data:,x", "http://["])
def test_each_api_is_advised_of_what_it_can_be_asked_for(api: str, location: str) -> None:
    server = MockServer().route(API, status=307, headers=[("Location", location)])
    outcome = APIS[api](Browser(server).page(PAGE))
    fixes = fix(outcome)
    changes = [] if isinstance(fixes, NoFix) else [change for each in fixes for change in each.changes]
    assert api == "error" or Kind.CACHE not in {each.kind for each in changes if isinstance(each, RequestChange)}
    assert outcome.explain()
