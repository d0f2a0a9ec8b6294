r"""Snippets in servers that take minutes to install. On demand: in an empty folder

npm install --ignore-scripts --legacy-peer-deps next react react-dom workerd webpack webpack-cli webpack-dev-server \
    deno superstatic azurite react-scripts @angular/cli@20 @angular-devkit/build-angular@20 @angular/core@20 \
    @angular/compiler@20 @angular/compiler-cli@20 typescript@5 http-proxy-middleware-3@npm:http-proxy-middleware@3

and then this file, with CORSSIM_LARGE_SERVERS naming the folder. What is not in there is skipped.
"""

from __future__ import annotations

import base64
import hmac
import subprocess
from email.utils import formatdate
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from corssim.browser.browser import Browser
from corssim.diagnosis.snippets import ServerChange, snippet_for
from tests.diagnosis.real_servers.front_ends import IN_THE_PAGES_PLACE, create_react_app
from tests.diagnosis.real_servers.installed import LARGE, LARGE_PACKAGES, large_package, needs
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE, FOREIGN = "https://app.example", "https://foreign.example"
CHANGES = {
    "a page": ServerChange(allow_origins=(PAGE,), methods=("PUT",), headers=("x-token",), max_age=600),
    "a page with cookies, everybody without": ServerChange(
        allow_origins=(PAGE,), allow_credentials=True, public_origins="*", methods=("PUT",), headers=("x-token",)
    ),
}

pytestmark = pytest.mark.skipif(
    not LARGE_PACKAGES.is_dir(),
    reason="CORSSIM_LARGE_SERVERS names no folder with the packages (see the head of the file)",
)


def cloudflare_workers(folder: Path, port: int, text: str) -> Sequence[str]:
    """The runtime of Cloudflare's own."""
    large_package("workerd")
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
    program = next(LARGE_PACKAGES.glob("@cloudflare/workerd-*/bin/workerd"))
    return [str(program), "serve", str(folder / "config.capnp")]


def nextjs(folder: Path, port: int, text: str) -> Sequence[str]:
    """The development server of Next.js 16 and later, below the folder of its packages: it takes no link to them."""
    command = large_package("next", "react", "react-dom") / "dist" / "bin" / "next"
    project = Path(mkdtemp(prefix="next-", dir=LARGE))
    (project / "app" / "api" / "items").mkdir(parents=True)
    (project / "app" / "layout.js").write_text(
        "export default function Layout({ children }) { return <html><body>{children}</body></html>; }"
    )
    (project / "app" / "api" / "items" / "route.js").write_text(
        "export function PUT() { return new Response('stored'); }"
    )
    (project / "proxy.js").write_text(text)
    return [needs("node"), str(command), "dev", str(project), "-p", str(port), "-H", "127.0.0.1"]


def supabase(folder: Path, port: int, text: str) -> Sequence[str]:
    """Deno, which runs Edge Functions."""
    large_package("deno")
    program = next(LARGE_PACKAGES.glob("@deno/*/deno"))
    (folder / "main.js").write_text(f"async function answer() {{ return new Response('stored'); }}\n{text}")
    address = f"DENO_SERVE_ADDRESS=tcp:127.0.0.1:{port}"
    return [needs("env"), address, str(program), "run", "--allow-net", str(folder / "main.js")]


def firebase(folder: Path, port: int, text: str) -> Sequence[str]:
    """The server of files of Firebase's own emulator, which asks nobody for a method."""
    command = large_package("superstatic") / "lib" / "bin" / "server.js"
    (folder / "public" / "api").mkdir(parents=True)
    (folder / "public" / "api" / "items").write_text("stored")
    (folder / "firebase.json").write_text(text)
    return [needs("node"), str(command), "public", "--port", str(port), "--host", "127.0.0.1"]


SERVERS = {"cloudflare-workers": cloudflare_workers, "firebase": firebase, "nextjs": nextjs, "supabase": supabase}
BEFORE = {
    "cloudflare-workers": "export default { fetch: answer };",
    "firebase": "{}",
    "nextjs": "export function proxy() {}",
    "supabase": "Deno.serve(answer);",
}


def azurite(folder: Path, port: int, text: str) -> Sequence[str]:
    """The emulator of Azure's own. Its rules are set once it runs: see `set_rules`."""
    command = large_package("azurite") / "dist" / "src" / "blob" / "main.js"
    flags = ["--blobPort", str(port), "--location", str(folder), "--silent", "--skipApiVersionCheck"]
    return [needs("node"), str(command), *flags, "--disableTelemetry"]


ACCOUNT = "devstoreaccount1"
# The emulator's account has this key everywhere:
# https://learn.microsoft.com/azure/storage/common/storage-connect-azurite#well-known-storage-account-and-key
KEY = base64.b64decode("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")


def set_rules(origin: str, text: str) -> None:
    """Gives the Blob service its CORS rules, in a request signed with the account's key."""
    body = f"<StorageServiceProperties>{text}</StorageServiceProperties>".encode()
    of_azure = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
    # https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#constructing-the-signature-string
    standard = ["PUT", "", "", str(len(body)), "", "application/xml", "", "", "", "", "", ""]
    named = [f"{name}:{value}" for name, value in of_azure.items()]
    resource = [f"/{ACCOUNT}/{ACCOUNT}", "comp:properties", "restype:service"]
    signed = hmac.digest(KEY, "\n".join([*standard, *named, *resource]).encode(), "sha256")
    response = httpx.put(
        f"{origin}/{ACCOUNT}?restype=service&comp=properties",
        content=body,
        headers={
            **of_azure,
            "Content-Type": "application/xml",
            "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(signed).decode()}",
        },
        timeout=STARTS_WITHIN,
    )
    assert response.status_code == 202, response.text


@pytest.mark.parametrize("software", SERVERS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_page_may_put_and_others_what_they_may(software: str, change: ServerChange, tmp_path: Path) -> None:
    snippet = snippet_for(software, change)
    narrower = "narrower than today" in snippet.note
    with serving(SERVERS[software], tmp_path, snippet.text) as origin:
        as_allowed(f"{origin}/api/items", change, foreign_too=change.any_origin and not narrower)


@pytest.mark.parametrize("software", BEFORE)
def test_before_it_nobody_may(software: str, tmp_path: Path) -> None:
    with serving(SERVERS[software], tmp_path, BEFORE[software]) as origin:
        assert reason(f"{origin}/api/items") == "allow-origin-missing"


def test_azures_emulator_follows_its_rules(tmp_path: Path) -> None:
    with serving(azurite, tmp_path, "") as origin:
        url = f"{origin}/{ACCOUNT}/items/1"
        assert reason(url) == "allow-origin-missing"
        for change in CHANGES.values():
            set_rules(origin, snippet_for("azure-blob", change).text)
            as_allowed(url, change, foreign_too=change.any_origin)


INIT: dict[str, Any] = {"method": "PUT", "headers": {"x-token": "1"}}


def reason(url: str) -> str | None:
    """Why the page may not put."""
    with Browser(timeout=STARTS_WITHIN) as browser:
        return browser.page(f"{PAGE}/").fetch(url, **INIT).reason


def as_allowed(url: str, change: ServerChange, *, foreign_too: bool) -> None:
    """The page may put, with cookies where the change says so; foreign pages never with cookies."""
    include = "include" if change.allow_credentials else "same-origin"
    with Browser(timeout=STARTS_WITHIN) as browser:
        own = browser.page(f"{PAGE}/").fetch(url, credentials=include, **INIT)
        foreign = browser.page(f"{FOREIGN}/").fetch(url, **INIT)
        with_cookies = browser.page(f"{FOREIGN}/").fetch(url, credentials="include", **INIT)
    assert own.allowed, own.blocked
    assert foreign.allowed == foreign_too
    assert not with_cookies.allowed


def a_server_behind(folder: Path, port: int, _text: str) -> Sequence[str]:
    (folder / "server.js").write_text(
        "require('http').createServer((request, response) => response.end(`${request.method} ${request.url}`))"
        f".listen({port}, '127.0.0.1')"
    )
    return [needs("node"), str(folder / "server.js")]


API = {"/api/items?page=2": "/api/items?page=2", "/api/.x/items?v=1.5": "/api/.x/items?v=1.5"}
TAKEN_OFF = {"/api/items?page=2": "/items?page=2", "/api/.x/items?v=1.5": "/.x/items?v=1.5"}


@pytest.mark.parametrize("software", IN_THE_PAGES_PLACE)
@pytest.mark.parametrize(
    ("path", "arrives"),
    [
        pytest.param("/api/items", API, id="a path of the server's"),
        pytest.param("", TAKEN_OFF, id="a part that is taken off again"),
    ],
)
def test_a_server_asks_in_the_pages_place(software: str, path: str, arrives: dict[str, str], tmp_path: Path) -> None:
    snippet_of, configure = IN_THE_PAGES_PLACE[software]
    (tmp_path / "behind").mkdir()
    (tmp_path / "front").mkdir()
    with serving(a_server_behind, tmp_path / "behind", "") as behind:
        change = ServerChange(allow_origins=("http://localhost:8080",), server=behind, path=path)
        front = serving(configure, tmp_path / "front", snippet_for(snippet_of, change).text)
        with front as origin, Browser(timeout=STARTS_WITHIN) as browser:
            page = browser.page(f"{origin}/")
            for asked, arrived in arrives.items():
                assert page.fetch(f"{behind}{arrived}", **INIT).reason == "allow-origin-missing"
                response = page.fetch(f"{origin}{asked}", **INIT).response
                assert response is not None
                assert response.body == f"PUT {arrived}".encode()


def test_the_proxy_that_package_json_names_does_not_start_everywhere(tmp_path: Path) -> None:
    """What the note of Create React App's snippet says of the other way."""
    command = create_react_app(tmp_path, 1, "module.exports = () => {};")
    (tmp_path / "package.json").write_text('{"proxy": "http://127.0.0.1:1"}')
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=STARTS_WITHIN, check=False)
    complaint = snippet_for("create-react-app", CHANGES["a page"]).note.partition('("')[2].partition('")')[0]
    assert ended.returncode == 1
    assert complaint in ended.stderr + ended.stdout
