"""Cookies: what Set-Cookie says, and the dates in it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from corssim import Browser, MockServer
from corssim.browser.cookies.set_cookie import (
    NAME_AND_VALUE_LIMIT,
    SetCookie,
    has_unknown_same_site,
    parse_cookie_date,
    parse_set_cookie,
)
from corssim.browser.cookies.set_cookie_of_libsoup import (
    parse_http_date as parse_date_of_libsoup,
    parse_set_cookie_as_libsoup,
)

from .headers import PROFILES, is_a_value
from .target import target

if TYPE_CHECKING:
    from corssim.fetch.profile import BrowserProfile


@target(
    "cookies",
    "a=b; Secure; HttpOnly; SameSite=None; Path=/; Domain=.example; Max-Age=60; Partitioned",
    "__Host-a=b; Secure; Path=/",
    "a; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
    "=; domain=",
    "a=b;samesite=lax;max-age=-1",
    words="= ; , Secure HttpOnly SameSite= None Lax Strict Path=/ Domain= Max-Age= Expires= Partitioned "
    "__Host- __Secure- api.example co.uk . -1 99999999999999999999",
    is_bytes=True,
)
def cookies(text: str) -> None:
    for without in ("value", "name"):
        asked = parse_set_cookie(text, without)  # type: ignore[arg-type]
        if isinstance(asked, SetCookie):
            assert len(asked.name) + len(asked.value) <= NAME_AND_VALUE_LIMIT
            assert asked.name or asked.value
            assert ";" not in asked.name + asked.value
            again = parse_set_cookie(f"{asked.name}={asked.value}")
            assert isinstance(again, SetCookie)
            assert (again.name, again.value) == (asked.name, asked.value)
    libsoup = parse_set_cookie_as_libsoup(text, "api.example")
    assert not isinstance(libsoup, SetCookie) or libsoup.max_age is None or -(2**31) <= libsoup.max_age < 2**31
    assert has_unknown_same_site(text) in (True, False)
    if is_a_value(text):
        for profile in PROFILES:
            _goes_where_it_may(text, profile)


def _goes_where_it_may(text: str, profile: BrowserProfile) -> None:
    """Set over https, then asked for over http, and by another host: neither gets what is not for it."""
    server = MockServer().route("*", headers=[("Set-Cookie", text)])
    browser = Browser(server, profile=profile)
    browser.visit("https://www.app.example/a/b")
    for cookie in browser.cookies:
        assert cookie.domain in ("www.app.example", "app.example")
        assert cookie.host_only or cookie.domain != "example"
        assert cookie.host_only or not profile.cookies.prefixes_bind or not cookie.name.lower().startswith("__host-")
    are_secure = {cookie.secure for cookie in browser.cookies}
    for url in ("http://www.app.example/a/b", "https://app.test/a/b"):
        browser.visit(url)
        if "app.test" in url or are_secure == {True}:
            assert not any(name.lower() == "cookie" for name, _ in server.requests[-1].headers)
        browser.cookies.clear()


@target(
    "cookie dates",
    "Wed, 09 Jun 2021 10:18:14 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Nov 6 08:49:37 1994 +0100",
    "1:2:3 1 jan 70",
    words="Jan feb MAR : - , GMT +0100 2021 70 99 9999 00:00:60 31",
    is_bytes=True,
)
def cookie_dates(text: str) -> None:
    for parse in (parse_cookie_date, parse_date_of_libsoup):
        date = parse(text)
        assert date is None or isfinite(date)
