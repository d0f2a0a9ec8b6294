"""Expressions of a program, as far as the text tells what they come to.

https://docs.python.org/3/reference/expressions.html
"""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, Final

from ..replies import Branch, NotTold
from .methods import method_of
from .values import (
    MISSING,
    Bound,
    Class,
    Decided,
    Either,
    Function,
    Instance,
    Named,
    Native,
    Negated,
    Super,
    Thing,
    Unknown,
    is_known,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scopes import Scope

_MOST_STEPS: Final = 60_000
_LONGEST: Final = 20_000  # of a text or a list
_DEEPEST: Final = 25  # calls

_COMPARED: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: lambda one, other: one is other or (isinstance(one, str | int) and one == other),
    ast.IsNot: lambda one, other: not (one is other or (isinstance(one, str | int) and one == other)),
}
_COUNTED: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
}


class Expressions:
    """What the statements of one run share. `supposed`: what to suppose of conditions of which nothing is told."""

    def __init__(self, supposed: dict[str, bool]) -> None:
        self._supposed = supposed
        self.steps = 0
        self.depth = 0
        self.changes = 0
        """How often something was done that an answer may hang on."""

    def suppose(self, test: Unknown) -> bool:
        """Whether a condition holds of which nothing is told. Raises `Branch` where nothing is supposed yet."""
        if isinstance(test, Negated):
            return not self.suppose(test.of)
        if test.text not in self._supposed:
            raise Branch(test.text)
        return self._supposed[test.text]

    def is_supposed(self, test: Unknown) -> bool:
        return self.is_supposed(test.of) if isinstance(test, Negated) else test.text in self._supposed

    def settled(self, value: Any) -> Any:
        """A value that hangs on no condition any more."""
        while isinstance(value, Either):
            value = value.met if self.suppose(value.test) else value.unmet
        if isinstance(value, Unknown) and value.thing is not None:
            return value.thing
        return value

    def truth(self, value: Any) -> bool | Unknown:
        value = self.settled(value)
        if isinstance(value, Decided):
            return value.truth
        if isinstance(value, Unknown):
            return value
        return True if isinstance(value, Thing) else bool(value)

    def is_true(self, value: Any) -> bool:
        """Whether a value is true; supposed where it is not known."""
        found = self.truth(value)
        return self.suppose(found) if isinstance(found, Unknown) else found

    def step(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise NotTold("a program that takes many steps")

    def call(self, function: Any, args: list[Any], named: dict[str, Any], text: str) -> Any:
        raise NotImplementedError

    def imported(self, name: str) -> Any:
        """What a name has that the text gives no value."""
        raise NotImplementedError

    def evaluated(self, node: ast.AST | None, scope: Scope) -> Any:
        """What an expression comes to."""
        self.step()
        if node is None:
            return None
        kind = _KINDS.get(type(node))
        return self.unread(node) if kind is None else self.settled(kind(self, node, scope))

    def lazily(self, node: ast.AST, scope: Scope) -> Any:
        """What an expression comes to, which may hang on a condition."""
        if isinstance(node, ast.IfExp):
            self.step()
            return self._one_of(node, scope)
        return self.evaluated(node, scope)

    def unread(self, node: ast.AST) -> Unknown:
        return Unknown(_text(node))

    # Each kind of expression.

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        value = self.settled(scope.find(node.id))
        return self.imported(node.id) if value is MISSING else value

    def _listed(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Any:
        values: list[Any] = []
        for each in node.elts:
            if isinstance(each, ast.Constant) and each.value is ...:
                continue  # what is left out
            value = self.evaluated(each.value if isinstance(each, ast.Starred) else each, scope)
            if not isinstance(each, ast.Starred):
                values.append(value)
            elif isinstance(value, list | tuple | set):
                values += value
            else:
                values.append(Unknown(f"*{_text(each.value)}"))
        if isinstance(node, ast.Tuple):
            return tuple(values)
        return values  # a set too, in the order of the text

    def _table(self, node: ast.Dict, scope: Scope) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            of = self.evaluated(value, scope)
            if key is not None:
                name = self.evaluated(key, scope)
                found[name if _may_be_key(name) else Unknown(_text(key))] = of
            elif isinstance(of, dict):
                found |= of
            else:
                found[Unknown(f"**{_text(value)}")] = of
        return found

    def _text_with_values(self, node: ast.JoinedStr, scope: Scope) -> Any:
        parts = []
        for each in node.values:
            if isinstance(each, ast.Constant):
                parts.append(str(each.value))
                continue
            value = self.evaluated(each.value if isinstance(each, ast.FormattedValue) else each, scope)
            is_plain = isinstance(each, ast.FormattedValue) and each.format_spec is None and each.conversion == -1
            if not is_plain or not isinstance(value, str | int):
                return Unknown(f"f{value.text}" if isinstance(value, Named) else _text(node))
            parts.append(str(value))
        text = "".join(parts)
        return text if len(text) <= _LONGEST else self.unread(node)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        of = self.evaluated(node.value, scope)
        return self.attribute(of, node.attr)

    def attribute(self, of: Any, name: str) -> Any:
        """An attribute of a value, which may be one of a class."""
        of = self.settled(of)
        if isinstance(of, Named):
            return self._of_named(of, name)
        if isinstance(of, Unknown):
            return Unknown(f"{of.text}.{name}")
        if isinstance(of, Super):
            return self._inherited(of, name)
        if isinstance(of, Instance):
            return self._of_instance(of, name)
        if isinstance(of, Class):
            value = of.found(name)
            if isinstance(value, Function) and value.kind == "classmethod":
                return Bound(value, of)
            return Unknown(f"{of.name}.{name}") if value is MISSING else value
        if isinstance(of, Thing):
            return of.get(name)
        return method_of(self, of, name)

    def _of_named(self, of: Named, name: str) -> Any:
        return Named(f"{of.text}.{name}", is_imported=of.is_imported)

    def _inherited(self, of: Super, name: str) -> Any:
        for base in of.of.bases:
            if isinstance(base, Class) and (value := base.found(name)) is not MISSING:
                return Bound(value, of.to) if isinstance(value, Function) else value
        native = of.to.native if isinstance(of.to, Instance) else None
        if native is not None and (method := getattr(native, f"do_{name}", None)) is not None:
            return Native(method)
        return Native(lambda *args, **named: None, changes=False) if name == "__init__" else Unknown(f"super().{name}")

    def _of_instance(self, of: Instance, name: str) -> Any:
        if name in of.attributes:
            return self.settled(of.attributes[name])
        value = of.of.found(name)
        if isinstance(value, Function):
            if value.kind == "property":
                return self.call(Bound(value, of), [], {}, name)
            return value if value.kind == "staticmethod" else Bound(value, of.of if value.kind == "classmethod" else of)
        if value is not MISSING:
            return Unknown(f"{of.of.name}().{name}") if of.of.is_a("BaseSettings", "Environ") else value
        return Unknown(f"self.{name}") if of.native is None else of.native.get(name)

    def _item(self, node: ast.Subscript, scope: Scope) -> Any:
        of = self.evaluated(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            ends = [self.evaluated(each, scope) for each in (node.slice.lower, node.slice.upper, node.slice.step)]
            is_plain = all(each is None or isinstance(each, int) for each in ends) and ends[2] != 0
            return of[slice(*ends)] if isinstance(of, str | list | tuple) and is_plain else self.unread(node)
        key = self.evaluated(node.slice, scope)
        if isinstance(of, Thing):
            return of.item(key)
        if isinstance(of, Unknown) or unknown_in(key) is not None:
            return Unknown(f"{of.text}[{key!r}]") if isinstance(of, Unknown) and is_known(key) else self.unread(node)
        try:
            return of[key]
        except (KeyError, IndexError):
            if unknown_in(of) is None and not isinstance(of, str):
                raise self.error("KeyError") from None
        except TypeError:
            pass
        return self.unread(node)

    def error(self, name: str) -> Exception:
        raise NotImplementedError

    def _called(self, node: ast.Call, scope: Scope) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and scope.owner is not None:
            return Super(scope.owner, scope.find("self"))
        function = self.evaluated(node.func, scope)
        args: list[Any] = []
        for each in node.args:
            value = self.evaluated(each.value if isinstance(each, ast.Starred) else each, scope)
            if not isinstance(each, ast.Starred):
                args.append(value)
            elif isinstance(value, list | tuple):
                args += value
            else:
                args.append(Unknown(f"*{_text(each.value)}"))
        named: dict[str, Any] = {}
        for given in node.keywords:
            value = self.evaluated(given.value, scope)
            if given.arg is not None:
                named[given.arg] = value
            elif isinstance(value, dict):
                named |= {str(key): each for key, each in value.items() if isinstance(key, str)}
                if not all(isinstance(key, str) for key in value):
                    named["**"] = unknown_in(value) or self.unread(given.value)
            else:
                named["**"] = Unknown(f"**{_text(given.value)}")
        return self.call(function, args, named, _text(node))

    def _of_two(self, node: ast.BinOp, scope: Scope) -> Any:
        one, other = self.evaluated(node.left, scope), self.evaluated(node.right, scope)
        return self.joined(type(node.op), one, other, _text(node))

    def joined(self, sign: type[ast.operator], one: Any, other: Any, text: str) -> Any:
        """What an operator makes of two values."""
        counted = _COUNTED.get(sign)
        if isinstance(one, tuple) and isinstance(other, list):
            one = list(one)
        if isinstance(one, list) and isinstance(other, tuple):
            other = list(other)
        if sign is ast.Add and isinstance(one, list) and isinstance(other, Unknown):
            return [*one, Unknown(f"*{other.text}")]
        if sign is ast.Add and isinstance(other, list) and isinstance(one, Unknown):
            return [Unknown(f"*{one.text}"), *other]
        if sign is ast.BitOr and isinstance(one, list) and isinstance(other, list):
            return [*one, *(each for each in other if each not in one)]
        is_large = sum(len(each) for each in (one, other) if isinstance(each, str | list | tuple)) > _LONGEST
        is_mod = sign is ast.Mod and isinstance(one, str)
        if counted is None or is_large or isinstance(one, Unknown | Thing) or isinstance(other, Unknown | Thing):
            return Unknown(text)
        if is_mod and (not is_known(other) or len(one) > 500 or not _is_plain(one)):
            return Unknown(text)
        try:
            return counted(one, other)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return Unknown(text)

    def _both_or_one(self, node: ast.BoolOp, scope: Scope) -> Any:
        ends_at = isinstance(node.op, ast.Or)
        value: Any = None
        left: list[Unknown] = []
        for each in node.values:
            value = self.evaluated(each, scope)
            truth = self.truth(value)
            if isinstance(truth, Unknown):
                left.append(truth)
            elif truth is ends_at:
                # Whatever those before are, a condition of it is met, or is not.
                return Decided(_text(node), truth) if left else value
        if not left:
            return value
        return left[0] if len(left) == 1 else self.unread(node)

    def _turned(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.evaluated(node.operand, scope)
        if isinstance(node.op, ast.Not):
            truth = self.truth(value)
            return Negated(truth) if isinstance(truth, Unknown) else not truth
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else self.unread(node)

    def _compared(self, node: ast.Compare, scope: Scope) -> Any:
        one = self.evaluated(node.left, scope)
        result: Any = True
        for sign, right in zip(node.ops, node.comparators, strict=True):
            other = self.evaluated(right, scope)
            held = self.compared(type(sign), one, other, _text(node))
            if held is False:
                return False
            result = held if isinstance(held, Unknown) else result
            one = other
        return result

    def compared(self, sign: type[ast.cmpop], one: Any, other: Any, text: str) -> bool | Unknown:
        """Whether two values are in a relation."""
        if sign in (ast.In, ast.NotIn):
            held = self.is_in(one, other, text)
            return held if sign is ast.In else Negated(held) if isinstance(held, Unknown) else not held
        if isinstance(one, Class | Function | Native | Named) and one is other:
            return sign in (ast.Eq, ast.Is)
        is_none = (one is None) is not (other is None)
        whole = other if one is None else one
        if is_none and isinstance(whole, Thing):
            return sign in (ast.NotEq, ast.IsNot)
        if not is_known(one) or not is_known(other):
            if sign is ast.NotEq and is_known(one) is False:
                return Negated(Unknown(text.replace("!=", "==")))
            return Unknown(text)
        try:
            return bool(_COMPARED[sign](one, other))
        except TypeError:
            return Unknown(text)

    def is_in(self, one: Any, other: Any, text: str) -> bool | Unknown:
        """Whether a value is in a list, a text, a table or an object."""
        if isinstance(other, Thing):
            return other.contains(one)
        if isinstance(other, Unknown) or isinstance(one, Unknown):
            return False if isinstance(other, list | tuple | dict) and not other else Unknown(text)
        try:
            if isinstance(other, list | tuple | set | dict):
                return True if one in other else (not is_known(list(other)) and Unknown(text))
            return bool(one in other)
        except TypeError:
            return Unknown(text)

    def _one_of(self, node: ast.IfExp, scope: Scope) -> Any:
        test = self.truth(self.evaluated(node.test, scope))
        if not isinstance(test, Unknown):
            return self.evaluated(node.body if test else node.orelse, scope)
        return Either(test, self.evaluated(node.body, scope), self.evaluated(node.orelse, scope))

    def _each(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Any:
        if len(node.generators) != 1:
            return self.unread(node)
        part = node.generators[0]
        over = self.evaluated(part.iter, scope)
        values = list(over) if isinstance(over, list | tuple | set | dict) else None
        if values is None or unknown_in(values) is not None:
            told = unknown_in(over)
            return Unknown(_text(node) if told is None else told.text)
        inner = type(scope)(scope, scope.owner)
        found = []
        for value in values:
            if not self.assign_names(part.target, value, inner):
                return self.unread(node)
            if all(self.is_true(self.evaluated(each, inner)) for each in part.ifs):
                found.append(self.evaluated(node.elt, inner))
        return found

    def assign_names(self, target: ast.AST, value: Any, scope: Scope) -> bool:
        """Give names of a loop their values; whether they are plain."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
            return True
        if isinstance(target, ast.Tuple) and isinstance(value, tuple | list) and len(value) == len(target.elts):
            return all(self.assign_names(each, part, scope) for each, part in zip(target.elts, value, strict=True))
        return False

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return Function(node, scope)

    def _awaited(self, node: ast.Await, scope: Scope) -> Any:
        return self.evaluated(node.value, scope)

    def _constant(self, node: ast.Constant, scope: Scope) -> Any:
        del scope
        return Unknown("...") if node.value is ... else node.value

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluated(node.value, scope)
        scope.holder(node.target.id).names[node.target.id] = value
        return value


def _may_be_key(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _is_plain(text: str) -> bool:
    return text.count("%") == text.count("%s")


def _text(node: ast.AST) -> str:
    """An expression in a line; what is long or deep is cut."""
    if sum(1 for _, _ in zip(ast.walk(node), range(60), strict=False)) >= 60:
        return f"line {getattr(node, 'lineno', 0)}"
    return " ".join(ast.unparse(node)[:200].split())[:60]


_KINDS: Final[dict[type[ast.AST], Callable[[Any, Any, Any], Any]]] = {
    ast.Name: Expressions._name,
    ast.Constant: Expressions._constant,
    ast.List: Expressions._listed,
    ast.Tuple: Expressions._listed,
    ast.Set: Expressions._listed,
    ast.Dict: Expressions._table,
    ast.JoinedStr: Expressions._text_with_values,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._item,
    ast.Call: Expressions._called,
    ast.BinOp: Expressions._of_two,
    ast.BoolOp: Expressions._both_or_one,
    ast.UnaryOp: Expressions._turned,
    ast.Compare: Expressions._compared,
    ast.IfExp: Expressions._one_of,
    ast.ListComp: Expressions._each,
    ast.SetComp: Expressions._each,
    ast.GeneratorExp: Expressions._each,
    ast.Lambda: Expressions._lambda,
    ast.Await: Expressions._awaited,
    ast.NamedExpr: Expressions._named,
}
