"""`corssim check URL --as CLIENT`: the whole sequence of requests that a client makes from a page, and one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..browser.drivers import run as drive
from ..browser.transports import NetworkOptions, readings_over, sync_exchange
from ..errors import UsageError
from ..fetch.browsers import profile_named
from ..fetch.header_list import get
from ..fetch.methods import is_safe_method
from ..fetch.trace import Exchanged
from ..fetch.wire import FailureKind, NetworkFailure
from ..server.app_middleware import AppPolicy
from .arguments import software_of
from .environment import ExitStatus
from .given_answers import target_of, undecided
from .session import open_page
from .shared_answers import Recording
from .what_if import verdict_of as verdict_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..fetch.rules import AnswerRules
    from ..fetch.wire import WireRequest
    from ..report.advice import Advice
    from ..report.lines import Line
    from ..scenario.recipes import ClientVerdict, Recipe, StepOutcome
    from .environment import Environment
    from .shared_answers import Answer

_NOT_SENT = "it changes something and was not sent (--yes sends it)"

_NOT_GIVEN_YET = "it sends {} only where the server gives one (--yes asks), and that is not allowed"


def check_client(arguments: argparse.Namespace, profiles: list[str], environment: Environment) -> int:
    """Make the requests of a client's recipe in each browser, and tell what the client can do."""
    from ..scenario.recipes import recipe_for, verdict_of

    if arguments.reading is not None:
        raise UsageError("--as makes its own requests: give it the URL alone, not a command or a call")
    if arguments.dry_run or arguments.save or arguments.html:
        raise UsageError("--as does not go with --dry-run, --save and --html")
    recipe = recipe_for(arguments.client, arguments.url)
    outcomes = _made(recipe, arguments, profiles)
    verdicts = {profile: verdict_of(found) for profile, found in outcomes.items()}
    if arguments.json:
        environment.write_json(_json(recipe, outcomes, verdicts, software_of(arguments)))
    else:
        environment.write_lines(_lines(recipe, outcomes, verdicts, arguments, environment.columns))
    if any(each.outcome.failure is not None and not each.unknown for found in outcomes.values() for each in found):
        return ExitStatus.NETWORK_FAILED
    whole = all(not verdict.cannot and not verdict.unknown for verdict in verdicts.values())
    return ExitStatus.OK if whole else ExitStatus.NOT_READABLE


def _made(recipe: Recipe, arguments: argparse.Namespace, profiles: list[str]) -> dict[str, list[StepOutcome]]:
    from ..scenario.recipes import StepOutcome, not_given
    from ..scenario.run import act

    options = NetworkOptions(
        verify=not arguments.insecure,
        proxy=arguments.proxy,
        http2=arguments.http2,
        timeout=arguments.timeout,
        answers=profile_named(profiles[0]).answers,
    )
    target = target_of(arguments)
    exchange = sync_exchange(target, network=options)
    held_back: set[str] = set()

    def send(request: WireRequest, rules: Sequence[AnswerRules]) -> list[Answer]:
        if target is None and not arguments.yes and not request.is_preflight and not is_safe_method(request.method):
            held_back.add(request.method)
            return [NetworkFailure(FailureKind.OTHER, "not sent")] * len(rules)
        return readings_over(exchange, request, rules, timeout=arguments.timeout, max_body=arguments.max_body)

    recording = Recording(send, profiles, is_live=target is None, resend_unsafe=arguments.yes)
    found: dict[str, list[StepOutcome]] = {}
    try:
        for profile in profiles:
            recording.start(profile)
            page = open_page(arguments, profile, lambda fetching: drive(fetching, recording.send))
            lacking: frozenset[str] = frozenset()
            open_still: set[str] = set()
            for each in recipe.steps:
                if each.only_with in lacking:
                    continue
                held_back.clear()
                outcome = act(each.without(lacking), page)  # type: ignore[arg-type]
                unknown = _NOT_SENT if held_back else "; ".join(undecided(arguments, outcome))
                if target is None and not unknown:
                    lacking |= not_given(each, outcome)
                open_still |= {read.header for read in each.reads if read.sent_back and unknown}
                if outcome.blocked is not None and (names := each.has(open_still)):
                    # Refused for what may never be sent: the rest of it tells.
                    held_back.clear()
                    if act(each.without(names), page).blocked is None:  # type: ignore[arg-type]
                        unknown = _NOT_GIVEN_YET.format(", ".join(sorted(names)))
                found.setdefault(profile, []).append(StepOutcome(each, outcome, unknown, lacking))
    finally:
        exchange.close()
    return found


def _json(
    recipe: Recipe,
    outcomes: dict[str, list[StepOutcome]],
    verdicts: dict[str, ClientVerdict],
    software: str | None,
) -> dict[str, Any]:
    """The verdict for the client (the first browser's), then each browser's, and each request."""
    from ..masking import mask_text
    from ..report.advice import advice_json

    by_name = {
        profile: {
            "can": list(verdict.can),
            "cannot": [{"what": what, "because": because} for what, because in verdict.cannot],
            "not_known": [{"what": what, "because": because} for what, because in verdict.unknown],
        }
        for profile, verdict in verdicts.items()
    }
    first = next(iter(verdicts))
    advice = _advice(outcomes[first], software)
    return {
        "client": recipe.name,
        "title": recipe.title,
        "source": recipe.source,
        "verdict": verdicts[first].sentence(recipe.client),
        **by_name[first],
        "browsers": by_name,
        "requests": [
            {
                "can": each.step.can,
                "method": getattr(each.outcome.trace[0], "method", "GET"),
                "url": mask_text(str(getattr(each.outcome.trace[0], "url", ""))),
                **(verdict_json(each.outcome) if not each.unknown else {"verdict": None, "reason": None}),
                "not_known": each.unknown or None,
                "headers": [{"name": name, "source": source} for name, source in each.step.sources.items()],
                "reads": [
                    {
                        "header": read.header,
                        "for": read.needed_for,
                        "source": read.source,
                        "hidden": read in each.hidden,
                    }
                    for read in each.step.reads
                ],
            }
            for each in outcomes[first]
        ],
        **({} if advice is None else advice_json(advice, show_credentials=False)),
    }


def _advice(outcomes: list[StepOutcome], software: str | None) -> Advice | None:
    """The fix of the first request that does not go through, its configuration with what all of them need."""
    from ..report.advice import Advice

    blocked = [each for each in outcomes if each.goes_through is False]
    if not blocked:
        return None
    more = AppPolicy(framework="", methods=_methods(outcomes), headers=_headers(outcomes), expose=_read(outcomes))
    return Advice(blocked[0].outcome, software=software, needed=more)


def _methods(outcomes: list[StepOutcome]) -> tuple[str, ...]:
    asked = (getattr(each.outcome.trace[0], "method", "GET") for each in outcomes)
    return tuple(dict.fromkeys(asked))


def _headers(outcomes: list[StepOutcome]) -> tuple[str, ...]:
    """The request headers that the preflights ask for."""
    asked = (
        get(event.request.headers, "Access-Control-Request-Headers") or ""
        for each in outcomes
        for event in each.outcome.trace
        if isinstance(event, Exchanged) and event.request.is_preflight
    )
    return tuple(dict.fromkeys(name for names in asked for name in names.split(",") if name))


def _read(outcomes: list[StepOutcome]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read.header for each in outcomes for read in each.step.reads))


def _lines(
    recipe: Recipe,
    outcomes: dict[str, list[StepOutcome]],
    verdicts: dict[str, ClientVerdict],
    arguments: argparse.Namespace,
    columns: int,
) -> list[Line]:
    from ..report.advice import configuration_lines, fix_lines
    from ..report.lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded

    first = next(iter(verdicts))
    lines = folded([(f"{recipe.title} ", BOLD), (recipe.source, DIM)], columns=columns, indent=2, start=0)
    lines.append(Line())
    for each in outcomes[first]:
        word, style = {True: ("✓", GOOD), False: ("✗", BAD), None: ("?", NOTE)}[each.goes_through]
        reason = each.unknown or ("" if each.outcome.reason is None else str(each.outcome.reason))
        kinds = [
            "preflight" if exchange.kind == "preflight" else exchange.request.method
            for exchange in each.outcome.exchanges
        ]
        row = [(f"{each.step.can:<24} ", PLAIN), (", ".join(kinds) or "nothing sent", DIM)]
        row += [(f"  {reason}", style)] if reason else []
        lines += folded(row, columns=columns, indent=30, first=((f"  {word} ", style),), start=4)
        for read in each.hidden:
            needed = f"{read.header} is not exposed; needed to {' and to '.join(read.needed_for)}"
            lines += folded([(needed, NOTE), (f" {read.source}", DIM)], columns=columns, indent=6, start=6)
    lines.append(Line())
    same = [profile for profile in verdicts if verdicts[profile] == verdicts[first]]
    for profile, verdict in verdicts.items():
        if profile == first or profile not in same:
            names = f" ({', '.join(same if profile == first else [profile])})" if len(verdicts) > 1 else ""
            lines += folded([(verdict.sentence(recipe.client), BOLD), (names, DIM)], columns=columns, indent=2, start=0)
    advice = _advice(outcomes[first], software_of(arguments))
    if advice is not None:
        lines += [Line(), *fix_lines(advice.fixes, columns, show_credentials=False)]
        lines += configuration_lines(advice, columns, show_credentials=False)
    hidden = list(dict.fromkeys(read.header for each in outcomes[first] for read in each.hidden))
    if hidden:
        text = f"Access-Control-Expose-Headers: {', '.join(hidden)}"
        lines += folded([("Expose on the answers: ", PLAIN), (text, GOOD)], columns=columns, indent=2, start=2)
    return lines
