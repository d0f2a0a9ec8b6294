"""The cookie jar as fetch asks for it: one request's cookies, one Set-Cookie at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...fetch.stores import CookieSelection
from .jar import Cookie, CookieJar, CookieRules, serialize_cookies

if TYPE_CHECKING:
    from ...fetch.profile import BrowserProfile
    from ...fetch.stores import CookieContext


class CookieStore:
    """A jar under one browser's rules."""

    def __init__(self, jar: CookieJar, profile: BrowserProfile) -> None:
        self.jar = jar
        self._rules = CookieRules(
            lax_by_default=profile.cookies_lax_by_default,
            lax_allowing_unsafe_seconds=profile.cookies_lax_allows_unsafe_for,
            same_site_none_requires_secure=profile.cookies_none_requires_secure,
            same_site_set_cross_site=profile.cookies_same_site_is_set_cross_site,
            new_value_starts_anew=profile.cookies_with_a_new_value_start_anew,
            tabs_allowed=profile.cookies_may_hold_tabs,
            values_are_utf8=profile.cookie_values_are_utf8,
            prefixes_bind=profile.cookies_prefixes_bind,
            host_prefix_needs_a_path_attribute=profile.cookies_host_prefix_needs_a_path_attribute,
            domain_may_be_a_dot=profile.cookies_domain_may_be_a_dot,
            without_equals_sign=profile.cookies_without_equals_sign_are,
            read_as=profile.set_cookie_is_read_as,
            partitioned=profile.supports_partitioned_cookies,
            third_party=profile.third_party_cookies,
        )

    def __len__(self) -> int:
        return len(self.jar)

    def select(self, context: CookieContext, now: float) -> CookieSelection:
        """The cookies for a request, and those of its host that stay behind."""
        lookup: dict[str, Any] = {
            "host": context.host,
            "path": context.path,
            "secure": context.secure,
            "same_site": context.same_site,
            "partition_key": context.partition,
            "now": now,
            "rules": self._rules,
            "method": context.method,
            "top_level_navigation": context.top_level_navigation,
        }
        cookies = self.jar.retrieve(**lookup)
        withheld = self.jar.withheld(**lookup)
        return CookieSelection(
            serialize_cookies(cookies),
            tuple(cookie.name for cookie in cookies),
            tuple((cookie.name, str(reason)) for cookie, reason in withheld),
        )

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> tuple[str, str]:
        """Store one Set-Cookie. Gives the cookie's name and why it was refused."""
        stored = self.jar.store(
            set_cookie,
            host=context.host,
            path=context.path,
            secure=context.secure,
            same_site_allowed=context.same_site != "unset-or-less",
            partition_key=context.partition,
            now=now,
            rules=self._rules,
        )
        if isinstance(stored, Cookie):
            return stored.name, ""
        return set_cookie.partition("=")[0].strip()[:100], stored.reason
