"""Fastify: instances inside each other, hooks and routes.

https://fastify.dev/docs/latest/Reference/Plugins/ , https://fastify.dev/docs/latest/Reference/Hooks/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..model import matches
from ..replies import NotTold
from .express import METHODS, SETS_UP, flattened, left_to
from .fastify_cors import use_cors
from .fastify_messages import BEFORE, Asked, Reply
from .harmless import hands_on
from .values import (
    UNDEFINED,
    Function,
    Host,
    Instance,
    Native,
    Plain,
    Promise,
    Thrown,
    Unknown,
    Value,
    first,
    text_of,
)

if TYPE_CHECKING:
    from .machine import Machine
    from .node_http import Request, Response

    Route = tuple[tuple[str, ...], str, Value, dict[str, list[Value]], "Fastify"]

_BEHIND: Final = ("preSerialization", "onSend", "onError")
_CHAINED: Final = frozenset(
    {"decorate", "decorateRequest", "decorateReply", "addContentTypeParser", "addSchema", "setValidatorCompiler",
     "setSerializerCompiler", "withTypeProvider", "setSchemaController", "log", "close", "after", "hasPlugin"}
)  # fmt: skip
_OF_ROUTES: Final = lazy_pattern(r"(?i).*(?:route|controller|api\b|handler|swagger|static|autoload)")
_PIECE: Final = lazy_pattern(r"(?P<all>\*)|:(?P<name>\w+)(?P<of>\([^()]*\))?(?P<maybe>\?)?|(?P<plain>.)")


@lru_cache(maxsize=256)
def expression_for(path: str) -> str:
    """https://github.com/delvedor/find-my-way#supported-path-formats"""
    import re

    found = ""
    for piece in _PIECE.finditer(path):
        if piece["of"]:
            raise NotTold("a path with an expression in it")
        if piece["all"]:
            found += ".*"
        elif piece["name"]:
            found = found.removesuffix("/") + "(?:/[^/]+)?" if piece["maybe"] else found + "[^/]+"
        else:
            found += re.escape(piece["plain"])
    return f"^{found}$"


class Wrapped(Host):
    """What fastify-plugin makes of a plugin: it has no instance of its own."""

    def __init__(self, plugin: Value) -> None:
        self.plugin = plugin


class Hook(Host):
    """A hook that waits for what was registered in front of it."""

    def __init__(self, name: str, does: Value) -> None:
        self.name, self.does = name, does


class Plugin(Host):
    """The package for CORS, as it is imported."""


class Registered(Host):
    """What `register()` gives: one that waits for it has it loaded at once."""

    def __init__(self, instance: Fastify) -> None:
        self._instance = instance

    is_awaited = True

    def awaited(self) -> Value:
        self._instance.load()
        return self._instance

    def get(self, name: str) -> Value:
        if name == "then":
            return Native(lambda given: self._then(given))
        return self._instance.get(name)

    def _then(self, given: list[Value]) -> Value:
        self._instance.load()
        return Promise(self._instance.machine.call(given[0], [self._instance])) if given else Promise(self._instance)


class Fastify(Host):
    """`fastify()`, or the instance that a plugin is given."""

    def __init__(self, machine: Machine, parent: Fastify | None = None, prefix: str = "") -> None:
        self.machine, self.parent, self.prefix = machine, parent, prefix
        self.root: Fastify = self if parent is None else parent.root
        self.hooks: dict[str, list[Value]] = {}
        if parent is not None:
            self.hooks = {name: list(each) for name, each in parent.hooks.items()}
            parent.children.append(self)
        self.children: list[Fastify] = []
        self.routes: list[Route] = []
        """Of the root: the methods, the path, the handler, its own hooks, the instance."""
        self._waiting: list[tuple[Value, Value]] = []
        self.layers: list[Value] = []
        self.mounted = self.serves = self.is_implicit = False
        self._own: dict[str, Value] = {}
        self._not_found: Value = None
        self._on_error: Value = None
        self.has_cors = False

    @property
    def matters(self) -> bool:
        return True

    def handed(self, text: str, to: Unknown) -> None:
        if not hands_on(to):
            self._waiting.append((Unknown(text, to.package), UNDEFINED))

    def get(self, name: str) -> Value:
        if name in self._own:
            return self._own[name]
        if name in (*METHODS, "all"):
            methods = tuple(each.upper() for each in METHODS) if name == "all" else (name.upper(),)
            return Native(lambda given: self._route(methods, given))
        does = {
            "register": self._register, "addHook": self._hook, "route": self._routed, "ready": self._ready,
            "listen": self._listen, "setNotFoundHandler": self._missing, "setErrorHandler": self._failing,
            "enableCors": self._enable_cors,
        }.get(name)  # fmt: skip
        if does is not None:
            return Native(does)
        if name in _CHAINED or name in SETS_UP:
            return Native(lambda given: self)
        if name == "server":
            return Unknown("fastify.server")
        if name == "use":
            return Native(lambda given: self._used(given))
        return Unknown(f"fastify.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        self._own[name] = value

    # -- what it is given

    def _register(self, given: list[Value]) -> Value:
        self.root.layers.append(first(given))
        self._waiting.append((self.machine.settled(first(given)), given[1] if len(given) > 1 else UNDEFINED))
        return Registered(self)

    def _used(self, given: list[Value]) -> Value:
        raise NotTold("fastify.use(), of another package")

    def _enable_cors(self, given: list[Value]) -> Value:
        return self._register([Plugin(), first(given)])

    def _hook(self, given: list[Value]) -> Value:
        name = str(text_of(first(given)))
        self.root.layers.append(name)
        if name in ("onRoute", "onRegister", "onReady", "onListen", "onClose", "preClose", "onResponse", "onTimeout"):
            return self
        if len(given) > 1:
            self._waiting.append((Hook(name, given[1]), UNDEFINED))  # which waits for its turn, as plugins do
        return self

    def _add_hook(self, name: str, hook: Value) -> None:
        self.hooks.setdefault(name, []).append(hook)
        for each in self.children:
            each._add_hook(name, hook)

    def _missing(self, given: list[Value]) -> Value:
        self._not_found = given[-1] if given else None
        return self

    def _failing(self, given: list[Value]) -> Value:
        self._on_error = first(given)
        return self

    def _route(self, methods: tuple[str, ...], given: list[Value]) -> Value:
        options = given[1] if len(given) > 2 else UNDEFINED
        handler = given[-1] if len(given) > 1 else UNDEFINED
        if len(given) == 2 and isinstance(handler, Plain):
            options, handler = handler, handler.get("handler")
        self._add(methods, first(given), handler, options)
        return self

    def _routed(self, given: list[Value]) -> Value:
        options = first(given)
        if not isinstance(options, Plain):
            raise NotTold("fastify.route() of an object")
        named = options.get("method")
        methods = tuple(str(text_of(each)).upper() for each in (named if isinstance(named, list) else [named]))
        path = options.get("url") if options.get("url") is not UNDEFINED else options.get("path")
        self._add(methods, path, options.get("handler"), options)
        return self

    def _add(self, methods: tuple[str, ...], path: Value, handler: Value, options: Value) -> None:
        if not isinstance(path, str):
            raise NotTold("a path that is no text")
        own: dict[str, list[Value]] = {}
        if isinstance(options, Plain):
            if isinstance(config := options.get("config"), Plain) and config.get("cors") is not UNDEFINED:
                raise NotTold("cors among the settings of a route")
            own = {name: flattened([each]) for name in BEFORE if (each := options.get(name)) is not UNDEFINED}
            for name in _BEHIND:
                if options.get(name) is not UNDEFINED:
                    raise NotTold(name)
        whole = self.prefix + (
            "" if path == "/" and self.prefix else path if path.startswith(("/", "*")) else f"/{path}"
        )
        self.root.layers.append(path)
        self.root.routes.append((methods, whole or "/", handler, own, self))
        if path == "/" and self.prefix:
            self.root.routes.append((methods, f"{self.prefix}/", handler, own, self))

    def _ready(self, given: list[Value]) -> Value:
        self.load()
        return Promise(self)

    def _listen(self, given: list[Value]) -> Value:
        self.root.serves = True
        return Promise("")

    # -- plugins

    def load(self) -> None:
        """Load what waits, in its order, with what it registers itself."""
        while self._waiting:
            plugin, options = self._waiting.pop(0)
            self.machine.step()
            self._load(plugin, options)

    def _load(self, plugin: Value, options: Value) -> None:
        if isinstance(plugin, Plain) and isinstance(plugin.get("default"), Host):
            plugin = plugin.get("default")
        prefix = options.get("prefix") if isinstance(options, Plain) else ""
        prefix = prefix if isinstance(prefix, str) else ""
        if isinstance(plugin, Hook):
            self._add_hook(plugin.name, plugin.does)
        elif isinstance(plugin, Plugin):
            use_cors(self, options)
        elif isinstance(plugin, Wrapped):
            self._run(plugin.plugin, self, options)
        elif isinstance(plugin, Function):
            inner = Fastify(self.machine, self, self.prefix + prefix.rstrip("/"))
            self._run(plugin, inner, options)
        elif isinstance(plugin, Unknown):
            self._unknown(plugin, prefix)
        else:
            raise NotTold("a plugin that is no function")

    def _run(self, plugin: Value, instance: Fastify, options: Value) -> None:
        if isinstance(plugin, Unknown):
            self._unknown(plugin, "")
            return
        given = [instance, Plain() if options is UNDEFINED else options, Native(lambda more: UNDEFINED)]
        behind, instance._waiting = instance._waiting, []  # what it registers comes before what waits
        self.machine.settled(self.machine.call(plugin, given, text="a plugin"))
        instance.load()
        instance._waiting = behind

    def _unknown(self, plugin: Unknown, prefix: str) -> None:
        if hands_on(plugin):
            return
        path = self.prefix + prefix.rstrip("/") + "/*"
        methods = tuple(each.upper() for each in METHODS if each != "options")
        self.root.routes.append((methods, path, plugin, {}, self))
        if not prefix and _OF_ROUTES.match(plugin.text) is None:
            self._add_hook("onRequest", plugin)

    # -- a request

    def respond(self, request: Request, response: Response) -> None:
        """The answer to a request: hooks, then the handler. Errors leave the headers as they are."""
        self.load()
        path = str(text_of(request.get("path")))
        method = str(text_of(request.method))
        found = self._found(method, path)
        run = _Run(self, request, response)
        self._ran(run, found)
        if run.reply.raw.sent or run.reply.raw.left_to:
            raise NotTold("reply.raw")
        sent = {name.lower() for name, _ in response.answer.headers}
        response.answer.headers += [each for each in run.reply.raw.headers if each[0].lower() not in sent]

    def _ran(
        self, run: _Run, found: tuple[tuple[str, ...], str, Value, dict[str, list[Value]], Fastify] | None
    ) -> None:
        response = run.response
        if found is None:
            is_open = self.is_implicit or not [each for each in self.routes if each[1] != "*"]
            run.answer(self, {}, self._not_found, missing=True)
            if is_open and run.is_missing:
                response.answer.sent = False
                left_to(self.machine, response, "what stands behind it")
            return
        _, _, handler, own, instance = found
        run.answer(instance, own, handler, missing=False)

    def _found(self, method: str, path: str) -> Route | None:
        fit = [
            each for each in self.routes
            if (method in each[0] or (method == "HEAD" and "GET" in each[0])) and matches(expression_for(each[1]), path)
        ]  # fmt: skip
        return min(fit, key=lambda each: (each[1].count("*"), each[1].count(":"), -len(each[1])), default=None)

    def on_error(self) -> Value:
        """What handles errors here, or around."""
        of: Fastify | None = self
        while of is not None:
            if of._on_error is not None:
                return of._on_error
            of = of.parent
        return None


class _Run:
    """One request's way."""

    def __init__(self, root: Fastify, request: Request, response: Response) -> None:
        self.machine, self.root = root.machine, root
        self.reply = Reply(root.machine, request, response)
        self.asked = Asked(request)
        self.response = response
        self.is_missing = False

    def answer(self, instance: Fastify, own: dict[str, list[Value]], handler: Value, *, missing: bool) -> None:
        answer = self.response.answer
        if any(instance.hooks.get(name) for name in _BEHIND):
            raise NotTold("a hook behind the handler")
        try:
            for name in BEFORE:
                for hook in [*instance.hooks.get(name, []), *own.get(name, [])]:
                    self._hooked(hook, name)
                    if answer.sent:
                        return
            if missing and not isinstance(handler, Host | Unknown):
                self.is_missing = True
                answer.status = 404
                answer.end()
                return
            if missing:
                answer.status = 404
            self._handled(handler)
        except Thrown as thrown:
            if not answer.sent:
                self._failed(instance, thrown)

    def _hooked(self, hook: Value, name: str) -> None:
        if isinstance(hook, Unknown):
            if not hands_on(hook):
                left_to(self.machine, self.response, hook.text)
            return
        handed: list[Value] = []
        done = Native(lambda given: handed.append(first(given)), "done")
        done.on_handed = lambda text, to: handed.append(UNDEFINED)
        given = [self.asked, self.reply, *([UNDEFINED] if name == "preParsing" else []), done]
        value = self.machine.call(hook, given, text="a hook")
        is_async = isinstance(value, Promise)
        self.machine.settled(value)
        if self.response.answer.sent:
            return
        if handed and self.machine.truthy(handed[0]):
            raise Thrown(handed[0])
        if not handed and not is_async and not self.response.answer.left_to:
            raise NotTold("a hook that neither answers nor hands on")

    def _handled(self, handler: Value) -> None:
        answer = self.response.answer
        if isinstance(handler, Unknown):
            left_to(self.machine, self.response, handler.text)
            answer.end()
            return
        value = self.machine.call(handler, [self.asked, self.reply], text="a handler")
        is_async = isinstance(value, Promise)
        value = self.machine.settled(value)
        if answer.sent:
            return
        if value is UNDEFINED and not is_async:
            if answer.left_to:
                return
            raise NotTold("a handler that answers nothing")
        answer.end()

    def _failed(self, instance: Fastify, thrown: Thrown) -> None:
        answer = self.response.answer
        handler = instance.on_error()
        error = thrown.value
        status: Value = UNDEFINED
        if isinstance(error, Plain | Instance):
            status = error.get("statusCode")
            status = error.get("status") if status is UNDEFINED else status
        answer.status = status if isinstance(status, int) and status >= 400 else 500
        if handler is None:
            answer.end()
            return
        try:
            self.machine.settled(self.machine.call(handler, [error, self.asked, self.reply]))
        except Thrown:
            raise NotTold("a handler of errors that throws one") from None
        if not answer.sent:
            answer.end()
