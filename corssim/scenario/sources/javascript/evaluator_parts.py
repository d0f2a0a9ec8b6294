"""What the parts of the evaluator share: what is defined, the scopes, and what the other parts can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..reading import UnreadableSource
from .scope import Scope
from .syntax import text_of_node
from .values import Unknown, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tree_sitter import Node

    from .values import Class, Function, Native, Value

_MOST_STEPS = 30_000


class Choice(NamedTuple):
    """A place where a condition that is not known decides: the condition, and how many ways go on from there."""

    condition: str
    options: int


class EvaluatorParts:
    """Reads one snippet. `call` is asked about calls of what the snippet does not define: it gives their value.

    `define` gives values of names and of whole expressions, as they are written. `objects` are the literals that were
    made, `functions` those of the snippet, `assumed` the values that the snippet gives in place of what is not known,
    `choices` the places where what is not known decides how the snippet goes on, `decided` how it shall go on at some
    of them, `handed` the objects that functions which are not in the text were given, with these functions' names.
    """

    def __init__(
        self,
        define: Mapping[str, str],
        call: Callable[[EvaluatorParts, Native | Unknown, list[Value], Node], Value],
        decided: Mapping[int, int] | None = None,
    ):
        self.define = define
        self.decided = decided or {}
        self.globals = Scope()
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.objects: list[dict[str, Value]] = []
        self.assumed: list[tuple[str, str]] = []
        self.choices: dict[int, Choice] = {}
        self.handed: dict[int, tuple[Value, str]] = {}
        self.is_called_by_nobody = False  # what is read: a function that the snippet has, and nobody calls
        self.ends: list[Callable[[], None]] = []  # what is done where such a function's body ends
        self._call = call
        self._steps = 0
        self._rounds = 0  # of loops that count
        self._depth = 0  # of calls within calls

    @property
    def steps(self) -> int:
        """How many expressions were read."""
        return self._steps

    def decide(self, node: Node, condition: Node | None, options: int) -> int | None:
        """How the snippet goes on at a place that what is not known decides; None where all that may come is read."""
        self.choices.setdefault(node.id, Choice(text_of_node(condition or node), options))
        return self.decided.get(node.id)

    def hand_over(self, value: Value, to: str) -> None:
        """An object gets into a function that is not in the text, which may change it."""
        self.handed.setdefault(id(value), (value, to))

    def holder_of(self, *values: Value) -> str:
        """The function that was given one of these before, "" for none."""
        return next((self.handed[id(value)][1] for value in values if id(value) in self.handed), "")

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
