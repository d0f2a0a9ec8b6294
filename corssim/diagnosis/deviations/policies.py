"""The policies beside CORS, and what becomes of elements, beacons, preloads and data: URLs."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

POLICIES = (
    Deviation(
        "localhost_is_mixed_content",
        "fetch of http://localhost from an https page",
        yes_no("mixed content", "allowed"),
        "mixed-localhost",
    ),
    Deviation(
        "mixed_images_of_ip_addresses_load",
        "image at an http IP address on an https page",
        yes_no("loaded", "blocked"),
        "mixed-img-ip",
    ),
    Deviation(
        "cross_origin_response_urls_hide_credentials",
        "user and password in responseURL, cross-origin",
        yes_no("left out", "shown"),
        "origin-userinfo-xhr-cred-user-pass",
    ),
    Deviation(
        "same_origin_mode_ignores_upgrades",
        "mode same-origin for the page's own host by http, under upgrade-insecure-requests",
        yes_no("an error", "allowed"),
        "mixed-upgrade-own-same-origin",
    ),
    Deviation(
        "upgraded_responses_keep_their_url",
        "`response.url` after upgrade-insecure-requests",
        yes_no("the http URL", "the https URL"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "upgrades_are_redirects",
        "an upgrade from http to https is",
        yes_no("a redirect (type cors, redirected)", "no redirect"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "supports_credentialless",
        "`Cross-Origin-Embedder-Policy: credentialless`",
        yes_no("known", "ignored"),
        "coep-credentialless-img-none",
    ),
    Deviation(
        "opaque_response_blocking",
        "no-cors images and scripts that are really HTML, JSON …",
        {
            "none": "delivered to the element",
            "sniffing": "blocked by type and first bytes",
            "script-parsing": "blocked unless media or JavaScript",
        },
        "orb-img-text-html-nosniff",
    ),
    Deviation(
        "integrity_hashes_are_compared",
        "integrity: a hash without its `=`",
        {
            "as-written": "does not match",
            "padding-optional": "matches; what is no base64 is passed over",
            "padding-ignored": "matches, as does one with too many; what is no base64 is passed over",
        },
        "mode-integrity-hash-unpadded",
    ),
    Deviation("font_mode", "mode of font loads", {"cors": "cors", "no-cors": "no-cors"}, "element-font-none"),
    Deviation(
        "beacons_have_the_keepalive_limit",
        "a beacon over 64 KiB",
        yes_no("refused", "sent"),
        "beacon-big",
    ),
    Deviation(
        "beacons_drop_types_that_are_no_mime_type",
        "a beacon of a Blob whose type is `bad`",
        yes_no("says no type: no preflight", "says it: preflight"),
        "beacon-blob-typed-bad",
    ),
    Deviation(
        "about_blank_is_fetched",
        "fetch of about:blank, no-cors",
        yes_no("an opaque response", "an error"),
        "mode-scheme-no-cors-about-blank",
    ),
    Deviation(
        "data_url_has_content_length",
        "Content-Length of data: URLs in fetch()",
        yes_no("there", "absent"),
        "mode-scheme-data",
    ),
    Deviation(
        "xhr_spells_data_url_headers_as_written",
        "header names of a data: URL in XMLHttpRequest",
        yes_no("`Content-Type`", "`content-type`"),
        "mode-data-xhr",
    ),
    Deviation(
        "stylesheets_of_other_types_fire_load",
        "a stylesheet served as text/plain fires",
        yes_no("load, without effect", "error"),
        "orb-css-text-livescript",
    ),
    Deviation(
        "mutes_errors_of_opaque_scripts",
        "errors of a cross-origin script without `crossorigin`",
        yes_no("muted", "readable"),
        "element-script-absent-star",
    ),
    Deviation(
        "timing_of_failed_fetches",
        "Resource Timing of a fetch that failed its CORS check",
        {
            "by-the-last-check": "by the last TAO check",
            "by-the-refused-response": "by the TAO check of what was refused",
            "hidden": "without details",
            "absent": "no entry",
        },
        "tao-img-none",
    ),
    Deviation(
        "csp_websocket_sources_match_http",
        "`wss:` and `ws:` in a CSP, for https and http URLs",
        yes_no("match", "do not match"),
        "csp-connect-scheme-wss",
    ),
    Deviation(
        "csp_star_takes_a_port",
        "`*:443` in a CSP",
        yes_no("matches any host on that port", "matches nothing"),
        "csp-connect-host-star-443",
    ),
    Deviation(
        "csp_star_covers_data_images",
        "`img-src *`, for an image in a data: URL",
        yes_no("matches", "does not match"),
        "csp-data-img",
    ),
    Deviation(
        "csp_port_80_matches_443",
        "port 80 in a CSP, for https on its own port",
        {"no": "does not match", "when-upgraded": "matches if the source says http", "always": "matches"},
        "csp-connect-host-http-api-example-80",
    ),
    Deviation(
        "csp_form_action_stops_redirects",
        "a form redirected to what `form-action` does not list",
        yes_no("stopped", "goes there"),
        "csp-form-action-self-redirect",
    ),
    Deviation(
        "blocked_frames_stay_as_they_are_by",
        "checks beside form-action that leave a frame without an error page, and without load",
        names,
        "csp-form-frame-self",
    ),
    Deviation(
        "timing_of_requests_never_sent",
        "Resource Timing of a request that a policy stopped",
        {
            "as-failed": "as if it had failed",
            "absent": "no entry",
            "absent-if-csp-stops-fetch": "no entry for fetch() under CSP",
        },
        "csp-connect-self-timing",
    ),
    Deviation(
        "stylesheets_stay_in_their_document",
        "a second `<link rel=stylesheet>` of one URL, whatever the first answer says of caches",
        yes_no("is not asked for", "is asked for"),
        "httpcache-document-link-stylesheet-no-store",
    ),
    Deviation(
        "images_are_available_by",
        "a second image is not asked for, whatever the first answer says of caches, if it has",
        {
            "url-and-cors-mode": "the same URL and `crossorigin`",
            "url": "the same `crossorigin` and the URL, but for the fragment, that was loaded last that way",
        },
        "httpcache-document-img-anonymous-no-store",
    ),
    Deviation(
        "new_iframes_load_though_blocked",
        "an iframe to http on an https page",
        yes_no("fires load", "does not"),
        "mixed-iframe",
    ),
    Deviation(
        "failed_modules_are_fetched_anew",
        "a module that failed, for a second `<script type=module>`",
        yes_no("is fetched anew", "has failed"),
        "httpcache-document-module-404-twice",
    ),
    Deviation(
        "csp_blocked_beacon_returns",
        "sendBeacon() stopped by CSP returns",
        yes_no("true", "false"),
        "csp-connect-self-beacon",
    ),
    Deviation(
        "preload_failure_is_an_error",
        "a preload that fails its CORS check fires",
        yes_no("error", "load"),
        "element-preload-fetch-anonymous-none",
    ),
    Deviation(
        "preloads_that_do_not_match_are_dropped",
        "a preload that was looked at and did not match",
        yes_no("is dropped", "waits on"),
        "element-preload-fetch-use-credentials-none",
    ),
    Deviation(
        "preloads_serve_event_sources",
        "a preload as=fetch serves an EventSource",
        yes_no("yes", "no"),
        "element-preload-fetch-anonymous-then-es",
    ),
    Deviation(
        "preloads_serve_modules",
        "a preload as=script serves a module",
        yes_no("yes", "no"),
        "element-preload-script-then-module",
    ),
    Deviation(
        "failed_preloads_are_fetched_anew",
        "preloads that failed and are fetched anew when they are used",
        names,
        "element-preload-script-404-then-script",
    ),
    Deviation(
        "preloads_serve_elements_of_any_mode",
        "a preload serves an element of another CORS mode",
        yes_no("yes", "no"),
        "element-preload-font-anonymous-exact-then",
    ),
    Deviation(
        "same_site_policy_excludes_ip_addresses",
        "`Cross-Origin-Resource-Policy: same-site` between ports of one IP address",
        yes_no("blocked", "allowed"),
        "corp-link-stylesheet-ip-same-site",
    ),
    Deviation(
        "unknown_resource_policies_satisfy_embedders",
        "Cross-Origin-Resource-Policy with an unknown value under `require-corp`",
        yes_no("allowed", "blocked"),
        "coep-unknown-bogus-no-cors",
    ),
    Deviation(
        "image_bytes_outweigh_svg_types",
        "an image by its bytes with the type image/svg+xml",
        yes_no("shown", "an error: it is no SVG"),
        "orb-img-image-svg-xml-is-gif-nosniff",
    ),
    Deviation(
        "bad_port_beacon_returns",
        "sendBeacon() to a blocked port returns",
        yes_no("true", "false"),
        "beacon-url-port-25",
    ),
)
