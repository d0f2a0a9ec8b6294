"""RTK Query: endpoints of createApi() over fetchBaseQuery(). https://redux-toolkit.js.org/rtk-query/api/fetchBaseQuery"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, pairs_of, with_query
from .calls import json_body
from .fetch_api import call_of_fetch, joined
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Pairs, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these, NOT_MINE for others."""
    if isinstance(function, Opaque) and function.kind == "fetchBaseQuery" and given:
        return _made(made, evaluator, function.fields["options"], given[0])
    if not isinstance(function, Native):
        return NOT_MINE
    if function.path == "retry" and given and (isinstance(given[0], Function) or _is_base(given[0])):
        return given[0]
    first = given[0] if given and isinstance(given[0], dict) else {}
    this = function.this
    if function.path == "fetchBaseQuery":
        return Opaque("fetchBaseQuery", {"options": first})
    if function.path == "createApi" and first:
        base = first.get("baseQuery")
        endpoints = first.get("endpoints")
        if (_is_base(base) or isinstance(base, Function)) and isinstance(endpoints, Function):
            evaluator.invoke(endpoints, [Opaque("rtk-builder", {"base": base})])
            return Opaque("rtk-api", {"base": base})
    elif function.path.endswith("injectEndpoints") and isinstance(endpoints := first.get("endpoints"), Function):
        owner = this if isinstance(this, Opaque) and this.kind == "rtk-api" else None
        evaluator.invoke(endpoints, [Opaque("rtk-builder", {"base": _base_of(owner, function.path)})])
        return this
    elif isinstance(this, Opaque) and this.kind == "rtk-builder" and function.path in (".query", ".mutation"):
        query = first.get("query")
        asked = evaluator.invoke(query, []) if isinstance(query, Function) else UNDEFINED
        base = this.fields["base"]
        if asked is UNDEFINED:
            return UNDEFINED
        if isinstance(base, Function):  # a wrapper, which calls fetchBaseQuery's function or another
            return evaluator.invoke(base, [asked])
        return _made(made, evaluator, base.fields["options"], asked)
    return NOT_MINE


def _base_of(owner: Opaque | None, path: str) -> Value:
    """The base query of an API that endpoints are added to; of one that is not in the text only its name is known."""
    if owner is not None:
        return owner.fields["base"]
    name = path.rpartition(".")[0]
    options = {"baseUrl": Unknown(name, (name,)), f"{SPREAD}{name}": Unknown(name, (name,))}
    return Opaque("fetchBaseQuery", {"options": options})


def _is_base(value: Value) -> bool:
    return isinstance(value, Opaque) and value.kind == "fetchBaseQuery"


def _made(made: Libraries, evaluator: EvaluatorParts, base: dict[str, Value], asked: Value) -> Value:
    """One endpoint's request: its own options over the base's, and what prepareHeaders adds."""
    own = asked if isinstance(asked, dict) else {"url": asked}
    call = call_of_fetch(own.get("url", ""), base | own, "rtk-query")
    call.spread = [value for name, value in base.items() if name.startswith(SPREAD)]
    if "baseUrl" in base:
        call.url = joined(base["baseUrl"], call.url)
    call.url = with_query(call.url, own.get("params", {}))
    headers = Pairs("Headers", [*pairs_of(base.get("headers")), *pairs_of(own.get("headers"))])
    prepare = base.get("prepareHeaders")
    if isinstance(prepare, Function):
        evaluator.invoke(prepare, [headers, Unknown("api", ("api",))])
    call.headers = list(headers.pairs)
    call.set_default("Accept", "application/json, text/plain, */*")
    if isinstance(call.body, dict | list | Unknown):
        json_body(call, call.body)
    return made.add(call)
