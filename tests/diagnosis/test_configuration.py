"""A fix as configuration: what is allowed already is kept, and the software is recognised by what its answers say."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer
from corssim.diagnosis.signs.software import software_of
from corssim.diagnosis.snippets import snippet_for
from corssim.fetch.wire import WireResponse
from corssim.report.advice import Advice
from corssim.server.app_middleware import policy_of_app

PAGE = "https://app.example"
API = "https://api.example/items"
OTHER = "https://other.example"


def outcome_of(server: Any, page: str = PAGE, **init: Any) -> Any:
    return Browser(server).page(f"{page}/").fetch(API, **init)


def answering(*headers: tuple[str, str], preflight: tuple[tuple[str, str], ...] = ()) -> MockServer:
    server = MockServer()
    return server.route(API, "OPTIONS", 204, preflight or headers).route(API, headers=headers)


STAR = ("Access-Control-Allow-Origin", "*")
ANOTHER = ("Access-Control-Allow-Origin", OTHER)
TRUE = ("Access-Control-Allow-Credentials", "true")


@pytest.mark.parametrize(
    ("headers", "credentials", "with_credentials", "public"),
    [
        ((), "omit", (), (PAGE,)),
        ((), "include", (PAGE,), ()),
        ((ANOTHER,), "omit", (), (OTHER, PAGE)),
        ((ANOTHER,), "include", (PAGE,), (OTHER,)),
        ((ANOTHER, TRUE), "include", (OTHER, PAGE), ()),
        ((ANOTHER, TRUE), "omit", (OTHER,), (PAGE,)),
        ((STAR,), "include", (PAGE,), "*"),
        ((STAR, TRUE), "include", (PAGE,), "*"),
        ((("Access-Control-Allow-Origin", "app.example"),), "omit", (), (PAGE,)),
        ((STAR, STAR), "omit", (), (PAGE,)),
    ],
    ids=[
        "nobody yet", "nobody yet, with credentials", "another origin too", "another, that gets no credentials",
        "another, that keeps its credentials", "another keeps them, this one gets none", "everybody without them",
        "everybody, whose credentials never counted", "a value that never matched", "two lines, that allowed nobody",
    ],
)  # fmt: skip
def test_who_is_allowed_already_stays_allowed_and_nobody_more(
    headers: Any, credentials: str, with_credentials: Any, public: Any
) -> None:
    outcome = outcome_of(answering(*headers), credentials=credentials)
    (configuration,) = Advice(outcome, software="nginx").configurations
    fixes: Any = Advice(outcome).fixes
    (change,) = next(fix for fix in fixes if fix.side == "server").as_server_changes()
    if change.allow_credentials:
        assert (change.allow_origins, change.public_origins) == (with_credentials, public)
    else:
        assert (with_credentials, change.public_origins or change.allow_origins) == ((), public)
    assert configuration.server == "https://api.example"


@pytest.mark.parametrize(
    ("headers", "body", "software", "or_else"),
    [
        ([("Server", "nginx/1.24.0")], "", "nginx", ()),
        ([("Server", "nginx"), ("X-Powered-By", "Express")], "", "express", ("nginx",)),
        ([("Server", "cloudflare")], "", None, ()),
        ([("Server", "AmazonS3"), ("X-Amz-Cf-Id", "x")], "", "s3", ("cloudfront",)),
        ([("Server", "Microsoft-IIS/10.0"), ("X-Powered-By", "ASP.NET")], "", "aspnet", ("iis",)),
        ([("Server", "uvicorn")], '{"detail":"Not Found"}', "fastapi", ()),
        ([], "Invalid CORS request", "spring", ()),
        ([("Server", "WSGIServer/0.2 CPython/3.11.2")], "", "django", ()),
        ([("Server", "Werkzeug/3.0")], "", "flask", ()),
        ([("Via", "1.1 Caddy")], "", "caddy", ()),
        ([("apigw-requestid", "x")], "", "api-gateway", ()),
        ([], "<pre>Cannot OPTIONS /items</pre>", "express", ()),
        ([("Set-Cookie", "laravel_session=secret; path=/")], "", "laravel", ()),
        ([], "", None, ()),
    ],
    ids=lambda value: str(value)[:40],
)
def test_software_is_recognised_by_its_answers(headers: Any, body: str, software: str | None, or_else: Any) -> None:
    found = software_of([WireResponse(200, "OK", tuple(headers), body.encode())])
    if software is None:
        assert found is None
        return
    assert found is not None
    assert (found.software, found.or_else) == (software, or_else)
    assert "secret" not in found.why


def test_a_fix_that_gives_something_away_is_written_only_for_who_asks() -> None:
    outcome = outcome_of(answering(("Server", "nginx")), page="https://elsewhere.test", credentials="include")
    assert not Advice(outcome).configurations
    assert "elsewhere.test" in Advice(outcome, software="nginx").configurations[0].snippet.text


def test_what_is_meant_to_be_blocked_gets_no_configuration() -> None:
    outcome = outcome_of(answering(("Server", "nginx")), page="https://elsewhere.test", credentials="include")
    assert not Advice(outcome, meant=True, software="nginx").configurations


def test_an_opaque_page_gets_no_configuration() -> None:
    outcome = Browser(answering(("Server", "nginx"))).page("data:text/html,x").fetch(API)
    assert not Advice(outcome, software="nginx").configurations


def test_a_list_that_does_not_show_is_spoken_of() -> None:
    outcome = outcome_of(answering(("Vary", "Origin"), ("Server", "nginx")))
    (configuration,) = Advice(outcome).configurations
    assert (
        "keep those that its settings list today beside this one, with their methods, headers and credentials"
        in configuration.snippet.note
    )
    assert configuration.why.startswith("guessed by Server: nginx")


def test_a_bucket_is_given_rules_though_its_answer_was_an_error() -> None:
    error = b"<Error><Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled.</Message></Error>"
    headers = [("Server", "AmazonS3"), ("Content-Type", "application/xml")]
    server = MockServer().route(API, "OPTIONS", 403, headers, error).route(API, "*", 200, headers)
    (configuration,) = Advice(outcome_of(server, method="PUT")).configurations
    assert configuration.snippet.software == "s3"
    assert '"PUT"' in configuration.snippet.text


def test_each_server_of_a_redirect_has_settings_of_its_own() -> None:
    server = MockServer().route(API, status=302, headers=[("Location", "https://app.example/end")])
    server.route("https://app.example/end", headers=[STAR])
    (configuration,) = Advice(outcome_of(server), software="nginx").configurations
    assert configuration.server == "https://api.example"


@pytest.mark.parametrize(
    ("page", "flag"),
    [
        ("http://localhost:5173", "--for vite"),
        ("http://localhost:4200", "--for angular"),
        ("http://localhost:3000", "--for create-react-app or --for next-rewrites"),
        ("http://localhost:9999", "--for vite or --for webpack"),
        (PAGE, ""),
    ],
)
def test_a_development_server_is_spoken_of_where_it_serves_the_page(page: str, flag: str) -> None:
    outcome = Browser(answering(), permissions={}).page(f"{page}/").fetch(API)
    hint = Advice(outcome).front_end
    assert (flag in hint) if flag else hint == ""


# --- what a mounted app allows ------------------------------------------------------------------------------------


def test_starlettes_middleware_is_read_and_kept() -> None:
    applications = pytest.importorskip("starlette.applications")
    from starlette.middleware.cors import CORSMiddleware

    app = applications.Starlette()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[OTHER],
        allow_origin_regex=r"https://.*\.example\.org",
        allow_headers=["x-kept"],
        allow_methods=["GET", "PATCH"],
        max_age=60,
    )
    outcome = Browser(mounts={"https://api.example": app}).page(f"{PAGE}/").fetch(API, method="PUT")
    (configuration,) = Advice(outcome, app=policy_of_app(app)).configurations
    for kept in (OTHER, PAGE, r"https://.*\.example\.org", "x-kept", "PATCH", "PUT", "max_age=60"):
        assert kept in configuration.snippet.text
    assert "its CORS middleware was read" in configuration.why


def test_flasks_extension_is_read_and_kept() -> None:
    flask = pytest.importorskip("flask")
    flask_cors = pytest.importorskip("flask_cors")
    app = flask.Flask("read")
    flask_cors.CORS(app, origins=[OTHER], supports_credentials=True, allow_headers=["x-kept"])
    policy = policy_of_app(app)
    assert policy is not None
    assert (policy.origins, policy.credentials, policy.headers, policy.any_header) == (
        (OTHER,),
        True,
        ("x-kept",),
        False,
    )
    everybody = flask.Flask("everybody")
    flask_cors.CORS(everybody)
    policy = policy_of_app(everybody)
    assert policy is not None
    assert (policy.any_origin, policy.credentials, policy.any_header) == (True, False, True)


def test_litestars_settings_are_read() -> None:
    litestar = pytest.importorskip("litestar")
    from litestar.config.cors import CORSConfig

    policy = policy_of_app(litestar.Litestar([], cors_config=CORSConfig(allow_origins=[OTHER], allow_credentials=True)))
    assert policy is not None
    assert (policy.framework, policy.origins, policy.credentials) == ("litestar", (OTHER,), True)


@pytest.mark.parametrize("target", [None, object(), MockServer(), lambda environ, start: []])
def test_other_targets_are_none_that_can_be_read(target: Any) -> None:
    assert policy_of_app(target) is None


def test_told_apart_origins_work_in_starlette() -> None:
    applications = pytest.importorskip("starlette.applications")
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    outcome = outcome_of(answering(STAR), credentials="include", method="PUT", headers={"x-token": "1"})
    fixes: Any = Advice(outcome).fixes
    (change,) = next(fix for fix in fixes if fix.side == "server").as_server_changes()

    async def items(request: Any) -> Any:
        return PlainTextResponse("stored")

    app = applications.Starlette(routes=[Route("/items", items, methods=["GET", "PUT"])])
    exec(snippet_for("starlette", change).text, {"app": app})
    with Browser(mounts={"https://api.example": app}) as browser:
        trusted = browser.page(f"{PAGE}/")
        assert trusted.fetch(API, method="PUT", headers={"x-token": "1"}, credentials="include").allowed
        foreign = browser.page(f"{OTHER}/")
        assert foreign.fetch(API).allowed
        assert not foreign.fetch(API, credentials="include").allowed


def test_told_apart_origins_work_in_flask() -> None:
    flask = pytest.importorskip("flask")
    outcome = outcome_of(answering(ANOTHER), credentials="include", method="PUT", headers={"x-token": "1"})
    fixes: Any = Advice(outcome).fixes
    (change,) = next(fix for fix in fixes if fix.side == "server").as_server_changes()
    app = flask.Flask("apart")
    app.add_url_rule("/items", view_func=lambda: "stored", methods=["GET", "PUT"])
    exec(snippet_for("flask", change).text, {"app": app})
    with Browser(mounts={"https://api.example": app}) as browser:
        assert (
            browser.page(f"{PAGE}/").fetch(API, method="PUT", headers={"x-token": "1"}, credentials="include").allowed
        )
        other = browser.page(f"{OTHER}/")
        assert other.fetch(API).allowed
        assert not other.fetch(API, credentials="include").allowed
        assert not browser.page("https://foreign.example/").fetch(API).allowed


LISTED = ("Access-Control-Allow-Headers", "x-a")
VARIES = ("Vary", "Origin, Access-Control-Request-Headers")


def advised(preflight: tuple[tuple[str, str], ...], software: str) -> Any:
    outcome = outcome_of(answering(preflight=preflight), headers={"X-A": "1"})
    return Advice(outcome, software=software).configurations


@pytest.mark.parametrize("software", ["express", "nestjs", "fastify", "koa", "hono"])
def test_a_server_that_mirrors_headers_goes_on_to_mirror_them(software: str) -> None:
    preflight = (ANOTHER, LISTED, VARIES)
    (configuration,) = advised(preflight, software)
    assert "x-a" not in configuration.snippet.text
    assert "just the headers that were asked for" not in configuration.snippet.note


@pytest.mark.parametrize(
    ("software", "preflight", "may_mirror"),
    [
        ("express", (ANOTHER, LISTED), True),
        ("nginx", (ANOTHER, LISTED), True),
        ("spring", (ANOTHER, LISTED, VARIES), True),
        ("nginx", (ANOTHER, ("Access-Control-Allow-Headers", "x-a, x-b")), False),
        ("nginx", (ANOTHER,), False),
    ],
    ids=["just those asked for", "of a web server", "with Vary, by software that lists names", "a longer list", "none"],
)
def test_a_list_of_just_the_headers_asked_for_may_be_a_part(
    software: str, preflight: tuple[tuple[str, str], ...], *, may_mirror: bool
) -> None:
    (configuration,) = advised(preflight, software)
    assert "x-a" in configuration.snippet.text
    assert ("just the headers that were asked for" in configuration.snippet.note) == may_mirror
