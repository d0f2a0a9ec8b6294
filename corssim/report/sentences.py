"""Why a fetch ended as it did, in one sentence made of its evidence."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..fetch.reasons import Blocked, Reason, Stage
from ..masking import mask_header, mask_text
from ..records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..browser.outcome import Outcome

_SHOWN = 100  # characters of a received value in a sentence

# {whose}: "The preflight's answer", "The redirect", "The response"; the others are the fields of Blocked.
_SENTENCES: dict[Reason, str] = {
    Reason.ALLOW_ORIGIN_MISSING: "{whose} has no Access-Control-Allow-Origin, so {origin} may not read it.",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: (
        "{whose} allows any origin by `*`, which does not count for a request with credentials."
    ),
    Reason.ALLOW_ORIGIN_MULTIPLE: "{whose} names several values in Access-Control-Allow-Origin, where one may stand.",
    Reason.ALLOW_ORIGIN_INVALID: "{whose} allows {received}, which is no origin.",
    Reason.ALLOW_ORIGIN_MISMATCH: "{whose} allows {received}, and the request says Origin: {sent}.",
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: (
        "{whose} does not say Access-Control-Allow-Credentials: true, and the request has credentials."
    ),
    Reason.PREFLIGHT_STATUS_NOT_OK: "The preflight was answered {status}; only 200 to 299 lets the request go on.",
    Reason.PREFLIGHT_REDIRECTED: "The preflight was redirected ({status}); browsers do not follow that.",
    Reason.ALLOW_METHODS_UNPARSABLE: "The preflight's Access-Control-Allow-Methods is not a list of methods.",
    Reason.ALLOW_HEADERS_UNPARSABLE: "The preflight's Access-Control-Allow-Headers is not a list of header names.",
    Reason.METHOD_DISALLOWED_BY_PREFLIGHT: "The preflight's Access-Control-Allow-Methods does not list {subject}.",
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT: "The preflight's Access-Control-Allow-Headers does not list {subject}.",
    Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE: "Mode same-origin was asked for, and the URL is not of {origin}.",
    Reason.NO_CORS_REDIRECT_MODE: "Mode no-cors works with redirect mode follow only, not {subject}.",
    Reason.SCHEME_NOT_HTTP: "CORS is for http and https; a {subject}: URL cannot be fetched across origins.",
    Reason.URL_CREDENTIALS_REFUSED: "The URL has a user name or password in it, which this browser refuses.",
    Reason.BAD_PORT: "Port {subject} belongs to another protocol; browsers never connect to it.",
    Reason.MIXED_CONTENT: "A page that came over https may not load from http.",
    Reason.CONTENT_SECURITY_POLICY: "The page's own Content-Security-Policy does not allow this URL ({subject}).",
    Reason.NOSNIFF: "The response says nosniff, and its type does not fit what asked for it.",
    Reason.MIME_TYPE_BLOCKED: "The response's type does not fit what asked for it.",
    Reason.CONNECTION_ALLOWLIST: "The page's Connection-Allowlist does not let it connect to this {subject}.",
    Reason.INTEGRITY_POLICY: (
        "The page's Integrity-Policy refuses a {subject} without integrity metadata, or not fetched with CORS."
    ),
    Reason.INTEGRITY_MISMATCH: "The body does not match the integrity that the page demands.",
    Reason.BLOB_URL_NOT_FOUND: "There is no blob under this URL.",
    Reason.DATA_URL_INVALID: "The data: URL cannot be read.",
    Reason.REDIRECT_MODE_ERROR: "The server redirects, and this request follows no redirect (redirect mode error).",
    Reason.REDIRECT_LOCATION_INVALID: "The redirect's Location cannot be read as a URL.",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "The redirect leads away from http and https, to {subject}.",
    Reason.REDIRECT_WITH_CREDENTIALS_IN_URL: "The redirect leads to a URL with a user name or password in it.",
    Reason.REDIRECT_OF_A_STREAM: "The server redirects, and a streamed body cannot be sent again.",
    Reason.TOO_MANY_REDIRECTS: "The server redirected more than 20 times.",
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: "{whose} keeps itself from {origin} by Cross-Origin-Resource-Policy.",
    Reason.EMBEDDER_POLICY: (
        "The page demands by Cross-Origin-Embedder-Policy that what it loads agrees, and {whose_lower} does not say so."
    ),
    Reason.OPAQUE_RESPONSE_BLOCKING: "The response is no image, media, script or style: the browser withholds it.",
    Reason.LOCAL_NETWORK_ACCESS_PENDING: (
        "The browser asks the user first whether {origin} may reach the {subject} network; nothing is sent until then."
    ),
    Reason.LOCAL_NETWORK_ACCESS_DENIED: "The user has not let {origin} into the {subject} network; nothing was sent.",
    Reason.LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT: (
        "A page that came over http may not reach from the public network into the {subject} one."
    ),
    Reason.LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH: (
        "The page said that this goes to the {compared_with} network, and the address is in the {subject} one."
    ),
    Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY: (
        "Permissions Policy leaves {detail} out for this page or frame, so the user is not even asked."
    ),
    Reason.INSECURE_FORM_PENDING: (
        "The browser asks the user before a secure page's form goes over http; nothing is sent until then."
    ),
    Reason.INSECURE_FORM_DENIED: "The user has not let the form go over http; nothing was sent.",
    Reason.KEEPALIVE_BODY_TOO_LARGE: "A keepalive body of {subject} bytes is over the limit of {compared_with}.",
    Reason.NOT_IN_CACHE: "Cache mode only-if-cached was asked for, and the cache has no answer.",
    Reason.STREAM_NEEDS_HTTP2: "This browser sends a streamed body over HTTP/2 only.",
    Reason.STREAM_NOT_SUPPORTED: "This browser cannot send a streamed body.",
    Reason.EVENT_SOURCE_STATUS: "An EventSource needs status 200, and {status} came.",
    Reason.EVENT_SOURCE_TYPE: "An EventSource needs text/event-stream.",
    Reason.WEB_SOCKET_REFUSED: "The WebSocket did not open: {detail}.",
    Reason.HTTP_ERROR_STATUS: "The element fails on status {status}.",
    Reason.NOT_AN_IMAGE: "What came is no image.",
    Reason.NOT_A_FONT: "What came is no font.",
    Reason.OPAQUE_RESPONSE: "The request was sent and answered, and script may not look at the answer.",
    Reason.OPAQUE_REDIRECT: "The server redirects; with redirect mode manual script learns no more than that.",
    Reason.DNS_FAILURE: "The name of the server does not resolve.",
    Reason.CONNECTION_REFUSED: "Nothing listens there: the connection was refused.",
    Reason.TLS_FAILURE: "No secure connection could be made.",
    Reason.TIMEOUT: "The server did not answer in time.",
    Reason.CONNECTION_RESET: "The connection broke before the answer was there.",
    Reason.MALFORMED_RESPONSE: "What came back is not valid HTTP.",
    Reason.RESPONSE_TOO_LARGE: "The answer came, and is too large: {detail}.",
    Reason.NETWORK_FAILURE: "The network failed: {detail}.",
}
_LISTS = frozenset({Reason.METHOD_DISALLOWED_BY_PREFLIGHT, Reason.HEADER_DISALLOWED_BY_PREFLIGHT})
_UNCOVERED = {
    True: ", and `*` does not cover that one.",
    False: ", and `*` does not count for a request with credentials.",
}
_WHOSE = {
    Stage.REQUEST: "The request",
    Stage.PREFLIGHT: "The preflight's answer",
    Stage.REDIRECT: "The redirect",
    Stage.ACTUAL: "The response",
}


class _Language(NamedTuple):
    """The sentences of one language, and the words that fill them."""

    sentences: Mapping[Reason, str]
    whose: Mapping[Stage, str]
    absent: str
    opaque_origin: str
    page: str
    uncovered: Mapping[bool, str]


_ENGLISH = _Language(_SENTENCES, _WHOSE, "(absent)", "an opaque origin (null)", "the page", _UNCOVERED)


@cache
def _language(language: str) -> _Language:
    """English, or what `sentences.LANGUAGE.toml` has."""
    if language == "en":
        return _ENGLISH
    import tomllib
    from importlib.resources import files

    texts = tomllib.loads(files(__package__).joinpath(f"sentences.{language}.toml").read_text("utf-8"))
    words = texts["words"]
    return _Language(
        {Reason(name): sentence for name, sentence in texts["sentences"].items()},
        {Stage(name): whose for name, whose in texts["whose"].items()},
        words["absent"],
        words["opaque-origin"],
        words["page"],
        {True: words["uncovered-authorization"], False: words["uncovered-credentials"]},
    )


def why(outcome: Outcome, language: str = "en") -> str:
    """One sentence on how the fetch ended; "" for one that script can read."""
    if outcome.reason is None:
        return ""
    detail = "" if outcome.failure is None else outcome.failure.detail or outcome.failure.kind.value
    evidence = outcome.blocked or Blocked(reason=outcome.reason, anchor="", url="", detail=detail)
    return sentence(evidence, language)


def sentence(blocked: Blocked, language: str = "en") -> str:
    """The sentence of one failed check."""
    words = _language(language)
    whose = words.whose[blocked.stage]
    received = words.absent if blocked.received is None else mask_header(blocked.header, blocked.received)
    template = words.sentences[blocked.reason]
    if blocked.reason in _LISTS and "*" in (blocked.received or ""):
        template = template.removesuffix(".") + words.uncovered[blocked.subject.lower() == "authorization"]
    return template.format(
        whose=whose,
        whose_lower=whose[0].lower() + whose[1:],
        received=received if len(received) <= _SHOWN else f"{received[:_SHOWN]}…",
        origin=words.opaque_origin if blocked.origin == "null" else blocked.origin or words.page,
        sent=blocked.origin,
        subject=mask_text(blocked.subject),
        compared_with=blocked.compared_with,
        status=blocked.status,
        detail=blocked.detail,
    )
