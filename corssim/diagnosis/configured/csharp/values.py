"""Values of a program, beside Python's own texts, numbers, booleans, lists and None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....records import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from .scope import Scope

Value = object


@record(frozen=True)
class Unknown:
    """A value that the text does not tell. `inverted`: it is the contrary of what `text` says. `choice`: the condition
    that decides it, and what it is where that holds and where it does not."""

    text: str
    inverted: bool = False
    choice: tuple[Unknown, Value, Value] | None = None


class _NotThere:
    """Stands for a member that a thing does not have."""


NOT_THERE: Final = _NotThere()


class Thing:
    """An object whose members are known."""

    def call(self, name: str, given: Given) -> Value:
        """The result of a method; `NOT_THERE` where there is none of this name."""
        del name, given
        return NOT_THERE

    def get(self, name: str) -> Value:
        """A property; `NOT_THERE` where there is none of this name."""
        del name
        return NOT_THERE

    def set(self, name: str, value: Value) -> bool:
        """Give a property a value; False where there is none of this name."""
        del name, value
        return False

    def at(self, index: Value) -> Value:
        """What stands at an index."""
        del index
        return NOT_THERE

    def set_at(self, index: Value, value: Value) -> bool:
        """Put a value at an index."""
        del index, value
        return False


@record(frozen=True, eq=False)
class Closure:
    """A lambda, a local function or a method, with the names around it."""

    parameters: tuple[str, ...]
    body: Node
    scope: Scope
    node: Node
    types: tuple[str, ...] = ()


@record(frozen=True)
class Out:
    """An `out` argument: the name that the call gives a value."""

    name: str
    scope: Scope


@record(frozen=True)
class Given:
    """What a call is given: values, their names where those are written, types, and the call itself."""

    values: tuple[Value, ...]
    names: tuple[str, ...]
    node: Node
    types: tuple[str, ...] = ()

    def with_values(self, values: Iterable[Value]) -> Given:
        """The same call with other values."""
        return Given(tuple(values), self.names, self.node, self.types)

    def named(self, name: str, place: int) -> Value:
        """The value of a parameter, by its name or its place; `NOT_THERE` where it is not given."""
        if name in self.names:
            return self.values[self.names.index(name)]
        return self.values[place] if place < len(self.values) and not self.names[place] else NOT_THERE

    def flat(self) -> Iterator[Value]:
        """The values, those of a list each by itself, as for a parameter with `params`."""
        for value in self.values:
            if isinstance(value, list):
                yield from value
            else:
                yield value
