"""A program's methods, evaluated: with what the text tells, and `Unknown` for what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from ..replies import Branch, NotTold
from . import library
from .cors_configuration import CorsConfiguration
from .objects import Frame, Instance, Lambda, Objects, Type
from .tree import (
    Assign,
    At,
    Block,
    Call,
    Choice,
    Do,
    Each,
    Function,
    If,
    IsOf,
    Leave,
    Listed,
    Literal,
    Local,
    Member,
    Method,
    Name,
    New,
    Not,
    Odd,
    Operation,
    Reference,
    Return,
    Text,
    Throw,
    Try,
    While,
    annotation,
)
from .values import Constant, Request, Response, Unknown, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tree import Expression, Program, Statement

_MOST_STEPS: Final = 30_000
_DEEPEST: Final = 25  # calls inside each other
_PACKAGE: Final = lazy_pattern(r"(?:java|javax|jakarta|org|com|io|reactor)(?:\.[a-z0-9_]+)*+")
_RECEIVERS: Final = (library.Recorder, CorsConfiguration, list, dict)  # which a block of Kotlin's may be of
_HARMLESS: Final = frozenset({"log", "logger", "LOG", "LOGGER", "System", "Assert", "MDC", "Logger", "Objects"})


class _Signal(Exception):
    """What ends a method or a turn of a loop."""

    def __init__(self, word: str, value: Any = None) -> None:
        self.word, self.value = word, value


class Evaluator(Objects):
    """One run. `supposed` tells, in the order in which they come, whether conditions hold of which nothing is told."""

    def __init__(self, program: Program, supposed: Sequence[bool] = ()) -> None:
        self._supposed = supposed
        self._decided: dict[str, bool] = {}
        self._steps = 0
        self._depth = 0
        super().__init__(program)

    def begin(self, supposed: Sequence[bool]) -> None:
        """Begin another request, with what is made so far."""
        self._supposed, self._decided = supposed, {}
        self._steps = self._depth = 0

    @property
    def supposes(self) -> bool:
        """Whether anything was supposed so far."""
        return bool(self._decided)

    def decide(self, what: str) -> bool:
        """Whether a condition holds of which nothing is told: as it is supposed. Raises `Branch` at the next."""
        if what not in self._decided:
            if len(self._decided) >= len(self._supposed):
                raise Branch(what)
            self._decided[what] = self._supposed[len(self._decided)]
        return self._decided[what]

    def truth(self, value: Any, text: str) -> bool:
        """Whether a value holds."""
        return value if isinstance(value, bool) else self.decide(f"the condition {text}")

    def invoke(self, method: Method, arguments: Sequence[Any], instance: Instance) -> Any:
        """Run a method with these arguments."""
        names = [each.name for each in method.parameters]
        given = list(arguments)
        if (names and method.parameters[-1].type.endswith("...")) or len(given) > len(names) > 0:
            given = [*given[: len(names) - 1], given[len(names) - 1 :]]
        variables = dict(zip(names, given, strict=False))
        return self.run(method.body, Frame(variables, instance, instance.around))

    def run(self, body: Sequence[Statement], frame: Frame) -> Any:
        """Run statements to the first that returns; what that gives."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise NotTold("calls that call themselves")
            self.execute(body, frame)
        except _Signal as signal:
            return signal.value
        finally:
            self._depth -= 1
        return None

    def apply(self, function: Any, *arguments: Any) -> Any:
        """Call a lambda, or what stands for one."""
        if isinstance(function, Lambda):
            names = function.of.parameters or ("it",)
            variables = dict(zip(names, arguments, strict=False))
            receives = not function.of.parameters and isinstance(arguments[0] if arguments else None, _RECEIVERS)
            this = arguments[0] if receives else function.frame.this
            return self._last(function.of.body, Frame(variables, this, function.frame))
        if isinstance(function, Reference):
            if function.of == "this" or arguments[:1] == ():
                return Unknown(f"{function.of}::{function.name}")
            own = self.program.named(function.of)
            if own is not None:
                return self.call_on(self.instance(own), function.name, list(arguments))
            if f"{function.of}.{function.name}" in library.STATIC_METHODS:
                return library.static(self, function.of, function.name, list(arguments))
            return self.call_on(arguments[0], function.name, list(arguments[1:]))
        if isinstance(function, Instance) and len(function.of.methods) == 1:
            return self.invoke(function.of.methods[0], arguments, function)
        return Unknown(_named(function))

    def _last(self, body: Sequence[Statement], frame: Frame) -> Any:
        """Run the statements of a lambda; what they return, or else the value of the last."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise NotTold("calls that call themselves")
            return self._block(body, frame)
        except _Signal as signal:
            return signal.value
        finally:
            self._depth -= 1

    def _block(self, body: Sequence[Statement], frame: Frame) -> Any:
        """Run statements; the value of the last."""
        if not body:
            return None
        self.execute(body[:-1], frame)
        last = body[-1]
        if isinstance(last, Do):
            return self.value(last.of, frame)
        if isinstance(last, If):
            holds = self.truth(self.value(last.condition, frame), last.text)
            return self._block(last.then if holds else last.other, frame)
        self.execute(body[-1:], frame)
        return None

    # Statements.

    def execute(self, body: Sequence[Statement], frame: Frame) -> None:
        for each in body:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise NotTold("code that runs long")
            self._statement(each, frame)

    def _statement(self, each: Statement, frame: Frame) -> None:
        match each:
            case Local():
                frame.variables[each.name] = None if each.value is None else self.value(each.value, frame)
            case Do():
                self.value(each.of, frame)
            case If():
                holds = self.truth(self.value(each.condition, frame), each.text)
                self.execute(each.then if holds else each.other, frame)
            case Return():
                raise _Signal("return", None if each.value is None else self.value(each.value, frame))
            case Throw():
                raise NotTold(each.text)
            case Leave():
                raise _Signal(each.word)
            case Try():
                try:
                    self.execute(each.body, frame)
                finally:
                    self.execute(each.finally_, frame)
            case Each():
                self._loop(each, frame)
            case While():
                self._while(each, frame)

    def _loop(self, each: Each, frame: Frame) -> None:
        listed = self.value(each.of, frame)
        # One turn stands for all over what is not known.
        for one in listed if isinstance(listed, list) else [Unknown(_named(listed))]:
            frame.variables[each.name] = one
            try:
                self.execute(each.body, frame)
            except _Signal as signal:
                if signal.word == "return":
                    raise
                if signal.word == "break":
                    break

    def _while(self, each: While, frame: Frame) -> None:
        while (holds := self.value(each.condition, frame)) is not False:
            if holds is not True:
                raise NotTold(each.text)
            try:
                self.execute(each.body, frame)
            except _Signal as signal:
                if signal.word == "return":
                    raise
                if signal.word == "break":
                    break
            self.execute(each.update, frame)

    # Expressions.

    def value(self, of: Expression, frame: Frame) -> Any:
        """What an expression gives."""
        match of:
            case Literal():
                return of.value
            case Name():
                return self._name(of.name, frame)
            case Call():
                return self._call(of, frame)
            case Member():
                return self._member(of, frame)
            case New():
                return self._new(of, frame)
            case Listed():
                return [self.value(each, frame) for each in of.items]
            case Function():
                return Lambda(of, frame)
            case Reference():
                return of
            case Not():
                value = self.value(of.of, frame)
                return not value if isinstance(value, bool) else Unknown(f"!{_named(value)}")
            case Operation():
                return self._operation(of, frame)
            case Choice():
                holds = self.truth(self.value(of.condition, frame), of.text)
                return self.value(of.then if holds else of.other, frame)
            case Assign():
                return self._assign(of, frame)
            case Text():
                parts = [self.value(each, frame) for each in of.parts]
                odd = next((each for each in parts if isinstance(each, Unknown)), None)
                return "".join(map(as_text, parts)) if odd is None else odd
            case IsOf():
                return library.is_of(self.value(of.of, frame), of.type)
            case At():
                return self._at(of, frame)
            case Block():
                return self._block(of.body, frame)
            case Odd():
                return Unknown(of.text)

    def _name(self, name: str, frame: Frame) -> Any:
        at: Frame | None = frame
        this: Any = None
        while at is not None:
            if name in at.variables:
                return at.variables[name]
            if name == "this" and at.this is not None:
                return at.this
            if isinstance(at.this, Instance) and at.this is not this:
                this = at.this
                try:
                    return self.field_of(this, name)
                except KeyError:
                    pass
            elif at.this is not None and not isinstance(at.this, Instance):
                found = library.member(self, at.this, name)
                if found is not None:
                    return found
            at = at.parent
        try:
            return self.field_of(self.loose, name)
        except KeyError:
            pass
        if name == "super":
            return Unknown("super")
        if name[:1].isupper() and not name.isupper():
            return Type(name)
        return library.imported(name) if name.isupper() or "_" in name else Unknown(name)

    def _member(self, of: Member, frame: Frame) -> Any:
        owner = self.value(of.of, frame)
        if isinstance(owner, Type):
            own = self.program.named(owner.name)
            if own is not None:
                try:
                    return self.field_of(self.instance(own), of.name)
                except KeyError:
                    return Unknown(f"{owner.name}.{of.name}")
            return (
                Type(of.name)
                if of.name[:1].isupper() and not of.name.isupper()
                else library.constant(owner.name, of.name)
            )
        if isinstance(owner, Instance):
            try:
                return self.field_of(owner, of.name)
            except KeyError:
                return self.call_on(owner, f"get{of.name[:1].upper()}{of.name[1:]}", [])
        if owner is None:
            return None
        if isinstance(owner, Unknown) and _PACKAGE.fullmatch(owner.name) and of.name[:1].isupper():
            return Type(of.name)
        found = library.member(self, owner, of.name)
        return Unknown(f"{_named(owner)}.{of.name}") if found is None else found

    def _at(self, of: At, frame: Frame) -> Any:
        owner, index = self.value(of.of, frame), self.value(of.index, frame)
        if isinstance(owner, list) and isinstance(index, int) and index < len(owner):
            return owner[index]
        if isinstance(owner, dict) and isinstance(index, str):
            return owner.get(index)
        return Unknown(f"{_named(owner)}[…]")

    def _assign(self, of: Assign, frame: Frame) -> Any:
        value = self.value(of.value, frame)
        if isinstance(of.target, Name):
            name = of.target.name
            if of.sign != "=":
                value = library.plus(self._name(name, frame), value) if of.sign == "+=" else Unknown(name)
            self._set_name(name, value, frame)
        elif isinstance(of.target, Member):
            owner = self.value(of.target.of, frame)
            if isinstance(owner, Instance):
                owner.fields[of.target.name] = value
            else:
                self.call_on(owner, f"set{of.target.name[:1].upper()}{of.target.name[1:]}", [value])
        elif isinstance(of.target, At):
            owner, index = self.value(of.target.of, frame), self.value(of.target.index, frame)
            self.call_on(owner, "set", [index, value])
        return value

    def _set_name(self, name: str, value: Any, frame: Frame) -> None:
        at: Frame | None = frame
        while at is not None:
            if name in at.variables:
                at.variables[name] = value
                return
            if isinstance(at.this, Instance):
                try:
                    self.field_of(at.this, name)
                except KeyError:
                    pass
                else:
                    at.this.fields[name] = value
                    return
            elif at.this is not None:
                try:
                    library.called(self, at.this, f"set{name[:1].upper()}{name[1:]}", [value])
                except AttributeError:
                    pass
                else:
                    return
            at = at.parent
        frame.variables[name] = value

    def _operation(self, of: Operation, frame: Frame) -> Any:
        left = self.value(of.left, frame)
        if of.sign in ("&&", "||"):
            stops = of.sign == "||"
            if left is stops:
                return stops
            right = self.value(of.right, frame)
            if isinstance(left, bool):
                return right
            return right if right is stops else Unknown(_named(left))
        if of.sign == "?:":
            return self.value(of.right, frame) if left is None else left
        return library.operation(of.sign, left, self.value(of.right, frame), compares=self.program.compares)

    def _new(self, of: New, frame: Frame) -> Any:
        arguments = [self.value(each, frame) for each in of.arguments]
        if of.body is not None:
            return Instance(of.body, {}, frame)
        own = self.program.named(of.type)
        if own is not None:
            made = Instance(own)
            self.construct(made, arguments)
            return made
        return library.made(self, of.type, arguments)

    # Calls.

    def _call(self, of: Call, frame: Frame) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotTold("code that runs long")
        if of.of is None:
            arguments = [self.value(each, frame) for each in of.arguments]
            return self._call_here(of, arguments, frame)
        owner = self.value(of.of, frame)
        if owner is None and of.is_safe:
            return None
        arguments = [self.value(each, frame) for each in of.arguments]
        if isinstance(owner, Unknown) and _PACKAGE.fullmatch(owner.name) and of.name[:1].isupper():
            return library.made(self, of.name, arguments)  # Kotlin's, with its package
        if isinstance(owner, Unknown) and owner.name == "super":
            return library.of_super(self, frame.this, of.name, arguments)
        if isinstance(owner, Type):
            own = self.program.named(owner.name)
            if own is not None:
                return self.call_on(self.instance(own), of.name, arguments)
            return library.static(self, owner.name, of.name, arguments)
        return self.call_on(owner, of.name, arguments, of.names)

    def _call_here(self, of: Call, arguments: list[Any], frame: Frame) -> Any:
        if of.name == "super" and isinstance(frame.this, Instance):
            frame.this.fields["super"] = arguments
            return None
        is_free = of.name in library.FREE or of.name[:1].isupper()
        is_block = bool(arguments) and isinstance(arguments[-1], Lambda)
        own = self.method_of(self.program.loose, of.name, len(arguments))
        at: Frame | None = None if own is not None and not is_block else frame
        while at is not None:
            if isinstance(at.variables.get(of.name), Lambda | Reference):
                return self.apply(at.variables[of.name], *arguments)
            if isinstance(at.variables.get(of.name), library.Recorder) and arguments:
                self.apply(arguments[-1], at.variables[of.name])  # Kotlin's http { … }
                return at.variables[of.name]
            if isinstance(at.this, Instance):
                found = self.method_of(at.this.of, of.name, len(arguments))
                if found is not None:
                    owner, method = found
                    if annotation(method, "Bean") is not None and not arguments:
                        return self.bean(owner, method)
                    return self.invoke(method, arguments, at.this)
            elif at.this is not None and not is_free and (is_block or not self._has_method(of, arguments, at)):
                try:
                    return library.called(self, at.this, of.name, arguments)
                except AttributeError:
                    pass
            at = at.parent
        if own is not None:
            if annotation(own[1], "Bean") is not None and not arguments:
                return self.bean(*own)
            return self.invoke(own[1], arguments, self.loose)
        of_class = self.program.named(of.name)
        if of_class is not None:
            made = Instance(of_class)
            self.construct(made, arguments)
            return made
        return library.here(self, of.name, arguments)

    def _has_method(self, of: Call, arguments: list[Any], frame: Frame) -> bool:
        """Whether an object around a lambda has a method of the text's own by this name."""
        at: Frame | None = frame
        while at is not None:
            if isinstance(at.this, Instance) and self.method_of(at.this.of, of.name, len(arguments)) is not None:
                return True
            at = at.parent
        return False

    def call_on(self, owner: Any, name: str, arguments: list[Any], names: Sequence[str] = ()) -> Any:
        """Call a method of a value."""
        if isinstance(owner, Instance):
            found = self.method_of(owner.of, name, len(arguments))
            if found is not None:
                if annotation(found[1], "Bean") is not None and not arguments:
                    return self.bean(*found)
                return self.invoke(found[1], arguments, owner)
            bare = name.removeprefix("get").removeprefix("is")
            try:
                return self.field_of(owner, bare[:1].lower() + bare[1:])
            except KeyError:
                return self.handed_on(arguments, f"{name}()")
        if isinstance(owner, Lambda | Reference):
            return self.apply(owner, *arguments)
        try:
            return library.called(self, owner, name, arguments)
        except AttributeError:
            pass
        if isinstance(owner, Unknown) and owner.name in _HARMLESS:
            return Unknown(name)
        extension = self.extension(name)
        if extension is not None:
            of, method = extension
            variables = dict(zip((each.name for each in method.parameters), arguments, strict=False))
            return self.run(method.body, Frame(variables, owner, Frame({}, self.instance(of))))
        if isinstance(owner, CorsConfiguration | library.Recorder):
            owner.odd = owner.odd or f"{name}(…)"
        return self.handed_on(arguments, f"{_named(owner)}.{name}(…)")

    def handed_on(self, arguments: Sequence[Any], what: str) -> Unknown:
        """What comes of a call that is not in the text: whatever it is given may be another afterwards."""
        for each in arguments:
            if isinstance(each, Response):
                raise NotTold(what)
            if isinstance(each, CorsConfiguration | library.Recorder):
                each.odd = each.odd or what
            elif isinstance(each, Lambda):
                # It may be called with anything.
                self.apply(each, *(Unknown(what) for _ in each.of.parameters or ("it",)))
            elif isinstance(each, list) and not what.startswith("new "):
                each.append(Unknown(what))
        return Unknown(what)


def _named(value: Any) -> str:
    """A value as it is told to people."""
    if isinstance(value, Unknown):
        return value.name
    if isinstance(value, Constant | Type):
        return value.name
    if isinstance(value, Instance):
        return value.of.name or "an object"
    if isinstance(value, Request):
        return "the request"
    return as_text(value) if isinstance(value, str | int | bool | None) else "a value"
