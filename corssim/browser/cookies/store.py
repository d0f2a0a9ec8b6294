"""The cookie jar as fetch asks for it: one request's cookies, one Set-Cookie at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...fetch.cookies import CookieReceipt, CookieSelection
from .jar import Cookie, CookieJar, serialize_cookies

if TYPE_CHECKING:
    from ...fetch.cookies import CookieContext
    from ...fetch.profile import BrowserProfile


class CookieStore:
    """A jar under one browser's rules."""

    def __init__(self, jar: CookieJar, profile: BrowserProfile) -> None:
        self.jar = jar
        self._rules = profile.cookies

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
            "third_party": context.third_party,
        }
        cookies = self.jar.retrieve(**lookup)
        withheld = self.jar.withheld(**lookup)
        return CookieSelection(
            serialize_cookies(cookies),
            tuple(cookie.name for cookie in cookies),
            tuple((cookie.name, str(reason)) for cookie, reason in withheld),
        )

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> CookieReceipt:
        """Store one Set-Cookie, or say why not."""
        stored = self.jar.store(
            set_cookie,
            host=context.host,
            path=context.path,
            secure=context.secure,
            same_site_allowed=context.same_site != "unset-or-less",
            partition_key=context.partition,
            now=now,
            rules=self._rules,
            third_party=context.third_party,
            first_party_host=context.first_party_host,
        )
        if isinstance(stored, Cookie):
            return CookieReceipt(stored.name, is_foreign=stored.is_foreign)
        return CookieReceipt(set_cookie.partition("=")[0].strip()[:100], stored.reason, str(stored.code))
