"""The HTTP cache."""

from __future__ import annotations

from .deviation import Deviation, names, statuses, yes_no

HTTP_CACHE = (
    Deviation(
        "http_cache.is_partitioned",
        "the HTTP cache is divided by top-level site",
        yes_no("yes", "no"),
        "httpcache-sandbox-then-normal",
    ),
    Deviation(
        "http_cache.partitioned_by_frame",
        "the HTTP cache is divided by the site of the frame, too",
        yes_no("yes", "no"),
        "state-http-cache-frame-subdomains",
    ),
    Deviation(
        "http_cache.keyed_by_credentials",
        "answers with and without credentials are cached",
        yes_no("apart", "together"),
        "httpcache-img-then-img-anonymous",
    ),
    Deviation(
        "http_cache.keeps_apart",
        "what does not serve a fetch() out of the HTTP cache, and the other way round",
        {"nothing": "nothing", "elements": "what elements loaded", "frames": "what frames loaded"},
        "httpcache-font-then-fetch",
        more_cases=("httpcache-iframe-then-fetch",),
    ),
    Deviation(
        "http_cache.variants",
        "responses kept for one URL under Vary",
        lambda value: str(value) if value else "any number",
        "httpcache-two-origins-cross-site-vary",
    ),
    Deviation(
        "http_cache.stores_only",
        "statuses of answers that are stored",
        statuses,
        "httpcache-status-500-fresh",
    ),
    Deviation(
        "http_cache.stores_unauthorized",
        "a cacheable answer with status 401",
        yes_no("stored", "not stored"),
        "httpcache-status-401",
    ),
    Deviation(
        "http_cache.partial_content",
        "cacheable answers with status 206 are",
        {
            "no": "not stored",
            "unasked": "stored, unless a Range was asked for",
            "by-range": "stored by their Range",
            "from-the-whole": "not stored, but taken out of a whole that is stored",
        },
        "httpcache-206-range-asked-twice",
    ),
    Deviation(
        "http_cache.answers_head",
        "the cached answer of a GET serves a HEAD",
        yes_no("yes", "no"),
        "httpcache-get-then-head",
    ),
    Deviation(
        "http_cache.is_passed_by_after_redirects",
        "what is cached, for what a redirect leads to",
        yes_no("not used, unless the redirect was cached too and did not lead away from the page's origin", "used"),
        "httpcache-redirect-target-cached",
    ),
    Deviation(
        "http_cache.passed_by_conditional_requests",
        "a request with If-None-Match by script, cacheable otherwise",
        {
            "no": "may use the HTTP cache as its cache mode says",
            "unless-forced": "is answered from the HTTP cache under `force-cache` only",
            "wholly": "neither uses nor fills the HTTP cache",
        },
        "httpcache-conditional-if-none-match-no-cache",
        more_cases=(
            "httpcache-conditional-xhr-if-none-match",
            "httpcache-conditional-first-if-none-match-unset",
        ),
    ),
    Deviation(
        "http_cache.outlives_methods",
        "unsafe methods that leave what is cached of their URL",
        names,
        "httpcache-unsafe-own-put",
    ),
    Deviation(
        "http_cache.ends_by_cross_origin_requests",
        "a POST to another origin, for what is cached of its URL",
        yes_no("ends it", "leaves it"),
        "httpcache-unsafe-cross-post",
    ),
    Deviation(
        "http_cache.ends_by_whatever_is_not_stored",
        "a POST that fails, a HEAD, or another answer that is not stored, for what is cached of its URL",
        yes_no("ends it", "leaves it"),
        "httpcache-get-post-fails-get",
    ),
    Deviation(
        "http_cache.drops_what_failed",
        "checks that take a response that fails them out of the HTTP cache",
        names,
        "httpcache-cors-fails-then-cors",
    ),
    Deviation(
        "http_cache.background_revalidations_are",
        "what validates in the background is",
        {
            "fetches": "a fetch like the other, with all that redirects lead to",
            "new-loads": "another fetch, if the first succeeded, of what is stale",
            "exchanges": "one request, whose answer is stored unchecked",
        },
        "httpcache-swr2-no-acao-later",
        more_cases=("httpcache-swr2-redirect",),
    ),
    Deviation(
        "freshness.permanent_statuses",
        "answers that stay fresh without saying for how long",
        statuses,
        "httpcache-unmarked-410",
        more_cases=("httpcache-redirect-308-twice",),
    ),
    Deviation(
        "freshness.pragma_counts",
        "`Pragma: no-cache` in an answer beside a max-age",
        yes_no("validated before it is used again", "means nothing"),
        "httpcache-pragma",
    ),
    Deviation(
        "freshness.pragma_of_requests_counts",
        "a request with `Pragma: no-cache` by script, for which there is a cached answer",
        yes_no("is sent", "is answered with that"),
        "httpcache-script-set-pragma",
    ),
    Deviation(
        "freshness.quoted_arguments_count",
        'a lifetime in quotes: `max-age="600"`',
        yes_no("counts", "means nothing"),
        "httpcache-cc-max-age-quoted",
    ),
    Deviation(
        "freshness.fields_of_no_cache_count",
        'a `no-cache="x-a"` that names fields',
        yes_no("validated before it is used again", "means nothing"),
        "httpcache-cc-no-cache-field",
    ),
    Deviation(
        "freshness.immutable_counts",
        "`immutable` under the cache mode no-cache",
        yes_no("used as it is", "validated"),
        "httpcache-immutable-reload",
    ),
    Deviation(
        "freshness.reusable_statuses",
        "statuses of answers that are used again without validation",
        statuses,
        "httpcache-status-404-fresh",
    ),
)
