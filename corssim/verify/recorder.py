"""Cases through one browser, one after the other; a browser that hangs is started again."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

from .browsers import launch
from .browsers.errors import DriverError
from .namespace import Namespace
from .network import addresses_of, hosts_of, ports_of
from .recording import record
from .server import CaseOnLoopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from .browsers.driver import Driver
    from .case import Case, Record
    from .network import Network

_PORTS = {80: "http", 3000: "http", 8080: "http", 443: "https", 8443: "https"}
"""Where the recorded cases found servers, and what was spoken there."""
_TRIES = 2
_A_CASE_TAKES_AT_MOST = 120.0  # seconds


class Recorder:
    """One browser and the servers that it talks to; in a namespace (`namespace.enter`) unless a network is given.

    `version` is the browser's name and version once something was recorded; `folder` is for its profile.
    `third_party_cookies` is what its user has set: "allow", "partition" or "block".
    """

    def __init__(
        self,
        browser: str,
        folder: Path,
        language: Path | None = None,
        *,
        network: type[Network] = Namespace,
        third_party_cookies: str = "allow",
        launches: Callable[..., Awaitable[Driver]] = launch,
    ) -> None:
        self.version = ""
        self._browser, self._folder, self._language = browser, folder, language
        self._network, self._third_party_cookies = network, third_party_cookies
        self._launches = launches

    async def record(self, cases: Sequence[Case]) -> AsyncIterator[Record | str]:
        """The record of each case, in order, or the sentence that says why there is none."""
        texts = [json.dumps(case, ensure_ascii=False) for case in cases]
        faults = {host: fault for case in cases for host, fault in case.get("faults", {}).items()}
        network = self._network(hosts_of(texts), self._folder, faults, addresses_of(texts))
        are_scenarios = any("rules" in case for case in cases)
        ports: Mapping[int, str | None] = dict.fromkeys(ports_of(texts)) if are_scenarios else _PORTS
        network.open(ports)
        server = CaseOnLoopback()
        async with server.listening(network):
            driver = await self._launch(network)
            self.version = driver.version
            try:
                for case in cases:
                    network.begin(case)
                    for tried in range(1, _TRIES + 1):
                        try:
                            recording = record(case, driver, server, self._folder)
                            yield await asyncio.wait_for(recording, _A_CASE_TAKES_AT_MOST)
                            break
                        except (DriverError, TimeoutError) as error:
                            await driver.close()  # a page that hangs may have taken its browser along
                            shutil.rmtree(self._folder / "profile", ignore_errors=True)
                            driver = await self._launch(network)
                            if tried == _TRIES:
                                yield f"{case['id']} was not recorded: {error or type(error).__name__}"
            finally:
                await driver.close()

    async def _launch(self, network: Network) -> Driver:
        return await self._launches(self._browser, self._folder, network, self._third_party_cookies, self._language)
