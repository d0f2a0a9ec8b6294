"""What a reader does not understand, and may change an answer, makes the answer not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corssim.diagnosis.configured.judge import depends
from corssim.diagnosis.configured.read import read_configuration
from corssim.errors import UsageError
from tests.cli.running import corssim
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = "http://localhost:3000"
GET, WITH, AUTH, JSON, PUT = "GET", "with credentials", "with Authorization", "POST of JSON", "PUT"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Asked = tuple[str, str]

# A text, and what comes of requests to /api/x.
CASES: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "Spring: a condition around the origins": (
        """CorsConfiguration c = new CorsConfiguration();
if (url == null) { c.setAllowedOriginPatterns(List.of("*")); } else { c.setAllowedOrigins(List.of(url)); }""",
        {(GET, APP): NOT_KNOWN},
    ),
    "Spring: a configuration that names no header": (
        (
            'CorsConfiguration c = new CorsConfiguration(); c.setAllowedOriginPatterns(List.of("*"));\n'
            'c.setAllowedMethods(Arrays.asList("GET", "PUT"));'
        ),
        {(GET, APP): READABLE, (PUT, APP): READABLE, (JSON, APP): BLOCKED},
    ),
    "Spring: methods of the settings": (
        'registry.addMapping("/**").allowedOrigins("https://app.example").allowedMethods(methods);',
        {(GET, APP): NOT_KNOWN, (GET, OTHER): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "Spring: a WebSocket's endpoint": ('registry.addEndpoint("/ws").setAllowedOrigins("*");', {(GET, APP): NOT_KNOWN}),
    "Spring: two annotations": (
        '@CrossOrigin(origins = "*") class A {}\n@CrossOrigin(origins = "https://app.example") class B {}',
        {(GET, OTHER): NOT_KNOWN},
    ),
    "ASP.NET: two policies, none used": (
        """options.AddPolicy("a", p => p.WithOrigins("https://app.example"));
options.AddPolicy("b", p => p.AllowAnyOrigin());""",
        {(GET, APP): NOT_KNOWN},
    ),
    "ASP.NET: two policies, one used": (
        """options.AddPolicy("a", p => p.WithOrigins("https://app.example"));
options.AddPolicy("b", p => p.AllowAnyOrigin()); app.UseCors("a");""",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "ASP.NET: credentials under a condition": (
        'o.AddDefaultPolicy(p => { p.WithOrigins("https://app.example"); if (more) { p.AllowCredentials(); } });',
        {(WITH, APP): NOT_KNOWN},
    ),
    "ASP.NET: Web API 2": (
        'config.EnableCors(new EnableCorsAttribute("https://app.example", "*", "GET,PUT"));',
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "cors(): options that are not there": ("app.use(cors(options))", {(GET, APP): NOT_KNOWN}),
    "cors(): options that are spread": ("app.use(cors({ origin: '*', ...base }))", {(GET, APP): NOT_KNOWN}),
    "cors(): an origin behind options that are spread": (
        "app.use(cors({ ...base, origin: '*' }))",
        {(GET, APP): READABLE, (WITH, APP): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "cors(): a star in a list is no star": ("app.use(cors({ origin: ['*'] }))", {(GET, APP): BLOCKED}),
    "cors(): a list that grows": (
        "const list = ['https://app.example'];\nif (more) list.push(more);\napp.use(cors({ origin: list }))",
        {(GET, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "cors(): a function that asks more than a list": (
        """const list = ['https://app.example'];
app.use(cors({ origin: (o, cb) => { if (list.includes(o) || o.endsWith('.example')) cb(null, true); } }))""",
        {(GET, APP): READABLE, (GET, OTHER): READABLE, (GET, LOCAL): NOT_KNOWN},
    ),
    "cors(): everybody by a function": (
        "app.use(cors({ credentials: true, origin: (origin, cb) => cb(null, true) }))",
        {(WITH, OTHER): READABLE},
    ),
    "cors(): a second layer": (
        "app.use(cors({ origin: 'https://app.example' }));\nres.setHeader('Access-Control-Allow-Origin', '*');",
        {(GET, APP): NOT_KNOWN},
    ),
    "Fastify: methods differ by version": (
        "await fastify.register(cors, { origin: '*' })",
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "Nest: cors among the options": (
        "NestFactory.create(AppModule, { cors: { origin: 'https://app.example', credentials: true } })",
        {(WITH, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "hapi": (
        "const server = Hapi.server({ routes: { cors: { origin: ['https://*.example'] } } });",
        {(AUTH, APP): READABLE, (PUT, APP): READABLE, (WITH, APP): BLOCKED, (GET, LOCAL): BLOCKED},
    ),
    "Starlette: a list that is assigned twice": (
        (
            "origins = ['https://app.example']\nif env:\n    origins = ['*']\n"
            "app.add_middleware(CORSMiddleware, allow_origins=origins)"
        ),
        {(GET, OTHER): NOT_KNOWN},
    ),
    "Starlette: an expression for some": (
        (
            "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example'],\n"
            "    allow_origin_regex=r'https://.*' if demo else None)"
        ),
        {(GET, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "Starlette: under a condition": (
        "if dev:\n    app.add_middleware(CORSMiddleware, allow_origins=['*'])",
        {(GET, APP): NOT_KNOWN},
    ),
    "Django: headers of the package and one": (
        "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_HEADERS = list(default_headers) + ['x-token']",
        {(JSON, APP): READABLE, (AUTH, APP): READABLE},
    ),
    "Go: a variable that is made elsewhere": ("handler := cors.New(options)", {(GET, APP): NOT_KNOWN}),
    "Go: gin sends a star of headers as it is": (
        (
            'config := cors.DefaultConfig()\nconfig.AllowAllOrigins = true\nconfig.AllowHeaders = []string{"*"}\n'
            "r.Use(cors.New(config)) // gin"
        ),
        {(JSON, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "Go: everybody by a function": (
        "cors.New(cors.Options{AllowCredentials: true, AllowOriginFunc: func(o string) bool { return true }})",
        {(WITH, OTHER): READABLE},
    ),
    "Rust: an origin of the settings": (
        "CorsLayer::new().allow_origin(cfg.origin.parse::<HeaderValue>().unwrap())",
        {(GET, APP): NOT_KNOWN},
    ),
    "code: a condition about the origin": (
        "if (allowed.includes(origin)) { res.setHeader('Access-Control-Allow-Origin', origin); }",
        {(GET, APP): NOT_KNOWN},
    ),
    "code: another condition": (
        "if (debug) {\n  res.setHeader('Access-Control-Allow-Origin', '*');\n}",
        {(GET, APP): NOT_KNOWN},
    ),
    "code: headers for what is not OPTIONS": (
        "if (req.method !== 'OPTIONS') { res.setHeader('Access-Control-Allow-Origin', '*'); }",
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "code: nothing answers OPTIONS": (
        "res.setHeader('Access-Control-Allow-Origin', '*');\nres.setHeader('Access-Control-Allow-Methods', 'PUT');",
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN, (AUTH, APP): BLOCKED},
    ),
    "nginx: a condition that is not known": (
        "location / { if ($arg_x) { add_header Access-Control-Allow-Origin *; } root /srv; }",
        {(GET, APP): NOT_KNOWN},
    ),
    "nginx: a file that is included": (
        "location / { include cors.conf; add_header Access-Control-Allow-Credentials true; root /srv; }",
        {(GET, APP): NOT_KNOWN},
    ),
    "nginx: a return inherits": (
        (
            "location / { proxy_hide_header Access-Control-Allow-Origin; \n"
            "add_header Access-Control-Allow-Origin * always; add_header Access-Control-Allow-Methods PUT always;\n"
            "if ($request_method = OPTIONS) { return 204; }\n"
            "proxy_pass http://b; }"
        ),
        {(PUT, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "Traefik: a word of an old version": (
        "headers:\n  accessControlAllowOrigin: origin-list-or-null\n",
        {(GET, APP): NOT_KNOWN},
    ),
    "Traefik: two middlewares": (
        (
            "a:\n  headers:\n    accessControlAllowOriginList:\n      - '*'\n"
            "b:\n  headers:\n    accessControlAllowOriginList:\n      - https://app.example\n"
        ),
        {(GET, OTHER): NOT_KNOWN},
    ),
    "Envoy: a variable for the matchers": (
        "cors:\n  allow_origin_string_match: $ORIGINS\n  allow_methods: GET\n",
        {(GET, APP): NOT_KNOWN},
    ),
    "Istio: two policies": (
        "corsPolicy:\n  allowOrigins:\n  - exact: https://app.example\ncorsPolicy:\n  allowOrigins:\n  - exact: '*'\n",
        {(GET, OTHER): NOT_KNOWN},
    ),
    "an Ingress that does not enable it": (
        "annotations:\n  nginx.ingress.kubernetes.io/cors-allow-origin: '*'\n",
        {(PUT, APP): NOT_KNOWN},
    ),
    "Azure Container Apps": (
        (
            "corsPolicy: {\n  allowedOrigins: ['https://app.example']\n  allowedMethods: ['PUT']\n"
            "  allowCredentials: true\n}"
        ),
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED, (AUTH, APP): NOT_KNOWN},
    ),
    "settings of a program that is not known": (
        '{\n  "Cors": {\n    "AllowedOrigins": ["https://app.example"]\n  }\n}',
        {(GET, APP): NOT_KNOWN},
    ),
    "settings that leave out what the program decides": (
        "app:\n  cors:\n    allowed-origins: https://app.example\n",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED, (PUT, APP): NOT_KNOWN, (WITH, APP): NOT_KNOWN},
    ),
    "Spring's patterns in YAML": (
        (
            "globalcors:\n  corsConfigurations:\n    '[/**]':\n      allowedOriginPatterns: 'http://localhost:*'\n"
            "      allowedMethods: '*'\n      allowCredentials: true\n"
        ),
        {(WITH, LOCAL): READABLE, (PUT, LOCAL): READABLE, (AUTH, LOCAL): BLOCKED, (GET, APP): BLOCKED},
    ),
    "Quarkus: a profile": (
        "%dev.quarkus.http.cors=true\n%dev.quarkus.http.cors.origins=https://app.example\n",
        {(GET, APP): NOT_KNOWN},
    ),
    "Quarkus": (
        "quarkus.http.cors=true\nquarkus.http.cors.origins=https://app.example,/https://.*\\.test/\n",
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, (GET, "https://a.test"): READABLE},
    ),
    "Elasticsearch": (
        'http.cors.enabled: true\nhttp.cors.allow-origin: "*"\nhttp.cors.allow-headers: Authorization\n',
        {(AUTH, APP): READABLE, (JSON, APP): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "Ktor": (
        (
            'install(CORS) { allowHost("app.example", schemes = listOf("https"))\n allowMethod(HttpMethod.Put)\n'
            " allowHeader(HttpHeaders.ContentType) }"
        ),
        {(PUT, APP): READABLE, (JSON, APP): READABLE, (AUTH, APP): BLOCKED, (GET, "http://app.example"): BLOCKED},
    ),
    "Ktor: under a condition": ("if (dev) { install(CORS) { anyHost() } }", {(GET, APP): NOT_KNOWN}),
    "Laravel: patterns": (
        (
            "<?php return ['paths' => ['*'], 'allowed_origins' => [], 'allowed_origins_patterns' => "
            "['#^https://.*\\.example$#'], 'allowed_methods' => ['*'], 'allowed_headers' => ['*']];"
        ),
        {(PUT, APP): READABLE, (GET, LOCAL): BLOCKED},
    ),
    "Laravel: origins of the environment": (
        "<?php return ['allowed_origins' => explode(',', env('ORIGINS', 'https://app.example'))];",
        {(GET, APP): NOT_KNOWN},
    ),
    "az storage": (
        'az storage cors add --services b --methods GET PUT --origins "https://app.example" --allowed-headers "*"',
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, ("DELETE", APP): BLOCKED},
    ),
    "rules of a bucket in code": (
        (
            "const rules = { CORSRules: [{ AllowedOrigins: ['https://app.example'], AllowedMethods: ['GET'],\n"
            "  AllowedHeaders: ['*'] }] };"
        ),
        {(AUTH, APP): READABLE, (PUT, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "CDK: an HTTP API": (
        (
            "new HttpApi(this, 'a', { corsPreflight: { allowOrigins: ['https://app.example'],\n"
            "  allowMethods: [CorsHttpMethod.ANY] } })"
        ),
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, (AUTH, APP): BLOCKED},
    ),
    "CDK: a REST API answers preflights alone": (
        "new RestApi(this, 'a', { defaultCorsPreflightOptions: { allowOrigins: apigateway.Cors.ALL_ORIGINS } })",
        {(GET, APP): NOT_KNOWN, (PUT, APP): NOT_KNOWN},
    ),
    "Caddy 1: its plugin": (
        "api.example {\n  cors / {\n    origin https://app.example\n    methods PUT\n  }\n}\n",
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "HAProxy: its Lua library": (
        'http-request lua.cors "GET,PUT" "app.example" "X-Token"\nhttp-response lua.cors\n',
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED, (AUTH, APP): BLOCKED},
    ),
    "Symfony: settings without origins": (
        "nelmio_cors:\n    defaults:\n        allow_headers: ['Content-Type']\n",
        {(GET, APP): NOT_KNOWN},
    ),
    "Kong: two plugins that say the same": (
        "plugins:\n- name: cors\n- name: key-auth\n  config:\n    key_names: [a]\nplugins:\n- name: cors\n",
        {(GET, APP): READABLE, (PUT, APP): READABLE},
    ),
    "Azure API Management": (
        (
            '<cors allow-credentials="true"><allowed-origins><origin>https://app.example</origin></allowed-origins>'
            "<allowed-methods><method>PUT</method></allowed-methods></cors>"
        ),
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (GET, OTHER): BLOCKED, (AUTH, APP): BLOCKED},
    ),
    "Socket.IO: its own path": (
        "const io = new Server(http, { cors: { origin: 'https://app.example' } });",
        {(GET, APP): NOT_KNOWN},
    ),
    "PHP: a list, and another origin for the rest": (
        """<?php $origin = $_SERVER['HTTP_ORIGIN'] ?? ''; $list = ['https://app.example', 'https://b.example'];
if (in_array($origin, $list)) { header('Access-Control-Allow-Origin: ' . $origin); }
else { header('Access-Control-Allow-Origin: https://b.example'); }""",
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "PHP: a list that grows": (
        """<?php $origin = $_SERVER['HTTP_ORIGIN'] ?? ''; $list = ['https://app.example']; $list[] = getenv('MORE');
if (in_array($origin, $list)) { header('Access-Control-Allow-Origin: ' . $origin); }""",
        {(GET, OTHER): NOT_KNOWN},
    ),
    "code: a function that is not there": (
        "let headers = { 'Access-Control-Allow-Origin': '*' };\nheaders = corsHeadersFor(request);",
        {(GET, APP): NOT_KNOWN},
    ),
    "code: a guard in front": (
        "if (!isOriginAllowed(event)) return;\nres.setHeader('Access-Control-Allow-Origin', event.headers.origin);",
        {(GET, APP): NOT_KNOWN},
    ),
    "code: whoever asks, if anybody asks": (
        (
            "const origin = request.headers.get('Origin');\nif (origin) {\n"
            "  response.headers.set('Access-Control-Allow-Origin', origin);\n}"
        ),
        {(GET, APP): READABLE},
    ),
    "Python: the answer to OPTIONS alone": (
        (
            "if request.method == 'OPTIONS':\n    response.headers['Access-Control-Allow-Origin'] = '*'\n"
            "    return response\nreturn answer()\n"
        ),
        {(GET, APP): NOT_KNOWN},
    ),
    "nginx: a variable that is set for some origins": (
        (
            "set $cors '';\nif ($http_origin ~* '^https://(www|app)\\.example$') { set $cors $http_origin; }\n"
            "add_header Access-Control-Allow-Origin $cors always;"
        ),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "rack-cors: origins on lines of their own": (
        (
            "Rack::Cors do\nallow do\n  origins 'https://b.example', # one\n    'https://app.example'\n"
            "  resource '*', headers: :any, methods: [:get]\nend\nend\n"
        ),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Spring: a mapping alone": (
        'registry.addMapping("/api/**");',
        {(GET, APP): READABLE, (PUT, APP): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "Terraform: CloudFront": (
        (
            "cors_config {\n  access_control_allow_credentials = false\n  access_control_allow_origins {\n"
            '    items = ["https://app.example", var.more]\n  }\n}\n'
        ),
        {(GET, APP): READABLE, (GET, OTHER): NOT_KNOWN, (WITH, APP): BLOCKED},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_only_what_is_understood_is_told(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, each[0], "/api/x", each[1]) for each in expected} == expected


def test_what_is_missing_is_said() -> None:
    from corssim.browser.browser import Browser

    configured = read_configuration('registry.addEndpoint("/ws").setAllowedOrigins("*");')
    outcome = Browser(configured).page(f"{APP}/").fetch("https://api.example/api/x")
    assert "addEndpoint" in depends(configured, outcome)


def test_settings_that_are_commented_out_are_none() -> None:
    with pytest.raises(UsageError, match="no CORS settings"):
        read_configuration('// registry.addMapping("/**").allowedOriginPatterns("*");\n')


def test_what_is_not_understood_is_told_in_place_of_what_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "app.js"
    path.write_text("app.use(cors(base))\n", encoding="utf-8")
    out = corssim("explain", str(path)).out
    assert "What it allows is not known: base.origin." in out
    assert "Nothing of it is sent" not in out
