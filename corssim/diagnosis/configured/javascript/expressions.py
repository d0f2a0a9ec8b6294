"""Names, members, calls and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compiler import field, named, parts, text
from .functions import Functions
from .literals import joined, spread_items
from .members import member, set_member
from .operators import compared
from .values import UNDEFINED, Class, Function, Plain, Promise, Unknown, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .compiler import Run
    from .functions import Take
    from .machine import Machine
    from .scope import Scope

    Given = Callable[[Machine, Scope], list[Value]]


class _Short(Exception):
    """`a?.b` where there is no a: the whole of the chain is undefined."""


class Expressions(Functions):
    def _identifier(self, node: Node) -> Run:
        name = text(node)
        if name == "undefined":
            return lambda machine, scope: UNDEFINED

        def run(machine: Machine, scope: Scope) -> Value:
            of: Scope | None = scope
            while of is not None:
                if name in of.names:
                    return of.names[name]
                of = of.around
            return machine.free(name)

        return run

    def _this(self, node: Node) -> Run:
        def run(machine: Machine, scope: Scope) -> Value:
            holder = scope.holder("this")
            return UNDEFINED if holder is None else holder.names["this"]

        return run

    def member_name(self, node: Node) -> Run:
        """The name in `a.name` and `a[name]`; an item's number as it is."""
        if node.type == "member_expression":
            name = text(field(node, "property"))
            return lambda machine, scope: name
        index = self.expression(field(node, "index"))

        def run(machine: Machine, scope: Scope) -> Value:
            value = index(machine, scope)
            return value if isinstance(value, int | float) and not isinstance(value, bool) else text_of(value)

        return run

    def _member(self, node: Node) -> Run:
        target, name = self.expression(field(node, "object")), self.member_name(node)
        is_optional = any(child.type == "optional_chain" for child in node.children)

        def run(machine: Machine, scope: Scope) -> Value:
            value = target(machine, scope)
            if is_optional and (value is None or value is UNDEFINED):
                raise _Short
            return member(machine, value, name(machine, scope), node)

        return self._whole_chain(node, run)

    _member_expression = _subscript_expression = _member

    def _whole_chain(self, node: Node, run: Run) -> Run:
        """Where a chain with `?.` ends, what has stopped in it is undefined."""
        above = node.parent
        goes_on = above is not None and (
            (
                above.type in ("member_expression", "subscript_expression")
                and above.child_by_field_name("object") == node
            )
            or (above.type == "call_expression" and above.child_by_field_name("function") == node)
        )
        if goes_on or b"?." not in (node.text or b""):
            return run

        def whole(machine: Machine, scope: Scope) -> Value:
            try:
                return run(machine, scope)
            except _Short:
                return UNDEFINED

        return whole

    def _given(self, node: Node | None) -> Given:
        """What gives the list of a call's arguments."""
        items = [] if node is None else parts(node)
        each = [
            (is_spread, self.expression(item.named_children[0] if is_spread else item))
            for item in items
            for is_spread in (item.type == "spread_element",)
        ]

        def run(machine: Machine, scope: Scope) -> list[Value]:
            found: list[Value] = []
            for is_spread, item in each:
                value = item(machine, scope)
                if is_spread:
                    found += machine.counted(spread_items(value))
                else:
                    found.append(value)
            return found

        return run

    def _call_expression(self, node: Node) -> Run:
        callee = field(node, "function")
        if callee.type == "await_expression" and callee.named_children:
            # `await of<Type>(…)`, in whose tree the call stands around the `await`
            called = self._call_of(node, callee.named_children[0])
            return lambda machine, scope: machine.settled(called(machine, scope))
        return self._call_of(node, callee)

    def _call_of(self, node: Node, callee: Node) -> Run:
        arguments = node.child_by_field_name("arguments")
        if arguments is not None and arguments.type == "template_string":
            return self.unknown(node)
        given = self._given(arguments)
        if callee.type == "super":
            return self._call_of_super(given)
        if callee.type == "import":
            return lambda machine, scope: Promise(machine.imports(given(machine, scope)))
        is_optional = any(child.type in ("optional_chain", "?.") for child in node.children)
        inner = callee
        while inner.type in ("parenthesized_expression", "non_null_expression") and inner.named_children:
            inner = inner.named_children[0]
        if inner.type not in ("member_expression", "subscript_expression"):
            function = self.expression(callee)

            def alone(machine: Machine, scope: Scope) -> Value:
                value = function(machine, scope)
                if is_optional and (value is None or value is UNDEFINED):
                    raise _Short
                return machine.call(value, given(machine, scope), text=named(node))

            return self._whole_chain(node, alone)
        target, name = self.expression(field(inner, "object")), self.member_name(inner)
        is_chained = any(child.type == "optional_chain" for child in inner.children)
        of_super = field(inner, "object").type == "super"

        def run(machine: Machine, scope: Scope) -> Value:
            value = target(machine, scope)
            if is_chained and (value is None or value is UNDEFINED):
                raise _Short
            called = member(machine, value, name(machine, scope), inner)
            if is_optional and (called is None or called is UNDEFINED):
                raise _Short
            this = self._this(inner)(machine, scope) if of_super else value
            return machine.call(called, given(machine, scope), this, named(node))

        return self._whole_chain(node, run)

    def _call_of_super(self, given: Given) -> Run:
        def run(machine: Machine, scope: Scope) -> Value:
            holder = scope.holder("super")
            of = None if holder is None else holder.names["super"]
            values = given(machine, scope)
            base = of.base if isinstance(of, Class) else None
            constructor = base.method("constructor") if isinstance(base, Class) else None
            if constructor is not None:
                machine.call(constructor, values, self._this_of(scope), "super()")
            return UNDEFINED

        return run

    def _this_of(self, scope: Scope) -> Value:
        holder = scope.holder("this")
        return UNDEFINED if holder is None else holder.names["this"]

    def _super(self, node: Node) -> Run:
        def run(machine: Machine, scope: Scope) -> Value:
            holder = scope.holder("super")
            of = None if holder is None else holder.names["super"]
            if not isinstance(of, Class) or not isinstance(of.base, Class):
                return Unknown("super")
            return Plain(dict(of.base.methods))

        return run

    def _new_expression(self, node: Node) -> Run:
        of, given = self.expression(field(node, "constructor")), self._given(node.child_by_field_name("arguments"))
        return lambda machine, scope: machine.new(of(machine, scope), given(machine, scope), named(node))

    def _arrow_function(self, node: Node) -> Run:
        code = self.function(node)

        def run(machine: Machine, scope: Scope) -> Value:
            made = Function(code, scope)
            machine.functions.append(made)
            return made

        return run

    _function_expression = _function = _generator_function = _arrow_function

    def _assignment_expression(self, node: Node) -> Run:
        assign, value = self.target(field(node, "left")), self.expression(field(node, "right"))

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            told = value(machine, scope)
            assign(machine, scope, told)
            return told

        return run

    def _augmented_assignment_expression(self, node: Node) -> Run:
        left, sign = field(node, "left"), text(field(node, "operator")).removesuffix("=")
        assign, old, value = self.target(left), self.expression(left), self.expression(field(node, "right"))

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            before = old(machine, scope)
            if sign in ("||", "&&", "??"):
                keeps = machine.truthy(before) is (sign == "||") if sign != "??" else before not in (None, UNDEFINED)
                if keeps:
                    return before
                told = value(machine, scope)
            else:
                more = value(machine, scope)
                told = compared(machine, sign, before, more) if sign != "+" else None
                if told is None and sign == "+":
                    are_numbers = all(isinstance(each, int | float) for each in (before, more))
                    told = before + more if are_numbers else joined([before, more], node)
                told = Unknown(named(node)) if told is None else told
            assign(machine, scope, told)
            return told

        return run

    def _update_expression(self, node: Node) -> Run:
        of = field(node, "argument")
        assign, old = self.target(of), self.expression(of)
        by, is_before = (1 if "++" in text(node) else -1), node.children[0].type in ("++", "--")

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            before = old(machine, scope)
            is_number = isinstance(before, int | float) and not isinstance(before, bool)
            after = before + by if is_number else Unknown(named(node))
            assign(machine, scope, after)
            return after if is_before else before

        return run

    def target(self, node: Node) -> Take:
        """What takes a value: a name, a member, a pattern."""
        while node.type in ("parenthesized_expression", "non_null_expression", "as_expression") and node.named_children:
            node = node.named_children[0]
        if node.type == "identifier":
            name = text(node)

            def assign(machine: Machine, scope: Scope, value: Value) -> None:
                (scope.holder(name) or _outermost(scope)).names[name] = value

            return assign
        if node.type in ("member_expression", "subscript_expression"):
            of, key = self.expression(field(node, "object")), self.member_name(node)

            def put(machine: Machine, scope: Scope, value: Value) -> None:
                set_member(machine, of(machine, scope), key(machine, scope), value, node)

            return put
        pattern = self.pattern(node)

        def bind(machine: Machine, scope: Scope, value: Value) -> None:
            pattern(machine, scope, value)

        return bind

    def _class_expression(self, node: Node) -> Run:
        return self.class_of(node)

    _class = _class_expression


def _outermost(scope: Scope) -> Scope:
    while scope.around is not None:
        scope = scope.around
    return scope
