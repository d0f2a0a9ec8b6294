"""Flask: flask-cors, for the application, for paths and for routes."""

from __future__ import annotations

import ast
import re
from typing import Any, Final, NamedTuple

from ...records import replace
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .paths import Place, by_path, example_of, expression_for
from .python_syntax import name_of
from .python_values import computed_parts, given_to, names_listed, told_apart


def given_to_init(tree: ast.Module, constants: dict[str, Any]) -> dict[str, Any]:
    """What `cors.init_app(app, …)` is given, where `cors` is a CORS()."""
    names = {
        name_of(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and name_of(node.value.func) == "CORS"
        for target in node.targets
    }
    given: dict[str, Any] = {}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if name_of(call.func) == "init_app" and isinstance(call.func, ast.Attribute):
            of = name_of(call.func.value)
            given |= given_to(call, constants) if of in names or "cors" in of.lower() else {}
    return given


_ROUTES: Final = ("route", "get", "post", "put", "patch", "delete")


class _Route(NamedTuple):
    """A @cross_origin(…) of a function, with the paths and methods of its routes; whether it stands above them, where
    it does nothing."""

    call: ast.Call
    paths: list[str]
    methods: tuple[str, ...]
    is_above: bool


def decorated_routes(tree: ast.Module, constants: dict[str, Any]) -> list[_Route]:
    """Each @cross_origin(…) of a function that has routes."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        calls = [each for each in node.decorator_list if isinstance(each, ast.Call)]
        routes = [each for each in calls if name_of(each.func) in _ROUTES]
        paths = [str(first.value) for each in routes for first in each.args[:1] if isinstance(first, ast.Constant)]
        methods: list[str] = []
        for each in routes:
            name = name_of(each.func)
            listed = given_to(each, constants).get("methods") if name == "route" else [name.upper()]
            methods += [str(one).upper() for one in listed] if isinstance(listed, list) else ["GET"]
        for each in calls:
            if name_of(each.func) == "cross_origin" and paths:
                is_above = all(calls.index(each) < calls.index(route) for route in routes)
                names = ("HEAD", *methods) if "GET" in methods else tuple(methods)
                found.append(_Route(each, paths, tuple(dict.fromkeys(names)), is_above))
    return found


def flask_app(given: dict[str, Any]) -> Configured:
    """`resources` are expressions of paths with settings of their own; the longest one that is found counts.

    https://github.com/corydolphin/flask-cors/blob/main/flask_cors/core.py
    """
    resources = given.get("resources")
    if isinstance(resources, str | list | tuple):
        resources = {path: {} for path in names_listed(resources)}
    if not isinstance(resources, dict) or not resources:
        return flask(given, called=True)
    of_paths = [
        (path, flask(given | (own if isinstance(own, dict) else {}), called=True))
        for path, own in sorted(resources.items(), key=lambda each: -len(each[0]))
    ]
    places = [Place(_of_resource(path), each.grants, ignores_case=True) for path, each in of_paths]
    everywhere = replace(of_paths[0][1], grants=tuple(grant for _, each in of_paths for grant in each.grants))
    return by_path(everywhere, places, example_of(of_paths[0][0].lstrip("^")), are_all=True)


def _of_resource(path: str) -> str:
    if path in ("*", ".*", "/*", "/.*"):
        return "^"
    return f"^(?:{path})" if _is_expression(path) else f"^{re.escape(path)}$"


def flask_routes(given: list[tuple[str, dict[str, Any], tuple[str, ...]]]) -> Configured:
    """What decorators say of the routes that they stand at; a method that the route has not is answered without."""
    of_paths = [(path, _of_route(flask(each, called=True), methods)) for path, each, methods in given]
    grants: dict[str, tuple[Grant, ...]] = {}
    for path, each in of_paths:
        grants[path] = (*grants.get(path, ()), *each.grants)
    places = [
        Place(expression_for(path, one_part=r"<(?!path:)[^<>]*>", rest=r"<path:[^<>]*>"), tuple(dict.fromkeys(each)))
        for path, each in grants.items()
    ]
    everywhere = replace(of_paths[0][1], grants=tuple(grant for _, each in of_paths for grant in each.grants))
    return by_path(everywhere, places, example_of(of_paths[0][0]) or of_paths[0][0])


def _of_route(configured: Configured, methods: tuple[str, ...]) -> Configured:
    grants: list[Grant] = []
    for grant in configured.grants:
        grants += [
            replace(grant, on="preflights"),
            replace(grant, on="requests", methods=methods, compares_requests=True),
        ]
    return replace(configured, grants=tuple(grants))


def _is_expression(text: str) -> bool:
    return re.search(r"[*\\\]?$^\[()]", text) is not None


def _kept_whole(value: Any) -> tuple[str, ...]:
    """The names of a list; a text is one name, commas and all."""
    return (value,) if isinstance(value, str) else names_listed(value)


OF_FLASK: Final = frozenset(
    {"origins", "methods", "allow_headers", "expose_headers", "supports_credentials", "max_age", "send_wildcard"}
)


def flask(given: dict[str, Any], *, called: bool) -> Configured:
    """https://flask-cors.readthedocs.io/en/latest/configuration.html"""
    origins, unknown = told_apart(_kept_whole(given.get("origins", "*")))
    credentials = given.get("supports_credentials") is True
    patterns = tuple(each for each in origins if each != "*" and _is_expression(each))
    # One text with commas is the name of no header.
    headers = tuple(each for each in _kept_whole(given.get("allow_headers", "*")) if "," not in each)
    grant = Grant(
        where="CORS(app)" if called else "app.config",
        # They are compared without case.
        origins=tuple(
            "{origin}" if each == "*" and credentials else each.lower() for each in origins if each not in patterns
        ),
        patterns=tuple(f"^(?:{each})$" for each in patterns),
        credentials=credentials,
        methods=tuple(each.upper() for each in names_listed(given.get("methods"))) or METHODS_OF_ALL,
        headers=None if "*" in headers else headers,
        any_header="*" in headers,
        expose=names_listed(given.get("expose_headers")) or None,
        max_age=None if given.get("max_age") is None else str(given.get("max_age")),
        compares_methods=204,
        unknown=unknown,
        computed=computed_parts(
            methods=given.get("methods"),
            headers=given.get("allow_headers"),
            credentials=given.get("supports_credentials"),
        ),
    )
    mistakes = (
        []
        if called
        else [
            Mistake(
                "extension-not-called",
                "These settings do nothing by themselves: they are read by CORS(app), or by @cross_origin on each "
                "route. With "
                "@cross_origin alone, a route whose methods leave out OPTIONS can leave the preflight unanswered "
                "(404 or 405).",
                "CORS(app) after the settings.",
            )
        ]
    )
    return Configured(
        kind="Flask: flask-cors", software="flask", grants=(grant,), mistakes=tuple(mistakes),
        preflight_status=200 if called else None,
    )  # fmt: skip
