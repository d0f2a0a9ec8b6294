"""One run of a program: what it supposes of what is not known, and what it may still do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import Branch, NotTold
from .scope import Scope
from .values import (
    UNDEFINED,
    Class,
    Expression,
    Function,
    Host,
    Instance,
    Native,
    Plain,
    Promise,
    Thrown,
    Unknown,
    Value,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_STEPS: Final = 40_000
_DEEPEST: Final = 40  # calls inside calls
_MOST_MENTIONED: Final = 3  # functions that functions name

_OF_ERRORS: Final = frozenset({"catch"})
OF_MANY: Final = frozenset(
    {"forEach", "map", "filter", "some", "every", "find", "reduce", "flatMap", "findIndex", "each", "eachSeries"}
)
"""Methods that call what they are given for each item."""


class RunsLong(NotTold):
    """It did more than servers do for one request."""

    def __init__(self) -> None:
        super().__init__("a program that runs long")


class Return(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Machine:
    """What runs the compiled program."""

    def __init__(self, origin: str, supposed: Sequence[bool] = (), steps: int = _MOST_STEPS) -> None:
        self.origin = origin
        self._supposed, self._at = supposed, 0
        self._held: dict[str, bool] = {}
        self.left = steps
        self._deep = 0
        self.compared: dict[str, None] = {}
        """Texts that the Origin was held against."""
        self.tested: dict[Expression, None] = {}
        """Expressions that the Origin was held against."""
        self.free: Callable[[str], Value] = lambda name: Unknown(name, fixed=True)
        self.kind = ""
        """The framework, where it is told."""
        self.uses_cors = False
        self.made_elsewhere: frozenset[str] = frozenset()
        """Names of members that the text's classes may have from what they extend."""
        self.is_setting_up = False
        self.waiting: list[tuple[Function, list[Value]]] = []
        """What is called back once the text has run to its end."""
        self.functions: list[Function] = []
        self.classes: list[Class] = []

    def step(self) -> None:
        """Count one more thing that is done. Raises `NotTold` where that is too much."""
        self.left -= 1
        if self.left < 0:
            raise RunsLong

    def counted(self, items: list[Value]) -> list[Value]:
        """A list that is copied, each item of which counts."""
        self.left -= len(items)
        self.step()
        return items

    # -- what is not known

    def supposes(self, unknown: Unknown) -> bool:
        """What is supposed of a condition that is not known. Raises `Branch` where nothing is, yet."""
        if unknown.fixed and unknown.text in self._held:
            return self._held[unknown.text]
        if self._at >= len(self._supposed):
            raise Branch(unknown.text)
        holds = self._supposed[self._at]
        self._at += 1
        if unknown.fixed:
            self._held[unknown.text] = holds
        return holds

    def truthy(self, value: Value) -> bool:
        """ToBoolean"""
        if isinstance(value, Unknown):
            return self.supposes(value)
        if value is None or value is UNDEFINED:
            return False
        if isinstance(value, str | bool | int | float):
            return bool(value) and value == value
        return True

    def equal(self, one: Value, other: Value) -> bool | None:
        """===, with a note where a text is held against the Origin."""
        if isinstance(one, str) and isinstance(other, str) and self.origin in (one, other):
            self.compared |= dict.fromkeys(each for each in (one, other) if each)
        return same(one, other)

    # -- modules

    def module(self, name: str) -> Value:
        """What a module gives."""
        return Unknown(name, name, fixed=True)

    def imports(self, given: list[Value]) -> Value:
        """`import(name)`, `require(name)`"""
        return self.module(given[0]) if given and isinstance(given[0], str) else Unknown("a module", fixed=True)

    def imported(self, value: Value, of: str, name: str) -> Value:
        """What `import` gives a name."""
        raise NotImplementedError

    def export(self, name: str, value: Value) -> None:
        """What `export` gives others."""

    # -- calls

    def call(self, function: Value, given: list[Value], this: Value = UNDEFINED, text: str = "a call") -> Value:
        """Call a function, of the text's or of the platform's, or something that is not known."""
        self.step()
        if isinstance(function, Native):
            return function.does(given)
        if isinstance(function, Function):
            return self._run(function, given, this)
        if isinstance(function, Unknown):
            if isinstance(this, Host) and this.matters:
                this.handed(text, function)
            return self.unknown_call(function, given, text)
        raise Thrown(Plain({"message": f"{text} is no function"}))

    def _run(self, function: Function, given: list[Value], this: Value) -> Value:
        function.called = True
        code = function.code
        if code.is_generator or code.run is None:
            return Unknown(code.name or "a generator")
        self._deep += 1
        if self._deep > _DEEPEST:
            raise NotTold("calls that call each other")
        try:
            scope = Scope(function.scope, is_function=True)
            if not code.is_arrow:
                scope.names["this"] = function.this if this is UNDEFINED else this
                scope.names["arguments"] = list(given)
                scope.names["super"] = function.of
            value = code.run(self, scope, given)
        except Return as returned:
            value = returned.value
        except Thrown as thrown:
            if not code.is_async:
                raise
            return Promise(thrown.value, failed=True)
        finally:
            self._deep -= 1
        return Promise(value) if code.is_async and not isinstance(value, Promise) else value

    def unknown_call(self, function: Unknown, given: list[Value], text: str) -> Value:
        """Something is called of which nothing is told: what it is given, it may do anything with."""
        name = function.member
        for each in given:
            for value in _inside(each):
                if isinstance(value, Host) and value.matters and not isinstance(value, Function):
                    value.handed(text, function)
                elif isinstance(value, Function) and (self.is_setting_up or self.mentions(value)):
                    is_of_items = name in OF_MANY and each is given[0]
                    self._called_back(value, name, function, is_of_items=is_of_items)
        return Unknown(text, function.package, fixed=function.fixed and not given)

    def _called_back(self, function: Function, name: str, by: Unknown, *, is_of_items: bool) -> None:
        if name in _OF_ERRORS or function.called:
            return
        if is_of_items and not self.mentions(function):
            return
        if is_of_items and not self.supposes(Unknown(by.text)):
            return
        given = [Unknown(each or "a value") for each in function.code.parameters]
        if self.is_setting_up and not is_of_items:
            self.waiting.append((function, given))  # it is called once the text has run to its end
        else:
            self.settled(self.call(function, given))

    def run_waiting(self) -> None:
        """What was called back in the meantime."""
        while self.waiting:
            function, given = self.waiting.pop(0)
            if not function.called and self.mentions(function):
                self.settled(self.call(function, given))

    def mentions(self, function: Function, depth: int = 0) -> bool:
        """Whether a function names what answers, or what serves."""
        for name in function.code.names:
            holder = function.scope.holder(name)
            value = None if holder is None else holder.names[name]
            if isinstance(value, Function):
                if value is not function and depth < _MOST_MENTIONED and self.mentions(value, depth + 1):
                    return True
            elif any(isinstance(each, Host) and each.matters for each in _inside(value)):
                return True
        return False

    def new(self, of: Value, given: list[Value], text: str) -> Value:
        """`new`"""
        self.step()
        if isinstance(of, Class):
            return self._instance(of, given)
        if isinstance(of, Native):
            make = of.get("new")
            return make.does(given) if isinstance(make, Native) else of.does(given)
        if isinstance(of, Function):
            this = Instance(Class(of.code.name, None))
            made = self._run(of, given, this)
            return made if isinstance(made, Host | Plain) else this
        if isinstance(of, Unknown):
            return self.unknown_call(of, given, f"new {text}" if not text.startswith("new") else text)
        raise Thrown(Plain({"message": f"{text} is no class"}))

    def _instance(self, of: Class, given: list[Value]) -> Instance:
        made = Instance(of)
        of.made = True
        self._deep += 1
        if self._deep > _DEEPEST:
            raise NotTold("classes that make each other")
        try:
            lines: list[Class] = []
            each: Value = of
            while isinstance(each, Class) and len(lines) < 10:
                lines.append(each)
                each = each.base
            for line in reversed(lines):
                for field in line.fields:
                    field(self, made)
            constructor = of.method("constructor")
            if constructor is not None:
                self._run(constructor, given, made)
        finally:
            self._deep -= 1
        return made

    def settled(self, value: Value) -> Value:
        """`await`: a promise's value. Raises `Thrown` for one that failed."""
        for _ in range(10):
            if isinstance(value, Host) and value.is_awaited:
                value = value.awaited()
            if not isinstance(value, Promise):
                break
            if value.failed:
                raise Thrown(value.value)
            value = value.value
        return value


def _inside(value: Value) -> list[Value]:
    """A value, and what it holds."""
    if isinstance(value, list):
        return value[:100]
    if isinstance(value, Plain):
        return [value, *list(value.values.values())[:100]]
    if isinstance(value, Instance):
        return [*value.values.values()][:100]
    return [value]


def callback(does: Callable[[list[Value]], Value], name: str = "") -> Native:
    return Native(does, name)
