"""Snippets in the servers themselves, over loopback: blocked without, allowed with. Skipped where one is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from corssim.browser.browser import Browser
from corssim.browser.outcome import Verdict
from corssim.diagnosis import fix
from corssim.diagnosis.snippets import ServerChange, snippets_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corssim.browser.outcome import Outcome

    Configure = Callable[[Path, int, str], Sequence[str]]
    """Writes a server's configuration with a snippet in it, listening on a port; gives the command to run."""

PAGE = "https://app.example"
STARTS_WITHIN = 20.0  # seconds
APACHE_MODULES = [
    Path(path) for path in ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2")
]
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


def needs(*programs: str) -> str:
    """The first of these programs that is installed."""
    for program in programs:
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
        if found:
            return found
    pytest.skip(f"{programs[0]} is not installed")


UPSTREAM = "proxy to "
"""Where a configuration begins with this, the server passes requests on to what stands behind it."""


def nginx(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("nginx")
    behind, text = _split(text)
    http, _, location = text.partition("# In the location block:\n")
    answer = f"proxy_pass {behind};" if behind else 'return 200 "stored";'
    (folder / "nginx.conf").write_text(
        f"""{"user root;" if os.geteuid() == 0 else ""}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            {location}
            {answer}
        }}
        location /broken {{
            {location}
            return 502;
        }}
    }}
}}
"""
    )
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def _split(text: str) -> tuple[str, str]:
    """What stands behind the server, and the snippet."""
    if not text.startswith(UPSTREAM):
        return "", text
    first, _, rest = text.partition("\n")
    return first.removeprefix(UPSTREAM), rest


def apache(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("apache2", "httpd")
    modules = next((path for path in APACHE_MODULES if (path / "mod_headers.so").exists()), None)
    if modules is None:
        pytest.skip("Apache's modules are not where they were looked for")
    behind, text = _split(text)
    wanted = ("mpm_event", "authz_core", "headers", "setenvif", "rewrite", "alias", "unixd", "proxy", "proxy_http")
    loads = [
        f"LoadModule {name}_module {modules}/mod_{name}.so" for name in wanted if (modules / f"mod_{name}.so").exists()
    ]
    (folder / "items").write_text("stored")
    (folder / "httpd.conf").write_text(
        "\n".join(
            [
                f"ServerRoot {folder}",
                f"DefaultRuntimeDir {folder}",
                f"PidFile {folder}/httpd.pid",
                f"ErrorLog {folder}/error.log",
                "ServerName localhost",
                f"Listen 127.0.0.1:{port}",
                *loads,
                *(["User nobody"] if os.geteuid() == 0 else []),
                f"DocumentRoot {folder}",
                "Redirect 502 /broken",
                *([f"ProxyPass / {behind}/"] if behind else []),
                text,
            ]
        )
        + "\n"
    )
    return [program, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]


def caddy(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("caddy")
    behind, text = _split(text)
    (folder / "Caddyfile").write_text(
        f"""{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
{text}
    error /broken 502
    {f"reverse_proxy {behind}" if behind else 'respond "stored"'}
}}
"""
    )
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def haproxy(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("haproxy")
    behind, text = _split(text)
    answer = "http-request return status 200 content-type text/plain string stored hdr Server haproxy"
    (folder / "haproxy.cfg").write_text(
        f"""global
    maxconn 100
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend all
    bind 127.0.0.1:{port}
{text}
    http-request deny deny_status 502 hdr Server haproxy if {{ path /broken }}
    {"default_backend behind" if behind else answer}
{f"backend behind{chr(10)}    server one {behind.removeprefix('http://')}" if behind else ""}
"""
    )
    return [program, "-db", "-f", str(folder / "haproxy.cfg")]


def _javascript(program: str, folder: Path, text: str) -> Sequence[str]:
    (folder / "server.mjs").write_text(text)
    return [program, str(folder / "server.mjs")]


def express(folder: Path, port: int, text: str) -> Sequence[str]:
    return _javascript(
        needs("node"),
        folder,
        f"""import express from "express";
const app = express();
{text}
app.all("/items", (request, response) => response.send("stored"));
app.all("/broken", (request, response) => {{ throw new Error("broken"); }});
app.listen({port}, "127.0.0.1");
""",
    )


def koa(folder: Path, port: int, text: str) -> Sequence[str]:
    return _javascript(
        needs("node"),
        folder,
        f"""import Koa from "koa";
const app = new Koa();
app.silent = true;
{text}
app.use((context) => {{
  if (context.path === "/broken") context.throw(500);
  context.set("Server", "koa");
  context.body = "stored";
}});
app.listen({port}, "127.0.0.1");
""",
    )


def fastify(folder: Path, port: int, text: str) -> Sequence[str]:
    return _javascript(
        needs("node"),
        folder,
        f"""import fastify from "fastify";
const app = fastify();
{text}
const method = ["GET", "PUT"];
app.route({{ method, url: "/items", handler: async (_, reply) => reply.header("server", "f").send("stored") }});
app.route({{ method, url: "/broken", handler: async () => {{ throw new Error("broken"); }} }});
await app.listen({{ port: {port}, host: "127.0.0.1" }});
""",
    )


def hono(folder: Path, port: int, text: str) -> Sequence[str]:
    return _javascript(
        needs("node"),
        folder,
        f"""import {{ Hono }} from "hono";
import {{ serve }} from "@hono/node-server";
const app = new Hono();
{text}
app.all("/items", (context) => context.text("stored", 200, {{ Server: "hono" }}));
app.all("/broken", () => {{ throw new Error("broken"); }});
serve({{ fetch: app.fetch, port: {port}, hostname: "127.0.0.1" }});
""",
    )


def node(folder: Path, port: int, text: str) -> Sequence[str]:
    plain = "const server = http.createServer(answer);"
    return _javascript(
        needs("node"),
        folder,
        f"""import http from "node:http";
function answer(request, response) {{
  response.statusCode = request.url === "/broken" ? 500 : 200;
  response.setHeader("Server", "node");
  response.end("stored");
}}
{text or plain}
server.listen({port}, "127.0.0.1");
""",
    )


def cloudflare_workers(folder: Path, port: int, text: str) -> Sequence[str]:
    """The Worker in Node.js, which has the same Request and Response."""
    return _javascript(
        needs("node"),
        folder,
        f"""import {{ serve }} from "@hono/node-server";
async function answer(request) {{
  const broken = new URL(request.url).pathname === "/broken";
  return new Response("stored", {{ status: broken ? 500 : 200, headers: {{ Server: "worker" }} }});
}}
{text.replace("export default", "const worker =") or "const worker = { fetch: answer };"}
serve({{ fetch: (request) => worker.fetch(request), port: {port}, hostname: "127.0.0.1" }});
""",
    )


def php(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("php")
    broken = '<?php if ($_SERVER["REQUEST_URI"] === "/broken") { http_response_code(500); }'
    (folder / "index.php").write_text(f'{text or "<?php"}\n?>{broken} header("Server: php"); echo "stored";')
    return [program, "-S", f"127.0.0.1:{port}", str(folder / "index.php")]


SERVERS: dict[str, Configure] = {
    server.__name__.replace("_", "-"): server
    for server in (nginx, apache, caddy, haproxy, express, koa, fastify, hono, node, cloudflare_workers, php)
}
IN_JAVASCRIPT = ("express", "koa", "fastify", "hono", "node", "cloudflare-workers")
PACKAGES = ("express", "cors", "koa", "@koa/cors", "fastify", "@fastify/cors", "hono", "@hono/node-server", "vite")


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the servers in JavaScript, installed where nothing else is."""
    npm = needs("npm")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true}')
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", *PACKAGES]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not install {', '.join(PACKAGES)}: {error}")
    return folder / "node_modules"


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """An empty folder that a server's processes can read under whatever user they run."""
    folder = Path(tempfile.mkdtemp(prefix="corssim-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, server_folder: Path) -> tuple[str, Path]:
    """The name of a server, and a folder for its files."""
    if request.param in IN_JAVASCRIPT:
        (server_folder / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    return request.param, server_folder


@contextmanager
def serving(software: str, folder: Path, text: str) -> Iterator[str]:
    """The server with a snippet in its configuration; gives its origin."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = SERVERS[software](folder, port, text)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **home}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.communicate(timeout=STARTS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the port accepts a connection. Fails when the server ends before, or takes too long."""
    deadline = monotonic() + STARTS_WITHIN
    while monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                # Where nobody listens, a client's own port may happen to be the one that it asks for.
                if connection.getsockname() != connection.getpeername():
                    return
        except OSError:
            pass
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        output = process.stdout.read().decode(errors="replace") if process.stdout else ""
        pytest.fail(f"the server ended with {process.returncode}: {output}")
    pytest.fail("the server did not start in time")


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
    if software in ("express", "koa", "fastify", "hono", "php"):
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


def test_a_development_server_asks_in_the_pages_place(server_folder: Path, node_modules: Path) -> None:
    (server_folder / "node_modules").symlink_to(node_modules)
    program = needs("node")
    with upstream([]) as behind:
        change = ServerChange(allow_origins=("http://localhost:5173",), server=behind, path="/items/1")
        (server_folder / "vite.config.mjs").write_text(snippet(change, "vite"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        vite = str(server_folder / "node_modules" / "vite" / "bin" / "vite.js")
        command = [program, vite, "--host", "127.0.0.1", "--port", str(port), "--strictPort"]
        process = subprocess.Popen(command, cwd=server_folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            wait_for(process, port)
            page = f"http://127.0.0.1:{port}"
            with Browser(timeout=STARTS_WITHIN) as browser:
                assert not browser.page(page).fetch(f"{behind}/items/1").allowed
                outcome = browser.page(page).fetch(f"{page}/items/1")
        finally:
            process.terminate()
            process.communicate()
    assert outcome.allowed
    assert outcome.response is not None
    assert outcome.response.header("x-served-by") == "behind"
