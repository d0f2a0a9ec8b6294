"""Whether a request is preflighted, and which header names the preflight lists. https://fetch.spec.whatwg.org/#main-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import lowercase_names
from .http_network_or_cache_fetch import effective_cache_mode
from .methods import is_cors_safelisted_method
from .preflight_cache import asks_for_method
from .safelists import cors_unsafe_request_header_names
from .trace import PreflightConsidered

if TYPE_CHECKING:
    from .profile import BrowserProfile
    from .request import Request
    from .user_agent import FetchParams


def needs_preflight(request: Request, unsafe_names: list[str], profile: BrowserProfile) -> bool:
    """Report whether the request is not simple, whatever the cache knows."""
    return (
        request.use_cors_preflight
        or (request.unsafe_request and (not is_cors_safelisted_method(request.method) or bool(unsafe_names)))
        or (profile.preflights.once_needed_is_for_every_hop and _was_needed_before(request, profile))
    )


def _was_needed_before(request: Request, profile: BrowserProfile) -> bool:
    """Report whether an earlier hop was preflighted, or would have been but for its origin."""
    return request.needed_preflight or (
        bool(request.asked_unsafe_names) and not _repeats_its_preflight(request, profile)
    )


def _repeats_its_preflight(request: Request, profile: BrowserProfile) -> bool:
    return request.api == "sendBeacon" and profile.preflights.beacons_repeat_theirs


def unsafe_names_to_list(request: Request, profile: BrowserProfile) -> list[str]:
    """Names that a preflight lists: of the headers sent, or what a browser lists after a redirect took some away."""
    if not request.unsafe_request:
        return []
    lists_what_was_asked = profile.preflights.after_redirect_lists == "what-was-asked"
    if _repeats_its_preflight(request, profile):
        lists_what_was_asked = request.needed_preflight
    if request.asked_unsafe_names is None or not lists_what_was_asked:
        return cors_unsafe_request_header_names(request.header_list, profile)
    return request.asked_unsafe_names


def needs_new_preflight(params: FetchParams, unsafe_names: list[str]) -> bool:
    """Report whether the CORS-preflight cache leaves anything of the request uncovered."""
    request, profile = params.request, params.profile
    unsafe_method = not is_cors_safelisted_method(request.method)
    because = [request.method, *unsafe_names] if unsafe_method else unsafe_names
    if request.use_cors_preflight:
        because = [*because, "use-CORS-preflight flag"]
    cached: tuple[str, ...] = ()
    needed = True
    if not _passes_by_the_preflight_cache(request, profile):
        match = params.user_agent.preflight_cache.match(request, unsafe_names, profile, params.user_agent.clock())
        method_is_open = not match.method and (
            asks_for_method(request, profile) or not unsafe_names or request.use_cors_preflight
        )
        needed = method_is_open or len(match.header_names) < len(set(unsafe_names))
        cached = (*((request.method,) if match.method else ()), *sorted(match.header_names))
    params.trace.append(PreflightConsidered(request.current_url.href, needed, tuple(because), cached))
    return needed


def _passes_by_the_preflight_cache(request: Request, profile: BrowserProfile) -> bool:
    cache_modes = profile.preflight_cache.bypassed_by
    if not cache_modes or request.prevent_no_cache_cache_control_header_modification:
        return False
    return effective_cache_mode(request, profile, lowercase_names(request.header_list)) in cache_modes
