"""Litestar with its own CORSConfig."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Response, get, route
from litestar.config.cors import CORSConfig
from litestar.exceptions import NotAuthorizedException
from litestar.logging import LoggingConfig

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("litestar",)


def build(setup: Setup) -> Any:
    @route("/items", http_method=METHODS, status_code=200)
    async def items() -> Response[str]:
        return Response("items", headers=TOTAL, media_type="text/plain")

    @get("/private")
    async def private() -> str:
        raise NotAuthorizedException

    @get("/boom")
    async def boom() -> str:
        raise Crash

    listed: Any = {"allow_origins": [ORIGIN], "allow_methods": METHODS, "allow_headers": HEADERS}
    cors: Any = CORSConfig(
        allow_credentials=True,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
        **{"listed": listed, "any": {}, "regex": {"allow_origins": [], "allow_origin_regex": EXPRESSION}}[setup],
    )
    quiet = LoggingConfig(log_exceptions="never")
    return Litestar([items, private, boom], cors_config=cors, openapi_config=None, logging_config=quiet)
