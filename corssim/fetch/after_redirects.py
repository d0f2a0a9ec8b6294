"""What browsers ask where a redirect led, and of the redirect, before they refuse to go there. The text does not.

What is checked where the network is asked comes first, what is checked in the page comes after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import same_origin
from .cors_check import cors_check
from .cors_preflight_fetch import cors_preflight_fetch
from .mixed_content import says_to_upgrade
from .preflight_need import needs_new_preflight, needs_preflight, unsafe_names_to_list
from .reasons import Blocked, Stage
from .request_policies import blocked_before_sending, is_refused_as_mixed_content_alone
from .response import network_error

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .http_network_fetch import Fetching
    from .request import Request
    from .response import Response
    from .rules import RedirectRules


def preflight_before_mixed_content_check(params: FetchParams) -> Fetching[Response | None]:
    """Send the preflight of what will be refused as mixed content; the network error if the preflight fails first."""
    request, profile = params.request, params.profile
    if not profile.preflights.after_redirect_precedes_mixed_content_check or request.mode != "cors":
        return None
    if says_to_upgrade(request.client):
        return None  # It will be upgraded first, if it is insecure.
    unsafe_names = unsafe_names_to_list(request, profile)
    if not needs_preflight(request, unsafe_names, profile) or not is_refused_as_mixed_content_alone(params):
        return None
    response = yield from cors_preflight_fetch(params, unsafe_names)
    return response if response.is_network_error else None


def why_no_grant_lets_it_go_on(request: Request, response: Response, rules: RedirectRules) -> Blocked | None:
    """Hold a redirect away from another origin against the CORS check with credentials, though none were sent there.

    None: it is followed. A request has "same-origin" credentials for good, if it began at its own origin.
    """
    if not rules.after_leaving_the_origin_need_a_credentials_grant or request.response_tainting != "cors":
        return None
    if request.credentials_mode != "same-origin" or not same_origin(request.url, request.origin):
        return None
    if request.is_own_throughout:
        return None  # It came home by an upgrade.
    origin = request.serialize_origin()
    checked = cors_check(request, response.header_list, Stage.REDIRECT, serialized_origin=origin, with_credentials=True)
    return checked if isinstance(checked, Blocked) else None


def refused_for_want_of_a_grant(params: FetchParams, blocked: Blocked) -> Fetching[Response]:
    """Refuse a redirect that has been followed so far, unless what is asked before refuses it first."""
    request, profile = params.request, params.profile
    if (refused := (yield from preflight_before_mixed_content_check(params))) is not None:
        return refused
    if (by_a_policy := blocked_before_sending(params)) is not None:
        return network_error(blocked=by_a_policy)
    unsafe_names = unsafe_names_to_list(request, profile)
    if needs_preflight(request, unsafe_names, profile) and needs_new_preflight(params, unsafe_names):
        preflight_response = yield from cors_preflight_fetch(params, unsafe_names)
        if preflight_response.is_network_error:
            return preflight_response
    return params.refuse(blocked)
