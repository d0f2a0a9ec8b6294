"""openapi-fetch: a client with a method for each verb. https://openapi-ts.dev/openapi-fetch/api"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import COMPONENT, NOT_MINE, pairs_of, repeated, with_query
from .calls import Call, json_body
from .fetch_api import joined
from .values import UNDEFINED, Function, Native, Opaque, Pairs, escaped, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of it, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    first = given[0] if given else UNDEFINED
    if function.path == "createClient" and isinstance(first, dict) and "baseUrl" in first:
        return Opaque("openapi-fetch", {"options": first, "middleware": []})
    this = function.this
    if not isinstance(this, Opaque) or this.kind != "openapi-fetch":
        return NOT_MINE
    name = function.path[1:]
    if name == "use":
        this.fields["middleware"] += given
        return UNDEFINED
    if name not in _METHODS or not given:
        return NOT_MINE
    own = given[1] if len(given) > 1 and isinstance(given[1], dict) else {}
    call = Call(library="openapi-fetch", method=name)
    made.complete(evaluator, call, lambda call: _complete(call, evaluator, this, first, own))
    return made.add(call)


def _complete(call: Call, evaluator: EvaluatorParts, client: Opaque, path: Value, own: dict[str, Value]) -> None:
    options = client.fields["options"]
    params = own.get("params")
    params = params if isinstance(params, dict) else {}
    text = text_of(path)
    for name, value in pairs_of(params.get("path")):
        text = text.replace(f"{{{name}}}", escaped(text_of(value), space="%20"))
    call.url = with_query(joined(options["baseUrl"], text), repeated(params.get("query", {})), COMPONENT, "%20")
    call.headers = [*pairs_of(options.get("headers")), *pairs_of(own.get("headers")), *pairs_of(params.get("header"))]
    for name in ("mode", "credentials", "redirect", "cache"):
        setattr(call, name, own.get(name, options.get(name, UNDEFINED)))
    if (body := own.get("body", UNDEFINED)) is not UNDEFINED:
        json_body(call, body)
    for middleware in client.fields["middleware"]:
        change = middleware.get("onRequest") if isinstance(middleware, dict) else None
        if isinstance(change, Function):
            headers = Pairs("Headers", call.headers)
            request = Opaque("Request", {"headers": headers, "url": call.url, "init": {}})
            evaluator.invoke(change, [{"request": request}])
            call.headers = headers.pairs
        elif not isinstance(middleware, dict):
            call.said_of(text_of(middleware).removeprefix("${").removesuffix("}"))
