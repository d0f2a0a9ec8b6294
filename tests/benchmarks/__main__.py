"""`python -m tests.benchmarks [PART…]`: what everything costs, as ratios in one run, in one table. Needs `.[bench]`.

Parts: memory, loopback, many, others (which installs jsdom, happy-dom and mentoss by npm in a temporary folder, and
starts Chromium). What it costs to start is in `start_up`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from . import in_memory, loopback
from .server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .measure import Figure

PARTS = ("memory", "loopback", "many", "others")


def _figures(parts: list[str], profiles: list[str]) -> Iterator[Figure]:
    if "memory" in parts:
        for profile in profiles:
            yield from in_memory.figures(profile)
    with serving() as url:
        for part, figures in (("loopback", loopback.figures), ("many", loopback.many), ("others", loopback.others)):
            if part in parts:
                yield from figures(url)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=PARTS, metavar="PART", help="all of them unless some are named")
    parser.add_argument("--browser", action="append", help="of what is measured in memory; all unless named")
    given = parser.parse_args()
    console = Console()
    table = Table("what", "ratio", "quartiles", "each, µs", "wanted")
    profiles = given.browser or ["standard", "chromium", "firefox", "webkit"]
    with console.status("measuring") as status:
        for each in _figures(given.parts or list(PARTS), profiles):
            status.update(each.title)
            if each.skipped:
                table.add_row(each.title, "–", each.skipped, "", "")
                continue
            wanted = "" if each.wanted is None else f"≤ {each.wanted:g}"
            spread = f"{each.low:.2f} to {each.high:.2f}"
            table.add_row(each.title, f"{each.ratio:.2f}", spread, f"{each.microseconds:,.0f}", wanted)
    console.print(table)


if __name__ == "__main__":
    main()
