"""The HTTP cache."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

PartialContent = Literal["no", "unasked", "by-range", "from-the-whole"]
"""Which answers with status 206 are stored: none, those to requests without a Range, or all, each by its Range.

"unasked" takes `bytes=0-` for none. "from-the-whole" stores none, but a stored whole answers requests with a Range, and
may come from one.
"""


CACHEABLE_BY_DEFAULT = frozenset({200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501})
"""Statuses that need no explicit freshness, https://httpwg.org/specs/rfc9110.html#overview.of.status.codes"""

RequestDirective = Literal["no-cache", "no-store", "max-age", "max-age=0", "max-stale", "min-fresh"]


class HttpCacheRules(Rules):
    """What is stored, under which key, and which requests it answers. https://fetch.spec.whatwg.org/#http-cache-partitions"""

    is_partitioned: bool = True
    partitioned_by_frame: bool = False  # by its site too
    serves_opaque_origins: bool = True  # sandboxed pages and data: URLs
    keyed_by_credentials: bool = False
    keeps_apart: Literal["nothing", "elements", "frames"] = (
        "nothing"  # (of another site) from fetch() and XMLHttpRequest
    )
    vary_asks_the_cookie_jar: bool = False  # for Cookie, whether or not the request has credentials
    variants: int | None = None  # stored responses a URL, None: as many as the cache holds of one
    stores_only: frozenset[int] | None = None  # statuses, None: any
    stores_never: frozenset[int] = frozenset()  # statuses
    stores_never_for_navigations: frozenset[int] = frozenset()  # statuses
    stores_what_a_challenge_led_to: bool = True
    stores_what_states_no_lifetime: bool = False  # with any status
    stores_what_is_of_no_use: Literal["always", "for-navigations"] = "always"  # never fresh, nothing to validate it by
    stores_empty_headers: bool = True
    stores_redirects_not_followed: bool = True  # in other redirect modes, or because a check failed
    unasked_304: Literal["passed-on", "ends-what-is-stored", "stored"] = "passed-on"
    validates_other_variants: bool = False  # that Vary keeps apart, by their ETag
    validates_only: frozenset[int] | None = None  # statuses of what is stored, None: any
    validates_after_redirects: Literal["there", "at-the-first-url"] = "there"  # that were cached
    frames_find_what_frames_left: bool = False  # and nothing else
    images_over_http_find_what_images_left: bool = False  # and nothing else
    permanent_redirects_over_http_leave_it_for_each_other: bool = False  # what they lead to, but images
    fragments_pass_redirects_by: bool = False  # of URLs with a fragment neither they nor what they led to is stored
    partial_content: PartialContent = "no"  # status 206
    answers_head: Literal["no", "with-what-a-get-left", "with-what-a-head-left"] = "no"
    answers_if_forced: frozenset[Literal["DELETE", "PATCH", "PUT with a body"]] = frozenset()  # with what a GET left
    only_if_cached_asks_the_network: bool = False  # where nothing is stored
    is_passed_by_after_redirects: bool = False
    passed_by_conditional_requests: Literal["no", "unless-forced", "wholly"] = "no"
    passed_by_directives: frozenset[Literal["no-cache", "no-store"]] = frozenset()  # of a request's Cache-Control
    ended_by: frozenset[Literal["DELETE", "PATCH", "POST", "PUT with a body"]] | None = None  # None: any unsafe method
    ended_by_not_modified: bool = True  # answers of 304
    ended_by_redirects: bool = True
    ended_by_errors: bool = False  # answers of 400 and more
    ended_by_challenges_to: frozenset[Literal["DELETE", "PATCH", "PUT"]] = frozenset()  # methods, answered 401
    not_ended_by: frozenset[int] = frozenset()  # statuses, but for a challenge
    ended_at_locations: bool = True  # in the answer's Location and Content-Location, too
    ended_as_if_by_elements: bool = False  # where what they left is kept apart
    ends_by_whatever_is_not_stored: bool = False
    drops_what_failed: frozenset[
        Literal[
            "cors-check",
            "cors-check of keepalive",
            "cors-check of other types",
            "cors-check of workers",
            "cross-origin-resource-policy-check",
            "embedder-policy-check",
            "mime-type",
            "opaque-response-blocking",
            "script-parsing",
        ]
    ] = frozenset()  # checks; of workers but for XMLHttpRequest; of modules of other types; of scripts as a whole
    what_failed_replaces_nothing: bool = False  # one of those checks: what was stored stays
    stale_is_for_what_began_as_get: bool = False  # and no redirect made a GET of
    stale_is_for_navigations: bool = True  # what a frame is shown, too
    background_revalidations_are: Literal["fetches", "fetches-beside-preflights", "new-loads", "exchanges"] = "fetches"

    @property
    def revalidates_beside_preflights(self) -> bool:
        """Is the cache asked before the preflight, and validated in the background without one?"""
        return self.background_revalidations_are == "fetches-beside-preflights"


class FreshnessRules(Rules):
    """For how long a stored response may be used. https://httpwg.org/specs/rfc9111.html#expiration.model"""

    heuristic_statuses: frozenset[int] | None = CACHEABLE_BY_DEFAULT  # and what is marked public; None: any
    public_makes_heuristic: bool = True
    unreadable_expires_count: bool = True  # as long past; or as none
    permanent_statuses: frozenset[int] = frozenset()
    pragma_counts: bool = False
    directives_of_requests: frozenset[RequestDirective] = frozenset(
        {"no-cache", "no-store", "max-age", "max-stale", "min-fresh"}
    )
    age_for_requests_needs_a_date: bool = False  # or an Age; the time in the cache is none
    pragma_of_requests_counts: bool = True
    cache_control_is_read: Literal["by-element", "word-by-word", "up-to-separators"] = "by-element"
    quoted_arguments_count: bool = True
    fields_of_no_cache_count: bool = True
    immutable_counts: bool = False  # over https
    reusable_statuses: frozenset[int] | None = None  # statuses, None: any
