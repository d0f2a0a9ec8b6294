"""Script that a command line runs, and calls that stand one step away from what is asked for."""

from __future__ import annotations

import pytest

from corssim.fetch.pairs import header_pairs
from corssim.scenario.sources import read_source
from corssim.scenario.sources.reading import UnreadableSource

URL = "https://api.example/x"


@pytest.mark.parametrize(
    ("command", "method", "headers"),
    [
        (f"node -e \"fetch('{URL}', {{method: 'DELETE'}})\"", "DELETE", []),
        (f"""$ node -p 'fetch("{URL}", {{headers: {{"X-A": "1"}}}}).then(r => r.text())'""", "GET", ["x-a"]),
        (f"""node --input-type=module --eval='await fetch("{URL}", {{method: "PUT"}})'""", "PUT", []),
        (f"deno eval \"await fetch('{URL}', {{method: 'POST'}})\"", "POST", []),
        (f"""PS C:\\> bun -e 'fetch("{URL}")'""", "GET", []),
        (f"npx tsx -e \"const url: string = '{URL}'; fetch(url)\"", "GET", []),
    ],
)
def test_script_on_a_command_line_is_read(command: str, method: str, headers: list[str]) -> None:
    reading = read_source(command)
    assert (reading.method, reading.url, reading.kind) == (method, URL, "fetch")
    assert [name.lower() for name, _ in header_pairs(getattr(reading.step, "headers", None) or {})] == headers


@pytest.mark.parametrize("command", ["node server.js", "node -e", "deno run main.ts", 'node -e "fetch('])
def test_a_command_without_script_is_none(command: str) -> None:
    with pytest.raises(UnreadableSource) as raised:
        read_source(command)
    assert "\n" not in str(raised.value)


def test_a_copy_of_a_request_is_the_request() -> None:
    reading = read_source(f'const r = new Request("{URL}", {{method: "post", body: "x"}}); fetch(r.clone())')
    assert (reading.method, reading.url) == ("POST", URL)


@pytest.mark.parametrize(
    ("call", "method"),
    [
        (f"$('#a').load('{URL} #part', done)", "GET"),
        (f"jQuery('#a').load('{URL}', {{ a: 1 }}, function () {{}})", "POST"),
        (f"$(this).load('{URL}')", "GET"),
    ],
)
def test_jquerys_load_asks_for_a_page(call: str, method: str) -> None:
    reading = read_source(call)
    assert (reading.method, reading.url, reading.kind) == (method, URL, "jquery")


def test_an_event_handler_is_no_call() -> None:
    with pytest.raises(UnreadableSource):
        read_source("$(window).load(function () { start(); });")


def test_an_origin_that_no_page_has_is_named() -> None:
    reading = read_source("curl -X PUT https://api.example/ -H 'Origin: foo.com'")
    (guess,) = [guess for guess in reading.guessed if guess.what == "page"]
    assert "Origin is 'foo.com', which no page has" in guess.why
