"""What a page remembers of its last load from a URL: what it answers, how it is validated, what ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Browser, MockServer
from corssim.fetch.browsers.standard import STANDARD
from corssim.fetch.last_loads import LastLoads

if TYPE_CHECKING:
    from collections.abc import Callable


APP, API = "https://app.example/", "https://api.example/"
KINDS = frozenset({"font", "frame", "image", "script", "scripted", "stylesheet"})
REMEMBERING = STANDARD.changed("documents.remember", KINDS).changed("http_cache.stores_only", frozenset({200}))
OTHERWISE_STORED_NOWHERE = 299
TAGGED = {"ETag": '"v1"', "Cache-Control": "no-cache"}
FRESH = {"Cache-Control": "max-age=60"}

A_FONT = b"\0\1\0\0" + bytes(8)
TYPES = {"font": "font/ttf", "iframe": "text/html", "script": "text/javascript", "stylesheet": "text/css"}


def xhr(url: str = "/x", **options: Any) -> Callable[[Any], object]:
    return lambda page: page.xhr(url, **options)


def fetch(url: str = "/x", **options: Any) -> Callable[[Any], object]:
    return lambda page: page.fetch(url, **options)


def load(element: str, url: str = "/x", **options: Any) -> Callable[[Any], object]:
    return lambda page: page.load(element, url, **options)


class World:
    def __init__(self, status: int, headers: dict[str, str], profile: Any = REMEMBERING) -> None:
        self.now = 1_800_000_000.0
        self.server = MockServer().route("*", status=status, headers=headers, body=A_FONT)
        self.page = Browser(self.server, profile=profile, clock=lambda: self.now).page(APP)

    def asked(self, *steps: Callable[[Any], object]) -> list[str]:
        """What each step asks for: its method, and the tag that it knows; "-" for nothing."""
        told = []
        for step in steps:
            before = len(self.server.requests)
            step(self.page)
            self.now += 1
            sent = self.server.requests[before:]
            tags = [{name.lower(): value for name, value in each.headers}.get("if-none-match", "") for each in sent]
            told.append(" ".join(each.method + tag for each, tag in zip(sent, tags, strict=True)) or "-")
        return told


@pytest.mark.parametrize("kind", ["font", "iframe", "script", "stylesheet"])
def test_an_element_validates_what_the_last_of_its_kind_loaded(kind: str) -> None:
    world = World(OTHERWISE_STORED_NOWHERE, TAGGED | {"Content-Type": TYPES[kind]})
    assert world.asked(load(kind), load(kind)) == ["GET", 'GET"v1"']


@pytest.mark.parametrize("kind", ["font", "iframe", "script", "stylesheet"])
def test_an_element_uses_it_while_it_is_fresh(kind: str) -> None:
    world = World(OTHERWISE_STORED_NOWHERE, FRESH | {"Content-Type": TYPES[kind]})
    assert world.asked(load(kind), load(kind)) == ["GET", "-"]


def test_what_is_no_font_is_not_remembered() -> None:
    server = MockServer().route("*", status=OTHERWISE_STORED_NOWHERE, headers=FRESH, body="no font")
    page = Browser(server, profile=REMEMBERING).page(APP)
    for _ in range(2):
        page.load("font", "/x")
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [299, 400, 401, 500])
def test_what_script_loaded_is_remembered_whatever_its_status(status: int) -> None:
    assert World(status, FRESH).asked(xhr(), xhr()) == ["GET", "-"]
    assert World(status, TAGGED).asked(xhr(), xhr()) == ["GET", 'GET"v1"']


@pytest.mark.parametrize("kind", ["font", "script", "stylesheet"])
def test_an_element_that_an_error_failed_asks_anew(kind: str) -> None:
    world = World(400, TAGGED | {"Content-Type": TYPES[kind]})
    assert world.asked(load(kind), load(kind)) == ["GET", "GET"]


def test_by_the_text_nothing_of_the_kind_is_known() -> None:
    assert World(OTHERWISE_STORED_NOWHERE, TAGGED, STANDARD).asked(xhr(), xhr()) == ["GET", "GET"]


@pytest.mark.parametrize(
    ("steps", "asked"),
    [
        pytest.param(
            [xhr(), xhr(), xhr(), xhr()], ["GET", 'GET"v1"', "GET", 'GET"v1"'], id="in vain: not twice running"
        ),
        pytest.param([load("font")] * 3, ["GET", 'GET"v1"', 'GET"v1"'], id="in vain: a font again and again"),
        pytest.param([xhr(), fetch(), xhr()], ["GET", 'GET"v1"', "GET"], id="fetch() uses it and leaves nothing"),
        pytest.param([fetch(), fetch()], ["GET", "GET"], id="fetch() alone"),
        pytest.param([xhr(), xhr(headers={"Accept": "a/b"})], ["GET", 'GET"v1"'], id="another Accept is the same"),
        pytest.param([xhr(), xhr(headers={"X-A": "1"})], ["GET", "GET"], id="another header is not"),
        pytest.param([xhr(), xhr(with_credentials=True)], ["GET", "GET"], id="other credentials are not"),
        pytest.param([xhr(), xhr("/x#f")], ["GET", 'GET"v1"'], id="another fragment is the same"),
        pytest.param([xhr(), fetch(method="POST"), xhr()], ["GET", "POST", "GET"], id="a POST ends it"),
        pytest.param([xhr(), fetch(method="HEAD"), xhr()], ["GET", "HEAD", "GET"], id="a HEAD ends it"),
        pytest.param([xhr(), load("img"), xhr()], ["GET", "GET", "GET"], id="an image takes its place"),
        pytest.param([xhr(), fetch(cache="no-store"), xhr()], ["GET", "GET", 'GET"v1"'], id="no-store leaves it"),
        pytest.param([xhr(), fetch(cache="reload"), xhr()], ["GET", "GET", "GET"], id="reload does not use it"),
        pytest.param([xhr(), fetch(cache="no-cache"), xhr()], ["GET", "GET", "GET"], id="no-cache does not either"),
        pytest.param([xhr(), fetch(cache="force-cache"), xhr()], ["GET", "-", 'GET"v1"'], id="forced: stale"),
        pytest.param(
            [xhr(), fetch(headers={"If-None-Match": '"x"'}), xhr()],
            ["GET", 'GET"x"', 'GET"v1"'],
            id="script's own condition leaves it",
        ),
        pytest.param(
            [xhr(), lambda page: page.xhr("/x", synchronous=True), xhr()], ["GET", "GET", 'GET"v1"'], id="synchronous"
        ),
        pytest.param(
            [xhr(), lambda page: page.send_beacon("/x"), xhr()], ["GET", "POST", "GET"], id="a beacon ends it"
        ),
        pytest.param([xhr(), lambda page: page.event_source("/x"), xhr()], ["GET", "GET", 'GET"v1"'], id="events"),
        pytest.param([xhr(), fetch(mode="same-origin")], ["GET", "GET"], id="another mode says so in a header"),
    ],
)
def test_which_load_is_the_same(steps: list[Callable[[Any], object]], asked: list[str]) -> None:
    assert World(OTHERWISE_STORED_NOWHERE, TAGGED).asked(*steps) == asked


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        pytest.param({"ETag": '"v1"', "Cache-Control": "no-store"}, ["GET"] * 3, id="no-store"),
        pytest.param({"ETag": '"v1"', "Cache-Control": "max-age=2"}, ["GET", "-", 'GET"v1"'], id="until it is stale"),
        pytest.param(
            {"ETag": '"v1"', "Cache-Control": "max-age=0, stale-while-revalidate=9"},
            ["GET"] * 3,
            id="left to the cache",
        ),
        pytest.param({"ETag": '"v1"', "Vary": "*"}, ["GET"] * 3, id="varies by anything"),
        pytest.param({}, ["GET"] * 3, id="nothing to validate it by"),
    ],
)
def test_what_its_headers_say(headers: dict[str, str], asked: list[str]) -> None:
    assert World(OTHERWISE_STORED_NOWHERE, headers).asked(xhr(), xhr(), xhr()) == asked


def test_a_304_gives_back_what_is_remembered_and_it_may_be_validated_again() -> None:
    world = World(OTHERWISE_STORED_NOWHERE, TAGGED)
    world.server = MockServer().route("*", status=400, headers=TAGGED, body=b"first", times=1)
    world.server.route("*", status=304, headers={"X-New": "1"})
    world.page = Browser(world.server, profile=REMEMBERING, clock=lambda: world.now).page(APP)
    outcomes = [world.page.xhr("/x") for _ in range(3)]
    assert [(each.response.status, each.response.body) for each in outcomes if each.response] == [(400, b"first")] * 3
    assert [each.exchanges[0].request.header("If-None-Match") for each in outcomes] == [None, '"v1"', '"v1"']


@pytest.mark.parametrize(
    ("max_age", "to", "asked"),
    [
        pytest.param("max-age=60", "/end", [("/go", '"v1"'), ("/end", '"v1"')], id="a redirect that is fresh"),
        pytest.param("no-cache", "/end", [("/go", None), ("/end", None)], id="one that is asked for again"),
        pytest.param("max-age=60", "/elsewhere", [("/go", '"v1"'), ("/elsewhere", None)], id="it leads elsewhere now"),
    ],
)
def test_behind_a_redirect_that_the_http_cache_does_not_keep(
    max_age: str, to: str, asked: list[tuple[str, str | None]]
) -> None:
    profile = REMEMBERING.changed("http_cache.stores_only", frozenset({200}))
    server = MockServer().route("/go", status=308, headers={"Location": "/end", "Cache-Control": max_age}, times=1)
    server.route("/go", status=308, headers={"Location": to}).route("*", headers=TAGGED, status=299)
    page = Browser(server, profile=profile).page(APP)
    page.xhr("/go")
    outcome = page.xhr("/go")
    told = [
        (each.request.url.removeprefix(APP[:-1]), each.request.header("If-None-Match")) for each in outcome.exchanges
    ]
    assert told == asked


def test_what_script_gets_piece_by_piece_is_not_remembered() -> None:
    world = World(200, FRESH)
    world.asked(*(fetch(f"/{number}") for number in range(3)))
    assert len(world.page.environment.last_loads) == 0


@pytest.mark.parametrize(
    ("bound", "value", "kept"), [("MOST", 2, [2, 1]), ("MOST_BYTES", 10_000, [2]), ("MOST_BYTES", 10, [])]
)
def test_a_page_remembers_only_so_much_the_last_of_all(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: int, kept: list[int]
) -> None:
    monkeypatch.setattr(LastLoads, bound, value)
    world = World(OTHERWISE_STORED_NOWHERE, TAGGED | {"X": "y" * 2_000})
    world.asked(*(xhr(f"/{number}") for number in range(3)))
    assert [number for number in (2, 1, 0) if world.asked(xhr(f"/{number}")) == ['GET"v1"']] == kept
