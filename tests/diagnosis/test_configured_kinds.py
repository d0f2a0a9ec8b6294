"""Settings as people write them, for some paths, some methods or by what only the running program knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corssim.browser.browser import Browser
from corssim.cli.main import main
from corssim.diagnosis.configured.judge import depends, mistakes_of
from corssim.diagnosis.configured.read import configuration_in, read_configuration

if TYPE_CHECKING:
    from pathlib import Path

APP, OTHER = "https://app.example", "https://other.example"
JSON = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}
SPRING = """registry.addMapping("/api/**").allowedOrigins("https://app.example").allowedMethods("GET", "POST")
  .allowCredentials(true);
registry.addMapping("/open/*").allowedOrigins("https://other.example");"""
SPRING_SOURCES = """CorsConfiguration own = new CorsConfiguration();
own.setAllowedOrigins(List.of("https://app.example"));
CorsConfiguration all = new CorsConfiguration();
all.setAllowedOrigins(List.of("*"));
source.registerCorsConfiguration("/api/**", own);
source.registerCorsConfiguration("/**", all);"""
FLASK = 'CORS(app, resources={r"/api/*": {"origins": "*", "supports_credentials": True}, "/ping": {"origins": "*"}})'
FLASK_ROUTE = """@app.route("/img/<int:number>", methods=["POST"])
@cross_origin(origins=["https://app.example"], supports_credentials=True)
def image(number): ..."""
DJANGO = 'CORS_ALLOWED_ORIGINS = ["https://app.example"]\nCORS_URLS_REGEX = r"^/api/.*$"'
LARAVEL = (
    "<?php return ['paths' => ['api/*', 'sanctum/csrf-cookie'], 'allowed_origins' => ['https://app.example'], "
    "'allowed_methods' => ['*'], 'allowed_headers' => ['*']];"
)
RAILS = """allow do
  origins 'app.example', 'localhost:3000'
  resource '/api/*', headers: :any, methods: [:get, :post]
end
"""
RAILS_WORDS = """allow do
  origins(/\\Ahttps:\\/\\/app\\.example\\z/)
  resource '*', headers: %w[X-Token], methods: %i[get post]
end
"""
FASTIFY = """import cors from '@fastify/cors'
await fastify.register(cors, { origin: /app\\.example$/, methods: ['PUT'] })"""
EXPRESS = """app.use('/api', cors({ origin: 'https://app.example', credentials: true }));
app.get('/feeds/:name', cors(), feed);"""
PREFLIGHTS_ALONE = "app.options('*', cors());\napp.get('/items', list);"
PHP = """<?php if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') { header('Access-Control-Allow-Origin: *');
header('Access-Control-Allow-Methods: PUT'); exit; }
echo 1;"""
LAMBDA = """if (event.httpMethod === 'OPTIONS') { return { headers: { 'Access-Control-Allow-Origin': '*',
'Access-Control-Allow-Headers': 'content-type' } }; }
return { headers: { 'Access-Control-Allow-Origin': '*' } };"""
BEFORE_THE_BLOCK = """res.setHeader('Access-Control-Allow-Origin', '*');
if (req.method === 'OPTIONS') { res.setHeader('Access-Control-Allow-Methods', 'PUT'); return res.end(); }"""
NGINX = """location / {
  if ($http_origin ~* ^https://app\\.example$) { set $cors "true"; }
  if ($cors = "true") { add_header Access-Control-Allow-Origin $http_origin; }
  if ($request_method = 'OPTIONS') { set $cors "${cors}options"; }
  if ($cors = "trueoptions") {
    add_header Access-Control-Allow-Origin $http_origin;
    add_header Access-Control-Allow-Methods 'PUT';
    return 204;
  }
  return 200 ok;
}"""
GROUPS = 'SetEnvIf Origin "^(https://app\\.example)$" O=$1\nHeader always set Access-Control-Allow-Origin %{O}e env=O'
PIECES = 'SetEnvIf Origin "http(s)?://(app.example)$" O=$0$1\nHeader always set Access-Control-Allow-Origin %{O}e env=O'
GIN = "router := gin.Default()\nrouter.Use(cors.Default())"
IIS = """<customHeaders><remove name="Access-Control-Allow-Origin"/>
<add name="Access-Control-Allow-Headers" value="Content-Type"/></customHeaders>"""
IIS_STAR = '<customHeaders><add name="Access-Control-Allow-Origin" value="*"/></customHeaders>'
IIS_MODULE = """<cors enabled="true"><add origin="https://app.example" allowed="false"/>
<add origin="https://*.example" allowCredentials="true"><allowMethods><add method="PUT"/></allowMethods></add></cors>"""
HAPROXY = (
    "frontend fe\n"
    "  http-request set-var(txn.origin) req.hdr(origin)\n"
    "  acl ours var(txn.origin) -i -m reg ^https://app\\.example$\n"
    "  http-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if ours\n"
    "  http-response del-header Access-Control-Allow-Origin if !ours\n"
    "  http-request return status 204 hdr Access-Control-Allow-Origin %[req.hdr(origin)] "
    "hdr Access-Control-Allow-Methods PUT if METH_OPTIONS ours\n"
)
HAPROXY_FILE = (
    "  http-response set-header Access-Control-Allow-Origin %[req.hdr(origin)] if { req.hdr(origin) -f /etc/origins }"
)
ENVOY = "cors:\n  allow_origin_string_match:\n  - safe_regex:\n      regex: \\*\n  allow_methods: PUT\n"
ENVOY_OLD = 'cors:\n  allow_origin_regex:\n    - "https://app.example"\n  allow_methods: GET, PUT\n'
KONG = '{"name": "cors", "config": {"origins": ["https://app.example"], "headers": null, "methods": ["GET", "PUT"]}}'
KONG_CALL = "curl localhost:8001/plugins -d name=cors -d config.origins=https://app.example -d config.methods=PUT"

# A text, and what comes of requests to a path from a page (None: not known).
CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "Spring, mappings": (
        SPRING,
        {
            ("GET", "/api/a/b", APP): "readable",
            ("GET", "/api", APP): "readable",
            ("GET", "/open/a", APP): "blocked",
            ("GET", "/open/a", OTHER): "readable",
            ("GET", "/open/a/b", OTHER): None,
            ("GET", "/else", APP): None,
        },
    ),
    "Spring, configurations by name": (
        SPRING_SOURCES,
        {("GET", "/api/a", APP): "readable", ("GET", "/api/a", OTHER): "blocked", ("GET", "/x", OTHER): "readable"},
    ),
    "Spring, origins of the environment": ("c.setAllowedOrigins(origins);", {("GET", "/", APP): None}),
    "ASP.NET, behind the endpoints": (
        "app.UseMvc(); app.UseCors(p => p.AllowAnyOrigin());",
        {("GET", "/", APP): "blocked"},
    ),
    "ASP.NET, before the endpoints": (
        "app.UseCors(p => p.AllowAnyOrigin()); app.UseMvc();",
        {("GET", "/", APP): "readable"},
    ),
    "Flask, resources": (
        FLASK,
        {
            ("with credentials", "/api/a", APP): "readable",
            ("with credentials", "/ping", APP): "blocked",
            ("GET", "/ping", APP): "readable",
            ("GET", "/login", APP): "blocked",
        },
    ),
    "Flask, a route": (
        FLASK_ROUTE,
        {
            ("POST of JSON", "/img/7", APP): "readable",
            ("GET", "/img/7", OTHER): "blocked",
            ("GET", "/x", APP): None,
        },
    ),
    "Django, an expression of paths": (DJANGO, {("GET", "/api/a", APP): "readable", ("GET", "/login", APP): "blocked"}),
    "Django, origins of the environment": (
        'CORS_ALLOWED_ORIGINS = env.list("ORIGINS")',
        {("GET", "/", APP): None},
    ),
    "FastAPI, an origin of the settings and one": (
        'app.add_middleware(CORSMiddleware, allow_origins=[settings.URL, "https://app.example"])',
        {("GET", "/", APP): "readable", ("GET", "/", OTHER): None},
    ),
    "FastAPI, a list of the environment": (
        'app.add_middleware(CORSMiddleware, allow_origins=os.environ["O"].split(","))',
        {("GET", "/", APP): None},
    ),
    "Laravel, paths": (
        LARAVEL,
        {
            ("PUT", "/api/a/b", APP): "readable",
            ("GET", "/sanctum/csrf-cookie", APP): "readable",
            ("GET", "/x", APP): "blocked",
        },
    ),
    "Rails, hosts and paths": (
        RAILS,
        {
            ("POST of JSON", "/api/a", APP): "readable",
            ("POST of JSON", "/api/a", "http://app.example"): "readable",
            ("PUT", "/api/a", APP): "blocked",
            ("GET", "/x", APP): None,
        },
    ),
    "Rails, words and expressions": (
        RAILS_WORDS,
        {
            ("POST of JSON", "/", APP): "readable",
            ("with Authorization", "/", APP): "blocked",
            ("PUT", "/", APP): "blocked",
        },
    ),
    "Rails, origins of the environment": (
        "allow do\n  origins ENV.fetch('ORIGINS').split(',')\n  resource '*', headers: :any\nend\n",
        {("GET", "/", APP): None},
    ),
    "Fastify": (
        FASTIFY,
        {("PUT", "/", APP): "readable", ("DELETE", "/", APP): "blocked", ("PUT", "/", OTHER): "blocked"},
    ),
    "rs/cors, a function": (
        "cors.New(cors.Options{ AllowOriginFunc: func(o string) bool { return ok[o] } })",
        {("GET", "/", APP): None},
    ),
    "Express, a path and a route": (
        EXPRESS,
        {
            ("with credentials", "/api/a", APP): "readable",
            ("GET", "/feeds/a", OTHER): "readable",
            ("GET", "/feeds/a/b", OTHER): None,
            ("GET", "/x", APP): None,
        },
    ),
    "Express, preflights alone": (PREFLIGHTS_ALONE, {("GET", "/items", APP): None}),
    "Express, a text with a name in it": ("app.use(cors({ origin: [`${url}`] }));", {("GET", "/", APP): None}),
    "PHP, preflights alone": (PHP, {("PUT", "/", APP): None}),
    "code, both answers": (LAMBDA, {("POST of JSON", "/", APP): "readable", ("with credentials", "/", APP): "blocked"}),
    "code, before the block": (BEFORE_THE_BLOCK, {("PUT", "/", APP): "readable", ("DELETE", "/", APP): "blocked"}),
    "nginx, a variable that grows": (
        NGINX,
        {("PUT", "/", APP): "readable", ("DELETE", "/", APP): "blocked", ("GET", "/", OTHER): "blocked"},
    ),
    "Apache, all of the Origin": (GROUPS, {("GET", "/", APP): "readable", ("GET", "/", OTHER): "blocked"}),
    "Apache, pieces of the Origin": (PIECES, {("GET", "/", APP): "blocked"}),
    "Gin's default": (GIN, {("POST of JSON", "/", APP): "readable", ("with Authorization", "/", APP): "blocked"}),
    "rs/cors for everybody": (
        "h := cors.AllowAll().Handler(m)",
        {("PUT", "/", APP): "readable", ("with Authorization", "/", APP): "readable"},
    ),
    "IIS, taken away": (IIS, {("GET", "/", APP): "blocked"}),
    "IIS, everybody": (IIS_STAR, {("GET", "/", APP): "readable", ("with credentials", "/", APP): "blocked"}),
    "IIS, its module": (
        IIS_MODULE,
        {("GET", "/", APP): "blocked", ("PUT", "/", OTHER): "readable", ("DELETE", "/", OTHER): "blocked"},
    ),
    "HAProxy": (HAPROXY, {("PUT", "/", APP): "readable", ("GET", "/", OTHER): "blocked"}),
    "HAProxy, origins of a file": (HAPROXY_FILE, {("GET", "/", APP): None}),
    "Envoy, an expression for a star": (ENVOY, {("PUT", "/", APP): "readable"}),
    "Envoy, as it was written once": (ENVOY_OLD, {("PUT", "/", APP): "readable", ("GET", "/", OTHER): "blocked"}),
    "Kong, as its Admin API shows it": (KONG, {("PUT", "/", APP): "readable", ("DELETE", "/", APP): "blocked"}),
    "Kong, as it is set": (KONG_CALL, {("PUT", "/", APP): "readable", ("GET", "/", OTHER): "blocked"}),
}
REQUESTS: dict[str, dict[str, Any]] = {
    "GET": {},
    "with credentials": {"credentials": "include"},
    "with Authorization": {"headers": {"Authorization": "Bearer x"}},
    "POST of JSON": JSON,
    "PUT": {"method": "PUT"},
    "DELETE": {"method": "DELETE"},
}


def verdict(text: str, request: str, path: str, page: str) -> str | None:
    url = f"https://api.example{path}"
    configured = read_configuration(text).at(url)
    outcome = Browser(configured).page(f"{page}/").fetch(url, **REQUESTS[request])
    return None if depends(configured, outcome) else outcome.verdict.value


@pytest.mark.parametrize("name", CASES)
def test_settings_are_read_for_whom_and_what_they_are(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


def test_middleware_that_comes_too_late_is_a_mistake() -> None:
    configured = configuration_in("app.UseMvc(); app.UseCors(p => p.AllowAnyOrigin());")
    assert configured is not None
    assert [mistake.code for mistake in mistakes_of(configured)] == ["middleware-too-late"]


@pytest.mark.parametrize("text", [LAMBDA, "Access-Control-Allow-Origin: https://other.example\n"])
def test_headers_of_no_software_that_is_known_are_judged(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "answer.txt").write_text(text)
    arguments = ["check", "https://api.example/", "--page", f"{APP}/", "--credentials", "include", "--json"]
    assert main([*arguments, "--answers", str(tmp_path / "answer.txt")]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "blocked"
