"""Record cases in a real browser: `python -m tests.conformance.recorder BROWSER CASES.json… -o RECORDS.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track

from . import namespace

if TYPE_CHECKING:
    from ..replay import Case
    from .driver import Driver

_TRIES = 2
_A_CASE_TAKES_AT_MOST = 120.0  # seconds
_said = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.recorder", description=__doc__)
    parser.add_argument("browser", choices=["chromium", "firefox", "webkit"])
    parser.add_argument("cases", nargs="+", type=Path, help="lists of cases, JSON")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the records go")
    parser.add_argument("--only", nargs="*", default=None, help="ids of the cases to record")
    parser.add_argument("--language", type=Path, help="Firefox: the language pack to use, langpack-….xpi")
    parser.add_argument("--backwards", action="store_true", help="the last case first")
    return parser.parse_args()


async def _launch(browser: str, folder: Path, language: Path | None = None) -> Driver:
    match browser:
        case "chromium":
            from .chromium import Chromium

            return await Chromium.launch(folder)
        case "firefox":
            from .firefox import Firefox

            return await Firefox.launch(folder, language)
        case _:
            from .webkit import WebKit

            return await WebKit.launch(folder)


async def _record_all(browser: str, cases: list[Case], folder: Path, language: Path | None = None) -> dict[str, Any]:
    from .driver import DriverError
    from .recording import record
    from .server import CaseOnLoopback

    hosts = namespace.hosts_of(json.dumps(case, ensure_ascii=False) for case in cases)
    namespace.make_hosts_this_machine(hosts, folder)
    server, records = CaseOnLoopback(), []
    async with server.listening(namespace.trusted_context(hosts, folder)):
        driver = await _launch(browser, folder, language)
        for case in track(cases, description=browser, console=_said):
            for tried in range(1, _TRIES + 1):
                try:
                    records.append(await asyncio.wait_for(record(case, driver, server, folder), _A_CASE_TAKES_AT_MOST))
                    break
                except (DriverError, TimeoutError) as error:
                    await driver.close()  # a page that hangs may have taken its browser along
                    shutil.rmtree(folder / "profile", ignore_errors=True)
                    driver = await _launch(browser, folder, language)
                    if tried == _TRIES:
                        _said.print(f"{case['id']} was not recorded: {error}", markup=False, highlight=False)
        await driver.close()
    return {"meta": {"browser": driver.version, "cases": len(records)}, "cases": records}


def main() -> None:
    arguments = _arguments()
    namespace.enter()
    cases = [case for path in arguments.cases for case in json.loads(path.read_text())]
    if arguments.only is not None:
        cases = [case for case in cases if case["id"] in arguments.only]
    if arguments.backwards:
        cases.reverse()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        recorded = asyncio.run(_record_all(arguments.browser, cases, Path(folder), arguments.language))
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in recorded["cases"])
    arguments.output.write_text(f'{{"meta": {json.dumps(recorded["meta"])}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
