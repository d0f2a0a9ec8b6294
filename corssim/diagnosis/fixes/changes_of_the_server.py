"""From a check that failed to the one change of the server's answers that mends this check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.reasons import Reason, Stage
from ...fetch.request import CredentialsMode
from ...fetch.sniff import could_be_javascript, image_type_of, is_html, is_json, is_xml
from ...fetch.trace import Exchanged, ExchangeKind, HTTPCacheAnswered, Redirected
from ...origin import schemelessly_same_site
from ...patterns import lazy_pattern
from ...url import parse_url
from ..cors_headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ALLOW_ORIGIN_REASONS,
    RESOURCE_POLICY,
)
from ..list_entries import is_a_slip_for
from .changes import SetHeader, SetStatus, Where
from .replay import place_of

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from ...fetch.reasons import Blocked
    from ...fetch.request import Request
    from ...fetch.wire import WireRequest, WireResponse
    from .changes import Changes

_SEPARATORS = lazy_pattern(r"[,;|\s]+")  # those that people write
_TOKEN = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def mended_by_server(outcome: Outcome) -> Changes:
    """The change of an answer that makes the outcome's failed check pass; none where no answer can."""
    blocked, request = outcome.blocked, outcome.request
    if blocked is None or request is None:
        return ()
    where = Where(blocked.stage, place_of(blocked.url))
    match blocked.reason:
        case reason if reason in ALLOW_ORIGIN_REASONS:
            return (SetHeader(where, ALLOW_ORIGIN, _allowed_origin(blocked, request)),)
        case Reason.ALLOW_CREDENTIALS_NOT_TRUE:
            return (SetHeader(where, ALLOW_CREDENTIALS, "true"),)
        case Reason.PREFLIGHT_STATUS_NOT_OK | Reason.PREFLIGHT_REDIRECTED:
            return (SetStatus(where, 204),)
        case Reason.ALLOW_METHODS_UNPARSABLE | Reason.METHOD_DISALLOWED_BY_PREFLIGHT:
            return (
                SetHeader(where, ALLOW_METHODS, _listing(blocked, request, "Access-Control-Request-Method", outcome)),
            )
        case Reason.ALLOW_HEADERS_UNPARSABLE | Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
            return (
                SetHeader(where, ALLOW_HEADERS, _listing(blocked, request, "Access-Control-Request-Headers", outcome)),
            )
        case Reason.EMBEDDER_POLICY if blocked.header != RESOURCE_POLICY:
            return (SetHeader(where, blocked.header, blocked.compared_with),)
        case Reason.CROSS_ORIGIN_RESOURCE_POLICY | Reason.EMBEDDER_POLICY:
            return (SetHeader(where, RESOURCE_POLICY, _resource_policy(blocked, request)),)
        case Reason.EVENT_SOURCE_TYPE:
            return (SetHeader(where, "Content-Type", "text/event-stream"),)
        case Reason.NOSNIFF | Reason.MIME_TYPE_BLOCKED | Reason.OPAQUE_RESPONSE_BLOCKING:
            content_type = _fitting_type(request, outcome)
            return (SetHeader(where, "Content-Type", content_type),) if content_type else ()
    return _mended_redirect(outcome, blocked, where)


def _mended_redirect(outcome: Outcome, blocked: Blocked, where: Where) -> Changes:
    match blocked.reason:
        case Reason.REDIRECT_WITH_CREDENTIALS_IN_URL:
            return (SetHeader(where, "Location", blocked.subject),)
        case Reason.REDIRECT_LOCATION_INVALID:
            first = _first_of_several_locations(outcome, where.url)
            return (SetHeader(where, "Location", first) if first else SetStatus(where, 200),)
        case Reason.REDIRECT_SCHEME_NOT_HTTP:
            return (SetStatus(where, 200),)
        case Reason.MIXED_CONTENT | Reason.URL_CREDENTIALS_REFUSED:
            redirect = next((event for event in reversed(outcome.trace) if isinstance(event, Redirected)), None)
            target = None if redirect is None else parse_url(redirect.location)
            if redirect is None or target is None:
                return ()
            target = target.without_credentials()
            if blocked.reason is Reason.MIXED_CONTENT:
                target = target.with_scheme("https")
            return (SetHeader(Where(Stage.REDIRECT, place_of(redirect.url)), "Location", target.href),)
    return ()


def _allowed_origin(blocked: Blocked, request: Request) -> str:
    """The request's own origin; for `null`, which stands for anybody, `*` says the same and says it openly."""
    if blocked.origin != "null":
        return blocked.origin
    with_credentials = (
        request.credentials_mode is CredentialsMode.INCLUDE
        or blocked.reason is Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS
    )
    return "null" if with_credentials else "*"


def _listing(blocked: Blocked, request: Request, asked_by: str, outcome: Outcome) -> str:
    """What the list holds already and can be read, and all that the preflight asked for."""
    listed = [token for token in _SEPARATORS.split(blocked.received or "") if _TOKEN.fullmatch(token)]
    if request.credentials_mode is CredentialsMode.INCLUDE:
        listed = [token for token in listed if token != "*"]
    preflight = last_preflight(outcome, place_of(blocked.url))
    asked = "" if preflight is None else next((value for name, value in preflight.headers if name == asked_by), "")
    wanted = [token.strip() for token in asked.split(",") if token.strip()]
    if blocked.reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT and "*" in listed:
        wanted = [blocked.subject]
    case_matters = asked_by == "Access-Control-Request-Method"
    listed = [token for token in listed if not any(is_a_slip_for(token, each) for each in wanted)]
    have = {token if case_matters else token.lower() for token in listed}
    return ", ".join([*listed, *dict.fromkeys(token for token in wanted if token not in have)])


def last_preflight(outcome: Outcome, url: str) -> WireRequest | None:
    """The last preflight that was sent for a URL."""
    for event in reversed(outcome.trace):
        if isinstance(event, Exchanged) and event.kind is ExchangeKind.PREFLIGHT and event.request.url == url:
            return event.request
    return None


def _resource_policy(blocked: Blocked, request: Request) -> str:
    """The narrowest policy that lets this page have it."""
    url = parse_url(blocked.url)
    origin = request.origin
    if url is None or not schemelessly_same_site(origin, url):
        return "cross-origin"
    return "cross-origin" if origin.scheme != "https" and url.scheme == "https" else "same-site"


def last_response(outcome: Outcome) -> WireResponse | None:
    """The last response that was no preflight's, from the network or the HTTP cache."""
    for event in reversed(outcome.trace):
        match event:
            case HTTPCacheAnswered():
                return event.response
            case Exchanged() if event.kind is not ExchangeKind.PREFLIGHT and event.response is not None:
                return event.response
    return None


def _fitting_type(request: Request, outcome: Outcome) -> str | None:
    """The Content-Type under which the element can use this body, None where the body is not of its kind."""
    response = last_response(outcome)
    body = b"" if response is None else response.body
    is_data = is_html(body) or is_xml(body) or is_json(body)
    match request.destination:
        case "script":
            return "text/javascript" if not is_data and could_be_javascript(body) else None
        case "style":
            return None if is_data else "text/css"
        case "image":
            return image_type_of(body)
    return None


def _first_of_several_locations(outcome: Outcome, url: str) -> str | None:
    response = last_response(outcome)
    values = [] if response is None else [value for name, value in response.headers if name.lower() == "location"]
    target = parse_url(values[0], parse_url(url)) if len(values) > 1 else None
    return None if target is None else target.href
