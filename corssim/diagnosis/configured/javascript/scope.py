"""Where names are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .values import Value


class Scope:
    """The names of a block, and the block around it."""

    __slots__ = ("around", "is_function", "names")

    def __init__(self, around: Scope | None = None, *, is_function: bool = False) -> None:
        self.around, self.is_function = around, is_function
        self.names: dict[str, Value] = {}

    def holder(self, name: str) -> Scope | None:
        """The block that has a name."""
        of: Scope | None = self
        while of is not None:
            if name in of.names:
                return of
            of = of.around
        return None

    @property
    def function(self) -> Scope:
        of = self
        while not of.is_function and of.around is not None:
            of = of.around
        return of
