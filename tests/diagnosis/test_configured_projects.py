"""Settings files of frameworks with a package of their own for CORS: AdonisJS, Strapi."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

GET, WITH, AUTH, PUT, DELETE = "GET", "with credentials", "with Authorization", "PUT", "DELETE"
READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
Asked = tuple[str, str]


def _adonis(options: str) -> str:
    return f"import {{ defineConfig }} from '@adonisjs/cors'\nexport default defineConfig({options})\n"


def _strapi(config: str) -> str:
    return f"module.exports = [\n  'strapi::errors',\n  {{ name: 'strapi::cors', config: {config} }},\n]\n"


CASES: dict[str, tuple[str, dict[Asked, str | None]]] = {
    "AdonisJS: a list of origins": (
        _adonis("{ origin: ['https://app.example'] }"),
        {(WITH, APP): READABLE, (AUTH, APP): READABLE, (DELETE, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "AdonisJS: nothing is set": (_adonis("{}"), {(WITH, OTHER): READABLE, (PUT, OTHER): READABLE}),
    "AdonisJS: a star answers with whoever asks": (_adonis("{ origin: '*' }"), {(WITH, OTHER): READABLE}),
    "AdonisJS: a star without credentials": (
        _adonis("{ origin: '*', credentials: false }"),
        {(GET, OTHER): READABLE, (WITH, OTHER): BLOCKED},
    ),
    "AdonisJS: a star in a list": (_adonis("{ origin: ['*'] }"), {(GET, APP): BLOCKED}),
    "AdonisJS: a text of several origins": (
        _adonis("{ origin: 'https://other.example,https://app.example' }"),
        {(GET, APP): READABLE},
    ),
    "AdonisJS: a text of several origins with blanks": (
        _adonis("{ origin: 'https://other.example, https://app.example' }"),
        {(GET, APP): BLOCKED},
    ),
    "AdonisJS: a method that is not listed": (
        _adonis("{ origin: true, methods: ['GET'] }"),
        {(GET, APP): READABLE, (PUT, APP): BLOCKED},
    ),
    "AdonisJS: no header may be asked for": (
        _adonis("{ headers: false }"),
        {(PUT, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "AdonisJS: turned off": (_adonis("{ enabled: false, origin: true }"), {(GET, APP): BLOCKED}),
    "AdonisJS: turned on by the environment": (
        _adonis("{ enabled: process.env.CORS === 'on', origin: true }"),
        {(GET, APP): NOT_KNOWN},
    ),
    "AdonisJS: origins of the environment": (_adonis("{ origin: env.get('ORIGIN') }"), {(GET, APP): NOT_KNOWN}),
    "AdonisJS 5: settings by their type": (
        (
            "import { CorsConfig } from '@ioc:Adonis/Core/Cors'\nconst corsConfig: CorsConfig = {\n  enabled: true,\n"
            "  origin: ['https://app.example'],\n  methods: ['GET', 'PUT'],\n  headers: true,\n  exposeHeaders: [],\n"
            "  credentials: true,\n  maxAge: 90,\n}\nexport default corsConfig\n"
        ),
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (DELETE, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "AdonisJS: a setting that is not known": (_adonis("{ origin: true, allow: ['x'] }"), {(GET, APP): NOT_KNOWN}),
    "AdonisJS: settings of another name": (_adonis("{ ...shared }"), {(GET, APP): NOT_KNOWN}),
    "Strapi: named alone": (
        "export default ['strapi::errors', 'strapi::cors', 'strapi::body'];",
        {(WITH, OTHER): READABLE, (AUTH, OTHER): READABLE, (DELETE, OTHER): READABLE},
    ),
    "Strapi: a list of origins": (
        _strapi("{ origin: ['https://app.example'], methods: ['GET', 'PUT'] }"),
        {(WITH, APP): READABLE, (PUT, APP): READABLE, (DELETE, APP): BLOCKED, (GET, OTHER): BLOCKED},
    ),
    "Strapi: origins of the environment": (
        "module.exports = ({ env }) => [{ name: 'strapi::cors', config: { origin: env.array('ORIGINS') } }]",
        {(GET, APP): NOT_KNOWN},
    ),
    "Strapi: a star among a list": (_strapi("{ origin: ['*'] }"), {(GET, APP): NOT_KNOWN}),
    "Strapi: a star for headers": (
        _strapi("{ origin: ['https://app.example'], headers: '*' }"),
        {(GET, APP): READABLE, (AUTH, APP): BLOCKED},
    ),
    "Strapi: without credentials": (
        _strapi("{ origin: ['https://app.example'], credentials: false }"),
        {(GET, APP): READABLE, (WITH, APP): BLOCKED},
    ),
    "Strapi: a function of origins": (_strapi("{ origin: (ctx) => allowed(ctx) }"), {(GET, APP): NOT_KNOWN}),
    "Strapi: other settings of the object": (
        (
            "module.exports = [{ name: 'strapi::security', config: { contentSecurityPolicy: {} } },\n"
            "  { config: { origin: ['https://app.example'] }, name: 'strapi::cors' }]"
        ),
        {(GET, APP): READABLE, (GET, OTHER): BLOCKED},
    ),
    "Strapi: a spread among the settings": (_strapi("{ ...shared, credentials: true }"), {(GET, APP): NOT_KNOWN}),
}


@pytest.mark.parametrize(
    ("text", "request_name", "page", "expected"),
    [
        pytest.param(text, name, page, expected, id=f"{case}: {name} from {page}")
        for case, (text, asked) in CASES.items()
        for (name, page), expected in asked.items()
    ],
)
def test_what_a_page_gets(text: str, request_name: str, page: str, expected: str | None) -> None:
    assert verdict(text, request_name, "/items", page) == expected


def _asks(method: str, headers: str) -> WireRequest:
    given = (("Origin", APP), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers))
    return WireRequest("OPTIONS", "https://api.example/items", given if headers else given[:2])


# As the package answers, run for the same requests.
@pytest.mark.parametrize(
    ("options", "method", "headers", "expected"),
    [
        pytest.param(
            "{}",
            "PUT",
            "content-type",
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Allow-Methods": "GET,HEAD,POST,PUT,DELETE",
                "Access-Control-Allow-Headers": "content-type",
                "Access-Control-Max-Age": "90",
            },
            id="what is allowed where nothing is set",
        ),
        pytest.param("{}", "PATCH", "", {}, id="a method that is not listed: no header at all"),
        pytest.param("{ headers: ['X-A'] }", "PUT", "x-b", {}, id="a header that is not listed: no header at all"),
        pytest.param(
            "{ credentials: false, maxAge: 0, headers: ['X-A'], exposeHeaders: ['ETag'] }",
            "GET",
            "",
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Expose-Headers": "etag",
                "Access-Control-Allow-Methods": "GET,HEAD,POST,PUT,DELETE",
                "Access-Control-Allow-Headers": "x-a",
            },
            id="a list of headers is sent whatever is asked for",
        ),
        pytest.param(
            "{ exposeHeaders: ['Content-Type'], headers: false, methods: ['PUT'], maxAge: 0 }",
            "PUT",
            "",
            {
                "Access-Control-Allow-Origin": APP,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Allow-Headers": "",
            },
            id="headers that script sees anyway are not exposed",
        ),
    ],
)
def test_what_adonis_answers_a_preflight(options: str, method: str, headers: str, expected: dict[str, str]) -> None:
    answer = read_configuration(_adonis(options)).answer(_asks(method, headers))
    assert (answer.status, dict(answer.headers)) == (204, expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(_adonis("{ origin: ['*'] }"), "origin-never-matches", id="AdonisJS: a star in a list"),
        pytest.param(_strapi("{ enabled: true }"), "setting-passed-over", id="Strapi: enabled"),
        pytest.param(_strapi("{ keepHeaderOnError: true }"), "setting-passed-over", id="Strapi: a misspelt setting"),
    ],
)
def test_mistakes(text: str, code: str) -> None:
    assert code in [mistake.code for mistake in mistakes_of(read_configuration(text))]


def test_strapi_settings_that_do_nothing_are_no_mistake_where_they_do_something() -> None:
    text = _strapi("{ origin: ['https://app.example'], keepHeadersOnError: true, maxAge: 60, expose: ['ETag'] }")
    assert mistakes_of(read_configuration(text)) == []
