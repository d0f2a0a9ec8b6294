"""Chromium 156 on Linux, as it was recorded."""

from __future__ import annotations

from .. import rules
from ..profile import BrowserProfile

CHROMIUM_156 = BrowserProfile(
    name="chromium",
    version="156",
    console="chromium",
    user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    urls=rules.UrlRules(
        percent_encoding="pipes-too",
        credentials="refused",
    ),
    requests=rules.RequestRules(
        same_origin_mode_is_checked="before-upgrades",
        upload_listener_needs_a_body=True,
        upload_listener_counts_if_synchronous=False,
        charsets_of_texts_are_corrected="in-place",
        charsets_of_forms_are_corrected="in-place",
        blob_types_are_checked_by=frozenset({"XMLHttpRequest", "sendBeacon"}),
        blob_types_are_checked_for="content-type-grammar",
        stream_body="needs-http2",
    ),
    safelists=rules.SafelistRules(
        extra_forbidden_headers=frozenset({"user-agent"}),
        extra_safelisted_headers=frozenset(
            {"device-memory", "downlink", "dpr", "ect", "rtt", "save-data", "viewport-width", "width"}
        ),
        repeated_headers_combine=True,
        largest_range_position=2**63 - 2,  # its length, one more, is a signed 64-bit integer
    ),
    schemes=rules.SchemeRules(
        files_load_files=True,
        about_blank_is_fetched=False,
    ),
    preflights=rules.PreflightRules(
        check_order="redirect-then-cors-then-status",
        forced_one_allows_its_method=False,
        wildcard_allows_authorization=True,
        inherits_cache_mode=True,
    ),
    preflight_cache=rules.PreflightCacheRules(
        max_age_limit=7200,
        max_age_is_read_as="64-bit-integer",
        max_age_negative=0,
        unit="result",
        wildcard_is_literal="stored-with-credentials",
        longest_url=1023,
        drops_results_that_do_not_match=True,
        bypassed_by=frozenset({"no-cache", "no-store", "reload"}),
        not_filled_by=frozenset({"no-store"}),
        of_opaque_origins="none",
        cleared_by="nothing",
    ),
    redirects=rules.RedirectRules(
        empty_location="returned",
        repeated_location="same-only",
        location_is_read_as="bytes-above-ascii-escaped",
        mode_error_needs_a_location=True,
        mode_manual_parses_location=True,
    ),
    request_headers=rules.RequestHeaderRules(
        document_accept="text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7",
        image_accept="image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        range_is_rewritten=True,
        origin_ignores_referrer_policy=True,
        origin_on_same_origin_cors_loads=True,
        origin_is_null_once_it_left="all-but-cors",
    ),
    languages=rules.LanguageRules(accepted="en-US", bare_ones_are_added=True, said_by_preflights=True),
    fetch_metadata=rules.FetchMetadataRules(
        storage_access_on="requests",
        retry_with_storage_access_passes_caches_by=True,
        of_preflights_ignores_redirects=True,
        mode_on_untrustworthy_preflight=True,
    ),
    referrers=rules.ReferrerRules(
        loopback_is_a_downgrade=True,
        navigations_have_one_before_upgrades=True,
    ),
    cache_control=rules.CacheControlRules(
        conditional_requests_use="no-cache",
        conditional_requests_say_nothing_from=frozenset({"workers"}),
        form_posts_revalidate=True,
        credentialless_loads_bypass_caches=True,
    ),
    cookies=rules.CookieRules(
        domain_may_be_a_dot=False,
        lax_allowing_unsafe_seconds=120,
        tabs_allowed=False,
        same_site_counts_redirects=False,
        new_value_starts_anew=True,
    ),
    http_cache=rules.HttpCacheRules(
        partitioned_by_frame=True,
        serves_opaque_origins=False,
        unasked_304="stored",
        validates_other_variants=True,
        validates_only=frozenset({200}),
        keeps_apart="frames",
        variants=1,
        stores_never=frozenset({401, 416}),
        stores_what_states_no_lifetime=True,
        partial_content="from-the-whole",
        answers_head="with-what-a-get-left",
        passed_by_conditional_requests="wholly",
        passed_by_directives=frozenset({"no-cache"}),
        answers_if_forced=frozenset({"DELETE", "PATCH", "PUT with a body"}),
        ended_by=frozenset({"DELETE", "PATCH", "POST", "PUT with a body"}),
        ended_by_challenges_to=frozenset({"DELETE", "PATCH", "PUT"}),
        ended_at_locations=False,
        drops_what_failed=frozenset({"cors-check", "cross-origin-resource-policy-check", "opaque-response-blocking"}),
        stale_is_for_what_began_as_get=True,
        stale_is_for_navigations=False,
        background_revalidations_are="new-loads",
    ),
    freshness=rules.FreshnessRules(
        heuristic_statuses=frozenset({200, 203}),
        public_makes_heuristic=False,
        directives_of_requests=frozenset({"no-cache", "max-age=0"}),
        permanent_statuses=frozenset({300, 301, 308, 410}),
        pragma_counts=True,
        quoted_arguments_count=False,
        fields_of_no_cache_count=False,
    ),
    mixed_content=rules.MixedContentRules(
        redirects_to_any_host_are_upgraded=True,
        upgraded_responses_keep_their_url=True,
        insecure_forms="ask-after-redirects-too",
        insecure_forms_go_on_from_the_warning=True,
    ),
    upgrades=rules.UpgradeRules(
        are_redirects=True,
        https_first="visits-and-links",
        https_first_tries_addresses=True,
    ),
    local_network=rules.LocalNetworkRules(
        access="ask",
        local_to_loopback=False,
        treats_as_public_address=True,
        knows_the_old_permission_name=True,
        data_pages="insecure",
    ),
    csp=rules.CspRules(
        reports_again=frozenset(
            {
                *("loaded by font", "loaded by img", "loaded by preload", "loaded by script", "loaded by stylesheet"),
                *(
                    "preloaded for fetch",
                    "preloaded for XMLHttpRequest",
                    "preloaded for font",
                    "preloaded for img",
                    "preloaded for script",
                    "preloaded for stylesheet",
                ),
            }
        ),
        knows_connection_allowlists=True,
        websocket_sources_match_http=False,
        port_80_matches_443="when-upgraded",
    ),
    embedder_policies=rules.EmbedderPolicyRules(
        knows_document_isolation=True,
        of_workers_need_a_secure_context=False,
        same_site_excludes_ip_addresses=True,
    ),
    integrity=rules.IntegrityRules(
        policy_destinations=frozenset({"script"}),
        hashes_may_be_base64url=True,
        elements_without_a_hash_need_cors=False,
        hashes_are_compared="padding-ignored",
        of_no_body="that-of-nothing-unless-redirect",
    ),
    responses=rules.ResponseRules(
        opaque_response_blocking="sniffing",
        opaque_response_blocking_is_of_other_origins=True,
    ),
    timing=rules.TimingRules(
        failed_integrity_hides=False,
        of_failed_fetches="hidden",
        of_opaque_redirects="hidden",
        of_requests_never_sent="absent-if-fetch-refuses",
    ),
    elements=rules.ElementRules(
        take_statuses_below_400=frozenset({"font", "script", "stylesheet"}),
        event_sources_are_utf_8_alone=True,
        svg_images_have_a_charset=False,
        stylesheets_of_other_types_fire_load=True,
        blocked_frames_stay_as_they_are_by=frozenset({"mixed-content"}),
        new_iframes_stay_empty_by=frozenset({"url-credentials-refused"}),
        not_modified_is_no_document=True,
        new_iframes_if_blocked="as-others",
    ),
    web_sockets=rules.WebSocketRules(
        say_fetch_metadata="no",
    ),
    documents=rules.DocumentRules(
        keep_while_fresh=frozenset({"font", "script", "stylesheet"}),
        keep_one_of_a_url=True,
        keep_by_upgraded_urls=True,
        keep_failed_modules=False,
        load_anew_what_is_stale=True,
    ),
    preloads=rules.PreloadRules(
        are_fetched_once="with-any-mode",
        do_not_serve=frozenset({"keepalive"}),
        serve_headers="all-but-conditions",
        serve_other_integrity_to=frozenset({"fetch"}),
        need_their_type=frozenset({"style"}),
        of_another_type_are_forgotten=True,
        not_modified_serve=False,
        take_the_place_of="others-in-another-mode",
    ),
    answers=rules.AnswerRules(
        status_lines="any",
        not_http="a-body-at-default-ports",
        bare_cr="ends-the-line",
        cut_heads="without-tls",
        old_answers_may_be_chunked=False,
    ),
    authentication=rules.AuthenticationRules(
        entries_answer_with_cors=True,
        reads_one_challenge_a_line=True,
        challenge_order=("ntlm", "digest", "basic"),
        first_ntlm_message="TlRMTVNTUAABAAAAB4IIAAAAAAAgAAAAAAAAACAAAAA=",
        digest_is_sent_without_its_qop=True,
        digest_domains="the-directory",
        digest_names_beyond_ascii="bytes",
    ),
    network=rules.NetworkRules(
        retries_on_reused_connections="any-method",
        headers_that_may_not_differ=frozenset({"content-disposition", "location"}),
        refuses_proxy_authentication_without_a_proxy=True,
    ),
)

CHROMIUM = CHROMIUM_156
"""The newest version that was recorded."""

VERSIONS = (CHROMIUM_156,)
