"""`python -m tests.frameworks`: measure the frameworks that are installed, and print the README's table."""

from __future__ import annotations

import sys

from .expected import EXPECTED
from .measure import FRAMEWORKS, facts_of, missing, versions
from .table import markdown


def main() -> int:
    """Print the table; say on standard error what is missing or not as expected. 1 where something is not."""
    measured = {}
    for framework in FRAMEWORKS:
        if package := missing(framework):
            print(f"{framework}: {package} is not installed", file=sys.stderr)
            continue
        measured[framework] = facts_of(framework)
    print(markdown(measured, {framework: versions(framework) for framework in measured}))
    surprises = [framework for framework, facts in measured.items() if facts != EXPECTED[framework]]
    for framework in surprises:
        print(f"{framework}: {measured[framework]}\nexpected: {EXPECTED[framework]}", file=sys.stderr)
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
