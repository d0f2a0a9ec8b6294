"""Forms of secure pages that would go over http: browsers ask the user before anything of them is sent.

Mixed Content leaves it to user agents. https://w3c.github.io/webappsec-mixed-content/#requirements-forms
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import is_potentially_trustworthy
from .permissions import INSECURE_FORM
from .reasons import Blocked, Reason, blocked_request
from .request import CacheMode
from .upgrade_events import InsecureFormLetThrough

if TYPE_CHECKING:
    from .environment import Environment
    from .fetch_params import FetchParams
    from .request import Request
    from .rules import MixedContentRules

_ANCHOR = "https://w3c.github.io/webappsec-mixed-content/#requirements-forms"


def should_form_wait_for_its_user(params: FetchParams) -> Blocked | None:
    """Refuse a form that would go over http, or leave it pending, unless its user goes on."""
    request, rules = params.request, params.profile.mixed_content
    if not _is_asked_about(request, rules):
        return None
    state = params.user_agent.permissions.get(INSECURE_FORM, "prompt")
    if state != "granted":
        reason = Reason.INSECURE_FORM_DENIED if state == "denied" else Reason.INSECURE_FORM_PENDING
        page = request.client.url.href
        return blocked_request(
            request, reason, _ANCHOR, compared_with=page, subject=request.method, detail=INSECURE_FORM
        )
    params.trace.append(InsecureFormLetThrough(request.current_url.href))
    if rules.insecure_forms_go_on_from_the_warning:
        request.referrer = "no-referrer"
        request.cache_mode = CacheMode.NO_CACHE
    return None


def _is_asked_about(request: Request, rules: MixedContentRules) -> bool:
    url = request.current_url
    if rules.insecure_forms == "sent" or request.initiator_type != "form" or not request.is_top_level_navigation:
        return False
    if url.scheme != "http" or is_potentially_trustworthy(url):
        return False
    if not (
        request.client.is_secure_context
        if rules.insecure_forms_of == "secure-contexts"
        else _came_over_https(request.client)
    ):
        return False
    if request.redirect_count == 0:
        return True
    # What follows a decision is not asked about again; what has no body any more gives nothing away.
    was_asked = request.url_list[0].scheme == "http"
    return rules.insecure_forms == "ask-after-redirects-too" and request.method == "POST" and not was_asked


def _came_over_https(client: Environment) -> bool:
    """Report whether the document came over https, or what created it did."""
    while client.url.is_local and client.container is not None:
        client = client.container
    return client.url.scheme == "https"
