"""Clients of programs in Python, which answer in this process; none of them goes over a network."""

from __future__ import annotations

import asyncio
import io
import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str, str, dict[str, str]], tuple[int, list[tuple[str, str]]]]


def _names(text: str) -> dict[str, Any] | None:
    """What a program has after its start; None for one that does not start."""
    module = sys.modules["drawn"] = types.ModuleType("drawn")  # where annotations are looked up
    names = vars(module)
    try:
        exec(compile(text, "drawn.py", "exec"), names)
    except ValueError:
        return None
    return names


def flask_client(text: str) -> Ask | None:
    """Flask's own client."""
    pytest.importorskip("flask_cors")
    names = _names(text)
    if names is None:
        return None
    client = names["app"].test_client()

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        came = client.open(path, method=method, headers=headers, base_url="https://api.example")
        return came.status_code, list(came.headers.items())

    return ask


def asgi_client(text: str) -> Ask | None:
    """A program that speaks ASGI, by httpx."""
    pytest.importorskip("fastapi")
    httpx = pytest.importorskip("httpx")
    names = _names(text)
    if names is None:
        return None
    transport = httpx.ASGITransport(app=names["app"], raise_app_exceptions=False)

    async def asked(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        async with httpx.AsyncClient(transport=transport, base_url="https://api.example") as client:
            came = await client.request(method, path, headers=headers)
            return came.status_code, list(came.headers.multi_items())

    return lambda method, path, headers: asyncio.run(asked(method, path, headers))


def django_client(text: str) -> Ask | None:
    """Django's own client, with the settings of the text."""
    pytest.importorskip("corsheaders")
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(SECRET_KEY="x", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DATABASES={})
        django.setup()
    from django.test import Client
    from django.test.utils import override_settings

    names = _names(text)
    if names is None:
        return None
    given = {name: value for name, value in names.items() if name.isupper() and name != "ORIGINS"}

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], **given):
            came = Client(raise_request_exception=False).generic(method, path, headers=headers, secure=True)
            return came.status_code, list(came.items())

    return ask


class _Anything:
    """Django's list of URLs, made when it is asked for."""

    def __iter__(self) -> Any:
        from django.http import HttpResponse
        from django.urls import re_path

        return iter([re_path(r"^", lambda request: HttpResponse("x"))])

    def __reversed__(self) -> Any:
        return iter(list(self))


urlpatterns: Any = _Anything()


def quart_client(text: str) -> Ask | None:
    """Quart's own client."""
    pytest.importorskip("quart_cors")
    names = _names(text)
    if names is None:
        return None

    async def asked(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        came = await names["app"].test_client().open(path, method=method, headers=headers)
        return came.status_code, list(came.headers.items())

    return lambda method, path, headers: asyncio.run(asked(method, path, headers))


def aiohttp_client(text: str) -> Ask | None:
    """aiohttp's own client, which has the program listen on the loopback for each question."""
    pytest.importorskip("aiohttp_cors")
    test_utils = pytest.importorskip("aiohttp.test_utils")
    if _names(text) is None:
        return None

    async def asked(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        names = _names(text)
        assert names is not None
        async with test_utils.TestClient(test_utils.TestServer(names["app"])) as client:
            came = await client.request(method, path, headers=headers)
            return came.status, list(came.headers.items())

    return lambda method, path, headers: asyncio.run(asked(method, path, headers))


def http_server_client(text: str) -> Ask | None:
    """A handler of `http.server`, given what would come over a connection."""
    names = _names(text)
    assert names is not None

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]]]:
        lines = [f"{method} {path} HTTP/1.0", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        connection = _Connection("\r\n".join(lines).encode())
        names["Handler"](connection, ("127.0.0.1", 1), None)
        head = connection.written.getvalue().partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in head[1:])]
        return int(head[0].split()[1]), pairs

    return ask


class _Connection:
    def __init__(self, asked: bytes) -> None:
        self.asked, self.written = io.BytesIO(asked), io.BytesIO()

    def makefile(self, mode: str, *rest: Any) -> Any:
        return self.asked if "r" in mode else self.written

    def sendall(self, data: bytes) -> None:
        self.written.write(data)


CLIENTS: dict[str, Callable[[str], Ask | None]] = {
    "flask": flask_client,
    "fastapi": asgi_client,
    "django": django_client,
    "quart": quart_client,
    "litestar": asgi_client,
    "falcon": asgi_client,
    "aiohttp": aiohttp_client,
    "http.server": http_server_client,
}
"""What runs a program of a framework's."""
