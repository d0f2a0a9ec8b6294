"""What a request of axios is made of: the defaults and the call's options, and what its transforms make of the body.

https://axios-http.com/docs/req_config, https://github.com/axios/axios/blob/v1.x/lib/core/mergeConfig.js
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ..as_sent import NOT_TOLD
from ..reading import Guess
from .builtins import href_of, pairs_of, with_query
from .calls import json_body
from .fetch_api import joined
from .values import (
    GROUPS,
    SPREAD,
    UNDEFINED,
    Function,
    HeaderObject,
    Opaque,
    Pairs,
    Partial,
    Unknown,
    concatenated,
    escaped,
    json_of,
    names_of,
    text_of,
)

if TYPE_CHECKING:
    from .calls import Call
    from .evaluator_parts import EvaluatorParts
    from .values import Value

WITH_BODY = frozenset({"post", "put", "patch"})
METHODS = WITH_BODY | {"get", "delete", "head", "options"}
ACCEPT = "application/json, text/plain, */*"
_NO_OPTION = (
    "crossDomain", "crossdomain", "crossOrigin", "credentials", "mode", "cors", "body", "dataType", "json", "type",
    "config",
)  # fmt: skip
_PUT_TOGETHER = ("params", "auth")


def own_headers(defaults: dict[str, Value]) -> None:
    """Give defaults an object of headers with a group for each method, as axios.defaults has."""
    headers = defaults.get("headers")
    headers = dict(pairs_of(headers)) if headers is not None and headers is not UNDEFINED else {}
    defaults["headers"] = headers
    for name in GROUPS:
        headers[name] = dict(headers[name]) if isinstance(headers.get(name), dict) else {}


def merged(defaults: dict[str, Value], given: dict[str, Value], *, keep_groups: bool = False) -> dict[str, Value]:
    """The call's options over the defaults. The headers are flat then, unless their groups are kept for an instance."""
    config = defaults | {name: value for name, value in given.items() if value is not UNDEFINED}
    for name in _PUT_TOGETHER:
        one, two = defaults.get(name), given.get(name)
        if isinstance(one, dict) and isinstance(two, dict):
            config[name] = one | two
    groups = [pairs_of(defaults.get("headers")), pairs_of(given.get("headers"))]
    if keep_groups:
        headers: dict[str, Value] = {}
        for name, value in (*groups[0], *groups[1]):
            before = headers.get(name)
            headers[name] = before | value if isinstance(before, dict) and isinstance(value, dict) else value
        config["headers"] = headers
        return config
    method = config.get("method", "get")
    config["method"] = method.lower() if isinstance(method, str) else method
    common: list[tuple[str, Value]] = []
    for group in ("common", text_of(config["method"])):
        for pairs in groups:
            common += [pair for name, inner in pairs if name == group for pair in pairs_of(inner)]
    own = [pair for pairs in groups for pair in pairs if pair[0] not in GROUPS]
    config["headers"] = HeaderObject(_by_name([*common, *own]))
    return config


def _by_name(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    """Of headers with one name the last, in whatever case."""
    return dict({name.lower(): (name, value) for name, value in pairs if value is not UNDEFINED}.values())


def call_of(call: Call, config: dict[str, Value], evaluator: EvaluatorParts) -> None:
    """Fill in the request that a configuration makes."""
    method = config.get("method", "get")
    call.method = method.upper() if isinstance(method, str) else method
    call.url = href_of(config.get("url", ""))
    base = config.get("baseURL")
    if base is not None and base is not UNDEFINED and base != "":
        call.url = joined(base, call.url)
    call.url = _with_params(call.url, config.get("params"))
    if config.get("paramsSerializer") not in (None, UNDEFINED) and config.get("params"):
        call.guesses.append(Guess("paramsSerializer", "axios's own", "guess", "how it writes parameters is not read"))
    headers = config.get("headers")
    groups = [headers.pop(name, None) for name in GROUPS] if isinstance(headers, dict) else []
    flat = [pair for group in [*groups, headers] for pair in pairs_of(group)]
    call.headers = list(_by_name(flat).items())
    call.with_credentials = config.get("withCredentials", UNDEFINED)
    call.spread += [value for name, value in config.items() if name.startswith(SPREAD) and value not in call.spread]
    _transformed(call, config, evaluator)
    auth = config.get("auth")
    if isinstance(auth, dict):
        call.drop("authorization")
        call.headers.append(("Authorization", basic(auth.get("username", ""), auth.get("password", ""))))
    call.headers = [(name, value) for name, value in call.headers if value is not None and value is not False]
    if config.get("withXSRFToken") is True:
        name = text_of(config.get("xsrfHeaderName", "X-XSRF-TOKEN"))
        call.set_default(name, NOT_TOLD)
        why = "axios sends it where the page has the cookie that it reads (withXSRFToken)"
        call.guesses.append(Guess(f"headers.{name.lower()}", NOT_TOLD, "likely", why))
    _adapter(call, config.get("adapter"))
    call.upload_listener = "onUploadProgress" in config
    call.notes += [f"{name} (axios has no such option)" for name in _NO_OPTION if name in config]


def _adapter(call: Call, adapter: Value) -> None:
    first = adapter[0] if isinstance(adapter, list) and adapter else adapter
    if first == "fetch":
        call.api = "fetch"
        told = {True: "include", False: "omit"}
        given = call.with_credentials
        call.credentials = told[given] if isinstance(given, bool) else UNDEFINED
    elif first not in (None, UNDEFINED, "xhr", "http"):
        call.said_of("adapter")


def _with_params(url: Value, params: Value) -> Value:
    """`params` behind the URL, as axios writes them. https://github.com/axios/axios/blob/v1.x/lib/helpers/buildURL.js"""
    if params is None or params is UNDEFINED:
        return url
    if not isinstance(params, dict):
        return with_query(url, params)
    unknown = [value for name, value in params.items() if name.startswith(SPREAD)]
    flat = _flat({name: value for name, value in params.items() if not name.startswith(SPREAD)})
    for inner in unknown:
        url = with_query(url, inner)
    if not flat:
        return url
    text = "&".join(f"{escaped(name, _KEPT)}={escaped(text_of(value), _KEPT)}" for name, value in flat)
    return concatenated(url, "&" if "?" in text_of(url) else "?", Partial(text, names_of(params)))


_KEPT = "-_.!~*'():$,"


def _flat(value: Value, prefix: str = "", depth: int = 0) -> list[tuple[str, Value]]:
    """An object's members as pairs: `a[]` for lists, `a[b]` for objects within it."""
    pairs: list[tuple[str, Value]] = []
    for name, inner in value.items():
        key = f"{prefix}[{name}]" if prefix else name
        if inner is None or inner is UNDEFINED or isinstance(inner, Function) or depth > 5:
            continue
        if isinstance(inner, dict):
            pairs += _flat(inner, key, depth + 1)
        elif isinstance(inner, list) and any(isinstance(item, dict | list) for item in inner):
            pairs += _flat({str(number): item for number, item in enumerate(inner)}, key, depth + 1)
        elif isinstance(inner, list):
            pairs += [(f"{key}[]", item) for item in inner if item is not None and item is not UNDEFINED]
        else:
            pairs.append((key, inner))
    return pairs


def _transformed(call: Call, config: dict[str, Value], evaluator: EvaluatorParts) -> None:
    """The body as transformRequest leaves it: axios's own, or the snippet's."""
    data = config.get("data", UNDEFINED)
    own = config.get("transformRequest")
    functions = own if isinstance(own, list) else [own]
    if own is None or own is UNDEFINED or own == []:
        _body(call, data)
        return
    headers = HeaderObject(call.headers)
    for function in functions:
        if isinstance(function, Function):
            result = evaluator.invoke(function, [data, headers])
            data = data if result is UNDEFINED else result
    call.headers = list(headers.items())
    if not all(isinstance(function, Function) for function in functions):
        _body(call, data)  # axios's own is among them
    else:
        _plain_body(call, data)


def _plain_body(call: Call, data: Value) -> None:
    """A body that axios's own transforms did not see."""
    call.body = data
    if data is UNDEFINED or (isinstance(data, Pairs) and data.kind == "FormData"):
        call.drop("content-type")
    elif text_of(call.method).lower() in WITH_BODY:
        call.set_default("Content-Type", "application/x-www-form-urlencoded")


def basic(username: Value, password: Value) -> Value:
    """Authorization of a name and a password."""
    names = names_of(username, password)
    if names:
        return Unknown("Basic …", names)
    pair = f"{text_of(username)}:{text_of(password)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _fields(data: Value) -> list[tuple[str, Value]]:
    """An object's or a list's members as the fields of a form."""
    return _flat(data if isinstance(data, dict) else dict(pairs_of(data)))


def _body(call: Call, data: Value) -> None:
    """transformRequest: what goes out, and the Content-Type that says so."""
    call.body = data
    content_type = next((text_of(value) for name, value in call.headers if name.lower() == "content-type"), "")
    if data is UNDEFINED:
        call.drop("content-type")
    elif data is None:
        _plain_body(call, data)
    elif isinstance(data, Pairs) and data.kind == "FormData" and content_type.lower().startswith("application/json"):
        call.body = json_of(dict(data.pairs))
        call.notes.append("the FormData goes out as JSON: axios does that where Content-Type says so")
    elif isinstance(data, Pairs) and data.kind == "FormData":
        if content_type:
            call.notes.append("Content-Type (axios leaves it to the browser, which adds the boundary)")
        call.drop("content-type")
    elif isinstance(data, Pairs):
        call.set_default("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
    elif isinstance(data, dict | list | Opaque) and content_type.startswith("multipart/form-data"):
        call.body = Pairs("FormData", _fields(data))
        call.drop("content-type")
    elif isinstance(data, dict | list) and "x-www-form-urlencoded" in content_type:
        call.body = Pairs("URLSearchParams", _fields(data))
    elif isinstance(data, dict | list | Unknown):
        if isinstance(data, Unknown) and not content_type:
            why = f"{data.text} is not in the text; an object becomes JSON"
            call.guesses.append(Guess("headers.content-type", "application/json", "likely", why))
        json_body(call, data)
    else:
        _plain_body(call, data)
