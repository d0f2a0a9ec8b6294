"""Where a page remembers the last load of a URL: what that answers, and how it is validated beside the HTTP cache.

The text knows no such store; here stands what it does to a request on its way. What is remembered, and which request
recalls it, is decided in the browser around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import get
from .request import ResponseTainting

if TYPE_CHECKING:
    from .kept_resources import Remembered
    from .ports import StoredResponse
    from .request import Request
    from .response import Response
    from .wire import Headers, WireResponse


def serves_the_next_load(request: Request) -> bool:
    """Report whether what comes may be remembered: fetch() gets it piece by piece, but for its hash."""
    return request.api != "fetch" or request.integrity_metadata != ""


def is_answered_by_memory(request: Request) -> bool:
    """Report whether what is remembered is used as it is, before anything is sent."""
    remembered = request.remembered
    return remembered is not None and remembered.is_fresh and not request.redirect_count and _is_at(request, remembered)


def is_validated_from_memory(request: Request) -> bool:
    """Report whether the request asks about what is remembered, as a conditional request that the page itself made."""
    remembered = request.remembered
    return remembered is not None and not remembered.is_fresh and _still_asks(request, remembered)[1]


def is_validated_in_another_mode(request: Request, response: Response) -> bool:
    """Report whether a 304 says that what was loaded in another mode is still right: it stays what it was."""
    remembered = request.remembered
    if remembered is None or not remembered.of_another_mode or response.unfiltered.cache_state != "validated":
        return False
    return is_validated_from_memory(request)


def validators_of_its_own(request: Request) -> Headers:
    """The validators that the request carries where it is now, whatever the HTTP cache has of this URL.

    Those of memory are taken away by a redirect to another URL than last time. CORS takes up, behind a redirect, the
    headers that a request had at first: those of memory, and not those of what cached redirects led to.
    """
    remembered = request.remembered
    if remembered is not None and not remembered.is_fresh:
        carries = _still_asks(request, remembered)[0]
        return validators(remembered.stored.response) if carries else request.repeated_conditions
    if request.validates is None:
        return request.repeated_conditions
    if request.redirect_count and request.response_tainting == "cors":
        return ()
    return validators(request.validates.response)


def passes_the_http_cache_by(request: Request) -> bool:
    """Report whether the request goes to the network whatever is stored, because of what it asks about.

    Once a cached redirect was followed, only a conditional request or a frame's looks for what is stored.
    """
    if request.validates is not None:
        return True
    if request.remembered is None or request.remembered.is_fresh or not request.redirect_count:
        return False
    return not request.is_navigation and not validators_of_its_own(request)


def what_is_validated(request: Request) -> StoredResponse | None:
    """What a 304 says is still right, beside what the HTTP cache has of this very URL."""
    if is_validated_from_memory(request):
        assert request.remembered is not None
        return request.remembered.stored
    return request.validates


def is_freshened(request: Request, stored: StoredResponse) -> None:
    """Remember what is remembered as a 304 left it."""
    if is_validated_from_memory(request):
        assert request.remembered is not None
        request.remembered = request.remembered._replace(stored=stored)


def validators(response: WireResponse) -> Headers:
    """What asks whether a response is still right."""
    headers = response.headers
    found = (("If-None-Match", get(headers, "etag")), ("If-Modified-Since", get(headers, "last-modified")))
    return tuple([(name, value) for name, value in found if value])


def start_over(request: Request, stored: StoredResponse) -> None:
    """Make of a request that cached redirects led on the one that it was at first: that one asks about `stored`."""
    first = next(index for index, hop in enumerate(request.hops) if hop.by == "redirect")
    hop = request.hops[first]
    request.hops = request.hops[:first]
    request.url_list = request.url_list[: 1 + sum(before.by != "rewriting" for before in request.hops)]
    request.current_url = request.url_list[-1]
    request.header_list = list(hop.header_list)
    request.redirect_count = 0
    request.response_tainting = ResponseTainting.BASIC
    request.repeats = None
    request.repeated_conditions = ()
    request.has_lost_its_origin = False
    request.validates = stored


def _is_at(request: Request, remembered: Remembered) -> bool:
    return request.current_url.without_credentials_and_fragment().href == remembered.url


def _still_asks(request: Request, remembered: Remembered) -> tuple[bool, bool]:
    """Does the request carry the validators of what is remembered, and does a 304 still speak of it?"""
    carries = True
    for hop in request.hops:
        if hop.by != "redirect":
            continue
        if hop.from_cache:
            carries = request.response_tainting == "cors"  # Else the stored request goes on, which has none.
        if carries and hop.location.without_credentials().href != remembered.url:
            return False, False
    return carries, True
