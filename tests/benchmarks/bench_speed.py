"""What corssim's own work costs, as ratios to httpx in the same run. Run on demand:

    pip install -e '.[bench]' && pytest tests/benchmarks/bench_speed.py -p no:xdist -q

Each pair measures the same two requests, a preflight and a PUT, by turns, so that a busy machine slows both; the last
lines print the ratio of the medians. What it costs to start is in `start_up`.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from corssim import AsyncBrowser, Browser
from corssim.browser.drivers import run
from corssim.browser.requests.fetch import fetch_request
from corssim.fetch.fetch_params import FetchParams
from corssim.fetch.fetching import main_fetch
from corssim.fetch.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = "https://app.example/"
API = "https://api.example/x"
ALLOW = [("Access-Control-Allow-Origin", "https://app.example"), ("Access-Control-Allow-Methods", "PUT")]
PREFLIGHT_HEADERS = [("Accept", "*/*"), ("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT")]
PUT_HEADERS = [("Accept", "*/*"), ("Origin", "https://app.example"), ("Content-Type", "text/plain;charset=UTF-8")]

ratios: list[tuple[str, float, float | None]] = []


@pytest.fixture(scope="module", autouse=True)
def summary() -> Iterator[None]:
    # What pytest has loaded is no garbage of either side.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    for title, ratio, limit in ratios:
        wanted = f" (wanted: at most {limit})" if limit else ""
        print(f"\n{title}: {ratio:.2f}{wanted}", end="")
    print()


def compare(
    benchmark: Any,
    title: str,
    ours: Callable[[Any], Any],
    theirs: Callable[[], Any],
    *,
    given: Callable[[], Any] = lambda: None,
    rounds: int,
    limit: float | None = None,
) -> None:
    """Run both by turns; `given` makes what `ours` gets, outside the measurement."""
    samples: list[float] = []

    def set_up() -> tuple[tuple[Any], dict[str, Any]]:
        start = perf_counter()
        theirs()
        samples.append(perf_counter() - start)
        return (given(),), {}

    benchmark.pedantic(ours, setup=set_up, rounds=rounds, warmup_rounds=5)
    ratios.append((title, benchmark.stats.stats.median / median(samples[5:]), limit))


def answer(request: WireRequest) -> WireResponse:
    if request.method == "OPTIONS":
        return WireResponse(204, "No Content", tuple(ALLOW))
    return WireResponse(200, "OK", (ALLOW[0], ("Content-Length", "2")), b"ok")


BATCH = 50


def mock_transport() -> None:
    for _ in range(BATCH):
        TRANSPORT.handle_request(httpx.Request("OPTIONS", API, headers=PREFLIGHT_HEADERS)).read()
        TRANSPORT.handle_request(httpx.Request("PUT", API, headers=PUT_HEADERS, content=b"hi")).read()


def handler(request: httpx.Request) -> httpx.Response:
    if request.method == "OPTIONS":
        return httpx.Response(204, headers=ALLOW)
    return httpx.Response(200, headers=ALLOW[:1], content=b"ok")


TRANSPORT = httpx.MockTransport(handler)


def test_engine(benchmark: Any) -> None:
    """The algorithms alone: what they are given is made before, and the network is a function."""
    browser = Browser(answer_in_memory())
    page = browser.page(PAGE)

    def given() -> list[FetchParams]:
        requests = [
            fetch_request(page.environment, browser.profile, API, method="PUT", body="hi") for _ in range(BATCH)
        ]
        return [FetchParams(request, browser.user_agent, []) for request in requests]

    def engine(batch: list[FetchParams]) -> None:
        for params in batch:
            browser.preflight_cache.clear()
            run(main_fetch(params), answer)

    title = "engine alone / httpx MockTransport"
    compare(benchmark, title, engine, mock_transport, given=given, rounds=400, limit=0.6)


def answer_in_memory() -> Any:
    from corssim import MockServer

    server = MockServer()
    server.route("*", method="OPTIONS", status=204, headers=ALLOW)
    server.route("*", headers=ALLOW[:1], body="ok")
    return server


def test_page_in_memory(benchmark: Any) -> None:
    browser = Browser(answer_in_memory())
    page = browser.page(PAGE)

    def work(_: None) -> None:
        for _ in range(BATCH):
            browser.preflight_cache.clear()
            page.fetch(API, method="PUT", body="hi")

    compare(benchmark, "page.fetch in memory / httpx MockTransport", work, mock_transport, rounds=200)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_OPTIONS(self) -> None:
        self.answer(204, b"")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(200, b"ok")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in ALLOW:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def loopback() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x"
    server.shutdown()
    server.server_close()


def test_page_over_loopback(benchmark: Any, loopback: str) -> None:
    with Browser() as browser, httpx.Client() as client:
        page = browser.page(PAGE)

        def ours(_: None) -> None:
            for _ in range(10):
                browser.preflight_cache.clear()
                assert page.fetch(loopback, method="PUT", body="hi").allowed

        def theirs() -> None:
            for _ in range(10):
                assert client.options(loopback, headers=PREFLIGHT_HEADERS).status_code == 204
                assert client.put(loopback, headers=PUT_HEADERS, content=b"hi").status_code == 200

        compare(benchmark, "page.fetch over loopback / httpx.Client", ours, theirs, rounds=60, limit=1.05)


def test_many_at_once(loopback: str) -> None:
    """The same fetches one after the other and all at once, in time of this process."""

    async def both() -> tuple[float, float]:
        async with AsyncBrowser() as browser:
            page = browser.page(PAGE)
            await page.fetch(loopback, method="PUT")
            start = process_time()
            for _ in range(500):
                await page.fetch(loopback, method="PUT")
            middle = process_time()
            outcomes = await asyncio.gather(*(page.fetch(loopback, method="PUT") for _ in range(500)))
            end = process_time()
        assert all(outcome.allowed for outcome in outcomes)
        return middle - start, end - middle

    samples = [asyncio.run(both()) for _ in range(3)]
    in_sequence, at_once = (median(column) for column in zip(*samples, strict=True))
    ratios.append(("500 at once / in sequence (CPU, the server's with it)", at_once / in_sequence, 1.2))
