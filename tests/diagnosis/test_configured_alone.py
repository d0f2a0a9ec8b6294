"""Settings that are pasted without what uses them, and values of which a part is computed."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.read import configuration_in, read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, AUTH, JSON, PUT = "GET", "with credentials", "with Authorization", "POST of JSON", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
LOCAL = "http://localhost:3000"
Asked = tuple[str, str]

CASES: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "options by the name corsOptions": (
        "const corsOptions = {\n  origin: ['https://app.example'],\n  credentials: true,\n};",
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "options by their type": (
        "const options: cors.CorsOptions = { origin: 'https://app.example', methods: 'GET' };",
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "options that a file exports": (
        (
            "module.exports = {\n origin: (origin, next) => list.includes(origin) ? next(null, true) : next(Error()),"
            "\n optionsSuccessStatus: 200 };\nconst list = ['https://app.example'];"
        ),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "cors among exported settings": (
        "export default { port: 80, cors: { origin: 'https://app.example' } }",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "options with a function by its own name": (
        "const corsOptions = { origin(origin, next) { next(null, true) }, credentials: true };",
        {(GET, APP): NOT_KNOWN},
    ),
    "options of another program": (
        "export const corsConfig = { enabled: true, origin: true, headers: true };",
        {(GET, APP): NOT_KNOWN},
    ),
    "options twice": (
        "const corsDev = { origin: '*' };\nconst corsProd = { origin: 'https://app.example' };",
        {(GET, OTHER): NOT_KNOWN},
    ),
    "options that a program gives to nothing": (
        "const app = express();\nconst corsOptions = { origin: '*' };\napp.listen(80);",
        {(GET, APP): NOT_KNOWN},
    ),
    "a key that the package does not take": (
        "app.use(cors({ origin: '*', allowMethods: ['GET'] }));",
        {(PUT, APP): NOT_KNOWN},
    ),
    "Laravel: env() among texts": (
        (
            "<?php return ['allowed_origins' => ['https://app.example', env('URL', 'http://x')], "
            "'allowed_methods' => ['*'], 'allowed_headers' => ['*']];"
        ),
        {(PUT, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "Spring: a constant beside the mapping": (
        (
            'static final String[] ORIGINS = {"https://app.example"};\n@Override public void addCorsMappings('
            'CorsRegistry r) { r.addMapping("/**").allowedOrigins(ORIGINS).allowedMethods("*"); }'
        ),
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "gin: a function that compares, beside a list": (
        (
            'r.Use(cors.New(cors.Config{AllowOrigins: []string{"https://app.example"}, AllowOriginFunc: func(o '
            'string) bool { return o == "http://localhost:3000" }}))'
        ),
        {(GET, APP): READABLE, (GET, LOCAL): READABLE, (GET, OTHER): BLOCKED},
    ),
    "rs/cors: a function that compares takes the place of a list": (
        (
            'cors.New(cors.Options{AllowedOrigins: []string{"https://app.example"}, AllowOriginFunc: func(o string) '
            'bool { return o == "http://localhost:3000" }})'
        ),
        {(GET, APP): BLOCKED, (GET, LOCAL): READABLE},
    ),
    "gin: a star beside a function": (
        (
            'r.Use(cors.New(cors.Config{AllowOrigins: []string{"*"}, AllowCredentials: true, AllowOriginFunc: '
            "func(o string) bool { return true }}))"
        ),
        {(GET, APP): READABLE, (WITH, APP): BLOCKED},
    ),
    "cors(): a function that lets all pass at its end": (
        (
            "app.use(cors({ origin: (o, next) => { if (list.includes(o)) { return next(null, true); "
            "}\nnext(null, true); }, credentials: true }));"
        ),
        {(WITH, OTHER): READABLE},
    ),
    "cors(): a function that refuses some": (
        "app.use(cors({ origin: (o, next) => { if (odd(o)) { return next(Error()); }\nnext(null, true); } }));",
        {(GET, OTHER): NOT_KNOWN},
    ),
    "Spring: methods in one text are one name": (
        'registry.addMapping("/**").allowedOrigins("*").allowedMethods("GET, PUT");',
        {(GET, APP): BLOCKED, (PUT, APP): BLOCKED},
    ),
    "Spring: a method that is not listed, without a preflight": (
        'registry.addMapping("/**").allowedOrigins("*").allowedMethods("PUT");',
        {(GET, APP): BLOCKED, (PUT, APP): READABLE},
    ),
    "rs/cors: a method that is not listed, without a preflight": (
        'cors.New(cors.Options{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"PUT"}})',
        {(GET, APP): BLOCKED, (PUT, APP): READABLE},
    ),
    "Apache: what is handed on to a program, without sections": (
        'ProxyPass /api/ http://127.0.0.1:8000/api/\nHeader always set Access-Control-Allow-Origin "*"',
        {(GET, APP): NOT_KNOWN, (WITH, APP): BLOCKED},
    ),
    "code: another answer with the same header": (
        (
            "def handler(event, context):\n    if event['httpMethod'] == 'OPTIONS':\n        return {'statusCode': 200,"
            " 'headers': {'Access-Control-Allow-Origin': '*'}}\n    if event['httpMethod'] != 'GET':\n"
            "        return {'statusCode': 405, 'headers': {'Access-Control-Allow-Origin': '*'}}\n"
            "    return {'statusCode': 200, 'headers': {'Access-Control-Allow-Origin': '*'}}\n"
        ),
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "Flask: CORS_HEADERS is none of its options": (
        "app.config['CORS_HEADERS'] = 'Content-Type'\nCORS(app)",
        {(AUTH, APP): READABLE, (WITH, APP): BLOCKED},
    ),
    "Spring: added to what is permitted": (
        (
            "config.applyPermitDefaultValues();\nconfig.addAllowedOrigin('https://app.example');\n"
            "config.addAllowedMethod(HttpMethod.PUT); config.addAllowedHeader('X-A');"
        ),
        {(GET, OTHER): READABLE, (PUT, OTHER): READABLE, (AUTH, OTHER): READABLE, (WITH, APP): BLOCKED},
    ),
    "Spring: set in place of what is permitted": (
        'config.applyPermitDefaultValues(); config.setAllowedOrigins(List.of("https://app.example"));',
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "a function that the program does not use": (
        (
            "const allow = function (req, res, next) { res.header('Access-Control-Allow-Origin', '*'); next(); }\n"
            "app.use(json()); app.listen(80);"
        ),
        {(GET, APP): NOT_KNOWN},
    ),
    "a function that the program uses": (
        (
            "const allow = function (req, res, next) { res.header('Access-Control-Allow-Origin', '*'); next(); }\n"
            "app.use(allow); app.listen(80);"
        ),
        {(GET, APP): READABLE},
    ),
    "Go: a variable that is called corsPolicy": (
        'corsPolicy := cors.New(cors.Options{AllowedOrigins: []string{"*"}})\nh := corsPolicy.Handler(mux)',
        {(GET, APP): READABLE, (WITH, APP): BLOCKED},
    ),
    "CloudFormation's API in code": (
        "new CfnApi(this, 'A', { corsConfiguration: { allowOrigins: ['*'], allowMethods: ['GET', 'PUT'] } });",
        {(GET, APP): READABLE, (PUT, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "nginx: a place that answers itself": (
        (
            "server { add_header Access-Control-Allow-Origin *; if ($request_method = OPTIONS) { return 204; } "
            "location /api { add_header X-A b; return 200; } }"
        ),
        {(GET, APP): BLOCKED},
    ),
    "Flask: origins in one text": (
        "CORS(app, origins='https://app.example,https://b.example')",
        {(GET, APP): BLOCKED},
    ),
    "Flask: headers in one text": (
        "CORS(app, allow_headers='Content-Type, Authorization')",
        {(GET, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "Django: one text where a list should be": (
        "CORS_ALLOWED_ORIGINS = ('https://app.example')",
        {(GET, APP): BLOCKED},
    ),
    "ASP.NET: origins in one text": (
        'o.AddDefaultPolicy(p => p.WithOrigins("https://app.example, https://b.example"));',
        {(GET, APP): BLOCKED},
    ),
    "ASP.NET: methods in one text": (
        'o.AddDefaultPolicy(p => p.WithOrigins("https://app.example").WithMethods("GET, PUT"));',
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "an Origin with a text for where there is none": (
        (
            "<?php header('Access-Control-Allow-Origin: ' . ($_SERVER['HTTP_ORIGIN'] ?? '*'));\n"
            "header('Access-Control-Allow-Credentials: true');"
        ),
        {(WITH, OTHER): READABLE},
    ),
    "nginx: for one origin, before a program": (
        (
            "location /api { if ($http_origin ~ ^https://app.example$) { add_header Access-Control-Allow-Origin "
            "$http_origin; } proxy_pass http://a; }"
        ),
        {(GET, OTHER): NOT_KNOWN},
    ),
    "nginx: for one origin, and a program's header is hidden": (
        (
            "location /api { proxy_hide_header Access-Control-Allow-Origin; if ($http_origin ~ ^https://app.example$) "
            "{ add_header Access-Control-Allow-Origin $http_origin; } proxy_pass http://a; }"
        ),
        {(GET, OTHER): BLOCKED},
    ),
    "Quarkus: without origins": ("quarkus.http.cors.enabled=true\n", {(GET, APP): NOT_KNOWN}),
    "headers where there is an Origin": (
        (
            'func cors(w http.ResponseWriter, r *http.Request) {\n if origin := r.Header.Get("Origin"); origin != "" {'
            '\n  w.Header().Set("Access-Control-Allow-Origin", origin)\n }\n}'
        ),
        {(GET, APP): READABLE, (WITH, APP): BLOCKED},
    ),
    "headers where there is none": (
        (
            "<?php if (empty($_SERVER['HTTP_ORIGIN']))\n{ header('Access-Control-Allow-Origin: https://other.example');"
            "}\nelse\n{ header(\"Access-Control-Allow-Origin: {$_SERVER['HTTP_ORIGIN']}\"); }"
        ),
        {(GET, APP): READABLE},
    ),
    "an Origin that is not the request's": (
        "const origin = pick();\nif (origin) { res.setHeader('Access-Control-Allow-Origin', origin); }",
        {(GET, APP): NOT_KNOWN},
    ),
    "a helper of JavaScript": (
        (
            "function setCors(res) {\n res.setHeader('Access-Control-Allow-Origin', '*');\n"
            " res.setHeader('Access-Control-Allow-Methods', 'PUT, OPTIONS');\n}"
        ),
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "a layer of JavaScript": (
        (
            "app.use((req, res, next) => {\n res.setHeader('Access-Control-Allow-Origin', '*');\n"
            " res.setHeader('Access-Control-Allow-Methods', 'PUT, OPTIONS');\n next(); });"
        ),
        {(PUT, APP): READABLE},
    ),
    "Django, with lines left out": (
        "INSTALLED_APPS = [\n    ...\n    'corsheaders',\n    ...\n]\nCORS_ALLOWED_ORIGINS = ['https://app.example']",
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


def test_the_guess_is_said() -> None:
    assert "read as options of the package cors" in read_configuration("const corsOptions = {origin: '*'}").notes[0]


@pytest.mark.parametrize("text", ["module.exports = { origin: 'x' };", "export default { port: 80 }"])
def test_other_objects_are_none(text: str) -> None:
    assert configuration_in(text) is None
