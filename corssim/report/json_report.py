"""The report of a fetch as data. Its shape is part of the public interface: keys are added, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..fetch.trace import FetchStarted
from ..masking import mask_body, mask_header, mask_text
from ..records import as_dict
from .advice import advice_json
from .sentences import why
from .timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Exchange, Message, Outcome, ScriptResponse
    from ..fetch.reasons import Blocked
    from .advice import Advice

LONGEST_BODY = 100_000
"""Characters of a body in a report."""

_FETCH = "https://fetch.spec.whatwg.org/#"


def json_report(outcome: Outcome, *, show_credentials: bool = False, advice: Advice | None = None) -> dict[str, Any]:
    """One outcome as JSON types. Absent things are null; headers are [name, value] pairs; sizes are bytes."""
    mask = _Masking(show_credentials)
    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    return {
        "profile": outcome.profile.name,
        "request": None if started is None else _request(started, outcome, mask),
        "verdict": outcome.verdict.value,
        "allowed": outcome.allowed,
        "reason": None if outcome.reason is None else outcome.reason.value,
        "why": mask.text(why(outcome)) or None,
        "blocked": None if outcome.blocked is None else _blocked(outcome.blocked, mask),
        "failure": None
        if outcome.failure is None
        else {"kind": outcome.failure.kind.value, "detail": mask.text(outcome.failure.detail)},
        "response": None if outcome.response is None else _response(outcome.response, mask),
        "reached_server": outcome.reached_server,
        "timing_allowed": outcome.timing_allowed,
        "returned": outcome.returned,
        "exchanges": [_exchange(exchange, mask) for exchange in outcome.exchanges],
        "timeline": [
            {
                "kind": step.kind,
                "result": step.mark or None,
                "summary": step.summary,
                "details": [[detail.label, detail.value] for detail in step.details],
            }
            for step in timeline(outcome, show_credentials=show_credentials)
        ],
        "console": [mask.text(line) for line in outcome.console],
        **_advice(advice, show_credentials),
    }


def _advice(advice: Advice | None, show_credentials: bool) -> dict[str, Any]:
    if advice is None:
        return {
            "symptoms": [],
            "fixes": [],
            "no_fix": None,
            "rightly_blocked": None,
            "configurations": [],
            "front_end": None,
            "follows": [],
        }
    return advice_json(advice, show_credentials=show_credentials)


class _Masking:
    def __init__(self, show_credentials: bool) -> None:
        self._show = show_credentials

    def text(self, text: str) -> str:
        return text if self._show else mask_text(text)

    def body(self, text: str) -> str:
        return text if self._show else mask_body(text)

    def headers(self, headers: Sequence[tuple[str, str]]) -> list[list[str]]:
        return [[name, value if self._show else mask_header(name, value)] for name, value in headers]

    def header(self, name: str, value: str | None) -> str | None:
        return value if self._show or value is None else mask_header(name, value)


def _request(started: FetchStarted, outcome: Outcome, mask: _Masking) -> dict[str, Any]:
    """`headers` are those that script set, without what it may not set."""
    headers = [] if outcome.call is None else outcome.call.arguments.get("headers", [])
    kept = {name.lower() for name in started.header_names}
    return {
        "api": started.api,
        "method": started.method,
        "url": mask.text(started.url),
        "page": mask.text(started.page),
        "origin": started.origin,
        "mode": started.mode,
        "credentials": started.credentials,
        "destination": started.destination,
        "headers": mask.headers([(name, value) for name, value in headers if name.lower() in kept]),
    }


def _blocked(blocked: Blocked, mask: _Masking) -> dict[str, Any]:
    return {
        **{name: mask.text(value) if isinstance(value, str) else value for name, value in as_dict(blocked).items()},
        "reason": blocked.reason.value,
        "stage": blocked.stage.value,
        "received": mask.header(blocked.header, blocked.received),
        "anchor": blocked.anchor if "://" in blocked.anchor else _FETCH + blocked.anchor,
    }


def _response(response: ScriptResponse, mask: _Masking) -> dict[str, Any]:
    return {
        "type": response.type,
        "status": response.status,
        "status_text": response.status_text,
        "url": mask.text(response.url),
        "redirected": response.redirected,
        "headers": mask.headers(response.headers),
        "body": mask.body(response.body.decode("utf-8", "replace")[:LONGEST_BODY]),
        "body_size": len(response.body),
        "body_complete": response.body_failure is None,
    }


def _exchange(exchange: Exchange, mask: _Masking) -> dict[str, Any]:
    return {
        "kind": exchange.kind.value,
        "request": {
            "method": exchange.request.method,
            "url": mask.text(exchange.request.url),
            "headers": mask.headers(exchange.request.headers),
            "body_size": len(exchange.request.body),
        },
        "response": None if exchange.response is None else _answer(exchange.response, mask),
        "failure": None
        if exchange.failure is None
        else {"kind": exchange.failure.kind.value, "detail": mask.text(exchange.failure.detail)},
    }


def _answer(response: Message, mask: _Masking) -> dict[str, Any]:
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": mask.headers(response.headers),
        "body_size": len(response.body),
    }
