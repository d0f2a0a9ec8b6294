"""Set-Cookie as libsoup reads it: where it stops, and which attribute holds."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.browser.cookies.set_cookie import CookieRejected, RejectionCode, SameSite, SetCookie
from corssim.browser.cookies.set_cookie_of_libsoup import parse_http_date, parse_set_cookie_as_libsoup

HOST = "api.shop.example"


@pytest.mark.parametrize(
    ("set_cookie", "name", "value"),
    [
        pytest.param("a=b", "a", "b", id="a name and a value"),
        pytest.param(" \ta =\t b c \t", "a", "b c", id="white space around both"),
        pytest.param("b", "", "b", id="no equals sign"),
        pytest.param("=b", "", "b", id="an empty name"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("a=x\xe9y", "a", "x", id="a byte above ASCII ends the value"),
        pytest.param("a=x\ty", "a", "x", id="a tab ends the value"),
        pytest.param("a\t=x", "", "a", id="a tab ends the name, which is a value then"),
        pytest.param("\xe9=1", "", "", id="a byte above ASCII first"),
        pytest.param("a,b=1", "", "a,b=1", id="a comma in the name"),
        pytest.param("a=b\x7fc", "a", "b\x7fc", id="DEL is a byte like any"),
    ],
)
def test_name_and_value(set_cookie: str, name: str, value: str) -> None:
    assert parse_set_cookie_as_libsoup(set_cookie, HOST) == SetCookie(name, value)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param(
            "Secure; HttpOnly=no; Partitioned", {"secure": True, "http_only": True, "partitioned": True}, id="flags"
        ),
        pytest.param("SameSite=none", {"same_site": SameSite.NONE}, id="SameSite=None alone"),
        pytest.param("Path=/a; Path=b", {"path": "b"}, id="the last Path"),
        pytest.param("Secure, b=2; HttpOnly", {"secure": True}, id="a comma in a name ends the reading"),
        pytest.param("x=\xe9; Secure", {}, id="nothing is read behind a byte above ASCII"),
        pytest.param("x=\t1; Secure", {"secure": True}, id="a tab before a value"),
        pytest.param("Max-Age=60", {"max_age": 60}, id="Max-Age"),
        pytest.param("Max-Age=+60", {"max_age": 60}, id="Max-Age with a plus sign"),
        pytest.param("Max-Age=-1", {"max_age": 0}, id="Max-Age below zero"),
        pytest.param("Max-Age=", {"max_age": 0}, id="Max-Age of nothing"),
        pytest.param("Max-Age=6s", {}, id="Max-Age with a unit"),
        pytest.param("Max-Age=3000000000", {"max_age": 3000000000 - 2**32}, id="Max-Age beyond an int"),
        pytest.param("Max-Age=99999999999999999999", {}, id="Max-Age beyond a long"),
        pytest.param("Max-Age=60; Expires=Thu, 01 Jan 1970 00:01:00 GMT", {"expires": 60.0}, id="Expires last"),
        pytest.param("Expires=Thu, 01 Jan 1970 00:01:00 GMT; Max-Age=60", {"max_age": 60}, id="Max-Age last"),
        pytest.param("Max-Age=60; Expires=soon", {}, id="an Expires that is no date undoes Max-Age"),
        pytest.param("SameSite=Strict; SameSite=None", {"same_site": SameSite.STRICT}, id="None undoes nothing"),
        pytest.param("SameSite=Strict; SameSite=LAX", {"same_site": SameSite.LAX}, id="the last SameSite"),
        pytest.param("SameSite; Expires", {}, id="names without values"),
        pytest.param("Domain=shop.example", {"domain": "shop.example"}, id="Domain"),
        pytest.param("Domain=.API.shop.example", {"domain": HOST}, id="the host itself, in any case"),
        pytest.param("Domain=SHOP.example", {"domain": "SHOP.example"}, id="a domain above is taken as written"),
        pytest.param("Domain=shop.example; Domain=", {}, id="an empty Domain"),
    ],
)
def test_attributes(attributes: str, expected: dict[str, Any]) -> None:
    assert parse_set_cookie_as_libsoup(f"a=b; {attributes}", HOST) == SetCookie("a", "b", **expected)


@pytest.mark.parametrize("domain", ["example", ".example", "."])
def test_a_domain_without_a_dot_within_it(domain: str) -> None:
    result = parse_set_cookie_as_libsoup(f"a=b; Domain={domain}", HOST)
    assert isinstance(result, CookieRejected)
    assert result.code == RejectionCode.PUBLIC_SUFFIX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0),
        ("Thu, 01-Jan-70 00:01:00 GMT", 60.0),
        ("1 jan 1970 0:1:0", 60.0),
        ("Thu Jan  1 00:01:00 1970", 60.0),
        ("Jan 1 00:01:00 1970", None),
        ("Thu, 01 Jan 1970 01:01:00 +0100", 60.0),
        ("Wed, 31 Dec 1969 23:31:00 -0030", 60.0),
        ("Thu, 01 Jan 070 00:01:00 GMT", 60.0),
        ("Sun, 01 Jan 30 00:00:00 GMT", 1893456000.0),
        ("1970-01-01T00:01:00Z", None),
        ("soon", None),
        ("0", None),
        ("", None),
        ("Sat, 30 Feb 2030 00:00:00 GMT", None),
        ("Sat, 01 Jan 2030 00:00:00 +9999", None),
    ],
)
def test_dates(text: str, expected: float | None) -> None:
    assert parse_http_date(text) == expected


_MANY = "9" * 5000


@pytest.mark.parametrize(
    "attribute",
    [
        pytest.param(f"Max-Age={_MANY}", id="Max-Age"),
        pytest.param(f"Expires=Sun, 01 Jan {_MANY} 10:00:00 GMT", id="the year"),
        pytest.param(f"Expires=Sun, {_MANY} Jan 2030 10:00:00 GMT", id="the day"),
        pytest.param(f"Expires=Sun, 01 Jan 2030 10:00:00 +{_MANY}", id="the time zone"),
        pytest.param("Expires=Sun, 01 Jan" + " " * 200_000 + "x", id="white space that would take hours, read twice"),
        pytest.param("Expires=Sun, Jan 1 10:00:00" + " " * 200_000 + "x", id="white space after the time"),
    ],
)
def test_numbers_and_spaces_of_any_length(attribute: str) -> None:
    cookie = parse_set_cookie_as_libsoup(f"a=b; {attribute}", HOST)
    assert isinstance(cookie, SetCookie)
    assert (cookie.max_age, cookie.expires) == (None, None)


def test_a_long_negative_max_age_is_over_at_once() -> None:
    assert parse_set_cookie_as_libsoup(f"a=b; Max-Age=-{_MANY}", HOST) == SetCookie("a", "b", max_age=0)
