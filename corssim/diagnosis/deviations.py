"""Where each browser leaves the standard, in words: one entry for each field of a profile."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ..fetch.profiles import BROWSERS, STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..fetch.profile import BrowserProfile


@dataclass(frozen=True, slots=True)
class Deviation:
    """One field of `BrowserProfile`: what it is about, and what each value means.

    `case` is a recorded case that shows it, "" where only a browser's source is known to.
    """

    field: str
    about: str
    means: Mapping[Any, str] | Callable[[Any], str]
    case: str = ""

    def says(self, profile: BrowserProfile) -> str:
        """What happens under this profile, as a phrase."""
        value = getattr(profile, self.field)
        return self.means(value) if callable(self.means) else self.means[value]


def _yes_no(yes: str, no: str) -> Mapping[Any, str]:
    return {True: yes, False: no}


def _names(value: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(value)) or "none"


def _statuses(value: frozenset[int] | None) -> str:
    return "any" if value is None else ", ".join(str(status) for status in sorted(value)) or "none"


def _code(value: str) -> str:
    return f"`{value}`"


def _seconds(value: float) -> str:
    return f"{value:g} s" if value else "not cached"


_TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

DEVIATIONS = (
    # which requests are simple
    Deviation(
        "extra_forbidden_request_headers",
        "headers that script cannot set, beyond the list",
        _names,
        "safelist-set-user-agent",
    ),
    Deviation(
        "extra_safelisted_request_headers",
        "request headers safelisted beyond the list",
        _names,
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
        _yes_no("by the joined value", "value by value"),
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
        _yes_no("unsafe", "safe"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "content_type_parameters_are_strict",
        "`text/plain;;;`",
        _yes_no("not simple", "simple"),
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
        _yes_no("simple", "not simple"),
        "safelist-range-upper-unit",
    ),
    Deviation(
        "range_positions_may_have_a_plus",
        "`Range: bytes=+1-2`",
        _yes_no("simple", "not simple"),
        "safelist-range-plus",
    ),
    Deviation(
        "no_cors_body_keeps_its_content_type",
        "a no-cors body of type application/json",
        _yes_no("says its type", "is sent without a type"),
        "mode-no-cors-body-blob-json",
    ),
    Deviation(
        "upload_listener_needs_a_body",
        "an XHR upload listener without a body",
        _yes_no("no preflight", "preflight"),
        "upload-post-no-body-with-listener",
    ),
    Deviation(
        "upload_listener_counts_if_synchronous",
        "an upload listener of a synchronous XHR",
        _yes_no("preflight", "no preflight"),
        "upload-sync-with-listener",
    ),
    Deviation(
        "request_header_values_are_sent_as_utf8",
        "`é` in a request header is sent as",
        _yes_no("its UTF-8 bytes", "one byte"),
        "safelist-accept-byte-high-e9",
    ),
    Deviation(
        "range_header_is_rewritten",
        "`Range: bytes=000-001` is sent as",
        _yes_no("`bytes=0-1`", "it was set"),
        "safelist-range-zeros",
    ),
    Deviation(
        "worker_xhr_types_are_lower_case",
        "Content-Type of a text that XHR sends in a worker",
        _yes_no("`text/plain;charset=utf-8`", "`text/plain;charset=UTF-8`"),
        "upload-worker",
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
    # the preflight
    Deviation(
        "request_headers_listed_once",
        "Access-Control-Request-Headers, a header given twice",
        _yes_no("listed once", "listed twice"),
        "safelist-two-custom-duplicate",
    ),
    Deviation(
        "preflight_check_order",
        "first check of a preflight to fail is",
        {
            "cors-then-status": "the CORS check, then the status",
            "redirect-then-cors-then-status": "a redirect, the CORS check, then the status",
            "status-then-cors": "the status, then the CORS check",
        },
        "preflight-unmatched-404",
    ),
    Deviation(
        "preflight_waits_for_the_body",
        "a preflight's answer whose body breaks off",
        _yes_no("fails", "counts"),
        "preflight-truncated",
    ),
    Deviation(
        "wildcard_allows_authorization",
        "Authorization under `Access-Control-Allow-Headers: *`",
        _yes_no("allowed", "must be listed"),
        "acah-authorization-star",
    ),
    Deviation(
        "preflight_inherits_cache_mode",
        "Cache-Control of a `no-store` fetch on its preflight",
        _yes_no("sent", "not sent"),
        "wire-option-no-store",
    ),
    Deviation(
        "preflight_after_redirect_sends_page_origin",
        "Origin of a preflight after a cross-origin redirect",
        _yes_no("the page's", "`null`"),
        "redirect-preflighted-307-other-put",
    ),
    Deviation(
        "preflight_once_needed_is_for_every_hop",
        "a redirect that made the request simple",
        _yes_no("preflighted", "not preflighted"),
        "redirect-preflighted-303-from-app-json",
    ),
    Deviation(
        "preflight_after_redirect_precedes_mixed_content_check",
        "a redirect of a preflighted request to plain http",
        _yes_no("is refused after a preflight", "is refused at once"),
        "redirect-preflighted-308-http-downgrade-put",
    ),
    Deviation(
        "preflight_after_redirect_lists",
        "Access-Control-Request-Headers after a redirect",
        {
            "what-is-sent": "what is sent",
            "what-was-asked": "what was asked at first",
        },
        "redirect-preflighted-307-other-authorization",
    ),
    # the CORS-preflight cache
    Deviation("max_age_limit", "Access-Control-Max-Age is at most", _seconds, "pfcache-maxage-cap-7200"),
    Deviation(
        "max_age_is_read_as",
        "Max-Age `+0`",
        {"delta-seconds": "is no number", "64-bit-integer": "is 0, as a signed 64-bit integer"},
        "pfcache-ma-0",
    ),
    Deviation("max_age_unparsable", "Max-Age `abc`, `5s`, or given twice", _seconds, "pfcache-maxage-abc"),
    Deviation("max_age_negative", "Max-Age `-1`", _seconds, "pfcache-maxage-minus0"),
    Deviation(
        "max_age_zero_expires_entries",
        "Max-Age `0` for what is cached",
        _yes_no("ends it", "leaves it"),
        "pfcache-maxage-0-after-600",
    ),
    Deviation(
        "preflight_cache_unit",
        "what a preflight's answer is cached as",
        {"token": "one entry a method or header name", "result": "one whole result, replaced each time"},
        "pfcache-method-from-one-header-from-another",
    ),
    Deviation(
        "preflight_cache_credentials_must_be_equal",
        "a result with credentials serves a request without",
        _yes_no("no", "yes"),
        "pfcache-cred-then-omit",
    ),
    Deviation(
        "preflight_cache_wildcard",
        "a cached `*` covers",
        {"all-but-authorization": "all but Authorization", "all": "everything", "none": "nothing"},
        "pfcache-star-header",
    ),
    Deviation(
        "preflight_cache_drops_results_that_do_not_match",
        "a cached result that does not cover a request",
        _yes_no("is dropped", "stays"),
        "pfcache-failed-preflight-keeps-old",
    ),
    Deviation(
        "preflight_cache_stores_refusals",
        "a preflight's answer that refuses the request",
        _yes_no("is cached", "is not cached"),
        "pfcache-failed-preflight-keeps-old",
    ),
    Deviation(
        "preflight_cache_entry_covers_safelisted_methods",
        "an entry for PUT covers a POST that needs a preflight for its upload listener",
        _yes_no("yes", "no"),
        "upload-put-then-post-listener",
    ),
    Deviation(
        "preflight_cache_must_list_head",
        "what is cached covers HEAD",
        _yes_no("only if Allow-Methods listed it", "like GET"),
        "pfcache-seq-get-header-then-post-header",
    ),
    Deviation(
        "preflight_cache_bypassed_by",
        "cache modes that go past the preflight cache",
        _names,
        "pfcache-cache-mode-second-no-cache",
    ),
    Deviation(
        "preflight_cache_not_filled_by",
        "cache modes that leave nothing in the preflight cache",
        _names,
        "pfcache-cache-mode-first-no-store",
    ),
    Deviation(
        "preflight_cache_stores_opaque_origins",
        "preflights of opaque origins",
        _yes_no("cached", "never cached"),
        "origin-doc-sandbox-twice-preflight-cache",
    ),
    Deviation(
        "preflight_cache_cleared_by",
        "entries are cleared when",
        {
            "failure-after-preflight": "a request that needed a preflight fails",
            "any-failure": "any request to the URL fails",
            "nothing": "never",
        },
        "pfcache-simple-fails-keeps-entry",
    ),
    # redirects
    Deviation(
        "empty_location",
        "a redirect with an empty Location is",
        {"followed": "followed to itself", "returned": "returned", "refused": "an error"},
        "redirect-location-empty-same",
    ),
    Deviation(
        "repeated_location",
        "Location given twice is",
        {"refused": "an error", "same-only": "followed if both are equal", "combined": "followed to the joined value"},
        "redirect-location-twice-same",
    ),
    Deviation(
        "delete_becomes_get_on_cross_origin_redirect",
        "a DELETE redirected to another origin",
        _yes_no("becomes a GET", "stays a DELETE"),
        "redirect-method-to-other-301-delete",
    ),
    Deviation(
        "content_type_returns_on_the_next_redirect",
        "Content-Type of a POST that one redirect made a GET, at the next redirect",
        _yes_no("is sent again", "stays away"),
        "redirect-cookie-set-then-back",
    ),
    Deviation(
        "url_credentials",
        "`https://user:pass@host/` as a subresource or after a redirect",
        {"cors-refused": "refused for CORS only", "refused": "refused"},
        "origin-userinfo-img",
    ),
    Deviation(
        "leaving_the_origin_then_redirecting_needs_credentials_grant",
        "a redirect chain page → api → anywhere, the api's redirect",
        _yes_no("must allow credentials too", "is checked like any"),
        "redirect-app-api-other-reflect",
    ),
    # Accept
    Deviation("document_accept", "Accept of navigations", _code, "wire-cross-site-form-post"),
    Deviation("image_accept", "Accept of images", _code, "wire-cross-site-img"),
    Deviation("font_accept", "Accept of fonts", _code, "wire-cross-site-font"),
    # Origin, Referer, Sec-Fetch-*
    Deviation(
        "origin_header_ignores_referrer_policy",
        "Origin of a no-cors POST under `no-referrer`",
        _yes_no("the page's", "`null`"),
        "wire-referrer-no-referrer",
    ),
    Deviation(
        "origin_header_on_same_origin_cors_loads",
        "Origin on same-origin loads with `crossorigin`",
        _yes_no("sent", "not sent"),
        "element-img-same-origin-anonymous",
    ),
    Deviation(
        "origin_is_null_once_it_left",
        "Origin of a POST that a redirect led from its own origin to another",
        {
            "by-redirect-taint": "the page's",
            "navigations": "`null` on navigations",
            "all-but-cors": "`null` on navigations and no-cors requests",
        },
        "cookie-chain-own-out-back-beacon",
    ),
    Deviation(
        "beacons_say_their_documents_origin",
        "Origin on a beacon of a sandboxed page",
        _yes_no("that of the page's URL", "`null`"),
        "wire-sandbox-beacon",
    ),
    Deviation(
        "origin_header_survives_method_change",
        "Origin after a same-origin redirect from POST to GET",
        _yes_no("kept", "dropped"),
        "redirect-method-same-origin-301-post",
    ),
    Deviation(
        "loopback_is_a_downgrade",
        "Referer from https to http://localhost",
        _yes_no("not sent", "sent: localhost is trustworthy"),
        "wire-referrer-downgrade",
    ),
    Deviation(
        "cross_site_referrer_is_at_most_the_origin",
        "cross-site Referer under `unsafe-url`",
        _yes_no("cut to the origin", "the whole URL"),
        "wire-referrer-page-unsafe-url",
    ),
    Deviation(
        "opaque_documents_have_a_referrer",
        "Referer of sandboxed pages",
        _yes_no("sent", "not sent"),
        "origin-doc-sandbox-to-api",
    ),
    Deviation(
        "blob_documents_have_a_referrer",
        "Referer of blob: pages",
        _yes_no("their origin", "not sent"),
        "origin-doc-blob-to-api",
    ),
    Deviation(
        "srcdoc_documents_have_no_referrer_for",
        "loads of `<iframe srcdoc>` that say no Referer",
        _names,
        "origin-doc-srcdoc-preflight",
    ),
    Deviation(
        "elements_tell_their_documents_url",
        "Referer of elements and forms in sandboxed pages",
        _yes_no("the page's URL", "as for fetch()"),
        "origin-doc-sandbox-img",
    ),
    Deviation(
        "browser_headers_on_cross_origin_redirect",
        "Sec-Fetch-* and Pragma on a cors request redirected to another origin",
        _yes_no("sent", "not sent"),
        "redirect-app-api-reflect",
    ),
    Deviation(
        "fetch_metadata_on_sync_xhr",
        "Sec-Fetch-* on synchronous XHR",
        _yes_no("sent", "not sent"),
        "mode-xhr-sync-ok",
    ),
    Deviation(
        "preflight_metadata_ignores_redirects",
        "Sec-Fetch-Site of a preflight after a redirect looks at",
        _yes_no("its own URL", "the whole chain"),
        "redirect-preflighted-307-back-put",
    ),
    Deviation(
        "redirects_are_same_site_by_domain",
        "Sec-Fetch-Site after a redirect from one port of `localhost` to another",
        _yes_no("`cross-site`", "`same-site`"),
        "redirect-localhost-to-another-port-post",
    ),
    Deviation(
        "preflight_of_null_origin_is_cross_site",
        "Sec-Fetch-Site of a preflight within the site after a redirect made its Origin `null`",
        _yes_no("`cross-site`", "`same-site`"),
        "redirect-put-308-app8443-app-x-trace",
    ),
    Deviation(
        "fetch_mode_on_untrustworthy_preflight",
        "Sec-Fetch-Mode on a preflight over plain http",
        _yes_no("sent", "not sent"),
        "wire-http-cross-put",
    ),
    Deviation(
        "fetch_metadata_knows_no_schemes_of_bare_hosts",
        "Sec-Fetch-Site between http and https of one IP address or localhost",
        _yes_no("`same-site`", "`cross-site`"),
        "corp-hostonly-localhost-up-no-cors",
    ),
    Deviation(
        "navigations_have_a_referrer_before_upgrades",
        "Referer of an iframe whose URL is upgraded to https",
        _yes_no("as for the http URL", "as for the https URL"),
        "mixed-upgrade-iframe",
    ),
    # cookies
    Deviation(
        "cookies_lax_by_default",
        "cookies without SameSite, cross-site",
        _yes_no("not sent (Lax)", "sent"),
        "cookie-cross-site-include",
    ),
    Deviation(
        "cookies_lax_allows_unsafe_for",
        "cookies without SameSite on a cross-site top-level POST",
        lambda value: f"sent for {value:g} s after they were set" if value else "not sent",
        "cookie-top-level-post-at-once",
    ),
    Deviation(
        "cookies_host_prefix_needs_a_path_attribute",
        "`__Host-` cookies set at `/` without Path",
        _yes_no("refused", "accepted"),
        "cookie-attr-host-prefix-nopath",
    ),
    Deviation(
        "cookies_none_requires_secure",
        "SameSite=None without Secure",
        _yes_no("refused", "accepted"),
        "cookie-attr-https-none",
    ),
    Deviation(
        "cookies_same_site_is_schemeful",
        "http and https of one host are for cookies",
        _yes_no("two sites", "one site"),
        "cookie-scheme-http-page-fetch-https",
    ),
    Deviation(
        "cookies_same_site_asks_only_the_top_level_page",
        "SameSite cookies in sandboxed documents",
        _yes_no("sent within the top-level page's site", "withheld"),
        "cookie-sandbox-own-include",
    ),
    Deviation(
        "cookies_same_site_counts_redirects",
        "SameSite cookies after a redirect through another site",
        _yes_no("withheld", "sent"),
        "cookie-redirect-app-api-app",
    ),
    Deviation(
        "cookies_same_site_is_set_cross_site",
        "SameSite=Strict or Lax in the answer to a cross-site fetch",
        _yes_no("stored", "refused"),
        "cookie-attr-set-by-fetch-strict",
    ),
    Deviation(
        "cookies_with_a_new_value_start_anew",
        "the age of a cookie that is set again with another value",
        _yes_no("counts from then", "counts from the first time"),
        "cookie-top-level-post-set-again-late",
    ),
    Deviation(
        "cookies_last_for",
        "a cookie with Max-Age and Expires lives by",
        {"max-age-then-expires": "Max-Age", "the-last-given": "the one given last"},
        "cookie-lifetime-max-age-then-past",
    ),
    Deviation(
        "supports_partitioned_cookies",
        "`Partitioned` cookies",
        _yes_no("kept apart", "like any"),
        "cookie-attr-https-partitioned",
    ),
    Deviation("third_party_cookies", "third-party cookies (a setting)", {"allow": "allowed", "block": "blocked"}),
    Deviation(
        "cookies_prefixes_bind",
        "what `__Secure-` and `__Host-` promise of a cookie",
        _yes_no("must hold", "is not looked at"),
        "cookie-line-secure-prefix-not-same-site",
    ),
    Deviation(
        "cookies_may_hold_tabs",
        "a cookie with a tab in its name or value",
        _yes_no("stored", "refused"),
        "cookie-line-tab-in-value",
    ),
    Deviation(
        "cookies_trust_loopback",
        "Secure cookies on http://localhost",
        _yes_no("set and sent", "refused"),
        "cookie-localhost-port-put",
    ),
    # policies beside CORS
    Deviation(
        "localhost_is_mixed_content",
        "fetch of http://localhost from an https page",
        _yes_no("mixed content", "allowed"),
        "mixed-localhost",
    ),
    Deviation(
        "mixed_images_of_ip_addresses_load",
        "image at an http IP address on an https page",
        _yes_no("loaded", "blocked"),
        "mixed-img-ip",
    ),
    Deviation(
        "cross_origin_response_urls_hide_credentials",
        "user and password in responseURL, cross-origin",
        _yes_no("left out", "shown"),
        "origin-userinfo-xhr-cred-user-pass",
    ),
    Deviation(
        "upgraded_responses_keep_their_url",
        "`response.url` after upgrade-insecure-requests",
        _yes_no("the http URL", "the https URL"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "upgrade_insecure_requests_redirects",
        "upgrade-insecure-requests is",
        _yes_no("a redirect (type cors, redirected)", "no redirect"),
        "mixed-upgrade-own",
    ),
    Deviation(
        "supports_credentialless",
        "`Cross-Origin-Embedder-Policy: credentialless`",
        _yes_no("known", "ignored"),
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
        _yes_no("refused", "sent"),
        "beacon-big",
    ),
    Deviation(
        "beacons_drop_types_that_are_no_mime_type",
        "a beacon of a Blob whose type is `bad`",
        _yes_no("says no type: no preflight", "says it: preflight"),
        "beacon-blob-typed-bad",
    ),
    Deviation(
        "about_blank_is_fetched",
        "fetch of about:blank, no-cors",
        _yes_no("an opaque response", "an error"),
        "mode-scheme-no-cors-about-blank",
    ),
    Deviation(
        "data_url_has_content_length",
        "Content-Length of data: URLs in fetch()",
        _yes_no("there", "absent"),
        "mode-scheme-data",
    ),
    Deviation(
        "xhr_spells_data_url_headers_as_written",
        "header names of a data: URL in XMLHttpRequest",
        _yes_no("`Content-Type`", "`content-type`"),
        "mode-data-xhr",
    ),
    Deviation(
        "stylesheets_of_other_types_fire_load",
        "a stylesheet served as text/plain fires",
        _yes_no("load, without effect", "error"),
        "orb-css-text-livescript",
    ),
    Deviation(
        "mutes_errors_of_opaque_scripts",
        "errors of a cross-origin script without `crossorigin`",
        _yes_no("muted", "readable"),
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
        "csp_blocked_beacon_returns",
        "sendBeacon() stopped by CSP returns",
        _yes_no("true", "false"),
        "csp-connect-self-beacon",
    ),
    Deviation(
        "preload_failure_is_an_error",
        "a preload that fails its CORS check fires",
        _yes_no("error", "load"),
        "element-preload-fetch-anonymous-none",
    ),
    Deviation(
        "preloads_that_do_not_match_are_dropped",
        "a preload that was looked at and did not match",
        _yes_no("is dropped", "waits on"),
        "element-preload-fetch-use-credentials-none",
    ),
    Deviation(
        "preloads_serve_event_sources",
        "a preload as=fetch serves an EventSource",
        _yes_no("yes", "no"),
        "element-preload-fetch-anonymous-then-es",
    ),
    Deviation(
        "preloads_serve_modules",
        "a preload as=script serves a module",
        _yes_no("yes", "no"),
        "element-preload-script-then-module",
    ),
    Deviation(
        "failed_preloads_are_fetched_anew",
        "preloads that failed and are fetched anew when they are used",
        _names,
        "element-preload-script-404-then-script",
    ),
    Deviation(
        "preloads_serve_elements_of_any_mode",
        "a preload serves an element of another CORS mode",
        _yes_no("yes", "no"),
        "element-preload-font-anonymous-exact-then",
    ),
    Deviation(
        "same_site_policy_excludes_ip_addresses",
        "`Cross-Origin-Resource-Policy: same-site` between ports of one IP address",
        _yes_no("blocked", "allowed"),
        "corp-link-stylesheet-ip-same-site",
    ),
    Deviation(
        "unknown_resource_policies_satisfy_embedders",
        "Cross-Origin-Resource-Policy with an unknown value under `require-corp`",
        _yes_no("allowed", "blocked"),
        "coep-unknown-bogus-no-cors",
    ),
    Deviation(
        "image_bytes_outweigh_svg_types",
        "an image by its bytes with the type image/svg+xml",
        _yes_no("shown", "an error: it is no SVG"),
        "orb-img-image-svg-xml-is-gif-nosniff",
    ),
    Deviation(
        "bad_port_beacon_returns",
        "sendBeacon() to a blocked port returns",
        _yes_no("true", "false"),
        "beacon-url-port-25",
    ),
    # what caches on the way are told
    Deviation(
        "form_posts_revalidate",
        "Cache-Control on a POST of a form",
        _yes_no("`max-age=0`", "not sent"),
        "wire-cross-site-form-post",
    ),
    Deviation("beacons_revalidate", "Cache-Control on a beacon", _yes_no("`max-age=0`", "not sent"), "beacon-none"),
    Deviation(
        "credentialless_loads_bypass_caches",
        "Cache-Control on no-cors loads of a credentialless page from elsewhere",
        _yes_no("`no-cache`", "not sent"),
        "coep-credentialless-img-none",
    ),
    Deviation(
        "event_sources_set_cache_control",
        "Cache-Control of EventSource after a redirect to another origin",
        _yes_no("the first request's", "by the cache mode"),
        "redirect-element-eventsource-none-to-other",
    ),
    # the HTTP cache
    Deviation(
        "http_cache_is_partitioned",
        "the HTTP cache is divided by top-level site",
        _yes_no("yes", "no"),
        "httpcache-sandbox-then-normal",
    ),
    Deviation(
        "http_cache_keyed_by_credentials",
        "answers with and without credentials are cached",
        _yes_no("apart", "together"),
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
        _yes_no("not sent", "as for fetch()"),
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
        _yes_no("stored", "not stored"),
        "httpcache-status-401",
    ),
    Deviation(
        "http_cache_keeps_what_failed_the_cors_check",
        "a response that failed its CORS check stays in the HTTP cache",
        _yes_no("yes", "no"),
        "httpcache-cors-fails-then-cors",
    ),
    Deviation(
        "http_cache_keeps_elements_apart",
        "what an element loaded serves a fetch() out of the HTTP cache, and the other way round",
        _yes_no("no", "yes"),
        "httpcache-font-then-fetch",
    ),
    Deviation(
        "http_cache_outlives_methods",
        "unsafe methods that leave what is cached of their URL",
        _names,
        "httpcache-unsafe-own-put",
    ),
    Deviation(
        "http_cache_ends_by_cross_origin_requests",
        "a POST to another origin, for what is cached of its URL",
        _yes_no("ends it", "leaves it"),
        "httpcache-unsafe-cross-post",
    ),
    Deviation(
        "http_cache_answers_head",
        "the cached answer of a GET serves a HEAD",
        _yes_no("yes", "no"),
        "httpcache-get-then-head",
    ),
    Deviation(
        "http_cache_permanent_statuses",
        "answers that stay fresh without saying for how long",
        _statuses,
        "httpcache-unmarked-410",
    ),
    Deviation(
        "http_cache_heeds_pragma_of_responses",
        "`Pragma: no-cache` in an answer beside a max-age",
        _yes_no("validated before it is used again", "means nothing"),
        "httpcache-pragma",
    ),
    Deviation(
        "http_cache_heeds_immutable",
        "`immutable` under the cache mode no-cache",
        _yes_no("used as it is", "validated"),
        "httpcache-immutable-reload",
    ),
    Deviation(
        "http_cache_reuses_only",
        "statuses of answers that are used again without validation",
        _statuses,
        "httpcache-status-404-fresh",
    ),
    Deviation(
        "http_cache_stores_only",
        "statuses of answers that are stored",
        _statuses,
        "httpcache-status-500-fresh",
    ),
    # reading responses
    Deviation("reset_content_has_a_body", "the body of a 205", _yes_no("readable", "dropped"), "check-status-205"),
    Deviation(
        "drops_empty_repeated_headers",
        "an empty repeat of a response header",
        _yes_no("dropped", "joined"),
        "expose-duplicate-response-headers",
    ),
    # the network
    Deviation(
        "retries_of_dropped_connections",
        "a GET whose connection is dropped is tried again",
        lambda value: f"{value} times" if value else "never",
        "check-net-closed",
    ),
    Deviation(
        "refuses_proxy_authentication_without_a_proxy",
        "status 407 where there is no proxy",
        _yes_no("an error", "returned"),
        "check-status-407",
    ),
    Deviation("same_origin_ignores_port", "the port in same origin", _yes_no("ignored", "counts")),
)
"""Every field that changes what a browser does. `name`, `user_agent` and `console` only say who it is."""

IDENTITY_FIELDS = frozenset({"name", "user_agent", "console"})


def undescribed_fields() -> set[str]:
    """Fields of a profile without an entry above; a test wants none."""
    described = {deviation.field for deviation in DEVIATIONS}
    return {field.name for field in fields(STANDARD)} - described - IDENTITY_FIELDS


def deviations_table() -> str:
    """The Markdown table of every place where a browser leaves the text, made from the profiles."""
    lines = [
        "| | standard | " + " | ".join(_TITLES[name] for name in BROWSERS) + " |",
        "|---|---|" + "---|" * len(BROWSERS),
    ]
    for deviation in DEVIATIONS:
        by_text = deviation.says(STANDARD)
        said = [deviation.says(profile) for profile in BROWSERS.values()]
        if all(phrase == by_text for phrase in said):
            continue
        cells = [phrase if phrase != by_text else "" for phrase in said]
        lines.append(f"| {deviation.about} | {by_text} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
