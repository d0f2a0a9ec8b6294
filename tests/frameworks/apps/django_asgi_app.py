"""Django as an ASGI app, with django-cors-headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import override_settings

from .django_app import PACKAGES, cors_settings, set_up

if TYPE_CHECKING:
    from . import Setup

__all__ = ["PACKAGES", "build"]


def build(setup: Setup) -> Any:
    set_up()
    from django.core.asgi import get_asgi_application

    with override_settings(**cors_settings(setup)):
        inner = get_asgi_application()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        with override_settings(**cors_settings(setup)):
            await inner(scope, receive, send)

    return app
