"""What a document keeps for its elements: what was preloaded, the images that are available, its modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.cors_check import cors_check
from ..fetch.kept_resources import LoadedKey, PreloadEntry, PreloadKey
from ..fetch.reasons import Blocked, Stage
from ..fetch.request import CredentialsMode
from ..fetch.response import cors_filtered_response, opaque_filtered_response
from ..fetch.safelists import is_cors_safelisted_request_header
from ..fetch.trace import FoundInDocument, PreloadConsidered
from ..origin import same_origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..fetch.fetch_params import FetchParams
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response

_SCRIPTED = frozenset({"fetch", "XMLHttpRequest"})
_LOADED_BY = {"image": "img", "style": "stylesheet"}
_NEVER_PRELOADED = frozenset({"preload", "iframe"})


def loaded_before(params: FetchParams, key: PreloadKey) -> Response | None:
    """What this document has loaded from this URL before, where that is not fetched again; `key` is a preload's.

    https://html.spec.whatwg.org/multipage/images.html#update-the-image-data,
    https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script
    """
    request = params.request
    forget_what_was_loaded_otherwise(request, params.profile)
    response = _loaded(request, request.api, params.profile)
    if request.api == "preload" and params.profile.preloads.are_fetched_once != "no":
        response = _preloaded_or_loaded(request, key, params.profile)
    if response is not None:
        params.trace.append(FoundInDocument(request.url.href, request.api, response.type))
    return response


def _preloaded_or_loaded(request: Request, wanted: PreloadKey, profile: BrowserProfile) -> Response | None:
    for entry in request.client.preloads.get(_kept_url(request, profile), ()):
        if _is_fetched_again(entry, profile):
            continue
        if entry.key == wanted:
            return entry.response
        if entry.key.destination != wanted.destination:
            continue
        if profile.preloads.serve_elements_of_any_mode and not entry.is_of_use and entry.key.mode == wanted.mode:
            return entry.response
        if profile.preloads.are_fetched_once == "with-any-mode":
            return entry.response
        if request.destination != "" and profile.preloads.serve_elements_of_any_mode:
            response = _as_asked_for(entry, request)
            if response is not None:
                return response
    return _loaded(request, _LOADED_BY.get(request.destination, ""), profile)


def _is_fetched_again(entry: PreloadEntry, profile: BrowserProfile) -> bool:
    """Report whether what was preloaded serves nothing, because it was led here from elsewhere."""
    response = entry.response
    was_led = response.type == "cors" and len(response.unfiltered.url_list) > 1
    return was_led and profile.preloads.redirected_cors_serves_nothing


def _as_asked_for(entry: PreloadEntry, request: Request) -> Response | None:
    """What was preloaded in another mode as this request would get it; None if it would not, or it is of no use."""
    internal = entry.response.unfiltered
    if request.destination == "font":
        return entry.response
    if not entry.is_of_use or internal.url is None:
        return None
    if same_origin(internal.url, request.origin):
        return entry.response
    if request.mode == "no-cors":
        return opaque_filtered_response(internal)
    checked = cors_check(
        request,
        internal.header_list,
        Stage.ACTUAL,
        serialized_origin=request.origin.serialized,
        with_credentials=request.credentials_mode == "include",
    )
    return None if isinstance(checked, Blocked) else cors_filtered_response(internal)


def keep_loaded(request: Request, response: Response, profile: BrowserProfile, *, of_use: bool) -> None:
    """Keep what came for the next element of this kind."""
    failed_module = request.api == "module" and profile.documents.keep_failed_modules
    if request.api in profile.documents.keep and (of_use or failed_module):
        key = _loaded_key(request, request.api, profile)
        request.client.loaded.setdefault(key.url, {})[key] = response


def forget_what_was_loaded_otherwise(request: Request, profile: BrowserProfile) -> None:
    """Where a document keeps one resource a URL, what is loaded in another way takes its place."""
    if not profile.documents.keep_one_of_a_url or request.api in ("module", "preload"):
        return
    key = _loaded_key(request, request.api, profile)
    of_url = request.client.loaded.get(key.url, {})
    for other in [other for other in of_url if other.element != "module" and other != key]:
        del of_url[other]


def _loaded(request: Request, element: str, profile: BrowserProfile) -> Response | None:
    key = _loaded_key(request, element, profile)
    return request.client.loaded.get(key.url, {}).get(key)


def _loaded_key(request: Request, element: str, profile: BrowserProfile) -> LoadedKey:
    if element == "module":
        return LoadedKey(element, request.url.href)
    return LoadedKey(element, _kept_url(request, profile), request.mode, request.credentials_mode)


def _kept_url(request: Request, profile: BrowserProfile) -> str:
    return (request.url.without_fragment() if profile.documents.keep_one_of_a_url else request.url).href


def keep_preload(request: Request, entry: PreloadEntry, profile: BrowserProfile) -> None:
    """Keep a preload for what asks for it; beside one that stays in the document no other is kept.

    https://html.spec.whatwg.org/multipage/links.html#preload
    """
    entries = request.client.preloads.setdefault(_kept_url(request, profile), [])
    if profile.preloads.serve_again and any(other.key.destination == entry.key.destination for other in entries):
        return
    entries.append(entry)


def _may_be_served(request: Request, profile: BrowserProfile) -> bool:
    """Report whether what script asks for is plain enough to be answered with a preload."""
    headers: Sequence[tuple[str, str]] = [header for header in request.header_list if header[0] != "Accept"]
    if profile.preloads.serve_safelisted_headers:
        headers = [header for header in headers if not is_cors_safelisted_request_header(*header, profile.safelists)]
    peculiar = {
        "cache mode": request.cache_mode != "default",
        "redirect mode": request.redirect_mode != "follow",
        "same-origin": request.mode == "same-origin",
        "integrity": request.integrity_metadata != "",
        "keepalive": request.keepalive,
    }
    return not headers and not any(peculiar[name] for name in profile.preloads.do_not_serve)


def preload_key(request: Request, profile: BrowserProfile) -> PreloadKey:
    """What a preload and the request that it serves must have in common."""
    credentials_mode = request.credentials_mode
    if profile.preloads.match_by == "crossorigin":
        # It says no more than no-cors, anonymous and use-credentials.
        if request.mode == "no-cors":
            credentials_mode = CredentialsMode.INCLUDE
        elif credentials_mode == "omit":
            credentials_mode = CredentialsMode.SAME_ORIGIN
    elif profile.preloads.match_by == "credentials" and credentials_mode == "same-origin":
        is_own = same_origin(request.url, request.origin)
        credentials_mode = CredentialsMode.INCLUDE if is_own else CredentialsMode.OMIT
    return PreloadKey(request.destination, request.mode, credentials_mode)


def consume_preload(params: FetchParams) -> Response | None:
    """Take the preloaded response for this request, if one matches. https://html.spec.whatwg.org/multipage/links.html#consume-a-preloaded-resource"""
    request = params.request
    entries = request.client.preloads.get(_kept_url(request, params.profile))
    if not entries or request.method != "GET" or request.api in _NEVER_PRELOADED:
        return None
    if request.api == "module" and not params.profile.preloads.serve_modules:
        return None
    if request.api == "EventSource" and not params.profile.preloads.serve_event_sources:
        return None
    wanted = preload_key(request, params.profile)
    entries_of_kind = [entry for entry in entries if entry.key.destination == wanted.destination]
    if request.api in _SCRIPTED and not _may_be_served(request, params.profile):
        _tell_of_other_credentials(params, entries_of_kind, wanted)
        return None
    any_mode = request.api not in _SCRIPTED and params.profile.preloads.serve_elements_of_any_mode
    anew = request.destination in params.profile.preloads.fetched_anew_if_failed
    for entry in entries_of_kind:
        if anew and not entry.is_of_use:
            continue
        if _is_fetched_again(entry, params.profile):
            continue
        response = entry.response if entry.key == wanted else _as_asked_for(entry, request) if any_mode else None
        if response is not None:
            if not params.profile.preloads.serve_again:
                entries.remove(entry)
            params.trace.append(PreloadConsidered(request.url.href, True, was_error=response.is_network_error))
            return response
    if not entries_of_kind:
        return None
    if params.profile.preloads.that_do_not_match_are_dropped:
        entries[:] = [entry for entry in entries if entry not in entries_of_kind]
    credentials_match = entries_of_kind[0].key.credentials_mode == wanted.credentials_mode
    because = "mode" if credentials_match else "credentials mode"
    params.trace.append(PreloadConsidered(request.url.href, False, because))
    return None


def note_preload_of_beacon(params: FetchParams) -> None:
    """Tell of a preload that a beacon would have had with other credentials; it takes none, and is no GET."""
    wanted = preload_key(params.request, params.profile)
    entries = params.request.client.preloads.get(_kept_url(params.request, params.profile), ())
    _tell_of_other_credentials(params, [entry for entry in entries if entry.key.destination == ""], wanted)


def _tell_of_other_credentials(params: FetchParams, entries: Sequence[PreloadEntry], wanted: PreloadKey) -> None:
    if entries and entries[0].key.credentials_mode != wanted.credentials_mode:
        params.trace.append(PreloadConsidered(params.request.url.href, False, "credentials mode"))
