"""Redirects."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""


class RedirectRules(Rules):
    """What leads where, and what a request keeps on the way. https://fetch.spec.whatwg.org/#http-redirect-fetch"""

    empty_location: Literal["followed", "returned", "refused"] = "followed"
    repeated_location: Literal["refused", "same-only", "combined"] = "refused"
    location_is_read_as: Literal[
        "utf-8-or-latin-1", "latin-1", "bytes-above-ascii-escaped", "all-but-printable-ascii-escaped"
    ] = "utf-8-or-latin-1"
    statuses: frozenset[int] = REDIRECT_STATUSES
    mode_error_needs_a_location: bool = False
    mode_manual_parses_location: bool = False
    delete_becomes_get_cross_origin: bool = False
    content_type_returns_on: Literal["no-redirect", "redirects-that-keep-methods", "those-and-any-cross-origin"] = (
        "no-redirect"  # after one that dropped it with the body
    )
    content_type_returns_for_scripts_alone: bool = False  # fetch() and XMLHttpRequest
    cached_ones_repeat_their_request: bool = False  # its headers and credentials
    after_leaving_the_origin_need_a_credentials_grant: bool = False
    lose_the_origin_after_an_upgrade: bool = False  # of where another led; home again they do not
