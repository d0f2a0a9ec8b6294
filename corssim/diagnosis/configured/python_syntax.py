"""Python as syntax: what names are given, where that is written, and what stands under a condition."""

from __future__ import annotations

import ast
import textwrap
from typing import Any, Final

from ...patterns import lazy_pattern


def parsed(text: str) -> ast.Module | None:
    """The text as syntax, a piece that is set in too; None where it is none."""
    left_out = _LEFT_OUT.sub("", text)
    for piece in (text, textwrap.dedent(text), f"if True:\n{text}", left_out, textwrap.dedent(left_out)):
        try:
            return ast.parse(piece)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


_LEFT_OUT: Final = lazy_pattern(r"(?m)^[^\S\n]*(?:\.{2,}|…)[^\S\n]*,?[^\S\n]*$")
"""Lines that stand for what is left out."""


def doubts_of(tree: ast.Module) -> tuple[str, ...]:
    """Settings under a condition, and those that are given as a table by name."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _name_is_main(node) is False and _has_settings([*node.body, *node.orelse]):
            found.append(f"the condition {ast.unparse(node.test)[:50]}")
        if isinstance(node, ast.Call) and any(each.arg is None for each in node.keywords):
            names = [name_of(node.func), *(name_of(each) for each in node.args)]
            if {"CORSMiddleware", "CORS", "cross_origin"} & set(names):
                found.append("**" + next(ast.unparse(each.value)[:50] for each in node.keywords if each.arg is None))
    return tuple(found[:1])


def _name_is_main(node: ast.If) -> bool:
    return "__name__" in (test := ast.unparse(node.test)[:200]) or test == "True"


def _has_settings(body: list[ast.stmt]) -> bool:
    for node in (each for statement in body for each in ast.walk(statement)):
        if isinstance(node, ast.Call) and {"CORSMiddleware", "CORS"} & {name_of(node.func), *map(name_of, node.args)}:
            return True
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(name_of(target).upper().startswith("CORS_") for target in targets):
                return True
    return False


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def constants_of(tree: ast.Module) -> dict[str, Any]:
    """What is assigned to names, and to keys of a `config`."""
    found: dict[str, Any] = {}

    def assign(name: str, value: Any) -> None:
        if name and name in found and found[name] != value:
            value = Computed(f"({name})")  # which of them counts, the running program knows
        found[name] = value

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    assign(str(target.slice.value), literal_of(node.value, found))
                elif isinstance(target, ast.Name):
                    assign(target.id, literal_of(node.value, found))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for given in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                assign(given.arg, Computed(f"({given.arg})"))  # who calls it says
        elif isinstance(node, ast.AnnAssign) and node.value is not None and name_of(node.target):
            assign(name_of(node.target), literal_of(node.value, found))
        elif isinstance(node, ast.AugAssign) and name_of(node.target):
            _add(found, name_of(node.target), literal_of(node.value, found))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("update", "from_mapping") and name_of(node.func.value) == "config":
                for each in node.keywords:
                    assign(each.arg or "", literal_of(each.value, found))
            changed = name_of(node.func.value) if node.func.attr in ("append", "extend", "insert") else ""
            if changed in found:
                _add(found, changed, Computed(f"({changed})"))
    return found


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    """What `+=` and append make of a list."""
    if isinstance(found.get(name), list):
        found[name] = [*found[name], *(value if isinstance(value, list) else [value])]
    else:
        found.setdefault(name, value)


_WRAPS: Final = ("compile", "list", "tuple")


def literal_of(node: ast.AST, constants: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return constants.get(node.id, _OF_DJANGO.get(node.id, Computed(f"({node.id})")))
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        values: list[Any] = []
        for each in node.elts:
            value = literal_of(each.value if isinstance(each, ast.Starred) else each, constants)
            values += value if isinstance(each, ast.Starred) and isinstance(value, list) else [value]
        return values
    if isinstance(node, ast.Dict):
        return {
            str(literal_of(key, constants)): literal_of(value, constants)
            for key, value in zip(node.keys, node.values, strict=True)
            if key
        }
    is_plain = isinstance(node, ast.Call) and (isinstance(node.func, ast.Name) or name_of(node.func) == "compile")
    if isinstance(node, ast.Call) and is_plain and name_of(node.func) in _WRAPS and len(node.args) == 1:
        return literal_of(node.args[0], constants)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        both = [literal_of(each, constants) for each in (node.left, node.right)]
        if all(isinstance(each, list) for each in both):
            return [*both[0], *both[1]]
    return node.value if isinstance(node, ast.Constant) else Computed(f"({ast.unparse(node)[:40]})")


# https://github.com/adamchainz/django-cors-headers/blob/main/src/corsheaders/defaults.py
_DJANGO_HEADERS: Final = ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"]
_OF_DJANGO: Final[dict[str, Any]] = {
    "default_headers": _DJANGO_HEADERS,
    "default_methods": ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"],
}


class Computed(str):
    """The text of an expression that only the running program knows."""

    __slots__ = ()


def is_computed(value: object) -> bool:
    return isinstance(value, Computed)
