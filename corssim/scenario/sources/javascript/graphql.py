"""Clients of GraphQL: Apollo's links, graphql-request, urql. Each asks with a POST of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, pairs_of, with_query
from .calls import Call
from .values import UNDEFINED, Function, Native, Opaque, Partial, Unknown, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_CLIENTS = frozenset({"HttpLink", "BatchHttpLink", "ApolloClient", "GraphQLClient"})
_FUNCTIONS = frozenset({"createHttpLink", "createUploadLink", "createNetworkInterface"})
_REQUESTS = frozenset({"request", "rawRequest", "gqlRequest", "graphqlRequest"})
_DOCUMENT = lazy_pattern(r"\s*(?:query|mutation|subscription|fragment|\{)")
_NAME_OF_A_DOCUMENT = lazy_pattern(r"gql|graphql|query|mutation|document", 2)  # 2: re.IGNORECASE


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    path = function.path
    first = given[0] if given else UNDEFINED
    second = given[1] if len(given) > 1 else UNDEFINED
    if path.rpartition(".")[2] in ("setContext", "appendHeaders"):
        return _of_context(made, evaluator, path, given)
    this = function.this
    if isinstance(this, Opaque) and this.kind in _CLIENTS and isinstance(call := this.fields.get("call"), Call):
        if path == ".setHeader" and len(given) > 1:
            call.headers.append((text_of(first), second))
        elif path == ".setHeaders":
            call.headers += pairs_of(first)
        elif path == ".setEndpoint":
            call.url = first
        elif path in (".request", ".rawRequest") and len(given) > 2:
            call.headers += pairs_of(given[2])
        else:
            return NOT_MINE
        return UNDEFINED
    if path in _REQUESTS:
        return _request(made, first, given)
    is_urql = path in ("new Client", "createClient") and isinstance(first, dict) and "exchanges" in first
    if is_urql or (path.startswith("new ") and path[4:] in _CLIENTS) or path in _FUNCTIONS:
        return _client(made, evaluator, path, first, second)
    return NOT_MINE


def _client(made: Libraries, evaluator: EvaluatorParts, path: str, first: Value, second: Value) -> Value:
    """https://www.apollographql.com/docs/react/api/link/apollo-link-http"""
    options = first if isinstance(first, dict) else second if isinstance(second, dict) else {}
    url = first if isinstance(first, str | Partial | Unknown) else options.get("uri", options.get("url", UNDEFINED))
    if url is UNDEFINED:
        return NOT_MINE
    inner = options.get("fetchOptions", options.get("opts", {}))
    inner = evaluator.invoke(inner, []) if isinstance(inner, Function) else inner
    inner = inner if isinstance(inner, dict) else {}
    call = Call(library=_LIBRARY, url=url, method="POST", body='{"query":"…"}')
    call.headers = [*pairs_of(options.get("headers")), *pairs_of(inner.get("headers"))]
    call.set_default("content-type", "application/json")
    call.credentials = options.get("credentials", inner.get("credentials", UNDEFINED))
    call.mode = inner.get("mode", options.get("mode", UNDEFINED))
    if isinstance(options.get("method"), str):
        call.method = options["method"].upper()
    if call.method == "GET":
        call.drop("content-type")
        call.url, call.body = with_query(url, {"query": "…"}), UNDEFINED
    for name in ("requestMiddleware", "fetch"):
        if options.get(name) not in (None, UNDEFINED):
            call.said_of(name)
    made.add(call)
    return Opaque(path.removeprefix("new "), {"call": call})


def _request(made: Libraries, first: Value, given: list[Value]) -> Value:
    """request(url, document, variables, headers), or one object of these. https://github.com/graffle-js/graffle"""
    options = first if isinstance(first, dict) else {}
    url = options.get("url", UNDEFINED) if options else first
    document = options.get("document", UNDEFINED) if options else given[1] if len(given) > 1 else UNDEFINED
    if url is UNDEFINED or not _is_document(document):
        return NOT_MINE
    call = Call(library=_LIBRARY, url=url, method="POST", body='{"query":"…"}')
    call.headers = pairs_of(options.get("requestHeaders") if options else given[3] if len(given) > 3 else None)
    call.set_default("content-type", "application/json")
    return made.add(call)


def _is_document(value: Value) -> bool:
    if isinstance(value, Unknown):
        return _NAME_OF_A_DOCUMENT.search(value.text) is not None
    return isinstance(value, str | Partial) and _DOCUMENT.match(text_of(value)) is not None


def _of_context(made: Libraries, evaluator: EvaluatorParts, path: str, given: list[Value]) -> Value:
    """A link or an exchange that adds headers to each operation."""
    context: Value = given[-1] if given else UNDEFINED
    if isinstance(context, Function):
        before: dict[str, Value] = {"headers": {}}
        request = Unknown("the operation", ("the operation",))
        context = evaluator.invoke(context, [request, before] if path == "setContext" else [before])
    if path.endswith("appendHeaders"):
        context = {"headers": context}
    if not isinstance(context, dict) or not context.keys() & {"headers", "credentials", "fetchOptions"}:
        return NOT_MINE
    made.graphql_headers += pairs_of(context.get("headers"))
    inner = context.get("fetchOptions")
    made.graphql_context |= {**(inner if isinstance(inner, dict) else {}), **context}
    return Opaque("ApolloLink")


def add_headers(made: Libraries) -> None:
    """What links add to every operation, or change of it, wherever they stand in the text."""
    for call in made.calls:
        if call.library != _LIBRARY:
            continue
        for name, value in made.graphql_headers:
            call.set_default(name, value)
        for name in ("mode", "credentials"):
            setattr(call, name, made.graphql_context.get(name, getattr(call, name)))


_LIBRARY = "graphql"
