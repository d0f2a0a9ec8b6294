"""Snippets of servers that take long to build: one process for all of them. Skipped where one is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.snippets import ServerChange, snippet_for
from tests.diagnosis.real_servers.compiled import COMPILED
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, serving_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corssim.browser.outcome import Outcome

PAGE, OTHER, FOREIGN = "https://app.example", "https://other.example", "https://app.example.evil.example"
ODD = "x-odd-#$0-%h"
CHANGES = {
    "nothing": None,
    "a page": ServerChange(
        allow_origins=(PAGE,), methods=("PUT",), headers=("x-token", ODD), expose=("server", "x-served-by"), max_age=600
    ),
    "a page with cookies": ServerChange(
        allow_origins=(PAGE,),
        allow_credentials=True,
        methods=("PUT",),
        headers=("x-token", ODD),
        expose=("server",),
        max_age=600,
    ),
    "a page beside another": ServerChange(allow_origins=(OTHER, PAGE), methods=("PUT",), headers=("x-token",)),
    "everybody": ServerChange(public_origins="*", methods=("PUT",), headers=("x-token",), expose=("server",)),
    "everybody, whatever they ask": ServerChange(public_origins="*", methods=("*",), headers=("*",), max_age=0),
    "a page with cookies, everybody without": ServerChange(
        allow_origins=(PAGE,), allow_credentials=True, public_origins="*", methods=("PUT",), headers=("x-token",)
    ),
}


class Servers(NamedTuple):
    software: str
    origins: dict[str, str]
    """The server's origin with each of `CHANGES`."""


@pytest.fixture(scope="module", params=COMPILED)
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    texts = ["" if change is None else snippet_for(request.param, change).text for change in CHANGES.values()]
    folder = tmp_path_factory.mktemp(request.param)
    with serving_all(COMPILED[request.param], folder, texts) as origins:
        yield Servers(request.param, dict(zip(CHANGES, origins, strict=True)))


def put(
    servers: Servers, origin: str, page: str, change: ServerChange, path: str = "/items", *, include: bool = False
) -> list[Outcome]:
    """The same PUT twice, with every header that the change allows."""
    headers = dict.fromkeys(("x-token",) if "*" in change.headers else change.headers, "1")
    if servers.software == "go":  # rs/cors before 1.11 takes letters, digits, `-`, `_` and `.` alone
        headers.pop(ODD, None)
    with Browser(timeout=STARTS_WITHIN) as browser:
        opened = browser.page(f"{page}/")
        credentials = "include" if include else "same-origin"
        return [
            opened.fetch(f"{origin}{path}", method="PUT", headers=headers, credentials=credentials) for _ in range(2)
        ]


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "nothing"])
def test_the_snippet_turns_a_put_from_blocked_to_readable(servers: Servers, name: str) -> None:
    change, origin = CHANGES[name], servers.origins[name]
    assert change is not None
    include = change.allow_credentials
    before = put(servers, servers.origins["nothing"], PAGE, change, include=include)[0]
    assert before.blocked is not None
    assert not before.reached_server

    first, second = put(servers, origin, PAGE, change, include=include)
    assert first.allowed, first.blocked
    assert first.response is not None
    assert bool(first.response.header("server")) == ("server" in change.expose)
    # Without an age browsers keep it for five seconds. Gin's middleware cannot send 0, nor can rs/cors 1.7.
    is_kept = change.max_age != 0 or servers.software in ("gin", "go")
    assert [each.kind for each in second.exchanges] == (["actual"] if is_kept else ["preflight", "actual"])
    broken = put(servers, origin, PAGE, change, "/broken", include=include)[0]
    assert broken.response is not None, broken.blocked
    assert broken.response.status == 500

    for page in change.named_origins:
        assert put(servers, origin, page, change)[0].allowed
    foreign = put(servers, origin, FOREIGN, change)[0]
    if not change.any_origin:
        assert foreign.blocked is not None
        assert not foreign.reached_server
    elif "narrower" not in snippet_for(servers.software, change).note:
        assert foreign.allowed, foreign.blocked
    assert not put(servers, origin, FOREIGN, change, include=True)[0].allowed
