"""Programs of Python around a layer for CORS: what each answers when it is run, or not known.

Each was run with the frameworks themselves; where it is told, it is what they answered.
"""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, AUTH, JSON, PUT = "GET", "with credentials", "with Authorization", "POST of JSON", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Asked = tuple[str, str]
UNTOLD: dict[Asked, str | None] = {(GET, APP): NOT_KNOWN}
MINE: dict[Asked, str | None] = {(GET, APP): READABLE, (GET, OTHER): BLOCKED}
FLASK = "app = Flask(__name__)\n"
MINE_OF_FLASK = "CORS(app, origins='https://app.example')\n"
FASTAPI = "app = FastAPI()\n"
LAYER = "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example'], allow_methods=['*'])\n"
OF_HTTP = "@app.middleware('http')\nasync def own(request, call_next):\n    response = await call_next(request)\n"
BEFORE = "@app.before_request\ndef own():\n    "
AFTER = "@app.after_request\ndef own(response):\n    "
DISPATCH = "(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        "

CASES: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "Flask: methods that do not have the one that is asked for": (
        FLASK + "CORS(app, methods=['GET'])",
        {(GET, APP): READABLE, (JSON, APP): BLOCKED},
    ),
    "Flask: an origin in capitals": (FLASK + "CORS(app, origins='https://APP.example')", MINE),
    "Flask: settings in init_app": (FLASK + "cors = CORS()\ncors.init_app(app, origins='https://app.example')", MINE),
    "Flask: no application": (FLASK + "CORS()", UNTOLD),
    "Flask: another application": (FLASK + "other = Flask('o')\nCORS(other)", UNTOLD),
    "Flask: a setting behind": (
        FLASK + "CORS(app)\napp.config['CORS_ORIGINS'] = 'https://app.example'",
        {(GET, APP): READABLE, (GET, OTHER): READABLE},
    ),
    "Flask: a setting behind that is none": (
        FLASK + "CORS(app)\napp.config['CORS_HEADERS'] = 'Content-Type'",
        {(GET, OTHER): READABLE},
    ),
    "Flask: settings that are updated": (
        FLASK + "app.config.update(CORS_ORIGINS=['https://app.example'])\nCORS(app)",
        MINE,
    ),
    "Flask: a route of some methods": (
        FLASK + "@app.route('/api/x', methods=['GET', 'PUT'])\n@cross_origin()\ndef x(): ...",
        {(PUT, APP): READABLE, (JSON, APP): BLOCKED},
    ),
    "Flask: a route's own before the application's": (
        FLASK + "CORS(app)\n@app.route('/api/x', methods=['GET', 'PUT'])\n@cross_origin(methods=['GET'])\ndef x(): ...",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "Flask: a decorator above the route": (
        FLASK + "@cross_origin()\n@app.route('/api/x')\ndef x(): ...",
        {(GET, APP): BLOCKED},
    ),
    "Flask: an OPTIONS that is refused": (
        FLASK + MINE_OF_FLASK + BEFORE + "if request.method == 'OPTIONS':\n        abort(405)",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "Flask: an OPTIONS that is answered": (
        FLASK + MINE_OF_FLASK + BEFORE + "if request.method == 'OPTIONS':\n        return Response()",
        MINE,
    ),
    "Flask: a login for others than OPTIONS": (
        FLASK
        + MINE_OF_FLASK
        + BEFORE
        + "if request.method == 'OPTIONS':\n        return\n    if not g.user:\n        abort(401)",
        MINE,
    ),
    "Flask: a header that is taken away": (
        FLASK + AFTER + "response.headers.pop('X-A')\n    return response\n" + MINE_OF_FLASK,
        MINE,
    ),
    "Flask: another answer": (FLASK + AFTER + "return make_response('x')\n" + MINE_OF_FLASK, {(GET, APP): BLOCKED}),
    "Flask: another header": (
        FLASK + MINE_OF_FLASK + AFTER + "response.headers['X-A'] = 'b'\n    return response\n",
        MINE,
    ),
    "Flask: another program around it": (FLASK + MINE_OF_FLASK + "app.wsgi_app = Own(app.wsgi_app)", UNTOLD),
    "FastAPI: methods in a text": (
        FASTAPI + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods='GET, PUT')",
        UNTOLD,
    ),
    "FastAPI: values without names": (FASTAPI + "app.add_middleware(CORSMiddleware, ['https://app.example'])", UNTOLD),
    "FastAPI: a header that is taken away": (
        FASTAPI + LAYER + OF_HTTP + "    del response.headers['x']\n    return response\n",
        MINE,
    ),
    "FastAPI: another answer": (
        FASTAPI + LAYER + OF_HTTP + "    response = Response('x')\n    return response\n",
        {(GET, APP): BLOCKED},
    ),
    "FastAPI: an answer where the next one fails": (
        FASTAPI + LAYER + "@app.middleware('http')\nasync def own(request, call_next):\n    try:\n"
        "        response = await call_next(request)\n    except Exception:\n        response = JSONResponse({}, 500)\n"
        "    return response\n",
        MINE,
    ),
    "FastAPI: one that logs by its name alone": (
        FASTAPI
        + LAYER
        + "class LoggingMiddleware"
        + DISPATCH
        + "return Response('x')\napp.add_middleware(LoggingMiddleware)",
        {(GET, APP): BLOCKED},
    ),
    "FastAPI: one of its own that hands on": (
        FASTAPI + LAYER + "class Own" + DISPATCH + "return await call_next(request)\napp.add_middleware(Own)",
        MINE,
    ),
    "FastAPI: a header of a route": (
        FASTAPI
        + LAYER
        + "@app.get('/api/x')\ndef x():\n    return JSONResponse([], headers={'access-control-allow-origin': '*'})",
        {(GET, APP): READABLE, (GET, OTHER): READABLE, (PUT, OTHER): BLOCKED},
    ),
    "FastAPI: a function that nothing calls": (FASTAPI + f"def set_up(app):\n    {LAYER}", UNTOLD),
    "FastAPI: a function that is called": (FASTAPI + f"def set_up(app):\n    {LAYER}set_up(app)", MINE),
    "FastAPI: a list that nothing uses": (FASTAPI + "m = [Middleware(CORSMiddleware, allow_origins=['*'])]", UNTOLD),
    "FastAPI: one that is made and not used": (FASTAPI + "CORSMiddleware(app, allow_origins=['*'])", UNTOLD),
    "Django: a middleware that is put in front": (
        (
            "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\nCORS_ALLOW_ALL_ORIGINS = True\n"
            "MIDDLEWARE.insert(0, 'own.Own')"
        ),
        UNTOLD,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_as_the_frameworks_answer(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told
