"""Traefik's settings, followed as Traefik does: entry points, rules by priority, middlewares in their order."""

from __future__ import annotations

import json
from textwrap import dedent, indent

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, PUT, TOKEN, WITH = "GET", "PUT", "with Authorization", "with credentials"
CORS = f"traefik.http.middlewares.c.headers.accesscontrolalloworiginlist={APP}"
METHODS = "traefik.http.middlewares.c.headers.accesscontrolallowmethods=GET,PUT"
RULE = "traefik.http.routers.r.rule=Host(`api.site.example`)"
USED = "traefik.http.routers.r.middlewares="


def labels(*texts: str) -> str:
    """Labels of one container, as Compose has them."""
    return "services:\n  a:\n    labels:\n" + "".join(f"      - {json.dumps(each)}\n" for each in texts)


def file(routers: str, middlewares: str = "") -> str:
    """Routers, a line each, and middlewares, of a file; `cors` is one of them."""
    own = f"cors: {{headers: {{accessControlAllowOriginList: ['{APP}'], accessControlAllowMethods: [GET, PUT]}}}}"
    lines = [f"    {each}" for each in dedent(routers).strip().splitlines()]
    more = [f"    {each}" for each in (own, *dedent(middlewares).strip().splitlines())]
    return "\n".join(["http:", "  routers:", *lines, "  middlewares:", *more])


RESOURCE = (
    "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {{name: cors{namespace}}}\n"
    f"spec: {{{{headers: {{{{accessControlAllowOriginList: ['{APP}'], accessControlAllowMethods: [PUT]}}}}}}}}\n"
)
ROUTE = (
    "---\nkind: IngressRoute\nmetadata: {{name: a, namespace: web}}\nspec:\n  routes:\n"
    "  - match: Host(`api.site.example`)\n    kind: Rule\n"
    "    middlewares: [{middleware}]\n    services: [{{name: s}}]\n"
)
INGRESS = (
    "---\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n"
    "    traefik.ingress.kubernetes.io/router.middlewares: {middlewares}\n"
    "spec:\n  rules:\n  - host: api.site.example\n    http: {{paths: [{{path: /, pathType: Prefix}}]}}\n"
)

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "labels in a list, the program behind": (
        labels(CORS, METHODS, RULE, f"{USED}c"),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): READABLE, (PUT, "/", OTHER): BLOCKED},
    ),
    "labels in a mapping": (
        (
            f"labels:\n  traefik.http.middlewares.c.headers.accesscontrolalloworiginlist: '{APP}'\n"
            "  traefik.http.routers.r.middlewares: c\n"
        ),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED, (PUT, "/", APP): BLOCKED},
    ),
    "labels of a command": (
        f"docker run -d --label {CORS} --label \"{METHODS}\" \\\n  -l 'traefik.http.routers.r.middlewares=c' image",
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "labels that Nomad is given": (
        f'tags = [\n  "{CORS}",\n  "{USED}c@consulcatalog",\n]',
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "labels of a container that is left out": (
        labels("traefik.enable=false", CORS, f"{USED}c"),
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a middleware that stands in another file": (
        labels(RULE, CORS, f"{USED}login@file,c"),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "behind headers of CORS it is all the same": (
        labels(RULE, CORS, METHODS, f"{USED}c,login@file"),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a file in TOML": (
        (
            '[http.routers.a]\nrule = "PathPrefix(`/api`)"\nmiddlewares = ["c"]\nservice = "s"\n'
            f'[http.middlewares.c.headers]\naccessControlAllowOriginList = ["{APP}"]\n'
            'accessControlAllowMethods = ["PUT"]\n'
        ),
        {(PUT, "/api/x", APP): READABLE, (PUT, "/api/x", OTHER): BLOCKED, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "a file in JSON": (
        json.dumps({"http": {"middlewares": {"c": {"headers": {"accessControlAllowOriginList": [APP]}}}}}),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a file inside of a resource": (
        "kind: ConfigMap\ndata:\n  a.yml: |\n"
        + indent(file("a: {rule: 'PathPrefix(`/`)', middlewares: [cors]}"), "    "),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "routers by their paths": (
        file(
            "a: {rule: 'Host(`a.example`) && PathPrefix(`/api`)', middlewares: [cors]}\nb: {rule: 'Host(`a.example`)'}"
        ),
        {(GET, "/api/x", APP): READABLE, (GET, "/x", APP): NOT_KNOWN, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "the longer rule comes first, unless a priority says otherwise": (
        file("a: {rule: 'PathPrefix(`/api/v1`)', middlewares: [cors]}\nb: {rule: 'PathPrefix(`/api`)', priority: 100}"),
        {(PUT, "/api/v1/x", APP): NOT_KNOWN},
    ),
    "a rule with methods is none for preflights": (
        file("a: {rule: 'PathPrefix(`/`) && Method(`GET`, `PUT`)', middlewares: [cors]}"),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): NOT_KNOWN},
    ),
    "a rule that is turned, and one in brackets": (
        file("a: {rule: '!PathPrefix(`/b`) && (Method(`OPTIONS`) || Method(`PUT`))', middlewares: [cors]}"),
        {(PUT, "/a", APP): READABLE, (PUT, "/b", APP): NOT_KNOWN},
    ),
    "a rule of clients that nothing tells of": (
        file(
            "a: {rule: 'PathPrefix(`/`) && ClientIP(`10.0.0.0/8`)', middlewares: [cors]}\nb: {rule: 'PathPrefix(`/`)'}"
        ),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "a path with a place, as version 2 has it": (
        file("a: {rule: 'Path(`/items/{id:[0-9]+}`)', middlewares: [cors]}"),
        {(PUT, "/items/7", APP): READABLE, (PUT, "/items/x", APP): NOT_KNOWN},
    ),
    "a rule that is none": (file("a: {rule: 'Host:a.example', middlewares: [cors]}"), {(GET, "/", APP): NOT_KNOWN}),
    "a login before the headers": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [login, cors]}", "login: {basicAuth: {users: ['a:b']}}"),
        {(PUT, "/", APP): BLOCKED, (GET, "/", APP): BLOCKED, (TOKEN, "/", APP): BLOCKED},
    ),
    "a login behind the headers": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [cors, login]}", "login: {basicAuth: {users: ['a:b']}}"),
        {(PUT, "/", APP): READABLE, (PUT, "/", OTHER): BLOCKED},
    ),
    "a program that is asked before the headers": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [login, cors]}", "login: {forwardAuth: {address: 'http://l'}}"),
        {(PUT, "/", APP): NOT_KNOWN, (GET, "/", APP): NOT_KNOWN},
    ),
    "a redirect to https": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [tls, cors]}", "tls: {redirectScheme: {scheme: https}}"),
        {(PUT, "/", APP): READABLE},
    ),
    "a redirect to another path": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [to, cors]}",
            "to: {redirectRegex: {regex: '^(https://[^/]+)/old/(.*)', replacement: '${1}/new/${2}'}}",
        ),
        {(PUT, "/old/x", APP): BLOCKED, (PUT, "/new/x", APP): READABLE},
    ),
    "a chain, prefixes stripped": (
        file(
            "a: {rule: 'PathPrefix(`/api`)', middlewares: [all]}",
            "all: {chain: {middlewares: [strip, cors]}}\nstrip: {stripPrefix: {prefixes: [/api]}}",
        ),
        {(PUT, "/api/x", APP): READABLE, (GET, "/api/x", OTHER): BLOCKED},
    ),
    "a chain of itself": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [all, cors]}", "all: {chain: {middlewares: [all]}}"),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "pages for errors before the headers": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [pages, cors]}", "pages: {errors: {status: ['500'], service: s}}"
        ),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): NOT_KNOWN},
    ),
    "a plugin before the headers": (
        file("a: {rule: 'PathPrefix(`/`)', middlewares: [p, cors]}", "p: {plugin: {geo: {a: b}}}"),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "headers that are put on the program's answers": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [own]}",
            "own: {headers: {customResponseHeaders: {Access-Control-Allow-Origin: '*', X-A: b}}}",
        ),
        {(GET, "/", APP): READABLE, (WITH, "/", APP): BLOCKED, (PUT, "/", APP): NOT_KNOWN},
    ),
    "preflights are answered without those, where there are options of CORS beside them": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [own]}",
            f"own: {{headers: {{accessControlAllowOriginList: ['{OTHER}'], accessControlAllowMethods: [PUT], "
            "customResponseHeaders: {Access-Control-Allow-Origin: '*'}}}",
        ),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): BLOCKED, (PUT, "/", OTHER): READABLE},
    ),
    "headers that are taken away behind others": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [none, cors]}",
            "none: {headers: {customResponseHeaders: {Access-Control-Allow-Origin: ''}}}",
        ),
        {(GET, "/", APP): BLOCKED, (PUT, "/", APP): BLOCKED},
    ),
    "the request's origin taken away before the headers": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [none, cors]}",
            "none: {headers: {customRequestHeaders: {Origin: ''}}}",
        ),
        {(GET, "/", APP): BLOCKED, (PUT, "/", APP): BLOCKED},
    ),
    "a middleware of two kinds is refused": (
        file(
            "a: {rule: 'PathPrefix(`/`)', middlewares: [two]}",
            "two: {compress: {}, headers: {accessControlAllowOriginList: ['*']}}",
        ),
        {(GET, "/", APP): BLOCKED},
    ),
    "two entry points, and the one of TLS": (
        file(
            "a: {rule: 'Host(`a.example`)', entryPoints: [web], middlewares: [tls]}\n"
            "b: {rule: 'Host(`a.example`)', entryPoints: [websecure], middlewares: [cors], tls: {}}",
            "tls: {redirectScheme: {scheme: https, permanent: true}}",
        ),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "the entry point's own middlewares": (
        "entryPoints: {all: {address: ':443', http: {middlewares: [cors@file]}}}\n"
        + file("a: {rule: 'PathPrefix(`/`)'}"),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "the entry point's middlewares among options of the command": (
        (
            "services:\n  t:\n    command:\n      - --entrypoints.all.address=:443\n"
            "      - --entrypoints.all.http.middlewares=c@docker\n  a:\n    labels:\n"
            f'      - {CORS}\n      - {METHODS}\n      - "{RULE}"\n'
        ),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a resource and its route, in one namespace": (
        RESOURCE.format(namespace=", namespace: web") + ROUTE.format(middleware="{name: cors}"),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a resource in another namespace": (
        RESOURCE.format(namespace=", namespace: other") + ROUTE.format(middleware="{name: cors}"),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "an Ingress that names the resource with its namespace": (
        RESOURCE.format(namespace=", namespace: web") + INGRESS.format(middlewares="web-cors@kubernetescrd"),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "an Ingress that names it without": (
        RESOURCE.format(namespace=", namespace: web") + INGRESS.format(middlewares="cors@kubernetescrd"),
        {(PUT, "/", APP): NOT_KNOWN},
    ),
    "origins that are to be filled in": (
        labels("traefik.http.middlewares.c.headers.accesscontrolalloworiginlist=${FRONTEND}", f"{USED}c"),
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a template's condition": (
        "{{- if .Values.cors }}\n" + file("a: {rule: 'PathPrefix(`/`)', middlewares: [cors]}") + "\n{{- end }}",
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a template's values that decide nothing": (
        file("a: {rule: 'Host(`{{ host }}`)', middlewares: [cors]}"),
        {(PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "an expression, not bound to the beginning": (
        labels("traefik.http.middlewares.c.headers.accesscontrolalloworiginlistregex=app\\.example", f"{USED}c"),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "anchors and merges of YAML": (
        (
            "x-cors: &cors\n"
            f"  traefik.http.middlewares.c.headers.accesscontrolalloworiginlist: '{APP}'\n"
            "services:\n  a:\n    labels:\n      <<: *cors\n      traefik.http.routers.r.middlewares: c\n"
        ),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "two hosts whose routers answer alike": (
        file(
            "a: {rule: 'Host(`a.example`)', middlewares: [cors]}\nb: {rule: 'Host(`b.example`)', middlewares: [cors]}"
        ),
        {(PUT, "/", APP): READABLE},
    ),
    "two hosts whose routers answer differently": (
        file(
            "a: {rule: 'Host(`a.example`)', middlewares: [cors]}\nb: {rule: 'Host(`b.example`)', middlewares: [any]}",
            "any: {headers: {accessControlAllowOriginList: ['*']}}",
        ),
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "the host that is asked for": (
        file(
            "a: {rule: 'Host(`api.example`)', middlewares: [cors]}\nb: {rule: 'Host(`b.example`)', middlewares: [any]}",
            "any: {headers: {accessControlAllowOriginList: ['*']}}",
        ),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "hosts by an expression, of version 2 and 3": (
        file(
            "a: {rule: 'HostRegexp(`{sub:[a-z]+}.example`)', middlewares: [cors]}\n"
            "b: {rule: 'HostRegexp(`^api\\.example$`)', middlewares: [cors]}"
        ),
        {(PUT, "/", APP): READABLE},
    ),
    "YAML that is none": (
        "http:\n middlewares:\n  - a: [\n accessControlAllowOriginList: ['*']",
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a form that is not read": (
        'spec = { headers = { accessControlAllowOriginList = ["*"] } }',
        {(GET, "/", APP): NOT_KNOWN},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_to_its_answer(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (labels(CORS, RULE), ["not-attached"]),
        (CASES["a middleware of two kinds is refused"][0], ["middleware-of-two-kinds"]),
        (RESOURCE.format(namespace="") + ROUTE.format(middleware=""), ["not-attached"]),
        (RESOURCE.format(namespace=""), []),
    ],
    ids=["named by no router", "of two kinds", "a route without it", "a resource alone"],
)
def test_what_does_nothing_is_a_mistake(text: str, codes: list[str]) -> None:
    found = [each.code for each in mistakes_of(read_configuration(text)) if each.code != "no-allow-origin"]
    assert set(codes) <= set(found)
    assert bool(codes) == bool(found)


@pytest.mark.parametrize(
    ("scheme", "status"), [("http", 308), ("https", 200)], ids=["the entry point that leads on", "the one of TLS"]
)
def test_an_entry_point_leads_on(scheme: str, status: int) -> None:
    text = (
        "entryPoints:\n  web: {address: ':80', http: {redirections: {entryPoint: {to: websecure}}}}\n"
        "  websecure: {address: ':443'}\n" + file("a: {rule: 'PathPrefix(`/`)', middlewares: [cors]}")
    )
    asked = WireRequest(
        "OPTIONS", f"{scheme}://api.example/", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))
    )
    replies = read_configuration(text).replies
    assert replies is not None
    assert replies(asked).status == status


def test_the_path_to_ask_for_is_one_of_the_router_with_the_headers() -> None:
    text = file("b: {rule: 'PathPrefix(`/b`)'}\na: {rule: 'Host(`a`) && PathPrefix(`/api/`)', middlewares: [cors]}")
    assert read_configuration(text).example_path == "/api/items"


def test_routers_that_answer_otherwise_are_told() -> None:
    text = file(
        "a: {rule: 'PathPrefix(`/a`)', middlewares: [cors]}\nb: {rule: 'PathPrefix(`/b`)', middlewares: [login, cors]}",
        "login: {basicAuth: {users: ['a:b']}}",
    )
    (note,) = read_configuration(text).notes
    assert note.startswith("The router b (PathPrefix(`/b`)) answers otherwise")
    assert read_configuration(text.replace("[login, cors]", "[cors]")).notes == ()
