"""What nginx, Apache, Caddy, Go and Rust settings hold that is not read makes the answer not known."""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, PUT, JSON = "GET", "PUT", "POST of JSON"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None

_NGINX = "add_header Access-Control-Allow-Origin * always; add_header Access-Control-Allow-Methods PUT always;"
_APACHE = "Header always set Access-Control-Allow-Origin *\nHeader always set Access-Control-Allow-Methods PUT\n"
_CADDY = "header Access-Control-Allow-Origin *\nheader Access-Control-Allow-Methods PUT\n"


def nginx(lines: str) -> str:
    """A location that allows everybody, with more lines in it."""
    return f"location /api {{ {_NGINX} if ($request_method = OPTIONS) {{ {_NGINX} return 204; }} {lines} }}"


# A text, the request, and what comes of it.
CASES: dict[str, tuple[str, str, str | None]] = {
    "nginx: nothing more": (nginx(""), PUT, READABLE),
    "nginx: types and TLS": (nginx("include mime.types; ssl_protocols TLSv1.3;"), PUT, READABLE),
    "nginx: a file of its own": (nginx("include snippets/api.conf;"), GET, NOT_KNOWN),
    "nginx: Lua sets headers": (nginx("header_filter_by_lua_block { ngx.header.a = http_origin }"), GET, NOT_KNOWN),
    "nginx: Lua in a file": (nginx("access_by_lua_file auth.lua;"), GET, NOT_KNOWN),
    "nginx: njs": (nginx("js_header_filter cors.headers;"), GET, NOT_KNOWN),
    "nginx: another server says who enters": (nginx("auth_request /auth;"), GET, NOT_KNOWN),
    "nginx: a module of CORS": (nginx("cors_allow_origin https://app.example;"), GET, NOT_KNOWN),
    "nginx: a condition by referrer that refuses": (nginx("if ($invalid_referer) { return 403; }"), GET, NOT_KNOWN),
    "nginx: a condition by scheme": (nginx("if ($scheme = http) { return 301 https://a.example; }"), GET, READABLE),
    "nginx: a condition that unsets what was inherited": (nginx("if ($arg_a) { add_header X-A b; }"), GET, NOT_KNOWN),
    "nginx: methods by list, without OPTIONS": (
        f"location /api {{ {_NGINX} root /a; limit_except GET PUT {{ deny all; }} }}", PUT, BLOCKED,
    ),
    "nginx: a login for preflights": (f'location /api {{ {_NGINX} auth_basic "a"; }}', PUT, BLOCKED),
    "nginx: other methods are refused": (
        f"location /api {{ {_NGINX} if ($request_method !~ ^(GET|PUT)$) {{ return 405; }} }}", PUT, BLOCKED,
    ),
    "nginx: the place only redirects": (f"location /api {{ {_NGINX} return 301 https://a.example; }}", GET, NOT_KNOWN),
    "nginx: the place refuses": (f"location /api {{ {_NGINX} return 403; }}", PUT, BLOCKED),
    "nginx: a program answers the path": (
        f"server {{ location /static {{ {_NGINX} }} location / {{ proxy_pass http://a; }} }}", GET, NOT_KNOWN,
    ),
    "nginx: a map with a file": (
        ("map $http_origin $o { include origins.map; } server { location / { "
        "add_header Access-Control-Allow-Origin $o always; } }"), GET, NOT_KNOWN,
    ),
    "nginx: a map of more than the origin": (
        ('map "$http_origin:$host" $o { "~^https://app" $http_origin; } server { location / { '
        "add_header Access-Control-Allow-Origin $o always; } }"), GET, READABLE,
    ),
    "nginx: a place that no program answers, beside one": (
        f"server {{ location /api {{ {_NGINX} root /a; }} location / {{ proxy_pass http://a; }} }}", GET, READABLE,
    ),
    "nginx: a program behind, all in one line": (
        "location /api { add_header Access-Control-Allow-Origin * always; proxy_pass http://a; }", GET, NOT_KNOWN,
    ),
    "nginx: the last if for OPTIONS has no header": (
        (f"location /api {{ if ($request_method = OPTIONS) {{ {_NGINX} }} "
        "if ($request_method = OPTIONS) { return 204; } }"), PUT, BLOCKED,
    ),
    "nginx: one value for two methods": (
        ("location /api { if ($request_method = GET) { set $c 1; } if ($request_method = OPTIONS) { set $c 1; } "
        f"if ($c = 1) {{ {_NGINX} }} }}"), GET, READABLE,
    ),
    "Apache: nothing more": (_APACHE, GET, READABLE),
    "Apache: a variable that nothing sets": (
        "Header always set Access-Control-Allow-Origin * env=CORS\n", GET, NOT_KNOWN,
    ),
    "Apache: an edited header": (_APACHE + "Header always edit Access-Control-Allow-Origin . b\n", GET, BLOCKED),
    "Apache: pages elsewhere may not take files": (
        _APACHE + "RewriteCond %{HTTP_REFERER} !^https://a\\.example\nRewriteRule .* - [F]\n", GET, NOT_KNOWN,
    ),
    "Apache: methods that are refused": (
        _APACHE + "RewriteCond %{REQUEST_METHOD} !^(GET|PUT)$\nRewriteRule .* - [F]\n", PUT, BLOCKED,
    ),
    "Apache: TRACE is refused": (
        _APACHE + "RewriteCond %{REQUEST_METHOD} ^TRACE\nRewriteRule .* - [F]\n", GET, READABLE,
    ),
    "Apache: a condition that is not read": (
        "<If \"%{REMOTE_ADDR} =~ /a/\">\n" + _APACHE + "</If>\n", GET, NOT_KNOWN,
    ),
    "Apache: a definition": ("<IfDefine PUBLIC>\n" + _APACHE + "</IfDefine>\n", GET, NOT_KNOWN),
    "Apache: AllowMethods": (_APACHE + "AllowMethods GET\n", GET, NOT_KNOWN),
    "Apache: a file of headers": (_APACHE + "Include conf/headers.conf\n", GET, NOT_KNOWN),
    "Apache: a list without OPTIONS": (
        _APACHE + "<LimitExcept GET PUT>\nRequire all denied\n</LimitExcept>\n", PUT, NOT_KNOWN,
    ),
    "Apache: a program answers what is no file": (_APACHE + "RewriteRule ^ index.php [L]\n", PUT, NOT_KNOWN),
    "Apache: a program that all falls to": (_APACHE + "FallbackResource /index.php\n", PUT, NOT_KNOWN),
    "Caddy: nothing more": ("a.example {\n" + _CADDY + "respond 204\n}", PUT, READABLE),
    "Caddy: a snippet that is not there": ("a.example {\n" + _CADDY + "import cors\n}", GET, NOT_KNOWN),
    "Caddy: a matcher by expression": (
        "a.example {\n@a expression `{query.a} == 'b'`\nheader @a Access-Control-Allow-Origin *\n}", GET, NOT_KNOWN,
    ),
    "Caddy: a matcher that is not there": (
        "a.example {\nheader @a Access-Control-Allow-Origin *\n}", GET, NOT_KNOWN,
    ),
    "Caddy: a directive of a plugin": ("a.example {\n" + _CADDY + "cors_origin https://b.example\n}", GET, NOT_KNOWN),
    "Go: a setting that is added": (
        'c := cors.DefaultConfig()\nc.AllowAllOrigins = true\nc.AddAllowHeaders("X-A")\nr.Use(cors.New(c)) // gin',
        GET, NOT_KNOWN,
    ),
    "Go: a function of the program's that is called as Nest's is": (
        'func enableCors(w *http.ResponseWriter) {\n (*w).Header().Set("Access-Control-Allow-Origin", "*")\n}',
        GET, READABLE,
    ),
    "Go: a list of methods answers nothing": (
        ('func allow(w http.ResponseWriter) {\n w.Header().Set("Access-Control-Allow-Origin", "*")\n'
        ' w.Header().Set("Access-Control-Allow-Methods", "PUT, OPTIONS")\n}'), PUT, NOT_KNOWN,
    ),
    "Rust: origins in a constant": (
        ('const ALLOWED_ORIGINS: [&str; 1] = ["https://app.example"];\n'
        "CorsLayer::new().allow_origin(ALLOWED_ORIGINS).allow_methods([Method::GET])"), GET, READABLE,
    ),
    "Rust: an origin that is added to the layer elsewhere": (
        "let layer = CorsLayer::new(); list.fold(layer, |layer, each| layer.allow_origin(each))", GET, NOT_KNOWN,
    ),
    "Rust: preflights are left to the program": ("Cors::permissive().disable_preflight()", PUT, NOT_KNOWN),
    "CloudFormation: rules of a bucket": (
        ("      CorsConfiguration:\n        CorsRules:\n          - AllowedOrigins: ['https://app.example']\n"
        "            AllowedMethods:\n              - GET\n              - PUT\n"), PUT, READABLE,
    ),
    "CloudFormation: an origin of the stack's": (
        "CorsRules:\n  - AllowedOrigins:\n      - !Ref Origin\n    AllowedMethods: [GET]\n", GET, NOT_KNOWN,
    ),
    "FastAPI: an argument with another value": (
        ("def use(app, origins=None):\n    if origins is None:\n        origins = ['*']\n"
        "    app.add_middleware(CORSMiddleware, allow_origins=origins)\n"), GET, NOT_KNOWN,
    ),
    "Rails: hash rockets and %i()": (
        "allow do\n origins '*'\n resource '*', :headers => :any, :methods => %i(get put)\nend\n", PUT, READABLE,
    ),
    "Rails: methods of the program's": (
        "allow do\n origins '*'\n resource '*', headers: :any, methods: METHODS\nend\n", PUT, NOT_KNOWN,
    ),
    "Traefik 1: headers of labels": (
        'labels:\n  - "traefik.frontend.headers.customResponseHeaders=Access-Control-Allow-Origin:*"', GET, NOT_KNOWN
    ),
    "Tyk": ('{"CORS": {"enable": true, "allowed_origins": ["*"]}}', GET, NOT_KNOWN),
    "Keycloak": ('{"clientId": "a", "webOrigins": ["*"]}', GET, NOT_KNOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_read_and_may_change_the_answer_makes_it_not_known(name: str) -> None:
    text, request, expected = CASES[name]
    assert verdict(text, request, "/api/x", APP) == expected


def test_a_rule_of_a_template_is_not_for_others() -> None:
    text = CASES["CloudFormation: rules of a bucket"][0]
    assert verdict(text, GET, "/a", OTHER) == BLOCKED
