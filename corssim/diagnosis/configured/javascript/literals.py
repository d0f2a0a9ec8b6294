"""Values that are written out: texts, numbers, lists, objects, expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from .compiler import Compiler, field, named, parts, text
from .values import UNDEFINED, Expression, Function, Plain, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from tree_sitter import Node

    from .compiler import Run
    from .machine import Machine
    from .scope import Scope
    from .values import Code

    Fill = Callable[[Machine, Scope, Plain], None]

_ESCAPE: Final = lazy_pattern(r"\\(u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|\r\n|[\s\S])")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


def unescaped(source: str) -> str:
    """https://tc39.es/ecma262/#sec-literals-string-literals"""

    def value(found: re.Match[str]) -> str:
        sign = found[1]
        if sign[0] in "ux" and len(sign) > 1:
            number = int(sign.strip("ux{}"), 16)
            return chr(number) if number < 0x110000 else ""
        return _ESCAPES.get(sign, sign)

    return _ESCAPE.sub(value, source) if "\\" in source else source


class Literals(Compiler):
    def _string(self, node: Node) -> Run:
        value = unescaped(text(node)[1:-1])
        return lambda machine, scope: value

    def _number(self, node: Node) -> Run:
        source = text(node).replace("_", "")
        try:
            value: float | int = int(source, 0)
        except ValueError:
            try:
                value = float(source)
            except ValueError:
                return self.unknown(node)
        return lambda machine, scope: value

    def _true(self, node: Node) -> Run:
        return lambda machine, scope: True

    def _false(self, node: Node) -> Run:
        return lambda machine, scope: False

    def _null(self, node: Node) -> Run:
        return lambda machine, scope: None

    def _undefined(self, node: Node) -> Run:
        return lambda machine, scope: UNDEFINED

    def _regex(self, node: Node) -> Run:
        flags = node.child_by_field_name("flags")
        source, signs = text(field(node, "pattern")), "" if flags is None else text(flags)
        value = Expression(source, signs)
        return lambda machine, scope: value

    def _template_string(self, node: Node) -> Run:
        pieces: list[str | Run] = []
        source, begin, at = node.text or b"", node.start_byte, 1
        for child in node.named_children:
            if child.type == "template_substitution":
                pieces.append(unescaped(source[at : child.start_byte - begin].decode("utf-8", "replace")))
                pieces.append(self.expression(child.named_children[0]) if child.named_children else self.unknown(child))
                at = child.end_byte - begin
        pieces.append(unescaped(source[at : len(source) - 1].decode("utf-8", "replace")))

        def run(machine: Machine, scope: Scope) -> Value:
            return joined([each if isinstance(each, str) else each(machine, scope) for each in pieces], node)

        return run

    def _array(self, node: Node) -> Run:
        items = [
            (is_spread, self.expression(each.named_children[0] if is_spread else each))
            for each in parts(node)
            for is_spread in (each.type == "spread_element",)
        ]

        def run(machine: Machine, scope: Scope) -> Value:
            found: list[Value] = []
            for is_spread, item in items:
                machine.step()
                value = item(machine, scope)
                if is_spread:
                    found += machine.counted(spread_items(value))
                else:
                    found.append(value)
            return found

        return run

    def _object(self, node: Node) -> Run:
        fill = [self._deeper(self._member_of_object, each) for each in parts(node)]

        def run(machine: Machine, scope: Scope) -> Value:
            made = Plain()
            for each in fill:
                machine.step()
                each(machine, scope, made)
            return made

        return run

    def _member_of_object(self, node: Node) -> Fill:
        if node.type == "spread_element":
            spread = self.expression(node.named_children[0])
            return lambda machine, scope, made: made.spread(spread(machine, scope))
        if node.type == "shorthand_property_identifier":
            name = text(node)
            read = self._identifier(node)
            return lambda machine, scope, made: made.values.__setitem__(name, read(machine, scope))
        if node.type == "method_definition":
            name, code = text(field(node, "name")), self.function(node)
            is_getter = any(child.type in ("get", "set") for child in node.children)

            def method(machine: Machine, scope: Scope, made: Plain) -> None:
                made.values[name] = Unknown(named(node)) if is_getter else Function(code, scope, made)

            return method
        if node.type == "ERROR" and not (node.text or b"").strip(b". \t\r\n"):
            return lambda machine, scope, made: setattr(made, "rest", Unknown("what is left out"))
        if node.type != "pair":
            return lambda machine, scope, made: made.spread(Unknown(named(node)))
        key, value = self.key(field(node, "key")), self.expression(field(node, "value"))

        def pair(machine: Machine, scope: Scope, made: Plain) -> None:
            name = key(machine, scope)
            told = value(machine, scope)
            if name is None:
                made.spread(Unknown(named(node)))
            else:
                made.values[name] = told

        return pair

    def key(self, node: Node) -> Run:
        """The name of a member; None where it is not known."""
        if node.type == "string":
            return self._string(node)
        if node.type == "computed_property_name":
            read = self.expression(node.named_children[0])
            return lambda machine, scope: text_of(read(machine, scope))
        name = text(node)
        return lambda machine, scope: name

    def _identifier(self, node: Node) -> Run:
        raise NotImplementedError

    def function(self, node: Node) -> Code:
        raise NotImplementedError


def joined(values: list[Value], node: Node) -> Value:
    """The texts of these one after the other."""
    texts = [text_of(value) for value in values]
    if None not in texts:
        found = "".join(each or "" for each in texts)
        if len(found) > 10_000:
            raise Thrown(Plain({"message": "a text that grows"}))
        return found
    unknown = [value for value in values if isinstance(value, Unknown)]
    return Unknown(named(node), fixed=bool(unknown) and all(each.fixed for each in unknown))


def spread_items(value: Value) -> list[Value]:
    """What `...value` puts into a list."""
    if isinstance(value, list):
        return list(value)
    if isinstance(value, str):
        return list(value)
    items = value.get("items") if hasattr(value, "get") else None
    if isinstance(items, list):
        return list(items)
    return [Unknown(value.text if isinstance(value, Unknown) else "a list", fixed=True, is_many=True)]
