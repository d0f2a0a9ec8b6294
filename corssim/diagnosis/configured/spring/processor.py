"""DefaultCorsProcessor: what it answers to a request under one configuration.

https://github.com/spring-projects/spring-framework/blob/main/spring-web/src/main/java/org/springframework/web/cors/DefaultCorsProcessor.java
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold
from .cors_configuration import CorsConfiguration, Fails
from .values import Unknown

if TYPE_CHECKING:
    from .values import Request, Response

_VARY: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")


def process(config: CorsConfiguration | None, request: Request, response: Response) -> bool:
    """Set the headers; False where the request was refused, with 403. Without a configuration nothing is done."""
    if config is None:
        return True
    response.is_covered = True
    if config.odd:
        raise NotTold(config.odd)
    for name in _VARY:
        if not any(each == ("Vary", name) for each in response.headers):
            response.set("Vary", name, adds=True)
    if not request.is_cors or response.get("Access-Control-Allow-Origin") is not None:
        return True
    try:
        return _handle(config, request, response)
    except Fails:
        response.status = 500
        return False


def _handle(config: CorsConfiguration, request: Request, response: Response) -> bool:
    is_preflight = request.is_preflight
    origin = config.check_origin(request.origin)
    method = request.header("Access-Control-Request-Method") if is_preflight else request.method
    methods = None if origin is None else config.check_method(method)
    asked = [name for name in (request.header("Access-Control-Request-Headers") or "").split(",") if name.strip()]
    headers = config.check_headers(asked) if is_preflight and methods is not None else []
    if origin is None or methods is None or headers is None:
        response.status = 403
        return False
    response.set("Access-Control-Allow-Origin", origin)
    if is_preflight:
        response.set("Access-Control-Allow-Methods", ",".join(methods))
        if headers:
            response.set("Access-Control-Allow-Headers", ", ".join(headers))
    if config.expose and (exposed := [name for name in config.expose if isinstance(name, str)]):
        response.set("Access-Control-Expose-Headers", ", ".join(exposed))
    if isinstance(config.credentials, Unknown):
        raise NotTold(config.credentials.name)
    if config.credentials:
        response.set("Access-Control-Allow-Credentials", "true")
    if is_preflight and isinstance(config.max_age, int):
        response.set("Access-Control-Max-Age", str(config.max_age))
    return True
