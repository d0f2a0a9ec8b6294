"""What browsers do to their HTTP cache once a check of what it holds has failed. The text does nothing then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reasons import Reason

if TYPE_CHECKING:
    from .ports import HTTPCache
    from .request import Request
    from .response import Response
    from .rules import HttpCacheRules


def drop_what_failed(
    response: Response, check: str, http_cache: HTTPCache[Any], rules: HttpCacheRules, *, keepalive: bool = False
) -> None:
    """Take out of the cache a response that failed a check; what it had replaced, or ended, is there again.

    `keepalive`: it is of a fetch() that outlives its page.
    """
    at = response.stored_at
    is_dropped = check in rules.drops_what_failed or (keepalive and f"{check} of keepalive" in rules.drops_what_failed)
    if at is not None and is_dropped:
        http_cache.discard(partition=at.partition, url=at.url, request_headers=at.request_headers)
        for stored in at.instead_of:
            http_cache.put_back(stored)


def drop_redirect_not_followed(response: Response, http_cache: HTTPCache[Any], rules: HttpCacheRules) -> None:
    """Take out of the cache a redirect that leads nowhere now; elsewhere it stays, and may fail again."""
    at = response.stored_at
    if at is not None and not rules.stores_redirects_not_followed:
        http_cache.discard(partition=at.partition, url=at.url, request_headers=at.request_headers)


def is_given_up(request: Request, response: Response, rules: HttpCacheRules) -> bool:
    """Report whether a load of its own is not begun: the first stops before its hash counts, or at its status."""
    if rules.background_revalidations_are != "new-loads":
        return False
    if response.is_network_error:
        return response.blocked is None or response.blocked.reason is not Reason.INTEGRITY_MISMATCH
    return request.destination in ("font", "script", "style") and response.unfiltered.status >= 400
