"""Python's frameworks: Starlette and FastAPI, Flask, Django, read as syntax. Nothing is run."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ...records import replace
from .around.python import around_python
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .paths import Place, by_path, example_of, expression_for
from .python_syntax import constants_of, doubts_of, is_computed, literal_of, name_of, parsed
from .unread import settled

if TYPE_CHECKING:
    from .model import Part

_STARLETTE_HEADERS: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")


def read_python(text: str) -> Configured | None:
    """CORSMiddleware of Starlette and FastAPI, flask-cors, django-cors-headers; None where there is none of them."""
    tree = parsed(text)
    if tree is None:
        return None
    constants = constants_of(tree)
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        names = [name_of(call.func), *(name_of(each) for each in call.args)]
        if "CORSMiddleware" in names:
            given = _given(call, constants)
            told = _starlette(given)
            odd = [name for name in ("allow_methods", "allow_headers") if _is_text(given.get(name))]
            if len(call.args) > 1 and name_of(call.args[0]) == "CORSMiddleware":
                odd.append("values without names")
            found.append(replace(told, not_understood=(f"{odd[0]}, which is a text,",)) if odd else told)
    doubts = (*doubts_of(tree), *around_python(tree))
    if found:
        doubts += ("more than one CORSMiddleware",) if len({each.grants for each in found}) > 1 else ()
        return replace(found[0], not_understood=(*found[0].not_understood, *doubts))
    configured = _of_flask_or_django(tree, constants)
    return None if configured is None else settled(configured, tuple(doubts))


def _of_flask_or_django(tree: ast.Module, constants: dict[str, Any]) -> Configured | None:
    settings = {name.upper(): value for name, value in constants.items() if name.upper().startswith("CORS_")}
    settings_of_flask = {name.lower().removeprefix("cors_"): value for name, value in settings.items()}
    routes = _decorated_routes(tree, constants)
    decorating = {id(route.call) for route in routes}
    cors = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and id(node) not in decorating
            and name_of(node.func) in ("CORS", "cross_origin")
        ),
        None,
    )
    if cors is not None:
        app = _flask_app(settings_of_flask | _given(cors, constants) | _given_to_init(tree, constants))
        told = [each for each in routes if not _OF_FLASK.isdisjoint(_given(each.call, constants))]
        return replace(app, not_understood=("@cross_origin of a route beside CORS",)) if told else app
    if routes:
        told_of = _flask_routes(
            [
                (path, settings_of_flask | _given(each.call, constants), each.methods)
                for each in routes
                for path in each.paths
            ]
        )
        above = (
            ("@cross_origin above the route, where it does nothing,",) if any(each.is_above for each in routes) else ()
        )
        return settled(told_of, above)
    if any("corsheaders" in str(value) for value in constants.values()) or settings.keys() & _DJANGO:
        return _django(settings | {"MIDDLEWARE": constants.get("MIDDLEWARE", constants.get("MIDDLEWARE_CLASSES"))})
    if settings:
        return _flask(settings_of_flask, called=False)
    return None


_DJANGO: Final = frozenset(
    {
        "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS",
        "CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_CREDENTIALS", "CORS_URLS_REGEX",
    }
)  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != "*" and not value.startswith("(")


def _given(call: ast.Call, constants: dict[str, Any]) -> dict[str, Any]:
    return {each.arg: literal_of(each.value, constants) for each in call.keywords if each.arg}


def _given_to_init(tree: ast.Module, constants: dict[str, Any]) -> dict[str, Any]:
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
            given |= _given(call, constants) if of in names or "cors" in of.lower() else {}
    return given


_ROUTES: Final = ("route", "get", "post", "put", "patch", "delete")


class _Route(NamedTuple):
    """A @cross_origin(…) of a function, with the paths and methods of its routes; whether it stands above them, where
    it does nothing."""

    call: ast.Call
    paths: list[str]
    methods: tuple[str, ...]
    is_above: bool


def _decorated_routes(tree: ast.Module, constants: dict[str, Any]) -> list[_Route]:
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
            listed = _given(each, constants).get("methods") if name == "route" else [name.upper()]
            methods += [str(one).upper() for one in listed] if isinstance(listed, list) else ["GET"]
        for each in calls:
            if name_of(each.func) == "cross_origin" and paths:
                is_above = all(calls.index(each) < calls.index(route) for route in routes)
                names = ("HEAD", *methods) if "GET" in methods else tuple(methods)
                found.append(_Route(each, paths, tuple(dict.fromkeys(names)), is_above))
    return found


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value.startswith("(") else tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _computed(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values that are written there, and those that only the running program has."""
    return (
        tuple(each for each in values if not each.startswith("(")),
        tuple(each.strip("()") for each in values if each.startswith("(")),
    )


def _parts(*, methods: Any, headers: Any, credentials: Any) -> tuple[tuple[Part, str], ...]:
    """What of methods, headers and credentials only the running program knows."""
    found: list[tuple[Part, str]] = []
    values: dict[Part, Any] = {"methods": methods, "headers": headers, "credentials": credentials}
    for part, value in values.items():
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        if part == "credentials" and isinstance(value, str):
            texts = [f"({value})"]
        found += [(part, str(each).strip("()")) for each in texts if str(each).startswith("(")]
    return tuple(found)


def _starlette(given: dict[str, Any]) -> Configured:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    origins, unknown = _computed(_listed(given.get("allow_origins")))
    credentials = given.get("allow_credentials") is True
    methods = _listed(given.get("allow_methods", ["GET"]))
    headers = _listed(given.get("allow_headers"))
    pattern = given.get("allow_origin_regex")
    if "*" in origins and credentials:
        origins = ("{origin}",)
    grant = Grant(
        where="CORSMiddleware",
        origins=origins,
        patterns=(f"^(?:{pattern})$",) if isinstance(pattern, str) and not is_computed(pattern) else (),
        credentials=credentials,
        methods=METHODS_OF_ALL if "*" in methods else methods,
        headers=tuple(dict.fromkeys((*_STARLETTE_HEADERS, *(each for each in headers if each != "*")))),
        any_header="*" in headers,
        expose=_listed(given.get("expose_headers")) or None,
        max_age=str(given.get("max_age", 600)),
        compares_methods=400,
        unknown=(*unknown, *((str(pattern).strip("()"),) if is_computed(pattern) else ())),
        computed=_parts(
            methods=given.get("allow_methods"),
            headers=given.get("allow_headers"),
            credentials=given.get("allow_credentials"),
        ),
    )
    notes = []
    if "allow_methods" not in given:
        notes.append("allow_methods is left out: then GET alone is allowed, and a preflight for POST is answered 400.")
    return Configured(
        kind="Starlette or FastAPI: CORSMiddleware",
        software="fastapi",
        grants=(grant,),
        preflight_status=200,
        notes=tuple(notes),
    )


def _flask_app(given: dict[str, Any]) -> Configured:
    """`resources` are expressions of paths with settings of their own; the longest one that is found counts.

    https://github.com/corydolphin/flask-cors/blob/main/flask_cors/core.py
    """
    resources = given.get("resources")
    if isinstance(resources, str | list | tuple):
        resources = {path: {} for path in _listed(resources)}
    if not isinstance(resources, dict) or not resources:
        return _flask(given, called=True)
    of_paths = [
        (path, _flask(given | (own if isinstance(own, dict) else {}), called=True))
        for path, own in sorted(resources.items(), key=lambda each: -len(each[0]))
    ]
    places = [Place(_of_resource(path), each.grants, ignores_case=True) for path, each in of_paths]
    everywhere = replace(of_paths[0][1], grants=tuple(grant for _, each in of_paths for grant in each.grants))
    return by_path(everywhere, places, example_of(of_paths[0][0].lstrip("^")), are_all=True)


def _of_resource(path: str) -> str:
    if path in ("*", ".*", "/*", "/.*"):
        return "^"
    return f"^(?:{path})" if _is_expression(path) else f"^{re.escape(path)}$"


def _flask_routes(given: list[tuple[str, dict[str, Any], tuple[str, ...]]]) -> Configured:
    """What decorators say of the routes that they stand at; a method that the route has not is answered without."""
    of_paths = [(path, _of_route(_flask(each, called=True), methods)) for path, each, methods in given]
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
    return (value,) if isinstance(value, str) else _listed(value)


_OF_FLASK: Final = frozenset(
    {"origins", "methods", "allow_headers", "expose_headers", "supports_credentials", "max_age", "send_wildcard"}
)


def _flask(given: dict[str, Any], *, called: bool) -> Configured:
    """https://flask-cors.readthedocs.io/en/latest/configuration.html"""
    origins, unknown = _computed(_kept_whole(given.get("origins", "*")))
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
        methods=tuple(each.upper() for each in _listed(given.get("methods"))) or METHODS_OF_ALL,
        headers=None if "*" in headers else headers,
        any_header="*" in headers,
        expose=_listed(given.get("expose_headers")) or None,
        max_age=None if given.get("max_age") is None else str(given.get("max_age")),
        compares_methods=204,
        unknown=unknown,
        computed=_parts(
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


def _of_flag(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else ()


def _django(settings: dict[str, Any]) -> Configured:
    """https://github.com/adamchainz/django-cors-headers#configuration"""
    listed_origins = settings.get("CORS_ALLOWED_ORIGINS", settings.get("CORS_ORIGIN_WHITELIST"))
    is_text = isinstance(listed_origins, str) and "://" in listed_origins and listed_origins[:1] != "("
    origins, unknown = _computed(() if is_text else _listed(listed_origins))
    everybody_given = settings.get("CORS_ALLOW_ALL_ORIGINS", settings.get("CORS_ORIGIN_ALLOW_ALL"))
    everybody = everybody_given is True
    credentials = settings.get("CORS_ALLOW_CREDENTIALS") is True
    patterns = _listed(settings.get("CORS_ALLOWED_ORIGIN_REGEXES", settings.get("CORS_ORIGIN_REGEX_WHITELIST")))
    computed_patterns = tuple(each for each in patterns if is_computed(each))
    patterns = tuple(each for each in patterns if each not in computed_patterns)
    if everybody:
        origins = ("{origin}",) if credentials else ("*",)
    bare = [origin for origin in origins if "://" not in origin and origin not in ("*", "{origin}", "null", "file://")]
    mistakes = []
    if is_text:
        mistakes.append(
            Mistake(
                "refused-at-start",
                f"{listed_origins!r} is a text and no list: django-cors-headers takes each letter for an origin.",
                f"[{listed_origins!r}]",
            )
        )
    if bare:
        mistakes.append(
            Mistake(
                "refused-at-start",
                f"{', '.join(bare)}: django-cors-headers 3 and later refuses to start (corsheaders.E013, missing "
                "scheme or "
                "netloc); version 2 let them match any scheme.",
                f"http://{bare[0]} or https://{bare[0]}",
            )
        )
    grant = Grant(
        where="the settings",
        origins=origins,
        patterns=tuple(f"^(?:{each})" for each in patterns),
        credentials=credentials,
        methods=_listed(settings.get("CORS_ALLOW_METHODS")) or METHODS_OF_ALL,
        headers=_listed(settings.get("CORS_ALLOW_HEADERS"))
        or ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"),
        expose=_listed(settings.get("CORS_EXPOSE_HEADERS")) or None,
        max_age=str(settings.get("CORS_PREFLIGHT_MAX_AGE", 86400)),
        unknown=(*unknown, *(each.strip("()") for each in (*computed_patterns, *_of_flag(everybody_given)))),
        computed=_parts(
            methods=settings.get("CORS_ALLOW_METHODS"),
            headers=settings.get("CORS_ALLOW_HEADERS"),
            credentials=settings.get("CORS_ALLOW_CREDENTIALS"),
        ),
    )
    listed = settings.get("MIDDLEWARE")
    is_missing = isinstance(listed, list) and bool(listed) and not any("CorsMiddleware" in str(each) for each in listed)
    if is_missing:
        mistakes.append(
            Mistake(
                "middleware-missing",
                "MIDDLEWARE does not have corsheaders.middleware.CorsMiddleware: nothing of these settings is sent.",
                "'corsheaders.middleware.CorsMiddleware' as its first, before CommonMiddleware.",
            )
        )
    configured = Configured(
        kind="Django: django-cors-headers",
        software="django",
        grants=() if is_missing else (grant,),
        mistakes=tuple(mistakes),
        preflight_status=200,
    )
    paths = settings.get("CORS_URLS_REGEX")
    if not isinstance(paths, str) or paths.startswith("("):
        return configured
    return by_path(configured, [Place(f"^(?:{paths})", (grant,))], example_of(paths.lstrip("^")), are_all=True)
