"""`corssim run`: scenario files, told as short as a test run or as long as a lesson."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from . import run_what_if
from .arguments import add_language, browsers, language_of, stand_ins
from .environment import Environment, ExitStatus
from .progress import progress
from .scenario_files import add_paths, scenario_files
from .user_flags import add_user_flags, as_the_user_has_it

if TYPE_CHECKING:
    import argparse

    from ..report.lines import Line
    from ..scenario import Scenario, ScenarioResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `run`."""
    add_paths(parser)
    parser.add_argument("--list", action="store_true", help="name the scenarios in place of running them")
    parser.add_argument("--lesson", action="store_true", help="tell each lesson, its steps, and what the reasons mean")
    parser.add_argument("--step", action="store_true", help="as --lesson, and wait before and after each step")
    add_language(parser)
    parser.add_argument(
        "--browser",
        action="append",
        metavar="NAME",
        help="run as this browser, whatever the scenario says: standard, chromium, firefox, webkit, all (repeatable); "
        "several are compared",
    )
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="ORIGIN=MODULE:APP",
        help="let an ASGI or WSGI app answer for an origin, as in https://api.example=package.module:app (repeatable)",
    )
    parser.add_argument(
        "--live", action="store_true", help="send the steps to the real hosts, not to the file's servers"
    )
    add_user_flags(parser)
    run_what_if.add_flags(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell each lesson and each step's story")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--junit", metavar="FILE", help="also write JUnit's XML")
    parser.add_argument(
        "--html",
        metavar="DIR",
        help="also write the course as linked pages into a folder; a name in .html, or -: one page of all fetches",
    )
    parser.add_argument("--force", action="store_true", help="write over files that corssim did not write")
    parser.add_argument("--show-credentials", action="store_true", help="do not mask cookies and Authorization")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Read all files first, so that a mistake in one shows before anything runs; then run them."""
    from ..scenario import load_scenario

    apps = dict(_app(text) for text in arguments.app)
    profiles = browsers(arguments.browser) if arguments.browser else None
    for sentence in stand_ins(arguments.browser):
        environment.error(sentence)
    if arguments.html == "-" and arguments.json:
        raise UsageError("--json and --html - are both for standard output: one of them can have it")
    language = language_of(arguments, environment.variables)
    changes = run_what_if.changes_of_run(arguments)
    told = [load_scenario(path) for path in scenario_files(arguments)]
    scenarios = [as_the_user_has_it(scenario, arguments) for scenario in told]
    if arguments.list:
        _write_list(scenarios, language, arguments, environment)
        return ExitStatus.OK
    compared: list[run_what_if.Compared] | None = None
    if run_what_if.is_what_if(arguments, changes):
        if changes is not None:
            scenarios, changed = told, scenarios  # what is expected is expected of the file as it is
        else:
            changed = scenarios
        pairs = [
            (scenario, then, profile)
            for scenario, then in zip(told, changed, strict=True)
            for profile in profiles or [scenario.browser]
        ]
        compared = run_what_if.compare(pairs, apps, changes, live=arguments.live)
    results = _run_all(scenarios, profiles, apps, arguments, environment)
    if arguments.junit:
        from ..report.scenarios.junit import junit_xml
        from .written_file import write_file

        write_file("--junit", arguments.junit, junit_xml(results), force=arguments.force)
    if arguments.html:
        from .run_html import write_pages

        write_pages(scenarios, results, language, apps, arguments, environment)
    if arguments.json:
        from ..report.scenarios.document import results_json

        document = results_json(results, show_credentials=arguments.show_credentials)
        if compared is not None:
            show = arguments.show_credentials
            document["what_if"] = run_what_if.what_if_of_runs_json(compared, show_credentials=show)
        environment.write_json(document)
    elif arguments.html == "-":
        pass  # the page is what was asked for
    elif arguments.lesson or arguments.step:
        from .lessons import tell_lessons

        tell_lessons(results, language, arguments, environment)
    else:
        _write_results(results, language, arguments, environment)
    if compared is not None and not arguments.json and arguments.html != "-":
        environment.write_lines(
            run_what_if.what_if_of_runs_lines(
                compared, environment.columns, show_credentials=arguments.show_credentials
            )
        )
    return _exit_status(results, live=arguments.live)


def _exit_status(results: list[ScenarioResult], *, live: bool) -> int:
    if all(result.passed for result in results):
        return ExitStatus.OK
    failed = [step.outcome for result in results for step in result.steps if not step.passed]
    if live and any(outcome is not None and outcome.failure is not None for outcome in failed):
        return ExitStatus.NETWORK_FAILED
    return ExitStatus.NOT_READABLE


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
    arguments: argparse.Namespace,
    environment: Environment,
) -> list[ScenarioResult]:
    from ..scenario import run_scenario

    runs = [(scenario, profile) for scenario in scenarios for profile in profiles or [scenario.browser]]
    results = []
    with progress(len(runs), environment, quiet=arguments.json) as advance:
        for scenario, profile in runs:
            advance(scenario.title)
            results.append(run_scenario(scenario, profile, apps, live=arguments.live))
    return results


def _write_list(
    scenarios: list[Scenario], language: str, arguments: argparse.Namespace, environment: Environment
) -> None:
    from ..report.lines import BOLD, DIM, PLAIN, Line, folded
    from ..scenario.languages import chapter_of, lesson_of

    texts = [lesson_of(scenario, language) for scenario in scenarios]
    if arguments.json:
        listed = [
            {"path": scenario.path, "title": text.title, "browser": scenario.browser}
            for scenario, text in zip(scenarios, texts, strict=True)
        ]
        environment.write_json({"scenarios": listed})
        return
    lines: list[Line] = []
    folder = None
    for scenario, text in zip(scenarios, texts, strict=True):
        parent, name = os.path.split(scenario.path)
        if parent != folder:
            chapter = chapter_of(scenario.path, language)
            lines += [Line()] if lines else []
            about = [] if chapter is None else [(f"  {chapter.title}", PLAIN)]
            lines += folded([(parent or ".", BOLD), *about], columns=environment.columns, indent=4)
            folder = parent
        row = [(f"{name.removesuffix('.toml')}  ", DIM), (text.title, PLAIN)]
        lines += folded(row, columns=environment.columns, indent=6, start=2)
    environment.write_lines(lines)


def _write_results(
    results: list[ScenarioResult], language: str, arguments: argparse.Namespace, environment: Environment
) -> None:
    from ..report.lines import BAD, BOLD, GOOD, Line, folded
    from ..report.scenarios.differences import difference_lines
    from ..report.scenarios.told import result_lines
    from ..scenario.languages import lesson_of

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
        text = lesson_of(result.scenario, language)
        title = text.title + (f" ({profile})" if named or profile != "standard" else "")
        lines += folded([(title, "")], columns=columns, indent=4, first=((f"  {mark[0]} ", mark[1]),))
        lines += result_lines(
            result,
            columns,
            verbose=arguments.verbose,
            show_credentials=arguments.show_credentials,
            lesson=text,
        )
    lines += difference_lines(results, columns=columns)
    environment.write_lines([*lines, Line(), *summary_lines(results, columns)])


def summary_lines(results: list[ScenarioResult], columns: int) -> list[Line]:
    """How many passed, in one line."""
    from ..report.lines import BAD, GOOD, folded

    passed = sum(result.passed for result in results)
    failed = len(results) - passed
    noun = "scenario" if len(results) == 1 else "scenarios"
    summary = f"{len(results)} {noun}: {passed} passed" + (f", {failed} failed" if failed else "")
    return folded([(summary, BAD if failed else GOOD)], columns=columns)
