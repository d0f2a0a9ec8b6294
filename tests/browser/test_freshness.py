"""Ages, lifetimes and Cache-Control, https://httpwg.org/specs/rfc9111.html"""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.cache_control import (
    LONGEST,
    parse_cache_control,
    parse_delta_seconds,
    request_directives,
    response_directives,
)
from corssim.browser.freshness import (
    Freshness,
    current_age,
    freshness,
    freshness_lifetime,
    must_revalidate,
    parse_http_date,
)
from corssim.fetch.rules import FreshnessRules

NOON = 1641038400.0  # Sat, 01 Jan 2022 12:00:00 GMT
DATE = ("Date", "Sat, 01 Jan 2022 12:00:00 GMT")
DAY = 86400.0
RULES = FreshnessRules()


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        pytest.param(None, {}, id="absent"),
        pytest.param("", {}, id="empty"),
        pytest.param("no-store", {"no-store": None}, id="no argument"),
        pytest.param("No-Cache , MAX-AGE=5", {"no-cache": None, "max-age": "5"}, id="names in lower case"),
        pytest.param('max-age="60"', {"max-age": "60"}, id="a quoted number"),
        pytest.param("max-age=1, max-age=2", {"max-age": "1"}, id="the first of two counts"),
        pytest.param(
            'no-cache="set-cookie, no-store", public',
            {"no-cache": "set-cookie, no-store", "public": None},
            id="a comma inside quotes does not divide",
        ),
        pytest.param('x="no-store', {"x": '"no-store'}, id="a quote that never closes"),
        pytest.param('x="', {"x": '"'}, id="a single quote mark"),
        pytest.param(",,=5,;,no-store,", {"no-store": None}, id="garbage between is skipped"),
        pytest.param("no-store foo", {}, id="white space inside is no directive"),
        pytest.param("max-age=60s", {"max-age": "60s"}, id="an argument that is no number"),
        pytest.param("max-age =60", {}, id="white space before the equals sign"),
    ],
)
def test_cache_control_is_read_robustly(value: str | None, directives: dict[str, str | None]) -> None:
    assert parse_cache_control(value) == directives


@pytest.mark.parametrize(
    ("headers", "directives"),
    [
        pytest.param((), {}, id="nothing"),
        pytest.param((("Pragma", "no-cache"),), {"no-cache": None}, id="Pragma alone"),
        pytest.param((("Pragma", "x"),), {}, id="another Pragma"),
        pytest.param(
            (("pragma", "no-cache"), ("cache-control", "max-age=9")),
            {"max-age": "9"},
            id="Pragma beside Cache-Control means nothing",
        ),
        pytest.param(
            (("Cache-Control", "no-store"), ("cache-control", "no-cache")),
            {"no-store": None, "no-cache": None},
            id="two lines add up",
        ),
    ],
)
def test_request_directives(headers: tuple[tuple[str, str], ...], directives: dict[str, str | None]) -> None:
    assert request_directives(headers) == directives


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(None, None, id="absent"),
        pytest.param("", None, id="empty"),
        pytest.param("0", 0.0, id="zero"),
        pytest.param("0060", 60.0, id="leading zeros"),
        pytest.param("-1", None, id="negative"),
        pytest.param("+1", None, id="with a plus"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param(" 5", None, id="white space"),
        pytest.param("\xb2", None, id="a superscript digit"),
        pytest.param("4294967296", LONGEST, id="beyond 31 bits"),
        pytest.param("9" * 6000, LONGEST, id="thousands of digits"),
        pytest.param("0" * 6000 + "7", 7.0, id="thousands of zeros"),
    ],
)
def test_delta_seconds(value: str | None, seconds: float | None) -> None:
    assert parse_delta_seconds(value) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("Sat, 01 Jan 2022 12:00:00 GMT", NOON, id="the current form"),
        pytest.param("sat, 1 JAN 2022 12:00:00 gmt", NOON, id="any case, one digit"),
        pytest.param("Saturday, 01-Jan-22 12:00:00 GMT", NOON, id="two digits of a year"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", 784111777.0, id="two digits of the last century"),
        pytest.param("Sat Jan  1 12:00:00 2022", NOON, id="asctime"),
        pytest.param("Fri, 31 Dec 2021 23:59:60 GMT", 1640995199.0, id="a leap second"),
        pytest.param(None, None, id="absent"),
        pytest.param("0", None, id="zero"),
        pytest.param("Sat, 32 Jan 2022 12:00:00 GMT", None, id="no such day"),
        pytest.param("Sat, 01 Foo 2022 12:00:00 GMT", None, id="no such month"),
        pytest.param("Sat, 01 Jan 0000 12:00:00 GMT", None, id="no such year"),
        pytest.param("Sat, 01 Jan 2022 12:00:00 PST", None, id="another time zone"),
        pytest.param("Sat, 01 Jan 2022 12:00:00 GMT, x", None, id="something after it"),
    ],
)
def test_http_dates(value: str | None, seconds: float | None) -> None:
    assert parse_http_date(value) == seconds


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        pytest.param((), 10.0, id="time in the cache alone"),
        pytest.param((("Age", "100"),), 110.0, id="time in other caches"),
        pytest.param((("Age", "100, 7"),), 110.0, id="the first of a list"),
        pytest.param((("Age", "100"), ("Age", "7")), 110.0, id="the first of two lines"),
        pytest.param((("Age", "-5"),), 10.0, id="a negative Age is ignored"),
        pytest.param((("Date", "Sat, 01 Jan 2022 11:59:00 GMT"),), 70.0, id="made a minute earlier"),
        pytest.param((("Date", "Sat, 01 Jan 2022 11:59:00 GMT"), ("Age", "30")), 70.0, id="the larger of both"),
        pytest.param((("Date", "Sat, 01 Jan 2022 13:00:00 GMT"),), 10.0, id="made in the future"),
        pytest.param((("Date", "x"),), 10.0, id="an unreadable Date"),
    ],
)
def test_age(headers: tuple[tuple[str, str], ...], age: float) -> None:
    assert current_age(headers, NOON, NOON + 10) == age


def test_a_clock_set_back_adds_no_age() -> None:
    assert current_age((("Age", "3"),), NOON, NOON - 10) == 3.0


@pytest.mark.parametrize(
    ("status", "headers", "lifetime"),
    [
        pytest.param(200, (), 0.0, id="nothing stated"),
        pytest.param(200, (("Cache-Control", "max-age=600"),), 600.0, id="max-age"),
        pytest.param(200, (("Cache-Control", "max-age=abc"),), 0.0, id="unreadable max-age"),
        pytest.param(200, (("Cache-Control", "max-age"),), 0.0, id="max-age without a number"),
        pytest.param(200, (("Cache-Control", "s-maxage=600"),), 0.0, id="s-maxage is for shared caches"),
        pytest.param(
            200,
            (("Cache-Control", "max-age=5"), DATE, ("Expires", "Sat, 01 Jan 2022 13:00:00 GMT")),
            5.0,
            id="max-age before Expires",
        ),
        pytest.param(200, (DATE, ("Expires", "Sat, 01 Jan 2022 13:00:00 GMT")), 3600.0, id="Expires after Date"),
        pytest.param(200, (("Expires", "Sat, 01 Jan 2022 12:00:30 GMT"),), 30.0, id="Expires without Date"),
        pytest.param(200, (DATE, ("Expires", "Sat, 01 Jan 2022 11:00:00 GMT")), 0.0, id="already expired"),
        pytest.param(
            200,
            (("Expires", "0"), ("Last-Modified", "Wed, 22 Dec 2021 12:00:00 GMT")),
            0.0,
            id="unreadable Expires leaves nothing to guess",
        ),
        pytest.param(
            200,
            (("Expires", "0"), ("Expires", "Sat, 01 Jan 2022 13:00:00 GMT")),
            0.0,
            id="the first of two Expires",
        ),
        pytest.param(200, (("Last-Modified", "Wed, 22 Dec 2021 12:00:00 GMT"),), DAY, id="a tenth of ten days"),
        pytest.param(200, (("Last-Modified", "Fri, 01 Jan 2010 12:00:00 GMT"),), 7 * DAY, id="a week at most"),
        pytest.param(200, (("Last-Modified", "Sun, 02 Jan 2022 12:00:00 GMT"),), 0.0, id="changed in the future"),
        pytest.param(200, (("Last-Modified", "x"),), 0.0, id="unreadable Last-Modified"),
        pytest.param(302, (("Last-Modified", "Wed, 22 Dec 2021 12:00:00 GMT"),), 0.0, id="no guess for a 302"),
        pytest.param(
            302,
            (("Cache-Control", "public"), ("Last-Modified", "Wed, 22 Dec 2021 12:00:00 GMT")),
            DAY,
            id="a guess for a public 302",
        ),
    ],
)
def test_lifetime(status: int, headers: tuple[tuple[str, str], ...], lifetime: float) -> None:
    assert freshness_lifetime(status, headers, NOON, RULES) == lifetime


@pytest.mark.parametrize(
    ("status", "headers", "lifetime"),
    [
        pytest.param(308, (), LONGEST, id="a permanent status"),
        pytest.param(308, (("Cache-Control", "max-age=5"),), 5.0, id="what is stated goes ahead"),
        pytest.param(301, (), 0.0, id="another status"),
    ],
)
def test_lifetime_by_other_rules(status: int, headers: tuple[tuple[str, str], ...], lifetime: float) -> None:
    rules = FreshnessRules(permanent_statuses=frozenset({308}))
    assert freshness_lifetime(status, headers, NOON, rules) == lifetime


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('max-age="60"', "stale"),
        ('max-age=60, no-cache="x"', "fresh"),
        ("max-age=60, no-cache", "stale"),
        ("max-age=60", "fresh"),
    ],
)
def test_freshness_where_arguments_in_quotes_mean_nothing(value: str, expected: str) -> None:
    rules = FreshnessRules(quoted_arguments_count=False, fields_of_no_cache_count=False)
    assert freshness(200, (("Cache-Control", value),), NOON, NOON + 1, rules=rules) == expected


@pytest.mark.parametrize(
    ("response", "request_value", "after", "expected"),
    [
        pytest.param("max-age=60", None, 59, "fresh", id="within its lifetime"),
        pytest.param("max-age=60", None, 60, "stale", id="at the end of its lifetime"),
        pytest.param(None, None, 0, "stale", id="nothing stated is stale at once"),
        pytest.param("max-age=60, no-cache", None, 0, "stale", id="no-cache"),
        pytest.param('max-age=60, no-cache="x"', None, 0, "stale", id="no-cache for one header"),
        pytest.param("max-age=60, immutable", "max-age=0", 1, "stale", id="immutable means nothing"),
        pytest.param("max-age=60", "no-cache", 1, "stale", id="the request says no-cache"),
        pytest.param("max-age=60", "max-age=0", 0, "stale", id="the request says max-age=0, age 0"),
        pytest.param("max-age=60", "max-age=10", 9, "fresh", id="young enough for the request"),
        pytest.param("max-age=60", "max-age=10", 10, "stale", id="too old for the request"),
        pytest.param("max-age=60", "max-age=abc", 1, "stale", id="the request's max-age is unreadable"),
        pytest.param("max-age=60", "max-age=99", 60, "stale", id="the request cannot prolong a lifetime"),
        pytest.param("max-age=60, stale-while-revalidate=30", None, 59, "fresh", id="grace not needed"),
        pytest.param("max-age=60, stale-while-revalidate=30", None, 89, "stale-while-revalidate", id="grace begun"),
        pytest.param("max-age=60, stale-while-revalidate=30", None, 90, "stale", id="grace over"),
        pytest.param("max-age=60, stale-while-revalidate=x", None, 60, "stale", id="unreadable grace"),
        pytest.param("max-age=60, stale-while-revalidate=30, must-revalidate", None, 61, "stale", id="grace forbidden"),
        pytest.param("max-age=60, stale-while-revalidate=30", "max-age=99", 61, "stale", id="grace not for max-age"),
    ],
)
def test_freshness(response: str | None, request_value: str | None, after: float, expected: str) -> None:
    headers = () if response is None else (("Cache-Control", response),)
    asked = () if request_value is None else (("Cache-Control", request_value),)
    assert freshness(200, headers, NOON, NOON + after, rules=RULES, request_headers=asked) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("max-age=60", False), ("must-revalidate", True), ("no-cache", True), ("proxy-revalidate", False)],
)
def test_must_revalidate(value: str, expected: bool) -> None:
    assert must_revalidate((("Cache-Control", value),)) is expected


NAMES = st.sampled_from(["Cache-Control", "Expires", "Date", "Age", "Last-Modified", "Pragma"])
BYTES = st.text(st.characters(max_codepoint=255), max_size=40) | st.sampled_from(
    [
        "max-age=5",
        "no-cache",
        "max-age=-1",
        DATE[1],
        "Sat, 99 Jan 2022 12:00:00 GMT",
        '"',
        "stale-while-revalidate=9",
    ]
)
HEADERS = st.lists(st.tuples(NAMES, BYTES), max_size=5).map(tuple)
TIMES = st.floats(-1e10, 1e10)


@given(st.integers(100, 999), HEADERS, HEADERS, TIMES, TIMES)
@settings(deadline=None, max_examples=200)
def test_any_bytes_give_an_answer_and_never_a_negative_number(
    status: int,
    headers: tuple[tuple[str, str], ...],
    asked: tuple[tuple[str, str], ...],
    received_at: float,
    now: float,
) -> None:
    assert current_age(headers, received_at, now) >= 0
    assert freshness_lifetime(status, headers, received_at, RULES) >= 0
    assert freshness(status, headers, received_at, now, rules=RULES, request_headers=asked) in Freshness


def test_what_one_browser_makes_of_directives_is_no_other_ones() -> None:
    headers = [("Cache-Control", 'no-cache="set-cookie", max-age=7')]
    passing_by = FreshnessRules(fields_of_no_cache_count=False)
    counting = FreshnessRules(fields_of_no_cache_count=True)
    assert response_directives(headers, passing_by) == {"max-age": "7"}
    assert response_directives(headers, counting) == {"no-cache": "set-cookie", "max-age": "7"}
