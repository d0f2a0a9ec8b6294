"""What a document uses of what it has although that is stale, and has loaded anew in the background.

https://httpwg.org/specs/rfc5861.html#n-the-stale-while-revalidate-cache-control-extension, for what is in no HTTP cache
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.fetching import load_in_the_background
from ..fetch.http_cache_answers import load_anew
from ..fetch.kept_resources import GoesStale
from ..fetch.reasons import OF_TYPES, Reason
from .fresh_resources import answers_on_the_way
from .freshness import is_used_stale_from

if TYPE_CHECKING:
    from ..fetch.fetch_params import FetchParams
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.response import Response

_KNOWN_TO_THE_DOCUMENT = OF_TYPES | {Reason.INTEGRITY_MISMATCH}


def note_when_it_goes_stale(params: FetchParams, response: Response) -> None:
    """Note with what an element loaded from when on it is loaded anew, where a browser does that.

    The first answer on its way that goes stale counts; one that failed a check on its way has not reached the document.
    """
    profile = params.profile
    if not profile.documents.load_anew_what_is_stale:
        return
    now = params.user_agent.clock()
    answers = list(answers_on_the_way(params))
    if response.blocked is not None and response.blocked.reason not in _KNOWN_TO_THE_DOCUMENT:
        answers = answers[:-1]
    times = [is_used_stale_from(each.status, each.headers, now, profile.freshness) for each in answers]
    since = min((time for time in times if time is not None), default=None)
    if since is not None:
        response.unfiltered.goes_stale = GoesStale(since, load_anew(params.request))


def load_what_is_stale_anew(params: FetchParams, used: Response) -> Fetching[None]:
    """Load anew, once, what was found and is stale; then elements find it no more, a preload is still there."""
    found, request = used.unfiltered, params.request
    stale = found.goes_stale
    if stale is None or params.user_agent.clock() < stale.since:
        return
    if (stale.request.mode, stale.request.credentials_mode) != (request.mode, request.credentials_mode):
        return  # no more than that it is there was asked
    found.goes_stale = None
    yield from load_in_the_background(params, stale.request)
    for of_url in request.client.loaded.values():
        for key in [key for key, loaded in of_url.items() if loaded.response.unfiltered is found]:
            del of_url[key]
