"""What is told of answers to errors is what the frameworks themselves answer. Skipped where one is not installed."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.configured.read import read_configuration

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE, API = "https://app.example/", "https://api.example"
THROWS, ELSE = "/throws", "/none"


def is_readable(app: Any, path: str) -> bool:
    with Browser(mounts={API: app}) as browser:
        return browser.page(PAGE).fetch(f"{API}{path}").allowed


def starlette(handled: Any = None, *, is_around: bool = False) -> Any:
    applications = pytest.importorskip("starlette.applications")
    from starlette.exceptions import HTTPException
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def throws(request: Any) -> Any:
        raise ValueError

    def refuses(request: Any) -> Any:
        raise HTTPException(403)

    handlers = {} if handled is None else {handled: lambda request, error: PlainTextResponse("", 500)}
    routes = [Route(THROWS, throws), Route("/refuses", refuses)]
    app = applications.Starlette(routes=routes, exception_handlers=handlers)
    if is_around:
        return CORSMiddleware(app, allow_origins=["*"])
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    return app


STARLETTE: dict[str, tuple[Callable[[], Any], str, bool]] = {
    "nothing handles it": (starlette, THROWS, False),
    "a handler for Exception": (lambda: starlette(Exception), THROWS, False),
    "a handler for 500": (lambda: starlette(500), THROWS, False),
    "a handler for its own class": (lambda: starlette(ValueError), THROWS, True),
    "an HTTPException": (starlette, "/refuses", True),
    "no such path": (starlette, ELSE, True),
    "around the whole app": (lambda: starlette(is_around=True), THROWS, True),
}


@pytest.mark.parametrize("name", STARLETTE)
def test_starlette_answers_some_exceptions_outside_its_cors_middleware(name: str) -> None:
    build, path, readable = STARLETTE[name]
    assert is_readable(build(), path) == readable


@pytest.mark.parametrize("is_debugged", [False, True], ids=["as it is deployed", "debug=True"])
def test_flask_answers_exceptions_with_the_headers_and_its_debugger_without(is_debugged: bool) -> None:
    flask = pytest.importorskip("flask")
    flask_cors = pytest.importorskip("flask_cors")
    from werkzeug.debug import DebuggedApplication

    app = flask.Flask("throws")
    flask_cors.CORS(app)
    app.debug = is_debugged

    @app.get(THROWS)
    def throws() -> str:
        raise ValueError

    assert is_readable(DebuggedApplication(app) if is_debugged else app, THROWS) == (not is_debugged)


@pytest.mark.parametrize("is_above", [False, True], ids=["below it", "above it"])
def test_django_answers_with_the_headers_what_is_below_its_middleware(is_above: bool) -> None:
    django = pytest.importorskip("django")
    pytest.importorskip("corsheaders")
    from django.apps import apps
    from django.conf import settings

    if not settings.configured:
        settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"])
    if not apps.ready:
        django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test.utils import override_settings
    from django.urls import path

    def throws(request: Any) -> Any:
        raise ValueError

    urls = ModuleType("urls_that_throw")
    urls.urlpatterns = [path(THROWS.strip("/"), throws)]  # type: ignore[attr-defined]
    cors = "corsheaders.middleware.CorsMiddleware"
    refuses = f"{__name__}.refusing"
    middleware = [refuses, cors] if is_above else [cors, refuses]
    globals()["refusing"] = lambda answer: (
        lambda request: HttpResponse(status=401) if request.path == ELSE else answer(request)
    )
    with override_settings(ROOT_URLCONF=urls, ALLOWED_HOSTS=["*"], MIDDLEWARE=middleware, CORS_ALLOW_ALL_ORIGINS=True):
        app = WSGIHandler()
        assert is_readable(app, THROWS)
        assert is_readable(app, ELSE) == (not is_above)


TOLD = {
    "FastAPI": (
        "app = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['*'])",
        "which stands outside CORSMiddleware",
    ),
    "an app that CORSMiddleware is around": (
        "api = FastAPI()\napp = CORSMiddleware(api, allow_origins=['*'])", "",
    ),
    "Flask": ("app = Flask(__name__)\nCORS(app)", "with debug=True the debugger answers"),
    "Django": ("CORS_ALLOW_ALL_ORIGINS = True", "a middleware above CorsMiddleware"),
    "Express": ("app.use(cors({origin: 'https://app.example'}))", "What a route throws is answered with"),
    "Koa, which is told to leave them out": ("app.use(cors({keepHeadersOnError: false, origin: '*'}))", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_it_is_told_with_the_settings(name: str) -> None:
    text, said = TOLD[name]
    imports = {"FastAPI": "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n"}
    imports["Flask"] = "from flask import Flask\nfrom flask_cors import CORS\n"
    imports["an app that CORSMiddleware is around"] = imports["FastAPI"]
    notes = " ".join(read_configuration(imports.get(name, "") + text).notes)
    assert said in notes
    assert ("answered" in notes) == bool(said)
