"""Symptoms that have another cause than CORS headers: a login, a cache, cookies, the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...fetch.cookie_events import CookiesConsidered
from ...fetch.header_list import get
from ...fetch.reasons import Reason
from ...fetch.trace import Redirected
from ...origin import WEBVIEW_SCHEMES, same_origin
from ..cors_headers import ALLOW_ORIGIN
from ..plain_text import shown
from .symptom import Symptom, SymptomCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from .evidence import Evidence, LedToLogin

_RULES_OF_SAME_SITE = {
    "third-party-blocked": "this browser blocks third-party cookies",
    "third-party-partitioned": "this browser keeps the cookies of third parties apart for each top-level site",
    "same-site-strict": "SameSite=Strict",
    "same-site-lax": "SameSite=Lax",
    "same-site-lax-by-default": "no SameSite attribute, which counts as Lax",
    "partition": "it was set under another top-level site (Partitioned)",
    "secure": "Secure, and the URL is not https",
}


_OF_LOCAL_NETWORKS = frozenset(
    {
        Reason.LOCAL_NETWORK_ACCESS_PENDING,
        Reason.LOCAL_NETWORK_ACCESS_DENIED,
        Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT,
        Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH,
        Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY,
    }
)


def mixed_content(evidence: Evidence) -> Symptom | None:
    """A secure page asked for an insecure URL."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.MIXED_CONTENT:
        return None
    last = last_redirect(evidence)
    asked = (
        f"The page came over https, and {shown(last.url)} redirected to {shown(blocked.url)}, over http. The browser "
        "does not ask for that"
        if last is not None
        else f"The page came over https and asked for {shown(blocked.url)}, over http. The browser refuses this before "
        "it asks any server"
    )
    return Symptom(
        SymptomCode.MIXED_CONTENT,
        "Mixed content, not CORS",
        f"{asked}, so no CORS header can matter. Serve that URL over https"
        f"{', and let the redirect name it' if last is not None else ''}.",
    )


def last_redirect(evidence: Evidence) -> Redirected | None:
    """The redirect that led to the URL at which the fetch ended; None where the page asked for that itself."""
    return next((event for event in reversed(evidence.trace) if isinstance(event, Redirected)), None)


def local_network(evidence: Evidence) -> Symptom | None:
    """A page of the public network asked for something in a private one."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason not in _OF_LOCAL_NETWORKS:
        return None
    waits = blocked.reason is Reason.LOCAL_NETWORK_ACCESS_PENDING
    return Symptom(
        SymptomCode.LOCAL_NETWORK,
        "Local Network Access, not CORS",
        f"{shown(blocked.url)} is in the {blocked.subject} network, and the page is not. The browser "
        f"{'asks the user, and sends nothing there before' if waits else 'refuses before it sends anything there'}. "
        'Whatever the console says about "CORS policy", that server was not asked.',
    )


def insecure_form(evidence: Evidence) -> Symptom | None:
    """A form of a secure page would have gone over http."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason not in (Reason.INSECURE_FORM_PENDING, Reason.INSECURE_FORM_DENIED):
        return None
    waits = blocked.reason is Reason.INSECURE_FORM_PENDING
    return Symptom(
        SymptomCode.INSECURE_FORM,
        "An insecure form, not CORS",
        f"The page came over https, and its form goes to {shown(blocked.url)}, over http. The browser "
        f"{'asks the user, and sends nothing before' if waits else 'asked the user, who went back: nothing was sent'}. "
        "Let the form's action be an https URL.",
    )


def refused_web_socket(evidence: Evidence) -> Symptom | None:
    """A server did not take the opening handshake of a WebSocket."""
    blocked = evidence.blocked
    if blocked is None or blocked.reason is not Reason.WEB_SOCKET_REFUSED:
        return None
    return Symptom(
        SymptomCode.WEB_SOCKET,
        "The server's answer, not CORS",
        f"The handshake reached the server, and {shown(blocked.detail)}. No CORS header counts for a WebSocket; the "
        f"server decides by Origin ({shown(blocked.origin)}), cookies and subprotocols whom it accepts.",
    )


def redirected_to_login(evidence: Evidence) -> Symptom | None:
    """A session that has ended: the API sends the browser to a login, which knows nothing of CORS."""
    led = evidence.led_to_login
    if led is None:
        return None
    if evidence.blocked is None:
        return _login_for_data(evidence, led)
    return Symptom(
        SymptomCode.REDIRECTED_TO_LOGIN,
        "The request was sent to a login",
        f"{shown(led.url)} answered with a redirect to {shown(led.location)}: {led.login.whose} ({led.login.seen}). "
        "Servers do that when nobody is logged in. A login is for people, and script cannot read it.",
        "Log in first, in a page or tab of its own. On the server, answer 401 (with the CORS headers) to requests of "
        "script instead of redirecting them to a login; no header of the login page helps.",
    )


def _login_for_data(evidence: Evidence, led: LedToLogin) -> Symptom | None:
    """A login's page that script reads in place of its data."""
    is_page = (evidence.header("Content-Type") or "").lower().startswith("text/html")
    if not is_page or evidence.request.destination or not evidence.outcome.allowed:
        return None
    return Symptom(
        SymptomCode.REDIRECTED_TO_LOGIN,
        "What came is the page of a login",
        f"{shown(led.url)} answered with a redirect to {shown(led.location)}: {led.login.whose} ({led.login.seen}). "
        "Script reads that page where it expects its data; let the server answer 401 to requests of script.",
    )


_BY_THE_ORIGIN_THAT_ASKED = frozenset({Reason.ALLOW_ORIGIN_MISSING, Reason.ALLOW_ORIGIN_MISMATCH})
"""What an answer that was right for another origin fails by: `*`, or a list, it would have given to every one."""


def cached_answer(evidence: Evidence) -> Symptom | None:
    """An answer that was stored for another request: the server was not asked."""
    check = evidence.failed_cors_check
    if check is None or not evidence.from_cache or check.reason not in _BY_THE_ORIGIN_THAT_ASKED:
        return None
    if evidence.stored_for == check.origin:
        return None  # it is what the server says to this very origin
    vary = evidence.header("Vary")
    received = "no Access-Control-Allow-Origin" if check.received is None else shown(check.received)
    until = (
        "Until the stored answer has expired, give the URL another query, or clear the browser's cache."
        if evidence.request.destination
        else 'Until the stored answer has expired, ask with cache: "reload".'
    )
    varies = "has no Vary header" if vary is None else f"says Vary: {shown(vary)}"
    stored_for = f"a request from {shown(evidence.stored_for)}" if evidence.stored_for else "a request without CORS"
    return Symptom(
        SymptomCode.CACHED_ANSWER,
        "An answer from the browser's cache, made for another request",
        f"{shown(check.url)} was not asked for again: the HTTP cache had an answer with {received}, stored for "
        f"{stored_for}. It {varies}. The server was not asked what it answers now.",
        f"Let the server send Vary: Origin with every answer of {shown(check.url)}, also with those to requests "
        f"without an Origin; or {ALLOW_ORIGIN}: * always. {until}",
    )


_OF_HITS = (
    ("Age", r"\s*[1-9]\d{0,9}\s*"),
    *((name, r"(?i).*\bhit\b.*") for name in ("X-Cache", "CF-Cache-Status", "X-Vercel-Cache", "X-Proxy-Cache")),
)
"""Headers in which a cache before the server says that it had the answer."""


def shared_cache_answered(evidence: Evidence) -> Symptom | None:
    """An answer that a cache before the server kept, and may have got for another origin."""
    check = evidence.failed_cors_check
    if check is None or evidence.from_cache or evidence.status >= 400 or check.reason not in _BY_THE_ORIGIN_THAT_ASKED:
        return None
    hit = next(
        (f"{name}: {value}" for name, form in _OF_HITS if re.fullmatch(form, value := evidence.header(name) or "")), ""
    )
    vary = [each.strip().lower() for each in (evidence.header("Vary") or "").split(",")]
    if not hit or "origin" in vary or "*" in vary or evidence.at_preflight:
        return None
    return Symptom(
        SymptomCode.SHARED_CACHE_ANSWERED,
        "A cache before the server had this answer",
        f"{shown(check.url)} was answered out of it ({shown(hit, 60)}), and no Vary: Origin keeps the answers to other "
        "origins apart there: it may have been made for a request from elsewhere, or for one without Origin. Let the "
        "server send Vary: Origin, also with answers to requests without Origin, and empty that cache.",
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
        f"{f', and said {evidence.status}, which is no CORS error' if refused else ''}. "
        "Cookies for a page of another site need SameSite=None; Secure, and a browser that allows third-party cookies.",
    )


def credentials_not_asked_for(evidence: Evidence) -> Symptom | None:
    """A server that wants a login, asked from elsewhere without credentials."""
    request = evidence.request
    cross_origin = not same_origin(request.origin, request.current_url)
    if evidence.status != 401 or evidence.at_preflight or not cross_origin:
        return None
    if get(request.header_list, "Authorization") is not None:
        return None
    if request.credentials_mode == "include":
        return None
    return Symptom(
        SymptomCode.CREDENTIALS_NOT_ASKED_FOR,
        "The request carried no login",
        f"{shown(request.current_url.href)} answered 401, and the request was made with credentials: "
        f'"{request.credentials_mode}", which sends no cookies to another origin. Ask with credentials: "include" if '
        "the login is in a cookie.",
    )


def no_cookie_sent(evidence: Evidence) -> Symptom | None:
    """Credentials were asked for, and the browser had none for this URL: what script reads is a 401."""
    request = evidence.request
    if evidence.status != 401 or not evidence.outcome.allowed or request.credentials_mode != "include":
        return None
    last = next((event for event in reversed(evidence.trace) if isinstance(event, CookiesConsidered)), None)
    had_some = last is not None and bool(last.sent or last.withheld)
    if had_some or request.destination or get(request.header_list, "Authorization") is not None:
        return None
    return Symptom(
        SymptomCode.NO_COOKIE_SENT,
        "No cookie went along",
        f"{shown(request.current_url.href)} answered 401, and the browser has no cookie for it: none was set here "
        "(--cookie or a visit does), or the browser did not keep it, as the answer that set it tells.",
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


OTHER_CAUSES: tuple[Callable[[Evidence], Symptom | None], ...] = (
    mixed_content,
    local_network,
    insecure_form,
    refused_web_socket,
    redirected_to_login,
    cached_answer,
    shared_cache_answered,
    cookies_withheld,
    credentials_not_asked_for,
    no_cookie_sent,
    null_origin,
    app_scheme,
)
