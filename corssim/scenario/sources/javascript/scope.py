"""Names and their values, a function's inside those around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import UNDEFINED

if TYPE_CHECKING:
    from .values import Value


class Scope:
    """One function's (or the snippet's) variables. Blocks have none of their own: a snippet reuses no name in them."""

    def __init__(self, parent: Scope | None = None, this: Value = None) -> None:
        self.variables: dict[str, Value] = {}
        self.parent = parent
        self.this: Value = this if this is not None or parent is None else parent.this

    def find(self, name: str) -> Scope | None:
        """The scope that has the name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope
            scope = scope.parent
        return None

    def seen(self) -> dict[tuple[Scope, str], Value]:
        """The names that are seen from here, with their values."""
        found: dict[tuple[Scope, str], Value] = {}
        scope: Scope | None = self
        while scope is not None:
            found |= {(scope, name): value for name, value in scope.variables.items()}
            scope = scope.parent
        return found

    def keep(self, before: dict[tuple[Scope, str], Value]) -> None:
        """Of two branches that may both be taken, a value of the first outdoes the second's giving up on it."""
        for (scope, name), value in before.items():
            if scope.variables.get(name) in (None, UNDEFINED) and value not in (None, UNDEFINED):
                scope.variables[name] = value

    def restore(self, before: dict[tuple[Scope, str], Value]) -> None:
        """Names get back the values that they had."""
        for (scope, name), value in before.items():
            scope.variables[name] = value

    def assign(self, name: str, value: Value) -> None:
        """Assign to a name where it is, or make it a global."""
        scope = self.find(name)
        if scope is None:
            scope = self
            while scope.parent is not None:
                scope = scope.parent
        scope.variables[name] = value
