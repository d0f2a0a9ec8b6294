"""Parsing a Set-Cookie value: names, attributes, limits, dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.cookies.set_cookie import (
    CookieRejected,
    RejectionCode,
    SameSite,
    SetCookie,
    parse_cookie_date,
    parse_set_cookie,
)


def parsed(set_cookie: str) -> SetCookie:
    result = parse_set_cookie(set_cookie)
    assert isinstance(result, SetCookie), result
    return result


@pytest.mark.parametrize(
    ("set_cookie", "name", "value"),
    [
        pytest.param("a=b", "a", "b", id="a name and a value"),
        pytest.param(" \ta \t=\t b c \t", "a", "b c", id="spaces and tabs around both go, inner ones stay"),
        pytest.param("a=b=c", "a", "b=c", id="the first equals sign divides"),
        pytest.param("a=", "a", "", id="an empty value"),
        pytest.param("b", "", "b", id="no equals sign: all is value"),
        pytest.param("=b", "", "b", id="an empty name"),
        pytest.param("=b=c", "", "b=c", id="an empty name and a value with an equals sign"),
        pytest.param('a="b; c"', "a", '"b', id="quotes do not protect a semicolon"),
        pytest.param("a\tb=c\td", "a\tb", "c\td", id="a tab inside is no control character here"),
        pytest.param("\xe9=\xff", "\xe9", "\xff", id="bytes beyond ASCII"),
        pytest.param("a=b;", "a", "b", id="a semicolon at the end"),
    ],
)
def test_name_and_value(set_cookie: str, name: str, value: str) -> None:
    assert (parsed(set_cookie).name, parsed(set_cookie).value) == (name, value)


@pytest.mark.parametrize(
    ("set_cookie", "holds"),
    [
        pytest.param("a=b; Path=/", False, id="no tab"),
        pytest.param("\ta\t=\tb\t;\tPath\t=\t/\t", False, id="tabs around names and values"),
        pytest.param("a=b;\t;", False, id="an attribute of a tab alone"),
        pytest.param("a\tb=c", True, id="in the name"),
        pytest.param("a=b\tc", True, id="in the value"),
        pytest.param("a\tb", True, id="in a value without a name"),
        pytest.param("a=b=\tc", True, id="behind the second equals sign"),
        pytest.param("a=b; x\ty", True, id="in an attribute's name"),
        pytest.param("a=b; x=c\td", True, id="in an attribute's value"),
    ],
)
def test_a_tab_within(set_cookie: str, holds: bool) -> None:
    assert parsed(set_cookie).holds_a_tab is holds


@pytest.mark.parametrize("code", [*range(9), *range(10, 32), 127], ids=lambda code: f"byte {code:#04x}")
@pytest.mark.parametrize("template", ["a{}=b", "a=b{}", "a=b; Path=/{}"], ids=["in name", "in value", "in attribute"])
def test_a_control_character_anywhere_refuses_the_whole(code: int, template: str) -> None:
    result = parse_set_cookie(template.format(chr(code)))
    assert isinstance(result, CookieRejected)
    assert result.code == RejectionCode.CONTROL_CHARACTER


@pytest.mark.parametrize("set_cookie", ["", "=", "  =\t", "; Secure", " ; Path=/"])
def test_neither_name_nor_value(set_cookie: str) -> None:
    result = parse_set_cookie(set_cookie)
    assert isinstance(result, CookieRejected)
    assert result.code == RejectionCode.EMPTY


def test_name_and_value_of_4096_bytes_together_are_the_most() -> None:
    assert parsed(f"{'n' * 96}={'v' * 4000}; Secure").secure
    result = parse_set_cookie(f"{'n' * 96}={'v' * 4001}; Secure")
    assert isinstance(result, CookieRejected)
    assert result.code == RejectionCode.TOO_LARGE


def test_an_attribute_value_over_1024_bytes_is_ignored_and_the_cookie_kept() -> None:
    assert parsed("a=b; Path=/" + "p" * 1023).path == "/" + "p" * 1023
    assert parsed("a=b; Path=/" + "p" * 1024).path is None
    assert parsed("a=b; Path=/short; Path=/" + "p" * 1024).path == "/short"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param("Secure", {"secure": True}, id="Secure"),
        pytest.param("sEcUrE=no", {"secure": True}, id="Secure in any case, its value ignored"),
        pytest.param("HttpOnly", {"http_only": True}, id="HttpOnly"),
        pytest.param("Partitioned", {"partitioned": True}, id="Partitioned"),
        pytest.param("\tSecure ;  HttpOnly\t", {"secure": True, "http_only": True}, id="white space around names"),
        pytest.param("Nonsense=1; Securely", {}, id="unknown attributes are passed over"),
        pytest.param("Path=/x", {"path": "/x"}, id="Path"),
        pytest.param("Path= /x ", {"path": "/x"}, id="Path, trimmed"),
        pytest.param("Path", {"path": ""}, id="Path without a value"),
        pytest.param("Path=/x; Path=y", {"path": "y"}, id="the last Path counts, even a useless one"),
        pytest.param("Path=/a=b", {"path": "/a=b"}, id="an equals sign in an attribute value"),
        pytest.param("Domain=Shop.EXAMPLE", {"domain": "shop.example"}, id="Domain in lower case"),
        pytest.param("Domain=.shop.example", {"domain": "shop.example"}, id="Domain with a leading dot"),
        pytest.param("Domain=.", {"domain": "."}, id="Domain of a dot alone"),
        pytest.param("Domain=..shop.example", {"domain": ".shop.example"}, id="only one leading dot goes"),
        pytest.param("Domain=shop.example; Domain=", {"domain": ""}, id="the last Domain counts, even empty"),
        pytest.param("SameSite=Strict", {"same_site": SameSite.STRICT}, id="SameSite=Strict"),
        pytest.param("samesite=lAX", {"same_site": SameSite.LAX}, id="SameSite in any case"),
        pytest.param("SameSite=None", {"same_site": SameSite.NONE}, id="SameSite=None"),
        pytest.param("SameSite=Lax; SameSite", {}, id="an empty SameSite afterwards unsets it"),
        pytest.param("SameSite=None; SameSite=whatever", {}, id="an unknown SameSite afterwards unsets it"),
        pytest.param("Max-Age=60", {"max_age": 60}, id="Max-Age"),
        pytest.param("Max-Age=-1", {"max_age": -1}, id="Max-Age below zero"),
        pytest.param("Max-Age=060", {"max_age": 60}, id="Max-Age with a leading zero"),
        pytest.param("Max-Age=" + "9" * 1000, {"max_age": int("9" * 1000)}, id="Max-Age of a thousand digits"),
        pytest.param("Max-Age=60; Max-Age=", {"max_age": 60}, id="an empty Max-Age is passed over"),
        pytest.param(
            "Expires=Thu, 01 Jan 1970 00:01:00 GMT; Max-Age=9",
            {"expires": 60.0, "max_age": 9},
            id="Max-Age after Expires",
        ),
        pytest.param("Max-Age=+60", {}, id="Max-Age with a plus sign"),
        pytest.param("Max-Age=60s", {}, id="Max-Age with a unit"),
        pytest.param("Max-Age=1.5", {}, id="Max-Age with a fraction"),
        pytest.param("Max-Age=-", {}, id="Max-Age of a bare minus"),
        pytest.param("Max-Age=--1", {}, id="Max-Age with two minuses"),
        pytest.param("Max-Age=\xb2", {}, id="Max-Age with a superscript digit"),
        pytest.param("Expires=Thu, 01 Jan 1970 00:01:00 GMT", {"expires": 60.0}, id="Expires"),
        pytest.param(
            "Expires=Thu, 01 Jan 1970 00:01:00 GMT; Expires=soon",
            {"expires": 60.0},
            id="a bad Expires is passed over",
        ),
    ],
)
def test_attributes(attributes: str, expected: dict[str, Any]) -> None:
    assert parsed(f"a=b; {attributes}") == SetCookie("a", "b", **expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", (1994, 11, 6, 8, 49, 37), id="RFC 1123"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", (1994, 11, 6, 8, 49, 37), id="RFC 850"),
        pytest.param("Sun Nov  6 08:49:37 1994", (1994, 11, 6, 8, 49, 37), id="asctime"),
        pytest.param("08:49:37 6 Nov 1994", (1994, 11, 6, 8, 49, 37), id="time first"),
        pytest.param("1994 08:49:37 6 nov", (1994, 11, 6, 8, 49, 37), id="year first"),
        pytest.param("6/NOVEMBER/1994/8:4:7", (1994, 11, 6, 8, 4, 7), id="slashes, long month, one-digit time"),
        pytest.param("6th Nov 1994AD 08:49:37.5", (1994, 11, 6, 8, 49, 37), id="letters after the numbers"),
        pytest.param("6 Nov 1994 08:49:37 +0100", (1994, 11, 6, 8, 49, 37), id="the zone does not count"),
        pytest.param("6 Nov 1994 08:49:37 7 Dec 2001 1:1:1", (1994, 11, 6, 8, 49, 37), id="first of each counts"),
        pytest.param("6 Nov 69 00:00:00", (2069, 11, 6, 0, 0, 0), id="two-digit year 69"),
        pytest.param("6 Nov 70 00:00:00", (1970, 11, 6, 0, 0, 0), id="two-digit year 70"),
        pytest.param("6 Nov 99 00:00:00", (1999, 11, 6, 0, 0, 0), id="two-digit year 99"),
        pytest.param("6 Nov 00 00:00:00", (2000, 11, 6, 0, 0, 0), id="two-digit year 00"),
        pytest.param("29 Feb 2024 00:00:00", (2024, 2, 29, 0, 0, 0), id="leap day"),
        pytest.param("1 Jan 1601 00:00:00", (1601, 1, 1, 0, 0, 0), id="the first year there is"),
        pytest.param("31 Dec 9999 23:59:59", (9999, 12, 31, 23, 59, 59), id="the last second there is"),
        pytest.param("31 Dec 1600 23:59:59", None, id="before 1601"),
        pytest.param("1 Jan 100 00:00:00", None, id="year 100"),
        pytest.param("30 Feb 2024 00:00:00", None, id="30 February"),
        pytest.param("0 Nov 1994 00:00:00", None, id="day 0"),
        pytest.param("32 Nov 1994 00:00:00", None, id="day 32"),
        pytest.param("6 Nov 1994 24:00:00", None, id="hour 24"),
        pytest.param("6 Nov 1994 00:60:00", None, id="minute 60"),
        pytest.param("6 Nov 1994 00:00:60", None, id="second 60"),
        pytest.param("6 Nov 1994 00:00", None, id="no seconds"),
        pytest.param("6 Nov 1994 000:00:00", None, id="three-digit hour"),
        pytest.param("6 Nov 1994 00:00:000", None, id="three-digit second"),
        pytest.param("6 Nov 19940 00:00:00", None, id="five-digit year"),
        pytest.param("6 Nov 00:00:00", None, id="no year"),
        pytest.param("6 1994 00:00:00", None, id="no month"),
        pytest.param("Nov 1994 00:00:00", None, id="no day"),
        pytest.param("6 Nov 1994", None, id="no time"),
        pytest.param("", None, id="nothing"),
        pytest.param("0", None, id="a number"),
    ],
)
def test_cookie_date(text: str, expected: tuple[int, int, int, int, int, int] | None) -> None:
    assert parse_cookie_date(text) == (None if expected is None else datetime(*expected, tzinfo=UTC).timestamp())


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    result = parse_set_cookie(data.decode("latin-1"))
    assert isinstance(result, CookieRejected) or len(result.name) + len(result.value) <= 300


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["=", ";", " ", "Expires", "Max-Age", "-", "1", "12:", "Nov", "99", "Domain", "."])))
def test_any_mix_of_attribute_pieces_is_parsed_or_refused(pieces: list[str]) -> None:
    result = parse_set_cookie("a=b;" + "".join(pieces))
    assert isinstance(result, SetCookie)
    assert (result.name, result.value) == ("a", "b")


@settings(deadline=None, max_examples=100)
@given(st.datetimes(min_value=datetime(1601, 1, 1), max_value=datetime(9999, 12, 31)))
def test_an_http_date_reads_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    text = f"Day, {moment.day:02} {months[moment.month - 1]} {moment.year:04} {moment:%H:%M:%S} GMT"
    assert parse_cookie_date(text) == moment.timestamp()
