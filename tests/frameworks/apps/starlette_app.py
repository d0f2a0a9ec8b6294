"""Starlette with its own CORSMiddleware."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("starlette",)


async def items(request: Any) -> PlainTextResponse:
    return PlainTextResponse("items", headers=TOTAL)


async def private(request: Any) -> PlainTextResponse:
    raise HTTPException(401)


async def boom(request: Any) -> PlainTextResponse:
    raise Crash


def options(setup: Setup) -> dict[str, Any]:
    return {
        "allow_origins": {"listed": [ORIGIN], "any": ["*"], "regex": []}[setup],
        "allow_origin_regex": EXPRESSION if setup == "regex" else None,
        "allow_methods": METHODS if setup == "listed" else ["*"],
        "allow_headers": HEADERS if setup == "listed" else ["*"],
        "allow_credentials": True,
        "expose_headers": EXPOSED,
        "max_age": MAX_AGE,
    }


def build(setup: Setup) -> Any:
    routes = [Route("/items", items, methods=METHODS), Route("/private", private), Route("/boom", boom)]
    return Starlette(routes=routes, middleware=[Middleware(CORSMiddleware, **options(setup))])
