"""What an expression comes to: Python's own values where they serve, and a few of script's own.

str, int, float, bool, None (null) and list (an array) are themselves. https://tc39.es/ecma262/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .scope import Scope

Value = Any


class Undefined:
    """undefined"""


UNDEFINED = Undefined()
_SHOWN = 60


class Unknown:
    """What the text does not tell. `text` names it, `package` is where it comes from; one that is `fixed` is the same
    wherever it is asked for."""

    __slots__ = ("fixed", "is_many", "member", "package", "text")

    def __init__(self, text: str, package: str = "", *, fixed: bool = False, is_many: bool = False) -> None:
        self.text = " ".join(text.split())[:_SHOWN]
        self.package = package
        self.fixed = fixed
        self.member = ""
        """The name of the member that it is."""
        self.is_many = is_many
        """Stands in a list for any number of items."""


class Plain:
    """An object of names and values. `rest` is what was spread into it and is not known: it may hold any name."""

    __slots__ = ("rest", "values")

    def __init__(self, values: dict[str, Value] | None = None) -> None:
        self.values = {} if values is None else values
        self.rest: Unknown | None = None

    def get(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        return UNDEFINED if self.rest is None else Unknown(f"{self.rest.text}.{name}", fixed=True)

    def spread(self, other: Value) -> None:
        """`...other` at this place."""
        if isinstance(other, Plain):
            if other.rest is not None:
                self.spread(other.rest)
            self.values |= other.values
        elif isinstance(other, Instance):
            self.values |= other.values
        elif isinstance(other, Unknown):
            self.rest = other
            for name in self.values:
                self.values[name] = Unknown(f"{other.text}.{name}", fixed=True)


class Host:
    """An object of the platform's or of a package's: what its members are, Python says."""

    def get(self, name: str) -> Value:
        return self.members().get(name, UNDEFINED)

    def members(self) -> dict[str, Value]:
        return {}

    def set(self, name: str, value: Value) -> None:
        """Keep a value; the most of them take what they are given."""

    @property
    def matters(self) -> bool:
        """Whether it has a say in what is answered."""
        return False

    def handed(self, text: str, to: Unknown) -> None:
        """It was given to something that is not known."""

    is_awaited = False
    """Whether something happens where it is waited for."""

    def awaited(self) -> Value:
        return self


class CallableValue(Host):
    """What can be called."""

    def __init__(self) -> None:
        self.own: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        return self.own.get(name, UNDEFINED)

    def set(self, name: str, value: Value) -> None:
        self.own[name] = value


class Native(CallableValue):
    """A function of the platform's or of a package's."""

    def __init__(
        self, does: Callable[[list[Value]], Value], name: str = "", members: dict[str, Value] | None = None
    ) -> None:
        super().__init__()
        self.does = does
        self.name = name
        self.own = members or {}
        self.on_handed: Callable[[str, Unknown], None] | None = None

    @property
    def matters(self) -> bool:
        return self.on_handed is not None

    def handed(self, text: str, to: Unknown) -> None:
        if self.on_handed is not None:
            self.on_handed(text, to)


class Function(CallableValue):
    """A function of the text's, and what it closes over."""

    def __init__(self, code: Code, scope: Scope, this: Value = UNDEFINED) -> None:
        super().__init__()
        self.code, self.scope, self.this = code, scope, this
        self.of: Class | None = None
        self.called = False


class Code:
    """The compiled text of a function, which each time it is evaluated makes another function."""

    __slots__ = ("is_arrow", "is_async", "is_generator", "name", "names", "node", "parameters", "run")

    def __init__(self, node: Node, name: str) -> None:
        self.node, self.name = node, name
        self.is_arrow = self.is_async = self.is_generator = False
        self.parameters: list[str] = []
        self.run: Callable[[Any, Scope, list[Value]], Value] | None = None
        self.names: frozenset[str] = frozenset()


class Class(CallableValue):
    """A class of the text's."""

    def __init__(self, name: str, base: Value) -> None:
        super().__init__()
        self.name, self.base = name, base
        self.methods: dict[str, Function] = {}
        self.getters: dict[str, Function] = {}
        self.fields: list[Callable[[Any, Value], None]] = []
        self.made = False

    def method(self, name: str, *, is_getter: bool = False) -> Function | None:
        """One of its own or of what it extends."""
        of: Value = self
        for _ in range(10):
            if not isinstance(of, Class):
                return None
            found = (of.getters if is_getter else of.methods).get(name)
            if found is not None:
                return found
            of = of.base
        return None

    @property
    def is_told(self) -> bool:
        of: Value = self
        for _ in range(10):
            if not isinstance(of, Class):
                return of is None or of is UNDEFINED
            of = of.base
        return False


class Instance(Host):
    """An object of a class."""

    def __init__(self, of: Class) -> None:
        self.of = of
        self.values: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        found = self.of.method(name)
        if found is not None:
            return found
        return UNDEFINED if self.of.is_told else Unknown(f"this.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        self.values[name] = value


class Expression:
    """A regular expression."""

    __slots__ = ("flags", "source")

    def __init__(self, source: str, flags: str) -> None:
        self.source, self.flags = source, flags


class Promise:
    """What a call will have come to: nothing waits here, so that it is there already. `failed`: it is an error."""

    __slots__ = ("failed", "value")

    def __init__(self, value: Value, *, failed: bool = False) -> None:
        self.value, self.failed = value, failed


class Thrown(Exception):
    """An error that the program throws."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def first(given: list[Value]) -> Value:
    """The first argument of a call."""
    return given[0] if given else UNDEFINED


def type_of(value: Value) -> str:
    """typeof"""
    match value:
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case Undefined():
            return "undefined"
        case CallableValue():
            return "function"
    return "object"


def text_of(value: Value) -> str | None:
    """ToString; None where it is not known. https://tc39.es/ecma262/#sec-tostring"""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case Undefined():
            return "undefined"
        case float() if value == value and value == int(value) and abs(value) < 1e21:
            return str(int(value))
        case int() | float():
            return str(value)
        case list():
            parts = ["" if item is None or item is UNDEFINED else text_of(item) for item in value]
            return None if None in parts else ",".join(filter(None, parts)) if len(parts) < 2 else _joined(parts)
        case Expression():
            return f"/{value.source}/{value.flags}"
        case Unknown() | Promise() | Instance() | Host():
            return None
    return "[object Object]"


def _joined(parts: list[str | None]) -> str:
    return ",".join(part or "" for part in parts)


def is_object(value: Value) -> bool:
    return isinstance(value, list | Plain | Host | Expression | Promise)


def same(one: Value, other: Value) -> bool | None:
    """===, or None where it is not known. https://tc39.es/ecma262/#sec-isstrictlyequal"""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if is_object(one) or is_object(other):
        return one is other
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, str) is not isinstance(other, str):
        return False
    return bool(one == other)
