"""Caddyfiles, followed as Caddy does: directives in its order, matchers, headers at once and in the end."""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
ORIGIN = "Access-Control-Allow-Origin"
PUTS = "header Access-Control-Allow-Methods PUT"
GET, PUT = "GET", "PUT"

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "a longer path comes first, so that a shorter one sets what counts": (
        f"header /a/* {ORIGIN} {OTHER}\nheader /a/b/* {ORIGIN} {APP}\nrespond ok",
        {(GET, "/a/b/c", APP): BLOCKED, (GET, "/a/b/c", OTHER): READABLE},
    ),
    "what has no matcher comes last, and sets what counts": (
        f"header {ORIGIN} {APP}\nheader /a/* {ORIGIN} {OTHER}\nrespond ok",
        {(GET, "/a/b", APP): READABLE, (GET, "/a/b", OTHER): BLOCKED},
    ),
    "what is put off is set in the end": (
        f"header {{\n{ORIGIN} {APP}\ndefer\n}}\nhandle {{\nheader {ORIGIN} {OTHER}\nrespond ok\n}}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "the sign of what is put off": (
        f"header >{ORIGIN} {APP}\nreverse_proxy a:80",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "what is added comes to what is set": (
        f"header {{\n{ORIGIN} {APP}\n}}\nroute {{\nheader +{ORIGIN} {OTHER}\nrespond ok\n}}",
        {(GET, "/", APP): BLOCKED, (GET, "/", OTHER): BLOCKED},
    ),
    "a default is not set where another header of it is there": (
        (f"header {{\n?{ORIGIN} *\n?Access-Control-Allow-Credentials true\n}}\n"
        "handle {\nheader Access-Control-Allow-Credentials true\nrespond ok\n}"),
        {(GET, "/", APP): BLOCKED},
    ),
    "a default is set where nothing is there": (f"header ?{ORIGIN} *\nrespond ok", {(GET, "/", APP): READABLE}),
    "what is put off is not on errors": (
        (f"header >{ORIGIN} *\n@put method PUT\nerror @put 405\n@asks method OPTIONS\n"
        f"handle @asks {{\n{PUTS}\nrespond 204\n}}\nrespond ok"),
        {(GET, "/", APP): READABLE, (PUT, "/", APP): BLOCKED},
    ),
    "of blocks that are handled one counts, and then what stands behind them": (
        f"handle /a/* {{\nheader {ORIGIN} {APP}\n}}\nhandle {{\nheader {ORIGIN} {OTHER}\n}}\nrespond ok",
        {(GET, "/a/b", APP): READABLE, (GET, "/b", APP): BLOCKED, (GET, "/b", OTHER): READABLE},
    ),
    "a route keeps its order": (
        f"route {{\nheader {ORIGIN} {APP}\nheader /a/* {ORIGIN} {OTHER}\nrespond ok\n}}",
        {(GET, "/a/b", APP): BLOCKED, (GET, "/b", APP): READABLE},
    ),
    "the program's own header is taken away, and comes to nothing": (
        f"reverse_proxy a:80 {{\nheader_down -{ORIGIN}\n}}\nheader /a/* {ORIGIN} *",
        {(GET, "/b", APP): BLOCKED, (GET, "/a/b", APP): READABLE},
    ),
    "the program's own header is set anew": (
        f"reverse_proxy a:80 {{\nheader_down {ORIGIN} {APP}\n}}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "the program may send it a second time": (
        f"header {ORIGIN} *\nreverse_proxy a:80", {(GET, "/", APP): NOT_KNOWN},
    ),
    "a matcher of origins, each with stars": (
        (f"@known {{\nheader Origin https://app.*\nheader Origin *.b.example\n}}\n"
        f"header @known {ORIGIN} {{header.Origin}}\nrespond ok"),
        {(GET, "/", APP): READABLE, (GET, "/", "https://a.b.example"): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "what an expression finds": (
        (f"@known header_regexp found Origin ^https://(app|www)\\.example$\n"
        f"header @known {ORIGIN} https://{{re.found.1}}.example\nrespond ok"),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a map of origins": (
        (f"map {{header.Origin}} {{allowed}} {{\n{APP} {APP}\n~b\\.example$ {{header.Origin}}\ndefault {OTHER}\n}}\n"
        f"header {ORIGIN} {{allowed}}\nrespond ok"),
        {(GET, "/", APP): READABLE, (GET, "/", "https://b.example"): READABLE, (GET, "/", OTHER + ".d"): BLOCKED},
    ),
    "an expression that is read": (
        (f"@puts `{{method}} == 'OPTIONS' && {{header.Origin}}.endsWith('app.example')`\n"
        f"handle @puts {{\nheader {ORIGIN} *\n{PUTS}\nrespond 204\n}}\nheader {ORIGIN} *\nrespond ok"),
        {(PUT, "/", APP): READABLE, (PUT, "/", OTHER): BLOCKED},
    ),
    "an expression that is not read": (
        f"@some expression path_regexp('a') && header({{'A': 'b'}})\nheader @some {ORIGIN} *\nrespond ok",
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "a matcher that counts whatever it finds": (
        f"@some remote_ip 10.0.0.0/8\nrequest_header @some A b\nheader {ORIGIN} *\nrespond ok",
        {(GET, "/", APP): READABLE},
    ),
    "a matcher of which nothing is told": (
        f"@some remote_ip 10.0.0.0/8\nheader @some {ORIGIN} *\nrespond ok", {(GET, "/", APP): NOT_KNOWN},
    ),
    "several sites, one of which is meant": (
        (f"www.example {{\nredir https://api.example{{uri}}\n}}\n*.example {{\nrespond no\n}}\n"
        f"api.example {{\nheader {ORIGIN} *\nrespond ok\n}}"),
        {(GET, "/", APP): READABLE},
    ),
    "several sites that say the same": (
        f"a.example {{\nheader {ORIGIN} *\nrespond ok\n}}\nb.example {{\nheader {ORIGIN} *\nrespond ok\n}}",
        {(GET, "/", APP): READABLE},
    ),
    "several sites of which nothing tells the one": (
        f"a.example {{\nheader {ORIGIN} *\nrespond ok\n}}\nb.example {{\nrespond ok\n}}", {(GET, "/", APP): NOT_KNOWN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_to_its_answer(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected
