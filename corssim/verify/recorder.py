"""Cases through one browser, one after the other; a browser that hangs is started again."""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

from . import namespace
from .browsers import launch
from .browsers.driver import DriverError
from .recording import record
from .server import CaseOnLoopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from .case import Case, Record

_TRIES = 2
_A_CASE_TAKES_AT_MOST = 120.0  # seconds


class Recorder:
    """One browser in a namespace of its own (`namespace.enter`) and the servers that it talks to.

    `version` is the browser's name and version once something was recorded; `folder` is for its profile.
    """

    def __init__(self, browser: str, folder: Path, language: Path | None = None) -> None:
        self.version = ""
        self._browser, self._folder, self._language = browser, folder, language

    async def record(self, cases: Sequence[Case]) -> AsyncIterator[Record | str]:
        """The record of each case, in order, or the sentence that says why there is none."""
        hosts = namespace.hosts_of(json.dumps(case, ensure_ascii=False) for case in cases)
        namespace.make_hosts_this_machine(hosts, self._folder)
        server = CaseOnLoopback()
        async with server.listening(namespace.trusted_context(hosts, self._folder)):
            driver = await launch(self._browser, self._folder, self._language)
            self.version = driver.version
            try:
                for case in cases:
                    for tried in range(1, _TRIES + 1):
                        try:
                            recording = record(case, driver, server, self._folder)
                            yield await asyncio.wait_for(recording, _A_CASE_TAKES_AT_MOST)
                            break
                        except (DriverError, TimeoutError) as error:
                            await driver.close()  # a page that hangs may have taken its browser along
                            shutil.rmtree(self._folder / "profile", ignore_errors=True)
                            driver = await launch(self._browser, self._folder, self._language)
                            if tried == _TRIES:
                                yield f"{case['id']} was not recorded: {error or type(error).__name__}"
            finally:
                await driver.close()
