"""Servers in JavaScript and PHP, with a snippet in their program."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from .installed import needs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .serving import Configure


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


def nestjs(folder: Path, port: int, text: str) -> Sequence[str]:
    """Without decorators, which only TypeScript has: a middleware answers."""
    return _javascript(
        needs("node"),
        folder,
        f"""import "reflect-metadata";
import {{ Module }} from "@nestjs/common";
import {{ NestFactory }} from "@nestjs/core";
class AppModule {{}}
Module({{}})(AppModule);
const app = await NestFactory.create(AppModule, {{ logger: false }});
{text}
app.use("/items", (request, response) => response.send("stored"));
app.use("/broken", (request, response) => {{ throw new Error("broken"); }});
await app.listen({port}, "127.0.0.1");
""",
    )


def cloudflare_workers(folder: Path, port: int, text: str) -> Sequence[str]:
    """The Worker in Node.js, which has the same Request and Response."""
    worker = text.replace("export default", "const worker =") or "const worker = { fetch: answer };"
    return _of_web_requests(folder, port, f"{worker}\nserving((request) => worker.fetch(request));")


def vercel(folder: Path, port: int, text: str) -> Sequence[str]:
    """A function of Vercel's, which has the same shape."""
    return cloudflare_workers(folder, port, text)


def supabase(folder: Path, port: int, text: str) -> Sequence[str]:
    """An Edge Function in Node.js, with Deno's way to serve."""
    return _of_web_requests(folder, port, "const Deno = { serve: serving };\n" + (text or "Deno.serve(answer);"))


def _of_web_requests(folder: Path, port: int, text: str) -> Sequence[str]:
    return _javascript(
        needs("node"),
        folder,
        f"""import {{ serve }} from "@hono/node-server";
const serving = (fetch) => serve({{ fetch, port: {port}, hostname: "127.0.0.1" }});
async function answer(request) {{
  const broken = new URL(request.url).pathname === "/broken";
  return new Response("stored", {{ status: broken ? 500 : 200, headers: {{ Server: "worker" }} }});
}}
{text}
""",
    )


def php(folder: Path, port: int, text: str) -> Sequence[str]:
    program = needs("php")
    broken = '<?php if ($_SERVER["REQUEST_URI"] === "/broken") { http_response_code(500); }'
    (folder / "index.php").write_text(f'{text or "<?php"}\n?>{broken} header("Server: php"); echo "stored";')
    return [program, "-S", f"127.0.0.1:{port}", str(folder / "index.php")]


JAVASCRIPT = (express, koa, fastify, hono, nestjs, node, cloudflare_workers, vercel, supabase)
SERVERS: dict[str, Configure] = {server.__name__.replace("_", "-"): server for server in (*JAVASCRIPT, php)}
IN_JAVASCRIPT = [server.__name__.replace("_", "-") for server in JAVASCRIPT]
PACKAGES = (
    *(
        "express",
        "cors",
        "koa",
        "@koa/cors",
        "@koa/router",
        "fastify",
        "@fastify/cors",
        "fastify-plugin",
        "hono",
        "@hono/node-server",
        "vite",
    ),
    *("@nestjs/core", "@nestjs/common", "@nestjs/platform-express", "reflect-metadata", "rxjs"),
)


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
