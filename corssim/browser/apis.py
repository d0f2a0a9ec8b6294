"""Fetches from the request to the outcome, as each kind of API runs them. Still without I/O."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from ..fetch.embedder_policy import (
    RESOURCE_POLICY_HEADER,
    navigation_response_adherence_to_its_embedder_policy,
    resource_policy_of_a_frame_check,
)
from ..fetch.environment import EnvironmentKind
from ..fetch.fetch_params import FetchParams
from ..fetch.fetching import fetch
from ..fetch.http_cache_after_checks import drop_what_failed
from ..fetch.mixed_content import says_to_upgrade, upgrade_insecure_request
from ..fetch.reasons import OF_TYPES, Reason, Stage, blocked_request
from ..fetch.remembered_loads import serves_the_next_load
from ..fetch.request import CredentialsMode, RequestMode
from ..fetch.request_policies import should_request_be_blocked_by_content_security_policy
from ..fetch.response import is_ok_status, network_error, opaque_filtered_response
from ..fetch.trace import fetch_started
from ..origin import same_origin
from ..records import replace
from .outcome import Verdict, outcome_of

if TYPE_CHECKING:
    from ..fetch.environment import Environment
    from ..fetch.events import Trace
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.profile import BrowserProfile
    from ..fetch.reasons import Blocked
    from ..fetch.request import Request
    from ..fetch.response import Response
    from ..fetch.rules import BeaconRules, ElementRules, PreloadRules
    from ..fetch.user_agent import UserAgent
    from .call import Call
    from .outcome import FrameEvent, Outcome

_NAME_OF = itemgetter(0)
_NEED_THE_WHOLE_BODY = frozenset({"script", "module", "stylesheet", "font"})
"""Elements that fire error when the body ends early; an image shows what came."""
_NO_DOCUMENT = (204, 205)
"""Statuses after which a navigation leaves the frame as it is. https://html.spec.whatwg.org/multipage/browsing-the-web.html#create-navigation-params-by-fetching"""
_REFUSED_AT_ONCE = frozenset({Reason.KEEPALIVE_BODY_TOO_LARGE, Reason.MIXED_CONTENT, Reason.URL_CREDENTIALS_REFUSED})


def _document_of(client: Environment) -> Environment:
    """The document that a worker belongs to, however deep; a document itself."""
    while client.kind is EnvironmentKind.WORKER and client.container is not None:
        client = client.container
    return client


def _start(user_agent: UserAgent, request: Request) -> FetchParams:
    client = request.client
    trace: Trace = [
        fetch_started(
            request.api,
            request.method,
            request.shown_url,
            request.origin.serialized,
            request.mode,
            request.credentials_mode,
            request.destination,
            client.url.href,
            tuple(map(_NAME_OF, request.header_list)),
            tuple(request.refused_header_names),
            request.referrer_policy or client.policy_container.referrer_policy,
            request.redirect_mode,
            request.synchronous,
            client.kind,
            (client if client.container is None else _document_of(client)).url.href,
            (client if client.container is None else client.top_level).url.href,
            request.keepalive,
            request.integrity_metadata,
            request.sends_array_buffer,
            says_to_upgrade(client),
        )
    ]
    return FetchParams(request, user_agent, trace)


def _fetched(params: FetchParams) -> Fetching[Response]:
    """What is fetched, and remembered; or what is remembered."""
    return _recalled_or_fetched(params) if params.profile.documents.remember else fetch(params)


def _recalled_or_fetched(params: FetchParams) -> Fetching[Response]:
    last_loads = params.request.client.top_level.last_loads
    recalled = None
    if last_loads:
        from .memory_cache import recall  # here and below, because few pages have loaded anything before

        recalled = recall(params)
    if recalled is not None:
        return recalled
    response = yield from fetch(params)
    if last_loads or serves_the_next_load(params.request):
        from .memory_cache import remember

        remember(params, response)
    return response


def fetching(user_agent: UserAgent, request: Request, call: Call | None = None) -> Fetching[Outcome]:
    """fetch() and XMLHttpRequest: the response as it is, or a preloaded one that waits for this request."""
    params = _start(user_agent, request)
    response = None
    if request.client.preloads:
        from .document_resources import consume_preload  # here and below, because few pages have loaded anything

        if user_agent.profile.documents.keep_by_upgraded_urls and request.mode != RequestMode.SAME_ORIGIN:
            upgrade_insecure_request(request, user_agent.profile, params.trace)
        response = consume_preload(params)
    from_preload = response is not None
    if response is not None:
        from .stale_resources import load_what_is_stale_anew

        if f"preloaded for {request.api}" in params.profile.csp.reports_again:
            should_request_be_blocked_by_content_security_policy(params)
        yield from load_what_is_stale_anew(params, response)
    else:
        response = yield from _fetched(params)
        if request.client.preloads:
            from .document_resources import end_preloads

            end_preloads(request, response, params.profile)
    if request.client.loaded and (response.blocked is None or response.blocked.stage is not Stage.REQUEST):
        from .loaded_resources import forget_what_was_loaded_otherwise

        forget_what_was_loaded_otherwise(request, params.profile)
    if request.api == "XMLHttpRequest" and response.unfiltered.body_failure is not None:
        # It fires load when it has the whole body, and error when that fails.
        response = network_error(failure=response.unfiltered.body_failure)
    return outcome_of(request, response, params.trace, user_agent.profile, call, from_preload=from_preload)


def loading(user_agent: UserAgent, request: Request, call: Call | None = None) -> Fetching[Outcome]:
    """Elements and EventSource: the response must also be of use to what asked for it."""
    # Here, because fetch() and XMLHttpRequest ask nothing more of a response, and of most pages nothing more is asked.
    from ..fetch.kept_resources import PreloadEntry
    from ..fetch.remembered_loads import is_validated_in_another_mode
    from .document_resources import (
        as_loaded_beside_a_preload,
        consume_preload,
        is_loaded_beside_a_preload,
        keep_preload,
        loaded_before,
        preload_key,
        was_refused_by_its_type,
    )
    from .element_responses import unusable
    from .fresh_resources import note_how_long_it_is_fresh
    from .loaded_resources import forget_what_was_loaded_otherwise, keep_loaded
    from .memory_cache import as_remembered, recall, remember, what_came
    from .stale_resources import load_what_is_stale_anew, note_when_it_goes_stale

    params = _start(user_agent, request)
    key = preload_key(request, user_agent.profile)
    if key.destination == "font" and request.api == "preload" and user_agent.profile.preloads.of_fonts_are_anonymous:
        request.mode, request.credentials_mode = RequestMode.CORS, CredentialsMode.SAME_ORIGIN
    if user_agent.profile.documents.keep_by_upgraded_urls:
        upgrade_insecure_request(request, user_agent.profile, params.trace)
    before = loaded_before(params, key)
    preloaded = consume_preload(params) if before is None else None
    fetched: Response | None = None
    response = before or preloaded
    if response is None:
        response = recall(params)
    found = "loaded by" if before is not None else "preloaded for" if response is not None else ""
    if response is None:
        response = fetched = yield from fetch(params)
        note_how_long_it_is_fresh(params, fetched)
        note_when_it_goes_stale(params, fetched)
    is_beside = fetched is not None and is_loaded_beside_a_preload(request, key, user_agent.profile)
    is_of_another_mode = fetched is not None and is_validated_in_another_mode(request, fetched)
    if is_of_another_mode:
        response = as_remembered(params, response)
    elif fetched is not None:
        forget_what_was_loaded_otherwise(request, user_agent.profile)
    if is_beside:
        response = as_loaded_beside_a_preload(params, key, response)
    if f"{found} {request.api}" in user_agent.profile.csp.reports_again:
        should_request_be_blocked_by_content_security_policy(params)
    if request.api in _NEED_THE_WHOLE_BODY and response.unfiltered.body_failure is not None:
        response = network_error(failure=response.unfiltered.body_failure)
    refused = None if response.is_network_error else unusable(request, response, user_agent.profile)
    of_use = not response.is_network_error and refused is None
    if fetched is not None and not is_beside:
        remember(params, fetched, of_use=of_use)
    if not (is_beside or is_of_another_mode) or request.api == "module":
        keep_loaded(request, response, user_agent.profile, of_use=of_use, was_preloaded=preloaded is not None)
    if fetched is None:
        yield from load_what_is_stale_anew(params, response)
    is_kept = (before is None or user_agent.profile.preloads.serve_again) and not _was_stopped_at_once(
        response, user_agent.profile, of_script=not key.destination
    )
    if request.api == "preload" and is_kept:
        came_with = what_came(params)[0][-1].headers if fetched and was_refused_by_its_type(response) else ()
        entry = PreloadEntry(request.url.href, key, response, of_use, request.integrity_metadata, came_with)
        keep_preload(request, entry, user_agent.profile)
    is_own = request.response_tainting == "basic" if before is None else _could_be_read_before(request, before)
    could_be_read = response.type in ("basic", "cors") or (is_own and _is_not_fit(response))
    if refused is not None:
        if request.api == "module" and fetched is not None:
            _drop(response, "mime-type" if refused.reason in OF_TYPES else "", params)
        passed = response.unfiltered.timing_allow_passed
        response = params.refuse(refused)
        response.timing_allow_passed = passed and not user_agent.profile.timing.failed_integrity_hides
    outcome = outcome_of(request, response, params.trace, user_agent.profile, call, from_preload=preloaded is not None)
    if request.api == "preload":
        rules = user_agent.profile.preloads
        fires_load = _is_blocked_on_the_way(outcome) or refused is not None
        led_on = outcome.verdict is Verdict.FAILED or (outcome.blocked is not None and request.redirect_count > 0)
        fires_load = fires_load or (led_on and not is_own)
        hidden = not could_be_read and not rules.failure_is_an_error and fires_load
        if hidden or _is_of_a_type_not_needed(outcome, rules):
            return replace(outcome, verdict=Verdict.OPAQUE)
    if request.api in ("script", "module") and not response.is_network_error:
        readable = outcome.allowed or not user_agent.profile.elements.mute_errors_of_opaque_scripts
        return replace(outcome, errors_readable=readable)
    return outcome


def _was_stopped_at_once(response: Response, profile: BrowserProfile, *, of_script: bool) -> bool:
    """Report whether a preload was refused before anybody waited for it; `of_script`: as="fetch"."""
    blocked = response.blocked
    if blocked is None or blocked.stage is not Stage.REQUEST:
        return False
    return not (of_script and profile.csp.preloads_of_script_wait and blocked.reason is Reason.CONTENT_SECURITY_POLICY)


def _drop(response: Response, check: str, params: FetchParams) -> None:
    """Take out of the HTTP cache what failed this check, where a browser does."""
    profile = params.profile
    drop_what_failed(params.request, response.unfiltered, check, params.user_agent.http_cache, profile.http_cache)


def _could_be_read_before(request: Request, before: Response) -> bool:
    """Report whether what the document has of this URL is its own, or could be read but for its hash."""
    blocked = before.blocked
    by_its_hash = blocked is not None and blocked.reason is Reason.INTEGRITY_MISMATCH and blocked.subject != "opaque"
    return by_its_hash or same_origin(request.url, request.origin)


def _is_not_fit(response: Response) -> bool:
    """Report whether what came is something else than was preloaded for, by its type or its hash."""
    refused = response.blocked
    return refused is not None and refused.reason in (*OF_TYPES, Reason.INTEGRITY_MISMATCH)


def _is_of_a_type_not_needed(outcome: Outcome, rules: PreloadRules) -> bool:
    """Report whether a preload was refused for its type alone, on which that browser's preloads do not insist."""
    blocked = outcome.blocked
    if blocked is None or blocked.reason not in OF_TYPES or outcome.request is None:
        return False
    return outcome.request.destination not in rules.need_their_type and is_ok_status(blocked.status or 200)


def _is_blocked_on_the_way(outcome: Outcome) -> bool:
    return outcome.blocked is not None and outcome.blocked.stage is not Stage.REQUEST


def beacon(user_agent: UserAgent, request: Request, call: Call | None = None) -> Fetching[Outcome]:
    """sendBeacon(): nobody waits for the response; true unless it could not be queued."""
    from .document_resources import end_preloads, note_preload_of_beacon  # here, because few pages send one
    from .memory_cache import remember

    params = _start(user_agent, request)
    note_preload_of_beacon(params)
    response = yield from fetch(params)
    remember(params, response)
    end_preloads(request, response, params.profile, of_script=True)
    outcome = outcome_of(request, response, params.trace, user_agent.profile, call)
    # What comes of it on the way, after a redirect, is too late to be told.
    queued = bool(outcome.exchanges) or _is_queued(outcome.reason, user_agent.profile.beacons)
    return replace(outcome, returned=queued)


def _is_queued(reason: Reason | None, rules: BeaconRules) -> bool:
    """Report whether a beacon that was not sent looks to script as if it would be."""
    match reason:
        case Reason.CONTENT_SECURITY_POLICY:
            return rules.blocked_by_csp_returns
        case Reason.BAD_PORT:
            return rules.to_bad_port_returns
        case _:
            return reason not in _REFUSED_AT_ONCE


_HANDSHAKE = "https://www.rfc-editor.org/rfc/rfc6455#section-4.1"


def connecting(user_agent: UserAgent, request: Request, call: Call | None = None) -> Fetching[Outcome]:
    """new WebSocket(): the opening handshake; what opened can be read, whatever its headers say of CORS."""
    from ..fetch.web_socket import handshake_failure  # here, because few pages open one

    params = _start(user_agent, request)
    response = yield from fetch(params)
    if not response.is_network_error and (why := handshake_failure(request, response)):
        refused = blocked_request(
            request,
            Reason.WEB_SOCKET_REFUSED,
            _HANDSHAKE,
            stage=Stage.ACTUAL,
            url=request.shown_url,
            status=response.status,
            detail=why,
        )
        response = params.refuse(refused)
    return outcome_of(request, response, params.trace, user_agent.profile, call)


def navigating(user_agent: UserAgent, request: Request, call: Call | None = None) -> Fetching[Outcome]:
    """A navigation: no CORS; script here reads what came only where it has this page's origin."""
    params = _start(user_agent, request)
    if request.api == "iframe":
        _note_what_the_frame_begins_with(params)
    response = yield from _fetched(params)
    if request.destination == "iframe" and not response.is_network_error:
        refused = navigation_response_adherence_to_its_embedder_policy(
            request, response, user_agent.profile.embedder_policies
        )
        if refused is not None:
            _drop(response, "embedder-policy-check", params)
            if resource_policy_of_a_frame_check(request, response, user_agent.profile.embedder_policies) is not None:
                _drop(response, "cross-origin-resource-policy-check", params)
            response = params.refuse(refused)
    outcome = outcome_of(request, response, params.trace, user_agent.profile, call)
    if request.destination == "iframe":
        event = _frame_event(outcome.blocked, request, user_agent.profile.elements)
        if response.failure is not None:
            event = user_agent.profile.elements.frames_that_fail_fire
        if _is_no_document(response.unfiltered.status, user_agent.profile.elements):
            event = "nothing"
        outcome = replace(outcome, frame_event=event)
    is_another_documents = request.api in ("visit", "navigate")
    if not is_another_documents and outcome.allowed and not same_origin(request.current_url, request.origin):
        return _as_a_foreign_document(outcome)
    return outcome


def _note_what_the_frame_begins_with(params: FetchParams) -> None:
    """Tell of policies that report to nobody: the frame's first document, about:blank, has those of its page.

    https://html.spec.whatwg.org/multipage/document-sequences.html#creating-a-new-browsing-context
    """
    policies = params.request.client.policy_container.csp_list
    silent = tuple([policy.text for policy in policies if policy.tells_nobody])
    if silent:
        from ..fetch.page_events import ReportsGoNowhere  # here, because few pages only report

        params.trace.append(ReportsGoNowhere(silent))


def _is_no_document(status: int, rules: ElementRules) -> bool:
    """Report whether a navigation that this status came for leaves the frame as it is."""
    return status in _NO_DOCUMENT or (status == 304 and rules.not_modified_is_no_document)


def _frame_event(blocked: Blocked | None, request: Request, rules: ElementRules) -> FrameEvent:
    """What the frame fires: a blocked navigation leaves it as it was in some browsers, without an error page."""
    if blocked is None:
        return "load"
    if blocked.reason is Reason.LOCAL_NETWORK_ACCESS_PENDING:
        return "nothing"  # until the user has decided
    never_left = request.api == "iframe" and blocked.stage is Stage.REQUEST and request.redirect_count == 0
    if never_left and rules.new_iframes_if_blocked != "as-others":
        return rules.new_iframes_if_blocked
    by: str = blocked.subject if blocked.reason is Reason.CONTENT_SECURITY_POLICY else blocked.reason
    by_its_resource_policy = blocked.header == RESOURCE_POLICY_HEADER or blocked.stage is Stage.REDIRECT
    if blocked.reason is Reason.EMBEDDER_POLICY and by_its_resource_policy:
        by = Reason.CROSS_ORIGIN_RESOURCE_POLICY
    stays = (
        by == "form-action"
        or by in rules.blocked_frames_stay_as_they_are_by
        or (never_left and by in rules.new_iframes_stay_empty_by)
    )
    return "nothing" if stays else "load"


def _as_a_foreign_document(outcome: Outcome) -> Outcome:
    """A document of another origin is shown to the user and closed to the page."""
    nothing = None if outcome.fetched is None else opaque_filtered_response(outcome.fetched)
    return replace(outcome, verdict=Verdict.OPAQUE, reason=Reason.OPAQUE_RESPONSE, fetched=nothing)
