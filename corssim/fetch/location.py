"""Where a redirect leads. https://fetch.spec.whatwg.org/#concept-response-location-url"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..url import parse_url
from .url_spelling import as_the_browser_writes

if TYPE_CHECKING:
    from ..url import URL
    from .profile import BrowserProfile
    from .response import Response


def location_url(response: Response, current_url: URL, profile: BrowserProfile) -> URL | Literal["absent", "failure"]:
    """The URL in Location, resolved against the current URL and keeping its fragment.

    https://fetch.spec.whatwg.org/#concept-response-location-url
    """
    values = [value for name, value in response.header_list if name.lower() == "location"]
    if not values:
        return "absent"
    if len(values) > 1:
        if profile.repeated_location == "combined":
            values = [", ".join(values)]
        elif profile.repeated_location == "refused" or len(set(values)) > 1:
            return "failure"
    value = values[0]
    if not value and profile.empty_location != "followed":
        return "absent" if profile.empty_location == "returned" else "failure"
    # A server's bytes: UTF-8 where they are that, else each byte a character.
    try:
        text = value.encode("latin-1").decode()
    except UnicodeDecodeError:
        text = value
    url = parse_url(text, current_url)
    if url is None:
        return "failure"
    url = as_the_browser_writes(url, profile)
    if url.fragment is None and current_url.fragment is not None:
        return parse_url(f"{url.href}#{current_url.fragment}") or url
    return url
