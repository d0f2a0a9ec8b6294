"""FastAPI with Starlette's CORSMiddleware."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse

from . import METHODS, TOTAL, Crash, Setup
from .starlette_app import options

PACKAGES = ("fastapi", "starlette")


def build(setup: Setup) -> Any:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, **options(setup))

    @app.api_route("/items", methods=METHODS)
    async def items() -> Any:
        return PlainTextResponse("items", headers=TOTAL)

    @app.get("/private")
    async def private() -> None:
        raise HTTPException(401)

    @app.get("/boom")
    async def boom() -> None:
        raise Crash

    return app
