"""Falcon with its own CORSMiddleware, which takes no methods, no headers and no Max-Age."""

from __future__ import annotations

import logging
from typing import Any

import falcon

from . import EXPOSED, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("falcon",)


class Items:
    def on_get(self, request: Any, response: Any) -> None:
        response.text = "items"
        response.set_headers(TOTAL)

    on_put = on_patch = on_delete = on_get


class Private:
    def on_get(self, request: Any, response: Any) -> None:
        raise falcon.HTTPUnauthorized


class Boom:
    def on_get(self, request: Any, response: Any) -> None:
        raise Crash


def build(setup: Setup) -> Any:
    if setup == "regex":
        raise NotImplementedError
    logging.getLogger("falcon").disabled = True
    cors: Any = falcon.CORSMiddleware(
        allow_origins=ORIGIN if setup == "listed" else "*", expose_headers=EXPOSED, allow_credentials="*"
    )
    app = falcon.App(middleware=cors)
    app.add_route("/items", Items())
    app.add_route("/private", Private())
    app.add_route("/boom", Boom())
    return app
