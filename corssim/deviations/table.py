"""All deviations together, and the README's table of them."""

from __future__ import annotations

from dataclasses import fields

from ..fetch.profiles import BROWSERS, STANDARD
from .cookies import COOKIES
from .http_cache import HTTP_CACHE
from .policies import POLICIES
from .preflights import PREFLIGHTS
from .redirects_and_headers import REDIRECTS_AND_HEADERS
from .responses import RESPONSES
from .simple_requests import SIMPLE_REQUESTS

_TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

DEVIATIONS = (
    *SIMPLE_REQUESTS,
    *PREFLIGHTS,
    *REDIRECTS_AND_HEADERS,
    *COOKIES,
    *POLICIES,
    *HTTP_CACHE,
    *RESPONSES,
)
"""Every field that changes what a browser does. `name`, `user_agent` and `console` only say who it is."""

IDENTITY_FIELDS = frozenset({"name", "user_agent", "console"})


def undescribed_fields() -> set[str]:
    """Fields of a profile without an entry above; a test wants none."""
    described = {deviation.field for deviation in DEVIATIONS}
    return {field.name for field in fields(STANDARD)} - described - IDENTITY_FIELDS


def deviations_table() -> str:
    """The Markdown table of every place where a browser leaves the text, made from the profiles."""
    lines = [
        "| | standard | " + " | ".join(_TITLES[name] for name in BROWSERS) + " |",
        "|---|---|" + "---|" * len(BROWSERS),
    ]
    for deviation in DEVIATIONS:
        by_text = deviation.says(STANDARD)
        said = [deviation.says(profile) for profile in BROWSERS.values()]
        if all(phrase == by_text for phrase in said):
            continue
        cells = [phrase if phrase != by_text else "" for phrase in said]
        lines.append(f"| {deviation.about} | {by_text} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
