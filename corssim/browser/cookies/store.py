"""The cookie jar as fetch asks for it: one request's cookies, one Set-Cookie at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.cookies import CookieReceipt, CookieSelection
from .jar import Cookie, CookieJar, serialize_cookies
from .set_cookie import has_unknown_same_site

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
        cookies = self.jar.retrieve(context, self._rules, now)
        withheld = self.jar.withheld(context, self._rules, now)
        return CookieSelection(
            serialize_cookies(cookies),
            tuple(cookie.name for cookie in cookies),
            tuple((cookie.name, str(reason)) for cookie, reason in withheld),
        )

    def receive(self, set_cookie: str, context: CookieContext, now: float) -> CookieReceipt:
        """Store one Set-Cookie, or say why not."""
        stored = self.jar.store(set_cookie, context, self._rules, now)
        odd = has_unknown_same_site(set_cookie)
        if isinstance(stored, Cookie):
            return CookieReceipt(stored.name, is_foreign=stored.is_foreign, has_unknown_same_site=odd)
        name = set_cookie.partition("=")[0].strip()[:100]
        return CookieReceipt(name, stored.reason, str(stored.code), has_unknown_same_site=odd)
