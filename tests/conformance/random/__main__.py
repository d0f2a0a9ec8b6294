"""Make programs by chance, record them in browsers and compare: `python -m tests.conformance.random N`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..compare import LEVELS, differences
from ..printed import without_random_names
from ..replay import BROWSERS, Case, Record, replay
from .chance import Chance
from .programs import program

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROGRAMS = {"chromium": "chromium", "firefox": "firefox-esr", "webkit": "xvfb-run"}
CONSOLE = "console lines"
THROWN = "Error: secret"
"""What a script of the programs throws: its own line, and no fetch's."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.random", description=__doc__)
    parser.add_argument("number", type=int, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="other seeds give other programs")
    parser.add_argument("--browser", choices=BROWSERS, action="append", help="repeatable; default: all installed")
    parser.add_argument("--keep", type=Path, help="a folder for the programs and the records")
    return parser.parse_args()


def _record(browser: str, cases: Path, output: Path, *arguments: str) -> dict[str, Record]:
    command = [sys.executable, "-m", "tests.conformance.recorder", browser, str(cases), "-o", str(output), *arguments]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    return {record["id"]: record for record in json.loads(output.read_text())["cases"]}


def compared(case: Case, record: Record, browser: str) -> dict[str, list[str]]:
    """What differs, at each level that does."""
    replayed = replay(case, browser)
    found = {level: words for level, words in differences(case, record, replayed).items() if words}
    lines = []
    for index, (expected, got) in enumerate(zip(record["steps"], replayed.steps, strict=True)):
        printed = got.outcome.console if got.outcome is not None else []
        recorded = [line for line in expected.get("console", []) if line != THROWN]
        if without_random_names(printed) != without_random_names(recorded):
            lines += [f"step {index} got      {line}" for line in printed]
            lines += [f"step {index} recorded {line}" for line in recorded]
    return found | ({CONSOLE: lines} if lines else {})


def _recorded(browser: str, cases: list[Case], folder: Path) -> dict[str, Record]:
    """The records; of programs that differ, only where two more recordings, one last case first, equal the first.

    What a browser does one time and not the other, where two of its processes race, is nothing to be right about.
    """
    path = folder / "programs.json"
    first = _record(browser, path, folder / f"{browser}.json")
    doubtful = [case["id"] for case in cases if case["id"] in first and compared(case, first[case["id"]], browser)]
    for number, order in enumerate((["--backwards"], []), 2):
        if not doubtful:
            break
        again = _record(browser, path, folder / f"{browser}-{number}.json", *order, "--only", *doubtful)
        raced = {name for name in doubtful if not _is_the_same(again.get(name), first[name])}
        first = {name: record for name, record in first.items() if name not in raced}
        doubtful = [name for name in doubtful if name not in raced]
    return first


def _is_the_same(again: Record | None, first: Record) -> bool:
    return without_random_names([json.dumps(again)]) == without_random_names([json.dumps(first)])


def _report(browser: str, cases: Iterable[Case], records: dict[str, Record]) -> None:
    wrong: dict[str, int] = dict.fromkeys((*LEVELS, CONSOLE), 0)
    either = 0
    for case in cases:
        if case["id"] not in records:
            continue
        found = compared(case, records[case["id"]], browser)
        for level in found:
            wrong[level] += 1
        either += bool(found.keys() & {"verdict", "wire", "script"})
        if found:
            print(f"\n{browser} {case['id']} {case['title']}")
            for level, words in found.items():
                print("\n".join([f"  {level}:", *(f"    {word}" for word in words)]))
    figures = ", ".join(f"{level} {number}" for level, number in wrong.items())
    print(f"\n{browser}: {len(records)} programs; wrong in verdict, wire or script: {either} ({figures})")


def main() -> None:
    arguments = _arguments()
    cases = [program(Chance(f"{arguments.seed}-{number}"), number) for number in range(arguments.number)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "programs.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
        for browser in arguments.browser or BROWSERS:
            if shutil.which(_PROGRAMS[browser]) is None:
                print(f"{browser} is not installed")
                continue
            _report(browser, cases, _recorded(browser, cases, folder))


if __name__ == "__main__":
    main()
