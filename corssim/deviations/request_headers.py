"""The headers that browsers add to a request."""

from __future__ import annotations

from .deviation import Deviation, code, names, yes_no

REQUEST_HEADERS = (
    Deviation("languages.accepted", "the languages that a browser is wanted in, if nothing is set", code, "lang-fetch"),
    Deviation(
        "languages.weights",
        "the weights in Accept-Language",
        {"tenths": "0.9, 0.8, … 0.1", "by-number": "in steps of 0.10, 0.05 (from ten languages) or 0.01 (from twenty)"},
        "lang-three",
        more_cases=("lang-twelve",),
    ),
    Deviation(
        "languages.bare_ones_are_added",
        "a language of a region (`en-US`)",
        yes_no("is followed by itself without one (`en`)", "stands alone"),
        "lang-fetch",
    ),
    Deviation(
        "languages.said_by_preflights", "Accept-Language of preflights", yes_no("said", "not said"), "lang-preflight"
    ),
    Deviation("request_headers.document_accept", "Accept of navigations", code, "wire-cross-site-form-post"),
    Deviation("request_headers.image_accept", "Accept of images", code, "wire-cross-site-img"),
    Deviation("request_headers.font_accept", "Accept of fonts", code, "wire-cross-site-font"),
    Deviation("request_headers.video_accept", "Accept of <video>", code, "wire-cross-site-video"),
    Deviation("request_headers.audio_accept", "Accept of <audio>", code, "wire-cross-site-audio"),
    Deviation(
        "request_headers.values_are_sent_as_utf8",
        "`é` in a request header is sent as",
        yes_no("its UTF-8 bytes", "one byte"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "request_headers.range_is_rewritten",
        "`Range: bytes=000-001` is sent as",
        yes_no("`bytes=0-1`", "it was set"),
        "safelist-range-zeros",
    ),
    Deviation(
        "request_headers.browsers_own_survive_cross_origin_redirects",
        "Sec-Fetch-* and Pragma on a cors request redirected to another origin",
        yes_no("sent", "not sent"),
        "redirect-app-api-reflect",
    ),
    Deviation(
        "request_headers.origin_ignores_referrer_policy",
        "Origin of a no-cors POST under `no-referrer`",
        yes_no("the page's", "`null`"),
        "wire-referrer-no-referrer",
    ),
    Deviation(
        "request_headers.default_policy_hides_origin",
        "Origin of a form over http, from an https page without a referrer policy",
        yes_no("`null`", "the page's"),
        "cookie-scheme-https-page-form-to-http",
    ),
    Deviation(
        "request_headers.origin_on_same_origin_cors_loads",
        "Origin on same-origin loads with `crossorigin`",
        yes_no("sent", "not sent"),
        "element-img-same-origin-anonymous",
    ),
    Deviation(
        "request_headers.origin_is_null_once_it_left",
        "Origin of a POST that a redirect led from its own origin to another",
        {
            "by-redirect-taint": "the page's",
            "navigations": "`null` on navigations",
            "all-but-cors": "`null` on navigations and no-cors requests",
        },
        "cookie-chain-own-out-back-beacon",
        more_cases=("redirect-origin-own-out-307-form",),
    ),
    Deviation(
        "request_headers.beacons_say_their_documents_origin",
        "Origin on a beacon of a sandboxed page",
        yes_no("that of the page's URL", "`null`"),
        "wire-sandbox-beacon",
    ),
    Deviation(
        "request_headers.origin_survives_method_change",
        "Origin after a same-origin redirect from POST to GET",
        yes_no("kept", "dropped"),
        "redirect-method-same-origin-301-post",
    ),
    Deviation(
        "fetch_metadata.on_sync_xhr",
        "Sec-Fetch-* on synchronous XHR",
        yes_no("sent", "not sent"),
        "mode-xhr-sync-ok",
    ),
    Deviation(
        "fetch_metadata.of_preflights_ignores_redirects",
        "Sec-Fetch-Site of a preflight after a redirect looks at",
        yes_no("its own URL", "the whole chain"),
        "redirect-preflighted-307-back-put",
    ),
    Deviation(
        "fetch_metadata.redirects_are_same_site_by_domain",
        "Sec-Fetch-Site after a redirect from one port of `localhost` to another",
        yes_no("`cross-site`", "`same-site`"),
        "redirect-localhost-to-another-port-post",
    ),
    Deviation(
        "fetch_metadata.preflight_of_null_origin_is_cross_site",
        "Sec-Fetch-Site of a preflight within the site after a redirect made its Origin `null`",
        yes_no("`cross-site`", "`same-site`"),
        "redirect-put-308-app8443-app-x-trace",
    ),
    Deviation(
        "fetch_metadata.knows_no_schemes_of_bare_hosts",
        "Sec-Fetch-Site between http and https of one IP address or localhost",
        yes_no("`same-site`", "`cross-site`"),
        "corp-hostonly-localhost-up-no-cors",
    ),
    Deviation(
        "fetch_metadata.mode_on_untrustworthy_preflight",
        "Sec-Fetch-Mode on a preflight over plain http",
        yes_no("sent", "not sent"),
        "wire-http-cross-put",
    ),
    Deviation(
        "fetch_metadata.storage_access_on",
        "Sec-Fetch-Storage-Access goes with",
        {
            "nothing": "nothing",
            "requests": "third parties' requests with credentials",
            "what-is-restricted": "those and their preflights, where their cookies are restricted",
        },
        "state-cross-site-fetch-put",
    ),
    Deviation(
        "fetch_metadata.storage_access_from_workers",
        "Sec-Fetch-Storage-Access of workers' requests",
        yes_no("sent", "not sent"),
        "state-worker",
    ),
    Deviation(
        "fetch_metadata.storage_access_survives_tainting_redirects",
        "Sec-Fetch-Storage-Access after a redirect from one third party to another",
        yes_no("sent", "not sent"),
        "state-redirect-third-third",
    ),
    Deviation(
        "referrers.loopback_is_a_downgrade",
        "Referer from https to http://localhost, and from there to http",
        yes_no("not sent; sent", "sent; not sent: localhost is trustworthy"),
        "wire-referrer-downgrade",
    ),
    Deviation(
        "referrers.cross_site_is_at_most_the_origin",
        "cross-site Referer under `unsafe-url`",
        yes_no("cut to the origin", "the whole URL"),
        "wire-referrer-page-unsafe-url",
    ),
    Deviation(
        "referrers.opaque_documents_have_one",
        "Referer of sandboxed pages",
        yes_no("sent", "not sent"),
        "origin-doc-sandbox-to-api",
    ),
    Deviation(
        "referrers.blob_documents_have_one",
        "Referer of blob: pages",
        yes_no("their origin", "not sent"),
        "origin-doc-blob-to-api",
    ),
    Deviation(
        "referrers.none_from",
        "environments whose requests say no Referer",
        lambda value: ", ".join(f"`{api}` in a {kind}" for kind, api in sorted(value)) or "none",
        "origin-doc-srcdoc-preflight",
    ),
    Deviation(
        "referrers.workers_inherit_the_policy",
        "a worker's script without Referrer-Policy has",
        yes_no("its page's", "none"),
        "eventsource-page-worker-no-referrer-api",
    ),
    Deviation(
        "referrers.elements_tell_their_documents_url",
        "Referer of elements and forms in sandboxed pages",
        yes_no("the page's URL", "as for fetch()"),
        "origin-doc-sandbox-img",
    ),
    Deviation(
        "referrers.navigations_have_one_before_upgrades",
        "Referer of an iframe whose URL is upgraded to https",
        yes_no("as for the http URL", "as for the https URL"),
        "mixed-upgrade-iframe",
    ),
    Deviation(
        "cache_control.conditional_requests_use",
        "If-None-Match set by script makes the cache mode",
        {"no-store": "no-store", "no-cache": "no-cache"},
        "safelist-name-if-none-match",
    ),
    Deviation(
        "cache_control.conditional_requests_say_nothing_from",
        "who sends If-None-Match of its own without Cache-Control",
        names,
        "httpcache-conditional-xhr-if-none-match",
        more_cases=("kind-cond-w-if-none-match",),
    ),
    Deviation(
        "cache_control.form_posts_revalidate",
        "Cache-Control on a POST of a form",
        yes_no("`max-age=0`", "not sent"),
        "wire-cross-site-form-post",
    ),
    Deviation(
        "cache_control.beacons_revalidate",
        "Cache-Control on a beacon",
        yes_no("`max-age=0`", "not sent"),
        "beacon-none",
    ),
    Deviation(
        "cache_control.background_revalidations_set_it",
        "Cache-Control where `stale-while-revalidate` validates in the background",
        yes_no("`max-age=0`", "not sent"),
        "httpcache-swr-etag",
    ),
    Deviation(
        "cache_control.credentialless_loads_bypass_caches",
        "Cache-Control on no-cors loads of a credentialless page from elsewhere",
        yes_no("`no-cache`", "not sent"),
        "coep-credentialless-img-none",
    ),
    Deviation(
        "cache_control.event_sources_set_it",
        "Cache-Control of EventSource after a redirect to another origin",
        yes_no("the first request's", "by the cache mode"),
        "redirect-element-eventsource-none-to-other",
    ),
)
