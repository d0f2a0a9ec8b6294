"""Settings of servers that tell origins apart by calls, layers, rules and paths of their own."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.model import matches
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

LOCAL = "http://localhost:3000"

# A text, and what comes of requests to a path from a page (None: not known).
CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "tower-http, everybody": (
        """use tower_http::cors::{Any, CorsLayer};
let cors = CorsLayer::new()
        .allow_methods(Any)
        .allow_headers(Any)
        .allow_origin(Any);
let app = Router::new().route("/", get(h)).layer(cors);""",
        {
            ("GET", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "blocked",
            ("with Authorization", "/api/x", APP): "blocked",
            ("PUT", "/api/x", APP): "readable",
        },
    ),
    "tower-http, very permissive": (
        """let cors_layer = CorsLayer::very_permissive();
let router = Router::new().route("/", get(root)).layer(cors_layer);""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "readable",
        },
    ),
    "tower-http, a list": (
        """let cors = CorsLayer::new().allow_methods(Any).allow_origin(AllowOrigin::list([
  "https://app.example".parse::<HeaderValue>().unwrap(),
  "http://api.example:3000".parse::<HeaderValue>().unwrap(),
]));
let app = Router::new().route("/aaa", get(aaa).layer(cors));""",
        {
            ("GET", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("POST of JSON", "/api/x", APP): "blocked",
            ("PUT", "/api/x", APP): "readable",
        },
    ),
    "tower-http, one origin": (
        """.layer(
  CorsLayer::new()
    .allow_origin("http://localhost:3000".parse::<HeaderValue>().unwrap())
    .allow_methods([Method::GET, Method::POST]),
)""",
        {
            ("GET", "/api/x", LOCAL): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("POST of JSON", "/api/x", LOCAL): "blocked",
            ("PUT", "/api/x", LOCAL): "blocked",
        },
    ),
    "tower-http, a predicate": (
        """let cors = CorsLayer::new().allow_methods([Method::GET])
 .allow_origin(AllowOrigin::predicate(|origin: &HeaderValue, _| origin.as_bytes().ends_with(b".rust-lang.org")));""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "actix-cors, one origin": (
        """let cors = Cors::default()
  .allowed_origin("https://app.example")
  .allowed_methods(vec!["GET", "POST", "PUT", "DELETE"])
  .allowed_headers(vec![header::AUTHORIZATION, header::ACCEPT, header::CONTENT_TYPE])
  .supports_credentials()
  .max_age(3600);""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
            ("DELETE", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): "blocked",
        },
    ),
    "actix-cors, permissive": (
        """use actix_cors::Cors;
App::new().wrap(Cors::permissive())""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
        },
    ),
    "actix-cors, one origin and a function": (
        """let cors = Cors::default()
  .allowed_origin("https://app.example")
  .allowed_origin_fn(|origin, _req_head| origin.as_bytes().ends_with(b".rust-lang.org"))
  .allowed_methods(vec!["GET"]);""",
        {
            ("GET", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): None,
        },
    ),
    "Nelmio, credentials for everybody": (
        """nelmio_cors:
    defaults:
        allow_credentials: true
        allow_origin: ['*']
        allow_headers: ['Origin', 'X-Requested-With', 'Content-Type', 'Accept']
        allow_methods: ['POST','GET','DELETE','PUT']
        expose_headers: ['*']
        max_age: 0
    paths:
      '^/api':
          allow_credentials: true
          allow_origin: ['*']
          allow_headers: ['Origin', 'X-Requested-With', 'Content-Type', 'Accept']
          allow_methods: ['POST','GET','DELETE','PUT']
          max_age: 0""",
        {
            ("GET", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "blocked",
        },
    ),
    "Nelmio, paths": (
        """nelmio_cors:
    defaults:
        allow_credentials: false
        allow_origin: []
        allow_headers: []
        allow_methods: []
        max_age: 0
    paths:
       '^/api/':
           allow_origin: ['*']
           allow_headers: ['*']
           allow_methods: ['POST', 'PUT', 'GET', 'DELETE']
           max_age: 0
       '^/files/':
           allow_origin: ['https://app.example']
           allow_headers: ['*']
           allow_methods: ['POST', 'PUT', 'GET', 'DELETE']""",
        {
            ("GET", "/api/x", OTHER): "readable",
            ("GET", "/files/a", APP): "readable",
            ("GET", "/files/a", OTHER): "blocked",
            ("GET", "/else", APP): "blocked",
            ("with Authorization", "/api/x", APP): "readable",
        },
    ),
    "Nelmio, origins of the environment": (
        """nelmio_cors:
    defaults:
        origin_regex: true
        allow_origin: ['%env(CORS_ALLOW_ORIGIN)%']
        allow_methods: ['GET', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']
        allow_headers: ['Content-Type', 'Authorization']
        expose_headers: ['Link']
        max_age: 3600
    paths:
        '^/': null""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "Serverless, an http event": (
        """functions:
  hello:
    handler: handler.fileUpload
    events:
      - http:
          path: /sendfile
          method: post
          cors: true""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "Serverless, an HTTP API": (
        """provider:
  httpApi:
    cors:
      allowedOrigins:
        - https://app.example
      allowedHeaders:
        - Content-Type
        - Authorization
      allowedMethods:
        - GET
        - PUT
      allowCredentials: true""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("DELETE", "/api/x", APP): "blocked",
            ("GET", "/api/x", OTHER): "blocked",
        },
    ),
    "Terraform, origins of a variable": (
        """resource "aws_s3_bucket_cors_configuration" "example" {
  bucket = aws_s3_bucket.this.id
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
    allowed_origins = var.cors_origins
    max_age_seconds = 3000
  }
}""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "Terraform, a bucket": (
        """resource "aws_s3_bucket" "b" {
  acl    = "private"
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["https://app.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
}""",
        {
            ("PUT", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "blocked",
            ("GET", "/api/x", APP): "blocked",
            ("PUT", "/api/x", OTHER): "blocked",
        },
    ),
    "Terraform, a bucket of Google's": (
        """resource "google_storage_bucket" "this" {
  name     = "${var.project_name}-gcp"
  cors {
    origin          = [
      "http://localhost:3000",
      "http://127.0.0.1:5500"
    ]
    method          = ["PUT", "POST", "GET","OPTIONS"]
    response_header = ["ETag", "Content-Type"]
    max_age_seconds = 3600
  }
}""",
        {
            ("GET", "/api/x", LOCAL): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("POST of JSON", "/api/x", LOCAL): "readable",
        },
    ),
    "Terraform, an HTTP API": (
        """resource "aws_apigatewayv2_api" "api" {
  name          = "api"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins = ["*"]
    allow_headers = ["*"]
    allow_methods = ["POST", "GET", "DELETE","PUT"]
  }
}""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "blocked",
            ("POST of JSON", "/api/x", APP): "readable",
        },
    ),
    "Terraform, the answer to OPTIONS": (
        """resource "aws_api_gateway_integration_response" "options" {
  http_method = aws_api_gateway_method.options.http_method
  status_code = aws_api_gateway_method_response.options.status_code
  response_parameters = {
    "method.response.header.Access-Control-Allow-Headers" = "'Content-Type,Authorization,X-Api-Key'"
    "method.response.header.Access-Control-Allow-Methods" = "'GET,OPTIONS,POST,PUT'"
    "method.response.header.Access-Control-Allow-Origin" = "'*'"
  }
}""",
        {
            ("GET", "/api/x", APP): None,
            ("DELETE", "/api/x", APP): "blocked",
        },
    ),
    "a worker, two answers with the same header": (
        """function onRequestOptions() {
    return new Response(null, {
        status: 204,
        headers: {
            'Access-Control-Allow-Origin': '*',
            'Access-Control-Allow-Headers': '*',
            'Access-Control-Allow-Methods': 'GET, OPTIONS',
            'Access-Control-Max-Age': '86400',
        },
    });
}
// Set CORS to all /api responses
function onRequest(context) {
    return context.next().then(function (response) {
        response.headers.set('Access-Control-Allow-Origin', '*');
        response.headers.set('Access-Control-Max-Age', '86400');
        return response;
    });
}""",
        {
            ("GET", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "blocked",
            ("PUT", "/api/x", APP): "blocked",
            ("with credentials", "/api/x", APP): "blocked",
        },
    ),
    "a worker, origins of the environment": (
        """export function getCorsHeaders(request: Request, env: Env): CorsHeaders {
  const origin = request.headers.get('Origin') || '';
  const allowedOrigins = env.ALLOWED_ORIGINS
    ? env.ALLOWED_ORIGINS.split(',').map(o => o.trim())
    : ['http://localhost:5173', 'https://app.example'];
  const allowOrigin = allowedOrigins.includes(origin) ? origin : allowedOrigins[0];
  return {
    'Access-Control-Allow-Origin': allowOrigin,
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'Content-Type',
  };
}""",
        {
            ("GET", "/api/x", OTHER): None,
        },
    ),
    "Istio, a name": (
        """    corsPolicy:
      allowOrigins:
      - exact: https://app.example
      allowMethods:
      - POST
      - GET
      allowCredentials: false
      allowHeaders:
      - X-Foo-Bar
      maxAge: "24h" """,
        {
            ("GET", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("POST of JSON", "/api/x", APP): "blocked",
            ("with credentials", "/api/x", APP): "blocked",
        },
    ),
    "Istio, everybody": (
        """{
  "Match": [ { "Uri": { "Prefix": "/" } } ],
  "corsPolicy": {
    "allowOrigins": [ { "exact": "*" } ],
    "allowCredentials": true,
    "allowHeaders": [ "app-key", "x-token" ],
    "allowMethods": [ "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" ]
  }
}""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "blocked",
        },
    ),
    "Istio, expressions": (
        r"""  http:
  - corsPolicy:
      allowOrigins:
      - regex: https://.*\.app\.example
      - prefix: http://localhost
      allowMethods: ["GET","PUT"]
    route: []""",
        {
            ("GET", "/api/x", "https://x.app.example"): "readable",
            ("GET", "/api/x", LOCAL): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("PUT", "/api/x", LOCAL): "readable",
        },
    ),
    "ASP.NET, a function": (
        """builder.Services.AddCors(o => o.AddDefaultPolicy(p =>
 p.SetIsOriginAllowed(origin => new Uri(origin).Host == "localhost").AllowAnyHeader()));
app.UseCors();""",
        {
            ("GET", "/api/x", APP): "blocked",
            ("GET", "/api/x", "http://localhost:3000"): "readable",
        },
    ),
    "Fiber, two origins": (
        """app := fiber.New()
app.Use(cors.New(cors.Config{ AllowOrigins: "https://app.example, http://localhost:3000", AllowCredentials: true }))""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", LOCAL): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("POST of JSON", "/api/x", APP): "readable",
        },
    ),
    "Fiber, origins of the environment": (
        """app := fiber.New()
app.Use(cors.New(cors.Config{
  AllowOrigins:     os.Getenv("ALLOW_ORIGINS"), // e.g. "http://localhost:5000"
  AllowMethods:     "GET,POST,PUT,DELETE,OPTIONS,PATCH",
  AllowHeaders:     "Origin,Content-Type",
  AllowCredentials: true,
}))""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "Fiber's default": (
        """import "github.com/gofiber/fiber/v2/middleware/cors"
app.Use(cors.New())""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
        },
    ),
    "gorilla, everybody": (
        """corsObj := handlers.AllowedOrigins([]string{"*"})
headers := handlers.AllowedMethods([]string{"GET", "OPTIONS"})
http.ListenAndServe(":3000", handlers.CORS(corsObj, headers)(r))""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "blocked",
            ("POST of JSON", "/api/x", APP): "blocked",
            ("with credentials", "/api/x", APP): "blocked",
        },
    ),
    "gorilla, one origin": (
        """log.Fatal(http.ListenAndServe(":8080", handlers.CORS(
 handlers.AllowedOrigins([]string{"https://app.example"}),
 handlers.AllowedHeaders([]string{"X-Requested-With", "Content-Type", "Authorization"}),
 handlers.AllowedMethods([]string{"GET", "POST", "PUT"}),
 handlers.AllowCredentials())(router)))""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
            ("DELETE", "/api/x", APP): "blocked",
            ("GET", "/api/x", OTHER): "blocked",
        },
    ),
    "Echo, names by constants": (
        """e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
    AllowOrigins: []string{"https://app.example", "https://labs.example"},
    AllowHeaders: []string{echo.HeaderOrigin, echo.HeaderContentType, echo.HeaderAccept},
    AllowMethods: []string{http.MethodGet, http.MethodPut, http.MethodPost},
  }))""",
        {
            ("GET", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "blocked",
            ("PUT", "/api/x", APP): "readable",
            ("DELETE", "/api/x", APP): "blocked",
            ("GET", "/api/x", OTHER): "blocked",
        },
    ),
    "Echo's default": (
        """e := echo.New()
e.Use(middleware.CORS())""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("POST of JSON", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "blocked",
        },
    ),
    "chi, every scheme": (
        """r.Use(cors.Handler(cors.Options{
    AllowedOrigins:   []string{"https://*", "http://*"},
    AllowedMethods:   []string{"GET", "POST", "PUT", "DELETE", "OPTIONS"},
    AllowedHeaders:   []string{"Accept", "Authorization", "Content-Type", "X-CSRF-Token"},
    ExposedHeaders:   []string{"Link"},
    AllowCredentials: false,
    MaxAge:           300,
  }))""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "readable",
            ("with Authorization", "/api/x", APP): "readable",
            ("with credentials", "/api/x", APP): "blocked",
        },
    ),
    "chi, origins of the settings": (
        """return cors.New(cors.Options{
    AllowedOrigins:   cfg.AllowOrigins,
    AllowedMethods:   cfg.AllowMethods,
    AllowedHeaders:   cfg.AllowHeaders,
    AllowCredentials: cfg.AllowCredentials,
  }).Handler""",
        {
            ("GET", "/api/x", APP): None,
        },
    ),
    "Vercel, a path": (
        """{"headers": [{"source": "/api/(.*)", "headers": [
          {"key": "Access-Control-Allow-Origin", "value": "https://app.example"},
          {"key": "Access-Control-Allow-Credentials", "value": "true"}]}]}""",
        {
            ("with credentials", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("GET", "/else", APP): None,
        },
    ),
    "Vercel, an expression of its own": (
        """{"headers": [{"source": "/(a|b)/(.*)", "headers": [
          {"key": "Access-Control-Allow-Origin", "value": "*"}]}]}""",
        {("GET", "/a/x", APP): "readable"},
    ),
    "Netlify, paths": (
        """/fonts/*
  # for everybody
  Access-Control-Allow-Origin: *
/index.html
  X-Frame-Options: DENY
""",
        {("GET", "/fonts/a", APP): "readable", ("GET", "/else", APP): None},
    ),
    "Netlify's own file, a path": (
        """[[headers]]
  for = "/api/*"
  [headers.values]
    Access-Control-Allow-Origin = "https://app.example"
""",
        {
            ("GET", "/api/x", APP): "readable",
            ("GET", "/api/x", OTHER): "blocked",
            ("GET", "/else", APP): None,
        },
    ),
    "code with a comment on lines of its own": (
        """if (req.method === 'OPTIONS') { res.set('Access-Control-Allow-Origin', '*'); return }
/**
 * others
 */
res.set('Access-Control-Allow-Origin', 'https://app.example');""",
        {("GET", "/", APP): "readable", ("GET", "/", OTHER): "blocked"},
    ),
    "Spring Cloud Gateway, a path": (
        """globalcors:
  corsConfigurations:
    '[/api/**]':
      allowedOrigins: "*"
      allowedMethods:
        - GET
""",
        {
            ("GET", "/api/x", APP): "readable",
            ("PUT", "/api/x", APP): "blocked",
            ("GET", "/else", APP): None,
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_settings_of_servers_are_read_for_what_they_are(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


def test_an_expression_with_brackets_without_end_matches_nothing() -> None:
    assert not matches("(" * 5000, APP)
