"""`corssim har`: recorded exchanges beside what each browser makes of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from ..errors import UsageError
from ..fetch.settings import ThirdPartyCookies
from .arguments import add_software, software_of
from .environment import ExitStatus
from .progress import progress
from .user_flags import add_permission, permissions_of
from .what_if import add_what_if_flags, changes_of, verdict_of, what_if_json, what_if_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..browser.outcome import Outcome
    from ..report.lines import Line
    from ..scenario.sources.har_exchanges import Recorded
    from .environment import Environment

_MAX_AGE = 7200  # seconds: what every browser keeps a preflight's answer for, where the server lets it
_LONGEST_LOG = 20_000_000  # characters of a console's log
_MOST_LINES = 200  # exchanges that are listed one by one
_ANSWERS_STAY = (
    "--third-party-cookies: every answer stays as it was recorded; what a server says to a request that comes without "
    "its cookies is not in a recording, so it is not known whether that one would still be read"
)
_MOST_SKIPPED = 20  # entries that could not be read, and are named
_MOST_ADVICE = 20  # servers and reasons that are explained


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `har`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="an HTTP archive (.har, or .har.gz)")
    parser.add_argument(
        "--page",
        metavar="URL",
        help="the page of requests for which nothing tells it; for others: what if it were this one",
    )
    add_what_if_flags(parser)
    add_software(parser)
    parser.add_argument(
        "--third-party-cookies",
        choices=get_args(ThirdPartyCookies),
        help="what if the browser's user had set this; answers stay as recorded",
    )
    add_permission(parser, "what if the browser's user had decided this")
    parser.add_argument(
        "--console", metavar="LOG", help="the browser's console, saved: its lines stand beside requests"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="list every cross-origin request, not the blocked alone"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")


@dataclass
class Judged:
    """One recorded exchange and its outcome in each browser; None where the recording leaves it open."""

    recorded: Recorded
    outcomes: dict[str, Outcome | None]
    console: list[str]
    then: dict[str, Outcome | None] | None = None

    @property
    def verdicts(self) -> dict[str, dict[str, str | None]]:
        return {name: verdict_of(outcome) for name, outcome in self.outcomes.items()}

    @property
    def verdicts_then(self) -> dict[str, dict[str, str | None]] | None:
        """With the changes of the flags; None without them."""
        return None if self.then is None else {name: verdict_of(outcome) for name, outcome in self.then.items()}

    @property
    def blocking(self) -> Outcome | None:
        """The first browser's outcome that is a block."""
        blocked = (outcome for outcome in self.outcomes.values() if outcome is not None)
        return next((outcome for outcome in blocked if outcome.verdict.value == "blocked"), None)

    @property
    def server(self) -> str:
        return "/".join(self.recorded.entry.url.split("/", 3)[:3])


@dataclass
class Summary:
    """What the recordings come to, counted as they are read."""

    exchanges: int = 0
    cross_origin: int = 0
    preflights: int = 0
    saved: int = 0
    readable: int = 0
    opaque: int = 0
    blocked: int = 0
    not_known: int = 0
    skipped: list[str] = field(default_factory=list)
    by_reason: Counter[tuple[str, str]] = field(default_factory=Counter)
    _asked: dict[tuple[str, ...], float] = field(default_factory=dict)

    def add(self, judged: Judged) -> None:
        """Count one more."""
        recorded = judged.recorded
        self.exchanges += 1
        self.cross_origin += recorded.is_cross_origin
        outcome = judged.blocking or next((each for each in judged.outcomes.values() if each is not None), None)
        verdict = None if outcome is None else outcome.verdict.value
        self.readable += verdict == "readable"
        self.opaque += verdict == "opaque"
        self.blocked += verdict == "blocked"
        self.not_known += verdict is None
        if outcome is not None and verdict == "blocked":
            self.by_reason[judged.server, str(outcome.reason)] += 1
        if recorded.preflight is not None:
            self.preflights += 1
            self.saved += self._was_asked_before(recorded)

    def _was_asked_before(self, recorded: Recorded) -> bool:
        """Report whether an answer kept for two hours would have made this preflight needless."""
        from ..scenario.sources.har_replay import seconds_of

        preflight = recorded.preflight
        assert preflight is not None
        names = preflight.header("access-control-request-headers") or ""
        key = (recorded.page or "", preflight.url, recorded.reading.method, names, recorded.reading.credentials)
        now = seconds_of(preflight.started) or 0.0
        before = self._asked.get(key)
        if before is not None and now - before < _MAX_AGE:
            return True
        self._asked[key] = now
        return False

    def as_json(self) -> dict[str, Any]:
        """The counts, and the blocked ones by server and reason."""
        return {
            "exchanges": self.exchanges,
            "cross_origin": self.cross_origin,
            "preflights": self.preflights,
            "max_age": {"seconds": _MAX_AGE, "would_save": self.saved},
            "readable": self.readable,
            "opaque": self.opaque,
            "blocked": self.blocked,
            "not_known": self.not_known,
            "skipped": self.skipped[:_MOST_SKIPPED],
            "by_server": [
                {"server": server, "reason": reason, "count": count}
                for (server, reason), count in self.by_reason.most_common()
            ],
        }


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Read each file, make its requests again in each browser, and tell what comes of them."""
    from ..url import require_url

    if arguments.page:
        require_url(arguments.page)
    software = software_of(arguments)
    log = _console_log(arguments.console)
    summary = Summary()
    if arguments.third_party_cookies is not None:
        environment.error(_ANSWERS_STAY)
    if arguments.json:
        _write_json(arguments, environment, log, summary, software)
    else:
        _write_text(arguments, environment, log, summary, software)
    if summary.skipped:
        return ExitStatus.USAGE
    return ExitStatus.NOT_READABLE if summary.blocked else ExitStatus.OK


def _console_log(path: str | None) -> list[str]:
    if path is None:
        return []
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST_LOG).splitlines()
    except OSError as error:
        raise UsageError(f"--console: {path} cannot be read: {error.strerror or error}") from error


def _judged(
    path: str, arguments: argparse.Namespace, environment: Environment, log: list[str], summary: Summary
) -> Iterator[Judged]:
    """The exchanges of one file, each made again in every browser, in order. Entries that cannot be read are named."""
    from ..fetch.browsers import BROWSERS
    from ..fetch.settings import BrowserSettings
    from ..scenario.sources.har import open_archive
    from ..scenario.sources.har_exchanges import exchanges_of
    from ..scenario.sources.har_replay import Replay

    changes = changes_of(arguments, page=arguments.page)
    replays = {name: Replay(name) for name in BROWSERS}
    third_party: ThirdPartyCookies | None = arguments.third_party_cookies
    settings = None if third_party is None else BrowserSettings(third_party_cookies=third_party)
    permissions = permissions_of(arguments)
    what_if = changes is not None or settings is not None or permissions
    changed = {name: Replay(name, changes, settings, permissions) for name in BROWSERS} if what_if else {}
    try:
        with open_archive(path) as archive, progress(len(archive), environment, quiet=arguments.json) as advance:
            archive.skips_unreadable = True
            for recorded in exchanges_of(archive, page=arguments.page):
                advance(recorded.entry.url)
                outcomes = {name: replay.make(recorded) for name, replay in replays.items()}
                lines = [line.strip() for line in log if recorded.entry.url in line]
                then = {name: replay.make(recorded) for name, replay in changed.items()} or None
                yield Judged(recorded, outcomes, lines, then)
            for message in archive.skipped.values():
                summary.skipped.append(message)
                if len(summary.skipped) <= _MOST_SKIPPED:
                    environment.error(f"skipped: {message}")
    finally:
        for replay in (*replays.values(), *changed.values()):
            replay.close()


def _write_json(
    arguments: argparse.Namespace,
    environment: Environment,
    log: list[str],
    summary: Summary,
    software: str | None,
) -> None:
    """One document, written as it comes about."""
    first = True
    told: dict[tuple[str, str], Outcome] = {}
    for path in arguments.files:
        for judged in _judged(path, arguments, environment, log, summary):
            summary.add(judged)
            exchange = {"file": path, **_exchange(judged, show_credentials=arguments.show_credentials)}
            environment.write(('{"exchanges": [\n' if first else ",\n") + json.dumps(exchange))
            first = False
            _keep(told, judged)
    closing = {"summary": summary.as_json(), "advice": _advice_json(told, software, arguments.show_credentials)}
    environment.write(('{"exchanges": [' if first else "") + f"], {json.dumps(closing)[1:]}")


def _keep(told: dict[tuple[str, str], Outcome], judged: Judged) -> None:
    """Keep the first block of each server and reason, to be explained."""
    blocking = judged.blocking
    if blocking is not None and len(told) < _MOST_ADVICE:
        told.setdefault((judged.server, str(blocking.reason)), blocking)


def _advice_json(
    told: dict[tuple[str, str], Outcome], software: str | None, show_credentials: bool
) -> list[dict[str, Any]]:
    from ..report.advice import Advice, advice_json

    return [
        {"server": server, "reason": reason}
        | advice_json(Advice(outcome, software=software), show_credentials=show_credentials)
        for (server, reason), outcome in told.items()
    ]


def _exchange(judged: Judged, *, show_credentials: bool) -> dict[str, Any]:
    from ..masking import mask_text

    recorded = judged.recorded
    started = next((outcome.trace[0] for outcome in judged.outcomes.values() if outcome is not None), None)
    shown = (lambda text: text) if show_credentials else mask_text
    preflight = recorded.preflight
    then = judged.verdicts_then
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
        **({} if then is None else {"what_if": what_if_json(judged.verdicts, then)}),
        "guessed": [guess._asdict() for guess in recorded.reading.guessed],
        "notes": _notes(recorded),
        "console": [shown(line) for line in judged.console],
    }


def _notes(recorded: Recorded) -> list[str]:
    """What the recording does not tell."""
    notes = []
    if recorded.page is None:
        notes.append("no page is told (no Origin, no Referer, no page); --page URL gives it")
    if recorded.reading.mode == "navigate":
        notes.append("a navigation, to which CORS does not apply")
    elif recorded.stands_for_preflight:
        notes.append("only the preflight is in there, not the request that it asks for")
    elif not recorded.has_answer:
        notes.append("no answer was recorded")
    elif recorded.page is not None and recorded.needs_preflight and recorded.preflight is None:
        notes.append("its preflight is not in there; it passed, or the request would not be there")
    return notes


def _write_text(
    arguments: argparse.Namespace,
    environment: Environment,
    log: list[str],
    summary: Summary,
    software: str | None,
) -> None:
    told: dict[tuple[str, str], Outcome] = {}
    listed = 0
    for path in arguments.files:
        for judged in _judged(path, arguments, environment, log, summary):
            summary.add(judged)
            _keep(told, judged)
            if (arguments.verbose or _is_telling(judged)) and judged.recorded.is_cross_origin:
                listed += 1
                if arguments.verbose or listed <= _MOST_LINES:
                    environment.write_lines(_lines(judged, environment.columns, arguments.show_credentials))
    environment.write_lines(_summary_lines(summary, told, software, environment.columns, arguments.show_credentials))


def _is_telling(judged: Judged) -> bool:
    """Worth a line without -v: blocked, not known, or otherwise in one browser than in another."""
    verdicts = {verdict["verdict"] for verdict in judged.verdicts.values()}
    if judged.verdicts_then not in (None, judged.verdicts):
        return True
    return bool(verdicts & {"blocked", "failed", None}) or len(verdicts) > 1 or bool(judged.recorded.blocked)


def _lines(judged: Judged, columns: int, show_credentials: bool) -> list[Line]:
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
    rows += [("note", [(note, PLAIN)]) for note in _notes(recorded)]
    then = judged.verdicts_then
    rows += [("console", [(safe(line), PLAIN)]) for line in judged.console[:3]]
    for label, texts in rows:
        lines += folded(texts, columns=columns, indent=13, first=((f"  {label:<11}", DIM),))
    return lines if then is None else lines + what_if_lines(judged.verdicts, then, columns)


def _summary_lines(
    summary: Summary,
    told: dict[tuple[str, str], Outcome],
    software: str | None,
    columns: int,
    show_credentials: bool,
) -> list[Line]:
    from ..report.advice import Advice, configuration_lines, fix_lines, symptom_lines
    from ..report.lines import BAD, BOLD, PLAIN, Line, folded
    from ..report.safe_text import safe

    counts = (
        f"{summary.exchanges} requests, {summary.cross_origin} of them cross-origin: {summary.readable} readable, "
        f"{summary.opaque} opaque, {summary.blocked} blocked, {summary.not_known} not known"
    )
    lines = [Line(), *folded([(counts, BOLD)], columns=columns)]
    for (server, reason), count in summary.by_reason.most_common(_MOST_ADVICE):
        lines += folded([(f"{count} × ", BAD), (f"{safe(server)} {reason}", PLAIN)], columns=columns, indent=4, start=2)
        outcome = told.get((server, reason))
        if outcome is not None:
            advice = Advice(outcome, software=software)
            lines += symptom_lines(advice.symptoms, columns, show_credentials=show_credentials)
            lines += fix_lines(advice.fixes, columns, show_credentials=show_credentials)
            lines += configuration_lines(advice, columns, show_credentials=show_credentials)
    if summary.preflights:
        total = summary.exchanges + summary.preflights
        text = f"{summary.preflights} of {total} requests were preflights; Access-Control-Max-Age: {_MAX_AGE} "
        text += f"would save {summary.saved}."
        lines += folded([(text, PLAIN)], columns=columns)
    return lines
