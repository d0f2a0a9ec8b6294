"""Firefox ESR 153 on Linux, as it was recorded."""

from __future__ import annotations

from ..profile import BrowserProfile
from ..rules import (
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
    WebSocketRules,
)

_LARGEST_POSITION = 2**63 - 1  # what a signed 64-bit integer holds

FIREFOX_153 = BrowserProfile(
    name="firefox",
    version="153",
    console="firefox",
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    requests=RequestRules(
        worker_xhr_types_are_lower_case=True,
        stream_body="as-text",
    ),
    safelists=SafelistRules(
        values_total=None,
        repeated_content_type="first",
        bytes_above_ascii_are_unsafe=True,
        content_type_parameters_are_strict=True,
        largest_range_position=_LARGEST_POSITION,
        unsafe_names_listed_once=False,
    ),
    schemes=SchemeRules(
        files_load_files=True,
        data_url_has_content_length=True,
        xhr_spells_data_url_headers_as_written=True,
    ),
    preflights=PreflightRules(
        waits_for_the_body=True,
        forced_one_allows_its_method=False,
        wildcard_allows_authorization=True,
        inherits_cache_mode=True,
        after_redirect_sends_page_origin=True,
        once_needed_is_for_every_hop=True,
        beacons_repeat_theirs=True,
    ),
    preflight_cache=PreflightCacheRules(
        max_age_unparsable=0,
        max_age_negative=0,
        max_age_zero_expires_entries=False,
        credentials_must_be_equal=True,
        wildcard="none",
        entry_covers_safelisted_methods=True,
        must_list_head=True,
        bypassed_by=frozenset({"no-store", "reload"}),
        cleared_by="any-failure",
    ),
    redirects=RedirectRules(
        repeated_location="same-only",
        content_type_returns_for_scripts_alone=True,
        content_type_returns_on="redirects-that-keep-methods",
        location_is_read_as="all-but-printable-ascii-escaped",
    ),
    request_headers=RequestHeaderRules(
        image_accept="image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        font_accept="application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8",
    ),
    fetch_metadata=FetchMetadataRules(
        of_preflights_ignores_redirects=True,
        storage_access_on="what-is-restricted",
        storage_access_from_workers=False,
        storage_access_survives_tainting_redirects=False,
        redirects_are_same_site_by_domain=True,
        knows_no_schemes_of_bare_hosts=True,
    ),
    referrers=ReferrerRules(
        loopback_is_a_downgrade=True,
        cross_site_is_at_most_the_origin=True,
        blob_documents_have_one=True,
        none_from=frozenset({("srcdoc", "font"), ("worker", "EventSource")}),
        workers_inherit_the_policy=True,
        elements_tell_their_documents_url=True,
    ),
    cache_control=CacheControlRules(
        conditional_xhr_says_nothing=True,
        background_revalidations_set_it=True,
    ),
    cookies=CookieRules(
        domain_may_be_a_dot=False,
        without_equals_sign="name",
        lax_by_default=False,
        third_party="partition",
        host_prefix_needs_a_path_attribute=False,
        values_are_utf8=True,
        same_site_is_schemeful=False,
    ),
    http_cache=HttpCacheRules(
        stores_what_a_challenge_led_to=False,
        stores_what_states_no_lifetime=True,
        stores_redirects_not_followed=False,
        unasked_304="ends-what-is-stored",
        validates_other_variants=True,
        validates_only=frozenset(range(200, 300)),
        background_revalidations_are="fetches-beside-preflights",
        keyed_by_credentials=True,
        keeps_apart="elements",
        variants=1,
        stores_unauthorized=False,
        partial_content="unasked",
        passed_by_conditional_requests="unless-forced",
        ended_by_errors=True,
        ends_by_cross_origin_requests=False,
        drops_what_failed=frozenset({"cross-origin-resource-policy-check"}),
    ),
    freshness=FreshnessRules(
        no_store_of_requests_asks_anew=True,
        age_for_requests_needs_a_date=True,
        permanent_statuses=frozenset({410}),
        pragma_counts=True,
        pragma_of_requests_counts=False,
        quoted_arguments_count=False,
        immutable_counts=True,
        reusable_statuses=frozenset({200, 203, 204, 206, 301, 302, 303, 307, 308, 410}),
    ),
    mixed_content=MixedContentRules(
        upgrades_images_of_ip_addresses=True,
        upgrades_are_redirects=True,
    ),
    upgrades=UpgradeRules(
        strict_transport_security_of="first-parties",
        https_first="links",
        https_first_tries_single_labels=True,
        https_first_gives_up_on=frozenset(range(400, 600)) - {500},
    ),
    local_network=LocalNetworkRules(
        access="ask",
        local_to_loopback=False,
        needs_a_secure_context=False,
        checks_web_sockets=False,
        knows_the_target_address_space=False,
        exempts_local_hosts_from_mixed_content=False,
        reads_the_permissions_policy_header=False,
        preflights_are_cached=False,
    ),
    csp=CspRules(
        websocket_sources_match_http=False,
        port_80_matches_443="always",
        form_action_stops_redirects=False,
    ),
    embedder_policies=EmbedderPolicyRules(
        unknown_policies_satisfy_embedders=True,
    ),
    integrity=IntegrityRules(
        hashes_may_be_base64url=True,
        hashes_are_compared="padding-optional",
        of_no_body="that-of-nothing",
        is_checked_of_cut_bodies=False,
    ),
    responses=ResponseRules(
        opaque_response_blocking="script-parsing",
        drops_empty_repeated_headers=True,
        repeated_types_join_without_a_blank=True,
    ),
    timing=TimingRules(
        of_failed_fetches="by-the-refused-response",
        of_requests_never_sent="absent",
    ),
    elements=ElementRules(
        image_bytes_outweigh_svg_types=True,
        mute_errors_of_opaque_scripts=False,
        blocked_frames_stay_as_they_are_by=frozenset(
            {"frame-src", "mixed-content", "cross-origin-embedder-policy", "local-network-access-denied"}
        ),
        new_iframes_if_blocked="error",
    ),
    beacons=BeaconRules(
        have_the_keepalive_limit=False,
        blocked_by_csp_returns=False,
        to_bad_port_returns=False,
    ),
    web_sockets=WebSocketRules(
        accept_anything=True,
    ),
    documents=DocumentRules(
        keep=frozenset({"font", "img", "module", "stylesheet"}),
    ),
    preloads=PreloadRules(
        of_fonts_are_anonymous=True,
        are_fetched_once="with-equal-mode",
        failure_is_an_error=False,
        as_fetch_need_an_ok_status=True,
        do_not_serve=frozenset({"cache mode", "integrity", "keepalive", "redirect mode", "same-origin"}),
        serve_safelisted_headers=True,
        match_by="crossorigin",
        serve_event_sources=False,
        serve_modules=False,
        fetched_anew_if_failed=frozenset({"script", "style"}),
    ),
    authentication=AuthenticationRules(
        urls_answer="always",
        entries_answer_with_cors=True,
        entries_are_partitioned=True,
        entries_have_the_url_speak=True,
        own_authorization="final",
    ),
    network=NetworkRules(
        retries_of_dropped_connections=9,
        retries_on_reused_connections="any-method",
        headers_that_may_not_differ=frozenset({"content-disposition", "location"}),
    ),
)

FIREFOX = FIREFOX_153
"""The newest version that was recorded."""

VERSIONS = (FIREFOX_153,)
