"""Clients of Node.js that HTTP clients export code for: request, and the http and https modules.

https://github.com/request/request, https://nodejs.org/api/http.html#httprequesturl-options-callback
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .axios_config import basic
from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call, json_body
from .values import UNDEFINED, Function, Native, Opaque, Pairs, concatenated

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_NAMES = frozenset({"request", "rp", "requestPromise"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "del", "head"})
_MODULES = frozenset({"http", "https"})
_OF_NODE = "runs in Node.js, where CORS does not apply; read as if a page made the call"


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of it, NOT_MINE for others: superagent's chain begins with the same name, but no callback."""
    if not isinstance(function, Native) or not given:
        return NOT_MINE
    root, _, name = function.path.partition(".")
    options = next((value for value in given if isinstance(value, dict)), {})
    has_callback = any(isinstance(value, Function) for value in given[1:])
    if root in _MODULES and name in ("get", "request") and has_callback:
        return _of_module(made, root, name, given[0], options)
    if root not in _NAMES or name not in ("", *_METHODS) or not (options or has_callback):
        return NOT_MINE
    url = given[0] if not isinstance(given[0], dict) else options.get("url", options.get("uri", UNDEFINED))
    method = {"del": "DELETE"}.get(name, name.upper()) or options.get("method", "GET")
    call = Call(library="request", url=href_of(url), method=method, notes=[f"{root} {_OF_NODE}"])
    call.url = with_query(call.url, options.get("qs", {}))
    call.headers = pairs_of(options.get("headers"))
    _body(call, options)
    auth = options.get("auth")
    if isinstance(auth, dict):
        user = auth.get("user", auth.get("username", ""))
        call.headers.append(("Authorization", basic(user, auth.get("pass", auth.get("password", "")))))
    made.add(call)
    if has_callback:
        evaluator.invoke(next(value for value in given[1:] if isinstance(value, Function)), [])
    return Opaque("request")


def _of_module(made: Libraries, root: str, name: str, first: Value, options: dict[str, Value]) -> Value:
    """A host and a path, or a URL. The body comes by write()."""
    method = "GET" if name == "get" else options.get("method", "GET")
    url = href_of(first)
    if isinstance(first, dict):
        host = options.get("hostname", options.get("host", "localhost"))
        port = options.get("port")
        told = "" if port in (None, UNDEFINED) else concatenated(":", port)
        url = concatenated(f"{root}://", host, told, options.get("path", "/"))
    call = Call(library="request", url=url, method=method, notes=[f"{root} {_OF_NODE}"])
    call.headers = pairs_of(options.get("headers"))
    made.add(call)
    return Opaque("ClientRequest")


def _body(call: Call, options: dict[str, Value]) -> None:
    body, as_json = options.get("body", UNDEFINED), options.get("json", False)
    if isinstance(as_json, dict | list):
        json_body(call, as_json)
    elif as_json and body is not UNDEFINED:
        json_body(call, body)
    elif "form" in options:
        call.body = Pairs("URLSearchParams", pairs_of(options["form"]))
    elif "formData" in options:
        call.body = Pairs("FormData", pairs_of(options["formData"]))
        call.drop("content-type")
    else:
        call.body = body
