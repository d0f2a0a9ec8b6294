"""`python -m tests.mutation [--mutants 200] [--seed 0]`: how many random mutants of corssim/fetch its tests notice.

Needs `pip install cosmic-ray`, whose operators make the mutants, one at a time, in a copy of the project. First the
test files of its name are asked, then all of tests/fetch, then the recorded cases (`--without-recorded` leaves them
out). Prints each mutant and what noticed it, and a share at the end.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.util
import os
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from .mutants import mutants_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec

    from .mutants import Mutant

_ROOT = Path(__file__).parents[2]
_PACKAGE = _ROOT / "corssim" / "fetch"
_TESTS, _RECORDED = _ROOT / "tests" / "fetch", _ROOT / "tests" / "conformance"
_LONGEST = 900  # seconds of processor; a mutant may be without end, which is noticed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip", type=int, default=0, help="mutants of the seed that were looked at before")
    parser.add_argument("--without-recorded", action="store_true")
    arguments = parser.parse_args()
    import hypothesis  # noqa: F401 (loaded once, for all)
    import pytest  # noqa: F401

    killed: dict[str, int] = {}
    mutants = mutants_of(_PACKAGE, Random(arguments.seed))
    for number in range(arguments.mutants):
        mutant = next(mutants)
        if number < arguments.skip:
            continue
        by = _killed_by(mutant, with_recorded=not arguments.without_recorded)
        killed[by] = killed.get(by, 0) + 1
        where = f"{mutant.path.relative_to(_ROOT)}:{mutant.line}"
        print(f"{number + 1}: {by or 'SURVIVES'}: {where} {mutant.operator}: {mutant.diff}", flush=True)
    looked_at = sum(killed.values())
    share = 100 * (looked_at - killed.get("", 0)) / max(1, looked_at)
    print(f"{looked_at} mutants, killed {share:.1f}%: {killed}")
    return 0


def _killed_by(mutant: Mutant, *, with_recorded: bool) -> str:
    own = [path for path in sorted(_TESTS.rglob("test_*.py")) if mutant.path.stem in path.stem]
    stages: list[tuple[str, Sequence[str | Path]]] = [("its own tests", own)] if own else []
    stages.append(("tests/fetch", [_TESTS, *(f"--deselect={path.relative_to(_ROOT)}" for path in own)]))
    if with_recorded:
        stages.append(("recorded cases", [_RECORDED]))
    return next((name for name, tests in stages if _fails(mutant, tests)), "")


def _fails(mutant: Mutant, tests: Sequence[str | Path]) -> bool:
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) != 0
    status = 1
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(quiet, stream)
        sys.meta_path.insert(0, _Instead(mutant))
        os.chdir(_ROOT)
        import pytest

        status = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *map(str, tests)]))
    finally:
        os._exit(status)


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.path.relative_to(_ROOT).with_suffix("").parts
        self._name = ".".join(parts).removesuffix(".__init__")
        self._mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(
            name,
            self._mutant.path,
            loader=self,  # type: ignore[arg-type]
            submodule_search_locations=[str(self._mutant.path.parent)]
            if self._mutant.path.stem == "__init__"
            else None,
        )

    def exec_module(self, module: object) -> None:
        code = compile(self._mutant.source, str(self._mutant.path), "exec")
        exec(code, vars(module))


if __name__ == "__main__":
    started = time.monotonic()
    status = main()
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(status)
