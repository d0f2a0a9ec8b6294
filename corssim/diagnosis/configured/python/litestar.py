"""Litestar's CORSConfig, and Falcon's CORSMiddleware: layers outside of all that an application does.

https://docs.litestar.dev/latest/usage/middleware/builtin-middleware.html#cors ;
https://falcon.readthedocs.io/en/stable/api/cors.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ..model import matches
from ..replies import NotTold
from .messages import Request, Response
from .routes import Route, routes_at
from .values import MISSING, Instance, Thing, Unknown, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .running import Run

_SAFELISTED: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Config(Thing):
    """`CORSConfig(…)`."""

    def __init__(self, run: Run, **named: Any) -> None:
        super().__init__()
        del run
        if (unknown := unknown_in(named)) is not None:
            raise NotTold(unknown.text)
        self.named = named
        self.origins = [*named.get("allow_origins", ["*"])]
        self.methods = [*named.get("allow_methods", ["*"])]
        self.headers = [each.lower() for each in named.get("allow_headers", ["*"])]
        self.expose = sorted(set(named.get("expose_headers", [])))

    def allows(self, origin: str) -> bool:
        """Whether an origin is one of those that are listed, of which `*` is any part."""
        if "*" in self.origins:
            return True
        parts = [re.escape(each).replace(r"\*", ".*") for each in self.origins]
        pattern = self.named.get("allow_origin_regex")
        return matches(rf"\A(?:{'|'.join([*parts, *([pattern] if pattern else [])])})\Z", origin)


class Application(Thing):
    """`Litestar(…)`."""

    server = "litestar"

    def __init__(self, run: Run, *args: Any, cors_config: Any = None, **named: Any) -> None:
        super().__init__()
        del args, named
        self.run = run
        if isinstance(cors_config, Unknown):
            raise NotTold(cors_config.text)
        self.config = cors_config if isinstance(cors_config, Config) else None
        self.layers = [self.config] if self.config is not None else []
        run.made.append(self)

    def answered(self, request: Request) -> Response:
        """Its own answer to OPTIONS of another page, or that of a route with its headers."""
        if self.run.writes:  # type: ignore[attr-defined]
            raise NotTold("a header that it writes itself")
        if self.config is None or request.origin is None:
            return Response(204 if request.method == "OPTIONS" else None)
        if request.method == "OPTIONS":
            return self._preflight(self.config, request)
        response = Response()
        put = response.headers.put
        anybody = "*" in self.config.origins
        if anybody:
            put("Access-Control-Allow-Origin", request.origin if request.header("Cookie") is not None else "*")
        if self.config.named.get("allow_credentials"):
            put("Access-Control-Allow-Credentials", "true")
        if self.config.expose:
            put("Access-Control-Expose-Headers", ", ".join(self.config.expose))
        if not anybody and self.config.allows(request.origin):
            put("Access-Control-Allow-Origin", request.origin)
        return response

    def _preflight(self, config: Config, request: Request) -> Response:
        asked = [each.strip() for each in (request.asked_headers or "").split(",") if each.strip()]
        every_header = "*" in config.headers
        listed = {*config.headers, *(each.lower() for each in _SAFELISTED)}
        is_refused = not config.allows(request.origin or "")
        method = request.asked_method
        is_refused = is_refused or bool("*" not in config.methods and method and method not in config.methods)
        if is_refused or (not every_header and any(each.lower() not in listed for each in asked)):
            return Response(400)
        response = Response(204)
        put = response.headers.put
        put("Access-Control-Max-Age", str(config.named.get("max_age", 600)))
        put("Access-Control-Allow-Origin", "*" if "*" in config.origins else request.origin)
        if config.named.get("allow_credentials"):
            put("Access-Control-Allow-Credentials", "true")
        if asked and every_header:
            put("Access-Control-Allow-Headers", ", ".join(sorted({*asked, *_SAFELISTED})))
        elif not every_header:
            put("Access-Control-Allow-Headers", ", ".join(sorted({*config.headers, *_SAFELISTED})))
        if config.methods:
            put(
                "Access-Control-Allow-Methods", ", ".join(_METHODS if "*" in config.methods else sorted(config.methods))
            )
        return response


class Falcon(Thing):
    """`falcon.App(cors_enable=True)` or with its CORSMiddleware among the middlewares."""

    server = "falcon"

    def __init__(self, run: Run, *args: Any, cors_enable: Any = False, middleware: Any = None, **named: Any) -> None:
        super().__init__()
        del args, named
        self.run = run
        self.routes: list[Route] = []
        given = middleware if isinstance(middleware, list | tuple) else [] if middleware is None else [middleware]
        for each in given:
            if not isinstance(each, FalconLayer):
                raise NotTold(f"middleware {shown(each)}")
        self.layers: list[FalconLayer] = list(given)
        if run.is_true(cors_enable):
            self.layers.insert(0, FalconLayer(run))
        run.made.append(self)

    def do_add_middleware(self, middleware: Any) -> None:
        if not isinstance(middleware, FalconLayer):
            raise NotTold(f"add_middleware({shown(middleware)})")
        self.layers.append(middleware)

    def answered(self, request: Request) -> Response:
        """The answer of a route, which answers OPTIONS with its methods, and the headers of the layers."""
        if self.run.writes:  # type: ignore[attr-defined]
            raise NotTold("a header that it writes itself")
        at = routes_at(self.routes, request.path)
        response = Response(200 if request.method == "OPTIONS" else None)
        methods: Any = Unknown("the methods of the route")
        if at and at[0].methods is not None:
            methods = ", ".join(at[0].methods)
        for layer in reversed(self.layers):
            layer.put(request, response, methods)
        return response

    def do_add_route(self, path: Any, resource: Any, **named: Any) -> None:
        del named
        methods: tuple[str, ...] | None = None
        if isinstance(resource, Instance):
            methods = tuple(name for name in _METHODS if resource.of.found(f"on_{name.lower()}") is not MISSING)
        if isinstance(path, str):
            self.routes.append(Route(path, methods))


class FalconLayer(Thing):
    """`falcon.CORSMiddleware(…)`."""

    def __init__(self, run: Run, **named: Any) -> None:
        super().__init__()
        del run
        if (unknown := unknown_in(named)) is not None:
            raise NotTold(unknown.text)
        self.origins = named.get("allow_origins", "*")
        self.credentials = named.get("allow_credentials") or []
        self.expose = named.get("expose_headers")

    def put(self, request: Request, response: Response, methods: Any) -> None:
        """Its headers; the methods of a preflight are those of the route."""
        origin = request.origin
        if origin is None or (self.origins != "*" and origin not in _all(self.origins)):
            return
        put = response.headers.put
        has_credentials = self.credentials == "*" or origin in _all(self.credentials)
        if has_credentials:
            put("Access-Control-Allow-Credentials", "true")
        put("Access-Control-Allow-Origin", "*" if self.origins == "*" and not has_credentials else origin)
        if self.expose:
            put("Access-Control-Expose-Headers", ", ".join(_all(self.expose)))
        if request.method == "OPTIONS" and request.asked_method is not None:
            put("Access-Control-Allow-Methods", methods)
            put("Access-Control-Allow-Headers", request.asked_headers or "*")
            put("Access-Control-Max-Age", "86400")


def _all(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


THINGS: Final[dict[str, Callable[..., Any]]] = {
    "litestar.Litestar": Application,
    "litestar.CORSConfig": Config,
    "falcon.App": Falcon,
    "falcon.API": Falcon,
    "falcon.CORSMiddleware": FalconLayer,
}
