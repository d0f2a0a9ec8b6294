"""A program as a whole: what it imports, what it makes, what of it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .answers import Answer
from .cors_package import cors, of_another
from .express import Application, Router
from .fastify import Fastify, Plugin, Wrapped
from .hono import Hono, hono_cors
from .koa import Koa, KoaRouter, koa_cors
from .machine import Machine, Return
from .node_http import Request, Response
from .platform import platform
from .scope import Scope
from .serving import serve
from .values import (
    UNDEFINED,
    Function,
    Host,
    Native,
    Plain,
    Promise,
    Thrown,
    Unknown,
    Value,
    first,
)
from .web import Event, take, web_platform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....fetch.wire import WireRequest
    from ..replies import Reply
    from .compiler import Run

_REQUESTS: Final = frozenset({"req", "request", "_req", "_request", "_"})
_RESPONSES: Final = frozenset({"res", "response", "resp", "_res"})
_APPLICATIONS: Final = frozenset({"app", "server", "router", "application", "expressApp", "apiApp", "api"})
_HANDS_ON: Final = frozenset({"next", "_next", "done", "cb"})


class Program(Machine):
    """One run, for one request."""

    def __init__(self, request: WireRequest, origin: str, supposed: Sequence[bool]) -> None:
        super().__init__(origin, supposed)
        self.answer = Answer(request)
        self.request, self.response = Request(request, self), Response(self.answer, self)
        self.applications: list[Value] = []
        self.servers: list[tuple[str, Value]] = []
        """What is served without an application, by how it is called."""
        self.exports: dict[str, Value] = {}
        self.is_fragment = False
        self._implicit: dict[str, Value] = {}
        self.scope = Scope(is_function=True)
        self.scope.names = platform(self) | web_platform(self)
        exports = _Exports(self)
        self.scope.names |= {
            "module": _Module(self, exports),
            "exports": exports,
            "require": Native(self.imports, "require", {"main": Unknown("require.main", fixed=True)}),
        }
        self.free = self._free
        self.made_elsewhere = _APPLICATIONS

    # -- names and modules

    def _free(self, name: str) -> Value:
        """The value of a name that the text does not declare."""
        if name in _REQUESTS or name in _RESPONSES or name in _HANDS_ON:
            self.is_fragment = True
            if name in _HANDS_ON:
                return Native(lambda given: UNDEFINED)
            return self.request if name in _REQUESTS else self.response
        if name in ("fastify", "instance"):
            return self._implicit_fastify(name)
        if name == "fp":
            return self.module("fastify-plugin")
        if name in ("fastifyCors", "fastifyCORS") or (name == "cors" and self.kind == "fastify"):
            return Plugin()
        if name in _APPLICATIONS:
            return self.implicit(name)
        if name == "cors":
            return Native(self._some_cors, "cors")
        if name == "express":
            return self.module(name)
        if name == "event":
            self.is_fragment = True
            return Event(self.answer.request, self.request.path)
        if name in ("Koa", "Hono", "Fastify"):
            made = self.module(name.lower())
            return made.get(name) if isinstance(made, Plain) else made
        if name in ("Deno", "Bun"):
            env = self.scope.names["process"].get("env")
            return Plain({"serve": Native(self._web_served), "env": env})
        if name == "serve":
            return Native(self._web_served)
        if name == "addEventListener":
            return Native(self._listened)
        if name == "NestFactory":
            return self.module("@nestjs/core").get(name)
        return Unknown(name, fixed=True)

    def implicit(self, name: str) -> Value:
        """An application that is made elsewhere."""
        if name not in self._implicit:
            made = Application(self, self.kind)
            made.name = name
            made.is_implicit = True
            self._implicit[name] = made
            self.applications.append(made)
        return self._implicit[name]

    def _implicit_fastify(self, name: str) -> Value:
        if name not in self._implicit:
            made = Fastify(self)
            made.is_implicit = True
            self._implicit[name] = made
            self._made(made)
        return self._implicit[name]

    def module(self, name: str) -> Value:
        """What a module gives."""
        name = name.removeprefix("node:")
        if name == "cors":
            return Native(self._cors, "cors")
        if name == "express":
            return self._express()
        if name in ("http", "https"):
            return Plain({"createServer": Native(self._server), "Server": Native(self._server)})
        if name == "@nestjs/core":
            return Plain({"NestFactory": Plain({"create": Native(self._nest)})})
        if name == "@nestjs/platform-express":
            return Plain({"ExpressAdapter": Native(lambda given: first(given))})
        made = self._of_frameworks(name)
        if made is not None:
            return made
        if name in ("process", "url"):
            of = self.scope.names["process"]
            return of if name == "process" else Plain({"URL": self.scope.names["URL"], "parse": Unknown("url.parse")})
        return Unknown(name.rpartition("/")[2] or name, name, fixed=True)

    def _of_frameworks(self, name: str) -> Value:
        """What a module of Koa, Hono or of a cloud gives; None for another one."""
        if name == "koa":
            return Native(lambda given: self._made(Koa(self)), "Koa")
        if name == "fastify":
            made = Native(lambda given: self._made(Fastify(self)), "fastify")
            made.own |= {"default": made, "fastify": made}
            return made
        if name in ("@fastify/cors", "fastify-cors"):
            return Plugin()
        if name == "fastify-plugin":
            return Native(lambda given: Wrapped(first(given)), "fp")
        if name in ("@koa/cors", "kcors"):
            return Native(lambda given: self._used(koa_cors(self, first(given))), "cors")
        if name in ("@koa/router", "koa-router"):
            return Native(lambda given: KoaRouter(self, _setting(given, "prefix")), "Router")
        if name in ("hono", "hono/tiny", "hono/quick", "@hono/zod-openapi"):
            made = Native(lambda given: self._made(Hono(self)), "Hono")
            return Plain({"Hono": made, "OpenAPIHono": made})
        if name == "hono/cors":
            return Plain({"cors": Native(lambda given: self._used(hono_cors(self, first(given))), "cors")})
        if name in ("next/server",):
            return Plain(dict.fromkeys(("NextResponse",), self.scope.names["NextResponse"]))
        if name.startswith("firebase-functions"):
            on_request = Native(self._on_request)
            return Plain(
                {"onRequest": on_request, "https": Plain({"onRequest": on_request, "onCall": Unknown("onCall")})}
            )
        if name in ("@hono/node-server", "std/http") or "std/http" in name or "std@" in name:
            return Plain({"serve": Native(self._web_served)})
        return None

    def _made(self, application: Value) -> Value:
        self.applications.append(application)
        self.kind = type(application).__name__.lower()
        return application

    def _used(self, layer: Native) -> Native:
        self.uses_cors = True
        return layer

    def _listened(self, given: list[Value]) -> Value:
        """`addEventListener('fetch', handler)`"""
        if len(given) > 1 and given[0] == "fetch":
            self.servers.append(("event", given[1]))
        return UNDEFINED

    def _on_request(self, given: list[Value]) -> Value:
        """A function of Firebase's; its settings may ask for CORS."""
        options = given[0] if len(given) > 1 else UNDEFINED
        if isinstance(options, Unknown) or (isinstance(options, Plain) and options.get("cors") is not UNDEFINED):
            raise NotTold("cors among the settings of onRequest")
        self.servers.append(("node", given[-1] if given else UNDEFINED))
        return UNDEFINED

    def _web_served(self, given: list[Value]) -> Value:
        """`serve(handler)`, `Deno.serve`, `Bun.serve({ fetch })`"""
        for each in given:
            handler = each.get("fetch") if isinstance(each, Plain) else each
            if isinstance(handler, Function | Native):
                self.servers.append(("web", handler))
        return UNDEFINED

    def imported(self, value: Value, of: str, name: str) -> Value:
        """What `import` gives a name."""
        if isinstance(value, Unknown):
            return Unknown(name, value.package, fixed=True)
        if of in ("*", "default"):
            return value
        return value.get(of) if isinstance(value, Plain | Host) else Unknown(name, fixed=True)

    def export(self, name: str, value: Value) -> None:
        if name in ("default", "=") and isinstance(value, Plain):
            self.exports |= value.values
        self.exports["default" if name == "=" else name] = value

    def _cors(self, given: list[Value]) -> Value:
        self.uses_cors = True
        return cors(self, first(given))

    def _some_cors(self, given: list[Value]) -> Value:
        """A call of cors() where the text does not say of which package."""
        if self.kind in ("koa", "hono"):
            own = koa_cors if self.kind == "koa" else hono_cors
            return self._used(own(self, first(given)))
        if given and (odd := of_another(given[0])):
            raise NotTold(odd)
        return self._cors(given)

    def _express(self) -> Native:
        def application(given: list[Value]) -> Value:
            made = Application(self, "express")
            self.applications.append(made)
            return made

        hands_on = Native(lambda given: Unknown("express.json()", "body-parser"))
        router = Native(lambda given: Router(self))
        parts: dict[str, Value] = dict.fromkeys(("json", "urlencoded", "text", "raw", "static"), hands_on)
        self.kind = self.kind or "express"
        return Native(
            application, "express", {**parts, "Router": router, "application": Unknown("express.application")}
        )

    def _server(self, given: list[Value]) -> Value:
        for each in given:
            if isinstance(each, Function | Router):
                server = _Server(self, each)
                self.servers.append(("node", server))
                return server
        return _Server(self, UNDEFINED)

    def _nest_on(self, adapter: Unknown, given: list[Value]) -> Value:
        """An application of NestJS on Fastify; on another adapter, what it does is not known."""
        if "fastify" not in (adapter.package + adapter.text).lower():
            raise NotTold(adapter.text)
        if any(isinstance(each, Plain) and each.get("cors") is not UNDEFINED for each in given):
            raise NotTold("cors among the settings of NestFactory.create, on Fastify")
        made = Fastify(self)
        made.is_implicit = True
        self._made(made)
        self.kind = "nestjs"
        return Promise(made)

    def _nest(self, given: list[Value]) -> Value:
        adapter = next((each for each in given[1:] if isinstance(each, Unknown)), None)
        if adapter is not None:
            return self._nest_on(adapter, given)
        made = Application(self, "nestjs")
        made.is_implicit = True
        self.kind = "nestjs"
        self.applications.append(made)
        for each in given[1:]:
            if isinstance(each, Router):
                made.use([each])
            options = each.get("cors") if isinstance(each, Plain) else UNDEFINED
            if isinstance(options, Unknown) or self.truthy(options):
                self.uses_cors = True
                layer = cors(self, UNDEFINED if options is True else options)
                made.at_last.append(layer)
        return Promise(made)

    # -- what serves

    def run(self, program: Run) -> Reply:
        """Run the text, then what of it serves. Raises `Nothing` where nothing does."""
        try:
            self.is_setting_up = True
            program(self, self.scope)
            self.run_waiting()
        except Thrown:
            raise NotTold("a program that throws an error") from None
        except Return as returned:  # a piece of a function
            self.is_fragment = True
            take(self.answer, self.settled(returned.value))
        self.is_setting_up = False
        serve(self)
        return self.answer.reply()


def _setting(given: list[Value], name: str) -> Value:
    return given[0].get(name) if given and isinstance(given[0], Plain) else UNDEFINED


class _Exports(Host):
    def __init__(self, program: Program) -> None:
        self._program = program

    def get(self, name: str) -> Value:
        return self._program.exports.get(name, UNDEFINED)

    def set(self, name: str, value: Value) -> None:
        self._program.export(name, value)


class _Module(Host):
    def __init__(self, program: Program, exports: _Exports) -> None:
        self._program, self._exports = program, exports

    def get(self, name: str) -> Value:
        if name == "exports":
            return self._program.exports.get("default", self._exports)
        return Unknown(f"module.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        if name == "exports":
            self._program.export("default", value)


class _Server(Host):
    """`http.createServer(handler)`"""

    def __init__(self, program: Program, handler: Value) -> None:
        self._program, self.handler = program, handler

    def get(self, name: str) -> Value:
        if name == "handler":
            return self.handler
        if name == "on":
            return Native(self._on)
        if name == "listen":
            return Native(self._listen)
        return Native(lambda given: self)

    def _on(self, given: list[Value]) -> Value:
        if len(given) > 1 and given[0] == "request":
            self.handler = given[1]
            self._program.servers.append(("node", self))
        return self

    def _listen(self, given: list[Value]) -> Value:
        for each in given:
            if isinstance(each, Function) and self._program.mentions(each):
                self._program.call(each, [])
        return self
