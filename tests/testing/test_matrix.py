"""Policies as tables."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from corssim import Browser, CorsPolicy, MockServer, UsageError
from corssim.fetch.browsers import profile_named
from corssim.testing import matrix

APP, EVIL = "https://app.example", "https://evil.example"
POLICY = CorsPolicy(
    allow_origins=[APP], allow_methods=["PUT"], allow_headers=["x-a"], expose_headers=["X-Total"], max_age=60
)


def server(policy: CorsPolicy = POLICY) -> MockServer:
    return MockServer.from_policy(policy, headers={"X-Total": "1", "X-Hidden": "1"})


def test_every_combination_is_a_row_in_order() -> None:
    table = matrix(
        server(), origins=[APP, EVIL], methods=["GET", "PUT"], headers=[(), "X-A"], credentials=["omit", "include"]
    )
    assert len(table) == 16
    assert [row.key for row in table][:3] == [
        (APP, "GET", (), "omit"),
        (APP, "PUT", (), "omit"),
        (APP, "GET", ("X-A",), "omit"),
    ]


def test_row_tells_what_the_policy_decides() -> None:
    table = matrix(server(), origins=[APP, EVIL], methods=["GET", "PUT", "DELETE"])
    assert table.row(APP, "PUT").to_dict() == {
        "origin": APP,
        "method": "PUT",
        "headers": [],
        "credentials": "same-origin",
        "verdict": "readable",
        "reason": None,
        "status": 200,
        "exposed": ["x-total"],
        "sent": ["OPTIONS", "PUT"],
        "max_age": 60,
    }
    assert table.row(APP, "DELETE").to_dict() == {
        "origin": APP,
        "method": "DELETE",
        "headers": [],
        "credentials": "same-origin",
        "verdict": "blocked",
        "reason": "method-disallowed-by-preflight",
        "status": None,
        "exposed": [],
        "sent": ["OPTIONS"],
        "max_age": None,
    }
    with pytest.raises(KeyError):
        table.row(APP, "PATCH")


def test_rows_do_not_remember_each_other() -> None:
    table = matrix(server(), origins=[APP], methods=["PUT", "PUT"])
    assert [row.to_dict()["sent"] for row in table] == [["OPTIONS", "PUT"]] * 2


@pytest.mark.parametrize(
    ("given", "names", "verdict"),
    [
        ("X-A", ("X-A",), "readable"),
        ({"X-A": "1", "X-B": "2"}, ("X-A", "X-B"), "blocked"),
        ([("X-A", "1")], ("X-A",), "readable"),
        ("Content-Type", ("Content-Type",), "blocked"),
    ],
    ids=["a name", "a mapping", "pairs", "Content-Type means JSON"],
)
def test_headers_are_given_in_several_ways(given: Any, names: tuple[str, ...], verdict: str) -> None:
    (row,) = matrix(server(), origins=[APP], headers=[given])
    assert (row.headers, row.outcome.verdict) == (names, verdict)


def test_null_is_a_sandboxed_page() -> None:
    backend = server(CorsPolicy(allow_origins=["null"]))
    (row,) = matrix(backend, origins=["null"])
    assert row.outcome.allowed
    assert ("Origin", "null") in backend.requests[0].headers


def test_profile_is_the_browsers() -> None:
    """Firefox does not add the sizes of headers up."""
    headers = {"Accept": "a" * 100, "Accept-Language": "b" * 100, "Content-Language": "c" * 128}
    large = {**headers, "Range": "bytes=0-1"}
    table = matrix(server(), origins=[APP], headers=[large], profile="firefox")
    assert (table.profile, next(iter(table)).to_dict()["sent"]) == ("firefox", ["GET"])


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("all", ["standard", "chromium", "firefox", "webkit"]),
        (["chrome", "Safari"], ["chromium", "webkit"]),
        ("firefox, chromium", ["firefox", "chromium"]),
        (["firefox", "firefox", profile_named("webkit")], ["firefox", "webkit"]),
        (profile_named("firefox").changed("name", "mine"), ["mine"]),
    ],
    ids=["all", "other names of browsers", "joined by a comma", "named twice, and a profile", "one of one's own"],
)
def test_several_browsers_are_asked_for_each_combination(given: Any, names: list[str]) -> None:
    backend = server()
    table = matrix(backend, origins=[APP], methods=["GET", "PUT"], profile=given)
    assert [(row.method, row.profile) for row in table] == [
        (method, name) for method in ("GET", "PUT") for name in names
    ]
    assert table.profile == ", ".join(names)
    assert len(backend.requests) == 3 * len(names)
    assert table.row(APP, "PUT", profile=names[-1]).profile == names[-1]
    assert table == json.loads(json.dumps(table.to_dict()))


def test_browsers_that_come_out_alike_share_a_line() -> None:
    """The wildcard does not cover Authorization: browsers have it pass all the same."""
    backend = MockServer.from_policy(CorsPolicy(allow_origins=[APP], allow_headers="*"))
    table = matrix(backend, origins=[APP], headers=[(), "Authorization"], profile="all")
    _, columns, *lines = (re.split(r"  +", line) for line in str(table).splitlines())
    assert columns == ["origin", "credentials", "headers", "method", "browser", "verdict", "script sees"]
    assert [line[2:] for line in lines] == [
        ["GET", "all", "readable", "200"],
        ["Authorization", "GET", "standard", "blocked: header-disallowed-by-preflight"],
        ["Authorization", "GET", "chromium, firefox, webkit", "readable", "200"],
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "profile is empty"),
        ("opera", "'opera' is no browser"),
        ([profile_named("firefox"), profile_named("firefox").changed("version", "1")], "called 'firefox'"),
    ],
)
def test_browsers_that_are_not_there_are_a_mistake_told(given: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        matrix(server(), origins=[APP], profile=given)


def test_a_difference_of_one_browser_names_it() -> None:
    kept = matrix(server(), origins=[APP], profile=["chromium", "firefox"]).to_dict()
    kept["rows"][1]["status"] = 500
    assert matrix(server(), origins=[APP], profile=["chromium", "firefox"]).diff(kept) == [
        "GET from https://app.example, credentials same-origin, in firefox: status 200, was 500"
    ]


def test_network_of_a_browser_is_used_and_not_its_memory() -> None:
    backend = server()
    with Browser(mounts={"https://api.example": backend}) as browser:
        browser.page(APP).fetch("https://api.example/", method="PUT")
        (row,) = matrix(browser, url="https://api.example/", origins=[APP], methods=["PUT"])
        assert row.to_dict()["sent"] == ["OPTIONS", "PUT"]
        assert browser.page(APP).fetch("https://api.example/", method="PUT").allowed


def test_change_of_policy_shows_as_a_difference() -> None:
    before = matrix(server(), origins=[APP, EVIL], methods=["GET", "PUT"])
    after = matrix(server(CorsPolicy(allow_origins="*")), origins=[APP, EVIL], methods=["GET", "PUT"])
    assert after != before
    differences = after.diff(before)
    assert differences[0] == ("GET from https://app.example, credentials same-origin: exposed [], was ['x-total']")
    assert any(
        line.startswith("PUT from https://app.example") and "'blocked', was 'readable'" in line for line in differences
    )
    assert any(
        line.startswith("GET from https://evil.example") and "'readable', was 'blocked'" in line for line in differences
    )
    assert before.diff(before) == []


def test_rows_and_profiles_that_come_and_go_are_differences() -> None:
    old = matrix(server(), origins=[APP])
    new = matrix(server(), origins=[EVIL], profile="webkit")
    assert new.diff(old) == [
        "profile: webkit, was standard",
        "GET from https://app.example, credentials same-origin: no longer asked",
        "GET from https://evil.example, credentials same-origin: not asked before",
    ]


def test_equal_to_what_was_kept_as_json() -> None:
    table = matrix(server(), origins=[APP, EVIL])
    kept = json.loads(json.dumps(table.to_dict()))
    assert table == kept
    assert table.diff(kept) == []
    assert table == matrix(server(), url="https://elsewhere.example/", origins=[APP, EVIL])
    assert table != 1


def test_prints_as_a_table() -> None:
    table = matrix(server(), origins=[APP], methods=["GET", "DELETE"], headers=[(), "X-A"])
    assert str(table).splitlines() == [
        "https://api.example/ (standard)",
        "origin               credentials  headers  method  verdict                                  script sees",
        "https://app.example  same-origin           GET     readable                                 200 x-total",
        "https://app.example  same-origin           DELETE  blocked: method-disallowed-by-preflight",
        "https://app.example  same-origin  X-A      GET     readable                                 200 x-total",
        "https://app.example  same-origin  X-A      DELETE  blocked: method-disallowed-by-preflight",
    ]
    assert repr(table) == "<Matrix https://api.example/ standard: 2 of 4 readable>"


def test_under_rich_nothing_a_server_says_is_markup() -> None:
    from io import StringIO

    from rich.console import Console

    policy = CorsPolicy(allow_origins=[APP], expose_headers=["X-Total"])
    table = matrix(server(policy), url="https://api.example/[red]x[/red]", origins=[APP])
    shown = StringIO()
    Console(file=shown, width=120).print(table)
    assert "[red]x[/red]" in shown.getvalue()
    assert "readable" in shown.getvalue()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"origins": APP}, "origins is 'https://app.example'; give a list"),
        ({"origins": [APP], "methods": "PUT"}, "methods is 'PUT'; give a list"),
        ({"origins": [APP], "credentials": "omit"}, "credentials is 'omit'; give a list"),
    ],
)
def test_string_for_a_list_is_a_mistake_told(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        matrix(server(), **arguments)


def test_url_belongs_to_apps_alone() -> None:
    with pytest.raises(UsageError, match="asks the live network; url= is for apps"):
        matrix("http://127.0.0.1:1/", url="https://api.example/", origins=[APP])


def test_live_url_is_asked_on_the_network() -> None:
    respx = pytest.importorskip("respx")
    with respx.mock() as router:
        router.get("https://api.example/items").respond(200, headers={"Access-Control-Allow-Origin": "*"})
        (row,) = matrix("https://api.example/items", origins=[APP])
    assert row.outcome.allowed
