"""A prediction beside what a browser did, line by line, at three levels: verdict, wire, script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal

from ..fetch.digest_authentication import what_a_digest_says
from .faults import NEVER_ARRIVES
from .seen import MUTED, ended_ok, never_ends, recorded_visible, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..browser.outcome import Exchange, Outcome
    from ..scenario import StepResult
    from .case import Record

Level = Literal["verdict", "wire", "script"]

WIRE_HEADERS = (
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "content-type",
    "authorization",
    "cookie",
    "cache-control",
    "pragma",
    "if-none-match",
    "if-modified-since",
    "range",
    "accept",
)
METADATA_HEADERS = ("referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
_BOUNDARY = re.compile(r"boundary=[^;]+")
_NEEDS_TRUE_BYTES = ("font", "audio", "video")
"""What a browser decodes before it says that it loaded: a scenario's text never is a film."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a comparison: what was compared, what was predicted and what the browser did.

    `counts` is False for a line that the browser can say nothing about, as `note` tells.
    """

    level: Level
    what: str
    predicted: str
    real: str
    agrees: bool
    counts: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """All lines of one step, in the order of verdict, wire, script."""

    number: int
    lines: list[Compared]

    @property
    def differences(self) -> list[Compared]:
        return [line for line in self.lines if line.counts and not line.agrees]


def compared(steps: Sequence[StepResult], asked: Sequence[dict[str, Any]], record: Record) -> list[ComparedStep]:
    """Hold the steps of a run against the record of the steps that a browser was asked for."""
    made = []
    for index, (step, case_step, seen) in enumerate(zip(steps, asked, record["steps"], strict=True)):
        if step.outcome is None and step.thrown is None:  # time that passes
            continue
        arrived = [request for request in record["wire"] if request["step"] == index]
        api = case_step["api"]
        if seen.get("plays_nothing"):
            made.append(ComparedStep(index + 1, [_not_asked(step)]))
            continue
        lines = [*_verdict(step, case_step, seen), *_wire(step, arrived)]
        if ended_ok(api, step.outcome, step.thrown) and seen["outcome"] == "ok":
            lines += _script(api, step.outcome, seen)
        made.append(ComparedStep(index + 1, lines))
    return made


def _not_asked(step: StepResult) -> Compared:
    predicted = "throws" if step.outcome is None else str(step.outcome.verdict)
    why = (
        "this browser has nothing here to play films and music with (WebKitGTK: GStreamer's plugins): it asks for none"
    )
    return Compared("verdict", "verdict", predicted, "nothing", agrees=False, counts=False, note=why)


def _verdict(step: StepResult, asked: dict[str, Any], seen: dict[str, Any]) -> Iterator[Compared]:
    api, outcome = asked["api"], step.outcome
    if "target" in asked:  # the document is gone, and nobody is there to see
        return
    if api == "sendBeacon":
        predicted = "throws" if outcome is None else str(outcome.returned).lower()
        real = "throws" if seen["outcome"] == "error" else str(seen.get("returned")).lower()
        yield Compared("verdict", "sendBeacon() returns", predicted, real, predicted == real)
        return
    predicted = "throws" if outcome is None else str(outcome.verdict)
    real = real_verdict(api, seen)
    if never_ends(outcome):
        agrees = seen["outcome"] == "timeout"
    else:
        agrees = seen["outcome"] == ("ok" if ended_ok(api, outcome, step.thrown) else "error")
    untold = not agrees and api in _NEEDS_TRUE_BYTES and seen["outcome"] == "error"
    note = f"what a scenario's server sends is text, and no {api}: the element cannot show it" if untold else ""
    yield Compared("verdict", "verdict", predicted, real, agrees, not untold, note)


def real_verdict(api: str, seen: dict[str, Any]) -> str:
    """How a step ended, as script can tell: blocked and failed look alike."""
    if seen["outcome"] == "timeout":
        return "nothing happened"
    if seen["outcome"] == "error":
        return str(seen.get("error", "error"))
    if api == "fetch":
        return "opaque" if str(seen.get("type", "")).startswith("opaque") else "readable"
    if "readable" in seen:
        return "readable" if seen["readable"] else "opaque"
    if "script_error" in seen:
        return "opaque" if seen["script_error"] == MUTED else "readable"
    return "readable" if api in ("xhr", "eventsource", "websocket") else "loaded"


def _wire(step: StepResult, arrived: list[dict[str, Any]]) -> Iterator[Compared]:
    exchanges = [exchange for exchange in _exchanges(step.outcome) if arrives(exchange)]
    if not exchanges and not arrived:
        yield Compared("wire", "requests", "none", "none", agrees=True)
    for number, (exchange, request) in enumerate(zip_longest(exchanges, arrived), start=1):
        predicted = "nothing" if exchange is None else f"{exchange.request.method} {exchange.request.url}"
        real = "nothing" if request is None else f"{request['method']} {request['url']}"
        yield Compared("wire", f"request {number}", predicted, real, predicted == real)
        if exchange is None or request is None:
            continue
        ours, theirs = _by_name(exchange.request.headers), _by_name(request["headers"])
        for name in (*WIRE_HEADERS, *METADATA_HEADERS):
            if name in ours or name in theirs:
                one, other = ours.get(name, "(absent)"), theirs.get(name, "(absent)")
                yield Compared("wire", f"request {number}: {name}", one, other, one == other)


def _exchanges(outcome: Outcome | None) -> list[Exchange]:
    return [] if outcome is None else outcome.exchanges


def arrives(exchange: Exchange) -> bool:
    """Does a server see this request."""
    return exchange.failure is None or exchange.failure.kind not in NEVER_ARRIVES


def _by_name(headers: Sequence[Sequence[str]]) -> dict[str, str]:
    by_name = {name.lower(): _BOUNDARY.sub("boundary=…", value) for name, value in headers}
    said = {"authorization": what_a_digest_says(by_name["authorization"])} if "authorization" in by_name else {}
    return by_name | said


def _script(api: str, outcome: Outcome | None, seen: dict[str, Any]) -> Iterator[Compared]:
    ours = visible(outcome)
    for name, value in recorded_visible(api, seen).items():
        if name == "headers":
            yield from _headers(ours.get("headers") or [], value)
            continue
        predicted, real = _shown(ours.get(name)), _shown(value)
        yield Compared("script", _IN_SCRIPT.get(name, name), predicted, real, ours.get(name) == value)


_IN_SCRIPT = {
    "body": "text()",
    "body_error": "text() rejects",
    "readable": "script can read it",
    "errors_readable": "window.onerror tells the error",
}


def _headers(ours: list[list[str]], theirs: list[list[str]]) -> Iterator[Compared]:
    predicted, real = _by_name(ours), _by_name(theirs)
    for name in sorted(predicted.keys() | real.keys()):
        one, other = predicted.get(name, "(hidden)"), real.get(name, "(hidden)")
        yield Compared("script", f"headers: {name}", one, other, one == other)
    if predicted == real and ours != theirs:
        yield Compared("script", "order of headers", _order(ours), _order(theirs), agrees=False)


def _order(headers: list[list[str]]) -> str:
    return ", ".join(name for name, _ in headers)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "(none)" if value in (None, "") else str(value)
