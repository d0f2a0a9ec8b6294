"""Configurations as people had them: what each allows, and what came of it; and others of the same kinds."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.diagnosis.configured.judge import judged, mistakes_of
from corssim.diagnosis.configured.read import configuration_in
from corssim.errors import UsageError
from tests.cli.running import corssim

CONF = Path(__file__).parents[1] / "data" / "inputs" / "conf"
BLOCKED_STAR = "allow-origin-wildcard-with-credentials"

# A file: software, the mistakes that it holds, and what the first page gets ("": readable, None: not known).
FILES: dict[str, tuple[str, set[str], dict[str, str | None]]] = {
    "apache-auth-before-preflight.conf": (
        "apache", {"login-before-preflight", "rewrite-flags", "wildcard-with-credentials"},
        {"GET": "", "PUT": "preflight-status-not-ok", "GET with credentials": BLOCKED_STAR},
    ),
    "apache-htaccess-star.conf": (
        "apache", {"not-on-errors", "wildcard-with-credentials"},
        {"GET": "", "GET with credentials": BLOCKED_STAR, "GET with Authorization": "header-disallowed-by-preflight"},
    ),
    "aspnet-trailing-slash-and-any.cs": (
        "aspnet", {"any-origin-with-credentials", "origin-never-matches"}, {"POST of JSON": "allow-origin-missing"},
    ),
    "caddy-0.9-merges.caddyfile": ("caddy", {"added-to-the-programs-own"}, {"GET": None, "PUT": None}),
    "caddy-2-adds-to-upstream.caddyfile": ("caddy", {"added-to-the-programs-own"}, {"GET": None}),
    "django-origins-without-scheme.py": (
        "django", {"refused-at-start", "origin-never-matches"}, {"GET": "allow-origin-missing"},
    ),
    "envoy-route-cors.json": (
        "envoy", set(), {"POST of JSON": "", "PUT": "", "DELETE": "method-disallowed-by-preflight"},
    ),
    "express-credentials-only.js": (
        "express", {"wildcard-with-credentials"}, {"GET": "", "GET with credentials": BLOCKED_STAR},
    ),
    "express-origin-and-credentials.js": ("express", set(), {"GET with credentials": "", "PUT": ""}),
    "fastapi-get-only.py": (
        "fastapi", set(),
        {"GET": "", "POST of JSON": "preflight-status-not-ok", "GET with credentials": BLOCKED_STAR},
    ),
    "flask-cors-config.py": ("flask", {"extension-not-called"}, {"POST of JSON": None}),
    "ingress-nginx-annotations-hcl.tf": (
        "ingress-nginx", {"wildcard-with-credentials"}, {"GET": "", "GET with credentials": BLOCKED_STAR},
    ),
    "ingress-nginx-annotations.yml": ("ingress-nginx", {"own-host-allowed"}, {"GET with credentials": ""}),
    "nginx-host-instead-of-origin.conf": (
        "nginx", {"host-is-no-origin", "not-on-errors"}, {"GET": "allow-origin-invalid"},
    ),
    "nginx-options-star-and-credentials.conf": (
        "nginx", {"wildcard-with-credentials"}, {"GET": None, "DELETE": "method-disallowed-by-preflight"},
    ),
    "nginx-two-places.conf": (
        "nginx", {"no-allow-origin", "pattern-without-https", "pattern-without-end"}, {"GET": "allow-origin-missing"},
    ),
    "s3-cors.json": ("s3", set(), {"GET": "", "POST of JSON": "allow-origin-missing", "GET with Authorization": ""}),
    "s3-get-rule-without-headers.xml": (
        "s3", {"no-allowed-header", "rule-twice"}, {"PUT": "", "GET with Authorization": "allow-origin-missing"},
    ),
    "s3-header-not-listed.xml": ("s3", {"method-not-known"}, {"PUT": "", "POST of JSON": "allow-origin-missing"}),
    "sam-http-api.yml": ("api-gateway", set(), {"GET": "", "PUT": "", "POST of JSON": ""}),
    "sam-rest-api-globals.yml": (
        "api-gateway-rest", {"credentials-not-boolean", "wildcard-headers"}, {"POST of JSON": None},
    ),
    "spring-filter-star-credentials.java": (
        "spring", {"wildcard-with-credentials"}, {"POST of JSON": "", "GET with credentials": BLOCKED_STAR},
    ),
    "spring-properties-trailing-slash.yml": ("spring", {"origin-never-matches"}, {"GET": "allow-origin-missing"}),
    "traefik-labels-not-attached.yml": ("traefik", {"not-attached"}, {"GET": "allow-origin-missing"}),
    "traefik-origins-without-scheme.yml": ("traefik", {"origin-never-matches"}, {"GET": "allow-origin-missing"}),
}  # fmt: skip


def test_every_file_has_a_row() -> None:
    assert {path.name for path in CONF.iterdir()} == set(FILES)


def outcomes(text: str, page: str | None = None) -> tuple[str, set[str], dict[str, str | None]]:
    configured = configuration_in(text)
    assert configured is not None
    found = judged(configured, page)
    first = [each for each in found if each.page == found[0].page]
    verdicts = {each.request: None if each.depends else each.reason or "" for each in first}
    return configured.software, {mistake.code for mistake in mistakes_of(configured)}, verdicts


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_what_was_reported(name: str) -> None:
    software, mistakes, expected = FILES[name]
    found = outcomes((CONF / name).read_text())
    assert (found[0], found[1]) == (software, mistakes)
    assert {request: found[2][request] for request in expected} == expected


MAP = """
map $http_origin $cors { default ""; "https://app.example" $http_origin; ~^https://[a-z]+\\.example$ $http_origin; }
server { location / {
  add_header Access-Control-Allow-Origin $cors always;
  add_header Access-Control-Allow-Methods "GET, PUT" always;
  if ($request_method = OPTIONS) {
    add_header Access-Control-Allow-Origin $cors always; add_header Access-Control-Allow-Methods "GET, PUT" always;
    return 204; } } }
"""
OTHERS: dict[str, tuple[str, str, dict[str, str | None]]] = {
    "nginx: a map": (MAP, "nginx", {"GET": "", "PUT": "", "DELETE": "method-disallowed-by-preflight"}),
    "nginx: an inner if inherits nothing": (
        ('location / { add_header Access-Control-Allow-Origin "*" always;'
        ' if ($request_method = OPTIONS) { add_header Access-Control-Max-Age 1; return 204; } }'),
        "nginx", {"GET": ""},
    ),
    "Apache: a list by SetEnvIf": (
        ('SetEnvIf Origin "^https://app\\.example$" OK=$0\n'
        'Header always set Access-Control-Allow-Origin "%{OK}e" env=OK\n'
        'Header always set Access-Control-Allow-Credentials true env=OK\n'),
        "apache", {"GET with credentials": ""},
    ),
    "FastAPI: constants and credentials": (
        ('origins = ["https://app.example"]\n'
        'app.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True, allow_methods=["*"],'
        ' allow_headers=["*"])'),
        "fastapi", {"GET with credentials": "", "GET with Authorization": "", "DELETE": ""},
    ),
    "Flask: resources": (
        'CORS(app, resources={r"/api/*": {"origins": "https://app.example"}}, supports_credentials=True)',
        "flask", {"GET with credentials": "", "PUT": ""},
    ),
    "Django: all, with credentials": (
        "INSTALLED_APPS = ['corsheaders']\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
        "django", {"GET with credentials": ""},
    ),
    "Express: a list": (
        "app.use(cors({ origin: ['https://app.example', 'http://localhost:3000'], methods: ['GET'] }))",
        "express", {"GET": "", "PUT": "method-disallowed-by-preflight"},
    ),
    "Express: options by name": (
        'const options = { origin: "https://app.example", optionsSuccessStatus: 200 };\napp.use(cors(options));',
        "express", {"GET": "", "GET with credentials": "allow-credentials-not-true"},
    ),
    "NestJS": ("app.enableCors({ origin: true, credentials: true });", "nestjs", {"GET with credentials": ""}),
    "Spring: the annotation": (
        '@CrossOrigin(origins = "https://app.example", methods = {RequestMethod.GET})',
        "spring", {"GET": "", "PUT": "allow-origin-missing"},
    ),
    "Spring: a mapping": (
        ('registry.addMapping("/**").allowedOrigins("https://app.example").allowedMethods("GET", "PUT")'
        '.allowCredentials(true);'),
        "spring", {"GET with credentials": "", "PUT": "", "DELETE": "allow-origin-missing"},
    ),
    "ASP.NET Core": (
        'policy.WithOrigins("https://app.example").WithMethods("PUT").WithHeaders("Authorization");\napp.UseCors();',
        "aspnet", {"PUT": "", "GET with Authorization": "", "POST of JSON": "header-disallowed-by-preflight"},
    ),
    "Laravel": (
        ("<?php return ['allowed_origins' => ['https://app.example'], 'allowed_methods' => ['*'],"
        " 'allowed_headers' => ['*'], 'supports_credentials' => false];"),
        "laravel", {"PUT": "", "GET with credentials": "allow-credentials-not-true"},
    ),
    "PHP": (
        "<?php\nheader('Access-Control-Allow-Origin: *');\nheader('Access-Control-Allow-Methods: GET, POST');\n",
        "php", {"GET": "", "PUT": "method-disallowed-by-preflight"},
    ),
    "Rails": (
        'allow do\n  origins "https://app.example"\n  resource "*", headers: :any, methods: [:get, :put]\nend\n',
        "rails", {"GET": "", "PUT": "", "DELETE": "allow-origin-missing"},
    ),
    "Go: rs/cors": (
        'cors.New(cors.Options{\n\tAllowedOrigins: []string{"https://app.example"},\n\tAllowCredentials: true,\n})',
        "go", {"GET with credentials": "", "PUT": "allow-origin-missing"},
    ),
    "Google's bucket": (
        '[{"origin": ["https://app.example"], "method": ["GET"], "responseHeader": ["Content-Type"]}]',
        "gcs", {"GET": "", "PUT": "allow-origin-missing"},
    ),
    "Azure": (
        ("<Cors><CorsRule><AllowedOrigins>https://app.example</AllowedOrigins><AllowedMethods>GET,PUT</AllowedMethods>"
        "<AllowedHeaders>*</AllowedHeaders></CorsRule></Cors>"),
        "azure-blob", {"PUT": "", "DELETE": "allow-origin-missing"},
    ),
    "Traefik: attached": (
        ('labels:\n  - "traefik.http.middlewares.c.headers.accesscontrolalloworiginlist=https://app.example"\n'
        '  - "traefik.http.middlewares.c.headers.accesscontrolallowmethods=GET,PUT"\n'
        '  - "traefik.http.routers.r.middlewares=c@docker"\n'),
        "traefik", {"PUT": "", "DELETE": "method-disallowed-by-preflight"},
    ),
    "Kong": (
        ("plugins:\n  - name: cors\n    config:\n      origins:\n        - https://app.example\n      credentials: "
        "true\n"),
        "kong", {"GET with credentials": ""},
    ),
    "Caddy: without a program behind": (
        'example.com {\n  header Access-Control-Allow-Origin "https://app.example"\n  file_server\n}\n',
        "caddy", {"GET": ""},
    ),
    "Lambda's answer": (
        'return { statusCode: 200, headers: { "Access-Control-Allow-Origin": "*" }, body };', "", {"GET": ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_others_of_the_same_kinds(name: str) -> None:
    text, software, expected = OTHERS[name]
    found = outcomes(text)
    assert found[0] == software
    assert {request: found[2][request] for request in expected} == expected


@pytest.mark.parametrize("text", ["", "print('hello')", "{}", "server { listen 80; }", "<a/>", "def f(: CORS_"])
def test_what_is_no_configuration_is_none(text: str) -> None:
    assert configuration_in(text) is None


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_damaged_configurations_never_crash(name: str, data: st.DataObject) -> None:
    text = (CONF / name).read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    inserted = data.draw(st.text("{}[]()<>\"';:,\\\n$#", max_size=4))
    configured = None
    with suppress(UsageError):  # JSON that is damaged
        configured = configuration_in(text[:start] + inserted + text[end:])
    if configured is not None:
        mistakes_of(configured)
        judged(configured)


# --- on the command line ------------------------------------------------------------------------------------------


def test_explain_reads_a_file() -> None:
    ran = corssim("explain", str(CONF / "s3-cors.json"))
    assert ran.status == 0
    assert "READ settings: Amazon S3" in ran.out
    assert "POST of JSON            blocked [allow-origin-missing]" in ran.out
    document: Any = json.loads(corssim("explain", str(CONF / "s3-cors.json"), "--json").out)
    assert document["configuration"]["software"] == "s3"
    assert document["configuration"]["grants"][0]["methods"] == ["GET", "PUT", "POST", "DELETE"]
    assert {each["verdict"] for each in document["outcomes"]} == {"readable", "blocked"}


def test_explain_reads_a_pasted_configuration() -> None:
    ran = corssim("explain", "-", stdin=(CONF / "nginx-host-instead-of-origin.conf").read_text())
    assert ran.status == 0
    assert "a bare host name" in " ".join(ran.out.split())


def test_a_configuration_is_amended_for_a_page() -> None:
    path = str(CONF / "express-origin-and-credentials.js")
    ran = corssim("explain", path, "--page", "https://new.example")
    # What it allows today stays, with the credentials that it has; the new page gets what its request needs.
    assert "in code    Express: cors" in ran.out
    assert "https://localhost:8080" in ran.out
    assert "https://new.example" in ran.out


def test_a_file_that_is_neither_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.conf"
    path.write_text("nothing of it")
    ran = corssim("explain", str(path))
    assert (ran.status, ran.out) == (2, "")
    assert f"{path}: neither CORS settings" in ran.err
    missing = corssim("explain", str(tmp_path / "missing.conf"))
    assert (missing.status, missing.err.count("\n")) == (2, 1)


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('[{"AllowedOrigins": ["https://a\\u001b[31m.example"], "AllowedMethods": ["GET"]}]')
    assert "\x1b" not in corssim("explain", str(path)).out


@pytest.mark.parametrize(
    ("flags", "verdict", "reason"),
    [
        (["-X", "PUT"], "readable", None),
        (["-H", "Content-Type: image/png", "-X", "PUT"], "blocked", "allow-origin-missing"),
        (["--credentials", "include"], "blocked", BLOCKED_STAR),
    ],
)
def test_check_asks_a_server_as_it_is_configured(flags: list[str], verdict: str, reason: str | None) -> None:
    url = "https://bucket.example/key"
    ran = corssim(
        "check", url, "--answers", str(CONF / "s3-cors.json"), "--page", "https://app.example", *flags, "--json"
    )
    document = json.loads(ran.out)
    assert (document["verdict"], document["reason"]) == (verdict, reason)
    assert document["browsers"]["webkit"]["verdict"] == verdict


def test_what_a_configuration_leaves_to_the_program_behind_is_not_decided() -> None:
    path = str(CONF / "caddy-2-adds-to-upstream.caddyfile")
    ran = corssim("check", "https://tiles.example/1", "--answers", path, "--json")
    assert (ran.status, json.loads(ran.out)["verdict"]) == (1, None)
    assert corssim("check", "--answers", path).status == 2
