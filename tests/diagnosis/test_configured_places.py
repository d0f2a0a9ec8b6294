"""nginx by place: the server and the location that count for a URL, and what they inherit."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import judged
from corssim.diagnosis.configured.read import read_configuration
from corssim.errors import UsageError
from corssim.fetch.wire import WireRequest

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


def test_a_part_of_a_server_that_has_no_place_for_the_url_counts_as_a_whole() -> None:
    part = "location /api/ { add_header Access-Control-Allow-Origin *; proxy_pass http://127.0.0.1:3000; }"
    assert _allowed(part, "http://api.example/elsewhere") == "*"
    assert _allowed(part, "http://api.example/api/x") == "*"


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
