"""nginx, Apache, Caddy and HAProxy, with a snippet in their configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .installed import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .serving import Configure

APACHE_MODULES = [
    Path(path) for path in ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2")
]
UPSTREAM = "proxy to "
"""Where a configuration begins with this, the server passes requests on to what stands behind it."""


def _split(text: str) -> tuple[str, str]:
    """What stands behind the server, and the snippet."""
    if not text.startswith(UPSTREAM):
        return "", text
    first, _, rest = text.partition("\n")
    return first.removeprefix(UPSTREAM), rest


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


def lighttpd(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("lighttpd")
    (folder / "a").mkdir(exist_ok=True)
    (folder / "index.html").write_text("ok")
    (folder / "a" / "b").write_text("ok")
    (folder / "lighttpd.conf").write_text(
        f"""server.modules = ( "mod_setenv" )
server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {port}
index-file.names = ( "index.html" )
{text}
"""
    )
    return [program, "-D", "-f", str(folder / "lighttpd.conf")]


SERVERS: dict[str, Configure] = {server.__name__: server for server in (nginx, apache, caddy, haproxy)}
"""Those that there are snippets for. lighttpd has none: it takes no origin over, and needs a script for preflights."""
