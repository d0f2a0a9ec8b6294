"""ky, ofetch, got and their instances: fetch() with a base URL, JSON bodies and search parameters.

https://github.com/sindresorhus/ky, https://github.com/unjs/ofetch, https://github.com/sindresorhus/got
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call, json_body
from .fetch_api import call_of_fetch, joined
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Pairs, Unknown, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head"})
_CLIENTS = {"ky": "ky", "got": "got", "$fetch": "ofetch", "ofetch": "ofetch", "useFetch": "ofetch"}
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
    call.spread += [value for name, value in options.items() if name.startswith(SPREAD) and value not in call.spread]
    sent = made.add(call)
    return Opaque("useFetch", {"call": call}) if getattr(function, "path", "") == "useFetch" else sent


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
    if options.get("baseURL") is not None:
        call.url = joined(options["baseURL"], call.url)
    query = options.get("query", options.get("params", {}))
    if isinstance(query, dict):
        lists = [(name, value if isinstance(value, list) else [value]) for name, value in query.items()]
        query = Pairs("URLSearchParams", [(name, each) for name, values in lists for each in values])
    call.url = with_query(call.url, query)
    if isinstance(call.body, dict | list | str | int | float) and call.body != "":
        body = call.body
        json_body(call, body)
        call.body = body if isinstance(body, str) else call.body
        call.set_default("Accept", "application/json")
    return call


def _ky(client: str, name: str, url: Value, options: dict[str, Value]) -> Call:
    call = call_of_fetch(url, options, client)
    if "method" not in options:
        call.method = (name or "get").upper()
    for base in ("prefixUrl", "prefix", "baseUrl"):
        if base in options:
            call.url = joined(href_of(options[base]), call.url)
    call.url = with_query(call.url, options.get("searchParams", {}))
    call.notes = [note for note in call.notes if not note.startswith("json ")]
    if client == "got":
        call.notes.append(_OF_NODE)
    body = options.get("json", UNDEFINED)
    if isinstance(body, dict | list) or (client == "ky" and body is not UNDEFINED):
        json_body(call, body)
    elif isinstance(form := options.get("form"), dict):
        call.body = Pairs("URLSearchParams", pairs_of(form))
    return call
