"""Sanic with sanic-ext, as an ASGI app."""

from __future__ import annotations

import logging
import re
from itertools import count
from typing import Any

from sanic import Sanic, text
from sanic.exceptions import Unauthorized
from sanic_ext import Extend

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("sanic", "sanic-ext")
_numbers = count()


def build(setup: Setup) -> Any:
    for name in ("sanic.root", "sanic.error"):
        logging.getLogger(name).disabled = True
    app = Sanic(f"items{next(_numbers)}", configure_logging=False)
    app.config.CORS_ORIGINS = {"listed": ORIGIN, "any": "*", "regex": re.compile(EXPRESSION)}[setup]
    app.config.CORS_SUPPORTS_CREDENTIALS = True
    app.config.CORS_EXPOSE_HEADERS = EXPOSED
    app.config.CORS_MAX_AGE = MAX_AGE
    app.config.OAS = False
    app.config.MOTD = False
    app.config.TOUCHUP = False  # it rewrites Sanic itself, once for a process
    app.config.NOISY_EXCEPTIONS = False
    if setup == "listed":
        app.config.CORS_METHODS = METHODS
        app.config.CORS_ALLOW_HEADERS = HEADERS
    Extend(app)

    @app.route("/items", methods=METHODS)
    async def items(request: Any) -> Any:
        return text("items", headers=TOTAL)

    @app.get("/private")
    async def private(request: Any) -> Any:
        raise Unauthorized

    @app.get("/boom")
    async def boom(request: Any) -> Any:
        raise Crash

    return app
