"""What a document keeps for its elements: what was preloaded, the images that are available, its modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.environment import LoadedKey, PreloadEntry, PreloadKey
from ..fetch.response import is_ok_status
from ..fetch.trace import FoundInDocument, PreloadConsidered

if TYPE_CHECKING:
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.user_agent import FetchParams

_SCRIPTED = frozenset({"fetch", "XMLHttpRequest"})
_LOADED_BY = {"image": "img", "style": "stylesheet"}
_NEVER_PRELOADED = frozenset({"preload", "iframe"})


def loaded_before(params: FetchParams) -> Response | None:
    """What this document has loaded from this URL before, where that is not fetched again.

    https://html.spec.whatwg.org/multipage/images.html#update-the-image-data,
    https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script
    """
    request = params.request
    response = request.client.loaded.get(_loaded_key(request, request.api))
    if request.api == "preload" and params.profile.preloads_are_fetched_once:
        response = _preloaded_or_loaded(request)
    if response is not None:
        params.trace.append(FoundInDocument(request.url.href, request.api))
    return response


def _preloaded_or_loaded(request: Request) -> Response | None:
    for entry in request.client.preloads.get(request.url.href, ()):
        if entry.key == (request.destination, request.mode, request.credentials_mode):
            return entry.response
    return request.client.loaded.get(_loaded_key(request, _LOADED_BY.get(request.destination, "")))


def keep_loaded(request: Request, response: Response, profile: BrowserProfile, *, of_use: bool) -> None:
    """Keep what came for the next element of this kind."""
    failed_module = request.api == "module" and profile.failed_modules_are_kept
    if request.api in profile.documents_keep and (of_use or failed_module):
        request.client.loaded[_loaded_key(request, request.api)] = response


def _loaded_key(request: Request, element: str) -> LoadedKey:
    url = request.url.href
    return (
        LoadedKey(element, url)
        if element == "module"
        else LoadedKey(element, url, request.mode, request.credentials_mode)
    )


def keep_preload(request: Request, key: PreloadKey, response: Response) -> None:
    """https://html.spec.whatwg.org/multipage/links.html#preload"""
    request.client.preloads.setdefault(request.url.href, []).append(PreloadEntry(key, response))


def consume_preload(params: FetchParams) -> Response | None:
    """Take the preloaded response for this request, if one matches. https://html.spec.whatwg.org/multipage/links.html#consume-a-preloaded-resource"""
    request = params.request
    entries = request.client.preloads.get(request.url.href)
    if not entries or request.method != "GET" or request.api in _NEVER_PRELOADED:
        return None
    if request.api == "module" and not params.profile.preloads_serve_modules:
        return None
    if request.api == "EventSource" and not params.profile.preloads_serve_event_sources:
        return None
    if request.api in _SCRIPTED and any(name != "Accept" for name, _ in request.header_list):
        return None
    wanted = PreloadKey(request.destination, request.mode, request.credentials_mode)
    entries_of_kind = [entry for entry in entries if entry.key.destination == wanted.destination]
    any_mode = request.api not in _SCRIPTED and params.profile.preloads_serve_elements_of_any_mode
    anew = request.destination in params.profile.failed_preloads_are_fetched_anew
    for entry in entries_of_kind:
        if anew and not is_ok_status(entry.response.unfiltered.status):
            continue
        if any_mode or entry.key == wanted:
            entries.remove(entry)
            params.trace.append(PreloadConsidered(request.url.href, True, was_error=entry.response.is_network_error))
            return entry.response
    if not entries_of_kind:
        return None
    if params.profile.preloads_that_do_not_match_are_dropped:
        entries[:] = [entry for entry in entries if entry not in entries_of_kind]
    credentials_match = entries_of_kind[0].key.credentials_mode == wanted.credentials_mode
    because = "mode" if credentials_match else "credentials mode"
    params.trace.append(PreloadConsidered(request.url.href, False, because))
    return None
