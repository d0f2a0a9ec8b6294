"""From a parsed Set-Cookie to the cookie it makes, or to the rule that refuses it.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corssim.browser.cookies.cookie import Cookie, default_path, domain_match
from corssim.browser.cookies.set_cookie import CookieRejected, RejectionCode, SameSite
from corssim.fetch.byte_strings import made_utf8
from corssim.fetch.cookies import SameSiteMode
from corssim.origin import listed_registrable_domain, registrable_domain

if TYPE_CHECKING:
    from corssim.browser.cookies.set_cookie import SetCookie
    from corssim.fetch.cookies import CookieContext
    from corssim.fetch.rules import CookieRules

# 400 days, in seconds: no cookie lives longer, whatever it asks for.
COOKIE_AGE_LIMIT = 400 * 24 * 60 * 60

_PREFIXES = ("__secure-", "__host-", "__http-")
_HTTP_ONLY_PREFIXES = ("__http-", "__host-http-")


def make_cookie(asked: SetCookie, context: CookieContext, rules: CookieRules, now: float) -> Cookie | CookieRejected:
    """The cookie that a Set-Cookie makes where it was received, before the jar's own contents count.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
    """
    rejected = _rejected_by_context(asked, context, rules)
    if rejected is not None:
        return rejected
    host_only = _is_host_only(asked, context.host, rules)
    if isinstance(host_only, CookieRejected):
        return host_only
    cookie = Cookie(
        name=asked.name,
        value=made_utf8(asked.value) if rules.values_are_utf8 else asked.value,
        domain=context.host if host_only else asked.domain,
        host_only=host_only,
        path=asked.path if asked.path and asked.path.startswith("/") else default_path(context.path),
        secure=asked.secure,
        http_only=asked.http_only,
        same_site=asked.same_site,
        partition_key=context.partition_key if _is_partitioned(asked, context, rules) else None,
        expires=_expiry_time(asked, now),
        created=now,
        is_foreign=_is_partitioned(asked, context, rules) and not asked.partitioned,
    )
    return _rejected_by_prefix(asked, cookie, rules) or _rejected_as_new(cookie, context, rules) or cookie


def _is_partitioned(asked: SetCookie, context: CookieContext, rules: CookieRules) -> bool:
    """Is the cookie kept for this top-level site alone, because it asks for it or because all third parties' are?"""
    if context.third_party and rules.third_party == "partition":
        return True
    return asked.partitioned and rules.partitioned


def _rejected_as_new(cookie: Cookie, context: CookieContext, rules: CookieRules) -> CookieRejected | None:
    """Refuse what a third party sets anew, where what it has already is all that it gets to see."""
    if rules.third_party != "no-new":
        return None
    if rules.new_third_parties_are_told_by == "libsoup":
        third_party = not _libsoup_takes_it_from(context.first_party_host, cookie)
    else:
        third_party = context.third_party
    if not third_party:
        return None
    return CookieRejected(RejectionCode.THIRD_PARTY_BLOCKED, "the browser takes no new cookies of third parties")


def _libsoup_takes_it_from(first_party_host: str, cookie: Cookie) -> bool:
    """Does the cookie match the first party, by their registrable domains where libsoup knows any? Without one, all do.

    https://gitlab.gnome.org/GNOME/libsoup/-/blob/3.2.3/libsoup/cookies/soup-cookie-jar.c
    """
    if not first_party_host:
        return True
    own = listed_registrable_domain(cookie.domain) or cookie.domain
    first = listed_registrable_domain(first_party_host) or first_party_host
    return first == own or (not cookie.host_only and domain_match(first, own))


def _expiry_time(asked: SetCookie, now: float) -> float | None:
    if asked.max_age is not None:
        return now + max(0, min(asked.max_age, COOKIE_AGE_LIMIT))
    if asked.expires is not None:
        return min(asked.expires, now + COOKIE_AGE_LIMIT)
    return None


def _is_host_only(asked: SetCookie, host: str, rules: CookieRules) -> bool | CookieRejected:
    domain = asked.domain
    if not domain or (domain == host and registrable_domain(host) is None):
        return True
    if domain == "." and rules.domain_may_be_a_dot:
        return True
    if not domain.isascii():
        return CookieRejected(RejectionCode.DOMAIN_NOT_ASCII, "its Domain is not ASCII")
    if not domain_match(host, domain):
        return CookieRejected(RejectionCode.DOMAIN_MISMATCH, f"its Domain is not {host} or a domain above it")
    if registrable_domain(domain) is None:
        return CookieRejected(RejectionCode.PUBLIC_SUFFIX, "its Domain is a public suffix, which nobody owns")
    return False


def _rejected_by_context(asked: SetCookie, context: CookieContext, rules: CookieRules) -> CookieRejected | None:
    """What the response it came with, and the attributes it is set with, do not allow."""
    if asked.holds_a_tab and not rules.tabs_allowed:
        return CookieRejected(RejectionCode.CONTROL_CHARACTER, "there is a tab within its name, value or attributes")
    if asked.secure and not context.secure:
        return CookieRejected(
            RejectionCode.SECURE_FROM_INSECURE, "it is Secure and did not come over a secure connection"
        )
    same_site = asked.same_site
    if same_site == SameSite.DEFAULT and not rules.lax_by_default:
        same_site = SameSite.NONE
    allowed = context.same_site != SameSiteMode.UNSET_OR_LESS or rules.same_site_set_cross_site
    if same_site != SameSite.NONE and not allowed:
        said = f"SameSite={same_site}" if same_site != SameSite.DEFAULT else "without SameSite, which means Lax"
        return CookieRejected(
            RejectionCode.CROSS_SITE, f"it is {said}, and it came with the answer to a cross-site request"
        )
    if asked.same_site == SameSite.NONE and not asked.secure and rules.same_site_none_requires_secure:
        return CookieRejected(RejectionCode.SAME_SITE_NONE_INSECURE, "it is SameSite=None and not Secure")
    partitioned = asked.partitioned and rules.partitioned
    if partitioned and not asked.secure:
        return CookieRejected(RejectionCode.PARTITIONED_INSECURE, "it is Partitioned and not Secure")
    if partitioned and context.partition_key is None:
        return CookieRejected(RejectionCode.NO_PARTITION, "it is Partitioned, and there is no top-level site")
    if rules.third_party == "block" and not partitioned and context.third_party:
        return CookieRejected(RejectionCode.THIRD_PARTY_BLOCKED, "the browser blocks third-party cookies")
    return None


def _rejected_by_prefix(asked: SetCookie, cookie: Cookie, rules: CookieRules) -> CookieRejected | None:
    """What a name's prefix, in any case, promises and the cookie breaks.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-4.1.3
    """
    if not rules.prefixes_bind:
        return None
    if not cookie.name and cookie.value.lower().startswith(_PREFIXES):
        return CookieRejected(RejectionCode.PREFIX, "it has no name, and its value poses as a prefixed name")
    name = cookie.name.lower()
    if name.startswith(_PREFIXES) and not cookie.secure:
        return CookieRejected(RejectionCode.PREFIX, "its name's prefix requires Secure")
    if name.startswith(_HTTP_ONLY_PREFIXES) and not cookie.http_only:
        return CookieRejected(RejectionCode.PREFIX, "its name's prefix requires HttpOnly")
    if name.startswith("__host-"):
        if not cookie.host_only:
            return CookieRejected(RejectionCode.PREFIX, "its name begins with __Host-, which forbids Domain")
        if cookie.path != "/" or (asked.path is None and rules.host_prefix_needs_a_path_attribute):
            return CookieRejected(RejectionCode.PREFIX, "its name begins with __Host-, which requires Path=/")
    return None
