"""`corssim run`: scenario files, with progress and a summary."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .arguments import browsers
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from ..report.lines import Line
    from ..scenario import Scenario, ScenarioResult, StepResult

_TITLE_COLUMN = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `run`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a scenario file, or a folder of them")
    parser.add_argument(
        "--browser",
        action="append",
        metavar="NAME",
        help="run as this browser, whatever the scenario says: standard, chromium, firefox, webkit, all (repeatable)",
    )
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="ORIGIN=MODULE:APP",
        help="let an ASGI or WSGI app answer for an origin, as in https://api.example=package.module:app (repeatable)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="tell each lesson and each step's story")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--html", metavar="FILE", help="also write every fetch's report into one HTML page")
    parser.add_argument("--force", action="store_true", help="write over a file that corssim did not write")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Read all files first, so that a mistake in one shows before anything runs; then run them."""
    from ..scenario import find_scenarios, load_scenario

    apps = dict(_app(text) for text in arguments.app)
    profiles = browsers(arguments.browser) if arguments.browser else None
    scenarios = [load_scenario(path) for path in find_scenarios(arguments.paths)]
    results = _run_all(scenarios, profiles, apps, environment, quiet=arguments.json)
    if arguments.html:
        _write_html(results, arguments)
    if arguments.json:
        environment.write_json(_as_json(results, show_credentials=arguments.show_credentials))
    else:
        _write_results(results, environment, arguments)
    return ExitStatus.OK if all(result.passed for result in results) else ExitStatus.NOT_READABLE


def _app(text: str) -> tuple[str, Any]:
    """An app by `ORIGIN=MODULE:ATTRIBUTE`, its module found from the current folder too."""
    origin, equals, place = text.partition("=")
    module_name, colon, attribute = place.partition(":")
    if not (equals and colon and origin and module_name and attribute):
        raise UsageError(f"--app: {text!r} is not ORIGIN=MODULE:APP, as in https://api.example=package.module:app")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        app: Any = importlib.import_module(module_name)
        for name in attribute.split("."):
            app = getattr(app, name)
    except Exception as error:
        raise UsageError(f"--app: {place} cannot be imported: {type(error).__name__}: {error}") from error
    return origin, app


def _run_all(
    scenarios: list[Scenario],
    profiles: list[str] | None,
    apps: dict[str, Any],
    environment: Environment,
    *,
    quiet: bool,
) -> list[ScenarioResult]:
    from ..scenario import run_scenario

    runs = [(scenario, profile) for scenario in scenarios for profile in profiles or [scenario.browser]]
    results = []
    with _progress(len(runs), environment, quiet=quiet) as advance:
        for scenario, profile in runs:
            advance(scenario.title)
            results.append(run_scenario(scenario, profile, apps))
    return results


@contextmanager
def _progress(total: int, environment: Environment, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, where that is a terminal."""
    if quiet or not environment.stderr.isatty() or not environment.colour:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    console = Console(file=environment.stderr, markup=False, highlight=False, emoji=False)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def advance(title: str) -> None:
            from ..report.safe_text import safe

            progress.update(task, advance=1, description=safe(title))

        yield advance


def _write_results(results: list[ScenarioResult], environment: Environment, arguments: argparse.Namespace) -> None:
    from ..report.lines import BAD, BOLD, GOOD, Line, folded

    columns = environment.columns
    lines: list[Line] = []
    folder = None
    named = arguments.browser is not None
    for result in results:
        parent = os.path.dirname(result.scenario.path)
        if parent != folder:
            lines += [*([Line()] if folder is not None else []), *folded([(parent or ".", BOLD)], columns=columns)]
            folder = parent
        mark = ("✓", GOOD) if result.passed else ("✗", BAD)
        profile = result.profile.name
        title = result.scenario.title + (f" ({profile})" if named or profile != "standard" else "")
        first = ((f"  {mark[0]} ", mark[1]),)
        lines += folded([(title, "")], columns=columns, indent=_TITLE_COLUMN, first=first)
        lines += _told(result, columns, arguments)
    passed = sum(result.passed for result in results)
    failed = len(results) - passed
    noun = "scenario" if len(results) == 1 else "scenarios"
    summary = f"{len(results)} {noun}: {passed} passed" + (f", {failed} failed" if failed else "")
    lines += [Line(), *folded([(summary, BAD if failed else GOOD)], columns=columns)]
    environment.write_lines(lines)


def _told(result: ScenarioResult, columns: int, arguments: argparse.Namespace) -> list[Line]:
    """What is said of one scenario under its title."""
    from ..report.lines import DIM, NOTE, Line, folded

    lines: list[Line] = []
    if arguments.verbose:
        for paragraph in result.scenario.lesson.split("\n\n"):
            if paragraph.strip():
                lines += folded([(" ".join(paragraph.split()), DIM)], columns=columns, indent=_TITLE_COLUMN, start=4)
    if not result.passed:
        lines += folded([(result.scenario.path, DIM)], columns=columns, indent=_TITLE_COLUMN, start=_TITLE_COLUMN)
    for number, step in enumerate(result.steps, start=1):
        if not arguments.verbose and step.passed:
            continue
        lines += _step_lines(number, step, columns, show_credentials=arguments.show_credentials)
    for error in result.app_errors:
        text = f"the app raised {type(error).__name__}: {error}"
        lines += folded([(text, NOTE)], columns=columns, indent=_TITLE_COLUMN, start=_TITLE_COLUMN)
    if arguments.verbose:
        lines.append(Line())
    return lines


def _step_lines(number: int, step: StepResult, columns: int, *, show_credentials: bool) -> list[Line]:
    from ..report.advice import Advice
    from ..report.lines import BAD, BOLD, Line, Span, folded
    from ..report.terminal import report_lines

    title = [(f"step {number}: {step.step.action} {target_of(step)}", BOLD)]
    lines = folded(title, columns=columns, indent=6, start=4)
    if step.thrown is not None:
        lines += folded([(f"TypeError: {step.thrown}", "")], columns=columns, indent=8, start=6)
    for mismatch in step.mismatches:
        lines += folded([(str(mismatch), BAD)], columns=columns, indent=8, start=6)
    if step.outcome is not None:
        margin = Span("      ")
        report = report_lines(
            step.outcome, columns=columns - 6, show_credentials=show_credentials, advice=Advice(step.outcome)
        )
        lines += [Line((margin, *line.spans)) for line in report]
        lines.append(Line())
    return lines


def target_of(step: StepResult) -> str:
    """What a step is about: its URL, or the seconds."""
    action = step.step.action
    target = getattr(step.step, action)
    if action == "advance":
        return f"{target:g} s"
    return f"{target} {step.step.url}" if action == "load" else str(target)  # type: ignore[union-attr]


def _write_html(results: list[ScenarioResult], arguments: argparse.Namespace) -> None:
    from ..report.advice import Advice
    from .html_file import write_html

    told = [
        (step.outcome, f"{result.scenario.title}, step {number}, as {result.profile.name}")
        for result in results
        for number, step in enumerate(result.steps, start=1)
        if step.outcome is not None
    ]
    write_html(
        arguments.html,
        [outcome for outcome, _ in told],
        [Advice(outcome) for outcome, _ in told],
        title=f"corssim run {' '.join(arguments.paths)}",
        captions=[caption for _, caption in told],
        show_credentials=arguments.show_credentials,
        force=arguments.force,
    )


def _as_json(results: list[ScenarioResult], *, show_credentials: bool) -> dict[str, object]:
    from ..report.json_report import json_report

    return {
        "passed": all(result.passed for result in results),
        "summary": {
            "scenarios": len(results),
            "passed": sum(result.passed for result in results),
            "failed": sum(not result.passed for result in results),
        },
        "scenarios": [
            {
                "path": result.scenario.path,
                "title": result.scenario.title,
                "profile": result.profile.name,
                "passed": result.passed,
                "steps": [
                    {
                        "action": step.step.action,
                        "target": target_of(step),
                        "passed": step.passed,
                        "mismatches": [
                            {"what": mismatch.what, "expected": mismatch.expected, "got": mismatch.got}
                            for mismatch in step.mismatches
                        ],
                        "thrown": step.thrown,
                        "outcome": None
                        if step.outcome is None
                        else json_report(step.outcome, show_credentials=show_credentials),
                    }
                    for step in result.steps
                ],
                "app_errors": [f"{type(error).__name__}: {error}" for error in result.app_errors],
            }
            for result in results
        ],
    }
