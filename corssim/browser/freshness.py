"""How old a stored response is and for how long it may be used, from its headers and a given time alone.

https://httpwg.org/specs/rfc9111.html#expiration.model
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corssim.fetch.header_list import contains, get, lines_of

from ..enums import StrEnum
from ..patterns import lazy_pattern
from ..records import NamedTuple
from .cache_control import LONGEST, parse_cache_control, parse_delta_seconds, request_directives, response_directives

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corssim.fetch.header_list import ReceivedHeaders
    from corssim.fetch.rules import FreshnessRules

    Headers = Iterable[tuple[str, str]]

# Of the time since Last-Modified where no lifetime is stated, in seconds. https://httpwg.org/specs/rfc9111.html#heuristic.freshness
_HEURISTIC_FRACTION = 0.1
_HEURISTIC_CAP = 7 * 86400.0

_SAY_WHEN = frozenset({"date", "expires", "last-modified"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
# The three forms of https://httpwg.org/specs/rfc9110.html#http.date, the current one first.
_DATES = tuple(
    lazy_pattern(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"[a-z]{{3}}, (?P<day>\d\d?) (?P<month>[a-z]{{3}}) (?P<year>\d{{4}}) {_CLOCK} (?:GMT|UTC)",
        rf"[a-z]{{6,9}}, (?P<day>\d\d)-(?P<month>[a-z]{{3}})-(?P<year>\d\d) {_CLOCK} (?:GMT|UTC)",
        rf"[a-z]{{3}} (?P<month>[a-z]{{3}}) (?P<day>[ \d]\d) {_CLOCK} (?P<year>\d{{4}})",
    )
)


class Freshness(StrEnum):
    """May a stored response be used as it is? https://fetch.spec.whatwg.org/#concept-fresh-response"""

    FRESH = "fresh"
    STALE = "stale"
    STALE_WHILE_REVALIDATE = "stale-while-revalidate"


def parse_http_date(value: str | None) -> float | None:
    """Seconds since the epoch; None if it is no HTTP-date. https://httpwg.org/specs/rfc9110.html#http.date"""
    if value is None:
        return None
    from datetime import UTC, datetime

    for pattern in _DATES:
        match = pattern.fullmatch(value)
        if match is not None:
            year = int(match["year"])
            if len(match["year"]) == 2:
                year += 1900 if year >= 70 else 2000
            month, second = match["month"].lower(), int(match["second"])
            try:
                return datetime(
                    year,
                    _MONTHS.index(month) + 1,
                    int(match["day"]),
                    int(match["hour"]),
                    int(match["minute"]),
                    59 if second == 60 else second,  # a leap second
                    tzinfo=UTC,
                ).timestamp()
            except ValueError:
                return None
    return None


def current_age(headers: Headers, received_at: float, now: float) -> float:
    """Seconds since the origin server made or validated it. https://httpwg.org/specs/rfc9111.html#age.calculations"""
    date = parse_http_date(_first(headers, "date"))
    apparent_age = 0.0 if date is None else max(0.0, received_at - date)
    age = (_first(headers, "age") or "").partition(",")[0].strip("\t ")
    return max(apparent_age, parse_delta_seconds(age) or 0.0) + max(0.0, now - received_at)


def freshness_lifetime(status: int, headers: Headers, received_at: float, rules: FreshnessRules) -> float:
    """Seconds for which a response counts as fresh in a private cache, where s-maxage means nothing. A
    lifetime that cannot be read is 0. https://httpwg.org/specs/rfc9111.html#calculating.freshness.lifetime
    """
    return lifetime_by(response_directives(headers, rules), status, headers, received_at, rules)


def lifetime_by(
    directives: Mapping[str, str | None], status: int, headers: Headers, received_at: float, rules: FreshnessRules
) -> float:
    """The same where the directives of Cache-Control have been read."""
    if "max-age" in directives:
        return parse_delta_seconds(directives["max-age"]) or 0.0
    made_at = parse_http_date(_first(headers, "date"))
    if made_at is None:
        made_at = received_at
    if contains(headers, "expires"):
        expires = parse_http_date(_first(headers, "expires"))
        if expires is not None or rules.unreadable_expires_count:
            return 0.0 if expires is None else max(0.0, expires - made_at)
    if status in rules.permanent_statuses:
        return LONGEST
    is_heuristic = rules.heuristic_statuses is None or status in rules.heuristic_statuses
    if is_heuristic or ("public" in directives and rules.public_makes_heuristic):
        modified = parse_http_date(_first(headers, "last-modified"))
        if modified is not None:
            return min(max(0.0, made_at - modified) * _HEURISTIC_FRACTION, _HEURISTIC_CAP)
    return 0.0


def is_used_stale_from(status: int, headers: Headers, received_at: float, rules: FreshnessRules) -> float | None:
    """When what was received at that time may only be used while it is validated; None if it never is."""
    stated = stated_freshness(status, headers, received_at, rules)
    return received_at + stated.lifetime - stated.initial_age if stated.grace else None


def must_revalidate(headers: Headers) -> bool:
    """Does the response forbid that it is used stale? https://httpwg.org/specs/rfc9111.html#serving.stale.responses"""
    return not response_directives(headers).keys().isdisjoint({"must-revalidate", "no-cache"})


class StatedFreshness(NamedTuple):
    """What a stored response says of how long it may be used, in seconds, read once for all who ask.

    `initial_age` is its age when it was received, `grace` the time past its lifetime in which it may be used while it
    is validated. `is_stale`: it has to be validated whenever it is used.
    """

    directives: Mapping[str, str | None]
    is_stale: bool
    initial_age: float
    lifetime: float
    grace: float


def stated_freshness(status: int, headers: Headers, received_at: float, rules: FreshnessRules) -> StatedFreshness:
    """What a response with these headers says, received at that time. https://httpwg.org/specs/rfc9111.html#expiration.model"""
    directives = response_directives(headers, rules)
    is_stale = (
        "no-cache" in directives
        or (rules.reusable_statuses is not None and status not in rules.reusable_statuses)
        or (rules.pragma_counts and "no-cache" in parse_cache_control(get(headers, "pragma")))
    )
    return StatedFreshness(
        directives,
        is_stale,
        current_age(headers, received_at, received_at),
        lifetime_by(directives, status, headers, received_at, rules),
        _stale_while_revalidate(directives),
    )


def says_the_same_at_any_time(headers: ReceivedHeaders) -> bool:
    """Report whether its freshness is the same whenever it is received: it names no time."""
    return headers.lines.keys().isdisjoint(_SAY_WHEN)


def freshness(
    status: int,
    headers: Headers,
    received_at: float,
    now: float,
    *,
    rules: FreshnessRules,
    request_headers: Headers = (),
    own_headers: Headers | None = None,
) -> Freshness:
    """Decide whether a stored response may be used for a request at `now`. What the request's Cache-Control
    asks for counts; `own_headers` are those of script among its headers (None: all). https://fetch.spec.whatwg.org/#concept-fresh-response
    """
    stated = stated_freshness(status, headers, received_at, rules)
    return freshness_by(
        stated, headers, received_at, now, rules=rules, request_headers=request_headers, own_headers=own_headers
    )


def freshness_by(
    stated: StatedFreshness,
    headers: Headers,
    received_at: float,
    now: float,
    *,
    rules: FreshnessRules,
    request_headers: Headers = (),
    own_headers: Headers | None = None,
) -> Freshness:
    """The same for a response that has been read before."""
    directives, _, initial_age, lifetime, grace = stated
    wanted = request_directives(request_headers, rules) if request_headers else {}
    if rules.immutable_counts and "immutable" in directives:
        wanted = {} if own_headers is None else request_directives(own_headers, rules)
    if stated.is_stale or "no-cache" in wanted:
        return Freshness.STALE
    age = initial_age + (now - received_at if now > received_at else 0.0)
    if "max-age" in wanted:
        asked_about = current_age(headers, now, now) if rules.age_for_requests_needs_a_date else age
        # An age of 0 does not satisfy max-age=0: cache mode "no-cache" relies on it to revalidate.
        if asked_about >= (parse_delta_seconds(wanted["max-age"]) or 0.0):
            return Freshness.STALE
    if "min-fresh" in wanted and lifetime - age < (parse_delta_seconds(wanted["min-fresh"]) or 0.0):
        return Freshness.STALE
    if age < lifetime or ("max-stale" in wanted and age < lifetime + _staleness_allowed(directives, wanted)):
        return Freshness.FRESH
    return Freshness.STALE_WHILE_REVALIDATE if age < lifetime + grace and "max-age" not in wanted else Freshness.STALE


def _staleness_allowed(directives: Mapping[str, str | None], wanted: Mapping[str, str | None]) -> float:
    """Seconds past the lifetime that a request puts up with. https://httpwg.org/specs/rfc9111.html#cache-request-directive.max-stale"""
    if "must-revalidate" in directives:
        return 0.0
    return LONGEST if wanted["max-stale"] is None else parse_delta_seconds(wanted["max-stale"]) or 0.0


def _stale_while_revalidate(directives: Mapping[str, str | None]) -> float:
    """Seconds past its lifetime. https://httpwg.org/specs/rfc5861.html#n-the-stale-while-revalidate-cache-control-extension"""
    if "must-revalidate" in directives:
        return 0.0
    return parse_delta_seconds(directives.get("stale-while-revalidate")) or 0.0


def _first(headers: Headers, name: str) -> str | None:
    """The first header of that name: where a single value was sent twice, that one counts."""
    lines = lines_of(headers, name)
    return lines[0] if lines else None
