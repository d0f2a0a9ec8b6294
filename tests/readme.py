"""The parts of the READMEs that are made from the code: `python -m tests.readme` writes them anew.

Each stands between `<!-- begin: name -->` and `<!-- end: name -->`; a test compares.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from corssim.deviations import deviations_tables
from corssim.report.json_shape import shape_tables

from .conformance.compare import LEVELS
from .conformance.differences import KNOWN
from .conformance.replay import BROWSERS, every_record
from .frameworks.expected import EXPECTED, MEASURED
from .frameworks.table import markdown

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = Path(__file__).parents[1]
README = TOP / "README.md"


def agreement_table() -> str:
    """Recorded cases that agree, browser × level."""
    lines = ["| browser | cases | " + " | ".join(LEVELS) + " |", "|---|---|" + "---|" * len(LEVELS)]
    for browser in BROWSERS:
        # The suite replays each case: it fails unless exactly those of the list differ.
        total = len(every_record(browser))
        different = Counter(level for name, level, _ in KNOWN if name == browser)
        cells = [f"{1 - different[level] / total:.1%}" for level in LEVELS]
        lines.append(f"| {browser} | {total} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def frameworks_table() -> str:
    """What the frameworks' CORS packages do, as it was measured."""
    return markdown(EXPECTED, {package: f"{package} {version}" for package, version in MEASURED.items()})


SECTIONS: dict[str, tuple[Path, Callable[[], str]]] = {
    "agreement": (TOP / "tests" / "conformance" / "README.md", agreement_table),
    "deviations": (TOP / "corssim" / "deviations" / "README.md", deviations_tables),
    "frameworks": (TOP / "corssim" / "testing" / "README.md", frameworks_table),
    "json": (TOP / "corssim" / "report" / "README.md", shape_tables),
}
"""Each section, the file that it stands in, and what makes it."""


def section(name: str, text: str) -> str | None:
    """What stands between the marks of a section, None where the marks are missing."""
    found = re.search(rf"<!-- begin: {name} -->\n(.*?)\n<!-- end: {name} -->", text, re.DOTALL)
    return found[1] if found else None


def with_section(name: str, content: str, text: str) -> str:
    start, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"there is no section {name}: {start} … {end}")
    return f"{before}{start}\n{content}\n{end}{after}"


def main() -> None:
    for name, (file, make) in SECTIONS.items():
        file.write_text(with_section(name, make(), file.read_text()))


if __name__ == "__main__":
    main()
