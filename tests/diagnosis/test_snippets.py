"""Configuration snippets: what goes in is checked, and those of the Python frameworks work in the frameworks."""

from __future__ import annotations

import ast
import json
import re
from contextlib import ExitStack
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.browser.browser import Browser
from corssim.browser.outcome import Verdict
from corssim.diagnosis.snippets import (
    ALSO_CALLED,
    FRONT_ENDS,
    SOFTWARE,
    ServerChange,
    Snippet,
    snippets_for,
    software_named,
)
from corssim.diagnosis.snippets.quoting import pattern_for
from corssim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corssim.browser.outcome import Outcome

PAGE = "https://app.example"
API = "https://api.example"
PLAIN = ServerChange(
    allow_origins=(PAGE,), methods=("PUT",), headers=("x-token",), expose=("x-served-by",), max_age=600
)
WITH_CREDENTIALS = ServerChange(
    allow_origins=(PAGE,),
    allow_credentials=True,
    methods=("PUT",),
    headers=("x-token",),
    expose=("x-served-by",),
    max_age=600,
)
CHANGES = pytest.mark.parametrize("change", [PLAIN, WITH_CREDENTIALS], ids=["plain", "with credentials"])


def snippet(change: ServerChange, software: str) -> Snippet:
    return next(each for each in snippets_for(change) if each.software == software)


# --- what is let in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"allow_origins": ("*",)}, "stands for any origin"),
        ({"allow_origins": ("null",)}, "opaque origin"),
        ({"allow_origins": ("https://app.example/",)}, "ends in a slash"),
        ({"allow_origins": ("app.example",)}, "no scheme"),
        ({"allow_origins": ('https://a";return 200;#.example',)}, "allow_origin"),
        ({"allow_origins": ('https://a";b.example',)}, "characters that no host name has"),
        ({"allow_origins": ("https://a'b{}.example",)}, "characters that no host name has"),
        ({"allow_origins": ("https://a$b.example",)}, "characters that no host name has"),
        ({"allow_origins": ("https://app.example\n",)}, "white space or control"),
        ({"methods": ("PUT, DELETE",)}, "methods: .* is no method"),
        ({"methods": ("",)}, "methods: '' is no method"),
        ({"headers": ('x"; return 200; #',)}, "headers: .* is no header name"),
        ({"headers": ("x-token\r\nX: y",)}, "headers: .* is no header name"),
        ({"headers": ("x-tokén",)}, "headers: .* is no header name"),
        ({"expose": ("x: y",)}, "expose: .* is no header name"),
        ({"headers": ("*",), "allow_credentials": True}, "headers: with credentials"),
        ({"methods": ("*",), "allow_credentials": True}, "methods: with credentials"),
        ({"expose": ("*",), "allow_credentials": True}, "expose: with credentials"),
        ({"max_age": -1}, "max_age: -1 is negative"),
    ],
    ids=repr,
)
def test_what_could_break_out_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ServerChange(**{"allow_origins": (PAGE,), **wrong})


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "http://[::1]:3000",
        "http://127.0.0.1",
        "capacitor://localhost",
        "https://xn--9ca.example",
    ],
)
def test_every_kind_of_origin_is_let_in(origin: str) -> None:
    assert all(
        origin in each.text or pattern_for(origin) in each.text
        for each in snippets_for(ServerChange(allow_origins=(origin,)))
        if each.software not in FRONT_ENDS
    )


def test_a_method_that_is_listed_already_is_listed_once() -> None:
    change = ServerChange(allow_origins=("https://app.example",), methods=("OPTIONS", "PUT"))
    for each in snippets_for(change):
        for line in each.text.splitlines():
            assert len(re.findall(r"\bOPTIONS\b|:options\b", line)) < 2, (each.software, line)


def test_there_is_one_snippet_for_each_software() -> None:
    snippets = snippets_for(PLAIN)
    assert tuple(each.software for each in snippets) == SOFTWARE
    assert set(FRONT_ENDS) <= set(SOFTWARE)
    assert set(ALSO_CALLED.values()) <= set(SOFTWARE)
    for each in snippets:
        assert each.title
        assert each.note
        assert each.text.endswith("\n")


@pytest.mark.parametrize("software", [name for name in SOFTWARE if name not in FRONT_ENDS])
def test_what_is_not_asked_for_is_not_in_it(software: str) -> None:
    least = snippet(ServerChange(allow_origins=(PAGE,)), software).text.lower()
    most = snippet(WITH_CREDENTIALS, software).text.lower()
    assert "x-token" not in least
    assert "600" not in least
    assert "x-token" in most
    assert "x-served-by" in most or software == "api-gateway-rest", "there the function itself exposes headers"
    assert "600" in most
    assert not re.search(r"credentials\W*(true|cors_credentials)", least)


TODAY = ServerChange(
    allow_origins=(PAGE,), methods=("PUT",), headers=("x-token",), replaces=("Access-Control-Allow-Origin",)
)


@pytest.mark.parametrize("software", [name for name in SOFTWARE if name not in FRONT_ENDS])
def test_what_of_today_goes_or_stays_is_told_where_answers_have_cors_headers(software: str) -> None:
    told = r"place of|that are there|replaces|sent twice|no CORS headers|beside|stays?\b|of (?:their|its) own|one place"
    assert re.search(told, snippet(TODAY, software).note)


@pytest.mark.parametrize(
    ("software", "told"),
    [
        ("nginx", "one that answers OPTIONS today"),
        ("caddy", "What answers OPTIONS today goes too"),
        ("haproxy", "Above the other http-request lines"),
        ("php", "a later one wins over these"),
    ],
)
def test_old_lines_that_would_win_are_named_where_there_are_any(software: str, told: str) -> None:
    assert told in snippet(TODAY, software).note
    assert told not in snippet(PLAIN, software).note


@pytest.mark.parametrize("software", ["s3", "cloudfront"])
def test_methods_that_a_service_does_not_know_are_named_in_its_note(software: str) -> None:
    written = snippet(ServerChange(allow_origins=(PAGE,), methods=("PUT", "PURGE")), software)
    assert "PUT" in written.text
    assert "PURGE" not in written.text
    assert "cannot allow PURGE" in written.note


@pytest.mark.parametrize(
    ("software", "methods"), [("s3", ["GET", "HEAD", "POST", "PUT", "DELETE"]), ("cloudfront", ["ALL"])]
)
def test_any_method_in_the_services_words(software: str, methods: list[str]) -> None:
    written = snippet(ServerChange(allow_origins=(PAGE,), methods=("*",)), software)
    data = json.loads(written.text)
    found = data[0]["AllowedMethods"] if software == "s3" else data["CorsConfig"]["AccessControlAllowMethods"]["Items"]
    assert found == methods
    assert "cannot allow" not in written.note


_TOKENS = st.text("!#$%&'*+-.^_`|~09AZaz", min_size=1, max_size=12)


@settings(deadline=None, max_examples=60)
@given(st.lists(_TOKENS, min_size=1, max_size=3), _TOKENS)
def test_odd_tokens_stay_inside_their_strings(headers: list[str], method: str) -> None:
    change = ServerChange(allow_origins=(PAGE,), methods=(method,), headers=tuple(headers))
    plain = ServerChange(allow_origins=(PAGE,), methods=("PUT",), headers=("x",) * len(headers))
    for written, expected in zip(snippets_for(change), snippets_for(plain), strict=True):
        if written.language == "python":
            tree, other = ast.parse(written.text), ast.parse(expected.text)
            assert [type(node) for node in tree.body] == [type(node) for node in other.body]
        elif written.language == "json":
            json.loads(written.text)
        assert '\\"' not in written.text


@settings(deadline=None, max_examples=100)
@given(_TOKENS, _TOKENS)
def test_a_pattern_matches_its_text_alone(text: str, other: str) -> None:
    assert re.match(pattern_for(text), text)
    assert bool(re.match(pattern_for(text), other)) == (text == other)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nginx", "nginx"),
        ("Spring Boot", "spring"),
        ("api_gateway", "api-gateway"),
        ("dotnet", "aspnet"),
        ("cra", "create-react-app"),
    ],
)
def test_software_is_known_by_what_people_call_it(typed: str, name: str) -> None:
    assert software_named(typed) == name


def test_software_that_is_not_known_has_a_near_name() -> None:
    with pytest.raises(UsageError, match="did you mean nginx"):
        software_named("ngnix")


@pytest.mark.parametrize("software", [name for name in SOFTWARE if name not in FRONT_ENDS])
def test_those_with_credentials_are_told_apart_from_everybody_or_it_is_said(software: str) -> None:
    change = ServerChange(allow_origins=(PAGE,), allow_credentials=True, public_origins="*", methods=("PUT",))
    written = snippet(change, software)
    everybody = ('"*"', "'*'", ">*<", "Origin *", "AllowAnyOrigin()")
    both = any(each in written.text for each in everybody)
    assert PAGE in written.text or pattern_for(PAGE) in written.text
    assert both != ("narrower than today" in written.note)


# --- in the frameworks --------------------------------------------------------------------------------------------


def put(app: Any, change: ServerChange, page: str = PAGE, header: str = "x-token") -> tuple[Outcome, Outcome]:
    """The same PUT twice, from a page of `page`."""
    credentials = "include" if change.allow_credentials else "same-origin"
    with Browser(mounts={API: app}) as browser:
        opened = browser.page(f"{page}/")
        first, second = (
            opened.fetch(f"{API}/items", method="PUT", headers={header: "1"}, credentials=credentials) for _ in range(2)
        )
        assert browser.app_errors == []
    return first, second


def starlette_app(snippets: str) -> Any:
    applications = pytest.importorskip("starlette.applications")
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def items(request: object) -> PlainTextResponse:
        return PlainTextResponse("stored", headers={"X-Served-By": "a"})

    app = applications.Starlette(routes=[Route("/items", items, methods=["GET", "PUT"])])
    exec(snippets, {"app": app})
    return app


def fastapi_app(snippets: str) -> Any:
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()

    @app.put("/items")
    def items() -> Any:
        return fastapi.Response("stored", headers={"X-Served-By": "a"})

    exec(snippets, {"app": app})
    return app


def flask_app(snippets: str) -> Any:
    flask = pytest.importorskip("flask")
    pytest.importorskip("flask_cors")
    app = flask.Flask("snippets")

    @app.put("/items")
    def items() -> Any:
        return flask.Response("stored", headers={"X-Served-By": "a"})

    exec(snippets, {"app": app})
    return app


@pytest.fixture
def django_app() -> Iterator[Callable[[str], Any]]:
    django = pytest.importorskip("django")
    pytest.importorskip("corsheaders")
    from django.apps import apps
    from django.conf import settings as django_settings

    if not django_settings.configured:
        django_settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"])
    if not apps.ready:
        django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test.utils import override_settings
    from django.urls import path

    urls = ModuleType("urls_of_the_snippets")
    urls.urlpatterns = [path("items", lambda request: HttpResponse("stored", headers={"X-Served-By": "a"}))]  # type: ignore[attr-defined]

    with ExitStack() as overrides:

        def build(snippets: str) -> Any:
            namespace: dict[str, Any] = {
                "INSTALLED_APPS": [],
                "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"],
            }
            exec(snippets, namespace)
            chosen = {name: value for name, value in namespace.items() if name.isupper()}
            overrides.enter_context(override_settings(ROOT_URLCONF=urls, ALLOWED_HOSTS=["*"], **chosen))
            return WSGIHandler()

        yield build


@pytest.fixture(params=["starlette", "fastapi", "flask", "django"])
def framework(request: pytest.FixtureRequest) -> tuple[str, Callable[[str], Any]]:
    builders = {"starlette": starlette_app, "fastapi": fastapi_app, "flask": flask_app}
    name = request.param
    return name, builders[name] if name in builders else request.getfixturevalue("django_app")


@CHANGES
def test_a_put_is_blocked_without_the_snippet_and_readable_with_it(
    framework: tuple[str, Callable[[str], Any]], change: ServerChange
) -> None:
    software, build = framework
    before, _ = put(build(""), change)
    assert before.verdict is Verdict.BLOCKED
    assert not before.reached_server

    first, second = put(build(snippet(change, software).text), change)
    assert first.allowed, first.blocked
    assert first.response is not None
    assert first.response.text() == "stored"
    assert first.response.header("x-served-by") == "a"
    assert [exchange.kind for exchange in first.exchanges] == ["preflight", "actual"]
    assert [exchange.kind for exchange in second.exchanges] == ["actual"], "Max-Age keeps the preflight's answer"


@CHANGES
def test_pages_of_other_origins_stay_blocked(framework: tuple[str, Callable[[str], Any]], change: ServerChange) -> None:
    software, build = framework
    app = build(snippet(change, software).text)
    for page in ("https://other.example", "http://app.example", "https://app.example.evil.example"):
        outcome, _ = put(app, change, page)
        assert outcome.verdict is Verdict.BLOCKED
        assert not outcome.reached_server


@pytest.mark.parametrize("origin", ["http://[::1]:3000", "http://localhost:808"])
def test_addresses_and_ports_are_compared_as_they_are(framework: tuple[str, Callable[[str], Any]], origin: str) -> None:
    software, build = framework
    change = ServerChange(allow_origins=(origin,), methods=("PUT",), headers=("x-token",))
    app = build(snippet(change, software).text)
    assert put(app, change, origin)[0].allowed
    assert not put(app, change, origin + "1")[0].allowed


def test_names_that_look_like_patterns_are_allowed_as_they_are(framework: tuple[str, Callable[[str], Any]]) -> None:
    software, build = framework
    change = ServerChange(allow_origins=(PAGE,), methods=("PUT",), headers=("x-^$odd.*'%",))
    app = build(snippet(change, software).text)
    assert put(app, change, header="x-^$odd.*'%")[0].allowed
    assert not put(app, change, header="x-^$odd-and-more'%")[0].allowed


@pytest.mark.parametrize(
    "today",
    [
        "CORS_ALLOW_ALL_ORIGINS = True\n",
        "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n",
        'CORS_ALLOWED_ORIGINS = ["https://other.example"]\nCORS_ALLOW_CREDENTIALS = True\n',
    ],
    ids=["everybody", "everybody, with credentials", "another with credentials"],
)
@pytest.mark.parametrize("public", ["*", (PAGE,), ()], ids=["for everybody", "without credentials", "with credentials"])
def test_no_setting_of_django_that_stays_lets_everybody_in_with_credentials(
    django_app: Callable[[str], Any], today: str, public: Any
) -> None:
    named = (PAGE,) if not public else ("https://other.example",) if public != "*" else ()
    change = ServerChange(
        allow_origins=named, allow_credentials=bool(named), public_origins=public, methods=("PUT",), page=PAGE
    )
    app = django_app(today + snippet(change, "django").text)
    with Browser(mounts={API: app}) as browser:
        foreign = browser.page("https://foreign.example/").fetch(f"{API}/items", credentials="include")
        page = browser.page(f"{PAGE}/").fetch(f"{API}/items", credentials="omit" if public else "include")
    assert not foreign.allowed
    assert page.allowed, page.blocked


@pytest.mark.parametrize(
    ("public", "listed", "said"),
    [
        ((PAGE,), ("https://other.example", PAGE), f"On the one list {PAGE} may send the user's cookies too"),
        ("*", ("https://other.example", PAGE), "narrower than today for the others"),
        ((PAGE, "https://third.example"), ("https://other.example", PAGE), "narrower than today for https://third"),
    ],
    ids=["the page beside one with credentials", "everybody beside one", "the page and another that has none"],
)
@pytest.mark.parametrize("software", ["django", "traefik", "envoy", "kong", "laravel", "symfony", "litestar", "go"])
def test_one_list_holds_the_page_that_it_is_written_for(
    software: str, public: Any, listed: tuple[str, ...], said: str
) -> None:
    change = ServerChange(
        allow_origins=("https://other.example",), allow_credentials=True, public_origins=public, page=PAGE
    )
    written = snippet(change, software)
    assert all(origin in written.text for origin in listed)
    assert "https://third.example" not in written.text
    assert said in written.note


PATTERN = r"^https://[a-z]+\.example\.org$"


@pytest.mark.parametrize("software", [name for name in SOFTWARE if name not in FRONT_ENDS])
def test_expressions_of_today_are_written_or_named(software: str) -> None:
    change = ServerChange(allow_origins=(PAGE,), origin_patterns=(PATTERN,))
    written = snippet(change, software)
    in_script = PATTERN.replace("/", r"\/")
    assert (PATTERN in written.text or in_script in written.text) != (
        f"has to stay beside it: {PATTERN}" in written.note
    )


def test_whoever_asks_is_not_written_down_and_that_is_said() -> None:
    change = ServerChange(allow_origins=(PAGE,), allow_credentials=True, public_origins="*", page=PAGE, reflects=True)
    assert f"allows {PAGE} alone with credentials" in snippet(change, "express").note
    assert "whoever asks" not in snippet(WITH_CREDENTIALS, "express").note


@pytest.mark.parametrize("path", ["/api/items", ""], ids=["a path of the server's", "a part that is taken off again"])
@pytest.mark.parametrize("software", FRONT_ENDS)
def test_a_front_end_asks_the_server_for_what_stands_below_a_part_of_the_path(software: str, path: str) -> None:
    change = ServerChange(allow_origins=("http://localhost:3000",), server="https://api.example", path=path)
    written = snippet(change, software)
    assert '"/api' in written.text
    assert "https://api.example" in written.text
    assert "he page asks for /api/…" in written.note
    taken_off = ['replace(/^\\/api/, "")', '"^/api": ""', '"https://api.example/:path*"']
    assert any(form in written.text for form in taken_off) == (not path)
