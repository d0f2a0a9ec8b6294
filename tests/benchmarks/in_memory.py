"""The algorithms alone and `Page.fetch` with a MockServer, beside httpx's MockTransport for the same requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from corssim import Browser, MockServer
from corssim.browser.drivers import run
from corssim.browser.requests.fetch import fetch_request
from corssim.fetch.fetch_params import FetchParams
from corssim.fetch.fetching import main_fetch
from corssim.fetch.wire import WireRequest, WireResponse

from .measure import compared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corssim.fetch.request import Request

    from .measure import Figure

PAGE = "https://app.example/"
API = "https://api.example/x"
ALLOW = [("Access-Control-Allow-Origin", "https://app.example"), ("Access-Control-Allow-Methods", "PUT")]
GET_HEADERS = [("Accept", "*/*"), ("Origin", "https://app.example")]
PREFLIGHT_HEADERS = [*GET_HEADERS, ("Access-Control-Request-Method", "PUT")]
PUT_HEADERS = [*GET_HEADERS, ("Content-Type", "text/plain;charset=UTF-8")]
KINDS = ("simple GET", "preflighted PUT", "PUT, preflight cached")


def _answer(request: WireRequest) -> WireResponse:
    if request.method == "OPTIONS":
        return WireResponse(204, "No Content", tuple(ALLOW))
    return WireResponse(200, "OK", (ALLOW[0], ("Content-Length", "2")), b"ok")


def _handler(request: httpx.Request) -> httpx.Response:
    if request.method == "OPTIONS":
        return httpx.Response(204, headers=ALLOW)
    return httpx.Response(200, headers=ALLOW[:1], content=b"ok")


_MOCK_TRANSPORT = httpx.MockTransport(_handler)


def _by_mock_transport(kind: str) -> Callable[[], None]:
    def get() -> None:
        _MOCK_TRANSPORT.handle_request(httpx.Request("GET", API, headers=GET_HEADERS)).read()

    def put() -> None:
        _MOCK_TRANSPORT.handle_request(httpx.Request("PUT", API, headers=PUT_HEADERS, content=b"hi")).read()

    def both() -> None:
        _MOCK_TRANSPORT.handle_request(httpx.Request("OPTIONS", API, headers=PREFLIGHT_HEADERS)).read()
        put()

    return {"simple GET": get, "preflighted PUT": both}.get(kind, put)


def _asked(kind: str) -> dict[str, Any]:
    return {} if kind == "simple GET" else {"method": "PUT", "body": "hi"}


def server() -> MockServer:
    """Its answers are in nobody's HTTP cache but those at /stored."""
    made = MockServer()
    made.route("*", method="OPTIONS", status=204, headers=ALLOW)
    made.route("/stored", headers=[ALLOW[0], ("Cache-Control", "max-age=60")], body="ok")
    made.route("/not-stored", headers=[ALLOW[0], ("Cache-Control", "no-store")], body="ok")
    return made.route("*", headers=ALLOW[:1], body="ok")


def figures(profile: str) -> Iterator[Figure]:
    """In one browser's profile."""
    wanted = {"simple GET": 0.5, "preflighted PUT": 0.4, "PUT, preflight cached": 0.5}
    for kind in KINDS:
        ours, prepare = _engine(profile, kind)
        theirs = _by_mock_transport(kind)
        yield compared(f"{profile}: engine, {kind}", ours, theirs, wanted=wanted[kind], prepare=prepare)
    for kind in KINDS:
        ours = _page(profile, kind)
        yield compared(f"{profile}: Page.fetch, {kind}", ours, _by_mock_transport(kind), wanted=1.2)
    stored, not_stored = _page_at(profile, "stored"), _page_at(profile, "not-stored")
    yield compared(f"{profile}: GET that is stored / not stored", stored, not_stored, wanted=1.2)


def _engine(profile: str, kind: str) -> tuple[Callable[[], None], Callable[[int], None]]:
    """The algorithms alone: their requests are made before, and the network is a function."""
    browser = Browser(server(), profile=profile)
    environment = browser.page(PAGE).environment
    made: list[Request] = []

    def prepare(number: int) -> None:
        made[:] = [fetch_request(environment, browser.profile, API, **_asked(kind)) for _ in range(number)]

    def fetch() -> None:
        if kind != "PUT, preflight cached":
            browser.preflight_cache.clear()
        run(main_fetch(FetchParams(made.pop(), browser.user_agent, [])), _answer)

    return fetch, prepare


def _page(profile: str, kind: str) -> Callable[[], None]:
    browser = Browser(server(), profile=profile)
    page, asked = browser.page(PAGE), _asked(kind)

    def fetch() -> None:
        if kind != "PUT, preflight cached":
            browser.preflight_cache.clear()
        page.fetch(API, **asked)

    return fetch


def _page_at(profile: str, path: str) -> Callable[[], None]:
    browser = Browser(server(), profile=profile)
    page = browser.page(PAGE)

    def fetch() -> None:
        browser.http_cache.clear()
        page.fetch(f"https://api.example/{path}")

    return fetch
