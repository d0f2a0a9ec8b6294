"""What if, on scenarios: each step as its file has it, and as it would be with the flags' changes, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from .what_comes import came, came_json, came_lines, is_changed
from .what_if import add_what_if_flags, changes_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ..report.lines import Line
    from ..scenario import Scenario, ScenarioResult, StepResult
    from ..scenario.what_if import Changes
    from .what_comes import Change

_OF_THE_USER = ("third_party_cookies", "local_network_access", "https_first", "languages", "permission")


class Compared(NamedTuple):
    """A scenario in one browser, as its file has it and with the changes."""

    now: ScenarioResult
    then: ScenarioResult


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The changes to try; what the user has set and decided is a change too."""
    parser.add_argument("--page", metavar="URL", help="what if the page stood there (the frontend moves)")
    add_what_if_flags(parser)


def changes_of_run(arguments: argparse.Namespace) -> Changes | None:
    """What the flags would change of pages, requests and answers; None where nothing. Raises `UsageError`."""
    from .typed import typed_page

    changes = changes_of(arguments, page=None if arguments.page is None else typed_page(arguments.page))
    if changes is not None and changes.of_answers and (arguments.app or arguments.live):
        raise UsageError("--set and --policy change the answers of the file's servers, and with --app or --live others "
                         "answer; give them without")  # fmt: skip
    return changes


def is_what_if(arguments: argparse.Namespace, changes: Changes | None) -> bool:
    """Report whether any flag changes something that a file says."""
    return changes is not None or any(getattr(arguments, name) for name in _OF_THE_USER)


def compare(
    pairs: Iterable[tuple[Scenario, Scenario, str]], apps: dict[str, Any], changes: Changes | None, *, live: bool
) -> list[Compared]:
    """Run each as it is and with what the user has set (the second of a pair) and the changes, in a browser."""
    from ..scenario import run_scenario

    return [
        Compared(
            run_scenario(scenario, profile, apps, live=live),
            run_scenario(changed, profile, apps, live=live, changes=changes),
        )
        for scenario, changed, profile in pairs
    ]


def _change(name: str, now: StepResult, then: StepResult, *, show_credentials: bool) -> Change:
    first, second = (
        came(each.outcome, show_credentials=show_credentials, thrown=each.thrown is not None) for each in (now, then)
    )
    return name, first, second


_ByBrowser = list[tuple[str, "StepResult", "StepResult"]]
_Step = tuple["Scenario", int, "StepResult", _ByBrowser]


def _steps(compared: list[Compared]) -> list[_Step]:
    """By scenario and step: what each browser makes of it now and then. `advance` is no request."""
    by_step: dict[tuple[int, int], _Step] = {}
    for each in compared:
        for number, (now, then) in enumerate(zip(each.now.steps, each.then.steps, strict=True), start=1):
            if now.step.action == "advance":
                continue
            key = (id(each.now.scenario), number)
            by_step.setdefault(key, (each.now.scenario, number, now, []))[3].append((each.now.profile.name, now, then))
    return list(by_step.values())


def what_if_of_runs_json(compared: list[Compared], *, show_credentials: bool) -> list[dict[str, Any]]:
    """One object a step: what each browser makes of it now and then, what it sends, and which browsers differ."""
    from ..masking import mask_text
    from ..report.scenarios.told import target_of

    shown = (lambda text: text) if show_credentials else mask_text
    return [
        {
            "path": scenario.path,
            "title": scenario.title,
            "step": number,
            "action": first.step.action,
            "target": shown(target_of(first)),
            **came_json([_change(*each, show_credentials=show_credentials) for each in told]),
        }
        for scenario, number, first, told in _steps(compared)
    ]


def what_if_of_runs_lines(compared: list[Compared], columns: int, *, show_credentials: bool) -> list[Line]:
    """The steps that come otherwise, request by request, and how many stay as they are."""
    from ..masking import mask_text
    from ..report.lines import BOLD, PLAIN, Line, folded
    from ..report.safe_text import safe
    from ..report.scenarios.told import target_of

    shown = (lambda text: text) if show_credentials else mask_text
    steps = [
        (scenario, number, first, [_change(*each, show_credentials=show_credentials) for each in told])
        for scenario, number, first, told in _steps(compared)
    ]
    changed = [step for step in steps if any(is_changed(now, then) for _, now, then in step[3])]
    counted = f"What if: {len(changed)} of {len(steps)} steps come otherwise" if changed else "What if: nothing changes"
    lines = [Line(), *folded([(counted, BOLD)], columns=columns)]
    for scenario, number, first, told in changed:
        title = [(f"{safe(scenario.title)}, ", PLAIN), (f"step {number}: {safe(shown(target_of(first)))}", BOLD)]
        lines += folded(title, columns=columns, indent=4, start=2)
        lines += came_lines(told, columns)
    return lines
