"""Firefox, over WebDriver BiDi: a user context of its own for each case."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import zipfile
from typing import TYPE_CHECKING, Any, ClassVar

from .driver import BrowserProcess, Commands
from .errors import DriverError
from .installed import program

if TYPE_CHECKING:
    from pathlib import Path

    from ..case import Case
    from ..network import Network

_PREFERENCES: dict[str, str | int | bool] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.ipc.processPrelaunch.enabled": False,  # a process started for nothing, each time
    "dom.security.https_first": False,
    "dom.security.https_first_schemeless": False,
    "dom.security.https_only_mode": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.lna.enabled": False,
    "network.lna.blocking": False,
    "network.prefetch-next": False,
    "network.proxy.type": 0,
    "network.trr.mode": 5,
    "services.settings.server": "",
    "toolkit.telemetry.enabled": False,
    "extensions.langpacks.signatures.required": False,
    "xpinstall.signatures.required": False,
}
_COOKIE_BEHAVIOUR = {"allow": 0, "block": 1, "partition": 5}
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

# The browser's console, as its own window sees it: what pages caused, and no more.
_LISTEN = """
globalThis.recorded = [];
Services.prefs.setBoolPref("security.fileuri.strict_origin_policy", true); // as shipped; automation turns it off
Services.console.registerListener({observe(message) {
  try { message.QueryInterface(Ci.nsIScriptError); } catch { return; }
  if (!/^(chrome|resource|moz-)/.test(message.sourceName) && message.category !== "chrome javascript")
    recorded.push(message.errorMessage);
}});
1
"""
_SECONDS_TO_WRITE_ITS_PROFILE = 3
_TAKE = "JSON.stringify(recorded.splice(0))"


_SPEAK = """
(async () => {
  const {AddonManager} = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
  const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
  file.initWithPath(%s);
  await (await AddonManager.getInstallForFile(file)).install();
  Services.locale.requestedLocales = [%s];
  return Services.locale.appLocaleAsBCP47;
})()
"""


_ANSWER_A_DIALOG = """
(() => {
  for (const window of Services.wm.getEnumerator("navigator:browser"))
    for (const tab of window.gBrowser.tabs) {
      const box = window.gBrowser.getTabDialogBox(tab.linkedBrowser);
      for (const {_frame} of [...box.getTabDialogManager()._dialogs, ...box.getContentDialogManager()._dialogs]) {
        const shown = _frame.contentDocument;
        const text = ["infoTitle", "infoBody"].map((id) => shown.getElementById(id).textContent);
        const button = (name) => shown.querySelector("dialog").getButton(name);
        const labels = ["accept", "cancel"].map((name) => button(name).label);
        button(%s).click();
        return [...text, ...labels].join("\\n\\n");
      }
    }
  return "";
})()
"""


class Firefox:
    preferences: ClassVar[dict[str, str | int | bool]] = _PREFERENCES
    capabilities: ClassVar[dict[str, Any]] = {}

    def __init__(self, process: BrowserProcess, protocol: Commands, version: str, window: str) -> None:
        self._process, self._protocol, self.version, self._window = process, protocol, version, window
        self._user = self._page = ""

    @classmethod
    async def launch(
        cls, folder: Path, network: Network, third_party_cookies: str = "allow", language: Path | None = None
    ) -> Firefox:
        """Start it, speaking the language of a pack (`langpack-….xpi`) if one is given."""
        profile = folder / "profile"
        shutil.copytree(folder / ".pki/nssdb", profile)  # trusts the recorder's authority
        preferences: dict[str, str | int | bool] = {
            **cls.preferences,
            "network.cookie.cookieBehavior": _COOKIE_BEHAVIOUR[third_party_cookies],
            **network.firefox_preferences,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (profile / "user.js").write_text("\n".join(lines))
        made = await cls._start(profile)
        if language is not None:
            await made._speak(language)
            made = await cls._start(profile)  # its messages are in its memory since it started
        await made._evaluate(_LISTEN, made._window)
        return made

    @classmethod
    async def _start(cls, profile: Path) -> Firefox:
        command = [
            program("firefox"),
            "--headless",
            "--no-remote",
            "--remote-debugging-port",
            "0",
            "--profile",
            str(profile),
        ]
        command.append("--remote-allow-system-access")
        process = await BrowserProcess.start(command, _LISTENS)
        protocol = await Commands.connect(process.url + "/session")
        session = await protocol.send("session.new", {"capabilities": cls.capabilities})
        windows = await protocol.send("browsingContext.getTree", {"moz:scope": "chrome"})
        version = "firefox " + session["capabilities"]["browserVersion"]
        return cls(process, protocol, version, windows["contexts"][0]["context"])

    async def _speak(self, pack: Path) -> None:
        """Install a language pack and have its language spoken."""
        with zipfile.ZipFile(pack) as files:
            code = json.loads(files.read("manifest.json"))["langpack_id"]
        installing = _SPEAK % (json.dumps(str(pack.resolve())), json.dumps(code))
        spoken = (await self._evaluate(installing, self._window, waits=True))["result"]["value"]
        if spoken != code:
            raise DriverError(f"{pack.name} was installed, but the language is {spoken}")
        await self._protocol.send("browser.close")
        await asyncio.sleep(_SECONDS_TO_WRITE_ITS_PROFILE)
        await self.close()

    async def begin(self, case: Case) -> None:
        del case  # all have the same user
        self._user = (await self._protocol.send("browser.createUserContext"))["userContext"]
        params = {"type": "tab", "userContext": self._user}
        self._page = (await self._protocol.send("browsingContext.create", params))["context"]

    async def end(self) -> None:
        await self._protocol.send("browser.removeUserContext", {"userContext": self._user})

    async def navigate(self, url: str) -> None:
        await self._protocol.send("browsingContext.navigate", {"context": self._page, "url": url, "wait": "complete"})

    async def evaluate(self, expression: str) -> Any:
        as_json = f"Promise.resolve({expression}).then((value) => JSON.stringify(value) ?? 'null')"
        answer = await self._evaluate(as_json, self._page, waits=True)
        return json.loads(answer["result"]["value"])

    async def start(self, expression: str) -> None:
        await self._evaluate(f"void setTimeout(() => {{ {expression} }})", self._page)

    async def decide(self, decision: str) -> str:
        """A dialog asks, of which BiDi does not tell."""
        button = "accept" if decision == "goes-on" else "cancel"
        shown: str = (await self._evaluate(_ANSWER_A_DIALOG % json.dumps(button), self._window))["result"]["value"]
        return shown

    async def console(self) -> list[str]:
        lines: list[str] = json.loads((await self._evaluate(_TAKE, self._window))["result"]["value"])
        return lines

    async def close(self) -> None:
        await self._protocol.close()
        await self._process.kill()

    async def _evaluate(self, expression: str, context: str, *, waits: bool = False) -> dict[str, Any]:
        params = {"expression": expression, "target": {"context": context}, "awaitPromise": waits}
        answer = await self._protocol.send("script.evaluate", params)
        if answer["type"] != "success":
            raise DriverError(answer["exceptionDetails"]["text"])
        return answer
