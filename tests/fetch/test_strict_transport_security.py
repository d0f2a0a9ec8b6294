"""Strict-Transport-Security: what the header says, and what becomes of http URLs of hosts that sent it."""

from __future__ import annotations

import pytest

from corssim import Browser, MockServer
from corssim.fetch.strict_transport_security import KnownHost, KnownHosts, parse_strict_transport_security

PAGE, SECURE, PLAIN = "http://app.example/", "https://api.example/x", "http://api.example/x"
CORS = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Methods": "{acrm}"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=600", KnownHost(700, False)),
        ("MAX-AGE=600; IncludeSubDomains", KnownHost(700, True)),
        ('max-age="600"', KnownHost(700, False)),
        (" max-age = 600 ;; unknown ; other=x", KnownHost(700, False)),
        ("max-age=0", KnownHost(100, False)),
        ("max-age=" + "9" * 5000, KnownHost(100 + 10**10, False)),
        ("max-age=" + "0" * 5000 + "600", KnownHost(700, False)),
        ("includeSubDomains", None),
        ("max-age=600; max-age=0", None),
        ("max-age=600, max-age=0", None),
        ("max-age=-1", None),
        ("max-age=abc", None),
        ("max-age", None),
        ("", None),
    ],
)
def test_the_header_is_read_as_the_rfc_says(value: str, expected: KnownHost | None) -> None:
    assert parse_strict_transport_security(value, now=100) == expected


def test_a_host_speaks_for_those_below_it_if_it_says_so() -> None:
    hosts = KnownHosts()
    hosts.note("alone.example", KnownHost(10, False), 0)
    hosts.note("all.example", KnownHost(10, True), 0)
    matches = ["alone.example", "a.alone.example", "all.example", "a.b.all.example", "example", "mall.example"]
    assert [hosts.match(host, 5) for host in matches] == [True, False, True, True, False, False]
    assert not hosts.match("all.example", 10)
    hosts.note("all.example", KnownHost(5, True), 5)
    assert len(hosts) == 1


def test_no_server_can_fill_the_memory() -> None:
    hosts = KnownHosts()
    for number in range(5000):
        hosts.note(f"h{number}.example", KnownHost(10, False), 0)
    assert len(hosts) == 4096


def asked(profile: str, *, first: str = SECURE, then: str = PLAIN, **options: object) -> tuple[list[str], object]:
    server = MockServer()
    server.route("*", headers=CORS | {"Strict-Transport-Security": "max-age=600"})
    page = Browser(server, profile=profile).page(PAGE)
    page.fetch(first)
    outcome = page.fetch(then, **options)  # type: ignore[arg-type]
    return [f"{request.method} {request.url}" for request in server.requests[1:]], outcome


def test_by_the_text_the_url_is_rewritten() -> None:
    sent, outcome = asked("standard", method="PUT")
    assert sent == ["OPTIONS https://api.example/x", "PUT https://api.example/x"]
    assert (outcome.allowed, outcome.response.redirected) == (True, False)  # type: ignore[attr-defined]


def test_in_chromium_it_is_a_redirect_that_script_sees_and_that_makes_origin_null() -> None:
    sent, outcome = asked("chromium")
    assert sent == ["GET https://api.example/x"]
    assert outcome.response.redirected  # type: ignore[attr-defined]
    assert ("Origin", "null") in outcome.exchanges[0].request.headers  # type: ignore[attr-defined]


def test_in_chromium_no_preflight_gets_through() -> None:
    sent, outcome = asked("chromium", method="PUT")
    assert sent == []
    assert outcome.reason == "preflight-redirected"  # type: ignore[attr-defined]


@pytest.mark.parametrize("profile", ["firefox", "webkit"])
def test_third_parties_are_left_alone(profile: str) -> None:
    assert asked(profile)[0] == ["GET http://api.example/x"]


def test_firefox_upgrades_the_pages_own_site() -> None:
    sent, outcome = asked("firefox", first="https://www.app.example/x", then="http://www.app.example/x")
    assert sent == ["GET https://www.app.example/x"]
    assert outcome.response.redirected  # type: ignore[attr-defined]


@pytest.mark.parametrize("first", [PLAIN, "https://192.0.2.1/x"])
def test_plain_http_and_addresses_can_say_nothing(first: str) -> None:
    assert asked("chromium", first=first, then=first.replace("https", "http"))[0][-1].startswith("GET http:")
