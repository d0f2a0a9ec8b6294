"""Clients of programs in Python, which answer in this process; none of them goes over a network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Ask = Callable[[str, str, dict[str, str]], tuple[int, list[tuple[str, str]]]]


def _names(text: str) -> dict[str, Any] | None:
    """What a program has after its start; None for one that does not start."""
    names: dict[str, Any] = {"__name__": "drawn"}
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

CLIENTS: dict[str, Callable[[str], Ask | None]] = {
    "flask": flask_client,
    "fastapi": asgi_client,
    "django": django_client,
}
"""What runs a program of a framework's."""
