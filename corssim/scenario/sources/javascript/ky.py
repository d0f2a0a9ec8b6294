"""ky, ofetch, got and their instances: fetch() with a base URL, JSON bodies and search parameters.

https://github.com/sindresorhus/ky, https://github.com/unjs/ofetch, https://github.com/sindresorhus/got
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call, json_body
from .fetch_api import call_of_fetch, joined
from .syntax import text_of_node
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Pairs, Unknown, form_text, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head"})
_CLIENTS = {"ky": "ky", "got": "got", "$fetch": "ofetch", "ofetch": "ofetch", "useFetch": "ofetch"}
_EMPTY = lazy_pattern(r"(?<=[^?&=#])=(?=&|#|$)")
_OFETCHES = frozenset({"$fetch", "ofetch", "useFetch", "useLazyFetch", "$fetch.raw", "ofetch.raw"})
_OF_NODE = "got runs in Node.js, where CORS does not apply; read as if a page made the call"


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these or of an instance, NOT_MINE for others."""
    found = _client(function)
    if found is None:
        return NOT_MINE
    client, defaults, name = found
    first = given[0] if given else UNDEFINED
    if name in ("create", "extend"):
        own = evaluator.invoke(first, [dict(defaults)]) if isinstance(first, Function) else first
        if not isinstance(own, dict):
            own = {f"{SPREAD}{text_of(own)}": own} if isinstance(own, Unknown) else {}
        return Opaque("ky", {"client": client, "defaults": _merged(defaults, own)})
    if name not in ("", "raw", *_METHODS) or first is UNDEFINED:
        return NOT_MINE
    options = _merged(defaults, given[1] if len(given) > 1 and isinstance(given[1], dict) else {})
    if isinstance(first, dict) and "url" in first:
        options, first = _merged(options, first), first["url"]
    _before_request(evaluator, options)
    call = _ofetch(first, options) if client == "ofetch" else _ky(client, name, first, options)
    if client == "ky" and (wanted := _ACCEPTS.get(_taken_as(node))) is not None:
        call.set_default("Accept", wanted)
    call.spread += [value for name, value in options.items() if name.startswith(SPREAD) and value not in call.spread]
    sent = made.add(call)
    return Opaque("useFetch", {"call": call}) if getattr(function, "path", "") == "useFetch" else sent


_ACCEPTS = {
    "json": "application/json", "text": "text/*", "formData": "multipart/form-data", "arrayBuffer": "*/*",
    "blob": "*/*", "bytes": "*/*",
}  # fmt: skip
"""https://github.com/sindresorhus/ky/blob/main/source/core/constants.ts"""


def _taken_as(node: Node | None) -> str:
    """`json` of `ky(…).json()`."""
    member = node.parent if node is not None else None
    if member is None or member.type != "member_expression" or member.parent is None:
        return ""
    name = member.child_by_field_name("property")
    return text_of_node(name) if name is not None and member.parent.type == "call_expression" else ""


def _with_search(url: Value, params: Value, *, replaces: bool) -> Value:
    """ky's search parameters take the place of those in the URL, got's come behind them."""
    if replaces and isinstance(url, str) and (params or params == "") and params is not UNDEFINED:
        url = url.partition("#")[0].partition("?")[0]
    if isinstance(params, dict):
        params = {name: "null" if value is None else value for name, value in params.items()}
    return with_query(url, params)


def _client(function: Native | Opaque) -> tuple[str, dict[str, Value], str] | None:
    """Which library, the instance's defaults, and the method that is called."""
    instance = function if isinstance(function, Opaque) else function.this
    if isinstance(instance, Opaque) and instance.kind == "ky":
        name = "" if isinstance(function, Opaque) else function.path.lstrip(".")
        return instance.fields["client"], instance.fields["defaults"], name
    if not isinstance(function, Native):
        return None
    if function.path in _OFETCHES:
        return "ofetch", {}, ""
    root, _, name = function.path.partition(".")
    return (_CLIENTS[root], {}, name) if root in _CLIENTS else None


def _merged(defaults: dict[str, Value], given: dict[str, Value]) -> dict[str, Value]:
    """The call's options win; headers and search parameters are put together."""
    merged = defaults | given
    for name in ("headers", "searchParams", "query", "params"):
        if name in defaults and name in given:
            by_name = {key.lower(): (key, value) for key, value in (*pairs_of(defaults[name]), *pairs_of(given[name]))}
            merged[name] = dict(pair for pair in by_name.values() if pair[1] is not UNDEFINED)
    return merged


def _before_request(evaluator: EvaluatorParts, options: dict[str, Value]) -> None:
    """Hooks that change a request before it goes out: ky's and got's beforeRequest, ofetch's onRequest."""
    hooks = options.get("hooks")
    before = hooks.get("beforeRequest") if isinstance(hooks, dict) else None
    own = options.get("onRequest")
    functions = [*(before if isinstance(before, list) else []), *(own if isinstance(own, list) else [own])]
    functions = [function for function in functions if isinstance(function, Function)]
    if not functions:
        return
    headers = Pairs("Headers", pairs_of(options.get("headers")))
    request: dict[str, Value] = {"headers": headers}
    for function in functions:
        of_ofetch = function is own or (isinstance(own, list) and function in own)
        evaluator.invoke(function, [{"options": request, "request": request} if of_ofetch else request])
    options["headers"] = request["headers"]


def _ofetch(url: Value, options: dict[str, Value]) -> Call:
    call = call_of_fetch(url, options, "ofetch")
    if isinstance(url, Opaque):
        return _with_body(call)  # a URL or a Request stays as it is
    if options.get("baseURL") is not None:
        call.url = joined(options["baseURL"], call.url)
    query = options.get("query", options.get("params", {}))
    if isinstance(query, dict):
        lists = [(name, value if isinstance(value, list) else [value]) for name, value in query.items()]
        pairs = [(name, "" if each is None else each) for name, values in lists for each in values]
        query = Pairs("URLSearchParams", pairs)
    call.url = _without_empty(with_query(call.url, query))
    return _with_body(call)


def _with_body(call: Call) -> Call:
    if isinstance(call.body, dict | list | str | int | float) and call.body != "":
        body = call.body
        if isinstance(body, dict) and any("x-www-form-urlencoded" in text_of(value) for _, value in call.headers):
            body = form_text(pairs_of(body))
        json_body(call, body)
        call.body = body if isinstance(body, str) else call.body
        call.set_default("Accept", "application/json")
    return call


def _without_empty(url: Value) -> Value:
    """ofetch writes a parameter without a value as its name alone."""
    return _EMPTY.sub("", url) if isinstance(url, str) and "?" in url else url


def _ky(client: str, name: str, url: Value, options: dict[str, Value]) -> Call:
    call = call_of_fetch(url, options, client)
    method = options.get("method", name or "get")
    call.method = method.upper() if isinstance(method, str) else method
    for base in ("prefixUrl", "prefix", "baseUrl"):
        if base in options:
            call.url = joined(href_of(options[base]), call.url)
    call.url = _with_search(call.url, options.get("searchParams", {}), replaces=client == "ky")
    call.notes = [note for note in call.notes if not note.startswith("json ")]
    if client == "got":
        call.notes.append(_OF_NODE)
    body = options.get("json", UNDEFINED)
    if isinstance(body, dict | list) or (client == "ky" and body is not UNDEFINED):
        json_body(call, body)
    elif isinstance(form := options.get("form"), dict):
        call.body = Pairs("URLSearchParams", pairs_of(form))
    return call
