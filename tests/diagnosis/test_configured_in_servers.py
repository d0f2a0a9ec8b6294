"""What is read of a configuration by place, beside what the server itself answers. Skipped where one is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.real_servers import web_servers
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, server_folder, serving

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["server_folder"]

APACHE = """
Header set Access-Control-Allow-Origin https://server.example
<Location /api>
  Header set Access-Control-Allow-Origin https://api-pages.example
</Location>
<Location "/api/deep">
  Header unset Access-Control-Allow-Origin
</Location>
<LocationMatch "^/v[0-9]+/">
  Header always set Access-Control-Allow-Origin https://versions.example
  Header unset Access-Control-Allow-Origin
</LocationMatch>
<Location /twice>
  Header always set Access-Control-Allow-Origin https://server.example
</Location>
<Files "exact.txt">
  Header set Access-Control-Allow-Origin https://exact.example
</Files>
<FilesMatch "\\.(ttf|woff2?)$">
  Header set Access-Control-Allow-Origin "*"
</FilesMatch>
<Directory "FOLDER/folder">
  Header set Access-Control-Allow-Origin https://folder.example
  <Files "*.json">
    Header set Access-Control-Allow-Origin https://json.example
  </Files>
</Directory>
<Directory "FOLDER/folder/inner">
  Header set Access-Control-Allow-Origin https://inner.example
</Directory>
SetEnvIf Origin "^https://app\\.example$" KNOWN=$0
SetEnvIf Origin "^https://(a|b)\\.example$" KNOWN=$0
<Location /mapped>
  Header unset Access-Control-Allow-Origin env=!KNOWN
  Header set Access-Control-Allow-Origin "%{KNOWN}e" env=KNOWN
  Header set Access-Control-Allow-Credentials true env=KNOWN
</Location>
<IfModule mod_headers.c>
  <Location /conditional>
    <If "%{REQUEST_METHOD} == 'OPTIONS'">
      Header set Access-Control-Allow-Origin https://preflights.example
      Header set Access-Control-Allow-Methods "PUT, DELETE"
    </If>
  </Location>
</IfModule>
<Location /answered>
  RewriteEngine On
  RewriteCond %{REQUEST_METHOD} OPTIONS
  RewriteRule ^(.*)$ $1 [R=200,L]
</Location>
<Location /expression>
  Header unset Access-Control-Allow-Origin
  Header set Access-Control-Allow-Origin "expr=%{req:Origin}" "expr=%{req:Origin} =~ m#^https://(app|c)\\.example$#"
</Location>
<Location /listed>
  <If "%{HTTP:Origin} -in {'https://app.example', 'https://b.example'}">
    Header set Access-Control-Allow-Origin https://listed.example
  </If>
</Location>
<Location /others>
  <If "%{HTTP:Origin} != 'https://b.example'">
    Header set Access-Control-Allow-Origin https://others.example
  </If>
</Location>
<Location /turned>
  <If "!(%{HTTP:Origin} =~ /^https:..B/i)">
    Header set Access-Control-Allow-Origin https://turned.example
  </If>
</Location>
<Location /always>
  Header unset Access-Control-Allow-Origin
  Header always set Access-Control-Allow-Origin https://always.example
  RewriteEngine On
  RewriteCond %{REQUEST_METHOD} OPTIONS
  RewriteRule ^ - [R=204,L]
</Location>
"""

CADDY = """
    handle /api/* {
        header Access-Control-Allow-Origin https://api-pages.example
        respond "api"
    }
    handle /api/deep/* {
        header Access-Control-Allow-Origin https://deep.example
        respond "deep"
    }
    handle_path /stripped/* {
        header /inner/* Access-Control-Allow-Origin https://inner.example
        respond "stripped"
    }
    @odd {
        path /mapped/* /mapped2
        header Origin https://app.example
        header Origin https://b.example
    }
    header @odd Access-Control-Allow-Origin {http.request.header.Origin}
    @preflight {
        method OPTIONS
        path /conditional*
        header Access-Control-Request-Method *
    }
    handle @preflight {
        header Access-Control-Allow-Origin https://preflights.example
        header Access-Control-Allow-Methods "PUT, DELETE"
        respond 204
    }
    @fonts path *.woff2 *.ttf
    header @fonts Access-Control-Allow-Origin *
    @versions path_regexp ^/v[0-9]+/
    header @versions {
        Access-Control-Allow-Origin https://versions.example
        +Access-Control-Allow-Origin https://more.example
    }
    @others not path /closed/*
    header @others Access-Control-Expose-Headers x-y
    route /routed/* {
        header Access-Control-Allow-Origin https://routed.example
    }
"""

SERVERS = {
    "apache": (
        APACHE,
        *("/none", "/apix", "/api/x", "/api/deep/x", "/v2/x", "/version", "/twice", "/a/exact.txt", "/font.woff2"),
        *("/folder/x", "/folder/a.json", "/folder/inner/x", "/a.json"),
        *("/mapped/x", "/conditional/x", "/answered/x", "/always/x"),
        *("/expression/x", "/listed/x", "/others/x", "/turned/x"),
    ),
    "caddy": (
        CADDY,
        *("/", "/api/x", "/api", "/api/deep/x", "/stripped/inner/x", "/stripped/x", "/mapped/x", "/mapped2"),
        *("/mapped3", "/conditional/x", "/font.woff2", "/v2/x", "/closed/x", "/routed/x"),
    ),
}  # fmt: skip
ORIGINS = ("https://app.example", "https://b.example", "https://foreign.example")
COMPARED = ("access-control-allow-origin", "access-control-allow-methods", "access-control-allow-credentials",
            "access-control-expose-headers")  # fmt: skip


def _compared(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() in COMPARED:
            values.setdefault(name.lower(), []).append(value)
    return sorted((name, ", ".join(each)) for name, each in values.items())


@pytest.mark.parametrize("software", SERVERS)
def test_places_are_read_as_the_server_answers_them(software: str, server_folder: Path) -> None:
    text, *paths = SERVERS[software]
    for path in sorted(paths, key=len, reverse=True):
        file = server_folder / (path.lstrip("/") or "index.html")
        if software == "apache" and not file.is_dir():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("stored")
    text = text.replace("FOLDER", str(server_folder))
    read = text if software == "caddy" else f"DocumentRoot {server_folder}\n{text}"
    configured = read_configuration(read)
    differ = []
    with (
        serving(web_servers.SERVERS[software], server_folder, text) as origin,
        httpx.Client(timeout=STARTS_WITHIN) as client,
    ):
        for path in paths:
            for asks in ORIGINS:
                for method in ("GET", "OPTIONS"):
                    of_preflight = {"Access-Control-Request-Method": "PUT"} if method == "OPTIONS" else {}
                    headers = {"Origin": asks, **of_preflight}
                    came = client.request(method, origin + path, headers=headers)
                    told = configured.at(origin + path).answer(
                        WireRequest(method, origin + path, tuple(headers.items()))
                    )
                    answers = (_compared(list(came.headers.multi_items())), _compared(list(told.headers)))
                    # What is sent to requests that are no preflights, and the other way round, decides nothing.
                    alike = [[pair for pair in each if _decides(pair[0], method)] for each in answers]
                    is_ok = (came.is_success, 200 <= told.status < 300)
                    if alike[0] != alike[1] or (method == "OPTIONS" and is_ok[0] != is_ok[1]):
                        differ.append((path, asks, method, came.status_code, alike[0], told.status, alike[1]))
    assert not differ, "\n".join(map(str, differ))


def _decides(name: str, method: str) -> bool:
    return name in ("access-control-allow-origin", "access-control-allow-credentials") or (
        (name == "access-control-allow-methods") == (method == "OPTIONS")
    )
