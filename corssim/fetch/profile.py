"""What makes one browser differ from the standard, as data.

`BrowserProfile()` with its defaults is the text of the Fetch Standard. Every field is one deviation; the comment
beside it names a recorded case that shows it (see the README's table, made from these fields).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""

PartialContent = Literal["no", "unasked", "by-range", "from-the-whole"]
"""Which answers with status 206 are stored: none, those to requests without a Range, or all, each by its Range.

"from-the-whole" stores none, but a stored whole answers requests with a Range, and may come from one.
"""

_SECONDS_A_DAY = 86400
_DOCUMENT_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_IMAGE_ACCEPT = "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class BrowserProfile:
    """One browser's limits and named deviations. The defaults follow the standard (commit 586cd2a, July 2026)."""

    name: str = "standard"
    user_agent: str = "Mozilla/5.0 (compatible; corssim)"
    console: Literal["none", "chromium", "firefox", "webkit"] = "none"  # whose console lines; check-acao-missing

    # --- origins -------------------------------------------------------------------------------------------------
    same_origin_ignores_port: bool = False  # historic: Internet Explorer

    # --- URLs ----------------------------------------------------------------------------------------------------
    percent_encoding: Literal["as-parsed", "pipes-too", "normalized"] = (
        "as-parsed"  # in paths, in queries; origin-url-pipe, origin-url-query-dot-encoded
    )

    # --- which requests are simple -------------------------------------------------------------------------------
    extra_forbidden_request_headers: frozenset[str] = frozenset()  # safelist-set-user-agent
    extra_safelisted_request_headers: frozenset[str] = frozenset()  # safelist-name-downlink
    safelisted_values_total: int | None = 1024  # bytes; safelist-total-1024
    repeated_request_headers_combine: bool = False  # safelist-total-1024
    repeated_content_type: Literal["combined", "first"] = "combined"  # safelist-ct-twice
    bytes_above_ascii_are_unsafe: bool = False  # safelist-accept-byte-high-e9
    content_type_parameters_are_strict: bool = False  # safelist-ct-plain-semicolons
    largest_range_position: int | None = None  # bytes; safelist-range-big
    range_unit_ignores_case: bool = False  # safelist-range-upper-unit
    range_positions_may_have_a_plus: bool = False  # safelist-range-plus
    no_cors_body_keeps_its_content_type: bool = False  # mode-no-cors-body-blob-json
    upload_listener_needs_a_body: bool = False  # upload-post-no-body-with-listener
    upload_listener_counts_if_synchronous: bool = True  # upload-sync-with-listener
    request_header_values_are_sent_as_utf8: bool = False  # safelist-accept-byte-high-e9
    range_header_is_rewritten: bool = False  # safelist-range-zeros
    worker_xhr_types_are_lower_case: bool = False  # upload-worker
    blob_types_are_checked_by: frozenset[str] = frozenset()  # APIs; safelist-blob-xhr-0-bad, beacon-blob-typed-bad
    blob_types_are_checked_for: Literal["mime-type", "content-type-grammar"] = (
        "mime-type"  # safelist-blob-xhr-6-text-plain
    )
    stream_body: Literal["sent", "needs-http2", "as-text", "refused"] = "sent"  # safelist-body-stream

    # --- the preflight -------------------------------------------------------------------------------------------
    request_headers_listed_once: bool = True  # safelist-two-custom-duplicate
    preflight_check_order: Literal["cors-then-status", "redirect-then-cors-then-status", "status-then-cors"] = (
        "cors-then-status"  # the console tells; preflight-order-acao-missing-302, preflight-unmatched-404
    )
    preflight_waits_for_the_body: bool = False  # preflight-truncated
    forced_preflight_allows_its_method: bool = True  # upload-seq-put-listener-then-put-listener-no-acam
    wildcard_allows_authorization: bool = False  # acah-authorization-star
    preflight_inherits_cache_mode: bool = False  # wire-option-no-store (Cache-Control)
    preflight_after_redirect_sends_page_origin: bool = False  # redirect-preflighted-307-other-put
    preflight_once_needed_is_for_every_hop: bool = False  # redirect-preflighted-303-from-app-json
    preflight_after_redirect_precedes_mixed_content_check: bool = False  # redirect-preflighted-308-http-downgrade-put
    preflight_after_redirect_lists: Literal["what-is-sent", "what-was-asked"] = (
        "what-is-sent"  # redirect-preflighted-307-other-authorization
    )
    beacons_repeat_their_preflight: bool = False  # on every hop; beacon-json-hop-303-app-end

    # --- the CORS-preflight cache --------------------------------------------------------------------------------
    max_age_limit: int = _SECONDS_A_DAY  # seconds; pfcache-maxage-cap-7200
    max_age_is_read_as: Literal["delta-seconds", "64-bit-integer"] = "delta-seconds"  # pfcache-ma-0
    max_age_white_space: str = ""  # around the number, passed over; pfcache-maxage-vt-0
    max_age_unparsable: int = 5  # seconds; pfcache-maxage-abc
    max_age_negative: int = 5  # seconds; pfcache-maxage-minus0
    max_age_zero_expires_entries: bool = True  # pfcache-maxage-0-after-600
    preflight_cache_unit: Literal["token", "result"] = "token"  # pfcache-method-from-one-header-from-another
    preflight_cache_credentials_must_be_equal: bool = False  # pfcache-cred-then-omit
    preflight_cache_wildcard: Literal["all-but-authorization", "all", "none"] = (
        "all-but-authorization"  # pfcache-star-header
    )
    preflight_cache_wildcard_is_literal: Literal["never", "stored-with-credentials", "asked-with-credentials"] = (
        "never"  # pfcache-star-cred-method-put-x-aincludeinclude
    )
    preflight_cache_longest_url: int | None = None  # characters; pfcache-long-url-1100
    preflight_cache_drops_results_that_do_not_match: bool = False  # pfcache-failed-preflight-keeps-old
    preflight_cache_stores_refusals: bool = False  # pfcache-failed-preflight-keeps-old
    preflight_cache_entry_covers_safelisted_methods: bool = False  # upload-put-then-post-listener
    preflight_cache_must_list_head: bool = False  # pfcache-seq-get-header-then-post-header
    preflight_cache_bypassed_by: frozenset[str] = frozenset()  # cache modes; pfcache-cache-mode-second-no-cache
    preflight_cache_not_filled_by: frozenset[str] = frozenset()  # cache modes; pfcache-cache-mode-first-no-store
    preflight_cache_of_opaque_origins: Literal["shared", "one-each", "none"] = (
        "shared"  # origin-doc-sandbox-twice-preflight-cache, pfcache-null-srcdoc-sandbox-page-again
    )
    preflight_cache_cleared_by: Literal["failure-after-preflight", "any-failure", "nothing"] = (
        "failure-after-preflight"  # pfcache-simple-fails-keeps-entry
    )

    # --- redirects -----------------------------------------------------------------------------------------------
    empty_location: Literal["followed", "returned", "refused"] = "followed"  # redirect-location-empty-same
    repeated_location: Literal["refused", "same-only", "combined"] = "refused"  # redirect-location-twice-same
    redirect_statuses: frozenset[int] = REDIRECT_STATUSES  # redirect-status-309-cross
    redirect_mode_error_needs_a_location: bool = False  # redirect-mode-error-no-location
    redirect_mode_manual_parses_location: bool = False  # redirect-mode-manual-invalid-location
    location_is_read_as: Literal[
        "utf-8-or-latin-1", "latin-1", "bytes-above-ascii-escaped", "all-but-printable-ascii-escaped"
    ] = "utf-8-or-latin-1"  # redirect-location-latin1-same-no-cors
    delete_becomes_get_on_cross_origin_redirect: bool = False  # redirect-method-to-other-301-delete
    content_type_returns_on_the_next_redirect: bool = False  # redirect-cookie-set-then-back
    url_credentials: Literal["cors-refused", "refused"] = (
        "cors-refused"  # redirect-userinfo-no-cors, origin-userinfo-img
    )
    leaving_the_origin_then_redirecting_needs_credentials_grant: bool = False  # redirect-app-api-other-reflect

    # --- Accept --------------------------------------------------------------------------------------------------
    document_accept: str = _DOCUMENT_ACCEPT  # wire-cross-site-form-post
    image_accept: str = _IMAGE_ACCEPT  # wire-cross-site-img
    font_accept: str = "*/*"  # wire-cross-site-font

    # --- Origin, Referer, Sec-Fetch-* ----------------------------------------------------------------------------
    origin_header_ignores_referrer_policy: bool = False  # wire-referrer-no-referrer
    origin_header_on_same_origin_cors_loads: bool = False  # element-img-same-origin-anonymous
    origin_is_null_once_it_left: Literal["by-redirect-taint", "navigations", "all-but-cors"] = (
        "by-redirect-taint"  # cookie-chain-own-out-back-beacon, redirect-origin-own-out-307-form
    )
    beacons_say_their_documents_origin: bool = False  # wire-sandbox-beacon
    origin_header_survives_method_change: bool = False  # redirect-method-same-origin-301-post
    loopback_is_a_downgrade: bool = False  # wire-referrer-downgrade
    cross_site_referrer_is_at_most_the_origin: bool = False  # wire-referrer-page-unsafe-url
    opaque_documents_have_a_referrer: bool = False  # origin-doc-sandbox-to-api
    blob_documents_have_a_referrer: bool = False  # origin-doc-blob-to-api
    no_referrer_from: frozenset[tuple[str, str]] = frozenset()  # (environment, API); origin-doc-srcdoc-preflight
    workers_inherit_referrer_policy: bool = False  # eventsource-page-worker-no-referrer-api
    elements_tell_their_documents_url: bool = False  # whatever its origin; origin-doc-sandbox-img
    navigations_have_a_referrer_before_upgrades: bool = False  # mixed-upgrade-iframe
    browser_headers_on_cross_origin_redirect: bool = True  # redirect-app-api-reflect
    fetch_metadata_on_sync_xhr: bool = True  # mode-xhr-sync-ok
    preflight_metadata_ignores_redirects: bool = False  # redirect-preflighted-307-back-put
    redirects_are_same_site_by_domain: bool = False  # redirect-localhost-to-another-port-post
    preflight_of_null_origin_is_cross_site: bool = False  # redirect-put-308-app8443-app-x-trace
    fetch_metadata_knows_no_schemes_of_bare_hosts: bool = False  # corp-hostonly-localhost-up-no-cors
    fetch_mode_on_untrustworthy_preflight: bool = False  # wire-http-cross-put

    # --- cookies -------------------------------------------------------------------------------------------------
    set_cookie_is_read_as: Literal["rfc6265bis", "libsoup"] = (
        "rfc6265bis"  # cookie-lifetime-max-age-then-past, cookie-bytes-mid-set
    )
    cookies_domain_may_be_a_dot: bool = True  # without effect; cookie-line-domain-dot-only-same-site
    cookies_without_equals_sign_are: Literal["value", "name"] = "value"  # cookie-bytes-nameless
    cookies_lax_by_default: bool = True  # cookie-cross-site-include
    cookies_lax_allows_unsafe_for: float = 0  # seconds after setting, for top-level POST; cookie-top-level-post-at-once
    cookies_prefixes_bind: bool = True  # __Secure-, __Host-, __Http-; cookie-line-secure-prefix-not-same-site
    cookies_host_prefix_needs_a_path_attribute: bool = True  # cookie-attr-host-prefix-nopath
    cookies_none_requires_secure: bool = True  # cookie-attr-https-none
    cookies_may_hold_tabs: bool = True  # cookie-line-tab-in-value
    cookie_values_are_utf8: bool = False  # what is not, is replaced; cookie-bytes-e9-set
    cookies_trust_loopback: bool = True  # with Secure, over http; cookie-localhost-port-put
    cookies_same_site_is_schemeful: bool = True  # cookie-scheme-http-page-fetch-https
    cookies_same_site_asks_only_the_top_level_page: bool = False  # cookie-sandbox-own-include
    cookies_same_site_counts_redirects: bool = True  # cookie-redirect-app-api-app
    cookies_same_site_is_set_cross_site: bool = False  # cookie-attr-set-by-fetch-strict
    cookies_with_a_new_value_start_anew: bool = False  # cookie-top-level-post-set-again-late
    supports_partitioned_cookies: bool = True  # cookie-attr-https-partitioned
    third_party_cookies: Literal["allow", "block"] = "allow"  # a setting; all recordings were made with "allow"

    # --- policies beside CORS ------------------------------------------------------------------------------------
    localhost_is_mixed_content: bool = False  # mixed-localhost
    mixed_images_of_ip_addresses_load: bool = False  # mixed-img-ip
    cross_origin_response_urls_hide_credentials: bool = False  # origin-userinfo-xhr-cred-user-pass
    same_origin_mode_ignores_upgrades: bool = False  # mixed-upgrade-own-same-origin
    upgraded_responses_keep_their_url: bool = False  # mixed-upgrade-own
    upgrades_are_redirects: bool = False  # mixed-upgrade-own
    same_site_policy_excludes_ip_addresses: bool = False  # corp-link-stylesheet-ip-same-site
    supports_credentialless: bool = True  # coep-credentialless-img-none
    opaque_response_blocking: Literal["none", "sniffing", "script-parsing"] = "none"  # orb-img-text-html-nosniff
    unknown_resource_policies_satisfy_embedders: bool = False  # coep-unknown-bogus-no-cors
    svg_images_have_a_charset: bool = True  # orb-image-svg-charset-utf16le
    image_bytes_outweigh_svg_types: bool = False  # orb-img-image-svg-xml-is-gif-nosniff
    integrity_hashes_are_compared: Literal["as-written", "padding-optional", "padding-ignored"] = (
        "as-written"  # mode-integrity-hash-unpadded, mode-integrity-hash-over-padded
    )
    integrity_of_no_body: Literal["refused", "that-of-nothing", "that-of-nothing-unless-redirect"] = (
        "refused"  # mode-integrity-head-empty, mode-integrity-manual-redirect-empty
    )
    integrity_is_checked_of_cut_bodies: bool = True  # mode-integrity-truncated
    elements_take_statuses_below_400: frozenset[str] = frozenset()  # element-script-status-300
    event_sources_are_utf_8_alone: bool = False  # eventsource-type-text-event-stream-charset-iso-8859-1
    font_mode: Literal["cors", "no-cors"] = "cors"  # element-font-none
    font_preloads_are_anonymous: bool = False  # whatever crossorigin says; element-preload-font-absent-own
    beacons_have_the_keepalive_limit: bool = True  # beacon-big
    about_blank_is_fetched: bool = True  # mode-scheme-no-cors-about-blank
    no_cors_data_must_follow_redirects: bool = False  # mode-no-cors-redirect-error-data
    data_url_has_content_length: bool = False  # mode-scheme-data
    xhr_spells_data_url_headers_as_written: bool = False  # mode-data-xhr
    stylesheets_of_other_types_fire_load: bool = False  # without effect; orb-css-text-livescript
    mutes_errors_of_opaque_scripts: bool = True  # element-script-absent-star
    timing_of_failed_fetches: Literal["by-the-last-check", "by-the-refused-response", "hidden", "absent"] = (
        "by-the-last-check"  # tao-failed-cors, tao-img-none
    )
    csp_websocket_sources_match_http: bool = True  # ws: and wss:; csp-connect-scheme-wss
    csp_star_takes_a_port: bool = True  # csp-connect-host-star-443
    csp_star_covers_data_images: bool = False  # csp-data-img
    csp_port_80_matches_443: Literal["no", "when-upgraded", "always"] = (
        "no"  # csp-connect-host-http-api-example-80, csp-connect-host-api-example-80
    )
    csp_form_action_stops_redirects: bool = True  # csp-form-action-self-redirect
    blocked_frames_stay_as_they_are_by: frozenset[str] = (
        frozenset()
    )  # CSP directives and reasons; csp-form-frame-self, mixed-form, coep-require-corp-form-none
    timing_of_requests_never_sent: Literal["as-failed", "absent", "absent-if-csp-stops-fetch"] = (
        "as-failed"  # csp-connect-self-timing, csp-timing-xhr
    )
    documents_keep: frozenset[str] = frozenset(
        {"img", "module"}
    )  # elements; element-twice-link-stylesheet-absent-plain, httpcache-document-link-stylesheet-no-store
    documents_keep_one_of_a_url: bool = (
        False  # whatever its fragment and mode; element-twice-img-fragment, httpcache-document-img-anonymous-no-store
    )
    failed_modules_are_kept: bool = True  # element-twice-module-script-404-then-200
    preloads_are_fetched_once: Literal["no", "with-equal-mode", "with-any-mode"] = (
        "no"  # element-preload-img-preload-twice
    )
    new_iframes_load_though_blocked: bool = True  # their empty document, if nothing was sent; mixed-iframe
    csp_blocked_beacon_returns: bool = True  # csp-connect-self-beacon
    bad_port_beacon_returns: bool = True  # beacon-url-port-25
    preload_failure_is_an_error: bool = True  # where script can read nothing; element-preload-fetch-anonymous-none
    preloads_need_their_type: bool = True  # element-preload-style-html
    preloads_as_fetch_need_an_ok_status: bool = False  # element-preload-fetch-500-use
    preloads_that_do_not_match_are_dropped: bool = False  # element-preload-fetch-use-credentials-none
    preloads_do_not_serve: frozenset[str] = frozenset()  # kinds of fetch(); element-preload-fetch-anonymous-then-manual
    preloads_serve_safelisted_headers: bool = False  # element-preload-fetch-anonymous-then-language
    preloads_match_by: Literal["credentials-mode", "crossorigin", "credentials"] = (
        "credentials-mode"  # element-preload-fetch-anonymous-then-omit
    )
    preloads_serve_event_sources: bool = True  # element-preload-fetch-anonymous-then-es
    preloads_serve_modules: bool = True  # element-preload-script-then-module
    failed_preloads_are_fetched_anew: frozenset[str] = (
        frozenset()
    )  # destinations; element-preload-script-404-then-script
    preloads_serve_again: bool = False  # element-preload-link-stylesheet-then-twice
    preloads_serve_elements_of_any_mode: bool = False  # element-preload-font-anonymous-exact-then

    # --- what caches on the way are told --------------------------------------------------------------------------
    form_posts_revalidate: bool = False  # Cache-Control: max-age=0; wire-cross-site-form-post
    beacons_revalidate: bool = False  # Cache-Control: max-age=0; beacon-none
    background_revalidations_set_cache_control: bool = False  # max-age=0; httpcache-swr-etag
    background_revalidations_are: Literal["fetches", "new-loads", "exchanges"] = (
        "fetches"  # httpcache-swr2-redirect, httpcache-swr2-no-acao-later
    )
    credentialless_loads_bypass_caches: bool = False  # Cache-Control: no-cache; coep-credentialless-img-none
    event_sources_set_cache_control: bool = False  # kept by redirects; redirect-element-eventsource-none-to-other

    # --- the HTTP cache ------------------------------------------------------------------------------------------
    http_cache_is_partitioned: bool = True  # httpcache-sandbox-then-normal
    http_cache_keyed_by_credentials: bool = False  # httpcache-img-then-img-anonymous
    conditional_requests_use: Literal["no-store", "no-cache"] = "no-store"  # safelist-name-if-none-match
    conditional_xhr_says_nothing_to_caches: bool = False  # httpcache-conditional-xhr-if-none-match
    conditional_requests_pass_the_cache: Literal["no", "unless-forced", "wholly"] = (
        "no"  # httpcache-conditional-xhr-if-none-match, httpcache-conditional-first-if-none-match-unset
    )
    http_cache_variants: int | None = None  # stored responses a URL; httpcache-two-origins-cross-site-vary
    http_cache_keeps_apart: Literal["nothing", "elements", "frames"] = (
        "nothing"  # from fetch() and XMLHttpRequest; httpcache-font-then-fetch, httpcache-iframe-then-fetch
    )
    http_cache_outlives_methods: frozenset[str] = frozenset()  # httpcache-unsafe-own-put
    http_cache_ends_by_cross_origin_requests: bool = True  # httpcache-unsafe-cross-post
    http_cache_is_passed_by_after_redirects: bool = False  # httpcache-redirect-target-cached
    http_cache_ends_by_whatever_is_not_stored: bool = False  # httpcache-get-post-fails-get
    http_cache_answers_head: bool = False  # with what a GET left; httpcache-get-then-head
    http_cache_permanent_statuses: frozenset[int] = frozenset()  # httpcache-redirect-308-twice
    http_cache_heeds_pragma_of_responses: bool = False  # httpcache-pragma
    http_cache_heeds_pragma_of_requests: bool = True  # httpcache-script-set-pragma
    http_cache_reads_quoted_lifetimes: bool = True  # httpcache-cc-max-age-quoted
    http_cache_heeds_fields_of_no_cache: bool = True  # httpcache-cc-no-cache-field
    http_cache_heeds_immutable: bool = False  # httpcache-immutable-reload
    http_cache_reuses_only: frozenset[int] | None = None  # statuses, None: any; httpcache-status-404-fresh
    http_cache_stores_only: frozenset[int] | None = None  # statuses, None: any; httpcache-status-500-fresh
    http_cache_partial_content: PartialContent = "no"  # status 206; httpcache-206-range-asked-twice
    http_cache_stores_unauthorized: bool = True  # status 401; httpcache-status-401
    http_cache_drops_what_failed: frozenset[str] = frozenset()  # checks; httpcache-cors-fails-then-cors

    # --- reading responses ----------------------------------------------------------------------------------------
    reset_content_has_a_body: bool = False  # check-status-205
    response_headers_are_made_utf8: bool = False  # redirect-location-latin1-same-no-cors
    one_content_type_line_counts: bool = False  # orb-script-type-twice-plain-html-last
    drops_empty_repeated_headers: bool = False  # expose-duplicate-response-headers
    repeated_response_types_join_without_a_blank: bool = False  # expose-twice-0-content-type-fetch

    # --- the network ---------------------------------------------------------------------------------------------
    retries_of_dropped_connections: int = 0  # of GET, HEAD and OPTIONS; check-net-closed
    retries_on_reused_connections: Literal["never", "safe-methods", "any-method"] = (
        "never"  # preflight-net-close-actual-once, preflight-net-reused-fetch-get
    )
    response_headers_that_may_not_differ: frozenset[str] = frozenset()  # given twice; expose-twice-10-location-fetch
    refuses_proxy_authentication_without_a_proxy: bool = False  # check-status-407

    def __repr__(self) -> str:
        return f"<BrowserProfile {self.name}>"
