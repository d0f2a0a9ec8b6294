"""The tests: collected once, run once as they are, and then asked about each mutant, in children of this process."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
import tempfile
import traceback
from collections import defaultdict
from functools import cache, partial
from itertools import islice
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

from .in_place import Instead, replace_functions

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from types import ModuleType

    from .mutants import Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "corssim" / "fetch"
_ROOMS = ("tests/fetch", "tests/conformance")
_FAILED = 1  # exit status
_OPTIONS = ("-x", "-q", "--tb=no", "-pno:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning")
_ASKED_FIRST = 100  # groups of tests that ran the line, the cheapest
_MEMORY = 4 << 30


def with_the_tests(then: Callable[[Tests], None]) -> int:
    """Collect the tests, and call `then` where pytest would run them; the exit status of pytest."""
    # The same examples for all mutants, none kept for the next, and no failure because the machine is busy.
    alike = settings(database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    settings.register_profile("alike", alike)
    settings.load_profile("alike")
    os.chdir(ROOT)
    return int(pytest.main([*_OPTIONS, *_ROOMS], plugins=[Tests(then)]))


class Tests:
    """A plugin of pytest that gives itself to a function in place of running what was collected."""

    def __init__(self, then: Callable[[Tests], None]) -> None:
        self._then = then
        self._import = _coverage()
        self._import.start()
        self.costs: dict[str, float] = {}
        """Seconds of processor that each test takes."""
        self._ran: dict[tuple[str, int], tuple[str, ...]] = {}  # by line: the groups of tests, the cheapest first

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._import.stop()
        self._items = session.items
        functions = (each for each in gc.get_objects() if isinstance(each, FunctionType))
        self._functions = [each for each in functions if each.__code__.co_filename.startswith(str(PACKAGE))]
        gc.freeze()
        self._then(self)
        return True

    def fail_unmutated(self) -> str:
        """Run all once, and see what each costs and runs. The test that fails; empty where none does."""
        with tempfile.TemporaryDirectory() as folder:
            answer, seen = Path(folder, "answer"), Path(folder, "seen")
            _, status = os.waitpid(_child(partial(self._watch, answer, seen)), 0)
            failed = _noticed_by(status, answer)
            if not failed:
                self.costs, self._ran = pickle.loads(seen.read_bytes())
                self._turns = self._in_turn()
            return failed

    def busiest_line(self) -> tuple[Path, int]:
        """A line in a function that as many tests ran as any."""
        path, line = max(self._ran, key=lambda each: len(self._ran[each]))
        return Path(path), line

    def ask_about(self, mutants: Iterable[Mutant], jobs: int) -> Iterator[tuple[Mutant, str]]:
        """As they come: a mutant, and the test that noticed it; empty where none did."""
        mutants = iter(mutants)
        with tempfile.TemporaryDirectory() as folder:
            running: dict[int, tuple[Mutant, Path]] = {}
            while True:
                for mutant in islice(mutants, jobs - len(running)):
                    answer = Path(folder, str(mutant.number))
                    running[_child(partial(self._ask, mutant, answer))] = mutant, answer
                if not running:
                    return
                child, status = os.wait()
                mutant, answer = running.pop(child)
                yield mutant, _noticed_by(status, answer)

    def _watch(self, answer: Path, seen: Path) -> None:
        watching = _Watching(answer)
        watching.coverage.start()
        _run(self._items, watching)
        watching.coverage.stop()
        data, imported = watching.coverage.get_data(), self._import.get_data()
        ran: dict[tuple[str, int], tuple[str, ...]] = {}
        alike: dict[tuple[str, ...], tuple[str, ...]] = {}
        for path in data.measured_files():
            at_import = set(imported.lines(path) or ())  # what they did then, all tests see
            for line, groups in data.contexts_by_lineno(path).items():
                if line not in at_import:
                    cheapest = tuple(sorted(groups, key=watching.group_costs.__getitem__))
                    ran[path, line] = alike.setdefault(cheapest, cheapest)
        seen.write_bytes(pickle.dumps((watching.costs, ran)))

    def _in_turn(self) -> dict[str, int]:
        """When each test has its turn in its group, the cheapest first: of all groups one is asked, then another."""
        asked: defaultdict[str, int] = defaultdict(int)
        turns = {}
        for item in sorted(self._items, key=lambda item: self.costs.get(item.nodeid, 0.0)):
            turns[item.nodeid] = asked[_group_of(item)]
            asked[_group_of(item)] += 1
        return turns

    def _ask(self, mutant: Mutant, answer: Path) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        groups = self._ran.get((str(mutant.path), mutant.line), ())
        first, turns = set(groups[:_ASKED_FIRST]), self._turns

        def order(item: pytest.Item) -> tuple[int, int, float]:
            rank = 0 if _group_of(item) in first else 1 if mutant.path.stem in item.nodeid else 2
            turn = turns.get(item.nodeid, 0) if rank == 2 else 0
            return rank, turn, self.costs.get(item.nodeid, 0.0)

        asking = _Asking(answer, self.costs, order)
        if groups and replace_functions(mutant, self._functions):
            for each in _caches():
                each.cache_clear()
            ran = set(groups)
            _run(sorted((item for item in self._items if _group_of(item) in ran), key=order), asking)
            return
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(str(ROOT)):
                del sys.modules[name]
        sys.meta_path.insert(0, Instead(mutant))
        for room in _ROOMS:
            # Else pytest loads the modules of its plugins itself, corssim's too, and the mutant is never seen.
            status = pytest.main([*_OPTIONS, "--assert=plain", room], plugins=[asking])
            if status == pytest.ExitCode.INTERRUPTED:
                os._exit(_FAILED)
            assert status == pytest.ExitCode.OK


class _Plugin:
    """Ends the process at the first failure; the answer is the test that runs, or the last that ran."""

    def __init__(self, answer: Path) -> None:
        self.answer = answer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.answer.write_text(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os._exit(_FAILED)


class _Watching(_Plugin):
    """Sees what each test costs and which groups of tests run each line."""

    def __init__(self, answer: Path) -> None:
        super().__init__(answer)
        self.coverage = _coverage()
        self.costs: dict[str, float] = {}
        self.group_costs: defaultdict[str, float] = defaultdict(float)
        self._group = ""
        self._caches = _caches()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for each in self._caches:
            each.cache_clear()  # so that each test runs the lines that it needs
        group = _group_of(item)
        if group != self._group:
            self.coverage.switch_context(group)
            self._group = group
        before = _processor()
        done = yield
        self.costs[item.nodeid] = round(_processor() - before, 4)
        self.group_costs[group] += self.costs[item.nodeid]
        return done


class _Asking(_Plugin):
    """Sorts the tests, and gives each twenty times the processor that it takes, and some seconds."""

    def __init__(
        self, answer: Path, costs: dict[str, float], order: Callable[[pytest.Item], tuple[int, int, float]]
    ) -> None:
        super().__init__(answer)
        self._costs = costs
        self._order = order

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=self._order)

    def pytest_collection_finish(self) -> None:
        gc.freeze()  # the recorded cases, which are many

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        super().pytest_runtest_setup(item)
        longest = int(_processor() + 20 * (1 + self._costs.get(item.nodeid, 0.0)))  # a mutant may be without end
        resource.setrlimit(resource.RLIMIT_CPU, (longest, resource.RLIM_INFINITY))


def _run(items: Sequence[pytest.Item], plugin: _Plugin) -> None:
    manager = items[0].config.pluginmanager
    manager.register(plugin)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _child(run: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)
        run()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _noticed_by(status: int, answer: Path) -> str:
    code = os.waitstatus_to_exitcode(status)
    last = answer.read_text() if answer.exists() else "the collection"
    if code in (0, _FAILED):
        return last if code else ""
    return f"{signal.Signals(-code).name if code < 0 else f'exit status {code}'} in {last}"


def _coverage() -> Coverage:
    return Coverage(data_file=None, config_file=False, include=[f"{PACKAGE}/*"], messages=False)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _group_of(item: pytest.Item) -> str:
    """What is watched as one: a test's function with the first words of its parameters, and a file with a cache.

    To watch each test apart would cost as much again as to run it.
    """
    file = item.getparent(pytest.Module)
    return file.nodeid if file is not None and _has_a_cache(file.obj) else "-".join(item.nodeid.split("-")[:2])


@cache
def _has_a_cache(module: ModuleType) -> bool:
    return any(hasattr(each, "cache_clear") and each.__module__ == module.__name__ for each in vars(module).values())


def _caches() -> list[Any]:
    modules = [vars(module) for name, module in sys.modules.items() if name.startswith("corssim.fetch.")]
    return [value for module in modules for value in module.values() if hasattr(value, "cache_clear")]
