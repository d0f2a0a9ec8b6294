"""`corssim run --html`: one page of all fetches, or the course as a folder of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    _write_one(results, arguments)


def _write_one(results: list[ScenarioResult], arguments: argparse.Namespace) -> None:
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
    )
