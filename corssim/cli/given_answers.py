"""Answers of a transcript or a configuration in the place of the network, and what they leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason
from ..url import parse_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.configured.model import ByURL, Configured
    from ..diagnosis.fixes.replay import Ask
    from ..report.lines import Line
    from ..scenario.model import RuleTable
    from ..scenario.sources.reading import Reading
    from ..server.mock import MockServer


def target_of(arguments: argparse.Namespace) -> MockServer | ByURL | None:
    """What answers: the network (None), a transcript's answers (where it has none, everything is allowed), or a server
    as its configuration has it."""
    if arguments.configured is not None:
        from ..diagnosis.configured.model import ByURL

        return ByURL(arguments.configured)
    if not arguments.rules:
        return None
    includes = arguments.credentials == "include" or includes_credentials(arguments.reading)
    return transcript_server(arguments.rules, includes=includes)


def includes_credentials(reading: Reading | None) -> bool:
    """Whether what was read asks with cookies across origins."""
    step = None if reading is None else reading.step
    return getattr(step, "credentials", "") == "include" or getattr(step, "with_credentials", False) is True


def transcript_server(rules: Sequence[RuleTable], *, includes: bool) -> MockServer:
    """A transcript's answers; one that is not in it allows what is asked for, and no more.

    `includes` says that the request's credentials mode is "include".
    """
    from msgspec.structs import replace

    from ..scenario.model import RuleTable
    from ..scenario.servers import add_rule
    from ..scenario.sources.transcript import WILLING, with_stand_ins
    from .told_lengths import AsTold

    willing = [pair for pair in WILLING if includes or pair[0] != "Access-Control-Allow-Credentials"]
    told = [replace(rule, headers=willing) if rule.headers == WILLING else rule for rule in with_stand_ins(rules)]
    server = AsTold()
    for rule in (*told, RuleTable(url="*", headers=willing)):
        add_rule(server, rule)
    return server


def lacks_preflight(arguments: argparse.Namespace, outcome: Outcome) -> bool:
    """Whether a transcript has no answer to the preflight that was made, or its status alone: headers stand in."""
    if not arguments.rules:
        return False
    from ..scenario.sources.transcript import shows_status_alone  # here, because most checks have no transcript

    return any(map(shows_status_alone, arguments.rules)) or _stands_in_for_a_preflight(arguments.rules, outcome)


def told_answers(arguments: argparse.Namespace) -> Ask | None:
    """What answers after a prompt: a transcript, where every answer that it needs is in there."""
    if arguments.configured is not None or not arguments.rules or arguments.missing:
        return None
    target = target_of(arguments)
    return None if target is None else target.answer


_OF_BODIES = (Reason.NOT_A_FONT, Reason.NOT_AN_IMAGE)
"""What a transcript does not tell: it has no bodies."""


def _stands_in_for_a_preflight(rules: Sequence[RuleTable], outcome: Outcome) -> bool:
    """Whether a preflight was answered by what stands in for the answer that is not in the text."""
    from ..scenario.sources.transcript import is_stand_in

    to_preflights = [rule for rule in rules if rule.method == "OPTIONS" and not is_stand_in(rule)]
    preflights = {_place(exchange.request.url) for exchange in outcome.exchanges if exchange.kind == "preflight"}
    return bool(preflights & _places(rules) - _places(to_preflights))


def _places(rules: Sequence[RuleTable]) -> set[str]:
    return {_place(rule.url) for rule in rules if isinstance(rule.url, str)}


def _place(url: str) -> str:
    parsed = parse_url(url)
    return (url if parsed is None else parsed.href).partition("?")[0].rstrip("/")


def undecided(arguments: argparse.Namespace, outcome: Outcome) -> tuple[str, ...]:
    """What would be needed to decide the foremost request; () where it is decided."""
    return undecided_by(arguments.rules, arguments.missing, outcome, arguments.configured)


def undecided_by(
    rules: Sequence[RuleTable], missing: Sequence[str], outcome: Outcome, configured: Configured | None
) -> tuple[str, ...]:
    """What would be needed to decide where every answer of a transcript lets the fetch pass, or where one stops it that
    a page would perhaps not get; () where it is decided."""
    if configured is not None:
        from ..diagnosis.configured.judge import depends

        url = str(getattr(outcome.trace[0], "url", ""))
        return tuple(filter(None, (depends(configured.at(url), outcome),)))
    if rules and outcome.reason in _OF_BODIES:
        return ("the body of the answer is not in there",)
    if not rules:
        return ()
    from ..scenario.sources.transcript import DOUBTS, NO_HEADERS, NO_PREFLIGHT

    if not outcome.allowed:
        return tuple(each for each in missing if outcome.reason in DOUBTS.get(each, ()))
    missing = [each for each in missing if each != NO_PREFLIGHT and each not in DOUBTS]
    if NO_HEADERS not in missing and _stands_in_for_a_preflight(rules, outcome):
        missing.append(NO_PREFLIGHT)
    answered = _places(rules)
    unanswered = [url for exchange in outcome.exchanges if _place(url := exchange.request.url) not in answered]
    return (*missing, *(f"the answer of {url} is not in there" for url in dict.fromkeys(unanswered)))


def undecided_lines(
    arguments: argparse.Namespace, outcome: Outcome, missing: tuple[str, ...], columns: int
) -> list[Line]:
    """In place of a verdict: that there is none, and why."""
    from ..report.heading import heading
    from ..report.lines import BOLD, NOTE, folded

    lines = heading(outcome, [("NOT KNOWN ", f"{BOLD} {NOTE}")], columns, arguments.show_credentials)
    text = "What is in there lets it pass, but" if outcome.allowed else "What is in there does not decide it:"
    text = f"{text} {'; '.join(missing)}."
    return [*lines, *folded([(text, "")], columns=columns, indent=2)]


def _left_out(arguments: argparse.Namespace, left: int) -> str:
    """What is not written down, as comments."""
    notes = []
    if arguments.cookie:
        notes.append("The cookies that the browser had are not in here.")
    if left:
        notes.append(f"Left out: {left} of the exchanges that were read, whose URL has another answer in here.")
    return "".join(f"\n# {note}" for note in notes)


def save(
    arguments: argparse.Namespace,
    outcome: Outcome,
    further: Sequence[tuple[Outcome, bool]],
    rules: Sequence[RuleTable],
    *,
    left: int,
) -> None:
    """Write what was asked and answered as a scenario, `further` requests too, with the `rules` of all; how many are
    `left` out is said. Raises `UsageError`."""
    from ..scenario.written import scenario_file
    from .arguments import header
    from .user_flags import of_the_user
    from .written_file import MADE_BY, write_file

    url = str(arguments.url)
    title = f"{outcome.trace[0].method} {url}"  # type: ignore[union-attr]
    content = scenario_file(
        outcome,
        title=title,
        made_by=f"{MADE_BY} check{_left_out(arguments, left)}",
        rules=tuple(rules),
        masks=not arguments.show_credentials,
        is_decided=not undecided(arguments, outcome),
        page_headers=[header(text) for text in arguments.page_header],
        of_the_user=of_the_user(arguments),
        further=further,
    )
    write_file("--save", arguments.save, content, force=arguments.force)
