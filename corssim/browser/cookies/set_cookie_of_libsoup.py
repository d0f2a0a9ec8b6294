"""The Set-Cookie header as libsoup 3.2 reads it, the HTTP library below WebKitGTK: by RFC 6265, not its successor.

https://gitlab.gnome.org/GNOME/libsoup/-/blob/3.2.3/libsoup/cookies/soup-cookie.c
"""

from __future__ import annotations

import re

from corssim.browser.cookies.set_cookie import CookieRejected, RejectionCode, SameSite, SetCookie

from ...patterns import lazy_pattern

_TEXT = r"[^\x00-\x1f\x80-\uffff;]"  # anything else ends the reading, not only the value
_PAIR = lazy_pattern(rf"[ \t]*((?:(?![,=]){_TEXT})*=)?[ \t]*({_TEXT}*)")
_ATTRIBUTE = lazy_pattern(rf";[ \t]*((?:(?![,=]){_TEXT})*)(?:=[ \t]*({_TEXT}*))?")
_MAX_AGE = lazy_pattern(r"\s*[+-]?[0-9]+|")
_SAME_SITE = {"strict": SameSite.STRICT, "lax": SameSite.LAX}
_LARGEST_INTEGER = 2**63 - 1


def parse_set_cookie_as_libsoup(set_cookie: str, host: str) -> SetCookie | CookieRejected:
    """Parse a Set-Cookie value up to the first byte that is a control or above ASCII.

    Nothing is too long or too empty. Of Max-Age and Expires the last one given holds, an Expires that is no date
    undoes both, and no SameSite undoes an earlier one.
    """
    pair = _PAIR.match(set_cookie)
    assert pair is not None  # it matches nothing, too
    name, value = (pair[1] or "").removesuffix("=").strip(" \t"), pair[2].strip(" \t")
    domain, path, same_site = "", None, SameSite.DEFAULT
    secure = http_only = partitioned = False
    max_age: int | None = None
    expires: float | None = None
    at = pair.end()
    while attribute := _ATTRIBUTE.match(set_cookie, at):
        at = attribute.end()
        key, given = attribute[1].strip(" \t").lower(), attribute[2]
        secure = secure or key == "secure"
        http_only = http_only or key == "httponly"
        partitioned = partitioned or key == "partitioned"
        if given is None:
            continue
        given = given.strip(" \t")
        match key:
            case "expires":
                max_age, expires = None, parse_http_date(given)
            case "max-age" if _MAX_AGE.fullmatch(given):
                max_age, expires = _as_c_integer(_as_long(given)), None
            case "domain":
                domain = given
            case "path":
                path = given
            case "samesite" if given.lower() in _SAME_SITE:
                same_site = _SAME_SITE[given.lower()]
            case "samesite" if given.lower() == "none" and same_site is SameSite.DEFAULT:
                same_site = SameSite.NONE
    if domain and "." not in domain[1:]:
        return CookieRejected(RejectionCode.PUBLIC_SUFFIX, "its Domain has no dot within it")
    domain = domain.removeprefix(".")
    if domain.lower() == host:
        domain = host
    return SetCookie(name, value, domain, path, secure, http_only, same_site, partitioned, max_age, expires)


def _as_long(digits: str) -> int:
    """The number as strtol() reads it: however many digits there are, no more than the largest, and 0 of none."""
    digits = digits.strip()
    number = digits.lstrip("+-").lstrip("0")[:20] or "0"
    return -int(number) if digits.startswith("-") else int(number)


def _as_c_integer(seconds: int) -> int | None:
    """The seconds once they went through a long and an int; -1 is for cookies without an end."""
    kept = min(max(seconds, 0), _LARGEST_INTEGER) & 0xFFFFFFFF
    if kept >= 2**31:
        kept -= 2**32
    return None if kept == -1 else kept


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Every repetition is possessive: a server chooses how long they are.
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[ -]*+"
_DAY = r"\s*+(?P<day>[0-9]++)[ -]*+"
_YEAR = r"\s*+(?P<year>[0-9]++)[ -]*+"
_TIME = r"\s*+(?P<hour>[0-9]++):\s*+(?P<minute>[0-9]++):\s*+(?P<second>[0-9]++) *+"
_ZONE = r"(?P<zone>[+-][0-9]++)?+"
_WEEKDAY = r"\s*+(?:[a-z]++,?+\s*+)?+"  # whatever word comes first
_DATES = (
    lazy_pattern(_WEEKDAY + _MONTH + _DAY + _TIME + _YEAR + _ZONE, re.IGNORECASE | re.ASCII),
    lazy_pattern(_WEEKDAY + _DAY + _MONTH + _YEAR + _TIME + _ZONE, re.IGNORECASE | re.ASCII),
)


def parse_http_date(text: str) -> float | None:
    """Read a date as asctime() or RFC 1123 write it, or nearly; seconds since 1970, or None."""
    found = next((match for date in _DATES if (match := date.match(text))), None)
    if found is None:
        return None
    from datetime import UTC, datetime, timedelta, timezone

    year = _as_long(found["year"])
    if len(found["year"]) == 2:
        year += 2000 if year < 70 else 1900
    elif len(found["year"]) == 3:
        year += 1900
    offset = _as_long(found["zone"] or "")
    minutes = abs(offset) // 100 * 60 + abs(offset) % 100
    month = _MONTHS.index(found["month"].lower()) + 1
    day, hour, minute, second = (_as_long(found[part]) for part in ("day", "hour", "minute", "second"))
    try:
        zone = timezone(timedelta(minutes=minutes if offset >= 0 else -minutes)) if minutes else UTC
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp()
    except (ValueError, OverflowError):  # 30 February, 25 o'clock
        return None
