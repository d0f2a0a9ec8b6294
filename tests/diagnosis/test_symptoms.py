"""Symptoms: each is recognised from a trace, and not from its neighbour's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from corssim import AsyncBrowser, Browser, MockServer, Outcome
from corssim.diagnosis import Symptom, SymptomCode, symptoms
from corssim.records import replace

PAGE = "https://app.example/"
API = "https://api.example/x"
ORIGIN = "https://app.example"
Pairs = list[tuple[str, str]]


def acao(value: str = ORIGIN) -> tuple[str, str]:
    return "Access-Control-Allow-Origin", value


ALLOW = acao()
ACAC = ("Access-Control-Allow-Credentials", "true")


@dataclass(frozen=True)
class Scene:
    """One fetch: the answer to it and to its preflight, the page, what is fetched before, and what is expected."""

    headers: Pairs = field(default_factory=list)
    status: int = 200
    body: bytes | str = ""
    preflight: Pairs = field(default_factory=lambda: [ALLOW, ("Access-Control-Allow-Methods", "PUT")])
    preflight_status: int = 204
    page: str = PAGE
    sandboxed: bool = False
    url: str = API
    init: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    cookie: str = ""
    then: Pairs = field(default_factory=list)
    target: str = "https://other.test/y"
    profile: str = "standard"
    says: tuple[str, ...] = ()
    call: str = "fetch"

    def outcome(self) -> Outcome:
        server = MockServer().route("/cookie", headers=[("Set-Cookie", self.cookie)] if self.cookie else [])
        server.route(self.target, headers=self.then)
        server.route("*", "OPTIONS", self.preflight_status, self.preflight)
        server.route("*", status=self.status, headers=self.headers, body=self.body)
        browser = Browser(server, profile=self.profile)
        if self.cookie:
            browser.visit("https://api.example/cookie")
        page = browser.page(self.page, sandboxed=self.sandboxed)
        if self.before is not None:
            page.fetch(self.url, **self.before)
        outcome: Outcome = getattr(page, self.call)(self.url, **self.init)
        return outcome


PUT: dict[str, Any] = {"method": "PUT"}
INCLUDE: dict[str, Any] = {"credentials": "include"}
HTML = "<html>\n<head><title>502 Bad Gateway</title></head>\n\n<center>\x1b[31mnginx</center>"


def to(location: str) -> tuple[str, str]:
    return "Location", location


S = SymptomCode
TABLE: dict[SymptomCode, tuple[Scene, Scene]] = {
    S.MIXED_CONTENT: (
        Scene(url="http://api.example/x", says=("http://api.example/x",)),
        Scene(url="http://api.example/x", page="http://app.example/"),
    ),
    S.INTERSTITIAL: (
        Scene(
            headers=[("ngrok-error-code", "ERR_NGROK_6024")],
            body="<!DOCTYPE html>",
            init={"headers": {"X-A": "1"}},
            preflight=[ALLOW, ("Access-Control-Allow-Headers", "x-a")],
            says=("ngrok", "200"),
        ),
        Scene(headers=[ALLOW, ("ngrok-error-code", "ERR_NGROK_6024")]),
    ),
    S.FIREWALL_ANSWERED: (
        Scene(status=403, headers=[("Server", "cloudflare")], body="error code: 1020", says=("Cloudflare", "403")),
        Scene(status=403, headers=[("Server", "cloudflare")], body="denied"),
    ),
    S.BUCKET_WITHOUT_CORS: (
        Scene(headers=[("Server", "AmazonS3")], says=("Amazon S3", "CORS rule")),
        Scene(headers=[("Server", "AmazonS3"), acao("https://b.test")]),
    ),
    S.LOCAL_NETWORK: (
        Scene(url="http://127.0.0.1:8080/x", profile="chromium", says=("http://127.0.0.1:8080/x", "loopback")),
        Scene(url="http://127.0.0.1:8080/x", profile="chromium", page="http://localhost:3000/"),
    ),
    S.INSECURE_FORM: (
        Scene(url="http://api.example/x", profile="firefox", call="submit_form", says=("http://api.example/x", "asks")),
        Scene(url="http://api.example/x", profile="webkit", call="submit_form"),
    ),
    S.WEB_SOCKET: (
        Scene(url="wss://api.example/x", status=403, call="web_socket", says=("403", "https://app.example")),
        Scene(url="wss://api.example/x", status=101, call="web_socket"),
    ),
    S.GATEWAY_ANSWERED: (
        Scene(status=502, headers=[("Server", "nginx")], body=HTML, says=("502", "nginx", "Bad Gateway")),
        Scene(status=502, headers=[ALLOW], body=HTML),
    ),
    S.SERVER_FAILED: (
        Scene(status=500, body="Traceback:\n  boom\n", says=("500", 'begins: "Traceback: / boom"')),
        Scene(status=500, headers=[acao("https://other.test")]),
    ),
    S.SERVER_REFUSED: (
        Scene(status=404, headers=[("Content-Length", "0")], says=("404", "Its body is empty")),
        Scene(status=200),
    ),
    S.PREFLIGHT_NEEDS_LOGIN: (
        Scene(init=PUT, preflight=[], preflight_status=401, says=("401", f"OPTIONS {API}")),
        Scene(init=PUT, preflight=[], preflight_status=200),
    ),
    S.PREFLIGHT_REFUSED: (
        Scene(init=PUT, preflight=[], preflight_status=403, says=("403", "does not show")),
        Scene(init=PUT, preflight=[("WWW-Authenticate", "Bearer")], preflight_status=403),
    ),
    S.PREFLIGHT_TURNED_DOWN: (
        Scene(init=PUT, preflight=[("Access-Control-Allow-Methods", "GET")], preflight_status=400, says=("400",)),
        Scene(init=PUT, preflight=[], preflight_status=400),
    ),
    S.PREFLIGHT_NOT_HANDLED: (
        Scene(init=PUT, preflight=[], preflight_status=405, says=("405",)),
        Scene(init=PUT, preflight=[], preflight_status=403),
    ),
    S.PREFLIGHT_SERVER_FAILED: (
        Scene(init=PUT, preflight=[], preflight_status=503, says=("503",)),
        Scene(init=PUT, preflight=[], preflight_status=501),
    ),
    S.PREFLIGHT_REDIRECTED_TO_HTTPS: (
        Scene(
            init=PUT,
            page="http://app.example/",
            url="http://api.example/x",
            preflight=[to("https://api.example/x")],
            preflight_status=301,
            says=("https://api.example/x", "https URL from the start"),
        ),
        Scene(
            init=PUT,
            page="http://app.example/",
            url="http://api.example/x",
            preflight=[to("https://api.example/y")],
            preflight_status=301,
        ),
    ),
    S.PREFLIGHT_REDIRECTED_TO_HTTP: (
        Scene(
            init=PUT,
            preflight=[to("http://api.example/x/")],
            preflight_status=307,
            says=("http://api.example/x/", "Ask for https://api.example/x/"),
        ),
        Scene(init=PUT, preflight=[to("https://api.example/x/")], preflight_status=307),
    ),
    S.PREFLIGHT_REDIRECTED_BY_SLASH: (
        Scene(init=PUT, preflight=[to("/x/")], preflight_status=307, says=("/x/", "307")),
        Scene(init=PUT, preflight=[to("/x/1")], preflight_status=307),
    ),
    S.PREFLIGHT_REDIRECTED_TO_LOGIN: (
        Scene(init=PUT, preflight=[to("https://sso.example/")], preflight_status=302, says=("https://sso.example/",)),
        Scene(init=PUT, preflight=[to("https://api2.example/")], preflight_status=302),
    ),
    S.PREFLIGHT_REDIRECTED: (
        Scene(init=PUT, preflight=[to("/y")], preflight_status=302, says=("/y",)),
        Scene(init=PUT, preflight=[to("/y")], preflight_status=200),
    ),
    S.REDIRECTED_TO_LOGIN: (
        Scene(status=302, headers=[to("/accounts/login?next=/x")], says=("/accounts/login?next=/x",)),
        Scene(status=302, headers=[to("/accounts/1")]),
    ),
    S.LOGIN_PAGE_ANSWERED: (
        Scene(
            headers=[("Content-Type", "text/html")],
            body="<html><title>Sign in</title><form><input name=p type=password></form>",
            says=('titled "Sign in"',),
        ),
        Scene(headers=[("Content-Type", "text/html")], body="<html><input type=text>"),
    ),
    S.HTML_ANSWERED: (
        Scene(
            headers=[("Content-Type", "text/html; charset=utf-8")],
            body='<!doctype html><div id="root"></div>',
            init={"headers": {"Accept": "application/json"}},
            says=("Accept: application/json", "start page of a web app"),
        ),
        Scene(url="https://www.other.test/", headers=[("Content-Type", "text/html")], body="<!doctype html>"),
    ),
    S.ANOTHER_PROGRAM_ANSWERED: (
        Scene(
            init=PUT,
            preflight=[ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Server", "uvicorn")],
            headers=[("Server", "nginx/1.22")],
            says=("uvicorn", "nginx/1.22"),
        ),
        Scene(
            init=PUT,
            preflight=[ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Server", "nginx/1.22")],
            headers=[("Server", "nginx")],
        ),
    ),
    S.RESPONSE_HEADERS_IN_REQUEST: (
        Scene(init={"headers": {"Access-Control-Allow-Origin": "*"}}, says=("Do not send them",)),
        Scene(init={"headers": {"Access-Control-Request-Headers": "x"}}),
    ),
    S.CACHED_ANSWER: (
        Scene(headers=[("Cache-Control", "max-age=60")], before={"mode": "no-cors"}, says=("no Vary header",)),
        Scene(headers=[("Cache-Control", "no-store")], before={"mode": "no-cors"}),
    ),
    S.SHARED_CACHE_ANSWERED: (
        Scene(
            headers=[acao("https://other.test"), ("Age", "120"), ("Vary", "Accept-Encoding")],
            says=("Age: 120", "Let the server send Vary: Origin"),
        ),
        Scene(headers=[acao("https://other.test"), ("Age", "120"), ("Vary", "Accept-Encoding, Origin")]),
    ),
    S.NO_COOKIE_SENT: (
        Scene(status=401, headers=[ALLOW, ACAC], init=INCLUDE, says=("401", "--cookie")),
        Scene(status=401, headers=[ALLOW, ACAC], cookie="session=1; SameSite=None; Secure", init=INCLUDE),
    ),
    S.COOKIES_WITHHELD: (
        Scene(
            status=401,
            headers=[ALLOW, ACAC],
            cookie="session=1; SameSite=Lax",
            init=INCLUDE,
            says=("session (SameSite=Lax)", "and said 401"),
        ),
        Scene(status=401, headers=[ALLOW, ACAC], cookie="session=1; SameSite=None; Secure", init=INCLUDE),
    ),
    S.CREDENTIALS_NOT_ASKED_FOR: (
        Scene(status=401, headers=[ALLOW], says=('credentials: "same-origin"',)),
        Scene(status=401, headers=[ALLOW], init=INCLUDE),
    ),
    S.NULL_ORIGIN_AFTER_REDIRECT: (
        Scene(
            status=302,
            headers=[ALLOW, to("https://other.test/y")],
            then=[ALLOW],
            says=("https://other.test/y", f"allows {ORIGIN}"),
        ),
        Scene(status=302, headers=[ALLOW, to("https://api.example/y")], target="https://api.example/y"),
    ),
    S.NULL_ORIGIN_OF_FILE: (
        Scene(page="file:///home/me/page.html", says=("file:///home/me/page.html", "allows no origin")),
        Scene(page="file:///home/me/page.html", headers=[acao("null")]),
    ),
    S.NULL_ORIGIN_OF_SANDBOX: (
        Scene(sandboxed=True, headers=[ALLOW], says=(PAGE, "allow-same-origin")),
        Scene(sandboxed=False, headers=[acao("null")]),
    ),
    S.APP_SCHEME: (
        Scene(page="capacitor://localhost/", headers=[acao("https://localhost")], says=("capacitor://localhost",)),
        Scene(page="https://localhost/", headers=[acao("https://app.example")]),
    ),
    S.DUPLICATED_HEADER: (
        Scene(headers=[acao("*"), acao("*")], says=("2 times", '"*, *"')),
        Scene(headers=[acao("https://a.test, https://b.test")]),
    ),
    S.LOOPBACK_SPELLING: (
        Scene(page="http://127.0.0.1:3000/", headers=[acao("http://localhost:3000")], says=("http://127.0.0.1:3000",)),
        Scene(page="http://192.168.1.2:3000/", headers=[acao("http://localhost:3000")]),
    ),
    S.ANOTHER_PORT: (
        Scene(page="http://localhost:5173/", headers=[acao("http://localhost:3000")], says=("http://localhost:5173",)),
        Scene(page="http://localhost:5173/", headers=[acao("http://other.test:3000")]),
    ),
    S.ANOTHER_SCHEME: (
        Scene(headers=[acao("http://app.example")], says=("http://app.example", ORIGIN)),
        Scene(headers=[acao("http://other.test")]),
    ),
    S.ANOTHER_HOST: (
        Scene(headers=[acao("https://www.app.example")], says=("www.app.example is not app.example", ORIGIN)),
        Scene(headers=[acao("https://shop.app.example")]),
    ),
    S.MISSPELLED_HEADER: (
        Scene(headers=[("Access-Control-Allow-Origins", "*")], says=("Access-Control-Allow-Origins is not",)),
        Scene(headers=[("Access-Control-Max-Age", "5"), ("X-Origin", "*")]),
    ),
    S.NULL_ALLOWED: (
        Scene(headers=[acao("null")], says=(f"It is not {ORIGIN}",)),
        Scene(headers=[acao("https://other.test")]),
    ),
    S.MISTYPED_ENTRY: (
        Scene(
            preflight=[ALLOW, ("Access-Control-Allow-Methods", "GET, put")],
            init={"method": "PUT"},
            says=("put is not PUT", "with their case"),
        ),
        Scene(preflight=[ALLOW, ("Access-Control-Allow-Methods", "GET, POST")], init={"method": "PUT"}),
    ),
    S.ALLOW_ORIGIN_SEVERAL: (
        Scene(headers=[acao("https://app.example, https://b.test")], says=("https://b.test",)),
        Scene(headers=[acao("https://b.test")]),
    ),
    S.ALLOW_ORIGIN_TRAILING_SLASH: (
        Scene(headers=[acao("https://app.example/")], says=("write https://app.example",)),
        Scene(headers=[acao("https://app.example.test")]),
    ),
    S.ALLOW_ORIGIN_PATH: (
        Scene(headers=[acao("https://app.example/shop")], says=("/shop",)),
        Scene(headers=[acao("https://app.example/")]),
    ),
    S.ALLOW_ORIGIN_UPPER_CASE: (
        Scene(headers=[acao("https://App.example")], says=("https://App.example",)),
        Scene(headers=[acao("https://apps.example")]),
    ),
    S.ALLOW_ORIGIN_MISTYPED: (
        Scene(headers=[acao("app.example\x1b[2J")], says=(r"app.example\x1b[2J",)),
        Scene(headers=[acao("https://app.example/")]),
    ),
    S.ALLOW_CREDENTIALS_MISTYPED: (
        Scene(headers=[ALLOW, (ACAC[0], "True")], init=INCLUDE, says=('"True"',)),
        Scene(headers=[ALLOW, (ACAC[0], "false")], init=INCLUDE),
    ),
    S.AUTHORIZATION_UNDER_WILDCARD: (
        Scene(
            init={"headers": {"Authorization": "t"}},
            preflight=[ALLOW, ("Access-Control-Allow-Headers", "*")],
            says=("Authorization",),
        ),
        Scene(init={"headers": {"Authorization": "t"}}, preflight=[ALLOW, ("Access-Control-Allow-Headers", "x-a")]),
    ),
    S.ORIGIN_NOT_LISTED: (
        Scene(headers=[ACAC, ("Vary", "Origin")], says=("Access-Control-Allow-Credentials", ORIGIN)),
        Scene(headers=[ACAC, acao("https://b.test")]),
    ),
    S.HEADERS_ON_PREFLIGHT_ONLY: (
        Scene(init=PUT, says=(API, f"allows {ORIGIN}")),
        Scene(),
    ),
    S.HEADERS_NOT_ON_PREFLIGHT: (
        Scene(init=PUT, preflight=[("Allow", "GET, PUT")], preflight_status=200, headers=[ALLOW], says=("200",)),
        Scene(init=PUT, preflight=[("Access-Control-Allow-Methods", "PUT")], preflight_status=200, headers=[ALLOW]),
    ),
    S.HEADERS_NOT_ON_REDIRECT: (
        Scene(status=301, headers=[to("/y")], says=("301", "/y")),
        Scene(status=301, headers=[ALLOW, to("https://other.test/y")]),
    ),
    S.HEADER_NOT_EXPOSED: (
        Scene(
            headers=[ALLOW, ("Content-Disposition", "attachment"), ("Access-Control-Expose-Headers", "ETag")],
            says=("Access-Control-Expose-Headers: ETag, Content-Disposition",),
        ),
        Scene(headers=[ALLOW, ("Content-Disposition", "attachment"), ("Access-Control-Expose-Headers", "*")]),
    ),
    S.FORBIDDEN_HEADER_DROPPED: (
        Scene(headers=[ALLOW], init={"headers": {"Cookie": "a=1"}}, says=("Cookie", "--cookie")),
        Scene(headers=[ALLOW], init={"headers": {"Accept": "text/plain"}}),
    ),
}


def codes(outcome: Outcome) -> list[SymptomCode]:
    return [symptom.code for symptom in symptoms(outcome)]


def test_there_is_a_case_for_every_symptom() -> None:
    assert set(TABLE) == set(SymptomCode)


@pytest.mark.parametrize("code", TABLE, ids=str)
def test_it_is_recognised_and_told_with_the_values_of_the_fetch(code: SymptomCode) -> None:
    scene, _ = TABLE[code]
    found = {symptom.code: symptom for symptom in symptoms(scene.outcome())}
    assert code in found
    for words in scene.says:
        assert words in f"{found[code].title} {found[code].text} {found[code].remedy}"


@pytest.mark.parametrize("code", TABLE, ids=str)
def test_its_neighbour_does_not_have_it(code: SymptomCode) -> None:
    _, neighbour = TABLE[code]
    assert code not in codes(neighbour.outcome())


@pytest.mark.parametrize("code", TABLE, ids=str)
def test_what_is_told_is_one_printable_line(code: SymptomCode) -> None:
    scene, _ = TABLE[code]
    for symptom in symptoms(scene.outcome()):
        assert symptom.title.isprintable()
        assert symptom.text.isprintable()


def test_a_visit_has_none() -> None:
    page = Browser(MockServer()).visit(PAGE)
    assert page.navigation is not None
    assert symptoms(page.navigation) == []


def test_a_server_that_does_not_answer_has_none() -> None:
    assert symptoms(Browser(MockServer().route(API, fail="refused")).page(PAGE).fetch(API)) == []


def test_an_outcome_without_its_request_has_none() -> None:
    assert symptoms(replace(Scene(status=500).outcome(), request=None)) == []


def test_a_readable_fetch_has_no_symptoms() -> None:
    assert symptoms(Scene(headers=[ALLOW]).outcome()) == []


def test_what_hides_behind_cors_comes_before_slips_in_headers() -> None:
    scene = Scene(status=500, init=INCLUDE, cookie="session=1; SameSite=Lax")
    assert codes(scene.outcome()) == [S.SERVER_FAILED, S.COOKIES_WITHHELD]


ALONE: dict[str, tuple[Scene, list[SymptomCode]]] = {
    "an error says nothing of where the headers are added": (Scene(status=403, init=PUT), [S.SERVER_REFUSED]),
    "a login behind the redirect of a request with a preflight": (
        Scene(
            status=302,
            headers=[ALLOW, to("https://sso.test/realms/a/protocol/openid-connect/auth?client_id=b")],
            target="https://sso.test/realms/a/protocol/openid-connect/auth",
            init={"headers": {"X-A": "1"}},
            preflight=[ALLOW, ("Access-Control-Allow-Headers", "x-a")],
        ),
        [S.REDIRECTED_TO_LOGIN],
    ),
    "a gateway without the method is no login": (
        Scene(
            init=PUT,
            preflight=[("x-amzn-ErrorType", "MissingAuthenticationTokenException")],
            preflight_status=403,
        ),
        [S.PREFLIGHT_NOT_HANDLED],
    ),
    "a tunnel's page says nothing of the server": (
        Scene(
            init=PUT,
            preflight=[ALLOW, ("Access-Control-Allow-Methods", "PUT"), ("Server", "uvicorn")],
            headers=[("ngrok-error-code", "ERR_NGROK_6024"), ("Server", "ngrok")],
            body="<html>",
        ),
        [S.INTERSTITIAL],
    ),
    "Spring refuses the request itself": (Scene(status=403, body="Invalid CORS request"), [S.ORIGIN_NOT_LISTED]),
    "an answer from the cache says nothing of the server": (
        Scene(headers=[("Cache-Control", "max-age=60"), ("Server", "AmazonS3")], before={"mode": "no-cors"}),
        [S.CACHED_ANSWER],
    ),
    "a preflight with the right origin and a wrong status": (
        Scene(init=PUT, preflight_status=403),
        [S.PREFLIGHT_REFUSED],
    ),
}


@pytest.mark.parametrize(("scene", "expected"), ALONE.values(), ids=ALONE)
def test_it_stands_alone_where_it_tells_enough(scene: Scene, expected: list[SymptomCode]) -> None:
    assert codes(scene.outcome()) == expected


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500, 502, 503])
def test_no_note_claims_what_was_not_seen(status: int) -> None:
    """One answer of a server shows that answer: not what it does to others, and not who does it."""
    for scene in (
        Scene(status=status, init=PUT),
        Scene(init=PUT, preflight=[], preflight_status=status),
        Scene(init=PUT),
        Scene(init=PUT, preflight=[], preflight_status=200),
    ):
        for symptom in symptoms(scene.outcome()):
            assert "only" not in symptom.text.split()
            assert "knows nothing" not in symptom.text


@pytest.mark.parametrize(
    ("status", "says"), [(429, "too many requests"), (451, "legal reasons"), (403, "does not show")]
)
def test_a_status_that_tells_why_a_preflight_was_refused_is_taken_at_its_word(status: int, says: str) -> None:
    (symptom,) = symptoms(Scene(init=PUT, preflight=[], preflight_status=status).outcome())
    assert symptom.code is S.PREFLIGHT_REFUSED
    assert says in symptom.text
    assert ("login" in symptom.text) is (status == 403)


def test_the_order_is_that_of_the_codes() -> None:
    told = [Symptom(code, "", "").order for code in SymptomCode]
    assert told == sorted(told)


def test_a_long_body_is_shown_by_its_first_lines() -> None:
    scene = Scene(status=500, body="\n".join(f"line {n} {'x' * 200}" for n in range(50)))
    (symptom,) = symptoms(scene.outcome())
    assert "line 2 " in symptom.text
    assert "line 3 " not in symptom.text
    assert len(symptom.text) < 800


def test_a_cached_answer_tells_the_vary_it_has() -> None:
    stored = [("Cache-Control", "max-age=60"), ("Vary", "Accept")]
    found = symptoms(Scene(headers=stored, before={"mode": "no-cors"}).outcome())
    assert "Vary: Accept" in found[0].text


def test_the_same_value_twice_in_one_line_is_a_duplicate_too() -> None:
    scene = Scene(headers=[acao(f"{ORIGIN}, {ORIGIN}")])
    assert S.DUPLICATED_HEADER in codes(scene.outcome())


def test_credentials_sent_twice_are_a_duplicate_and_no_slip_of_spelling() -> None:
    scene = Scene(headers=[ALLOW, ACAC, ACAC], init=INCLUDE)
    assert codes(scene.outcome()) == [S.DUPLICATED_HEADER]


def test_authorization_by_hand_is_a_login() -> None:
    scene = Scene(
        status=401,
        headers=[ALLOW],
        preflight=[ALLOW, ("Access-Control-Allow-Headers", "authorization")],
        init={"headers": {"Authorization": "t"}},
    )
    assert codes(scene.outcome()) == []


def test_a_location_that_cannot_be_parsed_is_no_login() -> None:
    scene = Scene(init=PUT, preflight=[to("https://login:99999/")], preflight_status=302)
    assert codes(scene.outcome()) == [S.PREFLIGHT_REDIRECTED]


def test_a_login_that_was_reached_is_told_too() -> None:
    scene = Scene(status=302, headers=[ALLOW, to("https://login.other.test/")], target="https://login.other.test/")
    assert codes(scene.outcome())[0] is S.REDIRECTED_TO_LOGIN


def test_cookies_that_stayed_behind_for_their_path_are_none_of_it() -> None:
    scene = Scene(status=401, headers=[ALLOW, ACAC], cookie="a=1; SameSite=None; Secure; Path=/other", init=INCLUDE)
    assert codes(scene.outcome()) == []


def test_an_outcome_of_an_async_browser_has_symptoms_too() -> None:
    async def failed() -> Outcome:
        async with AsyncBrowser(MockServer().route(API, status=500)) as browser:
            return await browser.page(PAGE).fetch(API)

    assert codes(asyncio.run(failed())) == [S.SERVER_FAILED]


MISSING = ["undefined", "None", "false", "[object Object]"]
NAMES_OF_SETTINGS = ["${ORIGIN}", "$http_origin", "%{ORIGIN}e", "process.env.WEB_URL", "WEB_ORIGIN", "<origin>"]


@pytest.mark.parametrize("value", MISSING + NAMES_OF_SETTINGS)
def test_a_value_that_was_never_filled_in_is_not_taken_for_a_host(value: str) -> None:
    (symptom,) = symptoms(Scene(headers=[acao(value)]).outcome())
    assert symptom.code is S.ALLOW_ORIGIN_MISTYPED
    assert symptom.title == "Access-Control-Allow-Origin was never filled in"
    assert "https://" not in symptom.text.replace(ORIGIN, "")


@pytest.mark.parametrize("behind", [";", ".", "'", "*"])
def test_what_stands_behind_the_origin_is_told(behind: str) -> None:
    (symptom,) = symptoms(Scene(headers=[acao(ORIGIN + behind)]).outcome())
    assert symptom.code is S.ALLOW_ORIGIN_MISTYPED


@pytest.mark.parametrize(
    ("element", "status", "body", "code", "remedy"),
    [
        ("script", 404, "<!doctype html><p>Not Found", S.SERVER_REFUSED, "Mend the 404 first: a wrong URL"),
        ("script", 500, '{"error":1}', S.SERVER_FAILED, "Mend the 500 first"),
        ("script", 200, '<!doctype html><div id="root"></div>', S.HTML_ANSWERED, "no header makes a script of a page"),
        ("module", 200, '<!doctype html><div id="root"></div>', S.HTML_ANSWERED, "no header makes a script of a page"),
    ],
)
def test_what_came_in_a_scripts_place_is_told_before_its_type(
    element: str, status: int, body: str, code: SymptomCode, remedy: str
) -> None:
    content_type = "application/json" if body.startswith("{") else "text/html"
    server = MockServer().route("*", status=status, headers=[acao("*"), ("Content-Type", content_type)], body=body)
    outcome = Browser(server, profile="chromium").page(PAGE).load(element, API)
    (symptom,) = symptoms(outcome)
    assert symptom.code is code
    assert remedy in symptom.remedy


def test_a_script_of_another_type_is_no_page_and_no_error() -> None:
    headers = [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")]
    outcome = Browser(MockServer().route("*", headers=headers, body="var a")).page(PAGE).load("script", API)
    assert outcome.blocked is not None
    assert symptoms(outcome) == []
    headers = [("Content-Type", "text/html")]
    called_a_page = Browser(MockServer().route("*", headers=headers, body="var a"), profile="chromium").page(PAGE)
    assert symptoms(called_a_page.load("module", API)) == []


def test_methods_that_a_bar_separates_are_one_entry() -> None:
    (symptom,) = symptoms(Scene(init=PUT, preflight=[ALLOW, ("Access-Control-Allow-Methods", "GET|PUT")]).outcome())
    assert symptom.code is S.MISTYPED_ENTRY
    assert "commas separate entries" in symptom.text


def test_a_value_twice_in_one_line_names_no_other_origin() -> None:
    (symptom,) = symptoms(Scene(headers=[acao(f"{ORIGIN}, {ORIGIN}")]).outcome())
    assert symptom.code is S.DUPLICATED_HEADER
    assert "the same value 2 times" in symptom.title


@pytest.mark.parametrize(
    ("asked", "listed", "said"),
    [
        ({"method": "patch"}, ("Methods", "GET, PATCH"), "write it in capitals in the page"),
        ({"method": "PUT"}, ("Methods", "'PUT'"), "'PUT' is not PUT"),
        ({"headers": {"X-Token": "1"}}, ("Headers", "x_token, x-b"), "x_token is not x-token"),
        ({"headers": {"X-Token": "1"}}, ("Headers", "'X-Token'"), "'X-Token' is not x-token"),
    ],
    ids=["a method of the page in small letters", "a method in quotes", "an underline", "a header in quotes"],
)
def test_an_entry_in_other_letters_is_told(asked: dict[str, Any], listed: tuple[str, str], said: str) -> None:
    scene = Scene(preflight=[ALLOW, (f"Access-Control-Allow-{listed[0]}", listed[1])], init=asked)
    (symptom,) = symptoms(scene.outcome())
    assert symptom.code is S.MISTYPED_ENTRY
    assert said in f"{symptom.title} {symptom.text}"


SAID_OF_OTHERS = {
    "a cache that says HIT": (
        Scene(headers=[("X-Cache", "HIT from proxy.example")]),
        S.SHARED_CACHE_ANSWERED,
        ("X-Cache: HIT from proxy.example",),
    ),
    "http behind a redirect": (
        Scene(status=307, headers=[ALLOW, to("http://api.example/x/")], target="http://api.example/x/"),
        S.MIXED_CONTENT,
        (f"{API} redirected to http://api.example/x/", "The browser does not ask for that"),
    ),
    "a login's page that script reads": (
        Scene(
            url="https://app.example/api/me",
            status=302,
            headers=[to("https://app.example/login?next=/api/me")],
            target="https://app.example/login",
            then=[("Content-Type", "text/html")],
        ),
        S.REDIRECTED_TO_LOGIN,
        ("https://app.example/login?next=/api/me", "let the server answer 401"),
    ),
    "what mode no-cors leaves out": (
        Scene(
            init={"method": "POST", "mode": "no-cors", "headers": {"Authorization": "t", "Accept": "text/plain"}},
        ),
        S.FORBIDDEN_HEADER_DROPPED,
        ("Authorization did not go along",),
    ),
    "a web page for an event stream": (
        Scene(call="event_source", headers=[ALLOW, ("Content-Type", "text/html")], body="<!doctype html><p>x"),
        S.HTML_ANSWERED,
        (f"{API} was answered with 200 and a web page",),
    ),
}


@pytest.mark.parametrize(("scene", "code", "says"), SAID_OF_OTHERS.values(), ids=SAID_OF_OTHERS)
def test_what_else_is_told_by_it(scene: Scene, code: SymptomCode, says: tuple[str, ...]) -> None:
    told = {symptom.code: symptom.text for symptom in symptoms(scene.outcome())}
    assert code in told
    for words in says:
        assert words in told[code]


def test_nothing_is_said_to_have_happened_where_another_program_answered() -> None:
    from corssim.report.terminal import what_the_server_did

    firewall = Scene(status=403, headers=[("Server", "AkamaiGHost")], body="<TITLE>Access Denied</TITLE>")
    assert "what the server did is not known" in what_the_server_did(firewall.outcome())
    gateway = Scene(status=504, headers=[("Server", "awselb/2.0")])
    assert "what the server did is not known" in what_the_server_did(gateway.outcome())
    cache = Scene(headers=[acao("https://other.test"), ("Age", "120")])
    assert "what the server did is not known" in what_the_server_did(cache.outcome())
    login = Scene(status=302, headers=[to("/accounts/login?next=/x")])
    assert "answered with a login" in what_the_server_did(login.outcome())
    refused = Scene(status=413, init={"method": "POST"})
    assert "413: whether it was carried out, that does not tell" in what_the_server_did(refused.outcome())
    assert "what it does there has happened" in what_the_server_did(Scene(status=200).outcome())


def test_a_preflight_that_asks_for_a_login_is_not_told_to_bring_one() -> None:
    scene = Scene(init=PUT, preflight=[("WWW-Authenticate", "Negotiate")], preflight_status=401)
    report = scene.outcome().explain()
    assert "script has to bring it" not in report
    assert "A preflight never" in report
