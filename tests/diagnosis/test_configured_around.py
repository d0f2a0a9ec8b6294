"""What stands around a layer, in order: in front of it, outside of it, beside it, and may answer in its place."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, verdict

GET, PUT = "GET", "PUT"
ANY = "allow_origins=['*'], allow_methods=['*'], allow_headers=['*']"
GIN = 'cors.New(cors.Config{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}})'
CHI = 'cors.Handler(cors.Options{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"PUT"}})'
SPRING = 'registry.addMapping("/**").allowedOrigins("https://app.example").allowedMethods("*");'
POLICY = 'o.AddPolicy("p", b => b.WithOrigins("https://app.example").AllowAnyMethod())'
IIS = '<customHeaders><add name="Access-Control-Allow-Origin" value="*"/></customHeaders>'
HAPROXY = "http-response set-header Access-Control-Allow-Origin *"
INGRESS = "nginx.ingress.kubernetes.io/"

# What stands there, and what comes of a PUT: not known, because it may answer.
NOT_KNOWN = {
    "Express: a route before": "app.put('/api/x', answer);\napp.use(cors());",
    "Express: a router before": "app.use('/api', router);\napp.use(cors());",
    "Express: a login before": "app.use(express.json());\napp.use(verifyToken);\napp.use(cors());",
    "Express: a function before that answers": (
        "app.use((req, res, next) => { if (!req.user) { return res.sendStatus(401) } next() });\napp.use(cors());"
    ),
    "Express: of a router": "const router = express.Router();\nrouter.use(cors());\napp.use('/v1', router);",
    "Express: used for one route": "const allow = cors({ origin: '*' });\napp.get('/', list);",
    "Fastify: inside another plugin": "fastify.register(async (a) => { a.register(cors, { methods: ['PUT'] }) })",
    "Flask: a function before requests": (
        "CORS(app)\n@app.before_request\ndef check():\n    if not g.user:\n        return 'no', 401\n"
    ),
    "Flask: two": "CORS(app, origins='https://www.example')\nCORS(api, origins='*')",
    "Flask: of a blueprint": "api = Blueprint('api', __name__)\nCORS(api)",
    "FastAPI: a middleware that is added later": (
        f"app.add_middleware(CORSMiddleware, {ANY})\napp.add_middleware(AuthMiddleware)"
    ),
    "FastAPI: a function that is added later": (
        f"app.add_middleware(CORSMiddleware, {ANY})\n@app.middleware('http')\nasync def check(request, call_next):\n"
        "    if request.headers.get('x') is None:\n        return JSONResponse({}, 401)\n"
        "    return await call_next(request)\n"
    ),
    "Starlette: another in front of the list": (
        f"Starlette(middleware=[Middleware(Auth), Middleware(CORSMiddleware, {ANY})])"
    ),
    "Django: a middleware of its own in front": (
        "MIDDLEWARE = ['app.middleware.Auth', 'corsheaders.middleware.CorsMiddleware']\nCORS_ALLOW_ALL_ORIGINS = True"
    ),
    "Spring: security that turns it off": f"http.cors().disable();\n{SPRING}",
    "Spring: of a profile": f'@Profile("dev") class A implements WebMvcConfigurer {{ {SPRING} }}',
    "ASP.NET: a middleware before": f'{POLICY};\napp.UseMiddleware<ApiKey>();\napp.UseCors("p");',
    "ASP.NET: a policy that nothing uses": f"{POLICY};\napp.MapControllers();\napp.Run();",
    "ASP.NET: an endpoint without": f'{POLICY};\napp.UseCors("p");\n[DisableCors] class A {{}}',
    "ASP.NET: of one endpoint": f'{POLICY};\napp.UseCors();\napp.MapPut("/a", f).RequireCors("p");',
    "gin: a route before": f'r := gin.Default()\nr.PUT("/api/x", h)\nr.Use({GIN})',
    "gin: a login before": f"r.Use(Auth())\nr.Use({GIN})",
    "gin: of a group": f'api := r.Group("/api")\napi.Use({GIN})\napi.PUT("/x", h)',
    "gin: given to a group": f'api := r.Group("/api", {GIN})',
    "chi: of a group": f"r.Group(func(r chi.Router) {{\n r.Use({CHI})\n}})",
    "rs/cors: not used": 'c := cors.New(cors.Options{AllowedMethods: []string{"PUT"}})\nhttp.ListenAndServe(a, h)',
    "axum: a route behind": 'Router::new().layer(CorsLayer::permissive()).route("/x", put(x))',
    "axum: another layer outside": "Router::new().layer(CorsLayer::permissive()).layer(from_fn(auth))",
    "actix: another layer outside": "App::new().wrap(Cors::permissive()).wrap(auth)",
    "actix: of a scope": 'App::new().service(web::scope("/api").wrap(Cors::permissive()))',
    "code: an end before the header": (
        "<?php\nif (!$user) { http_response_code(401); exit; }\nheader('Access-Control-Allow-Origin: *');"
    ),
    "code: a route of gorilla/mux for one method": (
        'r.Use(func(next http.Handler) { w.Header().Set("Access-Control-Allow-Origin", "*")\n'
        'if r.Method == "OPTIONS" { return }\nnext.ServeHTTP(w, r) })\nr.HandleFunc("/x", h).Methods("PUT")'
    ),
    "Rails: a condition of a resource": (
        "allow do\n origins '*'\n resource '*', headers: :any, methods: :any, if: proc { |env| env['x'] }\nend"
    ),
    "Rails: origins by a block": "allow do\n origins { |a, env| a == 'x' }\n resource '*', methods: :any\nend",
    "HAProxy: two sections": f"frontend a\n {HAPROXY}\nfrontend b\n bind :80",
    "HAProxy: a list of addresses": f"{HAPROXY} if {{ src 10.0.0.0/8 }}",
    "HAProxy: Lua": f"http-request lua.check\n{HAPROXY}",
    "IIS: of a location": f'<location path="api">{IIS}</location>',
    "IIS: an outbound rule": f'{IIS}<match serverVariable="RESPONSE_Access-Control-Allow-Origin" pattern=".*"/>',
    "IIS: verbs": f'{IIS}<verbs><add verb="OPTIONS" allowed="false"/></verbs>',
    "Kong: turned off": "plugins:\n- name: cors\n  enabled: false\n  config:\n    origins: ['*']\n",
    "Ingress: two": (
        f'{INGRESS}enable-cors: "true"\n{INGRESS}cors-allow-origin: "*"\n---\n{INGRESS}enable-cors: "true"\n'
        f'{INGRESS}cors-allow-origin: "https://app.example"\n'
    ),
    "Ingress: a snippet": (
        f'{INGRESS}enable-cors: "true"\n{INGRESS}configuration-snippet: |\n  if ($x) {{ return 403; }}\n'
    ),
    "Terraform: two buckets": (
        'resource "aws_s3_bucket" "a" {\n  cors_rule {\n    allowed_methods = ["PUT"]\n    allowed_origins = ["*"]\n  }'
        '\n}\nresource "aws_s3_bucket" "b" {\n  cors_rule {\n    allowed_methods = ["GET"]\n'
        '    allowed_origins = ["*"]\n  }\n}\n'
    ),
    "Spring: security by its calls": f".sessionManagement(s -> s).httpBasic(b).build();\n{SPRING}",
    "Spring: an interceptor": f"registry.addInterceptor(login).addPathPatterns(p);\n{SPRING}",
    "FastAPI: one that only sounds like a trace": (
        f"app.add_middleware(CORSMiddleware, {ANY})\napp.add_middleware(HitTracker)"
    ),
    "ASP.NET: used under a condition": f'{POLICY};\nif (app.Environment.IsDevelopment())\n{{\n app.UseCors("p");\n}}',
    "Express: used under a condition without braces": "if (process.env.NODE_ENV !== 'production') app.use(cors());",
    "Express: used behind &&": "isDev && app.use(cors());",
    "Express: a layer by its name, under a condition": "const corsLayer = cors();\nif (dev) { app.use(corsLayer); }",
    "Nest: under a condition": "if (isDev) app.enableCors();",
    "Fastify: a hook before": "fastify.addHook('onRequest', auth);\nfastify.register(cors, { methods: ['PUT'] });",
    "axum: of a part": 'Router::new().nest("/api", api.layer(CorsLayer::permissive())).route("/x", put(x))',
    "code: a function of PHP that nothing calls": (
        "<?php function allow() { header('Access-Control-Allow-Origin: *'); }\necho json_encode($rows);"
    ),
    "nginx: two servers": (
        "server { server_name a.example; location / { return 200 a; add_header Access-Control-Allow-Origin *; } }\n"
        "server { server_name b.example; location / { return 200 b; add_header Access-Control-Allow-Origin b; } }"
    ),
}

READABLE = {
    "FastAPI: two applications": (
        f"app = FastAPI()\napi = FastAPI()\napi.add_middleware(CORSMiddleware, {ANY})\napp.mount('/api', api)"
    ),
    "Express: a handler of OPTIONS behind cors()": (
        "app.use(cors());\napp.options('*', (q, res) => { res.header('Access-Control-Allow-Origin', 'x'); res.end() });"
    ),
    "Ingress: a snippet that sets other headers": (
        f'{INGRESS}enable-cors: "true"\n{INGRESS}configuration-snippet: |\n  more_set_headers "X-A: b";\n'
    ),
    "nginx: a server of another protocol": (
        "http { server { location / { add_header Access-Control-Allow-Origin *;\n"
        "add_header Access-Control-Allow-Methods PUT; if ($request_method = OPTIONS) { return 204; } return 200; } } }"
        "\nrtmp { server { listen 1935; } }"
    ),
    "Express: what hands on": (
        "app.use(express.json());\napp.use(helmet());\napp.use(morgan('dev'));\nconst log = (q, s, next) => { next() };"
        "\napp.use(log);\napp.use(cors());\napp.use('/api', router);"
    ),
    "FastAPI: what hands on": (
        f"app.add_middleware(CORSMiddleware, {ANY})\napp.add_middleware(GZipMiddleware)\n@app.middleware('http')\n"
        "async def timed(request, call_next):\n    response = await call_next(request)\n    return response\n"
    ),
    "Flask: a function before requests that knows OPTIONS": (
        "CORS(app)\n@app.before_request\ndef check():\n    if request.method != 'OPTIONS' and not g.user:\n"
        "        return 'no', 401\n"
    ),
    "Spring: security that asks": f"http.cors().and().authorizeRequests().anyRequest().authenticated();\n{SPRING}",
    "ASP.NET: in its order": f'{POLICY};\napp.UseRouting();\napp.UseCors("p");\napp.UseAuthorization();\napp.Run();',
    "gin: what hands on": f"r.Use(gin.Logger(), gin.Recovery())\nr.Use({GIN})\nr.PUT(p, h)",
    "axum: what hands on": 'Router::new().route("/x", put(x)).layer(CorsLayer::permissive()).layer(TraceLayer::new())',
    "Rails: two resources of one place": (
        "allow do\n origins '*'\n resource '/public/*', methods: :get\n resource '/api/*', methods: [:get, :put]\nend"
    ),
    "nginx: a server that redirects, and one that serves": (
        "server { listen 80; return 301 https://$host$request_uri; }\nserver { listen 443 ssl; location / {\n"
        "if ($request_method = OPTIONS) { add_header Access-Control-Allow-Origin *;\n"
        "add_header Access-Control-Allow-Methods PUT; return 204; }\n"
        "add_header Access-Control-Allow-Origin *; return 200; } }"
    ),
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_may_answer_in_its_place_makes_it_not_known(name: str) -> None:
    # What these have would be readable for a GET alone.
    request = GET if name.startswith(("HAProxy", "IIS", "code")) else PUT
    assert verdict(NOT_KNOWN[name], request, "/api/x", APP) is None


@pytest.mark.parametrize("name", READABLE)
def test_what_hands_on_changes_nothing(name: str) -> None:
    assert verdict(READABLE[name], PUT, "/api/x", APP) == "readable"


def test_settings_of_django_without_their_middleware_do_nothing() -> None:
    text = "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\nCORS_ALLOW_ALL_ORIGINS = True"
    assert verdict(text, GET, "/api/x", APP) == "blocked"
    assert [each.code for each in mistakes_of(read_configuration(text))] == ["middleware-missing"]


def test_what_answers_options_alone_and_ends_there_keeps_the_headers_behind_it() -> None:
    text = 'if r.Method == http.MethodOptions {\n return\n}\nw.Header().Set("Access-Control-Allow-Origin", "*")'
    assert (verdict(text, GET, "/api/x", APP), verdict(text, PUT, "/api/x", APP)) == ("readable", "blocked")


def test_headers_on_one_answer_are_not_on_another_that_is_returned() -> None:
    text = (
        "const res = NextResponse.next();\nres.headers.set('Access-Control-Allow-Origin', '*');\n"
        "res.headers.set('Access-Control-Allow-Methods', 'PUT');\n"
        "if (req.method === 'OPTIONS') {\n  return new Response(null, { status: 204%s });\n}\nreturn res;"
    )
    assert (verdict(text % "", GET, "/api/x", APP), verdict(text % "", PUT, "/api/x", APP)) == ("readable", "blocked")
    assert verdict(text % ", headers: res.headers", PUT, "/api/x", APP) == "readable"


@pytest.mark.parametrize(("wrapped", "told"), [("%s", None), ("fp(%s)", "readable")])
def test_a_plugin_of_fastify_is_for_its_own_routes_unless_it_is_wrapped(wrapped: str, told: str | None) -> None:
    plugin = "async function (fastify) {\n  fastify.register(import('@fastify/cors'), { origin: true });\n}"
    assert verdict(f"module.exports = {wrapped % plugin}", GET, "/api/x", APP) == told


def test_a_header_s_name_in_ktor_is_not_a_setting_of_traefik() -> None:
    text = "install(CORS) {\n  anyHost()\n  allowHeader(HttpHeaders.AccessControlAllowOrigin)\n}"
    assert read_configuration(text).kind.startswith("Ktor")
