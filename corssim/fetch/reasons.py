"""Every way a fetch can end unreadable, by name. What each means, and what mends it, is told in `corssim.diagnosis`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..enums import StrEnum
from ..records import record

if TYPE_CHECKING:
    from .request import Request


class Reason(StrEnum):
    """Why script does not get to read a response. The values are stable: they are what tests and tools compare."""

    # the CORS check, https://fetch.spec.whatwg.org/#cors-check
    ALLOW_ORIGIN_MISSING = "allow-origin-missing"
    ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS = "allow-origin-wildcard-with-credentials"
    ALLOW_ORIGIN_MULTIPLE = "allow-origin-multiple"
    ALLOW_ORIGIN_INVALID = "allow-origin-invalid"
    ALLOW_ORIGIN_MISMATCH = "allow-origin-mismatch"
    ALLOW_CREDENTIALS_NOT_TRUE = "allow-credentials-not-true"

    # the preflight, https://fetch.spec.whatwg.org/#cors-preflight-fetch
    PREFLIGHT_STATUS_NOT_OK = "preflight-status-not-ok"
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    ALLOW_METHODS_UNPARSABLE = "allow-methods-unparsable"
    ALLOW_HEADERS_UNPARSABLE = "allow-headers-unparsable"
    METHOD_DISALLOWED_BY_PREFLIGHT = "method-disallowed-by-preflight"
    HEADER_DISALLOWED_BY_PREFLIGHT = "header-disallowed-by-preflight"

    # main fetch, https://fetch.spec.whatwg.org/#main-fetch
    CROSS_ORIGIN_IN_SAME_ORIGIN_MODE = "cross-origin-in-same-origin-mode"
    NO_CORS_REDIRECT_MODE = "no-cors-redirect-mode"
    SCHEME_NOT_HTTP = "scheme-not-http"
    URL_CREDENTIALS_REFUSED = "url-credentials-refused"
    BAD_PORT = "bad-port"
    MIXED_CONTENT = "mixed-content"
    CONTENT_SECURITY_POLICY = "content-security-policy"
    NOSNIFF = "nosniff"
    MIME_TYPE_BLOCKED = "mime-type-blocked"
    INTEGRITY_MISMATCH = "integrity-mismatch"
    INTEGRITY_POLICY = "integrity-policy"
    CONNECTION_ALLOWLIST = "connection-allowlist"

    # scheme fetch, https://fetch.spec.whatwg.org/#scheme-fetch
    BLOB_URL_NOT_FOUND = "blob-url-not-found"
    DATA_URL_INVALID = "data-url-invalid"

    # HTTP fetch and redirects, https://fetch.spec.whatwg.org/#http-redirect-fetch
    REDIRECT_MODE_ERROR = "redirect-mode-error"
    REDIRECT_LOCATION_INVALID = "redirect-location-invalid"
    REDIRECT_SCHEME_NOT_HTTP = "redirect-scheme-not-http"
    REDIRECT_WITH_CREDENTIALS_IN_URL = "redirect-with-credentials-in-url"
    REDIRECT_OF_A_STREAM = "redirect-of-a-stream"
    TOO_MANY_REDIRECTS = "too-many-redirects"

    # policies of the response
    CROSS_ORIGIN_RESOURCE_POLICY = "cross-origin-resource-policy"
    EMBEDDER_POLICY = "cross-origin-embedder-policy"
    OPAQUE_RESPONSE_BLOCKING = "opaque-response-blocking"

    # local networks, https://wicg.github.io/local-network-access/
    LOCAL_NETWORK_ACCESS_PENDING = "local-network-access-pending"
    LOCAL_NETWORK_ACCESS_DENIED = "local-network-access-denied"
    LOCAL_NETWORK_ACCESS_INSECURE_CONTEXT = "local-network-access-insecure-context"
    LOCAL_NETWORK_ACCESS_ADDRESS_SPACE_MISMATCH = "local-network-access-address-space-mismatch"
    LOCAL_NETWORK_ACCESS_PERMISSIONS_POLICY = "local-network-access-permissions-policy"

    # a secure page's form that would go over http, https://w3c.github.io/webappsec-mixed-content/#requirements-forms
    INSECURE_FORM_PENDING = "insecure-form-pending"
    INSECURE_FORM_DENIED = "insecure-form-denied"

    # HTTP-network-or-cache fetch
    KEEPALIVE_BODY_TOO_LARGE = "keepalive-body-too-large"
    NOT_IN_CACHE = "not-in-cache"
    STREAM_NEEDS_HTTP2 = "stream-needs-http2"
    STREAM_NOT_SUPPORTED = "stream-not-supported"

    # what the API that asked makes of the response
    EVENT_SOURCE_STATUS = "event-source-status"
    EVENT_SOURCE_TYPE = "event-source-type"
    WEB_SOCKET_REFUSED = "web-socket-refused"
    HTTP_ERROR_STATUS = "http-error-status"
    NOT_AN_IMAGE = "not-an-image"
    NOT_A_FONT = "not-a-font"

    # readable by nobody, though nothing was blocked
    OPAQUE_RESPONSE = "opaque-response"
    OPAQUE_REDIRECT = "opaque-redirect"

    # the network, not a policy
    DNS_FAILURE = "dns-failure"
    CONNECTION_REFUSED = "connection-refused"
    TLS_FAILURE = "tls-failure"
    TIMEOUT = "timeout"
    CONNECTION_RESET = "connection-reset"
    MALFORMED_RESPONSE = "malformed-response"
    RESPONSE_TOO_LARGE = "response-too-large"
    NETWORK_FAILURE = "network-failure"


OF_TYPES = frozenset({Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED})
"""What is refused because its MIME type is another one than is needed."""


class Stage(StrEnum):
    """Which response or decision the evidence is about."""

    REQUEST = "request"
    PREFLIGHT = "preflight"
    REDIRECT = "redirect"
    ACTUAL = "actual"


@record(frozen=True, kw_only=True)
class Blocked:
    """A check that failed, with its evidence: what was received and what it was compared with.

    `anchor` is the fragment of the check in https://fetch.spec.whatwg.org/ unless it is a whole URL. `header` names
    the decisive header, `received` its value (None: absent), `compared_with` the other side of the comparison,
    `subject` the method, header name, directive or port that was refused. `origin` is the request's origin as
    serialised at that time.
    """

    reason: Reason
    anchor: str
    url: str
    stage: Stage = Stage.ACTUAL
    header: str = ""
    received: str | None = None
    compared_with: str = ""
    subject: str = ""
    origin: str = ""
    status: int | None = None
    detail: str = ""


def blocked_request(
    request: Request, reason: Reason, anchor: str, *, stage: Stage = Stage.REQUEST, **evidence: Any
) -> Blocked:
    """The check that a request failed on the way to its current URL; `evidence` as in `Blocked`."""
    return Blocked(
        reason=reason,
        anchor=anchor,
        stage=stage,
        **{"url": request.current_url.href, "origin": request.origin.serialized, **evidence},
    )
