"""WebKit's console, with the prefixes of its standard output. Its texts are facts, as recorded of WebKitGTK 2.50."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from ..fetch.wire import FailureKind
from ..origin import host_is_loopback
from ..records import replace
from .rule import Rule
from .template import Template

if TYPE_CHECKING:
    from .story import Story

OPTIONAL: dict[str, str] = {"status_code": r"(?: Status code: (?P<status>\d{1,3}))?"}
"""Fields that are there or not, as they are read: older versions gave no status."""

_SECURITY, _WARNING, _SCRIPT, _NETWORK = (
    "CONSOLE SECURITY ERROR ",
    "CONSOLE SECURITY WARN ",
    "CONSOLE JS ERROR ",
    "CONSOLE NETWORK ERROR ",
)
_ACAO, _ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
_ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"


def _error(
    text: str,
    reason: Reason | None,
    stage: Stage = Stage.ACTUAL,
    header: str = "",
    alternatives: tuple[Reason, ...] = (),
) -> Template:
    return Template(text, reason, stage, header=header, prefix=_SECURITY, alternatives=alternatives)


# --- what each API adds ---------------------------------------------------------------------------------------------


def _denied(api: str, text: str, prefix: str = _SCRIPT) -> Template:
    topic = "denied-or-broken-off" if text.endswith("access control checks.") else "blocked-request"
    return Template(text, topic=topic, general=True, prefix=prefix, api=api)


OF_API = {
    "fetch": _denied("fetch", "Fetch API cannot load {url} due to access control checks."),
    "XMLHttpRequest": _denied("XMLHttpRequest", "XMLHttpRequest cannot load {url} due to access control checks."),
    "EventSource": _denied("EventSource", "EventSource cannot load {url} due to access control checks."),
    "img": _denied("img", "Cannot load image {url} due to access control checks.", _SECURITY),
    "script": _denied("script", "Cross-origin script load denied by Cross-Origin Resource Sharing policy."),
}
OF_FAILED_PRELOADS = {
    "fetch": (OF_API["fetch"],),
    "XMLHttpRequest": (OF_API["fetch"],),
    "img": (OF_API["img"],),
    "script": (OF_API["script"],),
}
"""What an API adds that a failed preload served."""
_BEACON = "Beacon API cannot load {url}. "
_NOT_ALLOWED = Template("Not allowed to request resource", topic="blocked-request", general=True, prefix=_SECURITY)

# --- CORS -----------------------------------------------------------------------------------------------------------

_LOADED_WITHOUT_A_SCHEME_CHECK = frozenset({"img", "module", "preload", "script", "stylesheet"})
_ORIGIN = "Origin {sent_origin} is not allowed by Access-Control-Allow-Origin.{status_code}"
_CREDENTIALS = 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".'
_WILDCARD = "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true."
_SEVERAL = "Access-Control-Allow-Origin cannot contain more than one origin."
_CORP = "Cancelled load to {url} because it violates the resource's Cross-Origin-Resource-Policy response header."
_CORP_HEADER = "Cross-Origin-Resource-Policy"
_COEP_HEADER = "Cross-Origin-Embedder-Policy"
_MESSAGES = {
    Reason.ALLOW_ORIGIN_MISSING: (_ORIGIN, _ACAO),
    Reason.ALLOW_ORIGIN_MISMATCH: (_ORIGIN, _ACAO),
    Reason.ALLOW_ORIGIN_INVALID: (_ORIGIN, _ACAO),
    Reason.ALLOW_ORIGIN_MULTIPLE: (_SEVERAL, _ACAO),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: (_WILDCARD, _ACAO),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: (_CREDENTIALS, _ACAC),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: (_CORP, _CORP_HEADER),
    Reason.EMBEDDER_POLICY: (_CORP, _CORP_HEADER),
}
_ANY_ORIGIN = (
    Reason.ALLOW_ORIGIN_MISSING,
    Reason.ALLOW_ORIGIN_MISMATCH,
    Reason.ALLOW_ORIGIN_INVALID,
    Reason.ALLOW_ORIGIN_MULTIPLE,
)
_TOLD_ALIKE = {
    **dict.fromkeys(_ANY_ORIGIN[:3], _ANY_ORIGIN),
    **dict.fromkeys(
        (Reason.CROSS_ORIGIN_RESOURCE_POLICY, Reason.EMBEDDER_POLICY),
        (Reason.CROSS_ORIGIN_RESOURCE_POLICY, Reason.EMBEDDER_POLICY),
    ),
    **dict.fromkeys(
        (Reason.PREFLIGHT_STATUS_NOT_OK, Reason.PREFLIGHT_REDIRECTED),
        (Reason.PREFLIGHT_STATUS_NOT_OK, Reason.PREFLIGHT_REDIRECTED),
    ),
}
"""Reasons that one text stands for; the first is the likeliest."""


def _told(text: str, reason: Reason, stage: Stage, header: str) -> Template:
    likeliest, *others = _TOLD_ALIKE.get(reason, (reason,))
    return _error(text, likeliest, stage, header, tuple(others))


_REDIRECTION = "Cross-origin redirection to {location} denied by Cross-Origin Resource Sharing policy: "
_IN_PREFLIGHT = {
    Reason.PREFLIGHT_STATUS_NOT_OK: ("Preflight response is not successful. Status code: {status}", ""),
    Reason.PREFLIGHT_REDIRECTED: ("Preflight response is not successful. Status code: {status}", ""),
    Reason.METHOD_DISALLOWED_BY_PREFLIGHT: (
        "Method {method} is not allowed by Access-Control-Allow-Methods.",
        _ACAM,
    ),
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT: (
        "Request header field {header_name} is not allowed by Access-Control-Allow-Headers.",
        ACAH,
    ),
    Reason.ALLOW_METHODS_UNPARSABLE: ("Header Access-Control-Allow-Methods has an invalid value: {value}", _ACAM),
    Reason.ALLOW_HEADERS_UNPARSABLE: ("Header Access-Control-Allow-Headers has an invalid value: {value}", ACAH),
}


def _leads_somewhere_else(story: Story) -> bool:
    """Report whether a redirect is to another scheme, or (told of other origins' redirects alone) to no URL at all."""
    to_another_scheme = story.blocked is not None and story.blocked.reason is Reason.REDIRECT_SCHEME_NOT_HTTP
    return to_another_scheme or (story.tainting == "cors" and any(story.headers("Location")))


def _rule(reasons: Reason | frozenset[Reason], *templates: Template, **conditions: object) -> Rule:
    reasons = frozenset({reasons}) if isinstance(reasons, Reason) else reasons
    return Rule(reasons, templates, **conditions)  # type: ignore[arg-type]


_ON_REDIRECT, _ON_PREFLIGHT = frozenset({Stage.REDIRECT}), frozenset({Stage.PREFLIGHT})
_FRAME_WITHOUT_COEP = _error(
    f"Refused to display '{{url}}' in a frame because of {_COEP_HEADER}.",
    Reason.EMBEDDER_POLICY,
    Stage.ACTUAL,
    _COEP_HEADER,
)
_CORS_RULES = (
    _rule(
        Reason.EMBEDDER_POLICY,
        _FRAME_WITHOUT_COEP,
        _error(f"Redirection was blocked by {_COEP_HEADER}", Reason.EMBEDDER_POLICY, Stage.REDIRECT, _COEP_HEADER),
        stages=_ON_REDIRECT,
        when=lambda story: story.blocked is not None and story.blocked.header == _COEP_HEADER,
    ),
    *(
        _rule(reason, _told(_REDIRECTION + text, reason, Stage.REDIRECT, header), stages=_ON_REDIRECT)
        for reason, (text, header) in _MESSAGES.items()
    ),
    _rule(
        Reason.ALLOW_ORIGIN_MULTIPLE,
        _told(_ORIGIN, Reason.ALLOW_ORIGIN_MISSING, Stage.ACTUAL, _ACAO),
        when=lambda story: story.blocked is not None and "," not in (story.blocked.received or ""),
    ),
    _rule(
        Reason.EMBEDDER_POLICY,
        _FRAME_WITHOUT_COEP,
        when=lambda story: story.blocked is not None and story.blocked.header == _COEP_HEADER,
    ),
    *(_rule(reason, _told(text, reason, Stage.ACTUAL, header)) for reason, (text, header) in _MESSAGES.items()),
    *(_rule(reason, _told(text, reason, Stage.PREFLIGHT, header)) for reason, (text, header) in _IN_PREFLIGHT.items()),
)

# --- redirects, schemes, policies of the page -----------------------------------------------------------------------

_MIXED = "The page at {page} requested insecure content from {url}. "
_BLOCKED_MIXED = Template(
    f"[blocked] {_MIXED}This content was blocked and must be served over HTTPS.",
    Reason.MIXED_CONTENT,
    Stage.REQUEST,
    prefix=_WARNING,
)
_BLOCKED_LOCALHOST = Template(
    # As it is printed for loopback addresses: the sentence has no end.
    f"[blocked] {_MIXED}This content was blocked and must",
    Reason.MIXED_CONTENT,
    Stage.REQUEST,
    prefix=_WARNING,
)
UPGRADED = Template(
    f"{_MIXED}This content was automatically upgraded and should be served over HTTPS.",
    topic="mixed-content",
    prefix=_WARNING,
)
NOT_UPGRADED = Template(
    f"{_MIXED}This content was not upgraded to HTTPS and must be served from the local host.",
    topic="mixed-content",
    prefix=_WARNING,
)


def _is_at_loopback(story: Story) -> bool:
    return host_is_loopback(story.facts()["host"])


def _is_told_once(story: Story) -> bool:
    """Report whether the API says nothing of its own about mixed content."""
    return (
        story.is_of_an_element
        or story.started.api == "preload"
        or story.started.api == "WebSocket"
        or story.started.environment == "worker"
    )


_CSP_OF = {True: "{url} because it does not appear in the {directive} directive of the Content Security Policy."}
_CSP_DEFAULT = (
    "{url} because it appears in neither the {effective_directive} directive nor the default-src directive of the "
    "Content "
    "Security Policy."
)


def _csp(verb: str, rest: str) -> Template:
    return Template(
        f"Refused to {verb} {rest}",
        Reason.CONTENT_SECURITY_POLICY,
        Stage.REQUEST,
        header="Content-Security-Policy",
        prefix=_SECURITY,
    )


CSP = {
    (verb, own): _csp(verb, _CSP_OF[True] if own else _CSP_DEFAULT)
    for verb in ("connect to", "load")
    for own in (True, False)
}
CSP_REPORTS = {
    key: Template(
        "[Report Only] " + template.text,
        topic="csp-report-only",
        header="Content-Security-Policy-Report-Only",
        prefix=_SECURITY,
    )
    for key, template in CSP.items()
}
_FAILED_INTEGRITY = (
    "Failed integrity metadata check. Content length: {content_length}, Expected content length: {expected_length}, "
    "Expected metadata: {metadata}"
)
_SCRIPT_INTEGRITY = _error(f"Cannot load script {{url}}. {_FAILED_INTEGRITY}", Reason.INTEGRITY_MISMATCH)
OPTIONAL |= {
    "content_length": r"(?:\d{1,12}|\(no content\))",
    "expected_length": r"\d{1,12}",
    "metadata": r"[^\n]{0,1024}",
}


_NO_CORS_REDIRECT_MODE = _error(
    "No-Cors mode requires follow redirect mode", Reason.NO_CORS_REDIRECT_MODE, Stage.REQUEST
)


def _is_ftp_without_cors(story: Story) -> bool:
    return story.url.startswith("ftp:") and story.started.mode == "no-cors"


RULES = (
    *_CORS_RULES,
    _rule(
        Reason.REDIRECT_WITH_CREDENTIALS_IN_URL,
        _error(
            _REDIRECTION + "redirection URL {location_with_credentials} has credentials",
            Reason.REDIRECT_WITH_CREDENTIALS_IN_URL,
            Stage.REDIRECT,
            "Location",
        ),
    ),
    _rule(
        Reason.REDIRECT_SCHEME_NOT_HTTP,
        _error(
            "Redirection to URL with a scheme that is not HTTP(S).",
            Reason.REDIRECT_SCHEME_NOT_HTTP,
            Stage.REDIRECT,
            "Location",
        ),
        when=lambda story: story.started.mode == "no-cors",
    ),
    _rule(
        frozenset({Reason.REDIRECT_SCHEME_NOT_HTTP, Reason.REDIRECT_LOCATION_INVALID}),
        _error(
            _REDIRECTION + "not allowed to follow a cross-origin CORS redirection with non CORS scheme",
            Reason.REDIRECT_SCHEME_NOT_HTTP,
            Stage.REDIRECT,
            "Location",
            (Reason.REDIRECT_LOCATION_INVALID,),
        ),
        when=_leads_somewhere_else,
    ),
    _rule(
        Reason.REDIRECT_MODE_ERROR,
        _error("Not allowed to follow a redirection while loading {url}", Reason.REDIRECT_MODE_ERROR, Stage.REDIRECT),
    ),
    _rule(
        Reason.WEB_SOCKET_REFUSED,
        Template(
            "WebSocket connection to '{url}' failed: The server did not accept the WebSocket handshake.",
            Reason.WEB_SOCKET_REFUSED,
            prefix=_NETWORK,
            api="WebSocket",
        ),
    ),
    _rule(
        Reason.TOO_MANY_REDIRECTS,
        _error("Load cannot follow more than 20 redirections", Reason.TOO_MANY_REDIRECTS, Stage.REDIRECT),
    ),
    _rule(
        Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
        _error(
            "Unsafe attempt to load URL {url} from origin {origin}. Domains, protocols and ports must match.",
            Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
            Stage.REDIRECT,
        ),
        when=lambda story: story.was_redirected,
    ),
    _rule(
        Reason.NO_CORS_REDIRECT_MODE,
        _NO_CORS_REDIRECT_MODE,
        when=lambda story: story.started.environment == "worker",
    ),
    _rule(Reason.NO_CORS_REDIRECT_MODE, _NO_CORS_REDIRECT_MODE, _NOT_ALLOWED),
    _rule(
        Reason.SCHEME_NOT_HTTP,
        _error("Not allowed to load local resource: {url}", Reason.SCHEME_NOT_HTTP, Stage.REQUEST),
        _NOT_ALLOWED,
        when=lambda story: story.url.startswith("file:") and story.started.mode == "no-cors",
    ),
    _rule(
        Reason.SCHEME_NOT_HTTP,
        _told(_ORIGIN, Reason.ALLOW_ORIGIN_MISSING, Stage.ACTUAL, _ACAO),
        when=lambda story: story.url.startswith("file:") and story.started.api in _LOADED_WITHOUT_A_SCHEME_CHECK,
    ),
    _rule(
        Reason.SCHEME_NOT_HTTP,
        _BLOCKED_MIXED,
        _NOT_ALLOWED,
        when=lambda story: _is_ftp_without_cors(story) and story.started.page.startswith("https:"),
    ),
    _rule(
        Reason.SCHEME_NOT_HTTP,
        _error("FTP URLs are disabled", Reason.SCHEME_NOT_HTTP, Stage.REQUEST),
        when=lambda story: _is_ftp_without_cors(story),
    ),
    _rule(
        frozenset({Reason.SCHEME_NOT_HTTP, Reason.BLOB_URL_NOT_FOUND}),
        _error(
            "Cross origin requests are only supported for HTTP.",
            Reason.SCHEME_NOT_HTTP,
            Stage.REQUEST,
            alternatives=(Reason.BLOB_URL_NOT_FOUND,),
        ),
        when=lambda story: story.started.mode != "no-cors" or not story.url.startswith("about:"),
    ),
    _rule(
        Reason.BAD_PORT,
        _error("Not allowed to use restricted network port {port}: {url}", Reason.BAD_PORT, Stage.REQUEST),
    ),
    _rule(
        Reason.KEEPALIVE_BODY_TOO_LARGE,
        _error(
            "Reached maximum amount of queued data of 64Kb for keepalive requests",
            Reason.KEEPALIVE_BODY_TOO_LARGE,
            Stage.REQUEST,
        ),
    ),
    _rule(Reason.MIXED_CONTENT, _BLOCKED_LOCALHOST, when=lambda story: story.was_redirected and _is_at_loopback(story)),
    _rule(Reason.MIXED_CONTENT, _BLOCKED_MIXED, when=lambda story: story.was_redirected),
    _rule(
        Reason.MIXED_CONTENT,
        _BLOCKED_LOCALHOST,
        when=lambda story: _is_told_once(story) and _is_at_loopback(story),
    ),
    _rule(Reason.MIXED_CONTENT, _BLOCKED_MIXED, when=_is_told_once),
    _rule(Reason.MIXED_CONTENT, _BLOCKED_LOCALHOST, _NOT_ALLOWED, when=_is_at_loopback),
    _rule(Reason.MIXED_CONTENT, _BLOCKED_MIXED, _NOT_ALLOWED),
    _rule(
        frozenset({Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED}),
        _error(
            "Did not parse stylesheet at '{url}' because non CSS MIME types are not allowed in strict mode.",
            Reason.NOSNIFF,
            header="X-Content-Type-Options",
            alternatives=(Reason.MIME_TYPE_BLOCKED,),
        ),
        apis=frozenset({"stylesheet"}),
    ),
    Rule(
        frozenset({Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED}),
        (
            _error(
                'Refused to execute {url} as script because "X-Content-Type-Options: nosniff" was given and its '
                "Content-Type is not a script MIME type.",
                Reason.NOSNIFF,
                header="X-Content-Type-Options",
                alternatives=(Reason.MIME_TYPE_BLOCKED,),
            ),
        ),
        when=lambda story: story.is_refused_strictly and story.started.api != "preload",
    ),
    _rule(
        Reason.MIME_TYPE_BLOCKED,
        _error(
            "Refused to execute {url} as script because {mime_type} is not a script MIME type.",
            Reason.MIME_TYPE_BLOCKED,
            header="Content-Type",
        ),
        apis=frozenset({"script"}),
    ),
    _rule(
        Reason.INTEGRITY_MISMATCH,
        _error(f"Failed integrity metadata check. {{url}}. {_FAILED_INTEGRITY}", Reason.INTEGRITY_MISMATCH),
        apis=frozenset({"fetch"}),
    ),
    _rule(
        Reason.INTEGRITY_MISMATCH,
        apis=frozenset({"module", "script", "stylesheet"}),
        when=lambda story: story.response is not None and story.response.status >= 400,
    ),
    _rule(
        Reason.INTEGRITY_MISMATCH,
        _SCRIPT_INTEGRITY,
        Template("TypeError: Cannot load script due to integrity mismatch", Reason.INTEGRITY_MISMATCH, prefix=_SCRIPT),
        apis=frozenset({"module"}),
    ),
    _rule(Reason.INTEGRITY_MISMATCH, _SCRIPT_INTEGRITY, apis=frozenset({"script"})),
    _rule(
        Reason.INTEGRITY_MISMATCH,
        _error(f"Cannot load stylesheet {{url}}. {_FAILED_INTEGRITY}", Reason.INTEGRITY_MISMATCH),
        apis=frozenset({"stylesheet"}),
    ),
)

_TLS_HANDSHAKE = "Peer failed to perform TLS handshake: The TLS connection was non-properly terminated."
TLS_HANDSHAKE = _error(_TLS_HANDSHAKE, Reason.TLS_FAILURE, Stage.PREFLIGHT)
BLOCKED_BY_POLICY = Template(
    "Blocked by Content Security Policy.",
    Reason.CONTENT_SECURITY_POLICY,
    Stage.REQUEST,
    header="Content-Security-Policy",
    prefix=_SECURITY,
    general=True,
)
BEACON_BLOCKED_BY_POLICY = replace(
    BLOCKED_BY_POLICY, text=_BEACON + BLOCKED_BY_POLICY.text, prefix=_NETWORK, api="sendBeacon"
)
BEACON_REDIRECT_NOT_ALLOWED = Template(
    _BEACON + "Redirect was not allowed",
    Reason.MIXED_CONTENT,
    Stage.REQUEST,
    prefix=_NETWORK,
    api="sendBeacon",
    general=True,
)
NET_ERRORS = {
    FailureKind.TLS: TLS_HANDSHAKE,
    FailureKind.REFUSED: _error(
        "Could not connect to {host}: Connection refused", Reason.CONNECTION_REFUSED, Stage.PREFLIGHT
    ),
    FailureKind.RESET: _error("Connection terminated unexpectedly", Reason.CONNECTION_RESET, Stage.PREFLIGHT),
}
NET_ERRORS_OF_BEACONS = {
    kind: replace(template, text=_BEACON + template.text, stage=Stage.REQUEST, prefix=_NETWORK, api="sendBeacon")
    for kind, template in NET_ERRORS.items()
}
EVENT_SOURCE_TYPE = Template(
    'EventSource\'s response has a MIME type ("{mime_type}") that is not "text/event-stream". Aborting the connection.',
    Reason.EVENT_SOURCE_TYPE,
    header="Content-Type",
    prefix=_SCRIPT,
    api="EventSource",
)
CANNOT_LOAD = Template(
    "Fetch API cannot load {url}.", Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, Stage.REQUEST, prefix=_SCRIPT, api="fetch"
)
FORM = Template(
    "The page at {page} contains a form which targets an insecure URL {url}.",
    topic="mixed-content",
    prefix="CONSOLE SECURITY WARN ",
)
TAINTED = Template(
    "Unable to get image data from canvas because the canvas has been tainted by cross-origin data.",
    Reason.OPAQUE_RESPONSE,
    prefix=_SECURITY,
    api="img",
)
ASKS_FOR_CREDENTIALS = Template(
    "Blocked {url} from asking for credentials because it is a cross-origin request.",
    topic="http-status",
    prefix=_SECURITY,
)
MAY_ASK_FOR_CREDENTIALS = frozenset({"font", "img", "module", "script", "stylesheet"})
"""APIs whose requests have the user asked for a name and a password, of their own origin alone."""
SCHEMES_OF_A_USER = frozenset({"basic", "digest", "ntlm"})
MODULE_TYPE = Template(
    "TypeError: '{mime_type}' is not a valid JavaScript MIME type.",
    Reason.MIME_TYPE_BLOCKED,
    header="Content-Type",
    prefix=_SCRIPT,
    api="module",
)
REPORTS_GO_NOWHERE = Template(
    "The Content Security Policy '{policy}' was delivered in report-only mode, but does not specify a 'report-to'; the "
    "policy will have no effect. Please either add a 'report-to' directive, or deliver the policy via the "
    "'Content-Security-Policy' header.",
    topic="csp-report-only",
    header="Content-Security-Policy-Report-Only",
    prefix=_SECURITY,
)
SPELLED_BY_ITSELF = {
    name.lower(): name
    for name in (
        *("Accept", "Accept-Language", "Authorization", "Cache-Control", "Content-Language", "Content-Type"),
        *("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Last-Event-ID"),
        *("Pragma", "Range", "User-Agent"),
    )
}
"""Names that it knows by number, however script wrote them."""
SET_UNSAFE_HEADER = Template('Refused to set unsafe header "{header_name}"', topic="forbidden-headers", prefix=_SCRIPT)
ARRAY_BUFFER = Template(
    "ArrayBuffer is deprecated in XMLHttpRequest.send(). Use ArrayBufferView instead.",
    topic="deprecated-body",
    prefix="CONSOLE JS WARN ",
    api="XMLHttpRequest",
)
BEACONS = {
    template.text: replace(template, text=_BEACON + template.text, prefix=_NETWORK, api="sendBeacon")
    for rule in RULES
    for template in rule.templates
}

FRAMES = (_REDIRECTION, _BEACON)
"""What stands before the reason, which is printed alone, too."""

TEMPLATES = tuple(
    dict.fromkeys(
        (
            *(template for rule in RULES for template in rule.templates),
            *OF_API.values(),
            *BEACONS.values(),
            *CSP.values(),
            *CSP_REPORTS.values(),
            *NET_ERRORS.values(),
            *NET_ERRORS_OF_BEACONS.values(),
            *(_BLOCKED_LOCALHOST, UPGRADED, NOT_UPGRADED, EVENT_SOURCE_TYPE, CANNOT_LOAD, FORM, TAINTED),
            ASKS_FOR_CREDENTIALS,
            *(SET_UNSAFE_HEADER, ARRAY_BUFFER),
            MODULE_TYPE,
            REPORTS_GO_NOWHERE,
            BLOCKED_BY_POLICY,
            BEACON_BLOCKED_BY_POLICY,
            BEACON_REDIRECT_NOT_ALLOWED,
        )
    )
)
"""Every line, to be read back."""
