"""Whether a request is preflighted, and which header names the preflight lists. https://fetch.spec.whatwg.org/#main-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .header_list import lowercase_names
from .http_network_or_cache_fetch import effective_cache_mode
from .local_network_access import is_local_network_request
from .methods import is_cors_safelisted_method
from .mixed_content import led_home_by_an_upgrade, needs_no_cors_at_its_host
from .preflight_cache import asks_for_method
from .request_hops import before_redirects, was_preflighted
from .safelists import cors_unsafe_request_header_names
from .trace import preflight_considered

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .profile import BrowserProfile
    from .request import Request
    from .rules import PreflightRules


def needs_preflight(request: Request, unsafe_names: list[str], profile: BrowserProfile) -> bool:
    """Report whether the request is not simple, whatever the cache knows. https://fetch.spec.whatwg.org/#concept-main-fetch"""
    by_the_text = request.use_cors_preflight or (
        request.unsafe_request and (not is_cors_safelisted_method(request.method) or bool(unsafe_names))
    )
    if request.prevent_no_cache_cache_control_header_modification and profile.http_cache.revalidates_beside_preflights:
        return False
    if request.current_url.scheme == "http" and needs_no_cors_at_its_host(request, profile.mixed_content):
        return False
    if not request.hops:
        return by_the_text
    return (by_the_text or _was_needed_before(request, profile)) and not led_home_by_an_upgrade(request)


def unsafe_names_to_list(request: Request, profile: BrowserProfile) -> list[str]:
    """Names that a preflight lists: of the headers sent, or what a browser lists after a redirect took some away."""
    if not request.unsafe_request:
        return []
    first = before_redirects(request.hops) if request.hops else None
    if first is not None and _lists_what_was_asked(request, profile.preflights):
        return cors_unsafe_request_header_names(first.header_list, profile.safelists)
    return cors_unsafe_request_header_names(request.header_list, profile.safelists)


def needs_new_preflight(params: FetchParams, unsafe_names: list[str]) -> bool:
    """Report whether the CORS-preflight cache leaves anything of the request uncovered."""
    request, profile = params.request, params.profile
    unsafe_method = not is_cors_safelisted_method(request.method)
    because = [request.method, *unsafe_names] if unsafe_method else unsafe_names
    if request.use_cors_preflight:
        because = [*because, "use-CORS-preflight flag"]
    cached: tuple[str, ...] = ()
    needed = True
    if len(params.user_agent.preflight_cache) and _may_be_covered(params, unsafe_names):
        match = params.user_agent.preflight_cache.match(request, unsafe_names, profile, params.user_agent.clock())
        method_is_open = not match.method and (
            asks_for_method(request, profile.preflight_cache) or not unsafe_names or request.use_cors_preflight
        )
        needed = method_is_open or (unsafe_names != [] and len(match.header_names) < len(set(unsafe_names)))
        cached = (request.method, *sorted(match.header_names)) if match.method else tuple(sorted(match.header_names))
    params.trace.append(preflight_considered(request.current_url.href, needed, tuple(because), cached))
    return needed


# Below: what browsers do beyond the text.


def _was_needed_before(request: Request, profile: BrowserProfile) -> bool:
    """Report whether an earlier hop was preflighted, or would have been but for its origin, and that holds on."""
    if not profile.preflights.once_needed_is_for_every_hop or not request.hops:
        return False
    if was_preflighted(request.hops):
        return True
    first = before_redirects(request.hops)
    return (
        first is not None
        and request.unsafe_request
        and not _repeats_its_preflight(request, profile.preflights)
        and bool(cors_unsafe_request_header_names(first.header_list, profile.safelists))
    )


def _repeats_its_preflight(request: Request, rules: PreflightRules) -> bool:
    return request.api == "sendBeacon" and rules.beacons_repeat_theirs


def _lists_what_was_asked(request: Request, rules: PreflightRules) -> bool:
    """Report whether the preflight after a redirect lists the names that the request had at first."""
    if _repeats_its_preflight(request, rules):
        return was_preflighted(request.hops)
    return rules.after_redirect_lists == "what-was-asked"


def _may_be_covered(params: FetchParams, unsafe_names: list[str]) -> bool:
    """Report whether the request asks the CORS-preflight cache at all."""
    request, profile = params.request, params.profile
    if profile.preflight_cache.bypassed_by and _passes_by_the_preflight_cache(request, unsafe_names, profile):
        return False
    return profile.local_network.preflights_are_cached or not is_local_network_request(params)


def _passes_by_the_preflight_cache(request: Request, unsafe_names: list[str], profile: BrowserProfile) -> bool:
    if request.prevent_no_cache_cache_control_header_modification:
        return False
    # What makes a request conditional is never safelisted, so that without redirects it is among the unsafe names.
    names = lowercase_names(request.header_list) if request.hops else unsafe_names
    return effective_cache_mode(request, profile, names) in profile.preflight_cache.bypassed_by
