"""Each piece of syntax, made once into what runs it: a function of the machine and of the scope.

Of what no function stands here, the value is not known, and it is named by its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from ..replies import NotTold
from .values import Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .machine import Machine
    from .scope import Scope

    Run = Callable[[Machine, Scope], Value]

_DEEPEST: Final = 150  # pieces of syntax inside each other
_LONGEST: Final = 200  # bytes of a text that names something


def text(node: Node) -> str:
    """The source of a node."""
    return "" if node.text is None else node.text.decode("utf-8", "replace")


def named(node: Node) -> str:
    """The beginning of a node's source, which names it."""
    return "" if node.text is None else node.text[:_LONGEST].decode("utf-8", "replace")


def field(node: Node, name: str) -> Node:
    """A part that is there by the grammar."""
    found = node.child_by_field_name(name)
    if found is None:
        raise NotTold(named(node))
    return found


def parts(node: Node) -> list[Node]:
    return [each for each in node.named_children if each.type not in ("comment", "html_comment", "decorator")]


_MAY_HAVE_SLIPS: Final = frozenset({"object", "statement_block", "program", "class_body"})
"""Where what is no script stands between others, and is a piece of its own."""


def no_script(node: Node) -> Run:
    """What is no script: what it does is not known once it is come to."""
    line = node.start_point[0] + 1

    def run(machine: Machine, scope: Scope, *made: Value) -> Value:
        raise NotTold(f"line {line}, which is no script,")

    return run


class Compiler:
    """What the rooms of statements, expressions and functions have in common."""

    def __init__(self) -> None:
        self._depth = 0

    def expression(self, node: Node) -> Run:
        """What gives an expression's value."""
        found: Callable[[Node], Run] | None = getattr(self, f"_{node.type}", None)
        if found is None:
            return self.unknown(node)
        return cast("Run", self._deeper(found, node))

    def _deeper(self, compile_: Callable[[Node], Any], node: Node) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotTold("a text with too many brackets inside each other")
        try:
            if (
                node.has_error
                and node.type not in _MAY_HAVE_SLIPS
                and any(each.type == "ERROR" for each in node.children)
            ):
                return no_script(node)
            return compile_(node)
        finally:
            self._depth -= 1

    def unknown(self, node: Node) -> Run:
        return lambda machine, scope: Unknown(named(node))
