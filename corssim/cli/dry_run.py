"""`corssim check --dry-run`: what a browser would send, and what the server must answer. Nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..browser.drivers import run as drive
from ..fetch.trace import Exchanged, ExchangeKind, PreflightConsidered
from ..fetch.wire import WireRequest, WireResponse
from ..records import NamedTuple
from .environment import ExitStatus
from .fetch_flags import fetch_of
from .session import open_page
from .shared_answers import request_key

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..fetch.http_network_fetch import Fetching
    from ..report.lines import Line
    from .environment import Environment


class Demand(NamedTuple):
    """A header that the server must answer with; `or_value` would do as well."""

    name: str
    value: str
    or_value: str = ""
    advice: bool = False


def dry_run(arguments: argparse.Namespace, profile: str, environment: Environment) -> tuple[Outcome, int]:
    """The outcome as it would be with a server that allows the fetch, and the exit status.

    The outcome of a fetch that ends before anything is sent is what would come of it.
    """
    outcome = fetch_of(arguments, environment)(open_page(arguments, profile, _with_a_willing_server, dry=True))
    return outcome, ExitStatus.NOT_READABLE if not outcome.exchanges and not outcome.allowed else ExitStatus.OK


def _with_a_willing_server(fetching: Fetching[Outcome]) -> Outcome:
    return drive(fetching, _willing_answer)


def _willing_answer(request: WireRequest) -> WireResponse:
    headers = [(demand.name, demand.value) for demand in demands(request, cors=True, credentials=True)]
    return WireResponse(200, "OK", tuple(headers))


def demands(request: WireRequest, *, cors: bool, credentials: bool) -> list[Demand]:
    """The headers without which a browser would not go on from this request."""
    origin = _header(request, "origin")
    if not cors or origin is None:
        return []
    needed = [Demand("Access-Control-Allow-Origin", origin, "" if credentials else "*")]
    if credentials:
        needed.append(Demand("Access-Control-Allow-Credentials", "true"))
    if request.is_preflight:
        method = _header(request, "access-control-request-method") or ""
        if method not in ("GET", "HEAD", "POST"):
            needed.append(Demand("Access-Control-Allow-Methods", method, "" if credentials else "*"))
        names = _header(request, "access-control-request-headers")
        if names:
            star = "" if credentials or "authorization" in names.split(",") else "*"
            needed.append(Demand("Access-Control-Allow-Headers", names.replace(",", ", "), star))
    needed.append(Demand("Vary", "Origin", advice=True))
    return needed


def _header(request: WireRequest, lower_name: str) -> str | None:
    return next((value for name, value in request.headers if name.lower() == lower_name), None)


def planned(outcome: Outcome) -> list[tuple[ExchangeKind, WireRequest, list[Demand]]]:
    """The requests that would be sent, each with what must be answered."""
    credentials = outcome.request is not None and outcome.request.credentials_mode == "include"
    cors = outcome.request is not None and outcome.request.response_tainting == "cors"
    return [
        (event.kind, event.request, demands(event.request, cors=cors, credentials=credentials))
        for event in outcome.trace
        if isinstance(event, Exchanged)
    ]


def planned_otherwise(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The first outcome, and each whose requests differ from those before it in what a server decides by."""
    told: dict[object, Outcome] = {}
    for outcome in outcomes:
        requests = [event.request for event in outcome.trace if isinstance(event, Exchanged)]
        told.setdefault((outcome.reason, *map(request_key, requests)), outcome)
    return list(told.values())


def dry_run_lines(outcome: Outcome, *, columns: int, show_credentials: bool, names_browser: bool = True) -> list[Line]:
    """The plan as a report."""
    from ..masking import mask_header, mask_text
    from ..report.decision_steps import decisions
    from ..report.heading import heading
    from ..report.lines import BOLD, DIM, GOOD, PLAIN, Line, folded

    if not outcome.exchanges:
        from ..report.terminal import report_lines

        return report_lines(outcome, columns=columns, show_credentials=show_credentials, names_browser=names_browser)
    lines = heading(outcome, [("DRY RUN ", BOLD)], columns, show_credentials, names_browser=names_browser)
    lines.append(Line())
    for step in decisions(outcome, show_credentials=show_credentials):
        if not (step.minor and step.kind == "cookies"):
            first: tuple[tuple[str, str], ...] = ((f"  {step.kind:<11}", DIM),)
            lines += folded([(step.summary, PLAIN)], columns=columns, indent=13, first=first)
    for kind, request, needed in planned(outcome):
        label = "preflight" if kind is ExchangeKind.PREFLIGHT else "request"
        url = request.url if show_credentials else mask_text(request.url)
        first = ((f"  {label:<11}", DIM),)
        lines += folded([(f"{request.method} {url}", BOLD)], columns=columns, indent=13, first=first)
        for name, value in request.headers:
            shown = value if show_credentials else mask_header(name, value)
            text = [("> ", DIM), (f"{name}: {shown}", PLAIN)]
            lines += folded(text, columns=columns, indent=17, start=13)
        for number, line in enumerate(_demand_lines(kind, needed)):
            first = ((f"  {'needs' if number == 0 else '':<11}", DIM),)
            lines += folded([("< ", DIM), (line, GOOD)], columns=columns, indent=17, first=first, start=13)
    return lines + _cacheable(outcome, columns)


def _demand_lines(kind: ExchangeKind, needed: list[Demand]) -> list[str]:
    lines = ["a status from 200 to 299"] if kind is ExchangeKind.PREFLIGHT else []
    for demand in needed:
        text = f"{demand.name}: {demand.value}"
        if demand.or_value:
            text += f"  (or {demand.or_value})"
        elif demand.advice:
            text += "  (advised: the answer depends on who asks)"
        lines.append(text)
    if not lines:
        lines.append("no CORS header")
    return lines


def _cacheable(outcome: Outcome, columns: int) -> list[Line]:
    from ..report.lines import Line, folded

    if not any(isinstance(event, PreflightConsidered) and event.needed for event in outcome.trace):
        return []
    limit = outcome.profile.preflight_cache.max_age_limit
    text = f"Access-Control-Max-Age on the preflight's answer saves the next one (at most {limit} s)."
    return [Line(), *folded([(text, "")], columns=columns, indent=2, start=2)]


def dry_run_json(outcome: Outcome, *, show_credentials: bool) -> dict[str, Any]:
    """The plan as data. Its shape is stable, as that of `check --json` is."""
    from ..report.json_report import json_report

    report = json_report(outcome, show_credentials=show_credentials)
    considered = next((event for event in outcome.trace if isinstance(event, PreflightConsidered)), None)
    sent = planned(outcome)
    return {
        "dry_run": True,
        "profile": report["profile"],
        "request": report["request"],
        "verdict": report["verdict"] if not sent else None,
        "reason": report["reason"] if not sent else None,
        "blocked": report["blocked"] if not sent else None,
        "preflight": considered is not None and considered.needed,
        "preflight_because": list(considered.because) if considered is not None else [],
        "requests": [
            {
                **exchange["request"],
                "kind": exchange["kind"],
                "needs": {
                    "status": "200-299" if kind is ExchangeKind.PREFLIGHT else None,
                    "headers": [
                        {"name": demand.name, "value": demand.value, "or": demand.or_value or None}
                        for demand in needed
                        if not demand.advice
                    ],
                },
            }
            for exchange, (kind, _, needed) in zip(report["exchanges"], sent, strict=True)
        ],
    }
