"""A recording's exchanges and summary, as JSON and for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..scenario.sources.as_sent import is_extension
from .har_judged import MAX_AGE
from .what_comes import browsers_json, came_json, came_lines, is_changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..browser.outcome import Outcome
    from ..report.lines import Line
    from ..scenario.sources.har_exchanges import Recorded
    from ..scenario.sources.har_fields import Entry
    from .har_console import Compared, ConsoleLog
    from .har_judged import Judged, Summary

MOST_ADVICE = 20  # servers and reasons that are explained
_MOST_LEFT = 5  # lines of a console that belong to no request, and are told


def exchange_json(judged: Judged, *, show_credentials: bool, has_log: bool = False) -> dict[str, Any]:
    """One exchange; `has_log` where there is a console to compare with."""
    from ..masking import mask_text

    recorded = judged.recorded
    started = next((outcome.trace[0] for outcome in judged.outcomes.values() if outcome is not None), None)
    shown = (lambda text: text) if show_credentials else mask_text
    preflight = recorded.preflight
    changes = judged.changes(show_credentials=show_credentials)
    return {
        "entry": recorded.entry.number,
        "page": recorded.page and shown(recorded.page),
        "method": recorded.reading.method,
        "url": shown(recorded.entry.url),
        "mode": str(getattr(started, "mode", recorded.reading.mode)),
        "credentials": str(getattr(started, "credentials", recorded.reading.credentials)),
        "cross_origin": recorded.is_cross_origin,
        "preflight": None if preflight is None else {"url": shown(preflight.url), "status": preflight.status},
        "preflight_needed": recorded.needs_preflight,
        "recorded": {
            "status": recorded.status,
            "blocked": recorded.blocked,
            "error": shown(recorded.entry.error) or None,
        },
        "redirects": [shown(hop.url) for hop in recorded.hops],
        "browsers": judged.verdicts,
        **({"what_if": browsers_json(changes) | came_json(changes)} if changes else {}),
        "guessed": [guess._asdict() for guess in recorded.reading.guessed],
        "notes": notes(recorded),
        "console": [shown(line) for line in judged.console.printed],
        **({"console_compared": _compared_json(judged.console, shown)} if has_log else {}),
    }


def _compared_json(compared: Compared, shown: Callable[[str], str]) -> dict[str, Any]:
    return {
        "agree": compared.agree,
        "not_printed": [shown(line) for line in compared.not_printed],
        "not_predicted": [shown(line) for line in compared.not_predicted],
        "says": list(compared.says),
    }


def advice_of(
    told: dict[tuple[str, str], Outcome], software: str | None, show_credentials: bool
) -> list[dict[str, Any]]:
    """The advice on each server and reason."""
    from ..report.advice import Advice, advice_json

    return [
        {"server": server, "reason": reason}
        | advice_json(Advice(outcome, software=software), show_credentials=show_credentials)
        for (server, reason), outcome in told.items()
    ]


def notes(recorded: Recorded) -> list[str]:
    """What the recording does not tell."""
    from ..masking import mask_text

    notes = []
    if recorded.led_from is not None:
        notes.append(_why_led(recorded.led_from, f"from {mask_text(recorded.led_from.url)}"))
    if recorded.entry.redirected_inside:
        notes.append(_why_led(recorded.entry, "elsewhere"))
    elif recorded.entry.is_of_the_browser:
        notes.append("the browser or an extension asked for it by itself, no page did")
    elif recorded.entry.method == "CONNECT":
        notes.append("a tunnel through a proxy, which no page asks for")
    elif recorded.page is None:
        notes.append("no page is told (no Origin, no Referer, no page); --page URL gives it")
    if recorded.reading.mode == "navigate":
        notes.append("a navigation, to which CORS does not apply")
    elif recorded.entry.is_web_socket:
        notes.append("a WebSocket's handshake, to which CORS does not apply: the server decides by the Origin")
    elif recorded.stands_for_preflight:
        notes.append("only the preflight is in there, not the request that it asks for")
    elif recorded.entry.lacks_status:
        notes.append(
            "its status was not recorded: Firefox leaves it out where the answer came from its cache"
            + (": taken as 200" if recorded.has_answer else "")
        )
    elif not recorded.has_answer:
        notes.append("no answer was recorded")
    elif recorded.entry.is_of_cache:
        notes.append("the answer was in the browser's cache, and is not in there: only that it still holds")
    elif recorded.page is not None and recorded.needs_preflight and recorded.preflight is None:
        notes.append("its preflight is not in there; it passed, or the request would not be there")
    if recorded.page is not None and is_extension(recorded.page):
        notes.append("an extension's page: what it has leave to access, it reads whatever CORS says")
    return notes


def _why_led(entry: Entry, where: str) -> str:
    """Who turned a request into another, inside the browser."""
    by = {"HSTS": "the browser (HSTS)", "HTTPSUPGRADES": "the browser (it tries https first)"}
    who = by.get(entry.redirected_inside.upper(), f"an extension or the browser itself ({entry.redirected_inside})")
    return f"{who} led it {where}, before any server was asked"


def is_telling(judged: Judged) -> bool:
    """Worth a line without -v: blocked, not known, or otherwise in one browser than in another."""
    verdicts = {verdict["verdict"] for verdict in judged.verdicts.values()}
    if any(is_changed(now, then) for _, now, then in judged.changes()):
        return True
    if judged.console.agree is False:
        return True
    return bool(verdicts & {"blocked", "failed", None}) or len(verdicts) > 1 or bool(judged.recorded.blocked)


def exchange_lines(judged: Judged, columns: int, show_credentials: bool) -> list[Line]:
    """One exchange in a few rows."""
    from ..masking import mask_text
    from ..report.lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, folded
    from ..report.safe_text import safe

    recorded = judged.recorded
    shown = (lambda text: text) if show_credentials else mask_text
    url, page = safe(shown(recorded.entry.url)), shown(recorded.page or "(page not told)")
    styles = {"readable": GOOD, "opaque": NOTE, "blocked": BAD, "failed": BAD}
    title = [(f"{safe(recorded.reading.method)} {url}", BOLD), (f" from {page}", PLAIN)]
    lines = folded(title, columns=columns, indent=2, start=0)
    state = {True: "blocked", False: "not blocked", None: "does not tell"}[recorded.blocked]
    error = f" ({safe(shown(recorded.entry.error))})" if recorded.entry.error else ""
    preflight = "" if recorded.preflight is None else f"preflight {recorded.preflight.status}, "
    rows = [("recorded", [(f"{preflight}status {recorded.status or 'none'}, {state}{error}", PLAIN)])]
    by_verdict: dict[tuple[str, str], list[str]] = {}
    for name, told in judged.verdicts.items():
        by_verdict.setdefault((told["verdict"] or "not known", told["reason"] or ""), []).append(name)
    for (verdict, reason), names in by_verdict.items():
        spans = [(verdict, styles.get(verdict, NOTE)), (f" in {', '.join(names)}", PLAIN)]
        rows.append(("browsers", [*spans, (f" [{reason}]", DIM)] if reason and verdict != "opaque" else spans))
    rows += [("note", [(note, PLAIN)]) for note in notes(recorded)]
    rows += _console_rows(judged.console, shown)
    for label, texts in rows:
        lines += folded(texts, columns=columns, indent=13, first=((f"  {label:<11}", DIM),))
    return lines + came_lines(judged.changes(show_credentials=show_credentials), columns)


def _console_rows(compared: Compared, shown: Callable[[str], str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the browser printed, and how that differs from what was predicted."""
    from ..report.lines import BAD, GOOD, NOTE, PLAIN
    from ..report.safe_text import safe

    rows: list[tuple[str, list[tuple[str, str]]]] = [
        ("console", [(safe(shown(line)), PLAIN)]) for line in compared.printed[:3]
    ]
    if compared.agree:
        rows.append(("console", [("as predicted", GOOD)]))
    rows += [("console", [("predicted, and not printed: ", BAD), (safe(shown(line)), PLAIN)])
             for line in compared.not_printed[:3]]  # fmt: skip
    rows += [("console", [("printed, and not predicted: ", BAD), (safe(shown(line)), PLAIN)])
             for line in compared.not_predicted[:3]]  # fmt: skip
    if compared.says and not compared.predicted:
        rows.append(("console", [(f"says why: {', '.join(compared.says)}", NOTE)]))
    return rows


def summary_lines(
    summary: Summary,
    told: dict[tuple[str, str], Outcome],
    software: str | None,
    columns: int,
    show_credentials: bool,
    log: ConsoleLog,
) -> list[Line]:
    """The counts, each server and reason with its advice, what a longer Max-Age saves, and the console."""
    from ..report.advice import Advice, configuration_lines, fix_lines, symptom_lines
    from ..report.lines import BAD, BOLD, PLAIN, Line, counted, folded
    from ..report.safe_text import safe

    counts = (
        f"{counted(summary.exchanges, 'request')}, {summary.cross_origin} of them cross-origin"
        f"{f', {summary.without_page} of a page that is not told' if summary.without_page else ''}: "
        f"{summary.readable} readable, {summary.opaque} opaque, {summary.blocked} blocked, "
        f"{summary.not_known} not known"
        + (
            f" ({summary.blocked_unanswered} of them recorded as blocked, without the answer)"
            if summary.blocked_unanswered
            else ""
        )
    )
    lines = [Line(), *folded([(counts, BOLD)], columns=columns)]
    for (server, reason), count in summary.by_reason.most_common(MOST_ADVICE):
        lines += folded([(f"{count} × ", BAD), (f"{safe(server)} {reason}", PLAIN)], columns=columns, indent=4, start=2)
        outcome = told.get((server, reason))
        if outcome is not None:
            advice = Advice(outcome, software=software)
            lines += symptom_lines(advice.symptoms, columns, show_credentials=show_credentials)
            lines += fix_lines(advice.fixes, columns, show_credentials=show_credentials)
            lines += configuration_lines(advice, columns, show_credentials=show_credentials)
    if summary.preflights:
        total = summary.exchanges + summary.preflights
        were = "was a preflight" if summary.preflights == 1 else "were preflights"
        text = f"{summary.preflights} of {total} requests {were}; Access-Control-Max-Age: {MAX_AGE} "
        text += f"would save {summary.saved}."
        lines += folded([(text, PLAIN)], columns=columns)
    return lines + _log_lines(log, columns, show_credentials) if log else lines


def _log_lines(log: ConsoleLog, columns: int, show_credentials: bool) -> list[Line]:
    from ..masking import mask_text
    from ..report.lines import DIM, PLAIN, counted, folded
    from ..report.safe_text import safe

    whose = log.browser or "a browser that its lines do not tell"
    as_predicted = f"{log.compared - log.differing} of {counted(log.compared, 'request')} as predicted"
    left = log.left
    others = f"; {counted(len(left), 'line')} of requests that are not in the recording, or were to be readable"
    text = f"The console, of {whose}: {as_predicted}{others if left else ''}."
    lines = folded([(text, PLAIN)], columns=columns)
    for line in left[:_MOST_LEFT]:
        told = safe(line if show_credentials else mask_text(line), 300)
        lines += folded([(told, DIM)], columns=columns, indent=4, start=2)
    return lines
