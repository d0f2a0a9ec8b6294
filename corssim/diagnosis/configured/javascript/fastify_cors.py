"""The package @fastify/cors.

https://github.com/fastify/fastify-cors/blob/main/index.js
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .answers import joined
from .cors_package import is_allowed
from .fastify_messages import BEFORE, Asked, Reply
from .values import UNDEFINED, Function, Native, Plain, Promise, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    from .fastify import Fastify
    from .machine import Machine

_DEFAULTS: Final[dict[str, Value]] = {
    "origin": "*", "hook": "onRequest", "preflightContinue": False, "optionsSuccessStatus": 204, "credentials": False,
    "exposedHeaders": None, "allowedHeaders": None, "maxAge": None, "preflight": True, "strictPreflight": True,
}  # fmt: skip
_USUAL: Final = ("GET", "HEAD", "POST")
# GET, HEAD and POST since its version 10: https://github.com/fastify/fastify-cors/releases
_METHODS: Final = Unknown("the version of the package, by its default,")
_STARRED: Final = Unknown("the version of the package, of `*` in a list,")


def use_cors(instance: Fastify, given: Value) -> None:
    """`register(cors, options)`: a hook, and a route for OPTIONS."""
    machine = instance.machine
    machine.uses_cors = True
    if instance.root.has_cors:
        raise NotTold("the package for CORS, registered twice,")
    instance.root.has_cors = True
    if isinstance(given, Plain) and isinstance(delegator := given.get("delegator"), Function):
        given = delegator
    options = Plain(dict(_DEFAULTS))
    if isinstance(given, Function):
        by_request = len(given.code.parameters) > 1
    else:
        options.spread(given)
    hook = options.get("hook")
    if hook not in BEFORE:
        raise NotTold("a hook of the package behind the handler")

    def layer(arguments: list[Value]) -> Value:
        asked, reply, done = arguments[0], arguments[1], arguments[-1]
        if not isinstance(asked, Asked) or not isinstance(reply, Reply):
            return Unknown("cors")
        reply.response.answer.is_decided = True

        def with_options(more: list[Value]) -> Value:
            error, own = (*more, UNDEFINED, UNDEFINED)[:2]
            if machine.truthy(error):
                return machine.call(done, [error])
            whole = Plain(dict(_DEFAULTS))
            whole.spread(own)
            return _with_options(instance, whole, asked, reply, done)

        if isinstance(given, Function):
            if by_request:
                return machine.call(given, [asked, Native(with_options)])
            return with_options([None, machine.settled(machine.call(given, [asked]))])
        return _with_options(instance, options, asked, reply, done)

    instance._add_hook(str(hook), Native(layer, "cors"))

    def route(arguments: list[Value]) -> Value:
        asked, reply = arguments[0], arguments[1]
        if isinstance(asked, Asked) and asked.get("corsPreflightEnabled") is not True:
            return reply.get("callNotFound").does([])
        return reply.get("send").does([])

    instance.root.routes.append(
        (("OPTIONS",), "*" if not instance.prefix else f"{instance.prefix}/*", Native(route), {}, instance)
    )


def _with_options(instance: Fastify, options: Plain, asked: Asked, reply: Reply, done: Value) -> Value:
    machine = instance.machine
    origin = options.get("origin")
    if isinstance(origin, list) and any(each == "*" for each in origin):
        origin = _STARRED

    def decided(more: list[Value]) -> Value:
        error, allowed = (*more, UNDEFINED, UNDEFINED)[:2]
        if error is not None and (isinstance(error, Unknown) or error is UNDEFINED or machine.truthy(error)):
            return machine.call(done, [error if error is not UNDEFINED else Plain({"message": ""})])
        if allowed is False:
            return machine.call(done, [])
        if not isinstance(allowed, Unknown) and not machine.truthy(allowed):
            return machine.call(done, [Plain({"message": "Invalid CORS origin option"})])
        return _answered(machine, options, allowed, asked, reply, done)

    if isinstance(origin, Function | Native):
        value = machine.call(origin, [asked.request.header("origin"), Native(decided)], instance)
        if not isinstance(value, Promise):
            return value
        try:
            return decided([None, machine.settled(value)])
        except Thrown as thrown:
            return decided([thrown.value])
    return decided([None, origin])


def _answered(machine: Machine, options: Plain, origin: Value, asked: Asked, reply: Reply, done: Value) -> Value:
    answer = reply.response.answer
    asks = asked.request.header("origin")
    if isinstance(origin, str | Unknown):
        answer.set("Access-Control-Allow-Origin", origin)
    else:
        found = is_allowed(machine, asks, origin)
        if isinstance(found, Unknown):
            answer.set("Access-Control-Allow-Origin", found)
        elif found and asks is not UNDEFINED:
            answer.set("Access-Control-Allow-Origin", asks)
    credentials = options.get("credentials")
    if isinstance(credentials, Unknown) or machine.truthy(credentials):
        answer.set("Access-Control-Allow-Credentials", credentials if isinstance(credentials, Unknown) else "true")
    if options.get("exposedHeaders") is not None:
        answer.set("Access-Control-Expose-Headers", joined(options.get("exposedHeaders"), ", "))
    if asked.request.method != "OPTIONS" or options.get("preflight") is not True:
        return machine.call(done, [])
    method = asked.request.header("access-control-request-method")
    if options.get("strictPreflight") is True and (asks is UNDEFINED or method is UNDEFINED):
        answer.status = 400
        answer.end()
        return UNDEFINED
    asked.set("corsPreflightEnabled", True)
    methods = options.get("methods")
    methods = ("GET,HEAD,POST" if method in _USUAL else _METHODS) if methods is UNDEFINED else joined(methods, ", ")
    answer.set("Access-Control-Allow-Methods", methods)
    headers = options.get("allowedHeaders")
    if headers is None:
        headers = asked.request.header("access-control-request-headers")
    if headers is not UNDEFINED:
        answer.set("Access-Control-Allow-Headers", joined(headers, ", "))
    if options.get("maxAge") is not None:
        answer.set("Access-Control-Max-Age", text_of(options.get("maxAge")) or Unknown("maxAge"))
    if machine.truthy(options.get("preflightContinue")):
        return machine.call(done, [])
    status = options.get("optionsSuccessStatus")
    answer.status = status if isinstance(status, int) else None
    answer.end()
    return UNDEFINED
