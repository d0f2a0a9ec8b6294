"""Each rule of `corssim/fetch/rules/network.py`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .world import API, ASK, PREFLIGHT_OK, Row, World, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile


def given_twice(name: str, *values: str) -> Callable[[BrowserProfile], Any]:
    def run(profile: BrowserProfile) -> Any:
        return World(profile).route("*", headers=[(name, value) for value in values]).page.fetch("/x").reason

    return run


def proxy_authentication(profile: BrowserProfile) -> Any:
    return World(profile).route("*", status=407).page.fetch("/x").reason


def dropped_once(profile: BrowserProfile) -> Any:
    return World(profile).route("*", fail="reset", times=1).route("*").page.fetch("/x").reason


def dropped_on_a_reused_connection(method: str) -> Callable[[BrowserProfile], list[str]]:
    def run(profile: BrowserProfile) -> list[str]:
        world = World(profile).route("/x").route("*", fail="reset")
        world.page.fetch("/x")
        world.page.fetch("/y", method=method)
        return world.methods()

    return run


def put_dropped_after_its_preflight(profile: BrowserProfile) -> list[str]:
    world = World(profile).route("*", "OPTIONS", 204, PREFLIGHT_OK).route("*", fail="reset")
    world.page.fetch(API, method="PUT")
    return world.methods()


ROWS = [
    Row("network.retries_of_dropped_connections", 1, dropped_once, "connection-reset", None),
    Row(
        "network.retries_on_reused_connections",
        "never",
        put_dropped_after_its_preflight,
        [ASK, "PUT", "PUT"],
        [ASK, "PUT"],
    ),
    Row(
        "network.retries_on_reused_connections",
        "safe-methods",
        dropped_on_a_reused_connection("DELETE"),
        ["GET", "DELETE", "DELETE"],
        ["GET", "DELETE"],
    ),
    Row(
        "network.retries_on_reused_connections",
        "never",
        dropped_on_a_reused_connection("GET"),
        ["GET"] * 3,
        ["GET"] * 2,
    ),
    Row(
        "network.retries_on_reused_connections",
        "any-method",
        dropped_on_a_reused_connection("POST"),
        ["GET", "POST"],
        ["GET", "POST", "POST"],
    ),
    Row(
        "network.headers_that_may_not_differ",
        frozenset({"location"}),
        given_twice("Location", "/a", "/b"),
        None,
        "network-failure",
    ),
    Row(
        "network.headers_that_may_not_differ", frozenset({"location"}), given_twice("location", "/a", "/a"), None, None
    ),
    Row("network.refuses_proxy_authentication_without_a_proxy", True, proxy_authentication, None, "network-failure"),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
