"""Each snippet names what it is written by, and keeps to what that says where names alone would not tell."""

from __future__ import annotations

import pytest

from corssim.diagnosis.snippets import SOFTWARE, ServerChange, snippet_for, sources_of

PAGE = "https://app.example"
ANY_METHOD = ServerChange(public_origins="*", methods=("*",))
ANY_HEADER = ServerChange(public_origins="*", headers=("*", "authorization"))
ANY_HEADER_WITH_CREDENTIALS = ServerChange(
    allow_origins=(PAGE,), allow_credentials=True, any_header=True, headers=("x-token",)
)
SOME_WITH_CREDENTIALS = ServerChange(allow_origins=(PAGE,), allow_credentials=True, public_origins="*")
NO_AGE = ServerChange(allow_origins=(PAGE,))
AGE_OF_ZERO = ServerChange(allow_origins=(PAGE,), max_age=0)
ODD_METHODS = ServerChange(allow_origins=(PAGE,), methods=("patch", "M-SEARCH"))
ODD_HOST = ServerChange(allow_origins=("https://my_app.example",))
ADDRESS = ServerChange(allow_origins=("http://[::1]:3000",))


@pytest.mark.parametrize("software", SOFTWARE)
def test_every_snippet_names_its_source(software: str) -> None:
    sources = sources_of(software)
    assert sources
    assert all(source.startswith("https://") for source in sources)


@pytest.mark.parametrize(
    ("software", "change", "in_it", "not_in_it"),
    [
        pytest.param("go", AGE_OF_ZERO, "MaxAge: -1", "MaxAge: 0", id="rs/cors takes 0 for no header"),
        pytest.param("gin", AGE_OF_ZERO, "AllowOrigins", "MaxAge", id="gin has no age of 0"),
        pytest.param("gin", ANY_HEADER_WITH_CREDENTIALS, '"x-token"', '"*"', id="gin sends its list as it is"),
        pytest.param("traefik", ANY_HEADER_WITH_CREDENTIALS, '"x-token"', '"*"', id="Traefik sends its list as it is"),
        pytest.param("axum", ANY_HEADER_WITH_CREDENTIALS, "mirror_request()", "Any", id="Any panics with credentials"),
        pytest.param(
            "axum", ANY_HEADER, 'from_static("*"), HeaderName', ".allow_headers(Any)", id="tower-http sends * and names"
        ),
        pytest.param("actix", NO_AGE, "Cors::default()", "max_age", id="actix-cors has no age by itself"),
        pytest.param("spring", SOME_WITH_CREDENTIALS, "Arrays.asList(", "origins = List.of", id="no Origin is null"),
        pytest.param("aspnet", ANY_HEADER, ".AllowAnyHeader()", ".WithHeaders", id="ASP.NET allows any or names"),
        pytest.param("laravel", NO_AGE, "'max_age' => null", "=> 0", id="null leaves the age out"),
        pytest.param("laravel", AGE_OF_ZERO, "'max_age' => 0", "null", id="0 is an age"),
        pytest.param("symfony", ANY_METHOD, '"DELETE"', '"*", "OPTIONS"', id="Nelmio compares methods with its list"),
        pytest.param(
            "symfony",
            ServerChange(allow_origins=(PAGE,), headers=("x%y",)),
            '"x%%y"',
            '"x%y"',
            id="a percent sign begins a parameter of Symfony",
        ),
        pytest.param("rails", ODD_METHODS, '"m-search"', '"M-SEARCH"', id="rack-cors looks for lower case"),
        pytest.param("envoy", ANY_HEADER_WITH_CREDENTIALS, 'allow_headers: "*"', "x-token", id="Envoy mirrors *"),
        pytest.param("kong", ANY_HEADER, "origins: ['*']", "headers: [", id="Kong mirrors without a list"),
        pytest.param(
            "kong", ODD_HOST, r"'^https://my_app\.example$'", "'https://my_app", id="Kong takes _ for an expression"
        ),
        pytest.param("ingress-nginx", ANY_METHOD, "DELETE", 'methods: "*"', id="ingress-nginx refuses * as a method"),
        pytest.param("ingress-nginx", ANY_HEADER, '"authorization"', '"*, ', id="ingress-nginx refuses * as a header"),
        pytest.param("ingress-nginx", ADDRESS, 'enable-cors: "false"', "cors-allow", id="a refused origin is not *"),
        pytest.param("lambda-url", ODD_METHODS, '"POST"', "M-SEARCH", id="a function URL knows six methods"),
        pytest.param(
            "lambda-url",
            ServerChange(allow_origins=(PAGE,), max_age=604800),
            '"MaxAge": 86400',
            "604800",
            id="a function URL has a day at most",
        ),
        pytest.param("azure-api-management", NO_AGE, "<header>Accept</header>", "max-age", id="headers are required"),
    ],
)
def test_it_is_written_as_the_software_reads_it(
    software: str, change: ServerChange, in_it: str, not_in_it: str
) -> None:
    text = snippet_for(software, change).text
    assert in_it in text
    assert not_in_it not in text


@pytest.mark.parametrize(
    ("software", "change", "said"),
    [
        ("gin", ODD_METHODS, "cannot allow patch"),
        ("laravel", ODD_METHODS, "cannot allow patch"),
        ("rails", ODD_METHODS, "cannot allow patch"),
        ("ingress-nginx", ODD_METHODS, "cannot allow M-SEARCH"),
        ("lambda-url", ODD_METHODS, "cannot allow patch, M-SEARCH"),
        ("gin", AGE_OF_ZERO, "for 5 seconds"),
        ("symfony", AGE_OF_ZERO, "for 5 seconds"),
        ("rails", NO_AGE, "7200 seconds"),
        ("traefik", NO_AGE, "no preflight is kept"),
        ("kong", ADDRESS, "cannot allow such an origin"),
        ("ingress-nginx", ADDRESS, "would let every origin in"),
    ],
)
def test_what_it_cannot_say_is_in_its_note(software: str, change: ServerChange, said: str) -> None:
    assert said in snippet_for(software, change).note
    assert said not in snippet_for(software, ServerChange(allow_origins=(PAGE,), max_age=600)).note


def test_envoy_sends_no_vary() -> None:
    assert "no Vary: Origin" in snippet_for("envoy", NO_AGE).note
