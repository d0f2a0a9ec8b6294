"""Names and their values, a function's inside those around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    def assign(self, name: str, value: Value) -> None:
        """Assign to a name where it is, or make it a global."""
        scope = self.find(name)
        if scope is None:
            scope = self
            while scope.parent is not None:
                scope = scope.parent
        scope.variables[name] = value
