"""When a stored response is used as it is, and the request that validates it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import replace
from .request import CacheMode

if TYPE_CHECKING:
    from .request import Request
    from .rules import HttpCacheRules


def is_used_as_it_is(freshness: str, cache_mode: str, request: Request) -> bool:
    """Report whether what is as fresh as that answers the request without asking its server."""
    if cache_mode in ("force-cache", "only-if-cached"):
        return True
    if freshness == "stale-while-revalidate" and request.method != "GET":
        return False
    return freshness != "stale" and not request.prevent_no_cache_cache_control_header_modification


def may_be_asked_about(status: int, request: Request, rules: HttpCacheRules) -> bool:
    """Report whether what is stored with this status is validated, not fetched anew: anything, in the background."""
    is_in_the_background = request.prevent_no_cache_cache_control_header_modification
    return rules.validates_only is None or status in rules.validates_only or is_in_the_background


def revalidating(request: Request) -> Request:
    """The request that validates in the background what was used stale."""
    return replace(
        request,
        url_list=list(request.url_list),
        header_list=list(request.header_list),
        cache_mode=CacheMode.NO_CACHE,
        prevent_no_cache_cache_control_header_modification=True,
    )
