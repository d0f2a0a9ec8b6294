"""Which requests are simple, and what their headers and bodies become."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

SIMPLE_REQUESTS = (
    # URLs
    Deviation(
        "percent_encoding",
        "percent-encoding in paths and queries",
        {
            "as-parsed": "by the URL standard",
            "pipes-too": "`|` in paths, too",
            "normalized": "normalised: upper-case, none of letters, digits and `-._~`",
        },
        "origin-url-query-dot-encoded",
    ),
    Deviation(
        "extra_forbidden_request_headers",
        "headers that script cannot set, beyond the list",
        names,
        "safelist-set-user-agent",
    ),
    Deviation(
        "extra_safelisted_request_headers",
        "request headers safelisted beyond the list",
        names,
        "safelist-name-downlink",
    ),
    Deviation(
        "safelisted_values_total",
        "bytes of safelisted values together",
        lambda value: f"at most {value}" if value else "no limit",
        "safelist-total-1025",
    ),
    Deviation(
        "repeated_request_headers_combine",
        "a request header given twice is judged",
        yes_no("by the joined value", "value by value"),
        "safelist-total-1024",
    ),
    Deviation(
        "repeated_content_type",
        "Content-Type given twice is sent",
        {"combined": "joined", "first": "as the first one"},
        "safelist-ct-twice",
    ),
    Deviation(
        "bytes_above_ascii_are_unsafe",
        "bytes above ASCII in Accept and Content-Type",
        yes_no("unsafe", "safe"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "content_type_parameters_are_strict",
        "`text/plain;;;`",
        yes_no("not simple", "simple"),
        "safelist-ct-plain-semicolons",
    ),
    Deviation(
        "largest_range_position",
        "`Range: bytes=99999999999999999999-`",
        lambda value: "not simple" if value else "simple",
        "safelist-range-big",
    ),
    Deviation(
        "range_unit_ignores_case",
        "`Range: Bytes=0-1`",
        yes_no("simple", "not simple"),
        "safelist-range-upper-unit",
    ),
    Deviation(
        "range_positions_may_have_a_plus",
        "`Range: bytes=+1-2`",
        yes_no("simple", "not simple"),
        "safelist-range-plus",
    ),
    Deviation(
        "no_cors_body_keeps_its_content_type",
        "a no-cors body of type application/json",
        yes_no("says its type", "is sent without a type"),
        "mode-no-cors-body-blob-json",
    ),
    Deviation(
        "upload_listener_needs_a_body",
        "an XHR upload listener without a body",
        yes_no("no preflight", "preflight"),
        "upload-post-no-body-with-listener",
    ),
    Deviation(
        "upload_listener_counts_if_synchronous",
        "an upload listener of a synchronous XHR",
        yes_no("preflight", "no preflight"),
        "upload-sync-with-listener",
    ),
    Deviation(
        "request_header_values_are_sent_as_utf8",
        "`é` in a request header is sent as",
        yes_no("its UTF-8 bytes", "one byte"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "range_header_is_rewritten",
        "`Range: bytes=000-001` is sent as",
        yes_no("`bytes=0-1`", "it was set"),
        "safelist-range-zeros",
    ),
    Deviation(
        "worker_xhr_types_are_lower_case",
        "Content-Type of a text that XHR sends in a worker",
        yes_no("`text/plain;charset=utf-8`", "`text/plain;charset=UTF-8`"),
        "upload-worker",
    ),
    Deviation(
        "blob_types_are_checked_by",
        "a Blob's type says nothing if it is `bad`, in",
        names,
        "safelist-blob-xhr-0-bad",
    ),
    Deviation(
        "blob_types_are_checked_for",
        "what those ask of a Blob's type",
        {"mime-type": "that it parses", "content-type-grammar": "the grammar of Content-Type, parameters too"},
        "safelist-blob-xhr-6-text-plain",
    ),
    Deviation(
        "stream_body",
        "a stream as a body",
        {
            "sent": "sent",
            "needs-http2": "fails over HTTP/1.1",
            "as-text": "sent as the text `[object ReadableStream]`",
            "refused": "refused",
        },
        "safelist-body-stream",
    ),
)
