"""fetch() and what stands close to it: Request, sendBeacon, EventSource, and clients that call fetch() themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ..reading import Guess
from .builtins import NOT_MINE, href_of, pairs_of
from .calls import Call
from .values import UNDEFINED, Function, Native, Opaque, Pairs, Partial, Unknown, concatenated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_FETCHES = frozenset(
    {
        "fetch",
        "authFetch",
        "nodeFetch",
        "crossFetch",
        "isomorphicFetch",
        "unfetch",
        "fetchWithTimeout",
        "fetchEventSource",
    }
)
_APOLLO = frozenset({"HttpLink", "BatchHttpLink", "ApolloClient", "GraphQLClient"})
_APOLLO_FUNCTIONS = frozenset({"createHttpLink", "createUploadLink", "createNetworkInterface"})
_OF_D3 = lazy_pattern(r"d3\.(json|csv|tsv|dsv|text|xml|html|svg|blob|buffer)")
_INIT = ("mode", "credentials", "referrer", "redirect", "cache", "keepalive")


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    path = function.path
    first = given[0] if given else UNDEFINED
    second = given[1] if len(given) > 1 else UNDEFINED
    if path == "new Request":
        return Opaque("Request", {"url": href_of(first), "init": second})
    if given and (path in _FETCHES or _OF_D3.fullmatch(path) is not None):
        return made.add(call_of_fetch(first, second))
    if path.rpartition(".")[2] == "fetchJson" and given:
        return made.add(_fetch_json(first, second))
    if path.endswith("navigator.sendBeacon") or path == "sendBeacon":
        return made.add(Call(library="sendBeacon", api="send_beacon", url=href_of(first), method="POST", body=second))
    if path == "new EventSource":
        init = second if isinstance(second, dict) else {}
        call = Call(library="EventSource", api="event_source", url=href_of(first))
        call.with_credentials = init.get("withCredentials", UNDEFINED)
        return made.add(call)
    is_urql = path in ("new Client", "createClient") and isinstance(first, dict) and "exchanges" in first
    if is_urql or (path.startswith("new ") and path[4:] in _APOLLO) or path in _APOLLO_FUNCTIONS:
        return _graphql(made, evaluator, path, first, second)
    return NOT_MINE


def call_of_fetch(target: Value, init: Value, library: str = "fetch") -> Call:
    """fetch(input, init). https://fetch.spec.whatwg.org/#dom-global-fetch"""
    options: dict[str, Value] = {}
    url = href_of(target)
    if isinstance(target, Opaque) and target.kind == "Request":
        url = target.fields["url"]
        inner = target.fields["init"]
        options |= inner if isinstance(inner, dict) else {}
    call = Call(library=library, url=url)
    if isinstance(init, dict):
        options |= init
    elif isinstance(init, Unknown):
        call.guesses.append(Guess("init", init.text, "guess", "what is given beside the URL is not in the text"))
    call.method = options.get("method", "GET")
    call.headers = pairs_of(options.get("headers"))
    call.body = options.get("body", UNDEFINED)
    for name in _INIT:
        setattr(call, name, options.get(name, UNDEFINED))
    call.referrer_policy = options.get("referrerPolicy", UNDEFINED)
    for name in ("withCredentials", "crossDomain", "crossOrigin", "contentType", "data", "json"):
        if name in options:
            call.notes.append(f"{name} (fetch() has no such option)")
    return call


def _fetch_json(url: Value, options: Value) -> Call:
    """fetchJson() of ra-core: https://github.com/marmelab/react-admin/blob/master/packages/ra-core/src/dataProvider/fetch.ts"""
    call = call_of_fetch(url, options, "react-admin")
    call.set_default("Accept", "application/json")
    has_body = call.body is not UNDEFINED and call.body is not None
    if has_body and not (isinstance(call.body, Pairs) and call.body.kind == "FormData"):
        call.set_default("Content-Type", "application/json")
    user = options.get("user") if isinstance(options, dict) else None
    if isinstance(user, dict) and user.get("authenticated") and user.get("token"):
        call.headers.append(("Authorization", user["token"]))
    return call


def joined(base: Value, url: Value) -> Value:
    """A base URL and what stands behind it, as clients put them together; a whole URL stands alone."""
    if isinstance(url, str) and (url.startswith(("http://", "https://", "//"))):
        return url
    if url in ("", UNDEFINED, None):
        return base
    if isinstance(base, str | Partial):
        base = concatenated(base) if not isinstance(base, str) else base.rstrip("/")
    return concatenated(base, "/", text_of(url).lstrip("/")) if isinstance(url, str) else concatenated(base, "/", url)


def _graphql(made: Libraries, evaluator: EvaluatorParts, path: str, first: Value, second: Value) -> Value:
    """Links of Apollo and graphql-request: a POST of JSON. https://www.apollographql.com/docs/react/api/link/apollo-link-http"""
    options = first if isinstance(first, dict) else second if isinstance(second, dict) else {}
    url = first if isinstance(first, str | Partial | Unknown) else options.get("uri", options.get("url", UNDEFINED))
    if url is UNDEFINED:
        return NOT_MINE
    inner = options.get("fetchOptions", options.get("opts", {}))
    inner = evaluator.invoke(inner, []) if isinstance(inner, Function) else inner
    inner = inner if isinstance(inner, dict) else {}
    call = Call(library="graphql", url=url, method="POST", body='{"query":"…"}')
    call.headers = [*pairs_of(options.get("headers")), *pairs_of(inner.get("headers"))]
    call.set_default("content-type", "application/json")
    call.credentials = options.get("credentials", inner.get("credentials", UNDEFINED))
    call.mode = inner.get("mode", options.get("mode", UNDEFINED))
    made.add(call)
    return Opaque(path.removeprefix("new "))
