"""Headless Chromium's fetches from a page: the CPU time of all its processes, as the kernel counts it (Linux)."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.sync.client import connect

from corssim.verify.browsers.chromium import Chromium
from corssim.verify.browsers.errors import DriverError
from corssim.verify.browsers.installed import program

if TYPE_CHECKING:
    from collections.abc import Callable

AT_ONCE = 200  # fetches a sample: the kernel counts hundredths of a second
_ASKED = {"GET": {}, "OPTIONS and PUT": {"method": "PUT", "body": "hi"}}
# A URL of its own each time: no cache of preflights answers.
_FETCH_ALL = """
(async () => {
  for (let number = 0; number < %d; number++) await (await fetch(`%s?%s-${number}`, %s)).text();
})()
"""


def seconds(url: str, page: str, rounds: int) -> dict[str, list[float]]:
    """Of one fetch, by kind: `rounds` samples. Raises DriverError where there is no Chromium."""
    if not Path("/proc/self/stat").exists():
        raise DriverError("CPU time of other processes is read from /proc, which is not here")
    server, own = urlsplit(url).netloc, urlsplit(page).netloc
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [program("chromium"), *Chromium.flags, f"--user-data-dir={folder}"]
        command += [f"--host-resolver-rules=MAP {own} {server}", "about:blank"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            assert process.stderr is not None
            said = (re.search(r"DevTools listening on (ws://\S+)", line) for line in process.stderr)
            found = next(filter(None, said), None)
            if found is None:
                raise DriverError("Chromium ended at once")
            return _measured(found[1], page, url, rounds, lambda: _cpu_seconds(process.pid))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _measured(devtools: str, page: str, url: str, rounds: int, cpu: Callable[[], float]) -> dict[str, list[float]]:
    with connect(devtools, proxy=None, max_size=None) as browser:
        target = _sent(browser, "Target.createTarget", {"url": page})["targetId"]
        session = _sent(browser, "Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        loaded = {"expression": f"location.href === {page!r} && document.readyState === 'complete'"}
        while not _sent(browser, "Runtime.evaluate", loaded, session)["result"].get("value"):
            pass  # each answer takes a moment of its own
        taken: dict[str, list[float]] = {kind: [] for kind in _ASKED}
        for kind, number in itertools.product(_ASKED, range(-1, rounds)):
            expression = _FETCH_ALL % (AT_ONCE, url, f"{len(kind)}-{number}", json.dumps(_ASKED[kind]))
            before = cpu()
            ended = _sent(browser, "Runtime.evaluate", {"expression": expression, "awaitPromise": True}, session)
            if "exceptionDetails" in ended:
                raise DriverError(f"Chromium refused: {ended['exceptionDetails']['exception'].get('description', '')}")
            if number >= 0:  # the first one warms up
                taken[kind].append((cpu() - before) / AT_ONCE)
        return taken


def _sent(browser: Any, method: str, params: dict[str, Any], session: str | None = None) -> dict[str, Any]:
    more = {} if session is None else {"sessionId": session}
    browser.send(json.dumps({"id": 1, "method": method, "params": params, **more}))
    while "id" not in (message := json.loads(browser.recv(timeout=120))):
        pass  # an event
    if "error" in message:
        raise DriverError(f"{method}: {message['error'].get('message')}")
    result: dict[str, Any] = message["result"]
    return result


def _cpu_seconds(session: int) -> float:
    """User and system time of all processes of a session, alive or waited for."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended just now
            continue
        if int(fields[3]) == session:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
