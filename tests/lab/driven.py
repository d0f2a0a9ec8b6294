"""The lab served on a thread of its own, and a browser that is driven through it by its keyboard."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from corssim.lab.app import lab
from corssim.verify.browsers import launch
from corssim.verify.browsers.errors import DriverError
from corssim.verify.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

TOKEN = "a-token"
_SHOWN = "[document.activeElement?.id, document.hasFocus(), document.body.innerText].join('\\n')"
_WARNS = {
    True: "document.getElementById('proceed-link') !== null",
    False: "'addCertException' in document",
}
"""By whether it is Chromium: is this the page on which the browser warns of a certificate."""
_ACCEPT = {
    True: "document.getElementById('proceed-link').click()",
    False: "document.addCertException(true).then(() => location.reload()), 1",
}
_FIREFOX_KEYS = {"Enter": "\ue007", "Tab": "\ue004"}


@contextmanager
def served(**given: Any) -> Iterator[str]:
    """The lab's URL, its token left out."""
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = lab(origin=origin, token=TOKEN, **given)
    config = uvicorn.Config(app, log_level="error", loop="asyncio", ws="none", lifespan="off", limit_concurrency=64)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield origin
    finally:
        server.should_exit = True
        thread.join(20)


class Visitor:
    """A browser with the lab's page open."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    async def open(self, url: str, within: float = 90.0) -> None:
        await self.driver.navigate(url)
        # Firefox ends its waiting early where the document before changes its own URL meanwhile, as the lab's does.
        is_there = f"location.href.startsWith({json.dumps(url.partition('#')[0])})"
        await self.until(f"{is_there} && document.documentElement.dataset.ready", within)

    async def value(self, expression: str) -> Any:
        return await self.driver.evaluate(expression)

    async def until(self, condition: str, within: float = 90.0) -> None:
        try:
            async with asyncio.timeout(within):
                while not await self.driver.evaluate(f"Boolean({condition})"):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            shown = await self.driver.evaluate(_SHOWN)
            raise AssertionError(f"not within {within:g} s: {condition}; the page shows {shown!r}") from None

    async def run(self) -> str:
        """Press Run by the keyboard, and wait for what comes of it: "agrees", "differs", or what the page says."""
        await self.value("(document.getElementById('compared').replaceChildren(), 1)")
        await self.tab_to("run")
        await self.press("Enter")
        await self.until("document.getElementById('run').disabled || document.getElementById('sum')")
        await self.until("!document.getElementById('run').disabled", 120)
        said = "document.getElementById('sum')?.className ?? document.getElementById('status').textContent"
        return str(await self.value(said))

    async def accept_certificates(self, accepted: list[str]) -> None:
        """Be somebody who accepts each certificate that a window warns of; their URLs are in `accepted`."""
        protocol, is_chromium = self.driver._protocol, hasattr(self.driver, "_context")
        while True:
            await asyncio.sleep(0.2)
            if is_chromium:
                windows = (await protocol.send("Target.getTargets"))["targetInfos"]
                urls = {one["targetId"]: one["url"] for one in windows if one["type"] == "page"}
            else:
                windows = (await protocol.send("browsingContext.getTree", {"maxDepth": 0}))["contexts"]
                urls = {one["context"]: one["url"] for one in windows}
            for window, url in urls.items():
                if url.startswith("https:"):
                    with suppress(DriverError, KeyError):  # it has just gone
                        if await self._evaluate_in(window, _WARNS[is_chromium]):
                            accepted.append(url)
                            await self._evaluate_in(window, _ACCEPT[is_chromium])  # which ends the document

    async def _evaluate_in(self, window: str, expression: str) -> Any:
        protocol = self.driver._protocol
        if hasattr(self.driver, "_context"):
            told = {"targetId": window, "flatten": True}
            session = (await protocol.send("Target.attachToTarget", told))["sessionId"]
            asked = {"expression": expression, "returnByValue": True}
            answer = await protocol.send("Runtime.evaluate", asked, sessionId=session)
            await protocol.send("Target.detachFromTarget", {"sessionId": session})
        else:
            asked = {"expression": expression, "target": {"context": window}, "awaitPromise": False}
            answer = await protocol.send("script.evaluate", asked)
        return answer["result"]["value"]

    async def press(self, key: str) -> None:
        """A key of the keyboard: Enter or Tab."""
        if hasattr(self.driver, "_context"):
            code = {"Enter": 13, "Tab": 9}[key]
            told = {
                "key": key,
                "code": key,
                "windowsVirtualKeyCode": code,
                **({"text": "\r"} if key == "Enter" else {}),
            }
            await self.driver._send("Input.dispatchKeyEvent", {"type": "keyDown", **told})
            await self.driver._send("Input.dispatchKeyEvent", {"type": "keyUp", **told})
            return
        keys = [{"type": kind, "value": _FIREFOX_KEYS[key]} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        await self.driver._protocol.send("input.performActions", {"context": self.driver._page, "actions": actions})

    async def tab_to(self, name: str) -> None:
        """Press Tab until this element has the focus."""
        for _ in range(120):
            if await self.driver.evaluate(f"document.activeElement.id === {name!r}"):
                return
            await self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name}")

    async def found_by_axe(self, axe: Path) -> list[Any]:
        """What axe-core finds, wide and narrow, light and dark, and where the page is too wide (Chromium)."""
        await self.driver._send("Page.setBypassCSP", {"enabled": True})
        await self.driver.evaluate(axe.read_text("utf-8") + ";1")
        found = []
        for width in (1280, 390):
            size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
            await self.driver._send("Emulation.setDeviceMetricsOverride", size)
            for scheme in ("dark", "light"):
                media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
                await self.driver._send("Emulation.setEmulatedMedia", media)
                each = await self.driver.evaluate(
                    "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map((one) =>"
                    " [one.id, ...one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]))"
                )
                found += [[width, scheme, *one] for one in each]
            if await self.driver.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append([width, "is scrolled sideways"])
        return found

    async def fill(self, name: str, text: str) -> None:
        """Change a form's field, as one does who leaves it."""
        told = f"document.getElementById({name!r})"
        await self.driver.evaluate(f"({told}.value = {json.dumps(text)}, {told}.dispatchEvent(new Event('change')), 1)")

    async def write(self, text: str) -> None:
        told = "document.getElementById('text')"
        await self.driver.evaluate(f"({told}.value = {json.dumps(text)}, {told}.dispatchEvent(new Event('input')), 1)")


_THIRD_PARTY_COOKIES = {"firefox": "partition"}
"""What a visitor's browser does with them as it ships; the others allow them."""


@asynccontextmanager
async def visitor(
    browser: str, folder: Path, url: str, within: float = 90.0, trusted: bytes = b""
) -> AsyncIterator[Visitor]:
    """A browser with the lab's page open; it trusts the authority of this certificate."""
    network = Network([], folder)
    if trusted:
        certificate = folder / "trusted.crt"
        certificate.write_bytes(trusted)
        database = ["-d", f"sql:{folder / '.pki/nssdb'}"]
        command = ["certutil", *database, "-A", "-n", "lab", "-t", "C,,", "-i", str(certificate)]
        subprocess.run(command, check=True)
    driver = await launch(browser, folder, network, _THIRD_PARTY_COOKIES.get(browser, "allow"))
    try:
        await driver.begin({})
        made = Visitor(driver)
        await made.open(url, within)
        yield made
    finally:
        await driver.close()
