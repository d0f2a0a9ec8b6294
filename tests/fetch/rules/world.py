"""A browser with one profile and a server by rules; a row of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corssim import Browser, BrowserProfile, MockServer
from corssim.fetch.browsers.standard import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable

APP, API, OTHER = "https://app.example/", "https://api.example/x", "https://other.test/x"


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


ANY = {"Access-Control-Allow-Origin": "*"}


EXACT = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}


PREFLIGHT_OK = {
    **EXACT,
    "Access-Control-Allow-Methods": "{acrm}",
    "Access-Control-Allow-Headers": "{acrh}",
}


class World:
    """A browser with one profile, a server by rules, and a clock."""

    def __init__(self, profile: BrowserProfile, url: str = APP, **page: Any) -> None:
        self.now = 1_800_000_000.0
        self.server = MockServer()
        self.browser = Browser(self.server, profile=profile, clock=lambda: self.now)
        self.page = self.browser.page(url, **page)

    def route(self, url: str, *args: Any, **options: Any) -> World:
        self.server.route(url, *args, **options)
        return self

    @property
    def sent(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.server.requests]

    def methods(self) -> list[str]:
        return [request.method for request in self.server.requests]

    def header(self, name: str, index: int = -1) -> str | None:
        lines = [v for n, v in self.server.requests[index].headers if n.lower() == name.lower()]
        return ", ".join(lines) if lines else None


def permissive(profile: BrowserProfile, **page: Any) -> World:
    """The API answers every preflight and request with what it needs."""
    return World(profile, **page).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", headers=EXACT)


def verdict(url: str, **options: Any) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        outcome = World(profile).route("*", headers=ANY).page.fetch(url, **options)
        return outcome.reason or outcome.verdict

    return run


def revalidated_in_the_background(profile: BrowserProfile) -> World:
    world = World(profile)
    stale = {"Cache-Control": "max-age=0, stale-while-revalidate=60"}
    world.route(API, headers=ANY | stale, times=1).route(API, status=302, headers={**ANY, "Location": OTHER})
    world.route(OTHER, headers=ANY)
    for _ in range(2):
        world.page.fetch(API)
        world.now += 1
    return world


@dataclass(frozen=True)
class Row:
    rule: str
    value: Any
    scenario: Callable[[BrowserProfile], Any]
    by_the_text: Any
    changed: Any
    base: BrowserProfile = STANDARD


ASK, PUT = "OPTIONS", "PUT"


def check(row: Row) -> None:
    """The scenario comes out as the text says, and otherwise under the rule's other value."""
    before, after = row.scenario(row.base), row.scenario(row.base.changed(row.rule, row.value))
    assert (before, after) == (row.by_the_text, row.changed)


def row_id(row: Row) -> str:
    return f"{row.rule} {row.value}"
