"""What becomes of a response that came: what is exposed, filtered, and what still blocks it.

https://fetch.spec.whatwg.org/#main-fetch, from step 14
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .header_list import FAILURE, extract_token_list, names_in_order
from .http_cache_after_checks import drop_what_failed
from .reasons import Blocked, Reason
from .request import ResponseTainting
from .response import (
    basic_filtered_response,
    cors_filtered_response,
    is_null_body_status,
    opaque_filtered_response,
)
from .trace import CheckFailed, response_filtered

if TYPE_CHECKING:
    from .events import Trace
    from .fetch_params import FetchParams
    from .request import Request
    from .response import Response
    from .rules import IntegrityRules, ResponseRules


def expose_headers(request: Request, response: Response) -> None:
    """Read Access-Control-Expose-Headers; `*` counts only without credentials. https://fetch.spec.whatwg.org/#main-fetch"""
    names = extract_token_list(response.header_list, "Access-Control-Expose-Headers")
    if names is None or names is FAILURE:
        return
    if request.credentials_mode != "include" and "*" in names:
        names = list(dict.fromkeys(name for name, _ in response.header_list))
    response.cors_exposed_header_names = names


def filter_response(request: Request, response: Response, trace: Trace) -> Response:
    """Leave what the tainting allows. https://fetch.spec.whatwg.org/#concept-filtered-response"""
    tainting = request.response_tainting
    if tainting == "cors" and request.hops and request.is_own_throughout:
        tainting = ResponseTainting.BASIC  # What an upgrade came too late for was checked, and is the page's own.
    match tainting:
        case "basic":
            filtered = basic_filtered_response(response)
        case "cors":
            filtered = cors_filtered_response(response)
        case _:
            filtered = opaque_filtered_response(response)
    exposed, every = names_in_order(filtered.header_list), names_in_order(response.header_list)
    trace.append(response_filtered(filtered.type, exposed, _hidden(every, exposed)))
    return filtered


@lru_cache(maxsize=64)  # servers send the same headers again and again
def _hidden(every: tuple[str, ...], exposed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([name for name in every if name not in exposed])


def blocked_after_receiving(params: FetchParams, response: Response) -> Blocked | None:
    """The first check that refuses the response, or None. https://fetch.spec.whatwg.org/#main-fetch"""
    request, profile = params.request, params.profile
    is_opaque = response.type == "opaque"
    if not request.destination and not is_opaque and not request.integrity_metadata:
        return None
    internal = response.unfiltered
    if internal.url is not None and internal.url.scheme == "file":
        return None  # It was not read.
    from .nosniff import should_response_be_blocked_due_to_mime_type, should_response_be_blocked_due_to_nosniff

    by_type = (should_response_be_blocked_due_to_mime_type, should_response_be_blocked_due_to_nosniff)
    blocked: Blocked | None = None
    if is_opaque:
        from .opaque_response_blocking import (  # here, because few fetches need it
            is_blocked_unnoticed,
            opaque_response_blocking_check,
        )

        if is_blocked_unnoticed(request, internal, profile.responses):
            drop_what_failed(
                request, internal, "opaque-response-blocking", params.user_agent.http_cache, profile.http_cache
            )

    if is_opaque and profile.responses.opaque_response_blocking == "sniffing":
        # Done as the response comes in, before the element's own checks.
        blocked = opaque_response_blocking_check(request, internal, profile.responses)
    for check in by_type:
        blocked = blocked or check(request, internal, profile.responses)
    if is_opaque and profile.responses.opaque_response_blocking == "script-parsing":
        blocked = blocked or opaque_response_blocking_check(request, internal, profile.responses)
    # The check for ranges nobody asked for is left out: only a service worker can hand over another request's answer.
    blocked = blocked or blocked_by_integrity(request, response, profile.integrity)
    if blocked is not None:
        params.trace.append(CheckFailed(blocked))
        drop_what_failed(request, internal, _check_of(blocked), params.user_agent.http_cache, profile.http_cache)
    return blocked


def _check_of(blocked: Blocked) -> str:
    """The name of the check that refused a response, of those after which some caches drop it; else ""."""
    if blocked.reason is Reason.OPAQUE_RESPONSE_BLOCKING:
        return "opaque-response-blocking" if blocked.detail != "not a script by its text" else "script-parsing"
    return "mime-type" if blocked.reason in (Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED) else ""


def blocked_by_integrity(request: Request, response: Response, rules: IntegrityRules) -> Blocked | None:
    """Hold the body against the integrity metadata; none, or one that script may not read, matches nothing.

    https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
    """
    if not request.integrity_metadata:
        return None
    from .subresource_integrity import bytes_match, hashes_that_count  # here, because few fetches need it

    if request.destination and not (
        rules.elements_without_a_hash_need_cors or hashes_that_count(request.integrity_metadata, rules)
    ):
        return None
    body = response.body
    if body is None and _has_the_integrity_of_nothing(response, rules):
        body = b""
    if response.body_failure is not None:  # it was to be refused before
        return None
    if body is not None and bytes_match(body, request.integrity_metadata, rules):
        return None
    return Blocked(
        reason=Reason.INTEGRITY_MISMATCH,
        anchor="https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist",
        url=request.current_url.href,
        compared_with=request.integrity_metadata,
        subject=response.type,
    )


def _has_the_integrity_of_nothing(response: Response, rules: IntegrityRules) -> bool:
    match rules.of_no_body:
        case "refused":
            return False
        case "that-of-nothing-unless-redirect" if response.type == "opaqueredirect":
            return False
        case _:
            return response.type != "opaque"


def disregard_null_body(request: Request, response: Response, internal: Response, rules: ResponseRules) -> None:
    """HEAD and some statuses have no body, whatever a server sends. https://fetch.spec.whatwg.org/#null-body-status"""
    if request.method != "HEAD":
        if not is_null_body_status(internal.status):
            return
        if internal.status == 205 and rules.reset_content_has_a_body:
            return
    response.body = internal.body = None
