"""The mutants of a package, by cosmic-ray's operators, without those that can change nothing."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

# By what is changed: one of these is chosen for each place.
_COMPARED = {"Eq": "NotEq", "NotEq": "Eq", "Lt": "LtE GtE", "LtE": "Lt Gt", "Gt": "GtE LtE", "GtE": "Gt Lt"}
_COMPARED |= {"Is": "IsNot", "IsNot": "Is"}
_CALCULATED = {"Add": "Sub", "Sub": "Add", "Mul": "FloorDiv", "Div": "Mul", "FloorDiv": "Mul", "BitOr": "BitAnd"}
_OPERATORS = [
    *(f"ReplaceComparisonOperator_{each}_{into}" for each, all_ in _COMPARED.items() for into in all_.split()),
    *(f"ReplaceBinaryOperator_{each}_{into}" for each, into in _CALCULATED.items()),
    "ReplaceUnaryOperator_Delete_Not", "AddNot", "NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
    "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    "ZeroIterationForLoop", "ExceptionReplacer",
]  # fmt: skip


class Mutant(NamedTuple):
    """A file with one change; `diff` is the line before and after."""

    number: int
    module: str
    path: Path
    line: int
    diff: str
    source: str


def unchanged(root: Path, path: Path, line: int) -> Mutant:
    """Number 0, of which there is nothing to notice."""
    return Mutant(0, _module(root, path), path, line, "unchanged", path.read_text())


def mutants_of(root: Path, package: Path, random: Random, at: Callable[[Path, int], bool]) -> Iterator[Mutant]:
    """All at the places that `at` names, by chance in order, from number 1."""
    places = [place for path in sorted(package.rglob("*.py")) for place in _places(path) if at(path, place[1])]
    random.shuffle(places)
    number = 0
    for path, line, operator, occurrence in places:
        source = path.read_text()
        mutated = mutate_code(source, get_operator(f"core/{operator}")(), occurrence)
        if mutated is not None and _is_another(mutated, source):
            number += 1
            pairs = zip(source.splitlines(), mutated.splitlines(), strict=False)
            before, after = next(((one, other) for one, other in pairs if one != other), ("", ""))
            yield Mutant(number, _module(root, path), path, line, f"{before.strip()}  ⟶  {after.strip()}", mutated)


def _module(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _is_another(mutated: str, source: str) -> bool:
    try:
        return ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def _places(path: Path) -> Iterator[tuple[Path, int, str, int]]:
    source = path.read_text()
    tree = get_ast(source)
    left_out = _without_effect(source)
    for name in _OPERATORS:
        operator = get_operator(f"core/{name}")()
        positions = [position for node in ast_nodes(tree) for position in operator.mutation_positions(node)]
        for occurrence, ((line, column), _) in enumerate(positions):
            if not any(start <= (line, column) < end for start, end in left_out):
                yield path, line, name, occurrence


def _without_effect(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Annotations, which nothing evaluates, and what is for type checkers alone."""
    found = []
    for node in ast.walk(ast.parse(source)):
        inside: list[ast.AST | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            inside = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            inside = [node.returns]
        elif isinstance(node, ast.If) and re.fullmatch("TYPE_CHECKING", ast.unparse(node.test)):
            inside = [node]
        for each in inside:
            if each is not None:
                start, end = (each.lineno, each.col_offset), (each.end_lineno, each.end_col_offset)  # type: ignore[attr-defined]
                found.append((start, end))
    return found
