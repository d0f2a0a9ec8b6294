"""Cookies."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class CookieRules(Rules):
    """Which cookies are stored, and which go with a request. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22"""

    read_as: Literal["rfc6265bis", "libsoup"] = "rfc6265bis"
    domain_may_be_a_dot: bool = True  # without effect
    without_equals_sign: Literal["value", "name"] = "value"
    lax_by_default: bool = True
    lax_allowing_unsafe_seconds: float = 0  # seconds after setting, for top-level POST
    prefixes_bind: bool = True  # __Secure-, __Host-, __Http-
    host_prefix_needs_a_path_attribute: bool = True
    same_site_none_requires_secure: bool = True
    tabs_allowed: bool = True
    values_are_utf8: bool = False  # what is not, is replaced
    loopback_is_secure: bool = True  # with Secure, over http
    sent_by_domain: bool = False  # those of one path: of domains before hosts, of longer ones before shorter
    same_site_is_schemeful: bool = True
    same_site_asks_only_the_top_level_page: bool = False
    same_site_counts_redirects: bool = True
    same_site_counts_redirects_for_answers: bool = True  # as for requests, where a cookie is set
    same_site_set_cross_site: bool = False
    new_value_starts_anew: bool = False
    partitioned: bool = True
    third_party: Literal["allow", "partition", "no-new", "block"] = "allow"  # a setting of the user
    blocking_outlasts_redirects: bool = False  # to the first party
    new_third_parties_are_told_by: Literal["site", "libsoup"] = "site"  # where third_party is no-new
