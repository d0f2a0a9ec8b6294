"""Programs in Python that are drawn, as people write them, and their frameworks run in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

APP, WWW, OTHER = "https://app.example", "https://www.example", "https://other.example"
PATHS = ("/api/items", "/api/items/7", "/open", "/slash/", "/slash")
PATHS_OF = {"falcon": ("/api/items", "/api/items/7"), "litestar": ("/api/items",), "aiohttp": PATHS[:3]}
"""Those that programs of a framework have, where they are others."""


def _origins(random: Random, *, is_flask: bool = False) -> str:
    plain = [f"['{APP}']", f"['{APP}', '{WWW}']", "['*']", "ORIGINS", "list(ORIGINS)", f"[*ORIGINS, '{WWW}']"]
    plain += [f"('{APP}',)", "ORIGINS + ['https://third.example']", "[each for each in ORIGINS if each]"]
    if is_flask:
        plain += ["'*'", f"'{APP}'", "r'https://.*\\.example'", "re.compile(r'https://(app|www)\\.example$')"]
        plain += [f"'{APP.upper()}'", "[r'^https://(app|www)\\.example$', 'https://third.example']"]
    return random.choice(plain)


def _options(random: Random, named: dict[str, list[str]]) -> str:
    return ", ".join(f"{name}={random.choice(values)}" for name, values in named.items() if random.random() < 0.5)


_HEAD = f"import re\nORIGINS = ['{APP}']\n"
_ORIGIN_TESTS = (
    "origin in ORIGINS",
    "origin and origin.endswith('.example')",
    "origin in {'https://app.example': 1}",
    "re.match(r'https://(app|www)\\.', origin or '')",
    "origin == ORIGINS[0]",
    "any(origin == each for each in ORIGINS)",
    "not origin or origin.startswith('https://app')",
)


def _put(random: Random, response: str, origin: str, pad: str) -> str:
    """Statements that put headers on an answer, under a condition or not."""
    value = random.choice(["'*'", f"'{APP}'", "origin or '*'", "f'{ORIGINS[0]}'", "','.join(ORIGINS)"])
    write = random.choice(
        [
            f"{response}.headers['Access-Control-Allow-Origin'] = {value}",
            f"{response}.headers['access-control-allow-origin'] = {value}",
            f"{response}.headers.update({{'Access-Control-Allow-Origin': {value}}})",
            f"{response}.headers.setdefault('Access-Control-Allow-Origin', {value})",
        ]
    )
    listed = random.choice(["'GET, PUT'", "', '.join(['GET', 'POST'])"])
    methods = f"{response}.headers['Access-Control-Allow-Methods'] = {listed}"
    lines = [f"origin = {origin}", write, methods]
    shape = random.randint(0, 3)
    if shape == 1:
        lines = [f"origin = {origin}", f"if {random.choice(_ORIGIN_TESTS)}:", f"    {write}", methods]
    elif shape == 2:
        lines = [
            f"origin = {origin}",
            f"if {random.choice(_ORIGIN_TESTS)}:",
            f"    {write}",
            f"    {response}.headers['Access-Control-Allow-Credentials'] = 'true'",
            "else:",
            f"    {response}.headers['Access-Control-Allow-Origin'] = '{WWW}'",
        ]
    elif shape == 3:
        lines = [
            f"origin = {origin}",
            "for name, value in {'Access-Control-Allow-Origin': '*', 'Access-Control-Max-Age': '60'}.items():",
            f"    {response}.headers[name] = value",
        ]
    return "".join(f"{pad}{line}\n" for line in lines)


# Flask.

_FLASK_OPTIONS = {
    "methods": ["['GET', 'PUT']", "['POST']", "'GET'", "['get', 'options', 'put']"],
    "allow_headers": ["['Content-Type', 'X-Token']", "'*'", "['X-.*']", "'content-type'"],
    "supports_credentials": ["True", "False"],
    "max_age": ["3600", "None", "timedelta(hours=1)"],
    "expose_headers": ["['X-A', 'B']", "'X-A'"],
    "send_wildcard": ["True", "False", "False"],
    "vary_header": ["True", "False"],
}
_FLASK_VIEWS = (
    "return jsonify({})",
    "return 'x', 201",
    "return 'x', 200, {'Access-Control-Allow-Origin': 'https://view.example'}",
    "abort(403)",
    "raise KeyError('x')",
    "response = make_response('x')\n    response.headers['Access-Control-Allow-Origin'] = '*'\n    return response",
    "return Response('x', headers={'Access-Control-Allow-Methods': 'PUT'})",
)


_FLASK_FIRST = (
    "if request.method == 'OPTIONS':\n        return '', 204",
    (
        "if request.method == 'OPTIONS':\n        response = make_response()\n"
        "        response.headers.add('Access-Control-Allow-Origin', '*')\n        return response"
    ),
    "if request.method != 'OPTIONS' and request.path.startswith('/api'):\n        abort(401)",
    "if request.headers.get('Origin') not in ORIGINS:\n        return 'no', 403",
)


def _flask_options(random: Random) -> str:
    listed = [_options(random, _FLASK_OPTIONS)]
    if random.random() < 0.8:
        listed.insert(0, f"origins={_origins(random, is_flask=True)}")
    return ", ".join(each for each in listed if each)


def _flask_layer(random: Random, on: str) -> str:
    options = _flask_options(random)
    shape = random.randint(0, 6)
    if shape == 0:
        inner = f"{{r'/api/*': dict({options}), '/open': {{'origins': '*'}}}}"
        return f"CORS({on}, resources={inner})\n"
    if shape == 1:
        return f"cors = CORS({options})\ncors.init_app({on})\n"
    if shape == 2:
        return f"CORS({on}, resources=[r'/api/items.*', '/open'], {options})\n"
    if shape == 3 and on == "app":
        return f"app.config['CORS_ORIGINS'] = {_origins(random)}\nCORS(app)\napp.config['CORS_MAX_AGE'] = 5\n"
    if shape == 4:
        return f"settings = dict({options})\nCORS({on}, **settings)\n"
    return f"CORS({on}{', ' if options else ''}{options})\n"


def _flask_decorator(random: Random) -> str:
    return f"@cross_origin({_flask_options(random)})\n" if random.random() < 0.3 else ""


def _flask_own_decorator(random: Random) -> str:
    origin = random.choice(["request.headers.get('Origin')", "request.headers.get('Origin', '')"])
    put = _put(random, "response", origin, "        ")
    return (
        "def own_cors(view):\n    @wraps(view)\n    def wrapped(*args, **named):\n"
        "        response = make_response(view(*args, **named))\n"
        + put
        + "        return response\n    return wrapped\n"
    )


def flask_program(random: Random) -> str:
    """A program of Flask, with flask-cors, functions of its own, or both."""
    text = _HEAD + (
        "from datetime import timedelta\nfrom functools import wraps\n"
        "from flask import Blueprint, Flask, Response, abort, jsonify, make_response, request\n"
        "from flask_cors import CORS, cross_origin\n"
    )
    own = random.random() < 0.3
    if own:
        text += _flask_own_decorator(random)
    prefix = random.choice(["", ", url_prefix='/api'"])
    text += f"app = Flask(__name__)\nbp = Blueprint('bp', __name__{prefix})\n"
    layers = [_flask_layer(random, random.choice(["app", "app", "app", "bp"]))] if random.random() < 0.75 else []
    if random.random() < 0.3:
        origin = random.choice(
            ["request.headers.get('Origin')", "request.environ.get('HTTP_ORIGIN')", "request.origin"]
        )
        layers.append(
            "@app.after_request\ndef own_headers(response):\n"
            + _put(random, "response", origin, "    ")
            + "    return response\n"
        )
    if random.random() < 0.2:
        layers.append(f"@app.before_request\ndef first():\n    {random.choice(_FLASK_FIRST)}\n")
    if random.random() < 0.2:
        layers.append("@app.errorhandler(403)\ndef refused(error):\n    return jsonify({}), 403\n")
    random.shuffle(layers)

    def view(path: str, name: str, on: str, methods: str) -> str:
        decorators = [f"@{on}.route('{path}'{methods})\n", _flask_decorator(random)]
        if own and random.random() < 0.5:
            decorators.append("@own_cors\n")
        if random.random() < 0.1:
            decorators.reverse()
        given = "number" if "<" in path else ""
        return "".join(decorators) + f"def {name}({given}):\n    {random.choice(_FLASK_VIEWS)}\n"

    def methods() -> str:
        return random.choice(
            ["", ", methods=['GET', 'POST', 'PUT']", ", methods=['POST']", ", methods=['GET', 'OPTIONS']"]
        )

    below = "" if "url_prefix" in text else "/api"
    text += layers[0] if layers else ""
    text += view(f"{below}/items", "items", "bp", methods()) + view(
        f"{below}/items/<int:number>", "item", "bp", methods()
    )
    text += view("/open", "open_to_all", "app", methods())
    text += view("/slash/", "slash", "app", methods() + random.choice(["", ", strict_slashes=False"]))
    return text + "".join(layers[1:]) + "app.register_blueprint(bp)\n"


# FastAPI and Starlette.

_STARLETTE_OPTIONS = {
    "allow_methods": ["['GET', 'PUT']", "['*']", "('POST',)", "METHODS"],
    "allow_headers": ["['Content-Type', 'X-Token']", "['*']", "['authorization']"],
    "allow_credentials": ["True", "False"],
    "max_age": ["5", "86400"],
    "expose_headers": ["['X-A', 'B']", "['*']"],
    "allow_origin_regex": ["r'https://(app|www)\\.example'", "'https://.*'", "None"],
}


def _starlette_options(random: Random) -> str:
    return f"allow_origins={_origins(random)}, {_options(random, _STARLETTE_OPTIONS)}"


def _starlette_layer(random: Random) -> str:
    shape = random.randint(0, 5)
    if shape == 0:
        return f"settings = dict({_starlette_options(random)})\napp.add_middleware(CORSMiddleware, **settings)\n"
    if shape == 1:
        return "app.add_middleware(GZipMiddleware, minimum_size=1000)\n"
    if shape == 2:
        put = _put(random, "response", "request.headers.get('origin')", "    ")
        return (
            "@app.middleware('http')\nasync def own(request, call_next):\n"
            "    if request.method == 'OPTIONS' and request.url.path == '/open':\n"
            "        return Response(status_code=204)\n"
            "    response = await call_next(request)\n" + put + "    return response\n"
        )
    if shape == 3:
        put = _put(random, "response", "request.headers.get('Origin')", "        ")
        return (
            "class Own(BaseHTTPMiddleware):\n    def __init__(self, app, closed=False):\n"
            "        super().__init__(app)\n        self.closed = closed\n"
            "    async def dispatch(self, request, call_next):\n"
            "        if self.closed and 'authorization' not in request.headers and request.method != 'OPTIONS':\n"
            "            return JSONResponse({}, status_code=401)\n"
            "        response = await call_next(request)\n" + put + "        return response\n"
            f"app.add_middleware(Own, closed={random.choice(['True', 'False'])})\n"
        )
    return f"app.add_middleware(\n    CORSMiddleware,\n    {_starlette_options(random)}\n)\n"


_FASTAPI_VIEWS = (
    "return {}",
    "raise HTTPException(status_code=404)",
    "raise ValueError('x')",
    "return JSONResponse({}, headers={'Access-Control-Allow-Origin': 'https://view.example'})",
    "response.headers['Access-Control-Allow-Origin'] = '*'\n    return {}",
    "return Response(status_code=204)",
)


def fastapi_program(random: Random) -> str:
    """A program of FastAPI with CORSMiddleware, middlewares of its own, or both."""
    text = _HEAD + (
        "from fastapi import APIRouter, FastAPI, HTTPException, Response\n"
        "from fastapi.middleware.cors import CORSMiddleware\nfrom fastapi.middleware.gzip import GZipMiddleware\n"
        "from fastapi.responses import JSONResponse\nfrom starlette.middleware import Middleware\n"
        "from starlette.middleware.base import BaseHTTPMiddleware\nMETHODS = ['GET', 'DELETE']\n"
    )
    listed = f"middleware=[Middleware(CORSMiddleware, {_starlette_options(random)})]" if random.random() < 0.2 else ""
    prefix = random.choice(["", "prefix='/api'"])
    text += f"app = FastAPI({listed})\nrouter = APIRouter({prefix})\n"
    layers = [_starlette_layer(random) for _ in range(random.randint(0, 3))]
    # One class, one name.
    seen: set[str] = set()
    layers = [each for each in layers if not (each[:9] in seen or seen.add(each[:9]))]  # type: ignore[func-returns-value]

    def view(path: str, name: str, on: str) -> str:
        method = random.choice(["get", "get", "post", "put", "options"])
        given = "number: int, response: Response" if "{" in path else "response: Response"
        return f"@{on}.{method}('{path}')\nasync def {name}({given}):\n    {random.choice(_FASTAPI_VIEWS)}\n"

    below = "" if "prefix" in text else "/api"
    text += "".join(layers[:1])
    text += view(f"{below}/items", "items", "router") + view(f"{below}/items/{{number}}", "item", "router")
    if random.random() < 0.3:
        text += "mounted = FastAPI()\n" + view("/", "mounted_root", "mounted").replace("app.", "mounted.")
        if random.random() < 0.5:
            text += f"mounted.add_middleware(CORSMiddleware, {_starlette_options(random)})\n"
        text += "app.mount('/open', mounted)\n"
    else:
        text += view("/open", "open_to_all", "app")
    text += view("/slash/", "slash", "app")
    text += "".join(layers[1:]) + "app.include_router(router)\n"
    return text + (f"app = CORSMiddleware(app, {_starlette_options(random)})\n" if random.random() < 0.1 else "")


# Django.

_DJANGO_SETTINGS = {
    "CORS_ALLOW_CREDENTIALS": ["True", "False"],
    "CORS_ALLOW_METHODS": ["['GET', 'PUT']", "(*default_methods, 'POKE')", "list(default_methods)"],
    "CORS_ALLOW_HEADERS": ["['x-token']", "list(default_headers) + ['x-token']", "(*default_headers, 'x-b')"],
    "CORS_EXPOSE_HEADERS": ["['X-A']", "('X-A', 'B')"],
    "CORS_PREFLIGHT_MAX_AGE": ["0", "5"],
    "CORS_URLS_REGEX": ["r'^/api/.*$'", "r'^/open'"],
    "CORS_ALLOWED_ORIGIN_REGEXES": ["[r'^https://\\w+\\.example$']", "[r'^https://www']", "[re.compile('https://w')]"],
}


def django_program(random: Random) -> str:
    """Settings of Django with django-cors-headers."""
    text = _HEAD + "from corsheaders.defaults import default_headers, default_methods\n"
    middlewares = [
        "'django.middleware.security.SecurityMiddleware'",
        "'django.middleware.common.CommonMiddleware'",
        "'corsheaders.middleware.CorsMiddleware'",
    ]
    random.shuffle(middlewares)
    if random.random() < 0.1:
        middlewares.remove("'corsheaders.middleware.CorsMiddleware'")
    text += f"INSTALLED_APPS = []\nINSTALLED_APPS += ['corsheaders']\nMIDDLEWARE = [{', '.join(middlewares)}]\n"
    if random.random() < 0.7:
        origins = _origins(random).replace("'*'", "'https://www.example'")
        text += f"CORS_ALLOWED_ORIGINS = {origins}\n"
    if random.random() < 0.3:
        name = random.choice(["CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"])
        text += f"{name} = {random.choice(['True', 'False'])}\n"
    for name, values in _DJANGO_SETTINGS.items():
        if random.random() < 0.35:
            text += f"{name} = {random.choice(values)}\n"
    return text


# Others.


def quart_program(random: Random) -> str:
    """A program of Quart with quart-cors."""
    named = {
        "allow_origin": [f"'{APP}'", f"['{APP}', re.compile(r'https://www')]", "['*']", "ORIGINS"],
        "allow_methods": ["['GET', 'PUT']", "'POST'", "['*']"],
        "allow_headers": ["['X-Token', 'Content-Type']", "['*']", "'content-type'"],
        "allow_credentials": ["True", "False"],
        "max_age": ["5", "timedelta(minutes=2)"],
        "expose_headers": ["['X-A', 'B']", "'X-A'"],
    }
    text = _HEAD + "from datetime import timedelta\nfrom quart import Quart, abort, request\n"
    text += "from quart_cors import cors, route_cors\napp = Quart(__name__)\n"
    if random.random() < 0.7:
        text += f"app = cors(app, {_options(random, named)})\n"
    if random.random() < 0.4:
        put = _put(random, "response", "request.headers.get('Origin')", "    ")
        text += f"@app.after_request\nasync def own(response):\n{put}    return response\n"
    for number, path in enumerate(("/api/items", "/api/items/<int:number>", "/open", "/slash/")):
        decorator = f"@route_cors({_options(random, named)})\n" if random.random() < 0.4 else ""
        given = "number" if "<" in path else ""
        view = random.choice(["return {}", "abort(403)", "return 'x', 200, {'Access-Control-Max-Age': '7'}"])
        text += f"@app.route('{path}', methods=['GET', 'PUT'])\n{decorator}async def v{number}({given}):\n    {view}\n"
    return text


def litestar_program(random: Random) -> str:
    """A program of Litestar with a CORSConfig."""
    named = {
        "allow_origins": [f"['{APP}']", "['https://*.example']", "['*']", "ORIGINS"],
        "allow_methods": ["['GET', 'PUT']", "['*']"],
        "allow_headers": ["['X-Token']", "['*']", "['content-type', 'x-token']"],
        "allow_credentials": ["True", "False"],
        "allow_origin_regex": ["r'https://www\\..*'"],
        "expose_headers": ["['X-A', 'B']"],
        "max_age": ["5"],
    }
    return (
        f"{_HEAD}from litestar import Litestar, get\nfrom litestar.config.cors import CORSConfig\n"
        "@get('/api/items')\nasync def items() -> dict[str, str]:\n    return {}\n"
        f"settings = CORSConfig({_options(random, named)})\n"
        "app = Litestar(route_handlers=[items], cors_config=settings)\n"
    )


def falcon_program(random: Random) -> str:
    """A program of Falcon with its CORSMiddleware."""
    named = {
        "allow_origins": [f"'{APP}'", f"['{APP}', '{WWW}']", "'*'", "ORIGINS"],
        "allow_credentials": ["'*'", f"['{WWW}']"],
        "expose_headers": ["'X-A'", "['X-A', 'B']"],
    }
    layer = (
        f"middleware=falcon.CORSMiddleware({_options(random, named)})" if random.random() < 0.8 else "cors_enable=True"
    )
    return (
        f"{_HEAD}import falcon, falcon.asgi\nclass All:\n    async def on_get(self, request, response, **named):\n"
        "        response.media = {}\n    on_post = on_put = on_get\n"
        f"app = falcon.asgi.App({layer})\n"
        "for path in ('/api/items', '/api/items/{number}', '/open', '/slash'):\n    app.add_route(path, All())\n"
    )


def aiohttp_program(random: Random) -> str:
    """A program of aiohttp with aiohttp-cors, middlewares of its own, or both."""
    named = {
        "allow_credentials": ["True", "False"],
        "allow_headers": ["'*'", "('X-Token', 'Content-Type')", "['content-type']"],
        "allow_methods": ["'*'", "['GET', 'PUT']"],
        "max_age": ["5"],
        "expose_headers": ["('X-A',)"],
    }

    def table() -> str:
        chosen = random.sample([APP, WWW, "*"], random.randint(1, 2))
        return "{" + ", ".join(f"'{each}': ResourceOptions({_options(random, named)})" for each in chosen) + "}"

    text = _HEAD + "from aiohttp import web\nimport aiohttp_cors\nfrom aiohttp_cors import ResourceOptions\n"
    text += "async def view(request):\n    return web.json_response({})\n"
    text += "async def refuses(request):\n    raise web.HTTPForbidden()\n"
    middlewares = ""
    if random.random() < 0.5:
        put = _put(random, "response", "request.headers.get('Origin')", "    ").replace(
            "access-control", "Access-Control"
        )
        answered = random.choice(
            [
                "    response = await handler(request)\n",
                (
                    "    if request.method == 'OPTIONS':\n        response = web.Response(status=204)\n"
                    "    else:\n        response = await handler(request)\n"
                ),
            ]
        )
        text += f"@web.middleware\nasync def own(request, handler):\n{answered}{put}    return response\n"
        middlewares = "middlewares=[own]"
    text += f"app = web.Application({middlewares})\n"
    routes = "app.router.add_{method}('{path}', {view})"
    added = [
        routes.format(
            method=random.choice(["get", "post", "put"]), path=path, view=random.choice(["view", "view", "refuses"])
        )
        for path in ("/api/items", "/api/items/{number}", "/open", "/slash")
    ]
    if middlewares:
        return text + "".join(f"{each}\n" for each in added)
    if random.random() < 0.5:
        text += "".join(f"{each}\n" for each in added) + f"cors = aiohttp_cors.setup(app, defaults={table()})\n"
        return text + "for route in list(app.router.routes()):\n    cors.add(route)\n"
    text += f"cors = aiohttp_cors.setup(app{random.choice(['', f', defaults={table()}'])})\n"
    return text + "".join(
        random.choice([f"cors.add({each}, {table()})\n", f"cors.add({each})\n", f"{each}\n"]) for each in added
    )


def http_server_program(random: Random) -> str:
    """A class of `http.server` that writes its headers itself."""
    base = random.choice(["SimpleHTTPRequestHandler", "BaseHTTPRequestHandler"])
    text = f"{_HEAD}from http.server import {base}\nclass Handler({base}):\n"
    write = random.choice(
        [
            "self.send_header('Access-Control-Allow-Origin', '*')",
            "self.send_header('Access-Control-Allow-Origin', self.headers.get('Origin', '*'))",
            (
                "if self.headers.get('Origin') in ORIGINS:\n"
                "            self.send_header('Access-Control-Allow-Origin', self.headers['Origin'])"
            ),
        ]
    )
    methods = "self.send_header('Access-Control-Allow-Methods', 'GET, PUT, OPTIONS')"
    in_end = random.random() < 0.6
    if in_end:
        text += f"    def end_headers(self):\n        {write}\n        {methods}\n        super().end_headers()\n"
    if random.random() < 0.7:
        more = "" if in_end else f"        {write}\n        {methods}\n"
        status = random.choice([200, 204])
        text += f"    def do_OPTIONS(self):\n        self.send_response({status})\n{more}        self.end_headers()\n"
    for method in ("GET", "POST"):
        if random.random() < 0.6:
            more = "" if in_end or random.random() < 0.3 else f"        {write}\n"
            text += f"    def do_{method}(self):\n        self.send_response(200)\n{more}        self.end_headers()\n"
            text += "        self.wfile.write(b'x')\n"
    return text + "    def log_message(self, *args):\n        pass\n"


PROGRAMS: dict[str, Callable[[Random], str]] = {
    "flask": flask_program,
    "fastapi": fastapi_program,
    "django": django_program,
    "quart": quart_program,
    "litestar": litestar_program,
    "falcon": falcon_program,
    "aiohttp": aiohttp_program,
    "http.server": http_server_program,
}
"""What draws a program of a framework's."""
