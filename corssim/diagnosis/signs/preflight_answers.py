"""Symptoms of a preflight that was answered with an error or a redirect: by whom, and what that shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...fetch.response import is_redirect_status
from ...patterns import lazy_pattern
from ...url import parse_url
from ..cors_headers import ALLOW_ORIGIN
from ..plain_text import first_lines, shown
from .logins import login_of
from .programs.recognise import error_page_of
from .programs.sign import text_of
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evidence import Evidence

_ANSWERS_OF_CORS = (
    ALLOW_ORIGIN,
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
)
_WANTS_LOGIN = lazy_pattern(
    r"unauthenticated|not authenticated|authentication (?:is )?required|log ?in (?:is )?required|not logged in"
    r"|(?:missing|invalid|expired|no|malformed|required)\W+(?:an? |your )?(?:access |bearer |auth\w* |api |jwt )*"
    r"(?:token|key|jwt)"
    r"|credentials were not provided|authorization header",
    re.IGNORECASE,
)


def preflight_status(evidence: Evidence) -> Symptom | None:
    """A preflight that did not get to anything that lets it pass."""
    status = evidence.status
    if evidence.blocked is None or not evidence.at_preflight or status < 400:
        return None
    if evidence.sign is not None:
        return None  # it says more than its status
    url = shown(evidence.blocked.url)
    if _asks_for_login(evidence):
        return Symptom(
            SymptomCode.PREFLIGHT_NEEDS_LOGIN,
            f"The server asks the preflight for a login ({status})",
            f"OPTIONS {url} was answered with {status}.{_says(evidence)} A preflight never carries cookies or "
            "Authorization, so it can never be logged in. Let OPTIONS pass before authentication is checked.",
        )
    if status >= 500 and status != 501:
        return Symptom(
            SymptomCode.PREFLIGHT_SERVER_FAILED,
            "The server failed at the preflight",
            f"OPTIONS {url} was answered with {status}{_by(evidence)}: the server, or what stands before it, failed. "
            f"It is not a matter of CORS headers until it answers.{_says(evidence)}",
            f"Mend the {status} first: nothing that knows of CORS has answered yet.",
        )
    if (allowed := evidence.header(ALLOW_ORIGIN)) is not None and allowed in ("*", evidence.blocked.origin):
        return Symptom(
            SymptomCode.PREFLIGHT_REFUSED,
            f"The preflight was answered with an error ({status}), though with CORS headers",
            f"OPTIONS {url} was answered with {status} and {ALLOW_ORIGIN}: {shown(allowed)}. The origin is allowed, "
            f"and the status is not: something refuses OPTIONS while something else adds the headers.{_says(evidence)}",
        )
    spoken_of = next((name for name in _ANSWERS_OF_CORS if evidence.header(name) is not None), None)
    if spoken_of is not None:
        return Symptom(
            SymptomCode.PREFLIGHT_TURNED_DOWN,
            f"The server's CORS support turned the preflight down ({status})",
            f"OPTIONS {url} was answered with {status} and with {spoken_of}, so something there knows of CORS and "
            "refuses: this origin, method or header is not on its list. Add it there.",
        )
    return _refused(evidence, url) if status in (403, 407, 429, 451) else _not_handled(evidence, url)


def _asks_for_login(evidence: Evidence) -> bool:
    """401 and 407 say so; a 403 where a header or its text does."""
    if evidence.status in (401, 407) or evidence.header("WWW-Authenticate") is not None:
        return True
    response = evidence.response
    return evidence.status == 403 and response is not None and _WANTS_LOGIN.search(text_of(response)) is not None


_TELLING = {
    429: "there were too many requests. Leave OPTIONS out of what is counted, and let the answer that says so have the "
    "CORS headers, too.",
    451: "it may not be shown here for legal reasons.",
}


def _refused(evidence: Evidence, url: str) -> Symptom:
    """403, and nothing that tells why; 429 and 451 tell it themselves."""
    if evidence.status in _TELLING:
        return Symptom(
            SymptomCode.PREFLIGHT_REFUSED,
            f"The preflight was refused ({evidence.status})",
            f"OPTIONS {url} was answered with {evidence.status}{_by(evidence)} and without CORS headers: "
            f"{_TELLING[evidence.status]}{_says(evidence)}",
        )
    return Symptom(
        SymptomCode.PREFLIGHT_REFUSED,
        f"The preflight was refused ({evidence.status})",
        f"OPTIONS {url} was answered with {evidence.status}{_by(evidence)} and without CORS headers.{_says(evidence)} "
        "What refused it does not show: a login that is asked for, a firewall, a gateway without OPTIONS here, or CORS "
        "support that does not know this origin. The server's log tells.",
    )


def _not_handled(evidence: Evidence, url: str) -> Symptom:
    status = evidence.status
    wrong_path = " A 404 can also mean that the path is wrong." if status == 404 else ""
    return Symptom(
        SymptomCode.PREFLIGHT_NOT_HANDLED,
        f"Nothing on the server handles the preflight ({status})",
        f"OPTIONS {url} was answered with {status}{_by(evidence)} by something that does not take it for a preflight."
        f"{wrong_path} Turn on the CORS support of the framework or the web server for this URL, before its routes.",
    )


def _by(evidence: Evidence) -> str:
    """Whose own error page it is."""
    name = "" if evidence.response is None else error_page_of(evidence.response)
    return f" (the error page of {name} itself)" if name else ""


def _says(evidence: Evidence) -> str:
    text = first_lines(b"" if evidence.response is None else evidence.response.body, 1)
    return f' Its body begins: "{text}".' if text else ""


def preflight_redirected(evidence: Evidence) -> Symptom | None:
    """A preflight that was sent elsewhere, which browsers do not follow."""
    blocked = evidence.blocked
    if blocked is None or not evidence.at_preflight or not is_redirect_status(evidence.status):
        return None
    location = evidence.header("Location") or ""
    before = parse_url(blocked.url)
    after = parse_url(location, before)
    what = (
        f"OPTIONS {shown(blocked.url)} was redirected ({evidence.status}) to {shown(location)}, and browsers do not "
        "follow redirects of a preflight."
    )
    if before is None or after is None:
        return Symptom(SymptomCode.PREFLIGHT_REDIRECTED, "The preflight was redirected", what)
    if (login := login_of(location, blocked.url)) is not None:
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_TO_LOGIN,
            "The preflight was redirected to a login",
            f"{what} It is {login.whose} ({login.seen}). A preflight never carries cookies or Authorization. Let "
            "OPTIONS pass before the login is checked.",
        )
    if before.scheme == "http" and after.href == before.with_scheme("https").href:
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_TO_HTTPS,
            "The preflight was redirected to https",
            f"{what} Ask for the https URL from the start.",
        )
    if before.scheme == "https" and after.scheme == "http":
        secure = after.with_scheme("https")
        instead = (
            "Answer OPTIONS without a redirect."
            if secure == before
            else f"Ask for {shown(secure.href)} from the start, or answer OPTIONS without a redirect."
        )
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_TO_HTTP,
            "The preflight was redirected, and from https to http",
            f"{what} {instead} Programs behind something that ends TLS write http where they do not know of it: let "
            "them trust its X-Forwarded-Proto, or write the Location without a scheme.",
        )
    if after.href.rstrip("/") == before.href.rstrip("/"):
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_BY_SLASH,
            "The preflight was redirected for a slash at the end of the URL",
            f"{what} Ask for exactly that URL from the start, or let the server answer both.",
        )
    return Symptom(
        SymptomCode.PREFLIGHT_REDIRECTED,
        "The preflight was redirected",
        f"{what} Ask for that URL from the start, or answer OPTIONS without a redirect.",
    )


PREFLIGHT_ANSWERS: tuple[Callable[[Evidence], Symptom | None], ...] = (preflight_status, preflight_redirected)
