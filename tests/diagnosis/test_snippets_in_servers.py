"""Snippets in the servers themselves, over loopback: nginx, Apache, Caddy and Express. Skipped where one is missing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from corssim.browser.browser import Browser
from corssim.browser.outcome import Verdict
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
        allow_origin=PAGE,
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


def nginx(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("nginx")
    http, _, location = text.partition("# In the location block:\n")
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
            return 200 "stored";
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


def apache(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("apache2", "httpd")
    modules = next((path for path in APACHE_MODULES if (path / "mod_headers.so").exists()), None)
    if modules is None:
        pytest.skip("Apache's modules are not where they were looked for")
    wanted = ("mpm_event", "authz_core", "headers", "setenvif", "rewrite", "alias", "unixd")
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
                text,
            ]
        )
        + "\n"
    )
    return [program, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]


def caddy(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("caddy")
    (folder / "Caddyfile").write_text(
        f"""{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
{text}
    error /broken 502
    respond "stored"
}}
"""
    )
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def express(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("node")
    (folder / "server.mjs").write_text(
        f"""import express from "express";
const app = express();
{text}
app.put("/items", (request, response) => response.send("stored"));
app.all("/broken", (request, response) => {{ throw new Error("broken"); }});
app.listen({port}, "127.0.0.1");
"""
    )
    return [program, str(folder / "server.mjs")]


SERVERS: dict[str, Configure] = {"nginx": nginx, "apache": apache, "caddy": caddy, "express": express}


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """express and cors, installed where nothing else is."""
    npm = needs("npm")
    folder = tmp_path_factory.mktemp("express")
    (folder / "package.json").write_text('{"private": true}')
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "express", "cors"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not install express and cors: {error}")
    return folder / "node_modules"


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, Path]]:
    """The name of a server, and an empty folder that its processes can read under whatever user they run."""
    folder = Path(tempfile.mkdtemp(prefix="corssim-"))
    folder.chmod(0o755)
    try:
        if request.param == "express":
            (folder / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
        yield request.param, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pass
        else:
            return
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
    assert first.exchanges[0].response.status == 204
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
    if software == "express":
        pytest.skip("its cors middleware answers every OPTIONS request by itself")
    with serving(software, folder, snippet(CHANGES[0], software)) as origin, Browser() as browser:
        outcome = browser.page(f"{origin}/").fetch(f"{origin}/items", method="OPTIONS")
    assert outcome.response is not None
    assert outcome.response.status != 204
