"""The names of a text: what is declared in it, and what a name stands for in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .syntax import all_nodes, name_of, named, part, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .values import Value

_METHODS: Final = ("method_declaration", "local_function_statement", "constructor_declaration")
_TYPES: Final = ("class_declaration", "record_declaration", "struct_declaration", "interface_declaration")


class Scope:
    """Names of a block, and those around it."""

    def __init__(self, around: Scope | None = None) -> None:
        self._around = around
        self.names: dict[str, Value] = {}

    def find(self, name: str) -> Scope | None:
        """The innermost block that has a name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope._around
        return scope


class Declared:
    """What a text declares: methods and classes by name, fields with what they are given."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.methods: dict[str, list[Node]] = {}
        self.classes: dict[str, list[Node]] = {}
        self.fields: dict[str, list[Node | None]] = {}
        self.assigned: set[str] = set()
        self.errors: list[Node] = []
        self.names: set[str] = set()
        """All that are written anywhere, but in comments and texts."""
        for node in all_nodes(root):
            self._declare(node)

    def _declare(self, node: Node) -> None:
        if node.type in _METHODS:
            self.methods.setdefault(name_of(node), []).append(node)
        elif node.type in _TYPES:
            self.classes.setdefault(name_of(node), []).append(node)
        elif node.type == "field_declaration":
            for declarator in (each for child in named(node) for each in named(child)):
                if declarator.type == "variable_declarator":
                    self.fields.setdefault(name_of(declarator), []).append(initializer_of(declarator))
        elif node.type == "property_declaration":
            value = part(node, "value")
            if value is not None and value.type == "arrow_expression_clause":
                value = next(iter(named(value)), None)
            self.fields.setdefault(name_of(node), []).append(value)
        elif node.type == "assignment_expression":
            left = part(node, "left")
            is_of_object = node.parent is not None and node.parent.type == "initializer_expression"
            if left is not None and left.type in ("identifier", "member_access_expression") and not is_of_object:
                self.assigned.add(name_of(left))
        elif node.type == "ERROR":
            self.errors.append(node)
        elif node.type == "identifier":
            self.names.add(text_of(node))

    def field(self, name: str) -> Node | None:
        """What a field is given, where it is given that once and for all."""
        found = self.fields.get(name, [])
        texts = {"" if each is None else text_of(each) for each in found}
        return found[0] if len(texts) == 1 and name not in self.assigned else None


def initializer_of(declarator: Node) -> Node | None:
    """What stands behind the `=` of a declared name."""
    behind = named(declarator)[1:]
    return behind[-1] if behind and behind[-1].type != "bracketed_argument_list" else None


def parameters_of(function: Node) -> list[tuple[str, str]]:
    """Names and types of the parameters of a lambda or a method, with `this ` before the type of an extension's."""
    listed = part(function, "parameters")
    if listed is None:
        return []
    if listed.type == "implicit_parameter":
        return [(text_of(listed), "")]
    return [_parameter(each) for each in named(listed) if each.type in ("parameter", "implicit_parameter")]


def _parameter(node: Node) -> tuple[str, str]:
    if node.type == "implicit_parameter":
        return text_of(node), ""
    kind = part(node, "type")
    this = "this " if any(text_of(child) == "this" for child in node.children) else ""
    return name_of(node), this + ("" if kind is None else text_of(kind))


def body_of(function: Node) -> Node | None:
    """The block or the expression of a lambda or a method."""
    body = part(function, "body")
    if body is None:
        body = next((each for each in named(function) if each.type in ("block", "arrow_expression_clause")), None)
    if body is not None and body.type == "arrow_expression_clause":
        body = next(iter(named(body)), None)
    return body
