"""Starlette and FastAPI: routes, mounts, and the middlewares around them.

https://starlette.dev/middleware/ ; https://fastapi.tiangolo.com/tutorial/cors/
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from ..replies import NotTold
from .messages import Request, Response
from .routes import Route, joined, methods_of, routes_at
from .starlette_cors import CORSLayer
from .values import MISSING, Class, Function, Named, Native, Raised, Thing, Unknown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

_BY_METHOD: Final = ("get", "post", "put", "patch", "delete", "options", "head", "trace")
_HARMLESS: Final = lazy_pattern(
    r"(?i)gzip|brotli|compress|trustedhost|session|httpsredirect|proxyheaders|requestid|correlation|logg|timing|"
    r"processtime|prometheus|metric|tracing|sentry|otel|opentelemetry|securityheaders|babel|locale|i18n|profil"
)
"""Middlewares of others that answer nothing themselves, or only what no browser asks."""


class Router(Thing):
    """Routes, some of them below a prefix."""

    def __init__(
        self, run: Run, *args: Any, routes: Any = None, prefix: Any = "", redirect_slashes: Any = True, **named: Any
    ) -> None:
        super().__init__()
        self.program = run
        self.prefix = prefix if isinstance(prefix, str) else ""
        self.routes: list[Route] = []
        self.mounts: list[tuple[str, Any]] = []
        self.redirects = redirect_slashes is not False
        self.named = named
        for each in routes if isinstance(routes, list | tuple) else ():
            self.take(each)
        run.parts.append(self)

    def take(self, each: Any) -> None:
        """A `Route` or a `Mount` of a list."""
        if isinstance(each, _Given):
            self.routes += each.routes
            self.mounts += each.mounts

    def get(self, name: str) -> Any:
        if name in _BY_METHOD:
            return Native(lambda path=None, **named: self.do_api_route(path, methods=[name.upper()], **named))
        return super().get(name)

    def do_api_route(self, path: Any = None, methods: Any = None, **named: Any) -> Any:
        del named

        def routed(function: Any) -> Any:
            self.do_add_api_route(path, function, methods=methods)
            return function

        return Native(routed)

    do_route = do_api_route

    def do_add_api_route(self, path: Any, function: Any = None, methods: Any = None, **named: Any) -> None:
        del named
        whole = self.prefix + path if isinstance(path, str) else "/{any:path}"
        self.routes.append(Route(whole, methods_of(methods, ("GET",)), function, answers_options=False))

    do_add_route = do_add_api_route

    def do_include_router(self, router: Any, prefix: Any = "", **named: Any) -> None:
        del named
        if isinstance(router, Router):
            router.attributes["taken"] = True
            below = prefix if isinstance(prefix, str) else ""
            path = self.prefix + below
            self.routes += [each._replace(path=path + each.path) for each in router.routes]

    def do_mount(self, path: Any, app: Any = None, **named: Any) -> None:
        del named
        if isinstance(app, Thing):
            app.attributes["taken"] = True
        self.mounts.append((path if isinstance(path, str) else "", app))

    def do_on_event(self, *args: Any, **named: Any) -> Any:
        del args, named
        return Native(lambda function: function, changes=False)

    do_add_event_handler = do_websocket = do_websocket_route = do_on_event


class _Given(Thing):
    """`Route(…)` and `Mount(…)`."""

    def __init__(self, routes: list[Route], mounts: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.routes, self.mounts = routes, mounts


class Application(Router):
    """An application: its router, and the middlewares around it, the outermost first."""

    server = "starlette"

    def __init__(self, run: Run, *args: Any, middleware: Any = None, **named: Any) -> None:
        super().__init__(run, *args, **named)
        self.layers: list[tuple[Any, dict[str, Any]]] = []
        self.errors: dict[str, Any] = {}
        self.attributes["router"] = self
        for each in middleware if isinstance(middleware, list | tuple) else ():
            if not isinstance(each, Layer):
                raise NotTold(f"middleware {shown(each)}")
            self.layers.append((each.kind, each.named))
            if each in run.unused:
                run.unused.remove(each)
        if isinstance(middleware, Unknown):
            raise NotTold(f"middleware {middleware.text}")
        run.made.append(self)

    def get(self, name: str) -> Any:
        if name == "user_middleware":
            raise NotTold("user_middleware")
        return super().get(name)

    def do_add_middleware(self, kind: Any, *args: Any, **named: Any) -> None:
        if args and isinstance(kind, Named) and kind.last == "CORSMiddleware":
            raise NotTold("values without names")
        self.layers.insert(0, (kind, named))

    def do_middleware(self, of: Any = "http", **named: Any) -> Any:
        del of, named

        def added(function: Any) -> Any:
            self.layers.insert(0, (_OfHTTP(function), {}))
            return function

        return Native(added)

    def do_exception_handler(self, of: Any, **named: Any) -> Any:
        del named

        def handled(function: Any) -> Any:
            self.errors[of.last if isinstance(of, Named) else shown(of)] = function
            return function

        return Native(handled)

    def do_add_exception_handler(self, of: Any, function: Any) -> None:
        self.errors[of.last if isinstance(of, Named) else shown(of)] = function

    def answered(self, request: Request) -> Response:
        """The answer to a request. Raises `NotTold`."""
        try:
            return self._within(0, request, is_inside=False)
        except Raised:
            return Response(500)  # outside of every middleware, and without their headers

    def _within(self, at: int, request: Request, *, is_inside: bool) -> Response:
        if at == len(self.layers):
            return self._of_router(request, self.path_of(request))
        kind, named = self.layers[at]

        def inner() -> Response:
            return self._within(at + 1, request, is_inside=is_inside or _is_cors(kind))

        if isinstance(kind, _OfHTTP):
            return self._of_function(kind.function, request, inner)
        if isinstance(kind, Class):
            return self._of_class(kind, named, request, inner)
        if _is_cors(kind):
            return CORSLayer(self.program, named).answered(request, inner)
        name = kind.last if isinstance(kind, Named) else shown(kind)
        if name == "HTTPSRedirectMiddleware" and request.scheme == "http":
            return Response(307)
        if is_inside or _HARMLESS.search(name) is not None:
            return inner()
        raise NotTold(f"{name or 'a middleware'}, which is outside of CORSMiddleware")

    def path_of(self, request: Request) -> str:
        below = self.attributes.get("below", "")
        return request.path[len(below) :] or "/"

    def _of_function(self, function: Any, request: Request, inner: Callable[[], Response]) -> Response:
        call_next = Native(lambda *args, **named: inner())
        return self._response(self.program.call(function, [request, call_next], {}, shown(function)), function)

    def _of_class(
        self, kind: Class, named: dict[str, Any], request: Request, inner: Callable[[], Response]
    ) -> Response:
        if kind.is_a("CORSMiddleware") and kind.found("__call__") is MISSING:
            return CORSLayer(self.program, named).answered(request, inner)
        dispatch = kind.found("dispatch")
        if dispatch is MISSING:
            raise NotTold(f"{kind.name}, a middleware")
        made = self.program.call(kind, [Unknown("app")], named, kind.name)
        call_next = Native(lambda *args, **named: inner())
        found = self.program.call(dispatch, [made, request, call_next], {}, kind.name)
        return self._response(found, kind)

    def _response(self, found: Any, by: Any) -> Response:
        if isinstance(found, Response):
            return found
        raise NotTold(f"the middleware {shown(by)}, which may answer itself,")

    def _of_router(self, request: Request, path: str) -> Response:
        at = routes_at(self.routes, path)
        own = next((each for each in at if each.takes(request.method) or _adds_head(each, request)), None)
        if own is not None:
            return self._of_route(own, request)
        for prefix, app in self.mounts:
            if prefix and path.startswith(f"{prefix.rstrip('/')}/"):
                return self._of_mount(app, prefix, request)
        if at:
            return Response(405)
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        is_mount = any(prefix and other.startswith(f"{prefix.rstrip('/')}/") for prefix, _ in self.mounts)
        if self.redirects and path != "/" and (is_mount or routes_at(self.routes, other)):
            return Response(307)
        root = next((app for prefix, app in self.mounts if prefix in ("", "/")), None)
        if root is not None:
            return self._of_mount(root, "", request)
        return Response.of_no_route(405 if request.method == "OPTIONS" else None)

    def _of_mount(self, app: Any, prefix: str, request: Request) -> Response:
        if isinstance(app, Application | Wrapped):
            below = str(self.attributes.get("below", "")) + prefix.rstrip("/")
            (app if isinstance(app, Application) else app.innermost()).attributes["below"] = below
            return app.answered(request)
        if isinstance(app, Thing | Unknown):
            return Response.of_no_route(405 if request.method == "OPTIONS" else None)  # files, say
        raise NotTold(shown(app))

    def _of_route(self, route: Route, request: Request) -> Response:
        injected = Response(200)
        try:
            found = self._called(route.handler, request, injected)
        except Raised as raised:
            return self._of_error(raised, request)
        if isinstance(found, Response):
            return found
        injected.headers.rows = [*injected.headers.rows]
        return injected

    def _called(self, handler: Any, request: Request, injected: Response) -> Any:
        run = self.program
        if isinstance(handler, Class):
            instance = run.call(handler, [], {}, handler.name)
            handler, first = handler.found(request.method.lower()), [instance]
        else:
            first = []
        if not isinstance(handler, Function | Native | Thing):
            return None
        given: dict[str, Any] = {}
        if isinstance(handler, Function):
            for each in handler.node.args.args[len(first) :]:
                kind = "" if each.annotation is None else ast.unparse(each.annotation)[:40].rpartition(".")[2]
                if kind == "Request" or (not kind and each.arg in ("request", "req")):
                    given[each.arg] = request
                elif kind == "Response":
                    given[each.arg] = injected
        return run.call_view(handler, first, given, shown(handler))

    def _of_error(self, raised: Raised, request: Request) -> Response:
        """What handles an error; one that nothing handles goes through all middlewares."""
        names = (raised.name, "Exception" if raised.name not in ("HTTPException",) else "HTTPException")
        status = raised.value.status if isinstance(raised.value, Response) else None
        for name in (str(status), raised.name):
            if name in self.errors:
                found = self.program.call(self.errors[name], [request, raised.value], {}, name)
                return found if isinstance(found, Response) else Response(status)
        if isinstance(raised.value, Response):
            return raised.value
        del names
        raise raised


def _adds_head(route: Route, request: Request) -> bool:
    return request.method == "HEAD" and route.takes("GET")


class _OfHTTP(Thing):
    """A function under `@app.middleware("http")`."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function


class Layer(Thing):
    """`Middleware(kind, …)`."""

    def __init__(self, run: Run, kind: Any, *args: Any, **named: Any) -> None:
        super().__init__()
        del args
        self.kind, self.named = kind, named
        self.name = "Middleware(CORSMiddleware, …), which nothing uses"
        if _is_cors(kind):
            run.unused.append(self)


class Wrapped(Thing):
    """`CORSMiddleware(app, …)`: an application around another."""

    server = "starlette"
    doubt = "CORSMiddleware(…), which nothing uses"

    def __init__(self, run: Run, app: Any = None, *args: Any, **named: Any) -> None:
        super().__init__()
        if args:
            raise NotTold("values without names")
        self.program, self.app, self.named = run, app, named
        if isinstance(app, Thing):
            app.attributes["taken"] = True
        self.layers = [(Named("starlette.CORSMiddleware"), named)]
        run.made.append(self)

    def innermost(self) -> Thing:
        return (
            self.app.innermost() if isinstance(self.app, Wrapped) else self.app if isinstance(self.app, Thing) else self
        )

    def answered(self, request: Request) -> Response:
        def inner() -> Response:
            answered = getattr(self.app, "answered", None)
            if answered is None:
                return Response.of_no_route(405 if request.method == "OPTIONS" else None)
            found = answered(request)
            return found if isinstance(found, Response) else Response()

        return CORSLayer(self.program, self.named).answered(request, inner)


def _is_cors(kind: Any) -> bool:
    return isinstance(kind, Named) and kind.last == "CORSMiddleware"


def _route(run: Run, path: Any, endpoint: Any = None, *args: Any, methods: Any = None, **named: Any) -> _Given:
    del run, args, named
    listed = methods_of(methods, ("GET",))
    if isinstance(endpoint, Class):
        listed = tuple(name.upper() for name in _BY_METHOD if isinstance(endpoint.found(name), Thing))
    path = path if isinstance(path, str) else "/{any:path}"
    return _Given([Route(path, listed, endpoint, answers_options=False)], [])


def _mount(run: Run, path: Any, app: Any = None, *args: Any, routes: Any = None, **named: Any) -> _Given:
    del args, named
    if app is None and isinstance(routes, list):
        inner = Router(run, routes=routes)
        return _Given([each._replace(path=joined(str(path), each.path)) for each in inner.routes], [])
    if isinstance(app, Thing):
        app.attributes["taken"] = True
    return _Given([], [(path if isinstance(path, str) else "", app)])


def _response(
    run: Run, content: Any = None, status_code: Any = 200, headers: Any = None, *rest: Any, **named: Any
) -> Any:
    del run, content, rest
    return Response(named.get("status", status_code), headers)


def _redirected(run: Run, url: Any = None, status_code: Any = 307, headers: Any = None, **named: Any) -> Any:
    del run, url, named
    return Response(status_code, headers)


def _http_error(run: Run, status_code: Any = 500, detail: Any = None, headers: Any = None, **named: Any) -> Any:
    del run, detail, named
    return Response(status_code, headers)


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "starlette.Starlette": Application,
    "starlette.Middleware": Layer,
    "starlette.CORSMiddleware": Wrapped,
    "starlette.Router": Router,
    "starlette.Route": _route,
    "starlette.Mount": _mount,
    "fastapi.FastAPI": Application,
    "fastapi.APIRouter": Router,
    **{
        f"starlette.{name}": _response
        for name in (
            "Response", "JSONResponse", "PlainTextResponse", "HTMLResponse", "StreamingResponse", "FileResponse",
            "ORJSONResponse", "UJSONResponse",
        )
    },
    "starlette.RedirectResponse": _redirected,
    "starlette.HTTPException": _http_error,
}  # fmt: skip
