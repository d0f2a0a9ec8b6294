"""Traefik, version 2 and 3: labels, files, Kubernetes' resources, and options of its command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.wire import WireRequest
from ....records import replace
from ....url import parse_url
from ..asked import Asked
from ..model import Configured, Grant, Mistake
from ..replies import of_all, supposing
from .headers import BY_VERSION, headers_of
from .replies import followed, replies_of, routes_of
from .rules import hosts_of, path_of
from .settings import Middleware, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..model import Part
    from ..replies import Replies, Reply
    from .headers import Headers
    from .replies import Route
    from .settings import Settings

TRAEFIK_SIGN: Final = r"(?i)(?<!HttpHeaders\.)accessControlAllow|traefik\.http\.middlewares|\bcustomResponseHeaders\b"
_MOST_ROUTERS: Final = 20
_MOST: Final = 50
"""Middlewares that send headers of CORS."""


def read_traefik(text: str) -> Configured:
    """https://doc.traefik.io/traefik/middlewares/http/headers/#cors-headers"""
    settings = settings_of(text)
    routes = routes_of(settings)
    cors = [each for each in settings.middlewares if each.is_of_cors][:_MOST]
    if not cors and not any(each.chain for each in routes):
        unread = settings.unread[:1] or ["a form of Traefik's settings that is not read"]
        return Configured(kind="Traefik", software="traefik", grants=(), not_understood=tuple(unread))
    is_whole = bool(routes) or settings.has_labels or any(each.middlewares for each in settings.entry_points.values())
    named = _named(settings, routes) if is_whole else {id(each) for each in cors}
    attached = [each for each in cors if id(each) in named]
    mistakes = [_not_attached(each, settings) for each in cors if id(each) not in named]
    mistakes += [_of_two_kinds(each) for each in cors if len(each.kinds) > 1]
    elsewhere = any(not each.kinds for route in routes for each in route.chain)
    replies: Replies | None = replies_of(settings, routes) if routes else _of_those_alone(attached)
    if not attached and not elsewhere:
        replies = None
    return Configured(
        kind="Traefik",
        software="traefik",
        grants=tuple(_grant(each) for each in attached),
        mistakes=tuple(mistakes),
        preflight_status=200 if any(headers_of(each).is_of_cors for each in attached) else None,
        notes=_otherwise(routes, replies)
        + tuple(f"It would allow: {describe(_grant(each))}." for each in cors if id(each) not in named),
        not_understood=tuple(settings.unread[:1]),
        example_path=next(filter(None, map(_example_path, routes)), "/items"),
        replies=replies,
    )


def _named(settings: Settings, routes: Sequence[Route]) -> set[int]:
    """The middlewares that some router or entry point has."""
    chains = [each for route in routes for each in route.chain]
    for entry in settings.entry_points.values():
        chains += settings.chain_of(entry.middlewares, "file")
    return {id(each) for each in chains}


def _of_those_alone(cors: Sequence[Middleware]) -> Replies:
    """What is answered where the text has middlewares and no router: as one of them does, if all do alike."""

    def answered(request: WireRequest) -> Reply:
        def of(each: Middleware) -> Reply:
            return supposing(lambda supposed: followed([each], "", Asked(request, supposed)))

        return of_all({of(each) for each in cors}, "middleware")

    return answered


def _otherwise(routes: Sequence[Route], replies: Replies | None) -> tuple[str, ...]:
    """Routers whose answers are others than those that are asked for where no address is given."""
    asked: dict[Reply, list[Route]] = {}
    for route in [each for each in routes if each.is_of_cors and each.rule is not None][:_MOST_ROUTERS]:
        origins = [origin for each in route.chain for origin in headers_of(each).origins]
        headers = (("Origin", next(iter(origins), "https://app.example")), ("Access-Control-Request-Method", "PUT"))
        host = next(iter(hosts_of(route.rule)), "api.example") if route.rule is not None else ""
        url = f"https://{host}{_example_path(route) or '/items'}"
        if replies is not None and parse_url(url) is not None:
            asked.setdefault(replies(WireRequest("OPTIONS", url, headers)), []).append(route)
    others = [route for of in list(asked.values())[1:] for route in of]
    return tuple(
        f"The router {route.router.name} ({route.router.rule}) answers otherwise: give an address of its own."
        for route in others[:3]
    )


def _example_path(route: Route) -> str:
    return path_of(route.rule) if route.is_of_cors and route.rule is not None else ""


def _not_attached(middleware: Middleware, settings: Settings) -> Mistake:
    name = middleware.name
    return Mistake(
        "not-attached",
        f"No router names the middleware {name}: nothing of it is sent.",
        f"traefik.http.routers.NAME.middlewares={name}" if settings.has_labels else f"middlewares: {name} in a router",
    )


def _of_two_kinds(middleware: Middleware) -> Mistake:
    return Mistake(
        "middleware-of-two-kinds",
        f"The middleware {middleware.name} is {' and '.join(middleware.kinds)}: Traefik refuses one of two kinds, and "
        "its routers with it.",
        "A middleware for each.",
    )


def _grant(middleware: Middleware) -> Grant:
    options = headers_of(middleware)
    sent = {name.lower(): value for name, value in options.of_answers}
    if not options.is_of_cors:  # headers that are put on the answers of the program behind
        return Grant(
            where=f"customResponseHeaders of {middleware.name or 'the middleware'}",
            origins=tuple(filter(None, [sent.get("access-control-allow-origin")])),
            credentials=sent.get("access-control-allow-credentials") == "true",
            methods=_split(sent.get("access-control-allow-methods")),
            headers=_split(sent.get("access-control-allow-headers")),
            is_fixed=True,
        )
    grant = Grant(
        where=f"middleware {middleware.name}" if middleware.name else "the middleware",
        origins=options.origins,
        patterns=options.patterns,
        credentials=options.credentials,
        methods=options.methods or None,
        headers=options.headers or None,
        expose=options.expose or None,
        max_age=options.max_age or "0",
        computed=(("credentials", options.credentials_text[:60]),) if options.credentials_text else (),
    )
    return replace(grant, computed=(*grant.computed, *_by_version(options)))


def _split(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


def _by_version(options: Headers) -> Iterator[tuple[Part, str]]:
    stars: tuple[tuple[Part, tuple[str, ...]], ...] = (
        ("credentials", options.origins), ("methods", options.methods), ("headers", options.headers),
    )  # fmt: skip
    for part, names in stars:
        if options.credentials and "*" in names:
            yield part, BY_VERSION


def describe(grant: Grant) -> str:
    """A grant in one line."""
    parts = [f"origins {', '.join((*grant.origins, *grant.patterns)) or 'none'}"]
    parts += [f"methods {', '.join(grant.methods)}"] if grant.methods else []
    parts += [f"headers {', '.join(grant.headers)}"] if grant.headers else []
    parts += ["credentials"] if grant.credentials else []
    return "; ".join(parts)
