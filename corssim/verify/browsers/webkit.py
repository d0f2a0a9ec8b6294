"""WebKitGTK, in a process of the system's Python (its bindings live there): storage of its own for each case."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .driver import ANSWERS_WITHIN
from .errors import DriverError

if TYPE_CHECKING:
    from ..case import Case

_HOST = Path(__file__).with_name("webkit_host.py")
_SYSTEM_PYTHON = "/usr/bin/python3"
_PRINTED = re.compile(r"(?:about:srcdoc:\d+:\d+: )?(CONSOLE .*)")


def console_line(printed: str) -> str | None:
    """The line of the console in what WebKitGTK printed, None if it is something else.

    What the script of a frame did stands behind its place; what the scripts of servers did is no line of a fetch.
    """
    match = _PRINTED.fullmatch(printed)
    return None if match is None else match[1]


class WebKit:
    def __init__(self, process: asyncio.subprocess.Process, folder: Path, third_party_cookies: str) -> None:
        self._process, self._folder, self._number = process, folder, 0
        self._third_party_cookies = third_party_cookies
        self.version = ""
        self._lines: list[str] = []
        self._reader = asyncio.create_task(self._read_console())

    @classmethod
    async def launch(cls, folder: Path, third_party_cookies: str = "allow") -> WebKit:
        process = await asyncio.create_subprocess_exec(
            *("xvfb-run", "-a", _SYSTEM_PYTHON, str(_HOST)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 24,
            start_new_session=True,
            env=os.environ | {"GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"},
        )
        made = cls(process, folder, third_party_cookies)
        made.version = "webkitgtk " + await made._ask("version", at_most=60)
        return made

    async def begin(self, case: Case) -> None:
        del case  # all have the same user
        await self._begin(self._third_party_cookies, "ALWAYS")

    async def _begin(self, third_party_cookies: str, accept: str) -> None:
        """Begin with storage of its own; `accept` is WebKitGTK's policy for cookies."""
        self._number += 1
        folder = str(self._folder / f"storage-{self._number}")
        await self._ask("begin", folder=folder, third_party_cookies=third_party_cookies, accept=accept)

    async def end(self) -> None:
        await self._ask("end")

    async def navigate(self, url: str) -> None:
        await self._ask("navigate", url=url)

    async def evaluate(self, expression: str) -> Any:
        return json.loads(await self._ask("evaluate", body=f"return JSON.stringify(await ({expression})) ?? 'null'"))

    async def start(self, expression: str) -> None:
        await self._ask("evaluate", body=f"setTimeout(() => {{ {expression} }}); return 'null'")

    async def decide(self, decision: str) -> str:
        """It asks nothing."""
        del decision
        return ""

    async def console(self) -> list[str]:
        await asyncio.sleep(0.02)  # what one process prints, another reads
        lines, self._lines = self._lines, []
        return lines

    async def _read_console(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = console_line(line.decode(errors="replace").rstrip("\n"))
            if text is not None:
                self._lines.append(text)

    async def close(self) -> None:
        self._reader.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def _ask(self, command: str, *, at_most: float = ANSWERS_WITHIN, **arguments: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **arguments}).encode() + b"\n")
        try:
            async with asyncio.timeout(at_most):
                while not (line := await self._process.stdout.readline()).startswith(b"{"):
                    if not line:
                        raise DriverError("WebKit's process ended")
        except TimeoutError:
            raise DriverError(f"{command} was not answered within {at_most:g} s") from None
        answer = json.loads(line)
        if "error" in answer:
            raise DriverError(answer["error"])
        return str(answer["result"])
