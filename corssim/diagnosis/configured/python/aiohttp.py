"""aiohttp: its middlewares, and aiohttp-cors.

https://docs.aiohttp.org/en/stable/web_advanced.html#middlewares ;
https://github.com/aio-libs/aiohttp-cors/blob/master/aiohttp_cors/cors_config.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..replies import NotTold
from .messages import Request, Response
from .routes import Route, routes_at
from .values import Class, Function, Native, Raised, Thing, Unknown, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

_BY_METHOD: Final = ("get", "post", "put", "patch", "delete", "head", "options", "view")
_ERRORS: Final = {
    "HTTPNotFound": 404, "HTTPForbidden": 403, "HTTPUnauthorized": 401, "HTTPBadRequest": 400, "HTTPNoContent": 204,
    "HTTPOk": 200, "HTTPFound": 302, "HTTPMethodNotAllowed": 405, "HTTPInternalServerError": 500,
}  # fmt: skip


class Resource(Thing):
    """A path with its routes. `own`: what aiohttp-cors was given for it, `of_methods` for single ones."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.routes: list[OfMethod] = []
        self.own: dict[str, Any] | None = None
        self.of_methods: dict[str, dict[str, Any]] = {}

    def do_add_route(self, method: Any, handler: Any, **named: Any) -> OfMethod:
        del named
        made = OfMethod(self, str(method).upper(), handler)
        self.routes.append(made)
        return made


class OfMethod(Thing):
    """A route: a resource's for one method."""

    def __init__(self, resource: Resource, method: str, handler: Any) -> None:
        super().__init__()
        self.resource, self.method, self.handler = resource, method, handler
        self.attributes["resource"] = resource


class Router(Thing):
    """`app.router`."""

    def __init__(self) -> None:
        super().__init__()
        self.list: list[Resource] = []

    def get(self, name: str) -> Any:
        method = name.removeprefix("add_")
        if name.startswith("add_") and method in _BY_METHOD:
            return Native(lambda path, handler=None, **named: self.do_add_route(method, path, handler, **named))
        return super().get(name)

    def do_add_resource(self, path: Any, **named: Any) -> Resource:
        del named
        text = path if isinstance(path, str) else "/{any:.*}"
        if self.list and self.list[-1].path == text:
            return self.list[-1]
        self.list.append(Resource(text))
        return self.list[-1]

    def do_add_route(self, method: Any, path: Any, handler: Any = None, **named: Any) -> OfMethod:
        del named
        return self.do_add_resource(path).do_add_route("*" if method == "view" else method, handler)

    def do_add_routes(self, routes: Any) -> None:
        for each in routes if isinstance(routes, list) else routes.list if isinstance(routes, Table) else ():
            if isinstance(each, tuple) and len(each) == 3:
                self.do_add_route(*each)

    def do_routes(self) -> Any:
        return [route for each in self.list for route in each.routes]

    def do_resources(self) -> Any:
        return list(self.list)


class Table(Thing):
    """`web.RouteTableDef()`."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        del run
        self.list: list[tuple[Any, Any, Any]] = []

    def get(self, name: str) -> Any:
        if name in _BY_METHOD:
            return Native(lambda path, **named: Native(lambda function: self._added(name, path, function)))
        return super().get(name)

    def do_route(self, method: Any, path: Any, **named: Any) -> Any:
        del named
        return Native(lambda function: self._added(str(method), path, function))

    def _added(self, method: str, path: Any, function: Any) -> Any:
        self.list.append((method, path, function))
        return function


class Application(Thing):
    """`web.Application(middlewares=[…])`."""

    server = "aiohttp"

    def __init__(self, run: Run, *args: Any, middlewares: Any = None, **named: Any) -> None:
        super().__init__()
        del args, named
        self.run = run
        self.matched: Resource | None = None
        """The path that is asked for."""
        self.middlewares: list[Any] = list(middlewares) if isinstance(middlewares, list | tuple) else []
        if isinstance(middlewares, Unknown):
            raise NotTold(f"middlewares={middlewares.text}")
        self.prepare: list[Any] = []
        self.cors: CORS | None = None
        self.router = Router()
        self.subs: list[tuple[str, Any]] = []
        self.attributes |= {"router": self.router, "middlewares": self.middlewares, "on_response_prepare": self.prepare}
        run.made.append(self)

    @property
    def layers(self) -> list[Any]:
        return [self.cors] if self.cors is not None else []

    @property
    def routes(self) -> list[Route]:
        return [Route(each.path, None) for each in self.router.list]

    def do_add_routes(self, routes: Any) -> None:
        self.router.do_add_routes(routes)

    def do_add_subapp(self, prefix: Any, app: Any) -> None:
        if isinstance(app, Application):
            app.attributes["taken"] = True
            self.subs.append((str(prefix), app))

    def set_item(self, key: Any, value: Any) -> bool:
        del key, value
        return False

    def answered(self, request: Request) -> Response:
        """The answer to a request, through the middlewares, the first of them outside."""
        if any(request.path.startswith(prefix) for prefix, _ in self.subs):
            raise NotTold("add_subapp(…)")
        try:
            response = self._within(0, request)
        except Raised as raised:
            response = raised.value if isinstance(raised.value, Response) else Response(500)
        if self.matched is not None and self.cors is not None and self.matched.own is not None:
            self.cors.put(self.matched, request, response)
        for function in self.prepare:
            self.run.call(function, [request, response], {}, shown(function))
        return response

    def _within(self, at: int, request: Request) -> Response:
        if at == len(self.middlewares):
            return self._routed(request)
        function = self.middlewares[at]
        if not isinstance(function, Function | Class | Native):
            raise NotTold(f"the middleware {shown(function)}")
        handler = Native(lambda *args, **named: self._within(at + 1, request))
        if isinstance(function, Function) and not function.attributes.get("is_middleware"):
            function = self.run.call(function, [self, handler], {}, function.name)  # of the old kind
            return self._response(self.run.call(function, [request], {}, shown(function)))
        return self._response(self.run.call(function, [request, handler], {}, shown(function)))

    def _response(self, found: Any) -> Response:
        if isinstance(found, Response):
            return found
        raise NotTold(f"a middleware that answers {shown(found)}")

    def _routed(self, request: Request) -> Response:
        at = [each for each in self.router.list if routes_at([Route(each.path, None)], request.path)]
        for resource in at:
            if request.method == "OPTIONS" and self.cors is not None and resource.own is not None:
                return self.cors.preflight(resource, request)
            for route in resource.routes:
                if route.method in (request.method, "*") or (route.method == "GET" and request.method == "HEAD"):
                    self.matched = resource
                    return self._handled(route, request)
        if at:
            raise Raised(Response(405), "HTTPMethodNotAllowed")
        if self.cors is not None and not self.cors.is_for_all:
            raise NotTold("a route that is not in it")
        response = Response.of_no_route(405 if request.method == "OPTIONS" else None)
        if self.cors is not None:
            resource = Resource(request.path)
            resource.own = {}
            resource.of_methods = {method: {} for method in ("GET", "POST", "PUT", "PATCH", "DELETE")}
            if request.method == "OPTIONS":
                return self.cors.preflight(resource, request)
            self.cors.put(resource, request, response)
        return response

    def _handled(self, route: OfMethod, request: Request) -> Response:
        found: Any = None
        if isinstance(route.handler, Function):
            found = self.run.call_view(route.handler, [request], {}, route.handler.name)
        return found if isinstance(found, Response) else Response(200)


class CORS(Thing):
    """`aiohttp_cors.setup(app, defaults=…)`."""

    def __init__(self, run: Run, app: Any = None, *, defaults: Any = None, **named: Any) -> None:
        super().__init__()
        del named
        if isinstance(app, Unknown):
            if app.thing is None:
                app.thing = Application(run)
            app = app.thing
        if not isinstance(app, Application):
            raise NotTold(f"aiohttp_cors.setup({shown(app)})")
        self.run, self.app = run, app
        self.defaults = _options(defaults)
        self.is_for_all = False
        app.cors = self

    def do_add(self, entity: Any, config: Any = None, **named: Any) -> Any:
        del named
        if isinstance(entity, Resource):
            entity.own = _options(config)
        elif isinstance(entity, OfMethod):
            entity.resource.own = entity.resource.own if entity.resource.own is not None else _options(config)
            entity.resource.of_methods[entity.method] = _options(config)
        else:
            self.is_for_all = True  # each of the routes that the text does not show
        return entity

    def _for(self, origin: str, *tables: dict[str, Any]) -> Any:
        """The options of an origin: its own ones in any of the tables, else those of `*`."""
        for name in (origin, "*"):
            for table in tables:
                if name in table:
                    return table[name]
        return None

    def preflight(self, resource: Resource, request: Request) -> Response:
        """Its answer to a preflight; 403 where something is not allowed."""
        origin, method = request.origin, request.asked_method
        if origin is None or method is None:
            return Response(403)
        own = resource.own or {}
        options = self._for(origin, own, self.defaults)
        allowed = options.get("allow_methods") if options is not None else None
        is_listed = allowed == "*" or (
            isinstance(allowed, list | tuple) and method in [str(each).upper() for each in allowed]
        )
        if not is_listed and method not in resource.of_methods:
            return Response(403)
        options = self._for(origin, resource.of_methods.get(method, {}), own, self.defaults)
        if options is None:
            return Response(403)
        asked = [each.strip().upper() for each in (request.asked_headers or "").split(",") if each.strip()]
        headers = options.get("allow_headers", ())
        if headers != "*" and not {*asked} <= {str(each).upper() for each in headers}:
            return Response(403)
        response = Response(200)
        put = response.headers.put
        put("Access-Control-Allow-Origin", origin)
        if options.get("allow_credentials"):
            put("Access-Control-Allow-Credentials", "true")
        if options.get("max_age") is not None:
            put("Access-Control-Max-Age", str(options["max_age"]))
        put("Access-Control-Allow-Methods", method)
        if asked:
            put("Access-Control-Allow-Headers", ",".join(asked))
        return response

    def put(self, resource: Resource, request: Request, response: Response) -> None:
        """The headers of an answer to a request."""
        if request.origin is None:
            return
        of_method = resource.of_methods.get(request.method, {})
        options = self._for(request.origin, of_method, resource.own or {}, self.defaults)
        if options is None:
            return
        put = response.headers.put
        expose = options.get("expose_headers", ())
        if expose == "*":
            put("Access-Control-Expose-Headers", Unknown("the headers that are sent"))
        elif expose:
            put("Access-Control-Expose-Headers", ",".join(map(str, expose)))
        put("Access-Control-Allow-Origin", request.origin)
        if options.get("allow_credentials"):
            put("Access-Control-Allow-Credentials", "true")


def _options(given: Any) -> dict[str, Any]:
    """A table of origins with their options."""
    if given is None:
        return {}
    unknown = unknown_in(given)
    if not isinstance(given, dict) or unknown is not None:
        raise NotTold(shown(given if unknown is None else unknown))
    return {origin: each.options if isinstance(each, Options) else each for origin, each in given.items()}


class Options(Thing):
    """`aiohttp_cors.ResourceOptions(…)`."""

    def __init__(self, run: Run, **named: Any) -> None:
        super().__init__()
        del run
        if (unknown := unknown_in(named)) is not None:
            raise NotTold(unknown.text)
        self.options = named


def _middleware(run: Run, function: Any) -> Any:
    del run
    if isinstance(function, Thing):
        function.attributes["is_middleware"] = True
    return function


def _response(run: Run, *args: Any, status: Any = 200, headers: Any = None, **named: Any) -> Any:
    del run, args, named
    return Response(status, headers)


def _error(status: int) -> Callable[..., Any]:
    return lambda run, *args, headers=None, **named: Response(status, headers)


def _route(method: str) -> Callable[..., Any]:
    return lambda run, path, handler=None, **named: (method, path, handler)


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "aiohttp.Application": Application,
    "aiohttp.RouteTableDef": Table,
    "aiohttp.middleware": _middleware,
    "aiohttp.Response": _response,
    "aiohttp.json_response": _response,
    "aiohttp.StreamResponse": _response,
    "aiohttp_cors.setup": CORS,
    "aiohttp_cors.ResourceOptions": Options,
    **{f"aiohttp.{name}": _error(status) for name, status in _ERRORS.items()},
    **{f"aiohttp.{name}": _route(name) for name in _BY_METHOD},
}
