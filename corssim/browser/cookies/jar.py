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

from ...records import replace

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


_Key = tuple[str | None, str, bool, str, str]


def _key(cookie: Cookie) -> _Key:
    return (cookie.partition_key, cookie.domain, cookie.host_only, cookie.path, cookie.name)


class _Neighbours:
    """The cookies of a site in one partition, the least recently used first."""

    __slots__ = ("not_secure", "secure")

    def __init__(self) -> None:
        self.secure: OrderedDict[_Key, None] = OrderedDict()
        self.not_secure: OrderedDict[_Key, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self.secure) + len(self.not_secure)

    def note_use(self, key: _Key, *, secure: bool) -> None:
        self.remove(key)
        (self.secure if secure else self.not_secure)[key] = None

    def remove(self, key: _Key) -> None:
        self.secure.pop(key, None)
        self.not_secure.pop(key, None)


class CookieJar:
    """The cookies of one browser. Iteration and `len` count cookies that expired but were not yet met."""

    __slots__ = ("_earliest_expiry", "_neighbours", "_order_of_use", "_sites", "_turn")

    def __init__(self, turn: AbstractContextManager[Any] | None = None) -> None:
        self._turn = turn or nullcontext()  # for who looks in from outside a fetch
        # By registrable domain: a cookie and every host it can go to share one.
        self._sites: dict[str, dict[_Key, Cookie]] = {}
        self._order_of_use: OrderedDict[tuple[str, _Key], None] = OrderedDict()  # the least recent first
        self._neighbours: dict[tuple[str, str | None], _Neighbours] = {}  # by site and partition
        self._earliest_expiry = inf  # no cookie's is before it

    def __iter__(self) -> Iterator[Cookie]:
        with self._turn:
            return iter([cookie for cookies in self._sites.values() for cookie in cookies.values()])

    def __len__(self) -> int:
        return len(self._order_of_use)

    def clear(self) -> None:
        """Forget every cookie."""
        with self._turn:
            self._sites.clear()
            self._order_of_use.clear()
            self._neighbours.clear()
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
        sent = [cookie for cookie in self._of_host(context, now) if why_withheld(cookie, context, rules, now) is None]
        for cookie in sent:
            self._note_use(site, cookie)
        return sorted(sent, key=lambda cookie: retrieval_order(cookie, rules))

    def withheld(self, context: CookieContext, rules: CookieRules, now: float) -> list[tuple[Cookie, WithheldReason]]:
        """The host's cookies that `retrieve` leaves out, each with the first rule against it."""
        left_out = [
            (cookie, reason)
            for cookie in self._of_host(context, now)
            if (reason := why_withheld(cookie, context, rules, now)) is not None
        ]
        return sorted(left_out, key=lambda pair: retrieval_order(pair[0], rules))

    def _of_host(self, context: CookieContext, now: float) -> Iterator[Cookie]:
        for cookie in self._sites.get(site_of(context.host), {}).values():
            matches = context.host == cookie.domain or (
                not cookie.host_only and domain_match(context.host, cookie.domain)
            )
            if matches and not is_expired(cookie, now):
                yield cookie

    def _insert(self, cookie: Cookie, secure: bool, now: float, rules: CookieRules) -> Cookie | CookieRejected:
        site = site_of(cookie.domain)
        self._evict_expired(site, now)
        entries = self._sites.get(site, {})
        if not secure and any(_overlays(cookie, there) for there in entries.values()):
            return CookieRejected(
                RejectionCode.OVERLAYS_SECURE, "it would hide a Secure cookie and did not come over https"
            )
        key = _key(cookie)
        old = entries.get(key)
        if old is not None and (old.value == cookie.value or not rules.new_value_starts_anew):
            cookie = replace(cookie, created=old.created)
        if is_expired(cookie, now):
            if old is not None:
                self._delete(site, key)
            return cookie
        if old is None:
            rejected = self._make_room(site, cookie, now)
            if rejected is not None:
                return rejected
        self._sites.setdefault(site, {})[key] = cookie
        self._note_use(site, cookie)
        if cookie.expires is not None:
            self._earliest_expiry = min(self._earliest_expiry, cookie.expires)
        return cookie

    def _make_room(self, site: str, cookie: Cookie, now: float) -> CookieRejected | None:
        """At a limit, evict the least recently used: of the site (those not Secure first) or of the jar."""
        neighbours = self._neighbours.get((site, cookie.partition_key))
        if neighbours is not None and len(neighbours) >= COOKIES_PER_SITE:
            if not neighbours.not_secure and not cookie.secure:
                return CookieRejected(
                    RejectionCode.TOO_MANY,
                    f"the site has {COOKIES_PER_SITE} Secure cookies, as many as it may",
                )
            self._delete(site, next(iter(neighbours.not_secure or neighbours.secure)))
        elif len(self) >= COOKIES_IN_ALL:
            self._evict_all_expired(now)
            if len(self) >= COOKIES_IN_ALL:
                self._delete(*next(iter(self._order_of_use)))
        return None

    def _evict_expired(self, site: str, now: float) -> None:
        if now < self._earliest_expiry:
            return
        for key in [key for key, cookie in self._sites.get(site, {}).items() if is_expired(cookie, now)]:
            self._delete(site, key)

    def _evict_all_expired(self, now: float) -> None:
        if now < self._earliest_expiry:
            return
        for site in list(self._sites):
            self._evict_expired(site, now)
        self._earliest_expiry = min((c.expires for c in self if c.expires is not None), default=inf)

    def _note_use(self, site: str, cookie: Cookie) -> None:
        key = _key(cookie)
        self._order_of_use[site, key] = None
        self._order_of_use.move_to_end((site, key))
        place = site, cookie.partition_key
        neighbours = self._neighbours.get(place)
        if neighbours is None:
            neighbours = self._neighbours[place] = _Neighbours()
        neighbours.note_use(key, secure=cookie.secure)

    def _delete(self, site: str, key: _Key) -> None:
        del self._order_of_use[site, key]
        cookie = self._sites[site].pop(key)
        place = site, cookie.partition_key
        self._neighbours[place].remove(key)
        if not len(self._neighbours[place]):
            del self._neighbours[place]
        if not self._sites[site]:
            del self._sites[site]


def _overlays(cookie: Cookie, existing: Cookie) -> bool:
    return (
        existing.secure
        and existing.name == cookie.name
        and (domain_match(existing.domain, cookie.domain) or domain_match(cookie.domain, existing.domain))
        and path_match(cookie.path, existing.path)
    )
