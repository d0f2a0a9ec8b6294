"""Referrers: what a request says about the page it comes from. https://w3c.github.io/webappsec-referrer-policy/"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..origin import is_potentially_trustworthy, same_origin, schemelessly_same_site, url_origin
from ..url import parse_url
from .header_list import get_decode_and_split
from .request_hops import url_before_rewriting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..origin import Origin
    from ..url import URL
    from .environment import Environment
    from .request import Request
    from .rules import ReferrerRules

REFERRER_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
DEFAULT_REFERRER_POLICY = "strict-origin-when-cross-origin"
_LONGEST_REFERRER = 4096
_LENIENT_POLICIES = frozenset({"unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin"})

NoReferrer = Literal["no-referrer"]


def parse_referrer_policy(headers: Iterable[tuple[str, str]]) -> str:
    """The last policy of Referrer-Policy that is known, or "". https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header"""
    policy = ""
    for token in get_decode_and_split(headers, "Referrer-Policy") or ():
        if token.lower() in REFERRER_POLICIES:
            policy = token.lower()
    return policy


def set_referrer_policy_on_redirect(request: Request, headers: Iterable[tuple[str, str]]) -> None:
    """Take over the redirect's Referrer-Policy. https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect"""
    policy = parse_referrer_policy(headers)
    if policy:
        request.referrer_policy = policy


def determine_requests_referrer(request: Request, rules: ReferrerRules) -> URL | NoReferrer:
    """The URL that Referer will say, trimmed by policy. https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    if request.referrer == "no-referrer":
        return "no-referrer"
    source = _client_referrer(request, rules) if isinstance(request.referrer, str) else request.referrer
    if source is None or not source.is_http:
        return "no-referrer"
    # https://w3c.github.io/webappsec-referrer-policy/#strip-url
    referrer_url = source.without_credentials_and_fragment()
    origin = url_origin(referrer_url)
    origin_only = _root(origin.serialized) or referrer_url
    if len(referrer_url.href) > _LONGEST_REFERRER:
        referrer_url = origin_only

    current = request.current_url
    if request.destination and rules.navigations_have_one_before_upgrades and request.is_navigation:
        before = current.with_scheme("http")
        was_upgraded = request.redirect_count == 0 and url_before_rewriting(request.hops) is not None
        if was_upgraded or before.href in request.tried_over_https:
            current = before
    if rules.opaque_origins_are_cross_site and request.client.origin.is_opaque:
        origin = request.client.origin
    is_same_origin = same_origin(origin, current)
    policy = request.referrer_policy or DEFAULT_REFERRER_POLICY
    if rules.cross_site_is_at_most_the_origin and policy in _LENIENT_POLICIES:
        policy = policy_as_it_counts(policy, origin, current, rules)
    match policy:
        case "no-referrer":
            return "no-referrer"
        case "origin":
            return origin_only
        case "unsafe-url":
            return referrer_url
        case "strict-origin":
            return "no-referrer" if _is_downgrade(referrer_url, current, rules) else origin_only
        case "same-origin":
            return referrer_url if is_same_origin else "no-referrer"
        case "origin-when-cross-origin":
            return referrer_url if is_same_origin else origin_only
        case "no-referrer-when-downgrade":
            return "no-referrer" if _is_downgrade(referrer_url, current, rules) else referrer_url
        case _:
            if is_same_origin:
                return referrer_url
            is_downgrade = current.scheme != "https" and _is_downgrade(referrer_url, current, rules)
            return "no-referrer" if is_downgrade else origin_only


def policy_as_it_counts(policy: str, origin: Origin, url: URL, rules: ReferrerRules) -> str:
    """The policy for a request from this origin to this URL, where a browser takes no lenient one across sites."""
    if (
        rules.cross_site_is_at_most_the_origin
        and policy in _LENIENT_POLICIES
        and not schemelessly_same_site(origin, url)
    ):
        return DEFAULT_REFERRER_POLICY
    return policy


def _is_downgrade(referrer_url: URL, current: URL, rules: ReferrerRules) -> bool:
    """Report whether the referrer would go from a secure page to a URL that is not."""
    if current.scheme == "https":
        return False
    if rules.loopback_is_a_downgrade:
        return referrer_url.scheme == "https"
    return is_potentially_trustworthy(referrer_url) and not is_potentially_trustworthy(current)


@lru_cache
def _root(serialized_origin: str) -> URL | None:
    """The URL that names an origin and nothing more; None for "null"."""
    return parse_url(serialized_origin + "/")


def _client_referrer(request: Request, rules: ReferrerRules) -> URL | None:
    """The URL of the document or worker that asks, where it has one to tell."""
    client: Environment = request.client
    if rules.none_from and (client.kind, request.api) in rules.none_from:
        return None
    if client.url.is_http and client.origin.scheme:
        return client.url  # as most have
    by_url = rules.elements_tell_their_documents_url and (
        bool(request.destination) or request.api in ("EventSource", "preload", "sendBeacon")
    )
    if client.origin.is_opaque and not rules.opaque_documents_have_one and not by_url:
        return None
    while client.kind == "srcdoc" and client.container is not None:
        client = client.container
    has_origin_for_referrer = rules.blob_documents_have_one and not client.origin.is_opaque and not by_url
    if client.url.scheme == "blob" and has_origin_for_referrer:
        return _root(client.origin.serialized)
    return client.url
