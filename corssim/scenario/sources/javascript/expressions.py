"""Expressions of a snippet: what they come to, as far as it is in the text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .binding import GLOBAL_OBJECTS
from .builtins import href_of
from .evaluator_parts import EvaluatorParts
from .operators import binary, default_of, unary
from .scope import Scope
from .syntax import text_of_node
from .values import (
    GROUPS,
    SPREAD,
    UNDEFINED,
    Class,
    Function,
    HeaderObject,
    Native,
    Opaque,
    Pairs,
    Unknown,
    concatenated,
    text_of,
    truthy,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .values import Value

_PLAIN_PATTERN = lazy_pattern(r"/(\^?(?:[\w|/-]|\\/)+\$?)/")
_THROUGH = frozenset(
    {"parenthesized_expression", "await_expression", "non_null_expression", "as_expression", "satisfies_expression",
     "type_assertion", "expression_statement", "decorator"}
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function",
     "generator_function_declaration", "function"}
)  # fmt: skip


_EXTENDED = frozenset({"Headers", "FormData", "URLSearchParams", "URL", "Request", "Blob", "File"})
"""Classes of browsers whose heirs are read as they are."""


class Expressions(EvaluatorParts):
    """One method a kind of node."""

    def value(self, node: Node, scope: Scope) -> Value:
        """What an expression comes to."""
        self.count()
        while node.type in _THROUGH and node.named_children:
            node = node.named_children[0]
        if self.define and (text := text_of_node(node)) in self.define:
            return self.define[text]
        if node.type in _FUNCTIONS:
            return self._function(node, scope)
        handler = getattr(self, f"_{node.type}", None)
        if handler is not None:
            return handler(node, scope)
        for child in node.named_children:
            self.value(child, scope)
        return self.unknown(node)

    def _function(self, node: Node, scope: Scope) -> Function:
        is_getter = node.type == "method_definition" and any(child.type == "get" for child in node.children)
        function = Function(node, scope, is_getter=is_getter)
        self.functions.append(function)
        return function

    def _string(self, node: Node, scope: Scope) -> Value:
        return "".join(_unescaped(child) for child in node.named_children)

    def _template_string(self, node: Node, scope: Scope) -> Value:
        parts: list[Value] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                inner = child.named_children[0] if child.named_children else None
                parts.append("" if inner is None else self.plain(self.value(inner, scope), inner))
            else:
                parts.append(_unescaped(child))
        return concatenated(*parts)

    def _number(self, node: Node, scope: Scope) -> Value:
        text = text_of_node(node).replace("_", "").removesuffix("n")
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return self.unknown(node)

    def _regex(self, node: Node, scope: Scope) -> Value:
        """One of words, bars and anchors alone means the same to us."""
        found = _PLAIN_PATTERN.fullmatch(text_of_node(node))
        return self.unknown(node) if found is None else Opaque("RegExp", {"pattern": found[1].replace("\\/", "/")})

    def _true(self, node: Node, scope: Scope) -> Value:
        return True

    def _false(self, node: Node, scope: Scope) -> Value:
        return False

    def _null(self, node: Node, scope: Scope) -> Value:
        return None

    def _undefined(self, node: Node, scope: Scope) -> Value:
        return UNDEFINED

    def _this(self, node: Node, scope: Scope) -> Value:
        return scope.this if scope.this is not None else Native("this")

    def _super(self, node: Node, scope: Scope) -> Value:
        holder = scope.this if isinstance(scope.this, dict) else {}
        return holder.get("super", Native("super"))

    def _identifier(self, node: Node, scope: Scope) -> Value:
        name = text_of_node(node)
        found = scope.find(name)
        if found is not None:
            return found.variables[name]
        return UNDEFINED if name == "undefined" else Native(name)

    _shorthand_property_identifier = _identifier

    def _member_expression(self, node: Node, scope: Scope) -> Value:
        target, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if target is None or name is None:
            return self.unknown(node)
        holder, key = self.value(target, scope), text_of_node(name)
        if target.type == "this" and f"this.{key}" in self.globals.variables:
            return self.globals.variables[f"this.{key}"]
        if target.type == "this" and isinstance(holder, dict) and key not in holder:
            return self.define.get(key, Native(f"this.{key}"))  # what a class inherits or is given
        return self.member(holder, key, node)

    def _subscript_expression(self, node: Node, scope: Scope) -> Value:
        target, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if target is None or index is None:
            return self.unknown(node)
        key = self.value(index, scope)
        holder = self.value(target, scope)
        if isinstance(holder, list) and type(key) is int and key >= 0 and not any(map(_is_spread, holder)):
            return holder[key] if key < len(holder) else UNDEFINED
        return self.member(holder, text_of(key), node) if isinstance(key, str) else self.unknown(node, key)

    def member(self, holder: Value, name: str, node: Node) -> Value:
        """A property of a value: a plain object's, a path of what the snippet does not define, or a method to come."""
        if name in self.define and isinstance(holder, Native | Unknown):
            return self.define[name]
        if isinstance(holder, dict):
            if name in holder:
                found = holder[name]
                return self.invoke(found, []) if isinstance(found, Function) and found.is_getter else found
            if isinstance(holder, HeaderObject):
                return holder.setdefault(name, {}) if name in GROUPS else Native(f"AxiosHeaders.{name}", holder)
            return Native(f"Object.{name}", holder) if name in ("hasOwnProperty", "toString") else UNDEFINED
        if isinstance(holder, Opaque) and holder.kind == "URL" and name == "href":
            return href_of(holder)
        if isinstance(holder, Opaque) and name in holder.fields:
            return holder.fields[name]
        if isinstance(holder, Class):
            return holder.statics.get(name, UNDEFINED)
        if isinstance(holder, Native):
            if holder.path in GLOBAL_OBJECTS and name in self.globals.variables:
                return self.globals.variables[name]
            path = f"{holder.path}.{name}"
            return Native(path.removeprefix("window.").removeprefix("globalThis.").removeprefix("self."), holder.this)
        if isinstance(holder, Unknown):
            text = f"{' '.join(holder.text.split())}.{name}".lstrip(".")
            return Unknown(text, (text,))
        if isinstance(holder, list) and name == "length" and any(_is_spread(item) for item in holder):
            return self.unknown(node, holder)
        if isinstance(holder, str | list) and name == "length":
            return len(holder)
        return Native(f".{name}", holder)

    def _object(self, node: Node, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        self.objects.append(made)
        for child in node.named_children:
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    made[self._key(key, scope)] = self.plain(self.value(value, scope), value)
            elif child.type in ("shorthand_property_identifier", "identifier"):
                made[text_of_node(child)] = self.plain(self.value(child, scope), child)
            elif child.type == "method_definition":
                name = child.child_by_field_name("name")
                made[text_of_node(name) if name else ""] = self._function(child, Scope(scope, made))
            elif child.type == "spread_element" and child.named_children:
                spread = self.value(child.named_children[0], scope)
                made |= self._spread(spread, child.named_children[0])
            elif child.type == "ERROR":
                made[f"{SPREAD}{text_of_node(child)}"] = self.unknown(child)  # what was meant is not known
        return made

    def _spread(self, spread: Value, node: Node) -> dict[str, Value]:
        """What an object gets of another. Of a value that is not known, that it is there."""
        if isinstance(spread, dict):
            return spread
        if isinstance(spread, Pairs):
            return {}  # Headers and their like keep what they hold to themselves
        plain = self.plain(spread, node)
        return {f"{SPREAD}{text_of_node(node)}": plain} if isinstance(plain, Unknown) else {}

    def _key(self, node: Node, scope: Scope) -> str:
        if node.type == "computed_property_name" and node.named_children:
            return text_of(self.plain(self.value(node.named_children[0], scope), node.named_children[0]))
        return text_of(self.value(node, scope)) if node.type in ("string", "number") else text_of_node(node)

    def plain(self, value: Value, node: Node) -> Value:
        """A value as it is used: a name that nobody defines is not known."""
        if isinstance(value, Native) and not value.path.startswith("."):
            return Unknown(text_of_node(node), (value.path,))
        if isinstance(value, Native):
            return self.unknown(node, value.this)
        return value

    def _array(self, node: Node, scope: Scope) -> Value:
        items: list[Value] = []
        for child in node.named_children:
            if child.type == "spread_element" and child.named_children:
                spread = self.value(child.named_children[0], scope)
                items += self._items(spread, child)
            elif child.type != "comment":
                items.append(self.plain(self.value(child, scope), child))
        return items

    def _items(self, spread: Value, node: Node) -> list[Value]:
        """What a list gets of another value: a list's items, a text's characters, the pairs of Headers and the like."""
        if isinstance(spread, list):
            return spread
        if isinstance(spread, str):
            return list(spread)
        return (
            [[name, value] for name, value in spread.pairs]
            if isinstance(spread, Pairs)
            else [self.unknown(node, spread)]
        )

    def _binary_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return self.unknown(node)
        sign = text_of_node(operator)
        first = self.plain(self.value(left, scope), left)
        if sign in ("||", "&&", "??"):
            if isinstance(first, Unknown) and sign == "&&" and self.decide(node, left, 2) == 1:
                return False
            value = default_of(sign, first, lambda: self.plain(self.value(right, scope), right))
            if isinstance(first, Unknown) and sign != "&&" and (value == {} or value is None or value is UNDEFINED):
                return first  # what it holds is not known all the same
            if isinstance(first, Unknown) and sign != "&&" and isinstance(value, str | bool | int | float | list):
                self.assumed.append((" ".join(first.text.split()), text_of(value)))
            return value
        result = binary(sign, first, self.plain(self.value(right, scope), right))
        return self.unknown(node, first) if result is None else result

    def _unary_expression(self, node: Node, scope: Scope) -> Value:
        argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
        if argument is None or operator is None:
            return self.unknown(node)
        if text_of_node(operator) == "delete":
            return self._delete(argument, scope)
        result = unary(text_of_node(operator), self.plain(self.value(argument, scope), argument))
        return self.unknown(node) if result is None else result

    def _update_expression(self, node: Node, scope: Scope) -> Value:
        argument, operator = node.child_by_field_name("argument"), node.child_by_field_name("operator")
        if argument is None or operator is None:
            return self.unknown(node)
        before = self.plain(self.value(argument, scope), argument)
        is_number = isinstance(before, int | float) and not isinstance(before, bool)
        after = binary(text_of_node(operator)[:1], before, 1) if is_number else None
        after = self.unknown(node) if after is None else after
        self.bind(argument, after, scope, declares=False)
        return after if operator.start_byte < argument.start_byte else before

    def _delete(self, argument: Node, scope: Scope) -> Value:
        target, key = argument.child_by_field_name("object"), argument.child_by_field_name("property")
        index = argument.child_by_field_name("index")
        holder = self.value(target, scope) if target is not None else UNDEFINED
        name = text_of_node(key) if key is not None else text_of(self.value(index, scope)) if index is not None else ""
        if isinstance(holder, dict):
            holder.pop(name, None)
        elif isinstance(holder, Opaque):
            holder.fields.pop(name, None)
        return True

    def _ternary_expression(self, node: Node, scope: Scope) -> Value:
        condition, yes, no = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
        if condition is None or yes is None or no is None:
            return self.unknown(node)
        holds = truthy(self.plain(self.value(condition, scope), condition))
        if holds is None:
            holds = self.decide(node, condition, 2) != 1
        return self.value(yes if holds else no, scope)

    def _sequence_expression(self, node: Node, scope: Scope) -> Value:
        return [self.value(child, scope) for child in node.named_children][-1]

    def _assignment_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return UNDEFINED
        value = self.value(right, scope)
        if left.type != "identifier":
            value = self.plain(value, right)
        self.bind(left, value, scope, declares=False)
        return value

    def _augmented_assignment_expression(self, node: Node, scope: Scope) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return UNDEFINED
        before = self.plain(self.value(left, scope), left)
        given = self.plain(self.value(right, scope), right)
        sign = text_of_node(operator)[:-1]
        value = default_of(sign, before, lambda: given) if sign in ("||", "&&", "??") else binary(sign, before, given)
        self.bind(left, self.unknown(node) if value is None else value, scope, declares=False)
        return value

    def _new_expression(self, node: Node, scope: Scope) -> Value:
        constructor = node.child_by_field_name("constructor")
        name = "" if constructor is None else text_of_node(constructor).rpartition(".")[2]
        found = scope.find(name)
        if found is not None and isinstance(made := found.variables[name], Class):
            if made.extends in _EXTENDED:
                return self._call(self, Native(f"new {made.extends}"), self._arguments(node, scope), node)
            return self.instance(made, self._arguments(node, scope), all_given=True)
        return self._call(self, Native(f"new {name}"), self._arguments(node, scope), node)

    def _call_expression(self, node: Node, scope: Scope) -> Value:
        called = node.child_by_field_name("function")
        if called is None:
            return self.unknown(node)
        if called.type == "import":
            return self._call(self, Native("import"), self._arguments(node, scope), node)
        function = self.value(called, scope)
        arguments = self._arguments(node, scope)
        if isinstance(function, Unknown) and function.text.startswith(("XMLHttpRequest.prototype.", "window.fetch.")):
            function = Native(function.text.removeprefix("window."))
        if isinstance(function, Native) and (taken := _taken_from(function, arguments)) is not None:
            function, arguments = taken
        if isinstance(function, Native) and function.path.endswith(".bind") and not function.path.startswith("."):
            return Native(function.path.removesuffix(".bind"), function.this)
        if called.type == "super" and isinstance(function, Function):
            function = Function(function.node, function.scope, scope.this)
        if isinstance(function, Function):
            return self.invoke(function, arguments, all_given=True)
        if isinstance(function, Native | Unknown | Opaque):
            return self._call(self, function, arguments, node)  # type: ignore[arg-type]
        return self.unknown(node)

    def _arguments(self, node: Node, scope: Scope) -> list[Value]:
        given = node.child_by_field_name("arguments")
        values: list[Value] = []
        for child in given.named_children if given is not None else []:
            if child.type == "spread_element" and child.named_children:
                spread = self.value(child.named_children[0], scope)
                values += self._items(spread, child)
            elif child.type != "comment":
                values.append(self.plain(self.value(child, scope), child))
        return values


def _is_spread(item: Value) -> bool:
    """Report whether this stands for what a value that is not known has of items, however many."""
    return isinstance(item, Unknown) and item.text.startswith("...")


def _taken_from(function: Native, arguments: list[Value]) -> tuple[Native, list[Value]] | None:
    """What is called as `fetch.apply(this, arguments)`, `fetch.call(…)`, and with what."""
    path, _, name = function.path.rpartition(".")
    if not path or name not in ("apply", "call"):
        return None
    this = arguments[0] if arguments and isinstance(arguments[0], Opaque) else function.this
    if name == "call":
        return Native(path, this), arguments[1:]
    given = arguments[1] if len(arguments) > 1 else []
    return Native(path, this), given if isinstance(given, list) else [given]


def _unescaped(node: Node) -> str:
    """A part of a string or template, its escapes read. https://tc39.es/ecma262/#prod-EscapeSequence"""
    text = text_of_node(node)
    if node.type != "escape_sequence":
        return text
    code = text[1:]
    simple = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
    if code in simple:
        return simple[code]
    if code[:1] in ("x", "u"):
        digits = code[1:].strip("{}")
        try:
            return chr(min(int(digits, 16), 0x10FFFF))
        except ValueError:
            return code
    return code
