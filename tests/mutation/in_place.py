"""A mutant in place of what it changes: in functions that are there already, or where its module is imported."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from itertools import zip_longest
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.machinery import ModuleSpec
    from types import FunctionType

    from .mutants import Mutant


def replace_functions(mutant: Mutant, functions: Iterable[FunctionType]) -> bool:
    """Give the functions that the mutant changes its code. False where something outside of functions changes.

    A module that is not yet there will be imported as the mutant.
    """
    if mutant.module not in sys.modules:
        sys.meta_path.insert(0, Instead(mutant))
        return True
    before, after = _compiled(mutant.path.read_text(), mutant), _compiled(mutant.source, mutant)
    pairs = list(zip_longest(_codes_of(before), _codes_of(after)))
    changed = {one: other for one, other in pairs if one != other}
    of_functions = [each for each in functions if each.__code__ in changed]
    for function in of_functions:
        function.__code__ = changed[function.__code__]
    return bool(of_functions) or before == after


def _compiled(source: str, mutant: Mutant) -> CodeType:
    return compile(source, str(mutant.path), "exec", dont_inherit=True)


def _codes_of(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_of(constant)


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self._mutant.module:
            return None
        file = self._mutant.path
        inside = [str(file.parent)] if file.stem == "__init__" else None
        return importlib.util.spec_from_file_location(name, file, loader=self, submodule_search_locations=inside)

    def exec_module(self, module: object) -> None:
        exec(_compiled(self._mutant.source, self._mutant), vars(module))
