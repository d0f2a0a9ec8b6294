"""Statements of a snippet, read as far as their values are in the text. Nothing is executed.

Both branches of a condition that is not known are read, a loop's body once, callbacks with parameters that are not
known: what counts is which requests are in the text, and with which arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ..reading import UnreadableSource
from .binding import Binding, Returned
from .expressions import Expressions
from .operators import binary
from .scope import Scope
from .syntax import text_of_node
from .values import UNDEFINED, Class, Function, Native, Unknown, truthy

if TYPE_CHECKING:
    from tree_sitter import Node

    from .values import Value

_MOST_CASES = 8  # of a switch whose value is not known
_MOST_ITEMS = 20  # of a list that a loop goes through
_MOST_ROUNDS = 5  # of a loop that counts
_MOST_ROUNDS_OF_ALL = 100
_LONGEST_LINE = 10  # of classes that extend one another

_NOT_READ = frozenset({"comment", "type_alias_declaration", "interface_declaration", "empty_statement"})
_BLOCKS = frozenset(
    {"statement_block", "program", "else_clause", "finally_clause", "ERROR", "class_body", "labeled_statement",
     "export_statement", "switch_body", "switch_case", "switch_default"}
)  # fmt: skip


class Evaluator(Expressions, Binding):
    """Reads one snippet, statement by statement."""

    def read(self, root: Node) -> None:
        """The snippet from its top to its end; then the functions that nobody called, with unknown arguments."""
        try:
            self.hoist(root, self.globals)
            self.block(root, self.globals)
            for made in self.classes:
                if not made.made:
                    self.instance(made, [])
            self.is_called_by_nobody = True
            called = {found[0] or found[1] for found in _CALLED.findall(text_of_node(root))}
            for later in (False, True):  # what others may call waits for what they give it
                for function in self.functions:
                    if not function.called and (later or _name_of(function.node) not in called):
                        self.invoke(function, [])
                        for done in self.ends:
                            done()
                        self.ends.clear()
            self.is_called_by_nobody = False
        except Returned:
            pass
        except RecursionError as error:
            raise UnreadableSource("the script is nested too deep; paste the call alone") from error

    def block(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            self.statement(child, scope)

    def statement(self, node: Node, scope: Scope) -> None:
        handler = getattr(self, f"_{node.type}", None)
        if node.type in _NOT_READ:
            return
        if handler is not None and node.type.endswith(("_statement", "_declaration")):
            handler(node, scope)
        elif node.type in _BLOCKS:
            self._statements_until_return(node, scope)
        else:
            self.value(node, scope)

    def _statements_until_return(self, node: Node, scope: Scope) -> None:
        """A branch that returns does not end what is read: the other branch may be the one that is taken."""
        for child in node.named_children:
            self.statement(child, scope)

    def hoist(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            if child.type in ("function_declaration", "generator_function_declaration"):
                self._declare_function(child, scope)
            elif child.type == "export_statement":
                self.hoist(child, scope)

    def _declare_function(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        if name is not None and text_of_node(name) not in scope.variables:
            scope.variables[text_of_node(name)] = self._function(node, scope)

    def _function_declaration(self, node: Node, scope: Scope) -> None:
        self._declare_function(node, scope)

    _generator_function_declaration = _function_declaration

    def _lexical_declaration(self, node: Node, scope: Scope) -> None:
        for declarator in node.named_children:
            name = declarator.child_by_field_name("name")
            if declarator.type != "variable_declarator" or name is None:
                continue
            given = declarator.child_by_field_name("value")
            value = UNDEFINED if given is None else self.value(given, scope)
            if (
                isinstance(value, Unknown)
                and name.type == "identifier"
                and given is not None
                and given.type == "call_expression"
            ):
                value = Unknown(text_of_node(name), value.names or (text_of_node(name),))
            self.bind(name, value, scope)

    _variable_declaration = _lexical_declaration

    def _import_statement(self, node: Node, scope: Scope) -> None:
        source = node.child_by_field_name("source")
        if source is not None:
            self._call(self, Native("import"), [self.value(source, scope)], node)

    def _return_statement(self, node: Node, scope: Scope) -> None:
        value = self.value(node.named_children[0], scope) if node.named_children else UNDEFINED
        if scope is not self.globals:
            raise Returned(value)

    def _throw_statement(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            self.value(child, scope)

    def _if_statement(self, node: Node, scope: Scope) -> None:
        condition = node.child_by_field_name("condition")
        holds = truthy(self.plain(self.value(condition, scope), condition)) if condition is not None else None
        if holds is None and (way := self.decide(node, condition, 2)) is not None:
            holds = way == 0
        returned: Returned | None = None
        for field, taken in (("consequence", True), ("alternative", False)):
            branch = node.child_by_field_name(field)
            if branch is None or holds is (not taken):
                continue
            before = scope.seen() if holds is None and not taken else {}
            try:
                self.statement(branch, scope)
            except Returned as result:
                if holds is not None:
                    raise
                returned = result
            scope.keep(before)
        if returned is not None and node.child_by_field_name("alternative") is not None:
            raise returned

    def _switch_statement(self, node: Node, scope: Scope) -> None:
        """The case that fits, and what it falls through to; all where the value is not known."""
        given, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        cases = [] if body is None else [each for each in body.named_children if each.type.startswith("switch_")]
        value = self.plain(self.value(given, scope), given) if given is not None else UNDEFINED
        begins = self._fitting(value, cases, scope)
        if begins is None and cases:
            begins = self.decide(node, given, min(len(cases), _MOST_CASES))
        if begins is not None:
            self._cases(cases[begins:], scope)
            return
        returned: Returned | None = None
        kept: dict[tuple[Scope, str], Value] = {}
        for number in range(len(cases)):
            try:
                self._cases(cases[number : number + 1], scope)
            except Returned as result:
                returned = returned or result
            kept = kept or scope.seen()
        scope.restore(kept)
        if returned is not None and any(case.type == "switch_default" for case in cases):
            raise returned

    def _fitting(self, value: Value, cases: list[Node], scope: Scope) -> int | None:
        """Which case fits a value; None where it is not known."""
        default = len(cases)
        for number, case in enumerate(cases):
            label = case.child_by_field_name("value")
            if label is None:
                default = number
                continue
            fits = binary("===", value, self.plain(self.value(label, scope), label))
            if fits is not False:
                return number if fits else None
        return default

    def _cases(self, cases: list[Node], scope: Scope) -> None:
        """The statements of cases, up to a break."""
        for case in cases:
            label = case.child_by_field_name("value")
            statements = [child for child in case.named_children if child != label]
            if len(statements) == 1 and statements[0].type == "statement_block":
                statements = statements[0].named_children
            for statement in statements:
                if statement.type == "break_statement":
                    return
                self.statement(statement, scope)

    def _for_in_statement(self, node: Node, scope: Scope) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        body = node.child_by_field_name("body")
        items = self.value(right, scope) if right is not None else UNDEFINED
        is_of = any(child.type == "of" for child in node.children)
        if isinstance(items, dict) and not is_of:
            items = list(items)
        each = (
            items[:_MOST_ITEMS]
            if isinstance(items, list)
            else [Unknown(text_of_node(left) if left else "item", ("item",))]
        )
        for item in each:
            if left is not None:
                self.bind(left, item, scope)
            if body is not None:
                self.statement(body, scope)

    def _for_statement(self, node: Node, scope: Scope) -> None:
        initializer = node.child_by_field_name("initializer")
        if initializer is not None:
            self.statement(initializer, scope)
        self._loop(node, scope)

    def _while_statement(self, node: Node, scope: Scope) -> None:
        self._loop(node, scope)

    def _loop(self, node: Node, scope: Scope) -> None:
        """As many rounds as its condition is known to hold, within bounds; one where that is not known, or for ever."""
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        increment = node.child_by_field_name("increment")
        for number in range(_MOST_ROUNDS):
            holds = None if condition is None else truthy(self.plain(self.value(condition, scope), condition))
            if holds is False and not (number == 0 and node.type == "do_statement"):
                return
            self._rounds += 1
            if body is not None:
                self.statement(body, scope)
            if increment is not None:
                self.value(increment, scope)
            is_endless = condition is not None and text_of_node(condition).strip("( )") == "true"
            if holds is None or is_endless or self._rounds > _MOST_ROUNDS_OF_ALL:
                return

    _do_statement = _while_statement

    def _try_statement(self, node: Node, scope: Scope) -> None:
        """What is tried, then what ends it; what catches an error is read for its requests, unless it was decided
        that one is thrown: what it gives to names does not count."""
        body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
        returned = self._returned_by(body, scope)
        caught = handler.child_by_field_name("body") if handler is not None else None
        way = None if caught is None else self.decide(node, node.children[0], 2)
        if caught is not None and way != 0:
            before = scope.seen()
            of_handler = self._returned_by(caught, scope)
            if way is None:
                scope.restore(before)
                returned = returned or of_handler
            else:
                returned = of_handler or returned
        if (finalizer := node.child_by_field_name("finalizer")) is not None:
            self.statement(finalizer, scope)
        if returned is not None:
            raise returned

    def _returned_by(self, block: Node | None, scope: Scope) -> Returned | None:
        try:
            if block is not None:
                self.block(block, scope)
        except Returned as result:
            return result
        return None

    def _class_declaration(self, node: Node, scope: Scope) -> None:
        heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
        base = None if heritage is None else self._base(heritage, scope)
        made = Class(node, scope, base, dict(base.statics) if base is not None else {})
        made.extends = "" if heritage is None else text_of_node(heritage).removeprefix("extends").strip()
        for member in _members(node):
            name = member.child_by_field_name("name")
            if name is not None and any(child.type == "static" for child in member.children):
                inside = Scope(scope, made.statics)
                given = member.child_by_field_name("value")
                is_method = member.type == "method_definition"
                value = self._function(member, inside) if is_method else UNDEFINED
                made.statics[text_of_node(name)] = self.value(given, inside) if given is not None else value
        name = node.child_by_field_name("name")
        if name is not None:
            scope.variables[text_of_node(name)] = made
        self.classes.append(made)

    def _enum_declaration(self, node: Node, scope: Scope) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        members: dict[str, Value] = {}
        for member in body.named_children if body is not None else []:
            key, value = member.child_by_field_name("name"), member.child_by_field_name("value")
            if member.type == "enum_assignment" and key is not None and value is not None:
                members[text_of_node(key)] = self.value(value, scope)
            else:
                members[text_of_node(member)] = len(members)
        if name is not None:
            scope.variables[text_of_node(name)] = members

    _abstract_class_declaration = _class_declaration

    def _base(self, heritage: Node, scope: Scope) -> Class | None:
        clause = heritage.named_children[0] if heritage.named_children else heritage
        named = clause.child_by_field_name("value") or clause
        value = self.value(named, scope) if named.type == "identifier" else UNDEFINED
        return value if isinstance(value, Class) else None

    def instance(self, made: Class, arguments: list[Value], *, all_given: bool = False) -> Value:
        """An object of a class of the snippet: fields and methods of its bases, then its own, then its constructor."""
        made.made = True
        this: dict[str, Value] = {}
        line: list[Class] = []
        at: Class | None = made
        while at is not None and len(line) < _LONGEST_LINE:
            line.insert(0, at)
            at = at.base
        constructor = None
        for each in line:
            if constructor is not None:
                this["super"] = constructor
            constructor = self._members(each, this) or constructor
        if constructor is not None:
            self.invoke(constructor, arguments, all_given=all_given)
        return this

    def _members(self, made: Class, this: dict[str, Value]) -> Function | None:
        """Give an object the fields and methods of a class. Its constructor is not called yet."""
        inside = Scope(made.scope, this)
        constructor = None
        for member in _members(made.node):
            name = member.child_by_field_name("name")
            if name is None or any(child.type == "static" for child in member.children):
                continue
            if member.type == "method_definition":
                function = self._function(member, inside)
                if text_of_node(name) == "constructor":
                    constructor = function
                    function.called = True
                else:
                    this[text_of_node(name)] = function
            elif (given := member.child_by_field_name("value")) is not None:
                this[text_of_node(name)] = self.value(given, inside)
        return constructor


_CALLED = lazy_pattern(r"(?:this|self)(\.[A-Za-z_$][\w$]*)\(|(?<!function )(?<![.\w$])([A-Za-z_$][\w$]*)(?=\()")


def _name_of(function: Node) -> str:
    """The name by which a function is called: its own, or that of what it is given to; a method's with a dot."""
    name = function.child_by_field_name("name")
    parent = function.parent
    if name is None and parent is not None and parent.type == "variable_declarator":
        name = parent.child_by_field_name("name")
    if function.type == "method_definition":
        return "" if name is None else f".{text_of_node(name)}"
    return "" if name is None else text_of_node(name)


def _members(node: Node) -> list[Node]:
    body = node.child_by_field_name("body")
    return [] if body is None else body.named_children
