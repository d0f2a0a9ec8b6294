"""aiohttp with aiohttp-cors. It speaks neither ASGI nor WSGI, so it is served on loopback."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import aiohttp_cors
from aiohttp import web

from . import EXPOSED, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("aiohttp", "aiohttp-cors")


async def items(request: web.Request) -> web.Response:
    return web.Response(text="items", headers=TOTAL)


async def private(request: web.Request) -> web.Response:
    raise web.HTTPUnauthorized


async def boom(request: web.Request) -> web.Response:
    raise Crash


def build(setup: Setup) -> Any:
    if setup == "regex":
        raise NotImplementedError
    listed: dict[str, Any] = {"allow_headers": HEADERS, "allow_methods": METHODS}
    options: Any = aiohttp_cors.ResourceOptions(
        allow_credentials=True,
        expose_headers=EXPOSED,
        max_age=MAX_AGE,
        **(listed if setup == "listed" else {"allow_headers": "*", "allow_methods": "*"}),
    )
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={ORIGIN if setup == "listed" else "*": options})
    resource = cors.add(app.router.add_resource("/items"))
    for method in METHODS:
        cors.add(resource.add_route(method, items))
    for path, handler in (("/private", private), ("/boom", boom)):
        cors.add(cors.add(app.router.add_resource(path)).add_route("GET", handler))
    return Served(app)


class Served:
    """A transport to the app on a port of this machine, whatever origin it is mounted at."""

    def __init__(self, app: web.Application) -> None:
        import httpx

        logging.getLogger("aiohttp.server").disabled = True
        self._loop = asyncio.new_event_loop()
        self._runner = web.AppRunner(app, access_log=None)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._port = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        self._inner = httpx.HTTPTransport()

    async def _start(self) -> int:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    def handle_request(self, request: Any) -> Any:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
