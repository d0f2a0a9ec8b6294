"""Statements of a program, in the order in which it would come to them.

https://docs.python.org/3/reference/simple_stmts.html ; of a condition of which nothing is told both sides are looked
at: where they only give names their values, the names hang on it from then on; else one of them is supposed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..replies import Branch, NotTold
from .expressions import Expressions
from .values import (
    MISSING,
    Class,
    Either,
    Function,
    Instance,
    Named,
    Opaque,
    Raised,
    Thing,
    Unknown,
    shown,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .scopes import Scope

_MOST_ROUNDS: Final = 200


class Ended(NamedTuple):
    """How a block ended before its last statement: "return", "break" or "continue"."""

    how: str
    value: Any = None


class Statements(Expressions):
    """Blocks of statements."""

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> Ended | None:
        """Follow a block; None where it went to its end."""
        for statement in body:
            self.step()
            followed = _KINDS.get(type(statement))
            if followed is None:
                raise NotTold(f"line {statement.lineno}")
            ended: Ended | None = followed(self, statement, scope)
            if ended is not None:
                return ended
        return None

    def assign(self, target: ast.AST, value: Any, scope: Scope) -> None:
        """Give a name, an attribute or an item a value."""
        if isinstance(target, ast.Name):
            holder = scope.holder(target.id)
            if holder is not scope:
                self.changes += 1
            if isinstance(value, Thing) and hasattr(value, "called"):
                value.called(target.id)
            holder.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            of = self.evaluated(target.value, scope)
            if isinstance(of, Thing):
                self.changes += of.set(target.attr, value)
            elif isinstance(of, Unknown):
                self.set_unknown(of, target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)
        elif isinstance(target, ast.Tuple | ast.List):
            values = list(value) if isinstance(value, list | tuple) else []
            for number, each in enumerate(target.elts):
                known = values[number] if len(values) == len(target.elts) else Unknown(shown(value))
                self.assign(each, known, scope)

    def set_unknown(self, of: Unknown, name: str, value: Any) -> None:
        """An attribute of something that the text does not have is set."""

    def _assign_item(self, target: ast.Subscript, value: Any, scope: Scope) -> None:
        of, key = self.evaluated(target.value, scope), self.evaluated(target.slice, scope)
        if isinstance(of, Thing):
            self.changes += of.set_item(key, value)
        elif isinstance(of, Unknown) and isinstance(key, str) and key.lower().startswith("access-control-"):
            raise NotTold(f"{of.text}[{key!r}]")  # a header of what is not known
        elif isinstance(of, dict):
            self.changes += 1
            of[key if isinstance(key, str | int | Unknown) else Unknown("an item")] = value
        elif isinstance(of, list):
            self.changes += 1
            if isinstance(key, int) and -len(of) <= key < len(of):
                of[key] = value
            else:
                of.append(unknown_in([key, value]) or Unknown("an item"))

    # Each kind of statement.

    def _assigned(self, node: ast.Assign, scope: Scope) -> None:
        plain = all(isinstance(target, ast.Name) for target in node.targets)
        value = self.lazily(node.value, scope) if plain else self.evaluated(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.lazily(node.value, scope), scope)

    def _added(self, node: ast.AugAssign, scope: Scope) -> None:
        if isinstance(node.target, ast.Attribute | ast.Subscript) and not isinstance(node.op, ast.Add):
            return
        one = self.evaluated(node.target, scope)
        other = self.evaluated(node.value, scope)
        if isinstance(one, list) and isinstance(node.op, ast.Add):
            self.changes += 1
            one += other if isinstance(other, list | tuple) else [Unknown(f"*{shown(other)}")]
            return
        self.assign(node.target, self.joined(type(node.op), one, other, ast.unparse(node)[:60]), scope)

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        value = self.evaluated(node.value, scope)
        if isinstance(value, Thing) and value.doubt and not value.attributes.get("kept"):
            raise NotTold(value.doubt)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        function = Function(node, scope)
        function.owner = scope.owner if isinstance(scope.owner, Class) else None
        function.defaults = [self.evaluated(each, scope) for each in node.args.defaults]
        for given, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            if default is not None:
                function.named_defaults[given.arg] = self.evaluated(default, scope)
        value: Any = function
        for decorator in reversed(node.decorator_list):
            value = self._decorated(decorator, value, scope)
        scope.holder(node.name).names[node.name] = value

    def _decorated(self, decorator: ast.expr, value: Any, scope: Scope) -> Any:
        if isinstance(decorator, ast.Name) and decorator.id in ("property", "staticmethod", "classmethod"):
            if isinstance(value, Function):
                value.kind = decorator.id
            return value
        by = self.evaluated(decorator, scope)
        found = self.call(by, [value], {}, shown(by))
        if isinstance(found, Unknown) and found.thing is None:
            return self.decorated_by(by, value) if isinstance(by, Unknown) else Opaque(f"the decorator {shown(by)}")
        return found

    def decorated_by(self, by: Any, value: Any) -> Any:
        """What a decorator that the text does not have makes of a function."""
        del by
        return value

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        made = Class(node.name, [self.evaluated(each, scope) for each in node.bases])
        inner = type(scope)(scope, made)
        inner.names = made.attributes
        self.run(node.body, inner)
        value: Any = made
        for decorator in reversed(node.decorator_list):
            value = self._decorated(decorator, value, scope)
        scope.names[node.name] = value

    def _returned(self, node: ast.Return, scope: Scope) -> Ended:
        return Ended("return", self.evaluated(node.value, scope))

    def _if(self, node: ast.If, scope: Scope) -> Ended | None:
        test = self.truth(self.evaluated(node.test, scope))
        if not isinstance(test, Unknown):
            return self.run(node.body if test else node.orelse, scope)
        if self.is_supposed(test):
            return self.run(node.body if self.suppose(test) else node.orelse, scope)
        return self._either(test, node.body, node.orelse, scope)

    def _either(self, test: Unknown, body: Sequence[ast.stmt], other: Sequence[ast.stmt], scope: Scope) -> Ended | None:
        """Both sides of a condition of which nothing is told."""
        if scope.around is None:  # a program that ends at its start answers nothing
            if _refuses(body):
                return self.run(other, scope)
            if _refuses(other):
                return self.run(body, scope)
        met = self._tried(body, scope)
        unmet = None if met is None else self._tried(other, scope)
        if met is None or unmet is None:
            self.suppose(test)  # all is followed anew, with what is supposed
            raise NotTold(test.text)
        for name in {**met, **unmet}:
            values = (met.get(name, MISSING), unmet.get(name, MISSING))
            is_same = values[0] is values[1] or (
                _is_plain(values[0]) and _is_plain(values[1]) and values[0] == values[1]
            )
            if not is_same:
                scope.names[name] = Either(test, *values)
        return None

    def _tried(self, body: Sequence[ast.stmt], scope: Scope) -> dict[str, Any] | None:
        """The names with what they have after a block that does nothing else; None for one that does more."""
        before, changes = dict(scope.names), self.changes
        self.steps += len(before) // 10  # which are copied
        try:
            ended = self.run(body, scope)
        except (Branch, NotTold, Raised):
            return None
        finally:
            after = dict(scope.names)
            scope.names.clear()
            scope.names.update(before)
        return None if ended is not None or self.changes != changes else after

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> Ended | None:
        over = self.evaluated(node.iter, scope)
        values = list(over)[:_MOST_ROUNDS] if isinstance(over, list | tuple | dict | str) else None
        if values is None:
            self.assign(node.target, Unknown(f"each of {shown(over)}"), scope)
            return self._either(Unknown(f"whether {shown(over)} is empty"), [], node.body, scope)
        for value in values:
            self.assign(node.target, value, scope)
            ended = self.run(node.body, scope)
            if ended is not None and ended.how == "break":
                return None
            if ended is not None and ended.how == "return":
                return ended
        return self.run(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> Ended | None:
        for _ in range(_MOST_ROUNDS):
            test = self.truth(self.evaluated(node.test, scope))
            if isinstance(test, Unknown):
                return self._either(test, node.body, [], scope)
            if not test:
                return self.run(node.orelse, scope)
            ended = self.run(node.body, scope)
            if ended is not None and ended.how != "continue":
                return None if ended.how == "break" else ended
        return None

    def _try(self, node: ast.Try, scope: Scope) -> Ended | None:
        try:
            ended = self.run(node.body, scope)
            if ended is None:
                ended = self.run(node.orelse, scope)
        except Raised as raised:
            handler = next((each for each in node.handlers if self._catches(each, raised, scope)), None)
            if handler is None:
                self.run(node.finalbody, scope)
                raise
            if handler.name is not None:
                scope.names[handler.name] = raised.value
            ended = self.run(handler.body, scope)
        return self.run(node.finalbody, scope) or ended

    def _catches(self, handler: ast.ExceptHandler, raised: Raised, scope: Scope) -> bool:
        if handler.type is None:
            return True
        caught = self.evaluated(handler.type, scope)
        for each in caught if isinstance(caught, tuple) else (caught,):
            name = each.last if isinstance(each, Named) else getattr(each, "name", "")
            if name in ("Exception", "BaseException", raised.name):
                return True
            if isinstance(raised.value, Instance) and isinstance(each, Class) and _is_of(raised.value.of, each):
                return True
        return False

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> Ended | None:
        for each in node.items:
            value = self.evaluated(each.context_expr, scope)
            if each.optional_vars is not None:
                self.assign(each.optional_vars, value if isinstance(value, Thing) else Unknown(shown(value)), scope)
        return self.run(node.body, scope)

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        value = self.evaluated(node.exc, scope) if node.exc is not None else None
        raise Raised(value, _name_of_error(node.exc))

    def _deleted(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.holder(target.id).names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                of, key = self.evaluated(target.value, scope), self.evaluated(target.slice, scope)
                if isinstance(of, Thing):
                    self.changes += 1
                    of.remove_item(key)
                elif isinstance(of, dict) and isinstance(key, str | int):
                    self.changes += 1
                    of.pop(key, None)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for each in node.names:
            name = each.asname or each.name.partition(".")[0]
            scope.names[name] = Named(each.name if each.asname else name)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        of = "." * node.level + (node.module or "")
        for each in node.names:
            scope.names[each.asname or each.name] = Named(f"{of}.{each.name}" if node.module else f"{of}{each.name}")

    def _declared(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            holder = scope.of_module()
            if isinstance(node, ast.Nonlocal):
                around = scope.around
                while around is not None and name not in around.names:
                    around = around.around
                holder = around or holder
            if holder is not scope:
                scope.declared[name] = holder

    def _passed(self, node: ast.stmt, scope: Scope) -> None:
        del node, scope

    def _broken(self, node: ast.Break | ast.Continue, scope: Scope) -> Ended:
        del scope
        return Ended("break" if isinstance(node, ast.Break) else "continue")


def _refuses(body: Sequence[ast.stmt]) -> bool:
    """Whether a block ends the program."""
    last = body[-1] if body else None
    text = ast.unparse(last)[:40] if isinstance(last, ast.Expr) else ""
    return isinstance(last, ast.Raise) or text.startswith(("sys.exit(", "exit(", "quit(", "os._exit("))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bytes)


def _is_of(one: Class, other: Class) -> bool:
    return one is other or any(isinstance(base, Class) and _is_of(base, other) for base in one.bases)


def _name_of_error(node: ast.expr | None) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


_KINDS: Final[dict[type[ast.AST], Callable[[Any, Any, Any], Ended | None]]] = {
    ast.Assign: Statements._assigned,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._added,
    ast.Expr: Statements._expression,
    ast.FunctionDef: Statements._function,
    ast.AsyncFunctionDef: Statements._function,
    ast.ClassDef: Statements._class,
    ast.Return: Statements._returned,
    ast.If: Statements._if,
    ast.For: Statements._for,
    ast.AsyncFor: Statements._for,
    ast.While: Statements._while,
    ast.Try: Statements._try,
    ast.With: Statements._with,
    ast.AsyncWith: Statements._with,
    ast.Raise: Statements._raise,
    ast.Delete: Statements._deleted,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.Global: Statements._declared,
    ast.Nonlocal: Statements._declared,
    ast.Pass: Statements._passed,
    ast.Assert: Statements._passed,
    ast.Break: Statements._broken,
    ast.Continue: Statements._broken,
}
