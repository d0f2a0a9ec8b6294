"""nginx, Apache and Caddy by place: the server and the part of it that count for a URL, and what they inherit."""

from __future__ import annotations

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.configured.allowed import allowed_by
from corssim.diagnosis.configured.judge import depends, judged
from corssim.diagnosis.configured.read import read_configuration
from corssim.diagnosis.snippets import ServerChange, snippet_for
from corssim.errors import UsageError
from corssim.fetch.wire import WireRequest
from tests.diagnosis.test_configured_kinds import verdict

# As nginx 1.22 answers them.
NGINX = """
http {
  map $http_origin $allowed { default ""; "https://app.example" $http_origin; }
  server {
    listen 18737;
    server_name api.example;
    add_header Access-Control-Allow-Origin https://server.example;
    location / { return 200 root; }
    location /own { add_header X-Other 1; return 200 own; }
    location /api { add_header Access-Control-Allow-Origin https://api-pages.example; return 200 api; }
    location /api/deep { return 200 deep; }
    location = /api/exact { add_header Access-Control-Allow-Origin https://exact.example; return 200 exact; }
    location ^~ /api/static { add_header Access-Control-Allow-Origin https://static.example; return 200 static; }
    location ~ \\.json$ { add_header Access-Control-Allow-Origin https://json.example; return 200 json; }
    location ~* /mapped/.* { add_header Access-Control-Allow-Origin $allowed; return 200 mapped; }
    location /nested { location /nested/in { add_header Access-Control-Allow-Origin *; return 200 in; } return 200 n; }
    location /if {
      if ($request_method = GET) { add_header Access-Control-Allow-Origin https://if.example; return 200 i; }
    }
  }
  server { listen 18737; server_name other.example *.wide.example; location / { return 200 other; } }
}
"""

PLACES = {
    "/": "https://server.example",
    "/own": None,
    "/api/x": "https://api-pages.example",
    "/api/deep": "https://server.example",
    "/api/exact": "https://exact.example",
    "/api/exact/x": "https://api-pages.example",
    "/api/static/a.json": "https://static.example",
    "/api/a.json": "https://json.example",
    "/MAPPED/x": "https://app.example",
    "/nested/in": "*",
    "/nested": "https://server.example",
    "/if": "https://if.example",
}


def _allowed(text: str, url: str, origin: str = "https://app.example") -> str | None:
    answer = read_configuration(text).at(url).answer(WireRequest("GET", url, (("Origin", origin),)))
    values = [value for name, value in answer.headers if name.lower() == "access-control-allow-origin"]
    assert len(values) < 2, values
    return values[0] if values else None


@pytest.mark.parametrize("path", PLACES)
def test_the_location_that_nginx_chooses_counts(path: str) -> None:
    assert _allowed(NGINX, f"http://api.example{path}") == PLACES[path]


def test_the_server_of_the_host_counts() -> None:
    assert _allowed(NGINX, "http://other.example/api/x") is None
    assert _allowed(NGINX, "http://a.wide.example/") is None


def test_an_origin_that_the_map_does_not_list_gets_nothing() -> None:
    assert _allowed(NGINX, "http://api.example/mapped/x", "https://foreign.example") in (None, "")


PARTS = {
    "nginx": "location /api/ { add_header Access-Control-Allow-Origin *; root /srv; }",
    "Apache": "<Location /api/>\n  Header always set Access-Control-Allow-Origin *\n</Location>",
    "Apache: files": '<FilesMatch "^api">\n  Header always set Access-Control-Allow-Origin *\n</FilesMatch>',
    "Caddy": "handle_path /api/* {\n  header Access-Control-Allow-Origin *\n}",
    "Caddy: a matcher": "@api path /api/*\nheader @api Access-Control-Allow-Origin *",
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_of_a_server_says_nothing_of_other_places(part: str) -> None:
    assert _allowed(part, "http://a.example/api/api") == "*"
    configured = read_configuration(part).at("http://a.example/elsewhere")
    browser = Browser(configured)
    outcome = browser.page("https://app.example/").fetch("http://a.example/elsewhere")
    assert "says nothing of this place" in depends(configured, outcome)
    assert judged(read_configuration(part), "https://app.example")[0].verdict is not None


WHOLE = {
    "nginx": "server { location /api/ { add_header Access-Control-Allow-Origin *; } location / { root /srv; } }",
    "Apache": "<VirtualHost *:80>\nServerName a.example\n<Location /api/>\nHeader always set "
    "Access-Control-Allow-Origin *\n</Location>\n</VirtualHost>",
    "Caddy": "a.example {\n  handle_path /api/* {\n    header Access-Control-Allow-Origin *\n  }\n}",
    "Caddy: the address alone": "a.example:80\n\nheader /api/* Access-Control-Allow-Origin *\nfile_server",
}


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE)
def test_a_whole_server_allows_nothing_at_other_places(whole: str) -> None:
    assert _allowed(whole, "http://a.example/api/x") == "*"
    assert _allowed(whole, "http://a.example/elsewhere") is None
    assert not read_configuration(whole).at("http://a.example/elsewhere").is_silent


HOSTS = {
    "nginx": "server { server_name a.example; location / { add_header Access-Control-Allow-Origin https://a; } }\n"
    "server { server_name *.b.example; location / { add_header Access-Control-Allow-Origin https://b; } }",
    "Apache": "<VirtualHost *:80>\nServerName a.example\nHeader set Access-Control-Allow-Origin https://a\n"
    "</VirtualHost>\n<VirtualHost *:80>\nServerName b.example:80\nServerAlias *.b.example\n"
    "Header set Access-Control-Allow-Origin https://b\n</VirtualHost>\n"
    "<VirtualHost *:443>\nServerName a.example\nHeader set Access-Control-Allow-Origin https://secure\n"
    "</VirtualHost>",
    "Caddy": "(cors) {\n  header {\n    Access-Control-Allow-Origin {args[0]}\n  }\n}\n"
    "a.example, c.example {\n  import cors https://a\n}\n*.b.example:80 {\n  import cors https://b\n}",
}


@pytest.mark.parametrize("text", HOSTS.values(), ids=HOSTS)
def test_the_host_tells_the_server(text: str) -> None:
    assert _allowed(text, "http://a.example/x") == "https://a"
    assert _allowed(text, "http://deep.b.example/x") == "https://b"
    if "443" in text:
        assert _allowed(text, "https://a.example/x") == "https://secure"


def test_which_of_several_servers_answers_is_not_guessed() -> None:
    assert read_configuration(HOSTS["Apache"]).at("http://elsewhere.test/x").is_silent
    assert verdict(HOSTS["Caddy"], "GET", "/x", "https://a") is None


def test_what_every_place_of_apache_allows_is_kept() -> None:
    text = "\n".join(
        f"<Location /{name}>\n  Header always set Access-Control-Allow-Origin https://{name}.example\n</Location>"
        for name in ("a", "b")
    )
    assert allowed_by(read_configuration(text)).origins == ("https://a.example", "https://b.example")


TRY_FILES = """
server {
  location / { try_files $uri $uri/ /index.php?$query_string; }
  location ~ \\.php$ { add_header Access-Control-Allow-Origin https://php.example; fastcgi_pass php:9000; }
  location /spa { try_files $uri @app; }
  location @app { add_header Access-Control-Allow-Origin https://named.example; proxy_pass http://app; }
}
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/items", "https://php.example"),
        ("/index.php", "https://php.example"),
        ("/logo.png", None),
        ("/spa/x", "https://named.example"),
        ("/spa/x.js", None),
    ],
)
def test_what_is_no_file_goes_where_try_files_leads(path: str, allowed: str | None) -> None:
    assert _allowed(TRY_FILES, f"http://api.example{path}") == allowed


CHANGES = {
    "a page": ServerChange(allow_origins=("https://app.example",), methods=("PUT",), headers=("x-token",)),
    "pages with cookies": ServerChange(
        allow_origins=("https://app.example", "http://localhost:3000"), allow_credentials=True, methods=("PUT",)
    ),
    "a page with cookies, the others without": ServerChange(
        allow_origins=("https://app.example",), allow_credentials=True, public_origins="*", methods=("PUT",)
    ),
    "everybody": ServerChange(public_origins="*", methods=("PUT",)),
}


@pytest.mark.parametrize("software", ["nginx", "apache", "caddy"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_snippet_is_read_as_it_was_meant(software: str, change: ServerChange) -> None:
    configured = read_configuration(snippet_for(software, change).text)
    for page in ("https://app.example", "https://foreign.example"):
        came = {each.request: each for each in judged(configured, page)}
        is_named = page in change.named_origins
        assert (came["GET"].verdict == "readable") == (is_named or change.any_origin), came["GET"].outcome.blocked
        assert (came["PUT"].verdict == "readable") == (is_named or change.any_origin), came["PUT"].outcome.blocked
        has_cookies = is_named and change.allow_credentials
        assert (came["GET with credentials"].verdict == "readable") == has_cookies
        assert came["DELETE"].verdict == "blocked"


@pytest.mark.parametrize("software", ["nginx", "apache", "caddy"])
def test_what_a_snippet_allows_is_kept_beside_a_new_page(software: str) -> None:
    text = snippet_for(software, CHANGES["pages with cookies"]).text
    allowed = allowed_by(read_configuration(text))
    assert set(allowed.origins) == {"https://app.example", "http://localhost:3000"}
    assert allowed.credentials
    assert "PUT" in allowed.methods


def test_what_a_location_inherits_is_sent_once_and_explained_where_it_counts() -> None:
    inherited = "server { add_header Access-Control-Allow-Origin *; location / { root /srv; } }"
    assert judged(read_configuration(inherited), "https://app.example")[0].outcome.allowed
    of_api = "server { location / { root /srv; } location /api/ { add_header Access-Control-Allow-Origin *; } }"
    assert read_configuration(of_api).example_path == "/api/"
    assert judged(read_configuration(of_api), "https://app.example")[0].outcome.allowed


MAPPED = """
map $http_origin $cors_origin { default ""; "http://localhost:3000" $http_origin; }
map "$request_method $http_access_control_request_method" $cors_preflight { default 0; "~^OPTIONS ." 1; }
server { location /api/ {
  add_header Access-Control-Allow-Origin $cors_origin always;
  if ($cors_preflight) {
    add_header Access-Control-Allow-Origin $cors_origin always;
    add_header Access-Control-Allow-Methods "GET, PUT" always;
    return 204;
  }
} }
"""


def test_a_map_that_tells_preflights_is_one() -> None:
    configured = read_configuration(MAPPED)
    assert _allowed(MAPPED, "http://api.example/api/x", "http://localhost:3000") == "http://localhost:3000"
    came = {each.request: each.verdict for each in judged(configured, "http://localhost:3000")}
    assert (came["GET"], came["PUT"], came["DELETE"]) == ("readable", "readable", "blocked")
    assert judged(configured, "http://localhost:4000")[0].verdict == "blocked"


ENDLESS = {
    "a name of a server": "server { server_name ~^(a|aa)+b$; %s }",
    "a location": "server { location ~ ^/(a|aa)+b$ { %s } }",
}


@pytest.mark.parametrize("config", ENDLESS.values(), ids=ENDLESS)
def test_an_expression_that_backtracks_without_end_is_named(config: str) -> None:
    text = config % "add_header Access-Control-Allow-Origin *; location / { add_header X-Own 1; }"
    with pytest.raises(UsageError, match=r"its repetitions overlap"):
        _allowed(text, f"https://{'a' * 60}/{'a' * 60}")
