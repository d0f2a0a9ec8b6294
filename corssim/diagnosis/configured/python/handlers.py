"""Programs without an application: a class or a function that a server calls for each request.

https://docs.python.org/3/library/http.server.html ; https://www.tornadoweb.org/en/stable/web.html ;
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

from ....patterns import lazy_pattern
from ..replies import NotTold
from .flask import response_of
from .messages import Request, RequestHeaders, Response
from .values import MISSING, Bound, Class, Function, Instance, Native, Raised, Thing, Unknown, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .running import Run

_BY_METHODS: Final = lazy_pattern(r"\brequire_|api_view|\baction\b")
"""Decorators of Django that keep methods out, or answer OPTIONS themselves."""
_BY_METHOD: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Handler(Thing):
    """What answers each request by itself."""

    server = "handler"

    def __init__(self, run: Run, name: str) -> None:
        super().__init__()
        self.run, self.name = run, name

    def answered(self, request: Request) -> Response:
        raise NotImplementedError


class HTTPServer(Handler):
    """A class of `http.server`: `do_GET` and its kin write the answer by `send_header` and `end_headers`."""

    def __init__(self, run: Run, of: Class) -> None:
        super().__init__(run, of.name)
        self.of = of

    def answered(self, request: Request) -> Response:
        writer = _Writer(self.run, request, serves_files=self.of.is_a("SimpleHTTPRequestHandler"))
        writer.instance = instance = Instance(self.of, writer)
        method = self.run.attribute(instance, f"do_{request.method}")
        if isinstance(method, Unknown):
            writer.do_send_error(501)
        else:
            self.run.call(method, [], {}, f"do_{request.method}")
        return writer.response


class _Writer(Thing):
    """What `BaseHTTPRequestHandler` gives its classes."""

    def __init__(self, run: Run, request: Request, *, serves_files: bool) -> None:
        super().__init__()
        self.run = run
        self.response = Response()
        self.instance: Instance | None = None
        self.attributes |= {"headers": RequestHeaders(request), "command": request.method, "path": request.path}
        if serves_files:
            self.attributes |= {"do_GET": Native(self.do_do_GET), "do_HEAD": Native(self.do_do_GET)}

    def do_send_response(self, status: Any, *rest: Any) -> None:
        del rest
        if self.response.status is None:
            self.response.status = status

    do_send_response_only = do_send_response

    def do_send_header(self, name: Any, value: Any) -> None:
        self.response.headers.add(name, value)

    def do_end_headers(self) -> None:
        pass

    def do_send_error(self, status: Any = 500, *rest: Any, **named: Any) -> None:
        del rest, named
        self._call("send_response", status)
        self._call("end_headers")

    def do_do_GET(self) -> None:  # noqa: N802
        self._call("send_response", 200)
        self._call("end_headers")

    do_do_HEAD = do_do_GET  # noqa: N815

    def do___init__(self, *args: Any, **named: Any) -> None:
        pass

    def _call(self, name: str, *args: Any) -> None:
        self.run.call(self.run.attribute(self.instance, name), list(args), {}, name)


class Tornado(Handler):
    """A `RequestHandler` of Tornado, one for each request."""

    def __init__(self, run: Run, of: Class) -> None:
        super().__init__(run, of.name)
        self.of = of

    def answered(self, request: Request) -> Response:
        written = _Written(request)
        instance = Instance(self.of, written)
        self._call(instance, "set_default_headers")
        method = self.of.found(request.method.lower())
        if method is MISSING:
            written.response.status = 405
            return written.response
        try:
            self._call(instance, "prepare")
            if not written.is_finished:
                self.run.call(Bound(method, instance), [], {}, request.method)
        except Raised:
            failed = _Written(request)
            self._call(Instance(self.of, failed), "set_default_headers")
            failed.response.status = 500
            return failed.response
        return written.response

    def _call(self, instance: Instance, name: str) -> None:
        if (method := self.of.found(name)) is not MISSING:
            self.run.call(Bound(method, instance), [], {}, name)


class _Written(Thing):
    """What `RequestHandler` gives its classes."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.response = Response(200)
        self.attributes["request"] = request
        self.is_finished = False

    def do_set_header(self, name: Any, value: Any) -> None:
        self.response.headers.put(name, value)

    def do_add_header(self, name: Any, value: Any) -> None:
        self.response.headers.add(name, value)

    def do_clear_header(self, name: Any) -> None:
        self.response.headers.remove_item(name)

    def do_set_status(self, status: Any, *rest: Any) -> None:
        del rest
        self.response.status = status

    def do_finish(self, *rest: Any) -> None:
        del rest
        self.is_finished = True

    def do_write(self, *rest: Any) -> None:
        pass

    def do_set_default_headers(self) -> None:
        pass

    def do_prepare(self) -> None:
        pass


class Lambda(Handler):
    """A function of AWS Lambda behind an API or a function URL. Whether that hands preflights on, it does not tell."""

    def __init__(self, run: Run, function: Function, *, knows_options: bool) -> None:
        super().__init__(run, function.name)
        self.function, self.knows_options = function, knows_options

    def answered(self, request: Request) -> Response:
        found = self.run.call(self.function, [_Event(request), Unknown("context")], {}, self.name)
        if not isinstance(found, dict):
            raise NotTold(f"{self.name}(), whose answer is {shown(found)},")
        response = Response(found.get("statusCode", 200), found.get("headers"))
        if any(isinstance(key, Unknown) for key in found) or found.get("multiValueHeaders") is not None:
            raise NotTold(f"{self.name}(), which answers with more than is known,")
        if request.method == "OPTIONS" and not self.knows_options:
            response.status = None
        return response


class _Event(Thing):
    """What a function of Lambda is given of a request."""

    def __init__(self, request: Request, within: str = "") -> None:
        super().__init__()
        self.request, self.within = request, within

    def do_get(self, key: Any, default: Any = None) -> Any:
        del default
        if key in ("httpMethod", "method"):
            return self.request.method
        if key in ("path", "rawPath", "resource"):
            return self.request.path
        if key == "headers":
            return RequestHeaders(self.request)
        if key in ("requestContext", "http"):
            return _Event(self.request, str(key))
        return Unknown(f"event[{shown(key)!r}]")

    def item(self, key: Any) -> Any:
        return self.do_get(key)

    def contains(self, key: Any) -> bool | Unknown:
        return True if key in ("httpMethod", "headers", "requestContext") else Unknown(f"{shown(key)} in event")


class Called(Handler):
    """A function that is given a request and answers it: a view, or a cloud's."""

    def __init__(self, run: Run, function: Function, *, knows_options: bool) -> None:
        super().__init__(run, function.name)
        self.function, self.knows_options = function, knows_options

    def answered(self, request: Request) -> Response:
        found = self.run.call(self.function, [request], {}, self.name)
        if isinstance(found, Unknown):
            raise NotTold(f"{self.name}(), whose answer is {found.text},")
        response = response_of(self.run, found)
        if request.method == "OPTIONS" and not self.knows_options:
            response.status = None
        return response


class Middleware(Handler):
    """A middleware of Django's kind, of which nothing stands behind it in the text."""

    def __init__(self, run: Run, of: Class | Function) -> None:
        super().__init__(run, of.name)
        self.of = of

    def answered(self, request: Request) -> Response:
        behind = Native(lambda *args, **named: Response())
        made = self.run.call(self.of, [behind], {}, self.name)
        whole = self.of.found("__call__") if isinstance(self.of, Class) else made
        if whole is not MISSING:
            args = [made, request] if isinstance(self.of, Class) else [request]
            return self._response(self.run.call(whole, args, {}, self.name))
        assert isinstance(self.of, Class)
        response: Any = None
        if (first := self.of.found("process_request")) is not MISSING:
            response = self.run.call(first, [made, request], {}, self.name)
        given = Response() if response is None else self._response(response)
        return self._response(self.run.call(self.of.found("process_response"), [made, request, given], {}, self.name))

    def _response(self, found: Any) -> Response:
        if isinstance(found, Response):
            return found
        raise NotTold(f"{self.name}, whose answer is {shown(found)},")


def handlers_of(run: Run, touching: frozenset[str], *, knows_options: bool) -> Iterator[Handler]:
    """The classes and functions of a text that answer requests with a header of CORS."""
    for name, value in list(run.scope.names.items()):
        value = run.settled(value)
        if name not in touching:
            continue
        if isinstance(value, Class):
            if value.is_a("BaseHTTPRequestHandler", "SimpleHTTPRequestHandler"):
                yield HTTPServer(run, value)
            elif value.is_a("RequestHandler"):
                yield Tornado(run, value)
            elif _is_middleware(value):
                yield Middleware(run, value)
        elif isinstance(value, Function) and not isinstance(value.node, ast.Lambda):
            names = [each.arg for each in value.node.args.args]
            if names[:1] == ["event"] and len(names) == 2:
                yield Lambda(run, value, knows_options=knows_options)
            elif names == ["get_response"]:
                yield Middleware(run, value)
            elif names[:1] in (["request"], ["req"]) and len(names) == 1:
                by = " ".join(ast.unparse(each)[:50] for each in value.node.decorator_list)
                knows = knows_options and _BY_METHODS.search(by) is None
                yield Called(run, value, knows_options=knows)


def _is_middleware(of: Class) -> bool:
    is_whole = of.found("__call__") is not MISSING and of.found("__init__") is not MISSING
    return of.found("process_response") is not MISSING or is_whole


def _django_response(
    run: Run, content: Any = None, *rest: Any, status: Any = 200, headers: Any = None, **named: Any
) -> Any:
    del run, content, rest, named
    return Response(status, headers)


def _azure_response(run: Run, body: Any = None, *, status_code: Any = 200, headers: Any = None, **named: Any) -> Any:
    del run, body, named
    return Response(status_code, headers)


def _not_followed(name: str) -> Callable[..., Any]:
    def made(*args: Any, **named: Any) -> Any:
        raise NotTold(name)

    return made


def _parted(run: Run, url: Any = None, *rest: Any, **named: Any) -> Any:
    del run, rest, named
    if not isinstance(url, str) or len(url) > 2_000:
        return Unknown("a URL")
    path = re.sub(r"^[a-z]+://[^/]*|[?#].*$", "", url)
    made = Thing()
    made.attributes |= {"path": path, "query": Unknown("the query")}
    return made


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "urllib.urlparse": _parted,
    "urllib.urlsplit": _parted,
    "sanic.Sanic": _not_followed("Sanic"),
    "bottle.Bottle": _not_followed("Bottle"),
    "robyn.Robyn": _not_followed("Robyn"),
    "django.HttpResponse": _django_response,
    "django.JsonResponse": _django_response,
    "rest_framework.Response": _django_response,
    "azure.HttpResponse": _azure_response,
}
