"""What the elements of a document have loaded, and what the next ones find of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import get_decode_and_split
from ..fetch.kept_resources import Loaded, LoadedKey
from ..fetch.reasons import Reason
from ..fetch.request_hops import url_before_rewriting
from .fresh_resources import ask_with_what_is_kept, lacks_its_hash

if TYPE_CHECKING:
    from ..fetch.profile import BrowserProfile
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..url import URL


def keep_loaded(
    request: Request, response: Response, profile: BrowserProfile, *, of_use: bool, was_preloaded: bool
) -> None:
    """Keep what came for the next element of this kind."""
    if request.api != "module" and _is_not_kept(response, profile):
        return
    failed_module = request.api == "module" and profile.documents.keep_failed_modules and not _never_began(response)
    if request.api in profile.documents.keep and (of_use or failed_module):
        _keep(request, request.api, response, profile)
    elif request.api in profile.documents.keep_while_fresh and (of_use or lacks_its_hash(response)):
        stays_fresh = response.unfiltered.stays_fresh
        _keep(request, request.api, response, profile, until=stays_fresh.until if stays_fresh is not None else 0.0)
    if request.api in profile.preloads.have_what_was_loaded_by and not was_preloaded:
        _keep(request, known_to_preloads(request.api), response, profile)


def _never_began(response: Response) -> bool:
    """Report whether nothing was asked for, because that would have been mixed content."""
    blocked = response.blocked
    return blocked is not None and blocked.reason is Reason.MIXED_CONTENT and len(response.url_list) <= 1


def _is_not_kept(response: Response, profile: BrowserProfile) -> bool:
    """Report whether a document keeps nothing of this, because it varies by anything or of where it came from."""
    if not profile.documents.keep_what_varies_by_anything and _varies_by_anything(response):
        return True
    redirects_led_to = response.unfiltered.url_list[1:]
    led_to_a_fragment = any(url.fragment is not None for url in redirects_led_to)
    return led_to_a_fragment and not profile.documents.keep_what_redirects_to_fragments_led_to


def _varies_by_anything(response: Response) -> bool:
    return "*" in (get_decode_and_split(response.unfiltered.header_list, "Vary") or ())


def _keep(
    request: Request, element: str, response: Response, profile: BrowserProfile, *, until: float | None = None
) -> None:
    key = _loaded_key(request, element, profile)
    request.client.loaded.setdefault(key.url, {})[key] = Loaded(
        response, until, None if until is None else request.integrity_metadata
    )


def forget_what_was_loaded_otherwise(request: Request, profile: BrowserProfile) -> None:
    """Where a document keeps one resource a URL, what is loaded in another way takes its place."""
    if not profile.documents.keep_one_of_a_url or request.api in ("module", "preload"):
        return
    key = _loaded_key(request, request.api, profile)
    of_url = request.client.loaded.get(key.url, {})
    for other in [other for other in of_url if other.element != "module" and other != key]:
        del of_url[other]


def forget_all_but(request: Request, mode: str, credentials_mode: str, profile: BrowserProfile) -> None:
    """Forget what elements loaded from the request's URL in another mode."""
    of_url = request.client.loaded.get(kept_url(request, profile), {})
    for key in [key for key in of_url if (key.mode, key.credentials_mode) != (mode, credentials_mode)]:
        if key.element != "module":
            del of_url[key]


def loaded_by(request: Request, element: str, profile: BrowserProfile, now: float) -> Response | None:
    """What such an element has loaded from the request's URL in its mode, if it is still found."""
    key = _loaded_key(request, element, profile)
    loaded = request.client.loaded.get(key.url, {}).get(key)
    if loaded is None or (loaded.integrity is not None and loaded.integrity != request.integrity_metadata):
        return None
    if loaded.until is not None and now >= loaded.until:
        ask_with_what_is_kept(request, loaded)
        return None
    return loaded.response


def _loaded_key(request: Request, element: str, profile: BrowserProfile) -> LoadedKey:
    if element == "module":  # by the URL as it was before it was upgraded
        return LoadedKey(element, (url_before_rewriting(request.hops[:1]) or request.url).href)
    return LoadedKey(element, kept_url(request, profile), request.mode, request.credentials_mode)


def kept_url(request: Request, profile: BrowserProfile) -> str:
    """The URL under which a document keeps what it loads."""
    url = _url_asked_for(request, profile)
    return (url.without_fragment() if profile.documents.keep_one_of_a_url else url).href


def _url_asked_for(request: Request, profile: BrowserProfile) -> URL:
    """As it was before it was upgraded, or after."""
    before = None if profile.documents.keep_by_upgraded_urls else url_before_rewriting(request.hops[:1])
    return before or request.url


def known_to_preloads(element: str) -> str:
    """What stands for an element among what was loaded, where that counts for preloads alone."""
    return f"preload of {element}"
