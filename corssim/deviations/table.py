"""All deviations together, and the README's table of them."""

from __future__ import annotations

from ..fetch.browsers import recorded_browsers
from ..fetch.browsers.standard import STANDARD
from .cookies import COOKIES
from .documents import DOCUMENTS
from .http_cache import HTTP_CACHE
from .network import NETWORK
from .policies import POLICIES
from .preflights import PREFLIGHTS
from .redirects import REDIRECTS
from .request_headers import REQUEST_HEADERS
from .requests import REQUESTS
from .responses import RESPONSES

_TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

DEVIATIONS = (
    *REQUESTS,
    *PREFLIGHTS,
    *REDIRECTS,
    *REQUEST_HEADERS,
    *COOKIES,
    *HTTP_CACHE,
    *POLICIES,
    *RESPONSES,
    *DOCUMENTS,
    *NETWORK,
)
"""Every rule. `name`, `version`, `user_agent` and `console` are none: they only say who it is."""


def deviations_table() -> str:
    """The Markdown table of every place where a browser leaves the text, made from the profiles."""
    browsers = recorded_browsers()
    lines = [
        "| | standard | " + " | ".join(_TITLES[name] for name in browsers) + " |",
        "|---|---|" + "---|" * len(browsers),
    ]
    for deviation in DEVIATIONS:
        by_text = deviation.says(STANDARD)
        said = [deviation.says(profile) for profile in browsers.values()]
        if all(phrase == by_text for phrase in said):
            continue
        cells = [phrase if phrase != by_text else "" for phrase in said]
        lines.append(f"| {deviation.about} | {by_text} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
