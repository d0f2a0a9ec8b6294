"""Expressions of C#, each with the value that the text tells for it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ..replies import NotTold, bounded
from .library import MOST_ENTRIES, call_of_value, constant_of, made, member_of_value
from .scope import Scope
from .syntax import all_nodes, name_of, named, part, shown, text_of
from .values import NOT_THERE, Closure, Given, Out, Thing, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tree_sitter import Node

    from .scope import Declared
    from .values import Value

_DEEPEST: Final = 120
_MOST_STEPS: Final = 40_000


class Expressions:
    """Evaluates what stands in a text; `Run` adds the statements."""

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self.top = Scope()
        self._depth = 0
        self._steps = 0
        self._fields: dict[str, Value] = {}

    # What a run adds

    def invoke(self, function: Value, values: Sequence[Value]) -> Value:
        raise NotImplementedError

    def closure_of(self, function: Node, scope: Scope) -> Closure | None:
        raise NotImplementedError

    def holds(self, value: Value, node: Node) -> bool:
        raise NotImplementedError

    def can_matter(self, node: Node) -> bool:
        """Whether a part of the text may change what is asked for."""
        del node
        return False

    def foreign(self, receiver: Value, name: str, given: Given) -> Value:
        """The result of a call that neither the text nor the library tells."""
        del receiver, name
        return Unknown(shown(given.node))

    def new(self, kind: str, given: Given) -> Value:
        """A new object of a class that the library does not tell; `NOT_THERE` where it is of no importance."""
        del kind, given
        return NOT_THERE

    @contextmanager
    def deeper(self, node: Node) -> Iterator[None]:
        """Bounds what a text may ask for. Raises `NotTold` beyond."""
        self._depth += 1
        self._steps += 1
        if self._depth > _DEEPEST or self._steps > _MOST_STEPS:
            raise NotTold(f"{shown(node)}, which is nested or repeated too often,")
        try:
            yield
        finally:
            self._depth -= 1

    def assigned_in(self, node: Node) -> set[str]:
        """Names that a part of the text gives a value."""
        lefts = (part(each, "left") for each in all_nodes(node) if each.type == "assignment_expression")
        return {text_of(left) for left in lefts if left is not None and left.type == "identifier"}

    # Expressions

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """The value of an expression."""
        with self.deeper(node):
            evaluating = _EXPRESSIONS.get(node.type)
            if evaluating is not None:
                return evaluating(self, node, scope)
            if self.can_matter(node):
                raise NotTold(shown(node))
            return Unknown(shown(node))

    def _only(self, node: Node, scope: Scope) -> Value:
        inner = named(node)
        return self.evaluate(inner[-1], scope) if inner else Unknown(shown(node))

    def _text(self, node: Node, scope: Scope) -> Value:
        if node.type == "verbatim_string_literal":
            return text_of(node)[2:-1].replace('""', '"')
        parts = [text_of(each) for each in named(node) if each.type != "raw_string_start"]
        if node.type == "raw_string_literal":
            return "".join(text_of(each) for each in named(node) if each.type == "raw_string_content")
        return "".join(_unescaped(each) for each in parts)

    def _interpolated(self, node: Node, scope: Scope) -> Value:
        found = []
        for each in named(node):
            if each.type == "interpolation":
                inner = [one for one in named(each) if one.type != "interpolation_brace"]
                value = self.evaluate(inner[0], scope) if inner else Unknown(shown(each))
                if not isinstance(value, str | int):
                    return Unknown(shown(node))
                found.append(str(value))
            elif each.type in ("string_content", "escape_sequence"):
                found.append(_unescaped(text_of(each)) if each.type == "escape_sequence" else text_of(each))
        return bounded("".join(found))

    def _number(self, node: Node, scope: Scope) -> Value:
        digits = re.fullmatch(r"(\d{1,18})[uUlL]*", text_of(node).replace("_", ""))
        return Unknown(shown(node)) if digits is None else int(digits[1])

    def _boolean(self, node: Node, scope: Scope) -> Value:
        return text_of(node) == "true"

    def _null(self, node: Node, scope: Scope) -> Value:
        return None

    def _name(self, node: Node, scope: Scope) -> Value:
        name = text_of(node)
        found = scope.find(name) or self.top.find(name)
        if found is not None:
            return found.names[name]
        if name in self._fields:
            return self._fields[name]
        self._fields[name] = Unknown(name)  # one that is made of itself tells nothing
        field = self.declared.field(name)
        if field is not None:
            self._fields[name] = self.evaluate(field, Scope())
        elif name in self.declared.methods and name not in self.declared.fields:
            made_of = self.closure_of(self.declared.methods[name][0], Scope())
            self._fields[name] = Unknown(name) if made_of is None else made_of
        return self._fields[name]

    def _member(self, node: Node, scope: Scope) -> Value:
        of, name = part(node, "expression"), name_of(node)
        if of is None:  # this.name, base.name
            return self._name(_last(node), Scope())
        constant = constant_of(text_of(node))
        if constant is not NOT_THERE:
            return constant
        value = self.evaluate(of, scope)
        return self._get(value, name, node)

    def _get(self, value: Value, name: str, node: Node) -> Value:
        found = value.get(name) if isinstance(value, Thing) else member_of_value(value, name)
        if found is not NOT_THERE:
            return found
        if isinstance(value, Unknown) and text_of(node)[:1].isupper() and self.declared.field(name) is not None:
            return self._name(_last(node), Scope())  # a constant of a class: Policies.Default
        return Unknown(shown(node))

    def _conditional_access(self, node: Node, scope: Scope) -> Value:
        inner = named(node)
        value = self.evaluate(inner[0], scope)
        return value if value is None else self._get(value, name_of(inner[-1]), node)

    def _indexed(self, node: Node, scope: Scope) -> Value:
        of, index = part(node, "expression"), part(node, "subscript")
        inner = [] if index is None else [self.evaluate(each, scope) for each in named(index)]
        value = None if of is None else self.evaluate(of, scope)
        if isinstance(value, Thing) and len(inner) == 1:
            found = value.at(inner[0])
            return Unknown(shown(node)) if found is NOT_THERE else found
        if isinstance(value, list) and inner and isinstance(inner[0], int) and inner[0] < len(value):
            return value[inner[0]]
        return Unknown(shown(node))

    def _listed(self, node: Node, scope: Scope) -> Value:
        """`new[] { … }`, `[a, ..b]` and what stands in braces."""
        braces = next((each for each in named(node) if each.type == "initializer_expression"), None)
        if node.type == "array_creation_expression" and braces is None:
            return [] if re.search(r"\[\s*0?\s*\]", text_of(node)) else Unknown(shown(node))
        found: list[Value] = []
        for each in named(node if braces is None else braces):
            inner = named(each)[0] if each.type == "collection_element" else each
            value = self.evaluate(inner, scope)
            if inner.type == "spread_element":
                found += value if isinstance(value, list) else [value]
            else:
                found.append(value)
            if len(found) > MOST_ENTRIES:
                raise NotTold("a list that grows")
        return found

    def _new(self, node: Node, scope: Scope) -> Value:
        kind = part(node, "type")
        name = "" if kind is None else name_of(kind)
        given = self._given(part(node, "arguments"), node, scope)
        braces = part(node, "initializer")
        if braces is None:
            braces = next((each for each in named(node) if each.type == "initializer_expression"), None)
        value = self.new(name, given)
        if value is NOT_THERE:
            value = made(name, given)
        if braces is None:
            return Unknown(shown(node)) if value is NOT_THERE else value
        members = [each for each in named(braces) if each.type == "assignment_expression"]
        if isinstance(value, Thing):
            for each in members:
                self._initialize(value, each, scope)
            return value
        if members or not (value is NOT_THERE or isinstance(value, list)):
            return Unknown(shown(node))
        listed = self._listed(braces, scope)
        return listed if value is NOT_THERE or not isinstance(listed, list) else [*value, *listed]  # type: ignore[misc]

    def _initialize(self, thing: Thing, node: Node, scope: Scope) -> None:
        """One member of an object that is made: `Name = value`, or `Name = { … }`, which adds to it."""
        left, right = part(node, "left"), part(node, "right")
        if left is None or right is None:
            raise NotTold(shown(node))
        if right.type == "initializer_expression" and isinstance(held := thing.get(text_of(left)), list):
            added = self._listed(right, scope)
            held += added if isinstance(added, list) else [added]
        elif not thing.set(text_of(left), self.evaluate(right, scope)):
            raise NotTold(shown(node))

    def _lambda(self, node: Node, scope: Scope) -> Value:
        found = self.closure_of(node, scope)
        return Unknown(shown(node)) if found is None else found

    def _out(self, node: Node, scope: Scope) -> Value:
        scope.names[name_of(node)] = Unknown(name_of(node))
        return Out(name_of(node), scope)

    # Operators

    def _unary(self, node: Node, scope: Scope) -> Value:
        value = self._only(node, scope)
        sign = text_of(node)[:1]
        if sign == "!" and isinstance(value, bool):
            return not value
        if sign == "!" and isinstance(value, Unknown):
            return Unknown(value.text, not value.inverted)
        return -value if sign == "-" and isinstance(value, int) else Unknown(shown(node))

    def _postfix(self, node: Node, scope: Scope) -> Value:
        return self._only(node, scope) if text_of(node).endswith("!") else Unknown(shown(node))

    def _binary(self, node: Node, scope: Scope) -> Value:
        left_node, right_node, sign = part(node, "left"), part(node, "right"), part(node, "operator")
        if left_node is None or right_node is None or sign is None:
            return Unknown(shown(node))
        left = self.evaluate(left_node, scope)
        of = text_of(sign)
        if (of, left) in (("&&", False), ("||", True)) and isinstance(left, bool):
            return left
        if of == "??" and left is not None:
            return Unknown(shown(node)) if isinstance(left, Unknown) else left
        right = self.evaluate(right_node, scope)
        if of == "??":
            return right
        if of in ("&&", "||"):
            decides = of == "||"
            return right if isinstance(left, bool) else decides if right is decides else (
                left if isinstance(right, bool) else Unknown(shown(node))
            )  # fmt: skip
        return _compared(of, left, right, node)

    def _conditional(self, node: Node, scope: Scope) -> Value:
        condition, then, other = part(node, "condition"), part(node, "consequence"), part(node, "alternative")
        if condition is None or then is None or other is None:
            return Unknown(shown(node))
        decides = self.evaluate(condition, scope)
        if not isinstance(decides, Unknown) or self.can_matter(node):
            return self.evaluate(then if self.holds(decides, condition) else other, scope)
        return Unknown(shown(node), choice=(decides, self.evaluate(then, scope), self.evaluate(other, scope)))

    def settled(self, given: Given) -> Given:
        """A call with the values that a condition decides, each as that is supposed."""
        return given.with_values(self._settled(each, given.node) for each in given.values)

    def _settled(self, value: Value, node: Node) -> Value:
        while isinstance(value, Unknown) and value.choice is not None:
            decides, then, other = value.choice
            value = then if self.holds(decides, node) else other
        return value

    def _pattern(self, node: Node, scope: Scope) -> Value:
        """`x is null`, `x is not null`, `x is "a"`."""
        of, pattern = part(node, "expression"), part(node, "pattern")
        if of is None or pattern is None:
            return Unknown(shown(node))
        inner = named(pattern)
        is_negated = pattern.type == "negated_pattern" and len(inner) == 1
        while inner and inner[0].type == "constant_pattern":
            inner = named(inner[0])
        if pattern.type not in ("constant_pattern", "negated_pattern") or len(inner) != 1:
            return Unknown(shown(node))
        return _compared("!=" if is_negated else "==", self.evaluate(of, scope), self.evaluate(inner[0], scope), node)

    def _assigned(self, node: Node, scope: Scope) -> Value:
        left, right, sign = part(node, "left"), part(node, "right"), part(node, "operator")
        if left is None or right is None:
            return Unknown(shown(node))
        value = self.evaluate(right, scope)
        if sign is not None and text_of(sign) != "=":
            value = Unknown(shown(node))
        if left.type == "identifier":
            name = text_of(left)
            (scope.find(name) or scope).names[name] = value
        elif left.type == "member_access_expression" and (of := part(left, "expression")) is not None:
            thing = self.evaluate(of, scope)
            if isinstance(thing, Thing) and not thing.set(name_of(left), value):
                self.foreign(thing, f"{name_of(left)} =", Given((value,), ("",), node))
        elif left.type == "element_access_expression":
            self._put(left, value, scope)
        return value

    def _put(self, left: Node, value: Value, scope: Scope) -> None:
        of, index = part(left, "expression"), part(left, "subscript")
        if of is None or index is None:
            return
        thing = self.evaluate(of, scope)
        inner = [self.evaluate(each, scope) for each in named(index)]
        if isinstance(thing, Thing) and inner:
            thing.set_at(inner[0], value)
        elif isinstance(thing, list):
            thing.append(Unknown(shown(left)))

    # Calls

    def _given(self, listed: Node | None, node: Node, scope: Scope, types: tuple[str, ...] = ()) -> Given:
        values, names = [], []
        for each in [] if listed is None else named(listed):
            name = part(each, "name")
            inner = [one for one in named(each) if one != name]
            values.append(self.evaluate(inner[-1], scope) if inner else Unknown(shown(each)))
            names.append("" if name is None else text_of(name))
        return Given(tuple(values), tuple(names), node, types)

    def _call(self, node: Node, scope: Scope) -> Value:
        function, listed = part(node, "function"), part(node, "arguments")
        if function is None:
            return Unknown(shown(node))
        types = _types_at(function)
        name = name_of(function)
        if function.type in ("identifier", "generic_name"):
            return self._own(name, self._given(listed, node, scope, types), scope)
        of = part(function, "expression")
        if function.type == "conditional_access_expression":
            of = named(function)[0]
            name = name_of(named(function)[-1])
        if of is None:  # this.Method(), base.Method()
            return self._own(name, self._given(listed, node, scope, types), scope)
        receiver = self.evaluate(of, scope)
        return self.call(receiver, name, self._given(listed, node, scope, types), of)

    def _own(self, name: str, given: Given, scope: Scope) -> Value:
        """A function of the text, by its name alone."""
        found = scope.find(name)
        if found is not None:
            value = found.names[name]
            return value.call("Invoke", given) if isinstance(value, Thing) else self._invoked(value, given)
        if name == "nameof":
            return name_of(named(named(given.node)[-1])[0])
        method = self._method(name, len(given.values))
        return self.foreign(Unknown(name), name, given) if method is None else self._invoked(method, given)

    def _invoked(self, function: Value, given: Given) -> Value:
        if not isinstance(function, Closure):
            return self.foreign(function, "Invoke", given)
        values = list(given.values)
        if any(given.names):
            by_name = dict(zip(given.names, given.values, strict=True))
            values = [by_name.get(name, NOT_THERE) for name in function.parameters]
            values = [Unknown(name) if value is NOT_THERE else value
                      for name, value in zip(function.parameters, values, strict=True)]  # fmt: skip
        return self.invoke(function, values)

    def _method(self, name: str, count: int, *, is_extension: bool = False) -> Closure | None:
        for each in self.declared.methods.get(name, []):
            found = self.closure_of(each, Scope())
            if found is None or is_extension != any(kind.startswith("this ") for kind in found.types[:1]):
                continue
            if count <= len(found.parameters):
                return found
        return None

    def call(self, receiver: Value, name: str, given: Given, of: Node) -> Value:
        """The result of a method of a value."""
        if isinstance(receiver, Thing):
            given = self.settled(given)
            found = receiver.call(name, given)
        else:
            found = call_of_value(self, receiver, name, given)
        if found is not NOT_THERE:
            return found
        extension = self._method(name, len(given.values) + 1, is_extension=True)
        if extension is not None:
            moved = Given((receiver, *given.values), ("", *given.names), given.node, given.types)
            return self._invoked(extension, moved)
        if isinstance(receiver, Unknown) and name_of(of) in self.declared.classes:
            method = self._method(name, len(given.values)) or self._method(name, len(given.values), is_extension=True)
            if method is not None:
                return self._invoked(method, given)
        return self.foreign(receiver, name, given)


def _types_at(function: Node) -> tuple[str, ...]:
    """The types that a call is given: `Get<string[]>()`."""
    name = function if function.type == "generic_name" else part(function, "name")
    lists = [] if name is None else [each for each in named(name) if each.type == "type_argument_list"]
    return tuple(text_of(each) for listed in lists for each in named(listed))


def _last(node: Node) -> Node:
    found = part(node, "name")
    return node if found is None else found


_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def _unescaped(text: str) -> str:
    if not text.startswith("\\") or len(text) < 2:
        return text
    if text[1] in "xuU":
        return chr(int(text[2:], 16)) if int(text[2:], 16) < 0x110000 else text
    return _ESCAPES.get(text[1], text[1:])


def _compared(sign: str, left: Value, right: Value, node: Node) -> Value:
    plain = (str, int, bool, type(None))
    if isinstance(left, plain) and isinstance(right, plain):
        if sign in ("==", "!="):
            return (left == right) == (sign == "==")
        if sign == "+" and isinstance(left, str) and isinstance(right, str | int):
            return bounded(f"{left}{right}")
        if isinstance(left, int) and isinstance(right, int):
            numbers: dict[str, Callable[[int, int], Value]] = {
                "+": int.__add__, "-": int.__sub__, "*": _product, ">": int.__gt__, "<": int.__lt__,
                ">=": int.__ge__, "<=": int.__le__,
            }  # fmt: skip
            return numbers[sign](left, right) if sign in numbers else Unknown(shown(node))
    return Unknown(shown(node))


def _product(left: int, right: int) -> int:
    if abs(left) > 10**18 or abs(right) > 10**18:
        raise NotTold("a number that grows")
    return left * right


_EXPRESSIONS: Final = {
    "string_literal": Expressions._text,
    "verbatim_string_literal": Expressions._text,
    "raw_string_literal": Expressions._text,
    "character_literal": Expressions._text,
    "interpolated_string_expression": Expressions._interpolated,
    "integer_literal": Expressions._number,
    "boolean_literal": Expressions._boolean,
    "null_literal": Expressions._null,
    "identifier": Expressions._name,
    "member_access_expression": Expressions._member,
    "conditional_access_expression": Expressions._conditional_access,
    "element_access_expression": Expressions._indexed,
    "array_creation_expression": Expressions._listed,
    "implicit_array_creation_expression": Expressions._listed,
    "initializer_expression": Expressions._listed,
    "collection_expression": Expressions._listed,
    "object_creation_expression": Expressions._new,
    "implicit_object_creation_expression": Expressions._new,
    "lambda_expression": Expressions._lambda,
    "anonymous_method_expression": Expressions._lambda,
    "declaration_expression": Expressions._out,
    "parenthesized_expression": Expressions._only,
    "await_expression": Expressions._only,
    "cast_expression": Expressions._only,
    "as_expression": Expressions._only,
    "argument": Expressions._only,
    "spread_element": Expressions._only,
    "expression_element": Expressions._only,
    "prefix_unary_expression": Expressions._unary,
    "postfix_unary_expression": Expressions._postfix,
    "binary_expression": Expressions._binary,
    "conditional_expression": Expressions._conditional,
    "is_pattern_expression": Expressions._pattern,
    "assignment_expression": Expressions._assigned,
    "invocation_expression": Expressions._call,
}
