"""What decides beside the values of a setting: who takes it, what selects a rule, and which file it is written to."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, POST, PUT, DELETE, WITH, TOKEN = (
    "GET", "POST of JSON", "PUT", "DELETE", "with credentials", "with Authorization",
)  # fmt: skip

SECURITY = (
    "@Bean SecurityFilterChain chain(HttpSecurity http) {{ http.cors({asked}); return http.build(); }}\n"
    "{bean} {name}() {{ CorsConfiguration config = new CorsConfiguration();\n"
    'config.setAllowedOrigins(List.of("https://app.example")); config.setAllowedMethods(List.of("PUT"));\n'
    "UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n"
    'source.registerCorsConfiguration("/**", config);\n'
    "return source; }}"
)
BEAN, PRIVATE = "@Bean CorsConfigurationSource", "private UrlBasedCorsConfigurationSource"
NAMED = "corsConfigurationSource"
NGINX = (
    "server {{ server_name api.example; location / {{ add_header Access-Control-Allow-Origin {origin} always;\n"
    "add_header Access-Control-Allow-Methods PUT always;\nif ({method} = OPTIONS) {{ return 204; }} root /srv; }} }}"
)
BUCKET = (
    'resource "aws_s3_bucket_cors_configuration" "b" {{\n  cors_rule {{\n    allowed_origins = {origins}\n'
    '    allowed_methods = {methods}\n    allowed_headers = ["*"]\n  }}\n}}'
)
LABEL = '- "traefik.http.middlewares.c.headers.'
ROUTER = '- "traefik.http.routers.a.middlewares=c"\n'
IIS = (
    "<configuration><system.webServer>{more}<httpProtocol><customHeaders>"
    '<add name="Access-Control-Allow-Origin" value="https://app.example" />'
    '<add name="Access-Control-Allow-Methods" value="PUT" />'
    "</customHeaders></httpProtocol></system.webServer></configuration>"
)
REWRITE = (
    '<rewrite><rules><rule name="a"><match url="(.*)" /><action type="{type}" url="http://localhost:3007/{{R:1}}" />'
    "</rule></rules></rewrite>"
)
CALLBACK = (
    'const listed = [process.env.CLIENT, "https://app.example"].filter(Boolean);\n'
    "const of = (origin, callback) => {{ if (listed.includes(origin)) return callback(null, true); {last}; }};\n"
    "app.use(cors({{ origin: of }}));"
)
FIBER = (
    'import "github.com/gofiber/fiber/v2/middleware/cors"\n'
    "app.Use(cors.New(cors.Config{{ {more}AllowCredentials: true,\n"
    "AllowOriginsFunc: func(origin string) bool {{\n\treturn true\n}},\n}}))"
)

CASES: dict[str, tuple[str, dict[tuple[str, str], str | None]]] = {
    "Spring: a function given to cors that sets nothing": (
        SECURITY.format(asked="cors -> source()", bean=PRIVATE, name="source"), {(GET, APP): NOT_KNOWN},
    ),
    "Spring: a bean of another name than is looked for": (
        SECURITY.format(asked="withDefaults()", bean=BEAN, name="other"), {(GET, APP): NOT_KNOWN},
    ),
    "Spring: a bean of the name that is looked for": (
        SECURITY.format(asked="withDefaults()", bean=BEAN, name=NAMED), {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Spring: a method that is named to cors": (
        SECURITY.format(asked="c -> c.configurationSource(other())", bean=PRIVATE, name="other"),
        {(PUT, APP): READABLE, (DELETE, APP): BLOCKED},
    ),
    "Terraform: an origin of a variable beside one that is written": (
        BUCKET.format(origins='[var.origin, "https://app.example"]', methods='["GET"]'),
        {(GET, APP): READABLE, (POST, APP): BLOCKED, (GET, OTHER): NOT_KNOWN, (PUT, OTHER): BLOCKED},
    ),
    "Terraform: methods of a variable": (
        BUCKET.format(origins='["https://app.example"]', methods="var.methods"), {(GET, APP): NOT_KNOWN},
    ),
    "Terraform: a first rule of origins that are not known, with credentials": (
        BUCKET.format(origins="var.origins", methods='["GET"]').replace(
            "  }\n}", '  }\n  cors_rule {\n    allowed_origins = ["*"]\n    allowed_methods = ["GET"]\n  }\n}'
        ),
        {(GET, APP): READABLE, (WITH, APP): NOT_KNOWN, (PUT, APP): BLOCKED},
    ),
    "Traefik: origins alone": (
        f'{LABEL}accesscontrolalloworiginlist=https://app.example"\n{ROUTER}',
        {(GET, APP): READABLE, (PUT, APP): BLOCKED, (POST, APP): BLOCKED},
    ),
    "Traefik: `*` with credentials, which versions send differently": (
        (f'{LABEL}accesscontrolalloworiginlist=*"\n{LABEL}accesscontrolallowcredentials=true"\n'
        f'{LABEL}accesscontrolallowheaders=*"\n{ROUTER}'),
        {(GET, APP): READABLE, (WITH, APP): NOT_KNOWN, (POST, APP): READABLE, (TOKEN, APP): NOT_KNOWN},
    ),
    "IIS: a server that is rewritten to": (
        IIS.format(more=REWRITE.format(type="Rewrite")), {(PUT, APP): NOT_KNOWN, (GET, OTHER): BLOCKED},
    ),
    "IIS: a redirect is no server behind": (
        IIS.format(more=REWRITE.format(type="Redirect")), {(PUT, APP): READABLE, (DELETE, APP): BLOCKED},
    ),
    "IIS: a program of ASP.NET Core": (
        IIS.format(more='<aspNetCore processPath="dotnet" />'), {(PUT, APP): NOT_KNOWN, (GET, OTHER): BLOCKED},
    ),
    "nginx: a file that a script writes": (
        "#!/bin/sh\ncat > /etc/nginx/conf.d/a.conf << 'EOF'\n"
        + NGINX.format(origin="https://app.example", method="$request_method") + "\nEOF\nnginx -s reload\n",
        {(PUT, APP): READABLE, (DELETE, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "nginx: a file of which the shell would fill in a part, were that not escaped": (
        "sudo tee /etc/nginx/conf.d/a.conf > /dev/null <<EOF\n"
        + NGINX.format(origin="https://app.example", method="\\$request_method") + "\nEOF\n",
        {(PUT, APP): READABLE, (DELETE, APP): BLOCKED},
    ),
    "nginx: a file of which the shell fills in a part": (
        "RUN cat <<EOF > /etc/nginx/conf.d/a.conf\n"
        + NGINX.format(origin="https://${NAME}", method="\\$request_method") + "\nEOF\n",
        {(GET, APP): NOT_KNOWN, (PUT, OTHER): NOT_KNOWN},
    ),
    "nginx: two files that a script writes": (
        "".join(
            f"cat > {name} <<'EOF'\n{NGINX.format(origin=origin, method='$request_method')}\nEOF\n"
            for name, origin in (("a", "*"), ("b", "https://app.example"))
        ),
        {(GET, APP): NOT_KNOWN},
    ),
    "cors(): a list of which a part is not known, where everybody passes": (
        CALLBACK.format(last="callback(null, true)"), {(PUT, OTHER): READABLE},
    ),
    "cors(): a list of which a part is not known, where others are refused": (
        CALLBACK.format(last="callback(new Error('no'))"), {(GET, OTHER): NOT_KNOWN},
    ),
    "Fiber: a function that lets everybody pass": (
        FIBER.format(more=""), {(WITH, APP): READABLE, (PUT, APP): READABLE},
    ),
    "Fiber: a function beside a list, which versions ask differently": (
        FIBER.format(more='AllowOrigins: "https://app.example", '), {(GET, OTHER): NOT_KNOWN, (GET, APP): READABLE},
    ),
    "Envoy: a prefix of a star": (
        'cors:\n  allow_origin_string_match:\n  - prefix: "*"\n  allow_methods: PUT\n', {(PUT, APP): READABLE},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("corsPolicy: { allowedOrigins: ['*']\n allowedMethods: ['GET']\n maxAge: 3600 }", "3600"),
        ("session.cookie.max-age: 60\nallowed-origins: https://app.example", None),
        ("allowed-origins: https://app.example\nmax-age: 30m", None),
    ],
    ids=["a number", "of something else", "with a unit"],
)
def test_an_age_in_settings_is_that_of_preflights_alone(text: str, age: str | None) -> None:
    assert read_configuration(text).grants[0].max_age == age
