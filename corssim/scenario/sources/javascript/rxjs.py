"""ajax of RxJS: an XMLHttpRequest with JSON bodies. https://rxjs.dev/api/ajax/ajax"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call, json_body
from .values import UNDEFINED, Native, Opaque, Pairs

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "getJSON"})
_WITH_BODY = frozenset({"post", "put", "patch"})


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of it, NOT_MINE for others."""
    if not isinstance(function, Native) or not given:
        return NOT_MINE
    root, _, name = function.path.partition(".")
    if root != "ajax" or name not in ("", *_METHODS):
        return NOT_MINE
    if isinstance(given[0], dict):
        config = given[0]
    else:
        method = "GET" if name in ("", "getJSON") else name.upper()
        config = {"url": given[0], "method": method}
        rest = given[1:]
        if name in _WITH_BODY and rest:
            config["body"], rest = rest[0], rest[1:]
        if rest:
            config["headers"] = rest[0]
    return made.add(_call(config))


def _call(config: dict[str, Value]) -> Call:
    call = Call(library="rxjs", api="xhr", url=href_of(config.get("url", UNDEFINED)))
    method = config.get("method", "GET")
    call.method = method.upper() if isinstance(method, str) else method
    call.url = with_query(call.url, config.get("queryParams", {}))
    call.headers = pairs_of(config.get("headers"))
    call.with_credentials = config.get("withCredentials", UNDEFINED)
    if config.get("crossDomain", False) is False:  # which RxJS 7 assumes, wherever the URL leads; 6 does not
        call.set_default("x-requested-with", "XMLHttpRequest")
    call.body = config.get("body", UNDEFINED)
    if call.body is not UNDEFINED and call.body is not None and not isinstance(call.body, str | Pairs | Opaque):
        json_body(call, call.body)
    call.upload_listener = config.get("includeUploadProgress") is True
    return call
