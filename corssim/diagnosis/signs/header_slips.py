"""Symptoms in the CORS headers themselves: sent twice, mistyped, on the wrong answer, for another name of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.reasons import Reason, Stage
from ...fetch.sniff import is_html
from ...origin import host_is_loopback, url_origin
from ...serialized_origin import OriginFault, check_serialized_origin, is_unfilled
from ...url import parse_url
from ..cors_headers import ALLOW_CREDENTIALS, ALLOW_ORIGIN, ALLOW_ORIGIN_REASONS
from ..plain_text import shown
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...fetch.reasons import Blocked
    from ...fetch.wire import WireResponse
    from ...origin import Origin
    from .evidence import Evidence

_OF_FAULT = {
    OriginFault.SEVERAL_ORIGINS: (SymptomCode.ALLOW_ORIGIN_SEVERAL, "names several origins"),
    OriginFault.TRAILING_SLASH: (SymptomCode.ALLOW_ORIGIN_TRAILING_SLASH, "ends in a slash"),
    OriginFault.PATH: (SymptomCode.ALLOW_ORIGIN_PATH, "has a path"),
    OriginFault.UPPER_CASE: (SymptomCode.ALLOW_ORIGIN_UPPER_CASE, "has upper case letters"),
}
_PREFLIGHT_HEADERS = "access-control-"


def duplicated_header(evidence: Evidence) -> Symptom | None:
    """A header that two programs add, or one that a proxy joined into a list of equal values."""
    blocked = evidence.blocked
    if blocked is None or not blocked.header.startswith("Access-Control-Allow-"):
        return None
    lines = evidence.lines(blocked.header)
    values = [part.strip() for line in lines for part in line.split(",")]
    single = blocked.header in (ALLOW_ORIGIN, ALLOW_CREDENTIALS)
    if not single or len(values) < 2 or (len(lines) < 2 and len(set(values)) > 1):
        return None
    joined = ", ".join(lines)
    if len(lines) > 1:
        title = f"{blocked.header} was sent {len(lines)} times"
        what = f"has {blocked.header} {len(lines)} times; browsers join the values to"
    else:
        title = f"{blocked.header} holds the same value {len(values)} times"
        what = f"has {blocked.header} with the same value {len(values)} times in one line; browsers take it for one,"
    return Symptom(
        SymptomCode.DUPLICATED_HEADER,
        title,
        f'The answer of {shown(blocked.url)} {what} "{shown(joined)}" and compare that with '
        f'"{shown(blocked.compared_with)}". Usually a proxy and the app both add it: leave it to one of them.',
    )


def _mismatched_origin(evidence: Evidence) -> tuple[Blocked, str, Origin] | None:
    """A failed comparison of Allow-Origin: the check, the value, and the page's tuple origin."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason not in ALLOW_ORIGIN_REASONS or not blocked.received:
        return None
    if blocked.received in ("*", "null") or blocked.origin == "null" or len(evidence.lines(ALLOW_ORIGIN)) != 1:
        return None
    if "," in blocked.received and len({value.strip() for value in blocked.received.split(",")}) == 1:
        return None  # it was added twice, and is no other origin
    return blocked, blocked.received, evidence.request.origin


def mistyped_origin(evidence: Evidence) -> Symptom | None:
    """An Allow-Origin that no origin can ever equal."""
    found = _mismatched_origin(evidence)
    if found is None:
        return None
    blocked, value, origin = found
    problem = check_serialized_origin(value, allow_wildcard=True, allow_null=True)
    rest = value.removeprefix(origin.serialized)
    if problem is None and not (rest and rest != value and not any(map(str.isalnum, rest))):
        return None
    if problem is None:
        code, what = SymptomCode.ALLOW_ORIGIN_MISTYPED, "has something behind the origin"
        why = f'"{shown(rest)}" stands behind the origin and counts as part of it; write {origin}'
    elif is_unfilled(value):
        code, what = SymptomCode.ALLOW_ORIGIN_MISTYPED, "was never filled in"
        why = "It looks like the name of a setting, or like what stands for one that is missing: look where it is set"
    else:
        code, what = _OF_FAULT.get(problem.code, (SymptomCode.ALLOW_ORIGIN_MISTYPED, "is not an origin"))
        why = shown(problem.message, 300)
    so = "is another text" if problem is None else "can equal no origin"
    return Symptom(
        code,
        f"{ALLOW_ORIGIN} {what}",
        f'The server answers {ALLOW_ORIGIN}: "{shown(value)}", which is compared byte for byte with '
        f'"{shown(blocked.compared_with)}" and {so}. {why}.',
    )


def another_name_of_the_host(evidence: Evidence) -> Symptom | None:
    """localhost against 127.0.0.1, another port, another scheme: the same machine, another origin."""
    found = _mismatched_origin(evidence)
    if found is None:
        return None
    _, value, origin = found
    url = parse_url(value)
    allowed = None if url is None else url_origin(url)
    if allowed is None or allowed.is_opaque or origin.is_opaque or allowed == origin:
        return None
    both = f"The server allows {shown(value)}; the page is at {origin}."
    if allowed.host.removeprefix("www.") == origin.host.removeprefix("www.") and allowed.host != origin.host:
        return Symptom(
            SymptomCode.ANOTHER_HOST,
            f"{allowed.host} is not {origin.host}",
            f"{both} With and without www. they are two hosts, and two origins: allow both, or let one of the two "
            "redirect its visitors to the other.",
        )
    if allowed.host != origin.host:
        if not (host_is_loopback(allowed.host) and host_is_loopback(origin.host)):
            return None
        return Symptom(
            SymptomCode.LOOPBACK_SPELLING,
            f"{allowed.host} is not {origin.host}",
            f"{both} Both names mean this machine, but browsers compare the text: open the page by the name that is "
            "allowed, or allow both.",
        )
    if allowed.scheme != origin.scheme:
        return Symptom(
            SymptomCode.ANOTHER_SCHEME,
            f"{allowed.scheme} is not {origin.scheme}",
            f"{both} The host is the same, the scheme is not, and it is part of the origin.",
        )
    return Symptom(
        SymptomCode.ANOTHER_PORT,
        "The port is another",
        f"{both} The host is the same, the port is not, and it is part of the origin.",
    )


def mistyped_credentials(evidence: Evidence) -> Symptom | None:
    """`True`, `1` or `yes`, where only `true` counts."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.ALLOW_CREDENTIALS_NOT_TRUE or not blocked.received:
        return None
    if len(evidence.lines(ALLOW_CREDENTIALS)) != 1 or blocked.received.strip().lower() in ("false", "0", "no"):
        return None
    return Symptom(
        SymptomCode.ALLOW_CREDENTIALS_MISTYPED,
        f"{ALLOW_CREDENTIALS} is not spelled true",
        f'The server answers {ALLOW_CREDENTIALS}: "{shown(blocked.received)}". Only "true", in lower case, counts.',
    )


def authorization_under_wildcard(evidence: Evidence) -> Symptom | None:
    """`*` in Allow-Headers, and an Authorization header that it does not cover."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
        return None
    listed = {token.strip() for token in (blocked.received or "").split(",")}
    if blocked.subject != "authorization" or "*" not in listed:
        return None
    return Symptom(
        SymptomCode.AUTHORIZATION_UNDER_WILDCARD,
        "* does not cover Authorization",
        f'{blocked.header} is "{shown(blocked.received or "")}". By the standard `*` covers every header but '
        "Authorization, and with credentials it covers none: name it, as in Access-Control-Allow-Headers: "
        "Authorization, *.",
    )


def headers_on_preflight_only(evidence: Evidence) -> Symptom | None:
    """A preflight that was answered well, before a response that has none of it and is no error."""
    blocked = evidence.blocked
    if blocked is None or not evidence.lacks_allow_origin or blocked.stage is not Stage.ACTUAL:
        return None
    if evidence.preflight is None or evidence.status >= 400:
        return None
    return Symptom(
        SymptomCode.HEADERS_ON_PREFLIGHT_ONLY,
        "The preflight was allowed, the response is not",
        f"The answer to the preflight of {shown(blocked.url)} allows {shown(blocked.compared_with)}, the response "
        f"itself ({evidence.status}) has no {ALLOW_ORIGIN}. Both need it: look for what adds it to OPTIONS, and "
        "why not here.",
    )


def headers_not_on_preflight(evidence: Evidence) -> Symptom | None:
    """A preflight that came through and was answered as any other request."""
    blocked = evidence.blocked
    if blocked is None or not evidence.lacks_allow_origin or not evidence.at_preflight:
        return None
    if evidence.response is None or not 200 <= evidence.status <= 299:
        return None
    if any(name.lower().startswith(_PREFLIGHT_HEADERS) for name, _ in evidence.response.headers):
        return None
    return Symptom(
        SymptomCode.HEADERS_NOT_ON_PREFLIGHT,
        "OPTIONS is answered without any CORS header",
        f"OPTIONS {shown(blocked.url)} was answered with {evidence.status}{_page(evidence.response)} and no CORS "
        "header at all, as a route or a web server does that does not take it for a preflight, or one whose list of "
        "origins has not this one. Headers on the other answers do not help: the preflight comes first, and needs its "
        "own.",
    )


def _page(response: WireResponse) -> str:
    return ", a web page" if is_html(response.body) else ""


_OF_CORS_SUPPORT = (
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
)


def origin_not_listed(evidence: Evidence) -> Symptom | None:
    """An answer with other headers of CORS, and without the one that names an origin."""
    blocked = evidence.blocked
    if blocked is None or not evidence.lacks_allow_origin or (evidence.at_preflight and evidence.status >= 400):
        return None
    present = next((name for name in _OF_CORS_SUPPORT if evidence.header(name) is not None), None)
    if present is None:
        return None
    method = "OPTIONS " if evidence.at_preflight else ""
    return Symptom(
        SymptomCode.ORIGIN_NOT_LISTED,
        "The server's CORS support does not name this origin",
        f"{method}{shown(blocked.url)} was answered with {present} and without {ALLOW_ORIGIN}: something there knows "
        f"of CORS, and {shown(blocked.origin)} is not on its list. Compare the list with it letter by letter: scheme, "
        "host and port, and no slash at the end.",
    )


def headers_not_on_redirect(evidence: Evidence) -> Symptom | None:
    """A redirect without headers, before a target that may well have them."""
    blocked = evidence.blocked
    if blocked is None or not evidence.lacks_allow_origin or blocked.stage is not Stage.REDIRECT:
        return None
    location = evidence.header("Location") or ""
    target = parse_url(location, parse_url(blocked.url))
    from_https = evidence.request.client.url.scheme == "https"
    instead = (
        "ask for the https URL directly (the http one would be mixed content)"
        if from_https and target is not None and target.scheme == "http"
        else "ask for the last URL directly"
    )
    return Symptom(
        SymptomCode.HEADERS_NOT_ON_REDIRECT,
        "A redirect on the way has no CORS headers",
        f"{shown(blocked.url)} redirects ({evidence.status}) to {shown(location)} without {ALLOW_ORIGIN}. Each answer "
        f"on the way is checked, not only the last: {instead}, or give the redirect the header too.",
    )


HEADER_SLIPS: tuple[Callable[[Evidence], Symptom | None], ...] = (
    duplicated_header,
    mistyped_origin,
    another_name_of_the_host,
    mistyped_credentials,
    authorization_under_wildcard,
    origin_not_listed,
    headers_on_preflight_only,
    headers_not_on_preflight,
    headers_not_on_redirect,
)
