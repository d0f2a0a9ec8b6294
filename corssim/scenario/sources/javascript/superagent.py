"""superagent: a request is put together call by call. https://ladjs.github.io/superagent/"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import Guess
from .axios_config import basic
from .builtins import COMPONENT, NOT_MINE, pairs_of, repeated, with_query
from .calls import Call, json_body
from .values import UNDEFINED, Function, Native, Opaque, Pairs, Unknown, concatenated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "del", "head", "options"})
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of superagent, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    this = function.this
    if isinstance(this, Opaque) and this.kind == "superagent":
        _next(this, function.path[1:], given, evaluator)
        return this
    if function.path in ("superagent.agent", "request.agent"):
        return Opaque("superagent.agent", {"steps": []})
    if isinstance(this, Opaque) and this.kind == "superagent.agent" and function.path[1:] not in _METHODS:
        this.fields["steps"].append((function.path[1:], given))
        return this
    root, _, name = function.path.partition(".")
    is_agent = isinstance(this, Opaque) and this.kind == "superagent.agent"
    is_told = not name and len(given) > 1 and (root == "superagent" or (root == "request" and _is_method(given[0])))
    if is_told:
        name, given = text_of(given[0]).lower(), given[1:]
    if (not is_agent and root not in ("superagent", "request", "agent")) or not given:
        return NOT_MINE
    if not is_told and name not in _METHODS:
        return NOT_MINE
    if any(isinstance(value, Function) for value in given[1:]) and root == "request":
        return NOT_MINE
    method = {"del": "DELETE"}.get(name, name.upper())
    call = Call(library="superagent", api="xhr", url=given[0], method=method)
    made.calls.append(call)
    request = Opaque("superagent", {"call": call})
    if len(given) > 1 and not isinstance(given[1], Function):
        _next(request, "query" if method in ("GET", "HEAD") else "send", [given[1]], evaluator)
    for step, values in this.fields["steps"] if isinstance(this, Opaque) and is_agent else []:
        _next(request, step, values, evaluator)
    return request


def _is_method(value: Value) -> bool:
    return isinstance(value, str) and value.lower() in _METHODS


def _next(request: Opaque, name: str, given: list[Value], evaluator: EvaluatorParts) -> None:
    call: Call = request.fields["call"]
    first = given[0] if given else UNDEFINED
    second = given[1] if len(given) > 1 else UNDEFINED
    match name:
        case "set":
            for pair in pairs_of(first) if isinstance(first, dict) else [(text_of(first), second)]:
                _set(call, *pair)
                call.guesses = [each for each in call.guesses if each.what != f"headers.{pair[0].lower()}"]
        case "query":
            call.url = with_query(call.url, repeated(first), COMPONENT, "%20")
        case "withCredentials":
            call.with_credentials = True if first is UNDEFINED else first
        case "type":
            _set(call, "Content-Type", _TYPES.get(text_of(first), first))
        case "accept":
            _set(call, "Accept", _TYPES.get(text_of(first), first))
        case "auth":
            is_bearer = isinstance(given[-1], dict) and given[-1].get("type") == "bearer"
            password = "" if second is UNDEFINED or isinstance(second, dict) else second
            _set(call, "Authorization", concatenated("Bearer ", first) if is_bearer else basic(first, password))
        case "send":
            _send(call, first)
        case "field" | "attach":
            form = call.body if isinstance(call.body, Pairs) else Pairs("FormData")
            form.pairs.append((text_of(first), second))
            call.body = form
        case "use":
            if isinstance(first, Function):
                evaluator.invoke(first, [request])
            else:
                call.said_of(text_of(first).removeprefix("${").removesuffix("}"))
        case _:
            for value in given:
                if isinstance(value, Function):
                    evaluator.invoke(value, [])


def _set(call: Call, name: str, value: Value) -> None:
    call.drop(name)
    call.headers.append((name, value))


def _send(call: Call, data: Value) -> None:
    if isinstance(data, Pairs):
        call.body = data
    elif isinstance(data, str):
        call.body = data
        call.set_default("Content-Type", _TYPES["form"])
    elif any(name.lower() == "content-type" and "urlencoded" in text_of(value) for name, value in call.headers):
        call.body = Pairs("URLSearchParams", pairs_of(data))
    else:
        if isinstance(data, Unknown) and not call.has("content-type"):
            why = f"{data.text} is not in the text; an object becomes JSON"
            call.guesses.append(Guess("headers.content-type", "application/json", "likely", why))
        json_body(call, data)
