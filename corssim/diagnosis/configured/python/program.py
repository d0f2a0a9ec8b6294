"""A program as it is asked: which application answers, and what is supposed of what the text does not tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from ..replies import Branch, NotTold, Reply
from . import aiohttp, django, flask, handlers, litestar, quart, starlette
from .messages import Request, Response
from .running import OF_PYTHON, Run
from .values import MISSING, Class, Function, Named, Native, Raised, Thing, Unknown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....fetch.wire import WireRequest

_MOST_RUNS: Final = 48
_MOST_STEPS: Final = 1_000_000  # of all answers together
_HEADER: Final = "access-control-"
_LAYERS: Final = frozenset({"CORS", "CORSMiddleware", "CORSConfig"})
_REQUESTS: Final = ("flask.request", "quart.request", "bottle.request", "request")
_OF_CORS: Final = lazy_pattern(r"(?i)cors(?!sim)|cross_?(?:origin|domain)|allow_?origin")


def _things() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = dict(OF_PYTHON)
    for each in (starlette.THINGS, flask.THINGS, handlers.THINGS, aiohttp.THINGS, litestar.THINGS, quart.THINGS):
        found |= each
    for name, thing in list(found.items()):
        package, _, last = name.rpartition(".")
        if package == "starlette":
            found.setdefault(f"fastapi.{last}", thing)
        if package == "flask":
            found.setdefault(f"quart.{last}", thing)
        if package not in ("re", "aiohttp", "falcon"):
            found.setdefault(last, thing)
    return found


_THINGS: Final = _things()


class ProgramRun(Run):
    """A run with the application that answers."""

    app: Any = None

    def __init__(self, supposed: dict[str, bool], touching: frozenset[str], *, writes: bool) -> None:
        super().__init__(supposed, _THINGS)
        self.writes = writes
        """Whether the text names a header of CORS."""
        self.touching = touching
        self.called: set[int] = set()

    def settled(self, value: Any) -> Any:
        value = super().settled(value)
        if isinstance(value, Named) and value.thing is None and self.request is not None:
            if value.text in _REQUESTS:
                return self.request
            if value.last == "current_app":
                return self.app
        if isinstance(value, Named) and value.last in _OF_DJANGO and value.root in ("", "corsheaders"):
            return list(_OF_DJANGO[value.last])
        return value

    def attribute(self, of: Any, name: str) -> Any:
        of = self.settled(of)
        if isinstance(of, Class) and name == "as_view" and of.found(name) is MISSING:
            return Native(lambda *args, **named: flask.View(self, of))
        if isinstance(of, Unknown) and (made := self._application_of(of, name)) is not None:
            return made.get(name)
        return super().attribute(of, name)

    def _application_of(self, of: Unknown, name: str) -> Thing | None:
        """The application that something is taken for by what is asked of it."""
        if isinstance(of, Named) and (of.last in self.hints or of.root in _PACKAGES):
            return None
        kind = _KINDS_BY_METHOD.get(name)
        if kind is None:
            is_app = isinstance(of, Named) and of.last in ("app", "application", "api", "router", "bp")
            if not is_app or name not in ("get", "post", "put", "patch", "delete", "options"):
                return None
            kind = starlette.Application if "fastapi" in self.hints or "flask" not in self.hints else flask.FlaskApp
        made = flask.application(self, of, kind)
        return made if isinstance(made, Thing) else None

    def _call_function(self, function: Function, args: list[Any], named: dict[str, Any]) -> Any:
        self.called.add(id(function.node))
        return super()._call_function(function, args, named)

    def decorated_by(self, by: Any, value: Any) -> Any:
        text = by.text if isinstance(by, Unknown) else ""
        if _OF_CORS.search(text) is not None:
            raise NotTold(f"the decorator {text}")
        return value

    def touches(self, handler: Any) -> bool:
        return not isinstance(handler, Function) or getattr(handler.node, "name", "") in self.touching


_PACKAGES: Final = frozenset(name.partition(".")[0] for name in _THINGS if "." in name)
_OF_DJANGO: Final = {"default_headers": django.HEADERS, "default_methods": django.METHODS}
_KINDS_BY_METHOD: Final[dict[str, Any]] = {
    "add_middleware": starlette.Application,
    "middleware": starlette.Application,
    "include_router": starlette.Application,
    "exception_handler": starlette.Application,
    "route": flask.FlaskApp,
    "before_request": flask.FlaskApp,
    "after_request": flask.FlaskApp,
    "register_blueprint": flask.FlaskApp,
    "config": flask.FlaskApp,
}


class Program:
    """A text as syntax, to be asked."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        functions = [each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._with_layers, self._makers = list(filter(has_layer, functions)), list(filter(_makes, functions))
        self._steps_left = _MOST_STEPS
        texts = [
            each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        self._knows_options = any(each.upper() == "OPTIONS" for each in texts)
        self._writes = any(_HEADER in each.lower() for each in texts)
        self.touching = _touching(tree)
        self._told: dict[tuple[Any, ...], Reply] = {}

    def replies(self, request: WireRequest) -> Reply:
        """What it answers to a request."""
        key = (request.method, request.url, tuple(request.headers))
        if key not in self._told:
            if len(self._told) > 500:
                self._told.clear()
            self._told[key] = self._explored(lambda run: self._asked(run, request))
        return self._told[key]

    def _explored(self, asked: Callable[[ProgramRun], Reply]) -> Reply:
        """The answer, where it is the same whatever is supposed; else a doubt."""
        found: dict[Reply, None] = {}
        left: list[dict[str, bool]] = [{}]
        unknown = ""
        for _ in range(_MOST_RUNS):
            if not left:
                break
            supposed = left.pop()
            try:
                found[asked(self.followed(supposed))] = None
            except Branch as branch:
                test = str(branch)
                unknown = unknown or test
                left += [{**supposed, test: True}, {**supposed, test: False}]
            except Raised:
                continue  # a program that ends at its start
            except NotTold as told:
                return Reply(doubt=str(told))
            except RecursionError:
                return Reply(doubt="a program that is nested too deep")
        if left or len(found) != 1:
            return Reply(doubt=unknown or "a program that does not start")
        return next(iter(found))

    def followed(self, supposed: dict[str, bool]) -> ProgramRun:
        """The program up to where it waits for requests."""
        if self._steps_left < 0:
            raise NotTold("a program that takes many steps")
        run = ProgramRun(supposed, self.touching, writes=self._writes)
        try:
            run.follow(self.tree)
            self._call_what_makes(run)
        finally:
            self._steps_left -= run.steps
        if not run.made:
            _make_what_is_meant(run)
        if not run.made:
            run.made += handlers.handlers_of(run, self.touching, knows_options=self._knows_options)
        elif run.unused:
            raise NotTold(shown(run.unused[0]))
        return run

    def _call_what_makes(self, run: ProgramRun) -> None:
        """Functions that make an application, or are given one, where nothing of the text calls them."""
        uncalled = [each for each in self._with_layers if id(each) not in run.called]
        if run.made and uncalled:
            raise NotTold(f"{uncalled[0].name}(), which nothing calls")
        makers = uncalled or ([] if run.made else self._makers)
        for each in makers[:4]:
            function = run.scope.names.get(each.name)
            if isinstance(function, Function):
                given = each.args
                names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
                values = {name: Named(name, is_imported=False) if name == "app" else Unknown(name) for name in names}
                run.call(function, [], values, each.name)

    def _asked(self, run: ProgramRun, wire: WireRequest) -> Reply:
        apps = roots_of(run)
        if not apps:
            raise NotTold("a program of no framework that is known")
        found = {self._of(run, app, wire): None for app in apps}
        if len(found) > 1:
            raise NotTold("more than one application")
        return next(iter(found))

    def _of(self, run: ProgramRun, app: Any, wire: WireRequest) -> Reply:
        run.request = Request(wire)
        run.app = app
        response: Response = app.answered(run.request)
        is_told = bool(response.headers.named("Access-Control-Allow-Origin")) or not self.touching
        if response.is_of_no_route and not is_told and not getattr(app, "layers", ()):
            raise NotTold("a route that is not in it")
        return response.reply(run.request)


def _make_what_is_meant(run: ProgramRun) -> None:
    """The application of a text that has a part of one alone."""
    if django.is_settings(run):
        run.made.append(django.Settings(run))
    elif blueprints := [each for each in run.parts if isinstance(each, flask.Blueprint)]:
        app = flask.FlaskApp(run)
        for each in blueprints:
            if not each.is_registered:
                app.do_register_blueprint(each)
    elif routers := [each for each in run.parts if isinstance(each, starlette.Router)]:
        made = starlette.Application(run)
        for router in routers:
            if not router.attributes.get("taken"):
                made.do_include_router(router)
    elif layers := [each for each in run.unused if isinstance(each, starlette.Layer)]:
        starlette.Application(run, middleware=layers)


def roots_of(run: ProgramRun) -> list[Any]:
    """The applications that are in no other."""
    return [each for each in run.made if not each.attributes.get("taken")]


def has_layer(node: ast.AST) -> bool:
    """Whether a layer of a framework's is named in it."""
    names = {name for each in ast.walk(node) if (name := _name(each))}
    return not _LAYERS.isdisjoint(names)


def _makes(node: ast.AST) -> bool:
    makers = ("Flask", "FastAPI", "Starlette", "Quart", "Sanic", "Litestar")
    return any(isinstance(each, ast.Call) and _name(each.func) in makers for each in ast.walk(node))


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _touching(tree: ast.Module) -> frozenset[str]:
    """The names of functions, classes and values in which a header of CORS is named, or one of these names."""
    used: dict[str, set[str]] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [each.id for each in node.targets if isinstance(each, ast.Name)]
        for name in names:
            inner = used.setdefault(name, set())
            for each in ast.walk(node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    if _HEADER in each.value.lower():
                        found.add(name)
                elif (other := _name(each)) and other != name:
                    inner.add(other)
                    if other.startswith("access_control_") or _OF_CORS.search(other) is not None:
                        found.add(name)
    users: dict[str, list[str]] = {}
    for name, inner in used.items():
        for other in inner:
            users.setdefault(other, []).append(name)
    left = list(found)
    while left:
        for name in users.get(left.pop(), ()):
            if name not in found:
                found.add(name)
                left.append(name)
    return frozenset(found)
