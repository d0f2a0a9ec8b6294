"""The modules of this package, found at once, where they lie: for commands that end before they have used them much.

Python looks for each of them in all the ways that it knows, and works out anew where a compiled file would be: with a
hundred modules that is as long as a bare interpreter takes to start and end. Here a module comes from the same files
under the same conditions. Whatever is out of the ordinary, such as a compiled file that is not there, older than its
source or made elsewhere, is left to Python.
"""

from __future__ import annotations

import os
import sys
from importlib import _bootstrap_external  # importlib.util says the same, and loads much
from importlib.machinery import ModuleSpec, SourceFileLoader
from marshal import loads

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

_PACKAGE = f"{__name__.partition('.')[0]}."
_COMPILED = f".{sys.implementation.cache_tag}.pyc"
_CHECKED_BY_TIME = _bootstrap_external.MAGIC_NUMBER + bytes(4)
"""How a compiled file of this interpreter begins; time and size of its source follow. https://peps.python.org/pep-0552/"""
_TO_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # which Windows alone has


def find_own_modules_at_once() -> None:
    """From now on, unless this Python keeps compiled files under other names, or has this module from elsewhere."""
    is_usual = sys.pycache_prefix is None and not sys.flags.optimize
    if is_usual and type(__spec__.loader) is SourceFileLoader:
        sys.meta_path.insert(0, Finder)


class Finder:
    """Finds what is below this package. https://docs.python.org/3/reference/import.html#the-meta-path"""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if path is None or len(path) != 1 or not name.startswith(_PACKAGE):
            return None
        folder, last = path[0], name.rpartition(".")[2]
        package = None
        try:
            source, compiled = f"{folder}/{last}.py", f"{folder}/__pycache__/{last}{_COMPILED}"
            found = os.stat(source)
        except OSError:
            package = f"{folder}/{last}"
            source, compiled = f"{package}/__init__.py", f"{package}/__pycache__/__init__{_COMPILED}"
            try:
                found = os.stat(source)
            except OSError:
                return None
        spec = ModuleSpec(name, _Loader(name, source, compiled, found), origin=source, is_package=package is not None)
        if package is not None:
            spec.submodule_search_locations = [package]
        spec.has_location, spec.cached = True, compiled
        return spec


class _Loader(SourceFileLoader):
    """Loads a compiled file if it is in order."""

    def __init__(self, name: str, source: str, compiled: str, found: os.stat_result) -> None:
        super().__init__(name, source)
        self._compiled, self._found = compiled, found

    def get_code(self, fullname: str) -> CodeType | None:
        try:
            data = _content_of(self._compiled)
        except OSError:
            return super().get_code(fullname)
        source_is = (int(self._found.st_mtime) & 0xFFFFFFFF, self._found.st_size & 0xFFFFFFFF)
        if data[:16] != _CHECKED_BY_TIME + b"".join([number.to_bytes(4, "little") for number in source_is]):
            return super().get_code(fullname)
        code: CodeType = loads(memoryview(data)[16:])
        return code if code.co_filename == self.path else super().get_code(fullname)


def _content_of(path: str) -> bytes:
    """What a file holds, by the four calls to the system that it takes; `open` makes eight."""
    file = os.open(path, _TO_READ)
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)
