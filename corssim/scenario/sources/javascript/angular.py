"""Angular's HttpClient, AngularJS's $http and vue-resource. https://angular.dev/guide/http"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import Guess
from .builtins import COMPONENT, NOT_MINE, href_of, pairs_of, repeated, with_query
from .calls import Call, json_body
from .values import UNDEFINED, Function, Native, Opaque, Pairs, Unknown, json_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "jsonp"})
_WITH_BODY = frozenset({"post", "put", "patch"})
_CLIENTS = frozenset({"http", "httpclient", "_http", "httpservice", "_httpclient", "httpclientservice"})
_TYPED = {"angularjs": ("POST", "PUT", "PATCH"), "vue-resource": ("POST", "PUT", "PATCH", "DELETE")}
"""The methods whose bodies get a Content-Type, where not all do."""
_INTERCEPTED = frozenset({"setHeaders", "headers", "withCredentials"})
_QUERIES = {"angular": (COMPONENT + "@:$,;=?/", "%20"), "angularjs": (COMPONENT + "@:$,;", "+")}
"""What stays as it is in a query, and what a space becomes.
https://github.com/angular/angular/blob/main/packages/common/http/src/params.ts"""
_ACCEPT = "application/json, text/plain, */*"


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these clients, NOT_MINE for others."""
    if not isinstance(function, Native) or not given:
        return NOT_MINE
    parts = function.path.split(".")
    name = parts[-1]
    if function.path.endswith("=") and parts[0] in ("$httpProvider", "$http", "Vue"):
        return _set_default(made, parts, given[0])
    if name == "$http" and isinstance(given[0], dict):
        config = given[0]
        return made.add(_of_config("angularjs", config))
    holder = parts[-2] if len(parts) > 1 else ""
    if name == "clone" and isinstance(given[0], dict) and _INTERCEPTED & given[0].keys():
        made.angular_interceptors.append(given[0])
        return UNDEFINED
    if holder == "headers" and name in ("set", "append") and len(given) > 1 and isinstance(function.this, Unknown):
        return Pairs("HttpHeaders", [(text_of(given[0]), given[1])])  # of a request that an interceptor is given
    if name not in _METHODS or any(isinstance(value, Function) for value in given[:1]):
        return NOT_MINE
    if holder == "$http" or function.path.startswith("Vue.http."):
        library = "angularjs" if "this" not in parts and not function.path.startswith("Vue") else "vue-resource"
        return made.add(_shorthand(library, name, given, made.emulates_json))
    is_of_angular = parts[0] == "this" or not isinstance(function.this, Unknown)
    if is_of_angular and holder.lower() in _CLIENTS and parts[0] in ("this", "self", "http", "httpClient"):
        return made.add(_shorthand("angular", name, given))
    return NOT_MINE


def _set_default(made: Libraries, parts: list[str], value: Value) -> Value:
    """`$httpProvider.defaults.withCredentials = true`, `….headers.common['X'] = …`, and vue-resource's."""
    name = parts[-1].removesuffix("=")
    if "headers" in parts and name not in ("common", "get"):
        made.angularjs_headers.append((name, value))
    elif name in ("withCredentials", "credentials"):
        made.angularjs_credentials = value
    elif name == "emulateJSON":
        made.emulates_json = value is True
    elif name == "xhr":
        made.gives_xhr = True
    return UNDEFINED


def intercept(call: Call, changes: dict[str, Value]) -> None:
    """What an interceptor's clone() of a request changes. https://angular.dev/guide/http/interceptors"""
    for name, value in pairs_of(changes.get("setHeaders", {})):
        call.drop(name)
        call.headers.append((name, value))
    if isinstance(headers := changes.get("headers"), Pairs):
        call.headers += [pair for pair in headers.pairs if not call.has(pair[0])]
    elif isinstance(headers, Unknown):
        call.spread.append(headers)
    call.with_credentials = changes.get("withCredentials", call.with_credentials)


def _shorthand(library: str, name: str, given: list[Value], emulates_json: bool = False) -> Call:
    """get(url, options), post(url, body, options), request(method, url, options)."""
    if name == "request" and len(given) > 1:
        method, rest = given[0], given[1:]
    else:
        method, rest = name.upper(), given
    options = rest[2 if name in _WITH_BODY else 1 :][:1]
    config = dict(options[0]) if options and isinstance(options[0], dict) else {}
    config |= {"url": rest[0], "method": method}
    if emulates_json:
        config.setdefault("emulateJSON", True)
    if name in _WITH_BODY and len(rest) > 1:
        config["data"] = rest[1]
    elif "body" in config:
        config["data"] = config["body"]
    return _of_config(library, config)


def _of_config(library: str, config: dict[str, Value]) -> Call:
    method = config.get("method", "GET")
    call = Call(library=library, api="xhr", url=href_of(config.get("url", UNDEFINED)))
    call.method = method.upper() if isinstance(method, str) else method
    if method == "JSONP":
        call.api, call.method = "script", "GET"
        return call
    params = repeated(config.get("params", config.get("search", {})))
    call.url = with_query(call.url, params, *_QUERIES.get(library, ()))
    call.headers = pairs_of(config.get("headers"))
    call.with_credentials = config.get("withCredentials", config.get("credentials", UNDEFINED))
    data = config.get("data", UNDEFINED)
    if config.get("emulateJSON") is True and isinstance(data, dict):  # of vue-resource
        data = Pairs("URLSearchParams", pairs_of(data))
        call.drop("content-type")
        call.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    if data is not UNDEFINED and data is not None:
        _body(call, data)
    elif library != "angular":
        call.drop("content-type")
    call.set_default("Accept", _ACCEPT)
    # Angular listens to an upload where there is a body, vue-resource and AngularJS where they are told to.
    call.upload_listener = config.get("reportProgress") is True and call.body is not UNDEFINED
    return call


def _body(call: Call, data: Value) -> None:
    """The body's type, unless the call names one. https://github.com/angular/angular/blob/main/packages/common/http/src/request.ts"""
    call.body = data
    if isinstance(data, Pairs) and data.kind == "FormData":
        return
    if call.method not in _TYPED.get(call.library, (call.method,)):
        call.body = json_of(data) if isinstance(data, dict | list) else data
        return
    if isinstance(data, Pairs):
        call.set_default("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
    elif isinstance(data, Opaque):
        return
    elif isinstance(data, str) and call.library == "angular":
        call.set_default("Content-Type", "text/plain")
    elif isinstance(data, Unknown) and not call.has("content-type"):
        why = f"{data.text} is not in the text; an object becomes JSON"
        call.guesses.append(Guess("headers.content-type", "application/json", "likely", why))
        json_body(call, data, _json_type(call))
    elif isinstance(data, str):
        call.set_default("Content-Type", _json_type(call))
    else:
        json_body(call, data, _json_type(call))


def _json_type(call: Call) -> str:
    return "application/json" if call.library == "angular" else "application/json;charset=utf-8"
