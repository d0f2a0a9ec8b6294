"""The HTTP cache, and what caches on the way are told."""

from __future__ import annotations

from .deviation import Deviation, names, statuses, yes_no

HTTP_CACHE = (
    # what caches on the way are told
    Deviation(
        "form_posts_revalidate",
        "Cache-Control on a POST of a form",
        yes_no("`max-age=0`", "not sent"),
        "wire-cross-site-form-post",
    ),
    Deviation("beacons_revalidate", "Cache-Control on a beacon", yes_no("`max-age=0`", "not sent"), "beacon-none"),
    Deviation(
        "credentialless_loads_bypass_caches",
        "Cache-Control on no-cors loads of a credentialless page from elsewhere",
        yes_no("`no-cache`", "not sent"),
        "coep-credentialless-img-none",
    ),
    Deviation(
        "event_sources_set_cache_control",
        "Cache-Control of EventSource after a redirect to another origin",
        yes_no("the first request's", "by the cache mode"),
        "redirect-element-eventsource-none-to-other",
    ),
    # the HTTP cache
    Deviation(
        "http_cache_is_partitioned",
        "the HTTP cache is divided by top-level site",
        yes_no("yes", "no"),
        "httpcache-sandbox-then-normal",
    ),
    Deviation(
        "http_cache_keyed_by_credentials",
        "answers with and without credentials are cached",
        yes_no("apart", "together"),
        "httpcache-img-then-img-anonymous",
    ),
    Deviation(
        "conditional_requests_use",
        "If-None-Match set by script makes the cache mode",
        {"no-store": "no-store", "no-cache": "no-cache"},
        "safelist-name-if-none-match",
    ),
    Deviation(
        "conditional_xhr_says_nothing_to_caches",
        "Cache-Control on XHR with If-None-Match",
        yes_no("not sent", "as for fetch()"),
        "httpcache-conditional-xhr-if-none-match",
    ),
    Deviation(
        "conditional_requests_pass_the_cache",
        "a request with If-None-Match by script, cacheable otherwise",
        {
            "no": "may use the HTTP cache as its cache mode says",
            "unless-forced": "is answered from the HTTP cache under `force-cache` only",
            "wholly": "neither uses nor fills the HTTP cache",
        },
        "httpcache-conditional-if-none-match-no-cache",
    ),
    Deviation(
        "http_cache_variants",
        "responses kept for one URL under Vary",
        lambda value: str(value) if value else "any number",
        "httpcache-two-origins-cross-site-vary",
    ),
    Deviation(
        "http_cache_stores_unauthorized",
        "a cacheable answer with status 401",
        yes_no("stored", "not stored"),
        "httpcache-status-401",
    ),
    Deviation(
        "http_cache_keeps_what_failed_the_cors_check",
        "a response that failed its CORS check stays in the HTTP cache",
        yes_no("yes", "no"),
        "httpcache-cors-fails-then-cors",
    ),
    Deviation(
        "http_cache_keeps_elements_apart",
        "what an element loaded serves a fetch() out of the HTTP cache, and the other way round",
        yes_no("no", "yes"),
        "httpcache-font-then-fetch",
    ),
    Deviation(
        "http_cache_outlives_methods",
        "unsafe methods that leave what is cached of their URL",
        names,
        "httpcache-unsafe-own-put",
    ),
    Deviation(
        "http_cache_ends_by_cross_origin_requests",
        "a POST to another origin, for what is cached of its URL",
        yes_no("ends it", "leaves it"),
        "httpcache-unsafe-cross-post",
    ),
    Deviation(
        "http_cache_answers_head",
        "the cached answer of a GET serves a HEAD",
        yes_no("yes", "no"),
        "httpcache-get-then-head",
    ),
    Deviation(
        "http_cache_permanent_statuses",
        "answers that stay fresh without saying for how long",
        statuses,
        "httpcache-unmarked-410",
    ),
    Deviation(
        "http_cache_heeds_pragma_of_responses",
        "`Pragma: no-cache` in an answer beside a max-age",
        yes_no("validated before it is used again", "means nothing"),
        "httpcache-pragma",
    ),
    Deviation(
        "http_cache_heeds_immutable",
        "`immutable` under the cache mode no-cache",
        yes_no("used as it is", "validated"),
        "httpcache-immutable-reload",
    ),
    Deviation(
        "http_cache_reuses_only",
        "statuses of answers that are used again without validation",
        statuses,
        "httpcache-status-404-fresh",
    ),
    Deviation(
        "http_cache_stores_only",
        "statuses of answers that are stored",
        statuses,
        "httpcache-status-500-fresh",
    ),
)
