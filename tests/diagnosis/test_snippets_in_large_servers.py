"""Snippets in servers that take minutes to install. On demand: in an empty folder

npm install next react react-dom workerd webpack webpack-cli webpack-dev-server

and then this file, with CORSSIM_LARGE_SERVERS naming the folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.snippets import ServerChange, snippet_for
from tests.diagnosis.real_servers.installed import needs
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(os.environ.get("CORSSIM_LARGE_SERVERS", "/nowhere"))
PACKAGES = FOLDER / "node_modules"
PAGE, FOREIGN = "https://app.example", "https://foreign.example"
CHANGES = {
    "a page": ServerChange(allow_origins=(PAGE,), methods=("PUT",), headers=("x-token",), max_age=600),
    "a page with cookies, everybody without": ServerChange(
        allow_origins=(PAGE,), allow_credentials=True, public_origins="*", methods=("PUT",), headers=("x-token",)
    ),
}

pytestmark = pytest.mark.skipif(
    not PACKAGES.is_dir(), reason="CORSSIM_LARGE_SERVERS names no folder with the packages (see the head of the file)"
)


def cloudflare_workers(folder: Path, port: int, text: str) -> Sequence[str]:
    """The runtime of Cloudflare's own."""
    (folder / "worker.js").write_text(f"async function answer() {{ return new Response('stored'); }}\n{text}")
    (folder / "config.capnp").write_text(
        f"""using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .program)],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "main")]
);
const program :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2024-09-01"
);
"""
    )
    program = next(PACKAGES.glob("@cloudflare/workerd-*/bin/workerd"))
    return [str(program), "serve", str(folder / "config.capnp")]


def nextjs(folder: Path, port: int, text: str) -> Sequence[str]:
    """The development server of Next.js 16 and later, in the folder of its packages: it takes no link to them."""
    (FOLDER / "app" / "api" / "items").mkdir(parents=True, exist_ok=True)
    (FOLDER / "app" / "layout.js").write_text(
        "export default function Layout({ children }) { return <html><body>{children}</body></html>; }"
    )
    (FOLDER / "app" / "api" / "items" / "route.js").write_text(
        "export function PUT() { return new Response('stored'); }"
    )
    (FOLDER / "proxy.js").write_text(text)
    command = PACKAGES / "next" / "dist" / "bin" / "next"
    return [needs("node"), str(command), "dev", str(FOLDER), "-p", str(port), "-H", "127.0.0.1"]


SERVERS = {"cloudflare-workers": cloudflare_workers, "nextjs": nextjs}


@pytest.mark.parametrize("software", SERVERS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_page_may_put_and_others_what_they_may(software: str, change: ServerChange, tmp_path: Path) -> None:
    init = {"method": "PUT", "headers": {"x-token": "1"}}
    include = "include" if change.allow_credentials else "same-origin"
    server = serving(SERVERS[software], tmp_path, snippet_for(software, change).text)
    with server as origin, Browser(timeout=STARTS_WITHIN) as browser:
        own = browser.page(f"{PAGE}/").fetch(f"{origin}/api/items", credentials=include, **init)
        foreign = browser.page(f"{FOREIGN}/").fetch(f"{origin}/api/items", **init)
        with_cookies = browser.page(f"{FOREIGN}/").fetch(f"{origin}/api/items", credentials="include", **init)
    assert own.allowed, own.blocked
    assert foreign.allowed == change.any_origin
    assert not with_cookies.allowed


def test_webpacks_development_server_asks_in_the_pages_place(tmp_path: Path) -> None:
    def webpack(folder: Path, port: int, text: str) -> Sequence[str]:
        (folder / "node_modules").symlink_to(PACKAGES)
        (folder / "src").mkdir()
        (folder / "src" / "index.js").write_text("")
        (folder / "webpack.config.js").write_text(text)
        command = PACKAGES / "webpack-cli" / "bin" / "cli.js"
        flags = ["--mode", "development", "--port", str(port), "--host", "127.0.0.1"]
        return [needs("node"), str(command), "serve", *flags]

    (tmp_path / "behind").mkdir()
    (tmp_path / "front").mkdir()
    with serving(cloudflare_workers, tmp_path / "behind", "export default { fetch: answer };") as behind:
        change = ServerChange(allow_origins=("http://localhost:8080",), server=behind, path="/api/items")
        with serving(webpack, tmp_path / "front", snippet_for("webpack", change).text) as origin:
            outcome = Browser(timeout=STARTS_WITHIN).page(f"{origin}/").fetch(f"{origin}/api/items")
    assert outcome.response is not None
    assert outcome.response.body == b"stored"
