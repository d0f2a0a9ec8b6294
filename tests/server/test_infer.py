"""A policy read off answers, with a bounded number of requests that change nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corssim import CorsPolicy, MockResponse, MockServer, UsageError
from corssim.server.infer import APP_URL, HEADERS, MAX_REQUESTS, METHODS, infer, probing
from corssim.server.inferred_policy import AnyOrigin
from corssim.server.look_alikes import STRANGER, LookAlikeKind, candidates, look_alikes

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim.fetch.wire import WireRequest

APP = "https://app.example.com"


def header(request: WireRequest, name: str) -> str | None:
    return next((value for key, value in request.headers if key.lower() == name.lower()), None)


def answering(allow: Callable[[WireRequest], dict[str, str]], *, status: int = 200) -> MockServer:
    """A server whose CORS headers are whatever `allow` makes of a request."""
    server = MockServer()
    server.route("*", respond=lambda request: MockResponse(status, allow(request)))
    return server


def by_origin(rule: Callable[[str], bool], **more: str) -> MockServer:
    """A server that reflects the origins for which `rule` holds."""

    def allow(request: WireRequest) -> dict[str, str]:
        origin = header(request, "Origin") or ""
        return {"Access-Control-Allow-Origin": origin, **more} if rule(origin) else {}

    return answering(allow)


@pytest.mark.parametrize(
    "policy",
    [
        CorsPolicy(allow_origins=[APP]),
        CorsPolicy(allow_origins=[APP], allow_credentials=True, allow_methods=["PUT"], allow_headers=["x-a"]),
        CorsPolicy(allow_origins="*", allow_methods="*", allow_headers="*", max_age=60, expose_headers=["X-T"]),
        CorsPolicy(allow_origins=["null"]),
        CorsPolicy(allow_origins=[APP], vary=False),
        CorsPolicy(),
    ],
    ids=["one origin", "credentials", "anything", "null", "without Vary", "nobody"],
)
def test_well_behaved_server_shows_the_policy_it_has(policy: CorsPolicy) -> None:
    shown = CorsPolicy.infer(MockServer.from_policy(policy), origins=[APP], headers=["x-a"])
    everybody = policy.allow_origins == "*"
    listed = [] if everybody else [origin for origin in policy.allow_origins if origin != "null"]
    assert shown.any_origin is (AnyOrigin.WILDCARD if everybody else AnyOrigin.NO)
    assert shown.null is ("null" in policy.allow_origins)
    assert shown.origins == ((APP,) if everybody else tuple(listed))
    assert shown.credentials is policy.allow_credentials
    assert shown.any_method is shown.any_header is (policy.allow_methods == "*")
    if policy.allow_methods != "*":
        assert (list(shown.methods), list(shown.headers)) == (
            list(policy.allow_methods),
            list(policy.allow_headers),
        )
    assert list(shown.exposed) == list(policy.expose_headers)
    assert shown.max_age == (None if policy.max_age is None else str(policy.max_age))
    assert shown.varies is (policy.vary if listed else (True if shown.null else None))
    assert shown.allows_nobody is (policy == CorsPolicy())
    assert shown.look_alikes == ()


@pytest.mark.parametrize(
    ("rule", "kinds"),
    [
        (lambda origin: origin.startswith(APP), ["prefix", "other-port"]),
        (lambda origin: origin.endswith("app.example.com"), ["http-downgrade", "suffix", "subdomain"]),
        (lambda origin: origin.endswith(".example.com"), ["http-downgrade", "subdomain", "sibling"]),
        (lambda origin: origin in (APP, "https://appxexample.com"), ["dot"]),
        (lambda origin: origin.endswith(".com"), ["http-downgrade", "subdomain", "sibling", "public-suffix"]),
        (lambda origin: origin in (APP, "http://app.example.com"), ["http-downgrade"]),
        (lambda origin: "://app.example.com" in origin, ["prefix", "other-port", "http-downgrade"]),
    ],
    ids=["beginning", "end", "subdomains", "dot", "end, sibling", "http", "contains"],
)
def test_careless_comparison_shows_by_look_alikes(rule: Callable[[str], bool], kinds: list[str]) -> None:
    shown = infer(by_origin(rule), origins=[APP])
    assert [each.kind for each in shown.look_alikes] == kinds
    assert {each.of for each in shown.look_alikes} == {APP}
    assert not any(each.credentials for each in shown.look_alikes)


def test_look_alike_with_credentials_is_told() -> None:
    server = by_origin(lambda origin: origin.startswith(APP), **{"Access-Control-Allow-Credentials": "true"})
    assert all(each.credentials for each in infer(server, origins=[APP]).look_alikes)


def test_reflection_is_told_from_a_list() -> None:
    shown = infer(by_origin(lambda origin: True, **{"Access-Control-Allow-Credentials": "true"}), origins=[APP])
    assert (shown.any_origin, shown.credentials, shown.null, shown.null_credentials) == (
        AnyOrigin.REFLECTED,
        True,
        True,
        True,
    )


def test_wildcard_that_becomes_a_reflection_once_a_cookie_comes() -> None:
    def allow(request: WireRequest) -> dict[str, str]:
        origin = (header(request, "Origin") or "") if header(request, "Cookie") else "*"
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}

    shown = infer(answering(allow), origins=[APP])
    assert (shown.any_origin, shown.credentials) == (AnyOrigin.REFLECTED, True)
    assert not shown.credentials_beside_wildcard


def test_wildcard_beside_credentials_is_told() -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    shown = infer(answering(lambda request: headers), origins=[APP])
    assert (shown.any_origin, shown.credentials, shown.credentials_beside_wildcard) == (
        AnyOrigin.WILDCARD,
        False,
        True,
    )


@pytest.mark.parametrize("value", [f"{APP}/", f"{APP}, https://other.example", "HTTPS://APP.EXAMPLE.COM", "true"])
def test_value_that_no_origin_equals_is_told(value: str) -> None:
    shown = infer(answering(lambda request: {"Access-Control-Allow-Origin": value}), origins=[APP])
    assert (shown.odd_origins, shown.allows_nobody) == ((value,), True)


def test_fixed_origin_is_not_odd() -> None:
    shown = infer(answering(lambda request: {"Access-Control-Allow-Origin": APP}), origins=[APP])
    assert (shown.origins, shown.odd_origins, shown.varies) == ((APP,), (), None)


@pytest.mark.parametrize(("vary", "varies"), [("Accept, Origin", True), ("*", True), ("Accept", False)])
def test_vary_counts_when_every_answer_has_it(vary: str, varies: bool) -> None:
    server = answering(
        lambda request: (
            {"Vary": vary} | ({"Access-Control-Allow-Origin": APP} if header(request, "Origin") == APP else {})
        )
    )
    assert infer(server, origins=[APP]).varies is varies


def test_url_without_get_is_asked_by_preflights() -> None:
    server = MockServer()
    policy = CorsPolicy(allow_origins=[APP], allow_methods=["PUT"], allow_headers=["content-type"])
    server.route("*", "OPTIONS", respond=lambda r: MockResponse(204, dict(policy.answer_preflight(r).headers)))  # type: ignore[union-attr]
    server.route("*", status=405)
    shown = infer(server, origins=[APP])
    assert (shown.by_preflight_alone, shown.origins, shown.methods) == (True, (APP,), ("PUT",))


def test_preflights_that_fail_allow_nothing() -> None:
    def allow(request: WireRequest) -> dict[str, str]:
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}

    server = MockServer()
    server.route("*", "OPTIONS", respond=lambda request: MockResponse(403, allow(request)))
    server.route("*", respond=lambda request: MockResponse(200, allow(request)))
    assert infer(server, origins=[APP]).methods == ()


def test_wildcard_covers_authorization_only_when_it_is_listed() -> None:
    def shown(headers: Any) -> tuple[str, ...]:
        return infer(MockServer.from_policy(CorsPolicy(allow_origins="*", allow_headers=headers))).headers

    assert "authorization" not in shown("*")
    assert "authorization" in shown(["*", "Authorization"])


def test_nothing_but_get_and_options_is_sent_and_never_more_than_the_bound() -> None:
    for policy in (CorsPolicy(), CorsPolicy(allow_origins="*"), CorsPolicy(allow_origins=[APP])):
        server = MockServer.from_policy(policy)
        many = [f"https://a{number}.example" for number in range(100)]
        shown = infer(server, origins=[APP, *many], methods=METHODS, headers=HEADERS)
        assert {request.method for request in server.requests} <= {"GET", "OPTIONS"}
        assert shown.requests == len(server.requests) == MAX_REQUESTS
        assert shown.left_out
    assert infer(MockServer(), max_requests=1).requests == 1


def test_default_questions_stay_within_the_bound() -> None:
    worst = by_origin(lambda origin: origin in (*candidates(APP_URL), STRANGER[:-1]))
    assert infer(worst).left_out == ()
    assert infer(MockServer()).left_out == ()


def test_dead_server_is_asked_once() -> None:
    server = MockServer().route("*", fail="refused")
    shown = infer(server)
    assert (shown.requests, shown.failure) == (1, "the server refused the connection")
    assert "the server refused the connection" in str(shown)


def test_server_that_stops_answering_keeps_what_it_showed() -> None:
    server = MockServer()
    server.route("*", headers={"Access-Control-Allow-Origin": APP}, times=1)
    server.route("*", fail="reset")
    shown = infer(server, origins=[APP])
    assert (shown.origins, shown.failure) == ((APP,), "")


def test_url_for_an_app_and_a_url_alone() -> None:
    server = MockServer.from_policy(CorsPolicy(allow_origins="*"))
    assert infer(server, "https://api.example/v1#part").url == "https://api.example/v1"
    assert {request.url for request in server.requests} == {"https://api.example/v1"}
    respx = pytest.importorskip("respx")
    with respx.mock() as router:
        router.route().respond(200, headers={"Access-Control-Allow-Origin": "*"})
        assert infer("https://api.example/live").any_origin is AnyOrigin.WILDCARD


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://api.example", "https://api.example"), "url= is for apps"),
        ((MockServer(), "ftp://api.example/"), "no http"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_told(arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        infer(*arguments)


def test_bad_origins_and_bounds_are_mistakes_told() -> None:
    with pytest.raises(UsageError, match=r"origins: 'https://app\.example/' ends in a slash"):
        probing(APP_URL, origins=["https://app.example/"])
    with pytest.raises(UsageError, match="max_requests is 0"):
        probing(APP_URL, max_requests=0)


def test_policy_is_told_and_kept() -> None:
    shown = infer(MockServer.from_policy(CorsPolicy(allow_origins=[APP], max_age=60)), origins=[APP])
    assert str(shown).splitlines()[:3] == [
        f"https://api.example/ ({shown.requests} requests)",
        "  origins      https://app.example.com",
        "  null         not allowed",
    ]
    anything = infer(MockServer.from_policy(CorsPolicy(allow_origins="*", allow_methods="*", allow_headers="*")))
    assert "  methods      any (*)" in str(anything)
    kept = json.loads(json.dumps(shown.to_dict()))
    assert kept["origins"] == [APP]
    moved = infer(
        MockServer.from_policy(CorsPolicy(allow_origins=[APP], max_age=60)), "https://b.example", origins=[APP]
    )
    assert moved != shown
    assert moved.same_as(shown)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (
            "https://app.example.com",
            [
                ("prefix", ["https://app.example.com.evil.test"]),
                ("other-port", ["https://app.example.com:8443"]),
                ("http-downgrade", ["http://app.example.com"]),
                ("suffix", ["https://evilexample.com", "https://evilapp.example.com"]),
                (
                    "substring",
                    [
                        "https://evilexample.com.evil.test",
                        "https://app.example.co",
                        "https://example.co",
                        "https://xample.com",
                    ],
                ),
                ("subdomain", ["https://evil.app.example.com"]),
                ("dot", ["https://appxexample.com", "https://app.examplexcom"]),
                ("sibling", ["https://evil.example.com"]),
                ("public-suffix", ["https://evil.com"]),
            ],
        ),
        (
            "https://me.github.io",
            [
                ("prefix", ["https://me.github.io.evil.test"]),
                ("other-port", ["https://me.github.io:8443"]),
                ("http-downgrade", ["http://me.github.io"]),
                ("suffix", ["https://evilme.github.io"]),
                ("substring", ["https://evilme.github.io.evil.test", "https://me.github.i", "https://e.github.io"]),
                ("subdomain", ["https://evil.me.github.io"]),
                ("dot", ["https://mexgithub.io", "https://me.githubxio"]),
                ("public-suffix", ["https://evil.github.io"]),
            ],
        ),
        (
            "http://localhost:3000",
            [
                ("prefix", ["http://localhost.evil.test:3000"]),
                ("other-port", ["http://localhost:8443"]),
                ("suffix", ["http://evillocalhost:3000"]),
                ("substring", ["http://evillocalhost.evil.test:3000"]),
                ("subdomain", ["http://evil.localhost:3000"]),
                ("prefix", ["http://localhost:30000"]),
            ],
        ),
        (
            "https://[::1]:3000",
            [
                ("other-port", ["https://[::1]:8443"]),
                ("http-downgrade", ["http://[::1]:3000"]),
                ("prefix", ["https://[::1]:30000"]),
            ],
        ),
    ],
    ids=["a name", "under a public suffix", "localhost", "an address"],
)
def test_look_alikes_of_an_origin(origin: str, expected: list[tuple[str, list[str]]]) -> None:
    found = [each for each in look_alikes(origin) if each.kind is not LookAlikeKind.SPECIAL_CHARACTER]
    assert [(str(each.kind), each.origin) for each in found] == [
        (kind, value) for kind, values in expected for value in values
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://api.shop.co.uk/v1",
            ["https://api.shop.co.uk", "https://shop.co.uk", "https://www.shop.co.uk", "https://app.shop.co.uk"],
        ),
        ("http://127.0.0.1:8000/", ["http://127.0.0.1:8000", "https://app.example", "http://localhost:3000"]),
    ],
)
def test_origins_that_are_tried_where_none_is_given(url: str, expected: list[str]) -> None:
    assert candidates(url) == expected
