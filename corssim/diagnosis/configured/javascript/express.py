"""Applications and routers of Express: their layers, in order. https://expressjs.com/en/guide/using-middleware.html"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .harmless import hands_on
from .paths import found_at
from .values import (
    UNDEFINED,
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
    from .machine import Machine
    from .node_http import Request, Response

METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options")
NO_ERROR: Final = object()  # no error
_OF_ERRORS: Final = 4  # parameters of a layer for errors


class Layer:
    """One layer: its path, the method that it is for ("": all), and what handles what comes to it."""

    def __init__(self, path: Value, method: str, handlers: list[Value], *, is_route: bool) -> None:
        self.path, self.method, self.handlers, self.is_route = path, method, handlers, is_route


class Router(Host):
    """`express.Router()`, and what applications have of it."""

    def __init__(self, machine: Machine, name: str = "router") -> None:
        self.machine, self.name = machine, name
        self.layers: list[Layer] = []
        self.mounted = False
        self.is_implicit = False
        """Whether it is made elsewhere."""
        self.own: dict[str, Value] = {}

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        """What it is given to may add layers."""
        if not hands_on(to):
            self.layers.append(Layer("/", "", [Unknown(text, to.package)], is_route=False))

    def get(self, name: str) -> Value:
        if name in self.own:
            return self.own[name]
        if name in (*METHODS, "all", "del"):
            return Native(lambda given: self._route(name, given))
        if name == "use":
            return Native(self.use)
        if name == "route":
            return Native(lambda given: _Route(self, given[0] if given else "/"))
        if name == "param":
            return Native(lambda given: self)
        return self.other(name)

    def other(self, name: str) -> Value:
        return Unknown(f"{self.name}.{name}")

    def set(self, name: str, value: Value) -> None:
        self.own[name] = value

    def use(self, given: list[Value]) -> Value:
        """Layers for what begins with a path."""
        path: Value = "/"
        if given and _is_path(given[0]):
            path, given = given[0], given[1:]
        self._add(path, "", given, is_route=False)
        return self

    def _route(self, name: str, given: list[Value]) -> Value:
        if name == "get" and len(given) == 1:
            return self.setting(given[0])
        self._add(given[0] if given else "/", "" if name == "all" else name.upper(), given[1:], is_route=True)
        return self

    def setting(self, name: Value) -> Value:
        return Unknown(f"{self.name}.get({text_of(name)})", fixed=True)

    def _add(self, path: Value, method: str, handlers: list[Value], *, is_route: bool) -> None:
        flat = list(flattened(handlers))
        for each in flat:
            if isinstance(each, Router):
                each.mounted = True
        self.layers.append(Layer(path, method, flat, is_route=is_route))

    # -- a request

    def answer(self, request: Request, response: Response, path: str) -> Value:
        """Have the layers answer. Returns the error that is left, `NO_ERROR` where it handed on or has answered."""
        error: Value = NO_ERROR
        answered_options = False
        for layer in list(self.layers):
            self.machine.step()
            if response.answer.sent:
                return NO_ERROR
            covered = found_at(layer.path, path, whole=layer.is_route)
            if covered is None:
                continue
            if layer.is_route and error is not NO_ERROR:
                continue
            if layer.is_route and not _is_for(layer.method, request.method):
                answered_options = answered_options or request.method == "OPTIONS"
                continue
            error, leaves = self._handled(layer, request, response, path, covered, error)
            if leaves:
                break
        if answered_options and error is NO_ERROR and not response.answer.sent and not response.answer.left_to:
            response.answer.status = 200
            response.answer.set("Allow", "the methods of its routes")
            response.answer.end()
        return error

    def _handled(
        self, layer: Layer, request: Request, response: Response, path: str, covered: str, error: Value
    ) -> tuple[Value, bool]:
        """Run the handlers of a layer: the error that is left, and whether the whole router is left."""
        for handler in layer.handlers:
            if response.answer.sent:
                break
            if isinstance(handler, Router):
                if error is NO_ERROR:
                    before, request.base = request.base, request.base + covered
                    asked, request.path = request.path, path[len(covered) :] or "/"
                    error = handler.answer(request, response, request.path)
                    request.base, request.path = before, asked
                    if handler.is_implicit:
                        left_to(self.machine, response, handler.name)
                continue
            if layer.is_route and isinstance(handler, Unknown) and handler is layer.handlers[-1]:
                left_to(self.machine, response, handler.text)
                response.answer.end()  # what handles a route at last answers
                break
            if takes_errors(handler) is (error is NO_ERROR):
                continue
            error = called(self.machine, handler, request, response, error)
            if error in ("route", "router"):
                return NO_ERROR, error == "router"
        return error, False


class Application(Router):
    """`express()`"""

    def __init__(self, machine: Machine, kind: str = "express") -> None:
        super().__init__(machine, "app")
        self.kind = kind
        self.serves = False
        self.open_end = False
        """Whether what stands behind its last layer is elsewhere."""
        self.settings: dict[str, Value] = {}
        self.at_last: list[Value] = []
        """What comes behind all that is used."""

    def setting(self, name: Value) -> Value:
        key = str(text_of(name))
        return self.settings[key] if key in self.settings else Unknown(f"app.get('{key}')", fixed=True)

    def other(self, name: str) -> Value:
        if name == "set":
            return Native(self._set)
        if name in SETS_UP:
            return Native(lambda given: self)
        if name in ("listen", "init"):
            return Native(self._listen)
        if name in ("locals",):
            return Plain()
        if name == "enableCors":
            return Native(self._enable_cors)
        if name in ("getHttpAdapter", "getInstance", "getHttpServer"):
            return Native(lambda given: self)
        return Unknown(f"app.{name}")

    def _set(self, given: list[Value]) -> Value:
        if len(given) > 1 and isinstance(given[0], str):
            self.settings[given[0]] = given[1]
        return self

    def _listen(self, given: list[Value]) -> Value:
        self.serves = True
        for each in given:
            if isinstance(each, Function) and self.machine.mentions(each):
                self.machine.call(each, [])
        return Promise(self)

    def _enable_cors(self, given: list[Value]) -> Value:
        from .cors_package import cors

        self.machine.kind = "nestjs"
        self.machine.uses_cors = True
        return self.use([cors(self.machine, given[0] if given else UNDEFINED)])


SETS_UP: Final = frozenset(
    {"enable", "disable", "engine", "on", "once", "setGlobalPrefix", "useGlobalPipes", "useGlobalFilters", "close",
     "useGlobalInterceptors", "useGlobalGuards", "useLogger", "useStaticAssets", "setViewEngine", "setBaseViewsDir",
     "enableVersioning", "enableShutdownHooks", "useWebSocketAdapter", "connectMicroservice", "getUrl",
     "startAllMicroservices", "flushLogs", "useBodyParser", "removeListener", "setMaxListeners", "emit"}
)  # fmt: skip


class _Route(Host):
    """`app.route(path)`"""

    def __init__(self, router: Router, path: Value) -> None:
        self._router, self._path = router, path

    def get(self, name: str) -> Value:
        if name not in (*METHODS, "all"):
            return Unknown(f"route.{name}")

        def add(given: list[Value]) -> Value:
            self._router.get(name).does([self._path, *given])
            return self

        return Native(add)


def _is_path(value: Value) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_path(each) for each in value)
    return isinstance(value, str | Expression)


def _is_for(method: str, asked: Value) -> bool:
    return method in ("", asked) or (method == "GET" and asked == "HEAD")


def flattened(handlers: list[Value], depth: int = 0) -> list[Value]:
    found: list[Value] = []
    for each in handlers:
        found += flattened(each, depth + 1) if isinstance(each, list) and depth < 5 else [each]
    return found


def takes_errors(handler: Value) -> bool:
    return isinstance(handler, Function) and len(handler.code.parameters) == _OF_ERRORS


def called(machine: Machine, handler: Value, request: Request, response: Response, error: Value) -> Value:
    """Call one handler. Returns the error that it throws or hands on, "route", "router", or that there is none."""
    answer = response.answer
    if isinstance(handler, Unknown):
        if not hands_on(handler):
            left_to(machine, response, handler.text)
        return error
    if not isinstance(handler, Host):
        raise NotTold("a layer that is no function")
    handed: list[Value] = []

    def hand_on(given: list[Value]) -> Value:
        handed.append(given[0] if given else UNDEFINED)
        answer.handed_on = True
        return UNDEFINED

    following = Native(hand_on, "next")
    following.on_handed = lambda text, to: handed.append(UNDEFINED)
    given = [request, response, following]
    try:
        value = machine.call(handler, given if error is NO_ERROR else [error, *given], text="a layer")
        machine.settled(value)
    except Thrown as thrown:
        return NO_ERROR if answer.sent else thrown.value
    finally:
        answer.handed_on = False
    if answer.sent:
        return NO_ERROR
    if not handed:
        if answer.left_to:
            answer.end()
            return NO_ERROR
        raise NotTold("a layer that neither answers nor hands on")
    if handed[0] in ("route", "router"):
        return handed[0]
    return handed[0] if machine.truthy(handed[0]) else NO_ERROR


def left_to(machine: Machine, response: Response, what: str) -> None:
    """Something that is not known may answer or hand on. Where the Origin was asked for, that was decided before."""
    response.answer.is_decided = response.answer.is_decided or bool(machine.compared or machine.tested)
    response.answer.leave_to(what)


def answered(application: Router, request: Request, response: Response) -> None:
    """The whole of an application, with what is answered where no layer does. Headers stay with both.

    https://github.com/pillarjs/finalhandler
    """
    if isinstance(application, Application) and application.at_last:
        application.use(application.at_last)
    error = application.answer(request, response, request.path)
    if response.answer.sent:
        return
    if error is NO_ERROR and isinstance(application, Application) and application.open_end:
        if request.method != "OPTIONS" or not response.answer.decides:
            left_to(application.machine, response, "what stands behind it")
        return  # Express answers OPTIONS itself where there is a route
    status: Value = 404
    if error is not NO_ERROR:
        status = error.get("status") if isinstance(error, Plain | Instance) else UNDEFINED
        status = status if isinstance(status, int) and 400 <= status < 600 else 500
    response.answer.status = status
    response.answer.end()


def unhandled(application: Application) -> bool:
    """Whether the text shows no route: what answers stands elsewhere."""
    return not any(
        layer.is_route or any(isinstance(each, Router) for each in layer.handlers) for layer in application.layers
    )
