"""Configurations of nginx, Apache and Caddy as people write them: what a page gets of them at a URL."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.configured.judge import depends
from corssim.diagnosis.configured.read import read_configuration

_CADDY_HANDLES = "\n".join(
    [
        "api.example.com {",
        "\thandle /v1/* {",
        "\t\theader Access-Control-Allow-Origin https://app.example",
        "\t\treverse_proxy localhost:9000 {",
        "\t\t\theader_down -Access-Control-Allow-Origin",
        "\t\t}",
        "\t}",
        "\thandle {",
        "\t\tfile_server",
        "\t}",
        "}",
    ]
)
REQUESTS: dict[str, dict[str, Any]] = {
    "GET": {},
    "GET with credentials": {"credentials": "include"},
    "POST of JSON": {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"},
    "GET with Authorization": {"headers": {"Authorization": "Bearer x"}},
    "PUT": {"method": "PUT"},
}

# A text, the URL and the page's origin, what comes of requests there (None: not known), and of a GET from elsewhere.
CONFIGURATIONS: dict[str, tuple[str, str, str, dict[str, str | None], str | None]] = {
    "Apache: fonts": (
        "\n".join(
            [
                "<IfModule mod_headers.c>",
                '  <FilesMatch "\\.(ttf|ttc|otf|eot|woff|woff2|font.css|css|js)$">',
                '    Header set Access-Control-Allow-Origin "*"',
                "  </FilesMatch>",
                "</IfModule>",
            ]
        ),
        "https://cdn.example/f/a.woff2",
        "https://app.example",
        {"GET": "readable", "PUT": "blocked"},
        "readable",
    ),
    "Apache: setenvif multi": (
        "\n".join(
            [
                'SetEnvIf Origin "http(s)?://(www\\.)?(app.example|dev.app.example)$" AccessControlAllowOrigin=$0',
                "Header add Access-Control-Allow-Origin %{AccessControlAllowOrigin}e env=AccessControlAllowOrigin",
                "Header merge Vary Origin",
            ]
        ),
        "https://a.example/x",
        "https://www.app.example",
        {"GET": "readable"},
        "blocked",
    ),
    "Apache: If expr": (
        "\n".join(
            [
                '<If "%{HTTP:Origin} =~ m#^https://(.+\\.)?app\\.example$#">',
                ' Header always set Access-Control-Allow-Origin "expr=%{HTTP:Origin}"',
                "</If>",
            ]
        ),
        "https://a.example/x",
        "https://www.app.example",
        {"GET": "readable", "GET with credentials": "blocked"},
        "blocked",
    ),
    "Apache: expr value": (
        "\n".join(
            [
                'Header always set Access-Control-Allow-Origin "expr=%{req:Origin}" "expr=%{req:Origin} =~ m#^https://app\\.example$#"',
                "Header always set Access-Control-Allow-Credentials true",
            ]
        ),
        "https://a.example/x",
        "https://app.example",
        {"GET with credentials": "readable"},
        "blocked",
    ),
    "Apache: vhost proxy": (
        "\n".join(
            [
                "<VirtualHost *:443>",
                " ServerName api.example",
                " ProxyPass /api http://127.0.0.1:3000/api",
                " ProxyPassReverse /api http://127.0.0.1:3000/api",
                " <Location /api>",
                '  Header always set Access-Control-Allow-Origin "https://app.example"',
                '  Header always set Access-Control-Allow-Methods "GET, POST, OPTIONS"',
                '  Header always set Access-Control-Allow-Headers "content-type, authorization"',
                " RewriteEngine On",
                " RewriteCond %{REQUEST_METHOD} OPTIONS",
                " RewriteRule ^(.*)$ $1 [R=200,L]",
                " </Location>",
                "</VirtualHost>",
            ]
        ),
        "https://api.example/api/x",
        "https://app.example",
        {"POST of JSON": None, "PUT": "blocked"},
        "blocked",
    ),
    "Caddy: cors snippet": (
        "\n".join(
            [
                "(cors) {",
                "  @cors_preflight{args[0]} method OPTIONS",
                "  @cors{args[0]} header Origin {args[0]}",
                "  handle @cors_preflight{args[0]} {",
                "    header {",
                '      Access-Control-Allow-Origin "{args[0]}"',
                '      Access-Control-Allow-Methods "GET, POST, PUT, PATCH, DELETE"',
                '      Access-Control-Allow-Headers "Content-Type"',
                '      Access-Control-Max-Age "3600"',
                "    }",
                '    respond "" 204',
                "  }",
                "  handle @cors{args[0]} {",
                "    header {",
                '      Access-Control-Allow-Origin "{args[0]}"',
                '      Access-Control-Expose-Headers "Link"',
                "      defer",
                "    }",
                "  }",
                "}",
                "example.com {",
                "  import cors https://app.example",
                "  reverse_proxy localhost:8080",
                "}",
            ]
        ),
        "https://example.com/x",
        "https://app.example",
        {"GET": "readable", "POST of JSON": "readable", "GET with Authorization": "blocked"},
        None,
    ),
    "Caddy: handle api": (
        _CADDY_HANDLES,
        "https://api.example.com/v1/a",
        "https://app.example",
        {"GET": "readable", "PUT": None},
        "blocked",
    ),
    "Caddy: handle elsewhere": (
        _CADDY_HANDLES,
        "https://api.example.com/other",
        "https://app.example",
        {"GET": "blocked"},
        "blocked",
    ),
    "Caddy: oneline header": (
        "\n".join(
            [
                "example.com",
                "",
                "header Access-Control-Allow-Origin *",
                'header Access-Control-Allow-Methods "GET, OPTIONS"',
                "root * /srv",
                "file_server",
            ]
        ),
        "https://example.com/x.json",
        "https://app.example",
        {"GET": "readable", "PUT": "blocked"},
        "readable",
    ),
    "Caddy: basicauth": (
        "\n".join(
            [
                "example.com {",
                " basicauth /private/* {",
                "  bob $2a$14$x",
                " }",
                " header Access-Control-Allow-Origin https://app.example",
                " header Access-Control-Allow-Headers authorization",
                ' respond "ok"',
                "}",
            ]
        ),
        "https://example.com/private/x",
        "https://app.example",
        {"GET with Authorization": "blocked", "GET": "readable"},
        "blocked",
    ),
    "nginx: if in location": (
        "\n".join(
            [
                "# CORS",
                "location /api {",
                " if ($request_method = OPTIONS) {",
                "   add_header Access-Control-Allow-Origin *; # for all",
                '   add_header Access-Control-Allow-Headers "Authorization, Content-Type";',
                '   add_header Access-Control-Allow-Methods "GET,PUT,POST,DELETE";',
                "   return 204;",
                " }",
                " add_header Access-Control-Allow-Origin * always;",
                " proxy_pass http://app;",
                "}",
            ]
        ),
        "https://a.example/api/x",
        "https://app.example",
        {"PUT": None, "GET": None},
        None,
    ),
    "nginx: map regex cred": (
        "\n".join(
            [
                "map $http_origin $cors { ~^https?://([a-z]+\\.)?app\\.example$ $http_origin; }",
                "server { server_name a.example; location / { add_header Access-Control-Allow-Origin $cors always;",
                "add_header Access-Control-Allow-Credentials true always; root /srv; } }",
            ]
        ),
        "https://a.example/x",
        "https://x.app.example",
        {"GET with credentials": "readable"},
        "blocked",
    ),
    "nginx: map to flag": (
        "\n".join(
            [
                'map $http_origin $ok { default 0; "https://app.example" 1; }',
                "server { location / { if ($ok) { add_header Access-Control-Allow-Origin $http_origin; }",
                "return 200 x; } }",
            ]
        ),
        "https://a.example/x",
        "https://app.example",
        {"GET": "readable"},
        "blocked",
    ),
}


def _verdict(text: str, url: str, page: str, request: str) -> str | None:
    configured = read_configuration(text).at(url)
    outcome = Browser(configured).page(f"{page}/").fetch(url, **REQUESTS[request])
    return None if depends(configured, outcome) else outcome.verdict.value


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_page_gets_what_the_configuration_allows_at_the_url(name: str) -> None:
    text, url, page, expected, elsewhere = CONFIGURATIONS[name]
    assert {request: _verdict(text, url, page, request) for request in expected} == expected
    assert _verdict(text, url, "https://foreign.example", "GET") == elsewhere


def test_an_expression_that_is_not_known_is_said_to_decide() -> None:
    text = (
        "Header always set Access-Control-Allow-Origin https://app.example "
        "\"expr=file('/etc/origins') =~ %{HTTP:Origin}\""
    )
    assert _verdict(text, "https://a.example/", "https://app.example", "GET") is None
