"""ingress-nginx: annotations, followed as the configuration of nginx that they become."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, PUT, DELETE, WITH, TOKEN = "GET", "PUT", "DELETE", "with credentials", "with Authorization"


def ingress(
    host: str = "", path: str = "/", kind: str = "Prefix", more: str = "", enabled: str = "true", **cors: str
) -> str:
    """An Ingress with annotations of CORS."""
    told = {"enable-cors": enabled, **{f"cors-{name.replace('_', '-')}": value for name, value in cors.items()}}
    lines = "".join(f"    nginx.ingress.kubernetes.io/{name}: {value!r}\n" for name, value in told.items())
    return (
        f"kind: Ingress\nmetadata:\n  annotations:\n{lines}{more}spec:\n  rules:\n  - host: {host!r}\n"
        f"    http: {{paths: [{{path: {path!r}, pathType: {kind}}}]}}\n---\n"
    )


def snippet(kind: str, text: str) -> str:
    return f"    nginx.ingress.kubernetes.io/{kind}-snippet: |\n      {text}\n"


CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "what is sent by default": (
        ingress(),
        {
            (GET, "/", APP): READABLE,
            (WITH, "/", APP): BLOCKED,
            (TOKEN, "/", APP): READABLE,
            (DELETE, "/", APP): READABLE,
        },
    ),
    "origins, one with a star": (
        ingress(allow_origin=f"https://*.b.example, {APP}"),
        {(WITH, "/", APP): READABLE, (GET, "/", "https://a.b.example"): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "everybody among others": (ingress(allow_origin=f"{APP}, *"), {(GET, "/", OTHER): READABLE}),
    "`*` for headers is refused, and the list by default sent": (
        ingress(allow_headers="*"),
        {(TOKEN, "/", APP): READABLE},
    ),
    "an origin without a scheme is passed over": (
        ingress(allow_origin="app.example"),
        {(GET, "/", APP): BLOCKED, (PUT, "/", APP): BLOCKED},
    ),
    "an origin that versions take differently": (ingress(allow_origin=f"{APP}/"), {(GET, "/", APP): NOT_KNOWN}),
    "two Ingresses of one host": (
        ingress(host="a.example", path="/api", allow_origin=APP) + ingress(host="a.example", enabled="false"),
        {(PUT, "/api/x", APP): READABLE, (PUT, "/x", APP): NOT_KNOWN, (GET, "/api/x", OTHER): BLOCKED},
    ),
    "two hosts that say different things": (
        ingress(host="a.example", allow_origin=APP) + ingress(host="b.example", allow_origin=OTHER),
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "the host that is asked for": (
        ingress(host="api.example", allow_origin=APP) + ingress(host="b.example", allow_origin=OTHER),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "one path alone": (
        ingress(path="/a", kind="Exact", allow_origin=APP),
        {(PUT, "/a", APP): READABLE, (PUT, "/a/b", APP): NOT_KNOWN},
    ),
    "paths by expressions": (
        ingress(path="/api(/|$)(.*)", more="    nginx.ingress.kubernetes.io/rewrite-target: /$2\n", allow_origin=APP),
        {(PUT, "/api/x", APP): READABLE, (PUT, "/x", APP): NOT_KNOWN},
    ),
    "a snippet that answers, with the headers on it": (
        ingress(allow_origin=APP, more=snippet("configuration", "return 403;")),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a snippet that sets the header, where nothing is enabled": (
        ingress(enabled="false", more=snippet("configuration", 'more_set_headers "Access-Control-Allow-Origin: *";')),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): NOT_KNOWN},
    ),
    "a snippet of the server": (
        ingress(enabled="false", more=snippet("server", 'add_header Access-Control-Allow-Origin "https://*.example";')),
        {(GET, "/", APP): BLOCKED},
    ),
    "who is not signed in is led elsewhere": (
        ingress(
            allow_origin=APP,
            more="    nginx.ingress.kubernetes.io/auth-url: https://l.example/auth\n"
            "    nginx.ingress.kubernetes.io/auth-signin: https://l.example/start\n",
        ),
        {(GET, "/", APP): NOT_KNOWN, (PUT, "/", OTHER): BLOCKED},
    ),
    "the values of a chart": (
        (
            "ingress:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n"
            f"    nginx.ingress.kubernetes.io/cors-allow-origin: {APP}\n  hosts:\n  - host: a.example\n"
            "    paths: [{path: /api}]\n"
        ),
        {(PUT, "/api/x", APP): READABLE, (GET, "/api/x", OTHER): BLOCKED},
    ),
    "a template's condition": (
        "{{- if .Values.cors }}\n" + ingress(allow_origin=APP) + "{{- end }}\n",
        {(GET, "/", APP): NOT_KNOWN},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_answered_as_nginx_does(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


def test_a_list_that_is_refused_is_a_mistake() -> None:
    assert [each.code for each in mistakes_of(read_configuration(ingress(allow_headers="*", allow_origin=APP)))] == [
        "annotation-refused"
    ]


@pytest.mark.parametrize(("scheme", "status"), [("http", 308), ("https", 204)])
def test_with_a_certificate_http_leads_to_https(scheme: str, status: int) -> None:
    text = ingress(allow_origin=APP).replace("spec:\n", "spec:\n  tls: [{hosts: [a.example]}]\n")
    asked = WireRequest(
        "OPTIONS", f"{scheme}://api.example/", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))
    )
    replies = read_configuration(text).replies
    assert replies is not None
    assert replies(asked).status == status
