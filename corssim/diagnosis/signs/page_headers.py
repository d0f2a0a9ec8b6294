"""Symptoms in the headers that the page sets, and in those that it does not get to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.request import CredentialsMode
from ...fetch.safelists import is_forbidden_request_header, is_no_cors_safelisted_request_header
from ...fetch.trace import ResponseFiltered
from ...patterns import lazy_pattern
from ..cors_headers import RESPONSE_HEADERS_OF_CORS
from ..plain_text import shown
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...browser.outcome import Outcome
    from .evidence import Evidence


def written_headers(outcome: Outcome) -> list[tuple[str, str]]:
    """The headers that script gave to fetch() or XMLHttpRequest, as it wrote them."""
    return [] if outcome.call is None else list(outcome.call.arguments.get("headers", ()))


def response_headers_in_request(evidence: Evidence) -> Symptom | None:
    """A page that sends the headers with which a server would allow it."""
    names = [name for name, _ in written_headers(evidence.outcome) if name.lower() in RESPONSE_HEADERS_OF_CORS]
    if not names or evidence.outcome.allowed:
        return None
    return Symptom(
        SymptomCode.RESPONSE_HEADERS_IN_REQUEST,
        "The page sends headers that only an answer can have",
        f"The request has {_listed(names)}. These are response headers: a server allows a page with them, and a page "
        "cannot allow itself. In a request they do nothing but call for a preflight. Do not send them.",
    )


def forbidden_header_dropped(evidence: Evidence) -> Symptom | None:
    """Headers that script may not set, which the browser left out."""
    rules = evidence.outcome.profile.safelists
    names = [
        name for name, value in written_headers(evidence.outcome) if is_forbidden_request_header(name, value, rules)
    ]
    if not names:
        return _left_out_without_cors(evidence)
    told = [_INSTEAD[name.lower()] for name in dict.fromkeys(names) if name.lower() in _INSTEAD]
    return Symptom(
        SymptomCode.FORBIDDEN_HEADER_DROPPED,
        "The browser left out what script may not set",
        f"{_listed(names)} {'is' if len(names) == 1 else 'are'} the browser's own to write; it ignores what script "
        f"says there. {' '.join(told)}".rstrip(),
    )


def _left_out_without_cors(evidence: Evidence) -> Symptom | None:
    """Headers that a request without CORS may not carry."""
    outcome = evidence.outcome
    if evidence.request.mode != "no-cors" or evidence.request.destination:
        return None
    rules = outcome.profile.safelists
    names = [
        name for name, value in written_headers(outcome) if not is_no_cors_safelisted_request_header(name, value, rules)
    ]
    if not names:
        return None
    return Symptom(
        SymptomCode.FORBIDDEN_HEADER_DROPPED,
        "The browser left out what mode no-cors does not send",
        f"{_listed(names)} did not go along: without CORS a page sends what a form could send, and no more. The server "
        "got the request without.",
    )


_INSTEAD = {
    "cookie": "Cookies come from the browser's jar: the server has set them before (here --cookie does, or a visit), "
    'and they go along by credentials: "include".',
    "origin": "Origin is that of the page (here --page).",
    "host": "Host is that of the URL.",
    "referer": "Referer is the page's URL; script has referrer and referrerPolicy for it.",
    "user-agent": "This browser does not let script change User-Agent.",
    "access-control-request-method": "The browser writes it into a preflight by itself.",
    "access-control-request-headers": "The browser writes it into a preflight by itself.",
}

_NEEDED = lazy_pattern(
    r"content-disposition|content-range|content-encoding|etag|link|location|retry-after|www-authenticate|authorization"
    r"|accept-ranges|x-filename|filename|(?:x-)?rate-?limit.*|x-(?:total|pagination|page|next|count|request-id"
    r"|correlation-id|trace-id|auth|csrf|xsrf|refresh|access|jwt|version|api).*|.*-(?:token|count|total|pages?|range|id)"
    r"|token",
)


def header_not_exposed(evidence: Evidence) -> Symptom | None:
    """An answer that script reads, without a header that scripts commonly want."""
    filtered = next((event for event in reversed(evidence.trace) if isinstance(event, ResponseFiltered)), None)
    response = evidence.response
    if filtered is None or response is None or filtered.type != "cors" or not evidence.outcome.allowed:
        return None
    hidden = [name for name in filtered.hidden if _NEEDED.fullmatch(name) and name not in _NEVER_OF_USE]
    if not hidden:
        return None
    names = ", ".join(_as_written(name, response.headers) for name in hidden)
    present = get(response.headers, "Access-Control-Expose-Headers")
    with_credentials = evidence.request.credentials_mode is CredentialsMode.INCLUDE
    why = (
        " Its `*` does not count for a request with credentials."
        if present is not None and "*" in present and with_credentials
        else ""
    )
    together = names if present is None or "*" in present else f"{present.strip().rstrip(',')}, {names}"
    return Symptom(
        SymptomCode.HEADER_NOT_EXPOSED,
        f"Script does not see {names}",
        f"The answer of {shown(evidence.request.current_url.href)} has it, and a page of another origin sees seven "
        f"headers and those that the answer exposes.{why}",
        f"Access-Control-Expose-Headers: {shown(together, 300)} shows it to script{'.' if why else ''}{why}",
    )


_NEVER_OF_USE = frozenset({"x-amz-request-id", "x-amz-id", "x-frame-options", "x-powered-by", "cf-ray", "alt-svc"})


def _as_written(lower_name: str, headers: Iterable[tuple[str, str]]) -> str:
    return next(name for name, _ in headers if name.lower() == lower_name)


def _listed(names: Iterable[str]) -> str:
    *others, last = dict.fromkeys(names)
    return f"{', '.join(others)} and {last}" if others else last


PAGE_HEADERS: tuple[Callable[[Evidence], Symptom | None], ...] = (
    response_headers_in_request,
    forbidden_header_dropped,
    header_not_exposed,
)
