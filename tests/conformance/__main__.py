"""Print the table of agreement, family × level × browser: `python -m tests.conformance`."""

from __future__ import annotations

from collections import Counter

from .compare import LEVELS, differences
from .replay import BROWSERS, all_cases, every_record, replay


def main() -> None:
    total: Counter[tuple[str, str]] = Counter()
    agreed: Counter[tuple[str, str, str]] = Counter()
    for browser in BROWSERS:
        for case_id, record in every_record(browser).items():
            case = all_cases()[case_id]
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
    main()
