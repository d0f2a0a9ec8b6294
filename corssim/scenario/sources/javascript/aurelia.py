"""Clients with a fetch() of their own, as Aurelia's is: configured once, then called as the browser's.
https://github.com/aurelia/fetch-client"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import Guess
from .builtins import NOT_MINE, pairs_of
from .fetch_api import call_of_fetch, joined
from .values import UNDEFINED, Function, Native, Opaque

if TYPE_CHECKING:
    from tree_sitter import Node

    from .calls import Call
    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_INIT = frozenset({"method", "headers", "body", "mode", "credentials"})
_STEPS = frozenset(
    "useStandardConfiguration rejectErrorResponses withBaseUrl withDefaults withInterceptor withRetry".split()  # noqa: SIM905
)


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of such a client, NOT_MINE for others."""
    if not isinstance(function, Native) or not given:
        return _step(made, function, UNDEFINED)
    first = given[0]
    holder, _, name = function.path.rpartition(".")
    if holder and name == "configure" and isinstance(first, Function):
        evaluator.invoke(first, [Opaque("aurelia")])
        return UNDEFINED
    init = given[1] if len(given) > 1 else UNDEFINED
    is_call = isinstance(init, dict) and bool(_INIT & init.keys())
    if name == "fetch" and holder and not isinstance(function.this, Opaque) and (is_call or made.own_fetch):
        return made.add(_call(made, first, init, f"{holder}.fetch()"))
    return _step(made, function, first)


def _step(made: Libraries, function: Native | Opaque, first: Value) -> Value:
    this = function.this if isinstance(function, Native) else UNDEFINED
    if not isinstance(function, Native) or not isinstance(this, Opaque) or this.kind != "aurelia":
        return NOT_MINE
    name = function.path[1:]
    made.own_fetch.setdefault("defaults", {})
    if name == "withBaseUrl":
        made.own_fetch["base"] = first
    elif name == "withDefaults" and isinstance(first, dict):
        made.own_fetch["defaults"] = first
    elif name == "withInterceptor":
        made.own_fetch["interceptor"] = first
    return this if name in _STEPS else NOT_MINE


def _call(made: Libraries, url: Value, init: Value, name: str) -> Call:
    options = init if isinstance(init, dict) else {}
    defaults = made.own_fetch.get("defaults", {})
    headers = [*pairs_of(options.get("headers"))]
    base = made.own_fetch.get("base", UNDEFINED)
    call = call_of_fetch(url if base is UNDEFINED else joined(base, url), {**defaults, **options})
    own = {key.lower() for key, _ in headers}
    call.headers = headers + [pair for pair in pairs_of(defaults.get("headers")) if pair[0].lower() not in own]
    if not made.own_fetch:
        call.guesses.append(Guess("call", "fetch", "likely", f"{name} is not in the text; as if it were the browser's"))
    if "interceptor" in made.own_fetch:
        call.said_of("withInterceptor()")
    return call
