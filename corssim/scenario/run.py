"""Running a scenario: one browser, its servers in memory, a clock that only `advance` moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import time
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import UNSET

from ..browser.browser import Browser
from ..browser.clock import SteppedClock
from ..errors import InvalidRequest, InvalidURL
from ..fetch.pairs import header_pairs
from .expectations import Mismatch, mismatches
from .model import (
    AdvanceStep,
    AnyStep,
    BodyTable,
    NavigateStep,
    PageTable,
    Scenario,
    Step,
    VisitStep,
)
from .servers import body_of, mock_server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..browser.outcome import Outcome
    from ..browser.page import Page
    from ..fetch.profile import BrowserProfile
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
    from ..server.mock import MockServer
    from .what_if import Changes

    Ask = Callable[[WireRequest], WireResponse | NetworkFailure]

R = TypeVar("R")

START = 1_767_225_600.0
"""What the clock shows when a scenario starts, in seconds: 1 January 2026, 00:00 UTC."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of a step. `outcome` is None for `advance`, and where the API threw (`thrown` says what).

    `servers` are the file's, made anew, to be asked what the step did not; None where others answer.
    """

    step: AnyStep
    outcome: Outcome | None
    thrown: str | None
    mismatches: list[Mismatch]
    servers: Ask | None = None

    @property
    def passed(self) -> bool:
        return not self.mismatches


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of a scenario, step by step. `app_errors` are what mounted apps raised."""

    scenario: Scenario
    profile: BrowserProfile
    steps: list[StepResult]
    app_errors: list[BaseException]

    @property
    def passed(self) -> bool:
        return all(step.passed for step in self.steps)

    @property
    def mismatches(self) -> list[Mismatch]:
        return [mismatch for step in self.steps for mismatch in step.mismatches]


class LiveClock(SteppedClock):
    """The wall clock, and how far it was told to be ahead."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def __call__(self) -> float:
        return time() + self.now


def run_scenario(
    scenario: Scenario,
    profile: str | BrowserProfile | None = None,
    apps: Mapping[str, Any] | None = None,
    *,
    live: bool = False,
    changes: Changes | None = None,
) -> ScenarioResult:
    """Run all steps and compare. `profile` stands in for the scenario's browser; `apps` answer at their origins.

    Without apps nothing leaves the process, unless `live`: then the steps go to the real hosts, and the file's servers
    do not answer. With `changes` the page, its requests and the servers' answers are other than the file says. Raises
    `UsageError` for an app that cannot be mounted.
    """
    if changes is not None:
        scenario = changes.scenario(scenario)
    clock = LiveClock() if live else SteppedClock(START)
    server = None if live else _server(scenario, changes)
    limits: dict[str, Any] = {"timeout": scenario.timeout, "max_body": scenario.max_body}
    limits |= {"settings": scenario.settings, "permissions": scenario.permissions, "addresses": scenario.addresses}
    with Browser(server, mounts=apps, profile=profile or scenario.browser, clock=clock, **limits) as browser:
        pages: dict[str, Page[Outcome]] = {}
        results = [_run_step(step, scenario, browser, clock, pages) for step in scenario.steps]
        if not live and not apps:
            results = [replace(result, servers=mock_server(scenario.rules).answer) for result in results]
        return ScenarioResult(scenario, browser.profile, results, browser.app_errors)


class _ChangedServer:
    """The file's servers, their answers changed."""

    def __init__(self, server: MockServer, changes: Changes) -> None:
        self._answer = changes.answers(server.answer)

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> WireResponse | NetworkFailure:
        return self._answer(request)


def _server(scenario: Scenario, changes: Changes | None) -> MockServer | _ChangedServer:
    server = mock_server(scenario.rules)
    return server if changes is None or not changes.of_answers else _ChangedServer(server, changes)


def _run_step(
    step: AnyStep, scenario: Scenario, browser: Browser, clock: SteppedClock, pages: dict[str, Page[Outcome]]
) -> StepResult:
    if isinstance(step, AdvanceStep):
        clock.advance(step.advance)
        return StepResult(step, None, None, [])
    key, page = _page(step, scenario, browser, pages)
    outcome, thrown = None, None
    try:
        if isinstance(step, NavigateStep | VisitStep):
            pages[key] = browser.visit(step.visit) if isinstance(step, VisitStep) else page.navigate(step.navigate)
            outcome = pages[key].navigation
        else:
            outcome = act(step, page)
    except (InvalidRequest, InvalidURL) as error:
        thrown = str(error)
    return StepResult(step, outcome, thrown, mismatches(step.expect.under(browser.profile.name), outcome, thrown))


def _page(
    step: Step, scenario: Scenario, browser: Browser, pages: dict[str, Page[Outcome]]
) -> tuple[str, Page[Outcome]]:
    """The page of a step, and the key of its tab. Steps that name the same page share it, as tabs stay open."""
    table = scenario.page if step.page is UNSET else step.page
    if isinstance(table, str):
        table = PageTable(url=table)
    key = repr(table)
    if key not in pages:
        page = browser.page(table.url, headers=header_pairs(table.headers), sandboxed=table.sandboxed)
        if (frame := table.frame) is not None:
            page = page.frame(frame.url, header_pairs(frame.headers), frame.allow, frame.sandboxed)
        pages[key] = page
    return key, pages[key]


def act(step: Step, page: Page[R]) -> R:
    """Do on a page what a step says. Raises `InvalidRequest` or `InvalidURL` where the API throws."""
    arguments = step.arguments()
    for name in ("body", "data"):
        if isinstance(arguments.get(name), BodyTable):
            arguments[name] = body_of(arguments[name])
    target = getattr(step, step.action)
    if step.action == "navigate":
        return page.navigate(target).navigation  # type: ignore[return-value, misc]
    outcome: R = getattr(page, step.action)(target, **arguments)
    return outcome
