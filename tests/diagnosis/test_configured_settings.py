"""Settings of gateways and programs, as files, commands and environments have them."""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, POST, PUT, DELETE, WITH = "GET", "POST of JSON", "PUT", "DELETE", "with credentials"

CASES: dict[str, tuple[str, dict[tuple[str, str], str | None]]] = {
    "Cloudflare R2: rules as its command takes them": (
        (
            '{"rules": [{"allowed": {"origins": ["https://app.example"], "methods": ["PUT"]}, "maxAgeSeconds": 60}]}'
        ),
        {(PUT, APP): READABLE, (GET, APP): BLOCKED, (PUT, OTHER): BLOCKED},
    ),
    "Serverless: an origin of the environment, or another": (
        (
            "provider:\n  httpApi:\n    cors:\n      allowedOrigins:\n        - https://app.example\n"
            "        - ${env:FRONT, 'http://localhost:3000'}\n      allowedMethods: [GET]\n"
        ),
        {(GET, APP): READABLE, (GET, OTHER): NOT_KNOWN},
    ),
    "Kong: a list below its name": (
        (
            "plugins:\n- name: cors\n  config:\n    origins: ['*']\n    headers:\n      [\n        Keep-Alive,\n"
            "      ]\n    credentials: true"
        ),
        {(POST, APP): BLOCKED, (GET, APP): READABLE},
    ),
    "Kong: a place to be filled in": (
        "curl a:8001/plugins --data 'name=cors' --data 'config.origins=<origin>'", {(GET, APP): NOT_KNOWN},
    ),
    "Serverless: the methods of its functions": (
        (
            "provider:\n  httpApi:\n    cors: true\nfunctions:\n  a:\n    events:\n      - httpApi: 'PUT /api/x'\n"
            "      - httpApi:\n          method: get\n          path: /api/x\n"
        ),
        {(GET, APP): READABLE, (PUT, APP): READABLE, (DELETE, APP): BLOCKED},
    ),
    "Elasticsearch: lines that a Dockerfile adds": (
        "RUN echo \"http.cors.enabled: true\" >> es.yml\nRUN echo \"http.cors.allow-origin: '*'\" >> es.yml",
        {(PUT, APP): READABLE},
    ),
    "Elasticsearch: an environment": (
        'environment:\n  - "http.cors.enabled=true"\n  - "http.cors.allow-origin=https://app.example"',
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "KrakenD: lists that are empty": (
        '{"extra_config": {"security/cors": {"allow_origins": ["*"], "allow_methods": [], "allow_headers": []}}}',
        {(GET, APP): READABLE, (PUT, APP): BLOCKED, (POST, APP): READABLE},
    ),
    "Elasticsearch: everybody, with credentials": (
        "http.cors.enabled: true\nhttp.cors.allow-origin: '*'\nhttp.cors.allow-credentials: true",
        {(WITH, APP): READABLE},
    ),
    "Spring: origins in quotes in a list": (
        ("spring:\n  cloud:\n    gateway:\n      globalcors:\n        cors-configurations:\n          '[/**]':\n"
        "            allowed-origins:\n              - \"https://app.example\"\n            allowed-methods: PUT"),
        {(PUT, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Gateway API: a star in a host": (
        ("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec:\n  rules:\n  - filters:\n    - type: CORS\n"
        "      cors:\n        allowOrigins:\n        - https://*.example\n        allowMethods:\n        - PUT\n"),
        {(PUT, APP): READABLE, (DELETE, APP): BLOCKED, (GET, "https://example"): BLOCKED, (WITH, APP): BLOCKED},
    ),
    "Laravel: origins of the environment, and no credentials": (
        "<?php return ['paths' => ['api/*'], 'allowed_origins' => [env('A')], 'supports_credentials' => false];",
        {(GET, APP): NOT_KNOWN, (WITH, APP): BLOCKED},
    ),
    "Netlify: the headers of files are none of functions'": (
        "[[headers]]\n  for = \"/.netlify/functions/*\"\n  [headers.values]\n    Access-Control-Allow-Origin = \"*\"",
        {(GET, APP): NOT_KNOWN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(name: str) -> None:
    text, told = CASES[name]
    path = "/.netlify/functions/a" if name.startswith("Netlify") else "/api/x"
    assert {asked: verdict(text, asked[0], path, asked[1]) for asked in told} == told
