"""Koa, its router, and its package for CORS.

https://koajs.com , https://github.com/koajs/router/blob/master/API.md , https://github.com/koajs/cors/blob/master/index.js
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .answers import joined
from .express import METHODS, flattened, left_to
from .harmless import hands_on
from .node_http import Headers, Request, Response, named_values
from .paths import found_at
from .values import UNDEFINED, Expression, Host, Instance, Native, Plain, Promise, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .machine import Machine


class Context(Host):
    """`ctx`: a request and its answer in one."""

    def __init__(self, machine: Machine, request: Request, response: Response) -> None:
        self.machine, self.request, self.response = machine, request, response
        self.answer = response.answer
        self.answer.status = 404
        self.has_status = False
        self._own: dict[str, Value] = {"state": Plain(), "req": request, "res": response}
        self.matched: list[str] = []
        """The methods of routes for this path."""

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            left_to(self.machine, self.response, text)

    def header(self, name: str) -> Value:
        value = self.request.header(name)
        return "" if value is UNDEFINED else value

    def get(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        if name in ("method", "url", "originalUrl", "path"):
            return self.request.get(name)
        if name in ("headers", "header"):
            return self.request.get("headers")
        if name in ("request", "response"):
            return _Part(self, is_request=name == "request")
        if name == "status":
            return self.answer.status if self.answer.status is not None else Unknown("ctx.status")
        does = self._functions().get(name)
        if does is not None:
            return Native(does)
        return Unknown(f"ctx.{name}", fixed=name not in ("body", "type"))

    def _functions(self) -> dict[str, Callable[[list[Value]], Value]]:
        return {
            "get": lambda given: self.header(str(text_of(given[0]))) if given else "",
            "set": self._set, "append": self._append, "remove": self._remove, "throw": self._throw,
            "vary": lambda given: UNDEFINED, "assert": self._assert, "redirect": self._redirect,
            "is": lambda given: Unknown("ctx.is()"), "accepts": lambda given: Unknown("ctx.accepts()"),
        }  # fmt: skip

    def set(self, name: str, value: Value) -> None:
        if name == "status":
            self.has_status = True
            self.answer.status = value if isinstance(value, int) and not isinstance(value, bool) else None
        elif name == "body":
            if not self.has_status:
                self.answer.status = 204 if value is None or value is UNDEFINED else 200
        elif name == "method":
            self.request.set("method", value)
        elif name == "respond":
            raise NotTold("ctx.respond")
        else:
            self._own[name] = value

    def put(self, name: Value, value: Value) -> None:
        """One header; what is no text is made one."""
        self.answer.set(name, "undefined" if value is UNDEFINED else value)

    def _set(self, given: list[Value]) -> Value:
        if len(given) == 1:
            for name, value in named_values(given[0]):
                self.put(name, value)
        elif given:
            self.put(given[0], given[1])
        return UNDEFINED

    def _append(self, given: list[Value]) -> Value:
        self.answer.append(given[0], given[1] if len(given) > 1 else "undefined")
        return UNDEFINED

    def _remove(self, given: list[Value]) -> Value:
        self.answer.remove(given[0] if given else UNDEFINED)
        return UNDEFINED

    def _redirect(self, given: list[Value]) -> Value:
        self.set("status", 302)
        return UNDEFINED

    def _throw(self, given: list[Value]) -> Value:
        status = next((each for each in given if isinstance(each, int)), 500)
        raise Thrown(Plain({"status": status, "message": next((each for each in given if isinstance(each, str)), "")}))

    def _assert(self, given: list[Value]) -> Value:
        if given and not self.machine.truthy(given[0]):
            self._throw(given[1:])
        return UNDEFINED


class _Part(Host):
    """`ctx.request` or `ctx.response`"""

    def __init__(self, context: Context, *, is_request: bool) -> None:
        self._context, self._is_request = context, is_request

    def get(self, name: str) -> Value:
        if self._is_request or name not in ("get", "headers", "header"):
            return self._context.get(name)
        if name == "get":
            return Native(lambda given: self._context.answer.get(given[0] if given else UNDEFINED))
        return Plain({key.lower(): value for key, value in self._context.answer.headers})

    def set(self, name: str, value: Value) -> None:
        self._context.set(name, value)


class Koa(Host):
    """`new Koa()`"""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.layers: list[Value] = []
        self.mounted = self.serves = self.is_implicit = False

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            self.layers.append(Unknown(text, to.package))

    def get(self, name: str) -> Value:
        if name == "use":
            return Native(self._use)
        if name in ("listen", "callback"):
            return Native(lambda given: self._serve(name))
        if name in ("on", "once", "emit"):
            return Native(lambda given: self)
        return Unknown(f"app.{name}")

    def _use(self, given: list[Value]) -> Value:
        self.layers += given
        return self

    def _serve(self, name: str) -> Value:
        self.serves = True
        return self

    def respond(self, request: Request, response: Response) -> None:
        """The answer to a request. An error takes all headers away but its own."""
        context = Context(self.machine, request, response)
        answer = response.answer
        try:
            self.machine.settled(run(self.machine, self.layers, context, None))
        except Thrown as thrown:
            if answer.sent:
                return
            error = thrown.value
            answer.headers = []
            status = error.get("status") if isinstance(error, Plain | Instance) else UNDEFINED
            status = error.get("statusCode") if status is UNDEFINED and isinstance(error, Plain | Instance) else status
            headers = error.get("headers") if isinstance(error, Plain | Instance) else UNDEFINED
            for name, value in named_values(headers) if isinstance(headers, Plain) else []:
                answer.set(name, value)
            answer.status = status if isinstance(status, int) and 400 <= status < 600 else 500
            answer.sent = True
            return
        if not self.layers or (answer.status == 404 and not context.has_status and self._is_open()):
            left_to(self.machine, response, "what stands behind it")

    def _is_open(self) -> bool:
        """Whether the text shows nothing that sets a body: what answers stands elsewhere."""
        routers = [each for each in self.layers if isinstance(each, Native) and each.name == "routes"]
        return not routers and not any(
            each.code.node.text is not None and b".body" in each.code.node.text
            for each in self.layers if hasattr(each, "code")
        )  # fmt: skip


def run(machine: Machine, layers: list[Value], context: Context, last: Value) -> Promise:
    """The layers, each around those behind it. https://github.com/koajs/compose"""

    def dispatch(number: int) -> Promise:
        machine.step()
        if number == len(layers):
            return Promise(machine.settled(machine.call(last, []))) if last is not None else Promise(UNDEFINED)
        layer = layers[number]
        if isinstance(layer, Unknown):
            if not hands_on(layer):
                left_to(machine, context.response, layer.text)
            return dispatch(number + 1)
        following = Native(lambda given: dispatch(number + 1), "next")
        following.on_handed = lambda text, to: machine.settled(dispatch(number + 1))
        try:
            value = machine.call(layer, [context, following], text="a layer")
        except Thrown as thrown:
            return Promise(thrown.value, failed=True)
        return value if isinstance(value, Promise) else Promise(value)

    return dispatch(0)


class KoaRouter(Host):
    """`new Router({ prefix })`"""

    def __init__(self, machine: Machine, prefix: Value = "") -> None:
        self.machine = machine
        self._prefix = prefix if isinstance(prefix, str) else ""
        self.routes: list[tuple[str, Value, list[Value]]] = []
        """The methods ("": all, "use": layers in front), the path, what handles."""

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        self.routes.append(("use", "", [Unknown(text)]))

    def get(self, name: str) -> Value:
        if name in (*METHODS, "all", "del"):
            method = {"all": "", "del": "DELETE"}.get(name, name.upper())
            return Native(lambda given: self._add(method, given))
        if name == "use":
            return Native(lambda given: self._add("use", given))
        if name in ("routes", "middleware"):
            return Native(lambda given: Native(self._layer, "routes"))
        if name == "allowedMethods":
            return Native(lambda given: Native(self._allowed, "allowedMethods"))
        if name == "prefix":
            return Native(self._prefixed)
        return Unknown(f"router.{name}")

    def _prefixed(self, given: list[Value]) -> Value:
        self._prefix = given[0] if given and isinstance(given[0], str) else self._prefix
        return self

    def _add(self, method: str, given: list[Value]) -> Value:
        path: Value = UNDEFINED
        if given and isinstance(given[0], str | Expression | list) and not callable_list(given[0]):
            path, given = given[0], given[1:]
        if len(given) > 1 and isinstance(given[0], str):  # a name of the route in front of its path
            path, given = given[0], given[1:]
        self.routes.append((method, path, flattened(given)))
        return self

    def _layer(self, given: list[Value]) -> Value:
        context, following = given[0], given[1]
        if not isinstance(context, Context):
            return Unknown("router.routes()")
        path = str(text_of(context.request.get("path")))
        handlers, is_matched = [], False
        for method, own, each in self.routes:
            if method == "use":
                if found_at(self._whole(own), path, whole=False) is not None:
                    handlers += each
                continue
            if found_at(self._whole(own), path, whole=True) is None:
                continue
            context.matched.append(method or "ALL")
            if method in ("", context.request.method) or (method == "GET" and context.request.method == "HEAD"):
                is_matched = True
                handlers += each
        if not is_matched:
            return self.machine.call(following, [])
        return run(self.machine, handlers, context, following)

    def _whole(self, path: Value) -> Value:
        if isinstance(path, list):
            return [self._whole(each) for each in path]
        if path is UNDEFINED:
            return self._prefix or "/"
        if not isinstance(path, str):
            return path
        return self._prefix + ("" if path == "/" and self._prefix else path)

    def _allowed(self, given: list[Value]) -> Value:
        context, following = given[0], given[1]
        self.machine.settled(self.machine.call(following, []))
        if isinstance(context, Context) and context.answer.status == 404 and context.matched:
            is_options = context.request.method == "OPTIONS"
            if "ALL" not in context.matched and context.request.method not in context.matched:
                context.set("status", 200 if is_options else 405)
                context.answer.set("Allow", "those of its routes")
        return UNDEFINED


def callable_list(value: Value) -> bool:
    return isinstance(value, list) and any(isinstance(each, Host | Unknown) for each in value)


_VERSION: Final = Unknown("the version of the package, of `*` with credentials,")


def koa_cors(machine: Machine, given: Value) -> Native:
    """`cors(options)` of @koa/cors"""
    options = Plain({"allowMethods": "GET,HEAD,PUT,POST,DELETE,PATCH"})
    options.spread(given)

    def layer(arguments: list[Value]) -> Value:
        context, following = (arguments + [UNDEFINED] * 2)[:2]
        if not isinstance(context, Context):
            return Unknown("cors()")
        context.answer.is_decided = True
        origin = options.get("origin")
        if isinstance(origin, Host):
            origin = machine.settled(machine.call(origin, [context]))
            if not isinstance(origin, Unknown) and not machine.truthy(origin):
                return machine.call(following, [])
        elif not isinstance(origin, Unknown) and not machine.truthy(origin):
            origin = "*"
        credentials = options.get("credentials")
        if isinstance(credentials, Host):
            credentials = machine.settled(machine.call(credentials, [context]))
        elif not isinstance(credentials, Unknown):
            credentials = machine.truthy(credentials)
        if (
            origin == "*"
            and credentials is not False
            and not isinstance(credentials, Unknown)
            and machine.truthy(credentials)
        ):
            origin = context.header("origin") if options.get("origin") is UNDEFINED else _VERSION
        return _answered(machine, context, following, options, origin, credentials)

    return Native(layer, "cors")


def _answered(
    machine: Machine, context: Context, following: Value, options: Plain, origin: Value, credentials: Value
) -> Value:
    own: dict[str, Value] = {}

    def put(name: str, value: Value) -> None:
        context.put(name, value)
        own[name] = value

    if context.request.method == "OPTIONS":
        if not machine.truthy(context.header("access-control-request-method")):
            return machine.call(following, [])
        put("Access-Control-Allow-Origin", origin)
        if credentials is True or isinstance(credentials, Unknown):
            put("Access-Control-Allow-Credentials", "true" if credentials is True else credentials)
        for name, key in (("Access-Control-Max-Age", "maxAge"), ("Access-Control-Allow-Methods", "allowMethods")):
            value = joined(options.get(key), ",")
            if isinstance(value, Unknown) or machine.truthy(value):
                put(name, value)
        headers = joined(options.get("allowHeaders"), ",")
        if not isinstance(headers, Unknown) and not machine.truthy(headers):
            headers = context.header("access-control-request-headers")
        if isinstance(headers, Unknown) or machine.truthy(headers):
            put("Access-Control-Allow-Headers", headers)
        context.set("status", 204)
        return Promise(UNDEFINED)
    put("Access-Control-Allow-Origin", origin)
    if credentials is True or isinstance(credentials, Unknown):
        put("Access-Control-Allow-Credentials", "true" if credentials is True else credentials)
    exposed = joined(options.get("exposeHeaders"), ",")
    if isinstance(exposed, Unknown) or machine.truthy(exposed):
        put("Access-Control-Expose-Headers", exposed)
    try:
        return Promise(machine.settled(machine.call(following, [])))
    except Thrown as thrown:
        keeps = options.get("keepHeadersOnError")
        error = thrown.value
        if isinstance(error, Plain | Instance) and (keeps is UNDEFINED or machine.truthy(keeps)):
            before = error.get("headers")
            kept = Plain(dict(before.values) if isinstance(before, Plain) else {})
            kept.values |= own
            error.values["headers"] = kept
        return Promise(error, failed=True)


__all__ = ["Headers", "Koa", "KoaRouter", "koa_cors"]
