"""Quart with quart-cors."""

from __future__ import annotations

import re
from typing import Any

from quart import Quart, Response, abort
from quart_cors import cors

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("quart", "quart-cors")


def build(setup: Setup) -> Any:
    app = Quart("items")
    app.logger.disabled = True
    listed: dict[str, Any] = {"allow_origin": [ORIGIN], "allow_methods": METHODS, "allow_headers": HEADERS}
    cors(
        app,
        allow_credentials=True,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
        **{"listed": listed, "any": {"allow_origin": "*"}, "regex": {"allow_origin": re.compile(EXPRESSION)}}[setup],
    )

    @app.route("/items", methods=METHODS)
    async def items() -> Response:
        return Response("items", headers=TOTAL)

    @app.get("/private")
    async def private() -> Response:
        abort(401)

    @app.get("/boom")
    async def boom() -> Response:
        raise Crash

    return app
