"""axios, as it is in browsers: its adapter is XMLHttpRequest. https://axios-http.com/docs/req_config"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ..as_sent import NOT_TOLD
from ..reading import Guess
from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call, json_body
from .fetch_api import joined
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Pairs, Partial, Unknown, names_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_WITHOUT_BODY = frozenset({"get", "delete", "head", "options"})
_WITH_BODY = frozenset({"post", "put", "patch"})
_FORMS = frozenset({"postForm", "putForm", "patchForm"})
_METHODS = _WITHOUT_BODY | _WITH_BODY | _FORMS
_ACCEPT = "application/json, text/plain, */*"
_NOT_A_CLIENT = frozenset(
    [
        "app",
        "router",
        "server",
        "express",
        "params",
        "headers",
        "cookies",
        "cookie",
        "cache",
        "map",
        "session",
        "localStorage",
        "sessionStorage",
        "storage",
        "fs",
        "formData",
        "searchParams",
        "data",
        "store",
        "db",
        "redis",
        "res",
        "req",
        "response",
        "test",
        "cy",
        "page",
        "nock",
        "mock",
        "config",
    ]
)
_NO_OPTION = (
    "crossDomain",
    "crossdomain",
    "crossOrigin",
    "credentials",
    "mode",
    "cors",
    "body",
    "dataType",
    "json",
    "type",
)


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of axios or of an instance, NOT_MINE for others."""
    defaults, path, library = _instance(made, function)
    if path is None:
        return NOT_MINE
    if path.startswith("defaults") and path.endswith("="):
        _set_default(made.axios_defaults if defaults is None else defaults, path[9:-1], given[0])
        return UNDEFINED
    if path == "create":
        own = given[0] if given and isinstance(given[0], dict) else {}
        if given and isinstance(given[0], Unknown):
            own = {f"{SPREAD}{given[0].text}": given[0]}
        return Opaque("axios", {"defaults": dict(made.axios_defaults) | own})
    if path.startswith("interceptors.request"):
        return _intercepted(made, evaluator, defaults, given)
    if path not in _METHODS and path not in ("", "request"):
        return NOT_MINE
    config = _config(path, given)
    if config is None or (library != "axios" and not _is_url(config.get("url"))):
        return NOT_MINE
    call = _call(made.axios_defaults if defaults is None else defaults, config)
    if library != "axios":
        why = f"{library}.{path}() is of a library that the text does not name; read as axios"
        call.guesses.append(Guess("library", "axios", "guess", why))
    return made.add(call)


def _instance(made: Libraries, function: Native | Opaque) -> tuple[dict[str, Value] | None, str | None, str]:
    """The defaults of the instance that is called (None: axios's own), the method, and the library's name."""
    if isinstance(function, Opaque):
        return (function.fields["defaults"], "", "axios") if function.kind == "axios" else (None, None, "")
    this = function.this
    if isinstance(this, Opaque) and this.kind == "axios":
        return this.fields["defaults"], function.path.lstrip("."), "axios"
    parts = function.path.split(".")
    for number, part in enumerate(parts):
        if part.strip("$_").lower() in ("axios", "axiosinstance", "axiosclient", "axiosapi"):
            return None, ".".join(parts[number + 1 :]).lstrip("$"), "axios"
    if len(parts) >= 2 and parts[-1] in _METHODS and parts[-2] not in _NOT_A_CLIENT and function.path[:1] != ".":
        return None, parts[-1], ".".join(parts[:-1])
    return None, None, ""


def _is_url(url: Value) -> bool:
    return isinstance(url, str | Partial) and text_of(url).startswith(("http://", "https://", "/", "${"))


def _config(method: str, given: list[Value]) -> dict[str, Value] | None:
    first = given[0] if given else UNDEFINED
    if method in ("", "request"):
        config = first if isinstance(first, dict) else given[1] if len(given) > 1 else {}
        if isinstance(first, dict):
            return dict(first)
        own = dict(config) if isinstance(config, dict) else {}
        return None if first is UNDEFINED else {**own, "url": first}
    if first is UNDEFINED or any(isinstance(value, Function) for value in given[1:2]):
        return None
    has_body = method in _WITH_BODY | _FORMS
    options = given[2 if has_body else 1] if len(given) > (2 if has_body else 1) else {}
    config = dict(options) if isinstance(options, dict) else {}
    config |= {"url": first, "method": method.removesuffix("Form")}
    if has_body and len(given) > 1:
        config["data"] = given[1]
    if method in _FORMS:
        config["headers"] = {**dict(pairs_of(config.get("headers"))), "Content-Type": "multipart/form-data"}
    return config


def _set_default(defaults: dict[str, Value], path: str, value: Value) -> None:
    """`axios.defaults.headers.common['X'] = …`, `axios.defaults.baseURL = …`"""
    parts = path.split(".")
    if parts[0] == "headers" and len(parts) > 1:
        headers = defaults.setdefault("headers", {})
        if isinstance(headers, dict):
            name = parts[-1]
            target = headers.setdefault(parts[1], {}) if len(parts) > 2 else headers
            if isinstance(target, dict):
                target[name] = value
        return
    defaults[parts[0]] = value


def _intercepted(
    made: Libraries, evaluator: EvaluatorParts, defaults: dict[str, Value] | None, given: list[Value]
) -> Value:
    """An interceptor changes every request: what it sets is kept as a default."""
    target = made.axios_defaults if defaults is None else defaults
    headers = target.setdefault("headers", {})
    if isinstance(headers, dict):
        for name in ("common", "get", "post", "put", "patch", "delete"):
            headers.setdefault(name, {})
    if isinstance(headers, dict) and given and isinstance(given[0], Function):
        config: dict[str, Value] = {
            "headers": headers,
            "url": Unknown("config.url", ("config.url",)),
            "method": Unknown("config.method", ("config.method",)),
        }
        returned = evaluator.invoke(given[0], [config])
        for changed in (config, returned if isinstance(returned, dict) else {}):
            target |= {name: changed[name] for name in _CHANGED if name in changed and changed[name] is not UNDEFINED}
    return UNDEFINED


_CHANGED = ("headers", "withCredentials", "baseURL", "params", "auth", "withXSRFToken")


def _headers(defaults: dict[str, Value], method: str, given: Value) -> list[tuple[str, Value]]:
    """The defaults for all methods, for this one, and the call's own, which win."""
    merged: dict[str, tuple[str, Value]] = {}
    of_defaults = defaults.get("headers")
    groups: list[Value] = []
    if isinstance(of_defaults, dict):
        own = {name: value for name, value in of_defaults.items() if name not in ("common", *_METHODS)}
        groups = [of_defaults.get("common"), of_defaults.get(method.lower()), own]
    for group in [*groups, given]:
        for name, value in pairs_of(group):
            if value is not None and value is not UNDEFINED:
                merged[name.lower()] = (name, value)
    return list(merged.values())


def _call(defaults: dict[str, Value], config: dict[str, Value]) -> Call:
    method = config.get("method", defaults.get("method", "get"))
    call = Call(library="axios", api="xhr")
    call.method = method.upper() if isinstance(method, str) else method
    call.url = href_of(config.get("url", ""))
    base = config.get("baseURL", defaults.get("baseURL"))
    if base is not None and base is not UNDEFINED:
        call.url = joined(base, call.url)
    call.url = with_query(call.url, config.get("params", defaults.get("params", {})))
    call.headers = _headers(defaults, text_of(method), config.get("headers"))
    call.with_credentials = config.get("withCredentials", defaults.get("withCredentials", UNDEFINED))
    call.spread = [value for name, value in defaults.items() if name.startswith(SPREAD)]
    _body(call, config.get("data", UNDEFINED))
    auth = config.get("auth", defaults.get("auth"))
    if isinstance(auth, dict):
        call.drop("authorization")
        call.headers.append(("Authorization", basic(auth.get("username", ""), auth.get("password", ""))))
    call.set_default("Accept", _ACCEPT)
    if config.get("withXSRFToken", defaults.get("withXSRFToken")) is True:
        name = text_of(config.get("xsrfHeaderName", defaults.get("xsrfHeaderName", "X-XSRF-TOKEN")))
        call.set_default(name, NOT_TOLD)
        why = "axios sends it where the page has the cookie that it reads (withXSRFToken)"
        call.guesses.append(Guess(f"headers.{name.lower()}", NOT_TOLD, "likely", why))
    if config.get("adapter", defaults.get("adapter")) == "fetch":
        call.api = "fetch"
        call.credentials = "include" if call.with_credentials is True else "omit"
    call.upload_listener = "onUploadProgress" in config
    call.notes += [f"{name} (axios has no such option)" for name in _NO_OPTION if name in config]
    return call


def basic(username: Value, password: Value) -> Value:
    """Authorization of a name and a password."""
    names = names_of(username, password)
    if names:
        return Unknown("Basic …", names)
    pair = f"{text_of(username)}:{text_of(password)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _body(call: Call, data: Value) -> None:
    """transformRequest: what goes out, and the Content-Type that says so."""
    call.body = data
    content_type = next((text_of(value) for name, value in call.headers if name.lower() == "content-type"), "")
    if data is UNDEFINED or data is None:
        call.drop("content-type")
    elif isinstance(data, Pairs) and data.kind == "FormData":
        if content_type:
            call.notes.append("Content-Type (axios leaves it to the browser, which adds the boundary)")
        call.drop("content-type")
    elif isinstance(data, Pairs):
        call.set_default("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
    elif isinstance(data, dict | list | Opaque) and content_type.startswith("multipart/form-data"):
        call.body = Pairs("FormData", pairs_of(data))
        call.drop("content-type")
    elif isinstance(data, dict | list) and "x-www-form-urlencoded" in content_type:
        call.body = Pairs("URLSearchParams", pairs_of(data))
    elif isinstance(data, dict | list | Unknown):
        if isinstance(data, Unknown) and not content_type:
            why = f"{data.text} is not in the text; an object becomes JSON"
            call.guesses.append(Guess("headers.content-type", "application/json", "likely", why))
        json_body(call, data)
    else:
        call.set_default("Content-Type", "application/x-www-form-urlencoded")
