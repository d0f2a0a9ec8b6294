"""Functions, their parameters, patterns and classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from .compiler import field, named, parts, text
from .members import member
from .operators import Operators
from .values import UNDEFINED, Class, Code, Function, Instance, Plain, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .compiler import Run
    from .machine import Machine
    from .scope import Scope

    Take = Callable[[Machine, Scope, Value], None]

_NAME: Final = lazy_pattern(r"[A-Za-z_$][\w$]*+")


class Functions(Operators):
    def statements(self, node: Node) -> Run:
        """What runs the statements of a block."""
        raise NotImplementedError

    def function(self, node: Node) -> Code:
        """The code of a function, compiled when it is first called."""
        name = node.child_by_field_name("name")
        code = Code(node, "" if name is None else text(name))
        code.is_arrow = node.type == "arrow_function"
        code.is_generator = node.type.startswith("generator")
        code.is_async = any(child.type == "async" for child in node.children)
        alone, listed = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        given = [alone] if alone is not None else [] if listed is None else parts(listed)
        given = [each for each in given if text(each).partition(":")[0].strip() != "this"]
        code.parameters = [_name_of(each) for each in given]
        code.names = frozenset((*_NAME.findall(text(node)), "this"))
        body = node.child_by_field_name("body")
        if body is None:
            return code
        compiled: list[Run] = []
        takes: list[Callable[[Machine, Scope, list[Value]], None]] = []

        def run(machine: Machine, scope: Scope, values: list[Value]) -> Value:
            if not compiled:
                takes.extend(self._parameter(each, number) for number, each in enumerate(given))
                is_block = body.type == "statement_block"
                compiled.append(self.statements(body) if is_block else self.expression(body))
            for take in takes:
                take(machine, scope, values)
            return compiled[0](machine, scope)

        code.run = run
        return code

    def _parameter(self, node: Node, number: int) -> Callable[[Machine, Scope, list[Value]], None]:
        inner, default = node, None
        if node.type in ("required_parameter", "optional_parameter"):
            inner, given = field(node, "pattern"), node.child_by_field_name("value")
            default = None if given is None else self.expression(given)
        if inner.type == "rest_pattern":
            rest = self.pattern(inner.named_children[0])
            return lambda machine, scope, values: rest(machine, scope, values[number:])
        bind = self.pattern(inner)

        def take(machine: Machine, scope: Scope, values: list[Value]) -> None:
            value = values[number] if number < len(values) else UNDEFINED
            if value is UNDEFINED and default is not None:
                value = default(machine, scope)
            bind(machine, scope, value)

        return take

    def pattern(self, node: Node) -> Take:
        """What gives the names of a pattern their values, in the scope that it is given."""
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            name = text(node)
            return lambda machine, scope, value: scope.names.__setitem__(name, value)
        if node.type in ("assignment_pattern", "object_assignment_pattern"):
            inner, default = self.pattern(field(node, "left")), self.expression(field(node, "right"))
            return lambda machine, scope, value: inner(
                machine, scope, default(machine, scope) if value is UNDEFINED else value
            )
        if node.type == "object_pattern":
            return self._object_pattern(node)
        if node.type == "array_pattern":
            return self._array_pattern(node)
        if node.type in ("member_expression", "subscript_expression"):
            return self.target(node)
        return lambda machine, scope, value: None

    def target(self, node: Node) -> Take:
        raise NotImplementedError

    def _object_pattern(self, node: Node) -> Take:
        takes: list[tuple[Any, Take, bool]] = []
        for each in parts(node):
            if each.type == "rest_pattern":
                takes.append((None, self.pattern(each.named_children[0]), True))
            elif each.type == "pair_pattern":
                takes.append((self.key(field(each, "key")), self.pattern(field(each, "value")), False))
            else:
                left = field(each, "left") if each.type == "object_assignment_pattern" else each
                takes.append((self.key(left), self.pattern(each), False))

        def bind(machine: Machine, scope: Scope, value: Value) -> None:
            taken: list[str] = []
            for key, take, is_rest in takes:
                if is_rest:
                    rest = Plain()
                    rest.spread(value)
                    for name in taken:
                        rest.values.pop(name, None)
                    take(machine, scope, rest)
                    continue
                name = key(machine, scope)
                taken.append(str(name))
                take(machine, scope, member(machine, value, name, node))

        return bind

    def _array_pattern(self, node: Node) -> Take:
        takes = [
            (number, self.pattern(each.named_children[0] if is_rest else each), is_rest)
            for number, each in enumerate(_with_holes(node))
            if each is not None
            for is_rest in (each.type == "rest_pattern",)
        ]

        def bind(machine: Machine, scope: Scope, value: Value) -> None:
            for number, take, is_rest in takes:
                if is_rest:
                    rest = value[number:] if isinstance(value, list) else [Unknown(named(node), is_many=True)]
                    take(machine, scope, rest)
                else:
                    take(machine, scope, member(machine, value, number, node))

        return bind

    def class_of(self, node: Node) -> Run:
        name, heritage = node.child_by_field_name("name"), None
        for child in node.named_children:
            if child.type == "class_heritage":
                clause = next((each for each in child.named_children if each.type == "extends_clause"), None)
                of = clause.child_by_field_name("value") if clause is not None else None
                first = child.named_children[0] if child.named_children else None
                heritage = of if of is not None else None if first is None or "clause" in first.type else first
        base = None if heritage is None else self.expression(heritage)
        members = [(each, self._member_of_class(each)) for each in parts(field(node, "body"))]
        called = "" if name is None else text(name)

        def run(machine: Machine, scope: Scope) -> Value:
            made = Class(called, None if base is None else base(machine, scope))
            for _, each in members:
                if each is not None:
                    each(machine, scope, made)
            machine.classes.append(made)
            return made

        return run

    def _member_of_class(self, node: Node) -> Callable[[Machine, Scope, Class], None] | None:
        is_static = any(child.type == "static" for child in node.children)
        if node.type == "method_definition":
            name, code = text(field(node, "name")), self.function(node)
            is_getter = any(child.type in ("get", "set") for child in node.children)
            own = self._fields_of_constructor(node) if name == "constructor" else []

            def injected(machine: Machine, this: Instance) -> None:
                for each in own:
                    this.values[each] = Unknown(f"this.{each}", fixed=True)

            def method(machine: Machine, scope: Scope, made: Class) -> None:
                function = Function(code, scope, made if is_static else UNDEFINED)
                function.of = made
                if is_static:
                    made.own[name] = function
                else:
                    (made.getters if is_getter else made.methods)[name] = function
                if own:
                    made.fields.append(injected)

            return method
        if node.type not in ("public_field_definition", "field_definition"):
            return None
        name_of = node.child_by_field_name("name") or node.child_by_field_name("property")
        given = node.child_by_field_name("value")
        if name_of is None:
            return None
        name, value = text(name_of), None if given is None else self.expression(given)

        def put(machine: Machine, scope: Scope, made: Class) -> None:
            if is_static:
                made.own[name] = UNDEFINED if value is None else value(machine, scope)
                return

            def fill(machine: Machine, this: Instance) -> None:
                from .scope import Scope as Inner

                inner = Inner(scope, is_function=True)
                inner.names["this"] = this
                this.values[name] = UNDEFINED if value is None else value(machine, inner)

            made.fields.append(fill)

        return put

    def _fields_of_constructor(self, node: Node) -> list[str]:
        """`constructor(private name: Type)`: what is injected."""
        return [
            _name_of(each)
            for each in parts(field(node, "parameters"))
            if re.match(r"(?:private|public|protected|readonly)\b", text(each))
        ]


def _with_holes(node: Node) -> list[Node | None]:
    found: list[Node | None] = []
    waits = True
    for child in node.children:
        if child.type == ",":
            if waits:
                found.append(None)
            waits = True
        elif child.is_named and child.type != "comment":
            found.append(child)
            waits = False
    return found


def _name_of(node: Node) -> str:
    inner = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
    return text(inner) if inner.type in ("identifier", "this") else ""
