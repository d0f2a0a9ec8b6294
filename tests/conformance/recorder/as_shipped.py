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
from urllib.parse import SplitResult, urlsplit

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


_PORT_OF = {"http": 80, "https": 443}


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


def _in_the_profile(case: Case) -> dict[str, Any]:
    """What the user has decided about local networks, as a profile keeps it: set by DevTools, it would also take the
    place of Permissions-Policy. Storage access of any site to any other can be said to DevTools alone."""
    decided = {}
    for name, state in case.get("permissions", {}).items():
        if name != "storage-access":
            setting = {"last_modified": "13400000000000000", "setting": {"granted": 1, "denied": 2}[state]}
            sites = {f"{url.scheme}://{url.hostname}:{url.port or _PORT_OF[url.scheme]},*" for url in _pages_of(case)}
            decided[name.replace("-", "_")] = dict.fromkeys(sorted(sites), setting)
    return decided


def _pages_of(case: Case) -> list[SplitResult]:
    """The URLs of the top-level documents of a case that come over http or https: what users decide is for these."""
    pages = [case["page"], *(step["page"] for step in case["steps"] if step["api"] == "page")]
    urls = [page if isinstance(page, str) else page.get("url", "") for page in pages]
    led_to = [step["url"] for step in case["steps"] if step["api"] == "navigate"]
    urls += led_to + [url.replace("http:", "https:") for url in led_to]  # where https is tried first
    return [url for url in map(urlsplit, urls) if url.scheme in _PORT_OF]


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
    async def launch(
        cls,
        folder: Path,
        network: Network,
        third_party_cookies: str = "allow",
        content_settings: Mapping[str, Any] | None = None,
    ) -> ShippedChromium:
        made = await super().launch(folder, network, third_party_cookies, content_settings)
        assert isinstance(made, cls)
        made._folder, made._network, made._cookies = folder, network, third_party_cookies
        return made

    async def begin(self, case: Case) -> None:
        await self.close()
        shutil.rmtree(self._folder / "profile", ignore_errors=True)
        cookies = case.get("third_party_cookies", self._cookies)
        again = await super().launch(self._folder, self._network, cookies, _in_the_profile(case))
        self._process, self._protocol = again._process, again._protocol
        if state := case.get("permissions", {}).get("storage-access"):
            decided = {"permission": {"name": "storage-access"}, "setting": state}
            await self._protocol.send("Browser.setPermission", decided)
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


def _in_firefox(case: Case) -> dict[str, str]:
    """The decisions of a case as Firefox names them: storage access is kept for each third party."""
    decided = dict(case.get("permissions", {}))
    if (state := decided.pop("storage-access", None)) is not None:
        third_parties = {"{0.scheme}://{0.netloc}".format(urlsplit(rule["url"])) for rule in case["server"]}
        kinds = ("3rdPartyStorage", "3rdPartyFrameStorage")
        decided |= {f"{kind}^{origin}": state for kind in kinds for origin in sorted(third_parties)}
    return decided


class ShippedFirefox(Firefox):
    preferences: ClassVar[dict[str, str | int | bool]] = {
        name: value
        for name, value in Firefox.preferences.items()
        if not name.startswith(("dom.security.https", "network.lna"))
    } | {"network.lna.blocking": True, "network.lna.enabled": True, "dom.security.https_first": True}
    capabilities: ClassVar[dict[str, Any]] = {"alwaysMatch": {"unhandledPromptBehavior": {"default": "ignore"}}}

    async def begin(self, case: Case) -> None:
        await super().begin(case)
        number = await self._evaluate(
            "Math.max(0, ...ChromeUtils.importESModule('resource://gre/modules/ContextualIdentityService.sys.mjs')"
            ".ContextualIdentityService.getPublicIdentities().map((each) => each.userContextId))",
            self._window,
        )
        decided = json.dumps(_in_firefox(case)), json.dumps([url.geturl() for url in _pages_of(case)])
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
