"""What can stop a request before anything of it is sent. https://fetch.spec.whatwg.org/#main-fetch, step 5 to 7"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Literal

from ..origin import same_origin
from ..records import replace
from .environment import EnvironmentKind
from .fetch_params import FetchParams
from .mixed_content import (
    is_upgradeable,
    says_to_upgrade,
    should_fetching_request_be_blocked_as_mixed_content,
    upgrade_insecure_request,
)
from .reasons import Blocked, Reason, Stage, blocked_request
from .trace import CheckFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..origin import Origin
    from .profile import BrowserProfile
    from .request import Request


def blocked_before_sending(params: FetchParams) -> Blocked | None:
    """Upgrade the URL where policies say so; then the first check that refuses the request, or None."""
    request, profile, trace = params.request, params.profile, params.trace
    if _gives_no_check_a_reason(request):
        return None
    own_check = profile.requests.same_origin_mode_is_checked
    is_fetchs_own = own_check in ("before-upgrades", "at-once")
    by_the_api = _refused_by_the_api(request) or _refused_for_its_redirect_mode(request) if is_fetchs_own else None
    if by_the_api is not None and own_check == "at-once":
        trace.append(CheckFailed(by_the_api))
        return by_the_api
    if by_the_api is None and (refused := _refused_before_it_is_upgraded(params)) is not None:
        trace.append(CheckFailed(refused))
        return refused
    if by_the_api is None:
        upgrade_insecure_request(request, profile, trace)
    if own_check == "before-policies":
        by_the_api = _refused_by_the_api(request, at_redirects=True) or _refused_for_its_redirect_mode(request)
    if by_the_api is not None:
        # The page's CSP is asked before, the other policies are not.
        refused = should_request_be_blocked_by_content_security_policy(params) or by_the_api
        trace.append(CheckFailed(refused))
        return refused
    waits = request.api == "preload" and request.destination == "" and profile.csp.preloads_of_script_wait
    for check in (should_fetching_request_be_blocked_as_mixed_content, *checks()) if waits else checks():
        blocked = check(params)
        if blocked is not None:
            trace.append(CheckFailed(blocked))
            return blocked
    return None


def _refused_before_it_is_upgraded(params: FetchParams) -> Blocked | None:
    """Refuse, by the page's policy, mixed content that would be upgraded, where a browser asks with its own URL."""
    rules, request = params.profile.mixed_content, params.request
    if not rules.is_upgraded_if_csp_lets_it_pass or says_to_upgrade(request.client) or request.redirect_count:
        return None
    alone = params.beside(request)  # what is reported is told of the URL that is asked for in the end
    return should_request_be_blocked_by_content_security_policy(alone) if is_upgradeable(request) else None


def _gives_no_check_a_reason(request: Request) -> bool:
    """Report whether all of them let the request pass, as they do most: https on its own port, from a page without
    policies."""
    url, policies = request.current_url, request.client.policy_container
    return (
        url.scheme == "https"
        and url.port is None
        and not url.username
        and not url.password
        and request.mode != "same-origin"
        and (request.body is None or request.body.source is not None)
        and not policies.csp_list
        and policies.integrity_policy is None
        and policies.connection_allowlist is None
    )


def should_request_be_blocked_due_to_a_bad_port(params: FetchParams) -> Blocked | None:
    """Refuse ports of other protocols. https://fetch.spec.whatwg.org/#block-bad-port"""
    request = params.request
    url = request.current_url
    if url.port is None:
        return None
    from .port_blocking import is_bad_port  # here, because few URLs have a port

    if not is_bad_port(url.port, url.scheme):
        return None
    return Blocked(
        reason=Reason.BAD_PORT,
        anchor="block-bad-port",
        url=url.href,
        stage=Stage.REQUEST,
        subject=str(url.port),
        origin=request.origin.serialized,
    )


def should_request_be_blocked_by_content_security_policy(
    params: FetchParams, self_origin: Origin | None = None
) -> Blocked | None:
    """Refuse what a policy of the page does not list; tell what a report-only policy would have refused.

    `self_origin` is what 'self' means, if that is not the origin of the page's URL.
    https://w3c.github.io/webappsec-csp/#should-block-request
    """
    request, trace = params.request, params.trace
    policies = request.client.policy_container.csp_list
    if not policies:
        return None
    from .content_security_policy import Disposition, violated_directive  # here, because few pages have a policy

    initiators = _initiators_to_ask_about(request, params.profile)
    enforced: Blocked | None = None
    for policy, initiator in product(policies, initiators):
        violation = violated_directive(
            policy,
            request.current_url,
            destination=request.destination,
            self_origin=self_origin or request.client.csp_self_origin,
            rules=params.profile.csp,
            redirect_count=request.redirect_count,
            initiator=initiator,
            integrity=request.integrity_metadata,
            is_opaque=request.client.origin.is_opaque,
            asked_of_the_page=_is_asked_of_the_page(request),
        )
        if violation is None:
            continue
        blocked = Blocked(
            reason=Reason.CONTENT_SECURITY_POLICY,
            anchor="https://w3c.github.io/webappsec-csp/#should-block-request",
            url=request.current_url.href,
            stage=Stage.REQUEST,
            header="Content-Security-Policy",
            received=violation.text,
            subject=violation.effective_directive,
            compared_with=violation.directive,
            origin=request.origin.serialized,
        )
        if violation.disposition is Disposition.ENFORCE:
            enforced = enforced or blocked
        else:
            trace.append(CheckFailed(blocked, enforced=False))
    return enforced


def _is_asked_of_the_page(request: Request) -> Literal["always", "to-stop-it", "never"]:
    """Is the page asked about its policies, which tells what `'self'` is, before those who send are?"""
    if request.redirect_count or (request.api == "preload" and request.destination == ""):
        return "never"
    return "always" if request.client.kind is EnvironmentKind.SRCDOC else "to-stop-it"


def should_preflight_be_blocked_by_content_security_policy(params: FetchParams) -> Blocked | None:
    """Refuse preflights of sandboxed `<iframe srcdoc>` to what a policy lists as 'self' alone, where a browser does."""
    client = params.request.client
    if params.profile.csp.self_of_sandboxed_srcdoc_is_for_preflights:
        return None
    if client.kind != "srcdoc" or not client.origin.is_opaque:
        return None
    alone = FetchParams(params.request, params.user_agent, [])  # what is reported has been told of the request
    refused = should_request_be_blocked_by_content_security_policy(alone, client.origin)
    return None if refused is None else replace(refused, stage=Stage.PREFLIGHT)


def _initiators_to_ask_about(request: Request, profile: BrowserProfile) -> tuple[str, ...]:
    """A form is asked about its action, and about the frame if it goes into one."""
    is_form = request.initiator_type == "form"
    if is_form and (request.redirect_count == 0 or profile.csp.form_action_stops_redirects):
        return ("form", "")
    return ("",)


def should_request_be_blocked_due_to_credentials_in_its_url(params: FetchParams) -> Blocked | None:
    """Refuse https://user:password@host/ as a subresource, which one browser does in every mode."""
    request = params.request
    url = request.current_url
    if (
        params.profile.urls.credentials != "refused"
        or not url.includes_credentials
        or request.destination == "document"
    ):
        return None
    if request.initiator_type == "xmlhttprequest" or (
        request.redirect_count == 0 and request.mode == "cors" and request.destination
    ):
        # XMLHttpRequest uses them, and loads with `crossorigin` leave them out.
        return None
    return Blocked(
        reason=Reason.URL_CREDENTIALS_REFUSED,
        anchor="https://chromestatus.com/feature/5669008342777856",
        url=url.without_credentials().href,
        stage=Stage.REQUEST,
        origin=request.origin.serialized,
    )


def should_request_be_blocked_due_to_a_stream(params: FetchParams) -> Blocked | None:
    """Refuse a stream as a body where the browser sends none at all."""
    request = params.request
    if request.body is None or request.body.source is not None or params.profile.requests.stream_body != "refused":
        return None
    return Blocked(
        reason=Reason.STREAM_NOT_SUPPORTED,
        anchor="bodies",
        url=request.current_url.href,
        stage=Stage.REQUEST,
        origin=request.origin.serialized,
    )


def _refused_by_the_api(request: Request, *, at_redirects: bool = False) -> Blocked | None:
    """Refuse another origin in mode "same-origin" where the API does so itself, before policies are asked."""
    url = request.current_url
    if request.mode != "same-origin" or not url.is_http or same_origin(request.origin, url):
        return None
    if request.redirect_count and not at_redirects:
        return None
    return blocked_request(request, Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE, "concept-main-fetch")


def _refused_for_its_redirect_mode(request: Request) -> Blocked | None:
    """Refuse another origin in mode "no-cors" unless redirects are followed."""
    url = request.current_url
    if request.mode != "no-cors" or request.redirect_mode == "follow" or request.redirect_count:
        return None
    if not url.is_http or same_origin(request.origin, url):
        return None
    return blocked_request(request, Reason.NO_CORS_REDIRECT_MODE, "concept-main-fetch", subject=request.redirect_mode)


@cache
def checks() -> tuple[Callable[[FetchParams], Blocked | None], ...]:
    """The checks in their order. They are gathered when first needed, because most requests give none a reason."""
    from .connection_allowlist import should_request_be_blocked_by_connection_allowlist
    from .insecure_forms import should_form_wait_for_its_user
    from .integrity_policy import should_request_be_blocked_by_integrity_policy

    return (
        should_request_be_blocked_due_to_a_stream,
        should_request_be_blocked_due_to_a_bad_port,
        should_request_be_blocked_by_content_security_policy,
        should_request_be_blocked_by_integrity_policy,
        should_form_wait_for_its_user,
        should_fetching_request_be_blocked_as_mixed_content,
        should_request_be_blocked_due_to_credentials_in_its_url,
        should_request_be_blocked_by_connection_allowlist,
    )


def is_refused_as_mixed_content_alone(params: FetchParams) -> bool:
    """Report whether mixed content is what refuses the request, and no policy of the page."""
    if should_fetching_request_be_blocked_as_mixed_content(params) is None:
        return False
    return should_request_be_blocked_by_content_security_policy(params) is None
