"""A run of a program: its statements one after the other, as far as the text tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import Branch, NotTold
from .expressions import Expressions
from .scope import Scope, body_of, initializer_of, parameters_of
from .syntax import name_of, named, part, shown, text_of
from .values import Closure, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

    from .scope import Declared
    from .values import Value

_MOST_ROUNDS: Final = 50  # of a loop


class Ended(Exception):
    """A `return`, with its value."""

    def __init__(self, value: Value = None) -> None:
        super().__init__()
        self.value = value


class _Left(Exception):
    """A `break` or a `continue` of a loop."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind


class Thrown(Exception):
    """An exception of the program's own."""


class Run(Expressions):
    """One run. `supposed` is what to suppose of the conditions of which the text does not tell, in their order."""

    matters: tuple[str, ...] = ()
    """Words of what a run is asked for: a block without any of them changes nothing that matters."""

    def __init__(self, declared: Declared, supposed: Sequence[bool] = ()) -> None:
        super().__init__(declared)
        self._supposed = list(supposed)
        self._known: dict[str, bool] = {}
        self.is_called = False  # in a function: one that the program begins with may end early, and then serves nobody

    def suppose(self, condition: str) -> bool:
        """Whether a condition holds of which nothing is told. Raises `Branch` where nothing is supposed yet."""
        if condition not in self._known:
            if not self._supposed:
                raise Branch(f"the condition {condition}")
            self._known[condition] = self._supposed.pop(0)
        return self._known[condition]

    def holds(self, value: Value, node: Node) -> bool:
        """Whether a condition does."""
        if isinstance(value, bool):
            return value
        if isinstance(value, Unknown):
            return self.suppose(value.text) != value.inverted
        raise NotTold(shown(node))

    def can_matter(self, node: Node) -> bool:
        """Whether a part of the text may change what is asked for."""
        text = text_of(node)
        return any(word in text for word in self.matters)

    # Functions

    def invoke(self, function: Value, values: Sequence[Value]) -> Value:
        """The result of a lambda or a method of the text."""
        if not isinstance(function, Closure):
            return Unknown("a function that is not in the text")
        scope = Scope(function.scope)
        for place, name in enumerate(function.parameters):
            kind = function.types[place] if place < len(function.types) else ""
            given = list(values[place:]) if kind.startswith("params") else values[place : place + 1]
            scope.names[name] = given[0] if given and not kind.startswith("params") else Unknown(name)
        was_called, self.is_called = self.is_called, True
        with self.deeper(function.node):
            if function.body.type != "block":
                return self.evaluate(function.body, scope)
            try:
                self.block(function.body, scope)
            except Ended as ended:
                return ended.value
            finally:
                self.is_called = was_called
        return None

    def closure_of(self, function: Node, scope: Scope) -> Closure | None:
        """A lambda or a method as a value; None where it has no body."""
        body = body_of(function)
        if body is None:
            return None
        listed = parameters_of(function)
        return Closure(tuple(name for name, _ in listed), body, scope, function, tuple(kind for _, kind in listed))

    # Statements

    def block(self, node: Node, scope: Scope) -> None:
        """The statements of a block, in their order; its functions can be called before they are declared."""
        statements = named(node)
        for each in statements:
            inner = named(each)[0] if each.type == "global_statement" and named(each) else each
            if inner.type == "local_function_statement" and (made := self.closure_of(inner, scope)) is not None:
                scope.names[name_of(inner)] = made
        for each in statements:
            self.statement(each, scope)

    def statement(self, node: Node, scope: Scope) -> None:
        """One statement. What is unknown to the language is passed over, where it cannot matter."""
        with self.deeper(node):
            doing = _STATEMENTS.get(node.type)
            if doing is not None:
                doing(self, node, scope)
            elif node.type not in _NOTHING and self.can_matter(node):
                raise NotTold(shown(node))

    def _inner(self, node: Node, scope: Scope) -> None:
        for each in named(node):
            self.statement(each, scope)

    def _block(self, node: Node, scope: Scope) -> None:
        self.block(node, Scope(scope))

    def _expression(self, node: Node, scope: Scope) -> None:
        for each in named(node):
            self.evaluate(each, scope)

    def _declaration(self, node: Node, scope: Scope) -> None:
        for declaration in named(node):
            declarators = [each for each in named(declaration) if each.type == "variable_declarator"]
            for declarator in declarators:
                value = initializer_of(declarator)
                name = name_of(declarator)
                scope.names[name] = Unknown(name) if value is None else self.evaluate(value, scope)

    def _if(self, node: Node, scope: Scope) -> None:
        condition, then, other = part(node, "condition"), part(node, "consequence"), part(node, "alternative")
        if condition is None or then is None:
            raise NotTold(shown(node))
        value = self.evaluate(condition, scope)
        ends = self.is_called and "return" in text_of(node)
        if isinstance(value, Unknown) and not self.can_matter(node) and not ends:
            self._forget(node, scope)
            return
        taken = then if self.holds(value, condition) else other
        if taken is not None:
            self.statement(taken, Scope(scope))

    def _forget(self, node: Node, scope: Scope) -> None:
        """What a part of the text that may not run gives a value is not known any more."""
        for name in self.assigned_in(node):
            found = scope.find(name)
            if found is not None:
                found.names[name] = Unknown(name)

    def _for_each(self, node: Node, scope: Scope) -> None:
        left, right, body = part(node, "left"), part(node, "right"), part(node, "body")
        if left is None or right is None or body is None:
            raise NotTold(shown(node))
        values = self.evaluate(right, scope)
        rounds = (
            values if isinstance(values, list) else [values if isinstance(values, Unknown) else Unknown(shown(right))]
        )
        if len(rounds) > _MOST_ROUNDS:
            raise NotTold(f"{shown(right)}, which has {len(rounds)} entries")
        for each in rounds:
            inner = Scope(scope)
            inner.names[text_of(left)] = each
            try:
                self.statement(body, inner)
            except _Left as left_by:
                if left_by.kind == "break_statement":
                    break

    def _return(self, node: Node, scope: Scope) -> None:
        inner = named(node)
        raise Ended(self.evaluate(inner[0], scope) if inner else None)

    def _leave(self, node: Node, scope: Scope) -> None:
        raise _Left(node.type)

    def _throw(self, node: Node, scope: Scope) -> None:
        raise Thrown(shown(node))

    def _try(self, node: Node, scope: Scope) -> None:
        """Nothing is thrown that the text does not tell."""
        for each in named(node):
            if each.type == "finally_clause":
                self._inner(each, scope)
            elif each.type != "catch_clause":
                self.statement(each, scope)

    def _using(self, node: Node, scope: Scope) -> None:
        inner = Scope(scope)
        for each in named(node):
            if each.type == "variable_declaration":
                self._declaration(node, inner)
            elif each.type.endswith("_statement") or each.type == "block":
                self.statement(each, inner)

    def _conditional_text(self, node: Node, scope: Scope) -> None:
        """`#if`: what the compiler is told is not in the text."""
        if not self.can_matter(node):
            return
        condition, other = part(node, "condition"), part(node, "alternative")
        inner = [each for each in named(node) if each not in (condition, other)]
        if condition is not None and self.suppose(f"#if {text_of(condition)}"):
            for each in inner:
                self.statement(each, scope)
        elif other is not None:
            self.statement(other, scope)

    def _error(self, node: Node, scope: Scope) -> None:
        if self.can_matter(node):
            raise NotTold(f"“{shown(node)}”, which is no C#,")


_NOTHING: Final = frozenset(
    {"using_directive", "local_function_statement", "empty_statement", "class_declaration", "namespace_declaration",
     "record_declaration", "interface_declaration", "enum_declaration", "struct_declaration", "preproc_region",
     "preproc_endregion", "attribute_list", "file_scoped_namespace_declaration", "extern_alias_directive",
     "preproc_nullable", "preproc_pragma", "global_attribute", "delegate_declaration"}
)  # fmt: skip
_STATEMENTS: Final = {
    "global_statement": Run._inner,
    "block": Run._block,
    "expression_statement": Run._expression,
    "local_declaration_statement": Run._declaration,
    "if_statement": Run._if,
    "foreach_statement": Run._for_each,
    "return_statement": Run._return,
    "break_statement": Run._leave,
    "continue_statement": Run._leave,
    "throw_statement": Run._throw,
    "try_statement": Run._try,
    "using_statement": Run._using,
    "lock_statement": Run._using,
    "checked_statement": Run._inner,
    "preproc_if": Run._conditional_text,
    "preproc_else": Run._inner,
    "ERROR": Run._error,
}
