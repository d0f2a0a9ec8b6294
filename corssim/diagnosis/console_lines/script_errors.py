"""What script is told, and what libraries make of it, which people paste for want of the console's line."""

from __future__ import annotations

import re
from typing import Final

from corssim.diagnosis.console_lines.reading import UNKNOWN

from ...records import NamedTuple

_ANYTHING: Final = (
    "This is all that script is told, whatever went wrong: CORS, a policy, or a server that is down. The console's "
    "other lines say which, and so does `corssim check URL --page PAGE`."
)
_REFUSED: Final = "The call itself was refused and nothing was sent; the text says what is wrong with it."
_ANSWERED: Final = (
    "The server answered, and script could read the answer: this is an error status, which the library makes an "
    "exception of. CORS blocked nothing here."
)
_NO_JSON: Final = (
    "Script could read the answer, so CORS blocked nothing here: its body is no JSON. Most often it is an HTML "
    "page: of an error, of a login, or the app's own index.html where a path is not proxied."
)
_EMPTY: Final = (
    "Script had no body to read: the answer has none, or it is opaque (mode 'no-cors' gives an empty one, status 0)."
)
_ENDED: Final = "Script, or a navigation, ended the request before its answer came. CORS blocked nothing here."
_NO_BROWSER: Final = "This is a program without a browser: there is no CORS in it. Its network failed."
_TOO_LATE: Final = "Script's own time limit ended the request before its answer came. CORS blocked nothing here."
_INSECURE: Final = (
    "Script did what the page may not: read a canvas that another origin's picture was painted on, for one. The text "
    "does not say what."
)
_EMBEDDED: Final = (
    "The page asks what it embeds to say that it may be embedded (Cross-Origin-Embedder-Policy), or the other server "
    "says who may (Cross-Origin-Resource-Policy): this was not allowed."
)
_NOT_THERE: Final = "This is a program without a browser: there is no CORS in it. The text says what its network met."
_BEHIND_ITS_URL: Final = (
    "The end of a line of WebKit's, which test runners cut in two behind the URL's scheme: a request failed there, by "
    "CORS, by the network, or because the page went away while it ran. What stood before it says which."
)
_URL: Final = r"(?P<url>https?://[^\s'\"]{1,2048}?)"


class ScriptError(NamedTuple):
    """An exception's text: which browser throws it (unknown: a library, or any), and what can be said of it."""

    pattern: re.Pattern[str]
    browser: str
    note: str
    topic: str


def _error(text: str, browser: str, note: str = _ANYTHING, topic: str = "failed-to-fetch") -> ScriptError:
    return ScriptError(re.compile(text), browser, note, topic)


SCRIPT_ERRORS: Final = (
    _error(rf"Http failure response for {_URL}: 0 ", UNKNOWN),
    _error(r"Http failure response for \(unknown url\): 0 ", UNKNOWN),
    _error(rf"Http failure response for {_URL}: (?P<status>[1-5]\d\d) ", UNKNOWN, _ANSWERED, "server-errors"),
    _error(rf"Http failure during parsing for {_URL}(?=['\"]|\s|$)", UNKNOWN, _NO_JSON, ""),
    _error(r"Unexpected token '?<.{0,60}\bJSON\b|JSON Parse error: Unrecognized token '<'", UNKNOWN, _NO_JSON, ""),
    _error(r"Unexpected end of JSON input|JSON\.parse: unexpected end of data", UNKNOWN, _EMPTY, "opaque"),
    _error(r"HttpErrorResponse\b.{0,200}?\bstatus['\"]?: ?0\b", UNKNOWN),
    _error(
        r"HttpErrorResponse\b.{0,200}?\bstatus['\"]?: ?(?P<status>[1-5]\d\d)\b", UNKNOWN, _ANSWERED, "server-errors"
    ),
    _error(r"(?:failed with|: Received) status code (?P<status>[1-5]\d\d)\b", UNKNOWN, _ANSWERED, "server-errors"),
    _error(r"\btimeout of \d{1,9} ?ms exceeded\b|\btimeout has occurred\b", UNKNOWN, _TOO_LATE, "timeout"),
    _error(rf"(?:Failed to fetch|XMLHttpRequest error\.?), uri={_URL}(?:[\s,]|$)", UNKNOWN),
    _error(r"TypeError: Failed to fetch dynamically imported module: " + _URL + r"(?:\s|$)", "chromium"),
    _error(r"error loading dynamically imported module: " + _URL + r"(?:\s|$)", "firefox"),
    _error(r"TypeError: Importing a module script failed", "webkit"),
    _error(rf"Failed to fetch RSC payload for {_URL}\. Falling back", UNKNOWN),
    _error(r"(?:TypeError: [Ff]ailed|\bFailed) to fetch\b", "chromium"),
    _error(r"NetworkError when attempting to fetch resource", "firefox"),
    _error(r"(?:TypeError: |^)Load failed\b", "webkit"),
    _error(r"TypeError: (?:The network connection was lost|The Internet connection appears to be offline)", "webkit"),
    _error(r"TypeError: (?:cancelled|Cancelled)\b", "webkit", _ENDED),
    _error(r"TypeError: (?:A server with the specified hostname|Could not connect to the server)", "webkit"),
    _error(rf"Failed to execute 'send' on 'XMLHttpRequest'(?:: Failed to load '{_URL}')?", "chromium"),
    _error(r"NetworkError: A network error occurred", "firefox"),
    _error(r"\bERR_NETWORK\b|(?:AxiosError: |Error: |^|message['\"]?: ?['\"])Network Error\b", UNKNOWN),
    _error(r"Network request failed", UNKNOWN),
    _error(r"\bXMLHttpRequest error\b|The XMLHttpRequest onError callback was called", UNKNOWN),
    _error(r"Request has been terminated\b.{0,40}(?:Possible causes|$)", UNKNOWN),
    _error(r"\b(?:xhr poll error|xhr post error)\b", UNKNOWN),
    _error(r"TypeError: fetch failed", UNKNOWN, _NO_BROWSER, "other-clients"),
    _error(r"^curl: \((?:5|6|7|16|28|35|5[2-9]|60|77|8[0235]|9[0-6])\) ", UNKNOWN, _NOT_THERE, "other-clients"),
    _error(r"\b(?:ECONNREFUSED|ENOTFOUND|ECONNRESET|ETIMEDOUT)\b", UNKNOWN, _NO_BROWSER, "other-clients"),
    _error(r"AbortError|signal is aborted without reason|The user aborted a request", UNKNOWN, _ENDED),
    _error(r"TypeError: Failed to (?:execute 'fetch' on|construct 'Request')", "chromium", _REFUSED, "methods"),
    _error(r"TypeError: Window\.fetch: ", "firefox", _REFUSED, "methods"),
    _error(
        r"(?:SecurityError|DOMException): (?:[\w.]{1,80}: )?The operation is insecure|"
        r"SecurityError(?: \(|: )DOM Exception 18\b",
        UNKNOWN,
        _INSECURE,
        "opaque",
    ),
    _error(
        r"^Script error\.?(?: \(:0\))?$",
        UNKNOWN,
        "A script of another origin, loaded without CORS, failed. With crossorigin on the element you learn more.",
        "opaque",
    ),
    _error(r"NS_ERROR_DOM_(?:COEP|CORP)_FAILED", "firefox", _EMBEDDED, "corp-coep"),
    _error(
        r"(?:[A-Z]{3,7} (?P<url>https?://\S{1,2048}) .{0,40})?"
        r"NS_ERROR_(?:DOM_BAD_URI|FAILURE|NET_RESET|CONNECTION_REFUSED|UNKNOWN_HOST)",
        "firefox",
    ),
    _error(r"NS_BINDING_ABORTED", "firefox", _ENDED),
    _error(
        r"(?:^|[\s'\":])/{1,2}[^\s/]{1,255}/\S{0,2048} due to access control checks\b",
        "webkit",
        _BEHIND_ITS_URL,
        "cors",
    ),
)
"""The first that is found counts."""
