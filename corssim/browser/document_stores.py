"""What a document has loaded before: its preloads, its module map and its list of available images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.environment import AvailableResource, PreloadEntry
from ..fetch.response import is_ok_status
from ..fetch.trace import PreloadConsidered

if TYPE_CHECKING:
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.user_agent import FetchParams

_SCRIPTED = frozenset({"fetch", "XMLHttpRequest"})


def loaded_before(request: Request, profile: BrowserProfile) -> Response | None:
    """The response that the document has for a module, an image or a style sheet, whatever it says of caches.

    https://html.spec.whatwg.org/multipage/webappapis.html#module-map
    https://html.spec.whatwg.org/multipage/images.html#list-of-available-images
    """
    client = request.client
    if request.api == "module":
        return client.module_map.get(request.url.href)
    key = _key(request, profile)
    if profile.images_are_available_by == "url":
        # There is one resource a URL: what is loaded in another way takes its place.
        url = request.url.without_fragment().href
        for other in [other for other in client.available_resources if other.url == url and other != key]:
            del client.available_resources[other]
    return client.available_resources.get(key) if key is not None else None


def remember(request: Request, response: Response, profile: BrowserProfile) -> None:
    """Keep a module, an image or a style sheet that was loaded."""
    key = _key(request, profile)
    if request.api == "module":
        if not (response.is_network_error and profile.failed_modules_are_fetched_anew):
            request.client.module_map.setdefault(request.url.href, response)
    elif key is not None and not response.is_network_error:
        request.client.available_resources[key] = response


def _key(request: Request, profile: BrowserProfile) -> AvailableResource | None:
    if request.api != "img" and not (request.api == "stylesheet" and profile.stylesheets_stay_in_their_document):
        return None
    by_url = profile.images_are_available_by == "url"
    url = request.url.without_fragment() if by_url else request.url
    return AvailableResource(url.href, request.api, request.mode, request.credentials_mode)


def keep_preload(request: Request, response: Response) -> None:
    """https://html.spec.whatwg.org/multipage/links.html#preload"""
    entry = PreloadEntry(request.destination, request.mode, request.credentials_mode, response)
    request.client.preloads.setdefault(request.url.href, []).append(entry)


def consume_preload(params: FetchParams) -> Response | None:
    """Take the preloaded response for this request, if one matches. https://html.spec.whatwg.org/multipage/links.html#consume-a-preloaded-resource"""
    request = params.request
    entries = request.client.preloads.get(request.url.href)
    if not entries or request.method != "GET":
        return None
    if request.api == "module" and not params.profile.preloads_serve_modules:
        return None
    if request.api == "EventSource" and not params.profile.preloads_serve_event_sources:
        return None
    if request.api in _SCRIPTED and any(name != "Accept" for name, _ in request.header_list):
        return None
    entries_of_kind = [entry for entry in entries if entry.destination == request.destination]
    any_mode = request.api not in _SCRIPTED and params.profile.preloads_serve_elements_of_any_mode
    anew = request.destination in params.profile.failed_preloads_are_fetched_anew
    for entry in entries_of_kind:
        if anew and not is_ok_status(entry.response.unfiltered.status):
            continue
        if any_mode or (entry.mode, entry.credentials_mode) == (request.mode, request.credentials_mode):
            entries.remove(entry)
            params.trace.append(PreloadConsidered(request.url.href, True, was_error=entry.response.is_network_error))
            return entry.response
    if not entries_of_kind:
        return None
    if params.profile.preloads_that_do_not_match_are_dropped:
        entries[:] = [entry for entry in entries if entry not in entries_of_kind]
    credentials_match = entries_of_kind[0].credentials_mode == request.credentials_mode
    because = "mode" if credentials_match else "credentials mode"
    params.trace.append(PreloadConsidered(request.url.href, False, because))
    return None
