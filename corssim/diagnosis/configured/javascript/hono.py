"""Hono, and its middleware for CORS.

https://hono.dev/docs/api/hono , https://hono.dev/docs/api/context , https://hono.dev/docs/middleware/builtin/cors
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ..model import matches
from ..replies import NotTold
from .express import METHODS, flattened, left_to
from .harmless import hands_on
from .node_http import Request, Response, named_values
from .values import UNDEFINED, Host, Native, Plain, Promise, Thrown, Unknown, Value, text_of
from .web import WebHeaders, WebRequest, WebResponse

if TYPE_CHECKING:
    from .machine import Machine

_PIECE = lazy_pattern(r"(?P<last>/\*$)|(?P<part>/:\w+\{[^{}]*\}\??|/:\w+\??|/\*)|(?P<plain>.)")


@lru_cache(maxsize=256)
def expression_for(path: str) -> str:
    """https://hono.dev/docs/api/routing"""
    import re

    if path in ("*", "/*"):
        return ""
    found = ""
    for piece in _PIECE.finditer(path):
        part = piece["part"]
        if piece["last"]:
            found += "(?:/.*)?"
        elif part:
            inner = part.rstrip("?").partition("{")[2].rstrip("}") or "[^/]+"
            found += f"(?:/(?:{inner}))" + ("?" if part.endswith("?") else "")
        else:
            found += re.escape(piece["plain"])
    return f"^{found}$"


class Hono(Host):
    """`new Hono()`"""

    def __init__(self, machine: Machine, base: str = "") -> None:
        self.machine, self.base = machine, base
        self.layers: list[tuple[str, str, Value]] = []
        """The method ("": all), the path, what handles."""
        self.mounted = self.serves = self.is_implicit = self.has_routes = False
        self._not_found: Value = None
        self._on_error: Value = None

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            self.layers.append(("", "*", Unknown(text, to.package)))

    def get(self, name: str) -> Value:
        if name in (*METHODS, "all"):
            return Native(lambda given: self._route("" if name == "all" else name.upper(), given))
        if name == "use":
            return Native(self._use)
        if name == "on":
            return Native(self._on)
        if name == "route":
            return Native(self._mounted)
        if name == "basePath":
            return Native(self._based)
        if name in ("notFound", "onError"):
            return Native(lambda given: self._handles(name, given))
        if name in ("fetch", "fire", "request"):
            self.serves = True
            return self if name == "fetch" else Native(lambda given: self)
        if name == "mount":
            return Native(lambda given: self._use([_at(given[0]), Unknown("app.mount()")]))
        return Unknown(f"app.{name}")

    def _path(self, path: Value) -> str:
        if not isinstance(path, str):
            raise NotTold("a path that is no text")
        return merged(self.base, path)

    def _route(self, method: str, given: list[Value]) -> Value:
        paths = given[0] if given and isinstance(given[0], list) else given[:1]
        self.has_routes = True
        for path in paths:
            for each in flattened(given[1:]):
                self.layers.append((method, self._path(path), each))
        return self

    def _use(self, given: list[Value]) -> Value:
        path = "*"
        if given and isinstance(given[0], str):
            path, given = given[0], given[1:]
        for each in given:
            self.layers.append(("", self._path(path), each))
        return self

    def _on(self, given: list[Value]) -> Value:
        methods = given[0] if given and isinstance(given[0], list) else given[:1]
        for method in methods:
            self._route(str(text_of(method)).upper(), given[1:])
        return self

    def _based(self, given: list[Value]) -> Value:
        made = Hono(self.machine, self._path(given[0] if given else ""))
        made.layers = self.layers
        made.mounted = True
        return made

    def _mounted(self, given: list[Value]) -> Value:
        other = given[1] if len(given) > 1 else UNDEFINED
        path = self._path(given[0] if given else "")
        if isinstance(other, Hono):
            other.mounted = True
            self.has_routes = self.has_routes or other.has_routes
            self.layers += [(method, merged(path, own), each) for method, own, each in other.layers]
        else:
            name = other.text if isinstance(other, Unknown) else getattr(other, "name", "a router")
            self.layers.append(("", merged(path, "*"), Unknown(name)))
        return self

    def _handles(self, name: str, given: list[Value]) -> Value:
        if name == "notFound":
            self._not_found = given[0] if given else None
        else:
            self._on_error = given[0] if given else None
        return self

    def respond(self, request: Request, response: Response) -> None:
        """The answer to a request."""
        path = str(text_of(request.get("path")))
        method = request.method
        handlers = [
            each for of, own, each in self.layers
            if of in ("", "GET" if method == "HEAD" else method)
            and (own in ("*", "/*") or matches(expression_for(own), path))
        ]  # fmt: skip
        context = Context(self.machine, request, response, path)
        self._dispatch(context, handlers, 0)
        found = context.response
        if len(handlers) == 1 and isinstance(context.returned, WebResponse):
            found = context.returned  # one alone is not composed
        if found is None:
            if not response.answer.left_to:
                raise NotTold("a handler that answers nothing")
            found = context.made()
        response.answer.status = found.status
        response.answer.headers = list(found.headers.pairs)
        if context.is_missing and not self.has_routes:
            left_to(self.machine, response, "what stands behind it")
        response.answer.sent = True

    def _dispatch(self, context: Context, handlers: list[Value], number: int) -> Value:
        self.machine.step()
        if number >= len(handlers):
            if not context.finalized:
                context.is_missing = True
                context.set("res", self._missing(context))
            return Promise(context)
        handler = handlers[number]
        if isinstance(handler, Unknown):
            if not hands_on(handler):
                left_to_unknown(self.machine, context, handler)
            return self._dispatch(context, handlers, number + 1)
        following = Native(lambda given: self._dispatch(context, handlers, number + 1), "next")
        following.on_handed = lambda text, to: self._dispatch(context, handlers, number + 1)
        failed = False
        try:
            found = self.machine.settled(self.machine.call(handler, [context, following], text="a layer"))
        except Thrown as thrown:
            found, failed = self._failed(context, thrown), True
        if isinstance(found, Unknown):
            raise NotTold(found.text)
        context.returned = found
        if isinstance(found, WebResponse) and (failed or not context.finalized):
            context.set("res", found)
        return Promise(context)

    def _missing(self, context: Context) -> Value:
        if self._not_found is not None:
            return self.machine.settled(self.machine.call(self._not_found, [context]))
        return context.new_response(404, UNDEFINED)

    def _failed(self, context: Context, thrown: Thrown) -> Value:
        if not isinstance(thrown.value, Plain):
            raise NotTold("an error that is thrown")
        if self._on_error is not None:
            return self.machine.settled(self.machine.call(self._on_error, [thrown.value, context]))
        if thrown.value.get("status") is not UNDEFINED:
            raise NotTold("an error with a status")
        return context.new_response(500, UNDEFINED)


def left_to_unknown(machine: Machine, context: Context, handler: Unknown) -> None:
    answer = context.answer
    answer.headers = list(context.peeked())
    left_to(machine, context.of, handler.text)


def merged(base: str, path: str) -> str:
    if path in ("*", "/*"):
        return f"{base.rstrip('/')}/*" if base.rstrip("/") else "*"
    found = base.rstrip("/") + (
        "" if path in ("", "/") and base.rstrip("/") else path if path.startswith("/") else f"/{path}"
    )
    return found or "/"


def _at(path: Value) -> str:
    return f"{str(path).rstrip('/')}/*"


class Context(Host):
    """`c`"""

    def __init__(self, machine: Machine, request: Request, response: Response, path: str) -> None:
        self.machine, self.of, self.answer = machine, response, response.answer
        self.response: WebResponse | None = None
        self.finalized = self.is_missing = False
        self.returned: Value = UNDEFINED
        self._prepared: list[tuple[str, Value]] | None = None
        self._status: int | None = 200
        self._has_status = False
        self._vars: dict[str, Value] = {}
        wire = request.wire
        header = Native(lambda given: request.header(given[0]) if given else request.get("headers"))
        raw = WebRequest(wire, path)
        self._request = Plain(
            {
                "method": wire.method,
                "path": path,
                "url": wire.url,
                "header": header,
                "raw": raw,
                "headers": raw.get("headers"),
            }
        )
        self._request.rest = Unknown("c.req", fixed=True)

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            left_to_unknown(self.machine, self, Unknown(text))

    def made(self) -> WebResponse:
        """`c.res`, which is made when it is first asked for."""
        if self.response is None:
            self.response = WebResponse(200)
            self.response.headers.pairs = list(self._prepared or [])
        return self.response

    def peeked(self) -> list[tuple[str, Value]]:
        return self._prepared or [] if self.response is None else self.response.headers.pairs

    def get(self, name: str) -> Value:
        if name == "req":
            return self._request
        if name == "res":
            return self.made()
        if name == "finalized":
            return self.finalized
        does = {
            "header": self._header, "status": self._set_status,
            "notFound": lambda given: self.new_response(404, UNDEFINED),
            "redirect": lambda given: self.new_response(given[1] if len(given) > 1 else 302, UNDEFINED),
            "set": self._put, "get": lambda given: self._vars.get(str(text_of(given[0])), Unknown("c.get()")),
        }.get(name)  # fmt: skip
        if does is not None:
            return Native(does)
        if name in ("json", "text", "html", "body", "newResponse"):
            return Native(lambda given: self._answered(name, given))
        return Unknown(f"c.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        if name != "res" or not isinstance(value, WebResponse):
            if name == "res" and isinstance(value, Unknown):
                raise NotTold(value.text)
            return
        if self.response is not None and value is not self.response:
            kept = [each for each in self.response.headers.pairs if each[0] != "content-type"]
            names = {key for key, _ in kept}
            value.headers.pairs[:] = [each for each in value.headers.pairs if each[0] not in names] + kept
        self.response = value
        self.finalized = True

    def _put(self, given: list[Value]) -> Value:
        if len(given) > 1:
            self._vars[str(text_of(given[0]))] = given[1]
        return UNDEFINED

    def _set_status(self, given: list[Value]) -> Value:
        self._has_status = True
        self._status = given[0] if given and isinstance(given[0], int) else None
        return UNDEFINED

    def _header(self, given: list[Value]) -> Value:
        if self.response is None and self._prepared is None:
            self._prepared = []
        headers = WebHeaders(
            self._prepared if self.response is None and self._prepared is not None else self.made().headers.pairs
        )
        if len(given) < 2 or given[1] is UNDEFINED:
            headers.get("delete").does(given[:1])
            return UNDEFINED
        options = given[2] if len(given) > 2 else UNDEFINED
        appends = isinstance(options, Plain) and self.machine.truthy(options.get("append"))
        headers.get("append" if appends else "set").does(given[:2])
        return UNDEFINED

    def _answered(self, name: str, given: list[Value]) -> Value:
        status = given[1] if len(given) > 1 else UNDEFINED
        headers = given[2] if len(given) > 2 else UNDEFINED
        if isinstance(status, Plain):
            headers = status.get("headers") if headers is UNDEFINED else headers
            status = status.get("status")
        return self.new_response(status, headers)

    def new_response(self, status: Value, headers: Value) -> WebResponse:
        pairs = list(self.response.headers.pairs) if self.response is not None else list(self._prepared or [])
        made = WebResponse(self._status)
        if status is not UNDEFINED:
            made.status = status if isinstance(status, int) else None
        made.headers.pairs = pairs
        for name, value in [] if headers is UNDEFINED or headers is None else named_values(headers):
            made.headers.get("set").does([name, value])
        return made


def hono_cors(machine: Machine, given: Value) -> Native:
    """`cors(options)` of hono/cors"""
    options = Plain(
        {
            "origin": "*",
            "allowMethods": ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"],
            "allowHeaders": [],
            "exposeHeaders": [],
        }
    )
    options.spread(given)

    def layer(arguments: list[Value]) -> Value:
        context, following = (arguments + [UNDEFINED] * 2)[:2]
        if not isinstance(context, Context):
            return Unknown("cors()")
        context.answer.is_decided = True
        asks = context.get("req").get("header").does(["origin"])
        asks = "" if asks is UNDEFINED else asks
        allowed = _allowed(machine, options.get("origin"), asks, context)
        if isinstance(allowed, Unknown) or machine.truthy(allowed):
            _put(context, "Access-Control-Allow-Origin", allowed)
        credentials = options.get("credentials")
        if isinstance(credentials, Unknown) or machine.truthy(credentials):
            _put(
                context, "Access-Control-Allow-Credentials", credentials if isinstance(credentials, Unknown) else "true"
            )
        exposed = _list_of(machine, options.get("exposeHeaders"))
        if exposed:
            _put(context, "Access-Control-Expose-Headers", exposed)
        if context.get("req").get("method") != "OPTIONS":
            machine.settled(machine.call(following, []))
            return Promise(UNDEFINED)
        return _preflight(machine, options, context, asks)

    return Native(layer, "cors")


def _put(context: Context, name: str, value: Value) -> None:
    context.made().headers.get("set").does([name, value])


def _preflight(machine: Machine, options: Plain, context: Context, asks: Value) -> Value:
    age = options.get("maxAge")
    if age is not UNDEFINED and age is not None:
        _put(context, "Access-Control-Max-Age", age if isinstance(age, Unknown) else text_of(age))
    methods = options.get("allowMethods")
    if isinstance(methods, Host):
        methods = machine.settled(machine.call(methods, [asks, context]))
    listed = _list_of(machine, methods) if isinstance(methods, list | Unknown) else ""
    if listed:
        _put(context, "Access-Control-Allow-Methods", listed)
    allowed = _list_of(machine, options.get("allowHeaders"))
    if not allowed:
        asked = context.get("req").get("header").does(["access-control-request-headers"])
        allowed = ",".join(each.strip() for each in asked.split(",")) if isinstance(asked, str) else ""
    if allowed:
        _put(context, "Access-Control-Allow-Headers", allowed)
    made = WebResponse(204)
    made.headers.pairs = list(context.made().headers.pairs)
    return Promise(made)


def _list_of(machine: Machine, value: Value) -> Value:
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, list):
        if machine.truthy(value):
            raise Thrown(Plain({"message": "join is no function"}))
        return ""
    doubt = next((each for each in value if isinstance(each, Unknown)), None)
    return ",".join(str(text_of(each)) for each in value) if doubt is None else doubt


def _allowed(machine: Machine, origin: Value, asks: Value, context: Context) -> Value:
    if isinstance(origin, Unknown):
        return origin
    if isinstance(origin, str):
        if origin == "*":
            return origin
        return asks if machine.equal(asks, origin) else None
    if isinstance(origin, Host):
        return machine.settled(machine.call(origin, [asks, context]))
    if not isinstance(origin, list):
        raise NotTold("an origin that is no text and no list")
    from .cors_package import is_allowed

    found = is_allowed(machine, asks, [each for each in origin if isinstance(each, str | Unknown)])
    return found if isinstance(found, Unknown) else asks if found else None
