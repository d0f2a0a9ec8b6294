"""`python -m tests.mutation [--mutants 200] [--seed 0]`: how many random mutants of corssim/fetch its tests notice.

Asked are tests/fetch and the recorded cases (tests/conformance). They are collected once, and run once as they are: all
have to pass, and what each costs is kept, with the lines that it runs. Then each mutant is put in place of what it
changes, in a child of its own:

- A change inside a function takes the place of its code, and the tests that ran the changed line are asked, the
  cheapest first, up to the first that fails. No other test can tell: what functions remember was forgotten before each.
- A change of what runs at import is imported anew, the tests with it, and all of them are asked, those first that are
  called like the module.

So a mutant that is noticed costs little, and one that survives was shown to every test that could notice it. Number 0
is no change at all, once in each of these ways, which has to survive.

The tests have their turn so: those that are cheap, those called like the module, one of each other group, then another
of each. 200 mutants take about an hour of processor, most of it for those that survive and for those of what runs at
import. It is as nice as can be to what runs beside it; `renice` it where it hardly goes on.

Each mutant is printed with the test that noticed it, a share at the end. Keep it in a file, and go on with `--skip`.
A survivor wants a test that says what is right by the text or a recording, or shows that a condition changes nothing.
`--at corssim/fetch/methods.py:30` asks about all mutants of a line (a file, a folder) in place of random ones.
Needs `pip install 'corssim[prove]'`: cosmic-ray, whose operators make the mutants.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING

from .mutants import mutants_of, unchanged
from .suite import PACKAGE, ROOT, with_the_tests

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from .suite import Tests


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip", type=int, default=0, help="mutants of the seed that were looked at before")
    parser.add_argument("--at", metavar="PATH[:LINE]", action="append", help="the mutants of these places, and all")
    parser.add_argument("--jobs", type=int, default=2, help="children at a time")
    arguments = parser.parse_args()
    os.nice(19)
    shown = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return with_the_tests(partial(_look, arguments, shown))


def _look(arguments: argparse.Namespace, shown: TextIO, tests: Tests) -> None:
    if failed := tests.fail_unmutated():
        print(f"{failed} fails without any mutant, too", file=shown)
        return
    print(f"{len(tests.costs)} tests pass, in {sum(tests.costs.values()):.0f} s of processor", file=shown)
    places = [(ROOT / path, line) for path, _, line in (place.partition(":") for place in arguments.at or ["corssim"])]
    mutants = mutants_of(ROOT, PACKAGE, Random(arguments.seed), partial(_is_one_of, places))
    chosen = mutants if arguments.at else islice(mutants, arguments.skip, arguments.mutants)
    survivors, looked_at = [], 0
    nothing = [unchanged(ROOT, *tests.busiest_line()), unchanged(ROOT, PACKAGE / "__init__.py", 1)]
    for mutant, noticed_by in tests.ask_about(chain(nothing, chosen), arguments.jobs):
        where = f"{mutant.number}: {mutant.path.relative_to(ROOT)}:{mutant.line}: {mutant.diff}"
        print(f"{where}: {noticed_by or 'SURVIVES'}", file=shown)
        if mutant.number == 0 and noticed_by:
            print("it fails without any mutant, too, where tests are asked in this order", file=shown)
            return
        looked_at += mutant.number > 0
        survivors += [] if noticed_by or mutant.number == 0 else [where]
    noticed = looked_at - len(survivors)
    share = noticed / max(1, looked_at)
    print(f"{noticed} of {looked_at} mutants were noticed ({share:.1%}), all but:", *survivors, sep="\n", file=shown)


def _is_one_of(places: list[tuple[Path, str]], path: Path, line: int) -> bool:
    return any(path.is_relative_to(place) and only in ("", str(line)) for place, only in places)


if __name__ == "__main__":
    sys.exit(main())
