"""How URLs are spelled, what becomes of the bodies and types that script gives, and which requests are simple."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

REQUESTS = (
    Deviation(
        "urls.percent_encoding",
        "percent-encoding in paths and queries",
        {
            "as-parsed": "by the URL standard",
            "pipes-too": "`|` in paths, too",
            "normalized": "normalised: upper-case, none of letters, digits and `-._~`",
        },
        "origin-url-query-dot-encoded",
        more_cases=("origin-url-pipe",),
    ),
    Deviation(
        "urls.credentials",
        "`https://user:pass@host/` as a subresource or after a redirect",
        {"cors-refused": "refused for CORS only", "refused": "refused"},
        "origin-userinfo-img",
        more_cases=("redirect-userinfo-no-cors",),
    ),
    Deviation("urls.same_origin_ignores_port", "the port in same origin", yes_no("ignored", "counts")),
    Deviation(
        "requests.no_cors_body_keeps_its_content_type",
        "a no-cors body of type application/json",
        yes_no("says its type", "is sent without a type"),
        "mode-no-cors-body-blob-json",
    ),
    Deviation(
        "requests.same_origin_mode_is_checked",
        "another origin in mode same-origin is refused",
        {
            "as-the-switch": "after mixed content was",
            "before-policies": "before mixed content would be",
            "before-upgrades": "before mixed content would be, and before upgrades",
            "at-once": "before any policy is asked, also Content Security Policy",
        },
        "m-same-origin-mode-mixed",
        more_cases=("mixed-upgrade-own-same-origin", "kind-no-3-https-t-only"),
    ),
    Deviation(
        "requests.charsets_of_texts_are_corrected",
        "another charset in the Content-Type of a text that XHR sends",
        {"by-parsing": "the type is written anew", "in-place": "the charset alone is written anew, even utf-8"},
        "kind-xhr-ct-post-application-json-charset-latin1",
    ),
    Deviation(
        "requests.charsets_of_forms_are_corrected",
        "another charset in the Content-Type of URLSearchParams that XHR sends",
        {
            "no": "is sent",
            "by-parsing": "is corrected; the type is written anew",
            "in-place": "is corrected, and utf-8 too",
            "in-place-unless-utf-8": "is corrected",
        },
        "kind-xhr-ct-post-application-json-charset-latin1",
    ),
    Deviation(
        "requests.upload_listener_needs_a_body",
        "an XHR upload listener without a body",
        yes_no("no preflight", "preflight"),
        "upload-post-no-body-with-listener",
    ),
    Deviation(
        "requests.upload_listener_counts_if_synchronous",
        "an upload listener of a synchronous XHR",
        yes_no("preflight", "no preflight"),
        "upload-sync-with-listener",
    ),
    Deviation(
        "requests.worker_xhr_types_are_lower_case",
        "Content-Type of a text that XHR sends in a worker",
        yes_no("`text/plain;charset=utf-8`", "`text/plain;charset=UTF-8`"),
        "upload-worker",
    ),
    Deviation(
        "requests.blob_types_are_checked_by",
        "a Blob's type says nothing if it is `bad`, in",
        names,
        "safelist-blob-xhr-0-bad",
        more_cases=("beacon-blob-typed-bad",),
    ),
    Deviation(
        "requests.blob_types_are_checked_for",
        "what those ask of a Blob's type",
        {"mime-type": "that it parses", "content-type-grammar": "the grammar of Content-Type, parameters too"},
        "safelist-blob-xhr-6-text-plain",
    ),
    Deviation(
        "requests.stream_body",
        "a stream as a body",
        {
            "sent": "sent",
            "needs-http2": "fails over HTTP/1.1",
            "as-text": "sent as the text `[object ReadableStream]`",
            "refused": "refused",
        },
        "safelist-body-stream",
    ),
    Deviation("requests.font_mode", "mode of font loads", {"cors": "cors", "no-cors": "no-cors"}, "element-font-none"),
    Deviation(
        "safelists.extra_forbidden_headers",
        "headers that script cannot set, beyond the list",
        names,
        "safelist-set-user-agent",
    ),
    Deviation(
        "safelists.extra_safelisted_headers",
        "request headers safelisted beyond the list",
        names,
        "safelist-name-downlink",
    ),
    Deviation(
        "safelists.values_total",
        "bytes of safelisted values together",
        lambda value: f"at most {value}" if value else "no limit",
        "safelist-total-1025",
        more_cases=("safelist-total-1024",),
    ),
    Deviation(
        "safelists.repeated_headers_combine",
        "a request header given twice is judged",
        yes_no("by the joined value", "value by value"),
        "safelist-total-1024",
    ),
    Deviation(
        "safelists.repeated_content_type",
        "Content-Type given twice is sent",
        {"combined": "joined", "first": "as the first one"},
        "safelist-ct-twice",
    ),
    Deviation(
        "safelists.bytes_above_ascii_are_unsafe",
        "bytes above ASCII in Accept and Content-Type",
        yes_no("unsafe", "safe"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "safelists.content_type_parameters_are_strict",
        "`text/plain;;;`",
        yes_no("not simple", "simple"),
        "safelist-ct-plain-semicolons",
    ),
    Deviation(
        "safelists.largest_range_position",
        "`Range: bytes=99999999999999999999-`",
        lambda value: "not simple" if value else "simple",
        "safelist-range-big",
    ),
    Deviation(
        "safelists.range_unit_ignores_case",
        "`Range: Bytes=0-1`",
        yes_no("simple", "not simple"),
        "safelist-range-upper-unit",
    ),
    Deviation(
        "safelists.range_positions_may_have_a_plus",
        "`Range: bytes=+1-2`",
        yes_no("simple", "not simple"),
        "safelist-range-plus",
    ),
    Deviation(
        "safelists.unsafe_names_listed_once",
        "Access-Control-Request-Headers, a header given twice",
        yes_no("listed once", "listed twice"),
        "safelist-two-custom-duplicate",
    ),
    Deviation(
        "schemes.about_blank_is_fetched",
        "fetch of about:blank, no-cors",
        yes_no("an opaque response", "an error"),
        "mode-scheme-no-cors-about-blank",
    ),
    Deviation(
        "schemes.files_load_files",
        "files (scripts, images, style sheets, no-cors fetches) of a page opened from disk",
        yes_no("load; with CORS, as modules are, they are blocked", "are blocked"),
        "origin-file-script",
        more_cases=("origin-file-module", "origin-file-fetch-no-cors"),
    ),
    Deviation(
        "schemes.no_cors_data_must_follow_redirects",
        "a data: URL, no-cors, with another redirect mode than follow",
        yes_no("refused", "fetched"),
        "mode-no-cors-redirect-error-data",
    ),
    Deviation(
        "schemes.data_url_has_content_length",
        "Content-Length of data: URLs in fetch()",
        yes_no("there", "absent"),
        "mode-scheme-data",
    ),
    Deviation(
        "schemes.xhr_spells_data_url_headers_as_written",
        "header names of a data: URL in XMLHttpRequest",
        yes_no("`Content-Type`", "`content-type`"),
        "mode-data-xhr",
    ),
)
