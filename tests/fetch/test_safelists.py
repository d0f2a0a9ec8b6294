"""Which request headers script may set, and which of them need a preflight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers import profile_named
from corssim.fetch.browsers.chromium import CHROMIUM
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.safelists import (
    cors_unsafe_request_header_names,
    is_cors_non_wildcard_request_header_name,
    is_cors_safelisted_request_header,
    is_forbidden_request_header,
    is_no_cors_safelisted_request_header,
    parse_single_range,
)

APP, API = "https://app.example/", "https://api.example/x"
WPT = Path(__file__).parents[1] / "data" / "wpt"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "{acrm}",
    "Access-Control-Allow-Headers": "{acrh}",
}


def requested_names(headers: list[tuple[str, str]], **options: object) -> str | None:
    """Access-Control-Request-Headers of the preflight, None without a preflight."""
    server = MockServer().route("*", headers=OPEN)
    Browser(server).page(APP).fetch(API, headers=headers, **options)  # type: ignore[arg-type]
    first = server.requests[0]
    return dict(first.headers)["Access-Control-Request-Headers"] if first.method == "OPTIONS" else None


@pytest.mark.parametrize(("name", "value"), json.loads((WPT / "not-cors-safelisted.json").read_text()))
def test_not_safelisted_as_web_platform_tests_have_it(name: str, value: str) -> None:
    assert not is_cors_safelisted_request_header(name, value, STANDARD.safelists)
    assert requested_names([(name, value)]) == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", ""),
        ("Accept", "text/html\t; q=0.5, */*"),
        ("Accept", "\xe9"),
        ("accept", "a" * 128),
        ("Accept-Language", "de-DE, en; q=0.5*.="),
        ("Content-Language", ""),
        ("Content-Type", "text/plain"),
        ("CONTENT-TYPE", "Text/Plain; Charset=utf-8"),
        ("Content-Type", "multipart/form-data"),
        ("Content-Type", "application/x-www-form-urlencoded; boundary=abc"),
        ("Content-Type", "text/plain;;;"),
        ("Content-Type", "text/plain; garbage"),
        ("Range", "bytes=0-"),
        ("Range", "bytes=0-0"),
        ("Range", "bytes=00-9999999999999999999999"),
    ],
)
def test_safelisted_by_value(name: str, value: str) -> None:
    assert is_cors_safelisted_request_header(name, value, STANDARD.safelists)
    assert requested_names([(name, value)]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "a" * 129),
        ("Accept", "a:b"),
        ("Accept", "\x7f"),
        ("Accept", "\x01"),
        ("Accept-Language", "de_DE"),
        ("Accept-Language", "\xe9"),
        ("Accept-Language", "de\ten"),
        ("Content-Language", "de/en"),
        ("Content-Type", ""),
        ("Content-Type", "text/plain, text/plain"),
        ("Content-Type", "application/json"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Type", "text/plain; a=" + "b" * 128),
        ("Range", "bytes=-500"),
        ("Range", "bytes=5-4"),
        ("Range", "bytes=0-1,2-3"),
        ("Range", "bytes = 0-"),
        ("Range", "bytes=0- "),
        ("Range", "BYTES=0-"),
        ("Range", "bytes=-"),
        ("Range", "bytes=٣-"),
        ("Downlink", "1"),
        ("Save-Data", "on"),
        ("User-Agent", "x"),
        ("X-Requested-With", "XMLHttpRequest"),
    ],
)
def test_unsafe_by_name_or_value(name: str, value: str) -> None:
    assert not is_cors_safelisted_request_header(name, value, STANDARD.safelists)


def test_chromium_safelists_client_hints_and_save_data_by_its_value() -> None:
    assert is_cors_safelisted_request_header("DPR", "2", CHROMIUM.safelists)
    assert is_cors_safelisted_request_header("Save-Data", "ON", CHROMIUM.safelists)
    assert not is_cors_safelisted_request_header("Save-Data", "off", CHROMIUM.safelists)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("bytes=0-", (0, None)),
        ("bytes=1-2", (1, 2)),
        ("bytes=2-2", (2, 2)),
        ("bytes=-5", (None, 5)),
        ("bytes=-", None),
        ("bytes=3-2", None),
        ("bytes 0-1", None),
        ("bytes=0-1 ", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("", None),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_single_range(value: str, parsed: tuple[int | None, int | None] | None) -> None:
    assert parse_single_range(value, largest=2**63) == parsed


def test_names_come_lower_case_once_and_sorted() -> None:
    headers = [("X-b", "1"), ("Authorization", "x"), ("x-B", "2"), ("X-A", "1"), ("Accept", "a")]
    assert requested_names(headers) == "authorization,x-a,x-b"


@pytest.mark.parametrize(
    ("sizes", "names"),
    [([128] * 7 + [125], None), ([128] * 7 + [126], "accept"), ([128] * 8, "accept"), ([129], "accept")],
    ids=["1021 bytes", "1022 bytes", "1024 bytes", "129 in one"],
)
def test_safelisted_values_over_1024_bytes_together_are_all_unsafe(sizes: list[int], names: str | None) -> None:
    # One header is not counted here: fetch() adds nothing to a request that has an Accept header.
    headers = [("Accept", "a" * size) for size in sizes] + [("Accept-Language", "abc")]
    expected = None if names is None else (names if sizes == [129] else "accept,accept-language")
    assert requested_names(headers) == expected


def test_exactly_1024_bytes_are_safe_and_one_more_is_not() -> None:
    at_the_limit = [("Accept", "a" * 128)] * 8
    assert cors_unsafe_request_header_names(at_the_limit, STANDARD.safelists) == []
    assert cors_unsafe_request_header_names(
        [*at_the_limit, ("Accept-Language", "a"), ("X", "")], STANDARD.safelists
    ) == [
        "accept",
        "accept-language",
        "x",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers", "Access-Control-Request-Method"),
        *("Connection", "Content-Length", "COOKIE", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive"),
        *("Origin", "Referer", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"),
        *("Proxy-", "proxy-authorization", "Sec-", "SEC-Fetch-Site"),
    ],
)
def test_a_forbidden_header_vanishes_silently(name: str) -> None:
    assert is_forbidden_request_header(name, "x", STANDARD.safelists)
    assert requested_names([(name, "x")]) is None


@pytest.mark.parametrize(
    ("name", "value", "forbidden"),
    [
        ("X-HTTP-Method-Override", "TRACE", True),
        ("x-http-method", "GET, track", True),
        ("X-Method-Override", "Connect,", True),
        ("X-HTTP-Method-Override", "PUT", False),
        ("X-HTTP-Method-Override", '"TRACE"', False),
        ("User-Agent", "x", False),
        ("Authorization", "x", False),
        ("Security", "x", False),
    ],
)
def test_forbidden_by_value(name: str, value: str, forbidden: bool) -> None:
    assert is_forbidden_request_header(name, value, STANDARD.safelists) is forbidden


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Accept", "text/html", True),
        ("accept-language", "de", True),
        ("Content-Language", "de", True),
        ("Content-Type", "text/plain", True),
        ("Content-Type", "application/json", False),
        ("Accept", '"', False),
        ("Range", "bytes=0-", False),
        ("X-A", "1", False),
        ("Authorization", "x", False),
    ],
)
def test_the_no_cors_guard_keeps_four_names_by_value(name: str, value: str, kept: bool) -> None:
    assert is_no_cors_safelisted_request_header(name, value, STANDARD.safelists) is kept
    server = MockServer()
    Browser(server).page(APP).fetch(API, method="POST", mode="no-cors", headers={name: value})
    sent = {header.lower(): text for header, text in server.requests[0].headers}
    assert (sent.get(name.lower()) == value) is kept


def test_the_no_cors_guard_checks_the_combined_value() -> None:
    server = MockServer()
    headers = [("Accept", "a" * 100), ("Accept", "b" * 100), ("Accept", "c" * 10)]
    Browser(server).page(APP).fetch(API, mode="no-cors", headers=headers)
    assert dict(server.requests[0].headers)["Accept"] == "a" * 100 + ", " + "c" * 10


def test_the_names_that_stand_alone() -> None:
    assert is_cors_non_wildcard_request_header_name("AUTHORIZATION")
    assert not is_cors_non_wildcard_request_header_name("X-Authorization")


@pytest.mark.parametrize(
    ("browser", "largest"), [("chromium", 2**63 - 2), ("firefox", 2**64 - 1), ("webkit", 2**64 - 1)]
)
def test_the_largest_position_of_a_simple_range_as_recorded(browser: str, largest: int) -> None:
    """safelist-range-first-position-… and -last-position-…, which are on both sides of it."""
    for position in (largest, largest + 1):
        for value in (f"bytes={position}-", f"bytes=0-{position}"):
            is_safe = is_cors_safelisted_request_header("Range", value, profile_named(browser).safelists)
            assert is_safe is (position == largest)
            assert is_cors_safelisted_request_header("Range", value, STANDARD.safelists)
