"""The Set-Cookie header: what one value says, before anything is decided about storing it.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6
"""

from __future__ import annotations

from typing import Literal

from ...enums import StrEnum
from ...patterns import lazy_pattern
from ...records import record

NAME_AND_VALUE_LIMIT = 4096
ATTRIBUTE_LIMIT = 1024


class SameSite(StrEnum):
    """A cookie's same-site-flag; `DEFAULT` when the attribute is absent or not understood."""

    STRICT = "Strict"
    LAX = "Lax"
    NONE = "None"
    DEFAULT = "Default"


class RejectionCode(StrEnum):
    """Why a Set-Cookie was not stored."""

    CONTROL_CHARACTER = "control-character"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    DOMAIN_NOT_ASCII = "domain-not-ascii"
    PUBLIC_SUFFIX = "public-suffix"
    DOMAIN_MISMATCH = "domain-mismatch"
    SECURE_FROM_INSECURE = "secure-from-insecure"
    OVERLAYS_SECURE = "overlays-secure"
    CROSS_SITE = "cross-site"
    SAME_SITE_NONE_INSECURE = "same-site-none-insecure"
    PREFIX = "prefix"
    PARTITIONED_INSECURE = "partitioned-insecure"
    NO_PARTITION = "no-partition"
    THIRD_PARTY_BLOCKED = "third-party-blocked"
    TOO_MANY = "too-many"


@record(frozen=True)
class CookieRejected:
    """A Set-Cookie that leaves the jar as it was: a code for programs, a reason for people."""

    code: RejectionCode
    reason: str


@record(frozen=True)
class SetCookie:
    """One Set-Cookie value taken apart, one byte a character.

    `domain` is in lower case without its leading dot (a dot alone stays); `path` is as given (None: no Path
    attribute); `max_age` and `expires` (seconds since 1970) are neither capped nor combined. `holds_a_tab`: somewhere
    within it, not around a name or value.
    """

    name: str
    value: str
    domain: str = ""
    path: str | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite = SameSite.DEFAULT
    partitioned: bool = False
    max_age: int | None = None
    expires: float | None = None
    holds_a_tab: bool = False


_CONTROLS = lazy_pattern(r"[\x00-\x08\x0a-\x1f\x7f]")
_MAX_AGE = lazy_pattern(r"-?[0-9]+")
_WHITE_SPACE = " \t"
_SAME_SITE = {"strict": SameSite.STRICT, "lax": SameSite.LAX, "none": SameSite.NONE}


def has_unknown_same_site(set_cookie: str) -> bool:
    """Report whether its last SameSite is none of those that there are."""
    attributes = [attribute.partition("=") for attribute in set_cookie.split(";")[1:]]
    given = [value for key, _, value in attributes if key.strip(_WHITE_SPACE).lower() == "samesite"]
    return bool(given) and given[-1].strip(_WHITE_SPACE).lower() not in _SAME_SITE


def parse_set_cookie(
    set_cookie: str, without_equals_sign: Literal["value", "name"] = "value"
) -> SetCookie | CookieRejected:
    """Parse a Set-Cookie value; of an attribute given more than once the last one that is understood holds.

    `without_equals_sign`: what the text of a cookie is that has no equals sign.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6
    """
    if _CONTROLS.search(set_cookie):
        return CookieRejected(RejectionCode.CONTROL_CHARACTER, "it contains a control character")
    pair, _, attributes = set_cookie.partition(";")
    name, equals, value = pair.partition("=")
    if not equals and without_equals_sign == "value":
        name, value = "", pair
    name, value = name.strip(_WHITE_SPACE), value.strip(_WHITE_SPACE)
    if not name and not value:
        return CookieRejected(RejectionCode.EMPTY, "it has neither a name nor a value")
    if len(name) + len(value) > NAME_AND_VALUE_LIMIT:
        return CookieRejected(
            RejectionCode.TOO_LARGE, f"its name and value are more than {NAME_AND_VALUE_LIMIT} bytes together"
        )

    domain, path, same_site = "", None, SameSite.DEFAULT
    secure = http_only = partitioned = False
    max_age: int | None = None
    expires: float | None = None
    for attribute in attributes.split(";"):
        key, _, given = attribute.partition("=")
        given = given.strip(_WHITE_SPACE)
        if len(given) > ATTRIBUTE_LIMIT:
            continue
        match key.strip(_WHITE_SPACE).lower():
            case "expires":
                date = parse_cookie_date(given)
                expires = expires if date is None else date
            case "max-age":
                if _MAX_AGE.fullmatch(given):
                    max_age = int(given)
            case "domain":
                domain = given.removeprefix(".").lower() or given
            case "path":
                path = given
            case "secure":
                secure = True
            case "httponly":
                http_only = True
            case "samesite":
                same_site = _SAME_SITE.get(given.lower(), SameSite.DEFAULT)
            case "partitioned":
                partitioned = True
    return SetCookie(
        name,
        value,
        domain,
        path,
        secure,
        http_only,
        same_site,
        partitioned,
        max_age,
        expires,
        holds_a_tab="\t" in set_cookie and _has_inner_tab(set_cookie),
    )


def _has_inner_tab(set_cookie: str) -> bool:
    sides = (side for part in set_cookie.split(";") for side in part.partition("=")[::2])
    return any("\t" in side.strip(_WHITE_SPACE) for side in sides)


_DATE_TOKEN = lazy_pattern(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = lazy_pattern(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY_OF_MONTH = lazy_pattern(r"([0-9]{1,2})(?![0-9])")
_YEAR = lazy_pattern(r"([0-9]{2,4})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_cookie_date(text: str) -> float | None:
    """Parse an Expires date in any order and punctuation; seconds since 1970, or None if it is no date.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.1
    """
    time: tuple[int, int, int] | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    for token in _DATE_TOKEN.findall(text):
        if time is None and (found := _TIME.match(token)):
            time = (int(found[1]), int(found[2]), int(found[3]))
        elif day is None and (found := _DAY_OF_MONTH.match(token)):
            day = int(found[1])
        elif month is None and (name := token[:3].lower()) in _MONTHS:
            month = _MONTHS.index(name) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = int(found[1])
    if time is None or day is None or month is None or year is None:
        return None
    if 70 <= year <= 99:
        year += 1900
    elif year <= 69:
        year += 2000
    if year < 1601:
        return None
    from datetime import UTC, datetime  # here, because most responses set no dates

    try:
        return datetime(year, month, day, *time, tzinfo=UTC).timestamp()
    except ValueError:  # 30 February, 25 o'clock
        return None
