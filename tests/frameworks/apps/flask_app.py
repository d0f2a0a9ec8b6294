"""Flask with flask-cors."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, abort
from flask_cors import CORS

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("flask", "flask-cors")


def build(setup: Setup) -> Any:
    app = Flask("items")
    app.logger.disabled = True
    listed = {"origins": [ORIGIN], "methods": METHODS, "allow_headers": HEADERS}
    CORS(
        app,
        supports_credentials=True,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
        **{"listed": listed, "any": {}, "regex": {"origins": re.compile(EXPRESSION)}}[setup],
    )

    @app.route("/items", methods=METHODS)
    def items() -> Response:
        return Response("items", headers=TOTAL)

    @app.get("/private")
    def private() -> Response:
        abort(401)

    @app.get("/boom")
    def boom() -> Response:
        raise Crash

    return app
