"""`corssim run --html`: one page of all fetches, or the course as a folder of pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .arguments import PROFILE_NAMES
from .progress import progress
from .written_file import write_file

if TYPE_CHECKING:
    import argparse

    from ..scenario import Scenario, ScenarioResult
    from .environment import Environment

_ONE_PAGE = (".html", ".htm")


def write_pages(
    scenarios: list[Scenario],
    results: list[ScenarioResult],
    language: str,
    apps: dict[str, Any],
    arguments: argparse.Namespace,
    environment: Environment,
) -> None:
    """Write what the name asks for. Raises `UsageError` where it cannot be written."""
    if arguments.html == "-" or arguments.html.lower().endswith(_ONE_PAGE):
        _write_one(results, arguments, environment)
        return
    from ..report.course import chapters_of, course_pages

    runs = _in_each_browser(scenarios, results, apps, arguments, environment)
    pages = course_pages(chapters_of(runs), language=language, show_credentials=arguments.show_credentials)
    for name, page in pages:
        path = os.path.join(arguments.html, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"--html: {os.path.dirname(path)} cannot be made: {reason}") from error
        write_file("--html", path, page, force=arguments.force, within=arguments.html)


def _in_each_browser(
    scenarios: list[Scenario],
    results: list[ScenarioResult],
    apps: dict[str, Any],
    arguments: argparse.Namespace,
    environment: Environment,
) -> list[tuple[Scenario, dict[str, ScenarioResult]]]:
    """The runs that were asked for, and those that a page compares them with; live ones are not made again."""
    from ..scenario import run_scenario

    done: dict[int, dict[str, ScenarioResult]] = {}
    for result in results:
        done.setdefault(id(result.scenario), {})[result.profile.name] = result
    runs = []
    with progress(len(scenarios), environment, quiet=arguments.json) as advance:
        for scenario in scenarios:
            advance(scenario.title)
            made = done[id(scenario)]
            if not arguments.live:
                wanted = dict.fromkeys((scenario.browser, *PROFILE_NAMES, *made))
                made = {name: made.get(name) or run_scenario(scenario, name, apps) for name in wanted}
            runs.append((scenario, made))
    return runs


def _write_one(results: list[ScenarioResult], arguments: argparse.Namespace, environment: Environment) -> None:
    from ..report.scenarios.advice_on import advice_on
    from .html_file import write_html

    told = [
        (step, step.outcome, f"{result.scenario.title}, step {number}, as {result.profile.name}")
        for result in results
        for number, step in enumerate(result.steps, start=1)
        if step.outcome is not None
    ]
    write_html(
        arguments.html,
        [outcome for _, outcome, _ in told],
        [advice_on(step, outcome) for step, outcome, _ in told],
        environment,
        title=f"corssim run {' '.join(arguments.paths)}",
        captions=[caption for _, _, caption in told],
        show_credentials=arguments.show_credentials,
        force=arguments.force,
    )
