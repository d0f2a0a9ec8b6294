"""`pytest --scenarios DIR`: scenario files as tests, an item each, or one a browser of `--cors-profile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class ScenarioCollector:
    """Collects what is under the folders, or the files, that were given."""

    def __init__(self, paths: Sequence[str], profiles: Sequence[str]) -> None:
        self._roots = [Path(path).resolve() for path in paths]
        self._profiles = profiles

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        if file_path.suffix != ".toml" or not any(root in (file_path, *file_path.parents) for root in self._roots):
            return None
        collected: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
        collected.profiles = self._profiles
        return collected


class ScenarioFile(pytest.File):
    """One file. A mistake in it is an error of the collection, in its one line."""

    profiles: Sequence[str] = ()

    def collect(self) -> Iterator[pytest.Item]:
        from ..scenario import ScenarioError, load_scenario

        try:
            scenario = load_scenario(self.path)
        except ScenarioError as error:
            raise self.CollectError(str(error)) from error
        for profile in self.profiles or [scenario.browser]:
            item: ScenarioItem = ScenarioItem.from_parent(self, name=profile)
            item.scenario = scenario
            yield item


class ScenarioItem(pytest.Item):
    """A scenario in one browser. It fails by what it found, never by a traceback."""

    scenario: Any = None

    def runtest(self) -> None:
        from ..scenario import run_scenario

        result = run_scenario(self.scenario, self.name)
        if not result.passed:
            raise _CameOtherwise(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, _CameOtherwise):
            return super().repr_failure(excinfo, style)
        from ..report.scenarios.told import result_lines

        result = excinfo.value.result
        lines = result_lines(result, 100, verbose=False, show_credentials=False)
        return "\n".join([self.scenario.title, *(line.plain() for line in lines)])

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.scenario.title} ({self.name})"


class _CameOtherwise(Exception):
    def __init__(self, result: Any) -> None:
        super().__init__("; ".join(str(mismatch.shown()) for mismatch in result.mismatches))
        self.result = result


def find_paths(config: pytest.Config, given: Sequence[str]) -> list[str]:
    """The folders of `--scenarios`, made absolute from where pytest was called. Raises `pytest.UsageError`."""
    paths = [(config.invocation_params.dir / path).resolve() for path in given]
    for path, named in zip(paths, given, strict=True):
        if not path.exists():
            raise pytest.UsageError(f"--scenarios: {named}: no such file or folder")
    return [str(path) for path in paths]
