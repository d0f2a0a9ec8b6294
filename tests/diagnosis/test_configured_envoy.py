"""Envoy's routes and their policies, Istio's virtual services, routes of the Gateway API: as Envoy's filter answers."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, PUT, DELETE, WITH, TOKEN = "GET", "PUT", "DELETE", "with credentials", "with Authorization"
HOSTS = """
static_resources:
  listeners:
  - filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{ {match} }}
                {route}
              - match: {{ prefix: "/" }}
                route: {{ cluster: c }}
              {host}
          http_filters:
{filters}
"""
FILTERS = "          - name: envoy.filters.http.cors\n          - name: envoy.filters.http.router\n"
ALLOWED = f"{{ allow_origin_string_match: [{{ exact: '{APP}' }}], allow_methods: 'GET, PUT' }}"
EVERYBODY = (
    "{ allow_origin_string_match: [{ safe_regex: { regex: '.*' } }], allow_methods: GET, allow_credentials: true }"
)
TYPED = "typed_per_filter_config: {{ envoy.filters.http.cors: {} }}"


def envoy(
    match: str = "prefix: /api", route: str = "route: {cluster: a}", host: str = "", filters: str = FILTERS
) -> str:
    return HOSTS.format(match=match, route=route, host=host, filters=filters)


ISTIO = """
kind: VirtualService
spec:
  hosts: ["*"]
  http:
  - match: [{{ uri: {{ {uri} }} }}]
    corsPolicy:
      allowOrigins: [{{ regex: "https://.*\\\\.example" }}]
      allowMethods: [PUT]
      maxAge: 24h
  - route: [{{ destination: {{ host: a }} }}]
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
  - matches: [{{ path: {{ type: PathPrefix, value: /api }} {method} }}]
    filters:
    - type: CORS
      cors: {{ allowOrigins: [{origin}], allowMethods: [PUT], allowHeaders: [Authorization] {more} }}
  - backendRefs: [{{ name: a }}]
"""

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "a policy of one route": (
        envoy(route=f"route: {{ cluster: a, cors: {ALLOWED} }}"),
        {(PUT, "/api/x", APP): READABLE, (PUT, "/api/x", OTHER): BLOCKED, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "a route's policy, and what it leaves to its virtual host's": (
        envoy(route=TYPED.format(ALLOWED), host=TYPED.format(EVERYBODY)),
        {(WITH, "/api/x", APP): READABLE, (GET, "/api/x", OTHER): BLOCKED, (WITH, "/x", OTHER): READABLE},
    ),
    "a policy of the filter's own takes the place of those of routes": (
        envoy(route=f"route: {{ cluster: a, cors: {ALLOWED} }}", host=TYPED.format(EVERYBODY)),
        {(GET, "/api/x", OTHER): READABLE, (PUT, "/api/x", APP): BLOCKED},
    ),
    "a route that redirects has no policy": (
        envoy(route="redirect: { https_redirect: true }", host=f"cors: {EVERYBODY}"),
        {(GET, "/api/x", APP): BLOCKED, (GET, "/x", APP): READABLE},
    ),
    "a route of gRPC alone": (
        envoy(match="prefix: /, grpc: {}", host=f"cors: {EVERYBODY}"),
        {(GET, "/x", APP): READABLE},
    ),
    "a route of another method": (
        envoy(match="prefix: /, headers: [{name: ':method', exact_match: PUT}]", route=f"route: {{ cors: {ALLOWED} }}"),
        {(PUT, "/x", APP): NOT_KNOWN, (GET, "/x", APP): NOT_KNOWN},
    ),
    "the filter is not among the others": (
        envoy(host=f"cors: {EVERYBODY}", filters="          - name: envoy.filters.http.router\n"),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "a filter before it may refuse a preflight": (
        envoy(host=f"cors: {ALLOWED}", filters=f"          - name: envoy.filters.http.ext_authz\n{FILTERS}"),
        {(GET, "/x", APP): READABLE, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "a policy that is off": (
        envoy(host=f"cors: {ALLOWED[:-1]}, filter_enabled: {{ default_value: {{ numerator: 0 }} }} }}"),
        {(GET, "/x", APP): NOT_KNOWN},
    ),
    "`*` in methods and headers is what is asked for": (
        (
            "cors:\n  allow_origin_string_match: [{ prefix: http }]\n  allow_methods: '*'\n  allow_headers: '*'\n"
            "  allow_credentials: true\n"
        ),
        {(DELETE, "/", APP): READABLE, (TOKEN, "/", APP): READABLE, (WITH, "/", APP): READABLE},
    ),
    "matchers of parts, and without case": (
        (
            "cors:\n  allow_origin_string_match:\n  - contains: '.app.'\n  - exact: HTTPS://App.example\n"
            "    ignore_case: true\n"
        ),
        {(GET, "/", APP): READABLE, (GET, "/", "https://x.app.test"): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "Istio: a route by its path": (
        ISTIO.format(uri="prefix: /api"),
        {(PUT, "/api/x", APP): READABLE, (DELETE, "/api/x", APP): BLOCKED, (GET, "/x", APP): NOT_KNOWN},
    ),
    "Istio: an expression is for the whole path": (
        ISTIO.format(uri="regex: '/v[0-9]'"),
        {(PUT, "/v1", APP): READABLE, (PUT, "/v1/x", APP): NOT_KNOWN},
    ),
    "Gateway API: the longer path, whatever the order": (
        GATEWAY.format(origin="'https://*.example'", method="", more=""),
        {(PUT, "/api/x", APP): READABLE, (PUT, "/api/x", "https://a.test"): BLOCKED, (PUT, "/apis", APP): NOT_KNOWN},
    ),
    "Gateway API: everybody, with credentials and without": (
        GATEWAY.format(origin="'*'", method="", more=", allowCredentials: true"),
        {(WITH, "/api", APP): READABLE, (TOKEN, "/api", APP): READABLE},
    ),
    "Gateway API: everybody, without credentials": (
        GATEWAY.format(origin="'*'", method="", more=""),
        {(WITH, "/api", APP): BLOCKED, (GET, "/api", APP): READABLE},
    ),
    "Gateway API: a rule of one method is none for preflights": (
        GATEWAY.format(origin="'*'", method=", method: PUT", more=""),
        {(PUT, "/api", APP): NOT_KNOWN},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_takes_its_route(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


def test_the_path_to_ask_for_is_one_of_a_route_with_a_policy() -> None:
    text = envoy(match='prefix: "/v1/"', route=f"route: {{ cluster: a, cors: {ALLOWED} }}")
    assert read_configuration(text).example_path == "/v1/items"


def test_texts_of_different_kinds_may_stand_below_each_other() -> None:
    text = f"# In the route:\ncors: {ALLOWED}\n\n# In http_filters:\n- name: envoy.filters.http.cors\n"
    assert verdict(text, PUT, "/x", APP) == READABLE
