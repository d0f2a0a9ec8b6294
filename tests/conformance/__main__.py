"""Print the table of agreement, family × level × browser: `python -m tests.conformance [--defaults]`."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from .compare import LEVELS, differences
from .replay import BROWSERS, all_cases, every_record, replay
from .user_defaults import default_cases, default_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .replay import Case, Record


def print_table(cases: Mapping[str, Case], records: Callable[[str], Mapping[str, Record]]) -> None:
    total: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str, str]] = Counter()
    for browser in BROWSERS:
        for case_id, record in records(browser).items():
            case = cases[case_id]
            found = differences(case, record, replay(case, browser))
            for family in (case["family"], "all"):
                total[browser, family] += 1
                for level in LEVELS:
                    agreed[browser, family, level] += not found[level]
    heads = [f"{browser} {level}" for browser in BROWSERS for level in LEVELS]
    print("| family | cases | " + " | ".join(heads) + " |")
    print("|---|---|" + "---|" * len(heads))
    for family in [*sorted({family for _, family in total} - {"all"}), "all"]:
        cells = [f"{agreed[b, family, level]}/{total[b, family]}" for b in BROWSERS for level in LEVELS]
        print(f"| {family} | {max(total[b, family] for b in BROWSERS)} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if sys.argv[1:] == ["--defaults"]:
        print_table(default_cases(), default_records)
    else:
        print_table(all_cases(), every_record)
