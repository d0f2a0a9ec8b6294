"""Reading responses, and what is told about their timing."""

from __future__ import annotations

from .deviation import Deviation, yes_no

RESPONSES = (
    Deviation(
        "responses.opaque_response_blocking",
        "no-cors images and scripts that are really HTML, JSON …",
        {
            "none": "delivered to the element",
            "sniffing": "blocked by type and first bytes",
            "script-parsing": "blocked unless media or JavaScript",
        },
        "orb-img-text-html-nosniff",
    ),
    Deviation(
        "responses.opaque_response_blocking_is_of_other_origins",
        "no-cors images and scripts that another origin led home to the page's own",
        yes_no("are never blocked", "are blocked as others"),
        "kind-orb-of-what-was-led-home",
    ),
    Deviation(
        "responses.cross_origin_urls_hide_credentials",
        "user and password in responseURL, cross-origin",
        yes_no("left out", "shown"),
        "origin-userinfo-xhr-cred-user-pass",
    ),
    Deviation(
        "responses.reset_content_has_a_body", "the body of a 205", yes_no("readable", "dropped"), "check-status-205"
    ),
    Deviation(
        "responses.headers_are_made_utf8",
        "bytes of a response's header that are no UTF-8",
        yes_no("become those of U+FFFD", "stay"),
        "redirect-location-latin1-same-no-cors",
    ),
    Deviation(
        "responses.one_content_type_line_counts",
        "Content-Type twice in a response: what counts is",
        yes_no("the first for nosniff, the last for the element", "the last that is valid"),
        "orb-script-type-twice-plain-html-last",
    ),
    Deviation(
        "responses.drops_empty_repeated_headers",
        "an empty repeat of a response header",
        yes_no("dropped", "joined"),
        "expose-duplicate-response-headers",
    ),
    Deviation(
        "responses.repeated_types_join_without_a_blank",
        "Content-Type twice in a response is shown to script as",
        yes_no("`a,b`", "`a, b`"),
        "expose-twice-0-content-type-fetch",
    ),
    Deviation(
        "timing.failed_integrity_hides",
        "the timing of what does not have the hash it should have",
        yes_no("hidden", "by the TAO check, as if it had"),
        "kind-int-own",
    ),
    Deviation(
        "timing.of_failed_fetches",
        "Resource Timing of a fetch that failed its CORS check",
        {
            "by-the-last-check": "by the last TAO check",
            "by-the-refused-response": "by the TAO check of what was refused",
            "hidden": "without details",
            "absent": "no entry",
        },
        "tao-img-none",
        more_cases=("tao-failed-cors",),
    ),
    Deviation(
        "timing.of_opaque_redirects",
        "timing of a redirect that is not followed",
        {
            "by-the-last-check": "told if Timing-Allow-Origin lists the page",
            "told": "told",
            "hidden": "without details",
        },
        "kind-od-timing-get",
        more_cases=("kind-timing-of-a-redirect-not-followed",),
    ),
    Deviation(
        "timing.of_what_is_not_cached_tells",
        "Resource Timing of what `only-if-cached` does not find",
        yes_no("tells", "is that of what was never sent"),
        "kind-timing-of-what-is-not-cached",
    ),
    Deviation(
        "timing.of_requests_never_sent",
        "Resource Timing of a request that a policy stopped",
        {
            "as-failed": "as if it had failed",
            "absent": "no entry",
            "absent-if-fetch-refuses": "no entry for fetch() under CSP, or in mode same-origin",
        },
        "csp-connect-self-timing",
        more_cases=("csp-timing-xhr",),
    ),
)
