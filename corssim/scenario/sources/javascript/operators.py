"""Operators on values that may not be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import (
    UNDEFINED,
    Class,
    Function,
    Opaque,
    Pairs,
    Partial,
    Undefined,
    Unknown,
    concatenated,
    truthy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .values import Value

_Number = int | float


def default_of(sign: str, left: Value, right: Callable[[], Value]) -> Value:
    """`||`, `&&` and `??`: where the left side is not known, the right one stands in if it is known."""
    if isinstance(left, Unknown):
        other = right()
        return left if isinstance(other, Unknown) and sign != "&&" else other
    if sign == "??":
        return right() if left is None or left is UNDEFINED else left
    return left if truthy(left) is (sign == "||") else right()


def binary(sign: str, left: Value, right: Value) -> Value:
    """The result, or None where it is not known."""
    if sign == "+":
        if _are_numbers(left, right):
            return left + right
        if isinstance(left, Unknown) and isinstance(right, Unknown):
            return None
        return concatenated(left, right)
    if sign == "in" and isinstance(right, dict | Opaque):
        return isinstance(right, Opaque) or left in right  # a feature that browsers have
    if isinstance(left, Unknown | Partial) or isinstance(right, Unknown | Partial):
        return None
    if sign in ("===", "!=="):
        return _is_same(left, right) is (sign == "===")
    if sign in ("==", "!="):
        equal = _is_alike(left, right)
        return None if equal is None else equal is (sign == "==")
    if not _are_numbers(left, right):
        return None
    match sign:
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
    return None


def _type_of(value: Value) -> Value:
    """https://tc39.es/ecma262/#sec-typeof-operator"""
    if isinstance(value, Undefined):
        return "undefined"
    if isinstance(value, Function | Class):
        return "function"
    for kind, name in ((str, "string"), (Partial, "string"), (bool, "boolean"), (int, "number"), (float, "number")):
        if isinstance(value, kind):
            return name
    return "object" if value is None or isinstance(value, dict | list | Pairs) else None


def _is_same(left: Value, right: Value) -> bool:
    """https://tc39.es/ecma262/#sec-isstrictlyequal"""
    if _are_numbers(left, right):
        return bool(left == right)
    if isinstance(left, str | bool | None) and isinstance(right, str | bool | None):
        return left == right and type(left) is type(right)
    return left is right


def _is_alike(left: Value, right: Value) -> bool | None:
    """https://tc39.es/ecma262/#sec-islooselyequal: null and undefined are; what would be converted is not known."""
    if left is None or left is UNDEFINED or right is None or right is UNDEFINED:
        return (left is None or left is UNDEFINED) and (right is None or right is UNDEFINED)
    if type(left) is type(right) or _are_numbers(left, right):
        return _is_same(left, right)
    return None


def _are_numbers(*values: Value) -> bool:
    return all(isinstance(value, _Number) and not isinstance(value, bool) and abs(value) < 1e15 for value in values)


def unary(sign: str, value: Value) -> Value:
    """The result, or None where it is not known."""
    if sign == "!":
        known = truthy(value)
        return None if known is None else not known
    if sign == "void":
        return UNDEFINED
    if sign == "typeof":
        return _type_of(value)
    if sign in ("-", "+") and _are_numbers(value):
        return -value if sign == "-" else value
    return None
