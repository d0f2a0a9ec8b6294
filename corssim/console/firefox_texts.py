"""Firefox's console. Its texts are facts, as recorded of ESR 153."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from ..origin import same_origin, url_origin
from ..url import parse_url
from . import firefox_fonts as fonts, firefox_local_network as local_network
from .rule import Rule
from .template import Template

if TYPE_CHECKING:
    from .story import Story

OPTIONAL: dict[str, str] = {"status_code": r"(?: Status code: (?P<status>\d{1,3}|\(null\))\.)?"}
"""Fields that are there or not, as they are read: Firefox did not always give the status."""

HELP = {
    "help_on_corp": "https://developer.mozilla.org/docs/Web/HTTP/Cross-Origin_Resource_Policy_(CORP)#",
    "help_on_synchronous_xhr": "https://xhr.spec.whatwg.org/#sync-warning",
    "schemes": "data:",
}
OPTIONAL |= dict.fromkeys(HELP, r"\S{1,512}")  # they change from version to version

_ACAO, _ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
_ACAM, _ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"

# --- "Cross-Origin Request Blocked" ---------------------------------------------------------------------------------

_COR = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. "
_COR_QUOTED = _COR.replace("{url}", "‘{url}’")
FRAMES = (_COR, _COR_QUOTED)
"""What stands before the reason, which people paste alone, too."""


def _cors(why: str, reason: Reason | None, header: str = "", stage: Stage = Stage.ACTUAL, **more: object) -> Template:
    return Template(f"{_COR}(Reason: {why}).", reason, stage, header=header, **more)  # type: ignore[arg-type]


DID_NOT_SUCCEED = Template(
    _COR + "(Reason: CORS request did not succeed).{status_code}",
    Reason.NETWORK_FAILURE,
    general=True,
    alternatives=(
        *(Reason.CONNECTION_REFUSED, Reason.CONNECTION_RESET, Reason.DNS_FAILURE, Reason.TLS_FAILURE, Reason.TIMEOUT),
        *(Reason.MALFORMED_RESPONSE, Reason.REDIRECT_LOCATION_INVALID, Reason.REDIRECT_WITH_CREDENTIALS_IN_URL),
        *(Reason.REDIRECT_SCHEME_NOT_HTTP, Reason.TOO_MANY_REDIRECTS),
        *(Reason.LOCAL_NETWORK_ACCESS_DENIED, Reason.LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY),
    ),
)
_MISSING = Template(
    _COR + "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing).{status_code}",
    Reason.ALLOW_ORIGIN_MISSING,
    header=_ACAO,
)
_MISMATCH = _cors(
    "CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’",
    Reason.ALLOW_ORIGIN_MISMATCH,
    _ACAO,
    alternatives=(Reason.ALLOW_ORIGIN_INVALID, Reason.ALLOW_ORIGIN_MULTIPLE),
)
MULTIPLE = _cors(
    "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed",
    Reason.ALLOW_ORIGIN_MULTIPLE,
    _ACAO,
    alternatives=(Reason.CONNECTION_RESET,),
)
_WILDCARD = Template(
    _COR_QUOTED + "(Reason: Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).",
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
    header=_ACAO,
)
_CREDENTIALS = _cors(
    "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’", Reason.ALLOW_CREDENTIALS_NOT_TRUE, _ACAC
)
_NOT_HTTP = _cors(
    "CORS request not http",
    Reason.SCHEME_NOT_HTTP,
    stage=Stage.REQUEST,
    alternatives=(Reason.REDIRECT_SCHEME_NOT_HTTP,),
)
_PREFLIGHT_STATUS = Template(
    _COR + "(Reason: CORS preflight response did not succeed).{status_code}",
    Reason.PREFLIGHT_STATUS_NOT_OK,
    Stage.PREFLIGHT,
    alternatives=(Reason.PREFLIGHT_REDIRECTED,),
)
_EXTERNAL_REDIRECT = _cors(
    "CORS request external redirect not allowed", Reason.PREFLIGHT_REDIRECTED, "Location", Stage.PREFLIGHT
)
WARNING = Template(
    "Cross-Origin Request Warning: The Same Origin Policy will disallow reading the remote resource at {url} soon. "
    "(Reason: "
    "When the `Access-Control-Allow-Headers` is `*`, the `Authorization` header is not covered. To include the "
    "`Authorization` header, it must be explicitly listed in CORS header `Access-Control-Allow-Headers`).",
    topic="authorization-under-wildcard",
    header=_ACAH,
)

# --- policies of the page -------------------------------------------------------------------------------------------

_CSP = "Content-Security-Policy: "
_CSP_BECAUSE = "because it violates the following directive: “{directive}”"
CSP_BLOCKED = Template(
    f"{_CSP}The page’s settings blocked the loading of a resource ({{effective_directive}}) at {{url}} {_CSP_BECAUSE}",
    Reason.CONTENT_SECURITY_POLICY,
    Stage.REQUEST,
    header="Content-Security-Policy",
)
CSP_SCRIPT = Template(
    f"{_CSP}The page’s settings blocked a script ({{effective_directive}}) at {{url}} from being executed "
    f"{_CSP_BECAUSE}",
    Reason.CONTENT_SECURITY_POLICY,
    Stage.REQUEST,
    header="Content-Security-Policy",
)
CSP_STYLE = Template(
    f"{_CSP}The page’s settings blocked a style ({{effective_directive}}) at {{url}} from being applied {_CSP_BECAUSE}",
    Reason.CONTENT_SECURITY_POLICY,
    Stage.REQUEST,
    header="Content-Security-Policy",
)
CSP_OF_ELEMENTS = {"script-src-elem": CSP_SCRIPT, "style-src-elem": CSP_STYLE}
INTEGRITY_POLICY = Template(
    "The page’s settings blocked a script at {url} from being loaded because it is missing integrity metadata.",
    Reason.INTEGRITY_POLICY,
    Stage.REQUEST,
    header="Integrity-Policy",
)
INTEGRITY_POLICY_REPORT = Template(
    "(Report-Only policy) The page’s settings would block a script at {url} from being loaded because it is missing "
    "integrity metadata.",
    topic="integrity-policy-report-only",
    header="Integrity-Policy-Report-Only",
)
CSP_REPORT = Template(
    f"{_CSP}(Report-Only policy) The page’s settings would block the loading of a resource ({{effective_directive}}) "
    f"at "
    f"{{url}} {_CSP_BECAUSE}",
    topic="csp-report-only",
    header="Content-Security-Policy-Report-Only",
)
CSP_REPORT_STYLE = Template(
    f"{_CSP}(Report-Only policy) The page’s settings would block a style ({{effective_directive}}) at {{url}} from "
    f"being applied {_CSP_BECAUSE}",
    topic="csp-report-only",
    header="Content-Security-Policy-Report-Only",
)
CSP_REPORT_SCRIPT = Template(
    f"{_CSP}(Report-Only policy) The page’s settings would block a script ({{effective_directive}}) at {{url}} from "
    f"being executed {_CSP_BECAUSE}",
    topic="csp-report-only",
    header="Content-Security-Policy-Report-Only",
)
CSP_REPORTS_OF_ELEMENTS = {"script-src-elem": CSP_REPORT_SCRIPT, "style-src-elem": CSP_REPORT_STYLE}
UPGRADED_BY_CSP = Template(f"{_CSP}Upgrading insecure request ‘{{url}}’ to use ‘https’", topic="mixed-content")
UPGRADED = Template("Mixed Content: Upgrading insecure display request ‘{url}’ to use ‘https’", topic="mixed-content")
UPGRADES = {"mixed-content": (UPGRADED,), "upgrade-insecure-requests": (UPGRADED_BY_CSP,)}
"""By what upgraded the URL."""
_HTTPS_FIRST = "HTTPS-First Mode: "
HTTPS_FIRST = Template(f"{_HTTPS_FIRST}Upgrading insecure request “{{url}}” to use “https”.", topic="https-first")
HTTPS_FIRST_GAVE_UP = Template(
    f"{_HTTPS_FIRST}Upgrading insecure request “{{url}}” failed. Downgrading to “http” again.", topic="https-first"
)
HTTPS_FIRST_EXCEPTED = Template(
    f"{_HTTPS_FIRST}Adding exception to temporarily prevent further attempts to automatically load “{{url}}” securely.",
    topic="https-first",
)
COOKIE_FOREIGN = Template(
    "Cookie “{header_name}” will soon be rejected because it is foreign and does not have the “Partitioned“ attribute.",
    topic="third-party-cookies",
)
COOKIES_REFUSED = {
    "prefix": Template("Cookie “{header_name}” has been rejected for invalid prefix.", topic="cookies"),
    "domain-mismatch": Template("Cookie “{header_name}” has been rejected for invalid domain.", topic="cookies"),
    "secure-from-insecure": Template(
        "Cookie “{header_name}” has been rejected because a non-HTTPS cookie can’t be set as “secure”.", topic="cookies"
    ),
    "cross-site": Template(
        "Cookie “{header_name}” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or "
        "“Strict”.",
        topic="cookies",
    ),
    "same-site-none-insecure": Template(
        "Cookie “{header_name}” rejected because it has the “SameSite=None” attribute but is missing the “secure” "
        "attribute.",
        topic="cookies",
    ),
}
"""By the rule that refused one."""
COOKIE_OF_A_REDIRECT = Template(
    "Cookie “{header_name}” with the “SameSite” attribute value “Lax” or “Strict” was omitted because of a cross-site "
    "redirect.",
    topic="cookies",
)
COOKIE_SAME_SITE = Template(
    "Invalid “SameSite“ value for cookie “{header_name}”. The supported values are: “Lax“, “Strict“, “None“.",
    topic="cookies",
)
REFERRER = Template(
    "Referrer Policy: Ignoring the less restricted referrer policy “{detail}” for the cross-site request: {url}",
    topic="referrer-policy",
)
OF_CORS = frozenset(
    {
        *(Reason.ALLOW_ORIGIN_MISSING, Reason.ALLOW_ORIGIN_MISMATCH, Reason.ALLOW_ORIGIN_INVALID),
        *(Reason.ALLOW_ORIGIN_MULTIPLE, Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS),
        Reason.ALLOW_CREDENTIALS_NOT_TRUE,
    }
)
"""Reasons of the CORS check."""
NOT_OF_CORS = frozenset({Reason.HTTP_ERROR_STATUS, Reason.CONTENT_SECURITY_POLICY, Reason.INTEGRITY_POLICY})
"""What stops a script with crossorigin and is not told as something that CORS did."""
NOT_NOSNIFF = Template(
    "X-Content-Type-Options header warning: value was “{value}”; did you mean to send “nosniff”?",
    topic="nosniff",
    header="X-Content-Type-Options",
)
NOT_A_STYLESHEET = Template(
    "The stylesheet {requested_url} was not loaded because its MIME type, “{mime_type}”, is not “text/css”.",
    Reason.MIME_TYPE_BLOCKED,
    header="Content-Type",
    api="stylesheet",
)
LESS_RESTRICTED = frozenset({"unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin"})

# --- what elements and other APIs add -------------------------------------------------------------------------------

SCRIPT_NOT_ALLOWED = Template(
    "<script> source URI is not allowed in this document: “{requested_url}”.",
    general=True,
    topic="blocked-request",
    api="script",
)
MODULE_TYPE = Template(
    "Loading module from “{url}” was blocked because of a disallowed MIME type (“{mime_type}”).",
    Reason.MIME_TYPE_BLOCKED,
    header="Content-Type",
    api="module",
)
MODULE_NOT_ALLOWED = Template(
    "Module source URI is not allowed in this document: “{requested_url}”.",
    general=True,
    topic="blocked-request",
    api="module",
)
SCRIPT_FAILED = Template(
    "Loading failed for the <script> with source “{requested_url}”.",
    general=True,
    topic="blocked-request",
    api="script",
)
MODULE_FAILED = Template(
    "Loading failed for the module with source “{requested_url}”.", general=True, topic="blocked-request", api="module"
)
EVENT_SOURCE = Template(
    "Firefox can’t establish a connection to the server at {requested_url}.",
    general=True,
    topic="event-source",
    api="EventSource",
)
ANY_SCRIPT_TYPE = Template(
    "The script from “{url}” was loaded even though its MIME type (“{mime_type}”) is not a valid JavaScript MIME type.",
    topic="mime-type",
    api="script",
)
ORB = Template(
    "The resource at “{url}” was blocked by OpaqueResponseBlocking. Reason: “{detail}”.",
    Reason.OPAQUE_RESPONSE_BLOCKING,
)
ORB_TOO = Template(
    "A resource is blocked by OpaqueResponseBlocking, please check browser console for details.",
    Reason.OPAQUE_RESPONSE_BLOCKING,
    general=True,
)
_NEVER_SNIFFED = "mimeType is an opaque-blocklisted-never-sniffed MIME type"
ORB_WHY = {
    "a type that no element can use": _NEVER_SNIFFED,
    "part of a document or of data": ("response's status is 206 and mimeType is an opaque-blocklisted MIME type"),
    "nosniff, and a document or data by its type": (
        "nosniff is true and mimeType is an opaque-blocklisted MIME type or its essence is 'text/plain'"
    ),
    "an error status": "after sniff: status code is not in allowed range",
    "an image, audio or video by its type but not by its bytes": (
        "after sniff: content-type declares image/video/audio, but sniffing fails"
    ),
    "not the first part of a whole": "response status is 206 and not first partial response",
}
ORB_WHY_ELSE = "Javascript validation failed"

FORBIDDEN_HEADER = Template(
    "Attempt to set a forbidden header was denied: {header_name}", topic="forbidden-headers", api="XMLHttpRequest"
)
SYNCHRONOUS = Template(
    "Synchronous XMLHttpRequest on the main thread is deprecated because of its detrimental effects to the end user’s "
    "experience. For more help {help_on_synchronous_xhr}",
    topic="synchronous-xhr",
    api="XMLHttpRequest",
)
XML_NOT_WELL_FORMED = Template(
    "XML Parsing Error: not well-formed\nLocation: {url}\nLine Number 1, Column 1:",
    topic="xml-response",
    api="XMLHttpRequest",
)
XML = Template(
    "XML Parsing Error: syntax error\nLocation: {url}\nLine Number 1, Column 1:",
    topic="xml-response",
    api="XMLHttpRequest",
)
FRAMED = Template(
    "The character encoding of a framed document was not declared. The document may appear different if viewed "
    "without the "
    "document framing it.",
    topic="framed-document-encoding",
)

# --- the table ------------------------------------------------------------------------------------------------------

_SECURITY_ERROR = "Security Error: Content at {page} may not load "
_LINK_TO = Template(_SECURITY_ERROR + "or link to {url}.", Reason.SCHEME_NOT_HTTP, Stage.REQUEST)
_DATA_FROM = Template(
    _SECURITY_ERROR + "data from {url}.",
    Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
    Stage.REQUEST,
    alternatives=(Reason.SCHEME_NOT_HTTP, Reason.BLOB_URL_NOT_FOUND),
)
_REDIRECT_TO_DATA = Template(
    "Redirecting to {schemes} URI not allowed (Blocked loading of: “{location}”)",
    Reason.REDIRECT_SCHEME_NOT_HTTP,
    Stage.REDIRECT,
    header="Location",
)
_MIXED = Template("Blocked loading mixed active content “{url}”", Reason.MIXED_CONTENT, Stage.REQUEST)
_CORP = Template(
    "The resource at “{url}” was blocked due to its Cross-Origin-Resource-Policy header (or lack thereof). See "
    "{help_on_corp}",
    Reason.CROSS_ORIGIN_RESOURCE_POLICY,
    header="Cross-Origin-Resource-Policy",
    alternatives=(Reason.EMBEDDER_POLICY,),
)
NOSNIFF = Template(
    "The resource from “{url}” was blocked due to MIME type (“{mime_type}”) mismatch (X-Content-Type-Options: "
    "nosniff).",
    Reason.NOSNIFF,
    header="X-Content-Type-Options",
)
_MIME_TYPE = Template(
    "Script from “{url}” was blocked because of a disallowed MIME type (“{mime_type}”).",
    Reason.MIME_TYPE_BLOCKED,
    header="Content-Type",
    api="script",
)
_NOT_ELIGIBLE = Template(
    "“{url}” is not eligible for integrity checks since it’s neither CORS-enabled nor same-origin.",
    Reason.INTEGRITY_MISMATCH,
)
NO_HASH = Template(
    "None of the “{algorithm}” hashes in the integrity attribute match the content of the subresource at “{url}”. The "
    "computed hash is “{hash}”.",
    Reason.INTEGRITY_MISMATCH,
)
OPTIONAL["algorithm"] = "sha(?:256|384|512)"


def _rule(reasons: Reason | frozenset[Reason], *templates: Template, **conditions: object) -> Rule:
    reasons = frozenset({reasons}) if isinstance(reasons, Reason) else reasons
    return Rule(reasons, templates, **conditions)  # type: ignore[arg-type]


_HAS_A_VALUE = frozenset({Reason.ALLOW_ORIGIN_MISMATCH, Reason.ALLOW_ORIGIN_INVALID, Reason.ALLOW_ORIGIN_MULTIPLE})
# Pages may not even link to these.
_PRIVATE_SCHEMES = ("file:", "view-source:", "about:config")


def _is_an_own_blob(story: Story) -> bool:
    """Report whether it is a blob of what asks, and only not there."""
    url = parse_url(story.url)
    return url is not None and url.scheme == "blob" and url_origin(url).serialized == story.started.origin


def _is_private(story: Story) -> bool:
    """Report whether the page may not even link there; files may link to files."""
    is_neighbour = story.url.startswith("file:") and story.started.page.startswith("file:")
    return story.url.startswith(_PRIVATE_SCHEMES) and not is_neighbour


_OPENED_ELSEWHERE = ("ws:", "wss:", "about:srcdoc")
_NEVER_REDIRECTED_TO = ("javascript:", "file:", *_OPENED_ELSEWHERE)


def _names_an_origin_and_leads_to_another(story: Story) -> bool:
    """Report whether a preflight was led to another origin: what allows an origin is then held against null."""
    here, there = parse_url(story.url), parse_url(story.location)
    if here is None or there is None or same_origin(here, there):
        return False
    return any(value not in ("*", "null") for value in story.headers(_ACAO))


def _is_silent_about_mixed_content(story: Story) -> bool:
    """Report whether nothing is said: WebSocket throws, and what no window waits for has no console."""
    started = story.started
    return started.api in ("WebSocket", "preload") or started.environment == "worker" or started.keepalive


def _is_fetched_for_nobody(story: Story) -> bool:
    """Report whether it is fetch() of a page with an opaque origin, whose hashes are not told."""
    return story.started.api == "fetch" and story.started.origin == "null"


def _is_a_frame_without_an_embedder_policy(story: Story) -> bool:
    blocked = story.blocked
    return story.started.mode == "navigate" and blocked is not None and blocked.header != _CORP.header


def _has_nothing_to_check(story: Story) -> bool:
    """Report whether an element does not come to check what it won't use for its status."""
    return story.started.api == "stylesheet" and story.response is not None and story.response.status >= 300


RULES = (
    _rule(local_network.REFUSED, DID_NOT_SUCCEED, when=lambda story: story.tainting == "cors"),
    _rule(_HAS_A_VALUE, MULTIPLE, when=lambda story: len(story.headers(_ACAO)) > 1),
    _rule(_HAS_A_VALUE, _MISMATCH),
    _rule(Reason.ALLOW_ORIGIN_MISSING, _MISSING),
    _rule(Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, _WILDCARD),
    _rule(Reason.ALLOW_CREDENTIALS_NOT_TRUE, _CREDENTIALS),
    _rule(Reason.PREFLIGHT_STATUS_NOT_OK, _PREFLIGHT_STATUS),
    _rule(
        Reason.PREFLIGHT_REDIRECTED,
        _PREFLIGHT_STATUS,
        when=lambda story: not story.location or story.started.redirect != "follow",
    ),
    _rule(
        Reason.PREFLIGHT_REDIRECTED,
        _EXTERNAL_REDIRECT,
        _MISMATCH,
        when=_names_an_origin_and_leads_to_another,
    ),
    _rule(Reason.PREFLIGHT_REDIRECTED, _EXTERNAL_REDIRECT, _PREFLIGHT_STATUS),
    _rule(
        Reason.ALLOW_METHODS_UNPARSABLE,
        _cors(
            "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Methods’",
            Reason.ALLOW_METHODS_UNPARSABLE,
            _ACAM,
            Stage.PREFLIGHT,
        ),
    ),
    _rule(
        Reason.ALLOW_HEADERS_UNPARSABLE,
        _cors(
            "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Headers’",
            Reason.ALLOW_HEADERS_UNPARSABLE,
            _ACAH,
            Stage.PREFLIGHT,
        ),
    ),
    _rule(
        Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
        _cors(
            "Did not find method in CORS header ‘Access-Control-Allow-Methods’",
            Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
            _ACAM,
            Stage.PREFLIGHT,
        ),
    ),
    _rule(
        Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
        _cors(
            "header ‘{header_name}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS "
            "preflight "
            "response",
            Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
            _ACAH,
            Stage.PREFLIGHT,
        ),
    ),
    _rule(Reason.SCHEME_NOT_HTTP, _LINK_TO, when=_is_private),
    _rule(frozenset({Reason.SCHEME_NOT_HTTP, Reason.BLOB_URL_NOT_FOUND}), when=_is_an_own_blob),
    _rule(Reason.SCHEME_NOT_HTTP, _DATA_FROM, when=lambda story: story.url.startswith("blob:")),
    _rule(
        Reason.SCHEME_NOT_HTTP,
        _NOT_HTTP,
        when=lambda story: (
            story.started.mode == "cors"
            and not story.url.startswith(_OPENED_ELSEWHERE)
            and story.started.api != "EventSource"
        ),
    ),
    _rule(Reason.REDIRECT_SCHEME_NOT_HTTP, _REDIRECT_TO_DATA, when=lambda story: story.location.startswith("data:")),
    _rule(
        Reason.REDIRECT_SCHEME_NOT_HTTP,
        _NOT_HTTP,
        when=lambda story: story.tainting == "cors" and not story.location.startswith(_NEVER_REDIRECTED_TO),
    ),
    _rule(
        frozenset({Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, Reason.BLOB_URL_NOT_FOUND}),
        _DATA_FROM,
    ),
    _rule(Reason.MIXED_CONTENT, when=_is_silent_about_mixed_content),
    _rule(Reason.MIXED_CONTENT, _MIXED),
    _rule(
        frozenset({Reason.CROSS_ORIGIN_RESOURCE_POLICY, Reason.EMBEDDER_POLICY}),
        when=lambda story: story.started.keepalive and story.started.api == "fetch",
    ),
    _rule(Reason.EMBEDDER_POLICY, when=_is_a_frame_without_an_embedder_policy),
    _rule(frozenset({Reason.CROSS_ORIGIN_RESOURCE_POLICY, Reason.EMBEDDER_POLICY}), _CORP),
    _rule(Reason.NOSNIFF, NOSNIFF),
    _rule(
        Reason.MIME_TYPE_BLOCKED,
        _MIME_TYPE,
        apis=frozenset({"script", "preload"}),
        when=lambda story: story.started.destination == "script",
    ),
    _rule(Reason.INTEGRITY_MISMATCH, when=_has_nothing_to_check),
    _rule(Reason.INTEGRITY_MISMATCH, when=_is_fetched_for_nobody),
    _rule(Reason.INTEGRITY_MISMATCH, _NOT_ELIGIBLE, when=lambda story: story.filtered == "opaque"),
    _rule(Reason.INTEGRITY_MISMATCH, NO_HASH),
)

QUIRKS = Template(
    "This page is in Quirks Mode. Page layout may be impacted. For Standards Mode use “<!DOCTYPE html>”.",
    topic="page-markup",
)

TEMPLATES = tuple(
    dict.fromkeys(
        (
            *(template for rule in RULES for template in rule.templates),
            *(
                DID_NOT_SUCCEED,
                WARNING,
                CSP_BLOCKED,
                CSP_SCRIPT,
                CSP_STYLE,
                CSP_REPORT,
                CSP_REPORT_SCRIPT,
                CSP_REPORT_STYLE,
                INTEGRITY_POLICY,
                INTEGRITY_POLICY_REPORT,
                UPGRADED_BY_CSP,
                UPGRADED,
                REFERRER,
            ),
            *(SCRIPT_NOT_ALLOWED, MODULE_NOT_ALLOWED, SCRIPT_FAILED, MODULE_FAILED, EVENT_SOURCE, ANY_SCRIPT_TYPE),
            *(
                HTTPS_FIRST,
                HTTPS_FIRST_GAVE_UP,
                HTTPS_FIRST_EXCEPTED,
                COOKIE_FOREIGN,
                QUIRKS,
                NOT_NOSNIFF,
                NOT_A_STYLESHEET,
                MODULE_TYPE,
                NO_HASH,
                COOKIE_OF_A_REDIRECT,
                COOKIE_SAME_SITE,
                XML_NOT_WELL_FORMED,
                *COOKIES_REFUSED.values(),
            ),
            *(ORB, ORB_TOO, FORBIDDEN_HEADER, SYNCHRONOUS, XML, FRAMED),
            *local_network.TEMPLATES,
            *fonts.TEMPLATES,
        )
    )
)
"""Every line, to be read back."""
