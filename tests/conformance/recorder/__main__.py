"""Record cases in a real browser: `python -m tests.conformance.recorder BROWSER CASES.json… -o RECORDS.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from corssim.verify import namespace
from corssim.verify.browsers import BROWSERS
from corssim.verify.recorder import Recorder

if TYPE_CHECKING:
    from corssim.verify.case import Case

_said = Console(stderr=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.recorder", description=__doc__)
    parser.add_argument("browser", choices=BROWSERS)
    parser.add_argument("cases", nargs="+", type=Path, help="lists of cases, JSON")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the records go")
    parser.add_argument("--only", nargs="*", default=None, help="ids of the cases to record")
    parser.add_argument("--language", type=Path, help="Firefox: the language pack to use, langpack-….xpi")
    parser.add_argument("--as-shipped", action="store_true", help="with all on that the browser does by itself")
    parser.add_argument("--backwards", action="store_true", help="the last case first")
    return parser.parse_args()


async def _record_all(arguments: argparse.Namespace, cases: list[Case], folder: Path) -> dict[str, Any]:
    browser, language = arguments.browser, arguments.language
    if arguments.as_shipped:
        from . import as_shipped

        await as_shipped.open_display()
        network, launches = as_shipped.AddressedNetwork, as_shipped.launch
        recorder = Recorder(browser, folder, language, network=network, launches=launches)
    else:
        recorder = Recorder(browser, folder, language)
    records = []
    with Progress(console=_said) as progress:
        bar = progress.add_task(browser, total=len(cases))
        async for recorded in recorder.record(cases):
            progress.advance(bar)
            if isinstance(recorded, str):
                _said.print(recorded, markup=False, highlight=False)
            else:
                records.append(recorded)
    return {"meta": {"browser": recorder.version, "cases": len(records)}, "cases": records}


def main() -> None:
    arguments = _arguments()
    namespace.enter(__package__)
    cases = [case for path in arguments.cases for case in json.loads(path.read_text())]
    if arguments.only is not None:
        cases = [case for case in cases if case["id"] in arguments.only]
    if arguments.backwards:
        cases.reverse()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        recorded = asyncio.run(_record_all(arguments, cases, Path(folder)))
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in recorded["cases"])
    arguments.output.write_text(f'{{"meta": {json.dumps(recorded["meta"])}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
