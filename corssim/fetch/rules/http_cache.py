"""The HTTP cache."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

PartialContent = Literal["no", "unasked", "by-range", "from-the-whole"]
"""Which answers with status 206 are stored: none, those to requests without a Range, or all, each by its Range.

"from-the-whole" stores none, but a stored whole answers requests with a Range, and may come from one.
"""


class HttpCacheRules(Rules):
    """What is stored, under which key, and which requests it answers. https://fetch.spec.whatwg.org/#http-cache-partitions"""

    is_partitioned: bool = True
    partitioned_by_frame: bool = False  # by its site too
    keyed_by_credentials: bool = False
    keeps_apart: Literal["nothing", "elements", "frames"] = "nothing"  # from fetch() and XMLHttpRequest
    variants: int | None = None  # stored responses a URL
    stores_only: frozenset[int] | None = None  # statuses, None: any
    stores_unauthorized: bool = True  # status 401
    partial_content: PartialContent = "no"  # status 206
    answers_head: bool = False  # with what a GET left
    is_passed_by_after_redirects: bool = False
    passed_by_conditional_requests: Literal["no", "unless-forced", "wholly"] = "no"
    outlives_methods: frozenset[str] = frozenset()
    ends_by_cross_origin_requests: bool = True
    ends_by_whatever_is_not_stored: bool = False
    drops_what_failed: frozenset[Literal["cors-check", "cross-origin-resource-policy-check"]] = frozenset()  # checks
    background_revalidations_are: Literal["fetches", "new-loads", "exchanges"] = "fetches"


class FreshnessRules(Rules):
    """For how long a stored response may be used. https://httpwg.org/specs/rfc9111.html#expiration.model"""

    permanent_statuses: frozenset[int] = frozenset()
    pragma_counts: bool = False
    pragma_of_requests_counts: bool = True
    quoted_arguments_count: bool = True
    fields_of_no_cache_count: bool = True
    immutable_counts: bool = False
    reusable_statuses: frozenset[int] | None = None  # statuses, None: any
