"""The other requests of a snippet or a transcript, each judged in its turn: one browser, so that its caches count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..browser.default_page import default_page
from ..errors import CorssimError
from ..fetch.methods import is_safe_method
from ..fetch.wire import FailureKind, NetworkFailure
from ..url import parse_url
from .given_answers import includes_credentials, transcript_server, undecided_by
from .session import open_page, page_beside
from .sources import why_not_sent
from .what_if import verdict_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ..browser.outcome import Outcome
    from ..browser.page import Page
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.wire import WireRequest
    from ..report.lines import Line
    from ..scenario.model import RuleTable
    from ..scenario.sources.reading import Reading
    from .shared_answers import Answer

_NOT_SENT = "{} is not sent unasked where it stands behind another request; --yes sends it"
_MOST_TOLD = 20


class Judged(NamedTuple):
    """A further request in one browser. `unknown` says why there is no verdict, "" where there is one."""

    reading: Reading
    outcome: Outcome | None
    unknown: str = ""

    @property
    def verdict(self) -> dict[str, str | None]:
        return verdict_of(None if self.unknown else self.outcome)


class Wire:
    """What answers at the moment: the network, or what a transcript says of one exchange."""

    def __init__(self, send: Callable[[WireRequest], Answer], *, is_live: bool, sends_unsafe: bool) -> None:
        self._send = self._answer = send
        self._is_live, self._sends_unsafe = is_live, sends_unsafe
        self._asks_first = False
        self.held_back: set[str] = set()

    def send(self, request: WireRequest) -> Answer:
        """The answer. A further request with side effects stays here, unless it is asked for; its preflight goes."""
        safe = request.is_preflight or is_safe_method(request.method)
        if self._asks_first and self._is_live and not self._sends_unsafe and not safe:
            self.held_back.add(request.method)
            return NetworkFailure(FailureKind.OTHER, "not sent")
        return self._answer(request)

    def turn_to(self, reading: Reading) -> None:
        """The next request is a further one, whose answers may stand beside it."""
        self._asks_first = True
        self.held_back.clear()
        self._answer = self._send
        if reading.rules:
            self._answer = transcript_server(reading.rules, includes=includes_credentials(reading)).answer

    def turn_back(self) -> None:
        """The foremost request of the next browser follows."""
        self._answer, self._asks_first = self._send, False


def judge(
    arguments: argparse.Namespace,
    page: Page[Outcome],
    wire: Wire,
    profile: str,
    carry_out: Callable[[Fetching[Outcome]], Outcome],
) -> list[Judged]:
    """Make the further requests in the browser that made the first one. Exchanges of a transcript, which no browser
    made one after the other, have a new browser each."""
    readings = () if arguments.reading is None else arguments.reading.further
    judged = [_judged(reading, arguments, page, wire, profile, carry_out) for reading in readings]
    wire.turn_back()
    return judged


def _judged(
    reading: Reading,
    arguments: argparse.Namespace,
    page: Page[Outcome],
    wire: Wire,
    profile: str,
    carry_out: Callable[[Fetching[Outcome]], Outcome],
) -> Judged:
    from ..scenario.run import act

    if why := why_not_sent(reading, on_paper=bool(arguments.answers)):
        return Judged(reading, None, why)
    wire.turn_to(reading)
    try:
        if reading.rules:
            page = open_page(arguments, profile, carry_out)
        if reading.page is not None and not arguments.page_is_given:
            page = page_beside(page, reading.page.url, sandboxed=reading.page.sandboxed)
        elif _page_is_made_up(arguments) and (target := parse_url(reading.url)) is not None:
            page = page_beside(page, default_page(target), sandboxed=False)  # what it blocks would be made up too
        outcome: Outcome = act(reading.step, page)  # type: ignore[arg-type]
    except CorssimError as error:
        return Judged(reading, None, str(error))
    if wire.held_back:
        return Judged(reading, outcome, _NOT_SENT.format(", ".join(sorted(wire.held_back))))
    rules, missing = (reading.rules, reading.missing) if reading.rules else (arguments.rules, ())
    return Judged(reading, outcome, "; ".join(undecided_by(rules, missing, outcome, arguments.configured)))


def _page_is_made_up(arguments: argparse.Namespace) -> bool:
    """Report whether nothing tells the page of the foremost request either."""
    return not arguments.page_is_given and arguments.reading.page is None


class Kept(NamedTuple):
    """What a scenario keeps beside the foremost request: outcomes, each with whether it is decided; the rules of all of
    them; and how many exchanges of a transcript it has no place for."""

    made: list[tuple[Outcome, bool]]
    rules: tuple[RuleTable, ...]
    left: int = 0


def to_keep(judged: list[Judged], foremost: Outcome, rules: Sequence[RuleTable]) -> Kept:
    """Requests of the same snippet, and exchanges of a transcript, which have answers of their own: a URL has one."""
    made: list[tuple[Outcome, bool]] = []
    kept, left = list(rules), 0
    taken = {exchange.request.url for exchange in foremost.exchanges}
    for each in judged:
        if each.outcome is None or (each.unknown and each.outcome.failure):
            continue
        if own := [rule for rule in each.reading.rules if rule.url == each.reading.url]:
            asked = {exchange.request.url for exchange in each.outcome.exchanges}
            if not asked or asked & taken:
                left += 1
                continue
            taken |= asked
            kept = [*(rule for rule in kept if rule.url != each.reading.url), *own]
        made.append((each.outcome, not each.unknown))
    return Kept(made, tuple(kept), left)


def is_readable(judged: dict[str, list[Judged]], foremost: Reading | None) -> bool:
    """Report whether script may read all of them, earlier tries of the foremost request left out."""
    tried = None if foremost is None else (foremost.method, foremost.url)
    return all(
        each.outcome is not None and each.outcome.allowed and not each.unknown
        for of_browser in judged.values()
        for each in of_browser
        if (each.reading.method, each.reading.url) != tried
    )


def _sent(judged: Judged) -> list[str]:
    exchanges = [] if judged.outcome is None else judged.outcome.exchanges
    return [f"{exchange.request.method} {exchange.request.url}" for exchange in exchanges]


def _page(judged: Judged) -> str:
    started = None if judged.outcome is None else judged.outcome.trace[0]
    told = "" if judged.reading.page is None else judged.reading.page.url
    return str(getattr(started, "page", told))


def _preflight(judged: Judged) -> str:
    """none, made, or in the CORS-preflight cache from a request before."""
    from ..fetch.trace import PreflightConsidered

    if judged.outcome is None:
        return "not known"
    if any(exchange.kind == "preflight" for exchange in judged.outcome.exchanges):
        return "made"
    considered = (event for event in judged.outcome.trace if isinstance(event, PreflightConsidered))
    return "cached" if any(event.cached and not event.needed for event in considered) else "none"


def further_json(judged: dict[str, list[Judged]], *, show_credentials: bool) -> list[dict[str, Any]]:
    """One object a request: what it is, what each browser makes of it, and the first browser's exchanges."""
    from ..masking import mask_text
    from .source_report import source_json

    shown = (lambda text: text) if show_credentials else mask_text
    first = next(iter(judged.values()), [])
    return [
        {
            "request": {
                "page": shown(_page(each)) or None,
                "method": each.reading.method,
                "url": shown(each.reading.url),
                "mode": each.reading.mode,
                "credentials": each.reading.credentials,
            },
            **each.verdict,
            "browsers": {name: of_browser[number].verdict for name, of_browser in judged.items()},
            "preflight": _preflight(each),
            "sent": [shown(text) for text in _sent(each)],
            "not_known": shown(each.unknown) or None,
            "source": source_json(each.reading),
        }
        for number, each in enumerate(first)
    ]


def further_lines(judged: dict[str, list[Judged]], columns: int, *, show_credentials: bool) -> list[Line]:
    """Each in a few rows: its verdict by browser, why it is blocked, and what would open it."""
    from ..masking import mask_text
    from ..report.lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
    from ..report.safe_text import safe

    shown = (lambda text: text) if show_credentials else mask_text
    styles = {"readable": GOOD, "blocked": BAD, "failed": BAD}
    first = next(iter(judged.values()), [])
    lines: list[Line] = []
    for number, each in enumerate(first[:_MOST_TOLD]):
        request = safe(shown(f"{each.reading.method} {each.reading.url}"))
        lines += [
            Line(),
            *folded([(f"THEN {number + 2}. ", BOLD), (request, BOLD)], columns=columns, indent=2, start=0),
        ]
        by_verdict: dict[tuple[str, str], list[str]] = {}
        for name, of_browser in judged.items():
            told = of_browser[number].verdict
            by_verdict.setdefault((told["verdict"] or "not known", told["reason"] or ""), []).append(name)
        for (verdict, reason), names in by_verdict.items():
            spans = [(verdict, styles.get(verdict, NOTE)), (f" in {', '.join(names)}", PLAIN)]
            spans += [(f" [{reason}]", DIM)] if reason else []
            lines += folded(spans, columns=columns, indent=4, start=2)
        if each.unknown:
            lines += folded([(safe(shown(each.unknown), 300), NOTE)], columns=columns, indent=4, start=2)
        elif _preflight(each) == "cached":
            text = "without a preflight: the answer to an earlier one still holds"
            lines += folded([(text, PLAIN)], columns=columns, indent=4, start=2)
        lines += _advice_lines([of_browser[number] for of_browser in judged.values()], columns, show_credentials)
    if len(first) > _MOST_TOLD:
        lines += folded([(f"and {len(first) - _MOST_TOLD} more (--json has all)", DIM)], columns=columns, start=2)
    return lines


def _advice_lines(judged: list[Judged], columns: int, show_credentials: bool) -> list[Line]:
    from ..masking import mask_text
    from ..report.advice import Advice, fix_lines
    from ..report.lines import PLAIN, folded
    from ..report.safe_text import safe
    from ..report.sentences import why

    for each in judged:
        if each.outcome is not None and not each.unknown and each.outcome.blocked is not None:
            text = why(each.outcome) if show_credentials else mask_text(why(each.outcome))
            told = folded([(safe(text, 400), PLAIN)], columns=columns, indent=4, start=2)
            return [*told, *fix_lines(Advice(each.outcome).fixes, columns, show_credentials=show_credentials)]
    return []
