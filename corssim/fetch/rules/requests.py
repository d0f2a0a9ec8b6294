"""How URLs are spelled, what becomes of the bodies and types that script gives, and which requests are simple."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class UrlRules(Rules):
    """How URLs are written and compared. https://url.spec.whatwg.org/"""

    percent_encoding: Literal["as-parsed", "pipes-too", "normalized"] = "as-parsed"  # in paths, in queries
    credentials: Literal["cors-refused", "refused"] = "cors-refused"
    same_origin_ignores_port: bool = False  # historic: Internet Explorer


class RequestRules(Rules):
    """What the APIs make of what script gives them."""

    no_cors_body_keeps_its_content_type: bool = False
    upload_listener_needs_a_body: bool = False
    upload_listener_counts_if_synchronous: bool = True
    worker_xhr_types_are_lower_case: bool = False
    charsets_of_texts_are_corrected: Literal["by-parsing", "in-place"] = "by-parsing"  # in an XHR's Content-Type
    charsets_of_forms_are_corrected: Literal["no", "by-parsing", "in-place", "in-place-unless-utf-8"] = "no"
    blob_types_are_checked_by: frozenset[Literal["XMLHttpRequest", "fetch", "sendBeacon"]] = frozenset()  # APIs
    blob_types_are_checked_for: Literal["mime-type", "content-type-grammar"] = "mime-type"
    stream_body: Literal["sent", "needs-http2", "as-text", "refused"] = "sent"
    same_origin_mode_is_checked: Literal["as-the-switch", "before-policies", "before-upgrades", "at-once"] = (
        "as-the-switch"  # at once: before any policy, as is the redirect mode of no-cors
    )
    font_mode: Literal["cors", "no-cors"] = "cors"


class SafelistRules(Rules):
    """Which headers a request may have without a preflight. https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""

    extra_forbidden_headers: frozenset[str] = frozenset()
    extra_safelisted_headers: frozenset[str] = frozenset()
    values_total: int | None = 1024  # bytes
    repeated_headers_combine: bool = False
    repeated_content_type: Literal["combined", "first"] = "combined"
    bytes_above_ascii_are_unsafe: bool = False
    content_type_parameters_are_strict: bool = False
    largest_range_position: int | None = None  # bytes
    range_unit_ignores_case: bool = False
    range_positions_may_have_a_plus: bool = False
    unsafe_names_listed_once: bool = True


class WebSocketRules(Rules):
    """Handshakes of WebSockets. https://websockets.spec.whatwg.org/#concept-websocket-establish"""

    accept_anything: bool = False  # Accept: */*
    say_fetch_metadata: Literal["no", "as-empty", "as-websocket"] = "as-empty"  # Sec-Fetch-Dest


class SchemeRules(Rules):
    """What schemes other than http and https lead to. https://fetch.spec.whatwg.org/#scheme-fetch"""

    about_blank_is_fetched: bool = True
    files_load_files: bool = False  # without CORS; the text leaves file: open
    no_cors_data_must_follow_redirects: bool = False
    data_url_has_content_length: bool = False
    xhr_spells_data_url_headers_as_written: bool = False
