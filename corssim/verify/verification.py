"""Scenarios in a browser that is installed here, each beside what corssim predicts."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import CorssimError
from ..scenario import run_scenario
from . import namespace
from .browsers.installed import why_not
from .comparison import ComparedStep, compared
from .from_scenario import CannotBeRun, case_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..fetch.profile import BrowserProfile
    from ..scenario import Scenario, ScenarioResult
    from .case import Case


class BrowserMissing(CorssimError):
    """A browser that cannot be driven here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A scenario, what was predicted, and what the browser did.

    `steps` are compared line by line. `why_not` says why the browser was not asked, `failure` why it did not answer.
    """

    predicted: ScenarioResult
    browser: str
    version: str = ""
    steps: list[ComparedStep] = field(default_factory=list)
    why_not: str = ""
    failure: str = ""

    @property
    def differs(self) -> bool:
        return any(step.differences for step in self.steps)


def verify(
    scenarios: Iterable[Scenario], browser: str, profile: BrowserProfile | None = None
) -> Iterator[Verification]:
    """Run each scenario in `browser` (chromium, firefox or webkit), in the order in which browsers can share a start.

    `profile` predicts in place of the browser's own. Raises `BrowserMissing`.
    """
    why_no_namespace = _check(browser)
    groups: dict[str, list[tuple[ScenarioResult, Case]]] = {}
    for scenario in scenarios:
        predicted = run_scenario(scenario, profile or browser)
        try:
            case = case_of(predicted)
            if why_no_namespace is not None:
                _needs_no_namespace(case, browser, why_no_namespace)
        except CannotBeRun as error:
            yield Verification(predicted, browser, why_not=str(error))
            continue
        groups.setdefault(predicted.profile.cookies.third_party, []).append((predicted, case))
    for third_party_cookies, group in groups.items():
        told = {
            "browser": browser,
            "apart": why_no_namespace is None,
            "third_party_cookies": third_party_cookies,
            "cases": [case for _, case in group],
        }
        for (predicted, case), answer in zip(group, _recorded(told), strict=True):
            if "why" in answer:
                yield Verification(predicted, browser, answer["version"], failure=answer["why"])
                continue
            steps = compared(predicted.steps, case["steps"], answer["record"])
            yield Verification(predicted, browser, answer["version"], steps)


def _check(browser: str) -> str | None:
    """Why no namespace can be made here. Raises `BrowserMissing` where the browser cannot be driven at all."""
    if not sys.platform.startswith("linux"):
        raise BrowserMissing(f"{browser} cannot be driven here: verify runs on Linux")
    if (missing := why_not(browser)) is not None:
        raise BrowserMissing(missing)
    why = namespace.why_none()
    if why is not None and browser == "webkit":
        raise BrowserMissing(f"{why}, and WebKitGTK has no other way to find a scenario's hosts on this machine")
    return why


def _needs_no_namespace(case: Case, browser: str, why_none: str) -> None:
    from .network import addresses_of

    if addresses := addresses_of([json.dumps(case)]):
        raise CannotBeRun(f"nothing can answer for {addresses[0]}: {why_none}")
    if browser == "firefox" and any(fault != "tls" for fault in case["faults"].values()):
        raise CannotBeRun(f"Firefox finds every host on this machine: {why_none}")


def _recorded(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One answer of the worker for each case."""
    command: Sequence[str] = [sys.executable, "-m", "corssim.verify.worker"]
    if told["apart"]:
        command = namespace.inside(command)
    answered = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        pipe = subprocess.PIPE
        with subprocess.Popen(command, encoding="utf-8", stdin=pipe, stdout=pipe, stderr=errors) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                with suppress(BrokenPipeError), process.stdin as stream:
                    json.dump(told, stream)
                for line in process.stdout:
                    yield json.loads(line)
                    answered += 1
            finally:
                process.terminate()
        errors.seek(0)
        last = errors.read().strip().splitlines()[-1:] or ["it said nothing"]
    for _ in range(len(told["cases"]) - answered):
        yield {"version": "", "why": f"the recorder ended: {last[0]}"}
