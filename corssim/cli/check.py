"""`corssim check`: one fetch as a browser makes it, on the live network or (`--dry-run`) on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..fetch.browsers import BROWSERS
from .arguments import add_software, browsers, positive_seconds, size, software_of, stand_ins
from .fetch_flags import add_fetch_flags
from .sources import add_source_flags, take_source, why_not_sent
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
        help="chromium, firefox, webkit (the default: all three), chrome, edge, safari, standard (the text), or all "
        "(repeatable)",
    )
    add_source_flags(parser)
    add_what_if_flags(parser)
    add_software(parser)
    parser.add_argument(
        "--as",
        dest="client",
        metavar="CLIENT",
        help="all requests that such a client makes, with one verdict: mcp, swagger-ui, otel, sentry, s3-upload, "
        "grpc-web, graphql, sse, supabase …",
    )
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
    profiles = browsers(arguments.browser or list(BROWSERS))
    for sentence in stand_ins(arguments.browser):
        environment.error(sentence)
    software_of(arguments)  # a name that there is not is told before anything is sent
    if arguments.html == "-" and arguments.json:
        raise UsageError("--json and --html - are both for standard output: one of them can have it")
    if arguments.request is not None and not arguments.request.strip():
        raise UsageError("-X is empty; give a method, such as PUT")
    if arguments.page is not None:
        arguments.page = typed_page(arguments.page)
    take_source(arguments, environment)
    if arguments.reading is None:
        arguments.url = typed_url(arguments.url, arguments.page)
    elif unknown := why_not_sent(arguments.reading, on_paper=arguments.dry_run or bool(arguments.answers)):
        from .source_report import report_unsent  # here and below, because most say what is asked for by flags

        return report_unsent(arguments, unknown, environment)
    if arguments.client:
        from .recipe import check_client

        return check_client(arguments, profiles, environment)
    if arguments.dry_run:
        if arguments.html:
            raise UsageError("--html goes with a check, not with --dry-run")
        if arguments.set or arguments.policy or arguments.add_header:
            raise UsageError("--set, --policy and --add-header change what was answered; give them without --dry-run")
        if arguments.save:
            raise UsageError("--save writes what was answered; it does not go with --dry-run")
        if arguments.prove:
            raise UsageError("--prove sends requests; it does not go with --dry-run")
        status = _run_dry(arguments, profiles, environment)
    else:
        from .live import check_live

        status = check_live(arguments, profiles, environment)
    if arguments.page is None and not arguments.json and arguments.html != "-":
        from .source_report import assumed_page_lines

        environment.write_lines(assumed_page_lines(arguments, environment.columns))
    return status


def _run_dry(arguments: argparse.Namespace, profiles: list[str], environment: Environment) -> int:
    from .dry_run import dry_run, dry_run_json, dry_run_lines, planned_otherwise

    plans = [dry_run(arguments, profile, environment) for profile in profiles]
    outcomes = [outcome for outcome, _ in plans]
    status = max(status for _, status in plans)
    if arguments.json:
        from .of_browsers import document_of

        reports = [dry_run_json(outcome, show_credentials=arguments.show_credentials) for outcome in outcomes]
        document = document_of(reports, by_name=arguments.browser is not None)
        if arguments.reading is not None:
            from .source_report import source_json

            document["source"] = source_json(arguments.reading)
        environment.write_json(document)
        return status
    if arguments.reading is not None:
        from .source_report import source_lines

        environment.write_lines(source_lines(arguments.reading, environment.columns, names_further=True))
    told = outcomes if arguments.browser is not None else planned_otherwise(outcomes)
    for number, outcome in enumerate(told):
        if number:
            environment.write()
        environment.write_lines(
            dry_run_lines(
                outcome,
                columns=environment.columns,
                show_credentials=arguments.show_credentials,
                names_browser=len(told) > 1 or arguments.browser is not None,
            )
        )
    if arguments.browser is None and len(told) == 1:
        from ..report.browsers import named

        environment.write()
        environment.write(f"  {named([outcome.profile for outcome in outcomes])} do the same.")
    return status
