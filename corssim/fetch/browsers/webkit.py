"""WebKitGTK 2.50, as it was recorded."""

from __future__ import annotations

from ..profile import BrowserProfile
from ..rules import (
    AnswerRules,
    AuthenticationRules,
    BeaconRules,
    CacheControlRules,
    CookieRules,
    CspRules,
    DocumentRules,
    ElementRules,
    EmbedderPolicyRules,
    FetchMetadataRules,
    FreshnessRules,
    HttpCacheRules,
    IntegrityRules,
    LanguageRules,
    LocalNetworkRules,
    MixedContentRules,
    NetworkRules,
    PreflightCacheRules,
    PreflightRules,
    PreloadRules,
    RedirectRules,
    ReferrerRules,
    RequestHeaderRules,
    RequestRules,
    ResponseRules,
    SafelistRules,
    SchemeRules,
    TimingRules,
    UpgradeRules,
    UrlRules,
    WebSocketRules,
)

_LARGEST_POSITION = 2**63 - 1  # what a signed 64-bit integer holds

_STORED = frozenset(
    {200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 307, 403, 404, 405, 406, 410, 414, 415, 501}
)

WEBKIT_2_50 = BrowserProfile(
    name="webkit",
    version="2.50",
    console="webkit",
    user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    urls=UrlRules(
        percent_encoding="normalized",
    ),
    requests=RequestRules(
        same_origin_mode_is_checked="before-policies",
        no_cors_body_keeps_its_content_type=True,
        upload_listener_counts_if_synchronous=False,
        blob_types_are_checked_by=frozenset({"XMLHttpRequest"}),
        stream_body="refused",
        font_mode="no-cors",
    ),
    safelists=SafelistRules(
        repeated_headers_combine=True,
        largest_range_position=_LARGEST_POSITION,
        range_unit_ignores_case=True,
        range_positions_may_have_a_plus=True,
    ),
    schemes=SchemeRules(
        files_load_files=True,
        about_blank_is_fetched=False,
        no_cors_data_must_follow_redirects=True,
    ),
    preflights=PreflightRules(
        check_order="status-then-cors",
        waits_for_the_body=True,
        forced_one_allows_its_method=False,
        wildcard_allows_authorization=True,
        once_needed_is_for_every_hop=True,
        after_redirect_precedes_mixed_content_check=True,
        after_redirect_lists="what-was-asked",
    ),
    preflight_cache=PreflightCacheRules(
        max_age_limit=600,
        max_age_is_read_as="64-bit-integer",
        max_age_white_space=" \t\v\f",
        max_age_negative=0,
        unit="result",
        wildcard="all",
        wildcard_is_literal="asked-with-credentials",
        drops_results_that_do_not_match=True,
        stores_refusals=True,
        partitioned_by="origin",
        of_opaque_origins="one-each",
        cleared_by="nothing",
    ),
    redirects=RedirectRules(
        empty_location="refused",
        repeated_location="combined",
        location_is_read_as="latin-1",
        statuses=frozenset(range(300, 400)) - {300, 304, 305, 306},
        mode_error_needs_a_location=True,
        delete_becomes_get_cross_origin=True,
        content_type_returns_on="those-and-any-cross-origin",
        after_leaving_the_origin_need_a_credentials_grant=True,
    ),
    request_headers=RequestHeaderRules(
        default_policy_hides_origin=False,
        image_accept="image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        values_are_sent_as_utf8=True,
        browsers_own_survive_cross_origin_redirects=False,
        origin_on_same_origin_cors_loads=True,
        origin_is_null_once_it_left="navigations",
        beacons_say_their_documents_origin=True,
        origin_survives_method_change=True,
    ),
    languages=LanguageRules(accepted="en-US", weights="by-number", said_by_preflights=True),
    fetch_metadata=FetchMetadataRules(
        on_sync_xhr=False,
        preflight_of_null_origin_is_cross_site=True,
    ),
    referrers=ReferrerRules(
        loopback_is_a_downgrade=True,
        opaque_documents_have_one=True,
        none_from=frozenset({("srcdoc", "fetch")}),
        workers_inherit_the_policy=True,
    ),
    cache_control=CacheControlRules(
        beacons_revalidate=True,
        event_sources_set_it=True,
    ),
    cookies=CookieRules(
        read_as="libsoup",
        lax_by_default=False,
        prefixes_bind=False,
        same_site_none_requires_secure=False,
        loopback_is_secure=False,
        same_site_is_schemeful=False,
        same_site_asks_only_the_top_level_page=True,
        same_site_set_cross_site=True,
        partitioned=False,
        third_party="block",
        blocking_outlasts_redirects=True,
        new_third_parties_are_told_by="libsoup",
    ),
    http_cache=HttpCacheRules(
        stores_what_a_challenge_led_to=False,
        validates_only=_STORED - {301, 302, 303, 307},
        is_partitioned=False,
        variants=1,
        stores_only=_STORED,
        partial_content="by-range",
        only_if_cached_asks_the_network=True,
        is_passed_by_after_redirects=True,
        ended_at_locations=False,
        ends_by_whatever_is_not_stored=True,
        drops_what_failed=frozenset({"cors-check", "cross-origin-resource-policy-check"}),
        background_revalidations_are="exchanges",
    ),
    freshness=FreshnessRules(
        directives_of_requests=frozenset({"no-cache", "max-age=0", "max-stale"}),
        permanent_statuses=frozenset({301, 410}),
        pragma_counts=True,
        fields_of_no_cache_count=False,
    ),
    mixed_content=MixedContentRules(
        redirected_navigations_are_upgraded=False,
        localhost_is_mixed=True,
        images_of_loopback_load=True,
    ),
    upgrades=UpgradeRules(
        strict_transport_security_of="nobody",
    ),
    local_network=LocalNetworkRules(
        knows_the_target_address_space=False,
    ),
    csp=CspRules(
        star_takes_a_port=False,
        star_covers_data_images=True,
        port_80_matches_443="always",
        form_action_stops_redirects=False,
    ),
    embedder_policies=EmbedderPolicyRules(
        credentialless=False,
    ),
    integrity=IntegrityRules(
        policy_destinations=frozenset({"script"}),
        policy_reaches_srcdoc=False,
        policy_knows_the_integrity_of_preloads=False,
        hashes_may_be_base64url=True,
        hashes_are_compared="padding-ignored",
        of_no_body="that-of-nothing",
    ),
    responses=ResponseRules(
        cross_origin_urls_hide_credentials=True,
        reset_content_has_a_body=True,
        headers_are_made_utf8=True,
        one_content_type_line_counts=True,
    ),
    timing=TimingRules(
        of_failed_fetches="absent",
    ),
    elements=ElementRules(
        take_statuses_below_400=frozenset({"font", "module", "script"}),
        svg_images_have_a_charset=False,
        blocked_frames_stay_as_they_are_by=frozenset({"mixed-content", "cross-origin-embedder-policy"}),
        new_iframes_if_blocked="as-others",
    ),
    beacons=BeaconRules(
        to_bad_port_returns=False,
    ),
    web_sockets=WebSocketRules(
        say_fetch_metadata="as-websocket",
    ),
    documents=DocumentRules(
        keep_one_of_a_url=True,
        keep_failed_modules=False,
    ),
    preloads=PreloadRules(
        are_fetched_once="with-equal-mode",
        need_their_type=False,
        that_do_not_match_are_dropped=True,
        do_not_serve=frozenset({"cache mode"}),
        match_by="credentials",
        serve_event_sources=False,
        serve_again=True,
        redirected_cors_serves_nothing=True,
        serve_elements_of_any_mode=True,
    ),
    answers=AnswerRules(
        icy_is_http=True,
        blanks_before_colons="spoil-the-line",
        largest_head=64 * 1024,
        content_lengths="the-last",
        transfer_encodings="chunked-alone",
        chunk_sizes="forgiving-to-the-end",
        chunks_may_be_the_last=True,
        old_answers_may_be_cut=True,
    ),
    authentication=AuthenticationRules(
        urls_answer="without-cors",
        entries_answer_with_cors=True,
        entries_have_the_url_speak=True,
        own_authorization="replaced",
        beacons_know_entries=False,
        directories_end_in_a_slash=False,
        takes_the_user_out_of_the_url=True,
        names_are_sent_as="latin-1",
    ),
    network=NetworkRules(
        retries_on_reused_connections="safe-methods",
    ),
)

WEBKIT = WEBKIT_2_50
"""The newest version that was recorded."""

VERSIONS = (WEBKIT_2_50,)
