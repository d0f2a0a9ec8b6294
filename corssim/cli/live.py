"""`corssim check` on the live network, as one browser or as several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..browser.drivers import run as drive
from ..browser.transports import NetworkOptions, sync_exchange
from .environment import ExitStatus
from .fetch_flags import fetch_of
from .session import open_page
from .shared_answers import Recording

if TYPE_CHECKING:
    import argparse

    from ..browser.outcome import Outcome
    from ..fetch.wire import WireRequest
    from ..report.advice import Advice
    from ..report.lines import Line
    from .environment import Environment
    from .shared_answers import Answer


_HINT = "(--prove asks for it.)"


def check_live(arguments: argparse.Namespace, profiles: list[str], environment: Environment) -> int:
    """Send, report, and give the exit status."""
    from ..report.advice import Advice

    options = NetworkOptions(
        verify=not arguments.insecure, proxy=arguments.proxy, http2=arguments.http2, timeout=arguments.timeout
    )
    fetch = fetch_of(arguments, environment)
    exchange = sync_exchange(network=options)

    def send(request: WireRequest) -> Answer:
        return exchange.exchange(request, timeout=arguments.timeout, max_body=arguments.max_body)

    recording = Recording(send, resend_unsafe=arguments.yes)
    outcomes = []
    try:
        for profile in profiles:
            recording.start(profile)
            outcomes.append(fetch(open_page(arguments, profile, lambda fetching: drive(fetching, recording.send))))
        told = outcomes if arguments.json or arguments.html else outcomes[:1]
        advice = [Advice(outcome, ask=send if arguments.prove else None, hint=_HINT) for outcome in told]
    finally:
        exchange.close()
    if arguments.html:
        from .html_file import write_html

        captions = profiles if len(profiles) > 1 else []
        write_html(
            arguments.html,
            outcomes,
            advice,
            environment,
            title=f"corssim check {arguments.url}",
            captions=captions,
            show_credentials=arguments.show_credentials,
            force=arguments.force,
        )
    if arguments.html != "-":
        _report(arguments, outcomes, advice, recording, environment)
    return _exit_status(outcomes)


def _exit_status(outcomes: list[Outcome]) -> ExitStatus:
    """A network that failed outdoes a policy that blocked."""
    if any(outcome.failure is not None for outcome in outcomes):
        return ExitStatus.NETWORK_FAILED
    return ExitStatus.OK if all(outcome.allowed for outcome in outcomes) else ExitStatus.NOT_READABLE


def _report(
    arguments: argparse.Namespace,
    outcomes: list[Outcome],
    advice: list[Advice],
    recording: Recording,
    environment: Environment,
) -> None:
    from ..report.json_report import json_report
    from ..report.terminal import report_lines

    if arguments.json:
        reports = [
            json_report(outcome, show_credentials=arguments.show_credentials, advice=each)
            for outcome, each in zip(outcomes, advice, strict=True)
        ]
        environment.write_json(reports[0] if len(reports) == 1 else {"browsers": reports})
        return
    columns = environment.columns
    lines = report_lines(
        outcomes[0],
        columns=columns,
        verbose=arguments.verbose,
        show_credentials=arguments.show_credentials,
        advice=advice[0],
    )
    if len(outcomes) > 1:
        lines += _side_by_side(outcomes, recording, columns)
    environment.write_lines(lines)


def _side_by_side(outcomes: list[Outcome], recording: Recording, columns: int) -> list[Line]:
    from ..report.comparison import comparison_lines
    from ..report.lines import DIM, Line, folded

    lines = [Line(), *comparison_lines(outcomes, columns=columns), Line()]
    for note in recording.notes:
        lines += folded([(note, DIM)], columns=columns, indent=2, start=0)
    return lines
