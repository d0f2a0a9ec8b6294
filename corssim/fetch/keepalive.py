"""The quota of keepalive bodies: 64 KiB of all that are in flight for a page. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .reasons import Blocked, Reason, blocked_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .fetch_params import FetchParams

_LIMIT = 65536  # bytes


@contextmanager
def keepalive_in_flight(params: FetchParams) -> Iterator[None]:
    """While this lasts, the request's body counts for what else its page sends with keepalive."""
    request, in_flight = params.request, params.user_agent.keepalive_in_flight
    if request.body is None or not request.body.length:
        yield
        return
    record = (request.client, request.body.length)
    in_flight.append(record)
    try:
        yield
    finally:
        in_flight[:] = [other for other in in_flight if other is not record]


def why_the_body_is_over_the_quota(params: FetchParams, length: int) -> Blocked | None:
    """Refuse a keepalive body that is too long, alone or together with those in flight.

    A redirect may have taken the body away: then nothing is asked here, and what is in flight is as long as it was.
    """
    request = params.request
    if not request.keepalive:
        return None
    in_flight = [size for client, size in params.user_agent.keepalive_in_flight if client is request.client]
    others = sum(in_flight) - length
    if length + others <= _LIMIT:
        return None
    return blocked_request(
        request,
        Reason.KEEPALIVE_BODY_TOO_LARGE,
        "concept-http-network-or-cache-fetch",
        subject=str(length),
        compared_with=str(_LIMIT),
        detail=f"{others} bytes of other keepalive bodies of the page are in flight" if others else "",
    )
