"""Where recorded pages stand in a browser whose user has set HTTPS-First otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...browser.browser import Browser
from ...fetch.header_list import get
from ...server.mock import MockServer
from ...url import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...fetch.profile import BrowserProfile
    from ...fetch.settings import BrowserSettings

_FROM = "https://a-link-leads.example/"
_UPGRADED = "httpsupgrades"
"""What Chromium says, in an archive, of a redirect that it made itself because of HTTPS-First."""


class UpgradedPages:
    """Pages by their URLs, as a browser has them that tries https first, or one that does not.

    Set on, a page over http stands where the browser comes to when a link leads there and its server answers over
    https. Set off, a page goes back to http where the recording shows that HTTPS-First led it away. Without either,
    all stay where they were recorded.
    """

    def __init__(self, profile: str | BrowserProfile, settings: BrowserSettings | None) -> None:
        self._profile, self._settings = profile, settings
        self._https_first = None if settings is None else settings.https_first
        self._where: dict[str, str] = {}
        self._led_away: dict[str, str] = {}

    def note(self, url: str, answer_headers: Iterable[tuple[str, str]]) -> None:
        """Look whether a recorded answer is such a redirect."""
        if self._https_first is False and (get(answer_headers, "non-authoritative-reason") or "").lower() == _UPGRADED:
            self._led_away[_origin_over("https", url)] = _origin_over("http", url)

    def where(self, url: str) -> str:
        """The URL of the page that was recorded at `url`."""
        if self._https_first and url.startswith("http:"):
            if url not in self._where:
                with Browser(MockServer().route("*"), profile=self._profile, settings=self._settings) as browser:
                    self._where[url] = browser.page(_FROM).navigate(url).url
            return self._where[url]
        for upgraded, before in self._led_away.items():
            if url == upgraded or url.startswith(upgraded + "/"):
                return before + url.removeprefix(upgraded)
        return url


def _origin_over(scheme: str, url: str) -> str:
    """The origin of a URL, over another scheme. (A URL that names a port is never upgraded.)"""
    parsed = parse_url(url)
    return "" if parsed is None else f"{scheme}://{parsed.host}"
