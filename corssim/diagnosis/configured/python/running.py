"""One run of a program: what its calls do, what its names are that it imports, and the request that it is asked."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from ..replies import Branch, NotTold
from .methods import found_in
from .scopes import Scope
from .statements import Statements
from .values import (
    MISSING,
    Bound,
    Class,
    Function,
    Instance,
    Named,
    Native,
    Partial,
    Pattern,
    Raised,
    Thing,
    Unknown,
    is_known,
    shown,
    unknown_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST: Final = 20
_OF_CORS: Final = lazy_pattern(r"(?i)cors(?!sim)|cross_?(?:origin|domain)|allow_?origin")


class Run(Statements):
    """What a program does from its start to an answer. `things` are the frameworks' classes and functions, by package
    and name (`flask.Flask`), and by the name alone where a text does not import it."""

    def __init__(self, supposed: dict[str, bool], things: dict[str, Callable[..., Any]]) -> None:
        super().__init__(supposed)
        self.things = things
        self.scope = Scope()
        self.scope.names["__name__"] = "__main__"
        self.made: list[Thing] = []
        """Applications, in the order in which they are made."""
        self.parts: list[Thing] = []
        """Blueprints and routers, which an application may take."""
        self.unused: list[Thing] = []
        """Layers that are made and not used so far."""
        self.request: Any = None
        self.hints: tuple[str, ...] = ()
        """The packages that the text imports."""

    def follow(self, tree: ast.Module) -> None:
        """The program up to where it waits for requests."""
        self.hints = _imported_by(tree)
        self.run(tree.body, self.scope)

    def imported(self, name: str) -> Any:
        if name in _BUILT_IN:
            made = Native(lambda *args, **named: _BUILT_IN[name](self, *args, **named), changes=False)
            made.attributes["__name__"] = name
            return made
        return Named(name, is_imported=False)

    def error(self, name: str) -> Exception:
        return Raised(Unknown(name), name)

    def _of_named(self, of: Named, name: str) -> Any:
        found = super()._of_named(of, name)
        return self.of_request(found) if self.request is not None else found

    def of_request(self, named: Named) -> Any:
        return named

    def call(self, function: Any, args: list[Any], named: dict[str, Any], text: str) -> Any:
        function = self.settled(function)
        self.step()
        if isinstance(function, Named):
            return self._call_named(function, args, named, text)
        if isinstance(function, Unknown):
            return self._call_unknown(function, args, text)
        if isinstance(function, Bound):
            return self.call(function.function, [function.to, *args], named, text)
        if isinstance(function, Partial):
            return self.call(function.function, [*function.args, *args], {**function.named, **named}, text)
        if isinstance(function, Native):
            self.changes += function.changes
            try:
                return function.function(*args, **named)
            except TypeError as error:
                if _is_of_call(error):
                    return Unknown(text)
                raise
        if isinstance(function, Function):
            return self._call_function(function, args, named)
        if isinstance(function, Class):
            return self._make(function, args, named)
        if isinstance(function, Instance):
            method = function.of.found("__call__")
            return Unknown(text) if method is MISSING else self.call(method, [function, *args], named, text)
        if isinstance(function, Thing) and (call := getattr(function, "call", None)) is not None:
            self.changes += 1
            return call(*args, **named)
        return Unknown(text)

    def touches(self, handler: Any) -> bool:
        """Whether what a function does may be seen in the headers of CORS."""
        raise NotImplementedError

    def call_view(self, view: Any, args: list[Any], named: dict[str, Any], text: str) -> Any:
        """What a view answers. What one does with its data is not told, and does not matter where it names no header
        of CORS."""
        if self.touches(view):
            found = self.call(view, args, named, text)
            if isinstance(found, Unknown):
                raise NotTold(f"{text}(), whose answer is {found.text},")
            return found
        try:
            return self.call(view, args, named, text)
        except (Branch, NotTold):
            return None

    def _call_named(self, function: Named, args: list[Any], named: dict[str, Any], text: str) -> Any:
        thing = self.thing_of(function)
        if thing is None:
            return self._call_unknown(function, args, text)
        try:
            return thing(self, *args, **named)
        except TypeError as error:
            if _is_of_call(error):
                raise NotTold(text) from None
            raise

    def thing_of(self, name: Named) -> Callable[..., Any] | None:
        """What a name of a framework stands for; None where it is not known."""
        if not name.is_imported:
            return self.things.get(name.text) or self.things.get(f"{name.text.rpartition('.')[2]}")
        return self.things.get(f"{name.root}.{name.last}")

    def _call_unknown(self, function: Unknown, args: list[Any], text: str) -> Any:
        """A function that the text does not have; of CORS, by its name, it may do anything to what it is given."""
        if any(isinstance(each, str) and each.lower().startswith("access-control-") for each in args):
            raise NotTold(text)  # a header of what is not known
        own = [each for each in args if isinstance(each, Thing) and not isinstance(each, Function | Class | Native)]
        if own and _OF_CORS.search(function.text) is not None:
            raise NotTold(f"{function.text}(), which is not in it,")
        return Unknown(text)

    def _call_function(self, function: Function, args: list[Any], named: dict[str, Any]) -> Any:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotTold(f"{function.name}(), which calls itself")
        try:
            scope = Scope(function.around, function.owner)
            self._bind(function, args, named, scope)
            if isinstance(function.node, ast.Lambda):
                return self.evaluated(function.node.body, scope)
            if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(function.node)):
                return Unknown(f"{function.name}()")
            ended = self.run(function.node.body, scope)
            return None if ended is None else ended.value
        finally:
            self.depth -= 1

    def _bind(self, function: Function, args: list[Any], named: dict[str, Any], scope: Scope) -> None:
        """Give a function's parameters their values."""
        given = function.node.args
        names = [each.arg for each in (*given.posonlyargs, *given.args)]
        defaults = dict(zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True))
        for name, value in zip(names, args, strict=False):
            scope.names[name] = value
        for name in (*names[len(args) :], *(each.arg for each in given.kwonlyargs)):
            default = defaults.get(name, function.named_defaults.get(name, MISSING))
            scope.names[name] = named.get(name, Unknown(name) if default is MISSING else default)
        if given.vararg is not None:
            scope.names[given.vararg.arg] = tuple(args[len(names) :])
        if given.kwarg is not None:
            rest = {name: value for name, value in named.items() if name not in names}
            scope.names[given.kwarg.arg] = rest

    def _make(self, of: Class, args: list[Any], named: dict[str, Any]) -> Any:
        made = Instance(of, self.native_of(of, args, named))
        if (method := of.found("__init__")) is not MISSING:
            self.call(method, [made, *args], named, of.name)
        elif made.native is None:
            made.attributes |= named
        return made

    def native_of(self, of: Class, args: list[Any], named: dict[str, Any]) -> Thing | None:
        """What a base outside of the text gives an object."""
        for base in of.foreign_bases():
            if isinstance(base, Named) and (thing := self.thing_of(base)) is not None and base.last in _SUBCLASSED:
                made = thing(self, *args, **named)
                return made if isinstance(made, Thing) else None
        return None


_SUBCLASSED: Final = frozenset({"Flask", "FastAPI", "Starlette", "Quart", "Sanic", "APIRouter", "Application"})


def _is_of_call(error: TypeError) -> bool:
    """Whether an error is of a call with other arguments than are taken."""
    return "argument" in str(error)


def _imported_by(tree: ast.Module) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module.partition(".")[0]] = None
    return tuple(found)


def _list(run: Run, values: Any = ()) -> Any:
    del run
    return list(values) if isinstance(values, list | tuple | dict | str) else Unknown(shown(values))


def _set(run: Run, values: Any = ()) -> Any:
    del run
    return list(dict.fromkeys(values)) if isinstance(values, list | tuple) and is_known(values) else values


def _tuple(run: Run, values: Any = ()) -> Any:
    found = _list(run, values)
    return tuple(found) if isinstance(found, list) else found


def _dict(run: Run, other: Any = None, **named: Any) -> Any:
    del run
    if (
        isinstance(other, list)
        and all(isinstance(each, tuple) and len(each) == 2 for each in other)
        and is_known(other)
    ):
        other = dict(other)
    return {**other, **named} if isinstance(other, dict) else named if other is None else Unknown(shown(other))


def _str(run: Run, value: Any = "", *rest: Any) -> Any:
    del run, rest
    return str(value) if isinstance(value, str | int | float) else Unknown(shown(value))


def _int(run: Run, value: Any = 0, *rest: Any) -> Any:
    del run, rest
    try:
        return int(value) if isinstance(value, int | float) or (isinstance(value, str) and len(value) < 50) else value
    except (ValueError, OverflowError):
        return Unknown(shown(value))


def _bool(run: Run, value: Any = False) -> Any:
    return run.truth(value)


def _len(run: Run, value: Any) -> Any:
    del run
    return (
        len(value)
        if isinstance(value, str | list | tuple | dict) and is_known(value)
        else Unknown(f"len({shown(value)})")
    )


def _any(run: Run, values: Any) -> Any:
    return _of_truths(run, values, stops_at=True)


def _all(run: Run, values: Any) -> Any:
    return _of_truths(run, values, stops_at=False)


def _of_truths(run: Run, values: Any, *, stops_at: bool) -> Any:
    if not isinstance(values, list | tuple):
        return Unknown(shown(values))
    truths = [run.truth(each) for each in values]
    if any(each is stops_at for each in truths):
        return stops_at
    return next((each for each in truths if isinstance(each, Unknown)), not stops_at)


def _isinstance(run: Run, value: Any, kinds: Any) -> Any:
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    plain = {
        "str": str,
        "basestring": str,
        "unicode": str,
        "list": list,
        "dict": dict,
        "tuple": tuple,
        "int": int,
        "bool": bool,
        "float": float,
    }
    found = []
    for each in kinds:
        if isinstance(each, Named) and not isinstance(value, Unknown | Thing):
            found.append(False)  # a class of others
            continue
        names = [name for name in plain if isinstance(each, Native) and each.attributes.get("__name__") == name]
        if not names or isinstance(value, Unknown):
            return Unknown(f"isinstance({shown(value)}, …)")
        found.append(isinstance(value, plain[names[0]]))
    del run
    return any(found)


def _getattr(run: Run, value: Any, name: Any, default: Any = MISSING) -> Any:
    if not isinstance(name, str):
        return Unknown(f"getattr({shown(value)}, …)")
    found = run.attribute(value, name)
    return default if isinstance(found, Unknown) and default is not MISSING and isinstance(value, Instance) else found


def _sorted(run: Run, values: Any, **named: Any) -> Any:
    del run
    is_plain = isinstance(values, list | tuple) and not named and all(isinstance(each, str) for each in values)
    return sorted(values) if is_plain else Unknown(f"sorted({shown(values)})")


def _map(run: Run, function: Any, values: Any) -> Any:
    if not isinstance(values, list | tuple):
        return unknown_in(values) or Unknown("map()")
    return [run.call(function, [each], {}, "map()") for each in values]


def _filter(run: Run, function: Any, values: Any) -> Any:
    if not isinstance(values, list | tuple):
        return unknown_in(values) or Unknown("filter()")
    return [each for each in values if run.is_true(each if function is None else run.call(function, [each], {}, ""))]


def _next(run: Run, values: Any, default: Any = None) -> Any:
    del run
    return (values[0] if values else default) if isinstance(values, list) else Unknown(f"next({shown(values)})")


def _nothing(run: Run, *args: Any, **named: Any) -> None:
    del run, args, named


def _zip(run: Run, *lists: Any) -> Any:
    del run
    return (
        list(zip(*lists, strict=False)) if all(isinstance(each, list | tuple) for each in lists) else Unknown("zip()")
    )


def _enumerate(run: Run, values: Any, start: Any = 0) -> Any:
    del run
    is_plain = isinstance(values, list | tuple) and isinstance(start, int)
    return list(enumerate(values, start)) if is_plain else Unknown("enumerate()")


_BUILT_IN: Final[dict[str, Callable[..., Any]]] = {
    "list": _list, "set": _set, "frozenset": _set, "tuple": _tuple, "dict": _dict, "str": _str, "int": _int,
    "basestring": _str, "unicode": _str, "bool": _bool, "len": _len, "any": _any, "all": _all,
    "isinstance": _isinstance, "getattr": _getattr, "sorted": _sorted, "map": _map, "filter": _filter, "next": _next,
    "print": _nothing, "zip": _zip, "enumerate": _enumerate,
}  # fmt: skip


def _compiled(run: Run, text: Any, flags: Any = None) -> Any:
    del run
    if not isinstance(text, str):
        return text
    name = shown(flags)
    return Pattern(text, ignores_case=name.endswith((".I", ".IGNORECASE"))) if name != "re.X" else Unknown(text)


def _matching(name: str) -> Callable[..., Any]:
    def matched(run: Run, pattern: Any, text: Any, flags: Any = None) -> Any:
        return found_in(_compiled(run, pattern, flags) if isinstance(pattern, str) else pattern, text, name)

    return matched


def _escaped(run: Run, text: Any) -> Any:
    del run
    import re

    return re.escape(text) if isinstance(text, str) else text


def _wraps(run: Run, of: Any, *rest: Any) -> Any:
    del run, rest

    def wrapped(function: Any) -> Any:
        if isinstance(function, Thing) and isinstance(of, Thing):
            function.attributes = {**of.attributes, **function.attributes, "__name__": of.attributes.get("__name__")}
        return function

    return Native(wrapped, changes=False)


def _partial(run: Run, function: Any, *args: Any, **named: Any) -> Any:
    del run
    return Partial(function, list(args), named)


def _seconds(run: Run, days: Any = 0, seconds: Any = 0, *, minutes: Any = 0, hours: Any = 0, weeks: Any = 0) -> Any:
    """A timedelta, as its seconds."""
    del run
    parts = (weeks, days, hours, minutes, seconds)
    if not all(isinstance(each, int) for each in parts):
        return unknown_in(list(parts)) or Unknown("a timedelta")
    return sum(each * of for each, of in zip(parts, (604800, 86400, 3600, 60, 1), strict=True))


OF_PYTHON: Final[dict[str, Callable[..., Any]]] = {
    "re.compile": _compiled, "re.match": _matching("match"), "re.fullmatch": _matching("fullmatch"),
    "re.search": _matching("search"), "re.escape": _escaped, "functools.wraps": _wraps, "wraps": _wraps,
    "functools.update_wrapper": lambda run, function, of, *rest: _wraps(run, of).function(function),
    "update_wrapper": lambda run, function, of, *rest: _wraps(run, of).function(function),
    "functools.partial": _partial, "partial": _partial, "datetime.timedelta": _seconds, "timedelta": _seconds,
    "functools.lru_cache": lambda run, *args, **named: (
        args[0] if args and isinstance(args[0], Function) else Native(lambda function: function)
    ),
    "functools.cache": lambda run, function: function,
}  # fmt: skip
"""Of the standard library."""
