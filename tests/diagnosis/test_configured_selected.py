"""What decides beside the values of a setting: who takes it, what selects a rule, and which file it is written to."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.example_texts import example_of_expression
from corssim.diagnosis.configured.judge import judged, mistakes_of
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

SAM = (
    "Transform: AWS::Serverless-2016-10-31\nResources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n{cors}"
    "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        A:\n          Type: Api\n"
    "          Properties:\n            Path: /items\n            Method: {method}\n"
)
OF_EVERYBODY = (
    "      Cors:\n        AllowOrigin: \"'*'\"\n        AllowMethods: \"'PUT'\"\n"
    "        AllowHeaders: \"'Authorization'\"\n"
)
CREDENTIALS = " add_header Access-Control-Allow-Credentials true;"
HEADERS = (
    '{{"headers": [{{"source": "{source}", "headers": [{{"key": "Access-Control-Allow-Origin", "value": "*"}},\n'
    '{{"key": "Access-Control-Allow-Methods", "value": "GET, PUT, OPTIONS"}}]}}]{more}}}'
)
SERVERLESS = "functions:\n  a:\n    events:\n" + "".join(
    f"      - http:\n          path: /{each}\n          method: any\n          cors:\n            origin: '*'\n"
    f"            headers:\n              - {{{each}}}\n"
    for each in ("first", "second")
)
EXPRESSIONS = (
    "http:\n  middlewares:\n    c:\n      headers:\n        accessControlAllowOriginListRegex:\n          - {}\n"
)
COMMAND = 'new PutBucketCorsCommand({{CORSRules: [{{AllowedOrigins: ["*"], AllowedMethods: ["GET"], {} }}] }})'
DOTNET = (
    'builder.Services.AddCors(o => o.AddPolicy("a", p => p.WithOrigins("https://app.example"){}.AllowAnyMethod()));\n'
    'var app = builder.Build();\napp.UseCors("a");\n'
)
LOGIN = "      Auth:\n        DefaultAuthorizer: Users\n"
EXPRESSION = (
    "location ~ ^/(?:v1/)?api/ {{ if ($http_origin ~* ^https?://(www\\.)?shop\\.example$) {{\n"
    "add_header Access-Control-Allow-Origin $http_origin always;{more} }} }}"
)
GIN = 'r := gin.New()\nr.Use(cors.New(cors.Config{{ AllowOrigins: []string{{"https://app.example"}},{age} }}))'

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
    "Terraform: rules that a module is given": (
        ('module "b" {\n  cors_rule = [{ allowed_methods = ["PUT"], allowed_origins = ["https://app.example"], '
        'allowed_headers = ["*"] },\n  { allowed_methods = ["GET"], allowed_origins = ["*"] }]\n}'),
        {(PUT, APP): READABLE, (GET, APP): READABLE, (PUT, OTHER): BLOCKED, (GET, OTHER): READABLE},
    ),
    "Terraform: rules that a module is given as JSON": (
        'module "b" {\n  cors_rules = jsonencode([{\n allowed_methods = ["PUT"]\n allowed_origins = var.origins }])\n}',
        {(GET, APP): BLOCKED, (PUT, APP): NOT_KNOWN},
    ),
    "Terraform: modules whose rules differ": (
        ('cors_rule = [{ allowed_methods = ["GET"], allowed_origins = ["*"] }]\n'
        'cors_rule = [{ allowed_methods = ["PUT"], allowed_origins = ["*"] }]'),
        {(GET, APP): NOT_KNOWN},
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
    "Traefik: an expression in a label of Compose, whose `$` is written twice": (
        f'{LABEL}accesscontrolalloworiginlistregex=^https://a(pp)?\\\\.example$$"\n{ROUTER}',
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Traefik: an expression with a comma and a backslash in YAML": (
        EXPRESSIONS.format('"^https://[a-z]{1,3}\\\\.example$"'),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Traefik: an expression between single quotes": (
        EXPRESSIONS.format("'^https://app\\.example$'"), {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Traefik: an attribute set of Nix": (
        'http.middlewares = { cors.headers = { accessControlAllowOriginListRegex = [ ".*" ]; }; };',
        {(GET, APP): NOT_KNOWN},
    ),
    "ASP.NET: a function in the place of a list": (
        DOTNET.format(".SetIsOriginAllowed(origin => IsOurs(origin))"),
        {(GET, APP): NOT_KNOWN, (GET, OTHER): NOT_KNOWN},
    ),
    "ASP.NET: subdomains of a list": (
        DOTNET.format(".SetIsOriginAllowedToAllowWildcardSubdomains()"), {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Vercel: headers of what programs answer": (
        HEADERS.format(source="/api/:path*", more=""), {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "Vercel: headers of what another server answers": (
        HEADERS.format(
            source="/(.*)", more=', "rewrites": [{"source": "/b/(.*)", "destination": "https://b.example/$1"}]'
        ),
        {(GET, APP): READABLE, (PUT, APP): NOT_KNOWN},
    ),
    "Firebase: a glob of other files": (
        HEADERS.format(source="**/*.@(woff|eot)", more=""), {(GET, APP): NOT_KNOWN},
    ),
    "Firebase: a glob of these": (HEADERS.format(source="**/@(x|y)", more=""), {(GET, APP): READABLE}),
    "a table of headers by path": (
        '{\n  "/api/**": [\n{"key": "access-control-allow-origin", "value": "https://app.example"}]\n}',
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "a table of headers by another path": (
        '{\n  "/fragments/**": [\n{"key": "access-control-allow-origin", "value": "https://app.example"}]\n}',
        {(GET, APP): NOT_KNOWN},
    ),
    "Serverless: an event behind a list of headers": (
        SERVERLESS.format(first="Authorization", second="Authorization"),
        {(TOKEN, APP): NOT_KNOWN, (POST, APP): BLOCKED},
    ),
    "Serverless: two events that say different things": (
        SERVERLESS.format(first="Authorization", second="Content-Type"),
        {(TOKEN, APP): NOT_KNOWN, (POST, APP): NOT_KNOWN},
    ),
    "Laravel: nothing is exposed by false": (
        "<?php return ['allowed_origins' => ['https://app.example'], 'exposed_headers' => false];",
        {(GET, APP): READABLE},
    ),
    "Go: rs/cors in a function of gin's": (
        'func of() gin.HandlerFunc { c := cors.New(cors.Options{AllowedOrigins: []string{"https://app.example"}}) }',
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "SAM: methods that are left out are those of the functions": (
        SAM.format(cors="      Cors: \"'https://app.example'\"\n", method="put"),
        {(PUT, APP): NOT_KNOWN, (DELETE, APP): BLOCKED, (POST, APP): BLOCKED},
    ),
    "SAM: methods that are left out, of functions that are not there": (
        SAM.format(cors="      Cors: \"'https://app.example'\"\n", method="put").partition("  F:")[0],
        {(PUT, APP): NOT_KNOWN, (POST, APP): BLOCKED},
    ),
    "SAM: a login that stands before OPTIONS too": (
        SAM.format(cors=OF_EVERYBODY + LOGIN, method="put"), {(PUT, APP): BLOCKED, (TOKEN, APP): BLOCKED},
    ),
    "SAM: a login that spares OPTIONS": (
        SAM.format(cors=f"{OF_EVERYBODY}{LOGIN}        AddDefaultAuthorizerToCorsPreflight: false\n", method="put"),
        {(PUT, APP): NOT_KNOWN, (DELETE, APP): BLOCKED},
    ),
    "nginx: a part of a module of NixOS": (
        ("locations.\"/\" = { proxyPass = \"http://[::1]:80\";\nextraConfig = ''\n"
        "add_header Access-Control-Allow-Origin *;\n'';\n};"),
        {(GET, APP): NOT_KNOWN},
    ),
    "Django: what an environment's reader is given is no origin": (
        "CORS_ALLOWED_ORIGINS = env.list('CORS_ALLOWED_ORIGINS')\nCORS_ALLOW_CREDENTIALS = False\n",
        {(GET, APP): NOT_KNOWN, (WITH, APP): BLOCKED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(name: str) -> None:
    text, told = CASES[name]
    assert {asked: verdict(text, asked[0], "/api/x", asked[1]) for asked in told} == told


@pytest.mark.parametrize(
    ("text", "age"),
    [
        (GIN.format(age=""), None),
        (GIN.format(age=" MaxAge: 2 * time.Hour"), "7200"),
        (GIN.format(age=" MaxAge: time.Minute"), "60"),
        ("r := gin.New()\nr.Use(cors.Default())", "43200"),
        ('c := cors.New(cors.Options{AllowedOrigins: []string{"*"}, MaxAge: 300})', "300"),
        ('c := cors.New(cors.Options{AllowedOrigins: []string{"*"}, MaxAge: ageOf(x)})', None),
        ('@CrossOrigin(origins = "https://app.example", maxAge = 60) class A {}', "60"),
        ('@CrossOrigin(origins = "https://app.example") class A {}', "1800"),
        ('registry.addMapping("/**").allowedOrigins("https://app.example").maxAge(90);', "90"),
        ('CorsConfiguration c = new CorsConfiguration(); c.setAllowedOrigins(List.of("https://app.example"));', None),
        ('c.setAllowedOrigins(List.of("https://app.example")); c.setMaxAge(Duration.ofMinutes(5));', "300"),
        ('c.setAllowedOrigins(List.of("https://app.example")); cookie.setMaxAge(7);', None),
        (COMMAND.format("MaxAgeSeconds: 60"), "60"),
        (COMMAND.format("MaxAgeSeconds: age"), None),
        ("corsPolicy: { allowedOrigins: ['*']\n allowedMethods: ['GET']\n maxAge: 3600 }", "3600"),
        ("session.cookie.max-age: 60\nallowed-origins: https://app.example", None),
        ("allowed-origins: https://app.example\nmax-age: 30m", None),
    ],
    ids=[
        "gin: none is set", "gin: hours", "gin: a minute", "gin: its default", "rs: a number", "rs: computed",
        "Spring: an annotation", "Spring: an annotation without one", "Spring: a mapping", "Spring: a configuration",
        "Spring: a duration", "Spring: of a cookie",
        "S3: a command", "S3: a name in a command", "a number", "of something else", "with a unit",
    ],
)  # fmt: skip
def test_an_age_is_that_of_preflights_alone(text: str, age: str | None) -> None:
    assert read_configuration(text).grants[0].max_age == age


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"^https?://(www\.)?shop\.example$", "https://shop.example"),
        (r"(?i)^https://(app|staging)\.shop\.example(:[0-9]+)?$", "https://app.shop.example"),
        (r"^https://[a-z0-9-]+\.shop\.example$", "https://a.shop.example"),
        (r"^http://localhost:\d+$", "http://localhost:8"),
        (r"^https://.*\.shop\.example$|^https://b\.example$", "https://app.shop.example"),
        (r"^/(?:v1/)?api/", "/api/"),
        (r"\.(?:eot|ttf)$", ".eot"),
        (r"^(?!https)", None),
        (r"((((", None),
    ],
)
def test_a_text_that_an_expression_is_for(expression: str, text: str | None) -> None:
    assert example_of_expression(expression) == text


def test_who_is_asked_for_is_one_of_those_that_expressions_are_for() -> None:
    configured = read_configuration(EXPRESSION.format(more=""))
    asked = judged(configured)
    assert {each.page for each in asked} == {"https://shop.example", "https://elsewhere.example"}
    assert [each.verdict for each in asked if each.request == GET] == [READABLE, BLOCKED]


def test_those_of_an_expression_are_not_whoever_asks() -> None:
    told = [mistake.code for mistake in mistakes_of(read_configuration(EXPRESSION.format(more="")))]
    assert "any-origin-with-credentials" not in told


def test_of_what_versions_send_differently_no_mistake_is_told() -> None:
    text, _ = CASES["Traefik: `*` with credentials, which versions send differently"]
    assert mistakes_of(read_configuration(text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SAM.format(cors=OF_EVERYBODY + LOGIN, method="put"), "preflight-needs-login"),
        (
            SAM.format(cors=f"{OF_EVERYBODY}        AllowCredentials: true\n", method="put"),
            "any-origin-with-credentials",
        ),
    ],
    ids=["a login", "everybody with credentials"],
)
def test_what_a_template_cannot_do_is_a_mistake(text: str, code: str) -> None:
    assert code in [mistake.code for mistake in mistakes_of(read_configuration(text))]


def test_a_place_of_apache_is_called_as_it_is_written() -> None:
    text = (
        'Header set Access-Control-Allow-Methods GET\n<FilesMatch "[.](png|svg)$">\n'
        'SetEnvIf Origin ":" ASKS\nHeader set Access-Control-Allow-Origin "*" env=ASKS\n</FilesMatch>\n'
        "<Directory /srv>\nOptions None\n</Directory>\n"
    )
    configured = read_configuration(text)
    assert {grant.where for grant in configured.grants} == {"every answer", "<FilesMatch [.](png|svg)$>"}
    # `*` is sent: whom the expression lets in besides does not matter.
    assert "pattern-without-end" not in [mistake.code for mistake in mistakes_of(configured)]


def test_a_list_in_whose_place_a_function_is_asked_is_a_mistake() -> None:
    text = DOTNET.format(".SetIsOriginAllowed(origin => IsOurs(origin))")
    assert "list-not-asked" in [mistake.code for mistake in mistakes_of(read_configuration(text))]


def test_what_laravel_exposes_is_a_list() -> None:
    text, _ = CASES["Laravel: nothing is exposed by false"]
    assert read_configuration(text).grants[0].expose is None
    assert read_configuration(text.replace("false", "['X-A']")).grants[0].expose == ("X-A",)


def test_a_page_asks_for_a_file_that_a_glob_is_for() -> None:
    configured = read_configuration(HEADERS.format(source="**/*.@(woff|eot)", more=""))
    assert configured.example_path == "/.woff"
