"""`CorsPolicy`: the headers of a well-behaved server, and the mistakes it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from corssim.errors import UsageError
from corssim.fetch.wire import WireRequest, WireResponse
from corssim.server.cors_policy import CorsPolicy

APP = "https://app.example"
OTHER = "https://other.example"
URL = "https://api.example/"


def headers(policy: CorsPolicy, origin: str | None) -> list[tuple[str, str]]:
    sent = () if origin is None else (("Origin", origin),)
    return list(policy.headers_for(WireRequest("GET", URL, sent)))


def preflight(policy: CorsPolicy, origin: str = APP, method: str = "PUT", names: str | None = None) -> WireResponse:
    sent = [("Origin", origin), ("Access-Control-Request-Method", method)]
    if names is not None:
        sent.append(("access-control-request-headers", names))
    answer = policy.answer_preflight(WireRequest("OPTIONS", URL, tuple(sent)))
    assert answer is not None
    return answer


ACAO = "Access-Control-Allow-Origin"
ACAC = ("Access-Control-Allow-Credentials", "true")
VARY = ("Vary", "Origin")


@pytest.mark.parametrize(
    ("policy", "origin", "expected"),
    [
        pytest.param(CorsPolicy("*"), APP, [(ACAO, "*")], id="everyone"),
        pytest.param(CorsPolicy("*"), None, [(ACAO, "*")], id="everyone, also without an Origin"),
        pytest.param(CorsPolicy(["*"]), OTHER, [(ACAO, "*")], id="everyone, in a list"),
        pytest.param(CorsPolicy([APP]), APP, [(ACAO, APP), VARY], id="a listed origin"),
        pytest.param(CorsPolicy(APP), APP, [(ACAO, APP), VARY], id="one origin without a list"),
        pytest.param(CorsPolicy([OTHER, APP]), APP, [(ACAO, APP), VARY], id="only the origin that asks is named"),
        pytest.param(CorsPolicy([APP]), OTHER, [VARY], id="a foreign origin gets only Vary"),
        pytest.param(CorsPolicy([APP]), None, [VARY], id="so does a request without an Origin"),
        pytest.param(CorsPolicy([APP]), "https://APP.example", [VARY], id="origins are compared byte for byte"),
        pytest.param(CorsPolicy([APP], vary=False), APP, [(ACAO, APP)], id="no Vary when told so"),
        pytest.param(CorsPolicy(["null"]), "null", [(ACAO, "null"), VARY], id="null, where it is listed"),
        pytest.param(CorsPolicy([APP], allow_credentials=True), APP, [(ACAO, APP), ACAC, VARY], id="credentials"),
        pytest.param(CorsPolicy([APP], allow_credentials=True), OTHER, [VARY], id="no credentials for others"),
        pytest.param(
            CorsPolicy([APP], expose_headers=["X-A", "X-B"]),
            APP,
            [(ACAO, APP), ("Access-Control-Expose-Headers", "X-A, X-B"), VARY],
            id="exposed headers",
        ),
        pytest.param(
            CorsPolicy("*", expose_headers="*"),
            APP,
            [(ACAO, "*"), ("Access-Control-Expose-Headers", "*")],
            id="all exposed",
        ),
        pytest.param(CorsPolicy([APP], expose_headers=["X-A"]), OTHER, [VARY], id="nothing exposed to others"),
        pytest.param(
            CorsPolicy(allow_origin_regex=r"https://[a-z]+\.example"), APP, [(ACAO, APP), VARY], id="a pattern"
        ),
        pytest.param(
            CorsPolicy(allow_origin_regex=r"https://[a-z]+\.example"),
            f"{APP}.evil.test",
            [VARY],
            id="a pattern matches whole origins",
        ),
        pytest.param(CorsPolicy(), APP, [VARY], id="nobody"),
        pytest.param(CorsPolicy([APP], max_age=5, allow_methods=["PUT"]), APP, [(ACAO, APP), VARY], id="no max age"),
    ],
)
def test_the_headers_of_a_response(policy: CorsPolicy, origin: str | None, expected: list[tuple[str, str]]) -> None:
    assert headers(policy, origin) == expected


@pytest.mark.parametrize(
    ("policy", "asked", "expected"),
    [
        pytest.param(
            CorsPolicy([APP], allow_methods=["PUT", "PATCH"], allow_headers=["X-A", "X-B"], max_age=600),
            {"names": "x-a"},
            [
                (ACAO, APP),
                ("Access-Control-Allow-Methods", "PUT, PATCH"),
                ("Access-Control-Allow-Headers", "X-A, X-B"),
                ("Access-Control-Max-Age", "600"),
                VARY,
            ],
            id="lists",
        ),
        pytest.param(CorsPolicy([APP], allow_methods=["PUT"], max_age=0), {"origin": OTHER}, [VARY], id="foreign"),
        pytest.param(
            CorsPolicy("*", allow_methods="*", allow_headers=["*", "Authorization"]),
            {"names": "authorization"},
            [
                (ACAO, "*"),
                ("Access-Control-Allow-Methods", "*"),
                ("Access-Control-Allow-Headers", "*, Authorization"),
            ],
            id="wildcards, with the one header they do not cover",
        ),
        pytest.param(
            CorsPolicy([APP], allow_methods="*", allow_headers="*", allow_credentials=True),
            {"names": "x-a,x-b"},
            [
                (ACAO, APP),
                ACAC,
                ("Access-Control-Allow-Methods", "PUT"),
                ("Access-Control-Allow-Headers", "x-a,x-b"),
                ("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
            ],
            id="with credentials what is asked for takes the wildcards' place",
        ),
        pytest.param(
            CorsPolicy([APP], allow_headers="*", allow_credentials=True),
            {},
            [(ACAO, APP), ACAC, ("Vary", "Origin, Access-Control-Request-Headers")],
            id="nothing asked for, nothing named",
        ),
        pytest.param(CorsPolicy([APP], max_age=0), {}, [(ACAO, APP), ("Access-Control-Max-Age", "0"), VARY], id="0"),
        pytest.param(CorsPolicy([APP], expose_headers=["X-A"]), {}, [(ACAO, APP), VARY], id="nothing is exposed here"),
    ],
)
def test_the_answer_to_a_preflight(policy: CorsPolicy, asked: Any, expected: list[tuple[str, str]]) -> None:
    assert preflight(policy, **asked) == WireResponse(204, "No Content", tuple(expected))


def test_a_preflight_status_with_a_body_says_that_it_is_empty() -> None:
    answer = preflight(CorsPolicy("*", preflight_status=200))
    assert (answer.status, answer.reason, answer.headers[-1]) == (200, "OK", ("Content-Length", "0"))


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("PUT", (("Origin", APP), ("Access-Control-Request-Method", "PUT"))),
        ("OPTIONS", (("Origin", APP),)),
        ("OPTIONS", (("Access-Control-Request-Method", "PUT"),)),
    ],
    ids=["another method", "no method asked for", "no origin"],
)
def test_requests_that_are_no_preflight(method: str, sent: Any) -> None:
    assert CorsPolicy("*").answer_preflight(WireRequest(method, URL, sent)) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"allow_origins": ["https://app.example/"]}, "allow_origins: 'https://app.example/'"),
        ({"allow_origins": ["app.example"]}, "allow_origins: 'app.example'"),
        ({"allow_origins": ["https://*.example"]}, "allow_origins: 'https://*.example'"),
        ({"allow_origins": f"{APP}, {OTHER}"}, "names several origins"),
        ({"allow_origins": ["*", APP]}, "allow_origins: '*' allows all"),
        ({"allow_methods": ["*", "PUT"]}, "allow_methods: '*' allows all"),
        ({"allow_origins": "*", "allow_credentials": True}, "list the origins that may send credentials"),
        ({"expose_headers": "*", "allow_credentials": True}, "expose_headers: with allow_credentials"),
        ({"allow_methods": ["PUT, PATCH"]}, "allow_methods: 'PUT, PATCH' is no method"),
        ({"allow_headers": ["X A"]}, "allow_headers: 'X A' is no header name"),
        ({"expose_headers": [""]}, "expose_headers: '' is no header name"),
        ({"allow_origin_regex": "("}, "allow_origin_regex: '(' can't be read"),
        ({"max_age": -1}, "max_age: -1 is negative"),
        ({"preflight_status": 404}, "preflight_status: 404 fails every preflight"),
    ],
)
def test_policies_that_no_browser_reads_as_meant(arguments: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        CorsPolicy(**arguments)
    assert said in str(caught.value)


def test_policies_are_values() -> None:
    assert CorsPolicy([APP], allow_methods=("PUT",)) == CorsPolicy((APP,), allow_methods=["PUT"])
    assert len({CorsPolicy([APP]), CorsPolicy(APP)}) == 1
