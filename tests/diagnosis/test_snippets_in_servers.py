"""Snippets in the servers themselves, over loopback: blocked without, allowed with. Skipped where one is missing."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from corssim.browser.browser import Browser
from corssim.browser.outcome import Verdict
from corssim.diagnosis import fix
from corssim.diagnosis.snippets import ServerChange, snippets_for
from tests.diagnosis.real_servers import scripts, web_servers
from tests.diagnosis.real_servers.installed import needs
from tests.diagnosis.real_servers.scripts import node_modules
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, server_folder, serving as serve
from tests.diagnosis.real_servers.web_servers import UPSTREAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from corssim.browser.outcome import Outcome
    from tests.diagnosis.real_servers.serving import Configure

__all__ = ["node_modules", "server_folder"]

PAGE = "https://app.example"
CHANGES = [
    ServerChange(
        allow_origins=(PAGE,),
        allow_credentials=credentials,
        methods=("PUT",),
        headers=("x-token", "x-odd-$remote_addr-%h"),
        expose=("server", "x-powered-by"),
        max_age=600,
    )
    for credentials in (False, True)
]


def snippet(change: ServerChange, software: str) -> str:
    return next(each.text for each in snippets_for(change) if each.software == software)


SERVERS: dict[str, Configure] = {**web_servers.SERVERS, **scripts.SERVERS}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, server_folder: Path) -> tuple[str, Path]:
    """The name of a server, and a folder for its files."""
    if request.param in scripts.IN_JAVASCRIPT:
        (server_folder / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    return request.param, server_folder


def serving(software: str, folder: Path, text: str) -> AbstractContextManager[str]:
    """The server with a snippet in its configuration; gives its origin."""
    return serve(SERVERS[software], folder, text)


def put(origin: str, change: ServerChange, page: str = PAGE, path: str = "/items") -> tuple[Outcome, Outcome]:
    """The same PUT twice, with every header that the change allows, from a page of `page`."""
    headers = dict.fromkeys(change.headers, "1")
    credentials = "include" if change.allow_credentials else "same-origin"
    with Browser(timeout=STARTS_WITHIN) as browser:
        opened = browser.page(f"{page}/")
        first, second = (
            opened.fetch(f"{origin}{path}", method="PUT", headers=headers, credentials=credentials) for _ in range(2)
        )
    return first, second


@pytest.mark.parametrize("change", CHANGES, ids=["plain", "with credentials"])
def test_the_snippet_turns_a_put_from_blocked_to_readable(server: tuple[str, Path], change: ServerChange) -> None:
    software, folder = server
    with serving(software, folder, "") as origin:
        before, _ = put(origin, change)
    assert before.verdict is Verdict.BLOCKED
    assert not before.reached_server

    with serving(software, folder, snippet(change, software)) as origin:
        first, second = put(origin, change)
        broken, _ = put(origin, change, path="/broken")
        foreign = [
            put(origin, change, page)[0] for page in ("https://other.example", "https://app.example.evil.example")
        ]
    assert first.allowed, first.blocked
    assert first.response is not None
    assert first.response.header("server") or first.response.header("x-powered-by")
    assert first.exchanges[0].response is not None
    assert first.exchanges[0].response.status in (200, 204)
    vary = first.exchanges[-1].response.header("vary") if first.exchanges[-1].response else None
    assert "origin" in (vary or "").lower()
    assert [exchange.kind for exchange in first.exchanges] == ["preflight", "actual"]
    assert [exchange.kind for exchange in second.exchanges] == ["actual"], "Max-Age keeps the preflight's answer"

    assert broken.allowed, broken.blocked
    assert broken.response is not None
    assert broken.response.status >= 500

    for outcome in foreign:
        assert outcome.verdict is Verdict.BLOCKED
        assert not outcome.reached_server


def test_options_that_are_no_preflight_still_reach_the_program(server: tuple[str, Path]) -> None:
    software, folder = server
    if software in ("express", "koa", "fastify", "hono", "nestjs", "php"):
        pytest.skip("its cors middleware answers every OPTIONS request by itself, or there is no other program")
    with serving(software, folder, snippet(CHANGES[0], software)) as origin, Browser() as browser:
        outcome = browser.page(f"{origin}/").fetch(f"{origin}/items", method="OPTIONS")
    assert outcome.response is not None
    assert outcome.response.status != 204


# --- what is allowed already stays allowed ------------------------------------------------------------------------

OTHER = "https://other.example"
TODAY = {
    "one other origin": [("Access-Control-Allow-Origin", OTHER)],
    "everybody": [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "x-served-by")],
}
BEHIND = ("nginx", "apache", "caddy", "haproxy")
CODE_OF_TODAY = {
    "express": {
        "one other origin": 'import cors from "cors"; app.use(cors({ origin: "https://other.example" }));',
        "everybody": 'import cors from "cors"; app.use(cors({ exposedHeaders: ["x-served-by"] }));',
    },
    "koa": {
        "one other origin": 'import cors from "@koa/cors"; app.use(cors({ origin: "https://other.example" }));',
        "everybody": 'import cors from "@koa/cors"; app.use(cors({ origin: "*", exposeHeaders: ["x-served-by"] }));',
    },
    "fastify": {
        "one other origin": 'import cors from "@fastify/cors";\n'
        'await app.register(cors, { origin: "https://other.example" });',
        "everybody": 'import cors from "@fastify/cors";\n'
        'await app.register(cors, { origin: "*", exposedHeaders: ["x-served-by"] });',
    },
    "hono": {
        # To a page that is not on its list it does not tell which ones are.
        "everybody": 'import { cors } from "hono/cors";\n'
        'app.use("*", cors({ origin: "*", exposeHeaders: ["x-served-by"] }));',
    },
}


@contextmanager
def upstream(headers: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A program behind a web server, which answers every request with these headers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in (*headers, ("X-Served-By", "behind"), ("Content-Length", "6")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"stored")

        do_PUT = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def asked(origin: str, page: str, *, put: bool, credentials: bool) -> Outcome:
    init = {"method": "PUT", "headers": {"x-token": "1"}} if put else {}
    with Browser(timeout=STARTS_WITHIN) as browser:
        opened = browser.page(f"{page}/")
        return opened.fetch(f"{origin}/items", credentials="include" if credentials else "same-origin", **init)


@pytest.mark.parametrize("today", TODAY)
@pytest.mark.parametrize("credentials", [False, True], ids=["without credentials", "with credentials"])
def test_what_was_allowed_before_still_is(server: tuple[str, Path], today: str, credentials: bool) -> None:
    software, folder = server
    with ExitStack() as running:
        if software in BEHIND:
            behind = f"{UPSTREAM}{running.enter_context(upstream(TODAY[today]))}\n"
            before = behind
        elif code := CODE_OF_TODAY.get(software, {}).get(today):
            behind, before = "", code
        else:
            pytest.skip("its snippet is the same function as another server's, or its answers do not tell its list")
        with serving(software, folder, before) as origin:
            blocked = asked(origin, PAGE, put=True, credentials=credentials)
            if software in BEHIND and today == "everybody" and not credentials:
                # Only the header and the method are missing.
                assert blocked.blocked is not None
                assert blocked.blocked.reason in ("method-disallowed-by-preflight", "header-disallowed-by-preflight")
            if blocked.allowed:
                pytest.skip("what it allows by default is enough")
            assert asked(origin, OTHER, put=False, credentials=False).allowed
            proven = fix(blocked, ask=Browser().send)
        best = next(each for each in proven if each.side == "server")
        (change,) = best.as_server_changes()
        with serving(software, folder, behind + snippet(change, software)) as origin:
            mended = asked(origin, PAGE, put=True, credentials=credentials)
            assert mended.allowed, mended.blocked
            other = asked(origin, OTHER, put=False, credentials=False)
            assert other.allowed, other.blocked
            foreign = asked(origin, "https://foreign.example", put=False, credentials=False)
            assert foreign.allowed == (today == "everybody"), "not narrower than today, and not wider"
            with_cookies = asked(origin, "https://foreign.example", put=False, credentials=True)
            assert not with_cookies.allowed
            assert asked(origin, OTHER, put=False, credentials=True).allowed is False


def vite(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("node")
    (folder / "vite.config.mjs").write_text(text)
    script = str(folder / "node_modules" / "vite" / "bin" / "vite.js")
    return [program, script, "--host", "127.0.0.1", "--port", str(port), "--strictPort"]


def test_a_development_server_asks_in_the_pages_place(server_folder: Path, node_modules: Path) -> None:
    (server_folder / "node_modules").symlink_to(node_modules)
    with upstream([]) as behind:
        change = ServerChange(allow_origins=("http://localhost:5173",), server=behind, path="/items/1")
        with serve(vite, server_folder, snippet(change, "vite")) as page, Browser(timeout=STARTS_WITHIN) as browser:
            assert not browser.page(page).fetch(f"{behind}/items/1").allowed
            outcome = browser.page(page).fetch(f"{page}/items/1")
    assert outcome.allowed
    assert outcome.response is not None
    assert outcome.response.header("x-served-by") == "behind"
