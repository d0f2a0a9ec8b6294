"""The cookie jar: which Set-Cookie is stored, and where it is kept until a request takes it along.

https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from math import inf
from typing import TYPE_CHECKING, Any

from corssim.browser.cookies.cookie import (
    Cookie,
    WithheldReason,
    domain_match,
    is_expired,
    path_match,
    retrieval_order,
    serialize_cookies,
    site_of,
    why_withheld,
)
from corssim.browser.cookies.set_cookie import CookieRejected, RejectionCode, SameSite, parse_set_cookie
from corssim.browser.cookies.set_cookie_of_libsoup import parse_set_cookie_as_libsoup
from corssim.browser.cookies.storing import COOKIE_AGE_LIMIT, make_cookie
from corssim.fetch.cookies import SameSiteMode

from ...records import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from corssim.fetch.cookies import CookieContext
    from corssim.fetch.rules import CookieRules

__all__ = [
    "COOKIES_IN_ALL",
    "COOKIES_PER_SITE",
    "COOKIE_AGE_LIMIT",
    "Cookie",
    "CookieJar",
    "CookieRejected",
    "RejectionCode",
    "SameSite",
    "SameSiteMode",
    "WithheldReason",
    "serialize_cookies",
]

# So that a server cannot fill the memory: cookies of one site in one partition, and of all sites together.
COOKIES_PER_SITE = 180
COOKIES_IN_ALL = 3300


@record()
class _Entry:
    cookie: Cookie
    last_access: float


_Key = tuple[str | None, str, bool, str, str]


def _key(cookie: Cookie) -> _Key:
    return (cookie.partition_key, cookie.domain, cookie.host_only, cookie.path, cookie.name)


class CookieJar:
    """The cookies of one browser. Iteration and `len` count cookies that expired but were not yet met."""

    __slots__ = ("_earliest_expiry", "_order_of_use", "_sites", "_turn")

    def __init__(self, turn: AbstractContextManager[Any] | None = None) -> None:
        self._turn = turn or nullcontext()  # for who looks in from outside a fetch
        # By registrable domain: a cookie and every host it can go to share one.
        self._sites: dict[str, dict[_Key, _Entry]] = {}
        self._order_of_use: OrderedDict[tuple[str, _Key], None] = OrderedDict()  # the least recent first
        self._earliest_expiry = inf  # no cookie's is before it

    def __iter__(self) -> Iterator[Cookie]:
        with self._turn:
            return iter([entry.cookie for entries in self._sites.values() for entry in entries.values()])

    def __len__(self) -> int:
        return len(self._order_of_use)

    def clear(self) -> None:
        """Forget every cookie."""
        with self._turn:
            self._sites.clear()
            self._order_of_use.clear()
            self._earliest_expiry = inf

    def store(self, set_cookie: str, context: CookieContext, rules: CookieRules, now: float) -> Cookie | CookieRejected:
        """Store what one Set-Cookie value asks for, or say why not; one already expired deletes its namesake.

        https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
        """
        asked = (
            parse_set_cookie(set_cookie, rules.without_equals_sign)
            if rules.read_as == "rfc6265bis"
            else parse_set_cookie_as_libsoup(set_cookie, context.host)
        )
        if isinstance(asked, CookieRejected):
            return asked
        cookie = make_cookie(asked, context, rules, now)
        if isinstance(cookie, CookieRejected):
            return cookie
        return self._insert(cookie, context.secure, now, rules)

    def retrieve(self, context: CookieContext, rules: CookieRules, now: float) -> list[Cookie]:
        """The cookies that go with a request: longest path first, then earliest creation.

        https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
        """
        site = site_of(context.host)
        self._evict_expired(site, now)
        sent = [
            entry for entry in self._of_host(context, now) if why_withheld(entry.cookie, context, rules, now) is None
        ]
        for entry in sent:
            entry.last_access = now
            self._order_of_use.move_to_end((site, _key(entry.cookie)))
        return sorted((entry.cookie for entry in sent), key=retrieval_order)

    def withheld(self, context: CookieContext, rules: CookieRules, now: float) -> list[tuple[Cookie, WithheldReason]]:
        """The host's cookies that `retrieve` leaves out, each with the first rule against it."""
        left_out = [
            (entry.cookie, reason)
            for entry in self._of_host(context, now)
            if (reason := why_withheld(entry.cookie, context, rules, now)) is not None
        ]
        return sorted(left_out, key=lambda pair: retrieval_order(pair[0]))

    def _of_host(self, context: CookieContext, now: float) -> Iterator[_Entry]:
        for entry in self._sites.get(site_of(context.host), {}).values():
            cookie = entry.cookie
            matches = context.host == cookie.domain or (
                not cookie.host_only and domain_match(context.host, cookie.domain)
            )
            if matches and not is_expired(cookie, now):
                yield entry

    def _insert(self, cookie: Cookie, secure: bool, now: float, rules: CookieRules) -> Cookie | CookieRejected:
        site = site_of(cookie.domain)
        self._evict_expired(site, now)
        entries = self._sites.get(site, {})
        if not secure and any(_overlays(cookie, entry.cookie) for entry in entries.values()):
            return CookieRejected(
                RejectionCode.OVERLAYS_SECURE, "it would hide a Secure cookie and did not come over https"
            )
        key = _key(cookie)
        old = entries.get(key)
        if old is not None and (old.cookie.value == cookie.value or not rules.new_value_starts_anew):
            cookie = replace(cookie, created=old.cookie.created)
        if is_expired(cookie, now):
            if old is not None:
                self._delete(site, key)
            return cookie
        if old is None:
            rejected = self._make_room(site, cookie, now)
            if rejected is not None:
                return rejected
        self._sites.setdefault(site, {})[key] = _Entry(cookie, now)
        self._order_of_use[site, key] = None
        self._order_of_use.move_to_end((site, key))
        if cookie.expires is not None:
            self._earliest_expiry = min(self._earliest_expiry, cookie.expires)
        return cookie

    def _make_room(self, site: str, cookie: Cookie, now: float) -> CookieRejected | None:
        """At a limit, evict the least recently used: of the site (those not Secure first) or of the jar."""
        entries = self._sites.get(site, {})
        neighbours = [key for key, entry in entries.items() if entry.cookie.partition_key == cookie.partition_key]
        if len(neighbours) >= COOKIES_PER_SITE:
            victims = [key for key in neighbours if not entries[key].cookie.secure]
            if not victims and not cookie.secure:
                return CookieRejected(
                    RejectionCode.TOO_MANY,
                    f"the site has {COOKIES_PER_SITE} Secure cookies, as many as it may",
                )
            self._delete(site, min(victims or neighbours, key=lambda key: entries[key].last_access))
        elif len(self) >= COOKIES_IN_ALL:
            self._evict_all_expired(now)
            if len(self) >= COOKIES_IN_ALL:
                self._delete(*next(iter(self._order_of_use)))
        return None

    def _evict_expired(self, site: str, now: float) -> None:
        if now < self._earliest_expiry:
            return
        for key in [key for key, entry in self._sites.get(site, {}).items() if is_expired(entry.cookie, now)]:
            self._delete(site, key)

    def _evict_all_expired(self, now: float) -> None:
        if now < self._earliest_expiry:
            return
        for site in list(self._sites):
            self._evict_expired(site, now)
        self._earliest_expiry = min((c.expires for c in self if c.expires is not None), default=inf)

    def _delete(self, site: str, key: _Key) -> None:
        del self._order_of_use[site, key]
        del self._sites[site][key]
        if not self._sites[site]:
            del self._sites[site]


def _overlays(cookie: Cookie, existing: Cookie) -> bool:
    return (
        existing.secure
        and existing.name == cookie.name
        and (domain_match(existing.domain, cookie.domain) or domain_match(cookie.domain, existing.domain))
        and path_match(cookie.path, existing.path)
    )
