"""Programs against what their clients really sent, and what is said where a part of a program is not in the text."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from msgspec import UNSET

from corssim.scenario.model import BodyTable
from corssim.scenario.sources import UnreadableSource, read_source
from corssim.url import parse_url

from .meaning import INPUTS, made_of

SENT = {
    call["name"]: call for call in tomllib.loads((INPUTS / "calls-as-sent.toml").read_text(encoding="utf-8"))["call"]
}
PAGE = "https://app.example"


@pytest.mark.parametrize("name", SENT)
def test_a_program_is_read_as_its_client_sends_it(name: str) -> None:
    reading = read_source(SENT[name]["text"])
    read = []
    for each in (reading, *reading.further):
        started, asks = made_of(each)
        url = each.url if "://" in each.url else f"{PAGE}/{each.url.lstrip('/')}"
        read.append(f"{each.method} {url} {started.credentials} {asks or '-'}")
        assert {guess.what for guess in each.guessed} <= {"page"}
        assert not each.not_known
    assert [_plain(each) for each in read] == [_plain(each) for each in SENT[name]["sent"]]


def _plain(sent: str) -> str:
    method, url, credentials, asks = sent.split(" ")
    return " ".join((method, url.partition("#")[0].rstrip("/"), credentials, asks))


SAID = {
    "an interceptor from elsewhere": (
        "import { auth } from './auth'; axios.interceptors.request.use(auth); axios.get('https://api.example/x');",
        "auth()",
    ),
    "a client that a function of another file is given": (
        "const api = axios.create({ baseURL: 'https://api.example' }); setup(api); api.get('/x');",
        "setup()",
    ),
    "options that a function of another file is given": (
        "const o = { method: 'GET', headers: {} }; sign(o); fetch('https://api.example/x', o);",
        "sign()",
    ),
    "headers that a function of another file is given": (
        "const headers = { 'X-A': '1' }; addToken(headers); fetch('https://api.example/x', { headers });",
        "addToken()",
    ),
    "what an interceptor hands to a function of another file": (
        "axios.interceptors.request.use(c => { sign(c); return c; }); axios.get('https://api.example/x');",
        "sign()",
    ),
    "an adapter of its own": ("axios.get('https://api.example/x', { adapter: mine })", "adapter()"),
    "middlewares": ("wretch('https://api.example').middlewares([a]).get('/x')", "middlewares()"),
    "a function among the options": (
        "ky.get('https://api.example/x', { fetch: (r) => other(r) })",
        "fetch()",
    ),
    "a case of a switch": (
        "let u; switch (env) { case 'a': u = 'https://a.example/'; break; default: u = 'https://b.example/' } fetch(u)",
        "env",
    ),
    "an error that may be thrown": (
        "let u = 'https://a.example/'; try { load() } catch (e) { u = 'https://b.example/' } fetch(u)",
        "an error",
    ),
    "a helper that returns one of two": (
        "function base() { if (prod) return 'https://a.example/'; return 'https://b.example/' } fetch(base())",
        "prod",
    ),
    "a condition without a word of what it decides": (
        "const k = flag ? 'X-A' : 'X-B'; const h = {}; h[k] = '1'; fetch('https://api.example/', { headers: h })",
        "flag",
    ),
    "a client that another function sets up": (
        "const get = () => axios.get('https://api.example/'); () => { axios.defaults.withCredentials = true }",
        "the client",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_can_reach_a_request_and_is_not_in_the_text_is_said(name: str) -> None:
    text, what = SAID[name]
    assert what in [guess.what for guess in read_source(text).guessed]


UNSAID = {
    "a condition that decides nothing": "if (debug) console.log(1); fetch('https://api.example/')",
    "a condition about the answer": "fetch('https://api.example/').then(r => { if (!r.ok) throw 1; return r.json() })",
    "an error that is logged": "try { await fetch('https://api.example/') } catch (e) { console.error(e) }",
    "a condition that decides whether it is sent": "if (ready) fetch('https://api.example/')",
    "data that a function is given": "const d = {}; check(d); $.post('https://api.example/', d)",
    "options that are printed": "const o = { method: 'GET' }; console.log(o); fetch('https://api.example/', o)",
    "a state of a component": "const d = {}; setData(d); fetch('https://api.example/', { body: JSON.stringify(d) })",
    "defaults set with the answer": (
        "const login = () => axios.get('https://api.example/').then(r => { axios.defaults.headers.common.A = r.data })"
    ),
}


@pytest.mark.parametrize("name", UNSAID)
def test_what_cannot_reach_a_request_is_not_said(name: str) -> None:
    assert [guess.what for guess in read_source(UNSAID[name]).guessed] == ["page"]


@pytest.mark.parametrize(
    "text",
    [
        "import api from './api'; api.get('https://api.example/x')",
        "import { fetch } from '@tauri-apps/plugin-http'; fetch('https://api.example/x')",
        "import { $fetch } from '~/http'; $fetch('https://api.example/x')",
    ],
)
def test_a_client_of_another_file_may_add_to_the_request(text: str) -> None:
    guessed = {guess.what: guess.value for guess in read_source(text).guessed}
    assert "adds nothing" in guessed.values()


def test_endpoints_of_an_api_of_another_file_have_no_known_url() -> None:
    text = """import { baseApi } from './base';
    baseApi.injectEndpoints({ endpoints: b => ({ me: b.query({ query: () => '/me' }) }) })"""
    reading = read_source(text)
    assert (reading.url, [each.name for each in reading.not_known]) == ("${baseApi}/me", ["baseApi"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("GM_xmlhttpRequest({ method: 'GET', url: 'https://api.example/' })", "an extension's or a user script's own"),
        ("const supabase = createClient(u, k); await supabase.from('a').select()", "are made by supabase"),
        ("new Hls().loadSource('https://cdn.example/a.m3u8')", "are made by new Hls"),
        ("L.tileLayer('https://tiles.example/{z}/{x}/{y}.png').addTo(map)", "are made by L.tileLayer"),
    ],
)
def test_what_makes_its_requests_by_itself_is_named_in_one_line(text: str, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_source(text)


def test_an_instance_of_another_file_has_defaults_that_are_not_known() -> None:
    (unknown,) = read_source("import axios from '@/http/axios'; axios.get('https://api.example/x')").not_known
    assert (unknown.name, unknown.where) == ("@/http/axios", "options")


def test_what_is_broken_within_options_is_not_known() -> None:
    reading = read_source("fetch('https://api.example/x', { method: 'POST', ### headers: { 'X-A': '1' } })")
    assert reading.not_known


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("for (let i = 0; i < 3; i++) fetch('https://api.example/' + i)", 3),
        ("while (true) { fetch('https://api.example/') }", 1),
        ("let n = next(); do { fetch('https://api.example/'); n = next() } while (n)", 1),
        (
            "for(let i=0;i<99;i++){for(let j=0;j<99;j++){for(let k=0;k<99;k++){total += i}}} fetch('https://api.example/')",
            1,
        ),
    ],
)
def test_a_loop_is_read_round_by_round_within_bounds(text: str, requests: int) -> None:
    assert 1 + len(read_source(text).further) == requests


DRAWN = json.loads((INPUTS / "calls-drawn.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(len(DRAWN)))
def test_a_drawn_call_is_read_as_its_library_sends_it(number: int) -> None:
    text, sent = DRAWN[number]["text"], DRAWN[number]["sent"]
    reading = read_source(text)
    step: Any = reading.step
    headers: dict[str, str] = {}
    for name, value in [] if step.headers is UNSET else step.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    body_tells = ("multipart/form-data", "text/plain;charset=utf-8", "application/x-www-form-urlencoded")
    if headers.get("content-type", "").lower().replace(" ", "").startswith(body_tells):
        del headers["content-type"]
    if headers.get("accept") == "*/*":
        del headers["accept"]
    if isinstance(step.body, BodyTable) and step.body.type:
        headers.setdefault("content-type", step.body.type)
    url = parse_url(reading.url)
    assert url is not None
    assert (reading.method, url.href, reading.credentials) == (sent["method"], sent["url"], sent["credentials"]), text
    assert headers == sent["headers"], text
    assert not reading.further


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("axios.post('https://api.example/x', {}, {}, { withCredentials: true })", "argument 4 of axios.post()"),
        ("axios.get('https://api.example/x', {}, { headers: {} })", "argument 3 of axios.get()"),
        ("fetch('https://api.example/x', {}, { mode: 'cors' })", "argument 3 of fetch()"),
        ("axios.get('127.0.0.1:9000/api')", "has no scheme for a browser, for which it is a path on the page itself"),
        ("axios.get('localhost:9000/api')", "has no scheme for a browser, which takes localhost: for its scheme"),
        ("fetch('api.example.com/x')", "write http:// or https:// before it"),
    ],
)
def test_what_does_nothing_is_said(text: str, said: str) -> None:
    assert any(said in each for each in read_source(text).passed_over)


def test_a_path_is_no_host_without_its_scheme() -> None:
    assert not read_source("fetch('data.json'); fetch('api/v1.2/items')").passed_over


def test_lines_that_stand_in_backticks_each_are_code() -> None:
    reading = read_source("`fetch('https://api.example/x', {`\n`  method: 'PUT',`\n`  credentials: 'include' })`\n")
    assert (reading.method, reading.credentials) == ("PUT", "include")


def test_options_of_a_second_block_are_those_of_the_call() -> None:
    text = (
        'I call\n```js\nfetch(url, params.options)\n```\nwith\n```js\n{ method: "PUT", headers: { "X-A": "1" } }\n```\n'
    )
    reading = read_source(text)
    step: Any = reading.step
    assert (reading.method, list(step.headers)) == ("PUT", [("X-A", "1")])
    assert any(guess.what == "init" and "stands alone" in guess.why for guess in reading.guessed)


def test_a_preflights_headers_on_another_method_are_said() -> None:
    given = "-H 'Access-Control-Request-Method: PUT' -H 'Origin: https://a.example'"
    reading = read_source(f"curl https://api.example/x {given}")
    assert any("-X OPTIONS makes a preflight of it" in each for each in reading.passed_over)


VALUES = {
    "what stands behind a comma alone is passed over": ("const [, b] = ['x', 'y'];", "b", "y"),
    "the rest of a list": ("const [a, ...others] = ['x', 'y', 'z'];", "others.join('-')", "y-z"),
    "a number of a text": ("const n = Number('01') + 1;", "n", "2"),
    "one more, before it is read": ("let n = 0;", "++n", "1"),
    "null is undefined, loosely": ("let t; const k = t == null ? 'none' : 'some';", "k", "none"),
    "headers spread into an object are none": (
        "const h = { ...new Headers({ a: 'b' }) }; const k = Object.keys(h).length;", "k", "0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_as_script_has_it(name: str) -> None:
    before, expression, value = VALUES[name]
    reading = read_source(f"{before} fetch('https://api.example/' + ({expression}))")
    assert reading.url == f"https://api.example/{value}"
    assert not reading.not_known
