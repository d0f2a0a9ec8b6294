"""Steps of a fetch's story: what was sent and received, where that led, and what was checked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason
from ..fetch.trace import ExchangeKind
from .timeline_steps import Detail, Kind, Mark, TimelineStep

if TYPE_CHECKING:
    from ..fetch.trace import CheckFailed, CheckPassed, Exchanged, Redirected
    from .timeline_steps import Shown

_TELLING_REQUEST_HEADERS = frozenset(
    {"origin", "access-control-request-method", "access-control-request-headers", "cookie", "authorization"}
)
_TELLING_RESPONSE_HEADERS = frozenset({"location", "cross-origin-resource-policy", "timing-allow-origin"})
_STEP_KINDS = {
    ExchangeKind.PREFLIGHT: Kind.PREFLIGHT,
    ExchangeKind.ACTUAL: Kind.REQUEST,
    ExchangeKind.REDIRECT: Kind.REQUEST,
}


def exchange(event: Exchanged, shown: Shown) -> TimelineStep:
    request, response = event.request, event.response
    line = f"{request.method} {shown.text(request.url)}"
    told = [
        Detail(name, shown.header(name, value), ">")
        for name, value in request.headers
        if name.lower() in _TELLING_REQUEST_HEADERS
    ]
    headers = shown.headers(">", request.headers)
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
        headers=headers + shown.headers("<", response.headers),
    )


def status_line(status: int, reason: str) -> str:
    """A status and its phrase, as in "204 No Content"."""
    return f"{status} {reason}".rstrip()


def check_passed(event: CheckPassed, shown: Shown) -> TimelineStep:
    value = "" if event.received is None else shown.header(event.header, event.received)
    return TimelineStep(
        Kind.CHECK,
        f"{event.header}: {value}" if event.header else event.check,
        Mark.GOOD,
        (Detail("compared with", event.compared_with),) if event.compared_with else (),
    )


def check_failed(event: CheckFailed, shown: Shown) -> TimelineStep:
    from .sentences import sentence  # here, because most fetches pass

    blocked = event.blocked
    details = []
    if blocked.header:
        received = "(absent)" if blocked.received is None else shown.header(blocked.header, blocked.received)
        details.append(Detail(blocked.header, received or "(empty)", decisive=True))
        of_the_url = blocked.reason is Reason.CONTENT_SECURITY_POLICY
        compared = blocked.url if of_the_url else blocked.compared_with or blocked.subject
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


def redirect(event: Redirected, shown: Shown) -> TimelineStep:
    summary = f"{event.status} to {shown.text(event.location)}"
    details = []
    if event.method != event.method_after:
        details.append(Detail("method", f"{event.method} becomes {event.method_after}"))
    if event.origin_after == "null":
        details.append(Detail("Origin", "null from here on: the redirect crossed origins"))
    if event.dropped:
        details.append(Detail("left behind", ", ".join(event.dropped)))
    return TimelineStep(Kind.REDIRECT, summary, details=tuple(details))
