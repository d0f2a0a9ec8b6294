"""Members of values: what `a.name` and `a[name]` give and take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compiler import named
from .of_lists import of_list
from .of_texts import of_expression, of_text
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
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .machine import Machine


def member(machine: Machine, value: Value, name: Value, node: Node) -> Value:
    """The value of a member. Raises `Thrown` for one of nothing."""
    if isinstance(value, Unknown):
        key = name if isinstance(name, str) else text_of(name)
        found = Unknown(f"{value.text}.{key}" if key is not None else named(node), value.package, fixed=value.fixed)
        found.member = key or ""
        return found
    if value is None or value is UNDEFINED:
        raise Thrown(Plain({"message": f"{named(node)} of nothing"}))
    if name is None:
        return Unknown(named(node))
    if isinstance(value, list):
        return of_list(machine, value, name)
    key = name if isinstance(name, str) else str(text_of(name))
    if isinstance(value, str):
        return of_text(machine, value, name if isinstance(name, int) else key)
    if isinstance(value, Plain):
        return _of_plain(value, key)
    if isinstance(value, Function | Class | Native):
        return _of_function(machine, value, key)
    if isinstance(value, Instance) and (getter := value.of.method(key, is_getter=True)) is not None:
        return machine.call(getter, [], value)
    if isinstance(value, Instance) and value.get(key) is UNDEFINED and key in machine.made_elsewhere:
        value.set(key, machine.free(key))
    if isinstance(value, Host):
        return value.get(key)
    if isinstance(value, Expression):
        return of_expression(machine, value, key)
    if isinstance(value, Promise):
        return _of_promise(machine, value, key)
    if key in ("toString", "toFixed"):
        return Native(lambda given: text_of(value))
    return UNDEFINED


def _of_plain(value: Plain, key: str) -> Value:
    found = value.get(key)
    if found is UNDEFINED and key == "hasOwnProperty":
        return Native(lambda given: text_of(given[0]) in value.values)
    return found


def _of_function(machine: Machine, value: Function | Class | Native, key: str) -> Value:
    found = value.get(key)
    if found is not UNDEFINED:
        return found
    if isinstance(value, Function) and key == "call":
        return Native(lambda given: machine.call(value, given[1:], given[0] if given else UNDEFINED))
    if isinstance(value, Function) and key == "bind":
        this = UNDEFINED

        def bind(given: list[Value]) -> Value:
            made = Function(value.code, value.scope, given[0] if given else this)
            made.of = value.of
            return made if len(given) < 2 else Native(lambda more: machine.call(made, [*given[1:], *more]))

        return Native(bind)
    if key in ("call", "apply"):
        return Native(
            lambda given: machine.call(
                value, given[1:] if key == "call" else _listed(given),
                given[0] if given else UNDEFINED,
            )
        )  # fmt: skip
    if key == "bind":
        return Native(lambda given: value)
    if key == "name":
        return value.code.name if isinstance(value, Function) else value.name
    if key == "length" and isinstance(value, Function):
        return len(value.code.parameters)
    if isinstance(value, Class):
        base = value.base
        return base.get(key) if isinstance(base, Host) else UNDEFINED if value.is_told else Unknown(key, fixed=True)
    return UNDEFINED


def _listed(given: list[Value]) -> list[Value]:
    return list(given[1]) if len(given) > 1 and isinstance(given[1], list) else []


def _of_promise(machine: Machine, value: Promise, key: str) -> Value:
    def then(given: list[Value]) -> Value:
        if value.failed:
            return failed(given[1:])
        if not given or not isinstance(given[0], Host):
            return value
        return _promised(machine, given[0], [machine.settled(value)])

    def failed(given: list[Value]) -> Value:
        if not value.failed or not given or not isinstance(given[0], Host):
            return value
        return _promised(machine, given[0], [value.value])

    def last(given: list[Value]) -> Value:
        if given:
            machine.call(given[0], [])
        return value

    does = {"then": then, "catch": failed, "finally": last}.get(key)
    return UNDEFINED if does is None else Native(does)


def _promised(machine: Machine, function: Value, given: list[Value]) -> Promise:
    try:
        return Promise(machine.settled(machine.call(function, given)))
    except Thrown as thrown:
        return Promise(thrown.value, failed=True)


def set_member(machine: Machine, of: Value, name: Value, value: Value, node: Node) -> None:
    """`a.name = value`"""
    if isinstance(of, Unknown):
        if isinstance(value, Host) and value.matters and not isinstance(value, Function | Native):
            value.handed(named(node), of)
        return
    if of is None or of is UNDEFINED:
        raise Thrown(Plain({"message": f"{named(node)} of nothing"}))
    if isinstance(of, list):
        if isinstance(name, int) and 0 <= name < len(of) + 100:
            of += [UNDEFINED] * (name + 1 - len(of))
            of[name] = value
        elif name == "length" and isinstance(value, int):
            del of[value:]
        else:
            of.append(Unknown(named(node), is_many=True))
        return
    key = name if isinstance(name, str) else text_of(name)
    if key is None:
        if isinstance(of, Plain):
            of.spread(Unknown(named(node)))
        elif isinstance(of, Host):
            of.set("", Unknown(named(node)))
    elif isinstance(of, Plain):
        of.values[key] = value
    elif isinstance(of, Host):
        of.set(key, value)
