"""Our modules as the command finds them: the same as Python would, whatever the compiled file is like."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import subprocess
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import corssim.cli
from corssim.cli.own_modules import Finder

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_RUN_AS_THE_COMMAND = "import sys; sys.argv[1:] = ['--version']; from corssim.cli.process import command; command()"


def found(name: str, folder: Path) -> ModuleSpec:
    spec = Finder.find_spec(f"corssim.{name}", [str(folder)])
    assert spec is not None
    return spec


def value_in(spec: ModuleSpec) -> Any:
    module = importlib.util.module_from_spec(spec)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module.VALUE


@pytest.mark.parametrize("name", ["cli.main", "report", "fetch.rules.requests"])
def test_a_module_is_described_as_python_describes_it(name: str) -> None:
    package = Path(corssim.__file__).parent.joinpath(*name.split(".")[:-1])
    full = f"corssim.{name}"
    ours, pythons = Finder.find_spec(full, [str(package)]), PathFinder.find_spec(full, [str(package)])
    assert ours is not None
    assert pythons is not None
    for told in ("name", "origin", "cached", "parent", "has_location", "submodule_search_locations"):
        assert getattr(ours, told) == getattr(pythons, told)
    assert isinstance(ours.loader, SourceFileLoader)
    assert isinstance(pythons.loader, SourceFileLoader)
    assert ours.loader.get_filename(full) == pythons.loader.get_filename(full)
    assert ours.loader.is_package(full) == pythons.loader.is_package(full)
    assert ours.loader.get_source(full) == pythons.loader.get_source(full)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("json", ["/"]),
        ("corssimilar.x", ["/"]),
        ("corssim", None),
        ("corssim.there_is_none", ["/"]),
        ("corssim.x", ["/", "/tmp"]),
    ],
)
def test_what_is_not_ours_is_left_to_python(name: str, path: list[str] | None) -> None:
    assert Finder.find_spec(name, path) is None


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "some.py"
    source.write_text("VALUE = 1\n")
    return source


def compiled(source: Path, **options: Any) -> Path:
    return Path(py_compile.compile(str(source), doraise=True, **options) or "")


def test_a_compiled_file_in_order_is_what_is_run(source: Path) -> None:
    cached, spec = compiled(source), found("some", source.parent)
    source.with_name("other.py").write_text("VALUE = 2\n")
    data = compiled(source.with_name("other.py"), dfile=str(source)).read_bytes()
    cached.write_bytes(cached.read_bytes()[:16] + data[16:])
    assert value_in(spec) == 2


def _make_none(source: Path) -> None:
    pass


def _make_an_older_one(source: Path) -> None:
    source.write_text("VALUE = 3\n")
    compiled(source)
    source.write_text("VALUE = 1\n")
    os.utime(source, (0, 1_000_000_000))


def _make_one_of_a_shorter_source(source: Path) -> None:
    source.write_text("VALUE=3\n")
    compiled(source)
    at = source.stat()
    source.write_text("VALUE = 1\n")
    os.utime(source, ns=(at.st_atime_ns, at.st_mtime_ns))


def _make_one_of_another_interpreter(source: Path) -> None:
    cached = compiled(source)
    cached.write_bytes(b"\0\0\0\0" + cached.read_bytes()[4:16] + b"nothing of ours")


def _make_one_by_hash(source: Path) -> None:
    compiled(source, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


def _make_one_that_is_cut(source: Path) -> None:
    cached = compiled(source)
    cached.write_bytes(cached.read_bytes()[:10])


@pytest.mark.parametrize(
    "make",
    [
        _make_none,
        _make_an_older_one,
        _make_one_of_a_shorter_source,
        _make_one_of_another_interpreter,
        _make_one_by_hash,
        _make_one_that_is_cut,
    ],
)
def test_a_compiled_file_out_of_order_is_none(source: Path, make: Any) -> None:
    make(source)
    assert value_in(found("some", source.parent)) == 1


def test_a_compiled_file_from_elsewhere_tells_where_its_source_is_now(source: Path) -> None:
    compiled(source, dfile="/elsewhere/some.py")
    spec = found("some", source.parent)
    assert isinstance(spec.loader, SourceFileLoader)
    code = spec.loader.get_code("corssim.some")
    assert code is not None
    assert code.co_filename == str(source)


@pytest.mark.parametrize(
    ("flags", "variables", "is_used"),
    [
        ([], {}, True),
        (["-O"], {}, False),
        ([], {"PYTHONPYCACHEPREFIX": "/nowhere"}, False),
    ],
    ids=["as most are", "with optimised files", "with its compiled files elsewhere"],
)
def test_an_unusual_python_finds_them_itself(flags: list[str], variables: dict[str, str], is_used: bool) -> None:
    code = f"import atexit, sys; atexit.register(lambda: print(sys.meta_path[0])); {_RUN_AS_THE_COMMAND}"
    told = subprocess.run(
        [sys.executable, *flags, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | variables,
    ).stdout
    assert told.startswith("corssim ")
    assert ("own_modules.Finder" in told) is is_used


def test_files_of_a_package_are_found_beside_it() -> None:
    code = (
        "from corssim.cli.own_modules import find_own_modules_at_once; find_own_modules_at_once(); "
        "import corssim.diagnosis.explanations; from importlib.resources import files; "
        "print(len(list(files('corssim.diagnosis.explanations').iterdir())))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout
    assert int(told) == len(list(files("corssim.diagnosis.explanations").iterdir()))
