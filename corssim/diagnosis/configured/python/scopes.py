"""The names of a program: those of a function, of what is around it, and of the whole."""

from __future__ import annotations

from typing import Any

from .values import MISSING


class Scope:
    """Names with their values. `outer`: those that the program had before it was asked anything."""

    __slots__ = ("around", "declared", "names", "owner")

    def __init__(self, around: Scope | None = None, owner: Any = None) -> None:
        self.names: dict[str, Any] = {}
        self.around = around
        self.declared: dict[str, Scope] = {}
        self.owner = owner

    def find(self, name: str) -> Any:
        """The value of a name; `MISSING` where it has none."""
        scope: Scope | None = self
        while scope is not None:
            scope = scope.declared.get(name, scope)
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        return MISSING

    def holder(self, name: str) -> Scope:
        """The names that one is assigned in."""
        return self.declared.get(name, self)

    def of_module(self) -> Scope:
        scope = self
        while scope.around is not None:
            scope = scope.around
        return scope
