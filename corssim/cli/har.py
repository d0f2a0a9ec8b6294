"""`corssim har`: recorded exchanges beside what each browser makes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

from ..fetch.settings import ThirdPartyCookies
from .arguments import add_software, browsers, software_of
from .environment import ExitStatus
from .har_console import ConsoleLog, read_log
from .har_judged import MOST_SKIPPED, Judged, Summary
from .har_report import MOST_ADVICE, advice_of, exchange_json, exchange_lines, is_telling, summary_lines
from .progress import progress
from .user_flags import add_permission, permissions_of
from .what_if import add_what_if_flags, changes_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..browser.outcome import Outcome
    from .environment import Environment

_MOST_LINES = 200  # exchanges that are listed one by one
_PAGES_MOVE = {
    "on": "--https-first on: http pages of hosts that a browser tries stand at https, as if a link led to each and its "
    "server answered there; a recording does not tell",
    "off": "--https-first off: pages go back to http where the recording has the redirect of HTTPS-First itself, as "
    "Chromium writes it; of other browsers it is not known",
}
_ANSWERS_STAY = (
    "--third-party-cookies: every answer stays as it was recorded; what a server says to a request that comes without "
    "its cookies is not in a recording, so it is not known whether that one would still be read"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `har`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="an HTTP archive (.har, or .har.gz)")
    parser.add_argument(
        "--page",
        metavar="URL",
        help="the page of requests for which nothing tells it; for others: what if it were this one",
    )
    parser.add_argument(
        "--browser",
        action="append",
        metavar="NAME",
        help="judge as this browser does (repeatable; all, with the standard); default: chromium, firefox and webkit",
    )
    add_what_if_flags(parser)
    add_software(parser)
    parser.add_argument(
        "--third-party-cookies",
        choices=get_args(ThirdPartyCookies),
        help="what if the browser's user had set this; answers stay as recorded",
    )
    parser.add_argument(
        "--local-network-access", choices=("ask", "off"), help="what if the browser's user had set this"
    )
    parser.add_argument(
        "--https-first",
        choices=("on", "off"),
        help="what if the browser's user had set this: where the pages stand then",
    )
    add_permission(parser, "what if the browser's user had decided this")
    parser.add_argument(
        "--console", metavar="LOG", help="the browser's console, saved: its lines beside those predicted"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="list every cross-origin request, not the blocked alone"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Read each file, make its requests again in each browser, and tell what comes of them."""
    from ..url import require_url

    if arguments.page:
        require_url(arguments.page)
    software = software_of(arguments)
    log = read_log(arguments.console)
    summary = Summary()
    if arguments.third_party_cookies is not None:
        environment.error(_ANSWERS_STAY)
    if arguments.https_first is not None:
        environment.error(_PAGES_MOVE[arguments.https_first])
    if arguments.json:
        _write_json(arguments, environment, log, summary, software)
    else:
        _write_text(arguments, environment, log, summary, software)
    if summary.skipped:
        return ExitStatus.USAGE
    return ExitStatus.NOT_READABLE if summary.blocked or summary.blocked_unanswered else ExitStatus.OK


def _judged(
    path: str, arguments: argparse.Namespace, environment: Environment, log: ConsoleLog, summary: Summary
) -> Iterator[Judged]:
    """The exchanges of one file, each made again in every browser, in order. Entries that cannot be read are named."""
    from ..fetch.browsers import BROWSERS
    from ..fetch.settings import BrowserSettings
    from ..scenario.sources.har import open_archive
    from ..scenario.sources.har_exchanges import exchanges_of
    from ..scenario.sources.har_replay import Replay

    changes = changes_of(arguments, page=arguments.page)
    names = browsers(arguments.browser) if arguments.browser else list(BROWSERS)
    replays = {name: Replay(name) for name in names}
    settings = BrowserSettings(
        third_party_cookies=arguments.third_party_cookies,
        local_network_access=arguments.local_network_access,
        https_first=None if arguments.https_first is None else arguments.https_first == "on",
    )
    permissions = permissions_of(arguments)
    what_if = changes is not None or settings != BrowserSettings() or permissions
    changed = {name: Replay(name, changes, settings, permissions) for name in names} if what_if else {}
    try:
        with open_archive(path) as archive, progress(len(archive), environment, quiet=arguments.json) as advance:
            archive.skips_unreadable = True
            for recorded in exchanges_of(archive, page=arguments.page):
                advance(recorded.entry.url)
                outcomes = {name: replay.make(recorded) for name, replay in replays.items()}
                lines = log.compare(recorded.entry.url, outcomes.get(log.browser or "chromium"))
                then = {name: replay.make(recorded) for name, replay in changed.items()} or None
                yield Judged(recorded, outcomes, lines, then)
            for message in archive.skipped.values():
                summary.skipped.append(message)
                if len(summary.skipped) <= MOST_SKIPPED:
                    environment.error(f"skipped: {message}")
    finally:
        for replay in (*replays.values(), *changed.values()):
            replay.close()


def _write_json(
    arguments: argparse.Namespace,
    environment: Environment,
    log: ConsoleLog,
    summary: Summary,
    software: str | None,
) -> None:
    """One document, written as it comes about."""
    first = True
    told: dict[tuple[str, str], Outcome] = {}
    for path in arguments.files:
        for judged in _judged(path, arguments, environment, log, summary):
            summary.add(judged)
            told_of = exchange_json(judged, show_credentials=arguments.show_credentials, has_log=bool(log))
            exchange = {"file": path, **told_of}
            environment.write(('{"exchanges": [\n' if first else ",\n") + json.dumps(exchange))
            first = False
            _keep(told, judged)
    counts = summary.as_json() | ({"console": log.as_json()} if log else {})
    closing = {"summary": counts, "advice": advice_of(told, software, arguments.show_credentials)}
    environment.write(('{"exchanges": [' if first else "") + f"], {json.dumps(closing)[1:]}")


def _keep(told: dict[tuple[str, str], Outcome], judged: Judged) -> None:
    """Keep the first block of each server and reason, to be explained."""
    blocking = judged.blocking
    if blocking is not None and len(told) < MOST_ADVICE:
        told.setdefault((judged.server, str(blocking.reason)), blocking)


def _write_text(
    arguments: argparse.Namespace,
    environment: Environment,
    log: ConsoleLog,
    summary: Summary,
    software: str | None,
) -> None:
    told: dict[tuple[str, str], Outcome] = {}
    listed = 0
    for path in arguments.files:
        for judged in _judged(path, arguments, environment, log, summary):
            summary.add(judged)
            _keep(told, judged)
            if (arguments.verbose or is_telling(judged)) and judged.recorded.is_cross_origin:
                listed += 1
                if arguments.verbose or listed <= _MOST_LINES:
                    environment.write_lines(exchange_lines(judged, environment.columns, arguments.show_credentials))
    environment.write_lines(
        summary_lines(summary, told, software, environment.columns, arguments.show_credentials, log)
    )
