"""lighttpd's configurations, followed as lighttpd does: blocks, conditions, what replaces and what adds."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import configuration_in, read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, PUT = "GET", "PUT"
ROOT = 'server.document-root = "/srv"\n'
ADD, SET = "setenv.add-response-header", "setenv.set-response-header"
ORIGIN, METHODS = '"Access-Control-Allow-Origin"', '"Access-Control-Allow-Methods"'
STAR = f'{ADD} = ( {ORIGIN} => "*" )'
ASKED = '$HTTP["request-method"] == "OPTIONS"'

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "everywhere": (f"{ROOT}{STAR}", {(GET, "/", OTHER): READABLE, (PUT, "/", OTHER): BLOCKED}),
    "files are there for OPTIONS": (
        f'{ROOT}{ADD} = ( {ORIGIN} => "*", {METHODS} => "PUT, DELETE" )',
        {(PUT, "/", OTHER): READABLE},
    ),
    "a part does not say who answers OPTIONS": (
        f'{ADD} = ( {ORIGIN} => "*", {METHODS} => "PUT" )',
        {(GET, "/", OTHER): READABLE, (PUT, "/", OTHER): NOT_KNOWN},
    ),
    "a block by its path": (
        f'{ROOT}$HTTP["url"] =~ "^/api/" {{ {STAR} }}',
        {(GET, "/api/x", APP): READABLE, (GET, "/x", APP): BLOCKED},
    ),
    "a block in a block": (
        f'{ROOT}$HTTP["url"] =^ "/a/" {{\n  $HTTP["url"] =$ ".json" {{ {STAR} }}\n}}',
        {(GET, "/a/x.json", APP): READABLE, (GET, "/a/x", APP): BLOCKED, (GET, "/x.json", APP): BLOCKED},
    ),
    "one origin of those that ask": (
        f'{ROOT}$REQUEST_HEADER["origin"] == "{APP}" {{ {ADD} = ( {ORIGIN} => "{APP}", "Vary" => "Origin" ) }}',
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "origins by an expression, and the others": (
        (
            f'{ROOT}$REQUEST_HEADER["origin"] =~ "\\.example$" {{ {STAR} }}\n'
            f'else {{ {ADD} = ( {ORIGIN} => "https://nobody.test" ) }}'
        ),
        {(GET, "/", APP): READABLE, (GET, "/", "https://elsewhere.test"): BLOCKED},
    ),
    "a block's list takes the place of the one around it": (
        f'{ROOT}{STAR}\n{ASKED} {{ {ADD} = ( {METHODS} => "PUT" ) }}',
        {(GET, "/", APP): READABLE, (PUT, "/", APP): BLOCKED},
    ),
    "a block's list is added to the one around it": (
        f'{ROOT}{STAR}\n{ASKED} {{ {ADD} += ( {METHODS} => "PUT" ) }}',
        {(GET, "/", APP): READABLE, (PUT, "/", APP): READABLE},
    ),
    "the last block that counts has it": (
        f'{ROOT}$HTTP["url"] =^ "/a" {{ {STAR} }}\n$HTTP["host"] == "api.example" {{ {ADD} = ( "X" => "1" ) }}',
        {(GET, "/a", APP): BLOCKED},
    ),
    "what is set takes the place of what is added": (
        f'{ROOT}{STAR}\n{SET} = ( {ORIGIN} => "{APP}" )',
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "an empty value takes a header away": (f'{ROOT}{STAR}\n{SET} = ( {ORIGIN} => "" )', {(GET, "/", APP): BLOCKED}),
    "names of values, joined texts and comments": (
        f'{ROOT}var.host = "app.example" # the page\'s\n{ADD} = ( {ORIGIN} => "https://" + var.host, )',
        {(GET, "/", APP): READABLE},
    ),
    "added to what a program sends": (
        f'proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 8000 )) )\n{STAR}',
        {(GET, "/", APP): NOT_KNOWN, (PUT, "/", APP): NOT_KNOWN},
    ),
    "set in place of what a program sends": (
        f'proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 8000 )) )\n{SET} = ( {ORIGIN} => "*" )',
        {(GET, "/", APP): READABLE},
    ),
    "a condition of which nothing is told": (
        f'{ROOT}$HTTP["remoteip"] == "10.0.0.0/8" {{ {STAR} }}',
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a condition of which nothing is told and that decides nothing": (
        f'{ROOT}{STAR}\n$HTTP["remoteip"] == "10.0.0.0/8" {{ dir-listing.activate = "enable" }}',
        {(GET, "/", APP): READABLE},
    ),
    "a user is asked for": (f'{ROOT}{STAR}\nauth.require = ( "" => ( "realm" => "x" ) )', {(GET, "/", APP): NOT_KNOWN}),
    "a script decides": (f'{STAR}\nmagnet.attract-raw-url-to = ( "/a.lua" )', {(GET, "/", APP): NOT_KNOWN}),
    "another file": (f'include "conf.d/cors.conf"\n{STAR}', {(GET, "/", APP): NOT_KNOWN}),
    "a value of the environment": (f"{ADD} = ( {ORIGIN} => env.ORIGIN )", {(GET, "/", APP): NOT_KNOWN}),
    "a list that lighttpd refuses": (
        f'{STAR}\n$HTTP["url"] =^ "/" {{ {ADD} += ( {ORIGIN} => "*" ) }}',
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "settings twice in one block": (f"{STAR}\n{STAR}", {(GET, "/", APP): NOT_KNOWN}),
    "a condition that comes again goes on with its block": (
        f'{ROOT}{ASKED} {{ {STAR} }}\n{ASKED} {{ {ADD} += ( {METHODS} => "PUT" ) }}',
        {(PUT, "/", APP): BLOCKED, (GET, "/", APP): BLOCKED},
    ),
    "a module that is not loaded": (f'server.modules = ( "mod_proxy" )\n{STAR}', {(GET, "/", APP): NOT_KNOWN}),
    "blocks that are not closed": (f'$HTTP["url"] =^ "/" {{ {STAR}', {(GET, "/", APP): NOT_KNOWN}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_page_gets(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(f"{ROOT}{STAR}", [], id="none"),
        pytest.param(f'server.modules += ( "mod_proxy" )\n{STAR}', ["module-not-loaded"], id="a module is not loaded"),
        pytest.param(f'server.modules += ( "mod_setenv" )\n{STAR}', [], id="the module is loaded"),
        pytest.param(
            f'{STAR}\n{ASKED} {{ {ADD} = ( {ORIGIN} => "*", {METHODS} => "PUT" ) }}', [], id="a block that repeats all"
        ),
        pytest.param(
            f'{ADD} = ( {ORIGIN} => "*", "X-A" => "1" )\n{ASKED} {{ {ADD} = ( {ORIGIN} => "*" ) }}',
            ["headers-not-inherited"],
            id="a block that loses one",
        ),
    ],
)
def test_mistakes(text: str, codes: list[str]) -> None:
    assert [mistake.code for mistake in mistakes_of(read_configuration(text))] == codes


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param('"url"] =~ "^/api/v1"', "/api/v1", id="an expression's beginning"),
        pytest.param('"url"] =~ "\\.(ttf|woff)$"', "/items.ttf", id="an expression of endings"),
        pytest.param('"url"] =^ "/api/"', "/api/items", id="a beginning"),
        pytest.param('"url"] =$ ".svg"', "/items.svg", id="an ending"),
        pytest.param('"url"] == "/one"', "/one", id="one path"),
        pytest.param('"host"] == "x.example"', "/items", id="nothing of paths"),
    ],
)
def test_a_path_that_it_is_about(condition: str, expected: str) -> None:
    read = read_configuration(f'$HTTP[{condition} {{ $HTTP["scheme"] == "https" {{ {STAR} }} }}')
    assert read.example_path == expected


def test_each_place_is_told_by_its_conditions() -> None:
    text = f'{STAR}\n$HTTP["url"] =^ "/a" {{ {ASKED} {{ {ADD} = ( {METHODS} => "PUT" ) }} }}'
    read = read_configuration(text)
    assert [(grant.where, grant.on) for grant in read.grants] == [("every answer", "all"), ("url =^ /a", "preflights")]


def test_headers_that_are_not_about_cors_are_no_settings_of_it() -> None:
    assert configuration_in(f'{ADD} = ( "X-Frame-Options" => "DENY" )') is None


@pytest.mark.parametrize("opening", ["(", '$HTTP["url"] == "/" {', '( "a" =>'])
def test_what_nests_without_end_is_not_known(opening: str) -> None:
    text = f"{STAR}\nx = {opening * 5_000}" if opening[0] == "(" else f"{STAR}\n{opening * 5_000}"
    assert read_configuration(text).not_understood
