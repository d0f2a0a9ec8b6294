"""Starlette, FastAPI, Django and Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet
from .quoting import arguments, array, flask_cors_value, quoted

if TYPE_CHECKING:
    from .model import ServerChange

_OUTERMOST = (
    "Add it last, so that it stands outside the other middleware. An exception that nothing catches still becomes a "
    "500 without the headers: turn exceptions into responses with a handler."
)


def starlette(change: ServerChange) -> Snippet:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    return _cors_middleware(change, "starlette", "Starlette", "starlette.middleware.cors")


def fastapi(change: ServerChange) -> Snippet:
    """https://fastapi.tiangolo.com/tutorial/cors/"""
    return _cors_middleware(change, "fastapi", "FastAPI", "fastapi.middleware.cors")


def _cors_middleware(change: ServerChange, software: str, title: str, module: str) -> Snippet:
    settings = [f"allow_origins={array([change.allow_origin])}", f"allow_methods={array(change.all_methods)}"]
    if change.headers:
        settings.append(f"allow_headers={array(change.headers)}")
    if change.allow_credentials:
        settings.append("allow_credentials=True")
    if change.expose:
        settings.append(f"expose_headers={array(change.expose)}")
    if change.max_age is not None:
        settings.append(f"max_age={change.max_age}")
    lines = "".join(f"    {setting},\n" for setting in settings)
    text = f"from {module} import CORSMiddleware\n\napp.add_middleware(\n    CORSMiddleware,\n{lines})\n"
    return Snippet(software, f"{title}: CORSMiddleware", "python", text, _OUTERMOST)


def django(change: ServerChange) -> Snippet:
    """https://github.com/adamchainz/django-cors-headers"""
    imports = ["from corsheaders.defaults import default_headers", ""] if change.headers else []
    lines = [
        *imports,
        'INSTALLED_APPS += ["corsheaders"]',
        "# Before CommonMiddleware and all else that can answer a request.",
        'MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *MIDDLEWARE]',
        "",
        f"CORS_ALLOWED_ORIGINS = {array([change.allow_origin])}",
        f"CORS_ALLOW_METHODS = {array(change.all_methods)}",
    ]
    if change.headers:
        lines.append(f"CORS_ALLOW_HEADERS = [*default_headers, {arguments(name.lower() for name in change.headers)}]")
    if change.allow_credentials:
        lines.append("CORS_ALLOW_CREDENTIALS = True")
    if change.expose:
        lines.append(f"CORS_EXPOSE_HEADERS = {array(change.expose)}")
    if change.max_age is not None:
        lines.append(f"CORS_PREFLIGHT_MAX_AGE = {change.max_age}")
    note = "pip install django-cors-headers; these lines go into the settings, below INSTALLED_APPS and MIDDLEWARE."
    if change.allow_credentials:
        note += (
            " For unsafe methods with the session's cookie Django wants the origin in CSRF_TRUSTED_ORIGINS as well, "
            "and pages of another site need the cookie to be SameSite=None and Secure."
        )
    return Snippet("django", "Django: django-cors-headers", "python", "\n".join(lines) + "\n", note)


def flask(change: ServerChange) -> Snippet:
    """https://flask-cors.readthedocs.io/"""
    settings = [
        f"origins=[{flask_cors_value(change.allow_origin)}]",
        f"methods={array(change.all_methods)}",
    ]
    if change.headers:
        settings.append(f"allow_headers=[{', '.join(map(flask_cors_value, change.headers))}]")
    if change.allow_credentials:
        settings.append("supports_credentials=True")
    if change.expose:
        settings.append(f"expose_headers={array(change.expose)}")
    if change.max_age is not None:
        settings.append(f"max_age={change.max_age}")
    lines = "".join(f"    {setting},\n" for setting in settings)
    text = f"from flask_cors import CORS\n\nCORS(\n    app,\n{lines})\n"
    note = f"pip install flask-cors. To allow some paths only: resources={{{quoted('/api/*')}: {{…}}}}."
    return Snippet("flask", "Flask: flask-cors", "python", text, note)
