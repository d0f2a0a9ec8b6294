"""Whose answer was it? Symptoms of answers that are not the API's: what a sign, a status or the body shows of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.reasons import Reason
from ...fetch.sniff import is_html
from ...patterns import lazy_pattern
from ..cors_headers import ALLOW_ORIGIN
from ..plain_text import first_lines, shown
from .programs.recognise import error_page_of, what_of
from .programs.sign import SignKind, text_of
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...fetch.wire import WireResponse
    from .evidence import Evidence

_TYPE_REASONS = frozenset(
    {Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED, Reason.OPAQUE_RESPONSE_BLOCKING, Reason.EVENT_SOURCE_TYPE}
)
_ABOUT_CORS = frozenset({SignKind.BUCKET, SignKind.CORS_REFUSED})

_NOT_OF_THE_SERVER = frozenset(
    {SignKind.INTERSTITIAL, SignKind.FIREWALL, SignKind.NOT_RUNNING, SignKind.FAILED, SignKind.BUCKET}
)
"""Answers that no CORS header mends: not the server's own, of a failure, or with such headers by rules of their own."""

_TURNED_DOWN = "The server's CORS support turned the preflight down"

# What each kind is called where it answered the preflight, and where it answered the request; the title of both.
_CODES = {
    SignKind.INTERSTITIAL: (SymptomCode.INTERSTITIAL, SymptomCode.INTERSTITIAL, "A page put before the site answered"),
    SignKind.FIREWALL: (SymptomCode.FIREWALL_ANSWERED, SymptomCode.FIREWALL_ANSWERED, "A firewall answered"),
    SignKind.LOGIN: (SymptomCode.PREFLIGHT_NEEDS_LOGIN, SymptomCode.SERVER_REFUSED, "A login is asked for"),
    SignKind.NO_ROUTE: (SymptomCode.PREFLIGHT_NOT_HANDLED, SymptomCode.SERVER_REFUSED, "No such method or path here"),
    SignKind.CORS_REFUSED: (
        SymptomCode.PREFLIGHT_TURNED_DOWN,
        SymptomCode.ORIGIN_NOT_LISTED,
        "The server's CORS support refused",
    ),
    SignKind.BUCKET: (
        SymptomCode.BUCKET_WITHOUT_CORS,
        SymptomCode.BUCKET_WITHOUT_CORS,
        "A storage bucket answered, without CORS headers",
    ),
    SignKind.NOT_RUNNING: (
        SymptomCode.PREFLIGHT_SERVER_FAILED,
        SymptomCode.GATEWAY_ANSWERED,
        "Something answered in the app's place; the CORS line hides it",
    ),
    SignKind.FAILED: (
        SymptomCode.PREFLIGHT_SERVER_FAILED,
        SymptomCode.SERVER_FAILED,
        "The server failed, and says at what; the CORS line hides it",
    ),
    SignKind.REFUSED: (SymptomCode.PREFLIGHT_REFUSED, SymptomCode.SERVER_REFUSED, "The server refused, and says why"),
}


def named_answer(evidence: Evidence) -> Symptom | None:
    """An answer that bears a sign of whose it is."""
    blocked, sign = evidence.blocked, evidence.sign
    if blocked is None or sign is None or evidence.response is None or not _is_about_the_answer(evidence, sign.kind):
        return None
    code_of_preflight, code, title = _CODES[sign.kind]
    method = "OPTIONS " if evidence.at_preflight else ""
    what = (
        f"{method}{shown(blocked.url)} was answered with {evidence.status} by {sign.who}. "
        f"{what_of(sign, evidence.response)}{_words_of(sign.kind, evidence.response)}"
    )
    # A preflight's answer can be put right by its headers, that of a request which was refused cannot.
    apart = sign.kind in _NOT_OF_THE_SERVER or not evidence.at_preflight
    if evidence.at_preflight and sign.kind is SignKind.CORS_REFUSED:
        title = _TURNED_DOWN
    return Symptom(
        code_of_preflight if evidence.at_preflight else code,
        f"{title} ({evidence.status})",
        what if apart else f"{what} {sign.remedy}",
        sign.remedy if apart else "",
    )


def _words_of(kind: SignKind, response: WireResponse) -> str:
    """What CORS support says itself: it mostly names what it does not allow."""
    text = first_lines(response.body, 1) if kind is SignKind.CORS_REFUSED else ""
    return f' It says: "{text}".' if text else ""


def _is_about_the_answer(evidence: Evidence, kind: SignKind) -> bool:
    """Whether the check failed because the answer is what it is."""
    if evidence.at_preflight:
        return evidence.lacks_allow_origin or evidence.status >= 400
    of_cors = evidence.lacks_allow_origin and not evidence.from_cache
    of_type = evidence.blocked is not None and evidence.blocked.reason in _TYPE_REASONS and kind not in _ABOUT_CORS
    return of_cors or of_type


def error_status(evidence: Evidence) -> Symptom | None:
    """An error without CORS headers: the status and the text are what matters, and script cannot see them."""
    blocked, status = evidence.blocked, evidence.status
    if blocked is None or not evidence.lacks_allow_origin or evidence.at_preflight or status < 400:
        return None
    if evidence.sign is not None and not evidence.from_cache:
        return None  # it says more than its status
    body = first_lines(b"" if evidence.response is None else evidence.response.body)
    is_empty = evidence.header("Content-Length") == "0"  # else a recording or a transcript may have left it out
    says = f' Its body, which script cannot see, begins: "{body}".' if body else " Its body is empty." * is_empty
    text = f"{shown(blocked.url)} was answered with status {status} and without CORS headers{_by(evidence)}.{says}"
    if status in (502, 504):
        return Symptom(
            SymptomCode.GATEWAY_ANSWERED,
            "A gateway answered in the server's place; the CORS line hides it",
            f"{text} That status is a gateway's, for a server behind it that is down or did not answer in time. "
            "That server's own CORS headers may be right, they were never sent.",
            f"Mend the {status} first: start the server behind the gateway, or look at why it does not answer.",
        )
    if status == 503:
        return Symptom(
            SymptomCode.GATEWAY_ANSWERED,
            "The server is not available; the CORS line hides it",
            f"{text} It may be the server's own answer, or a gateway's for a server that is down. The CORS "
            "headers of an answer that works are another matter.",
            "Mend the 503 first: what the answer of a server that works holds is not seen yet.",
        )
    if status >= 500:
        return Symptom(
            SymptomCode.SERVER_FAILED,
            "The server failed; the CORS line hides it",
            f"{text} Mend the error first: many servers leave the CORS headers out of an error page, and script would "
            f"see the {status} if they did not.",
            f"Mend the {status} first; the server's log tells more than its answer. Whether answers that work have the "
            "CORS headers is not seen yet.",
        )
    answers_that_work = (
        " The preflight was allowed, so CORS is set up there; whether answers that work have the headers is not seen."
        if evidence.preflight is not None
        else ""
    )
    return Symptom(
        SymptomCode.SERVER_REFUSED,
        "The server refused the request; the CORS line hides it",
        f"{text} Look at why it says {status}{_why(status)}. Many servers leave the CORS headers out of such an "
        f"answer.{answers_that_work}",
        _REMEDY_OF_PAGES if evidence.response is not None and _is_page(evidence.response) else "",
    )


_REMEDY_OF_PAGES = (
    "Mend what it refuses for first. What came is a page for people, which script has no use for; the CORS headers of "
    "an answer that works are another matter."
)
_CAUSES = {
    401: ": a login or token that is missing, wrong or too old",
    403: ": a login without the right, a forged-request check, a firewall",
    404: ": a wrong URL",
    405: ": a wrong method or URL",
    413: ": a body that is too large, for the server or for what stands before it",
    429: ": too many requests",
}


def _why(status: int) -> str:
    return _CAUSES.get(status, "")


def _by(evidence: Evidence) -> str:
    """Who wrote it, as far as it shows: the page's own mark, or the Server header."""
    page = "" if evidence.response is None else error_page_of(evidence.response)
    if page:
        return f", with the error page of {page} itself"
    server = evidence.header("Server")
    return f" (Server: {shown(server, 40)})" if server else ""


def another_program(evidence: Evidence) -> Symptom | None:
    """A preflight and a response that two programs answered, by their Server headers."""
    blocked, preflight = evidence.blocked, evidence.preflight
    if blocked is None or preflight is None or not evidence.lacks_allow_origin or evidence.from_cache:
        return None
    first, then = get(preflight.headers, "Server"), evidence.header("Server")
    if first is None or then is None or _product(first) == _product(then):
        return None
    return Symptom(
        SymptomCode.ANOTHER_PROGRAM_ANSWERED,
        "Another program answered than the preflight's",
        f"The preflight of {shown(blocked.url)} was answered by Server: {shown(first, 40)}, with CORS headers; the "
        f"request itself by Server: {shown(then, 40)}, with status {evidence.status} and without {ALLOW_ORIGIN}. Look "
        "at what routes the two apart, or answers in between.",
    )


def _product(server: str) -> str:
    return server.partition("/")[0].partition(" ")[0].strip().lower()


def another_kind(evidence: Evidence) -> Symptom | None:
    """An error, or a web page, where an element wanted a script, a style sheet or a picture: the type hides it."""
    blocked, response, status = evidence.blocked, evidence.response, evidence.status
    if blocked is None or response is None or blocked.reason not in _TYPE_REASONS or evidence.sign is not None:
        return None
    destination = evidence.request.destination
    kind = {"": "resource", "style": "style sheet"}.get(destination, destination)
    if blocked.reason is Reason.EVENT_SOURCE_TYPE:
        destination = kind = "event stream"
    a_kind = f"an {kind}" if kind[:1] in "aei" else f"a {kind}"
    if status >= 400:
        body = first_lines(response.body)
        says = f' It begins: "{body}".' if body else ""
        return Symptom(
            SymptomCode.SERVER_FAILED if status >= 500 else SymptomCode.SERVER_REFUSED,
            f"The server answered with an error ({status}); the line about its type hides it",
            f"{shown(blocked.url)} was answered with {status}{_by(evidence)}: what came is the text of that error, and "
            f"of another kind than the {kind} that was asked for.{says}",
            f"Mend the {status} first{_why(status)}. No CORS header and no other Content-Type makes a {kind} of it.",
        )
    if destination not in ("script", "style", "event stream") or not is_html(response.body):
        return None  # a script that is called text/html is told by its type
    return Symptom(
        SymptomCode.HTML_ANSWERED,
        f"A web page answered where {a_kind} was due",
        f"{shown(blocked.url)} was answered with {status} and a web page. The server of a web app gives its start page "
        "for every path that it does not know; else it is an error or a login.",
        f"Look at the URL and at what the server holds there: no header makes {a_kind} of a page.",
    )


_TITLE = lazy_pattern(r"<title[^>]*>\s*([^<]{1,200})", re.IGNORECASE)
_PASSWORD_FIELD = lazy_pattern(
    r"<input[^>]{1,300}type\s*=\s*[\"']?password|name\s*=\s*[\"']?SAMLRequest", re.IGNORECASE
)
_START_PAGE = lazy_pattern(r"<div id=[\"']?(?:root|app|__next|__nuxt)\b|/@vite/client|<app-root", re.IGNORECASE)
_OF_DATA = lazy_pattern(r"(?:^|/)(?:api|graphql|rest|rpc|v\d+)(?:/|$)|\.json$", re.IGNORECASE)


def html_answered(evidence: Evidence) -> Symptom | None:
    """A web page where data was due."""
    response, blocked = evidence.response, evidence.blocked
    if blocked is None or response is None or evidence.at_preflight or evidence.from_cache:
        return None
    if not evidence.lacks_allow_origin or evidence.status >= 300 or not _is_page(response):
        return None  # the page that comes with a redirect is shown to nobody
    if evidence.sign is not None:
        return None  # it says more than that it is a page
    text = text_of(response)
    title = _TITLE.search(text)
    titled = f', titled "{shown(" ".join(title[1].split()), 80)}"' if title and title[1].strip() else ""
    what = f"{shown(blocked.url)} was answered with {evidence.status} and a web page{titled}"
    if _PASSWORD_FIELD.search(text):
        return Symptom(
            SymptomCode.LOGIN_PAGE_ANSWERED,
            "A login page answered",
            f"{what}, with a form to log in.",
            "Log in first, in a page of its own, and let the API answer 401 where nobody is logged in.",
        )
    due = _data_was_due(evidence)
    if not due:
        return None
    start = (
        " It looks like the start page of a web app, whose server gives it for every path that it does not know: the "
        "request may have gone to that server and not to the API."
        if _START_PAGE.search(text)
        else ""
    )
    return Symptom(
        SymptomCode.HTML_ANSWERED,
        "A web page answered where data was due",
        f"{what}, though {due}.{start} It may be an error, a login, a page put before the site, or the wrong server's.",
        "Open the URL in a tab and read the page: it is not the answer that was meant, and CORS headers would not make "
        "it so.",
    )


def _is_page(response: WireResponse) -> bool:
    content_type = (get(response.headers, "Content-Type") or "").lower()
    begins = response.body[:200].lstrip().lower()
    return content_type.startswith("text/html") or begins.startswith((b"<!doctype html", b"<html"))


def _data_was_due(evidence: Evidence) -> str:
    """What says that no web page was asked for; "" where nothing does."""
    request = evidence.request
    if request.destination != "":
        return ""
    for name in ("Accept", "Content-Type"):
        if "json" in (get(request.header_list, name) or "").lower():
            return f"the request has {name}: {shown(get(request.header_list, name) or '', 40)}"
    if evidence.preflight is not None:
        return "a preflight was allowed for it"
    if _OF_DATA.search(request.current_url.path) or (request.current_url.host or "").startswith("api."):
        return "its URL is that of an API"
    return ""


WHOSE_ANSWER: tuple[Callable[[Evidence], Symptom | None], ...] = (
    named_answer,
    error_status,
    another_program,
    html_answered,
    another_kind,
)
