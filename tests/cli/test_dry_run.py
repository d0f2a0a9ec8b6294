"""`corssim check --dry-run`: what would be sent, why, and what the server must answer."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from corssim.fetch.settings import ThirdPartyCookies

from .running import corssim

URL = "https://api.example/items"


def plan(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(corssim("check", "--dry-run", "--json", *arguments).out)
    return document


def needs(request: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {header["name"]: (header["value"], header["or"]) for header in request["needs"]["headers"]}


@pytest.mark.parametrize("setting", get_args(ThirdPartyCookies))
def test_every_setting_of_third_party_cookies_has_its_flag(setting: str) -> None:
    assert plan(URL, "--third-party-cookies", setting)["dry_run"]


def test_a_simple_request_goes_out_alone() -> None:
    document = plan(URL)
    assert (document["preflight"], document["preflight_because"]) == (False, [])
    (request,) = document["requests"]
    assert (request["kind"], request["method"], request["url"]) == ("actual", "GET", URL)
    assert ["Origin", "https://app.example"] in request["headers"]
    assert needs(request) == {"Access-Control-Allow-Origin": ("https://app.example", "*")}


@pytest.mark.parametrize(
    ("browser", "flags", "told"),
    [
        ("firefox", (), "sid kept back (third-party-partitioned)"),
        ("webkit", (), "sid kept back (third-party-blocked)"),
        ("chromium", (), "sid sent"),
        ("chromium", ("--third-party-cookies", "block"), "sid kept back (third-party-blocked)"),
        ("firefox", ("--third-party-cookies", "allow"), "sid sent"),
    ],
)
def test_what_becomes_of_a_third_partys_cookie_is_told(browser: str, flags: tuple[str, ...], told: str) -> None:
    cookie = ("--cookie", "sid=1; SameSite=None; Secure", "--credentials", "include")
    assert told in corssim("check", "--dry-run", URL, "--browser", browser, *cookie, *flags).out


@pytest.mark.parametrize(
    ("browser", "flags", "sent"),
    [
        ("chromium", (), "https"),
        ("chromium", ("--https-first", "off"), "http"),
        ("webkit", (), "http"),
        ("webkit", ("--https-first", "on"), "https"),
    ],
)
def test_https_first_is_the_browsers_unless_a_flag_says_it(browser: str, flags: tuple[str, ...], sent: str) -> None:
    form = ("http://shop.com/", "--page", "http://app.com/", "--api", "submit_form", "-X", "GET")
    (request,) = plan(*form, "--browser", browser, *flags)["requests"]
    assert request["url"] == f"{sent}://shop.com/?"


@pytest.mark.parametrize(
    ("browser", "sent"),
    [
        ("standard", "de-DE,en;q=0.9"),
        ("chromium", "de-DE,de;q=0.9,en;q=0.8"),
        ("firefox", "de-DE,en;q=0.9"),
        ("webkit", "de-DE,en;q=0.90"),
    ],
)
def test_the_languages_of_a_flag_are_sent_as_the_browser_weights_them(browser: str, sent: str) -> None:
    (request,) = plan(URL, "--browser", browser, "--languages", "de-DE, en")["requests"]
    assert ["Accept-Language", sent] in request["headers"]


@pytest.mark.parametrize("languages", ["", "de,", "de;q=0.5", "d e"])
def test_what_is_no_language_is_refused(languages: str) -> None:
    ran = corssim("check", "--dry-run", URL, "--languages", languages)
    assert (ran.status, ran.out) == (2, "")
    assert "it can be tags with commas between, such as 'de-DE,de,en'" in ran.err


def test_a_preflighted_request_tells_both_and_what_each_needs() -> None:
    document = plan(URL, "-X", "PUT", "-H", "X-Trace-Id: 7", "-H", "Authorization: Bearer secret")
    assert document["preflight"] is True
    assert document["preflight_because"] == ["PUT", "authorization", "x-trace-id"]
    preflight, actual = document["requests"]
    assert ["Access-Control-Request-Headers", "authorization,x-trace-id"] in preflight["headers"]
    assert preflight["needs"]["status"] == "200-299"
    assert needs(preflight) == {
        "Access-Control-Allow-Origin": ("https://app.example", "*"),
        "Access-Control-Allow-Methods": ("PUT", "*"),
        "Access-Control-Allow-Headers": ("authorization, x-trace-id", None),
    }
    assert ["Authorization", "Bearer ***"] in actual["headers"]


def test_with_credentials_no_star_will_do() -> None:
    preflight, actual = plan(URL, "-X", "DELETE", "--credentials", "include")["requests"]
    assert needs(preflight)["Access-Control-Allow-Methods"] == ("DELETE", None)
    assert needs(actual) == {
        "Access-Control-Allow-Origin": ("https://app.example", None),
        "Access-Control-Allow-Credentials": ("true", None),
    }


def test_what_it_says_is_enough_is_enough() -> None:
    """The server of the plan's headers lets the fetch through, for each way of asking."""
    from corssim import Browser, MockServer

    for arguments, options in (
        ((), {}),
        (("-X", "PUT"), {"method": "PUT"}),
        (("-X", "PUT", "--credentials", "include"), {"method": "PUT", "credentials": "include"}),
        (("-H", "Authorization: a"), {"headers": {"Authorization": "a"}}),
    ):
        server = MockServer()
        for request in plan(URL, *arguments)["requests"]:
            headers = [(header["name"], header["value"]) for header in request["needs"]["headers"]]
            server.route(URL, request["method"], 200, headers)
        assert Browser(server).page("https://app.example/").fetch(URL, **options).allowed


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (["-d", "a=1"], ("POST", "application/x-www-form-urlencoded;charset=UTF-8", False)),
        (["-d", "{}", "-H", "Content-Type: application/json"], ("POST", "application/json", True)),
        (["-d", "a", "-X", "PUT"], ("PUT", "application/x-www-form-urlencoded;charset=UTF-8", True)),
        (["--api", "send_beacon", "-d", "a"], ("POST", "text/plain;charset=UTF-8", False)),
        (["--api", "submit_form", "-d", "a=1"], ("POST", "application/x-www-form-urlencoded", False)),
    ],
    ids=["a form's body", "JSON", "PUT", "a beacon", "a form"],
)
def test_a_body_makes_a_post_as_with_curl(arguments: list[str], sent: tuple[str, str, bool]) -> None:
    document = plan(URL, *arguments)
    request = document["requests"][-1]
    headers = {name.lower(): value for name, value in request["headers"]}
    assert (request["method"], headers["content-type"], document["preflight"]) == sent


def test_a_body_can_come_from_a_file_or_from_standard_input(tmp_path: Any) -> None:
    path = tmp_path / "body"
    path.write_text("a=1\r\nb=2\n")
    for arguments, stdin in (("@" + str(path), ""), ("@-", "a=1\r\nb=2\n")):
        ran = corssim("check", "--dry-run", "--json", URL, "-d", arguments, stdin=stdin)
        assert json.loads(ran.out)["requests"][0]["body_size"] == len("a=1b=2")


@pytest.mark.parametrize(
    ("arguments", "fetched"),
    [
        (["--api", "xhr", "--upload-listener", "-d", "a"], ("XMLHttpRequest", "cors", "same-origin")),
        (["--api", "xhr", "--credentials", "include"], ("XMLHttpRequest", "cors", "include")),
        (["--api", "img"], ("img", "no-cors", "include")),
        (["--api", "img", "--crossorigin", "anonymous"], ("img", "cors", "same-origin")),
        (["--api", "img", "--mode", "cors"], ("img", "cors", "same-origin")),
        (["--api", "script", "--credentials", "include", "--mode", "cors"], ("script", "cors", "include")),
        (["--api", "event_source"], ("EventSource", "cors", "same-origin")),
        (["--mode", "no-cors", "--cache", "no-store"], ("fetch", "no-cors", "same-origin")),
    ],
    ids=["xhr that listens", "xhr", "img", "img crossorigin", "img in cors mode", "script", "EventSource", "no-cors"],
)
def test_other_apis_ask_in_their_own_way(arguments: list[str], fetched: tuple[str, str, str]) -> None:
    request = plan(URL, *arguments)["request"]
    assert (request["api"], request["mode"], request["credentials"]) == fetched


def test_the_page_is_of_the_urls_scheme_unless_given() -> None:
    assert plan("http://api.example/")["request"]["page"] == "http://app.example/"
    assert plan("/items", "--page", "https://a.example/b/")["request"]["url"] == "https://a.example/items"


def test_cookies_go_along_as_their_attributes_allow() -> None:
    flags = ["--cookie", "a=1; SameSite=None; Secure", "--cookie", "b=2", "--credentials", "include"]
    (request,) = plan(URL, *flags)["requests"]
    assert ["Cookie", "a=***"] in request["headers"]
    text = corssim("check", "--dry-run", URL, *flags, "--show-credentials").out
    assert "> Cookie: a=1" in text
    assert "b kept back" in text


def test_a_sandboxed_page_and_its_policies_count() -> None:
    assert ["Origin", "null"] in plan(URL, "--sandboxed")["requests"][0]["headers"]
    ran = corssim("check", "--dry-run", URL, "--page-header", "Content-Security-Policy: default-src 'self'")
    assert ran.status == 1
    assert ran.out.startswith("BLOCKED GET https://api.example/items")


def test_several_browsers_are_told_one_after_the_other() -> None:
    ran = corssim("check", "--dry-run", URL, "--browser", "chromium", "--browser", "firefox")
    assert ran.out.count("DRY RUN GET") == 2
    assert "(chromium)" in ran.out
    assert "(firefox)" in ran.out
    document = json.loads(corssim("check", "--dry-run", "--json", URL, "--browser", "all").out)
    assert list(document["browsers"]) == ["standard", "chromium", "firefox", "webkit"]
    assert [each["profile"] for each in document["reports"]] == ["standard", "chromium", "firefox", "webkit"]


def test_the_text_tells_why_and_what_is_needed() -> None:
    text = corssim("check", "--dry-run", URL, "-X", "PUT").out
    assert "decision   cross-origin: preflight, because of PUT" in text
    assert "needs      < a status from 200 to 299" in text
    assert "< Access-Control-Allow-Methods: PUT  (or *)" in text
    assert "Access-Control-Max-Age" in text
    assert max(map(len, text.splitlines())) <= 80


def test_same_origin_needs_no_cors_header() -> None:
    text = corssim("check", "--dry-run", "https://app.example/data").out
    assert "same origin: CORS does not apply" in text
    assert "< no CORS header" in text


def test_a_web_socket_is_opened_and_not_loaded() -> None:
    result = corssim("check", "wss://api.example/chat", "--api", "web_socket", "--dry-run", "--browser", "chromium")
    assert "GET https://api.example/chat" in result.out
    assert "Upgrade: websocket" in result.out


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["http://localhost:8000/x"], "http://localhost:3000, taken as a page in development"),
        (["http://localhost:8000/x", "--page", "http://shop.example/"], None),
        (["https://api.example/x"], None),
        (["http://localhost:8000/x", "--json"], None),
    ],
    ids=["assumed", "given", "of the web", "as data"],
)
def test_the_page_that_was_assumed_is_told(flags: list[str], told: str | None) -> None:
    out = corssim("check", "--dry-run", *flags).out
    assert ("taken as a page in development" in out) is (told is not None)
    assert told is None or told in out
