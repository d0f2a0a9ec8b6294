"""The package cors of Express. https://github.com/expressjs/cors/blob/master/lib/index.js"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .node_http import Request, Response
from .of_texts import tested
from .values import UNDEFINED, Expression, Function, Host, Native, Plain, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    from .machine import Machine

_DEFAULTS: Final[dict[str, Value]] = {
    "origin": "*",
    "methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
    "preflightContinue": False,
    "optionsSuccessStatus": 204,
}


_OF_OTHERS: Final = frozenset(
    {"allowMethods", "allowHeaders", "exposeHeaders", "allowedMethods", "allowOrigin", "allowedOrigins", "origins",
     "allowOrigins", "allowCredentials", "supportsCredentials", "whitelist"}
)  # fmt: skip


def of_another(options: Value) -> str:
    """A setting that packages of other frameworks have, where the text does not say which package it is."""
    return next((name for name in options.values if name in _OF_OTHERS), "") if isinstance(options, Plain) else ""


def cors(machine: Machine, given: Value) -> Native:
    """`cors(options)`, where they may be a function that calls back with them."""

    def layer(arguments: list[Value]) -> Value:
        request, response, following = (arguments + [UNDEFINED] * 3)[:3]
        if not isinstance(request, Request) or not isinstance(response, Response):
            return Unknown("cors()")
        response.answer.is_decided = True

        def with_options(answer: list[Value]) -> Value:
            error, options = (answer + [UNDEFINED] * 2)[:2]
            if machine.truthy(error):
                return machine.call(following, [error])
            return _with_options(machine, options, request, response, following)

        if isinstance(given, Function):
            return machine.call(given, [request, Native(with_options)])
        return with_options([None, given])

    return Native(layer, "cors")


def _with_options(machine: Machine, given: Value, request: Request, response: Response, following: Value) -> Value:
    options = Plain(dict(_DEFAULTS))
    options.spread(given)
    origin = options.get("origin")
    asks = request.header("origin")

    def decided(answer: list[Value]) -> Value:
        error, allowed = (answer + [UNDEFINED] * 2)[:2]
        if machine.truthy(error):
            return machine.call(following, [error])
        if not isinstance(allowed, Unknown) and not machine.truthy(allowed):
            return machine.call(following, [])
        return _answered(machine, options, allowed, request, response, following)

    if isinstance(origin, Host):
        return machine.call(origin, [asks, Native(decided)])
    return decided([None, origin])


def _answered(
    machine: Machine, options: Plain, origin: Value, request: Request, response: Response, following: Value
) -> Value:
    answer = response.answer
    allowed = _allow_origin(machine, origin, request.header("origin"))
    if allowed is not None:
        answer.set("Access-Control-Allow-Origin", allowed)
    credentials = options.get("credentials")
    if credentials is True or isinstance(credentials, Unknown):
        answer.set("Access-Control-Allow-Credentials", "true" if credentials is True else credentials)
    if request.method != "OPTIONS":
        _set_list(answer, "Access-Control-Expose-Headers", options.get("exposedHeaders"))
        return machine.call(following, [])
    methods = options.get("methods")
    if methods is UNDEFINED or methods is None:
        raise Thrown(Plain({"message": "methods of nothing"}))
    _set_list(answer, "Access-Control-Allow-Methods", methods, sends_empty=False)
    headers = options.get("allowedHeaders")
    if not isinstance(headers, Unknown) and not machine.truthy(headers):
        headers = options.get("headers")
    if not isinstance(headers, Unknown) and not machine.truthy(headers):
        headers = request.header("access-control-request-headers")
    _set_list(answer, "Access-Control-Allow-Headers", headers)
    age = options.get("maxAge")
    if isinstance(age, Unknown) or (isinstance(age, int | float) and not isinstance(age, bool)) or machine.truthy(age):
        answer.set("Access-Control-Max-Age", age if isinstance(age, Unknown) else text_of(age))
    _set_list(answer, "Access-Control-Expose-Headers", options.get("exposedHeaders"))
    continues = options.get("preflightContinue")
    if isinstance(continues, Unknown):
        answer.status = None
        answer.end()
        return UNDEFINED
    if machine.truthy(continues):
        return machine.call(following, [])
    status = options.get("optionsSuccessStatus")
    answer.status = status if isinstance(status, int) else None
    answer.end()
    return UNDEFINED


def _set_list(answer: Answer, name: str, value: Value, *, sends_empty: bool = False) -> None:
    """A list, which is joined, or a text."""
    if isinstance(value, Unknown):
        answer.set(name, value)
        return
    if isinstance(value, list):
        texts = [text_of(each) for each in value]
        doubt = next((each for each in value if isinstance(each, Unknown)), None)
        if doubt is not None:
            answer.set(name, doubt)
            return
        value = ",".join(each or "" for each in texts)
    if isinstance(value, str) and (value or sends_empty):
        answer.set(name, value)


def _allow_origin(machine: Machine, origin: Value, asks: Value) -> Value:
    """Whom the header names; None where it is not sent."""
    if isinstance(origin, Unknown):
        return origin
    if isinstance(origin, str):
        return origin
    found = is_allowed(machine, asks, origin)
    if isinstance(found, Unknown):
        return found
    return asks if found and asks is not UNDEFINED else None


def is_allowed(machine: Machine, asks: Value, origin: Value, depth: int = 0) -> bool | Unknown:
    """Whether an origin is one of those that are listed; what it hangs on where that is not known."""
    machine.step()
    if isinstance(origin, list) and depth < 5:
        doubt: Unknown | None = None
        for each in origin:
            found = is_allowed(machine, asks, each, depth + 1)
            if found is True:
                return True
            doubt = found if isinstance(found, Unknown) and doubt is None else doubt
        return False if doubt is None else doubt
    if isinstance(origin, str):
        return machine.equal(asks, origin) is True
    if isinstance(origin, Expression):
        is_found = tested(machine, origin, "undefined" if asks is UNDEFINED else asks)
        return Unknown(f"/{origin.source}/{origin.flags}") if is_found is None else is_found
    if isinstance(origin, Unknown):
        return origin
    return machine.truthy(origin)


if TYPE_CHECKING:
    from .answers import Answer
