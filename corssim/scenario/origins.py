"""Whether a page and a URL, as they are written, are of one origin."""

from __future__ import annotations

from ..origin import same_origin, url_origin
from ..url import parse_url


def is_same_origin(page: str, url: str) -> bool:
    """Report whether a page may read a URL without CORS."""
    from_page, to = parse_url(page), parse_url(url)
    return from_page is not None and to is not None and same_origin(url_origin(from_page), url_origin(to))
