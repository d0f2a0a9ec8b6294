"""Calls of many libraries as people write them, and what each means."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from corssim.scenario.sources import UnreadableSource, read_source

from .meaning import INPUTS, made_of

CALLS = {
    call["name"]: call for call in tomllib.loads((INPUTS / "fresh-calls.toml").read_text(encoding="utf-8"))["call"]
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_means(name: str) -> None:
    reading = read_source(CALLS[name]["text"])
    started, asks = made_of(reading)
    preflight = "no preflight" if asks is None else f"asks {asks}"
    mode = "" if started.mode == "cors" else f" mode={started.mode}"
    then = "".join(f" then {each.method} {each.url}" for each in reading.further)
    assert f"{reading.method} {reading.url} {started.credentials} {preflight}{mode}{then}" == CALLS[name]["means"]


def test_headers_that_are_spread_or_handed_over_from_elsewhere_are_named_as_not_known() -> None:
    for headers in ("authHeader()", "{...authHeader(), 'X-A': '1'}", "new Headers(authHeader())"):
        reading = read_source(f"fetch('https://api.example/x', {{headers: {headers}}})")
        assert [(each.name, each.where) for each in reading.not_known] == [("authHeader()", "headers")], headers


def test_a_class_of_the_snippet_is_made_with_what_its_maker_gives() -> None:
    text = """
    class Base { constructor(base) { this.base = base } url(path) { return this.base + path } }
    class Api extends Base {
      static version = 'v2';
      constructor(host) { super(`https://${host}`) }
      put() { return fetch(this.url('/' + Api.version), {method: 'PUT'}) }
    }
    new Api('api.example').put()
    """
    reading = read_source(text)
    assert (reading.method, reading.url, reading.further) == ("PUT", "https://api.example/v2", ())


@pytest.mark.parametrize(
    "text",
    [
        "fetch('https://api.example/x', {method: 'POST', headers: {'X-A': '1'}",
        "axios.post('https://api.example/x', data",
        "axios.post('https://api.example/x', {a: 1},",
        "$.ajax({url: 'https://api.example/x', type: 'PUT',",
    ],
)
def test_a_call_that_breaks_off_in_its_options_is_not_read(text: str) -> None:
    with pytest.raises(UnreadableSource, match="with all its brackets"):
        read_source(text)


@pytest.mark.parametrize(
    ("text", "guesses"),
    [
        ("api.fetch('https://api.example/', {method: 'PUT'})", ["call", "page"]),
        ("new EventSourcePolyfill('https://api.example/', {withCredentials: cookies})", ["credentials", "page"]),
        (
            "Vue.http.options.xhr = {withCredentials: true}; Vue.http.get('https://api.example/')",
            ["credentials", "page"],
        ),
    ],
)
def test_what_a_client_leaves_open_is_a_guess(text: str, guesses: list[str]) -> None:
    assert sorted(each.what for each in read_source(text).guessed) == guesses


@pytest.mark.parametrize("text", ["this.store.fetch('users', {page: 1})", "collection.fetch({data: {a: 1}})"])
def test_a_fetch_of_something_else_is_no_request(text: str) -> None:
    with pytest.raises(UnreadableSource, match="no request"):
        read_source(text)


def test_a_header_of_superagent_is_set_once() -> None:
    text = "superagent.post('https://api.example/').send(data).set('Content-Type', 'application/json')"
    step: Any = read_source(text).step
    assert list(step.headers) == [("Content-Type", "application/json")]
    assert [each.what for each in read_source(text).guessed] == ["page"]
    guessed = read_source("superagent.post('https://api.example/').send(data)").guessed
    assert [each.what for each in guessed] == ["headers.content-type", "page"]


def test_an_element_is_loaded_as_its_attributes_say() -> None:
    modes = {
        "<img src='https://cdn.example/a.png'>": "no-cors include",
        "<script src='https://cdn.example/a.js' crossorigin></script>": "cors same-origin",
        "<link rel=stylesheet href='https://cdn.example/a.css' crossorigin=use-credentials>": "cors include",
        "<link rel=preload as=font href='https://cdn.example/a.woff2' crossorigin>": "cors same-origin",
        "<script type=module src='https://cdn.example/a.js'></script>": "cors same-origin",
    }
    for markup, means in modes.items():
        reading = read_source(markup)
        started, _ = made_of(reading)
        assert f"{reading.mode} {reading.credentials}" == f"{started.mode} {started.credentials}" == means, markup


@pytest.mark.parametrize(
    ("text", "guesses"),
    [
        ("fetch('https://api.example/', {method: isNew ? 'POST' : 'PUT'})", ["isNew"]),
        ("const m = isNew ? 'POST' : 'PUT'; fetch('https://api.example/', {method: m})", ["isNew"]),
        ("fetch(test ? 'https://a.example/' : 'https://b.example/')", ["test"]),
        ("fetch('https://api.example/', {credentials: own ? 'include' : 'omit'})", ["own"]),
        ("const h = {}; if (admin) { h['X-Admin'] = '1' } fetch('https://api.example/', {headers: h})", ["admin"]),
        ("fetch('https://api.example/', admin && {headers: {'X-Admin': '1'}})", ["admin"]),
        ("fetch('https://api.example/', {...options, method: 'POST'})", ["options"]),
        ("axios.get('https://api.example/', config)", ["options"]),
        ("axios.create(config).get('https://api.example/')", ["options"]),
        ("$.ajax('https://api.example/', settings)", ["options"]),
        ("this.http.get('https://api.example/', this.httpOptions)", ["options"]),
        ("fetch(new Request('https://api.example/', init))", ["options"]),
        ("$.get('https://api.example/', success)", []),
        ("axios.post('https://api.example/', {...item})", []),
        ("const size = big ? 'L' : 'S'; if (loggedIn) { fetch('https://api.example/') }", []),
    ],
)
def test_what_is_decided_elsewhere_is_guessed(text: str, guesses: list[str]) -> None:
    reading = read_source(text)
    assert [guess.what for guess in reading.guessed if guess.what != "page"] == guesses


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fetch('https://api.example/', {header: {'X-A': '1'}})", "header (fetch() has no such option)"),
        ("fetch('https://api.example/', {next: {revalidate: 1}})", "next (of Next.js, where its server asks"),
        ("fetch('https://api.example/', {integrity: 'sha256-x'})", "integrity (the digest of what comes"),
        ("import fetch from 'node-fetch'; fetch('https://api.example/')", "node-fetch runs in Node.js"),
        ("new Worker('https://cdn.example/w.js')", "a worker's script comes of the page's own origin alone"),
        (
            "const x = new XMLHttpRequest(); x.open('GET', 'https://api.example/', true, 'u', 'p'); x.send()",
            "user and password of open()",
        ),
    ],
)
def test_options_that_change_nothing_or_are_not_simulated_are_said(text: str, said: str) -> None:
    assert any(each.startswith(said) for each in read_source(text).passed_over)


@pytest.mark.parametrize("made", ["WebSocket('wss://api.example/ws')", "WebTransport('https://api.example/')"])
def test_connections_that_cors_does_not_bind_are_told_as_such(made: str) -> None:
    with pytest.raises(UnreadableSource, match="a connection that CORS does not bind"):
        read_source(f"const socket = new {made}")


def test_of_two_branches_the_first_is_read_and_said_to_be_a_guess() -> None:
    text = "const x = new XMLHttpRequest(); if (next) { x.open('PUT', A) } else { x.open('PUT', B) } x.send()"
    reading = read_source(text, {"A": "https://a.example/", "B": "https://b.example/"})
    (guess,) = [each for each in reading.guessed if each.what != "page"]
    assert (reading.url, guess.what, guess.value) == ("https://a.example/", "next", "true")
    assert guess.why == "not in the text; read as if it held: it decides the URL"


def test_an_empty_object_in_place_of_what_is_not_known_does_not_say_what_that_holds() -> None:
    reading = read_source("const c = load() || {}; fetch('https://api.example/', {headers: {'X-T': c.id}})")
    assert [(each.name, each.where) for each in reading.not_known] == [("load().id", "headers.x-t")]


@pytest.mark.parametrize(
    ("options", "is_guessed"),
    [
        ('method: "GET", mode: "no-cors", referrerPolicy: "unsafe-url"', True),
        ('method: "DELETE", mode: "cors"', True),
        ('method: "GET", mode: "cors", credentials: "include"', False),
    ],
    ids=["written by hand", "copied, and its credentials taken out", "copied by developer tools"],
)
def test_the_page_of_a_referrer_is_a_guess_but_in_a_copied_call(options: str, is_guessed: bool) -> None:
    text = f'fetch("https://chat.example/api/1", {{referrer: "https://app.example/", {options}}})'
    reading = read_source(text)
    assert reading.page is not None
    assert reading.page.url == "https://app.example/"
    assert ("page" in [guess.what for guess in reading.guessed]) == is_guessed


@pytest.mark.parametrize(
    ("referrer", "page"),
    [
        ('"https://chat.example/channels/" + goal', "https://chat.example/"),
        ("`https://chat.example?${goal}`", "https://chat.example/"),
        ('"https://chat" + goal', None),
        ("location.href", None),
    ],
)
def test_a_referrer_that_is_known_up_to_its_path_tells_the_page(referrer: str, page: str | None) -> None:
    text = f'fetch("https://chat.example/api/1", {{referrer: {referrer}, mode: "cors", credentials: "include"}})'
    reading = read_source(text)
    assert (reading.page.url if reading.page else None) == page
    assert [each.why.partition(";")[0].partition(" is ")[2] for each in reading.guessed] == (
        [] if page else ["not in the text"]
    )


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("function f(cep) {\n const url = `https://a.example/${cep}/json`\n fetch(url).then(a => {\n if (a) {", None),
        ("b.on('click', function () {\n fetch('https://a.example/b')\n b.text = 'c'", "https://a.example/b"),
        ("fetch(a.url, a.options)\n  .then(b);\n```\n\nmy options are:\n```js\n{\n  mode: 'cors'\n}", "${a.url}"),
        ("```js\nfetch('/a', o)\n```\nwith\n```js\n{\n  mode: 'cors'\n}\n```\n", "/a"),
        ("```js\nfetch('/a', o)\n```\nthat failed, with\n```js\n{\n  mode: 'cors'\n}", "/a"),
    ],
)
def test_pieces_that_were_cut_out_are_read(text: str, url: str | None) -> None:
    reading = read_source(text)
    assert reading.url == (url or "https://a.example/${cep}/json")
