"""Chromium, over the DevTools protocol: a browser context of its own for each case."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from .driver import ANSWERS_WITHIN, BrowserProcess, Commands
from .errors import DriverError
from .installed import program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..case import Case
    from ..network import Network

_WITHOUT = (
    "LocalNetworkAccessChecks",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsFirstModeIncognito",
    "SpareRendererForSitePerProcess",  # processes started for nothing, each time
    "PreloadTopChromeWebUI",
    "WebUIInProcessResourceLoading",
)
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-features=" + ",".join(_WITHOUT),
    "--remote-debugging-port=0",
)
_OF_A_SLOW_MACHINE = "Slow network is detected."
_ASKS_WITHIN, _LOOKS_EVERY, _TAKES_NO_CLICKS = 2.0, 0.05, 1.0  # seconds
_LISTENS = re.compile(r"DevTools listening on (ws://\S+)")


class Chromium:
    flags: ClassVar[tuple[str, ...]] = _FLAGS

    def __init__(self, process: BrowserProcess, protocol: Commands, version: str) -> None:
        self._process, self._protocol, self.version = process, protocol, version
        self._context = self._session = ""
        self._frame = ""

    @classmethod
    async def launch(
        cls,
        folder: Path,
        network: Network,
        third_party_cookies: str = "allow",
        content_settings: Mapping[str, Any] | None = None,
    ) -> Chromium:
        (folder / "profile/Default").mkdir(parents=True)
        preferences = cls.preferences(third_party_cookies)
        preferences["profile"]["content_settings"] = {"exceptions": content_settings or {}}
        (folder / "profile/Default/Preferences").write_text(json.dumps(preferences))
        own = [f"--user-data-dir={folder / 'profile'}", *network.chromium_flags]
        command = [program("chromium"), *cls.flags, *own, "about:blank"]
        process = await BrowserProcess.start(command, _LISTENS)
        protocol = await Commands.connect(process.url)
        version = (await protocol.send("Browser.getVersion"))["product"]
        return cls(process, protocol, "chromium " + version.partition("/")[2])

    @staticmethod
    def preferences(third_party_cookies: str) -> dict[str, Any]:
        """What the profile says before the browser starts."""
        blocks = third_party_cookies == "block"
        return {"profile": {"cookie_controls_mode": int(blocks), "block_third_party_cookies": blocks}}

    async def begin(self, case: Case) -> None:
        del case  # all have the same user
        self._context = (await self._protocol.send("Target.createBrowserContext"))["browserContextId"]
        await self._open_page({"browserContextId": self._context})

    async def _open_page(self, where: Mapping[str, str]) -> None:
        target = await self._protocol.send("Target.createTarget", {"url": "about:blank", **where})
        attached = await self._protocol.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            await self._send(f"{domain}.enable")
        await self._send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True})

    async def end(self) -> None:
        await self._protocol.send("Target.disposeBrowserContext", {"browserContextId": self._context})

    async def navigate(self, url: str) -> None:
        self._new_events()
        answer = await self._send("Page.navigate", {"url": url})
        if "errorText" in answer:
            raise DriverError(f"{url}: {answer['errorText']}")
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                while (await self._protocol.events.get())["method"] != "Page.loadEventFired":
                    pass
        except TimeoutError:
            raise DriverError(f"{url} did not load") from None

    async def evaluate(self, expression: str) -> Any:
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = await self._send("Runtime.evaluate", params)
        if "exceptionDetails" in answer:
            raise DriverError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def start(self, expression: str) -> None:
        await self._send("Runtime.evaluate", {"expression": f"setTimeout(() => {{ {expression} }})"})

    async def decide(self, decision: str) -> str:
        """An interstitial page asks; its buttons answer, a moment after it is there: clicks before are for nothing."""
        asks = "document.readyState === 'complete' && document.getElementById('proceed-button')"
        shown = ""
        for _ in range(int(_ASKS_WITHIN / _LOOKS_EVERY)):
            if shown := await self.evaluate(f"{asks} && document.body.innerText"):
                await asyncio.sleep(_TAKES_NO_CLICKS)
                break
            await asyncio.sleep(_LOOKS_EVERY)
        if shown and decision == "goes-on":
            await self.start("document.getElementById('proceed-button').click()")
        elif shown:
            await self.start("document.getElementById('primary-button').click()")
        return shown or ""

    async def console(self) -> list[str]:
        events, lines = self._new_events(), []
        for event in events:
            if event["method"] == "Target.attachedToTarget" and event["params"]["targetInfo"]["type"] == "iframe":
                # A sandboxed frame has a console of its own, and gives what it has said before.
                await self._protocol.send("Log.enable", sessionId=event["params"]["sessionId"])
        for event in events + self._new_events():
            match event["method"]:
                case "Log.entryAdded" if not event["params"]["entry"]["text"].startswith(_OF_A_SLOW_MACHINE):
                    lines.append(event["params"]["entry"]["text"])
                case "Runtime.consoleAPICalled":
                    lines += [str(argument.get("value")) for argument in event["params"]["args"]]
        return lines

    def _new_events(self) -> list[dict[str, Any]]:
        events = self._protocol.events
        return [events.get_nowait() for _ in range(events.qsize())]

    async def close(self) -> None:
        await self._protocol.close()
        await self._process.kill()

    async def _send(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return await self._protocol.send(method, params or {}, sessionId=self._session)
