"""A stored cookie, and the rules by which it goes with a request or stays behind.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3

Nothing here reads a clock: `now`, in seconds since 1970, is passed in. Hosts are serialised URL hosts (lower
case, punycode, brackets around IPv6), paths are URL paths without the query, top-level sites are strings such
as `https://app.example`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corssim.browser.cookies.set_cookie import SameSite
from corssim.fetch.cookies import SameSiteMode
from corssim.fetch.methods import is_safe_method
from corssim.origin import registrable_domain

from ...enums import StrEnum
from ...records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corssim.fetch.cookies import CookieContext
    from corssim.fetch.rules import CookieRules


class WithheldReason(StrEnum):
    """Why a cookie of the host was not sent."""

    PATH = "path"
    SECURE = "secure"
    PARTITION = "partition"
    THIRD_PARTY_BLOCKED = "third-party-blocked"
    THIRD_PARTY_PARTITIONED = "third-party-partitioned"
    SAME_SITE_STRICT = "same-site-strict"
    SAME_SITE_LAX = "same-site-lax"
    SAME_SITE_LAX_BY_DEFAULT = "same-site-lax-by-default"


@record(frozen=True)
class Cookie:
    """A stored cookie. `expires` None: it lives as long as the jar; `partition_key` None: not partitioned.

    `is_foreign`: partitioned without having asked for it, as all cookies of third parties are in some browsers.
    """

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: SameSite
    partition_key: str | None
    expires: float | None
    created: float
    is_foreign: bool = False


def serialize_cookies(cookies: Iterable[Cookie]) -> str:
    """The value of the Cookie header; a nameless cookie is its value alone, and nothing without one.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
    """
    written = (f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in cookies)
    return "; ".join(filter(None, written))


def retrieval_order(cookie: Cookie, rules: CookieRules) -> tuple[float, ...]:
    """Longest path first, then earliest creation.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
    """
    if rules.sent_by_domain:
        return (-len(cookie.path), -len(cookie.domain), cookie.host_only, cookie.created)
    return (-len(cookie.path), cookie.created)


def is_expired(cookie: Cookie, now: float) -> bool:
    """Is the cookie's expiry time reached."""
    return cookie.expires is not None and cookie.expires <= now


def domain_match(host: str, domain: str) -> bool:
    """Is the host that domain or below it; an IP address matches itself alone.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.3
    """
    return host == domain or (host.endswith("." + domain) and not _is_ip_address(host))


def default_path(request_path: str) -> str:
    """The path of a cookie that names none: the request's directory.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4
    """
    if not request_path.startswith("/"):
        return "/"
    return request_path[: request_path.rindex("/")] or "/"


def path_match(request_path: str, cookie_path: str) -> bool:
    """Is the request's path that path or inside it, whole segments only.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.4
    """
    if not request_path.startswith(cookie_path):
        return False
    return len(request_path) == len(cookie_path) or cookie_path.endswith("/") or request_path[len(cookie_path)] == "/"


def site_of(host: str) -> str:
    """The registrable domain, or the host itself where there is none (IP addresses, public suffixes)."""
    return registrable_domain(host) or host


def _is_ip_address(host: str) -> bool:
    import ipaddress  # here, because it takes a while to import

    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def why_withheld(cookie: Cookie, context: CookieContext, rules: CookieRules, now: float) -> WithheldReason | None:
    """The first rule that keeps a cookie of the host from a request, or None: it is sent.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
    """
    if not path_match(context.path, cookie.path):
        return WithheldReason.PATH
    if cookie.secure and not context.secure:
        return WithheldReason.SECURE
    if cookie.partition_key is not None:
        if cookie.partition_key != context.partition_key:
            return WithheldReason.PARTITION
    elif context.third_party and rules.third_party == "block":
        return WithheldReason.THIRD_PARTY_BLOCKED
    elif context.third_party and rules.third_party == "partition":
        return WithheldReason.THIRD_PARTY_PARTITIONED
    if context.same_site == SameSiteMode.STRICT_OR_LESS:
        return None
    if cookie.same_site == SameSite.STRICT:
        return WithheldReason.SAME_SITE_STRICT
    if context.same_site == SameSiteMode.LAX_OR_LESS:
        return None
    if cookie.same_site == SameSite.LAX:
        return WithheldReason.SAME_SITE_LAX
    if cookie.same_site == SameSite.DEFAULT and rules.lax_by_default:
        young = now - cookie.created < rules.lax_allowing_unsafe_seconds
        if young and _may_carry_lax_allowing_unsafe(context):
            return None
        return WithheldReason.SAME_SITE_LAX_BY_DEFAULT
    return None


def _may_carry_lax_allowing_unsafe(context: CookieContext) -> bool:
    """A young cookie without SameSite goes with a cross-site top-level POST, for sign-in round trips.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.7.2
    """
    return context.top_level_navigation and not is_safe_method(context.method)
