"""Chromium's console. Its texts are facts, as recorded of version 156."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.embedder_policy import ISOLATION_HEADER
from ..fetch.reasons import Reason, Stage
from ..fetch.wire import FailureKind
from . import chromium_local_network as local_network
from .rule import Rule
from .template import Template

if TYPE_CHECKING:
    from .story import Story

_ACAO, _ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
_ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"

# --- "Access to … has been blocked by CORS policy" ------------------------------------------------------------------

_ACCESS = "Access to {kind} at '{url}'{redirected} from origin '{origin}' has been blocked by CORS policy: "
OF_PREFLIGHT = "Response to preflight request doesn't pass access control check: "
FRAMES = (_ACCESS,)
"""What stands before the reason, which people paste alone, too."""
KINDS = {
    "fetch": "fetch",
    "XMLHttpRequest": "XMLHttpRequest",
    "img": "image",
    "script": "script",
    "module": "script",
    "stylesheet": "CSS stylesheet",
    "font": "font",
    "audio": "audio",
    "video": "video",
    "preload": "link element resource",
}
PRELOADED_AS = {
    "image": "img",
    "style": "stylesheet",
    **{name: name for name in ("script", "font", "audio", "video")},
}
"""Destination of a preload → the API that it is for."""
GONE_THROUGH_FIRST = (
    *("x-custom", "traceparent", "if-none-match", "x-csrf-token", "authorization", "cache-control"),
    *("x-requested-with", "last-event-id", "accept-language", "if-range", "accept", "pragma", "if-modified-since"),
    *("range", "content-language", "content-type", "if-match", "x_custom", "x-api-key", "x-a", "x-b"),
    *("if-unmodified-since", "user-agent"),
)
"""Names of headers in the order of their hashes, as far as it was recorded."""
HINT = " Have the server send the header with a valid value."
OF_XHR = (
    " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
)
OPTIONAL = {
    "redirected": r"(?: \(redirected from '(?P<requested_url>[^\s']{1,4096})'\))?",
    "hint": rf"(?:{HINT})?".replace(".", r"\."),
    "of_xhr": rf"(?:{OF_XHR})?".replace(".", r"\."),
}
"""Fields that are there or not, as they are read."""

_CORS_CHECK = {
    Reason.ALLOW_ORIGIN_MISSING: (
        _ACAO,
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ),
    Reason.ALLOW_ORIGIN_MISMATCH: (
        _ACAO,
        (
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied "
            "origin.{hint}"
        ),
    ),
    Reason.ALLOW_ORIGIN_INVALID: (
        _ACAO,
        "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'.{hint}",
    ),
    Reason.ALLOW_ORIGIN_MULTIPLE: (
        _ACAO,
        "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed.{hint}",
    ),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: (
        _ACAO,
        (
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when "
            "the request's credentials mode is 'include'.{of_xhr}"
        ),
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: (
        _ACAC,
        (
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be "
            "'true' when the request's credentials mode is 'include'.{of_xhr}"
        ),
    ),
}
_PREFLIGHT = {
    Reason.PREFLIGHT_STATUS_NOT_OK: ("", OF_PREFLIGHT + "It does not have HTTP ok status."),
    Reason.PREFLIGHT_REDIRECTED: ("", OF_PREFLIGHT + "Redirect is not allowed for a preflight request."),
    Reason.ALLOW_METHODS_UNPARSABLE: (
        _ACAM,
        "Cannot parse Access-Control-Allow-Methods response header field in preflight response.",
    ),
    Reason.ALLOW_HEADERS_UNPARSABLE: (
        ACAH,
        "Cannot parse Access-Control-Allow-Headers response header field in preflight response.",
    ),
    Reason.METHOD_DISALLOWED_BY_PREFLIGHT: (
        _ACAM,
        "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.",
    ),
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT: (
        ACAH,
        "Request header field {header_name} is not allowed by Access-Control-Allow-Headers in preflight response.",
    ),
}
_SUPPORTED_SCHEMES = (
    "Cross origin requests are only supported for protocol schemes: chrome, chrome-experimental-site-token-provider, "
    "chrome-extension, chrome-untrusted, data, http, https, isolated-app."
)
_REDIRECT = {
    Reason.REDIRECT_WITH_CREDENTIALS_IN_URL: (
        "Location",
        "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
    ),
}


def _load_failed(error: str, reason: Reason | None = None, **more: object) -> Template:
    return Template(f"Failed to load resource: net::{error}", reason, **more)  # type: ignore[arg-type]


_UNSAFE_REDIRECT = _load_failed(
    "ERR_UNSAFE_REDIRECT",
    Reason.REDIRECT_SCHEME_NOT_HTTP,
    stage=Stage.REDIRECT,
    header="Location",
)
_HANDSHAKE_STATUS = Template(
    "WebSocket connection to '{url}' failed: Error during WebSocket handshake: Unexpected response code: {status}",
    Reason.WEB_SOCKET_REFUSED,
    api="WebSocket",
    alternatives=(Reason.REDIRECT_MODE_ERROR,),
)
FAILED = _load_failed("ERR_FAILED", general=True, topic="blocked-request")
BEHIND_A_STATUS = Template(
    "Failed to load resource: the server responded with a status of {status} ({status_text})", topic="http-status"
)


def _access(reason: Reason, stage: Stage, header: str, why: str) -> tuple[Template, ...]:
    return Template(_ACCESS + why, reason, stage, header=header), FAILED


_UNSUPPORTED_SCHEME = Template(
    _ACCESS + _SUPPORTED_SCHEMES,
    Reason.SCHEME_NOT_HTTP,
    Stage.REQUEST,
    alternatives=(Reason.REDIRECT_SCHEME_NOT_HTTP,),
)


def _is_file_beside_a_file(story: Story) -> bool:
    return story.url.startswith("file:") and story.started.page.startswith("file:")


_AFTER_PREFLIGHT = frozenset({Stage.ACTUAL, Stage.REDIRECT})
_ON_PREFLIGHT = frozenset({Stage.PREFLIGHT})
# Schemes that the browser knows how to redirect to but does not want to.
_UNSAFE_SCHEMES = ("data:", "about:", "file:", "blob:", "filesystem:", "view-source:")

_CORS_RULES = (
    Rule(
        frozenset({Reason.WEB_SOCKET_REFUSED, Reason.REDIRECT_MODE_ERROR}),
        (_HANDSHAKE_STATUS,),
        apis=frozenset({"WebSocket"}),
        when=lambda story: story.response is not None and story.response.status != 101,
    ),
    *(
        Rule(frozenset({reason}), _access(reason, Stage.ACTUAL, header, why), _AFTER_PREFLIGHT)
        for reason, (header, why) in _CORS_CHECK.items()
    ),
    *(
        Rule(frozenset({reason}), _access(reason, Stage.PREFLIGHT, header, OF_PREFLIGHT + why), _ON_PREFLIGHT)
        for reason, (header, why) in _CORS_CHECK.items()
    ),
    Rule(
        frozenset({Reason.PREFLIGHT_REDIRECTED}),
        _access(Reason.PREFLIGHT_STATUS_NOT_OK, Stage.PREFLIGHT, *_PREFLIGHT[Reason.PREFLIGHT_STATUS_NOT_OK]),
        when=lambda story: not story.location and story.upgraded is None,
    ),
    *(
        Rule(frozenset({reason}), _access(reason, Stage.PREFLIGHT, header, why))
        for reason, (header, why) in _PREFLIGHT.items()
    ),
    Rule(
        frozenset({Reason.REDIRECT_SCHEME_NOT_HTTP}),
        (_UNSAFE_REDIRECT,),
        when=lambda story: story.location.startswith(_UNSAFE_SCHEMES),
    ),
    Rule(frozenset({Reason.REDIRECT_SCHEME_NOT_HTTP}), (_UNSUPPORTED_SCHEME, FAILED)),
    *(
        Rule(frozenset({reason}), _access(reason, Stage.REDIRECT, header, why))
        for reason, (header, why) in _REDIRECT.items()
    ),
)

# --- policies of the page -------------------------------------------------------------------------------------------

HELP = {"help": "https://blog.chromium.org/2019/10/no-more-mixed-messages-about-https.html"}
OPTIONAL["help"] = r"\S{1,512}"  # it changes from version to version
_MIXED = "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure "
MIXED_KINDS = {
    "fetch": "resource",
    "XMLHttpRequest": "XMLHttpRequest endpoint",
    "sendBeacon": "Beacon endpoint",
    "EventSource": "EventSource endpoint",
    "script": "script",
    "module": "script",
    "stylesheet": "stylesheet",
    "font": "font",
    "iframe": "frame",
    "form": "form action",
    "img": "image",
    "audio": "audio file",
    "video": "video",
}
_MIXED_BLOCKED = " '{url}'. This request has been blocked; the content must be served over HTTPS."
_API_OF_MIXED = {kind: api for api, kind in MIXED_KINDS.items() if api != "module"}
MIXED_TEMPLATES = {
    kind: Template(_MIXED + kind + _MIXED_BLOCKED, Reason.MIXED_CONTENT, Stage.REQUEST, api=_API_OF_MIXED.get(kind, ""))
    for kind in (*dict.fromkeys(MIXED_KINDS.values()), "element")
}
MIXED_WEB_SOCKET = Template(
    "Mixed Content: The page at '{page}' was loaded over HTTPS, but attempted to connect to the insecure WebSocket "
    "endpoint '{url}'. This request has been blocked; this endpoint must be available over WSS.",
    Reason.MIXED_CONTENT,
    Stage.REQUEST,
    api="WebSocket",
)
UPGRADED = Template(
    _MIXED + "element '{url}'. This request was automatically upgraded to HTTPS, For more information see {help}",
    topic="mixed-content",
)
INSECURE_FORM = Template(
    "Mixed Content: The page at '{page}' was loaded over a secure connection, but contains a form that targets an "
    "insecure endpoint '{url}'. This endpoint should be made available over a secure connection.",
    topic="mixed-content",
)
NOT_UPGRADED = Template(
    _MIXED + "element '{url}'. This request was not upgraded to HTTPS because its URL's host is an IP address.",
    topic="mixed-content",
)

NOT_UPGRADED_LOCALLY = Template(
    _MIXED + "element '{url}'. This request was not upgraded to HTTPS because it is a local network request.",
    topic="mixed-content",
)

_DOING = {
    "connect-src": "Connecting to",
    "script-src-elem": "Loading the script",
    "style-src-elem": "Loading the stylesheet",
    "img-src": "Loading the image",
    "font-src": "Loading the font",
    "media-src": "Loading media from",
    "frame-src": "Framing",
    "form-action": "Sending form data to",
}
OF_NAVIGATIONS = frozenset({"form-action", "frame-src"})
"""Directives that the process which navigates asks about, in words of its own."""


def _csp_template(name: str, *, reports: bool) -> Template:
    if name in OF_NAVIGATIONS:
        kind, end = "", "request has been blocked"
        if reports:
            kind, end = "report-only ", "violation has been logged, but no further action has been taken"
        said = f" The {end}.{{fallback}}\n"
    else:
        kind, end = "", "action has been blocked"
        if reports:
            end = "policy is report-only, so the violation has been logged but no further action has been taken"
        said = f"{{fallback}} The {end}."
    text = f"{_DOING[name]} '{{url}}' violates the following {kind}Content Security Policy directive: "
    text += f'"{{directive}}".{said}'
    if reports:
        return Template(text, topic="csp-report-only", header="Content-Security-Policy-Report-Only")
    return Template(text, Reason.CONTENT_SECURITY_POLICY, Stage.REQUEST, header="Content-Security-Policy")


CSP_TEMPLATES = {name: _csp_template(name, reports=False) for name in _DOING}
CSP_REPORTS = {name: _csp_template(name, reports=True) for name in _DOING}
FALLBACK = " Note that '{directive}' was not explicitly set, so '{fallback}' is used as a fallback."
OPTIONAL["fallback"] = (
    r"(?: Note that '[a-z-]{1,32}' was not explicitly set, so '[a-z-]{1,32}' is used as a fallback\.)?"
)
CSP_OF_FETCH = Template(
    "Fetch API cannot load {url}. Refused to connect because it violates the document's Content Security Policy.",
    Reason.CONTENT_SECURITY_POLICY,
    Stage.REQUEST,
    header="Content-Security-Policy",
)

# --- everything else that blocks ------------------------------------------------------------------------------------

_NOT_SUPPORTED = 'Fetch API cannot load {url}. URL scheme "{scheme}" is not supported.'
_SCHEME = Template(
    _NOT_SUPPORTED, Reason.SCHEME_NOT_HTTP, Stage.REQUEST, api="fetch", alternatives=(Reason.BLOB_URL_NOT_FOUND,)
)
_LOCAL_RESOURCE = Template("Not allowed to load local resource: {url}", Reason.SCHEME_NOT_HTTP, Stage.REQUEST)
_CORP = "Cross-Origin-Resource-Policy"
_STRICT_MIME = " is not executable, and strict MIME type checking is enabled."
_NO_DIGEST = (
    "Failed to find a valid digest in the 'integrity' attribute for resource '{url}' with computed {algorithm} "
    "integrity '{hash}'. The resource has been blocked."
)
OPTIONAL["algorithm"] = "SHA-(?:256|384|512)"
_FETCH_FAILED_INTEGRITY = Template(
    "Fetch API cannot load {requested_url}. SRI's integrity checks failed.", Reason.INTEGRITY_MISMATCH, api="fetch"
)
_EMBEDDED_CREDENTIALS = Template(
    "Subresource requests whose URLs contain embedded credentials (e.g. `https://user:pass@host/`) are blocked. See "
    "https://www.chromestatus.com/feature/5669008342777856 for more details.",
    Reason.URL_CREDENTIALS_REFUSED,
    Stage.REQUEST,
    api="iframe",
)
_SRI = "Subresource Integrity: The resource '{url}' has an integrity attribute, but "

_NOT_DECODED = Template("Failed to decode downloaded font: {url}", Reason.NOT_A_FONT, api="font")
_WHY_NOT_DECODED = Template("OTS parsing error: {detail}", Reason.NOT_A_FONT, api="font")


def _one(reason: Reason, *templates: Template, **conditions: object) -> Rule:
    return Rule(frozenset({reason}), templates, **conditions)  # type: ignore[arg-type]


def _is_redirected(story: Story) -> bool:
    return story.was_redirected


def _is_no_frame(story: Story) -> bool:
    return story.started.destination != "iframe"


def _is_isolated_by_itself(story: Story) -> bool:
    return story.blocked is not None and story.blocked.detail == ISOLATION_HEADER


RULES = (
    *_CORS_RULES,
    Rule(
        frozenset({Reason.URL_CREDENTIALS_REFUSED}),
        (_EMBEDDED_CREDENTIALS,),
        apis=frozenset({"iframe"}),
    ),
    Rule(
        frozenset({Reason.SCHEME_NOT_HTTP}),
        (_UNSUPPORTED_SCHEME,),
        apis=frozenset({"EventSource"}),
        when=_is_file_beside_a_file,
    ),
    Rule(frozenset({Reason.SCHEME_NOT_HTTP}), (_UNSUPPORTED_SCHEME, FAILED), when=_is_file_beside_a_file),
    _one(
        Reason.SCHEME_NOT_HTTP,
        _LOCAL_RESOURCE,
        when=lambda story: story.url.startswith("file:"),
    ),
    _one(Reason.SCHEME_NOT_HTTP, _SCHEME),
    _one(Reason.BLOB_URL_NOT_FOUND, _SCHEME),
    _one(
        Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
        Template(
            "Unsafe attempt to load URL {url} from frame with URL {page}. Domains, protocols and ports must match.\n",
            Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
            Stage.REDIRECT,
        ),
        when=lambda story: story.was_redirected or story.upgraded is not None,
    ),
    _one(
        Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
        Template(
            'Fetch API cannot load {url}. Request mode is "same-origin" but the URL\'s origin is not same as the '
            "request "
            "origin {origin}.",
            Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
            Stage.REQUEST,
        ),
    ),
    _one(
        Reason.NO_CORS_REDIRECT_MODE,
        Template(
            'Fetch API cannot load {url}. Request mode is "no-cors" but the redirect mode is not "follow".',
            Reason.NO_CORS_REDIRECT_MODE,
            Stage.REQUEST,
        ),
    ),
    _one(Reason.BAD_PORT, _load_failed("ERR_UNSAFE_PORT", Reason.BAD_PORT, stage=Stage.REQUEST)),
    _one(
        Reason.REDIRECT_LOCATION_INVALID,
        _load_failed(
            "ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION",
            Reason.REDIRECT_LOCATION_INVALID,
            stage=Stage.REDIRECT,
            header="Location",
        ),
        when=lambda story: len(story.headers("Location")) > 1,
    ),
    _one(
        Reason.REDIRECT_LOCATION_INVALID,
        _load_failed("ERR_INVALID_REDIRECT", Reason.REDIRECT_LOCATION_INVALID, stage=Stage.REDIRECT, header="Location"),
    ),
    _one(
        Reason.TOO_MANY_REDIRECTS,
        _load_failed("ERR_TOO_MANY_REDIRECTS", Reason.TOO_MANY_REDIRECTS, stage=Stage.REDIRECT),
    ),
    _one(Reason.REDIRECT_MODE_ERROR, FAILED),
    _one(
        Reason.CROSS_ORIGIN_RESOURCE_POLICY,
        _load_failed("ERR_BLOCKED_BY_RESPONSE.NotSameSite", Reason.CROSS_ORIGIN_RESOURCE_POLICY, header=_CORP),
        when=lambda story: story.blocked is not None and story.blocked.received == "same-site",
    ),
    _one(
        Reason.CROSS_ORIGIN_RESOURCE_POLICY,
        _load_failed("ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", Reason.CROSS_ORIGIN_RESOURCE_POLICY, header=_CORP),
    ),
    _one(
        Reason.CONNECTION_ALLOWLIST,
        _UNSAFE_REDIRECT,
        when=_is_redirected,
    ),
    _one(
        Reason.CONNECTION_ALLOWLIST,
        _load_failed(
            "ERR_NETWORK_ACCESS_REVOKED",
            Reason.CONNECTION_ALLOWLIST,
            stage=Stage.REQUEST,
            header="Connection-Allowlist",
        ),
        when=_is_no_frame,
    ),
    _one(
        Reason.EMBEDDER_POLICY,
        _load_failed(
            "ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByDip",
            Reason.EMBEDDER_POLICY,
            header=_CORP,
        ),
        when=_is_isolated_by_itself,
    ),
    _one(
        Reason.EMBEDDER_POLICY,
        _load_failed(
            "ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep",
            Reason.EMBEDDER_POLICY,
            header=_CORP,
        ),
    ),
    _one(
        Reason.NOSNIFF,
        Template(
            "Refused to apply style from '{url}' because its MIME type ('{mime_type}') is not a supported stylesheet "
            "MIME "
            "type, and strict MIME checking is enabled.",
            Reason.NOSNIFF,
            header="X-Content-Type-Options",
        ),
        when=lambda story: story.started.destination == "style",
    ),
    Rule(
        frozenset({Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED}),
        (
            Template(
                "Failed to load module script: Expected a JavaScript-or-Wasm module script but the server responded "
                'with a MIME type of "{mime_type}". Strict MIME type checking is enforced for module scripts per HTML '
                "spec.",
                Reason.MIME_TYPE_BLOCKED,
                header="Content-Type",
                api="module",
                alternatives=(Reason.NOSNIFF,),
            ),
        ),
        apis=frozenset({"module"}),
    ),
    Rule(
        frozenset({Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED}),
        (
            Template(
                "Refused to execute script from '{url}' because its MIME type ('{mime_type}')" + _STRICT_MIME,
                Reason.NOSNIFF,
                header="X-Content-Type-Options",
                api="script",
                alternatives=(Reason.MIME_TYPE_BLOCKED,),
            ),
        ),
        apis=frozenset({"script"}),
        when=lambda story: story.is_refused_strictly,
    ),
    _one(
        Reason.MIME_TYPE_BLOCKED,
        Template(
            "Refused to execute script from '{url}' because its MIME type ('{mime_type}') is not executable.",
            Reason.MIME_TYPE_BLOCKED,
            header="Content-Type",
        ),
        apis=frozenset({"script"}),
    ),
    _one(
        Reason.INTEGRITY_MISMATCH,
        Template(_SRI + "the response is not eligible for integrity validation.", Reason.INTEGRITY_MISMATCH),
        _FETCH_FAILED_INTEGRITY,
        apis=frozenset({"fetch"}),
        when=lambda story: story.blocked is not None and story.blocked.subject in ("opaque", "opaqueredirect"),
    ),
    _one(
        Reason.INTEGRITY_MISMATCH,
        Template(
            _NO_DIGEST,
            Reason.INTEGRITY_MISMATCH,
        ),
        _FETCH_FAILED_INTEGRITY,
        apis=frozenset({"fetch"}),
    ),
    _one(
        Reason.INTEGRITY_MISMATCH,
        Template(
            _SRI + "the resource requires the request to be CORS enabled to check the integrity, and it is not. The "
            "resource has been blocked because the integrity cannot be enforced.",
            Reason.INTEGRITY_MISMATCH,
        ),
        when=lambda story: story.filtered == "opaque",
    ),
    _one(Reason.INTEGRITY_MISMATCH, Template(_NO_DIGEST, Reason.INTEGRITY_MISMATCH)),
    _one(
        Reason.EVENT_SOURCE_TYPE,
        Template(
            'EventSource\'s response has a MIME type ("{mime_type}") that is not "text/event-stream". Aborting the '
            "connection.",
            Reason.EVENT_SOURCE_TYPE,
            header="Content-Type",
        ),
    ),
    _one(Reason.NOT_A_FONT, _NOT_DECODED, _WHY_NOT_DECODED, when=lambda story: story.body != b""),
    _one(Reason.NOT_A_FONT, _NOT_DECODED),
    _one(Reason.NOT_IN_CACHE, _load_failed("ERR_CACHE_MISS", Reason.NOT_IN_CACHE, stage=Stage.REQUEST)),
    _one(
        Reason.STREAM_NEEDS_HTTP2,
        _load_failed("ERR_ALPN_NEGOTIATION_FAILED", Reason.STREAM_NEEDS_HTTP2, stage=Stage.REQUEST),
    ),
)

NET_ERRORS = {
    FailureKind.REFUSED: _load_failed("ERR_CONNECTION_REFUSED", Reason.CONNECTION_REFUSED),
    FailureKind.RESET: _load_failed("ERR_EMPTY_RESPONSE", Reason.CONNECTION_RESET),
    # Recorded where the server does not speak TLS; certificates have errors of their own.
    FailureKind.TLS: _load_failed("ERR_CONNECTION_CLOSED", Reason.TLS_FAILURE),
    # By name only, from the list of network errors; not recorded.
    FailureKind.DNS: _load_failed("ERR_NAME_NOT_RESOLVED", Reason.DNS_FAILURE),
    FailureKind.TIMEOUT: _load_failed("ERR_TIMED_OUT", Reason.TIMEOUT),
    FailureKind.MALFORMED: _load_failed("ERR_INVALID_HTTP_RESPONSE", Reason.MALFORMED_RESPONSE),
    FailureKind.OFFLINE: _load_failed("ERR_INTERNET_DISCONNECTED", Reason.NETWORK_FAILURE),
    FailureKind.TOO_LARGE: _load_failed("ERR_RESPONSE_HEADERS_TOO_BIG", Reason.RESPONSE_TOO_LARGE),
}
PROXY_AUTH = _load_failed("ERR_UNEXPECTED_PROXY_AUTH", Reason.NETWORK_FAILURE)
"""407 of a server that is no proxy."""
CERTIFICATE_ERRORS = {
    "self-signed": _load_failed("ERR_CERT_AUTHORITY_INVALID", Reason.TLS_FAILURE),
    "issuer": _load_failed("ERR_CERT_AUTHORITY_INVALID", Reason.TLS_FAILURE),
    "expired": _load_failed("ERR_CERT_DATE_INVALID", Reason.TLS_FAILURE),
    "not yet valid": _load_failed("ERR_CERT_DATE_INVALID", Reason.TLS_FAILURE),
    "mismatch": _load_failed("ERR_CERT_COMMON_NAME_INVALID", Reason.TLS_FAILURE),
    "not valid for": _load_failed("ERR_CERT_COMMON_NAME_INVALID", Reason.TLS_FAILURE),
}
"""By what the failure's detail says of the certificate; the names from the list of network errors."""

TRUNCATED = _load_failed("ERR_CONTENT_LENGTH_MISMATCH", Reason.CONNECTION_RESET)
NOT_READ_OUT = frozenset(
    {Reason.HTTP_ERROR_STATUS, Reason.EVENT_SOURCE_STATUS, Reason.EVENT_SOURCE_TYPE, Reason.NOT_AN_IMAGE}
)

SET_UNSAFE_HEADER = Template('Refused to set unsafe header "{header_name}"', topic="forbidden-headers")
_PRELOAD = "A preload for '{url}' is found, but is not used "
_LOOK_AT_CROSSORIGIN = " does not match. Consider taking a look at crossorigin attribute."
PRELOADS = {
    because: Template(_PRELOAD + text, topic="preload")
    for because, text in {
        "credentials mode": "because the request credentials mode" + _LOOK_AT_CROSSORIGIN,
        "mode": "because the request mode" + _LOOK_AT_CROSSORIGIN,
        "method": "because the request HTTP method does not match.",
        "keepalive": "because the keepalive flag is set.",
        "integrity": "due to an integrity mismatch.",
        "headers": "due to an unknown reason.",
    }.items()
}
"""By what sets the request apart from what was preloaded."""

GET_UNSAFE_HEADER = Template('Refused to get unsafe header "{header_name}"', topic="exposed-headers")

TEMPLATES = tuple(
    dict.fromkeys(
        (
            *(template for rule in RULES for template in rule.templates),
            *MIXED_TEMPLATES.values(),
            MIXED_WEB_SOCKET,
            INSECURE_FORM,
            UPGRADED,
            NOT_UPGRADED,
            NOT_UPGRADED_LOCALLY,
            *CSP_TEMPLATES.values(),
            *CSP_REPORTS.values(),
            CSP_OF_FETCH,
            *NET_ERRORS.values(),
            PROXY_AUTH,
            TRUNCATED,
            BEHIND_A_STATUS,
            SET_UNSAFE_HEADER,
            GET_UNSAFE_HEADER,
            *PRELOADS.values(),
            *local_network.TEMPLATES,
        )
    )
)
"""Every line, to be read back."""
