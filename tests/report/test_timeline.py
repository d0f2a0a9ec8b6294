"""The story of a fetch: what each event becomes."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer, Outcome
from corssim.fetch.reasons import Blocked, Reason
from corssim.report.comparison import comparison_lines, difference_of
from corssim.report.sentences import sentence
from corssim.report.terminal import plain_report
from corssim.report.timeline import timeline

from .outcomes import ALLOWED, API, OUTCOMES, PAGE, fetched, preflighted

CREDENTIALED = ALLOWED | {"Access-Control-Allow-Credentials": "true"}


def told(outcome: Outcome) -> list[str]:
    return [f"{step.kind}: {step.summary}" for step in timeline(outcome)]


def browser_for(server: MockServer, profile: str = "standard") -> Browser:
    return Browser(server, profile=profile, clock=lambda: 1_767_225_600.0)


def test_an_upgraded_url_is_told() -> None:
    page = browser_for(MockServer()).page(PAGE)
    steps = told(page.load("img", "http://api.example/a.png"))
    assert "decision: http becomes https, by mixed-content: https://api.example/a.png" in steps


def test_cookies_that_went_and_that_stayed_are_told() -> None:
    cookies = [("Set-Cookie", "a=1; SameSite=None; Secure"), ("Set-Cookie", "b=2; SameSite=None")]
    server = MockServer().route("*", "*", 200, [*CREDENTIALED.items(), *cookies])
    browser = browser_for(server)
    page = browser.page(PAGE)
    first = told(page.fetch(API, credentials="include"))
    assert "cookies: a is stored" in first
    assert any(step.startswith("cookies: b is not stored: ") for step in first)
    assert "cookies: a sent" in told(page.fetch(API, credentials="include"))
    server = MockServer().route("*", "*", 200, CREDENTIALED | {"Set-Cookie": "lax=1; Secure"})
    browser = browser_for(server)
    browser.page("https://api.example/").fetch(API)
    (kept,) = [step for step in told(browser.page(PAGE).fetch(API, credentials="include")) if "kept back" in step]
    assert kept.startswith("cookies: lax kept back (")


def test_answers_from_the_cache_are_told() -> None:
    headers = ALLOWED | {"Cache-Control": "max-age=60", "ETag": '"1"'}
    page = browser_for(MockServer().route("*", "*", 200, headers)).page(PAGE)
    page.fetch(API)
    assert "cache: the HTTP cache answers 200: nothing was sent" in told(page.fetch(API))
    server = MockServer().route("*", "*", 200, headers, times=1).route("*", "*", 304, headers)
    page = browser_for(server).page(PAGE)
    page.fetch(API)
    assert "cache: the HTTP cache answers 200: its copy is still good (304)" in told(page.fetch(API, cache="no-cache"))


def test_a_block_from_the_cache_says_that_nothing_was_sent() -> None:
    headers = {"Access-Control-Allow-Origin": "{origin}", "Cache-Control": "max-age=60"}
    browser = browser_for(MockServer().route("*", "*", 200, headers))
    browser.page("https://a.shop.example/").fetch("https://api.shop.example/")
    text = plain_report(browser.page("https://b.shop.example/").fetch("https://api.shop.example/"))
    assert "Nothing was sent: the answer came from the browser's cache." in text


def test_a_cached_preflight_and_a_forgotten_one_are_told() -> None:
    server = MockServer().route("*", "OPTIONS", 204, ALLOWED | {"Access-Control-Allow-Methods": "PUT"})
    server.route("*", "PUT", 200, ALLOWED, times=2).route("*", "PUT", 200, {})
    page = browser_for(server).page(PAGE)
    first, second, third = (told(page.fetch(API, method="PUT")) for _ in range(3))
    assert "cache: the preflight's answer is kept for 5 s" in first
    assert "decision: cross-origin: an earlier preflight covers PUT" in second
    assert "cache: what preflights had allowed for this URL is forgotten" in third


def test_a_redirect_tells_what_it_changed() -> None:
    page = browser_for(preflighted_redirect()).page(PAGE)
    outcome = page.fetch(API, method="POST", headers={"Authorization": "a"}, body="x")
    (redirect,) = [step for step in timeline(outcome) if step.kind == "redirect"]
    assert redirect.summary == "303 to https://new.example/"
    labels = {detail.label: detail.value for detail in redirect.details}
    assert labels["method"] == "POST becomes GET"
    assert labels["Origin"].startswith("null from here on")
    assert "Authorization" in labels["left behind"]


def preflighted_redirect() -> MockServer:
    allowed = ALLOWED | {"Access-Control-Allow-Headers": "Authorization"}
    server = MockServer().route(API, "OPTIONS", 204, allowed)
    server.route(API, "POST", 303, ALLOWED | {"Location": "https://new.example/"})
    return server.route("*", "*", 200, {"Access-Control-Allow-Origin": "*"})


def test_a_policy_that_only_reports_ends_nothing() -> None:
    server = MockServer().route("*", "*", 200, ALLOWED)
    headers = {"Content-Security-Policy-Report-Only": "connect-src 'self'"}
    outcome = browser_for(server).page(PAGE, headers=headers).fetch(API)
    assert outcome.allowed
    assert any(step.startswith("check: (reported only) The page's own") for step in told(outcome))


def test_a_body_that_ends_early_is_told_by_what_reads_it() -> None:
    page = browser_for(MockServer().route("*", "*", 200, ALLOWED, "four", truncate=True)).page(PAGE)
    cut = "the connection closed before the end of the body"
    *_, of_fetch = timeline(page.fetch(API))
    assert of_fetch.summary == f"sees status 200, type cors, headers: content-length; reading the body fails: {cut}"
    assert of_fetch.mark == "note"
    *_, of_xhr = timeline(page.xhr(API))
    assert (of_xhr.summary, of_xhr.mark) == (f"sees nothing: {cut}", "failed")


def test_headers_beyond_bounds_were_an_answer() -> None:
    report = plain_report(browser_for(MockServer().route("*", fail="too-large")).page(PAGE).fetch(API))
    assert "The answer came, and is too large: the response headers are over 256 KiB." in report
    assert "The GET reached the server and was answered" in report


def test_a_broken_connection_may_have_reached_the_server() -> None:
    text = plain_report(fetched(MockServer().route("*", "*", fail="reset"), method="POST"))
    assert "The POST may have reached the server" in text


def test_without_advice_a_failing_server_is_shown_all_the_same() -> None:
    text = plain_report(OUTCOMES["server_error_in_disguise"]())
    assert "It answered 500 Internal Server Error: Internal Server Error: no such table" in " ".join(text.split())


def test_fixes_of_ones_own_are_told_at_the_end() -> None:
    text = plain_report(OUTCOMES["no_header"](), fixes=["add the header\nand deploy"])
    assert text.endswith("  fix        add the header\n             and deploy\n")


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence(reason: Reason) -> None:
    text = sentence(
        Blocked(reason=reason, anchor="", url="", subject="x", compared_with="y", status=500, origin="null")
    )
    assert text.endswith(".")
    assert "{" not in text


def test_browsers_that_agree_have_no_difference() -> None:
    outcomes = [fetched(MockServer().route("*", "*", 200, ALLOWED), profile=name) for name in ("chromium", "firefox")]
    assert difference_of(*outcomes) == ""
    assert comparison_lines(outcomes, columns=80)[-1].plain() == "They agree."


def test_a_difference_names_the_first_step_that_is_another() -> None:
    star = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    options: dict[str, Any] = {"headers": {"Authorization": "a"}}
    one, other = (fetched(preflighted(star, star), profile=name, **options) for name in ("standard", "webkit"))
    assert difference_of(one, other).startswith("`*` covers Authorization in this browser")
    assert "does not list authorization" in difference_of(other, one)


def test_what_is_stopped_before_a_preflight_is_considered_is_not_called_simple() -> None:
    page = browser_for(MockServer(), "chromium").page("http://app.example/")
    outcome = page.fetch("http://localhost:8080/", method="PUT")
    assert outcome.reason is Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT
    assert "decision: cross-origin" in told(outcome)


def test_a_web_socket_is_not_told_to_be_of_one_origin() -> None:
    outcome = browser_for(MockServer().route("*", status=302)).page(PAGE).web_socket("wss://other.example/")
    assert "decision: a WebSocket: CORS does not apply, the server decides by Origin" in told(outcome)
    assert outcome.blocked is not None
    assert "this request follows no redirect" in sentence(outcome.blocked)
