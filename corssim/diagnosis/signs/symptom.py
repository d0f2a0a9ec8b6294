"""A symptom: what a trace shows that only looks like CORS, or the one slip behind a failed check."""

from __future__ import annotations

from enum import StrEnum

from ...records import record


class SymptomCode(StrEnum):
    """Every symptom, in the order in which they are told: what hides behind CORS first, slips in headers last."""

    MIXED_CONTENT = "mixed-content"
    LOCAL_NETWORK = "local-network"
    INSECURE_FORM = "insecure-form"
    WEB_SOCKET = "web-socket"
    INTERSTITIAL = "interstitial"
    FIREWALL_ANSWERED = "firewall-answered"
    GATEWAY_ANSWERED = "gateway-answered"
    SERVER_FAILED = "server-failed"
    SERVER_REFUSED = "server-refused"
    BUCKET_WITHOUT_CORS = "bucket-without-cors"
    PREFLIGHT_NEEDS_LOGIN = "preflight-needs-login"
    PREFLIGHT_TURNED_DOWN = "preflight-turned-down"
    PREFLIGHT_REFUSED = "preflight-refused"
    PREFLIGHT_NOT_HANDLED = "preflight-not-handled"
    PREFLIGHT_SERVER_FAILED = "preflight-server-failed"
    PREFLIGHT_REDIRECTED_TO_HTTPS = "preflight-redirected-to-https"
    PREFLIGHT_REDIRECTED_TO_HTTP = "preflight-redirected-to-http"
    PREFLIGHT_REDIRECTED_BY_SLASH = "preflight-redirected-by-slash"
    PREFLIGHT_REDIRECTED_TO_LOGIN = "preflight-redirected-to-login"
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    REDIRECTED_TO_LOGIN = "redirected-to-login"
    LOGIN_PAGE_ANSWERED = "login-page-answered"
    HTML_ANSWERED = "html-answered"
    ANOTHER_PROGRAM_ANSWERED = "another-program-answered"
    RESPONSE_HEADERS_IN_REQUEST = "response-headers-in-request"
    CACHED_ANSWER = "cached-answer"
    SHARED_CACHE_ANSWERED = "shared-cache-answered"
    COOKIES_WITHHELD = "cookies-withheld"
    NO_COOKIE_SENT = "no-cookie-sent"
    CREDENTIALS_NOT_ASKED_FOR = "credentials-not-asked-for"
    NULL_ORIGIN_AFTER_REDIRECT = "null-origin-after-redirect"
    NULL_ORIGIN_OF_FILE = "null-origin-of-file"
    NULL_ORIGIN_OF_SANDBOX = "null-origin-of-sandbox"
    APP_SCHEME = "app-scheme"
    DUPLICATED_HEADER = "duplicated-header"
    LOOPBACK_SPELLING = "loopback-spelling"
    ANOTHER_PORT = "another-port"
    ANOTHER_SCHEME = "another-scheme"
    ANOTHER_HOST = "another-host"
    MISSPELLED_HEADER = "misspelled-header"
    NULL_ALLOWED = "null-allowed"
    MISTYPED_ENTRY = "mistyped-entry"
    ALLOW_ORIGIN_SEVERAL = "allow-origin-several"
    ALLOW_ORIGIN_TRAILING_SLASH = "allow-origin-trailing-slash"
    ALLOW_ORIGIN_PATH = "allow-origin-path"
    ALLOW_ORIGIN_UPPER_CASE = "allow-origin-upper-case"
    ALLOW_ORIGIN_MISTYPED = "allow-origin-mistyped"
    ALLOW_CREDENTIALS_MISTYPED = "allow-credentials-mistyped"
    AUTHORIZATION_UNDER_WILDCARD = "authorization-under-wildcard"
    ORIGIN_NOT_LISTED = "origin-not-listed"
    HEADERS_ON_PREFLIGHT_ONLY = "headers-on-preflight-only"
    HEADERS_NOT_ON_PREFLIGHT = "headers-not-on-preflight"
    HEADERS_NOT_ON_REDIRECT = "headers-not-on-redirect"
    HEADER_NOT_EXPOSED = "header-not-exposed"
    FORBIDDEN_HEADER_DROPPED = "forbidden-header-dropped"


_ORDER = {code: index for index, code in enumerate(SymptomCode)}


@record(frozen=True)
class Symptom:
    """One symptom: its code, a title of a few words, and what happened in plain sentences with this fetch's values.

    `remedy` is what to do where that is no header of the answer that came: then there is no other fix.
    """

    code: SymptomCode
    title: str
    text: str
    remedy: str = ""

    @property
    def order(self) -> int:
        """Its place among the symptoms of a fetch, lowest first."""
        return _ORDER[self.code]
