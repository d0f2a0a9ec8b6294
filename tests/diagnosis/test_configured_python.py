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
NONE: dict[Asked, str | None] = {(GET, APP): BLOCKED}
MINE: dict[Asked, str | None] = {(GET, APP): READABLE, (GET, OTHER): BLOCKED}
FLASK = "app = Flask(__name__)\n"
MINE_OF_FLASK = "CORS(app, origins='https://app.example')\n"
FASTAPI = "app = FastAPI()\n"
LAYER = "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example'], allow_methods=['*'])\n"
OF_HTTP = "@app.middleware('http')\nasync def own(request, call_next):\n    response = await call_next(request)\n"
BEFORE = "@app.before_request\ndef own():\n    "
AFTER = "@app.after_request\ndef own(response):\n    "
DISPATCH = "(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        "

HANDLER = "class H(BaseHTTPRequestHandler):\n"
SENDS = "self.send_header('Access-Control-Allow-Origin', '*')\n"
LAMBDA = (
    "def handler(event, context):\n"
    "    h = {'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT'}\n"
)
OPEN: dict[Asked, str | None] = {(GET, OTHER): READABLE, (PUT, OTHER): READABLE}

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
    "Flask: an extension as it was imported once": (
        f"from flask.ext.cors import CORS\n{FLASK}{MINE_OF_FLASK}",
        MINE,
    ),
    "Flask: what a view does with its data": (
        FLASK
        + MINE_OF_FLASK
        + "@app.route('/api/x')\ndef x():\n    for row in Table.all():\n        found.append(row)\n"
        "    if not found:\n        return jsonify({}), 404\n    return jsonify(found)\n",
        MINE,
    ),
    "Flask: a decorator that copies its name as it was done once": (
        FLASK + "def own(view):\n    def wrapped(*args):\n        r = make_response(view(*args))\n"
        "        r.headers['Access-Control-Allow-Origin'] = '*'\n        return r\n"
        "    return update_wrapper(wrapped, view)\n@app.route('/api/x')\n@own\ndef x():\n    return 'x'\n",
        {(GET, OTHER): READABLE},
    ),
    "Flask: a decorator that gives what is not known": (
        FLASK + "def own(view):\n    'Access-Control-Allow-Origin'\n    return wrapped_elsewhere(view)\n"
        "@app.route('/api/x')\n@own\ndef x():\n    return 'x'\n",
        UNTOLD,
    ),
    "Flask: a header of what is not known": (
        FLASK
        + AFTER
        + "other = own_response()\n    other.headers['Access-Control-Allow-Origin'] = '*'\n    return other",
        UNTOLD,
    ),
    "Flask: origins by a setting of the machine": (
        FLASK + "o = os.getenv('O')\nif o == '*':\n    origins = '*'\nelse:\n    origins = 'https://app.example'\n"
        "CORS(app, origins=origins)",
        {(GET, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "FastAPI: origins of a file": (
        FASTAPI + "app.add_middleware(CORSMiddleware, allow_origins=yaml.safe_load(file)['origins'])",
        {(GET, APP): NOT_KNOWN, (WITH, APP): BLOCKED},
    ),
    "FastAPI: a header with a name from elsewhere": (
        FASTAPI + LAYER + OF_HTTP + "    response.headers[TRACE_HEADER] = trace()\n    return response\n",
        MINE,
    ),
    "FastAPI: a function that makes the application": (
        f"def create_app(config=None):\n    app = FastAPI()\n    {LAYER}    return app\n",
        MINE,
    ),
    "Django: middlewares as Django had them once": (
        "CORS_ALLOW_ALL_ORIGINS = True\nMIDDLEWARE_CLASSES = ['corsheaders.middleware.CorsMiddleware']",
        UNTOLD,
    ),
    "Django: two origins without a comma": ("CORS_ALLOWED_ORIGINS = ['https://app.example' 'https://b.example']", NONE),
    "Django: a view": (
        "def view(request):\n    r = HttpResponse('x')\n    r['Access-Control-Allow-Origin'] = '*'\n    return r\n",
        {(GET, OTHER): READABLE, (PUT, OTHER): NOT_KNOWN},
    ),
    "Django: a middleware of its own": (
        (
            "class Own:\n    def __init__(self, get_response):\n        self.get_response = get_response\n"
            "    def __call__(self, request):\n        response = self.get_response(request)\n"
            "        response['Access-Control-Allow-Origin'] = 'https://app.example'\n        return response\n"
        ),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "http.server: no answer to OPTIONS": (
        HANDLER
        + f"    def do_GET(self):\n        self.send_response(200)\n        {SENDS}        self.end_headers()\n",
        {(GET, OTHER): READABLE, (PUT, OTHER): BLOCKED},
    ),
    "http.server: by a path of the request": (
        HANDLER + "    def do_GET(self):\n        if urlparse(self.path).path == '/api/x':\n"
        f"            self.send_response(200)\n            {SENDS}            self.end_headers()\n"
        "        else:\n            self.send_error(404)\n",
        {(GET, OTHER): READABLE},
    ),
    "Lambda: an answer to OPTIONS": (
        LAMBDA + "    if event['httpMethod'] == 'OPTIONS':\n        return {'statusCode': 204, 'headers': h}\n"
        "    if not rows:\n        return {'statusCode': 404, 'headers': h}\n"
        "    return {'statusCode': 200, 'headers': h}\n",
        OPEN,
    ),
    "Lambda: whatever comes": (
        LAMBDA + "    return {'statusCode': 200, 'headers': h}\n",
        {(GET, OTHER): READABLE, (PUT, OTHER): NOT_KNOWN},
    ),
    "Tornado: default headers": (
        (
            "class H(tornado.web.RequestHandler):\n    def set_default_headers(self):\n"
            "        self.set_header('Access-Control-Allow-Origin', '*')\n"
            "        self.set_header('Access-Control-Allow-Methods', 'PUT')\n"
            "    def get(self):\n        self.write('x')\n    put = get\n"
            "    def options(self):\n        self.set_status(204)\n"
        ),
        OPEN,
    ),
    "a cloud's function": (
        (
            "def f(request):\n    if request.method == 'OPTIONS':\n"
            "        return ('', 204, {'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT'})\n"
            "    return ('x', 200, {'Access-Control-Allow-Origin': '*'})\n"
        ),
        OPEN,
    ),
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
