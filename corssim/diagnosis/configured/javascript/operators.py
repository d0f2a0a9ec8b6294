"""Operators. Where what they are given is not known, it is named by its text. https://tc39.es/ecma262/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .compiler import field, named, text
from .literals import Literals, joined
from .values import UNDEFINED, Class, Expression, Instance, Native, Plain, Unknown, Value, same, type_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .compiler import Run
    from .machine import Machine
    from .scope import Scope

_ACTS: Final = frozenset({"call_expression", "new_expression", "assignment_expression", "await_expression",
                          "augmented_assignment_expression", "update_expression"})  # fmt: skip


def acts(node: Node) -> bool:
    """Whether an expression does more than to give a value."""
    nodes = [node]
    for _ in range(200):
        if not nodes:
            return False
        each = nodes.pop()
        if each.type in _ACTS:
            return True
        if each.type not in ("arrow_function", "function_expression"):
            nodes += each.named_children
    return True


class Operators(Literals):
    def _binary_expression(self, node: Node) -> Run:
        sign = text(field(node, "operator"))
        if sign in ("&&", "||", "??"):
            return self._chosen(node, sign)
        one, other = self.expression(field(node, "left")), self.expression(field(node, "right"))

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            left, right = one(machine, scope), other(machine, scope)
            if sign == "+" and not (_is_number(left) and _is_number(right)):
                return joined([left, right], node)
            found = compared(machine, sign, left, right)
            if found is not None:
                return found
            unknown = [each for each in (left, right) if isinstance(each, Unknown)]
            return Unknown(named(node), fixed=bool(unknown) and all(each.fixed for each in unknown))

        return run

    def _chosen(self, node: Node, sign: str) -> Run:
        """`a || b`, `a && b`, `a ?? b`"""
        left, right = field(node, "left"), field(node, "right")
        one, other, right_acts = self.expression(left), self.expression(right), acts(right)

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            value = one(machine, scope)
            if isinstance(value, Unknown) and not right_acts:
                beside = other(machine, scope)
                if sign == "&&" and not isinstance(beside, Unknown) and not machine.truthy(beside):
                    return beside if isinstance(beside, bool) else Unknown(named(node), value.package)
                if sign != "&&" and (value.package or isinstance(beside, Plain)):
                    return value
                return Unknown(f"{value.text} {sign} {named(right)}", value.package, fixed=value.fixed)
            if sign == "??":
                if isinstance(value, Unknown):
                    is_there = machine.supposes(value)
                else:
                    is_there = value is not None and value is not UNDEFINED
                return value if is_there else other(machine, scope)
            return value if machine.truthy(value) is (sign == "||") else other(machine, scope)

        return run

    def _unary_expression(self, node: Node) -> Run:
        sign, of = text(field(node, "operator")), field(node, "argument")
        if sign == "delete":
            return self._deleted(of)
        value_of = self.expression(of)

        def run(machine: Machine, scope: Scope) -> Value:
            value = value_of(machine, scope)
            if sign == "void":
                return UNDEFINED
            if sign == "typeof" and not isinstance(value, Unknown):
                return type_of(value)
            if sign == "!":
                return not machine.truthy(value)
            if sign in "+-~" and _is_number(value):
                return value if sign == "+" else -value if sign == "-" else ~int(value)
            if sign == "+" and isinstance(value, str) and value.isdecimal():
                return int(value)
            return Unknown(named(node), fixed=isinstance(value, Unknown) and value.fixed)

        return run

    def _deleted(self, of: Node) -> Run:
        if of.type not in ("member_expression", "subscript_expression"):
            return self.unknown(of)
        target, name = self.expression(field(of, "object")), self.member_name(of)

        def run(machine: Machine, scope: Scope) -> Value:
            value, key = target(machine, scope), name(machine, scope)
            if isinstance(value, Plain | Instance):
                value.values.pop(str(key), None)
            elif hasattr(value, "delete"):
                value.delete(key)
            return True

        return run

    def member_name(self, node: Node) -> Run:
        """The name in `a.name` and `a[name]`."""
        raise NotImplementedError

    def _ternary_expression(self, node: Node) -> Run:
        asked = self.expression(field(node, "condition"))
        one, other = self.expression(field(node, "consequence")), self.expression(field(node, "alternative"))

        def run(machine: Machine, scope: Scope) -> Value:
            machine.step()
            return one(machine, scope) if machine.truthy(asked(machine, scope)) else other(machine, scope)

        return run

    def _parenthesized_expression(self, node: Node) -> Run:
        inner = [each for each in node.named_children if each.type not in ("comment", "type_annotation")]
        return self.expression(inner[0]) if inner else self.unknown(node)

    def _sequence_expression(self, node: Node) -> Run:
        each = [self.expression(child) for child in node.named_children if child.type != "comment"]
        return lambda machine, scope: [run(machine, scope) for run in each][-1]

    def _await_expression(self, node: Node) -> Run:
        waits = self.expression(node.named_children[0]) if node.named_children else self.unknown(node)
        return lambda machine, scope: machine.settled(waits(machine, scope))

    def _typed(self, node: Node) -> Run:
        """What says of a value only of which type it is."""
        return self.expression(node.named_children[0]) if node.named_children else self.unknown(node)

    _as_expression = _satisfies_expression = _non_null_expression = _instantiation_expression = _typed

    def _type_assertion(self, node: Node) -> Run:
        return self.expression(node.named_children[-1]) if node.named_children else self.unknown(node)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def compared(machine: Machine, sign: str, left: Value, right: Value) -> Value:
    """The result; None where it is not known."""
    if sign in ("===", "!==", "==", "!="):
        is_same = machine.equal(left, right) if len(sign) == 3 else _loosely(machine, left, right)
        return None if is_same is None else is_same is (sign[0] == "=")
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if sign == "in":
        if isinstance(right, Plain) and isinstance(left, str):
            return None if right.rest is not None and left not in right.values else left in right.values
        return None
    if sign == "instanceof":
        return _is_instance(left, right)
    if isinstance(left, str) and isinstance(right, str) and sign in ("<", ">", "<=", ">="):
        return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]
    if not _is_number(left) or not _is_number(right):
        return None
    match sign:
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            found = left / right
            return int(found) if found == int(found) else found
        case "%" if right and left >= 0 and right > 0:
            return left % right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
    return None


def _loosely(machine: Machine, left: Value, right: Value) -> bool | None:
    """=="""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    nothing = [each is None or each is UNDEFINED for each in (left, right)]
    if any(nothing):
        return all(nothing)
    if type(left) is type(right) or isinstance(left, str) is isinstance(right, str):
        return machine.equal(left, right)
    number, other = (left, right) if isinstance(right, str) else (right, left)
    if _is_number(number) and isinstance(other, str):
        return str(number) == other.strip() if other.strip().isdecimal() else None
    return same(left, right) if isinstance(left, str) and isinstance(right, str) else None


def _is_instance(left: Value, right: Value) -> Value:
    if isinstance(right, Class):
        if not isinstance(left, Instance):
            return False
        of: Value = left.of
        for _ in range(10):
            if of is right:
                return True
            of = of.base if isinstance(of, Class) else None
        return False
    if isinstance(right, Native):
        kinds: dict[str, type] = {"RegExp": Expression, "Array": list}
        if right.name in kinds:
            return isinstance(left, kinds[right.name])
        if right.name == "String":
            return False
        if isinstance(left, str | bool | int | float) or left is None or left is UNDEFINED:
            return False
    return None
