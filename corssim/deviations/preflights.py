"""The CORS-preflight, and the cache of what preflights allowed."""

from __future__ import annotations

from .deviation import Deviation, names, seconds, yes_no

PREFLIGHTS = (
    Deviation(
        "preflights.methods_go_before_unparsable_headers",
        "a method that is not allowed, where Allow-Headers cannot be parsed",
        yes_no("is what the preflight fails by", "is not looked at"),
        "kind-amah",
    ),
    Deviation(
        "preflights.check_order",
        "first check of a preflight to fail is",
        {
            "cors-then-status": "the CORS check, then the status",
            "redirect-then-cors-then-status": "a redirect, the CORS check, then the status",
            "status-then-cors": "the status, then the CORS check",
        },
        "preflight-unmatched-404",
        more_cases=("preflight-order-acao-missing-302",),
    ),
    Deviation(
        "preflights.waits_for_the_body",
        "a preflight's answer whose body breaks off",
        yes_no("fails", "counts"),
        "preflight-truncated",
    ),
    Deviation(
        "preflights.forced_one_allows_its_method",
        "a PUT with an upload listener whose preflight says no Allow-Methods",
        yes_no("allowed", "refused"),
        "upload-seq-put-listener-then-put-listener-no-acam",
    ),
    Deviation(
        "preflights.wildcard_allows_authorization",
        "Authorization under `Access-Control-Allow-Headers: *`",
        yes_no("allowed", "must be listed"),
        "acah-authorization-star",
    ),
    Deviation(
        "preflights.inherits_cache_mode",
        "Cache-Control of a `no-store` fetch on its preflight",
        yes_no("sent", "not sent"),
        "wire-option-no-store",
    ),
    Deviation(
        "preflights.after_redirect_sends_page_origin",
        "Origin of a preflight after a cross-origin redirect",
        yes_no("the page's", "`null`"),
        "redirect-preflighted-307-other-put",
    ),
    Deviation(
        "preflights.once_needed_is_for_every_hop",
        "a redirect that made the request simple",
        yes_no("preflighted", "not preflighted"),
        "redirect-preflighted-303-from-app-json",
    ),
    Deviation(
        "preflights.after_redirect_precedes_mixed_content_check",
        "a redirect of a preflighted request to plain http",
        yes_no("is refused after a preflight", "is refused at once"),
        "redirect-preflighted-308-http-downgrade-put",
    ),
    Deviation(
        "preflights.after_redirect_lists",
        "Access-Control-Request-Headers after a redirect",
        {
            "what-is-sent": "what is sent",
            "what-was-asked": "what was asked at first",
        },
        "redirect-preflighted-307-other-authorization",
    ),
    Deviation(
        "preflights.beacons_repeat_theirs",
        "the preflight of a beacon that was preflighted and is redirected",
        yes_no("lists what the first did", "as of other requests"),
        "beacon-json-hop-303-app-end",
    ),
    Deviation(
        "preflights.need_no_cors_headers_at_their_origin",
        "a preflight that redirects led back to the page's origin",
        yes_no("needs no Allow-Origin, but Allow-Methods and Allow-Headers", "is checked as others"),
        "kind-po-0-false-1",
    ),
    Deviation("preflight_cache.max_age_limit", "Access-Control-Max-Age is at most", seconds, "pfcache-maxage-cap-7200"),
    Deviation(
        "preflight_cache.max_age_is_read_as",
        "Max-Age `+0`",
        {"delta-seconds": "is no number", "64-bit-integer": "is 0, as a signed 64-bit integer"},
        "pfcache-ma-0",
    ),
    Deviation(
        "preflight_cache.max_age_white_space",
        "Max-Age `0` after a vertical tab or a form feed",
        lambda characters: "is 0" if characters else "is no number",
        "pfcache-maxage-vt-0",
    ),
    Deviation(
        "preflight_cache.max_age_unparsable", "Max-Age `abc`, `5s`, or given twice", seconds, "pfcache-maxage-abc"
    ),
    Deviation("preflight_cache.max_age_negative", "Max-Age `-1`", seconds, "pfcache-maxage-minus0"),
    Deviation(
        "preflight_cache.max_age_zero_expires_entries",
        "Max-Age `0` for what is cached",
        yes_no("ends it", "leaves it"),
        "pfcache-maxage-0-after-600",
    ),
    Deviation(
        "preflight_cache.unit",
        "what a preflight's answer is cached as",
        {"token": "one entry a method or header name", "result": "one whole result, replaced each time"},
        "pfcache-method-from-one-header-from-another",
    ),
    Deviation(
        "preflight_cache.credentials_must_be_equal",
        "a result with credentials serves a request without",
        yes_no("no", "yes"),
        "pfcache-cred-then-omit",
    ),
    Deviation(
        "preflight_cache.wildcard",
        "a cached `*` covers",
        {"all-but-authorization": "all but Authorization", "all": "everything", "none": "nothing"},
        "pfcache-star-header",
    ),
    Deviation(
        "preflight_cache.wildcard_is_literal",
        "a cached `*` is no wildcard",
        {
            "never": "never",
            "stored-with-credentials": "if the request that was preflighted had credentials",
            "asked-with-credentials": "for requests with credentials",
        },
        "pfcache-star-cred-method-put-x-aincludeinclude",
    ),
    Deviation(
        "preflight_cache.longest_url",
        "the longest URL of which a preflight is cached",
        lambda characters: f"{characters} characters" if characters else "any",
        "pfcache-long-url-1100",
    ),
    Deviation(
        "preflight_cache.drops_results_that_do_not_match",
        "a cached result that does not cover a request",
        yes_no("is dropped", "stays"),
        "pfcache-failed-preflight-keeps-old",
    ),
    Deviation(
        "preflight_cache.stores_refusals",
        "a preflight's answer that refuses the request",
        yes_no("is cached", "is not cached"),
        "pfcache-failed-preflight-keeps-old",
    ),
    Deviation(
        "preflight_cache.entry_covers_safelisted_methods",
        "an entry for PUT covers a POST that needs a preflight for its upload listener",
        yes_no("yes", "no"),
        "upload-put-then-post-listener",
    ),
    Deviation(
        "preflight_cache.must_list_head",
        "what is cached covers HEAD",
        yes_no("only if Allow-Methods listed it", "like GET"),
        "pfcache-seq-get-header-then-post-header",
    ),
    Deviation(
        "preflight_cache.bypassed_by",
        "cache modes that go past the preflight cache",
        names,
        "pfcache-cache-mode-second-no-cache",
    ),
    Deviation(
        "preflight_cache.not_filled_by",
        "cache modes that leave nothing in the preflight cache",
        names,
        "pfcache-cache-mode-first-no-store",
    ),
    Deviation(
        "preflight_cache.partitioned_by",
        "the preflight cache is divided by the top-level page's",
        {"site": "site", "origin": "origin"},
        "state-preflight-cache-frame-two-subdomains",
    ),
    Deviation(
        "preflight_cache.of_opaque_origins",
        "preflights of opaque origins",
        {"shared": "cached for `null`", "one-each": "cached for each such origin", "none": "never cached"},
        "origin-doc-sandbox-twice-preflight-cache",
        more_cases=("pfcache-null-srcdoc-sandbox-page-again",),
    ),
    Deviation(
        "preflight_cache.cleared_by",
        "entries are cleared when",
        {
            "failure-after-preflight": "a request that needed a preflight fails",
            "any-failure": "any request to the URL fails",
            "nothing": "never",
        },
        "pfcache-simple-fails-keeps-entry",
    ),
)
