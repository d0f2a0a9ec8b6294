"""Functions that set the headers themselves, statement by statement, as Express, Node, PHP and Go run them."""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, JSON, PUT = "GET", "with credentials", "POST of JSON", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Asked = tuple[str, str]
MINE: dict[Asked, str | None] = {(PUT, APP): READABLE, (GET, OTHER): BLOCKED}
OTHERS: dict[Asked, str | None] = {(PUT, APP): BLOCKED, (GET, OTHER): READABLE}
ALL: dict[Asked, str | None] = {(PUT, APP): READABLE, (GET, OTHER): READABLE}
UNTOLD: dict[Asked, str | None] = {(GET, APP): NOT_KNOWN}
NO_PREFLIGHT: dict[Asked, str | None] = {(GET, APP): READABLE, (PUT, APP): BLOCKED}
STAR = "res.setHeader('Access-Control-Allow-Origin', '*');"
ON_AN_ANSWER = "res.headers.set('Access-Control-Allow-Origin', '*');"
FIRST = "res.setHeader('Access-Control-Allow-Origin', l[0]);"
TRUE = "res.setHeader('Access-Control-Allow-Credentials', 'true');"
THEIRS = "res.setHeader('Access-Control-Allow-Origin', origin);"
METHODS = "res.setHeader('Access-Control-Allow-Methods', 'GET, PUT, DELETE');"
END = "if (req.method === 'OPTIONS') return res.sendStatus(204);"
ORIGIN = "const origin = req.headers.origin;"

# The statements of one layer of Express.
LAYERS = {
    "for everybody": (f"{STAR} {METHODS} {END} next();", ALL),
    "for those on a list": (f"{ORIGIN} if (l.includes(origin)) {{ {THEIRS} }} {METHODS} {END} next();", MINE),
    "for those that are not": (f"{ORIGIN} if (!l.includes(origin)) {{ {THEIRS} }} {METHODS} {END} next();", OTHERS),
    "refusing those that are not": (
        f"{ORIGIN} if (!l.includes(origin)) {{ return res.status(403).end(); }} {THEIRS} {METHODS} {END} next();",
        MINE,
    ),
    "for those that are nowhere on it": (
        f"{ORIGIN} if (l.indexOf(origin) === -1) {{ {THEIRS} }} {METHODS} {END} next();",
        OTHERS,
    ),
    "another origin for those that are not": (
        f"{ORIGIN} if (l.includes(origin)) {{ {THEIRS} }} else {{ {FIRST} }} {METHODS} {END} next();",
        MINE,
    ),
    "chosen in the call": (
        f"{ORIGIN} {THEIRS.replace('origin)', 'l.includes(origin) ? origin : l[0])')} {METHODS} {END} next();",
        MINE,
    ),
    "by an expression": (
        f"{ORIGIN} if (/app\\.example$/.test(origin)) {{ {THEIRS} }} {METHODS} {END} next();",
        MINE,
    ),
    "credentials for those on a list": (
        f"{ORIGIN} {THEIRS} if (l.includes(origin)) {{ {TRUE} }} next();",
        {(WITH, APP): READABLE, (WITH, OTHER): BLOCKED, (GET, OTHER): READABLE},
    ),
    "credentials that are no true": (
        f"{ORIGIN} {THEIRS} res.setHeader('Access-Control-Allow-Credentials', 'True'); next();",
        {(WITH, APP): BLOCKED, (GET, APP): READABLE},
    ),
    "an end in front of them": (f"{END} {STAR} {METHODS} next();", NO_PREFLIGHT),
    "an end that is no success": (f"{STAR} {METHODS} {END.replace('204', '403')} next();", NO_PREFLIGHT),
    "an end for the method in small letters": (f"{STAR} {METHODS} {END.replace('OPTIONS', 'options')} next();", ALL),
    "the last of two": (
        f"{STAR} res.setHeader('Access-Control-Allow-Origin', 'https://b.example'); next();",
        {(GET, APP): BLOCKED},
    ),
    "taken away": (f"{STAR} res.removeHeader('Access-Control-Allow-Origin'); next();", {(GET, APP): BLOCKED}),
    "under a condition of something else": (f"if (req.query.key) {{ {STAR} }} next();", UNTOLD),
    "behind a login": (f"if (!req.user) return res.sendStatus(401); {STAR} next();", UNTOLD),
    "behind a login that leaves its headers": (
        f"{STAR} {METHODS} {END} if (!req.user) {{ return res.sendStatus(401); }} next();",
        ALL,
    ),
    "in a loop": (f"for (const o of l) {{ {STAR} }} next();", {(GET, APP): READABLE, (PUT, APP): BLOCKED}),
    "a loop over a list that compares each": (
        f"{ORIGIN} for (const o of l) {{ if (o === origin) {{ {THEIRS} break; }} }} {METHODS} {END} next();",
        MINE,
    ),
    "an Origin that is taken out": (
        f"const {{ origin }} = req.headers; if (l.includes(origin)) {{ {THEIRS} }} next();",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "an Origin that is cast": (
        f"const origin = req.headers.origin as string | undefined; if (l.includes(origin)) {{ {THEIRS} }} next();",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "an origin that is not the request's": (f"const origin = dev ? '*' : l[0]; {THEIRS} next();", UNTOLD),
    "handing nothing on": (f"{STAR} {END}", UNTOLD),
}
PHP_METHODS = "header('Access-Control-Allow-Methods: GET, PUT');"
PHP_END = "if ($_SERVER['REQUEST_METHOD'] == 'OPTIONS') { http_response_code(204); exit; }"
PHP_THEIRS = 'header("Access-Control-Allow-Origin: $origin");'
PHP_LIST = "$l = ['https://app.example']; $origin = $_SERVER['HTTP_ORIGIN'] ?? '';"
GO = 'package main\nvar l = map[string]bool{"https://app.example": true}\nfunc cors(next http.Handler) http.Handler {\n'
GO_TAIL = (
    " return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n"
    '  origin := r.Header.Get("Origin")\n  if l[origin] {\n'
    '   w.Header().Set("Access-Control-Allow-Origin", origin)\n  }\n'
    '  w.Header().Set("Access-Control-Allow-Methods", "GET, PUT")\n  if r.Method == http.MethodOptions {\n'
    "   w.WriteHeader(http.StatusNoContent)\n   return\n  }\n  next.ServeHTTP(w, r)\n })\n}\n"
)
GO_MAIN = "func main() { http.ListenAndServe(a, %s) }"
PROGRAMS = {
    "Flask: a function that nothing uses": (
        "app = Flask(__name__)\ndef add(response):\n    response.headers['Access-Control-Allow-Origin'] = '*'\n",
        UNTOLD,
    ),
    "Flask: a function after requests": (
        (
            "app = Flask(__name__)\n@app.after_request\ndef add(response):\n"
            "    response.headers['Access-Control-Allow-Origin'] = '*'\n    return response\n"
        ),
        {(GET, APP): READABLE},
    ),
    "an answer to GET alone": (
        (
            "export async function GET() { return new Response('x', { headers: { 'Access-Control-Allow-Origin': '*',\n"
            "'Access-Control-Allow-Methods': 'PUT, OPTIONS' } }); }"
        ),
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "PHP: for those on a list": (
        f"<?php {PHP_LIST} if (in_array($origin, $l)) {{ {PHP_THEIRS} }} {PHP_METHODS} {PHP_END} echo 1;",
        MINE,
    ),
    "PHP: for those that are not": (
        f"<?php {PHP_LIST} if (!in_array($origin, $l)) {{ {PHP_THEIRS} }} {PHP_METHODS} {PHP_END} echo 1;",
        OTHERS,
    ),
    "PHP: a status for other methods": (
        (
            f"<?php header('Access-Control-Allow-Origin: *'); {PHP_METHODS} if ($_SERVER['REQUEST_METHOD'] !== 'PUT') "
            "{ http_response_code(405); exit; } echo 1;"
        ),
        {(PUT, APP): BLOCKED},
    ),
    "Go: for those on a list": (GO + GO_TAIL + GO_MAIN % "cors(m)", MINE),
    "Go: a layer that nothing uses": (GO + GO_TAIL + GO_MAIN % "m", UNTOLD),
    "a layer behind a route": (f"app.get('/api/x', list);\napp.use((req, res, next) => {{ {STAR} next(); }});", UNTOLD),
    "a layer behind a login": (f"app.use(login);\napp.use((req, res, next) => {{ {STAR} next(); }});", UNTOLD),
    "a layer of other paths": (f"app.use('/v2', (req, res, next) => {{ {STAR} next(); }});", UNTOLD),
    "a layer by its name": (
        f"function open(req, res, next) {{ {STAR} next(); }}\napp.use(open);\napp.listen(80);",
        {(GET, APP): READABLE},
    ),
    "headers of an answer that is not returned": (
        (
            f"export function middleware(req) {{ const res = NextResponse.next(); {ON_AN_ANSWER} "
            "if (req.method === 'OPTIONS') return new Response(null, { status: 204 }); return res; }"
        ),
        NO_PREFLIGHT,
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_each_statement_counts(name: str) -> None:
    statements, told = LAYERS[name]
    text = (
        f"const l = ['https://app.example'];\napp.use((req, res, next) => {{\n  {statements}\n}});\n"
        "app.all('/api/x', (req, res) => res.json({}));\napp.listen(80);\n"
    )
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_it_is_used_for_counts(name: str) -> None:
    text, told = PROGRAMS[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told
