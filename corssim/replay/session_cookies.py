"""Cookies that a recorded browser had from before its recording began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import url_origin
from ..url import parse_url
from .recorded_server import places_of
from .sharing import site

if TYPE_CHECKING:
    from ..browser.browser import Browser
    from .recorded import Recorded
    from .recorded_server import RecordedServer


class CookiesOfRequests:
    """Cookies that requests had and that no answer of the session has set: the browser had them before."""

    def __init__(self, browser: Browser, server: RecordedServer) -> None:
        self._browser = browser
        self._server = server
        self._had: set[tuple[str, str, bool]] = set()
        self._set: set[str] = set()

    def have(self, recorded: Recorded) -> None:
        """Give the browser the cookies with which this request was sent."""
        row = recorded.row
        cookie = row.header("cookie")
        if cookie:
            self._have(recorded, cookie)
        for name, value in row.response_headers:
            if name.lower() == "set-cookie":
                self._set.add(value.partition("=")[0].strip())

    def _have(self, recorded: Recorded, cookie: str) -> None:
        url = parse_url(recorded.row.url)
        assert recorded.call.page is not None
        if url is None:
            return
        is_cross_site = site(recorded.call.page.url) != site(url.href)
        key = (url_origin(url).serialized, cookie, is_cross_site)
        if key in self._had:
            return
        self._had.add(key)
        attributes = "; Path=/" + ("; Secure" if url.scheme == "https" else "")
        attributes += "; SameSite=None" if is_cross_site and url.scheme == "https" else ""
        pairs = [pair.strip() for pair in cookie.split(";")]
        headers = tuple(
            ("Set-Cookie", pair + attributes) for pair in pairs if pair.partition("=")[0].strip() not in self._set
        )
        if not headers:
            return
        root = key[0] + "/"
        place = places_of([recorded.row._replace(url=root, status=204, response_headers=headers, preflight=None)], None)
        self._server.expect(place, None, only_preflight=False)
        self._browser.page(root).fetch(root, cache="no-store")
