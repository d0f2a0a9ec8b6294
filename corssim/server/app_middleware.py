"""What the CORS middleware of an app allows, read from the app itself: nothing is asked and nothing is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MOST_LAYERS = 20
_ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPolicy:
    """The settings of an app's CORS support. `framework` is its name, `has_middleware` whether there is such support.

    `any_origin` is `*` without credentials; with them every origin is in `patterns`, or it `reflects`: whoever asks is
    allowed with credentials. `any_header`: what a preflight asks for is allowed, whatever it is.
    """

    framework: str
    has_middleware: bool = False
    origins: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    any_origin: bool = False
    reflects: bool = False
    credentials: bool = False
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    any_header: bool = False
    expose: tuple[str, ...] = ()
    max_age: int | None = None


def policy_of_app(app: Any) -> AppPolicy | None:
    """What an ASGI or WSGI app of Starlette, FastAPI, Flask, Django or Litestar allows; None for any other target."""
    for layer in _layers(app):
        # By the classes' modules: a framework that is not installed need not be imported to be told apart.
        modules = {each.__module__.partition(".")[0] for each in type(layer).__mro__}
        try:
            if type(layer).__name__ == "CORSMiddleware" and hasattr(layer, "allow_origins"):
                return _of_starlette("starlette", _attributes(layer))
            if {"starlette", "fastapi"} & modules and hasattr(layer, "user_middleware"):
                return _of_starlette_app(layer, "fastapi" if "fastapi" in modules else "starlette")
            if "flask" in modules and hasattr(layer, "after_request_funcs"):
                return _of_flask(layer)
            if "django" in modules:
                return _of_django()
            if "litestar" in modules and hasattr(layer, "cors_config"):
                return _of_litestar(layer)
        except (AttributeError, TypeError, ValueError):
            return None  # a version of the framework that keeps its settings elsewhere
    return None


def _layers(app: Any) -> Iterator[Any]:
    """The app, and what it wraps."""
    for _ in range(_MOST_LAYERS):
        if app is None:
            return
        yield app
        app = getattr(app, "app", None) or getattr(app, "wsgi_app", None)


def _attributes(middleware: Any) -> dict[str, Any]:
    pattern = getattr(middleware, "allow_origin_regex", None)
    return {
        "allow_origins": middleware.allow_origins,
        "allow_methods": middleware.allow_methods,
        "allow_headers": ["*"] if middleware.allow_all_headers else middleware.allow_headers,
        "allow_credentials": getattr(middleware, "allow_credentials", False),
        "allow_origin_regex": getattr(pattern, "pattern", pattern),
    }


def _of_starlette_app(app: Any, framework: str) -> AppPolicy:
    for middleware in app.user_middleware:
        if getattr(middleware.cls, "__name__", "") == "CORSMiddleware":
            return _of_starlette(framework, middleware.kwargs)
    return AppPolicy(framework=framework)


def _of_starlette(framework: str, given: Mapping[str, Any]) -> AppPolicy:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    origins, credentials = tuple(given.get("allow_origins", ())), bool(given.get("allow_credentials"))
    methods, headers = tuple(given.get("allow_methods", ("GET",))), tuple(given.get("allow_headers", ()))
    pattern = given.get("allow_origin_regex")
    everybody = "*" in origins
    return AppPolicy(
        framework=framework,
        has_middleware=True,
        origins=tuple(each for each in origins if each != "*"),
        patterns=(".*",) if everybody and credentials else (pattern,) if pattern else (),
        any_origin=everybody and not credentials,
        credentials=credentials,
        methods=_ALL_METHODS if "*" in methods else methods,
        headers=tuple(each for each in headers if each != "*"),
        any_header="*" in headers,
        expose=tuple(given.get("expose_headers", ())),
        max_age=given.get("max_age"),
    )


def _of_flask(app: Any) -> AppPolicy:
    """https://flask-cors.readthedocs.io/en/latest/configuration.html"""
    for function in app.after_request_funcs.get(None, ()):
        if not str(getattr(function, "__module__", "")).startswith("flask_cors"):
            continue
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        # Resources, each an expression for paths and its options; the app's own are the first.
        options = next(cell[0][1] for cell in cells if isinstance(cell, list) and cell)
        return _of_flask_options(options if isinstance(options, dict) else _fields(options))
    return AppPolicy(framework="flask")


def _fields(options: Any) -> dict[str, Any]:
    names = ("origins", "allow_headers", "allow_all_origins", "methods", "expose_headers", "max_age")
    return {name: getattr(options, name, None) for name in (*names, "supports_credentials")}


def _of_flask_options(options: Mapping[str, Any]) -> AppPolicy:
    listed = list(options.get("origins") or ())
    credentials = bool(options.get("supports_credentials"))
    everybody = bool(options.get("allow_all_origins")) or any(_pattern(each) in (".*", "*") for each in listed)
    named = tuple(each for each in listed if isinstance(each, str) and "://" in each and not _is_expression(each))
    headers = list(options.get("allow_headers") or ())
    any_header = any(_pattern(each) in (".*", "*") for each in headers)
    age = options.get("max_age")
    return AppPolicy(
        framework="flask",
        has_middleware=True,
        origins=named,
        patterns=(".*",)
        if everybody and credentials
        else tuple(_pattern(each) for each in listed if each not in named)
        if not everybody
        else (),
        any_origin=everybody and not credentials,
        credentials=credentials,
        methods=_split(options.get("methods")),
        headers=() if any_header else tuple(each for each in headers if isinstance(each, str)),
        any_header=any_header,
        expose=_split(options.get("expose_headers")),
        max_age=int(age.total_seconds() if hasattr(age, "total_seconds") else age) if age is not None else None,
    )


def _pattern(value: Any) -> str:
    return str(getattr(value, "pattern", value))


def _is_expression(text: str) -> bool:
    return any(character in text for character in "*\\]?$^[]()")


def _split(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    names: Iterable[str] = value.split(",") if isinstance(value, str) else value
    return tuple(name.strip() for name in names if name.strip())


def _of_django() -> AppPolicy:
    """https://github.com/adamchainz/django-cors-headers#configuration"""
    from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]

    def setting(name: str, default: Any = ()) -> Any:
        return getattr(settings, name, default)

    middleware = setting("MIDDLEWARE") or ()
    if not any("corsheaders" in each for each in middleware):
        return AppPolicy(framework="django")
    from corsheaders import defaults  # type: ignore[import-untyped,import-not-found,unused-ignore]

    everybody, credentials = bool(setting("CORS_ALLOW_ALL_ORIGINS")), bool(setting("CORS_ALLOW_CREDENTIALS"))
    patterns = tuple(_pattern(each) for each in setting("CORS_ALLOWED_ORIGIN_REGEXES"))
    return AppPolicy(
        framework="django",
        has_middleware=True,
        origins=tuple(setting("CORS_ALLOWED_ORIGINS")),
        patterns=(".*",) if everybody and credentials else patterns,
        any_origin=everybody and not credentials,
        credentials=credentials,
        methods=tuple(setting("CORS_ALLOW_METHODS", defaults.default_methods)),
        headers=tuple(
            each for each in setting("CORS_ALLOW_HEADERS", ()) if each.lower() not in defaults.default_headers
        ),
        expose=tuple(setting("CORS_EXPOSE_HEADERS")),
        max_age=setting("CORS_PREFLIGHT_MAX_AGE", None),
    )


def _of_litestar(app: Any) -> AppPolicy:
    """https://docs.litestar.dev/latest/reference/config.html#litestar.config.cors.CORSConfig"""
    if app.cors_config is None:
        return AppPolicy(framework="litestar")
    config = app.cors_config
    given = {name: getattr(config, name) for name in ("allow_origins", "allow_methods", "allow_headers", "max_age")}
    given |= {name: getattr(config, name) for name in ("allow_credentials", "allow_origin_regex", "expose_headers")}
    return _of_starlette("litestar", given)
