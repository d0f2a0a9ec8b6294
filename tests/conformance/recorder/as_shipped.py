"""The same browsers with all on that they do by themselves: a window, addresses, what the user has decided.

See tests/data/browser-truth/defaults/README.md.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from corssim.verify.browsers.chromium import Chromium
from corssim.verify.browsers.firefox import Firefox
from corssim.verify.browsers.webkit import WebKit
from corssim.verify.namespace import Namespace

from ..user_defaults import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corssim.verify.browsers.driver import Driver
    from corssim.verify.case import Case
    from corssim.verify.network import Network


class AddressedNetwork(Namespace):
    """Hosts have addresses in the spaces that the cases mean; no TLS is spoken where a page is to be http."""

    def __init__(
        self,
        hosts: list[str],
        folder: Path,
        faults: Mapping[str, str] | None = None,
        addresses: Sequence[str] = (),
    ) -> None:
        named = {address_of(host) for host in hosts} | set(addresses)
        own = sorted(address for address in named if not ip_address(address).is_loopback)
        super().__init__(hosts, folder, faults, own)

    def where(self, host: str) -> str:
        found = super().where(host)
        return address_of(host) if found == "127.0.0.1" else found

    def begin(self, case: Case) -> None:
        pages = [case["page"], *(step["page"] for step in case["steps"] if step["api"] == "page")]
        urls = [urlsplit(page if isinstance(page, str) else page.get("url", "")) for page in pages]
        urls += [urlsplit(url) for url in case.get("without_tls", ())]
        self.without_tls = {url.hostname for url in urls if url.scheme == "http" and url.hostname}


class ShippedChromium(Chromium):
    """In a window, with a profile of its own for each case: what is kept (upgrades that failed) is kept by profile."""

    flags = tuple(flag for flag in Chromium.flags if not flag.startswith(("--headless", "--disable-features")))

    _folder: Path
    _network: Network
    _cookies: str

    @staticmethod
    def preferences(third_party_cookies: str) -> dict[str, Any]:
        blocks = third_party_cookies == "block"
        return {
            "profile": {"cookie_controls_mode": 1 if blocks else 2, "block_third_party_cookies": blocks},
            "https_only_mode_enabled": False,
            "https_first_balanced_mode_enabled": False,
        }

    @classmethod
    async def launch(cls, folder: Path, network: Network, third_party_cookies: str = "allow") -> ShippedChromium:
        made = await super().launch(folder, network, third_party_cookies)
        assert isinstance(made, cls)
        made._folder, made._network, made._cookies = folder, network, third_party_cookies
        return made

    async def begin(self, case: Case) -> None:
        await self.close()
        shutil.rmtree(self._folder / "profile", ignore_errors=True)
        again = await super().launch(self._folder, self._network, case.get("third_party_cookies", self._cookies))
        self._process, self._protocol = again._process, again._protocol
        for name, state in case.get("permissions", {}).items():
            await self._protocol.send("Browser.setPermission", {"permission": {"name": name}, "setting": state})
        await self._open_page({"newWindow": True})

    async def end(self) -> None:
        """All goes with the next profile."""

    async def seen(self, path: Path) -> str:
        """What the page shows, as text; a picture of it is written to a path."""
        import base64

        picture = await self._send("Page.captureScreenshot")
        path.write_bytes(base64.b64decode(picture["data"]))
        return str(await self.evaluate("location.href + '\\n' + document.body.innerText"))


_DECIDE = """
(() => {
  Services.perms.removeAll();
  for (const [name, state] of Object.entries(%s))
    for (const url of %s) {
      const principal = Services.scriptSecurityManager.createContentPrincipal(
        Services.io.newURI(url), {userContextId: %s});
      Services.perms.addFromPrincipal(principal, name, {granted: 1, denied: 2, prompt: 3}[state]);
    }
  return 1;
})()
"""
_FORGET = """
new Promise((resolve) => Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL,
  {onDataDeleted: () => resolve(1)}))
"""


class ShippedFirefox(Firefox):
    preferences: ClassVar[dict[str, str | int | bool]] = {
        name: value
        for name, value in Firefox.preferences.items()
        if not name.startswith(("dom.security.https", "network.lna"))
    } | {"network.lna.blocking": True, "network.lna.enabled": True, "dom.security.https_first": True}
    capabilities: ClassVar[dict[str, Any]] = {"alwaysMatch": {"unhandledPromptBehavior": {"default": "ignore"}}}

    async def begin(self, case: Case) -> None:
        await super().begin(case)
        pages = [case["page"], *(step["page"] for step in case["steps"] if step["api"] == "page")]
        urls = [page if isinstance(page, str) else page.get("url") for page in pages]
        urls += [page["frame"] for page in pages if isinstance(page, dict) and "frame" in page]
        number = await self._evaluate(
            "Math.max(0, ...ChromeUtils.importESModule('resource://gre/modules/ContextualIdentityService.sys.mjs')"
            ".ContextualIdentityService.getPublicIdentities().map((each) => each.userContextId))",
            self._window,
        )
        decided = json.dumps(case.get("permissions", {})), json.dumps([url for url in urls if url])
        await self._evaluate(_DECIDE % (*decided, json.dumps(number["result"]["value"])), self._window)

    async def end(self) -> None:
        await super().end()
        await self._evaluate(_FORGET, self._window, waits=True)


class ShippedWebKit(WebKit):
    async def begin(self, case: Case) -> None:
        await self._begin("block" if case.get("itp") else "allow", "NO_THIRD_PARTY")


async def launch(
    browser: str, folder: Path, network: Network, third_party_cookies: str = "", language: Path | None = None
) -> Driver:
    """Start one of them as its users have it."""
    match browser:
        case "chromium":
            return await ShippedChromium.launch(folder, network)
        case "firefox":
            return await ShippedFirefox.launch(folder, network, "partition", language)
        case _:
            return await ShippedWebKit.launch(folder)


async def open_display() -> None:
    """A display for windows, which ends with this process's namespace."""
    reads, writes = os.pipe()
    subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writes],
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    with os.fdopen(reads) as told:
        os.environ["DISPLAY"] = ":" + (await asyncio.to_thread(told.readline)).strip()
