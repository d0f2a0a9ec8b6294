"""Statements. https://tc39.es/ecma262/#sec-ecmascript-language-statements-and-declarations"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .compiler import field, named, no_script, parts, text
from .expressions import Expressions
from .machine import Return
from .scope import Scope
from .values import UNDEFINED, Function, Plain, Promise, Thrown, Unknown, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from .compiler import Run
    from .machine import Machine

_OF_TYPES: Final = frozenset({"type_alias_declaration", "interface_declaration", "empty_statement", "comment",
                              "ambient_declaration", "module", "debugger_statement", "hash_bang_line"})  # fmt: skip
_MOST_ROUNDS: Final = 2000


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Statements(Expressions):
    def program(self, root: Node) -> Run:
        return self.statements(root)

    def statement(self, node: Node) -> Run | None:
        if node.type in _OF_TYPES:
            return None
        found = getattr(self, f"_{node.type}", None)
        return self._deeper(found, node) if found is not None else self.expression(node)

    def statements(self, node: Node) -> Run:
        """A block's; its functions are there before any of them runs."""
        children = parts(node)
        functions = [(text(field(each, "name")), self.function(each)) for each in _functions(children)]
        steps = [step for each in children if (step := self.statement(each)) is not None]

        def run(machine: Machine, scope: Scope) -> Value:
            for name, code in functions:
                made = Function(code, scope)
                machine.functions.append(made)
                scope.names[name] = made
            for step in steps:
                machine.step()
                step(machine, scope)
            return UNDEFINED

        return run

    def _statement_block(self, node: Node) -> Run:
        inner = self.statements(node)
        return lambda machine, scope: inner(machine, Scope(scope))

    def _function_declaration(self, node: Node) -> Run | None:
        return None

    _generator_function_declaration = _function_declaration

    def _expression_statement(self, node: Node) -> Run:
        if not node.named_children:
            return self.unknown(node)
        value_of = self.expression(node.named_children[0])

        def run(machine: Machine, scope: Scope) -> Value:
            value = value_of(machine, scope)
            if machine.is_setting_up and isinstance(value, Promise) and value.failed:
                raise Thrown(value.value)  # which nothing catches
            return value

        return run

    def _lexical_declaration(self, node: Node) -> Run:
        is_var = node.children[0].type == "var"
        each = []
        for declarator in node.named_children:
            if declarator.type != "variable_declarator":
                continue
            given = declarator.child_by_field_name("value")
            target = field(declarator, "name")
            name = text(target) if target.type == "identifier" and given is not None and _is_of_module(given) else ""
            each.append((self.pattern(target), None if given is None else self.expression(given), name))

        def run(machine: Machine, scope: Scope) -> Value:
            where = scope.function if is_var else scope
            for bind, value, name in each:
                if value is not None or not is_var:
                    told = UNDEFINED if value is None else value(machine, scope)
                    if name and isinstance(told, Unknown) and told.package:
                        told = Unknown(name, told.package, fixed=told.fixed)
                    bind(machine, where, told)
            return UNDEFINED

        return run

    _variable_declaration = _lexical_declaration

    def _class_declaration(self, node: Node) -> Run:
        name, made = text(field(node, "name")), self.class_of(node)
        return lambda machine, scope: scope.names.__setitem__(name, made(machine, scope))

    _abstract_class_declaration = _class_declaration

    def _enum_declaration(self, node: Node) -> Run:
        name = text(field(node, "name"))
        return lambda machine, scope: scope.names.__setitem__(name, Unknown(name, fixed=True))

    def _if_statement(self, node: Node) -> Run:
        asked = self.expression(field(node, "condition"))
        then, other = self.statement(field(node, "consequence")), node.child_by_field_name("alternative")
        otherwise = None if other is None or not parts(other) else self.statement(parts(other)[0])

        def run(machine: Machine, scope: Scope) -> Value:
            step = then if machine.truthy(asked(machine, scope)) else otherwise
            return UNDEFINED if step is None else step(machine, scope)

        return run

    def _return_statement(self, node: Node) -> Run:
        given = parts(node)
        value = self.expression(given[0]) if given else None

        def run(machine: Machine, scope: Scope) -> Value:
            raise Return(UNDEFINED if value is None else value(machine, scope))

        return run

    def _throw_statement(self, node: Node) -> Run:
        value = self.expression(parts(node)[0]) if parts(node) else self.unknown(node)

        def run(machine: Machine, scope: Scope) -> Value:
            raise Thrown(value(machine, scope))

        return run

    def _break_statement(self, node: Node) -> Run:
        def run(machine: Machine, scope: Scope) -> Value:
            raise _Break

        return run

    def _continue_statement(self, node: Node) -> Run:
        def run(machine: Machine, scope: Scope) -> Value:
            raise _Continue

        return run

    def _ERROR(self, node: Node) -> Run:  # noqa: N802  (its name in the tree)
        """What is no script; dots stand for what is left out."""
        if not (node.text or b"").strip(b". \t\r\n\xe2\x80\xa6"):
            return lambda machine, scope: UNDEFINED
        return no_script(node)

    def _labeled_statement(self, node: Node) -> Run | None:
        return self.statement(field(node, "body"))

    def _for_in_statement(self, node: Node) -> Run:
        left, body = self.pattern(field(node, "left")), self.statement(field(node, "body"))
        of, over = text(field(node, "operator")), self.expression(field(node, "right"))

        def run(machine: Machine, scope: Scope) -> Value:
            for item in _items(machine, over(machine, scope), of, named(node)):
                machine.step()
                inner = Scope(scope)
                left(machine, inner, item)
                if not _goes_on(body, machine, inner):
                    break
            return UNDEFINED

        return run

    def _for_statement(self, node: Node) -> Run:
        first = self.statement(field(node, "initializer"))
        condition, step = node.child_by_field_name("condition"), node.child_by_field_name("increment")
        asked = None if condition is None or condition.type == "empty_statement" else self._asked(condition)
        then = None if step is None else self.expression(step)
        body = self.statement(field(node, "body"))

        def run(machine: Machine, scope: Scope) -> Value:
            inner = Scope(scope)
            if first is not None:
                first(machine, inner)
            for _ in range(_MOST_ROUNDS):
                if asked is not None and not machine.truthy(asked(machine, inner)):
                    return UNDEFINED
                machine.step()
                if not _goes_on(body, machine, Scope(inner)):
                    return UNDEFINED
                if then is not None:
                    then(machine, inner)
            machine.left = 0
            return UNDEFINED

        return run

    def _asked(self, node: Node) -> Run:
        return self._expression_statement(node) if node.type == "expression_statement" else self.expression(node)

    def _while_statement(self, node: Node) -> Run:
        asked, body = self.expression(field(node, "condition")), self.statement(field(node, "body"))
        at_first = node.type == "do_statement"

        def run(machine: Machine, scope: Scope) -> Value:
            for number in range(_MOST_ROUNDS):
                if not (at_first and number == 0) and not machine.truthy(asked(machine, scope)):
                    return UNDEFINED
                machine.step()
                if not _goes_on(body, machine, scope):
                    return UNDEFINED
            machine.left = 0
            return UNDEFINED

        return run

    _do_statement = _while_statement

    def _switch_statement(self, node: Node) -> Run:
        value = self.expression(field(node, "value"))
        cases = []
        for each in parts(field(node, "body")):
            given = each.child_by_field_name("value")
            steps = [
                step for child in each.children_by_field_name("body") if (step := self.statement(child)) is not None
            ]
            cases.append((None if given is None else self.expression(given), steps, named(each)))

        def run(machine: Machine, scope: Scope) -> Value:
            told, inner = value(machine, scope), Scope(scope)
            start = next((number for number, case in enumerate(cases) if case[0] is None), len(cases))
            for number, (asked, _, name) in enumerate(cases):
                if asked is None:
                    continue
                is_same = machine.equal(told, asked(machine, inner))
                if machine.truthy(Unknown(name) if is_same is None else is_same):
                    start = number
                    break
            try:
                for _, steps, _ in cases[start:]:
                    for step in steps:
                        machine.step()
                        step(machine, inner)
            except _Break:
                pass
            return UNDEFINED

        return run

    def _try_statement(self, node: Node) -> Run:
        body = self.statements(field(node, "body"))
        handler, last = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        name = None if handler is None else handler.child_by_field_name("parameter")
        takes = None if name is None else self.pattern(name)
        caught = None if handler is None else self.statements(field(handler, "body"))
        final = None if last is None else self.statements(field(last, "body"))

        def run(machine: Machine, scope: Scope) -> Value:
            try:
                body(machine, Scope(scope))
            except Thrown as thrown:
                if caught is None:
                    raise
                inner = Scope(scope)
                if takes is not None:
                    takes(machine, inner, thrown.value)
                caught(machine, inner)
            finally:
                if final is not None:
                    final(machine, Scope(scope))
            return UNDEFINED

        return run

    def _import_statement(self, node: Node) -> Run | None:
        source = node.child_by_field_name("source")
        clause = next(
            (each for each in node.named_children if each.type in ("import_clause", "import_require_clause")), None
        )
        if clause is None:
            return None
        if clause.type == "import_require_clause":  # import x = require('x')
            names = [each for each in clause.named_children if each.type in ("identifier", "string")]
            bound = [(text(names[0]), "*")] if names else []
            module = text(names[-1])[1:-1] if len(names) > 1 else ""
        else:
            bound, module = list(_imported(clause)), text(source)[1:-1] if source is not None else ""

        def run(machine: Machine, scope: Scope) -> Value:
            value = machine.module(module)
            for name, of in bound:
                scope.names[name] = machine.imported(value, of, name)
            return UNDEFINED

        return run

    def _export_statement(self, node: Node) -> Run | None:
        declared, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
        is_default = any(child.type == "default" for child in node.children)
        if value is not None:
            given = self.expression(value)
            return lambda machine, scope: machine.export("default" if is_default else "=", given(machine, scope))
        if declared is None:
            return None
        step = self.statement(declared)
        name = declared.child_by_field_name("name")
        names = [text(name)] if name is not None else [
            text(of) for each in declared.named_children if (of := each.child_by_field_name("name")) is not None
        ]  # fmt: skip

        def run(machine: Machine, scope: Scope) -> Value:
            if step is not None:
                step(machine, scope)
            for each in names:
                if (holder := scope.holder(each)) is not None:
                    machine.export("default" if is_default else each, holder.names[each])
            return UNDEFINED

        return run


def _is_of_module(node: Node) -> bool:
    return (
        node.type in ("call_expression", "await_expression", "member_expression")
        and b"require(" in (node.text or b"")[:200]
    )


def _functions(children: list[Node]) -> list[Node]:
    found = []
    for each in children:
        inner = each.child_by_field_name("declaration") if each.type == "export_statement" else each
        if inner is None or inner.type not in ("function_declaration", "generator_function_declaration"):
            continue
        if inner.child_by_field_name("name") is not None:
            found.append(inner)
    return found


def _imported(clause: Node) -> list[tuple[str, str]]:
    """The names that an import gives, and of what in the module."""
    found = []
    for each in clause.named_children:
        if each.type == "identifier":
            found.append((text(each), "default"))
        elif each.type == "namespace_import":
            found.append((text(each.named_children[0]), "*"))
        elif each.type == "named_imports":
            for name in each.named_children:
                alias = name.child_by_field_name("alias")
                of = name.child_by_field_name("name")
                if of is not None:
                    found.append((text(alias if alias is not None else of), text(of)))
    return found


def _goes_on(body: Run | None, machine: Machine, scope: Scope) -> bool:
    try:
        if body is not None:
            body(machine, scope)
    except _Break:
        return False
    except _Continue:
        pass
    return True


def _items(machine: Machine, value: Value, of: str, name: str) -> list[Value]:
    """What a loop goes through."""
    if of == "in":
        value = list(value.values) if isinstance(value, Plain) and value.rest is None else value
        value = [str(number) for number in range(len(value))] if isinstance(value, list) and not value else value
    elif hasattr(value, "get") and isinstance(value.get("items"), list):
        value = value.get("items")
    if isinstance(value, str):
        return list(value)
    if isinstance(value, list):
        found: list[Value] = []
        for each in value:
            if not (isinstance(each, Unknown) and each.is_many):
                found.append(each)
            elif machine.supposes(Unknown(f"{each.text} in a loop")):
                found.append(Unknown(each.text))
        return found
    if value is None or value is UNDEFINED:
        raise Thrown(Plain({"message": f"{name} goes through nothing"}))
    return [Unknown(name)] if machine.supposes(Unknown(name)) else []
