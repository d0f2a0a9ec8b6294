"""The page of a case in a browser: a document of any kind, and where in it the steps run: itself, a frame, a worker."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..url import require_url
from .browsers.errors import DriverError
from .server import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .browsers.driver import Driver
    from .server import CaseOnLoopback

WORKER_SCRIPT = "__worker.js"
"""The URL of a worker's script, beside the page."""
STEPS = Path(__file__).with_name("steps.js").read_text()
_DOCUMENT = b'<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>case</title><body></body>'
_NOT_CACHED = ("Cache-Control", "no-store")
_SETTLES = 0.04  # seconds without a request after which a step is over
_SENDS_LATER = {"sendBeacon": 0.6, "form": 1.0, "iframe": 0.3}  # seconds that a step's request may be behind
_OPENS_WITHIN = 10.0  # seconds
_LEADS_WITHIN = 3.0  # seconds until a link asks for something
_FOLLOW = "const link = document.createElement('a'); link.href = %s; document.body.append(link); link.click();"

ANSWER_INSIDE = """
onmessage = async ({data, source}) => {
  const seen = JSON.stringify(await run(JSON.parse(data)));
  source ? source.postMessage(seen, "*") : postMessage(seen);
};
"""
ASK_INSIDE = """
globalThis.askInside = (text) => new Promise((resolve) => {
  const isWorker = inside instanceof Worker;
  (isWorker ? inside : self).addEventListener("message", ({data}) => resolve(JSON.parse(data)), {once: true});
  isWorker ? inside.postMessage(text) : inside.postMessage(text, "*");
});
"""


class CasePage:
    def __init__(self, driver: Driver, server: CaseOnLoopback, folder: Path) -> None:
        self._driver, self._server, self._folder = driver, server, folder
        self._is_inside = False
        self._opened: str | dict[str, Any] | None = None
        self.files: str | None = None  # where a page on disk and what lies beside it are

    async def visit(self, url: str, *headers: tuple[str, str]) -> None:
        """A top-level visit that is answered with these headers."""
        await self._navigate(url, Answer(200, (*headers, _NOT_CACHED)))
        self._server.opening = {}

    async def open(self, page: str | dict[str, Any]) -> None:
        """Open the document of a case; the steps run there from now on."""
        self._opened = page
        page = {"url": page} if isinstance(page, str) else page
        kind = page.get("kind")
        if kind == "data":
            await self._driver.navigate("data:text/html,x")
        elif kind == "file":
            folder = self._folder / "files"
            folder.mkdir(exist_ok=True)
            for name, text in {"page.html": _DOCUMENT.decode(), **page.get("files", {})}.items():
                (folder / name).write_text(text)
            self.files = folder.as_uri()
            await self._driver.navigate(self.files + "/page.html")
        else:
            await self._open_over_http(page)
        if kind == "blob":
            await self._driver.start(
                "location.href = URL.createObjectURL(new Blob(['<!DOCTYPE html>x'], {type: 'text/html'}))"
            )
            await self._until("location.protocol === 'blob:' && document.readyState === 'complete'")
        self._is_inside = kind in ("worker", "srcdoc", "iframe")
        if kind == "worker":
            await self._do(f"globalThis.inside = new Worker({json.dumps(WORKER_SCRIPT)});{ASK_INSIDE}")
            await self._driver.evaluate("""askInside('{"api": "wait"}')""")
        elif kind == "srcdoc":
            await self._driver.evaluate(in_a_frame(_srcdoc(), page.get("sandbox")))
            await self._do(ASK_INSIDE)
        elif kind == "iframe":
            await self._driver.evaluate(
                in_a_frame(f"src = {json.dumps(page['frame'])}", page.get("sandbox"), page["allow"])
            )
            await self._do(ASK_INSIDE)
        else:
            await self._do(STEPS)
        self._server.opening = {}

    async def go_to(self, page: str | dict[str, Any]) -> None:
        """Open this document unless it is the one that is open."""
        if page != self._opened:
            await self.open(page)

    async def run(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do one step, wait until the network is quiet, and give what script saw."""
        before, text = len(self._server.wire), json.dumps(step)
        if step["api"] == "navigate":
            return await self._led_to(step, before)
        if step.get("target"):  # the document goes away
            self._opened = None
            await self._driver.start(f"askInside({json.dumps(text)})" if self._is_inside else f"run({text})")
            await self._server.asked(before, 1.5)
            await self._server.quiet(0.3)
            return await self._decided(step)
        call = f"askInside({json.dumps(text)})" if self._is_inside else f"run({text})"
        seen: dict[str, Any] = await self._driver.evaluate(call)
        if later := _SENDS_LATER.get(step["api"]):
            await self._server.asked(before, later)
        await self._server.quiet(0.15 if later else _SETTLES)
        return seen

    async def _led_to(self, step: dict[str, Any], before: int) -> dict[str, Any]:
        """Follow a link, or go to what is typed; the steps that come run where it leads."""
        self._opened, self._is_inside = None, False
        if step.get("typed"):
            try:
                await self._driver.navigate(step["url"])
            except DriverError as error:
                return {"outcome": "error", "error": str(error)}
        else:
            await self._driver.start(_FOLLOW % json.dumps(step["url"]))
            await self._server.asked(before, _LEADS_WITHIN)
        await self._server.quiet(0.5)
        await self._until("document.readyState === 'complete'")
        seen = await self._decided(step) | {"url": await self._driver.evaluate("location.href")}
        await self._do(STEPS)
        return seen

    async def _decided(self, step: dict[str, Any]) -> dict[str, Any]:
        """What becomes of a navigation that the user is asked about, if the step says what he does."""
        if "user" not in step:
            return {"outcome": "ok"}
        before, shown = len(self._server.wire), await self._driver.decide(step["user"])
        await self._server.asked(before, 1.5)
        await self._server.quiet(0.3)
        return {"outcome": "ok", "shown": shown}

    async def wait(self, milliseconds: float) -> None:
        await asyncio.sleep(milliseconds / 1000)

    async def _open_over_http(self, page: dict[str, Any]) -> None:
        headers = [(name, value) for name, value in page.get("headers", ())]
        if page.get("sandbox") is True:
            headers.append(("Content-Security-Policy", "sandbox allow-scripts"))
        document = Answer(200, (("Content-Type", "text/html"), _NOT_CACHED, *headers), _DOCUMENT)
        embedder_policy = [pair for pair in headers if pair[0].lower() == "cross-origin-embedder-policy"]
        of_script = (("Content-Type", "text/javascript"), _NOT_CACHED, *embedder_policy)  # else it would not be started
        worker = Answer(200, of_script, (STEPS + ANSWER_INSIDE).encode())
        beside = require_url(WORKER_SCRIPT, require_url(page["url"]))
        others = {beside.href: worker}
        if page.get("kind") == "iframe":
            inside = _DOCUMENT + f"<script>{STEPS}{ANSWER_INSIDE}</script>".encode()
            of_frame = (
                ("Content-Type", "text/html"),
                _NOT_CACHED,
                *((name, value) for name, value in page["frame_headers"]),
            )
            others[require_url(page["frame"]).without_fragment().href] = Answer(200, of_frame, inside)
        await self._navigate(page["url"], document, others)

    async def _navigate(self, url: str, answer: Answer, others: Mapping[str, Answer] | None = None) -> None:
        self._server.opening = {require_url(url).without_fragment().href: answer, **(others or {})}
        await self._driver.navigate(url)

    async def _do(self, script: str) -> None:
        await self._driver.evaluate(f"(() => {{ {script}; return 1; }})()")

    async def _until(self, condition: str) -> None:
        async with asyncio.timeout(_OPENS_WITHIN):
            while True:
                try:
                    if await self._driver.evaluate(condition):
                        return
                except DriverError:  # the document is just being replaced
                    pass
                await asyncio.sleep(0.03)


def _srcdoc() -> str:
    source = json.dumps(f"<!doctype html><body><script>{STEPS}{ANSWER_INSIDE}</script>").replace("</", "<\\/")
    return f"srcdoc = {source}"


def in_a_frame(source: str, sandbox: str | None, allow: str = "") -> str:
    """Script that puts an <iframe> into the page, in which steps can be asked for. `source` sets its src or srcdoc."""
    limits = "" if sandbox is None else f"frame.setAttribute('sandbox', {json.dumps(sandbox)});"
    limits += f"frame.allow = {json.dumps(allow)};" if allow else ""
    return f"""new Promise((resolve) => {{
      const frame = document.createElement("iframe");
      {limits}
      frame.onload = () => {{ globalThis.inside = frame.contentWindow; resolve(1); }};
      frame.{source};
      document.body.append(frame);
    }})"""
