"""What the parts of the evaluator share: what is defined, the scopes, and what the other parts can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import UnreadableSource
from .scope import Scope
from .syntax import text_of_node
from .values import Unknown, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tree_sitter import Node

    from .values import Class, Function, Native, Value

_MOST_STEPS = 30_000


class EvaluatorParts:
    """Reads one snippet. `call` is asked about calls of what the snippet does not define: it gives their value.

    `define` gives values of names and of whole expressions, as they are written. `objects` are the literals that were
    made, `functions` those of the snippet, `assumed` the values that the snippet gives in place of what is not known,
    `chosen` the conditions that are not known, each with what was read as if it held, and whether what was read as
    if it did not hold may have come after it.
    """

    def __init__(
        self, define: Mapping[str, str], call: Callable[[EvaluatorParts, Native | Unknown, list[Value], Node], Value]
    ):
        self.define = define
        self.globals = Scope()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.objects: list[dict[str, Value]] = []
        self.assumed: list[tuple[str, str]] = []
        self.chosen: list[tuple[str, str, bool]] = []
        self.requests = 0  # that were made so far
        self._call = call
        self._steps = 0
        self._depth = 0  # of calls within calls

    def count(self) -> None:
        """One more expression. Raises `UnreadableSource` where there are too many."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UnreadableSource("the script is too long to be read; paste the call alone, with what it uses")

    def unknown(self, node: Node, *parts: Value) -> Unknown:
        """A value that is not known, because of these or in itself."""
        text = text_of_node(node)
        return Unknown(text, names_of(*parts) or (" ".join(text.split())[:80],))

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression comes to."""
        raise NotImplementedError

    def plain(self, value: Value, node: Node) -> Value:
        """A value as it is used: a name that nobody defines is not known."""
        raise NotImplementedError

    def member(self, holder: Value, name: str, node: Node) -> Value:
        """A property of a value."""
        raise NotImplementedError

    def bind(self, target: Node, value: Value, scope: Scope, *, declares: bool = True) -> None:
        """Give a value to a name, a property or a pattern."""
        raise NotImplementedError

    def invoke(self, function: Function, arguments: list[Value], *, all_given: bool = False) -> Value:
        """Read a function's body with these arguments. Others are not known, or (`all_given`) undefined."""
        raise NotImplementedError

    def instance(self, made: Class, arguments: list[Value], *, all_given: bool = False) -> Value:
        """An object of a class of the snippet, its constructor read."""
        raise NotImplementedError

    def block(self, node: Node, scope: Scope) -> None:
        """The statements of a block."""
        raise NotImplementedError

    def hoist(self, node: Node, scope: Scope) -> None:
        """Declare the functions of a block before its statements are read."""
        raise NotImplementedError
