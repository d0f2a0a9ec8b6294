"""How a browser writes the percent-encoding of a URL, where it does not leave it as the URL standard does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..patterns import lazy_pattern
from ..url import require_url

if TYPE_CHECKING:
    import re

    from ..url import URL
    from .rules import UrlRules

_ENCODED = lazy_pattern(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = lazy_pattern(r"[A-Za-z0-9._~-]")


def as_the_browser_writes(url: URL, rules: UrlRules) -> URL:
    """The URL as it goes over the network and as responses give it to script."""
    match rules.percent_encoding:
        case "pipes-too" if "|" in url.path and url.is_http:
            return _with(url, url.path, url.path.replace("|", "%7C"))
        case "normalized" if "%" in url.href and url.is_http:
            query = "" if url.query is None else f"?{url.query}"
            return _with(url, url.path + query, _ENCODED.sub(_normalized, url.path + query))
        case _:
            return url


def _normalized(encoded: re.Match[str]) -> str:
    """A character that needs no encoding, or upper-case hexadecimal. https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2"""
    character = chr(int(encoded[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else encoded[0].upper()


def _with(url: URL, part: str, replacement: str) -> URL:
    """The URL with another path and what follows it; `part` begins with the slash after the authority."""
    start = url.href.index("/", len(url.scheme) + len("://"))
    return require_url(url.href[:start] + replacement + url.href[start + len(part) :])
