"""What expressions of a program come to. Texts, numbers, lists and tables are Python's own; the others are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..replies import NotTold

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from .scopes import Scope


class Unknown:
    """A value that only the running program has; `text` says what it is. `thing`: what it has turned out to be."""

    __slots__ = ("text", "thing")

    def __init__(self, text: str) -> None:
        self.text = text[:60]
        self.thing: Any = None


class Negated(Unknown):
    """`not` what is not known."""

    __slots__ = ("of",)

    def __init__(self, of: Unknown) -> None:
        super().__init__(f"not {of.text}")
        self.of = of


class Decided(Unknown):
    """A value that is not known, whose truth is."""

    __slots__ = ("truth",)

    def __init__(self, text: str, truth: bool) -> None:
        super().__init__(text)
        self.truth = truth


class Named(Unknown):
    """What is imported, or has a name that the text gives no value: `flask.request`."""

    __slots__ = ("is_imported",)

    def __init__(self, text: str, *, is_imported: bool = True) -> None:
        super().__init__(text)
        self.is_imported = is_imported

    @property
    def root(self) -> str:
        """The package it is of; "" where the text does not import it."""
        if self.text.startswith("flask.ext."):  # as extensions were imported once
            return f"flask_{self.text.split('.')[2]}"
        return self.text.partition(".")[0] if self.is_imported else ""

    @property
    def last(self) -> str:
        return self.text.rpartition(".")[2]


class Either:
    """What a name has after a condition of which nothing is told."""

    __slots__ = ("met", "test", "unmet")

    def __init__(self, test: Unknown, met: Any, unmet: Any) -> None:
        self.test, self.met, self.unmet = test, met, unmet


class Missing:
    """What a name has that was given no value."""


MISSING = Missing()


class Thing:
    """An object of a framework's: its attributes and items are looked up by methods of these classes."""

    doubt = ""
    """What it is, where calling it does what is not understood."""

    def __init__(self) -> None:
        self.attributes: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """An attribute; `Unknown` where it has none that is known."""
        if name in self.attributes:
            return self.attributes[name]
        method = getattr(self, f"do_{name}", None)
        return Native(method) if method is not None else Unknown(f"{type(self).__name__.lower()}.{name}")

    def set(self, name: str, value: Any) -> bool:
        """Set an attribute; whether an answer may hang on it."""
        self.attributes[name] = value
        return True

    def item(self, key: Any) -> Any:
        return Unknown(f"an item {key!r}"[:60])

    def set_item(self, key: Any, value: Any) -> bool:
        del key, value
        return False

    def remove_item(self, key: Any) -> None:
        del key

    def contains(self, key: Any) -> bool | Unknown:
        return Unknown(f"{key!r} in it"[:60])


class Native(Thing):
    """A function that is known: it is given the values of a call, `changes` where an answer may hang on that."""

    def __init__(self, function: Callable[..., Any], *, changes: bool = True) -> None:
        super().__init__()
        self.function = function
        self.changes = changes


class Opaque(Thing):
    """A function of which nothing is known; its name says what it is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def call(self, *args: Any, **named: Any) -> Any:
        del args, named
        raise NotTold(self.name)


class Function(Thing):
    """A function of the text, with what was around it."""

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, around: Scope) -> None:
        super().__init__()
        self.node, self.around = node, around
        self.name = getattr(node, "name", "a lambda")
        self.defaults: list[Any] = []
        self.named_defaults: dict[str, Any] = {}
        self.owner: Class | None = None
        self.kind = ""
        self.attributes["__name__"] = self.name

    def get(self, name: str) -> Any:
        return self.attributes.get(name, Unknown(f"{self.name}.{name}"))


class Class(Thing):
    """A class of the text."""

    def __init__(self, name: str, bases: list[Any]) -> None:
        super().__init__()
        self.name, self.bases = name, bases
        self.attributes["__name__"] = name

    def found(self, name: str) -> Any:
        """An attribute of it or of its bases in the text; `MISSING` where there is none."""
        if name in self.attributes:
            return self.attributes[name]
        for base in self.bases:
            if isinstance(base, Class) and (value := base.found(name)) is not MISSING:
                return value
        return MISSING

    def foreign_bases(self) -> list[Any]:
        """The bases that the text does not have."""
        found = []
        for base in self.bases:
            found += base.foreign_bases() if isinstance(base, Class) else [base]
        return found

    def is_a(self, *names: str) -> bool:
        """Whether one of its bases outside of the text has one of these names."""
        return any(isinstance(base, Named) and base.last in names for base in self.foreign_bases())


class Instance(Thing):
    """An object of a class of the text; `native`: what a base outside of the text gives it."""

    def __init__(self, of: Class, native: Thing | None = None) -> None:
        super().__init__()
        self.of, self.native = of, native
        self.name = of.name


class Bound(Thing):
    """A method with its object."""

    def __init__(self, function: Any, to: Any) -> None:
        super().__init__()
        self.function, self.to = function, to

    def get(self, name: str) -> Any:
        return self.function.get(name) if isinstance(self.function, Thing) else super().get(name)


class Super(Thing):
    """`super()`: the bases of a class, for an object."""

    def __init__(self, of: Class, to: Any) -> None:
        super().__init__()
        self.of, self.to = of, to


class Partial(Thing):
    """`functools.partial(function, …)`."""

    def __init__(self, function: Any, args: list[Any], named: dict[str, Any]) -> None:
        super().__init__()
        self.function, self.args, self.named = function, args, named


class Pattern:
    """`re.compile(…)`."""

    __slots__ = ("ignores_case", "text")

    def __init__(self, text: str, *, ignores_case: bool = False) -> None:
        self.text, self.ignores_case = text, ignores_case


class Raised(Exception):
    """An exception of the program's own."""

    def __init__(self, value: Any, name: str = "") -> None:
        super().__init__(name)
        self.value, self.name = value, name


def shown(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, Unknown):
        return value.text
    name = getattr(value, "name", None)
    return str(name if isinstance(value, Thing) and name else value)[:60]


def is_known(value: Any) -> bool:
    """Whether nothing in a value is left open."""
    if isinstance(value, Unknown | Either | Missing):
        return False
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_known, value))
    if isinstance(value, dict):
        return all(is_known(key) and is_known(each) for key, each in value.items())
    return True


def unknown_in(value: Any) -> Unknown | None:
    """The first value in another that is not known."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Either):
        return value.test
    if isinstance(value, dict):
        value = [each for pair in value.items() for each in pair]
    if isinstance(value, list | tuple | set | frozenset):
        return next(filter(None, map(unknown_in, value)), None)
    return None
