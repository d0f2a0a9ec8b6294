"""Why nothing can be changed for the better: one sentence for each way a fetch stays closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...browser.outcome import Verdict
from ...fetch.reasons import Reason
from ...origin import url_origin
from ...url import parse_url
from ..plain_text import shown

if TYPE_CHECKING:
    from ...browser.outcome import Outcome

_NETWORK = frozenset(
    {
        Reason.DNS_FAILURE,
        Reason.CONNECTION_REFUSED,
        Reason.TLS_FAILURE,
        Reason.TIMEOUT,
        Reason.CONNECTION_RESET,
        Reason.MALFORMED_RESPONSE,
        Reason.NETWORK_FAILURE,
    }
)


def why_no_fix(outcome: Outcome) -> str:
    """Say, with the values of this fetch, why no header and no change of the request helps."""
    reason = outcome.reason
    if reason in _NETWORK:
        detail = "" if outcome.failure is None else f": {shown(outcome.failure.detail or outcome.failure.kind)}"
        instead = _of_certificates(outcome) if reason is Reason.TLS_FAILURE else ""
        return f"The network failed{detail}. No header can mend that; {instead or 'the server has to answer first.'}"
    if outcome.verdict is Verdict.OPAQUE:
        return _why_opaque(outcome)
    return _WHY.get(reason, _unknown)(outcome) if reason is not None else _unknown(outcome)


_CERTIFICATES: dict[str, str] = {
    "self-signed": (
        "trust the certificate: open {url} in a tab of this browser and accept it there, or make one with a local "
        "authority that the browser knows (mkcert does)."
    ),
    "issuer": (
        "let the server send its certificate's whole chain, or add the authority that signed it to those that the "
        "browser trusts."
    ),
    "expired": "renew the server's certificate, and compare the clocks of both machines.",
    "not yet valid": "compare the clocks of both machines, and the certificate's dates.",
    "mismatch": "ask for the server by a name that its certificate holds, or give it a certificate for this one.",
    "not valid for": "ask for the server by a name that its certificate holds, or give it a certificate for this one.",
    "does not speak tls": "ask for http there, or the port on which it speaks https.",
}
"""What the failure's detail says of a certificate, and what to do about it."""


def _of_certificates(outcome: Outcome) -> str:
    detail = "" if outcome.failure is None else outcome.failure.detail.lower()
    url = "the URL" if outcome.request is None else url_origin(outcome.request.current_url).serialized
    return next((text.format(url=shown(url)) for words, text in _CERTIFICATES.items() if words in detail), "")


def _why_opaque(outcome: Outcome) -> str:
    api = "" if outcome.request is None else outcome.request.api
    if api == "sendBeacon":
        return "Nobody reads the answer to a beacon: it was sent, and that is all a beacon does."
    return (
        "A document of another origin is shown to the user and closed to this page; no CORS header opens it. Ask for "
        "the data with fetch(), or let the framed page send it by postMessage()."
    )


def _unknown(outcome: Outcome) -> str:
    return f"No change of the server's answers or of the request was found that helps ({outcome.reason})."


def _bad_port(outcome: Outcome) -> str:
    port = outcome.blocked.subject if outcome.blocked else ""
    return (
        f"Browsers never connect to port {port}, which belongs to another protocol, so no server there is asked. "
        "Serve it on another port."
    )


def _mixed_content(outcome: Outcome) -> str:
    url = shown(outcome.blocked.url) if outcome.blocked else ""
    return (
        f"A page that came over https may not ask for {url}: nothing is sent, so no header of the server is ever seen. "
        "Serve it over https and ask for that URL."
    )


def _csp(outcome: Outcome) -> str:
    blocked = outcome.blocked
    policy, url = (shown(blocked.received or ""), shown(blocked.url)) if blocked else ("", "the URL")
    parsed = parse_url(blocked.url) if blocked else None
    origin = f" ({shown(url_origin(parsed).serialized)})" if parsed is not None and parsed.is_http else ""
    return (
        f"The page's own Content-Security-Policy ({policy}) refuses {url} before anything is sent to it. That server "
        f"can do nothing; who serves the page has to list the URL's origin{origin} in that directive."
    )


def _scheme(outcome: Outcome) -> str:
    scheme = shown(outcome.blocked.subject) if outcome.blocked else ""
    advice = {
        "file": "Serve the file over https, or for development over http://localhost.",
        "ftp": "Serve it over https.",
        "ws": "Open it with new WebSocket().",
        "wss": "Open it with new WebSocket().",
        "blob": "A blob: URL can be read by the origin that made it, and while it is not revoked.",
    }.get(scheme, "There is nothing behind such a URL to be read.")
    return f"fetch reaches http and https servers only, not {scheme}: URLs; no server is asked. {advice}"


def _too_large(outcome: Outcome) -> str:
    detail = "" if outcome.failure is None else f" ({shown(outcome.failure.detail)})"
    return f"The answer came and is too large to be read{detail}, which is no CORS matter: no header can mend that."


def _server_error(outcome: Outcome) -> str:
    status = outcome.blocked.status if outcome.blocked else None
    return f"The server answered {status}, which is no CORS matter: mend the server or the URL."


def _web_socket(outcome: Outcome) -> str:
    why = shown(outcome.blocked.detail) if outcome.blocked else ""
    return (
        f"The opening handshake failed: {why}. CORS plays no part in it, and no CORS header matters: the server looks "
        "at the Origin header itself, at cookies and at the subprotocol, and accepts with 101."
    )


def _redirected(outcome: Outcome) -> str:
    if outcome.request is None or outcome.request.api != "WebSocket":
        return _unknown(outcome)
    return (
        "The handshake of a WebSocket follows no redirect, whatever the page asks for. Let the page open the URL that "
        "the Location header leads to, or the server accept at this one with 101. No CORS header matters."
    )


def _says(text: str) -> _Why:
    return lambda outcome: text


if TYPE_CHECKING:
    from collections.abc import Callable

    _Why = Callable[[Outcome], str]

_WHY: dict[Reason, _Why] = {
    Reason.LOCAL_NETWORK_ACCESS_PENDING: _says(
        "The user decides, and nothing is sent before: no header of the server is ever seen. Allow it in the browser's "
        "prompt or by an administrator's policy, or serve the page itself from the local network."
    ),
    Reason.LOCAL_NETWORK_ACCESS_DENIED: _says(
        "Nothing was sent, so no header of the server is ever seen. The user takes the denial back in the settings of "
        "the site, an administrator allows it by policy, or the page itself is served from the local network."
    ),
    Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT: _says(
        "Nothing was sent, so no header of the server is ever seen. Serve the page over https: then the user is asked."
    ),
    Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH: _says(
        "Nothing was sent, so no header of the server is ever seen. Let targetAddressSpace name the network that the "
        "address is in, or leave it out."
    ),
    Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY: _says(
        "Nothing was sent, so no header of the server is ever seen. The page around the frame hands the permission "
        'over with allow="loopback-network; local-network", and no Permissions-Policy may exclude it.'
    ),
    Reason.CONNECTION_ALLOWLIST: _says(
        "The page's own Connection-Allowlist refuses it, so no header of the other server is ever seen. Put a pattern "
        "of the URL into that list; redirects are never followed under it, so ask for the last URL."
    ),
    Reason.INTEGRITY_POLICY: _says(
        "The page's own Integrity-Policy refuses it before anything is sent: give the element integrity and "
        "crossorigin, and let the server allow the page by CORS."
    ),
    Reason.INSECURE_FORM_PENDING: _says(
        "The user decides, and nothing is sent before. Let the form's action be an https URL: then nobody is asked."
    ),
    Reason.INSECURE_FORM_DENIED: _says(
        "Nothing was sent, so no header of the server is ever seen. Let the form's action be an https URL: then nobody "
        "is asked."
    ),
    Reason.WEB_SOCKET_REFUSED: _web_socket,
    Reason.REDIRECT_MODE_ERROR: _redirected,
    Reason.BAD_PORT: _bad_port,
    Reason.MIXED_CONTENT: _mixed_content,
    Reason.CONTENT_SECURITY_POLICY: _csp,
    Reason.SCHEME_NOT_HTTP: _scheme,
    Reason.RESPONSE_TOO_LARGE: _too_large,
    Reason.EVENT_SOURCE_STATUS: _server_error,
    Reason.HTTP_ERROR_STATUS: _server_error,
    Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE: _says(
        'The page itself allows its own origin only (mode: "same-origin"), and it cannot be told otherwise here.'
    ),
    Reason.URL_CREDENTIALS_REFUSED: _says(
        "The URL holds a user name or password, which this browser does not load; leave them out of it."
    ),
    Reason.NOT_AN_IMAGE: _says("What came is no image; the server has to send one, or the page another URL."),
    Reason.NOT_A_FONT: _says("What came is no font; the server has to send one, or the page another URL."),
    Reason.OPAQUE_RESPONSE_BLOCKING: _says(
        "What came is a document or data, of no use to this element, and browsers keep it from reaching the page. "
        "Nothing to mend: ask for data with fetch() and CORS."
    ),
    Reason.NOSNIFF: _says("The body is not of the kind that this element runs, whatever its Content-Type says."),
    Reason.MIME_TYPE_BLOCKED: _says(
        "The body is not of the kind that this element runs, whatever its Content-Type says."
    ),
    Reason.INTEGRITY_MISMATCH: _says(
        "The bytes are not those that the integrity attribute names: either they were changed, or the attribute was "
        "not. Find out which; to drop the check is to run what nobody vouches for."
    ),
    Reason.KEEPALIVE_BODY_TOO_LARGE: _says(
        "Requests that outlive their page carry 64 KiB at most; send less, or use fetch() without keepalive."
    ),
    Reason.TOO_MANY_REDIRECTS: _says(
        "The redirects never end, and only the server knows where they should lead. Look for a login or a slash that "
        "redirects to itself."
    ),
    Reason.BLOB_URL_NOT_FOUND: _says("No blob has this URL here: it was revoked, or belongs to another origin."),
    Reason.DATA_URL_INVALID: _says("The data: URL cannot be parsed; only whoever wrote it can mend it."),
}
