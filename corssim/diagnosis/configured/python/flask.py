"""Flask and Quart: routes, blueprints, functions before and after requests.

https://flask.palletsprojects.com/en/stable/lifecycle/ ; https://werkzeug.palletsprojects.com/en/stable/routing/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..model import Mistake
from ..replies import NotTold
from .flask_cors import is_at, options_of, put_headers, resources_of
from .messages import Request, Response
from .routes import Route, joined, methods_of, routes_at
from .values import Class, Function, Instance, Named, Native, Raised, Thing, Unknown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

_BY_METHOD: Final = ("get", "post", "put", "patch", "delete")


class Scaffold(Thing):
    """What an application and a blueprint have in common."""

    def __init__(self, run: Run, *args: Any, url_prefix: Any = None, **named: Any) -> None:
        super().__init__()
        self.program = run
        self.args, self.named = args, named
        self.routes: list[Route] = []
        self.before: list[Any] = []
        self.after: list[Any] = []
        self.before_all: list[Any] = []
        self.after_all: list[Any] = []
        self.errors: dict[Any, Any] = {}
        self.children: list[tuple[Blueprint, Any]] = []
        self.prefix = url_prefix
        self.layers: list[dict[str, Any]] = []
        """What each CORS(…) was given."""

    def get(self, name: str) -> Any:
        if name in _BY_METHOD:
            return Native(lambda path=None, **named: self.do_route(path, **{"methods": [name.upper()], **named}))
        kept = {
            "before_request": self.before,
            "after_request": self.after,
            "before_app_request": self.before_all,
            "after_app_request": self.after_all,
        }
        if name in kept:
            return Native(lambda function: _kept(kept[name], function))
        return super().get(name)

    def do_route(self, path: Any = None, methods: Any = None, **named: Any) -> Any:
        def routed(function: Any) -> Any:
            self.do_add_url_rule(path, None, function, methods=methods, **named)
            return function

        return Native(routed)

    def do_add_url_rule(
        self, path: Any = None, endpoint: Any = None, view_func: Any = None, methods: Any = None, **named: Any
    ) -> None:
        del endpoint
        self.routes.append(self.route_of(path, view_func, methods, named))

    def route_of(self, path: Any, view: Any, methods: Any, named: dict[str, Any]) -> Route:
        """A route, by what its function says of itself at the time."""
        own = attributes_of(view)
        strict = named.get("strict_slashes", self.named.get("strict_slashes", True))
        answers = named.get("provide_automatic_options", own.get("provide_automatic_options"))
        listed = methods_of(methods if methods is not None else own.get("methods"), ("GET",))
        required = own.get("required_methods") or []
        if answers is None:
            answers = listed is None or "OPTIONS" not in listed
        if listed is not None:
            listed = tuple(dict.fromkeys([*listed, *required, *(["OPTIONS"] if answers else [])]))
            listed += ("HEAD",) if "GET" in listed and "HEAD" not in listed else ()
        if not isinstance(path, str):
            path = "/<path:any>"  # of which the text does not tell where it is
        return Route(path, listed, view, bool(answers), strict is not False, self)

    def do_errorhandler(self, of: Any = None) -> Any:
        return Native(lambda function: _registered(self.errors, of, function))

    do_app_errorhandler = do_errorhandler

    def do_register_error_handler(self, of: Any, function: Any) -> None:
        _registered(self.errors, of, function)

    def do_register_blueprint(self, blueprint: Any, **named: Any) -> None:
        if isinstance(blueprint, Blueprint):
            blueprint.register()
            self.children.append((blueprint, named.get("url_prefix", blueprint.prefix)))

    def harmless(self, function: Any = None, *rest: Any, **named: Any) -> Any:
        del rest, named
        return function if isinstance(function, Function) else Native(lambda each: each, changes=False)

    do_teardown_request = do_teardown_appcontext = do_context_processor = do_shell_context_processor = harmless
    do_before_first_request = do_url_value_preprocessor = do_template_filter = do_cli = harmless
    do_before_serving = do_after_serving = do_websocket = harmless

    def all_routes(self) -> list[tuple[Route, list[Scaffold]]]:
        """Its routes and those of the blueprints in it, each with the blueprints that it is in."""
        found: list[tuple[Route, list[Scaffold]]] = [(each, []) for each in self.routes]
        for child, prefix in self.children:
            for route, inside in child.all_routes():
                path = route.path
                if isinstance(prefix, str):
                    path = joined(prefix, path)
                elif prefix is not None:
                    path = f"/<path:prefix>{path}"
                found.append((route._replace(path=path), [*inside, child]))
        return found

    def blueprints(self) -> list[Blueprint]:
        return [each for child, _ in self.children for each in (child, *child.blueprints())]


class Blueprint(Scaffold):
    """Routes that an application takes, with functions around those alone."""

    is_registered = False

    def __init__(self, run: Run, *args: Any, **named: Any) -> None:
        super().__init__(run, *args, **named)
        self.rules: list[tuple[Any, Any, Any, dict[str, Any]]] = []
        run.parts.append(self)

    def do_add_url_rule(
        self, path: Any = None, endpoint: Any = None, view_func: Any = None, methods: Any = None, **named: Any
    ) -> None:
        del endpoint
        self.rules.append((path, view_func, methods, named))

    def register(self) -> None:
        """Its routes are made when an application takes it."""
        self.is_registered = True
        self.routes = [self.route_of(*each) for each in self.rules]


class Config(dict[str, Any]):
    """`app.config`."""


class FlaskApp(Scaffold):
    """An application. `config` holds what the program sets there."""

    server = "flask"

    def __init__(self, run: Run, *args: Any, **named: Any) -> None:
        super().__init__(run, *args, **named)
        self.config: dict[Any, Any] = {}
        self.attributes["url_map"] = _URLMap(self)
        self.attributes["config"] = _ConfigTable(self.config)
        self.attributes["response_class"] = Native(lambda *args, **named: _response(run, *args, **named))
        self.wrapped = ""
        self.intercepting: list[Any] = []
        """What is done with answers to errors before the functions after requests."""
        run.made.append(self)

    def set(self, name: str, value: Any) -> bool:
        if name == "wsgi_app" and _is_outside(shown(value)):
            self.wrapped = "wsgi_app, which is wrapped"
        self.attributes[name] = value
        return name == "wsgi_app"

    def do_test_client(self) -> Any:
        return Unknown("a test client")

    def do_run(self, *args: Any, **named: Any) -> None:
        del args, named

    def do_make_response(self, value: Any) -> Any:
        return response_of(self.program, value)

    def do_make_default_options_response(self) -> Any:
        return Response(200)

    def answered(self, request: Request) -> Response:
        """The answer to a request. Raises `NotTold`."""
        run = self.program
        if self.wrapped:
            raise NotTold(self.wrapped)
        if not self.layers and self.has_settings and not self._routes_decide():
            raise NotTold("CORS(app), which is not in it,")
        route, inside, response = self._routed(request)
        around: list[Scaffold] = [*reversed(inside), self]
        before = [*self.before, *(each for one in self.blueprints() for each in one.before_all)]
        for function in (*before, *(each for one in reversed(inside) for each in one.before)):
            run.depth = 0
            given = self._tried(lambda function=function: run.call(function, [], {}, shown(function)), around)  # type: ignore[misc]
            if given is not None:
                if isinstance(given, Unknown) and given.thing is None:
                    raise NotTold(f"{shown(function)}(), which may answer before a request,")
                response, route = response_of(run, given), None
                break
        if response is None and route is not None:
            response = self._of_route(route, request, around)
        elif response is None:
            of_blueprints = next((each for each in self.blueprints() if each.layers), None)
            if of_blueprints is not None and not self.layers:
                raise NotTold("CORS of a blueprint, which is for its routes alone,")
            response = Response.of_no_route(200 if request.method == "OPTIONS" else None)
        after = [
            *(each for one in inside for each in reversed(one.after)),
            *(each for one in reversed(self.blueprints()) for each in reversed(one.after_all)),
            *reversed(self.after),
        ]
        try:
            return self._after_request(after, response)
        except Raised:
            failed = Response(500)  # goes through those again, up to the one that fails
            try:
                return self._after_request(after, failed)
            except Raised:
                return failed

    def _after_request(self, functions: list[Any], response: Response) -> Response:
        for function in functions:
            given = self.program.call(function, [response], {}, shown(function))
            response = given if isinstance(given, Response) else self._other(function, given, response)
        return response

    @property
    def has_settings(self) -> bool:
        """Whether its `config` has settings of flask-cors."""
        return any(str(key).startswith("CORS_") for key in self.config)

    def _intercepted(self, response: Response) -> Response:
        for function in self.intercepting:
            function(response)
        return response

    def _routes_decide(self) -> bool:
        """Whether headers are put on by single routes."""
        return any(isinstance(route.handler, CrossOrigin) for route, _ in self.all_routes())

    def _other(self, function: Any, given: Any, response: Response) -> Response:
        if isinstance(given, Unknown):
            raise NotTold(f"{shown(function)}(), which changes answers,")
        return response if given is None else response_of(self.program, given)

    def _routed(self, request: Request) -> tuple[Route | None, list[Scaffold], Response | None]:
        """The route that is asked for, the blueprints that it is in, and the answer where there is no route."""
        found = self.all_routes()
        at = [(route, inside) for route, inside in found if routes_at([route], request.path)]
        own = [each for each in at if each[0].takes(request.method)]
        if own:
            fixed = [each for each in own if "<" not in each[0].path]
            route, inside = (fixed or own)[0]
            return route, inside, None
        if at:
            return None, [], self._intercepted(Response(405))
        slashed = [each for each, _ in found if routes_at([each], f"{request.path}/")]
        if any(each.strict_slashes for each in slashed) and not self.attributes["url_map"].is_lax:
            return None, [], self._intercepted(Response(308))
        if slashed:
            is_taken = slashed[0].takes(request.method)
            return (slashed[0], [], None) if is_taken else (None, [], self._intercepted(Response(404)))
        return None, [], None

    def _of_route(self, route: Route, request: Request, around: list[Scaffold]) -> Response:
        if request.method == "OPTIONS" and route.answers_options:
            return Response(200)
        found = self._tried(lambda: view_called(self.program, route.handler, request, {}), around)
        return response_of(self.program, found)

    def _tried(self, asked: Callable[[], Any], around: list[Scaffold]) -> Any:
        """What a function gives, or what handles its error."""
        try:
            return asked()
        except Raised as raised:
            status = _status_of_error(raised)
            for each in around:
                for of, function in each.errors.items():
                    name = of.last if isinstance(of, Named) else shown(of)
                    if name in (str(status), raised.name, "Exception", "HTTPException"):
                        found = self.program.call(function, [raised.value], {}, shown(function))
                        answer = response_of(self.program, found)
                        return answer if name == "500" else self._intercepted(answer)
            response = Response(status)
            return self._intercepted(response) if raised.name == "HTTPException" else response


class _URLMap(Thing):
    def __init__(self, app: FlaskApp) -> None:
        super().__init__()
        self.app = app

    @property
    def is_lax(self) -> bool:
        return self.attributes.get("strict_slashes") is False


class _ConfigTable(Thing):
    """`app.config`, which only matters where it is of CORS."""

    def __init__(self, values: dict[Any, Any]) -> None:
        super().__init__()
        self.values = values

    def item(self, key: Any) -> Any:
        return self.values.get(key, Unknown(f"app.config[{key!r}]")) if isinstance(key, str) else Unknown("app.config")

    def set_item(self, key: Any, value: Any) -> bool:
        if isinstance(key, str):
            self.values[key] = value
        return isinstance(key, str) and "CORS" in key

    def do_get(self, key: Any, default: Any = None) -> Any:
        del default
        return self.item(key)

    def do_update(self, given: Any = None, **named: Any) -> None:
        self.values.update({**(given if isinstance(given, dict) else {}), **named})

    do_from_mapping = do_update

    def do_from_object(self, given: Any) -> None:
        if isinstance(given, Class):
            self.values.update({name: value for name, value in _all_attributes(given).items() if name.isupper()})
        elif isinstance(given, Instance):
            self.do_from_object(given.of)


def _all_attributes(of: Class) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(of.bases):
        if isinstance(base, Class):
            found |= _all_attributes(base)
    return found | of.attributes


def attributes_of(function: Any) -> dict[str, Any]:
    return function.attributes if isinstance(function, Thing) else {}


def _kept(where: list[Any], function: Any) -> Any:
    where.append(function)
    return function


def _registered(where: dict[Any, Any], of: Any, function: Any) -> Any:
    where[of if isinstance(of, int | str | Unknown | Class) else shown(of)] = function
    return function


def _is_outside(text: str) -> bool:
    return not any(name in text for name in ("ProxyFix", "hite", "Dispatcher", "socketio"))


def _status_of_error(raised: Raised) -> int:
    if isinstance(raised.value, Response) and isinstance(raised.value.status, int):
        return raised.value.status
    return 500


def view_called(run: Run, view: Any, request: Request, given: dict[str, Any]) -> Any:
    """What a view answers. One that the text does not show answers without CORS headers."""
    if view is None or (isinstance(view, Unknown) and view.thing is None):
        return Response()
    if isinstance(view, View):
        return view.answered(request)
    return run.call_view(view, [], given, shown(view))


def response_of(run: Run, value: Any) -> Response:
    """https://flask.palletsprojects.com/en/stable/quickstart/#about-responses"""
    if isinstance(value, Response):
        return value
    if not isinstance(value, tuple) or not value:
        return Response(200)
    response = response_of(run, value[0])
    status, headers = None, None
    if len(value) == 3:
        status, headers = value[1], value[2]
    elif len(value) == 2 and isinstance(value[1], dict | list | Thing):
        headers = value[1]
    elif len(value) == 2:
        status = value[1]
    if isinstance(headers, Thing) and not hasattr(headers, "rows"):
        raise NotTold(shown(headers))
    response.status = response.status if status is None else status
    response.headers.do_update(headers)
    return response


class View(Thing):
    """A class with a method for each of HTTP's (`MethodView`, `Resource`)."""

    def __init__(self, run: Run, of: Class) -> None:
        super().__init__()
        self.run, self.of = run, of
        names = ("get", "post", "put", "patch", "delete", "head", "options")
        own = [name.upper() for name in names if not isinstance(of.found(name), type(None)) and _is_set(of, name)]
        self.attributes["methods"] = own or None
        self.attributes["provide_automatic_options"] = "OPTIONS" not in own
        decorators = of.found("decorators")
        self.decorators = decorators if isinstance(decorators, list) else []

    def answered(self, request: Request) -> Any:
        instance = self.run.call(self.of, [], {}, self.of.name)
        method = self.of.found(request.method.lower())
        view: Any = Native(lambda *args, **named: self.run.call_view(method, [instance, *args], named, request.method))
        for decorator in self.decorators:
            view = self.run.call(decorator, [view], {}, shown(decorator))
        return self.run.call(view, [], {}, self.of.name)


def _is_set(of: Class, name: str) -> bool:
    return isinstance(of.found(name), Thing)


class CrossOrigin(Thing):
    """A view that @cross_origin stands at."""

    def __init__(self, run: Run, view: Any, options: dict[str, Any]) -> None:
        super().__init__()
        self.run, self.view, self.options = run, view, options
        own = attributes_of(view)
        if options.get("automatic_options", True):
            own["required_methods"] = [*own.get("required_methods", []), "OPTIONS"]
            own["provide_automatic_options"] = False
        self.attributes |= own

    def call(self, *args: Any, **named: Any) -> Any:
        request: Request = self.run.request
        app = self.run.app  # type: ignore[attr-defined]
        options = options_of(app.config if isinstance(app, FlaskApp) else {}, self.options)
        if request.method == "OPTIONS" and options["automatic_options"]:
            response = Response(200)
        else:
            response = response_of(self.run, self.run.call_view(self.view, list(args), named, shown(self.view)))
        put_headers(self.run, request, response, options)
        response.is_evaluated = True
        return response


class Extension(Thing):
    """`CORS(…)`, which may be given its application later."""

    name = "CORS() that is given no application"

    def __init__(self, run: Run, app: Any = None, **named: Any) -> None:
        super().__init__()
        self.run, self.named = run, named
        run.unused.append(self)
        if app is not None:
            self.do_init_app(app, **named)

    def do_init_app(self, app: Any, **named: Any) -> None:
        if self in self.run.unused:
            self.run.unused.remove(self)
        app = application(self.run, app)
        if not isinstance(app, Scaffold):
            raise NotTold(f"CORS({shown(app)})")
        config = app.config if isinstance(app, FlaskApp) else {}
        options = options_of(config, self.named, named)
        resources = [(path, options_of(config, self.named, named, own)) for path, own in resources_of(options)]
        app.layers.append(options)
        _kept(app.after, Native(lambda response: self._after(response, resources)))
        if isinstance(app, FlaskApp) and options["intercept_exceptions"]:
            app.intercepting.append(lambda response: self._after(response, resources))

    def _after(self, response: Response, resources: list[tuple[Any, dict[str, Any]]]) -> Response:
        request: Request = self.run.request
        if response.headers.named("Access-Control-Allow-Origin"):
            return response
        for resource, options in resources:
            if is_at(resource, request.path):
                put_headers(self.run, request, response, options)
                break
        return response


NOT_CALLED: Final = Mistake(
    "extension-not-called",
    "These settings do nothing by themselves: they are read by CORS(app), or by @cross_origin on each route. With "
    "@cross_origin alone, a route whose methods leave out OPTIONS can leave the preflight unanswered (404 or 405).",
    "CORS(app) after the settings.",
)


def application(run: Run, app: Any, kind: Callable[[Run], Any] = FlaskApp) -> Any:
    """An application that the text names and does not make is taken to be there."""
    if isinstance(app, Unknown):
        if app.thing is None:
            app.thing = kind(run)
            if isinstance(app, Named) and not app.is_imported and "." not in app.text:
                run.scope.names[app.text] = app.thing
        return app.thing
    return app


def _cross_origin(run: Run, *args: Any, **named: Any) -> Any:
    if len(args) == 1 and isinstance(args[0], Function):
        return CrossOrigin(run, args[0], named)
    return Native(lambda view: CrossOrigin(run, view, named))


def _aborted(run: Run, status: Any = 500, *rest: Any, **named: Any) -> Any:
    del run, rest, named
    raise Raised(status if isinstance(status, Response) else Response(status), "HTTPException")


def _made(run: Run, *args: Any, **named: Any) -> Any:
    if len(args) > 1:
        return response_of(run, args)
    return response_of(run, args[0] if args else None) if not named else Response()


def _response(run: Run, response: Any = None, status: Any = None, headers: Any = None, *rest: Any, **named: Any) -> Any:
    del run, response, rest, named
    return Response(200 if status is None else status, headers)


def _view(run: Run, *args: Any, **named: Any) -> Any:
    del args, named
    return run


def _redirected(run: Run, *args: Any, code: Any = 302, **named: Any) -> Any:
    del run, args, named
    return Response(code)


def _plain(run: Run, *args: Any, **named: Any) -> Any:
    del run, args, named
    return Response(200)


class RestfulApi(Thing):
    """Flask-RESTful and its kin: resources with a method for each of HTTP's."""

    def __init__(self, run: Run, app: Any = None, *rest: Any, prefix: Any = "", **named: Any) -> None:
        super().__init__()
        self.run, self.prefix = run, prefix if isinstance(prefix, str) else ""
        self.app = application(run, app) if app is not None else None

    def do_init_app(self, app: Any, **named: Any) -> None:
        del named
        self.app = application(self.run, app)

    def do_add_resource(self, of: Any, *paths: Any, **named: Any) -> None:
        for path in paths:
            if isinstance(self.app, Scaffold) and isinstance(path, str):
                view = View(self.run, of) if isinstance(of, Class) else None
                self.app.do_add_url_rule(joined(self.prefix, path), None, view)


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "flask.Flask": FlaskApp,
    "flask.Blueprint": Blueprint,
    "flask_cors.CORS": Extension,
    "flask_cors.cross_origin": _cross_origin,
    "flask.make_response": _made,
    "flask.jsonify": _plain,
    "flask.send_file": _plain,
    "flask.send_from_directory": _plain,
    "flask.render_template": _plain,
    "flask.redirect": _redirected,
    "flask.abort": _aborted,
    "flask.Response": _response,
    "flask_restful.Api": RestfulApi,
    "flask_restx.Api": RestfulApi,
}
