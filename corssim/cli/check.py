"""`corssim check`: one fetch as a browser makes it, on the live network or (`--dry-run`) on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .arguments import browsers, positive_seconds, size, stand_ins
from .environment import ExitStatus
from .fetch_flags import add_fetch_flags
from .sources import add_source_flags, report_unsent, source_json, source_lines, take_source, why_not_sent
from .typed import typed_page, typed_url
from .what_if import add_what_if_flags

if TYPE_CHECKING:
    import argparse

    from .environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `check`."""
    add_fetch_flags(parser)
    parser.add_argument(
        "--browser",
        action="append",
        metavar="NAME",
        help="standard (the default), chromium, firefox, webkit, or all (repeatable)",
    )
    add_source_flags(parser)
    add_what_if_flags(parser)
    parser.add_argument("--dry-run", action="store_true", help="send nothing: tell what would be sent and needed")
    parser.add_argument("-v", "--verbose", action="store_true", help="all headers, and the small steps")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--html", metavar="FILE", help="also write the report as one HTML page (- for standard output)")
    parser.add_argument("--force", action="store_true", help="write over a file that corssim did not write")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")
    parser.add_argument("-k", "--insecure", action="store_true", help="do not verify TLS certificates")
    parser.add_argument(
        "--prove",
        action="store_true",
        help="to prove a fix, also send what a blocked browser never asks: GET, HEAD and preflights",
    )
    parser.add_argument("--timeout", type=positive_seconds, default=30.0, metavar="SECONDS", help="(default: 30)")
    parser.add_argument("--max-body", type=size, default=10 * 1024 * 1024, metavar="BYTES", help="(default: 10M)")
    parser.add_argument("--proxy", metavar="URL", help="an HTTP or SOCKS proxy")
    parser.add_argument("--http2", action="store_true", help="offer HTTP/2")
    parser.add_argument(
        "--yes", action="store_true", help="send a POST, PUT … again where another browser's request differs"
    )


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Check with each browser that is asked for."""
    profiles = browsers(arguments.browser)
    for sentence in stand_ins(arguments.browser):
        environment.error(sentence)
    if arguments.html == "-" and arguments.json:
        raise UsageError("--json and --html - are both for standard output: one of them can have it")
    if arguments.page is not None:
        arguments.page = typed_page(arguments.page)
    take_source(arguments, environment)
    if arguments.reading is None:
        arguments.url = typed_url(arguments.url, arguments.page)
    elif unknown := why_not_sent(arguments.reading, on_paper=arguments.dry_run or bool(arguments.answers)):
        return report_unsent(arguments, unknown, environment)
    if arguments.dry_run:
        if arguments.html:
            raise UsageError("--html goes with a check, not with --dry-run")
        if arguments.set or arguments.policy or arguments.add_header:
            raise UsageError("--set, --policy and --add-header change what was answered; give them without --dry-run")
        if arguments.save:
            raise UsageError("--save writes what was answered; it does not go with --dry-run")
        if arguments.prove:
            raise UsageError("--prove sends requests; it does not go with --dry-run")
        return _run_dry(arguments, profiles, environment)
    from .live import check_live

    return check_live(arguments, profiles, environment)


def _verdicts_of_browsers(arguments: argparse.Namespace, environment: Environment) -> dict[str, dict[str, str | None]]:
    """What each of today's browsers would refuse to send; no verdict where the server has the last word."""
    from ..fetch.browsers import BROWSERS
    from .dry_run import dry_run

    verdicts: dict[str, dict[str, str | None]] = {}
    for name in BROWSERS:
        outcome, _ = dry_run(arguments, name, environment)
        ended = not outcome.exchanges
        reason = outcome.reason.value if ended and outcome.reason else None
        verdicts[name] = {"verdict": outcome.verdict.value if ended else None, "reason": reason}
    return verdicts


def _run_dry(arguments: argparse.Namespace, profiles: list[str], environment: Environment) -> int:
    from .dry_run import dry_run, dry_run_json, dry_run_lines

    status = ExitStatus.OK.value
    reports = []
    for number, profile in enumerate(profiles):
        outcome, status_of_profile = dry_run(arguments, profile, environment)
        status = max(status, status_of_profile)
        if arguments.json:
            reports.append(dry_run_json(outcome, show_credentials=arguments.show_credentials))
            continue
        if number:
            environment.write()
        elif arguments.reading is not None:
            environment.write_lines(source_lines(arguments.reading, environment.columns))
        environment.write_lines(
            dry_run_lines(outcome, columns=environment.columns, show_credentials=arguments.show_credentials)
        )
    if arguments.json:
        document: dict[str, Any] = reports[0] if len(reports) == 1 else {"browsers": reports}
        if arguments.browser is None:
            document["browsers"] = _verdicts_of_browsers(arguments, environment)
        if arguments.reading is not None:
            document["source"] = source_json(arguments.reading)
        environment.write_json(document)
    return status
