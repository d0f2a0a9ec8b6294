"""What browsers do to their HTTP cache once a check of what it holds has failed. The text does nothing then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .environment import EnvironmentKind
from .header_list import lines_of
from .reasons import Reason

if TYPE_CHECKING:
    from .ports import HTTPCache
    from .request import Request
    from .response import Response
    from .rules import HttpCacheRules


def drop_what_failed(
    request: Request, response: Response, check: str, http_cache: HTTPCache[Any], rules: HttpCacheRules
) -> None:
    """Take out of the cache a response that failed a check; what it had replaced, or ended, is there again.

    A 304 is there as a whole before it is checked, and stays.
    """
    at = response.stored_at
    if (
        at is not None
        and response.status != 304
        and not rules.drops_what_failed.isdisjoint(_what_failed(request, response, check))
    ):
        http_cache.discard(partition=at.partition, url=at.url, request_headers=at.request_headers)
        for stored in at.instead_of:
            http_cache.put_back(stored)


def _what_failed(request: Request, response: Response, check: str) -> set[str]:
    """The check, and the check of such a request, where browsers tell workers, what outlives its page and modules that
    are none by their type apart.
    """
    failed = {check}
    if request.keepalive and request.api == "fetch":
        failed.add(f"{check} of keepalive")
    if request.client.kind is EnvironmentKind.WORKER and request.api != "XMLHttpRequest":
        failed.add(f"{check} of workers")
    if request.api == "module":
        from .mime_type import extract_mime_type  # here, because most fetches are of no module

        mime_type = extract_mime_type(lines_of(response.header_list, "Content-Type"))
        if mime_type is None or not mime_type.is_javascript:
            failed.add(f"{check} of other types")
    return failed


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
