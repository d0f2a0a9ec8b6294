"""Django with django-cors-headers, once for the process; each app applies its own settings while it answers."""

from __future__ import annotations

import logging
import sys
from functools import cache
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from . import EXPOSED, EXPRESSION, HEADERS, MAX_AGE, METHODS, ORIGIN, TOTAL, Crash, Setup

PACKAGES = ("django", "django-cors-headers")


def items(request: Any) -> HttpResponse:
    return HttpResponse("items", headers=TOTAL)


def private(request: Any) -> HttpResponse:
    return HttpResponse("no", status=401)


def boom(request: Any) -> HttpResponse:
    raise Crash


urlpatterns = [path("items", items), path("private", private), path("boom", boom)]


@cache
def set_up() -> None:
    """Configure Django, unless another test of this process has: what counts is set while an app answers."""
    if not settings.configured:
        settings.configure(LOGGING_CONFIG=None, SECRET_KEY="for tests alone")
    logging.getLogger("django.request").disabled = True
    if not apps.ready:
        django.setup()


def cors_settings(setup: Setup) -> dict[str, Any]:
    shared = {
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": sys.modules[__name__],
        "MIDDLEWARE": ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"],
        "CORS_ALLOW_CREDENTIALS": True,
        "CORS_EXPOSE_HEADERS": EXPOSED,
        "CORS_PREFLIGHT_MAX_AGE": MAX_AGE,
    }
    if setup == "any":
        return {**shared, "CORS_ALLOW_ALL_ORIGINS": True}
    if setup == "regex":
        return {**shared, "CORS_ALLOWED_ORIGIN_REGEXES": [EXPRESSION]}
    return {
        **shared,
        "CORS_ALLOWED_ORIGINS": [ORIGIN],
        "CORS_ALLOW_METHODS": METHODS,
        "CORS_ALLOW_HEADERS": [name.lower() for name in HEADERS],
    }


def build(setup: Setup) -> Any:
    set_up()
    from django.core.wsgi import get_wsgi_application

    with override_settings(**cors_settings(setup)):
        inner = get_wsgi_application()

    def app(environ: Any, start_response: Any) -> Any:
        with override_settings(**cors_settings(setup)):
            return inner(environ, start_response)

    return app
