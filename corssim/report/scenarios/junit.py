"""Runs of scenarios as JUnit's XML, which continuous integration reads: a suite a folder, a case a run."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ...masking import mask_text
from ..safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...scenario import ScenarioResult


def junit_xml(results: Sequence[ScenarioResult]) -> str:
    """The document. It holds no times: nobody waits in a scenario."""
    root = ElementTree.Element("testsuites", _counts(results) | {"name": "corssim run"})
    for folder, group in groupby(results, key=lambda result: os.path.dirname(result.scenario.path)):
        runs = list(group)
        suite = ElementTree.SubElement(root, "testsuite", {"name": safe(folder or ".", None)} | _counts(runs))
        for result in runs:
            _case(suite, result)
    ElementTree.indent(root)
    document = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Made by corssim -->\n{document}\n'


def _counts(results: Sequence[ScenarioResult]) -> dict[str, str]:
    failed = sum(not result.passed for result in results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}


def _case(suite: ElementTree.Element, result: ScenarioResult) -> None:
    scenario = result.scenario
    name = os.path.basename(scenario.path).removesuffix(".toml") or scenario.title
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": safe(os.path.dirname(scenario.path).replace(os.sep, ".").strip(".") or "scenarios", None),
            "name": safe(f"{name}[{result.profile.name}]", None),
            "file": safe(scenario.path, None),
        },
    )
    told = [
        f"step {number}: {mismatch.shown()}"
        for number, step in enumerate(result.steps, start=1)
        for mismatch in step.mismatches
    ]
    if told:
        failure = ElementTree.SubElement(case, "failure", {"message": safe(told[0], 500), "type": "mismatch"})
        failure.text = "\n".join(safe(line, 2000) for line in told)
    if result.app_errors:
        output = ElementTree.SubElement(case, "system-err")
        output.text = "\n".join(
            safe(mask_text(f"{type(error).__name__}: {error}"), 2000) for error in result.app_errors
        )
