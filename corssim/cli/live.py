"""`corssim check` on the live network, as one browser or as several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..browser.drivers import run as drive
from ..browser.transports import NetworkOptions, connections_of, readings_over, sync_exchange
from ..fetch.browsers import BROWSERS, profile_named
from . import further
from .arguments import software_of
from .environment import ExitStatus
from .fetch_flags import fetch_of
from .given_answers import lacks_preflight, save, target_of, told_answers, undecided, undecided_lines
from .live_what_if import asks_what_if, what_if
from .session import open_page
from .shared_answers import Recording
from .source_report import source_json, source_lines
from .what_comes import browsers_json, came_json, came_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.rules import AnswerRules
    from ..fetch.wire import WireRequest
    from ..report.advice import Advice
    from ..report.lines import Line
    from ..scenario.sources.reading import Reading
    from .environment import Environment
    from .shared_answers import Answer
    from .what_comes import Change


_HINT = "(--prove asks for it.)"


def check_live(arguments: argparse.Namespace, profiles: list[str], environment: Environment) -> int:
    """Send, report, and give the exit status."""
    from ..report.advice import Advice

    options = NetworkOptions(
        verify=not arguments.insecure,
        proxy=arguments.proxy,
        http2=arguments.http2,
        timeout=arguments.timeout,
        answers=profile_named(profiles[0]).answers,
    )
    fetch = fetch_of(arguments, environment)
    exchange = sync_exchange(target_of(arguments), network=options)

    def send(request: WireRequest) -> Answer:
        return exchange.exchange(request, timeout=arguments.timeout, max_body=arguments.max_body)

    def send_to_all(request: WireRequest, rules: Sequence[AnswerRules]) -> list[Answer]:
        return readings_over(exchange, request, rules, timeout=arguments.timeout, max_body=arguments.max_body)

    is_live = target_of(arguments) is None
    read_by = [*profiles, *BROWSERS] if asks_what_if(arguments) else profiles
    recording = Recording(send_to_all, read_by, is_live=is_live, resend_unsafe=arguments.yes)
    connections = connections_of(exchange)
    wire = further.Wire(recording.send, is_live=is_live, sends_unsafe=arguments.yes)

    def carry_out(fetching: Fetching[Outcome]) -> Outcome:
        return drive(fetching, wire.send, connections=connections)

    outcomes = []
    others: dict[str, list[further.Judged]] = {}
    try:
        for profile in profiles:
            recording.start(profile)
            page = open_page(arguments, profile, carry_out)
            outcomes.append(fetch(page))
            others[profile] = further.judge(arguments, page, wire, profile, carry_out)
        then = what_if(arguments, environment, recording, connections)
        told = outcomes if arguments.json or arguments.html or arguments.browser is None else outcomes[:1]
        ask = send if arguments.prove else None
        software, app = software_of(arguments), None
        if arguments.configured is not None:
            from ..diagnosis.configured.allowed import allowed_by
            from .explain_code import is_an_error

            # What a program answers where it throws is no matter of its settings.
            own = "" if is_an_error(outcomes[0]) else arguments.configured.software
            software, app = software or own or None, allowed_by(arguments.configured.at(arguments.url))
        servers = told_answers(arguments)
        assumed = lacks_preflight(arguments, outcomes[0])
        advice = [
            Advice(outcome, ask=ask, hint=_HINT, software=software, app=app, servers=servers, assumes_preflight=assumed)
            for outcome in told
        ]
    finally:
        exchange.close()
    if arguments.html:
        from ..report.browsers import differing
        from .html_file import write_html

        pages = outcomes if arguments.browser is not None else differing(outcomes)
        captions = [outcome.profile.name for outcome in pages] if len(pages) > 1 else []
        write_html(
            arguments.html,
            pages,
            [each for each, outcome in zip(advice, outcomes, strict=True) if outcome in pages],
            environment,
            title=f"corssim check {arguments.url}",
            captions=captions,
            show_credentials=arguments.show_credentials,
            force=arguments.force,
        )
    if arguments.save:
        kept = further.to_keep(others[profiles[0]], outcomes[0], arguments.rules)
        save(arguments, outcomes[0], kept.made, kept.rules, left=kept.left)
    if arguments.html != "-":
        _report(arguments, outcomes, advice, recording, environment, then, others)
    return _exit_status(arguments, outcomes, others)


def _exit_status(
    arguments: argparse.Namespace, outcomes: list[Outcome], others: dict[str, list[further.Judged]]
) -> int:
    """A network that failed outdoes a policy that blocked."""
    if any(outcome.failure is not None for outcome in outcomes):
        return ExitStatus.NETWORK_FAILED
    readable = all(outcome.allowed and not undecided(arguments, outcome) for outcome in outcomes)
    readable = readable and further.is_readable(others, arguments.reading)
    return ExitStatus.OK if readable else ExitStatus.NOT_READABLE


def _verdict(arguments: argparse.Namespace, outcome: Outcome) -> dict[str, Any]:
    """Verdict and reason; none where a transcript leaves them open."""
    if undecided(arguments, outcome):
        return {"verdict": None, "reason": None}
    return {"verdict": outcome.verdict.value, "reason": outcome.reason and outcome.reason.value}


def _read(arguments: argparse.Namespace) -> Reading | None:
    """What was read: the request, or, beside a URL, answers of which something was guessed."""
    answered: Reading | None = arguments.answered
    if arguments.reading is None and answered is not None and answered.guessed:
        return answered
    reading: Reading | None = arguments.reading
    return reading


def _moves(arguments: argparse.Namespace, columns: int) -> list[Line]:
    """That the page is another than the one that was pasted."""
    from ..report.lines import DIM, PLAIN, folded
    from ..report.safe_text import safe

    if arguments.page_told is None:
        return []
    text = f"the page moves from {safe(arguments.page_told, 200)} to {safe(arguments.page, 200)}"
    return folded([(text, PLAIN)], columns=columns, indent=13, first=(("  what if    ", DIM),))


def _report(
    arguments: argparse.Namespace,
    outcomes: list[Outcome],
    advice: list[Advice],
    recording: Recording,
    environment: Environment,
    then: list[Change] | None,
    others: dict[str, list[further.Judged]],
) -> None:
    from ..report.browsers import browsers_lines
    from ..report.comparison import comparison_lines
    from ..report.json_report import json_report
    from ..report.lines import DIM, Line, folded
    from ..report.terminal import report_lines
    from .of_browsers import document_of

    if arguments.json:
        reports = [
            json_report(outcome, show_credentials=arguments.show_credentials, advice=each)
            for outcome, each in zip(outcomes, advice, strict=True)
        ]
        for report, outcome in zip(reports, outcomes, strict=True):
            report |= _verdict(arguments, outcome)
            report["allowed"] = None if undecided(arguments, outcome) else outcome.allowed
        document = document_of(reports, by_name=arguments.browser is not None)
        if then is not None:
            document["what_if"] = {**browsers_json(then), **came_json(then)}
            if arguments.page_told is not None:
                document["what_if"]["page"] = {"now": arguments.page_told, "then": arguments.page}
        if (reading := _read(arguments)) is not None:
            document["source"] = source_json(reading)
        if any(others.values()):
            document["further"] = further.further_json(others, show_credentials=arguments.show_credentials)
        environment.write_json(document)
        return
    columns = environment.columns
    reading = _read(arguments)
    lines = [] if reading is None else source_lines(reading, columns)
    if missing := undecided(arguments, outcomes[0]):
        lines += undecided_lines(arguments, outcomes[0], missing, columns)
        lines += further.further_lines(others, columns, show_credentials=arguments.show_credentials)
        environment.write_lines(lines)
        return
    if arguments.browser is None:
        lines += browsers_lines(
            outcomes, advice, columns=columns, verbose=arguments.verbose, show_credentials=arguments.show_credentials
        )
    else:
        lines += report_lines(
            outcomes[0],
            columns=columns,
            verbose=arguments.verbose,
            show_credentials=arguments.show_credentials,
            advice=advice[0],
        )
    if then is not None:
        lines += _moves(arguments, columns)
        lines += came_lines(then, columns)
    if arguments.browser is not None and len(outcomes) > 1:
        lines += [Line(), *comparison_lines(outcomes, columns=columns), Line()]
    if len(outcomes) > 1:
        lines += [
            line for note in recording.notes for line in folded([(note, DIM)], columns=columns, indent=2, start=0)
        ]
    lines += further.further_lines(others, columns, show_credentials=arguments.show_credentials)
    environment.write_lines(lines)
