"""Values get names: assignments, patterns, parameters of functions that are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .evaluator_parts import EvaluatorParts
from .scope import Scope
from .syntax import text_of_node
from .values import UNDEFINED, Function, Native, Opaque, Unknown, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .values import Value

_DEEPEST_CALL = 12
_OF_ALL_COMPONENTS = lazy_pattern(r"Vue\.prototype|\w+\.config\.globalProperties")
GLOBAL_OBJECTS = frozenset({"window", "globalThis", "self", "global"})


class Returned(Exception):
    """A return statement was read."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Binding(EvaluatorParts):
    """Names and parameters."""

    def bind(self, target: Node, value: Value, scope: Scope, *, declares: bool = True) -> None:
        """Give a value to a name, a property or a pattern."""
        match target.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                name = text_of_node(target)
                value = self.define.get(name, self.plain(value, target) if _is_name_of_nothing(value) else value)
                if declares:
                    scope.variables[name] = value
                else:
                    scope.assign(name, value)
            case "member_expression" | "subscript_expression":
                self._set_member(target, value, scope)
            case "object_pattern":
                self._bind_object(target, value, scope, declares=declares)
            case "assignment_pattern" | "object_assignment_pattern":
                left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
                if left is not None and right is not None:
                    self.bind(left, self.value(right, scope) if value is UNDEFINED else value, scope, declares=declares)
            case "required_parameter" | "optional_parameter":
                pattern, default = target.child_by_field_name("pattern"), target.child_by_field_name("value")
                if value is UNDEFINED and default is not None:
                    value = self.value(default, scope)
                if pattern is not None:
                    self.bind(pattern, value, scope)
            case "array_pattern":
                self._bind_array(target, value, scope, declares=declares)
            case "lexical_declaration" | "variable_declaration":
                self.bind(target.named_children[0], value, scope)
            case "variable_declarator" if (name_node := target.child_by_field_name("name")) is not None:
                self.bind(name_node, value, scope)

    def _bind_array(self, target: Node, value: Value, scope: Scope, *, declares: bool) -> None:
        """`[first, , third, ...others]`: what no list holds is undefined, of what is no list not known."""
        number = 0
        for child in target.children:
            number += child.type == ","
            if not child.is_named or child.type == "comment":
                continue
            name = text_of_node(child)
            if not isinstance(value, list):
                taken: Value = Unknown(name, (name,))
            elif child.type == "rest_pattern":
                taken = value[number:]
            else:
                taken = value[number] if number < len(value) else UNDEFINED
            inner = child.named_children[0] if child.type == "rest_pattern" and child.named_children else child
            self.bind(inner, taken, scope, declares=declares)

    def _bind_object(self, target: Node, value: Value, scope: Scope, *, declares: bool) -> None:
        for child in target.named_children:
            if child.type == "rest_pattern":
                self._bind_rest(child, target, value, scope)
                continue
            if child.type == "pair_pattern":
                key, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
            else:
                inner = child
                key = child.child_by_field_name("left") if child.type == "object_assignment_pattern" else child
            if key is None or inner is None:
                continue
            name = text_of_node(key).strip("'\"")
            self.bind(inner, self.member(value, name, child), scope, declares=declares)

    def _bind_rest(self, rest: Node, target: Node, value: Value, scope: Scope) -> None:
        """`...others` of an object pattern: what the others of its names did not take."""
        keys = [child.child_by_field_name("key") or child.child_by_field_name("left") or child
                for child in target.named_children if child is not rest]  # fmt: skip
        taken = {text_of_node(key).strip("'\"") for key in keys}
        others = {key: inner for key, inner in value.items() if key not in taken} if isinstance(value, dict) else value
        for name in rest.named_children:
            self.bind(name, others, scope)

    def _set_member(self, target: Node, value: Value, scope: Scope) -> None:
        holder_node = target.child_by_field_name("object")
        key = target.child_by_field_name("property")
        index = target.child_by_field_name("index")
        if holder_node is None:
            return
        holder = self.value(holder_node, scope)
        name = text_of_node(key) if key is not None else text_of(self.value(index, scope)) if index is not None else ""
        if isinstance(holder, dict):
            holder[name] = value
        elif isinstance(holder, Opaque):
            holder.fields[name] = value
            if isinstance(value, Function) and value.this is UNDEFINED and value.node.type != "arrow_function":
                value.this = holder
        elif (isinstance(holder, Native) and holder.path in GLOBAL_OBJECTS) or (
            isinstance(holder, Unknown) and holder.text in GLOBAL_OBJECTS
        ):
            self.globals.variables[name] = value
        elif isinstance(holder, Native) and _OF_ALL_COMPONENTS.fullmatch(holder.path) and _is_client(value):
            self.globals.variables[f"this.{name}"] = value
        elif isinstance(holder, Native):
            self._call(self, Native(f"{holder.path}.{name}=", holder.this), [value], target)
        elif isinstance(holder, Unknown) and holder.text.replace(".", "").replace("$", "").isidentifier():
            self._call(self, Native(f"{holder.text}.{name}="), [value], target)  # of a client that a function is given

    def invoke(self, function: Function, arguments: list[Value], *, all_given: bool = False) -> Value:
        """Read a function's body with these arguments. Others are not known, or (`all_given`) undefined."""
        if self._depth >= _DEEPEST_CALL:
            return Unknown("…", ("…",))
        function.called = True
        scope = Scope(function.scope, function.this if isinstance(function.this, dict | Opaque) else None)
        if arguments and function.node.type != "arrow_function":
            scope.variables["arguments"] = list(arguments)
        parameters = function.node.child_by_field_name("parameters")
        single = function.node.child_by_field_name("parameter")
        targets = [single] if single is not None else [] if parameters is None else parameters.named_children
        for number, target in enumerate(targets):
            if (rest := _rest_of(target)) is not None and (arguments or all_given):
                self.bind(rest, list(arguments[number:]), scope)
            elif number < len(arguments) or all_given:
                self.bind(target, arguments[number] if number < len(arguments) else UNDEFINED, scope)
            else:
                self._bind_unknown(target, scope)
        body = function.node.child_by_field_name("body")
        if body is None:
            return UNDEFINED
        self._depth += 1
        try:
            if body.type != "statement_block":
                return self.plain(self.value(body, scope), body)
            self.hoist(body, scope)
            self.block(body, scope)
        except Returned as result:
            return result.value
        finally:
            self._depth -= 1
        return UNDEFINED

    def _bind_unknown(self, target: Node, scope: Scope) -> None:
        """A parameter that nobody gave: its default, or what is not known, by its name."""
        if target.type in ("assignment_pattern",) or target.child_by_field_name("value") is not None:
            self.bind(target, UNDEFINED, scope)
            return
        pattern = target.child_by_field_name("pattern") or target
        name = text_of_node(pattern)
        value = Unknown("", ()) if pattern.type == "object_pattern" else Unknown(name, (name,))
        self.bind(target, value, scope)


def _is_client(value: Value) -> bool:
    """Whether a value is one that all components of an application are given, as in `Vue.prototype.$http = axios`."""
    return isinstance(value, Opaque | Function)


def _rest_of(target: Node) -> Node | None:
    """The name in `...name`, the last of a function's parameters."""
    inner = target.child_by_field_name("pattern") or target
    return inner.named_children[0] if inner.type == "rest_pattern" and inner.named_children else None


def _is_name_of_nothing(value: Value) -> bool:
    """Report whether a value is a property of something that is not known, as `params.url` is."""
    return (
        isinstance(value, Native)
        and "." in value.path.strip(".")
        and not value.path.startswith(("axios", "$", "jQuery", "XMLHttpRequest.", "navigator."))
    )
