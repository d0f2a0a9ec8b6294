"""Symptoms that have another cause than CORS headers: a server that failed, a login, a cache, cookies, the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...fetch.reasons import Reason, Stage
from ...fetch.response import is_redirect_status
from ...fetch.trace import CookiesConsidered, Redirected
from ...origin import WEBVIEW_SCHEMES, same_origin
from ...url import parse_url
from ..plain_text import first_lines, shown
from .evidence import leads_to_login
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evidence import Evidence

_GATEWAY_STATUSES = frozenset({502, 503, 504})
_RULES_OF_SAME_SITE = {
    "third-party-blocked": "this browser blocks third-party cookies",
    "same-site-strict": "SameSite=Strict",
    "same-site-lax": "SameSite=Lax",
    "same-site-lax-by-default": "no SameSite attribute, which counts as Lax",
    "partition": "it was set under another top-level site (Partitioned)",
    "secure": "Secure, and the URL is not https",
}


def mixed_content(evidence: Evidence) -> Symptom | None:
    """A secure page asked for an insecure URL."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.MIXED_CONTENT:
        return None
    return Symptom(
        SymptomCode.MIXED_CONTENT,
        "Mixed content, not CORS",
        f"The page came over https and asked for {shown(blocked.url)}, over http. The browser refuses this before it "
        "asks any server, so no CORS header can matter. Serve that URL over https.",
    )


def server_failed(evidence: Evidence) -> Symptom | None:
    """An error page without CORS headers: the status and the text are what matters, and script cannot see them."""
    blocked, status = evidence.blocked, evidence.status
    missing = blocked is not None and blocked.reason is Reason.ALLOW_ORIGIN_MISSING and not evidence.at_preflight
    if blocked is None or not missing or status < 400:
        return None
    body = first_lines(b"" if evidence.response is None else evidence.response.body)
    says = f' Its body, which script cannot see, begins: "{body}".' if body else " Its body is empty."
    text = f"{shown(blocked.url)} was answered with status {status} and without CORS headers.{says}"
    if status in _GATEWAY_STATUSES:
        server = evidence.header("Server")
        by = f" by {shown(server, 40)}" if server else ""
        return Symptom(
            SymptomCode.GATEWAY_ANSWERED,
            "A gateway answered in the server's place; the CORS line hides it",
            f"{text} That is an answer{by} for a server behind it that is down or did not answer in time: mend that "
            "server. Its own CORS headers may be right, they were never sent.",
        )
    if status >= 500:
        return Symptom(
            SymptomCode.SERVER_FAILED,
            "The server failed; the CORS line hides it",
            f"{text} Mend the error first: many servers leave the CORS headers out of an error page, and script would "
            f"see the {status} if they did not.",
        )
    return Symptom(
        SymptomCode.SERVER_REFUSED,
        "The server refused the request; the CORS line hides it",
        f"{text} Look at why it says {status}: a missing login, a wrong URL. Many servers leave the CORS headers out "
        "of such an answer.",
    )


_ANSWERS_OF_CORS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
)


def preflight_status(evidence: Evidence) -> Symptom | None:
    """A preflight that did not get to anything that knows of CORS."""
    blocked, status = evidence.blocked, evidence.status
    if blocked is None or not evidence.at_preflight or status < 400:
        return None
    url = shown(blocked.url)
    if status in (401, 403, 407):
        return Symptom(
            SymptomCode.PREFLIGHT_NEEDS_LOGIN,
            f"The server asks the preflight for a login ({status})",
            f"OPTIONS {url} was answered with {status}. A preflight never carries cookies or Authorization, so it can "
            "never be logged in. Let OPTIONS pass before authentication is checked.",
        )
    if status >= 500 and status != 501:
        return Symptom(
            SymptomCode.PREFLIGHT_SERVER_FAILED,
            "The server failed at the preflight",
            f"OPTIONS {url} was answered with {status}: the server, or what stands before it, failed. It is not a "
            "matter of CORS headers until it answers.",
        )
    spoken_of = next((name for name in _ANSWERS_OF_CORS if evidence.header(name) is not None), None)
    if spoken_of is not None:
        return Symptom(
            SymptomCode.PREFLIGHT_TURNED_DOWN,
            f"The server's CORS support turned the preflight down ({status})",
            f"OPTIONS {url} was answered with {status} and with {spoken_of}, so something there knows of CORS and "
            "refuses: this origin, method or header is not on its list. Add it there.",
        )
    return Symptom(
        SymptomCode.PREFLIGHT_NOT_HANDLED,
        f"Nothing on the server handles the preflight ({status})",
        f"OPTIONS {url} was answered with {status} by something that does not take it for a preflight. "
        "Turn on the CORS support of the framework or the web server for this URL, before its routes.",
    )


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
    if before.scheme == "http" and after.href == before.with_scheme("https").href:
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_TO_HTTPS,
            "The preflight was redirected to https",
            f"{what} Ask for the https URL from the start.",
        )
    if after.href.rstrip("/") == before.href.rstrip("/"):
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_BY_SLASH,
            "The preflight was redirected for a slash at the end of the URL",
            f"{what} Ask for exactly that URL from the start, or let the server answer both.",
        )
    if leads_to_login(location, blocked.url):
        return Symptom(
            SymptomCode.PREFLIGHT_REDIRECTED_TO_LOGIN,
            "The preflight was redirected to a login",
            f"{what} A preflight never carries cookies or Authorization: let OPTIONS pass before the login is checked.",
        )
    return Symptom(
        SymptomCode.PREFLIGHT_REDIRECTED,
        "The preflight was redirected",
        f"{what} Ask for that URL from the start, or answer OPTIONS without a redirect.",
    )


def redirected_to_login(evidence: Evidence) -> Symptom | None:
    """A session that has ended: the API sends the browser to a login page, which knows nothing of CORS."""
    check = evidence.failed_cors_check
    if check is None or evidence.at_preflight:
        return None
    location = evidence.header("Location") if check.stage is Stage.REDIRECT else None
    from_url = check.url
    for event in evidence.trace:
        if isinstance(event, Redirected) and location is None:
            location, from_url = event.location, event.url
    if location is None or not leads_to_login(location, from_url):
        return None
    return Symptom(
        SymptomCode.REDIRECTED_TO_LOGIN,
        "The request was sent to a login page",
        f"{shown(from_url)} answered with a redirect to {shown(location)}, as servers do when nobody is logged in. A "
        "login page cannot be read by fetch: log in first, and let the API answer 401 instead of redirecting.",
    )


def cached_answer(evidence: Evidence) -> Symptom | None:
    """An answer that was stored for another request: the server was not asked."""
    check = evidence.failed_cors_check
    if check is None or not evidence.from_cache:
        return None
    vary = evidence.header("Vary")
    received = "no Access-Control-Allow-Origin" if check.received is None else shown(check.received)
    varies = "has no Vary header" if vary is None else f"says Vary: {shown(vary)}"
    return Symptom(
        SymptomCode.CACHED_ANSWER,
        "An answer from the browser's cache, made for another request",
        f"{shown(check.url)} was not asked for again: the HTTP cache had an answer with {received}, stored for a "
        f"request of another origin or without CORS. It {varies}. Send Vary: Origin with every answer of this URL, "
        'also those without CORS headers; until the stored one has expired, ask with cache: "reload".',
    )


def cookies_withheld(evidence: Evidence) -> Symptom | None:
    """Cookies that were there and did not go along."""
    refused = evidence.status in (401, 403) and not evidence.at_preflight
    if not refused and evidence.blocked is None:
        return None
    kept = [
        f"{shown(name, 40)} ({_RULES_OF_SAME_SITE[rule]})"
        for event in evidence.trace
        if isinstance(event, CookiesConsidered)
        for name, rule in event.withheld
        if rule in _RULES_OF_SAME_SITE
    ]
    if not kept:
        return None
    return Symptom(
        SymptomCode.COOKIES_WITHHELD,
        "Cookies were not sent",
        f"The browser kept back {', '.join(kept)}. The server may see a user who is not logged in"
        f"{f', and said {evidence.status}' if refused else ''}. Cookies for a page of another site need SameSite=None; "
        "Secure, and a browser that allows third-party cookies.",
    )


def credentials_not_asked_for(evidence: Evidence) -> Symptom | None:
    """A server that wants a login, asked from elsewhere without credentials."""
    request = evidence.request
    cross_origin = not same_origin(request.origin, request.current_url)
    if evidence.status != 401 or evidence.at_preflight or not cross_origin:
        return None
    if request.credentials_mode == "include" or get(request.header_list, "Authorization") is not None:
        return None
    return Symptom(
        SymptomCode.CREDENTIALS_NOT_ASKED_FOR,
        "The request carried no login",
        f"{shown(request.current_url.href)} answered 401, and the request was made with credentials: "
        f'"{request.credentials_mode}", which sends no cookies to another origin. Ask with credentials: "include" if '
        "the login is in a cookie.",
    )


def null_origin(evidence: Evidence) -> Symptom | None:
    """`Origin: null`, and where it comes from."""
    check = evidence.failed_cors_check
    if check is None or check.origin != "null":
        return None
    allowed = "The answer allows no origin" if check.received is None else f"The answer allows {shown(check.received)}"
    if not evidence.request.origin.is_opaque:
        hops = [event.url for event in evidence.trace if isinstance(event, Redirected)]
        return Symptom(
            SymptomCode.NULL_ORIGIN_AFTER_REDIRECT,
            "A redirect to another origin made the Origin null",
            f"{shown(hops[-1] if hops else check.url)} redirected to {shown(check.url)}. After a redirect from a "
            f"foreign origin to another one the browser sends Origin: null, not {evidence.request.origin}. {allowed}. "
            "Ask for the last URL directly.",
        )
    page = evidence.request.client
    if page.url.scheme == "file":
        return Symptom(
            SymptomCode.NULL_ORIGIN_OF_FILE,
            "The page was opened from a file",
            f"A page at {shown(page.url.href)} has the origin null, as every file has. {allowed}. Serve the page "
            "from a local web server (python -m http.server) and allow its origin.",
        )
    return Symptom(
        SymptomCode.NULL_ORIGIN_OF_SANDBOX,
        "The page has an opaque origin",
        f"The page ({shown(page.url.href)}) is sandboxed or made from a data: URL: its origin is null, whatever its "
        f"URL says. {allowed}. Give the sandbox allow-same-origin, or do the fetch in a page that has an origin.",
    )


def app_scheme(evidence: Evidence) -> Symptom | None:
    """A page inside an app, whose origin no web server expects."""
    check = evidence.failed_cors_check
    scheme = evidence.request.origin.scheme
    if check is None or scheme not in WEBVIEW_SCHEMES:
        return None
    return Symptom(
        SymptomCode.APP_SCHEME,
        f"The page runs in an app ({scheme}:)",
        f"Inside the app the page's origin is {evidence.request.origin}, not that of the website: the server has to "
        "allow exactly that, or the app has to ask through its native HTTP client.",
    )


SURROUNDINGS: tuple[Callable[[Evidence], Symptom | None], ...] = (
    mixed_content,
    server_failed,
    preflight_status,
    preflight_redirected,
    redirected_to_login,
    cached_answer,
    cookies_withheld,
    credentials_not_asked_for,
    null_origin,
    app_scheme,
)
