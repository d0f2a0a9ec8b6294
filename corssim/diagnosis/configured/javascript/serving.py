"""What of a program answers a request: its application, its server, or what it exports to something that calls it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .express import NO_ERROR, Application, Router, answered, called, left_to, unhandled
from .fastify import Fastify, Wrapped
from .hono import Hono
from .koa import Context, Koa
from .values import UNDEFINED, Class, Function, Host, Instance, Native, Plain, Promise, Thrown, Unknown, Value, first
from .web import Event, WebRequest, take

if TYPE_CHECKING:
    from .program import Program

_BEHIND: Final = "what stands behind it"
_REQUESTS: Final = ("req", "request", "_req", "_request", "_", "")
_OF_CORS: Final = re.compile(rb"(?i)access-control|cors")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Nothing(Exception):
    """The text has nothing that answers."""


def serve(program: Program) -> None:
    """Have the program answer. Raises `Nothing` where nothing of it does."""
    found = _served(program)
    if program.is_fragment:
        if found is not None and program.answer.decides:
            raise NotTold("a piece of a handler beside it")
        if found is None or program.answer.sent:
            if not program.answer.sent:
                left_to(program, program.response, _BEHIND)
            return
    if found is None:
        raise Nothing
    how, what = found
    if isinstance(what, Koa | Hono | Fastify):
        what.respond(program.request, program.response)
    elif isinstance(what, Router):
        if isinstance(what, Application):
            what.open_end = (what.is_implicit and not what.serves) or unhandled(what)
        answered(what, program.request, program.response)
    else:
        _handled(program, how, what)


def _served(program: Program) -> tuple[str, Value] | None:
    listening = [each for each in program.applications if each.serves]
    if len(listening) > 1:
        raise NotTold("another application beside it")
    if listening:
        return "", listening[0]
    if program.servers:
        if len(program.servers) > 1:
            raise NotTold("another server beside it")
        how, what = program.servers[0]
        return how, what.get("handler") if isinstance(what, Host) and not isinstance(what, Function | Native) else what
    roots = [each for each in program.applications if not each.mounted and each.layers]
    exported = _exported(program)
    if isinstance(exported, tuple) and exported[1] in program.applications:
        return exported
    if len(roots) > 1:
        raise NotTold("another application beside it")
    if roots:
        return "", roots[0]
    return exported or _uncalled(program)


def _exported(program: Program) -> tuple[str, Value] | None:
    exports = program.exports
    of_methods = [name for name in _METHODS if isinstance(exports.get(name), Function)]
    if of_methods:
        return "route", exports
    for name in ("middleware", "proxy", "handler", "main", "onRequest", "default"):
        value = exports.get(name)
        if isinstance(value, Plain) and isinstance(fetch := value.get("fetch"), Function):
            return "web", fetch
        if isinstance(value, Router | Koa | Hono | Fastify):
            return "", value
        if isinstance(value, Wrapped):
            return "plugin", value
        if isinstance(value, Function) and (how := _way_of(value)):
            return how, value
    if isinstance(fetch := exports.get("fetch"), Function):
        return "web", fetch
    return None


def _uncalled(program: Program) -> tuple[str, Value] | None:
    """A function that nothing calls, by what it is given; one that sets headers of CORS, if there are others."""
    functions = [*program.functions]
    for each in program.classes:
        function = each.method("use")
        if function is not None and not each.made:
            functions.append(function)
    found = [
        (how, each) for each in functions
        if not each.called and (how := _way_of(each)) and _OF_CORS.search(each.code.node.text or b"") is not None
    ]  # fmt: skip
    outer = [
        each for each in found
        if not any(other is not each and _is_inside(each[1], other[1]) for other in found)
    ]  # fmt: skip
    if len(outer) > 1:
        raise NotTold("another function beside it")
    return outer[0] if outer else None


def _is_inside(inner: Function, outer: Function) -> bool:
    one, other = inner.code.node, outer.code.node
    return other.start_byte <= one.start_byte and one.end_byte <= other.end_byte and one != other


def _way_of(function: Function) -> str:
    """How a function is called, by the names of what it is given: "" where they do not tell."""
    names = function.code.parameters
    first = names[0] if names else ""
    if len(names) >= 3 and first.startswith(("req", "_req", "request", "_")) and names[2] in ("next", "_next"):
        return "layer"
    if len(names) >= 2 and names[1] in ("res", "response", "resp") and first in _REQUESTS:
        return "node"
    if first in ("ctx", "context", "c") and len(names) == 2 and names[1] == "next":
        return "koa" if first != "c" else ""
    if first in ("fastify", "instance"):
        return "plugin"
    if first in ("app", "server", "router", "expressApp") and len(names) <= 2:
        return "setup"
    if first == "event":
        return "event" if b"respondWith" in (function.code.node.text or b"") else "cloud"
    if first in ("request", "req") and (len(names) == 1 or names[1] in ("env", "ctx", "context", "_ctx", "event")):
        return "web"
    return ""


def _handled(program: Program, how: str, what: Value) -> None:
    """Call a function as what stands around it does."""
    answer = program.answer
    if how == "layer":
        error = called(program, what, program.request, program.response, NO_ERROR)
        if not answer.sent:
            if error is not NO_ERROR:
                raise NotTold("an error that is handed on")
            left_to(program, program.response, _BEHIND)
        return
    if how in ("plugin", "setup"):
        _set_up(program, how, what)
        return
    if how == "route":
        _of_route(program, what)
        return
    try:
        value = program.settled(program.call(what, _given(program, how)))
    except Thrown:
        if not answer.sent:
            raise NotTold("a handler that throws an error") from None
        return
    if not answer.sent:
        take(answer, value)
    if not answer.sent:
        left_to(program, program.response, _BEHIND)


def _set_up(program: Program, how: str, what: Value) -> None:
    """A function that is given the application, or the instance, of another file."""
    if how == "plugin" and not isinstance(what, Wrapped):
        raise NotTold("a plugin without fastify-plugin, which is for what it registers itself")
    application = program.free("fastify" if how == "plugin" else "app")
    if isinstance(application, Fastify):
        application.get("register").does([what])
        application.respond(program.request, program.response)
    elif isinstance(application, Application):
        program.settled(program.call(what, [application, Unknown("what it is given", fixed=True)]))
        application.open_end = not application.serves
        answered(application, program.request, program.response)


def _of_route(program: Program, exports: dict[str, Value]) -> None:
    """https://nextjs.org/docs/app/api-reference/file-conventions/route"""
    method = program.answer.request.method
    handler = exports.get(method)
    if isinstance(handler, Function):
        take(program.answer, program.settled(program.call(handler, _given(program, "web"))))
        if not program.answer.sent:
            raise NotTold("a handler that answers nothing")
        return
    if method == "OPTIONS":
        left_to(program, program.response, "what answers OPTIONS there")
    elif method == "HEAD" or isinstance(exports.get("default"), Host):
        raise NotTold(f"what answers {method}")
    program.answer.status = 405


def _given(program: Program, how: str) -> list[Value]:
    request, response = program.request, program.response
    path = str(request.get("path"))
    unknown = Unknown("what it is given", fixed=True)
    if how == "web":
        return [WebRequest(program.answer.request, path), Unknown("env", fixed=True), unknown]
    if how == "koa":
        following = Native(lambda given: Promise(UNDEFINED))
        return [Context(program, request, response), following]
    if how == "cloud":

        def done(given: list[Value]) -> Value:
            if len(given) > 1:
                take(program.answer, given[1])
            return UNDEFINED

        return [Event(program.answer.request, path), unknown, Native(done)]
    if how == "event":
        event = Event(program.answer.request, path)
        respond = Native(lambda given: take(program.answer, program.settled(first(given))))
        return [
            Plain(
                {"request": event.get("request"), "respondWith": respond, "waitUntil": Native(lambda given: UNDEFINED)}
            )
        ]
    return [request, response]


__all__ = ["Class", "Instance", "Nothing", "serve"]
