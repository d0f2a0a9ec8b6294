"""axios, as it is in browsers: its adapter is XMLHttpRequest. https://axios-http.com/docs/req_config"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..reading import Guess
from .axios_config import ACCEPT, METHODS, WITH_BODY, call_of, merged, own_headers
from .builtins import NOT_MINE, pairs_of
from .calls import Call
from .imports import OF_OWN_FILES
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Partial, Unknown, concatenated, text_of, truthy

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_FORMS = frozenset({"postForm", "putForm", "patchForm"})
_CALLS = METHODS | _FORMS
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


def client(defaults: dict[str, Value] | None = None) -> Opaque:
    """axios itself, or an instance of it: its defaults, and what intercepts its requests."""
    made = Opaque("axios", {"defaults": defaults or {}, "interceptors": Opaque(_INTERCEPTORS, {"kept": []})})
    own_headers(made.fields["defaults"])
    made.fields["defaults"]["headers"]["common"].setdefault("Accept", ACCEPT)
    made.fields["default"] = made  # as require() gives it
    return made


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of axios or of an instance, NOT_MINE for others."""
    if isinstance(function, Native) and function.path in ("import", "require"):
        return _imported(made, evaluator, given, node) if given else NOT_MINE
    if isinstance(function, Native) and isinstance(function.this, Opaque) and function.this.kind == _INTERCEPTORS:
        return _intercept(function.this, function.path, given)
    instance, path, library = _client(made, function)
    if instance is None or path is None:
        return NOT_MINE
    if path.startswith("defaults.") and path.endswith("="):
        return _set_default(instance.fields["defaults"], path[9:-1].split("."), given[0])
    if path in _OF_NUXT and given:
        return _of_nuxt(instance, path, given)
    if path in ("create", "new"):
        return _created(instance, given[0] if given else UNDEFINED)
    if path.startswith("interceptors."):
        return _intercept(instance.fields["interceptors"], path.removeprefix("interceptors"), given)
    if path not in _CALLS and path not in ("", "request"):
        return NOT_MINE
    config = _config(path, given)
    if config is None or (library != "axios" and not _is_url(config.get("url"))):
        return NOT_MINE
    call = Call(library="axios", api="xhr", at=node.start_byte if node is not None else -1)
    if library != "axios":
        why = f"{library}.{path}() is of a library that the text does not name; read as axios"
        call.guesses.append(Guess("library", "axios", "guess", why))
    takes = 3 if path in WITH_BODY | _FORMS else 2
    if len(given) > takes and given[takes] is not UNDEFINED:
        what = "url, data, config" if takes == 3 else "url, config"
        call.notes.append(f"argument {takes + 1} of {library}.{path or 'request'}() (it takes {takes}: {what})")
    made.complete(evaluator, call, lambda call: _complete(call, instance, dict(config), evaluator))
    return made.add(call)


_OF_NUXT = frozenset({"onRequest", "setToken", "setHeader", "setBaseURL"})
"""https://axios.nuxtjs.org/helpers"""


def _of_nuxt(instance: Opaque, name: str, given: list[Value]) -> Value:
    defaults = instance.fields["defaults"]
    if name == "onRequest":
        instance.fields["interceptors"].fields["kept"].append((given[0], UNDEFINED))
    elif name == "setBaseURL":
        defaults["baseURL"] = given[0]
    elif name == "setToken":
        kind = f"{text_of(given[1])} " if len(given) > 1 else ""
        defaults["headers"]["common"]["Authorization"] = concatenated(kind, given[0])
    elif len(given) > 1:
        defaults["headers"]["common"][text_of(given[0])] = given[1]
    return UNDEFINED


def _set_default(defaults: dict[str, Value], path: list[str], value: Value) -> Value:
    """`this.$axios.defaults.headers.common['X'] = …`: of an instance that is known by its name alone."""
    for name in path[:-1]:
        inner = defaults.setdefault(name, {})
        defaults = inner if isinstance(inner, dict) else {}
    defaults[path[-1]] = value
    return UNDEFINED


_INTERCEPTORS = "axios.interceptors"


def _complete(call: Call, instance: Opaque, config: dict[str, Value], evaluator: EvaluatorParts) -> None:
    """The request as the instance's defaults and interceptors leave it."""
    handed = evaluator.holder_of(instance)
    config = merged(instance.fields["defaults"], config)
    for interceptor in reversed(instance.fields["interceptors"].fields["kept"]):
        config = _intercepted(call, evaluator, interceptor, config)
    call_of(call, config, evaluator)
    call.said_of(handed)


def _imported(made: Libraries, evaluator: EvaluatorParts, given: list[Value], node: Node) -> Value:
    """`import http from "axios"`, `require("axios")`; or an instance that a file of the project makes, which may have
    any defaults."""
    source = text_of(given[0])
    name = source.rpartition("/")[2].partition(".")[0]
    if source == "axios":
        for default in _default_import(node):
            evaluator.globals.variables[default] = made.axios
        return made.axios
    if source.startswith(OF_OWN_FILES) and any(text.lower().strip("$_") == "axios" for text in _default_import(node)):
        made.axios.fields["defaults"][f"{SPREAD}{source}"] = Unknown(source, (source,))
        return UNDEFINED
    if source.startswith(OF_OWN_FILES) and "axios" in name.lower() and node.type == "call_expression":
        return client({f"{SPREAD}{source}": Unknown(source, (source,))})
    return NOT_MINE


def _default_import(node: Node) -> list[str]:
    clauses = [child for child in node.named_children if child.type == "import_clause"]
    names = [name for clause in clauses for name in clause.named_children if name.type == "identifier"]
    return [name.text.decode("utf-8", "replace") for name in names if name.text is not None]


def _client(made: Libraries, function: Native | Opaque) -> tuple[Opaque | None, str | None, str]:
    """The instance that is called, the method, and the library's name."""
    if isinstance(function, Opaque):
        return (function, "", "axios") if function.kind == "axios" else (None, None, "")
    this = function.this
    if isinstance(this, Opaque) and this.kind == "axios":
        return this, function.path.lstrip("."), "axios"
    if function.path == "new Axios":
        return client(), "new", "axios"
    parts = function.path.split(".")
    for number, part in enumerate(parts):
        if part.strip("$_").lower() in ("axios", "axiosinstance", "axiosclient", "axiosapi"):
            return made.axios, ".".join(parts[number + 1 :]).lstrip("$"), "axios"
    if len(parts) >= 2 and parts[-1] in _CALLS and parts[-2] not in _NOT_A_CLIENT and function.path[:1] != ".":
        return made.axios, parts[-1], ".".join(parts[:-1])
    return None, None, ""


def _created(instance: Opaque, given: Value) -> Opaque:
    """An instance with the defaults of another and its own. Interceptors are not handed on."""
    own = given if isinstance(given, dict) else {}
    if isinstance(given, Unknown):
        own = {f"{SPREAD}{given.text}": given}
    return client(merged(instance.fields["defaults"], own, keep_groups=True))


def _intercept(interceptors: Opaque, path: str, given: list[Value]) -> Value:
    """interceptors.request.use(), .eject() and .clear(). https://axios-http.com/docs/interceptors"""
    _, _, name = path.rpartition(".")
    kept = interceptors.fields["kept"]
    if "response" in path:
        return UNDEFINED
    if name == "use" and given:
        kept.append((given[0], given[2] if len(given) > 2 else UNDEFINED))
        return len(kept) - 1
    if name == "eject" and given and isinstance(given[0], int) and 0 <= given[0] < len(kept):
        kept[given[0]] = (None, UNDEFINED)
    elif name in ("eject", "clear"):
        kept.clear()
    return UNDEFINED


def _intercepted(
    call: Call, evaluator: EvaluatorParts, interceptor: tuple[Value, Value], config: dict[str, Value]
) -> dict[str, Value]:
    """The request as one interceptor leaves it."""
    function, options = interceptor
    if function is None or function is UNDEFINED:
        return config
    if not isinstance(function, Function):
        call.said_of(text_of(function).removeprefix("${").removesuffix("}"))
        return config
    run_when = options.get("runWhen") if isinstance(options, dict) else None
    if isinstance(run_when, Function) and truthy(evaluator.invoke(run_when, [config])) is False:
        return config
    returned = evaluator.invoke(function, [config])
    call.said_of(evaluator.holder_of(config, config.get("headers")))
    return returned if isinstance(returned, dict) and "headers" in returned else config


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
    has_body = method in WITH_BODY | _FORMS
    options = given[2 if has_body else 1] if len(given) > (2 if has_body else 1) else {}
    config = dict(options) if isinstance(options, dict) else {}
    config |= {"url": first, "method": method.removesuffix("Form")}
    if has_body and len(given) > 1:
        config["data"] = given[1]
    if method in _FORMS:
        config["headers"] = {**dict(pairs_of(config.get("headers"))), "Content-Type": "multipart/form-data"}
    return config
