"""`Page.fetch` over loopback beside httpx.Client, what that is made of, other clients, and jsdom and its like."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import h11
import httpcore
import httpx
import pycurl
import urllib3
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_parser import HttpResponseParser

from corssim import AsyncBrowser, Browser
from corssim.browser.transports.http1.answer import Answer
from corssim.fetch.rules import AnswerRules
from corssim.verify.browsers.errors import DriverError

from . import chromium
from .in_memory import GET_HEADERS, PREFLIGHT_HEADERS, PUT_HEADERS
from .measure import ROUNDS, Figure, compared, figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = "http://localhost:3000/"  # secure enough for loopback, and no mixed content in any browser
KINDS = ("GET", "OPTIONS and PUT", "PUT, preflight cached")
OTHERS = ("jsdom", "happy-dom", "mentoss")
_NODE_MODULES = Path(gettempdir()) / "corssim-benchmarks"


def _sends(kind: str, send: Callable[[str, list[tuple[str, str]], bytes | None], object]) -> Callable[[], None]:
    def work() -> None:
        if kind == "GET":
            send("GET", GET_HEADERS, None)
            return
        if kind == "OPTIONS and PUT":
            send("OPTIONS", PREFLIGHT_HEADERS, None)
        send("PUT", PUT_HEADERS, b"hi")

    return work


def figures(url: str) -> Iterator[Figure]:
    """Each browser's fetches beside httpx.Client's, which sends the same requests."""
    with httpx.Client() as client:
        for profile in ("standard", "chromium", "firefox", "webkit"):
            with Browser(profile=profile, permissions={"loopback-network": "granted"}) as browser:
                for kind in KINDS:
                    theirs = _sends(
                        kind, lambda method, headers, body: client.request(method, url, headers=headers, content=body)
                    )
                    title = f"{profile}: {kind} / httpx.Client"
                    yield compared(title, _fetches(browser, url, kind), theirs, wanted=0.85, batch=20)
        theirs = _sends(
            KINDS[1], lambda method, headers, body: client.request(method, url, headers=headers, content=body)
        )
        for name, send in _clients(url).items():
            yield compared(f"{name}, {KINDS[1]} / httpx.Client", _sends(KINDS[1], send), theirs, batch=20)


def _fetches(browser: Browser, url: str, kind: str) -> Callable[[], None]:
    page = browser.page(PAGE)

    def fetch() -> None:
        if kind != "PUT, preflight cached":
            browser.preflight_cache.clear()
        asked: dict[str, Any] = {} if kind == "GET" else {"method": "PUT", "body": "hi"}
        assert page.fetch(url, **asked).allowed

    return fetch


def _clients(url: str) -> dict[str, Callable[[str, list[tuple[str, str]], bytes | None], object]]:
    """What lies below httpx, and other clients."""
    host, port = httpx.URL(url).host, httpx.URL(url).port or 80
    transport, pool = httpx.HTTPTransport(), httpcore.ConnectionPool()
    plain = http.client.HTTPConnection(host, port)
    connection = socket.create_connection((host, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    rules = AnswerRules()

    def with_length(headers: list[tuple[str, str]], body: bytes | None) -> list[tuple[str, str]]:
        length = [] if body is None else [("Content-Length", str(len(body)))]
        return [("Host", f"{host}:{port}"), *headers, *length]

    def by_http_client(method: str, headers: list[tuple[str, str]], body: bytes | None) -> None:
        plain.request(method, "/x", body, dict(headers))
        plain.getresponse().read()

    def by_h11(method: str, headers: list[tuple[str, str]], body: bytes | None) -> None:
        parser = h11.Connection(h11.CLIENT)
        data = parser.send(h11.Request(method=method, target="/x", headers=with_length(headers, body))) or b""
        data += (parser.send(h11.Data(data=body)) or b"") if body else b""
        connection.sendall(data + (parser.send(h11.EndOfMessage()) or b""))
        while (event := parser.next_event()).__class__ is not h11.EndOfMessage:
            if event is h11.NEED_DATA:
                parser.receive_data(connection.recv(65536))

    def by_our_reader(method: str, headers: list[tuple[str, str]], body: bytes | None) -> None:
        lines = [f"{method} /x HTTP/1.1", *(f"{name}: {value}" for name, value in with_length(headers, body)), "", ""]
        connection.sendall("\r\n".join(lines).encode() + (body or b""))
        answer = Answer(method, rules, is_secure=False, on_default_port=False)
        while not answer.is_complete:
            answer.feed(connection.recv(65536))

    clients: dict[str, Any] = {
        "httpx.HTTPTransport": lambda method, headers, body: transport.handle_request(
            httpx.Request(method, url, headers=headers, content=body)
        ).read(),
        "httpcore": lambda method, headers, body: pool.request(
            method, url, headers=with_length(headers, body), content=body
        ),
        "http.client": by_http_client,
        "h11 over a socket": by_h11,
        "our reader over a socket": by_our_reader,
    }
    manager = urllib3.PoolManager()
    clients["urllib3"] = lambda method, headers, body: manager.request(method, url, headers=dict(headers), body=body)
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)

    def by_pycurl(method: str, headers: list[tuple[str, str]], body: bytes | None) -> None:
        curl.setopt(pycurl.WRITEFUNCTION, io.BytesIO().write)
        curl.setopt(pycurl.HEADERFUNCTION, io.BytesIO().write)
        if body is None:
            curl.setopt(pycurl.HTTPGET, 1)
        else:
            curl.setopt(pycurl.POSTFIELDS, body)
        curl.setopt(pycurl.CUSTOMREQUEST, method)
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers])
        curl.perform()

    clients["pycurl"] = by_pycurl
    loop = asyncio.new_event_loop()
    parser = HttpResponseParser(BaseProtocol(loop), loop, 2**16)

    def by_aiohttps_parser(method: str, headers: list[tuple[str, str]], body: bytes | None) -> None:
        lines = [f"{method} /x HTTP/1.1", *(f"{name}: {value}" for name, value in with_length(headers, body)), "", ""]
        connection.sendall("\r\n".join(lines).encode() + (body or b""))
        messages: list[Any] = []
        while not messages or not messages[0][1].is_eof():
            messages += parser.feed_data(connection.recv(65536))[0]

    clients["aiohttp's parser over a socket"] = by_aiohttps_parser
    return clients


def many(url: str, number: int = 1000) -> Iterator[Figure]:
    """As many fetches at once as one after the other, in CPU and in wall time; none may fail."""
    in_a_loop = [asyncio.run(_in_a_loop(url, number)) for _ in range(15)]
    in_threads = [_in_threads(url, number) for _ in range(15)]
    for where, samples in (
        (f"{number} at once / in sequence, AsyncBrowser", in_a_loop),
        ("32 threads, Browser", in_threads),
    ):
        for index, clock in enumerate(("CPU", "wall")):
            at_once, in_sequence = ([sample[both][index] for sample in samples] for both in (1, 0))
            yield figure(f"{where}, {clock}", at_once, in_sequence, 1.2, number)


_Times = tuple[float, float]


def _now() -> _Times:
    return process_time(), perf_counter()


def _between(before: _Times, after: _Times) -> _Times:
    return after[0] - before[0], after[1] - before[1]


async def _in_a_loop(url: str, number: int) -> tuple[_Times, _Times]:
    async with AsyncBrowser() as browser:
        page = browser.page(PAGE)
        await page.fetch(url, method="PUT")
        start = _now()
        kept = [await page.fetch(url, method="PUT") for _ in range(number)]
        middle = _now()
        kept += await asyncio.gather(*(page.fetch(url, method="PUT") for _ in range(number)))
        end = _now()
    assert all(outcome.allowed for outcome in kept)
    return _between(start, middle), _between(middle, end)


def _in_threads(url: str, number: int) -> tuple[_Times, _Times]:
    with Browser() as browser, ThreadPoolExecutor(32) as threads:
        page = browser.page(PAGE)
        page.fetch(url, method="PUT")
        start = _now()
        kept = [page.fetch(url, method="PUT") for _ in range(number)]
        middle = _now()
        kept += threads.map(lambda _: page.fetch(url, method="PUT"), range(number))
        end = _now()
    assert all(outcome.allowed for outcome in kept)
    return _between(start, middle), _between(middle, end)


def others(url: str) -> Iterator[Figure]:
    """jsdom, happy-dom and mentoss in Node.js, and headless Chromium: each one's CPU time beside httpx.Client's in the
    same minute.
    """
    missing = _why_no_node()
    for name in (*OTHERS, "headless Chromium"):
        try:
            seconds = _by_node(name, url, missing) if name in OTHERS else chromium.seconds(url, PAGE, ROUNDS)
        except (OSError, DriverError) as error:
            yield Figure(name, skipped=str(error)[:100])
            continue
        with httpx.Client() as client:
            for kind in KINDS[:2]:
                theirs = _sends(
                    kind, lambda method, headers, body: client.request(method, url, headers=headers, content=body)
                )
                of_httpx = []
                for _ in seconds[kind]:
                    start = process_time()
                    for _ in range(20):
                        theirs()
                    of_httpx.append((process_time() - start) / 20)
                yield figure(f"{name}: {kind} / httpx.Client", seconds[kind], of_httpx, None)


def _by_node(name: str, url: str, missing: str) -> dict[str, list[float]]:
    """Raises OSError where it can't be run."""
    if missing:
        raise OSError(missing)
    (_NODE_MODULES / "others.mjs").write_text(Path(__file__).with_name("others.mjs").read_text())
    command = ["node", "others.mjs", name, url, str(ROUNDS)]
    ran = subprocess.run(command, cwd=_NODE_MODULES, capture_output=True, text=True, timeout=300, check=False)
    if ran.returncode != 0:
        raise OSError(next(filter(_is_error, ran.stderr.splitlines()), "it failed"))
    seconds: dict[str, list[float]] = json.loads(ran.stdout.splitlines()[-1])
    return seconds


def _is_error(line: str) -> bool:
    return "Error" in line


def _why_no_node() -> str:
    """Install what is compared with, where Node.js is there; else say why not."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "Node.js is not installed"
    _NODE_MODULES.mkdir(exist_ok=True)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(_NODE_MODULES), *OTHERS]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    return "" if ran.returncode == 0 else f"npm could not install it: {ran.stderr.strip()[:80]}"
