"""From a fetch that was not readable to what its page could ask for instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...fetch.header_list import get
from ...fetch.methods import is_cors_safelisted_method
from ...fetch.reasons import Reason, Stage
from ...fetch.trace import PreflightConsidered
from ...url import parse_url
from ..cors_headers import ALLOW_ORIGIN_REASONS, RESPONSE_HEADERS_OF_CORS
from ..signs.logins import login_of
from .changes import RequestChange, RequestChangeKind

if TYPE_CHECKING:
    from ...browser.outcome import Outcome
    from ...fetch.reasons import Blocked
    from .changes import Changes
    from .replay import Recording

    _OfThePage = tuple[RequestChange, ...]

_Kind = RequestChangeKind
_ARGUMENTS = frozenset({_Kind.MODE, _Kind.REDIRECT, _Kind.CACHE, _Kind.KEEPALIVE})  # of fetch(); few APIs have them
_POLICIES_OF_NO_CORS = frozenset(
    {Reason.CROSS_ORIGIN_RESOURCE_POLICY, Reason.EMBEDDER_POLICY, Reason.OPAQUE_RESPONSE_BLOCKING}
)


def mended_by_page(outcome: Outcome, recording: Recording) -> _OfThePage:
    """What the page can ask for differently so that the outcome's failed check passes or does not come up."""
    changes = _mended(outcome, recording)
    can_be_asked = all(change.kind not in _ARGUMENTS or change.kind.value in recording.arguments for change in changes)
    return changes if can_be_asked else ()


def _mended(outcome: Outcome, recording: Recording) -> _OfThePage:
    blocked = outcome.blocked
    match outcome.reason:
        case Reason.OPAQUE_RESPONSE:
            return _with_cors(recording)
        case Reason.OPAQUE_REDIRECT | Reason.REDIRECT_MODE_ERROR | Reason.NO_CORS_REDIRECT_MODE:
            return (RequestChange(_Kind.REDIRECT, "follow"),)
        case Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE:
            return (RequestChange(_Kind.MODE, "cors"),)
        case Reason.NOT_IN_CACHE:
            return (RequestChange(_Kind.CACHE, "default"),)
        case Reason.KEEPALIVE_BODY_TOO_LARGE if recording.call == "fetch":
            return (RequestChange(_Kind.KEEPALIVE),)
        case Reason.STREAM_NEEDS_HTTP2 | Reason.STREAM_NOT_SUPPORTED | Reason.REDIRECT_OF_A_STREAM:
            return (RequestChange(_Kind.BUFFER_BODY),)
        case Reason.URL_CREDENTIALS_REFUSED if blocked and outcome.request and outcome.request.redirect_count == 0:
            return (RequestChange(_Kind.URL, blocked.url),)
        case Reason.MIXED_CONTENT if (
            blocked and recording.ask and outcome.request and not outcome.request.redirect_count
        ):
            # Only who can ask knows whether there is a server under https.
            secure = parse_url(blocked.url)
            return () if secure is None else (RequestChange(_Kind.URL, secure.with_scheme("https").href),)
        case Reason.INTEGRITY_MISMATCH if blocked and blocked.subject == "opaque":
            return _with_cors(recording)
        case reason if reason in _POLICIES_OF_NO_CORS:
            return _with_cors(recording)
    return () if blocked is None else _without_what_the_server_refuses(outcome, blocked, recording)


def without_response_headers(recording: Recording) -> Changes:
    """Leave out the headers that only an answer can have: they do nothing in a request but call for a preflight."""
    return tuple(
        RequestChange(_Kind.DROP_HEADER, name)
        for name, _ in recording.arguments.get("headers", ())
        if name.lower() in RESPONSE_HEADERS_OF_CORS
    )


def _with_cors(recording: Recording) -> _OfThePage:
    """Ask by CORS, where the API can be told to."""
    arguments = recording.arguments
    if recording.call == "fetch" and arguments["mode"] == "no-cors":
        return (RequestChange(_Kind.MODE, "cors"),)
    if recording.call == "load" and arguments["element"] != "iframe" and arguments["crossorigin"] is None:
        return (RequestChange(_Kind.CROSSORIGIN, "anonymous"),)
    return ()


def _without_what_the_server_refuses(outcome: Outcome, blocked: Blocked, recording: Recording) -> _OfThePage:
    """Leave out the credentials, the header or, with all that calls for one, the preflight."""
    credentials_reasons = (Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE)
    if blocked.reason in credentials_reasons:
        return without_credentials(recording.arguments)
    if blocked.stage is not Stage.PREFLIGHT:
        return ()
    if blocked.reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
        return _dropping([blocked.subject], recording) or ()
    if blocked.reason is Reason.METHOD_DISALLOWED_BY_PREFLIGHT and recording.call in ("fetch", "xhr"):
        upper = blocked.subject.upper()
        listed = {token.strip() for token in (blocked.received or "").split(",")}
        if upper != blocked.subject and (upper in listed or is_cors_safelisted_method(upper)):
            return (RequestChange(_Kind.METHOD, upper),)
    return _without_preflight(outcome, recording)


def _without_preflight(outcome: Outcome, recording: Recording) -> _OfThePage:
    request = outcome.request
    considered = next((event for event in reversed(outcome.trace) if isinstance(event, PreflightConsidered)), None)
    if request is None or considered is None or not is_cors_safelisted_method(request.method):
        return ()
    names = [name for name in considered.because if name != "use-CORS-preflight flag"]
    dropped = _dropping(names, recording)
    if dropped is None:
        return ()
    flagged = len(names) < len(considered.because)
    if not flagged:
        return dropped
    if recording.arguments.get("upload_listener"):
        return (*dropped, RequestChange(_Kind.DROP_UPLOAD_LISTENER))
    return (*dropped, RequestChange(_Kind.BUFFER_BODY)) if recording.call == "fetch" else ()


def _dropping(names: list[str], recording: Recording) -> _OfThePage | None:
    """Leave these headers out; None where the page did not write one of them."""
    written = {name.lower(): name for name, _ in recording.arguments.get("headers", ())}
    if not all(name in written for name in names):
        return None
    return tuple(RequestChange(_Kind.DROP_HEADER, written[name]) for name in names)


def without_credentials(arguments: dict[str, Any]) -> _OfThePage:
    """Ask for no credentials, where they were asked for."""
    if arguments.get("credentials") == "include":
        return (RequestChange(_Kind.CREDENTIALS, "same-origin"),)
    if arguments.get("with_credentials"):
        return (RequestChange(_Kind.CREDENTIALS, "none"),)
    if str(arguments.get("crossorigin")).lower() == "use-credentials":
        return (RequestChange(_Kind.CROSSORIGIN, "anonymous"),)
    return ()


def _location_of_the_block(outcome: Outcome, blocked: Blocked) -> str:
    """Where the redirect leads that was not followed: of a preflight, or without its leave; "" where none was."""
    if blocked.reason is Reason.PREFLIGHT_REDIRECTED:
        return blocked.received or ""
    if blocked.stage is not Stage.REDIRECT or blocked.reason not in ALLOW_ORIGIN_REASONS:
        return ""
    answers = [exchange.response for exchange in outcome.exchanges if exchange.response is not None]
    return "" if not answers else get(answers[-1].headers, "Location") or ""


def beginnings(outcome: Outcome, recording: Recording) -> list[Changes]:
    """Changes of the request worth a search of their own, beside those that a failed check calls for."""
    request, blocked = outcome.request, outcome.blocked
    found: list[Changes] = []
    if request is not None and request.redirect_count and recording.call != "send_beacon":
        # Straight to where the redirects led: on the way the Origin became `null`, or a hop did not allow it.
        found.append((RequestChange(_Kind.URL, request.current_url.without_credentials().href),))
    location = "" if blocked is None else _location_of_the_block(outcome, blocked)
    if blocked is not None and location and recording.call != "send_beacon":
        asked = parse_url(blocked.url)
        target = parse_url(location, asked)
        if target is not None and target.is_http and login_of(location, blocked.url) is None:
            if asked is not None and asked.scheme == "https":
                # What dropped https did not mean to; and from a secure page http would be mixed content.
                target = target.with_scheme("https")
            found.append((RequestChange(_Kind.URL, target.without_credentials().href),))
    if blocked is not None and blocked.reason in ALLOW_ORIGIN_REASONS:
        credentials = without_credentials(recording.arguments)
        if credentials and blocked.origin == "null":
            found.append(credentials)
    return found
