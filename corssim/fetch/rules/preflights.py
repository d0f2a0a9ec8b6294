"""The CORS-preflight, and the cache of what preflights allowed."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

CacheMode = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]


class PreflightRules(Rules):
    """When a preflight goes out and what it is held to. https://fetch.spec.whatwg.org/#cors-preflight-fetch"""

    methods_go_before_unparsable_headers: bool = False
    check_order: Literal["cors-then-status", "redirect-then-cors-then-status", "status-then-cors"] = (
        "cors-then-status"  # the console tells
    )
    waits_for_the_body: bool = False
    forced_one_allows_its_method: bool = True
    wildcard_allows_authorization: bool = False
    inherits_cache_mode: bool = False  # Cache-Control
    after_redirect_sends_page_origin: bool = False
    once_needed_is_for_every_hop: bool = False
    after_redirect_precedes_mixed_content_check: bool = False
    after_redirect_lists: Literal["what-is-sent", "what-was-asked"] = "what-is-sent"
    beacons_repeat_theirs: bool = False  # on every hop
    need_no_cors_headers_at_their_origin: bool = False  # where a redirect led back to it


class PreflightCacheRules(Rules):
    """What the CORS-preflight cache keeps, for how long, and for whom. https://fetch.spec.whatwg.org/#concept-cache"""

    max_age_limit: int = 86400  # seconds
    max_age_is_read_as: Literal["delta-seconds", "64-bit-integer"] = "delta-seconds"
    max_age_white_space: str = ""  # around the number, passed over
    max_age_unparsable: Literal[0, 5] = 5  # seconds
    max_age_negative: Literal[0, 5] = 5  # seconds
    max_age_zero_expires_entries: bool = True
    unit: Literal["token", "result"] = "token"
    credentials_must_be_equal: bool = False
    wildcard: Literal["all-but-authorization", "all", "none"] = "all-but-authorization"
    wildcard_is_literal: Literal["never", "stored-with-credentials", "asked-with-credentials"] = "never"
    longest_url: int | None = None  # characters
    drops_results_that_do_not_match: bool = False
    stores_refusals: bool = False
    entry_covers_safelisted_methods: bool = False
    must_list_head: bool = False
    bypassed_by: frozenset[CacheMode] = frozenset()  # cache modes
    not_filled_by: frozenset[CacheMode] = frozenset()  # cache modes
    partitioned_by: Literal["site", "origin"] = "site"  # of the top-level page
    of_opaque_origins: Literal["shared", "one-each", "none"] = "shared"
    cleared_by: Literal["failure-after-preflight", "any-failure", "nothing"] = "failure-after-preflight"
