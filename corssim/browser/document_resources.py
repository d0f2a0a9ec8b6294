"""What a document has preloaded, and which requests that serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.cors_check import cors_check
from ..fetch.embedder_policy import cross_origin_resource_policy_check
from ..fetch.header_list import CONDITIONAL_HEADERS, get_decode_and_split
from ..fetch.kept_resources import PreloadEntry, PreloadKey
from ..fetch.page_events import FoundInDocument, PreloadConsidered
from ..fetch.reasons import OF_TYPES, Blocked, Stage
from ..fetch.request import CredentialsMode
from ..fetch.response import cors_filtered_response, network_error, opaque_filtered_response
from ..fetch.response_policies import blocked_by_integrity
from ..fetch.safelists import is_cors_safelisted_request_header
from ..fetch.trace import CheckFailed
from ..origin import same_origin
from .loaded_resources import forget_all_but, kept_url, known_to_preloads, loaded_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from ..fetch.fetch_params import FetchParams
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.rules import PreloadRules

_SCRIPTED = frozenset({"fetch", "XMLHttpRequest"})
_LOADED_BY = {"image": "img", "script": "script", "style": "stylesheet"}
_OF_ACCEPT_AND_CACHES = frozenset({"accept", "cache-control", "pragma"})
_NEVER_PRELOADED = frozenset({"preload", "iframe"})


def loaded_before(params: FetchParams, key: PreloadKey) -> Response | None:
    """What this document has loaded from this URL before, where that is not fetched again; `key` is a preload's.

    https://html.spec.whatwg.org/multipage/images.html#update-the-image-data,
    https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script
    """
    request = params.request
    now = params.user_agent.clock()
    response = loaded_by(request, request.api, params.profile, now)
    if request.api == "preload" and params.profile.preloads.are_fetched_once != "no":
        response = _preloaded_or_loaded(request, key, params.profile, now)
    if response is not None:
        params.trace.append(FoundInDocument(request.url.href, request.api, response.type))
    return response


def _preloaded_or_loaded(request: Request, wanted: PreloadKey, profile: BrowserProfile, now: float) -> Response | None:
    for entry in request.client.preloads.get(kept_url(request, profile), ()):
        if _is_lost(entry, profile):
            continue
        if entry.key == wanted:
            return entry.response
        if entry.key.destination != wanted.destination:
            continue
        if profile.preloads.serve_elements_of_any_mode and entry.key.mode == wanted.mode:
            return entry.response
        if profile.preloads.are_fetched_once == "with-any-mode":
            return entry.response
        if request.destination != "" and profile.preloads.serve_elements_of_any_mode:
            response = _as_asked_for(entry, request, profile)
            if response is not None:
                return response
    element = _LOADED_BY.get(request.destination, "")
    if request.destination in profile.documents.keep_while_fresh:
        element = request.destination  # a font
    return loaded_by(request, element, profile, now) or loaded_by(request, known_to_preloads(element), profile, now)


def _is_lost(entry: PreloadEntry, profile: BrowserProfile) -> bool:
    """Report whether a preload is found no more, because a redirect led it to a URL with a fragment."""
    urls = entry.response.unfiltered.url_list
    return profile.preloads.are_lost_at_fragments and len(urls) > 1 and urls[-1].fragment is not None


def _varies(entry: PreloadEntry, request: Request) -> bool:
    """Report whether what was preloaded is for another request than this one, by its Vary."""
    names = {name.lower() for name in get_decode_and_split(entry.response.unfiltered.header_list, "Vary") or ()}
    return "*" in names or ("origin" in names and (entry.key.mode == "cors") != (request.mode == "cors"))


def _as_asked_for(entry: PreloadEntry, request: Request, profile: BrowserProfile) -> Response | None:
    """What was preloaded in another mode as this request would get it; None if it would not, or nothing has come.

    The resource policies that counted for nothing while it was loaded with CORS count now, and let nothing be sent.
    """
    internal = entry.response.unfiltered
    if request.destination == "font":
        return entry.response
    if not _has_come(entry) or _refused_in_this_mode(entry, request) is not None:
        return None
    if entry.response.is_network_error:
        return entry.response
    if same_origin(request.url, request.origin):
        return internal
    if request.mode == "cors":
        return cors_filtered_response(internal)
    if internal.url is not None and same_origin(internal.url, request.origin):
        return opaque_filtered_response(internal)
    refused = cross_origin_resource_policy_check(
        request.origin, request.client, internal, Stage.ACTUAL, profile.embedder_policies
    )
    return opaque_filtered_response(internal) if refused is None else network_error(blocked=refused)


def was_refused_by_its_type(response: Response) -> bool:
    return response.blocked is not None and response.blocked.reason in OF_TYPES


def _has_come(entry: PreloadEntry) -> bool:
    """Report whether the preload did not fail, whatever its type."""
    if entry.response.is_network_error:
        return was_refused_by_its_type(entry.response)
    return entry.is_of_use or (entry.key.destination != "image" and entry.response.unfiltered.status < 400)


def _refused_in_this_mode(entry: PreloadEntry, request: Request) -> Blocked | None:
    """What CORS has against giving the request what was preloaded in another mode: its own URL was never asked."""
    if request.mode != "cors" or entry.key.mode == "cors" or same_origin(request.url, request.origin):
        return None
    checked = cors_check(
        request,
        list(entry.came_with) or entry.response.unfiltered.header_list,
        Stage.ACTUAL,
        serialized_origin=request.origin.serialized,
        with_credentials=request.credentials_mode == "include",
    )
    return checked if isinstance(checked, Blocked) else None


def is_loaded_beside_a_preload(request: Request, key: PreloadKey, profile: BrowserProfile) -> bool:
    """Report whether what an element loads stays beside what was preloaded in another mode, which is what is kept."""
    return profile.preloads.serve_elements_of_any_mode and _preloaded_otherwise(request, key, profile) is not None


def as_loaded_beside_a_preload(params: FetchParams, key: PreloadKey, response: Response) -> Response:
    """What came in place of a preload that CORS kept from the request: it is never shown to be the request's own."""
    entry = _preloaded_otherwise(params.request, key, params.profile)
    if entry is None or response.is_network_error or not _has_come(entry) or params.request.api == "preload":
        return response
    refused = _refused_in_this_mode(entry, params.request)
    if refused is None:
        return response
    if key.destination == "style":
        return opaque_filtered_response(response.unfiltered)
    params.trace.append(PreloadConsidered(params.request.url.href, True, was_error=True))
    return network_error(blocked=refused)


def _preloaded_otherwise(request: Request, key: PreloadKey, profile: BrowserProfile) -> PreloadEntry | None:
    entries = request.client.preloads.get(kept_url(request, profile), ())
    of_kind = (entry for entry in entries if entry.key.destination == key.destination != "")
    return next((entry for entry in of_kind if entry.key.mode != key.mode), None)


def keep_preload(request: Request, entry: PreloadEntry, profile: BrowserProfile) -> None:
    """Keep a preload for what asks for it; beside one that stays in the document no other is kept.

    https://html.spec.whatwg.org/multipage/links.html#preload
    """
    if profile.preloads.take_the_place_of == "others-in-another-mode":
        forget_all_but(request, request.mode, request.credentials_mode, profile)
    blocked = entry.response.blocked
    if blocked is not None and blocked.reason in OF_TYPES and _is_forgotten(entry.key.destination, profile):
        return
    is_image, is_error = entry.key.destination == "image", entry.response.is_network_error
    if profile.preloads.of_no_image_are_forgotten and is_image and not is_error and not entry.is_of_use:
        return
    entries = request.client.preloads.setdefault(kept_url(request, profile), [])
    entries[:] = [other for other in entries if not _is_lost(other, profile)]
    if profile.preloads.serve_again and any(other.key.destination == entry.key.destination for other in entries):
        return
    if profile.preloads.take_the_place_of == "others":
        forget_all_but(request, "", "", profile)
    entries.append(entry)


def _is_forgotten(destination: str, profile: BrowserProfile) -> bool:
    """Report whether what is of another type than this destination needs is not kept."""
    return profile.preloads.of_another_type_are_forgotten and destination in profile.preloads.need_their_type


def _peculiarity(request: Request, profile: BrowserProfile) -> str:
    """What sets a request of script apart from what was preloaded; "" for one that may be answered with that."""
    if request.method != "GET":
        return "method"
    rules = profile.preloads
    headers: Sequence[tuple[str, str]] = [header for header in request.header_list if header != ("Accept", "*/*")]
    if rules.serve_headers == "safelisted":
        headers = [header for header in headers if not is_cors_safelisted_request_header(*header, profile.safelists)]
    elif rules.serve_headers == "all-but-conditions":
        headers = [header for header in headers if header[0].lower() in CONDITIONAL_HEADERS]
    elif rules.serve_headers == "of-accept-and-caches":
        headers = [header for header in headers if header[0].lower() not in _OF_ACCEPT_AND_CACHES]
    peculiar = {
        "headers": bool(headers),
        "cache mode": request.cache_mode != "default",
        "redirect mode": request.redirect_mode != "follow",
        "same-origin": request.mode == "same-origin",
        "keepalive": request.keepalive,
        "own origin with CORS": request.mode != "no-cors" and same_origin(request.url, request.origin),
    }
    return next((name for name, is_so in peculiar.items() if is_so and name in {"headers", *rules.do_not_serve}), "")


def _lacks_the_integrity(entry: PreloadEntry, request: Request, profile: BrowserProfile) -> bool:
    """Report whether what was preloaded was not looked at for the hashes that are asked for now.

    https://html.spec.whatwg.org/multipage/links.html#consume-a-preloaded-resource, step 5 to 8
    """
    if not request.integrity_metadata or request.integrity_metadata == entry.integrity:
        return False
    asked_by: Literal["elements", "fetch"] = "fetch" if request.api in _SCRIPTED else "elements"
    return asked_by not in profile.preloads.serve_other_integrity_to


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
    entries = request.client.preloads.get(kept_url(request, params.profile))
    if not entries or request.api in _NEVER_PRELOADED:
        return None
    if request.api == "module" and not params.profile.preloads.serve_modules:
        return None
    if request.api == "EventSource" and not params.profile.preloads.serve_event_sources:
        return None
    wanted, rules = preload_key(request, params.profile), params.profile.preloads
    is_scripted = request.api in _SCRIPTED
    if rules.heed_vary and not is_scripted:
        entries[:] = [entry for entry in entries if not _varies(entry, request)]
    entries_of_kind = [entry for entry in entries if entry.key.destination == wanted.destination]
    if not entries_of_kind or all(_was_never_sent(entry) for entry in entries_of_kind):
        return None
    any_mode = not is_scripted and rules.serve_elements_of_any_mode
    anew = request.destination in rules.fetched_anew_if_failed
    peculiarity = _peculiarity(request, params.profile) if is_scripted else ""
    for entry in entries_of_kind:
        if peculiarity or (anew and not entry.is_of_use) or _is_lost(entry, params.profile):
            continue
        if _lacks_the_integrity(entry, request, params.profile):
            peculiarity = "integrity"
            continue
        if entry.key == wanted and entry.response.unfiltered.status == 304 and not rules.not_modified_serve:
            entries.remove(entry)
            return None
        if entry.key == wanted or (any_mode and entry.key.mode == wanted.mode):
            response: Response | None = entry.response
        else:
            response = _as_asked_for(entry, request, params.profile) if any_mode else None
        if response is not None:
            if not rules.serve_again:
                entries.remove(entry)
            params.trace.append(
                PreloadConsidered(
                    request.url.href,
                    True,
                    was_error=entry.response.is_network_error,
                    body=response.unfiltered.body or b"",
                    type=response.type,
                    never_came=entry.response.failure is not None,
                )
            )
            return _as_looked_at_again(params, response)
    if request.cache_mode != "no-store" and not any_mode and _is_dropped(peculiarity, rules):
        entries[:] = [entry for entry in entries if entry not in entries_of_kind]
    _tell_why_not(params, entries_of_kind[0], wanted, peculiarity)
    return None


def end_preloads(request: Request, response: Response, profile: BrowserProfile, *, of_script: bool = False) -> None:
    """Let what script fetched take the place of what was preloaded for elements, where one URL has one resource.

    `of_script`: of what was preloaded for script, too, as a beacon does.
    """
    was_sent = response.blocked is None or response.blocked.stage is not Stage.REQUEST
    if profile.preloads.are_ended_by_script and was_sent and request.cache_mode != "no-store":
        entries = request.client.preloads.get(kept_url(request, profile), [])
        entries[:] = [entry for entry in entries if not (of_script or entry.key.destination)]


def _was_never_sent(entry: PreloadEntry) -> bool:
    blocked = entry.response.blocked
    return blocked is not None and blocked.stage is Stage.REQUEST and len(entry.response.url_list) <= 1


def _is_dropped(peculiarity: str, rules: PreloadRules) -> bool:
    """Report whether what was preloaded is dropped, because it serves another request than this one."""
    return ("integrity" if peculiarity == "integrity" else "requests") in rules.dropped_by_other


def _as_looked_at_again(params: FetchParams, response: Response) -> Response:
    """What was preloaded, once the checks of its type and its hashes count for what asks for it now."""
    request = params.request
    if response.blocked is not None and was_refused_by_its_type(response):
        params.trace.append(CheckFailed(response.blocked))
    if response.is_network_error or not request.integrity_metadata:
        return response
    refused = blocked_by_integrity(request, response, params.profile.integrity)
    return response if refused is None else params.refuse(refused)


def note_preload_of_beacon(params: FetchParams) -> None:
    """Tell of a preload that a beacon would have had if it were not kept alive; it takes none."""
    wanted = preload_key(params.request, params.profile)
    entries = params.request.client.preloads.get(kept_url(params.request, params.profile), ())
    entry = next((entry for entry in entries if entry.key.destination == ""), None)
    if entry is not None:
        _tell_why_not(params, entry, wanted, "keepalive")


def _tell_why_not(params: FetchParams, entry: PreloadEntry, wanted: PreloadKey, peculiarity: str) -> None:
    """Tell that what was preloaded is not used; elements look for its hashes first."""
    if peculiarity == "integrity":
        because = peculiarity
    elif entry.key.credentials_mode != wanted.credentials_mode:
        because = "credentials mode"
    else:
        because = peculiarity or "mode"
    if params.request.keepalive and because == "method":
        because = "keepalive"
    params.trace.append(PreloadConsidered(entry.url, False, because))
