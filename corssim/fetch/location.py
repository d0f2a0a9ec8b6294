"""Where a redirect leads. https://fetch.spec.whatwg.org/#concept-response-location-url"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..url import parse_url
from .byte_strings import text_of
from .url_spelling import as_the_browser_writes

if TYPE_CHECKING:
    from ..url import URL
    from .profile import BrowserProfile
    from .response import Response


_ESCAPED = {
    "bytes-above-ascii-escaped": {byte: f"%{byte:02X}" for byte in range(0x80, 0x100)},
    "all-but-printable-ascii-escaped": {byte: f"%{byte:02X}" for byte in range(0x100) if not 0x21 <= byte <= 0x7E},
}


def location_url(response: Response, current_url: URL, profile: BrowserProfile) -> URL | Literal["absent", "failure"]:
    """The URL in Location, resolved against the current URL and keeping its fragment.

    https://fetch.spec.whatwg.org/#concept-response-location-url
    """
    values = [value for name, value in response.header_list if name.lower() == "location"]
    if not values:
        return "absent"
    value, *others = values
    if profile.redirects.repeated_location == "combined":
        value = ", ".join(values)
    elif others and (profile.redirects.repeated_location == "refused" or {*others} != {value}):
        return "failure"
    if not value and profile.redirects.empty_location != "followed":
        return "absent" if profile.redirects.empty_location == "returned" else "failure"
    url = parse_url(_text_of(value, profile), current_url)
    if url is None:
        return "failure"
    url = as_the_browser_writes(url, profile.urls)
    if url.fragment is None and current_url.fragment is not None:
        return parse_url(f"{url.href}#{current_url.fragment}") or url
    return url


def _text_of(value: str, profile: BrowserProfile) -> str:
    """What is parsed of a server's bytes."""
    match profile.redirects.location_is_read_as:
        case "latin-1":
            return value
        case "utf-8-or-latin-1":
            text = text_of(value)
            return value if text is None else text
        case escaped:
            return value.translate(_ESCAPED[escaped])
