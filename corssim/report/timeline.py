"""The story of a fetch: a fold over its trace. It decides nothing; secrets are masked unless asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.outcome import Verdict
from ..fetch.reasons import Reason
from ..fetch.trace import (
    AddressHidden,
    CheckFailed,
    CheckPassed,
    Exchanged,
    ExchangeKind,
    FetchStarted,
    HTTPCacheAnswered,
    LocalNetworkAccessChecked,
    PreflightCacheCleared,
    PreflightConsidered,
    PreflightStored,
    Redirected,
    ResponseFiltered,
    TaintingSet,
    WildcardCoveredAuthorization,
)
from ..masking import mask_header, mask_text
from ..records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..browser.outcome import Outcome
    from ..fetch.cookie_events import CookiesConsidered
    from ..fetch.events import Event, Trace
    from ..fetch.wire import Headers, WireResponse


class Kind:
    """What a step of the story is about."""

    DECISION = "decision"
    PREFLIGHT = "preflight"
    REQUEST = "request"
    REDIRECT = "redirect"
    CHECK = "check"
    COOKIES = "cookies"
    CACHE = "cache"
    SCRIPT = "script"


class Mark:
    """How a step went."""

    PLAIN = ""
    GOOD = "passed"
    BAD = "failed"
    NOTE = "note"


class Detail(NamedTuple):
    """A label and a value under a step: a header as sent (`>`) or received (`<`), or one side of a comparison."""

    label: str
    value: str
    direction: str = ""
    decisive: bool = False


class TimelineStep(NamedTuple):
    """One step. `details` matter to the end, `headers` are all of an exchange, `title` is a failed check's name.

    `kind` is one of `Kind`, `mark` one of `Mark`.
    """

    kind: str
    summary: str
    mark: str = Mark.PLAIN
    details: tuple[Detail, ...] = ()
    headers: tuple[Detail, ...] = ()
    minor: bool = False
    title: str = ""


_TELLING_REQUEST_HEADERS = frozenset(
    {"origin", "access-control-request-method", "access-control-request-headers", "cookie", "authorization"}
)
_TELLING_RESPONSE_HEADERS = frozenset({"location", "cross-origin-resource-policy", "timing-allow-origin"})
_STEP_KINDS = {
    ExchangeKind.PREFLIGHT: Kind.PREFLIGHT,
    ExchangeKind.ACTUAL: Kind.REQUEST,
    ExchangeKind.REDIRECT: Kind.REQUEST,
}


def timeline(outcome: Outcome, *, show_credentials: bool = False) -> list[TimelineStep]:
    """What was decided, sent, received and checked, in order."""
    return list(_steps(outcome, _Shown(show_credentials)))


def decisions(outcome: Outcome, *, show_credentials: bool = False) -> list[TimelineStep]:
    """What was decided, and what became of cookies, without what was sent, received and checked."""
    steps = _steps(outcome, _Shown(show_credentials), without=(Exchanged, CheckPassed, ResponseFiltered))
    return [step for step in steps if step.kind == Kind.DECISION or step.kind == Kind.COOKIES]


class _Shown:
    """How values are shown: masked, or as they are."""

    def __init__(self, credentials: bool) -> None:
        self._credentials = credentials

    def text(self, text: str) -> str:
        return text if self._credentials else mask_text(text)

    def header(self, name: str, value: str) -> str:
        return value if self._credentials else mask_header(name, value)


def _steps(outcome: Outcome, shown: _Shown, without: tuple[type[Event], ...] = ()) -> Iterator[TimelineStep]:
    trace = outcome.trace
    started: FetchStarted | None = None
    told_failures: list[CheckFailed] = []
    for number, event in enumerate(trace):
        if isinstance(event, without):
            continue
        match event:
            case FetchStarted():
                started = event
            case TaintingSet() if started is not None:
                stopped = _is_stopped(trace, number)
                yield _decision(event, started, _next_of(trace, number), shown, stopped=stopped)
            case CheckFailed():
                # One check may be told twice: where it was made, and where it ended the fetch.
                if event not in told_failures:
                    told_failures.append(event)
                    yield _check_failed(event, shown)
            case CheckPassed():
                yield _check_passed(event, shown)
            case Exchanged():
                yield _exchange(event, shown)
            case ResponseFiltered() if started is not None and started.mode == "navigate":
                yield _document(outcome, _last_response(trace[:number]))
            case ResponseFiltered():
                yield _script(event, _last_response(trace[:number]), started)
            case PreflightConsidered():
                pass  # told with the decision
            case _:
                yield from _others(event, shown)


def _others(event: object, shown: _Shown) -> Iterator[TimelineStep]:
    match event:
        case AddressHidden():
            summary = (
                "a proxy is on the way, so its address is not known: if the host is in a local network, "
                "a browser without the proxy asks the user first (--resolve HOST=ADDRESS says where it is)"
            )
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case LocalNetworkAccessChecked() if event.state in ("granted", "unchecked"):
            asked = "the user has allowed it" if event.state == "granted" else "nobody is asked"
            summary = f"from the {event.own_space} into the {event.target_space} network: {asked}"
            yield TimelineStep(Kind.DECISION, summary)
        case HTTPCacheAnswered():
            how = "its copy is still good (304)" if event.how == "validated" else "nothing was sent"
            summary = f"the HTTP cache answers {event.response.status}: {how}"
            yield TimelineStep(Kind.CACHE, summary, headers=_all_headers("<", event.response.headers, shown))
        case Redirected():
            yield _redirect(event, shown)
        case PreflightStored():
            kept = f"kept for {event.max_age} s" if event.max_age else "not kept"
            yield TimelineStep(Kind.CACHE, f"the preflight's answer is {kept}", minor=True)
        case PreflightCacheCleared():
            yield TimelineStep(Kind.CACHE, "what preflights had allowed for this URL is forgotten", minor=True)
        case WildcardCoveredAuthorization():
            summary = "`*` covers Authorization in this browser, against the standard: list it by name"
            yield TimelineStep(Kind.CHECK, summary, Mark.NOTE)
        case _:
            yield from _rare_ones(event, shown)


def _rare_ones(event: object, shown: _Shown) -> Iterator[TimelineStep]:
    # Here, because a plain fetch has none of them.
    from ..fetch.authentication_events import AuthenticationAdded, AuthenticationChallenged
    from ..fetch.cookie_events import CookiesConsidered, CookieSet, StorageAccessActivated
    from ..fetch.page_events import FoundInDocument
    from ..fetch.upgrade_events import (
        HTTPSFirstExcepted,
        HTTPSFirstGaveUp,
        InsecureFormLetThrough,
        MixedContentExempted,
        URLUpgraded,
    )

    match event:
        case FoundInDocument():
            yield TimelineStep(Kind.CACHE, f"the page has loaded this {event.element} before: nothing is sent")
        case URLUpgraded():
            summary = f"http becomes https, by {event.because}: {shown.text(event.upgraded)}"
            yield TimelineStep(Kind.DECISION, summary)
        case HTTPSFirstGaveUp():
            summary = f"https did not do: {shown.text(event.url)} is asked for after all"
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case HTTPSFirstExcepted():
            yield TimelineStep(Kind.DECISION, "this host is not tried over https for a week", minor=True)
        case StorageAccessActivated():
            yield TimelineStep(Kind.COOKIES, "the server asks for its cookies: it is asked again, with them", Mark.NOTE)
        case MixedContentExempted():
            summary = "http, but to the local network: let through as no mixed content"
            yield TimelineStep(Kind.DECISION, summary, Mark.NOTE)
        case InsecureFormLetThrough():
            yield TimelineStep(
                Kind.DECISION, "the user is asked whether the form may go over http, and goes on", Mark.NOTE
            )
        case CookiesConsidered() if event.sent or event.withheld:
            yield _cookies(event)
        case CookieSet():
            if event.refused:
                yield TimelineStep(Kind.COOKIES, f"{event.name} is not stored: {event.refused}", Mark.NOTE)
            else:
                where = ", for this top-level site alone" if event.is_foreign else ""
                yield TimelineStep(Kind.COOKIES, f"{event.name} is stored{where}", minor=True)
        case AuthenticationAdded() | AuthenticationChallenged():
            from .authentication_told import told

            yield TimelineStep(Kind.DECISION, told(event), Mark.NOTE)


def _next_of(trace: Trace, number: int) -> PreflightConsidered | None:
    """What was decided about a preflight after this event, if it was asked before the next request or redirect."""
    for event in trace[number + 1 :]:
        match event:
            case PreflightConsidered():
                return event
            case Exchanged() | TaintingSet() | HTTPCacheAnswered():
                return None
    return None


def _is_stopped(trace: Trace, number: int) -> bool:
    """Whether a check stops the request after this event, before it comes to a preflight."""
    for event in trace[number + 1 :]:
        match event:
            case CheckFailed():
                return True
            case PreflightConsidered() | Exchanged() | TaintingSet() | HTTPCacheAnswered():
                return False
    return False


def _decision(
    event: TaintingSet, started: FetchStarted, preflight: PreflightConsidered | None, shown: _Shown, *, stopped: bool
) -> TimelineStep:
    match event.tainting:
        case "basic" if started.mode == "navigate":
            summary = "a navigation: CORS does not apply"
        case "basic" if started.mode == "websocket":
            summary = "a WebSocket: CORS does not apply, the server decides by Origin"
        case "basic":
            local = not event.url.startswith("http")
            summary = "no request leaves the browser" if local else "same origin: CORS does not apply"
        case "opaque":
            summary = "cross-origin, mode no-cors: sent without asking, and the answer stays closed to script"
        case _:
            is_own = event.origin == started.origin
            where = "cross-origin" if is_own else f"cross-origin, and Origin is {shown.text(event.origin)} now"
            summary = where if stopped else f"{where}: {_preflight_decision(preflight, shown)}"
    return TimelineStep(Kind.DECISION, summary)


def _preflight_decision(preflight: PreflightConsidered | None, shown: _Shown) -> str:
    if preflight is None:
        return "a simple request, no preflight"
    because = shown.text(_worded(preflight.because))
    if not preflight.needed:
        return f"an earlier preflight covers {because}"
    return f"preflight, because of {because}"


def _worded(because: tuple[str, ...]) -> str:
    """The method comes first, then header names, which are in lower case; a flag has blanks in its name."""
    headers = [item for item in because if item.islower()]
    words = ["an upload listener or a stream" if " " in item else item for item in because if not item.islower()]
    if headers:
        words.append(f"the header{'s' if len(headers) > 1 else ''} {', '.join(headers)}")
    return " and ".join(words)


def _exchange(event: Exchanged, shown: _Shown) -> TimelineStep:
    request, response = event.request, event.response
    line = f"{request.method} {shown.text(request.url)}"
    told = [
        Detail(name, shown.header(name, value), ">")
        for name, value in request.headers
        if name.lower() in _TELLING_REQUEST_HEADERS
    ]
    headers = _all_headers(">", request.headers, shown)
    if response is None:
        failure = event.failure
        detail = failure.detail or str(failure.kind) if failure is not None else ""
        return TimelineStep(_STEP_KINDS[event.kind], f"{line} → {shown.text(detail)}", Mark.BAD, tuple(told), headers)
    told += [
        Detail(name, shown.header(name, value), "<")
        for name, value in response.headers
        if name.lower().startswith("access-control-") or name.lower() in _TELLING_RESPONSE_HEADERS
    ]
    return TimelineStep(
        _STEP_KINDS[event.kind],
        f"{line} → {status_line(response.status, response.reason)}",
        details=tuple(told),
        headers=headers + _all_headers("<", response.headers, shown),
    )


def status_line(status: int, reason: str) -> str:
    """A status and its phrase, as in "204 No Content"."""
    return f"{status} {reason}".rstrip()


def _all_headers(direction: str, headers: Headers, shown: _Shown) -> tuple[Detail, ...]:
    return tuple(Detail(name, shown.header(name, value), direction) for name, value in headers)


def _check_passed(event: CheckPassed, shown: _Shown) -> TimelineStep:
    value = "" if event.received is None else shown.header(event.header, event.received)
    return TimelineStep(
        Kind.CHECK,
        f"{event.header}: {value}" if event.header else event.check,
        Mark.GOOD,
        (Detail("compared with", event.compared_with),) if event.compared_with else (),
    )


def _check_failed(event: CheckFailed, shown: _Shown) -> TimelineStep:
    from .sentences import sentence  # here, because most fetches pass

    blocked = event.blocked
    details = []
    if blocked.header:
        received = "(absent)" if blocked.received is None else shown.header(blocked.header, blocked.received)
        details.append(Detail(blocked.header, received or "(empty)", decisive=True))
        compared = blocked.compared_with or blocked.subject
        if compared:
            details.append(Detail(_compared_label(blocked.reason), shown.text(compared), decisive=True))
    if blocked.detail:
        details.append(Detail("detail", shown.text(blocked.detail)))
    prefix = "" if event.enforced else "(reported only) "
    mark = Mark.BAD if event.enforced else Mark.NOTE
    return TimelineStep(
        Kind.CHECK, prefix + shown.text(sentence(blocked)), mark, tuple(details), title=blocked.reason.value
    )


def _compared_label(reason: Reason) -> str:
    if reason in (Reason.METHOD_DISALLOWED_BY_PREFLIGHT, Reason.HEADER_DISALLOWED_BY_PREFLIGHT):
        return "has to list"
    if reason is Reason.ALLOW_CREDENTIALS_NOT_TRUE:
        return "has to be"
    return "compared with"


def _cookies(event: CookiesConsidered) -> TimelineStep:
    parts = []
    if event.sent:
        parts.append(f"{', '.join(event.sent)} sent")
    parts += [f"{name} kept back ({rule})" for name, rule in event.withheld]
    return TimelineStep(Kind.COOKIES, "; ".join(parts), Mark.NOTE if event.withheld else Mark.PLAIN)


def _redirect(event: Redirected, shown: _Shown) -> TimelineStep:
    summary = f"{event.status} to {shown.text(event.location)}"
    details = []
    if event.method != event.method_after:
        details.append(Detail("method", f"{event.method} becomes {event.method_after}"))
    if event.origin_after == "null":
        details.append(Detail("Origin", "null from here on: the redirect crossed origins"))
    if event.dropped:
        details.append(Detail("left behind", ", ".join(event.dropped)))
    return TimelineStep(Kind.REDIRECT, summary, details=tuple(details))


def _document(outcome: Outcome, response: WireResponse | None) -> TimelineStep:
    """What comes of a navigation: a document, and not a response that script could look at."""
    if outcome.verdict is Verdict.OPAQUE:
        summary = "sees nothing of it: the document is of another origin, shown to the user and closed to the page"
        return TimelineStep(Kind.SCRIPT, summary, Mark.NOTE)
    status = "" if response is None else f" (status {response.status})"
    return TimelineStep(Kind.SCRIPT, f"sees the document{status}: it is of its own origin", Mark.GOOD)


def _script(event: ResponseFiltered, response: WireResponse | None, started: FetchStarted | None) -> TimelineStep:
    if event.type in ("opaque", "opaqueredirect"):
        return TimelineStep(Kind.SCRIPT, "sees no status, no headers, no body", Mark.NOTE)
    failure = None if response is None else response.body_failure
    if failure is not None and started is not None and started.api == "XMLHttpRequest":
        # It gives all or nothing, where fetch() has given the headers by then.
        return TimelineStep(Kind.SCRIPT, f"sees nothing: {failure.detail or failure.kind}", Mark.BAD)
    status = f"status {response.status}, " if response is not None else ""
    hidden = [name for name in event.hidden if not name.startswith("access-control-") and name not in _OF_NO_USE]
    body = "" if failure is not None else "the body, "
    summary = f"sees {status}type {event.type}, {body}{_headers(event.exposed)}"
    if hidden:
        summary += f"; hidden: {', '.join(hidden)}"
    if failure is not None:
        summary += f"; reading the body fails: {failure.detail or failure.kind}"
    return TimelineStep(Kind.SCRIPT, summary, Mark.GOOD if failure is None else Mark.NOTE)


_OF_NO_USE = frozenset({"vary", "date", "server", "connection", "keep-alive", "transfer-encoding", "set-cookie"})
"""Hidden response headers that script would have no use for."""


def _headers(names: Iterable[str]) -> str:
    names = list(names)
    return f"headers: {', '.join(names)}" if names else "no headers"


def _last_response(trace: Trace) -> WireResponse | None:
    for event in reversed(trace):
        match event:
            case Exchanged(response=response) if response is not None:
                return response
            case HTTPCacheAnswered(response=response):
                return response
    return None


def without_minor(steps: Iterable[TimelineStep]) -> list[TimelineStep]:
    """The steps that a short report tells: what went well needs no headers."""
    steps = [step for step in steps if not step.minor]
    if any(step.mark == Mark.BAD for step in steps):
        return steps
    return [step._replace(details=()) if step.kind != Kind.CHECK else step for step in steps]
