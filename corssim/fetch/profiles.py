"""The browsers: `standard` is the text; Chromium 156, Firefox ESR 153 and WebKitGTK 2.50 are as they were recorded."""

from __future__ import annotations

from ..errors import UsageError
from .profile import BrowserProfile

_LARGEST_POSITION = 2**63 - 1  # what a signed 64-bit integer holds

STANDARD = BrowserProfile()

CHROMIUM = BrowserProfile(
    name="chromium",
    console="chromium",
    user_agent=(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
    ),
    extra_forbidden_request_headers=frozenset({"user-agent"}),
    extra_safelisted_request_headers=frozenset(
        {"device-memory", "downlink", "dpr", "ect", "rtt", "save-data", "viewport-width", "width"}
    ),
    repeated_request_headers_combine=True,
    range_header_is_rewritten=True,
    upload_listener_needs_a_body=True,
    upload_listener_counts_if_synchronous=False,
    stream_body="needs-http2",
    largest_range_position=_LARGEST_POSITION - 1,
    wildcard_allows_authorization=True,
    loopback_is_a_downgrade=True,
    preflight_check_order="redirect-then-cors-then-status",
    preflight_inherits_cache_mode=True,
    preflight_metadata_ignores_redirects=True,
    max_age_limit=7200,
    max_age_is_read_as="64-bit-integer",
    max_age_negative=0,
    preflight_cache_unit="result",
    preflight_cache_drops_results_that_do_not_match=True,
    preflight_cache_bypassed_by=frozenset({"no-cache", "no-store", "reload"}),
    preflight_cache_not_filled_by=frozenset({"no-store"}),
    preflight_cache_stores_opaque_origins=False,
    preflight_cache_cleared_by="nothing",
    empty_location="returned",
    repeated_location="same-only",
    url_credentials="refused",
    document_accept=(
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7"
    ),
    image_accept="image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    origin_header_ignores_referrer_policy=True,
    origin_is_null_once_it_left="all-but-cors",
    origin_header_on_same_origin_cors_loads=True,
    fetch_mode_on_untrustworthy_preflight=True,
    cookies_lax_allows_unsafe_for=120,
    cookies_with_a_new_value_start_anew=True,
    cookies_same_site_counts_redirects=False,
    mixed_images_of_ip_addresses_load=True,
    upgraded_responses_keep_their_url=True,
    opaque_response_blocking="sniffing",
    integrity_hashes_are_compared="padding-ignored",
    about_blank_is_fetched=False,
    timing_of_failed_fetches="hidden",
    conditional_requests_pass_the_cache="wholly",
    beacons_drop_types_that_are_no_mime_type=True,
    stylesheets_of_other_types_fire_load=True,
    form_posts_revalidate=True,
    credentialless_loads_bypass_caches=True,
    conditional_requests_use="no-cache",
    http_cache_variants=1,
    http_cache_stores_unauthorized=False,
    http_cache_keeps_what_failed_the_cors_check=False,
    refuses_proxy_authentication_without_a_proxy=True,
)

FIREFOX = BrowserProfile(
    name="firefox",
    console="firefox",
    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
    safelisted_values_total=None,
    repeated_content_type="first",
    bytes_above_ascii_are_unsafe=True,
    content_type_parameters_are_strict=True,
    worker_xhr_types_are_lower_case=True,
    stream_body="as-text",
    request_headers_listed_once=False,
    largest_range_position=_LARGEST_POSITION,
    preflight_waits_for_the_body=True,
    wildcard_allows_authorization=True,
    loopback_is_a_downgrade=True,
    preflight_inherits_cache_mode=True,
    preflight_after_redirect_sends_page_origin=True,
    preflight_once_needed_is_for_every_hop=True,
    preflight_metadata_ignores_redirects=True,
    max_age_unparsable=0,
    max_age_negative=0,
    max_age_zero_expires_entries=False,
    preflight_cache_bypassed_by=frozenset({"no-store", "reload"}),
    preflight_cache_credentials_must_be_equal=True,
    preflight_cache_wildcard="none",
    preflight_cache_cleared_by="any-failure",
    repeated_location="same-only",
    cookies_host_prefix_needs_a_path_attribute=False,
    image_accept="image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    font_accept="application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8",
    cross_site_referrer_is_at_most_the_origin=True,
    blob_documents_have_a_referrer=True,
    elements_tell_their_documents_url=True,
    srcdoc_documents_have_no_referrer_for=frozenset({"font"}),
    redirects_are_same_site_by_domain=True,
    cookies_lax_by_default=False,
    cookies_same_site_is_schemeful=False,
    mixed_images_of_ip_addresses_load=True,
    upgrade_insecure_requests_redirects=True,
    opaque_response_blocking="script-parsing",
    integrity_hashes_are_compared="padding-optional",
    beacons_have_the_keepalive_limit=False,
    preflight_cache_entry_covers_safelisted_methods=True,
    preflight_cache_must_list_head=True,
    data_url_has_content_length=True,
    xhr_spells_data_url_headers_as_written=True,
    mutes_errors_of_opaque_scripts=False,
    drops_empty_repeated_headers=True,
    csp_blocked_beacon_returns=False,
    preload_failure_is_an_error=False,
    http_cache_keyed_by_credentials=True,
    conditional_xhr_says_nothing_to_caches=True,
    conditional_requests_pass_the_cache="unless-forced",
    http_cache_variants=1,
    http_cache_stores_unauthorized=False,
    retries_of_dropped_connections=9,
)

WEBKIT = BrowserProfile(
    name="webkit",
    console="webkit",
    user_agent=(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
    ),
    repeated_request_headers_combine=True,
    range_unit_ignores_case=True,
    range_positions_may_have_a_plus=True,
    upload_listener_counts_if_synchronous=False,
    no_cors_body_keeps_its_content_type=True,
    stream_body="refused",
    preflight_check_order="status-then-cors",
    preflight_waits_for_the_body=True,
    largest_range_position=_LARGEST_POSITION,
    wildcard_allows_authorization=True,
    loopback_is_a_downgrade=True,
    preflight_once_needed_is_for_every_hop=True,
    preflight_after_redirect_precedes_mixed_content_check=True,
    preflight_after_redirect_lists="what-was-asked",
    max_age_limit=600,
    max_age_is_read_as="64-bit-integer",
    max_age_negative=0,
    preflight_cache_unit="result",
    preflight_cache_wildcard="all",
    preflight_cache_drops_results_that_do_not_match=True,
    preflight_cache_stores_refusals=True,
    preflight_cache_cleared_by="nothing",
    empty_location="refused",
    repeated_location="combined",
    delete_becomes_get_on_cross_origin_redirect=True,
    content_type_returns_on_the_next_redirect=True,
    leaving_the_origin_then_redirecting_needs_credentials_grant=True,
    origin_header_on_same_origin_cors_loads=True,
    image_accept="image/webp,image/avif,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    beacons_say_their_documents_origin=True,
    origin_is_null_once_it_left="navigations",
    beacons_revalidate=True,
    event_sources_set_cache_control=True,
    request_header_values_are_sent_as_utf8=True,
    origin_header_survives_method_change=True,
    opaque_documents_have_a_referrer=True,
    preflight_of_null_origin_is_cross_site=True,
    srcdoc_documents_have_no_referrer_for=frozenset({"fetch"}),
    browser_headers_on_cross_origin_redirect=False,
    fetch_metadata_on_sync_xhr=False,
    cookies_lax_by_default=False,
    cookies_host_prefix_needs_a_path_attribute=False,
    cookies_none_requires_secure=False,
    cookies_same_site_is_set_cross_site=True,
    cookies_last_for="the-last-given",
    supports_partitioned_cookies=False,
    cookies_same_site_asks_only_the_top_level_page=True,
    cookies_same_site_is_schemeful=False,
    localhost_is_mixed_content=True,
    mixed_images_of_ip_addresses_load=True,
    supports_credentialless=False,
    font_mode="no-cors",
    integrity_hashes_are_compared="padding-ignored",
    about_blank_is_fetched=False,
    timing_of_failed_fetches="absent",
    reset_content_has_a_body=True,
    cross_origin_response_urls_hide_credentials=True,
    preload_matched_by=frozenset({"same-origin"}),
    http_cache_is_partitioned=False,
    http_cache_variants=1,
    http_cache_keeps_what_failed_the_cors_check=False,
)

IE11 = BrowserProfile(name="ie11", same_origin_ignores_port=True)
"""Historic, for teaching: Internet Explorer compared origins without their ports."""

BROWSERS = {profile.name: profile for profile in (CHROMIUM, FIREFOX, WEBKIT)}
PROFILES = {profile.name: profile for profile in (STANDARD, CHROMIUM, FIREFOX, WEBKIT, IE11)}


def profile_named(name: str) -> BrowserProfile:
    """The profile of that name. Raises UsageError, listing those there are."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UsageError(f"{name!r} is no browser profile; there are {', '.join(PROFILES)}") from None
