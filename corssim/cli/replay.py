"""`corssim replay`: what breaks of recorded traffic when something changes; `corssim replay summary`: what it comes to.

`corssim replay traffic` makes traffic up, to size machines with.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..replay.tasks import Counts
    from .environment import Environment

_ENGINES = ("local", "ray", "spark")
_MOST_NAMED = 20  # files that are named one by one
_NEEDS = "needs the extra `{extra}`: pip install 'corssim[{extra}]'"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `replay`, `replay summary` and `replay traffic`."""
    parser.usage = (
        "corssim replay RECORDINGS... --change FILE -o RESULTS.parquet\n"
        "       corssim replay summary RESULTS.parquet [--sql QUERY] [--html FILE] [--json]\n"
        "       corssim replay traffic --exchanges N [--seed N] -o FOLDER|FILE.parquet"
    )
    parser.epilog = "exit status: 0 nothing breaks, 1 something does, 2 usage, or a file could not be read, 130 Ctrl-C"
    parser.add_argument(
        "recordings",
        nargs="+",
        metavar="RECORDINGS",
        help="HAR files (.har, .gz, .zst), tables of exchanges (.parquet), folders, globs or fsspec URLs",
    )
    parser.add_argument("--change", metavar="FILE", help="what is changed (TOML or JSON)")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the results go (Parquet)")
    parser.add_argument(
        "--browser", action="append", metavar="NAME", help="the browsers (default: chromium, firefox and webkit)"
    )
    parser.add_argument("--jobs", type=_whole, metavar="N", help="processes (default: one a processor)")
    parser.add_argument("--session-cap", type=_whole, metavar="N", help="exchanges of one session (default: 20000)")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was ended")
    parser.add_argument("--engine", choices=_ENGINES, default="local", help="what runs it (default: this machine)")
    parser.add_argument("--address", metavar="URL", help="the engine's cluster")
    parser.add_argument("--force", action="store_true", help="overwrite a file that corssim did not write")
    parser.add_argument("--sql", metavar="QUERY", help="summary: ask the table `results` yourself")
    parser.add_argument("--html", metavar="FILE", help="summary: write it as an HTML page, too")
    parser.add_argument(
        "--policy", metavar="FILE", help="summary: write the policies that keep what breaks as a change"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--exchanges", type=_whole, metavar="N", help="traffic: how many")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="traffic: another one (default: 0)")


def _whole(text: str) -> int:
    import argparse

    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 10**12):
        raise argparse.ArgumentTypeError(f"{text!r:.40} is no number from 1 on")
    return int(text)


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Replay recordings, or sum up what came of them."""
    try:
        import duckdb  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise UsageError("corssim replay " + _NEEDS.format(extra="replay")) from error
    match arguments.recordings:
        case ["summary", path]:
            return _summary(path, arguments, environment)
        case ["summary", *_]:
            raise UsageError("corssim replay summary: give one file of results")
        case ["traffic"]:
            return _traffic(arguments, environment)
        case _:
            return _replay(arguments, environment)


def _replay(arguments: argparse.Namespace, environment: Environment) -> int:
    from ..replay.change import read_change
    from ..replay.har_tables import CAP
    from ..replay.recordings import recordings_of
    from ..replay.replaying import PROFILES
    from ..replay.runs import Run
    from .arguments import browsers

    if not arguments.change or not arguments.output:
        raise UsageError("corssim replay: give --change FILE and -o RESULTS.parquet (see corssim replay --help)")
    change = read_change(arguments.change)
    profiles = tuple(browsers(arguments.browser)) if arguments.browser else PROFILES
    recordings = recordings_of(arguments.recordings)
    if arguments.engine == "local":
        _may_be_written(arguments.output, force=arguments.force)
    jobs = arguments.jobs or len(os.sched_getaffinity(0))
    with _progress(sum(each.size for each in recordings), environment, quiet=arguments.json) as tell:
        running = Run(
            recordings,
            change,
            arguments.output,
            profiles,
            arguments.session_cap or CAP,
            jobs,
            resume=arguments.resume,
            tell=tell,
        )
        if arguments.engine != "local":
            from ..replay.engines import run_on

            counts = run_on(arguments.engine, running, arguments.address)
            return _told_of_engine(counts, arguments, environment)
        try:
            counts = running.go()
        except KeyboardInterrupt:
            environment.error(
                f"ended: {running.counts.exchanges} exchanges are in {arguments.output}; --resume goes on"
            )
            raise
    return _told(counts, arguments, environment)


def _told(counts: Counts, arguments: argparse.Namespace, environment: Environment) -> int:
    from ..masking import mask_text
    from ..report.lines import counted
    from ..report.safe_text import safe

    for line in counts.skipped[:_MOST_NAMED]:
        environment.error(f"skipped: {mask_text(line)}")
    if len(counts.skipped) > _MOST_NAMED:
        environment.error(f"skipped: {len(counts.skipped) - _MOST_NAMED} more")
    if arguments.json:
        told: dict[str, object] = {name: getattr(counts, name) for name in ("exchanges", "sessions", "breaks")}
        told |= {"not_known": counts.not_known, "capped": counts.capped, "output": arguments.output}
        environment.write_json({**told, "skipped": [mask_text(line) for line in counts.skipped]})
    else:
        environment.write(
            f"{counted(counts.exchanges, 'exchange')} in {counted(counts.sessions, 'session')}: "
            f"{counted(counts.breaks, 'result')} {'breaks' if counts.breaks == 1 else 'break'}, "
            f"{counts.not_known} are not known (one result a request and browser)"
        )
        if counts.capped:
            environment.write(f"{counts.capped} sessions begin in the middle of a longer one (--session-cap)")
        if counts.skipped:
            environment.write(f"{len(counts.skipped)} could not be read: skipped, and nothing else is lost")
        environment.write(f"corssim replay summary {safe(arguments.output)}")
    if counts.skipped:
        return ExitStatus.USAGE
    return ExitStatus.NOT_READABLE if counts.breaks else ExitStatus.OK


def _told_of_engine(counts: Counts, arguments: argparse.Namespace, environment: Environment) -> int:
    from ..replay.summary import Results

    results = Results(arguments.output)
    _, (counted,) = results.rows(
        """SELECT count(*) FILTER (breaks), count(*) FILTER (breaks IS NULL), count(DISTINCT session_id),
        count(DISTINCT session_id || ' ' || seq) FROM results"""
    )
    counts.breaks, counts.not_known, counts.sessions, counts.exchanges = counted
    results.close()
    return _told(counts, arguments, environment)


def _may_be_written(path: str, *, force: bool) -> None:
    from ..replay.tables import are_results

    if "://" in path:
        raise UsageError(f"-o: {path}: object stores are written to by engines alone (--engine ray or spark)")
    if os.path.isdir(path):
        raise UsageError(f"-o: {path} is a folder: name a file")
    if os.path.islink(path):
        raise UsageError(f"-o: {path} is a link: name the file itself")
    if os.path.exists(path) and os.path.getsize(path) and not force and not are_results(path):
        raise UsageError(f"-o: {path} is there already, and corssim did not write it: --force overwrites it")


def _progress(total: int, environment: Environment, *, quiet: bool) -> Any:
    """Exchanges a second and the time that is left, on a terminal."""
    from contextlib import contextmanager

    @contextmanager
    def bar() -> Any:
        if quiet or not environment.stderr.isatty() or not environment.colour:
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        console = Console(file=environment.stderr, markup=False, highlight=False, emoji=False)
        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=total or None)
            done = 0

            def tell(counts: Counts) -> None:
                nonlocal done
                done += counts.exchanges
                elapsed = progress.tasks[0].elapsed or 1.0
                progress.update(task, advance=counts.weight, description=f"{done} exchanges, {done / elapsed:.0f}/s")

            yield tell

    return bar()


def _summary(path: str, arguments: argparse.Namespace, environment: Environment) -> int:
    from ..masking import mask_text
    from ..replay.summary import Results, as_change, summary_of
    from ..replay.summary_html import summary_html
    from .written_file import write_file

    results = Results(path)
    try:
        if arguments.sql:
            columns, rows = results.rows(arguments.sql)
            if arguments.json:
                environment.write_json({"columns": columns, "rows": [[_plain(value) for value in row] for row in rows]})
            else:
                _table(columns, rows, environment)
            return ExitStatus.OK
        summary = summary_of(results)
    finally:
        results.close()
    if arguments.html:
        write_file("--html", arguments.html, summary_html(summary, mask_text), force=arguments.force)
    if arguments.policy:
        write_file("--policy", arguments.policy, as_change(summary), force=arguments.force)
    if arguments.json:
        environment.write_json(summary)
    else:
        _print_summary(summary, environment)
    return ExitStatus.NOT_READABLE if summary["requests_that_break"] else ExitStatus.OK


def _print_summary(summary: dict[str, Any], environment: Environment) -> None:
    environment.write(
        f"{summary['requests_that_break']} of {summary['requests']} requests break, in "
        f"{summary['sessions_that_break']} of {summary['sessions']} sessions ({', '.join(summary['browsers'])})"
    )
    environment.write(
        f"{summary['requests_not_known']} are not known, {summary['requests_that_lose_cookies']} lose cookies"
    )
    for title, names, rows in (
        ("What breaks", ("requests", "sessions", "server", "page", "reason", "browsers"), summary["breaks"]),
        ("Fixes, the one that mends most first", ("requests", "sessions", "server", "fix"), summary["fixes"]),
    ):
        if rows:
            environment.write(f"\n{title}")
            _table(names, [tuple(row[name] for name in names) for row in rows], environment)
    for each in summary["policies"]:
        environment.write(f"\nThe policy of {_cell(each['server'])} that keeps {each['mends']} of them")
        for name, value in each["policy"].items():
            environment.write(f"  {name} = {_cell(value)}")


def _table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]], environment: Environment) -> None:
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(name), *(len(row[at]) for row in cells), 0) for at, name in enumerate(columns)]
    for row in (list(columns), *cells):
        environment.write("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    from ..masking import mask_text
    from ..report.safe_text import safe

    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
    return safe(mask_text(text))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)


def _traffic(arguments: argparse.Namespace, environment: Environment) -> int:
    from ..replay.traffic import write_traffic
    from ..report.lines import counted

    if not arguments.exchanges or not arguments.output:
        raise UsageError("corssim replay traffic: give --exchanges N and -o FOLDER (of HAR files) or -o FILE.parquet")
    files = write_traffic(arguments.output, arguments.exchanges, arguments.seed)
    environment.write(f"{counted(arguments.exchanges, 'exchange')} in {counted(files, 'file')}")
    return ExitStatus.OK
