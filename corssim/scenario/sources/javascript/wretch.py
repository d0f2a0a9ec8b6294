"""wretch: a request is put together call by call, each a copy. https://github.com/elbywan/wretch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, pairs_of, repeated, with_query
from .calls import json_body
from .fetch_api import call_of_fetch
from .values import UNDEFINED, Function, Native, Opaque, Pairs, concatenated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "opts"})
_WITH_BODY = frozenset({"post", "put", "patch"})


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of it, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    first = given[0] if given else UNDEFINED
    if function.path == "wretch":
        second = given[1] if len(given) > 1 and isinstance(given[1], dict) else {}
        return _chain({"url": "" if first is UNDEFINED else first, "options": dict(second), "body": UNDEFINED})
    this = function.this
    if not isinstance(this, Opaque) or this.kind != "wretch":
        return NOT_MINE
    name = function.path[1:]
    if name in _METHODS:
        return _made(made, this, name, given)
    if name == "defer" and isinstance(first, Function):
        later = evaluator.invoke(first, [this])
        return later if isinstance(later, Opaque) else this
    for value in given:
        if isinstance(value, Function):
            evaluator.invoke(value, [])
    if name not in _CHANGES_NOTHING:
        this = _chain(this.fields["so far"] | {"handed": (*this.fields["so far"].get("handed", ()), name)})
    return _chain(this.fields["so far"] | _changed(this.fields["so far"], name, first))


_CHANGES_NOTHING = frozenset(
    "url options headers auth accept content query json body formData formUrl addon catcher catcherFallback "  # noqa: SIM905
    "notFound unauthorized forbidden timeout internalError fetchError badRequest error resolve polyfills errorType "
    "fetchPolyfill signal setTimeout".split()
)
"""Steps that are read, or that a request goes through as it is. Others, as middlewares(), may change it."""


def _chain(so_far: dict[str, Value]) -> Opaque:
    return Opaque("wretch", {"so far": so_far})


def _changed(fields: dict[str, Value], name: str, first: Value) -> dict[str, Value]:
    """What a step of the chain changes."""
    options = fields["options"]
    headers = dict(pairs_of(options.get("headers")))
    match name:
        case "url":
            url = first if text_of(first).startswith(("http://", "https://")) else concatenated(fields["url"], first)
            return {"url": url}
        case "options" if isinstance(first, dict):
            return {"options": options | first | {"headers": headers | dict(pairs_of(first.get("headers")))}}
        case "headers":
            return {"options": options | {"headers": headers | dict(pairs_of(first))}}
        case "auth" | "accept" | "content":
            header = {"auth": "Authorization", "accept": "Accept", "content": "Content-Type"}[name]
            return {"options": options | {"headers": headers | {header: first}}}
        case "query":
            return {"url": with_query(fields["url"], repeated(first))}
        case "json" | "body":
            return {"body": first, "json": name == "json"}
        case "formData" | "formUrl":
            kind = "FormData" if name == "formData" else "URLSearchParams"
            return {"body": Pairs(kind, pairs_of(first)), "json": False}
    return {}


def _made(made: Libraries, this: Opaque, name: str, given: list[Value]) -> Value:
    fields = this.fields["so far"]
    body, url = fields["body"], fields["url"]
    if name in _WITH_BODY and given:
        body = given[0]
    path = given[1] if name in _WITH_BODY and len(given) > 1 else given[0] if name not in _WITH_BODY and given else ""
    call = call_of_fetch(concatenated(url, path), fields["options"], "wretch")
    call.method = "OPTIONS" if name == "opts" else name.upper()
    call.body = body
    told = next((text_of(value) for key, value in call.headers if key.lower() == "content-type"), "")
    if fields.get("json") or (isinstance(body, dict | list) and (not told or "json" in told)):
        json_body(call, body)
    for name in fields.get("handed", ()):
        call.said_of(name)
    made.add(call)
    return Opaque("wretch.response")
