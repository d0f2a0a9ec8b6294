"""Python's frameworks: Starlette and FastAPI, Flask, Django, read as syntax. Nothing is run."""

from __future__ import annotations

import ast
from typing import Any, Final

from ...records import replace
from .around.python import around_python
from .flask_apps import OF_FLASK, decorated_routes, flask, flask_app, flask_routes, given_to_init
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .paths import Place, by_path, example_of
from .python_syntax import constants_of, doubts_of, is_computed, name_of, parsed
from .python_values import computed_parts, given_to, names_listed, told_apart
from .unread import settled

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
            given = given_to(call, constants)
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
    routes = decorated_routes(tree, constants)
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
        app = flask_app(settings_of_flask | given_to(cors, constants) | given_to_init(tree, constants))
        told = [each for each in routes if not OF_FLASK.isdisjoint(given_to(each.call, constants))]
        return replace(app, not_understood=("@cross_origin of a route beside CORS",)) if told else app
    if routes:
        told_of = flask_routes(
            [
                (path, settings_of_flask | given_to(each.call, constants), each.methods)
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
        return flask(settings_of_flask, called=False)
    return None


_DJANGO: Final = frozenset(
    {
        "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS",
        "CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_CREDENTIALS", "CORS_URLS_REGEX",
    }
)  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != "*" and not value.startswith("(")


def _starlette(given: dict[str, Any]) -> Configured:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    origins, unknown = told_apart(names_listed(given.get("allow_origins")))
    credentials = given.get("allow_credentials") is True
    methods = names_listed(given.get("allow_methods", ["GET"]))
    headers = names_listed(given.get("allow_headers"))
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
        expose=names_listed(given.get("expose_headers")) or None,
        max_age=str(given.get("max_age", 600)),
        compares_methods=400,
        unknown=(*unknown, *((str(pattern).strip("()"),) if is_computed(pattern) else ())),
        computed=computed_parts(
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


def _of_flag(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else ()


def _django(settings: dict[str, Any]) -> Configured:
    """https://github.com/adamchainz/django-cors-headers#configuration"""
    listed_origins = settings.get("CORS_ALLOWED_ORIGINS", settings.get("CORS_ORIGIN_WHITELIST"))
    is_text = isinstance(listed_origins, str) and "://" in listed_origins and listed_origins[:1] != "("
    origins, unknown = told_apart(() if is_text else names_listed(listed_origins))
    everybody_given = settings.get("CORS_ALLOW_ALL_ORIGINS", settings.get("CORS_ORIGIN_ALLOW_ALL"))
    everybody = everybody_given is True
    credentials = settings.get("CORS_ALLOW_CREDENTIALS") is True
    patterns = names_listed(settings.get("CORS_ALLOWED_ORIGIN_REGEXES", settings.get("CORS_ORIGIN_REGEX_WHITELIST")))
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
        methods=names_listed(settings.get("CORS_ALLOW_METHODS")) or METHODS_OF_ALL,
        headers=names_listed(settings.get("CORS_ALLOW_HEADERS"))
        or ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"),
        expose=names_listed(settings.get("CORS_EXPOSE_HEADERS")) or None,
        max_age=str(settings.get("CORS_PREFLIGHT_MAX_AGE", 86400)),
        unknown=(*unknown, *(each.strip("()") for each in (*computed_patterns, *_of_flag(everybody_given)))),
        computed=computed_parts(
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
