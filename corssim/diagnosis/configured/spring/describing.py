"""What a program allows, in the words of every other configuration: for its description, and for what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....fetch.wire import WireRequest
from ..model import METHODS_OF_ALL, REFLECTED, Configured, Grant, Mistake
from ..replies import Branch, NotTold, Reply
from .cors_configuration import ALL, CorsConfiguration, expression_of_origin
from .objects import Instance, Lambda
from .paths import example_of_path
from .recorders import CorsFilter, FilterRegistration, Source
from .tree import Literal, walk
from .values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model import Part
    from .application import Application

_EVERYBODY: Final = Mistake(
    "any-origin-with-credentials",
    'allowedOrigins "*" with allowCredentials: Spring 5.3 and later throws (“allowedOrigins cannot '
    'contain the special value "*"”).',
    "The origins by name, or allowedOriginPatterns.",
)
_LOGIN: Final = Mistake(
    "preflight-needs-login",
    "Spring Security answers preflights itself and asks for a login, which browsers do not send with them.",
    ".cors(Customizer.withDefaults()) on the HttpSecurity, which answers them first.",
)
_NOBODY: Final = "https://nobody.example"
_MOST_ORIGINS: Final = 50


def described(application: Application) -> Configured | None:
    """What it allows; None where nothing is about CORS."""
    found = list(_configurations(application))
    grants = [_grant(where, each) for where, _, each in found if not each.allows_everybody_credentials()]
    paths = [path for _, path, _ in found if path]
    written = any(isinstance(_inner(each.value), Instance | Lambda) for each in application.filters)
    written = written or any(isinstance(each, Instance) for each, _, _ in application.interceptors.added)
    if written:
        grants += _of_answers(application)
    written = written or any(isinstance(_inner(each.value), CorsFilter) for each in application.filters)
    if not (found or written or application.odd or application.chains):
        return None
    return Configured(
        kind="Spring",
        software="spring",
        grants=tuple(dict.fromkeys(grants)),
        mistakes=_mistakes(application, [config for _, _, config in found]),
        example_path=example_of_path(paths[0]) if paths else "/items",
    )


def _mistakes(application: Application, configs: list[CorsConfiguration]) -> tuple[Mistake, ...]:
    found = [_EVERYBODY] if any(each.allows_everybody_credentials() for each in configs) else []
    if application.chains and _asked(application, _NOBODY)[1]:
        found.append(_LOGIN)
    return tuple(found)


def _asked(application: Application, origin: str) -> tuple[Reply, bool]:
    """The answer to a preflight, and whether it asks for a login."""
    from .following import Following

    asks = (("Origin", origin), ("Access-Control-Request-Method", "GET"))
    wire = WireRequest("OPTIONS", "https://api.example/items", asks)
    application.evaluator.begin(())
    following = Following(application, wire)
    try:
        return following.run(), following.asks_for_login
    except (NotTold, Branch) as told:
        return Reply(doubt=str(told)), False


def _inner(value: Any) -> Any:
    return value.filter if isinstance(value, FilterRegistration) else value


def _configurations(application: Application) -> Iterator[tuple[str, str, CorsConfiguration]]:
    """Every configuration, with where it stands and a path that it is for."""
    for registry in application.registries:
        for each in registry.registrations:
            path = each.path if isinstance(each.path, str) else ""
            yield f"addMapping {path}".strip(), path, each.config
    sources = [_inner(each.value).source for each in application.filters if isinstance(_inner(each.value), CorsFilter)]
    sources += [http.cors_source for http in application.chains]
    sources += [*application.sources(), *application.loose_sources]
    for source in {id(each): each for each in sources}.values():
        if isinstance(source, Source):
            for path, config in source.configurations.items():
                if isinstance(config, CorsConfiguration):
                    yield "the CORS configuration", "" if path.startswith("\0") else path, config
        elif source is not None:
            given = _given_by(application, source)
            if given is not None:
                yield "the CORS configuration", "", given
    for config in application.loose:
        yield "the CORS configuration", "", config
    for handler in application.handlers:
        own = application.configuration_of(handler)
        if own is not None:
            yield "@CrossOrigin", handler.paths[0] if handler.paths else "", own


def _given_by(application: Application, source: Any) -> CorsConfiguration | None:
    from .recorders import configuration_of
    from .values import Request

    try:
        wire = WireRequest("GET", "https://api.example/items", (("Origin", _NOBODY),))
        return configuration_of(source, Request(wire), application.evaluator)
    except (NotTold, Branch):
        odd = CorsConfiguration()
        odd.origins = [Unknown("the program")]
        return odd


def _grant(where: str, config: CorsConfiguration) -> Grant:
    origins = config.origins or []
    patterns = config.patterns or []
    methods = config.methods or ["GET", "HEAD"]
    headers = config.headers or []
    parts: list[tuple[Part, str]] = [("methods", each.name) for each in methods if isinstance(each, Unknown)]
    parts += [("headers", each.name) for each in headers if isinstance(each, Unknown)]
    if isinstance(config.credentials, Unknown):
        parts.append(("credentials", config.credentials.name))
    return Grant(
        where=where,
        origins=(ALL,) if ALL in origins else _texts(origins),
        patterns=tuple(expression_of_origin(each) for each in _texts(patterns)),
        credentials=config.credentials is True and bool(origins or patterns),
        methods=METHODS_OF_ALL if ALL in methods else _texts(methods),
        headers=_texts([each for each in headers if each != ALL]) or None,
        any_header=ALL in headers,
        expose=_texts(config.expose or []) or None,
        max_age=str(config.max_age) if isinstance(config.max_age, int) else None,
        compares_methods=403,
        compares_requests=True,
        unknown=tuple(each.name for each in (*origins, *patterns) if isinstance(each, Unknown)),
        computed=tuple(parts),
    )


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(each for each in values if isinstance(each, str))


def _of_answers(application: Application) -> list[Grant]:
    """What filters that are written out send: told by what they answer to the origins that stand in the text."""
    literals = (
        node.value for node in walk(application.program.classes, application.program.loose) if isinstance(node, Literal)
    )
    named = list(dict.fromkeys(each for each in literals if isinstance(each, str) and "://" in each))[:_MOST_ORIGINS]
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for origin in (_NOBODY, *named):
        reply, _ = _asked(application, origin)
        if reply.doubt:
            return [Grant(where="the filter", unknown=(reply.doubt,))]
        sent = tuple((name, REFLECTED if value == origin else value) for name, value in reply.headers)
        found.setdefault(sent, []).append(origin)
    return [each for sent, origins in found.items() if (each := _of_headers(dict(sent), origins)) is not None]


def _of_headers(sent: dict[str, str], origins: list[str]) -> Grant | None:
    values = {name.lower(): value for name, value in sent.items()}
    allowed = values.get("access-control-allow-origin")
    if allowed is None:
        return None
    named = (allowed,) if allowed != REFLECTED or _NOBODY in origins else tuple(origins)
    return Grant(
        where="the filter",
        origins=named,
        credentials=values.get("access-control-allow-credentials") == "true",
        methods=_names(values.get("access-control-allow-methods")),
        headers=_names(values.get("access-control-allow-headers")),
        expose=_names(values.get("access-control-expose-headers")),
        max_age=values.get("access-control-max-age"),
    )


def _names(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(each.strip() for each in value.split(",") if each.strip())
