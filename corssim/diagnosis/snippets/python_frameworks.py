"""Starlette, FastAPI, Django, Flask and Litestar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet, listed_headers, one_list, without_star
from .quoting import arguments, array, flask_cors_value, quoted

if TYPE_CHECKING:
    from .model import ServerChange

_OUTERMOST = (
    "Add it last, so that it stands outside the other middleware. An exception that nothing handles still becomes "
    "a 500 without the headers, with a handler for Exception too: handle exceptions by their own classes."
)


def starlette(change: ServerChange) -> Snippet:
    """https://www.starlette.io/middleware/#corsmiddleware"""
    return _cors_middleware(change, "starlette", "Starlette", "starlette.middleware.cors")


def fastapi(change: ServerChange) -> Snippet:
    """https://fastapi.tiangolo.com/tutorial/cors/"""
    return _cors_middleware(change, "fastapi", "FastAPI", "fastapi.middleware.cors")


def _cors_middleware(change: ServerChange, software: str, title: str, module: str) -> Snippet:
    text = f"from {module} import CORSMiddleware\n\n"
    if change.parts_origins:
        trusted = "".join(f"            {line},\n" for line in _starlette_settings(change.with_credentials_alone()))
        public = "".join(f"            {line},\n" for line in _starlette_settings(change.public_alone()))
        text += (
            f"TRUSTED = {array(change.allow_origins)}\n\n\n"
            "class CORSByOrigin:\n"
            "    def __init__(self, app):\n"
            "        self.trusted = CORSMiddleware(\n"
            f"            app,\n{trusted}        )\n"
            "        self.everybody = CORSMiddleware(\n"
            f"            app,\n{public}        )\n"
            "\n"
            "    async def __call__(self, scope, receive, send):\n"
            '        origin = dict(scope.get("headers", ())).get(b"origin", b"").decode("latin-1")\n'
            "        cors = self.trusted if origin in TRUSTED else self.everybody\n"
            "        await cors(scope, receive, send)\n\n\n"
            "app.add_middleware(CORSByOrigin)\n"
        )
    else:
        lines = "".join(f"    {setting},\n" for setting in _starlette_settings(change))
        text += f"app.add_middleware(\n    CORSMiddleware,\n{lines})\n"
    return Snippet(
        software, f"{title}: CORSMiddleware", "python", text, _instead(change, "CORSMiddleware") + _OUTERMOST
    )


def _starlette_settings(change: ServerChange) -> list[str]:
    origins = '["*"]' if change.any_origin else array(change.named_origins)
    settings = [f"allow_origins={origins}"]
    if change.origin_patterns and not change.any_origin:
        settings.append(f'allow_origin_regex=r"{_joined(change.origin_patterns)}"')
    settings.append(f"allow_methods={array(change.all_methods)}")
    if headers := listed_headers(change):
        settings.append(f"allow_headers={array(headers)}")
    if change.allow_credentials:
        settings.append("allow_credentials=True")
    if change.expose:
        settings.append(f"expose_headers={array(change.expose)}")
    if change.max_age is not None:
        settings.append(f"max_age={change.max_age}")
    return settings


def _joined(patterns: tuple[str, ...]) -> str:
    """One expression for several."""
    return patterns[0] if len(patterns) == 1 else "|".join(f"(?:{pattern})" for pattern in patterns)


def _instead(change: ServerChange, what: str) -> str:
    return f"In place of the {what} that is there. " if change.replaces else ""


def django(change: ServerChange) -> Snippet:
    """https://github.com/adamchainz/django-cors-headers"""
    change, told = one_list(change, "django-cors-headers")
    imports = ["from corsheaders.defaults import default_headers", ""] if listed_headers(change) else []
    lines = [
        *imports,
        'INSTALLED_APPS += ["corsheaders"]',
        "# Before CommonMiddleware and all else that can answer a request.",
        'MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *MIDDLEWARE]',
        "",
    ]
    # Each of the two left as True beside the other lets every origin in, with credentials too.
    if change.is_for_anybody:
        lines += ["CORS_ALLOW_ALL_ORIGINS = True", "CORS_ALLOW_CREDENTIALS = False"]
    else:
        lines += ["CORS_ALLOW_ALL_ORIGINS = False", f"CORS_ALLOWED_ORIGINS = {array(change.named_origins)}"]
    if change.origin_patterns and not change.any_origin:
        lines.append(
            f"CORS_ALLOWED_ORIGIN_REGEXES = [{', '.join(f'r{quoted_raw(p)}' for p in change.origin_patterns)}]"
        )
    methods = without_star(change.all_methods)
    lines.append(f"CORS_ALLOW_METHODS = {array(methods)}" if methods else "")
    if not methods:
        lines[-1] = 'CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]'
    if headers := listed_headers(change):
        lines.append(f"CORS_ALLOW_HEADERS = [*default_headers, {arguments(name.lower() for name in headers)}]")
    if change.allow_credentials:
        lines.append("CORS_ALLOW_CREDENTIALS = True")
    if change.expose:
        lines.append(f"CORS_EXPOSE_HEADERS = {array(change.expose)}")
    if change.max_age is not None:
        lines.append(f"CORS_PREFLIGHT_MAX_AGE = {change.max_age}")
    note = "pip install django-cors-headers; these lines go into the settings, below INSTALLED_APPS and MIDDLEWARE."
    note += " What is there already stays once: one CorsMiddleware, one CORS_… line of each name."
    if change.allow_credentials:
        note += (
            " For unsafe methods with the session's cookie Django wants the origin in CSRF_TRUSTED_ORIGINS as well, "
            "and pages of another site need the cookie to be SameSite=None and Secure."
        )
    return Snippet("django", "Django: django-cors-headers", "python", "\n".join(lines) + "\n", told + note)


def quoted_raw(pattern: str) -> str:
    """An expression between quotes, its backslashes as they are: patterns hold no quotes."""
    return f'"{pattern}"'


def flask(change: ServerChange) -> Snippet:
    """https://flask-cors.readthedocs.io/"""
    if change.parts_origins:
        return _flask_by_hand(change)
    patterns = [f'r"{pattern}"' for pattern in change.origin_patterns]
    origins = '"*"' if change.is_for_anybody else ", ".join([*map(flask_cors_value, change.named_origins), *patterns])
    settings = [f"origins=[{origins}]", f"methods={array(change.all_methods)}"]
    if headers := listed_headers(change):
        settings.append(f"allow_headers=[{', '.join(map(flask_cors_value, headers))}]")
    else:
        settings.append("allow_headers=[]")
    if change.allow_credentials:
        settings.append("supports_credentials=True")
    if change.expose:
        settings.append(f"expose_headers={array(change.expose)}")
    if change.max_age is not None:
        settings.append(f"max_age={change.max_age}")
    lines = "".join(f"    {setting},\n" for setting in settings)
    text = f"from flask_cors import CORS\n\nCORS(\n    app,\n{lines})\n"
    note = _instead(change, "CORS(app, …)") + "pip install flask-cors. "
    note += f"To allow some paths only: resources={{{quoted('/api/*')}: {{…}}}}."
    return Snippet("flask", "Flask: flask-cors", "python", text, note)


def _flask_by_hand(change: ServerChange) -> Snippet:
    lines = [
        "from flask import request",
        "",
        f"TRUSTED = {array(change.allow_origins)}",
        *([] if change.any_origin else [f"PUBLIC = {array(tuple(change.public_origins))}"]),
        "",
        "",
        "@app.before_request",
        "def answer_preflights():",
        '    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:',
        '        return "", 204',
        "",
        "",
        "@app.after_request",
        "def add_cors(response):",
        '    origin = request.headers.get("Origin")',
        '    response.vary.add("Origin")',
        "    if origin in TRUSTED:",
        '        response.headers["Access-Control-Allow-Origin"] = origin',
        '        response.headers["Access-Control-Allow-Credentials"] = "true"',
        *(
            ["    else:", '        response.headers["Access-Control-Allow-Origin"] = "*"']
            if change.any_origin
            else ["    elif origin in PUBLIC:", '        response.headers["Access-Control-Allow-Origin"] = origin']
        ),
    ]
    if change.expose:
        lines.append(f'    response.headers["Access-Control-Expose-Headers"] = "{", ".join(change.expose)}"')
    lines += [
        '    if request.method == "OPTIONS":',
        f'        response.headers["Access-Control-Allow-Methods"] = "{", ".join(change.all_methods)}"',
    ]
    if change.headers:
        lines.append(f'        response.headers["Access-Control-Allow-Headers"] = "{", ".join(change.headers)}"')
    if change.max_age is not None:
        lines.append(f'        response.headers["Access-Control-Max-Age"] = "{change.max_age}"')
    lines.append("    return response")
    note = (
        "In place of flask-cors, which cannot allow some origins with credentials and others without. Put it above "
        "what checks the sign-in, so that preflights are answered first."
    )
    return Snippet("flask", "Flask: before_request and after_request", "python", "\n".join(lines) + "\n", note)


def litestar(change: ServerChange) -> Snippet:
    """https://docs.litestar.dev/latest/usage/middleware/builtin-middleware.html#cors"""
    shown, narrower = one_list(change, "Litestar's CORSConfig")
    settings = [f"allow_origins={'[' + quoted('*') + ']' if shown.any_origin else array(shown.named_origins)}"]
    settings.append(f"allow_methods={array(shown.all_methods)}")
    if headers := listed_headers(shown):
        settings.append(f"allow_headers={array(headers)}")
    if shown.allow_credentials:
        settings.append("allow_credentials=True")
    if shown.expose:
        settings.append(f"expose_headers={array(shown.expose)}")
    if shown.max_age is not None:
        settings.append(f"max_age={shown.max_age}")
    lines = "".join(f"    {setting},\n" for setting in settings)
    text = f"from litestar.config.cors import CORSConfig\n\ncors_config = CORSConfig(\n{lines})\n\n"
    text += "# Litestar(…, cors_config=cors_config)\n"
    return Snippet(
        "litestar", "Litestar: CORSConfig", "python", text, narrower + "Given to Litestar() when the app is made."
    )
