"""A package's public names, each imported from its home when it is first asked for (PEP 562)."""

from __future__ import annotations

from importlib import import_module
from sys import modules

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def exported_names(
    package: str, homes: Mapping[str, tuple[str, ...]]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """`__all__`, `__getattr__` and `__dir__` of a package whose names live in those modules of it.

    A type checker does not run this: the package imports the same names for it, under TYPE_CHECKING.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def getattr_(name: str) -> Any:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home, package), name)
        setattr(modules[package], name, value)
        return value

    exported = sorted(home_of)
    return exported, getattr_, lambda: sorted(exported)
